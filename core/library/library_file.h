/* library_file: the drawings, documents and settings (files/) of what is installed, to be handed out. */
#ifndef CRIB_LIBRARY_LIBRARY_FILE_H
#define CRIB_LIBRARY_LIBRARY_FILE_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/library/library.h"

#include <stdbool.h>
#include <stdint.h>

enum { LIBRARY_FILE_HASH = 32 };

struct library_file {
    const char *channel;
    const char *path;   /* `files/p-101.pdf` */
    const char *name;   /* its tail: safe to be saved under */
    const char *stored; /* where its bytes lie: not to be written to; the ending is the name's */
    uint64_t size;
    unsigned char hash[LIBRARY_FILE_HASH];
};

/* Does it look like the address of a file, `files/...` or `channel/files/...`? */
bool library_file_named(const char *what);

/* The file at an address. EX_NOINPUT, with the nearest path, where there is none; EX_DATAERR where the short form fits in
 * several channels (they are named). Texts live in the arena. */
bool library_file(struct library *l, struct arena *a, const char *address, struct library_file *file,
                  struct error *err);

/* Appends its bytes to out, proved to be those that were installed. EX_DATAERR where the disk holds others. */
bool library_file_read(const struct library_file *file, struct buf *out, struct error *err);

#endif
