/* Bringing a channel of the library up to date with its directory. */
#include "core/library/library_install.h"

#include "core/base/clock.h"
#include "core/library/library_index.h"
#include "core/library/trigger_store.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum {
    LOCK_WAIT_MS = 5000,
    REPORT_EVERY = 128,
    CLOCK_SLACK_MS = 5 * 60 * 1000, /* two machines' clocks may differ by so much without one of them being wrong */
    /* A file that was written so shortly before it was read may have been written again within the same tick of the
     * file system's clock: its time proves nothing, so its bytes are compared. */
    RACY_MS = 2000,
};

/* ---- one installer at a time ---- */

int library_lock(const struct part *part, int wait_ms, struct error *err)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/library.lock", part->dir);
    if (n <= 0 || (size_t)n >= sizeof path) {
        error_errno(err, ENAMETOOLONG, "cannot lock the library", part->dir, NULL);
        return -1;
    }
    return file_lock(path, wait_ms, "another crib is installing", err);
}

/* ---- the channel's row ---- */

static bool check_channel(struct install *in, bool *same, struct error *err)
{
    struct db *db = in->db;
    const struct channel *c = in->channel;
    sqlite3_stmt *s = db_statement(
        db, "SELECT number, dir, iri, name, implied, roles, stages, languages, url FROM channel WHERE id = ?", err);
    if (s == NULL || !db_bind(s, "s", c->id))
        return false;
    int row = db_step(db, s, err);
    if (row <= 0)
        return row == 0;
    in->number = sqlite3_column_int64(s, 0);
    bool ok = strcmp(db_text(s, 1), c->dir) == 0 && strcmp(db_text(s, 8), c->url) == 0;
    if (!ok) {
        char todo[300];
        snprintf(todo, sizeof todo, "`crib channel remove %s` first, or give this one another id in channel.yaml",
                 c->id);
        error_set(err, EX_DATAERR, "another channel has this id", c->id,
                  db_text(s, 1)[0] != '\0' ? db_text(s, 1) : db_text(s, 8), todo);
    }
    const char *roles = list_join(in->scratch, c->roles, err), *stages = list_join(in->scratch, c->stages, err),
               *languages = list_join(in->scratch, c->languages, err);
    ok = ok && roles != NULL && stages != NULL && languages != NULL;
    *same = ok && strcmp(db_text(s, 2), c->iri) == 0 && strcmp(db_text(s, 3), c->name) == 0 &&
            sqlite3_column_int(s, 4) == c->implied && strcmp(db_text(s, 5), roles) == 0 &&
            strcmp(db_text(s, 6), stages) == 0 && strcmp(db_text(s, 7), languages) == 0;
    sqlite3_reset(s);
    return ok;
}

static bool write_channel(struct install *in, struct error *err)
{
    const struct channel *c = in->channel;
    const char *roles = list_join(in->scratch, c->roles, err), *stages = list_join(in->scratch, c->stages, err),
               *languages = list_join(in->scratch, c->languages, err);
    if (roles == NULL || stages == NULL || languages == NULL)
        return false;
    return db_run(
               in->db, err,
               "INSERT INTO channel (id, iri, name, dir, implied, roles, stages, languages, installed_ms, synced_ms, url) "
               "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10) ON CONFLICT DO UPDATE SET iri = excluded.iri, "
               "name = excluded.name, implied = excluded.implied, roles = excluded.roles, stages = excluded.stages, "
               "languages = excluded.languages, synced_ms = excluded.synced_ms",
               "ssssisssis", c->id, c->iri, c->name, c->dir, (int64_t)c->implied, roles, stages, languages,
               in->now_ms, c->url) &&
           db_number(in->db, &in->number, 0, err, "SELECT number FROM channel WHERE id = ?", "s", c->id);
}

/* ---- what to do ---- */

struct plan {
    struct arena *arena;
    struct known *known; /* sorted by path */
    size_t known_count;
    struct channel_files files;
    const struct channel_file **todo; /* files to read, with what is known of them */
    struct known **todo_known;
    size_t todo_count;
    size_t gone_count;
};

