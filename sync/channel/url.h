/* url: where a published channel is: URLs of directories and files, and what a word of the command line stands for. */
#ifndef CRIB_SYNC_CHANNEL_URL_H
#define CRIB_SYNC_CHANNEL_URL_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"

#include <stdbool.h>

/* The URL that a word of the command line stands for: a URL with a slash at its end, or the file URL of a directory that
 * holds a published channel; *url is NULL for anything else. */
bool url_of_word(struct arena *a, const char *word, const char **url, struct error *err);

/* `file://` and the absolute path escaped, with a slash at its end; NULL when memory is out. */
const char *url_of_dir(struct arena *a, const char *path);

/* Appends the path as it stands in a URL. */
void url_escape(struct buf *out, const char *path);

bool url_is_file(const char *url);

#endif
