/* share: `crib config share`: may others know what was offered here, and what came of it? (core/record/share.h) */
#ifndef CRIB_CLI_SHARE_H
#define CRIB_CLI_SHARE_H

#include "tui/app.h"

struct sharing {
    bool on;
    int64_t since;                 /* when this learner said yes; 0: they didn't */
    const struct config_value *no; /* what forbids it, whatever they said; NULL: nothing */
};

/* How it stands for whoever learns here; off where that isn't known. Makes no record. */
void sharing_read(struct app *app, const struct config *config, struct sharing *s);

/* word: "on", "off", or NULL to ask, and to say how it stands where there is nobody to ask. json: nobody is asked, and what
 * stands at the end is printed: {"share": true, "since": "..."}. */
bool share_command(struct app *app, const char *word, bool json, struct error *err);

#endif
