/* front_matter: where in a file's bytes the front matter lies, and what looks like one. */
#ifndef CRIB_LIBRARY_FRONT_MATTER_H
#define CRIB_LIBRARY_FRONT_MATTER_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* The line at s without its end; *next is where the following one starts. */
struct str front_line(struct str s, size_t at, size_t *next);

/* Where the YAML and the body lie; false when the file has no front matter, or never closes it (*open). */
bool front_find(struct str source, struct str *yaml, size_t *body, size_t *body_line, bool *open);

/* A page may begin with a rule of three dashes and go on with prose: that isn't front matter. */
bool front_looks_like_yaml(struct str yaml);

/* `word:` at the very beginning of a line. */
bool front_begins_key(struct str line);

/* Where the first heading below an empty line lies in what ought to be YAML (to which it would be a comment), and the
 * number of its line in the file. */
bool front_heading(struct str yaml, size_t *offset, size_t *line);

#endif
