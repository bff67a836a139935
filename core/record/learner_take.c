#include "core/base/clock.h"
#include "core/record/chain.h"
#include "core/record/learner_events.h"

#include <sodium.h>
#include <string.h>
#include <sysexits.h>

/* Everything here runs within a transaction; what fails has rolled it back. */

static bool refuse(struct record *r, const char *what, const char *who, const char *why, const char *todo, struct error *err)
{
    error_set(err, EX_DATAERR, what, who, why, todo);
    return chain_fail(r);
}

static bool refuse_worn(struct record *r, int64_t holder, struct error *err)
{
    struct arena *a = arena_open();
    struct learner who;
    struct error ignored;
    bool known = a != NULL && learner_get(r, a, holder, &who, &ignored);
    refuse(r, "cannot give that badge", known ? who.name : NULL, "it is worn by this learner", "a badge is one person's", err);
    arena_close(a);
    return false;
}

bool badge_take(struct record *r, int64_t number, const char *badge, unsigned char hash[BADGE_HASH], struct error *err)
{
    unsigned char secret[BADGE_SECRET];
    struct buf normal = {0};
    int64_t holder;
    size_t n = strlen(badge);
    badge_normal(&normal, badge);
    if (!buf_ok(&normal))
        return error_memory(err) || chain_fail(r);
    if (normal.len == 0 || n > LEARNER_BADGE_MOST || text_control(badge, n) < n) {
        buf_free(&normal);
        return refuse(r, "cannot take that badge", NULL, "it is empty, longer than 200 bytes, or holds what no badge holds", NULL,
                      err);
    }
    bool ok = (badge_holder(r, badge, &holder, err) && badge_secret(r, secret, err)) || chain_fail(r);
    if (ok)
        badge_hash(secret, (struct str){normal.data, normal.len}, hash);
    buf_free(&normal);
    sodium_memzero(secret, sizeof secret);
    return ok && (holder == 0 || holder == number || refuse_worn(r, holder, err));
}

/* ---- who a row is ---- */

enum match { MATCH_NEW, MATCH_BADGE, MATCH_NAME, MATCH_SELF, MATCH_REMOVED };

/* The same name: who is here and has no badge (or the row says none), or was removed with this very badge (or none). */
static bool match_name(struct record *r, const char *name, const unsigned char *hash, int64_t *number, enum match *match,
                       struct error *err)
{
    struct buf folded = {0};
    text_fold(&folded, name, strlen(name));
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT number, removed, substr(account, 1, 5) = 'name:' AND badge IS NULL FROM learner"
                                   " WHERE folded = ?1 AND name <> '' AND ((removed = 0 AND (badge IS NULL OR ?2 IS NULL))"
                                   " OR (removed = 1 AND badge IS ?2)) ORDER BY removed, number DESC LIMIT 2",
                                   err);
    bool bound = s != NULL && (hash != NULL ? db_bind(s, "sb", buf_text(&folded), hash, (size_t)BADGE_HASH)
                                            : db_bind(s, "sn", buf_text(&folded)));
    int got = bound ? db_step(r->db, s, err) : -1;
    if (got > 0) {
        *number = sqlite3_column_int64(s, 0);
        *match = sqlite3_column_int(s, 1) != 0   ? MATCH_REMOVED
                 : sqlite3_column_int(s, 2) != 0 ? MATCH_SELF
                                                 : MATCH_NAME;
        got = db_step(r->db, s, err);
    }
    bool several = got > 0 && *match != MATCH_REMOVED && sqlite3_column_int(s, 1) == 0;
    if (got > 0)
        sqlite3_reset(s);
    buf_free(&folded);
    if (several)
        return refuse(r, "cannot tell who is meant", name, "several learners have this name", "give the badge, too", err);
    return got >= 0 || chain_fail(r);
}

/* What a row is, worked out. */
struct wanted {
    const struct learner_row *row;
    const char *name;
    const unsigned char *hash; /* NULL: the row has no badge */
    unsigned char room[BADGE_HASH];
    int64_t number; /* 0: new */
    enum match match;
};