static bool load_known(struct install *in, struct plan *p, struct error *err)
{
    sqlite3_stmt *s = db_statement(in->db,
                                   "SELECT path, size, mtime_ns, inode, checked_ms, hash, module FROM file "
                                   "WHERE channel = ? ORDER BY path",
                                   err);
    if (s == NULL || !db_bind(s, "i", in->number))
        return false;
    int row;
    void *list = NULL;
    while ((row = db_step(in->db, s, err)) > 0) {
        struct known *k = grow(p->arena, &list, &p->known_count, sizeof *k, err);
        if (k == NULL || (k->path = column_text(s, 0, p->arena, err)) == NULL) {
            sqlite3_reset(s);
            return false;
        }
        k->size = sqlite3_column_int64(s, 1);
        k->mtime_ns = sqlite3_column_int64(s, 2);
        k->inode = sqlite3_column_int64(s, 3);
        k->checked_ms = sqlite3_column_int64(s, 4);
        if (sqlite3_column_bytes(s, 5) == FILE_HASH)
            memcpy(k->hash, sqlite3_column_blob(s, 5), FILE_HASH);
        k->module = sqlite3_column_int64(s, 6);
    }
    p->known = list;
    return row == 0;
}

/* Files of an archive have no times: their bytes are compared. */
static bool untouched(const struct install *in, const struct channel_file *file, const struct known *k)
{
    return file->entry == NULL && (int64_t)file->size == k->size && file->mtime_ns == k->mtime_ns && (int64_t)file->inode == k->inode &&
           file->mtime_ns / 1000000 + RACY_MS < k->checked_ms &&
           (file->kind != CHANNEL_ATTACHED ||
            attached_there(&in->library->parts[PART_USER], file->path, k->hash, file->size));
}

/* Walks both sorted lists side by side. */
static bool compare(struct install *in, struct plan *p, struct error *err)
{
    p->todo = arena_array(p->arena, p->files.count, sizeof *p->todo);
    p->todo_known = arena_array(p->arena, p->files.count, sizeof *p->todo_known);
    if (p->todo == NULL || p->todo_known == NULL)
        return error_memory(err);
    size_t i = 0, k = 0;
    while (i < p->files.count || k < p->known_count) {
        const struct channel_file *file = i < p->files.count ? &p->files.items[i] : NULL;
        struct known *known = k < p->known_count ? &p->known[k] : NULL;
        int order = file == NULL ? 1 : known == NULL ? -1 : strcmp(file->path, known->path);
        i += order <= 0;
        k += order >= 0;
        if (order > 0 && known != NULL) {
            known->gone = true;
            p->gone_count++;
        } else if (file == NULL) {
            continue;
        } else if (order == 0 && !in->all && untouched(in, file, known)) {
            in->result->unchanged++;
        } else {
            p->todo[p->todo_count] = file;
            p->todo_known[p->todo_count++] = order == 0 ? known : NULL;
        }
    }
    return true;
}

static bool carry_out(struct install *in, struct plan *p, const struct library_progress *progress, struct error *err)
{
    for (size_t k = 0; k < p->known_count; k++) {
        const struct known *known = &p->known[k];
        if (!known->gone)
            continue;
        if (!(known->module != 0 ? install_remove(in, known->module, err)
                                 : install_remove_programme(in, known->path, err)))
            return false;
        if (!db_run(in->db, err, "DELETE FROM file WHERE channel = ? AND path = ?", "is", in->number, known->path))
            return false;
        in->result->removed++;
    }
    for (size_t i = 0; i < p->todo_count; i++) {
        if (progress != NULL && progress->report != NULL && i % REPORT_EVERY == 0)
            progress->report(progress->context, i, p->todo_count);
        if (!install_file(in, p->todo[i], p->todo_known[i], err))
            return false;
    }
    if (progress != NULL && progress->report != NULL)
        progress->report(progress->context, p->todo_count, p->todo_count);
    return true;
}

