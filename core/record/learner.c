#include "core/record/learner.h"

#include "core/base/hex.h"
#include "core/record/fact.h"
#include "core/record/learner_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* ---- reading ---- */

#define COLUMNS                                                                                                         \
    "SELECT number, CASE name WHEN '' THEN account ELSE name END, account, roles, rights, badge IS NOT NULL, removed,"  \
    " name <> '', EXISTS (SELECT 1 FROM pin WHERE learner = number), sent_as, person FROM learner"

static bool read_learner(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct learner *who = row;
    *who = (struct learner){
        .number = sqlite3_column_int64(s, 0),
        .name = column_copy(a, s, 1),
        .account = column_copy(a, s, 2),
        .rights = (unsigned)sqlite3_column_int64(s, 4),
        .badge = sqlite3_column_int(s, 5) != 0,
        .removed = sqlite3_column_int(s, 6) != 0,
        .site = sqlite3_column_int(s, 7) != 0,
        .pin = sqlite3_column_int(s, 8) != 0,
        .sent_as = column_copy(a, s, 9),
        .person = column_copy(a, s, 10),
    };
    return who->name != NULL && who->account != NULL && who->sent_as != NULL && who->person != NULL && strings_split(a, db_text(s, 3), &who->roles);
}

bool learner_get(struct record *r, struct arena *a, int64_t number, struct learner *who, struct error *err)
{
    *who = (struct learner){.name = "", .account = "", .sent_as = "", .person = ""};
    sqlite3_stmt *s = db_statement(r->db, COLUMNS " WHERE number = ?", err);
    if (s == NULL || !db_bind(s, "i", number))
        return false;
    int got = db_step(r->db, s, err);
    if (got <= 0)
        return got == 0;
    bool ok = read_learner(a, s, who);
    sqlite3_reset(s);
    return ok || error_memory(err);
}

bool learner_list(struct record *r, struct arena *a, unsigned flags, struct learner **rows, size_t *count,
                  struct error *err)
{
    *rows = NULL;
    *count = 0;
    sqlite3_stmt *s = db_statement(r->db, COLUMNS " WHERE (removed = 0 OR ?1) AND (name <> '' OR ?2)"
                                                  " ORDER BY CASE folded WHEN '' THEN account ELSE folded END, number", err);
    if (s == NULL || !db_bind(s, "ii", (int64_t)(flags & LEARNERS_REMOVED), (int64_t)(flags & LEARNERS_ACCOUNTS)))
        return false;
    *rows = rows_read(r, a, s, sizeof **rows, read_learner, count, err);
    return *rows != NULL;
}

bool learner_by_badge(struct record *r, const char *badge, int64_t *number, struct error *err)
{
    return badge_holder(r, badge, number, err);
}

bool learner_by_name(struct record *r, const char *name, int64_t *number, int64_t *count, struct error *err)
{
    struct buf folded = {0};
    text_fold(&folded, name, strlen(name));
    bool ok = (buf_ok(&folded) || error_memory(err)) &&
              db_number(r->db, count, 0, err, "SELECT count(*) FROM learner WHERE folded = ? AND name <> '' AND removed = 0", "s",
                        buf_text(&folded)) &&
              db_number(r->db, number, 0, err,
                        "SELECT min(number) FROM learner WHERE folded = ? AND name <> '' AND removed = 0", "s",
                        buf_text(&folded));
    buf_free(&folded);
    return ok;
}

bool learner_find(struct record *r, const char *said, bool names, enum learner_found *found, int64_t *number,
                  struct error *err)
{
    int64_t count = 0;
    *found = LEARNER_NOBODY;
    if (!badge_holder(r, said, number, err))
        return false;
    if (*number != 0)
        *found = LEARNER_BADGE;
    else if (names && !learner_by_name(r, said, number, &count, err))
        return false;
    if (count > 0)
        *found = count == 1 ? LEARNER_NAME : LEARNER_SEVERAL;
    if (count > 1)
        *number = 0;
    return true;
}

bool learner_count(struct record *r, unsigned rights, bool with_pin, int64_t *count, struct error *err)
{
    return db_number(r->db, count, 0, err,
                     "SELECT count(*) FROM learner WHERE (rights & ?1) = ?1 AND removed = 0"
                     " AND (NOT ?2 OR EXISTS (SELECT 1 FROM pin WHERE learner = number))",
                     "ii", (int64_t)rights, (int64_t)with_pin);
}

/* ---- events ---- */

static struct json *begin(struct record *r, const char *kind, int64_t number, int64_t by)
{
    struct json *j = chain_event(r, kind, number, NULL, NULL);
    if (by != 0)
        json_int(j, "by", by);
    return j;
}

bool say_named(struct record *r, int64_t number, const char *name, int64_t by, struct error *err)
{
    json_string(begin(r, "learner.named", number, by), "name", name);
    return chain_append(r, NULL, err);
}

bool say_badge(struct record *r, int64_t number, const unsigned char *hash, int64_t by, struct error *err)
{
    struct json *j = begin(r, "learner.badge", number, by);
    if (hash != NULL)
        json_hex(j, "badge", hash, BADGE_HASH);
    else
        json_null(j, "badge");
    return chain_append(r, NULL, err);
}

