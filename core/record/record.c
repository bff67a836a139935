#include "core/record/record.h"

#include "core/base/file.h"
#include "core/record/chain.h"
#include "core/record/erase_parts.h"
#include "core/record/fact.h"
#include "core/record/foreign_parts.h"
#include "core/record/swap.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum {
    WAL_REST = 256,   /* pages (1 MiB) from which record_rest moves the log into the file */
    WAL_MOST = 16384, /* pages (64 MiB) from which a commit does, whoever waits */
};

static const char *const migrations[] = {
#include "core/record/001.sql.inc"
    , /* events, checkpoints, contents */
#include "core/record/002.sql.inc"
    , /* what is derived */
#include "core/record/003.sql.inc"
    , /* what leaves */
#include "core/record/004.sql.inc"
    , /* what is erased */
#include "core/record/005.sql.inc"
    , /* hints */
#include "core/record/006.sql.inc"
    , /* what was looked for in vain */
#include "core/record/007.sql.inc"
    , /* what was asked */
#include "core/record/008.sql.inc"
    , /* people */
#include "core/record/009.sql.inc"
    , /* shared hints */
#include "core/record/010.sql.inc"
    , /* live sessions */
#include "core/record/011.sql.inc"
    , /* sign-offs */
#include "core/record/012.sql.inc"
    , /* what was solved */
#include "core/record/013.sql.inc"
    , /* live sessions at this moment */
#include "core/record/014.sql.inc"
    , /* the people of a site */
#include "core/record/015.sql.inc"
    , /* sign-offs of one person */
#include "core/record/016.sql.inc"
    , /* sign-offs that wait */
#include "core/record/017.sql.inc"
    , /* what was passed elsewhere */
#include "core/record/018.sql.inc"
    , /* what sign-offs rest on */
#include "core/record/019.sql.inc"
    , /* accounts of many */
#include "core/record/020.sql.inc"
    , /* logs of other devices */
#include "core/record/021.sql.inc"
    , /* who is being forgotten */
#include "core/record/022.sql.inc"
    , /* what follows from the logs of all devices */
#include "core/record/023.sql.inc"
    , /* how a live session's questions are split by choice */
#include "core/record/024.sql.inc"
    , /* what follows from other devices' events, in steps */
#include "core/record/025.sql.inc"
    , /* who was in a session that was led */
#include "core/record/026.sql.inc"
    , /* of which revision a live session's questions are */
#include "core/record/027.sql.inc"
    , /* ids of attempts and sign-offs that are another person's, too */
#include "core/record/028.sql.inc"
    , /* logs of other devices that were dropped */
#include "core/record/029.sql.inc"
    , /* when people joined a session that was led, and left */
};
static const struct db_schema schema = {
    .name = "record", .migrations = migrations, .count = sizeof migrations / sizeof *migrations};

/* In place of SQLite's automatic checkpoint, whose two further flushes would fall on some answer. */
static int committed(void *context, sqlite3 *handle, const char *name, int pages)
{
    struct record *r = context;
    r->wal_pages = pages;
    if (pages > WAL_MOST)
        sqlite3_wal_checkpoint_v2(handle, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return SQLITE_OK;
}

static bool make_parent(const char *path, struct error *err)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path)
        return true;
    char *dir = strndup(path, (size_t)(slash - path));
    if (dir == NULL)
        return error_memory(err);
    bool ok = file_make_dirs(dir, err);
    free(dir);
    return ok;
}

/* Damage was met in it, or another file is taking its place: that comes first (heal.h). */
static bool usable(const char *path, struct error *err)
{
    return !swap_wanted(path) || error_set(err, EX_DATAERR, "cannot open the record", path, "it is to be checked or restored first",
                                           "`crib doctor` does so");
}

