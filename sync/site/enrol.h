/* enrol: `crib enrol URL CODE`: this device becomes one of a site, by one line that is pasted. */
#ifndef CRIB_SYNC_SITE_ENROL_H
#define CRIB_SYNC_SITE_ENROL_H

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/error.h"
#include "core/base/file.h"

#include <stdbool.h>

/* Gives the code for name and token; keeps the token in site.key (0600) beside config.yaml, the site in `site`, homepage
 * and account where none is set, the roles; adds the site's channels and fetches them. What else stands in the
 * configuration stays. A device that is enrolled elsewhere is refused (EX_CONFIG) before the code is used; so is a code
 * that is none (EX_NOPERM) and a site that is not there (EX_TEMPFAIL). */
bool enrol_command(struct arena *a, const struct places *places, const struct args *args, struct error *err);

#endif
