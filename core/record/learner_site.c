#include "core/record/learner_site.h"

#include "core/record/fact.h"
#include "core/record/foreign.h"
#include "core/record/learner_events.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

bool learner_site_badge(const unsigned char secret[SITE_SECRET], const char *badge, unsigned char hash[SITE_BADGE],
                        struct error *err)
{
    struct buf normal = {0};
    size_t n = strlen(badge);
    badge_normal(&normal, badge);
    bool held = buf_ok(&normal);
    bool fits = normal.len > 0 && n <= LEARNER_BADGE_MOST && text_control(badge, n) == n;
    if (held && fits)
        badge_hash(secret, (struct str){normal.data, normal.len}, hash);
    buf_free(&normal);
    if (!held)
        return error_memory(err);
    return fits || error_set(err, EX_DATAERR, "cannot take that badge", NULL,
                             "it is empty, longer than 200 bytes, or holds what no badge holds", "scan it again");
}

static const char version_of[] = "SELECT version FROM site_list WHERE site = ?";

bool learner_site_version(struct record *r, const unsigned char site[SITE_KEY], int64_t *version, struct error *err)
{
    char text[2 * SITE_KEY + 1];
    sodium_bin2hex(text, sizeof text, site, SITE_KEY);
    return db_number(r->db, version, 0, err, version_of, "s", text);
}

bool apply_listed(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err,
                  "INSERT INTO site_list (site, version) VALUES (coalesce(json_extract(?1, '$.site'), ''),"
                  " coalesce(json_extract(?1, '$.version'), 0))"
                  " ON CONFLICT (site) DO UPDATE SET version = max(version, excluded.version),"
                  " through = iif(json_extract(?1, '$.anew'), 0, through)",
                  "t", f->payload);
}

/* ---- a list that can be taken ---- */

static bool refuse(const char *where, const char *why, struct error *err)
{
    return error_set(err, EX_DATAERR, "cannot take the site's list of learners", where, why, NULL);
}

static int by_id(const void *a, const void *b)
{
    return strcmp((*(const struct site_person *const *)a)->id, (*(const struct site_person *const *)b)->id);
}

static int by_account(const void *a, const void *b)
{
    return strcmp((*(const struct site_person *const *)a)->account, (*(const struct site_person *const *)b)->account);
}

static int by_badge(const void *a, const void *b)
{
    const unsigned char *x = (*(const struct site_person *const *)a)->badge, *y = (*(const struct site_person *const *)b)->badge;
    return x == NULL || y == NULL ? (x != NULL) - (y != NULL) : memcmp(x, y, SITE_BADGE);
}

static bool person_fits(const struct site_person *p, struct arena *a, struct error *err)
{
    const char *name = learner_name_fits(a, p->name, err);
    size_t n = strlen(p->account);
    if (name == NULL)
        return false;
    if (p->id[0] == '\0' || strlen(p->id) > PERSON_MOST)
        return refuse(p->name, "somebody has no id", err);
    return (n <= LEARNER_ACCOUNT_MOST && text_control(p->account, n) == n) || refuse(p->name, "the account is none", err);
}

static bool list_fits(const struct site_list *list, struct arena *a, struct error *err)
{
    const struct site_person **sorted = arena_array(a, list->count, sizeof *sorted);
    if (sorted == NULL)
        return error_memory(err);
    for (size_t i = 0; i < list->count; i++) {
        sorted[i] = &list->people[i];
        if (!person_fits(sorted[i], a, err))
            return false;
    }
    static const struct {
        int (*order)(const void *, const void *);
        const char *why;
    } once[] = {{by_id, "somebody is in it twice"}, {by_account, "two people have one account"}, {by_badge, "two people have one badge"}};
    for (size_t k = 0; k < sizeof once / sizeof *once; k++) {
        if (list->count > 0)
            qsort((void *)sorted, list->count, sizeof *sorted, once[k].order);
        for (size_t i = 1; i < list->count; i++) {
            bool none = (once[k].order == by_account && sorted[i]->account[0] == '\0') ||
                        (once[k].order == by_badge && sorted[i]->badge == NULL);
            if (!none && once[k].order(&sorted[i - 1], &sorted[i]) == 0)
                return refuse(sorted[i]->name, once[k].why, err);
        }
    }
    return true;
}

/* ---- who is who: within the transaction; what fails has rolled it back ---- */

static bool number_of(struct record *r, int64_t *number, struct error *err, const char *sql, const char *letters, const char *text)
{
    return db_number(r->db, number, 0, err, sql, letters, text) || chain_fail(r);
}

