/* A statement is erased: body '' and voided 2 are left, which no query gives back. */
#include "sync/serve/store_private.h"

#include "core/base/arena.h"

#include <string.h>

enum { ERASED = 2, PAGE = 64 };

/* The statement of that moment is found by these words no more, but by those that are its own (NULL: none); a word that
 * finds nothing any more goes: it may be somebody's name. */
static bool unfind(struct store *s, const struct statement *words, const struct statement *own, int64_t stored,
                   struct error *err)
{
    for (size_t i = 0; i < words->count; i++) {
        const char *text = words->terms[i].text;
        int64_t id;
        if (own != NULL && statement_has_term(own, text))
            continue;
        if (!db_number(s->db, &id, 0, err, "SELECT id FROM term WHERE text = ?", "s", text) ||
            !db_run(s->db, err, "DELETE FROM found WHERE term = ? AND stored = ?", "ii", id, stored) ||
            !db_run(s->db, err, "DELETE FROM term WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM found WHERE term = ?1)", "i", id))
            return false;
    }
    return true;
}

/* Those that are still to be looked at. A statement refers to one other, so that each of them is come by once, but for
 * the first: where they refer in a circle. Further than words went when they came (one more than STORE_HOPS) nobody has to look:
 * a long line would cost all that is behind it for each that is erased. */
struct referrer {
    int64_t stored;
    int hops;
    struct uuid id;
};

struct referrers {
    struct arena *arena;
    struct referrer *list;
    size_t count, room;
};

static bool add_referrer(struct referrers *all, int64_t stored, int hops, const struct uuid *id, struct error *err)
{
    if (all->count == all->room) {
        size_t room = all->room == 0 ? PAGE : all->room * 2;
        struct referrer *more = arena_array(all->arena, room, sizeof *more);
        if (more == NULL)
            return error_memory(err);
        if (all->count > 0)
            memcpy(more, all->list, all->count * sizeof *more);
        all->list = more;
        all->room = room;
    }
    all->list[all->count++] = (struct referrer){stored, hops, *id};
    return true;
}

/* The next page of those that refer to `to`; *after goes on behind it, *more tells that there may be another. */
static bool next_referrers(struct store *s, struct referrers *all, const struct referrer *to, int64_t first, int64_t *after, bool *more,
                           struct error *err)
{
    sqlite3_stmt *q = db_statement(s->db,
                                   "SELECT s.stored, s.id FROM reference r JOIN statement s ON s.stored = r.stored"
                                   " WHERE r.target = ?1 AND r.stored > ?2 AND s.body <> '' ORDER BY r.stored LIMIT ?3",
                                   err);
    int row = q != NULL && db_bind(q, "bii", to->id.bytes, sizeof to->id.bytes, *after, (int64_t)PAGE) ? 1 : -1;
    size_t found = 0;
    while (row > 0 && (row = db_step(s->db, q, err)) > 0) {
        struct uuid its;
        memcpy(its.bytes, sqlite3_column_blob(q, 1), sizeof its.bytes);
        *after = sqlite3_column_int64(q, 0);
        found++;
        if (*after != first && !add_referrer(all, *after, to->hops + 1, &its, err)) {
            sqlite3_reset(q);
            return false;
        }
    }
    *more = found == PAGE;
    return row >= 0;
}

/* It is found by these words no more, but by its own. */
static bool unfind_referrer(struct store *s, const struct statement *words, int64_t stored, struct error *err)
{
    struct arena *a = arena_open();
    struct statement own = {0};
    sqlite3_stmt *q = db_statement(s->db, "SELECT body FROM statement WHERE stored = ?", err);
    bool ok = a != NULL && q != NULL && db_bind(q, "i", stored);
    if (ok && db_step(s->db, q, err) > 0)
        ok = statement_terms(a, db_text(q, 0), (size_t)sqlite3_column_bytes(q, 0), &own) || error_memory(err);
    sqlite3_reset(q);
    ok = ok && unfind(s, words, &own, stored, err);
    arena_close(a);
    return ok;
}

/* Who refers to it was found by its words, and who refers to that one. */
static bool unfind_referrers(struct store *s, struct arena *a, const struct statement *words, const struct uuid *id, int64_t stored,
                             struct error *err)
{
    struct referrers all = {.arena = a};
    if (!add_referrer(&all, stored, 0, id, err))
        return false;
    for (size_t i = 0; i < all.count; i++) {
        const struct referrer at = all.list[i];
        int64_t after = INT64_MIN;
        bool more = at.hops <= STORE_HOPS;
        if (i > 0 && !unfind_referrer(s, words, at.stored, err))
            return false;
        while (more)
            if (!next_referrers(s, &all, &at, stored, &after, &more, err))
                return false;
    }
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
    return unfind(s, &words, NULL, stored, err) && unfind_referrers(s, a, &words, id, stored, err) &&
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

bool store_overwrite(struct store *s, int wait_ms)
{
    sqlite3_busy_timeout(db_handle(s->db), wait_ms);
    bool done = sqlite3_wal_checkpoint_v2(db_handle(s->db), NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) == SQLITE_OK;
    sqlite3_busy_timeout(db_handle(s->db), 5000);
    return done;
}
