/* file: whole files in and out, and the places where crib keeps things. */
#ifndef CRIB_BASE_FILE_H
#define CRIB_BASE_FILE_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Appends the regular file's bytes to out. Fails on a directory, a device or a FIFO (EX_NOINPUT, without blocking),
 * and on a file larger than most bytes (EX_DATAERR). */
bool file_read(const char *path, size_t most, struct buf *out, struct error *err);

/* Writes the file whole: temporary file beside it, fsync, rename, fsync of the directory. On failure the file that
 * stood there is untouched. mode as for open(2). */
bool file_write(const char *path, const char *bytes, size_t n, mode_t mode, struct error *err);

/* The same piece by piece: opened, added to, and done or dropped. What failed is dropped by the caller, but by
 * file_new_done. path is borrowed. */
struct file_new {
    const char *path;
    int fd;
    char temporary[4096];
};
bool file_new_open(struct file_new *f, const char *path, struct error *err);
bool file_new_add(struct file_new *f, const char *bytes, size_t n, struct error *err);
bool file_new_done(struct file_new *f, mode_t mode, struct error *err);
void file_new_drop(struct file_new *f);

/* The same for a file that must be new: what stands there is never replaced (EX_CANTCREAT). */
bool file_write_new(const char *path, const char *bytes, size_t n, mode_t mode, struct error *err);

/* Takes the lock that the file stands for (made, mode 0600, where there is none), waiting at most wait_ms: a descriptor,
 * which the process holds it by until it closes it or is no more. -1 with EX_TEMPFAIL where another process has it: why
 * says who. One process gets it twice. */
int file_lock(const char *path, int wait_ms, const char *why, struct error *err);

/* Does another process hold it? Takes nothing, and makes no file. Not to be asked by who holds it: a process that closes a file lets
 * go of all its locks there (fcntl). */
bool file_locked(const char *path);

/* Makes the directory and its parents (mode 0700 for those made). */
bool file_make_dirs(const char *path, struct error *err);

/* The same with another mode, whatever the umask. */
bool file_make_dirs_mode(const char *path, mode_t mode, struct error *err);

/* `dir/name`, or name alone when it is absolute; NULL when memory is out. */
char *file_join(struct arena *a, const char *dir, const char *name);

/* The path of what is there, absolute and without links; "" for NULL. */
bool file_whole(struct arena *a, const char *path, const char **whole, struct error *err);

/* The places of one run, from CRIB_HOME or XDG (XDG Base Directory Specification 0.8), and CRIB_SYSTEM. */
struct places {
    const char *data;   /* library.db, record.db, the search index */
    const char *config; /* config.yaml */
    const char *state;  /* positions, spool, logs */
    const char *system_data;   /* /var/lib/crib, or CRIB_SYSTEM */
    const char *system_config; /* /etc/crib/config.yaml */
};

/* Fills places (texts in a). Fails (EX_CONFIG) when CRIB_HOME or CRIB_SYSTEM is set to what is no absolute path, or
 * neither CRIB_HOME nor HOME is set to one. Makes nothing on disk. */
bool places_find(struct arena *a, struct places *p, struct error *err);

/* May new files be made there? Refuses (EX_NOPERM) where root would leave its own in another account's directory, as a kiosk's:
 * that account could not read them. */
bool places_ours(struct arena *a, const struct places *p, struct error *err);

#endif
