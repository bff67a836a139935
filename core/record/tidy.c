#include "core/record/tidy.h"

#include "core/base/clock.h"
#include "core/record/chain.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

/* ?1 is the moment before which it goes. */
static const struct {
    int days;
    const char *sql;
} rules[] = {
    {90, "DELETE FROM hint WHERE act = 0 AND at < ?1 AND at < (SELECT max(n.at) FROM hint n WHERE n.learner = hint.learner"
         " AND n.module = hint.module AND n.act = 0)"},
    {730, "DELETE FROM gap WHERE at < ?1"},
    {366, "DELETE FROM clock_learnt WHERE at < ?1"},
    {366, "DELETE FROM outbox WHERE state IN (3, 5) AND at < ?1 AND at > 0"},
    {0, "DELETE FROM vouch WHERE at < ?1 AND position < (SELECT max(v.position) FROM vouch v WHERE v.kind = vouch.kind AND v.by = vouch.by"
        " AND v.position >> 40 = vouch.position >> 40)"},
};

static bool forget_asked(struct record *r, int64_t before, struct error *err)
{
    char day[16];
    clock_format_day(before, day, sizeof day);
    return db_run(r->db, err, "DELETE FROM asked WHERE day < ?", "s", day);
}

bool record_tidy(struct record *r, int64_t now_ms, int64_t *rows, struct error *err)
{
    int64_t before = sqlite3_total_changes(db_handle(r->db));
    *rows = 0;
    if (!db_begin(r->db, err))
        return false;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (!db_run(r->db, err, rules[i].sql, "i", now_ms - rules[i].days * DAY_MS))
            return chain_fail(r);
    if (!forget_asked(r, now_ms - 366 * DAY_MS, err))
        return chain_fail(r);
    *rows = sqlite3_total_changes(db_handle(r->db)) - before;
    return db_commit(r->db, err);
}
