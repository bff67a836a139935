/* hint_look: which module fits a command that failed, and whether to offer it now. Opens no database. */
#ifndef CRIB_CLI_HINT_LOOK_H
#define CRIB_CLI_HINT_LOOK_H

#include "core/library/trigger.h"
#include "core/record/offer.h"
#include "tui/app.h"

enum { HINT_MATCHES = 12 };

struct hint_look {
    struct triggers *triggers;
    struct offers offers;
    struct trigger_match matches[HINT_MATCHES]; /* the best first */
    size_t count;
};

/* Opens what it takes. Matches are none yet. */
bool hint_look_open(struct app *app, struct hint_look *l, struct error *err);
void hint_look_close(struct hint_look *l);

/* Fills the matches: of the command line, of its exit status (a code like `pumpctl exit 3`), of the codes and tags in it, of
 * the asset that a .crib file names, of the names of the directories where it stands. The last two only where the work may
 * have failed: not where there was no such command, or one like grep said no. None for crib itself. */
void hint_look_at(struct app *app, struct hint_look *l, const char *line, size_t n, long status);

/* What the match was found in: "command", "status", "line", "place" or "directory". */
const char *hint_source(const struct trigger_match *match);

/* The address of a match's module, in the arena; *m takes its facts. NULL when memory is out. */
const char *hint_address(struct app *app, const struct hint_look *l, const struct trigger_match *match,
                         struct trigger_module *m);

enum hint_verdict {
    HINT_OFFER,
    HINT_ELSEWHERE,   /* not on this device */
    HINT_OTHER_ROLE,  /* for other roles */
    HINT_RECENT, HINT_PASSED, HINT_PUT_OFF, HINT_REFUSED, /* as offer.h */
};

enum hint_verdict hint_verdict(const struct hint_look *l, const struct trigger_module *m, const char *address,
                               int64_t now_ms);

#endif
