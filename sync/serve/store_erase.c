/* A statement is erased: body '' and voided 2 are left, which no query gives back. */
#include "sync/serve/store_private.h"

#include "core/base/arena.h"

#include <string.h>

enum { ERASED = 2, MOST_HOPS = 8, MOST_REFERRERS = 64 };

static bool has_term(const struct statement *of, const char *text)
{
    for (size_t i = 0; i < of->count; i++)
        if (strcmp(of->terms[i].text, text) == 0)
            return true;
    return false;
}

/* The statement of that moment is found by these words no more, but by those that are its own (NULL: none); a word that
 * finds nothing any more goes: it may be somebody's name. */
static bool unfind(struct store *s, const struct statement *words, const struct statement *own, int64_t stored,
                   struct error *err)
{
    for (size_t i = 0; i < words->count; i++) {
        const char *text = words->terms[i].text;
        int64_t id;
        if (own != NULL && has_term(own, text))
            continue;
        if (!db_number(s->db, &id, 0, err, "SELECT id FROM term WHERE text = ?", "s", text) ||
            !db_run(s->db, err, "DELETE FROM found WHERE term = ? AND stored = ?", "ii", id, stored) ||
            !db_run(s->db, err, "DELETE FROM term WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM found WHERE term = ?1)", "i", id))
            return false;
    }
    return true;
}

struct referrer {
    int64_t stored;
    struct uuid id;
    struct statement own;
};

static bool find_referrers(struct store *s, struct arena *a, const struct uuid *id, struct referrer *list, size_t *count,
                           struct error *err)
{
    sqlite3_stmt *q = db_statement(s->db,
                                   "SELECT s.stored, s.id, s.body FROM reference r JOIN statement s ON s.stored = r.stored"
                                   " WHERE r.target = ? AND s.body <> '' LIMIT 64",
                                   err);
    int row = q != NULL && db_bind(q, "b", id->bytes, sizeof id->bytes) ? 1 : -1;
    *count = 0;
    while (row > 0 && *count < MOST_REFERRERS && (row = db_step(s->db, q, err)) > 0) {
        struct referrer *r = &list[(*count)++];
        r->stored = sqlite3_column_int64(q, 0);
        memcpy(r->id.bytes, sqlite3_column_blob(q, 1), sizeof r->id.bytes);
        r->own = (struct statement){0};
        if (!statement_terms(a, db_text(q, 2), (size_t)sqlite3_column_bytes(q, 2), &r->own)) {
            sqlite3_reset(q);
            return error_memory(err);
        }
    }
    sqlite3_reset(q);
    return row >= 0;
}

/* Who refers to it was found by its words, and who refers to that one. */
static bool unfind_referrers(struct store *s, struct arena *a, const struct statement *words, const struct uuid *id, int hops,
                             struct error *err)
{
    struct referrer *list = arena_array(a, MOST_REFERRERS, sizeof *list);
    size_t count;
    if (list == NULL)
        return error_memory(err);
    if (!find_referrers(s, a, id, list, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!unfind(s, words, &list[i].own, list[i].stored, err) ||
            (hops > 0 && !unfind_referrers(s, a, words, &list[i].id, hops - 1, err)))
            return false;
    return true;
}

/* *there: the client sent it, erased or not. body: NULL where it is erased already. */
static bool find(struct store *s, struct arena *a, const struct uuid *id, int64_t client, bool *there, int64_t *stored,
                 struct statement *words, bool *whole, struct error *err)
{
    sqlite3_stmt *q = db_statement(s->db, "SELECT stored, voided, body FROM statement WHERE id = ? AND client = ?", err);
    if (q == NULL || !db_bind(q, "bi", id->bytes, sizeof id->bytes, client))
        return false;
    int row = db_step(s->db, q, err);
    *there = row > 0;
    if (row <= 0)
        return row == 0;
    *stored = sqlite3_column_int64(q, 0);
    *whole = sqlite3_column_int(q, 1) != ERASED;
    bool ok = !*whole || statement_terms(a, db_text(q, 2), (size_t)sqlite3_column_bytes(q, 2), words);
    sqlite3_reset(q);
    return ok || error_memory(err);
}

static bool erase_one(struct store *s, struct arena *a, const struct uuid *id, int64_t client, bool *there, struct error *err)
{
    int64_t stored;
    struct statement words = {0};
    bool whole;
    if (!find(s, a, id, client, there, &stored, &words, &whole, err))
        return false;
    if (!*there || !whole)
        return true;
    return unfind(s, &words, NULL, stored, err) && unfind_referrers(s, a, &words, id, MOST_HOPS, err) &&
           db_run(s->db, err, "UPDATE statement SET body = '', voided = ? WHERE stored = ?", "ii", (int64_t)ERASED, stored);
}

bool store_erase(struct store *s, const struct uuid *ids, size_t count, int64_t client, size_t *erased, struct error *err)
{
    bool ok = true;
    *erased = 0;
    for (size_t i = 0; ok && i < count; i++) {
        struct arena *a = arena_open();
        bool there = false;
        ok = a != NULL ? erase_one(s, a, &ids[i], client, &there, err) : error_memory(err);
        *erased += there;
        arena_close(a);
    }
    store_forget_terms(s); /* some are gone */
    return ok;
}

void store_overwrite(struct store *s)
{
    (void)sqlite3_wal_checkpoint_v2(db_handle(s->db), NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}
