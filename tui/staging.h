/* staging: a stage of the work that nobody here knows is most likely mistyped, and nothing else would say so. */
#ifndef CRIB_TUI_STAGING_H
#define CRIB_TUI_STAGING_H

#include "core/base/error.h"
#include "tui/app.h"

#include <stdbool.h>

/* False, with the known ones in err, where channels or modules here name stages, and this one (not "") is none of them. */
bool staging_known(struct app *app, const char *stage, struct error *err);

/* Says so in one line on standard error. */
void staging_say(struct app *app, const char *stage);

#endif
