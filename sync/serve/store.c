#include "sync/serve/store.h"

#include "core/base/arena.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "sync/serve/store_private.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* What is referred to is told by no more words than MOST_INHERITED, and by none
 * where it is larger than LARGE: a batch may hold thousands that refer to it. */
enum { MOST_INHERITED = 100, LARGE = 64 * 1024 };

static const char migration_1[] =
#include "sync/serve/001.sql.inc"
    ;
static const char migration_2[] =
#include "sync/serve/002.sql.inc"
    ;
static const char migration_3[] =
#include "sync/serve/003.sql.inc"
    ;
static const char migration_4[] =
#include "sync/serve/004.sql.inc"
    ;
static const char migration_5[] =
#include "sync/serve/005.sql.inc"
    ;
static const char migration_6[] =
#include "sync/serve/006.sql.inc"
    ;
static const char migration_7[] =
#include "sync/serve/007.sql.inc"
    ;
static const char migration_8[] =
#include "sync/serve/008.sql.inc"
    ;
static const char migration_9[] =
#include "sync/serve/009.sql.inc"
    ;
static const char *const migrations[] = {migration_1, migration_2, migration_3, migration_4, migration_5, migration_6, migration_7, migration_8, migration_9};
static const struct db_schema schema = {.name = "serve", .migrations = migrations, .count = 9};

void store_forget_terms(struct store *s)
{
    for (size_t i = 0; i < TERM_SLOTS; i++) {
        free(s->known[i].text);
        s->known[i].text = NULL;
    }
}

static int note_log(void *cls, sqlite3 *handle, const char *name, int pages)
{
    struct store *s = cls;
    (void)handle;
    (void)name;
    s->log = pages > 0 ? (size_t)pages : 0;
    return SQLITE_OK;
}

/* What a term is found in lies all over the file: with room for it in memory a page is written once for many statements.
 * No commit moves the log's pages by the way (store_tidy). */
static bool give_room(struct store *s, struct error *err)
{
    if (sqlite3_exec(db_handle(s->db), "PRAGMA cache_size = -65536", NULL, NULL, NULL) != SQLITE_OK)
        return error_memory(err);
    (void)sqlite3_wal_hook(db_handle(s->db), note_log, s);
    return true;
}

size_t store_log(const struct store *s)
{
    return s->log;
}

size_t store_tidy(struct store *s)
{
    int log = 0, moved = 0;
    if (sqlite3_wal_checkpoint_v2(db_handle(s->db), NULL, SQLITE_CHECKPOINT_PASSIVE, &log, &moved) != SQLITE_OK || log < moved)
        return SIZE_MAX;
    return (size_t)(log - moved);
}

struct store *store_open(const char *dir, bool reader, struct error *err)
{
    struct store *s = calloc(1, sizeof *s);
    struct buf path = {0};
    buf_addf(&path, "%s/serve.db", dir);
    bool ok = s != NULL && buf_ok(&path) ? reader || file_make_dirs(dir, err) : error_memory(err);
    if (ok) {
        s->db = db_open(buf_text(&path), reader ? DB_READ : DB_CREATE | DB_FULL | DB_ZERO, &schema, err);
        ok = s->db != NULL && db_number(s->db, &s->last, 0, err, "SELECT max(stored) FROM statement", "") &&
             (reader || give_room(s, err));
    }
    buf_free(&path);
    if (ok)
        return s;
    store_close(s);
    return NULL;
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    store_forget_terms(s);
    db_close(s->db);
    free(s);
}

bool store_there(const char *dir, struct error *err)
{
    struct buf path = {0};
    buf_addf(&path, "%s/serve.db", dir);
    bool ok = buf_ok(&path), there = ok && access(buf_text(&path), F_OK) == 0;
    buf_free(&path);
    if (!ok)
        return error_memory(err);
    return there || error_set(err, EX_NOINPUT, "no server keeps its records here", dir, "there is no serve.db in it",
                              "name the directory that `crib serve --data` has; serving, --device and --client make one");
}

bool store_begin(struct store *s, struct error *err)
{
    return db_begin(s->db, err);
}

bool store_commit(struct store *s, struct error *err)
{
    if (db_commit(s->db, err))
        return true;
    store_forget_terms(s); /* some of them were not kept */
    return false;
}

void store_rollback(struct store *s)
{
    db_rollback(s->db);
    store_forget_terms(s);
}

int64_t store_last(const struct store *s)
{
    return s->last;
}

struct uuid store_id(const char *text)
{
    struct uuid id = {0};
    if (!uuid_parse(text, &id))
        id = (struct uuid){0};
    return id;
}

/* ---- terms ---- */

