/* files: published channels as static files (design: a channel's published form).
 *
 * Only what a published channel consists of is served: channel.json and its signature, and plain names in keys/, pack/,
 * delta/ and sig/. So there is no path to climb, no directory to list, no hidden file to guess. No symbolic link is
 * followed below the channel's directory. A file that changes is noticed at the next request.
 *
 * All go out as they lie there. Packs and differences are compressed already; channel.json would be 1 to 2 KB shorter with
 * gzip, once a change, but asking for that makes each request longer that finds nothing new: it doesn't pay. */
#ifndef CRIB_SERVE_FILES_H
#define CRIB_SERVE_FILES_H

#include "core/base/error.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

struct files;

/* No channel yet; NULL when memory is out. */
struct files *files_open(void);
void files_close(struct files *f); /* after the server was stopped; NULL is allowed */

/* Serves the published channel in dir under /ID/, ID being the `id` in its channel.json, which is returned (owned by f).
 * NULL where there is none (EX_DATAERR), where it is another channel's id or a word that the server needs for itself. */
const char *files_add(struct files *f, const char *dir, struct error *err);

/* How many channels, and the id and the directory of one. */
size_t files_count(const struct files *f);
const char *files_id(const struct files *f, size_t at);
const char *files_dir(const struct files *f, size_t at);

/* Answers a GET or HEAD of the path (percent-encoding undone). Any thread may call it. */
enum MHD_Result files_answer(struct files *f, struct MHD_Connection *connection, const char *path, bool head);

enum files_kind { FILES_NONE, FILES_POINTER, FILES_KEYS, FILES_IMMUTABLE };

/* What the path inside a channel may be: FILES_NONE for all that no published channel has. */
enum files_kind files_kind(const char *path);

#endif
