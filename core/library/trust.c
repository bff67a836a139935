#include "core/library/trust.h"

#include "core/base/buf.h"
#include "core/base/db.h"
#include "core/base/file.h"
#include "core/library/library_private.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct trust {
    struct db *db;
};

static const char schema_001[] =
#include "core/library/trust-001.sql.inc"
    ;
static const char *const migrations[] = {schema_001};
static const struct db_schema schema = {
    .name = "trust", .migrations = migrations, .count = sizeof migrations / sizeof *migrations,
    .damaged = "move trust.db away and add the channels again with their keys, a site's by `crib enrol`; the record is untouched"};

struct trust *trust_open(const char *dir, struct error *err)
{
    struct trust *t = calloc(1, sizeof *t);
    struct buf path = {0};
    buf_addf(&path, "%s/trust.db", dir);
    bool ok = t != NULL && buf_ok(&path) ? file_make_dirs(dir, err) : error_memory(err);
    /* Written once a sync: nothing that a log beside it would speed up. */
    if (ok)
        t->db = db_open(buf_text(&path), DB_CREATE | DB_FULL | DB_ROLLBACK, &schema, err);
    buf_free(&path);
    if (t != NULL && t->db != NULL)
        return t;
    trust_close(t);
    return NULL;
}

void trust_close(struct trust *t)
{
    if (t == NULL)
        return;
    db_close(t->db);
    free(t);
}

/* ---- reading ---- */

#define COLUMNS                                                                                                        \
    "number, url, pinned, credentials, ca, etag, error, id, key_set, keys, version, published_ms, expires_ms, pointer, "  \
    "tried_ms, synced_ms"

static bool read_pointer(sqlite3_stmt *s, int column, struct arena *a, struct str *pointer, struct error *err)
{
    size_t n = (size_t)sqlite3_column_bytes(s, column);
    const void *blob = sqlite3_column_blob(s, column);
    const char *copy = n > 0 ? arena_copy(a, blob, n) : "";
    *pointer = (struct str){copy, n};
    return copy != NULL || error_memory(err);
}

/* In set 0 the pinned key is the one that counts. */
static bool read_keys(sqlite3_stmt *s, struct arena *a, struct trust_channel *c, struct error *err)
{
    if (c->seen.key_set > 0)
        return list_split(db_text(s, 9), a, &c->seen.keys, err);
    const char **only = arena_array(a, 1, sizeof *only);
    if (only == NULL)
        return error_memory(err);
    only[0] = c->pinned;
    c->seen.keys = (struct strings){only, 1};
    return true;
}