/* Who scanned a badge as their name before it was given to them. */
static bool match_scanned(struct record *r, const char *badge, struct wanted *w, struct error *err)
{
    struct buf account = {0};
    buf_adds(&account, "name:");
    text_fold(&account, badge, strlen(badge));
    bool ok = (buf_ok(&account) || error_memory(err)) &&
              db_number(r->db, &w->number, 0, err,
                        "SELECT number FROM learner WHERE account = ? AND badge IS NULL AND removed = 0", "s", buf_text(&account));
    if (ok && w->number != 0)
        w->match = MATCH_SELF;
    buf_free(&account);
    return ok || chain_fail(r);
}

static bool work_out(struct record *r, struct arena *a, const struct learner_row *row, struct wanted *w, struct error *err)
{
    *w = (struct wanted){.row = row, .match = MATCH_NEW};
    w->name = learner_name_fits(a, row->name, err);
    if (w->name == NULL)
        return chain_fail(r);
    if (row->badge != NULL && row->badge[0] != '\0') {
        if (!badge_holder(r, row->badge, &w->number, err))
            return chain_fail(r);
        if (w->number != 0)
            w->match = MATCH_BADGE;
        if (!badge_take(r, w->number, row->badge, w->room, err))
            return false;
        w->hash = w->room;
        if (w->match == MATCH_NEW && !match_scanned(r, row->badge, w, err))
            return false;
    }
    return w->match != MATCH_NEW || match_name(r, w->name, w->hash, &w->number, &w->match, err);
}

/* ---- making it so ---- */

bool learner_same_strings(struct strings a, struct strings b)
{
    bool same = a.count == b.count;
    for (size_t i = 0; same && i < a.count; i++)
        same = strcmp(a.items[i], b.items[i]) == 0;
    return same;
}

/* Nobody can guess it: two devices that add somebody each add somebody else, until a site says that they are one. */
bool learner_new(struct record *r, int64_t *number, struct error *err)
{
    static const char prefix[] = "person:";
    char account[sizeof prefix + UUID_TEXT];
    unsigned char random[10];
    struct uuid id = {{0}};
    randombytes_buf(random, sizeof random);
    uuid_next(&id, clock_wall_ms(), random);
    memcpy(account, prefix, sizeof prefix);
    uuid_text(&id, account + sizeof prefix - 1);
    return chain_learner(r, account, number, err);
}

/* Writes what the row says and the record does not. *changed: anything at all. */
static bool make_so(struct record *r, struct arena *a, struct wanted *w, int64_t by, bool *changed, struct error *err)
{
    const struct learner_row *row = w->row;
    struct learner who;
    if (w->match == MATCH_NEW && !learner_new(r, &w->number, err))
        return false;
    if (!learner_get(r, a, w->number, &who, err))
        return chain_fail(r);
    bool name = !who.site || who.removed || strcmp(who.name, w->name) != 0;
    bool badge = w->hash != NULL && w->match != MATCH_BADGE && (!who.removed || !who.badge);
    bool roles = row->roles.items != NULL && !learner_same_strings(row->roles, who.roles);
    bool rights = row->rights != 0 && row->rights != who.rights;
    bool account = row->account != NULL && row->account[0] != '\0' && strcmp(row->account, who.sent_as) != 0;
    *changed = name || badge || roles || rights || account;
    return (!name || say_named(r, w->number, w->name, by, err)) &&
           (!badge || say_badge(r, w->number, w->hash, by, err)) && (!roles || say_roles(r, w->number, row->roles, by, err)) &&
           (!rights || say_rights(r, w->number, row->rights, by, err)) &&
           (!account || (account_fits(r, w->number, row->account, err) && say_account(r, w->number, row->account, by, err)));
}

/* A list that names somebody twice would say one thing and then another. */
static bool named_twice(struct record *r, const int64_t *numbers, size_t count, const struct wanted *w, struct error *err)
{
    size_t i = 0;
    while (i < count && numbers[i] != w->number)
        i++;
    return i < count && w->number != 0 && !refuse(r, "cannot take the list", w->name, "the list has this learner twice", NULL, err);
}