bool say_roles(struct record *r, int64_t number, struct strings roles, int64_t by, struct error *err)
{
    for (size_t i = 0; i < roles.count; i++) {
        size_t n = strlen(roles.items[i]);
        if (n == 0 || strchr(roles.items[i], ',') != NULL || text_control(roles.items[i], n) < n) {
            error_set(err, EX_DATAERR, "cannot take the roles", NULL, "one of them is empty or holds what no role holds", "roles are words parted by commas");
            return chain_fail(r);
        }
    }
    json_strings(begin(r, "learner.roles", number, by), "roles", roles);
    return chain_append(r, NULL, err);
}

static const char *const right_names[] = {"learner", "trainer", "supervisor", "author", "administrator"};
enum { RIGHTS = sizeof right_names / sizeof *right_names };

bool say_rights(struct record *r, int64_t number, unsigned rights, int64_t by, struct error *err)
{
    const char *names[RIGHTS];
    size_t count = 0;
    for (size_t i = 0; i < RIGHTS; i++)
        if (rights & 1U << i)
            names[count++] = right_names[i];
    json_strings(begin(r, "learner.rights", number, by), "rights", (struct strings){names, count});
    return chain_append(r, NULL, err);
}

/* Two people under one account would be one at the LRS. */
bool account_fits(struct record *r, int64_t number, const char *account, struct error *err)
{
    int64_t taken;
    size_t n = strlen(account);
    if (n > LEARNER_ACCOUNT_MOST || text_control(account, n) < n) {
        error_set(err, EX_DATAERR, "cannot take that account", NULL, "it is longer than 200 bytes, or holds what no account holds", "give the name that the person has at the homepage");
        return chain_fail(r);
    }
    if (!db_number(r->db, &taken, 0, err,
                   "SELECT count(*) FROM learner WHERE sent_as = ?1 AND sent_as <> '' AND number <> ?2 AND removed = 0", "si",
                   account, number))
        return chain_fail(r);
    if (taken == 0)
        return true;
    error_set(err, EX_DATAERR, "cannot give that account", account, "it is another learner's", "an account is one person's");
    return chain_fail(r);
}

bool say_account(struct record *r, int64_t number, const char *account, int64_t by, struct error *err)
{
    struct json *j = begin(r, "learner.account", number, by);
    if (account[0] != '\0')
        json_string(j, "account", account);
    else
        json_null(j, "account");
    return chain_append(r, NULL, err);
}

bool say_removed(struct record *r, int64_t number, int64_t by, struct error *err)
{
    begin(r, "learner.removed", number, by);
    return chain_append(r, NULL, err) &&
           (db_run(r->db, err, "DELETE FROM pin WHERE learner = ?", "i", number) || chain_fail(r));
}

bool say_person(struct record *r, int64_t number, const char *person, struct error *err)
{
    json_string(begin(r, "learner.site", number, 0), "person", person);
    return chain_append(r, NULL, err);
}

/* ---- what is derived ---- */

bool apply_named(struct record *r, const struct fact *f, struct error *err)
{
    struct buf folded = {0};
    sqlite3_stmt *s = db_statement(r->db, "SELECT json_extract(?, '$.name')", err);
    if (s == NULL || !db_bind(s, "t", f->payload) || db_step(r->db, s, err) < 0)
        return false;
    text_fold(&folded, db_text(s, 0), strlen(db_text(s, 0)));
    bool ok = (buf_ok(&folded) || error_memory(err)) &&
              db_run(r->db, err, "UPDATE learner SET name = ?, folded = ?, removed = 0 WHERE number = ?", "ssi", db_text(s, 0),
                     buf_text(&folded), f->learner);
    sqlite3_reset(s);
    buf_free(&folded);
    return ok;
}

bool apply_badge(struct record *r, const struct fact *f, struct error *err)
{
    unsigned char hash[BADGE_HASH];
    sqlite3_stmt *s = db_statement(r->db, "SELECT json_extract(?, '$.badge')", err);
    if (s == NULL || !db_bind(s, "t", f->payload) || db_step(r->db, s, err) < 0)
        return false;
    bool worn = hex_read(db_text(s, 0), hash, sizeof hash);
    sqlite3_reset(s);
    return worn ? db_run(r->db, err, "UPDATE learner SET badge = ? WHERE number = ?", "bi", hash, sizeof hash, f->learner)
                : db_run(r->db, err, "UPDATE learner SET badge = NULL WHERE number = ?", "i", f->learner);
}

bool apply_roles(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err,
                  "UPDATE learner SET roles = coalesce((SELECT group_concat(value, ',') FROM json_each(?, '$.roles')), '')"
                  " WHERE number = ?",
                  "ti", f->payload, f->learner);
}

bool apply_rights(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err,
                  "UPDATE learner SET rights = coalesce((SELECT sum(CASE value WHEN 'learner' THEN 1 WHEN 'trainer' THEN 2"
                  " WHEN 'supervisor' THEN 4 WHEN 'author' THEN 8 WHEN 'administrator' THEN 16 ELSE 0 END)"
                  " FROM json_each(?, '$.rights')), 0) WHERE number = ?",
                  "ti", f->payload, f->learner);
}

