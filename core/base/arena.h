/* arena: memory that is freed all at once.
 *
 * Results of parsing live in an arena: the parser allocates as it goes, the owner of the arena frees the
 * whole. Nothing in an arena is freed singly. An arena is not shared between threads. */
#ifndef CRIB_BASE_ARENA_H
#define CRIB_BASE_ARENA_H

#include "core/base/attribute.h"

#include <stddef.h>

struct arena;

/* A new, empty arena, or NULL when memory is out. The caller owns it: arena_close. */
struct arena *arena_open(void);

/* Frees the arena and all that was allocated in it. NULL is allowed. */
void arena_close(struct arena *a);

/* size bytes, zeroed and aligned for any type; NULL when memory is out. size 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t size);

/* count elements of size bytes each, zeroed; NULL when memory is out or count * size overflows. */
void *arena_array(struct arena *a, size_t count, size_t size);

/* A NUL-terminated copy of len bytes / of a string / of what printf would print; NULL when memory is out. */
char *arena_copy(struct arena *a, const char *text, size_t len);
char *arena_strdup(struct arena *a, const char *text);
char *arena_printf(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3);

/* Forgets all that was allocated but keeps the first block for use again. */
void arena_reset(struct arena *a);

#endif
