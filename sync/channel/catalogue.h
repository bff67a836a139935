/* catalogue: what every device is told of a module, whatever its roles: the front matter alone, cut down; and of a programme. */
#ifndef CRIB_SYNC_CHANNEL_CATALOGUE_H
#define CRIB_SYNC_CHANNEL_CATALOGUE_H

#include "core/base/arena.h"
#include "core/base/strings.h"
#include "core/base/text.h"
#include "core/library/module.h"
#include "core/library/programme.h"

#include <stdbool.h>

/* The module's file in the catalogue: title, problem, outcome, minutes, format, stages and triggers, these roles, and the
 * kind of an event. Every text is quoted, so that it means itself. Lives in the arena; false when memory is out. */
bool catalogue_entry(struct arena *a, const struct module *m, struct strings roles, struct str *entry);

/* The programme's file in the catalogue: all that it says, with these roles, so that a device whose roles it is not for can show
 * it. The same holds for every text. */
bool catalogue_programme(struct arena *a, const struct programme *p, struct strings roles, struct str *entry);

#endif