static bool by_name(struct record *r, const struct site_person *p, int64_t *number, struct error *err)
{
    struct buf folded = {0};
    text_fold(&folded, p->name, strlen(p->name));
    int64_t count = 0;
    static const char one[] = "SELECT min(number) FROM learner WHERE folded = ?1 AND name <> '' AND person = '' AND removed = 0"
                              " AND (badge IS NULL OR NOT ?2)";
    static const char many[] = "SELECT count(*) FROM learner WHERE folded = ?1 AND name <> '' AND person = '' AND removed = 0"
                               " AND (badge IS NULL OR NOT ?2)";
    bool ok = (buf_ok(&folded) || error_memory(err)) &&
              db_number(r->db, &count, 0, err, many, "si", buf_text(&folded), (int64_t)(p->badge != NULL)) &&
              (count != 1 || db_number(r->db, number, 0, err, one, "si", buf_text(&folded), (int64_t)(p->badge != NULL)));
    buf_free(&folded);
    return ok || chain_fail(r);
}

static bool find(struct record *r, const struct site_person *p, int64_t *number, struct error *err)
{
    if (!number_of(r, number, err, "SELECT number FROM learner WHERE person = ? AND person <> ''", "s", p->id))
        return false;
    if (*number == 0 && p->account[0] != '\0' &&
        !number_of(r, number, err, "SELECT number FROM learner WHERE sent_as = ? AND person = '' AND removed = 0", "s", p->account))
        return false;
    if (*number == 0 && p->badge != NULL &&
        !db_number(r->db, number, 0, err, "SELECT number FROM learner WHERE badge = ? AND person = '' AND removed = 0", "b",
                   p->badge, (size_t)SITE_BADGE))
        return chain_fail(r);
    return *number != 0 || by_name(r, p, number, err);
}

/* ---- making it so ---- */

struct numbers {
    int64_t *items;
    size_t count;
};

static bool read_numbers(struct record *r, struct arena *a, sqlite3_stmt *s, struct numbers *n, struct error *err)
{
    size_t cap = 0;
    int got = 0;
    *n = (struct numbers){0};
    while (s != NULL && (got = db_step(r->db, s, err)) > 0) {
        n->items = rows_grown(a, n->items, n->count, &cap, sizeof *n->items);
        if (n->items == NULL) {
            sqlite3_reset(s);
            return error_memory(err) || chain_fail(r);
        }
        n->items[n->count++] = sqlite3_column_int64(s, 0);
    }
    return (s != NULL && got == 0) || chain_fail(r);
}

/* Others, who are on no list, keep nothing that the list gives to this one. */
static bool take_away(struct record *r, struct arena *a, const struct site_person *p, int64_t number, struct error *err)
{
    struct numbers badge = {0}, account = {0};
    sqlite3_stmt *s;
    if (p->badge != NULL) {
        s = db_statement(r->db, "SELECT number FROM learner WHERE badge = ? AND person = '' AND number <> ? AND removed = 0", err);
        if (s != NULL && !db_bind(s, "bi", p->badge, (size_t)SITE_BADGE, number))
            s = NULL;
        if (!read_numbers(r, a, s, &badge, err))
            return false;
    }
    if (p->account[0] != '\0') {
        s = db_statement(r->db, "SELECT number FROM learner WHERE sent_as = ? AND person = '' AND number <> ? AND removed = 0", err);
        if (s != NULL && !db_bind(s, "si", p->account, number))
            s = NULL;
        if (!read_numbers(r, a, s, &account, err))
            return false;
    }
    for (size_t i = 0; i < badge.count; i++)
        if (!say_badge(r, badge.items[i], NULL, 0, err))
            return false;
    for (size_t i = 0; i < account.count; i++)
        if (!say_account(r, account.items[i], "", 0, err))
            return false;
    return true;
}

static bool same_badge(struct record *r, int64_t number, const unsigned char *badge, bool *same, struct error *err)
{
    int64_t found = 0;
    bool ok = badge != NULL ? db_number(r->db, &found, 0, err, "SELECT 1 FROM learner WHERE number = ? AND badge = ?", "ib", number,
                                        badge, (size_t)SITE_BADGE)
                            : db_number(r->db, &found, 0, err, "SELECT 1 FROM learner WHERE number = ? AND badge IS NULL", "i", number);
    *same = found != 0;
    return ok || chain_fail(r);
}

static bool make_so(struct record *r, struct arena *a, const struct site_person *p, int64_t number, bool *changed,
                    bool *anew, struct error *err)
{
    struct learner who;
    bool badge;
    const char *name = learner_name_fits(a, p->name, err);
    unsigned rights = p->rights | RIGHT_LEARNER;
    if (name == NULL || !learner_get(r, a, number, &who, err))
        return chain_fail(r);
    if (!same_badge(r, number, p->badge, &badge, err) || !take_away(r, a, p, number, err))
        return false;
    bool id = strcmp(who.person, p->id) == 0, named = who.site && !who.removed && strcmp(who.name, name) == 0;
    bool roles = learner_same_strings(p->roles, who.roles), account = strcmp(p->account, who.sent_as) == 0;
    *anew = *anew || !account || !id || who.removed;
    *changed = !id || !named || !badge || !roles || rights != who.rights || !account;
    return (id || say_person(r, number, p->id, err)) && (named || say_named(r, number, name, 0, err)) &&
           (badge || say_badge(r, number, p->badge, 0, err)) && (roles || say_roles(r, number, p->roles, 0, err)) &&
           (rights == who.rights || say_rights(r, number, rights, 0, err)) &&
           (account || say_account(r, number, p->account, 0, err));
}

