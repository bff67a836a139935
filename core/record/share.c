#include "core/record/share.h"

#include "core/record/fact.h"
#include "core/record/outbox.h"

bool record_shared(struct record *r, int64_t learner, struct share *share, struct error *err)
{
    *share = (struct share){0};
    sqlite3_stmt *s = db_statement(r->db, "SELECT since, at FROM share WHERE learner = ?", err);
    if (s == NULL || !db_bind(s, "i", learner))
        return false;
    int got = db_step(r->db, s, err);
    if (got > 0)
        *share = (struct share){sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1)};
    sqlite3_reset(s);
    return got >= 0;
}

bool record_share(struct record *r, int64_t learner, bool yes, struct error *err)
{
    struct share now;
    if (!chain_begin(r, err))
        return false;
    if (!record_shared(r, learner, &now, err))
        return chain_fail(r);
    if ((now.since != 0) != yes) {
        chain_event(r, yes ? "share.on" : "share.off", learner, NULL, NULL);
        if (!chain_append(r, NULL, err))
            return false;
    }
    if (!yes && !outbox_withdraw(r, OUTBOX_HINTS, learner, err))
        return chain_fail(r);
    return chain_commit(r, err);
}

bool apply_share_on(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err, "INSERT OR IGNORE INTO share (learner, since, at) VALUES (?, ?, ?)", "iii", f->learner,
                  f->position, f->at);
}

bool apply_share_off(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err, "DELETE FROM share WHERE learner = ?", "i", f->learner);
}
