/* outgoing: which events may leave now, as which statements, and what keeps the others here. */
#ifndef CRIB_SYNC_XAPI_OUTGOING_H
#define CRIB_SYNC_XAPI_OUTGOING_H

#include "core/base/arena.h"
#include "core/base/config.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/library/library.h"
#include "core/record/binding.h"
#include "core/record/outbox.h"
#include "core/record/accepted.h"
#include "sync/xapi/pinned.h"
#include "sync/xapi/said.h"

#include <stdbool.h>

/* What an event waits for. */
enum outgoing_lack {
    LACK_NOTHING,
    LACK_LRS,     /* no LRS is accepted for its channel */
    LACK_IRI,     /* the channel has no IRI, or is not installed: nothing can be named */
    LACK_ACCOUNT, /* its learner is bound to no account */
};

/* "no LRS is accepted for the channel (...)": what keeps it here and what to do. */
const char *outgoing_lack_text(enum outgoing_lack lack);

struct outgoing {
    struct arena *arena;   /* borrowed, for what lives as long as this */
    struct record *record; /* borrowed */
    struct accepted accepted;
    const struct library_channel *channels;
    size_t channel_count;
    int64_t learner;        /* of the operating-system account; 0: unknown, or an account that several people share */
    struct binding account; /* that the configuration gives it; "" where it gives none */
    const char *home_page;  /* that it names, for what leaves under nobody's name; "" for none */
    bool share, gaps;       /* does the configuration let hints leave, and what was looked for in vain? */
    struct pinned pinned;
};

/* Reads configuration and library. The record stays as it is. outgoing_close is due whatever it returns. */
bool outgoing_open(struct outgoing *o, struct arena *a, const struct places *places, struct record *record,
                   struct error *err);
void outgoing_close(struct outgoing *o);

/* Does the configuration let events of this kind leave? All but those for which it can forbid it. */
bool outgoing_leave(const struct outgoing *o, const char *kind);

struct outgoing_made {
    bool leaves;           /* else nothing else counts */
    struct said said;
    enum outgoing_lack lack;
    const char *statement; /* NULL while something lacks */
    struct uuid id;        /* of the statement */
};

/* Makes what can be made of the event, in the arena a. checkpoint may be NULL. */
bool outgoing_make(struct outgoing *o, struct arena *a, const struct outbox_event *event,
                   const struct outbox_checkpoint *checkpoint, struct outgoing_made *made, struct error *err);

/* Gives visit all events that may still become statements, those that waited for something first, in runs of some
 * hundred: an arena of its own for each, so that many take the memory of few. Ends with the first false. */
typedef bool outgoing_visit(void *context, struct arena *a, const struct outbox_event *events, size_t count,
                            struct error *err);
bool outgoing_each(struct outgoing *o, outgoing_visit *visit, void *context, struct error *err);

/* Gives visit all statements that wait, of that channel (NULL: of all), in runs of at most *most and, but for the first of
 * each, at most bytes together; visit may change *most for those to come. Ends with the first false. */
typedef bool outgoing_visit_waiting(void *context, struct arena *a, const struct outbox_item *items, size_t count,
                                    struct error *err);
bool outgoing_waiting(struct outgoing *o, const char *channel, const size_t *most, size_t bytes, outgoing_visit_waiting *visit,
                      void *context, struct error *err);

/* Before sending: drops what no longer has leave to go, binds the learner to the configured account and the people of a shared one to theirs, signs the head of the log, and stores a statement for
 * every event that may leave now. Does nothing where no LRS is accepted for anything. */
bool outgoing_prepare(struct outgoing *o, struct error *err);

#endif
