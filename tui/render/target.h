/* target: where a link leads: what a terminal may be given, and what a reader is told. */
#ifndef CRIB_RENDER_TARGET_H
#define CRIB_RENDER_TARGET_H

#include "core/base/buf.h"

#include <stdbool.h>

/* Appends the target as OSC 8 (hyperlinks in terminal emulators) may carry it: scheme https, mailto or crib, every byte
 * outside printable ASCII, and ";", percent-encoded, at most 2,048 bytes. False, with nothing appended, for any other. */
bool target_encode(struct buf *out, const char *target);

/* Appends where a target leads, as safe text: "https://host", "mailto:user@host", "crib:..."; a target without scheme
 * whole. */
void target_origin(struct buf *out, const char *target);

#endif
