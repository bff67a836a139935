#include "core/record/binding.h"

#include "core/record/fact.h"

#include <string.h>

bool record_binding(struct record *r, struct arena *a, int64_t learner, struct binding *account, struct error *err)
{
    *account = (struct binding){"", ""};
    sqlite3_stmt *s = db_statement(r->db, "SELECT home_page, name FROM binding WHERE learner = ?", err);
    if (s == NULL || !db_bind(s, "i", learner))
        return false;
    int got = db_step(r->db, s, err);
    if (got <= 0)
        return got == 0;
    *account = (struct binding){column_copy(a, s, 0), column_copy(a, s, 1)};
    sqlite3_reset(s);
    return (account->home_page != NULL && account->name != NULL) || error_memory(err);
}

/* Within the transaction: another process may have bound the learner meanwhile. */
static bool bind_event(struct record *r, struct arena *a, int64_t learner, const struct binding *account,
                       struct error *err)
{
    struct binding now;
    if (!record_binding(r, a, learner, &now, err))
        return chain_fail(r);
    if (strcmp(now.home_page, account->home_page) == 0 && strcmp(now.name, account->name) == 0)
        return true;
    struct json *j = chain_event(r, "learner.bound", learner, NULL, NULL);
    json_string(j, "home_page", account->home_page);
    json_string(j, "name", account->name);
    return chain_append(r, NULL, err);
}

bool record_bind(struct record *r, int64_t learner, const struct binding *account, struct error *err)
{
    struct arena *a = arena_open();
    struct binding now;
    if (a == NULL)
        return error_memory(err);
    bool ok = record_binding(r, a, learner, &now, err);
    if (ok && (strcmp(now.home_page, account->home_page) != 0 || strcmp(now.name, account->name) != 0))
        ok = chain_begin(r, err) && bind_event(r, a, learner, account, err) && chain_commit(r, err);
    arena_close(a);
    return ok;
}

bool record_learner_known(struct record *r, const char *account, int64_t *learner, struct error *err)
{
    return db_number(r->db, learner, 0, err, "SELECT number FROM learner WHERE account = ?", "s", account);
}

bool apply_bound(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err,
                  "INSERT OR REPLACE INTO binding (learner, home_page, name)"
                  " VALUES (?1, coalesce(json_extract(?2, '$.home_page'), ''), coalesce(json_extract(?2, '$.name'), ''))",
                  "it", f->learner, f->payload);
}
