/* stream_pattern: one output pattern, ready to be tried on lines, with limits on what it may cost. */
#ifndef CRIB_LIBRARY_STREAM_PATTERN_H
#define CRIB_LIBRARY_STREAM_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

struct stream_pattern;

/* NULL where it does not compile, or memory is out. */
struct stream_pattern *stream_pattern_open(const char *pattern);
void stream_pattern_close(struct stream_pattern *p); /* NULL is allowed */

/* Does it fit the line? Not where it would take too many steps; after some such lines it is tried no more. */
bool stream_pattern_fits(struct stream_pattern *p, const char *line, size_t n);

#endif