static bool term_id(struct store *s, const char *text, int64_t *id, struct error *err)
{
    size_t at = text_hash(text, strlen(text)) % TERM_SLOTS;
    if (s->known[at].text != NULL && strcmp(s->known[at].text, text) == 0) {
        *id = s->known[at].id;
        return true;
    }
    if (!db_number(s->db, id, 0, err, "SELECT id FROM term WHERE text = ?", "s", text))
        return false;
    if (*id == 0) {
        if (!db_run(s->db, err, "INSERT INTO term (text) VALUES (?)", "s", text))
            return false;
        *id = sqlite3_last_insert_rowid(db_handle(s->db));
    }
    free(s->known[at].text);
    s->known[at].text = strdup(text);
    s->known[at].id = *id;
    return true;
}

static bool add_term(struct store *s, const struct term *t, int64_t stored, struct error *err)
{
    int64_t id;
    return term_id(s, t->text, &id, err) && db_run(s->db, err,
                                                   "INSERT INTO found (term, stored, broad) VALUES (?, ?, ?)"
                                                   " ON CONFLICT DO UPDATE SET broad = min(broad, excluded.broad)",
                                                   "iii", id, stored, (int64_t)t->broad);
}

static bool add_terms(struct store *s, const struct statement *of, int64_t stored, struct error *err)
{
    for (size_t i = 0; i < of->count; i++)
        if (!add_term(s, &of->terms[i], stored, err))
            return false;
    return true;
}

/* To who refers to it: what it is about goes before the people, who may be many. */
static bool add_inherited(struct store *s, const struct statement *of, int64_t stored, struct error *err)
{
    size_t added = 0;
    for (int people = 0; people < 2; people++)
        for (size_t i = 0; i < of->count && added < MOST_INHERITED; i++) {
            if ((of->terms[i].text[0] == 'a') != (people == 1))
                continue;
            if (!add_term(s, &of->terms[i], stored, err))
                return false;
            added++;
        }
    return true;
}

/* ---- references: who refers to a statement is found as it is ---- */

/* The text of the statement with this id, copied into a; NULL in *text where there is none, "" where it is erased or longer
 * than `most`. */
static bool body_of(struct store *s, struct arena *a, const char *id, size_t most, const char **text, size_t *n, struct error *err)
{
    const struct uuid uuid = store_id(id);
    *text = NULL;
    sqlite3_stmt *q = db_statement(s->db, "SELECT body FROM statement WHERE id = ?", err);
    if (q == NULL || !db_bind(q, "b", uuid.bytes, sizeof uuid.bytes))
        return false;
    int row = db_step(s->db, q, err);
    if (row == 1) {
        size_t length = (size_t)sqlite3_column_bytes(q, 0);
        *n = length <= most ? length : 0;
        *text = arena_copy(a, db_text(q, 0), *n);
        sqlite3_reset(q);
        return *text != NULL || error_memory(err);
    }
    return row == 0;
}

/* What this one refers to, and so on, are found words for it too. */
static bool inherit(struct store *s, struct arena *a, const struct statement *from, int64_t stored, struct error *err)
{
    char target[37];
    memcpy(target, from->target, sizeof target);
    for (int hop = 0; hop < STORE_HOPS && target[0] != '\0'; hop++) {
        const char *text;
        size_t n;
        struct statement other = {0};
        if (!body_of(s, a, target, LARGE, &text, &n, err))
            return false;
        if (text == NULL || n == 0)
            return true;
        if (!statement_terms(a, text, n, &other))
            return error_memory(err);
        if (!add_inherited(s, &other, stored, err))
            return false;
        memcpy(target, other.target, sizeof target);
    }
    return true;
}

/* What came earlier and refers to this id is found by this one's words from now on. *any: there was some. */
static bool tell_referrers(struct store *s, const struct statement *of, const struct uuid *id, int hops, bool *any, struct error *err)
{
    enum { MOST_REFERRERS = 64 };
    struct {
        int64_t stored;
        struct uuid id;
    } list[MOST_REFERRERS];
    size_t n = 0;
    sqlite3_stmt *q = db_statement(s->db,
                                   "SELECT s.stored, s.id FROM reference r JOIN statement s ON s.stored = r.stored"
                                   " WHERE r.target = ? LIMIT 64",
                                   err);
    if (q == NULL || !db_bind(q, "b", id->bytes, sizeof id->bytes))
        return false;
    int row;
    while ((row = db_step(s->db, q, err)) == 1 && n < MOST_REFERRERS) {
        list[n].stored = sqlite3_column_int64(q, 0);
        memcpy(list[n].id.bytes, sqlite3_column_blob(q, 1), sizeof list[n].id.bytes);
        n++;
    }
    if (row != 0)
        return false;
    *any = n > 0;
    for (size_t i = 0; i < n; i++) {
        bool further;
        if (!add_inherited(s, of, list[i].stored, err) ||
            (hops > 0 && !tell_referrers(s, of, &list[i].id, hops - 1, &further, err)))
            return false;
    }
    return true;
}

