#include "core/record/gap.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/library/tokens.h"
#include "core/record/fact.h"

enum { AGAIN_MS = 10 * 60 * 1000, TEXT_MOST = 400 };

static const struct {
    const char *name, *event;
} kinds[] = {{"search", "search.missed"}, {"code", "code.missed"}};

const char *gap_kind_name(enum gap_kind kind)
{
    return kinds[kind].name;
}

/* By what two texts are the same gap. */
static void fold(enum gap_kind kind, struct str text, struct buf *out)
{
    char key[TEXT_MOST + 1];
    if (kind == GAP_CODE)
        buf_add(out, key, token_key(text.p, text.n, false, key, sizeof key));
    else
        text_fold(out, text.p, text.n);
}

bool record_gap(struct record *r, int64_t learner, enum gap_kind kind, const char *text, bool send, struct error *err)
{
    struct str s = str_trim(str_of(text));
    size_t end = s.n > TEXT_MOST ? TEXT_MOST : s.n;
    while (end < s.n && end > 0 && ((unsigned char)s.p[end] & 0xC0) == 0x80)
        end--;
    struct buf folded = {0};
    fold(kind, (struct str){s.p, end}, &folded);
    int64_t last = 0, now = clock_wall_ms();
    bool ok = buf_ok(&folded) || error_memory(err);
    ok = ok && db_number(r->db, &last, 0, err, "SELECT at FROM gap WHERE kind = ? AND learner = ? AND folded = ?", "iis",
                         (int64_t)kind, learner, buf_text(&folded));
    bool again = last != 0 && now >= last && now - last < AGAIN_MS;
    if (ok && !again && folded.len > 0 && (ok = chain_begin(r, err))) {
        struct json *j = chain_event(r, kinds[kind].event, learner, NULL, NULL);
        json_text(j, "query", s.p, end);
        json_string(j, "text", buf_text(&folded));
        if (send)
            json_bool(j, "shared", true);
        ok = chain_append(r, NULL, err) && chain_commit(r, err);
    }
    buf_free(&folded);
    return ok;
}

static bool apply(struct record *r, const struct fact *f, enum gap_kind kind, struct error *err)
{
    return db_run(r->db, err,
                  "INSERT INTO gap (kind, learner, folded, query, times, at) VALUES (?, ?, ?, ?, 1, ?)"
                  " ON CONFLICT DO UPDATE SET times = times + 1, at = max(at, excluded.at)",
                  "iissi", (int64_t)kind, f->learner, f->text, f->query, f->at);
}

bool apply_search_missed(struct record *r, const struct fact *f, struct error *err)
{
    return apply(r, f, GAP_SEARCH, err);
}

bool apply_code_missed(struct record *r, const struct fact *f, struct error *err)
{
    return apply(r, f, GAP_CODE, err);
}

bool record_gap_times(struct record *r, int64_t learner, int64_t *times, struct error *err)
{
    return db_number(r->db, times, 0, err, "SELECT coalesce(sum(times), 0) FROM gap WHERE learner = ?", "i", learner);
}

static bool read_gap(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct gap *g = row;
    *g = (struct gap){sqlite3_column_int64(s, 0) == GAP_CODE ? GAP_CODE : GAP_SEARCH, column_copy(a, s, 1),
                      sqlite3_column_int64(s, 2), sqlite3_column_int64(s, 3)};
    return g->text != NULL;
}

const struct gap *record_gaps(struct record *r, struct arena *a, size_t most, size_t *count, struct error *err)
{
    *count = 0;
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT kind, query, sum(times), max(at) FROM gap GROUP BY kind, folded"
                                   " ORDER BY 3 DESC, 4 DESC, 2 LIMIT ?",
                                   err);
    if (s == NULL || !db_bind(s, "i", (int64_t)most))
        return NULL;
    return rows_read(r, a, s, sizeof(struct gap), read_gap, count, err);
}
