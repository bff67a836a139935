/* programme: blended learning as one file, programmes/ID.yaml: what comes before a live session, the session, what
 * comes after it, as elements. No element blocks another. Format: crib-channel(5). */
#ifndef CRIB_LIBRARY_PROGRAMME_H
#define CRIB_LIBRARY_PROGRAMME_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/error.h"
#include "core/base/strings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PROGRAMME_ELEMENTS_MOST = 100,
    PROGRAMME_DAYS_MOST = 730,      /* of after_days */
    PROGRAMME_MINUTES_MOST = 24 * 60,
};

enum element_kind { ELEMENT_MODULE, ELEMENT_SESSION, ELEMENT_ASSESSMENT, ELEMENT_FOLLOW_UP, ELEMENT_KINDS };
enum element_phase { PHASE_BEFORE, PHASE_DURING, PHASE_AFTER, PHASES };

/* "follow-up", "before": the words of the files. */
const char *element_kind_name(enum element_kind kind);
const char *element_phase_name(enum element_phase phase);

/* Texts are "" where there is none. */
struct element {
    const char *id;
    enum element_kind kind;
    enum element_phase phase; /* where the file doesn't say: a module's is before, a follow-up's and that of what has
                                 after_days is after, all others' is during */
    const char *title;        /* what it is called in this programme; "": as its module, or by its kind */
    const char *module;       /* an id of the same channel; a session may have none */
    const char *starts;       /* of a session, as the file says it: `2027-03-04T09:00+01:00` */
    int64_t starts_ms;        /* the same since 1970; meaningless where starts is "" */
    int minutes;              /* of a session; 0 where it isn't said */
    const char *where;        /* of a session */
    int after_days;           /* days from the session to its due day; -1 where it isn't said */
    size_t line, column;      /* in the file */
};

struct programme {
    const char *id;
    const char *title, *problem, *outcome;
    struct strings roles;           /* empty: everyone */
    const struct element *elements; /* by phase, in the file's order within one */
    size_t count;
};

/* The id in a file's name ("pump-week.yaml"), in the arena; NULL where the name gives none. */
const char *programme_id(struct arena *a, const char *name);

/* Reads a file's bytes; id is what programme_id gave, file the name that messages show. Mistakes go to diags (NULL
 * allowed): what is no YAML, of the wrong type, missing or unknown, ids that stand twice, times that are none; an
 * element without a good id or kind is left out. Results live in the arena. false when memory is out; *p is NULL where the
 * file as a whole is no programme (said in diags). */
bool programme_parse(struct arena *a, const char *bytes, size_t n, const char *id, const char *file,
                     struct diags *diags, const struct programme **p, struct error *err);

/* The session that is the last one by its time: what after_days count from. NULL where none has a time. */
const struct element *programme_last_session(const struct programme *p);

/* A session's time as people in the programme say it, `2027-03-04T09:00+01:00`, or with seconds, or with a blank for the
 * T; a zone (`Z` or `+01:00`) is required. false when it is none. */
bool programme_time(const char *text, int64_t *ms);

#endif
