/* source: the bytes of a text file made fit for parsing: UTF-8 without BOM and NUL, lines ending in LF. */
#ifndef CRIB_LIBRARY_SOURCE_H
#define CRIB_LIBRARY_SOURCE_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* Gives the clean text: bytes itself where nothing had to be done (or only a BOM skipped), else a copy in the arena.
 * CRLF and CR become LF; NUL and bytes that aren't UTF-8 become U+FFFD, with an error to diags at the first of each
 * line, for ten lines at most. false when memory is out. */
bool source_clean(struct arena *a, const char *bytes, size_t n, const char *file, struct diags *diags,
                  struct str *clean);

#endif