/* ---- voiding: for who stored it ---- */

/* Was it voided before it came? */
static bool voided_ahead(struct store *s, const struct uuid *id, int64_t client, bool *voided, struct error *err)
{
    int64_t voids;
    bool ok = db_number(s->db, &voids, 0, err,
                        "SELECT count(*) FROM reference r JOIN statement s ON s.stored = r.stored"
                        " WHERE r.target = ? AND s.voids = 1 AND s.client = ?",
                        "bi", id->bytes, sizeof id->bytes, client);
    *voided = voids > 0;
    return ok;
}

/* *may is false where it would void what another client stored. */
static bool may_refer(struct store *s, const struct statement *of, int64_t client, bool *may, struct error *err)
{
    const struct uuid target = store_id(of->target);
    int64_t owner = client;
    bool ok = !of->voids || db_number(s->db, &owner, client, err, "SELECT client FROM statement WHERE id = ?", "b", target.bytes,
                                      sizeof target.bytes);
    *may = owner == client;
    return ok;
}

static bool refer(struct store *s, const struct statement *of, int64_t client, int64_t stored, struct error *err)
{
    const struct uuid target = store_id(of->target);
    if (!db_run(s->db, err, "INSERT INTO reference (target, stored) VALUES (?, ?)", "bi", target.bytes, sizeof target.bytes, stored))
        return false;
    if (of->voids && !db_run(s->db, err, "UPDATE statement SET voided = 1 WHERE id = ? AND client = ? AND voids = 0 AND voided = 0", "bi",
                             target.bytes, sizeof target.bytes, client))
        return false;
    struct arena *a = arena_open();
    bool ok = a != NULL ? inherit(s, a, of, stored, err) : error_memory(err);
    arena_close(a);
    return ok;
}

/* ---- putting ---- */

static bool insert(struct store *s, struct statement *of, int64_t client, int64_t now_us, struct error *err)
{
    const struct uuid id = store_id(of->id);
    int64_t stored = now_us > s->last ? now_us : s->last + 1;
    bool referred, voided = false;
    statement_stamp(of, stored);
    s->last = stored;
    if (!tell_referrers(s, of, &id, STORE_HOPS, &referred, err) || (referred && !voided_ahead(s, &id, client, &voided, err)))
        return false;
    struct str body = {of->text, of->length};
    return db_run(s->db, err, "INSERT INTO statement (stored, id, client, voids, voided, body) VALUES (?, ?, ?, ?, ?, ?)",
                  "ibiiit", stored, id.bytes, sizeof id.bytes, client, (int64_t)of->voids, (int64_t)(voided && !of->voids), body) &&
           add_terms(s, of, stored, err) && (of->target[0] == '\0' || refer(s, of, client, stored, err));
}

/* May it be put? *there: it is already. What is looked up for one is not kept for the next: each may be large. */
static enum store_result check(struct store *s, const struct statement *of, int64_t client, bool *there, struct error *err)
{
    const char *text = NULL;
    size_t n = 0;
    bool may = true;
    struct arena *a = arena_open();
    bool ok = a != NULL ? body_of(s, a, of->id, SIZE_MAX, &text, &n, err) : error_memory(err);
    ok = ok && (text != NULL || may_refer(s, of, client, &may, err));
    bool same = text == NULL || n == 0 || statements_agree(text, n, of->text, of->length);
    *there = text != NULL;
    arena_close(a);
    return !ok ? STORE_FAILED : !same ? STORE_CONFLICT : !may ? STORE_FORBIDDEN : STORE_OK;
}

enum store_result store_put(struct store *s, struct statement *list, size_t count, int64_t client, int64_t now_us,
                            size_t *which, struct error *err)
{
    bool *there = calloc(count + 1, sizeof *there);
    enum store_result result = STORE_OK;
    if (there == NULL) {
        error_memory(err);
        return STORE_FAILED;
    }
    for (size_t i = 0; result == STORE_OK && i < count; i++) {
        result = check(s, &list[i], client, &there[i], err);
        *which = i;
    }
    for (size_t i = 0; result == STORE_OK && i < count; i++)
        if (!there[i] && !insert(s, &list[i], client, now_us, err))
            result = STORE_FAILED;
    free(there);
    return result;
}
