#include "core/record/solved.h"

#include "core/base/clock.h"
#include "core/record/fact.h"

bool record_solved_ask(struct record *r, int64_t learner, const char *module, bool *ask, struct error *err)
{
    char day[16];
    int64_t asked = 0;
    *ask = false;
    if (r->read_only)
        return true;
    clock_format_day(clock_wall_ms(), day, sizeof day);
    if (!db_number(r->db, &asked, 0, err, "SELECT 1 FROM asked WHERE learner = ? AND module = ? AND day = ?", "iss", learner,
                   module, day))
        return false;
    if (asked != 0)
        return true;
    *ask = true;
    chain_wait(r, false);
    bool ok = db_run(r->db, err, "INSERT OR REPLACE INTO asked (learner, module, day)"
                     " SELECT number, ?2, ?3 FROM learner WHERE number = ?1",
                     "iss", learner, module, day);
    chain_wait(r, true);
    return ok;
}

bool record_solved(struct record *r, int64_t learner, const struct subject *s, enum found_by by, bool yes, struct error *err)
{
    static const char *const words[] = {"", "name", "search", "scan", "hint"};
    if (!chain_begin(r, err))
        return false;
    struct json *j = chain_event(r, "module.solved", learner, s, NULL);
    json_bool(j, "solved", yes);
    json_string(j, "by", words[by]);
    return chain_append(r, NULL, err) && chain_commit(r, err);
}

bool apply_solved(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err,
                  "INSERT INTO solved (learner, module, yes, no) SELECT ?2, ?3, said, 1 - said"
                  " FROM (SELECT json_extract(?1, '$.solved') AS said) WHERE said IN (0, 1)"
                  " ON CONFLICT DO UPDATE SET yes = yes + excluded.yes, no = no + excluded.no",
                  "tis", f->payload, f->learner, f->module);
}

bool record_solved_count(struct record *r, const char *module, int64_t learner, int64_t *yes, int64_t *no, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db, "SELECT total(yes), total(no) FROM learner l JOIN solved s ON s.learner = l.number"
                                   " AND s.module = ?1 WHERE ?2 = 0 OR l.number = ?2", err);
    if (s == NULL || !db_bind(s, "si", module, learner))
        return false;
    int got = db_step(r->db, s, err);
    *yes = got > 0 ? sqlite3_column_int64(s, 0) : 0;
    *no = got > 0 ? sqlite3_column_int64(s, 1) : 0;
    sqlite3_reset(s);
    return got >= 0;
}
