/* catalogue: what every device is told of a module, whatever its roles: the front matter alone, cut down. */
#ifndef CRIB_SYNC_CHANNEL_CATALOGUE_H
#define CRIB_SYNC_CHANNEL_CATALOGUE_H

#include "core/base/arena.h"
#include "core/base/strings.h"
#include "core/base/text.h"
#include "core/library/module.h"

#include <stdbool.h>

/* The module's file in the catalogue: title, problem, outcome, minutes, format, stages and triggers, these roles, and the
 * kind of an event. Every text is quoted, so that it means itself. Lives in the arena; false when memory is out. */
bool catalogue_entry(struct arena *a, const struct module *m, struct strings roles, struct str *entry);

#endif