/* ---- the act ---- */

static bool count_result(struct install *in, struct error *err)
{
    int64_t modules, pages, files, programmes;
    if (!db_number(in->db, &modules, 0, err, "SELECT count(*) FROM module WHERE channel = ? AND shelf = 0", "i",
                   in->number) ||
        !db_number(in->db, &pages, 0, err, "SELECT count(*) FROM module WHERE channel = ? AND shelf = 1", "i",
                   in->number) ||
        !attached_count(in, &files, err) || !install_count_programmes(in, &programmes, err))
        return false;
    in->result->programmes = (size_t)programmes;
    in->result->files = (size_t)files;
    in->result->modules = (size_t)modules;
    in->result->pages = (size_t)pages;
    return true;
}

static bool write_version(struct db *db, const char *channel, const struct library_published *p, struct error *err)
{
    return db_run(db, err, "UPDATE channel SET version = ?2, published_ms = ?3, expires_ms = ?4 WHERE id = ?1", "siii",
                  channel, p->version, p->published_ms, p->expires_ms);
}

static bool write_published(struct install *in, struct error *err)
{
    const struct library_published *p = in->published;
    if (p == NULL)
        return true;
    if (!write_version(in->db, in->channel->id, p, err) ||
        !db_run(in->db, err, "DELETE FROM pack WHERE channel = ?", "i", in->number))
        return false;
    for (size_t i = 0; i < p->pack_count; i++)
        if (!db_run(in->db, err, "INSERT INTO pack VALUES (?, ?, ?)", "isb", in->number, p->packs[i].name,
                    (const void *)p->packs[i].hash, sizeof p->packs[i].hash))
            return false;
    return true;
}

/* Everything between BEGIN and COMMIT. */
static bool apply(struct install *in, struct plan *p, const struct library_progress *progress, int64_t *generation,
                  struct error *err)
{
    if (!write_channel(in, err) || !carry_out(in, p, progress, err) || !write_published(in, err) ||
        !count_result(in, err))
        return false;
    if (!meta_get(in->db, "generation", generation, err))
        return false;
    return !in->touched ||
           (meta_set(in->db, "generation", ++*generation, err) && meta_set(in->db, "parser", LIBRARY_PARSER, err));
}

/* Library first, then the index: a crash between the two leaves their generations different; index_heal mends it. */
static bool transact(struct install *in, struct plan *p, const struct library_progress *progress, struct error *err)
{
    int64_t generation = 0;
    if (!db_begin(in->db, err))
        return false;
    if (!apply(in, p, progress, &generation, err)) {
        db_rollback(in->db);
        return false;
    }
    return db_commit(in->db, err) &&
           (!in->touched ||
            (search_writer_commit(in->index, (uint64_t)generation, err) &&
             triggers_follow(&in->library->parts[PART_USER], generation, in->keys, in->key_count, TOUCHED_MOST, err)));
}

static bool open_and_transact(struct install *in, struct plan *p, const struct library_progress *progress,
                              struct error *err)
{
    in->reader = channel_reader_open(in->channel, err);
    in->index = in->reader != NULL ? index_open(in->library, PART_USER, err) : NULL;
    bool ok = in->index != NULL && transact(in, p, progress, err);
    search_writer_close(in->index);
    channel_reader_close(in->reader);
    buf_free(&in->bytes);
    if (ok)
        attached_tidy(&in->library->parts[PART_USER]);
    return ok;
}

static bool plan_and_run(struct install *in, struct arena *a, const struct library_progress *progress,
                         struct error *err)
{
    struct plan p = {.arena = a};
    bool same = false;
    int64_t parser;
    if (!check_channel(in, &same, err) || !meta_get(in->db, "parser", &parser, err))
        return false;
    in->all = parser != LIBRARY_PARSER && parser != 0;
    if (!load_known(in, &p, err) || !channel_list(a, in->channel, &p.files, in->diags, err) || !compare(in, &p, err))
        return false;
    if (same && !in->all && in->published == NULL && p.todo_count == 0 && p.gone_count == 0)
        return count_result(in, err);
    return open_and_transact(in, &p, progress, err);
}