static bool read_row(sqlite3_stmt *s, struct arena *a, struct trust_channel *c, struct error *err)
{
    *c = (struct trust_channel){
        .number = sqlite3_column_int64(s, 0),
        .seen = {.key_set = sqlite3_column_int64(s, 8),
                 .version = sqlite3_column_int64(s, 10),
                 .published_ms = sqlite3_column_int64(s, 11),
                 .expires_ms = sqlite3_column_int64(s, 12)},
        .tried_ms = sqlite3_column_int64(s, 14),
        .synced_ms = sqlite3_column_int64(s, 15),
    };
    const struct {
        int column;
        const char **field;
    } texts[] = {{1, &c->url},  {2, &c->pinned}, {3, &c->credentials}, {4, &c->ca},
                 {5, &c->etag}, {6, &c->error},  {7, &c->seen.id}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if ((*texts[i].field = column_text(s, texts[i].column, a, err)) == NULL)
            return false;
    return read_keys(s, a, c, err) && read_pointer(s, 13, a, &c->seen.pointer, err);
}

struct trust_channel *trust_find(struct trust *t, struct arena *a, const char *url_or_id, struct error *err)
{
    sqlite3_stmt *s = db_statement(t->db, "SELECT " COLUMNS " FROM channel WHERE url = ?1 OR id = ?1", err);
    if (s == NULL || !db_bind(s, "s", url_or_id))
        return NULL;
    int row = db_step(t->db, s, err);
    if (row == 0)
        error_set(err, EX_NOINPUT, "no such channel", url_or_id, NULL, "`crib channel list` names them");
    if (row <= 0)
        return NULL;
    struct trust_channel *c = arena_alloc(a, sizeof *c);
    bool ok = c != NULL ? read_row(s, a, c, err) : error_memory(err);
    sqlite3_reset(s);
    return ok ? c : NULL;
}

bool trust_channels(struct trust *t, struct arena *a, struct trust_channel **items, size_t *count, struct error *err)
{
    sqlite3_stmt *s = db_statement(t->db, "SELECT " COLUMNS " FROM channel ORDER BY number", err);
    void *list = NULL;
    *count = 0;
    if (s == NULL)
        return false;
    int row;
    while ((row = db_step(t->db, s, err)) > 0) {
        struct trust_channel *c = grow(a, &list, count, sizeof *c, err);
        if (c == NULL || !read_row(s, a, c, err)) {
            sqlite3_reset(s);
            return false;
        }
    }
    *items = list;
    return row == 0;
}

/* ---- writing ---- */

/* The key that it was added with, or one that counts now since that one introduced it. */
static bool has_key(const struct trust_channel *c, const char *key)
{
    bool has = strcmp(c->pinned, key) == 0;
    for (size_t i = 0; !has && i < c->seen.keys.count; i++)
        has = strcmp(c->seen.keys.items[i], key) == 0;
    return has;
}

static bool add_row(struct trust *t, struct arena *a, const struct trust_channel *c, struct error *err)
{
    struct error none = {0};
    const struct trust_channel *there = trust_find(t, a, c->url, &none);
    if (there == NULL && none.code != EX_NOINPUT) {
        if (err != NULL)
            *err = none;
        return false;
    }
    if (there != NULL && !has_key(there, c->pinned))
        return error_set(err, EX_NOPERM, "this channel is here with another key", c->url,
                         there->seen.keys.count > 0 ? there->seen.keys.items[0] : there->pinned,
                         "find out which key is right; `crib channel remove` forgets the one that stands");
    return db_run(t->db, err,
                  "INSERT INTO channel (url, pinned, credentials, ca, key_set, keys, version, published_ms, expires_ms, "
                  "pointer, etag, tried_ms, synced_ms, error) VALUES (?, ?, ?, ?, 0, '', 0, 0, 0, x'', '', 0, 0, '') "
                  "ON CONFLICT (url) DO UPDATE SET credentials = excluded.credentials, ca = excluded.ca",
                  "ssss", c->url, c->pinned, c->credentials, c->ca);
}

bool trust_add(struct trust *t, const struct trust_channel *c, struct error *err)
{
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    bool ok = db_begin(t->db, err);
    if (ok && !add_row(t, a, c, err)) {
        db_rollback(t->db);
        ok = false;
    }
    ok = ok && db_commit(t->db, err);
    arena_close(a);
    return ok;
}

static bool check_floor(struct trust *t, int64_t number, const struct trust_seen *seen, struct error *err)
{
    int64_t lower, other, taken;
    if (!db_number(t->db, &lower, 0, err, "SELECT version > ?2 OR key_set > ?3 FROM channel WHERE number = ?1", "iii",
                   number, seen->version, seen->key_set) ||
        !db_number(t->db, &other, 0, err, "SELECT id <> ?2 FROM channel WHERE number = ?1", "is", number, seen->id) ||
        !db_number(t->db, &taken, 0, err, "SELECT 1 FROM channel WHERE number <> ?1 AND id = ?2", "is", number, seen->id))
        return false;
    if (lower != 0)
        return error_set(err, EX_NOPERM, "refused the channel", seen->id, "it is older than what was taken before", "ask who publishes it");
    if (other != 0)
        return error_set(err, EX_DATAERR, "refused the channel", seen->id, "its id is not what it was before",
                         "ask its publisher: an id never changes");
    if (taken != 0)
        return error_set(err, EX_DATAERR, "refused the channel", seen->id, "another channel has this id",
                         "`crib channel list` names both; remove one");
    return true;
}

bool trust_accept(struct trust *t, int64_t number, const struct trust_seen *seen, const char *etag, struct error *err)
{
    struct arena *a = arena_open();
    const char *keys = a != NULL ? list_join(a, seen->keys, err) : NULL;
    if (a == NULL)
        error_memory(err);
    bool ok = keys != NULL && db_begin(t->db, err);
    if (ok && !(check_floor(t, number, seen, err) &&
                db_run(t->db, err,
                       "UPDATE channel SET id = ?2, key_set = ?3, keys = ?4, version = ?5, published_ms = "
                       "max(published_ms, ?6), expires_ms = ?7, pointer = ?8, etag = ?9 WHERE number = ?1",
                       "isisiiibs", number, seen->id, seen->key_set, keys, seen->version, seen->published_ms,
                       seen->expires_ms, (const void *)seen->pointer.p, seen->pointer.n, etag))) {
        db_rollback(t->db);
        ok = false;
    }
    ok = ok && db_commit(t->db, err);
    arena_close(a);
    return ok;
}

bool trust_tried(struct trust *t, int64_t number, int64_t now_ms, const char *error, struct error *err)
{
    return db_run(t->db, err,
                  "UPDATE channel SET tried_ms = ?2, synced_ms = iif(?3 IS NULL, ?2, synced_ms), error = ifnull(?3, '') "
                  "WHERE number = ?1",
                  "iis", number, now_ms, error);
}

bool trust_remove(struct trust *t, int64_t number, struct error *err)
{
    return db_run(t->db, err, "DELETE FROM channel WHERE number = ?", "i", number);
}

bool trust_wish(struct trust *t, int64_t number, const char *module, struct error *err)
{
    return db_run(t->db, err, "INSERT OR IGNORE INTO wish VALUES (?, ?)", "is", number, module);
}

bool trust_wishes(struct trust *t, struct arena *a, int64_t number, struct strings *modules, struct error *err)
{
    sqlite3_stmt *s = db_statement(t->db, "SELECT module FROM wish WHERE channel = ? ORDER BY module", err);
    if (s == NULL || !db_bind(s, "i", number))
        return false;
    void *list = NULL;
    size_t count = 0;
    int row;
    while ((row = db_step(t->db, s, err)) > 0) {
        const char **module = grow(a, &list, &count, sizeof *module, err);
        if (module == NULL || (*module = column_text(s, 0, a, err)) == NULL) {
            sqlite3_reset(s);
            return false;
        }
    }
    *modules = (struct strings){list, count};
    return row == 0;
}
