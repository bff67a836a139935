/* Files that are handed out: their bytes lie beside the database, in files/, named by hash and ending; what they are called
 * stands in the table `file`. Bytes are on disk before a transaction names them, and go after one that names them no more. */
#include "core/library/library_file.h"

#include "core/base/file.h"
#include "core/base/hex.h"
#include "core/library/attached.h"
#include "core/library/library_install.h"

#include <ctype.h>
#include <dirent.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

_Static_assert((int)LIBRARY_FILE_HASH == (int)FILE_HASH, "one hash");

enum { ENDING_MOST = 8, STORED_NAME = 2 * FILE_HASH + ENDING_MOST + 2, STORED_PATH = 4096 };

/* In a channel's rows of `file`, those of files/ that are no pages. The path's comparison is the primary key's. */
#define ATTACHED_ROWS "f.path >= 'files/' AND f.path < 'files0' AND f.module IS NULL"

/* ---- where bytes lie ---- */

/* `HASH.pdf`: viewers go by a name's ending. */
static void stored_name(const char *path, const unsigned char *hash, char name[STORED_NAME])
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash != NULL ? slash : path, '.');
    size_t n = 2 * FILE_HASH, k = 0;
    sodium_bin2hex(name, n + 1, hash, FILE_HASH);
    if (dot == NULL || dot[1] == '\0')
        return;
    for (const char *c = dot + 1; *c != '\0'; c++, k++)
        if (k == ENDING_MOST || (unsigned char)*c >= 0x80 || !isalnum((unsigned char)*c))
            return;
    snprintf(name + n, STORED_NAME - n, "%s", dot);
}

static bool stored_path(const struct part *part, const char *name, char path[STORED_PATH], struct error *err)
{
    int n = snprintf(path, STORED_PATH, "%s/files%s%s", part->dir, name[0] != '\0' ? "/" : "", name);
    return (n > 0 && n < STORED_PATH) ||
           error_set(err, EX_CONFIG, "cannot keep files in", part->dir, "the path is too long", NULL);
}

bool attached_there(const struct part *part, const char *path, const unsigned char *hash, uint64_t size)
{
    char name[STORED_NAME], full[STORED_PATH];
    struct stat st;
    stored_name(path, hash, name);
    return stored_path(part, name, full, NULL) && lstat(full, &st) == 0 && S_ISREG(st.st_mode) &&
           (uint64_t)st.st_size == size;
}

/* ---- taking them in ---- */

static bool store(const struct part *part, const char *path, const unsigned char *hash, const struct buf *bytes,
                  struct error *err)
{
    char name[STORED_NAME], full[STORED_PATH];
    if (attached_there(part, path, hash, bytes->len))
        return true;
    stored_name(path, hash, name);
    return stored_path(part, "", full, err) && file_make_dirs_mode(full, part->shared ? 0755 : 0700, err) &&
           stored_path(part, name, full, err) &&
           file_write(full, buf_text(bytes), bytes->len, part->shared ? 0444 : 0400, err);
}

bool attached_take(struct install *in, const struct channel_file *file, const struct known *known,
                const unsigned char *hash, struct error *err)
{
    bool same = known != NULL && memcmp(known->hash, hash, FILE_HASH) == 0;
    if (!store(&in->library->parts[PART_USER], file->path, hash, &in->bytes, err))
        return false;
    *(same ? &in->result->unchanged : known != NULL ? &in->result->changed : &in->result->added) += 1;
    return (same && file->entry != NULL) || install_note_file(in, file, hash, 0, err);
}

bool attached_count(struct install *in, int64_t *count, struct error *err)
{
    return db_number(in->db, count, 0, err, "SELECT count(*) FROM file f WHERE f.channel = ? AND " ATTACHED_ROWS
                     " AND f.path NOT LIKE '%.md'", "i", in->number);
}

