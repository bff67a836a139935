/* fits: what is for a code, an asset and a stage of the work, best first, as core/library/suggest.h finds it: on this device,
 * by the compiled triggers, without the record. */
#ifndef CRIB_TUI_FITS_H
#define CRIB_TUI_FITS_H

#include "core/library/suggest.h"
#include "tui/app.h"

#include <stdbool.h>
#include <stddef.h>

enum { FITS_MOST = SUGGEST_MOST };

/* What is asked for ("" for what isn't; no roles: anybody's), and what fits. Texts stay until fits_close. */
struct fits {
    const char *code, *asset, *stage;
    struct strings roles;
    struct fit *items; /* in app's arena */
    bool code_known;   /* by some module, of whatever role */
    size_t count;
    struct triggers *triggers;
    struct search *search; /* where a code stands in the text */
};

/* Fills items and count; none is no failure. */
bool fits_find(struct app *app, struct fits *f, struct error *err);
void fits_close(struct fits *f);

/* Appends why: "code E-204, asset P-101 fits P-1*, stage troubleshoot". */
void fit_reasons(const struct fits *f, const struct fit *fit, struct buf *out);

#endif