bool learner_take(struct record *r, const struct learner_row *rows, size_t count, int64_t by, bool dry,
                  struct learner_taken *taken, size_t *bad, struct error *err)
{
    struct arena *a = arena_open(), *all = arena_open();
    int64_t *numbers = all != NULL ? arena_array(all, count, sizeof *numbers) : NULL;
    *taken = (struct learner_taken){0};
    *bad = count;
    bool ok = a != NULL && numbers != NULL ? chain_begin(r, err) : error_memory(err);
    for (size_t i = 0; ok && i < count; i++) {
        struct wanted w;
        bool changed = false;
        arena_reset(a);
        ok = work_out(r, a, &rows[i], &w, err) && !named_twice(r, numbers, i, &w, err) && make_so(r, a, &w, by, &changed, err);
        numbers[i] = w.number;
        if (!ok)
            *bad = i;
        else if (w.match == MATCH_NEW)
            taken->added++;
        else if (changed)
            taken->changed++;
        else
            taken->same++;
    }
    arena_close(a);
    arena_close(all);
    if (ok && dry)
        db_rollback(r->db);
    return ok && (dry || chain_commit(r, err));
}

static bool add_one(struct record *r, struct arena *a, const struct learner_row *row, int64_t by, int64_t *number,
                    struct error *err)
{
    struct wanted w;
    bool changed;
    if (!chain_begin(r, err) || !work_out(r, a, row, &w, err))
        return false;
    if (w.match == MATCH_BADGE)
        return refuse_worn(r, w.number, err);
    if (w.match == MATCH_NAME)
        return refuse(r, "cannot add", w.name, "there is a learner of this name, without badge",
                      "give that one a badge first, or say more of the name", err);
    if (!make_so(r, a, &w, by, &changed, err))
        return false;
    *number = w.number;
    return chain_commit(r, err);
}

bool learner_add(struct record *r, const struct learner_row *row, int64_t by, int64_t *number, struct error *err)
{
    struct arena *a = arena_open();
    bool ok = a != NULL ? add_one(r, a, row, by, number, err) : error_memory(err);
    arena_close(a);
    return ok;
}

/* What was learned under the name before is theirs; but not if the learner of that account has another name by now: then it
 * was somebody's badge, or somebody's old name. */
static bool self_fits(struct record *r, const char *account, int64_t *known, struct error *err)
{
    int64_t barred;
    if (!db_number(r->db, &barred, 0, err, "SELECT count(*) FROM learner WHERE folded = ? AND removed = 1", "s", account + 5) ||
        !db_number(r->db, known, 0, err, "SELECT number FROM learner WHERE account = ?", "s", account))
        return chain_fail(r);
    if (barred > 0)
        return refuse(r, "cannot take that name", NULL, "this learner was removed", "ask who looks after this device", err);
    if (*known != 0 &&
        !db_number(r->db, &barred, 0, err, "SELECT count(*) FROM learner WHERE number = ? AND (folded <> ? OR removed = 1)", "is",
                   *known, account + 5))
        return chain_fail(r);
    return barred == 0 ||
           refuse(r, "cannot take that name", NULL, "somebody had it who has another one now", "ask who looks after this device", err);
}

bool learner_self(struct record *r, const char *name, int64_t *number, struct error *err)
{
    struct arena *a = arena_open();
    struct buf account = {0};
    int64_t known;
    const char *fits = a != NULL ? learner_name_fits(a, name, err) : (error_memory(err), NULL);
    buf_adds(&account, "name:");
    text_fold(&account, name, strlen(name));
    bool ok = fits != NULL && (buf_ok(&account) || error_memory(err)) && chain_begin(r, err) &&
              self_fits(r, buf_text(&account), &known, err) && chain_learner(r, buf_text(&account), number, err) &&
              (known != 0 || say_named(r, *number, fits, 0, err)) && chain_commit(r, err);
    buf_free(&account);
    arena_close(a);
    return ok;
}