bool attached_whole(struct part *part, const char *channel)
{
    sqlite3_stmt *s = db_statement(part->db,
                                   "SELECT f.path, f.hash, f.size FROM channel c JOIN file f ON f.channel = c.number "
                                   "WHERE c.id = ? AND " ATTACHED_ROWS,
                                   NULL);
    bool whole = s != NULL && db_bind(s, "s", channel);
    while (whole && db_step(part->db, s, NULL) > 0)
        whole = !attached_path_valid(db_text(s, 0)) ||
                (sqlite3_column_bytes(s, 1) == FILE_HASH &&
                 attached_there(part, db_text(s, 0), sqlite3_column_blob(s, 1), (uint64_t)sqlite3_column_int64(s, 2)));
    if (s != NULL)
        sqlite3_reset(s);
    return whole;
}

/* ---- tidying ---- */

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The names of all bytes that a row stands for, sorted. */
static bool named(struct part *part, struct arena *a, struct strings *names)
{
    sqlite3_stmt *s = db_statement(part->db,
                                   "SELECT f.path, f.hash FROM channel c CROSS JOIN file f ON f.channel = c.number "
                                   "WHERE " ATTACHED_ROWS,
                                   NULL);
    void *list = NULL;
    size_t count = 0;
    int row = s != NULL ? 1 : -1;
    while (row > 0 && (row = db_step(part->db, s, NULL)) > 0) {
        char name[STORED_NAME];
        const char **item = grow(a, &list, &count, sizeof *item, NULL);
        if (item != NULL && sqlite3_column_bytes(s, 1) == FILE_HASH) {
            stored_name(db_text(s, 0), sqlite3_column_blob(s, 1), name);
            *item = arena_strdup(a, name);
        }
        if (item == NULL || *item == NULL) {
            sqlite3_reset(s);
            row = -1;
        }
    }
    if (count > 0)
        qsort(list, count, sizeof(char *), by_text);
    *names = (struct strings){list, count};
    return row == 0;
}

/* With synchronous=NORMAL a commit is on disk when its pages are in the database. While a reader keeps them from there,
 * what is not needed stays for the next time. */
static bool is_on_disk(struct part *part)
{
    int frames = -1, done = -1;
    return sqlite3_wal_checkpoint_v2(db_handle(part->db), NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, &done) == SQLITE_OK &&
           frames == done;
}

static void remove_others(struct part *part, DIR *dir, struct strings names)
{
    bool sure = false;
    const struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;
        if (name[0] == '.' || (names.count > 0 && bsearch(&name, names.items, names.count, sizeof *names.items, by_text)))
            continue;
        if (!sure && !is_on_disk(part))
            return;
        sure = true;
        unlinkat(dirfd(dir), name, 0);
    }
}

void attached_tidy(struct part *part)
{
    char path[STORED_PATH];
    struct strings names;
    struct arena *a = arena_open();
    DIR *dir = stored_path(part, "", path, NULL) ? opendir(path) : NULL;
    if (a != NULL && dir != NULL && named(part, a, &names))
        remove_others(part, dir, names);
    if (dir != NULL)
        closedir(dir);
    arena_close(a);
}

/* ---- handing them out ---- */

/* The path in an address; *channel is {NULL, 0} where it names none. NULL where it is no such address. */
static const char *split(const char *address, struct str *channel)
{
    size_t n = strcspn(address, "/");
    *channel = (struct str){NULL, 0};
    if (attached_path_valid(address))
        return address;
    if (address[n] == '\0' || !attached_path_valid(address + n + 1))
        return NULL;
    *channel = (struct str){address, n};
    return address + n + 1;
}

bool library_file_named(const char *what)
{
    struct str channel;
    return split(what, &channel) != NULL;
}

struct finding {
    struct library *l;
    struct arena *a;
    struct library_file *file;
    struct buf channels; /* those that have it */
    size_t found;
    struct error *err;
};

