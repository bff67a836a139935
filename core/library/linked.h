/* linked: what a link from one text of a channel leads to in another, as it is written from where its file lies. */
#ifndef CRIB_LIBRARY_LINKED_H
#define CRIB_LIBRARY_LINKED_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/library/library.h"

#include <stdint.h>

/* The path of target as seen from the directory of the file base, relative to the root: "a/../b" is gone. NULL when it
 * leads out of the root, or memory is out. */
char *linked_path(struct arena *a, const char *base, const char *target);

/* The `channel/id` of the module or page that a link in the text of module `key` leads to; what stands behind `?` or `#` does
 * not count. It goes by the paths in the channel's source, wherever the channel came from; an id alone does, too. NULL with
 * EX_NOINPUT where it leads to none. */
const char *library_linked(struct library *l, struct arena *a, int64_t key, const char *target, struct error *err);

#endif
