/* library_install: what bringing one channel up to date shares between the files that do it. */
#ifndef CRIB_LIBRARY_LIBRARY_INSTALL_H
#define CRIB_LIBRARY_LIBRARY_INSTALL_H

#include "core/library/channel.h"
#include "core/library/library_private.h"
#include "core/library/search_writer.h"

enum { FILE_HASH = 32, TOUCHED_MOST = 1024 };

/* A file as it was when it was last read. */
struct known {
    const char *path;
    int64_t size, mtime_ns, inode, checked_ms;
    unsigned char hash[FILE_HASH];
    int64_t module; /* 0: it gave none */
    bool gone;
};

struct install {
    struct library *library;
    struct db *db;
    const struct channel *channel;
    const struct library_published *published; /* NULL of a directory */
    int64_t number; /* the channel's row */
    int64_t now_ms;
    bool drafts;
    bool all;     /* parse every file again */
    bool touched; /* a module came, changed or went: the index has to be written */
    int64_t keys[TOUCHED_MOST]; /* which ones, as far as there is room: */
    size_t key_count;           /* more than TOUCHED_MOST were too many */
    struct channel_reader *reader;
    struct search_writer *index;
    struct arena *scratch; /* for one file, then reset */
    struct buf bytes;      /* of one file */
    struct diags *diags;
    struct library_result *result;
};

/* Takes one module out: its texts are remembered, the rest goes. */
bool install_remove(struct install *in, int64_t key, struct error *err);

/* Reads a file that is new or may have changed, and takes it in where it did. Content that can't be taken is reported
 * to the diags and counted; false is for the database, the disk and memory alone. */
bool install_file(struct install *in, const struct channel_file *file, const struct known *known, struct error *err);

/* Keeps how a file of the channel was when it was read; module 0 for none. */
bool install_note_file(struct install *in, const struct channel_file *file, const unsigned char *hash, int64_t module,
                       struct error *err);

/* ---- programmes (library_programme.c) ---- */

/* Takes the programme of in->bytes in, or reports why it can't be (what was installed of it before stays). */
bool install_programme(struct install *in, const struct channel_file *file, const unsigned char *hash, struct error *err);

/* Takes out the programme whose file lay there, if there was one. */
bool install_remove_programme(struct install *in, const char *path, struct error *err);

/* How many the channel has. */
bool install_count_programmes(struct install *in, int64_t *count, struct error *err);

/* ---- files that are handed out (library_file.c) ---- */

/* Keeps the bytes of in->bytes, on disk before anything names them. */
bool attached_take(struct install *in, const struct channel_file *file, const struct known *known,
                const unsigned char *hash, struct error *err);

/* Are the bytes there, and as many? */
bool attached_there(const struct part *part, const char *path, const unsigned char *hash, uint64_t size);

/* How many the channel has. */
bool attached_count(struct install *in, int64_t *count, struct error *err);

/* Are those of all the channel's files there? */
bool attached_whole(struct part *part, const char *channel);

/* Takes away the bytes that nothing names any more, once it is on disk that nothing does; by who holds the lock. */
void attached_tidy(struct part *part);

#endif