static bool install_locked(struct library *l, const struct channel *channel, const struct library_published *published,
                           const struct library_progress *progress, struct diags *diags, struct library_result *result,
                           struct error *err)
{
    if (!index_heal(l, PART_USER, err))
        return false;
    struct install in = {
        .library = l,
        .db = l->parts[PART_USER].db,
        .channel = channel,
        .published = published,
        .now_ms = clock_wall_ms(),
        .drafts = (l->flags & LIBRARY_DRAFTS) != 0,
        .scratch = arena_open(),
        .diags = diags,
        .result = result,
    };
    struct arena *a = arena_open();
    bool ok = a != NULL && in.scratch != NULL ? plan_and_run(&in, a, progress, err) : error_memory(err);
    arena_close(a);
    arena_close(in.scratch);
    return ok;
}

static bool may_write(const struct library *l, struct error *err)
{
    if ((l->flags & LIBRARY_WRITE) == 0)
        return error_set(err, EX_SOFTWARE, "cannot change the library", NULL, "it was opened for reading", NULL);
    return sodium_init() >= 0 || error_set(err, EX_OSERR, "cannot hash", NULL, "libsodium does not start", NULL);
}

static bool lock_and_install(struct library *l, const struct channel *channel, const struct library_published *published,
                             const struct library_progress *progress, struct diags *diags,
                             struct library_result *result, struct error *err)
{
    result->channel = channel->id;
    result->implied = channel->implied;
    int fd = library_lock(&l->parts[PART_USER], LOCK_WAIT_MS, err);
    if (fd < 0)
        return false;
    bool ok = install_locked(l, channel, published, progress, diags, result, err);
    close(fd);
    return ok;
}

bool library_install(struct library *l, const char *dir, const struct library_progress *progress, struct diags *diags,
                     struct arena *a, struct library_result *result, struct error *err)
{
    struct channel channel;
    *result = (struct library_result){.channel = ""};
    return may_write(l, err) && channel_read(a, dir, &channel, diags, err) &&
           lock_and_install(l, &channel, NULL, progress, diags, result, err);
}

bool library_install_archive(struct library *l, const struct channel_archive *archive,
                             const struct library_published *published, const struct library_progress *progress,
                             struct diags *diags, struct arena *a, struct library_result *result, struct error *err)
{
    struct channel channel;
    *result = (struct library_result){.channel = ""};
    return may_write(l, err) && channel_of_archive(a, archive, published->url, &channel, diags, err) &&
           lock_and_install(l, &channel, published, progress, diags, result, err);
}

bool library_packs(struct library *l, struct arena *a, const char *channel, struct library_pack **packs, size_t *count,
                   struct error *err)
{
    struct db *db = l->parts[PART_USER].db;
    void *list = NULL;
    *packs = NULL;
    *count = 0;
    int64_t parser;
    if (db == NULL)
        return true;
    if (!meta_get(db, "parser", &parser, err))
        return false;
    if (parser != LIBRARY_PARSER) /* the same packs would give other modules now */
        return true;
    if (!attached_whole(&l->parts[PART_USER], channel))
        return true;
    sqlite3_stmt *s = db_statement(
        db, "SELECT p.name, p.hash FROM pack p JOIN channel c ON c.number = p.channel WHERE c.id = ? ORDER BY p.name", err);
    if (s == NULL || !db_bind(s, "s", channel))
        return false;
    int row;
    while ((row = db_step(db, s, err)) > 0) {
        struct library_pack *p = grow(a, &list, count, sizeof *p, err);
        if (p == NULL || (p->name = column_text(s, 0, a, err)) == NULL) {
            sqlite3_reset(s);
            return false;
        }
        if (sqlite3_column_bytes(s, 1) == (int)sizeof p->hash)
            memcpy(p->hash, sqlite3_column_blob(s, 1), sizeof p->hash);
    }
    *packs = list;
    return row == 0;
}

