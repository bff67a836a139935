#include "sync/serve/store_private.h"

#include "core/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool store_box_set(struct store *s, const char *name, const unsigned char box[BOX_KEY], struct error *err)
{
    return db_run(s->db, err, "UPDATE client SET box = ? WHERE name = ?", "bs", box, (size_t)BOX_KEY, name);
}

bool store_box(struct store *s, const char *name, unsigned char box[BOX_KEY], bool *found, struct error *err)
{
    *found = false;
    sqlite3_stmt *q = db_statement(s->db, "SELECT box FROM client WHERE name = ? AND revoked IS NULL", err);
    if (q == NULL || !db_bind(q, "s", name))
        return false;
    int row = db_step(s->db, q, err);
    if (row == 1) {
        *found = sqlite3_column_bytes(q, 0) == BOX_KEY;
        if (*found)
            memcpy(box, sqlite3_column_blob(q, 0), BOX_KEY);
        sqlite3_reset(q);
    }
    return row >= 0;
}

static bool read_person(struct arena *a, sqlite3_stmt *q, struct site_person *p)
{
    *p = (struct site_person){.id = arena_strdup(a, db_text(q, 0)), .name = arena_strdup(a, db_text(q, 1)),
                              .rights = (unsigned)sqlite3_column_int64(q, 4), .account = arena_strdup(a, db_text(q, 5)),
                              .gone = sqlite3_column_int(q, 6) != 0};
    bool worn = sqlite3_column_bytes(q, 2) == SITE_BADGE;
    if (worn)
        p->badge = (const unsigned char *)arena_copy(a, sqlite3_column_blob(q, 2), SITE_BADGE);
    return p->id != NULL && p->name != NULL && p->account != NULL && (!worn || p->badge != NULL) &&
           strings_split(a, db_text(q, 3), &p->roles);
}

bool store_people(struct store *s, struct arena *a, struct site_person **people, size_t *count, struct error *err)
{
    int64_t all = 0;
    *count = 0;
    if (!db_number(s->db, &all, 0, err, "SELECT count(*) FROM learner", ""))
        return false;
    *people = arena_array(a, (size_t)all, sizeof **people);
    sqlite3_stmt *q = db_statement(s->db, "SELECT id, name, badge, roles, rights, account, gone FROM learner ORDER BY place", err);
    if (*people == NULL)
        return error_memory(err);
    if (q == NULL)
        return false;
    int row = 0;
    while (*count < (size_t)all && (row = db_step(s->db, q, err)) == 1)
        if (!read_person(a, q, &(*people)[(*count)++])) {
            sqlite3_reset(q);
            return error_memory(err);
        }
    sqlite3_reset(q);
    return row >= 0;
}

static bool put_person(struct store *s, const struct site_person *p, size_t place, struct error *err)
{
    struct buf roles = {0};
    for (size_t i = 0; i < p->roles.count; i++)
        buf_addf(&roles, "%s%s", i > 0 ? "," : "", p->roles.items[i]);
    static const char with[] = "INSERT INTO learner (id, place, name, roles, rights, account, gone, badge)"
                               " VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    bool ok = buf_ok(&roles) || error_memory(err);
    if (ok && p->badge != NULL)
        ok = db_run(s->db, err, with, "sissisib", p->id, (int64_t)place, p->name, buf_text(&roles), (int64_t)p->rights, p->account,
                    (int64_t)p->gone, p->badge, (size_t)SITE_BADGE);
    else if (ok)
        ok = db_run(s->db, err, with, "sissisin", p->id, (int64_t)place, p->name, buf_text(&roles), (int64_t)p->rights, p->account,
                    (int64_t)p->gone);
    buf_free(&roles);
    return ok;
}

bool store_people_set(struct store *s, const struct site_person *people, size_t count, struct error *err)
{
    bool ok = db_run(s->db, err, "DELETE FROM learner", "");
    for (size_t i = 0; ok && i < count; i++)
        ok = put_person(s, &people[i], i, err);
    return ok;
}