static struct record *open_with(const char *path, unsigned flags, struct error *err)
{
    struct record *r = calloc(1, sizeof *r);
    if (r == NULL || (r->path = strdup(path)) == NULL) {
        free(r);
        error_memory(err);
        return NULL;
    }
    r->read_only = (flags & DB_READ) != 0;
    if (((flags & DB_CREATE) != 0 && !make_parent(path, err)) || !usable(path, err)) {
        record_close(r);
        return NULL;
    }
    r->db = db_open(path, flags | DB_ZERO, &schema, err);
    if (r->db == NULL) {
        error_add(err, "record");
        record_close(r);
        return NULL;
    }
    if (!usable(path, err)) { /* since a moment ago */
        sqlite3_db_config(db_handle(r->db), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        record_close(r);
        return NULL;
    }
    sqlite3_wal_hook(db_handle(r->db), committed, r);
    return r;
}

struct record *record_open(const char *path, struct error *err)
{
    return open_with(path, DB_FULL | DB_CREATE, err);
}

/* A record of an older crib is brought up to date first, where that may be: reading alone must not fail for it. */
struct record *record_open_read(const char *path, struct error *err)
{
    struct error why = {0};
    struct record *r = open_with(path, DB_READ, &why);
    struct record *newer = r == NULL ? open_with(path, DB_FULL, NULL) : NULL;
    if (newer != NULL) {
        record_close(newer);
        r = open_with(path, DB_READ, &why);
    }
    if (r == NULL && err != NULL)
        *err = why;
    return r;
}

struct record *record_in_memory(struct error *err)
{
    struct record *r = calloc(1, sizeof *r);
    if (r == NULL || (r->path = strdup("")) == NULL) {
        free(r);
        error_memory(err);
        return NULL;
    }
    r->copy = true; /* what goes wrong in it is nothing to heal */
    r->db = db_open("what the devices said", DB_MEMORY, &schema, err);
    if (r->db != NULL)
        return r;
    record_close(r);
    return NULL;
}

void record_close(struct record *r)
{
    if (r == NULL)
        return;
    if (r->db != NULL && !r->copy && db_damaged(r->db))
        swap_ask_check(r->path);
    db_close(r->db);
    buf_free(&r->circumstances);
    buf_free(&r->payload);
    buf_free(&r->here);
    free(r->path);
    free(r);
}

bool record_damaged(const struct record *r)
{
    return db_damaged(r->db) || swap_wanted(r->path);
}

int64_t record_version(struct record *r)
{
    return db_version(r->db);
}

void record_rest(struct record *r)
{
    if (r->wal_pages > WAL_REST &&
        sqlite3_wal_checkpoint_v2(db_handle(r->db), NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) == SQLITE_OK)
        r->wal_pages = 0;
}

static const char learner_of[] = "SELECT number FROM learner WHERE account = ?";

bool record_learner(struct record *r, const char *account, int64_t *learner, struct error *err)
{
    if (!db_number(r->db, learner, 0, err, learner_of, "s", account))
        return false;
    if (*learner != 0 || r->read_only)
        return true;
    return chain_begin(r, err) && chain_learner(r, account, learner, err) && chain_commit(r, err);
}

bool chain_learner(struct record *r, const char *account, int64_t *learner, struct error *err)
{
    /* Another process may have added it meanwhile. */
    if (!db_number(r->db, learner, 0, err, learner_of, "s", account))
        return chain_fail(r);
    if (*learner != 0)
        return true;
    if (!db_run(r->db, err, "UPDATE learner_last SET last = last + 1", "") ||
        !db_number(r->db, learner, 0, err, "SELECT last FROM learner_last", ""))
        return chain_fail(r);
    json_string(chain_event(r, "learner.added", *learner, NULL, NULL), "account", account);
    return chain_append(r, NULL, err);
}

bool apply_learner(struct record *r, const struct fact *f, struct error *err)
{
    /* Who typed a name at a shared account has that name. */
    bool named = strncmp(f->account, "name:", 5) == 0;
    const char *name = named ? f->account + 5 : "";
    return db_run(r->db, err, "INSERT OR IGNORE INTO learner (number, account, name, folded) VALUES (?, ?, ?, ?)", "isss",
                  f->learner, f->account, name, name);
}

bool record_circumstances(struct record *r, const struct circumstances *c, struct error *err)
{
    const struct {
        const char *key, *text;
    } members[] = {{"stage", c->stage},         {"asset", c->asset},     {"order", c->order},
                   {"programme", c->programme}, {"element", c->element}, {"session", c->session}};
    buf_clear(&r->circumstances);
    struct json j = {.out = &r->circumstances, .comma = true};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (members[i].text != NULL && members[i].text[0] != '\0')
            json_string(&j, members[i].key, members[i].text);
    return buf_ok(&r->circumstances) || error_memory(err);
}

/* The learners of other devices' events are found by who is here: so this record's own come first. */
static bool derive_own(struct record *r, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db, "SELECT position, id, kind, payload FROM event ORDER BY position", err);
    if (s == NULL)
        return false;
    int got;
    while ((got = db_step(r->db, s, err)) > 0) {
        struct uuid id = {{0}};
        if (sqlite3_column_bytes(s, 1) == (int)sizeof id.bytes)
            memcpy(id.bytes, sqlite3_column_blob(s, 1), sizeof id.bytes);
        const char *payload = (const char *)sqlite3_column_text(s, 3);
        if (!fact_derive(r, sqlite3_column_int64(s, 0), &id, db_text(s, 2), payload, (size_t)sqlite3_column_bytes(s, 3),
                         err)) {
            sqlite3_reset(s);
            return false;
        }
    }
    return got == 0;
}

bool chain_rebuild(struct record *r, struct error *err)
{
    static const char *const empty[] = {
        "DELETE FROM learner", "DELETE FROM module", "DELETE FROM opening", "DELETE FROM section",
        "DELETE FROM attempt", "DELETE FROM answer", "DELETE FROM pace",    "DELETE FROM recall",
        "DELETE FROM answer_other", "DELETE FROM awaiting", "DELETE FROM foreign_waiting", "DELETE FROM foreign_person WHERE person <> ''", /* those stay who are being forgotten */
        "DELETE FROM news",    "DELETE FROM note",   "DELETE FROM fetch",   "DELETE FROM gap",
        "DELETE FROM attendance",
        "DELETE FROM roll",
        "DELETE FROM erased",
        "DELETE FROM binding",
        "DELETE FROM hint",
        "DELETE FROM share",
        "DELETE FROM shown",
        "DELETE FROM signoff",
        "DELETE FROM site_list",
        "DELETE FROM solved",
    };
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
        if (!db_run(r->db, err, empty[i], ""))
            return chain_fail(r);
    return (derive_own(r, err) && foreign_derive_all(r, err) && erase_rebuilt(r, err)) || chain_fail(r);
}

bool record_rebuild(struct record *r, struct error *err)
{
    return db_begin(r->db, err) && chain_rebuild(r, err) && chain_commit(r, err);
}