bool library_still(struct library *l, const char *channel, const struct library_published *published, struct error *err)
{
    return may_write(l, err) && write_version(l->parts[PART_USER].db, channel, published, err);
}

bool library_stale(int64_t published_ms, int64_t expires_ms, int64_t now_ms)
{
    return expires_ms < (now_ms > published_ms ? now_ms : published_ms);
}

bool library_clock_wrong(int64_t published_ms, int64_t now_ms)
{
    return now_ms + CLOCK_SLACK_MS < published_ms;
}

/* ---- removing a channel ---- */

static bool remove_rows(struct db *db, const char *channel, struct search_writer *index, int64_t *generation,
                        struct error *err)
{
    sqlite3_stmt *s =
        db_statement(db, "SELECT m.key FROM module m JOIN channel c ON c.number = m.channel WHERE c.id = ?", err);
    if (s == NULL || !db_bind(s, "s", channel))
        return false;
    int row;
    while ((row = db_step(db, s, err)) > 0)
        search_writer_remove(index, sqlite3_column_int64(s, 0));
    return row == 0 &&
           db_run(db, err,
                  "INSERT OR IGNORE INTO section_before SELECT c.id, m.id, x.hash, x.since_ms FROM section x "
                  "JOIN module m ON m.key = x.module JOIN channel c ON c.number = m.channel WHERE c.id = ?",
                  "s", channel) &&
           db_run(db, err, "DELETE FROM channel WHERE id = ?", "s", channel) &&
           meta_get(db, "generation", generation, err) && meta_set(db, "generation", ++*generation, err);
}

static bool remove_both(const struct part *part, const char *channel, struct search_writer *index, struct error *err)
{
    struct db *db = part->db;
    int64_t generation = 0;
    if (!db_begin(db, err))
        return false;
    if (!remove_rows(db, channel, index, &generation, err)) {
        db_rollback(db);
        return false;
    }
    return db_commit(db, err) && search_writer_commit(index, (uint64_t)generation, err) &&
           triggers_compile(part, generation, err);
}

static bool remove_locked(struct library *l, const char *channel, struct error *err)
{
    struct part *part = &l->parts[PART_USER];
    struct search_writer *index = index_open(l, PART_USER, err);
    bool ok = index != NULL && remove_both(part, channel, index, err);
    search_writer_close(index);
    if (ok)
        attached_tidy(part);
    return ok;
}

static bool no_channel(struct library *l, const char *channel, struct error *err)
{
    struct arena *a = arena_open();
    struct library_channel *items = NULL;
    size_t count = 0;
    const char *nearest = NULL;
    if (a != NULL && library_channels(l, a, &items, &count, NULL) && count > 0) {
        const char **names = arena_array(a, count, sizeof *names);
        for (size_t i = 0; names != NULL && i < count; i++)
            names[i] = items[i].id;
        if (names != NULL)
            nearest = strings_nearest((struct strings){names, count}, channel);
    }
    char todo[120] = "`crib channel list` names them";
    if (nearest != NULL)
        snprintf(todo, sizeof todo, "did you mean %s?", nearest);
    arena_close(a);
    return error_set(err, EX_NOINPUT, "no such channel", channel, NULL, todo);
}

bool library_remove(struct library *l, const char *channel, struct error *err)
{
    int64_t found;
    if (!may_write(l, err) ||
        !db_number(l->parts[PART_USER].db, &found, 0, err, "SELECT 1 FROM channel WHERE id = ?  ", "s", channel))
        return false;
    if (found == 0)
        return no_channel(l, channel, err);
    int fd = library_lock(&l->parts[PART_USER], LOCK_WAIT_MS, err);
    if (fd < 0)
        return false;
    bool ok = remove_locked(l, channel, err);
    close(fd);
    return ok;
}