bool store_may_lead(struct store *s, const char *person, const char *account, enum may_lead *may, struct error *err)
{
    int64_t any = 0, rights = 0;
    if (!db_number(s->db, &any, 0, err, "SELECT count(*) FROM learner", "") ||
        !db_number(s->db, &rights, -1, err,
                   "SELECT rights FROM learner WHERE gone = 0 AND iif(?1 <> '', id = ?1, account <> '' AND account = ?2)", "ss", person,
                   account))
        return false;
    *may = any == 0                                          ? LEAD_ANYBODY
           : rights < 0                                      ? LEAD_UNKNOWN
           : (rights & (RIGHT_TRAINER | RIGHT_ADMINISTRATOR)) ? LEAD_YES
                                                             : LEAD_NO;
    return true;
}

bool store_account_listed(struct store *s, const char *person, char *account, size_t size, struct error *err)
{
    sqlite3_stmt *q = db_statement(s->db, "SELECT account FROM learner WHERE id = ? AND gone = 0", err);
    if (q == NULL || !db_bind(q, "s", person))
        return false;
    int row = db_step(s->db, q, err);
    snprintf(account, size, "%s", row == 1 ? db_text(q, 0) : "");
    sqlite3_reset(q);
    return row >= 0;
}

static bool read_pass(struct arena *a, sqlite3_stmt *q, struct people_pass *p)
{
    *p = (struct people_pass){.through = sqlite3_column_int64(q, 0), .person = arena_strdup(a, db_text(q, 1)),
                              .home_page = arena_strdup(a, db_text(q, 2)), .activity = arena_strdup(a, db_text(q, 3)),
                              .revision = arena_strdup(a, db_text(q, 5)), .score = sqlite3_column_double(q, 6),
                              .device = arena_strdup(a, db_text(q, 7))};
    if (!clock_parse(db_text(q, 4), &p->at))
        p->at = p->through / 1000;
    return p->person != NULL && p->home_page != NULL && p->activity != NULL && p->revision != NULL && p->device != NULL;
}

/* So many passes are looked at in one go: no device keeps a reader from the others. */
enum { LOOKED_AT = 20000 };

/* Those behind `after`, and the last one that is looked at; 0: all of them are. */
#define PASSED "FROM found WHERE term = (SELECT id FROM term WHERE text = ?1) AND stored > ?2 ORDER BY stored LIMIT "

static bool last_looked_at(struct store *s, int64_t after, int64_t *last, struct error *err)
{
    return db_number(s->db, last, 0, err, "SELECT stored " PASSED "1 OFFSET ?3", "sii", "v" XAPI_PASSED, after, (int64_t)LOOKED_AT - 1);
}

bool store_passes(struct store *s, struct arena *a, const char *client, int64_t after, size_t most, struct people_pass **list,
                  size_t *count, int64_t *through, bool *more, struct error *err)
{
    int64_t last;
    sqlite3_stmt *q = db_statement(
        s->db,
        "SELECT f.stored, l.id, json_extract(s.body, '$.actor.account.homePage'), json_extract(s.body, '$.object.id'),"
        " json_extract(s.body, '$.timestamp'), json_extract(s.body, '$.context.revision'),"
        " coalesce(json_extract(s.body, '$.result.score.raw'), 0), (SELECT name FROM client WHERE id = s.client)"
        " FROM (SELECT stored, broad " PASSED "?5) f CROSS JOIN statement s ON s.stored = f.stored"
        " JOIN learner l ON l.account = json_extract(s.body, '$.actor.account.name')"
        " WHERE f.broad = 0 AND s.voided = 0"
        " AND s.client <> (SELECT id FROM client WHERE name = ?3) AND l.account <> '' AND l.gone = 0 AND json_valid(s.body)"
        " ORDER BY f.stored LIMIT ?4",
        err);
    *count = 0;
    *list = arena_array(a, most, sizeof **list);
    if (*list == NULL)
        return error_memory(err);
    if (q == NULL || !last_looked_at(s, after, &last, err) ||
        !db_bind(q, "sisii", "v" XAPI_PASSED, after, client, (int64_t)most, (int64_t)LOOKED_AT))
        return false;
    int row = 0;
    while (*count < most && (row = db_step(s->db, q, err)) == 1)
        if (!read_pass(a, q, &(*list)[(*count)++])) {
            sqlite3_reset(q);
            return error_memory(err);
        }
    sqlite3_reset(q);
    *more = *count == most || last != 0;
    *through = *count < most && last != 0 ? last : *count > 0 ? (*list)[*count - 1].through : after;
    return row >= 0;
}