static bool keep_found(struct finding *f, int part, sqlite3_stmt *s)
{
    char name[STORED_NAME], full[STORED_PATH];
    if (channel_hidden(f->l, part, db_text(s, 0)) || sqlite3_column_bytes(s, 2) != FILE_HASH)
        return true;
    buf_addf(&f->channels, "%s%s", f->found > 0 ? ", " : "", db_text(s, 0));
    if (f->found++ > 0)
        return true;
    struct library_file *file = f->file;
    memcpy(file->hash, sqlite3_column_blob(s, 2), FILE_HASH);
    file->size = (uint64_t)sqlite3_column_int64(s, 3);
    file->channel = column_text(s, 0, f->a, f->err);
    file->path = column_text(s, 1, f->a, f->err);
    if (file->channel == NULL || file->path == NULL)
        return false;
    stored_name(file->path, file->hash, name);
    file->name = strrchr(file->path, '/') + 1;
    return stored_path(&f->l->parts[part], name, full, f->err) &&
           ((file->stored = arena_strdup(f->a, full)) != NULL || error_memory(f->err));
}

static bool find_in(struct finding *f, int part, const char *path, struct str channel)
{
    struct db *db = f->l->parts[part].db;
    if (db == NULL)
        return true;
    sqlite3_stmt *s = db_statement(db,
                                   "SELECT c.id, f.path, f.hash, f.size FROM channel c JOIN file f ON f.channel = "
                                   "c.number AND f.path = ?1 WHERE (?2 IS NULL OR c.id = ?2) ORDER BY c.id",
                                   f->err);
    if (s == NULL || !db_bind(s, "st", path, channel))
        return false;
    int row;
    while ((row = db_step(db, s, f->err)) > 0)
        if (!keep_found(f, part, s)) {
            sqlite3_reset(s);
            return false;
        }
    return row == 0;
}

/* What the channels have instead, for a word that is nearly right. */
static bool none(struct finding *f, const char *address, const char *path)
{
    void *list = NULL;
    size_t count = 0;
    char todo[1200] = "a link in a module or page names them; is it for another role?";
    for (int part = 0; part < PARTS; part++) {
        struct db *db = f->l->parts[part].db;
        sqlite3_stmt *s = db == NULL ? NULL
                                     : db_statement(db,
                                                    "SELECT f.path FROM channel c CROSS JOIN file f ON f.channel = "
                                                    "c.number WHERE " ATTACHED_ROWS,
                                                    NULL);
        while (s != NULL && db_step(db, s, NULL) > 0) {
            const char **item = grow(f->a, &list, &count, sizeof *item, NULL);
            if (item == NULL || (*item = column_text(s, 0, f->a, NULL)) == NULL) {
                sqlite3_reset(s);
                return error_memory(f->err);
            }
        }
    }
    const char *nearest = strings_nearest((struct strings){list, count}, path);
    if (nearest != NULL)
        snprintf(todo, sizeof todo, "did you mean %s?", nearest);
    return error_set(f->err, EX_NOINPUT, "no such file is installed", address, NULL, todo);
}

bool library_file(struct library *l, struct arena *a, const char *address, struct library_file *file, struct error *err)
{
    struct str channel;
    struct finding f = {.l = l, .a = a, .file = file, .err = err};
    const char *path = split(address, &channel);
    *file = (struct library_file){.channel = ""};
    if (path == NULL)
        return error_set(err, EX_NOINPUT, "no such file is installed", address, NULL, "it looks like files/p-101.pdf");
    bool ok = true;
    for (int part = 0; ok && part < PARTS; part++)
        ok = find_in(&f, part, path, channel);
    if (ok && f.found == 0)
        ok = none(&f, address, path);
    if (ok && f.found > 1) {
        char todo[300];
        snprintf(todo, sizeof todo, "say which: %.100s/%.150s", file->channel, file->path);
        ok = error_set(err, EX_DATAERR, "several channels have this file", address, buf_text(&f.channels), todo);
    }
    buf_free(&f.channels);
    return ok;
}

bool library_file_read(const struct library_file *file, struct buf *out, struct error *err)
{
    static const char todo[] = "remove it; the next `crib sync` brings it again";
    unsigned char hash[FILE_HASH];
    size_t from = out->len;
    if (!file_read(file->stored, MODULE_MOST_BYTES, out, err))
        return false;
    crypto_generichash(hash, sizeof hash, (const unsigned char *)buf_text(out) + from, out->len - from, NULL, 0);
    return memcmp(hash, file->hash, sizeof hash) == 0 ||
           error_set(err, EX_DATAERR, "the disk holds other bytes than were installed", file->stored, NULL, todo);
}
