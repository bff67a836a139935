#include "sync/serve/store_private.h"

#include <string.h>

/* ---- one ---- */

bool store_one(struct store *s, const struct query *q, struct buf *out, int64_t *stored, bool *found, struct error *err)
{
    const struct uuid id = store_id(q->id);
    *found = false;
    sqlite3_stmt *row = db_statement(
        s->db, "SELECT stored, body FROM statement WHERE id = ?1 AND voided = ?2 AND (?3 = 0 OR client = ?3)", err);
    if (row == NULL || !db_bind(row, "bii", id.bytes, sizeof id.bytes, (int64_t)q->voided, q->client))
        return false;
    int result = db_step(s->db, row, err);
    if (result == 1) {
        *found = true;
        *stored = sqlite3_column_int64(row, 0);
        buf_add(out, db_text(row, 1), (size_t)sqlite3_column_bytes(row, 1));
        sqlite3_reset(row);
    }
    return result >= 0 && (buf_ok(out) || error_memory(err));
}

/* ---- many ----
 * The first term drives: its statements stand in the order of `stored`; the others are asked of each of them, and whose it is. Who
 * has few among the many of others is not looked for at one go, or one device's questions would keep the readers from all others:
 * behind LOOKED_AT of them the answer ends, with what it has, and `more` goes on from there. */

enum { LOOKED_AT = 20000 };

#define HOLDS(term, broad) \
    " AND (" term " = 0 OR EXISTS (SELECT 1 FROM found WHERE term = " term " AND stored = s.stored AND broad <= " broad "))"
#define WHERE_IT_FITS(narrow)                                                                       \
    "SELECT s.stored, iif(" narrow "s.voided = 0 AND (?5 = 0 OR s.client = ?5)" HOLDS("?6", "?7")   \
        HOLDS("?8", "?9") HOLDS("?10", "?11") ", s.body, NULL) FROM "
#define BY_TERM                                                                                                           \
    WHERE_IT_FITS("f.broad <= ?2 AND ") "found f CROSS JOIN statement s ON s.stored = f.stored WHERE f.term = ?1"         \
                                        " AND f.stored > ?3 AND f.stored <= ?4 ORDER BY f.stored "
#define BY_TIME WHERE_IT_FITS("") "statement s WHERE ?1 = ?2 AND s.stored > ?3 AND s.stored <= ?4 ORDER BY s.stored "

static sqlite3_stmt *prepared(struct store *s, bool by_term, bool ascending, struct error *err)
{
    if (by_term)
        return db_statement(s->db, ascending ? BY_TERM "ASC" : BY_TERM "DESC", err);
    return db_statement(s->db, ascending ? BY_TIME "ASC" : BY_TIME "DESC", err);
}

bool store_many(struct store *s, const struct query *q, struct buf *out, int64_t *more, struct error *err)
{
    int64_t ids[QUERY_TERMS] = {0}, broad[QUERY_TERMS] = {0}, last = 0;
    *more = 0;
    for (size_t i = 0; i < q->count; i++) {
        broad[i] = q->terms[i].broad;
        if (!db_number(s->db, &ids[i], 0, err, "SELECT id FROM term WHERE text = ?", "s", q->terms[i].text))
            return false;
        if (ids[i] == 0)
            return true; /* nobody ever used that word */
    }
    sqlite3_stmt *rows = prepared(s, q->count > 0, q->ascending, err);
    if (rows == NULL)
        return false;
    if (!db_bind(rows, "iiiiiiiiiii", ids[0], broad[0], q->after, q->until, q->client, ids[1], broad[1], ids[2], broad[2], ids[3],
                 broad[3]))
        return error_set(err, EX_SOFTWARE, "cannot ask the database", NULL, "the parameters do not fit", NULL);
    size_t n = 0, before = out->len, looked = 0;
    int row;
    while ((row = db_step(s->db, rows, err)) == 1) {
        bool fits = sqlite3_column_type(rows, 1) != SQLITE_NULL;
        if ((fits && (n == q->limit || out->len - before > QUERY_BYTES)) || (q->client != 0 && looked++ == LOOKED_AT)) {
            *more = last;
            sqlite3_reset(rows);
            break;
        }
        last = sqlite3_column_int64(rows, 0);
        if (!fits)
            continue;
        if (n++ > 0)
            buf_addc(out, ',');
        buf_add(out, db_text(rows, 1), (size_t)sqlite3_column_bytes(rows, 1));
    }
    return row >= 0 && (buf_ok(out) || error_memory(err));
}