/* Until the next sync binds them anew, they are unbound. */
bool apply_account(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err, "UPDATE learner SET sent_as = ? WHERE number = ?", "si", f->account, f->learner) &&
           db_run(r->db, err, "DELETE FROM binding WHERE learner = ?", "i", f->learner);
}

bool apply_person(struct record *r, const struct fact *f, struct error *err)
{
    if (!db_run(r->db, err,
                "UPDATE learner SET person = coalesce(json_extract(?1, '$.person'), '') WHERE number = ?2 AND person <>"
                " coalesce(json_extract(?1, '$.person'), '')",
                "ti", f->payload, f->learner))
        return false;
    if (sqlite3_changes(db_handle(r->db)) > 0) /* a log that goes on says it anew: nothing follows from that */
        r->came = f->learner;
    return true;
}

bool apply_removed(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err, "UPDATE learner SET removed = 1 WHERE number = ?", "i", f->learner);
}

/* ---- single acts ---- */

bool learner_name_set(struct record *r, int64_t number, const char *name, int64_t by, struct error *err)
{
    struct arena *a = arena_open();
    const char *fits = a != NULL ? learner_name_fits(a, name, err) : (error_memory(err), NULL);
    bool ok = fits != NULL && chain_begin(r, err) && say_named(r, number, fits, by, err) && chain_commit(r, err);
    arena_close(a);
    return ok;
}

bool learner_badge_set(struct record *r, int64_t number, const char *badge, int64_t by, struct error *err)
{
    unsigned char hash[BADGE_HASH];
    bool none = badge[0] == '\0';
    if (!chain_begin(r, err))
        return false;
    return (none || badge_take(r, number, badge, hash, err)) && say_badge(r, number, none ? NULL : hash, by, err) &&
           chain_commit(r, err);
}

bool learner_roles_set(struct record *r, int64_t number, struct strings roles, int64_t by, struct error *err)
{
    return chain_begin(r, err) && say_roles(r, number, roles, by, err) && chain_commit(r, err);
}

bool learner_rights_set(struct record *r, int64_t number, unsigned rights, int64_t by, struct error *err)
{
    return chain_begin(r, err) && say_rights(r, number, rights, by, err) && chain_commit(r, err);
}

bool learner_account_set(struct record *r, int64_t number, const char *account, int64_t by, struct error *err)
{
    struct str trimmed = str_trim(str_of(account));
    char *kept = strndup(trimmed.p, trimmed.n);
    bool ok = kept != NULL ? chain_begin(r, err) && account_fits(r, number, kept, err) && say_account(r, number, kept, by, err) && chain_commit(r, err)
                           : error_memory(err);
    free(kept);
    return ok;
}

bool learner_remove(struct record *r, int64_t number, int64_t by, struct error *err)
{
    if (!chain_begin(r, err))
        return false;
    return say_removed(r, number, by, err) && chain_commit(r, err);
}

/* ---- words ---- */

const char *learner_name_fits(struct arena *a, const char *said, struct error *err)
{
    struct buf name = {0}, folded = {0};
    text_nfc(&name, said, strlen(said));
    text_fold(&folded, said, strlen(said));
    const char *why = folded.len == 0                                              ? "it is empty"
                      : name.len > LEARNER_NAME_MOST                               ? "it is longer than 100 bytes"
                      : text_control(buf_text(&name), name.len) < name.len         ? "it holds control characters"
                                                                                   : NULL;
    const char *kept = why == NULL && buf_ok(&name) && buf_ok(&folded) ? arena_copy(a, buf_text(&name), name.len) : NULL;
    buf_free(&name);
    buf_free(&folded);
    if (why != NULL)
        error_set(err, EX_USAGE, "cannot take that name", NULL, why, "write it as people say it");
    else if (kept == NULL)
        error_memory(err);
    return kept;
}

const char *rights_text(struct arena *a, unsigned rights)
{
    const char *text = NULL;
    for (size_t i = 1; i < RIGHTS; i++)
        if (rights & 1U << i)
            text = text != NULL ? arena_printf(a, "%s, %s", text, right_names[i]) : right_names[i];
    return text != NULL ? text : right_names[0];
}

bool rights_parse(struct strings words, unsigned *rights, struct error *err)
{
    struct strings names = {right_names, RIGHTS};
    *rights = RIGHT_LEARNER;
    for (size_t i = 0; i < words.count; i++) {
        size_t k = 0;
        while (k < RIGHTS && strcmp(right_names[k], words.items[i]) != 0)
            k++;
        if (k == RIGHTS) {
            char todo[80];
            const char *near = strings_nearest(names, words.items[i]);
            snprintf(todo, sizeof todo, near != NULL ? "did you mean %s?" : "it is one of learner, trainer, supervisor, author, administrator",
                     near);
            return error_set(err, EX_USAGE, "unknown right", words.items[i], NULL, todo);
        }
        *rights |= 1U << k;
    }
    return true;
}
