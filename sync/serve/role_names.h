/* role_names: the roles that the channels of a site are for, so that a mistyped one is said where it is given. */
#ifndef CRIB_SERVE_ROLE_NAMES_H
#define CRIB_SERVE_ROLE_NAMES_H

#include "core/base/command.h"
#include "core/base/strings.h"
#include "sync/serve/files.h"
#include "sync/serve/store.h"

/* Where the channels lie that are served from now on; none: what was kept stays. */
bool role_names_keep(struct arena *a, struct store *s, const struct files *f, struct error *err);

/* Says on stderr, once each, which of these roles no channel knows, with the nearest one: of the channels of --channel, else those that
 * were served last. Nothing where one of them can't be read: others may be for it. Roles are for people too: it stays a warning. */
void role_names_check(struct arena *a, struct store *s, const struct args *args, struct strings roles);

#endif