static int number_order(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Who was on the list and is not any more. */
static bool remove_rest(struct record *r, struct arena *a, struct numbers *listed, size_t *removed, struct error *err)
{
    struct numbers known;
    if (!read_numbers(r, a, db_statement(r->db, "SELECT number FROM learner WHERE person <> '' AND removed = 0", err), &known, err))
        return false;
    if (listed->count > 0)
        qsort(listed->items, listed->count, sizeof *listed->items, number_order);
    for (size_t i = 0; i < known.count; i++) {
        if (listed->count > 0 &&
            bsearch(&known.items[i], listed->items, listed->count, sizeof *listed->items, number_order) != NULL)
            continue;
        if (!say_removed(r, known.items[i], 0, err))
            return false;
        ++*removed;
    }
    return true;
}

static bool take_all(struct record *r, struct arena *a, const struct site_list *list, struct site_taken *taken, struct error *err)
{
    struct numbers listed = {arena_array(a, list->count, sizeof *listed.items), 0};
    struct arena *one = arena_open();
    bool ok = (listed.items != NULL && one != NULL) || error_memory(err) || chain_fail(r);
    for (size_t i = 0; ok && i < list->count; i++) {
        int64_t number = 0;
        bool changed = false, new;
        arena_reset(one);
        ok = find(r, &list->people[i], &number, err);
        new = number == 0;
        ok = ok && (!new || learner_new(r, &number, err)) && make_so(r, one, &list->people[i], number, &changed, &taken->anew, err);
        listed.items[listed.count++] = number;
        taken->added += ok && new;
        taken->changed += ok && !new && changed;
    }
    arena_close(one);
    return ok && remove_rest(r, a, &listed, &taken->removed, err);
}

/* The site's secret is the newest: badges that are given here from now on are hashed as the site's are. */
static bool keep_secret(struct record *r, const struct site_list *list, struct error *err)
{
    return (db_run(r->db, err, "DELETE FROM badge_secret WHERE secret = ?", "b", list->secret, sizeof list->secret) &&
            db_run(r->db, err, "INSERT INTO badge_secret (number, secret) SELECT coalesce(max(number), 0) + 1, ?1 FROM badge_secret",
                   "b", list->secret, sizeof list->secret)) ||
           chain_fail(r);
}

/* Older ones stay as long as somebody who is on no list wears a badge that may be hashed with them. */
static bool drop_secrets(struct record *r, const struct site_list *list, struct error *err)
{
    return db_run(r->db, err,
                  "DELETE FROM badge_secret WHERE secret <> ? AND NOT EXISTS"
                  " (SELECT 1 FROM learner WHERE badge IS NOT NULL AND person = '' AND removed = 0)",
                  "b", list->secret, sizeof list->secret) ||
           chain_fail(r);
}

static bool take_within(struct record *r, struct arena *a, const struct site_list *list, struct site_taken *taken, struct error *err)
{
    int64_t last;
    char site[2 * SITE_KEY + 1];
    sodium_bin2hex(site, sizeof site, list->site, SITE_KEY);
    if (!db_number(r->db, &last, 0, err, version_of, "s", site))
        return chain_fail(r);
    if (list->version < last) {
        refuse(NULL, "it is older than the one that was taken: somebody gives out an old one again", err);
        return chain_fail(r);
    }
    if (list->version == last) {
        db_rollback(r->db);
        return true;
    }
    if (!keep_secret(r, list, err) || !take_all(r, a, list, taken, err) || !drop_secrets(r, list, err))
        return false;
    struct json *j = chain_event(r, "site.listed", 0, NULL, NULL);
    json_string(j, "site", site);
    json_int(j, "version", list->version);
    json_bool(j, "anew", taken->anew);
    return chain_append(r, NULL, err) && chain_commit(r, err);
}

bool learner_site_take(struct record *r, const struct site_list *list, struct site_taken *taken, struct error *err)
{
    struct arena *a = arena_open();
    *taken = (struct site_taken){0};
    bool ok = a != NULL ? list_fits(list, a, err) && chain_begin(r, err) && take_within(r, a, list, taken, err) &&
                             record_foreign_follow(r, err)
                        : error_memory(err);
    arena_close(a);
    return ok;
}