/* ---- whom a session expects ---- */

static bool is_meant(const struct site_person *p, struct strings roles)
{
    bool meant = roles.count == 0;
    for (size_t i = 0; !meant && i < p->roles.count; i++)
        meant = strings_has(roles, p->roles.items[i]);
    return meant && !p->gone;
}

static int by_account(const void *left, const void *right)
{
    const struct expected *const *a = left, *const *b = right;
    return strcmp((*a)->account, (*b)->account);
}

/* by: those with an account, in the order of accounts. */
static void count_done(struct expected **by, size_t count, const char *account)
{
    struct expected key = {.account = account}, *at = &key, **found = count > 0 ? bsearch(&at, by, count, sizeof *by, by_account) : NULL;
    if (found != NULL)
        (*found)->done++;
}

static bool count_activity(struct store *s, const char *activity, struct expected **by, size_t count, struct error *err)
{
    struct buf term = {0};
    buf_addf(&term, "i%s", activity);
    sqlite3_stmt *q = db_statement(
        s->db,
        "SELECT DISTINCT json_extract(s.body, '$.actor.account.name') FROM found f"
        " JOIN found v ON v.stored = f.stored AND v.broad = 0 AND v.term IN (SELECT id FROM term WHERE text IN (?2, ?3))"
        " CROSS JOIN statement s ON s.stored = f.stored"
        " WHERE f.term = (SELECT id FROM term WHERE text = ?1) AND f.broad = 0 AND s.voided = 0 AND json_valid(s.body)",
        err);
    bool ok = buf_ok(&term) ? q != NULL && db_bind(q, "sss", buf_text(&term), "v" XAPI_PASSED, "v" XAPI_COMPLETED) : error_memory(err);
    int row = 0;
    while (ok && (row = db_step(s->db, q, err)) == 1)
        count_done(by, count, db_text(q, 0));
    buf_free(&term);
    return ok && row == 0;
}

bool store_expected(struct store *s, struct arena *a, struct strings roles, struct strings before, size_t most, struct expected **list,
                    size_t *count, struct error *err)
{
    struct site_person *people;
    size_t all, n = 0;
    *count = 0;
    *list = NULL;
    if (!store_people(s, a, &people, &all, err))
        return false;
    if (all == 0)
        return true;
    *list = arena_array(a, all + 1, sizeof **list);
    struct expected **by = arena_array(a, all + 1, sizeof *by);
    if (*list == NULL || by == NULL)
        return error_memory(err);
    for (size_t i = 0; i < all && *count < most; i++) {
        if (!is_meant(&people[i], roles))
            continue;
        struct expected *x = &(*list)[(*count)++];
        bool known = people[i].account[0] != '\0'; /* else nothing of theirs arrives */
        *x = (struct expected){people[i].name, people[i].account, 0, known ? (int64_t)before.count : -1};
        if (known)
            by[n++] = x;
    }
    if (n > 0)
        qsort(by, n, sizeof *by, by_account);
    for (size_t i = 0; i < before.count && n > 0; i++)
        if (!count_activity(s, before.items[i], by, n, err))
            return false;
    return true;
}
