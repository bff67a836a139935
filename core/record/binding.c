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

struct person {
    int64_t number;
    const char *account;
};

static bool read_person(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct person *p = row;
    *p = (struct person){sqlite3_column_int64(s, 0), column_copy(a, s, 1)};
    return p->account != NULL;
}

static struct person *unbound(struct record *r, struct arena *a, const char *home_page, size_t *count, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT number, sent_as FROM learner l WHERE sent_as <> '' AND NOT EXISTS (SELECT 1 FROM"
                                   " binding b WHERE b.learner = l.number AND b.home_page = ?1 AND b.name = l.sent_as)",
                                   err);
    return s != NULL && db_bind(s, "s", home_page) ? rows_read(r, a, s, sizeof(struct person), read_person, count, err) : NULL;
}

static bool bind_all(struct record *r, struct arena *a, const char *home_page, struct error *err)
{
    size_t count;
    const struct person *people = unbound(r, a, home_page, &count, err);
    if (people == NULL)
        return chain_fail(r);
    for (size_t i = 0; i < count; i++)
        if (!bind_event(r, a, people[i].number, &(struct binding){home_page, people[i].account}, err))
            return false;
    return chain_commit(r, err);
}

bool record_bind_people(struct record *r, const char *home_page, struct error *err)
{
    size_t count = 0;
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    bool ok = unbound(r, a, home_page, &count, err) != NULL &&
              (count == 0 || (chain_begin(r, err) && bind_all(r, a, home_page, err)));
    arena_close(a);
    return ok;
}

bool record_own_account(struct record *r, struct arena *a, int64_t learner, const char **name, struct error *err)
{
    *name = "";
    sqlite3_stmt *s = db_statement(r->db, "SELECT sent_as FROM learner WHERE number = ?", err);
    if (s == NULL || !db_bind(s, "i", learner))
        return false;
    int got = db_step(r->db, s, err);
    if (got <= 0)
        return got == 0;
    *name = column_copy(a, s, 0);
    sqlite3_reset(s);
    return *name != NULL || error_memory(err);
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
