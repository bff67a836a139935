/* fits: what is for a code, an asset and a stage of the work, best first: by the compiled triggers, without the record. */
#ifndef CRIB_TUI_FITS_H
#define CRIB_TUI_FITS_H

#include "tui/app.h"

#include <stdbool.h>
#include <stddef.h>

enum { FITS_MOST = 200 };

struct fit {
    const char *channel, *id, *title, *problem;
    int minutes;
    enum module_kind kind;
    enum module_format format;
    bool on_device, only;     /* only: its id alone names it */
    const char *code, *asset; /* the triggers that fit; NULL for none */
    bool stage;               /* it is for this stage */
    unsigned weight;
    size_t found; /* of equals the one that was found first */
};

/* What is asked for ("" for what isn't; no roles: anybody's), and what fits: at most FITS_MOST, best first. Texts stay until
 * fits_close. */
struct fits {
    const char *code, *asset, *stage;
    struct strings roles;
    struct fit *items; /* in app's arena */
    bool code_known;   /* by some module, of whatever role */
    size_t count;
    struct triggers *triggers;
};

/* What fits the code comes first, then what fits the asset, of these what is for the stage; with a stage alone all that is
 * for it, by title. Fills items and count; none is no failure. */
bool fits_find(struct app *app, struct fits *f, struct error *err);
void fits_close(struct fits *f);

/* Appends why: "code E-204, asset P-101 fits P-1*, stage troubleshoot". */
void fit_reasons(const struct fits *f, const struct fit *fit, struct buf *out);

#endif
