/* pack: a group's whole content as it travels: one plain tar, compressed with zstd, or the difference to an earlier one.
 *
 * What counts is the tar: it is written sorted, with fixed times, owners and modes, so that the same content gives the
 * same bytes on every machine, and its SHA-256 is its name. Compressed forms are only ways to carry it. A tar is at most
 * PACK_MOST bytes, and so is the window that zstd needs to unpack it. */
#ifndef CRIB_SYNC_CHANNEL_PACK_H
#define CRIB_SYNC_CHANNEL_PACK_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

enum { PACK_MOST = 64 * 1024 * 1024, PACK_WINDOW_LOG = 26, PACK_HASH = 32, PACK_FILES_MOST = 1000000 };

struct pack_file {
    const char *path; /* relative, with slashes, without `.` and `..` */
    struct str bytes;
};

struct pack_files {
    const struct pack_file *items; /* sorted by path, bytewise; none twice */
    size_t count;
};

/* May a file of a pack be called so? Printable UTF-8, at most 1,024 bytes, no empty, `.` or `..` part, no backslash. */
bool pack_path_valid(const char *path);

/* Appends the tar of the files. EX_DATAERR when a path is not valid, the order is wrong, or the tar is too large. */
bool pack_write(const struct pack_files *files, struct buf *tar, struct error *err);

/* Reads a tar back; the bytes of its files are copied into the arena. where names it. EX_DATAERR for anything that
 * pack_write doesn't write: links, devices, directories, paths that leave, files out of order or twice. */
bool pack_read(struct arena *a, struct str tar, const char *where, struct pack_files *files, struct error *err);

/* The file at a path, or NULL. */
const struct pack_file *pack_find(const struct pack_files *files, const char *path);

/* SHA-256. */
void pack_hash(struct str tar, unsigned char hash[PACK_HASH]);

/* How hard the compressor tries: a pack once a version, and a difference to each of many versions. */
enum pack_effort { PACK_BEST, PACK_QUICK };

/* Appends the tar as one zstd frame; base {NULL, 0} for none, else what the one who unpacks has already (zstd's
 * --patch-from). A large tar is never worth the best. The same bytes from the same zstd. false when memory is out. */
bool pack_compress(struct str tar, struct str base, enum pack_effort effort, struct buf *out, struct error *err);

/* Unpacks a frame that was announced to hold exactly size bytes with this hash, and appends them. Not one byte more is
 * written, whatever the frame holds. EX_DATAERR when the result is another, with nothing appended. */
bool pack_expand(struct str packed, struct str base, size_t size, const unsigned char hash[PACK_HASH],
                 const char *where, struct buf *out, struct error *err);

#endif
