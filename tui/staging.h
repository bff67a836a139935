/* staging: a stage of the work, or a role, that nobody here knows is most likely mistyped, and nothing else would say so. */
#ifndef CRIB_TUI_STAGING_H
#define CRIB_TUI_STAGING_H

#include "core/base/error.h"
#include "tui/app.h"

#include <stdbool.h>

/* False, with the known ones in err, where channels or modules here name stages, and this one (not "") is none of them. */
bool staging_known(struct app *app, const char *stage, struct error *err);

/* The same of roles: false, with the nearest in err, for the first that no channel and no module here names. */
bool staging_roles_known(struct app *app, struct strings roles, struct error *err);

/* The same of the learner's, as far as they can be corrected here: what a site or the list of learners says is theirs, and a directory
 * that is previewed need not be for them. */
bool staging_own_roles_known(struct app *app, struct error *err);

/* Says so in one line on standard error. role: the one that is asked for (NULL: the learner's own, as above). */
void staging_say(struct app *app, const char *stage);
void staging_say_role(struct app *app, const char *role);

#endif
