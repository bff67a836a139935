/* attached: the files under a channel's files/ (drawings, documents, settings): how they may be called, and what links to
 * them.
 *
 * Such a file is handed out as it is, under its own name. Its address is its path, `files/p-101.pdf`. */
#ifndef CRIB_LIBRARY_ATTACHED_H
#define CRIB_LIBRARY_ATTACHED_H

#include "core/base/arena.h"

#include <stdbool.h>

/* Is it the path of such a file? Below files/, printable UTF-8, at most 1,024 bytes, no backslash, no part that is empty or
 * begins with a dot or a dash (what is saved must neither hide nor be taken for an option), and no Markdown. */
bool attached_path_valid(const char *path);

/* The path of the file that a link's target (as written in the text) leads to, wherever in the channel the text stands:
 * `files/x.pdf`, `../files/x.pdf`, `../../files/x.pdf?query#part` are all files/x.pdf; %XX is taken back. NULL where it
 * leads elsewhere, or memory is out. */
const char *attached_link(struct arena *a, const char *target);

#endif
