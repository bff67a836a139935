#include "core/record/solved.h"

#include "core/base/clock.h"
#include "core/record/chain.h"

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
