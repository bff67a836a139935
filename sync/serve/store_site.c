#include "sync/serve/store_private.h"

#include <string.h>

enum { ROLE_BYTES = 100 };

static bool fit_role(const char *name, struct error *err)
{
    size_t n = strlen(name);
    return (n > 0 && n <= ROLE_BYTES && strchr(name, ',') == NULL && text_control(name, n) == n) ||
           error_set(err, EX_USAGE, "cannot name a role so", name, "a role is a short word", "roles are parted by commas");
}

static bool put_roles(struct store *s, const char *client, struct strings roles, struct error *err)
{
    bool ok = db_run(s->db, err, "DELETE FROM role WHERE client = ?", "s", client);
    for (size_t i = 0; ok && i < roles.count; i++)
        ok = db_run(s->db, err, "INSERT OR IGNORE INTO role (client, name) VALUES (?, ?)", "ss", client, roles.items[i]);
    return ok;
}

bool store_set_roles(struct store *s, const char *client, struct strings roles, struct error *err)
{
    if (!store_fit_name(client, err))
        return false;
    if (roles.count > ROLES_MOST)
        return error_set(err, EX_USAGE, "cannot give so many roles to", client, NULL, "give fewer");
    for (size_t i = 0; i < roles.count; i++)
        if (!fit_role(roles.items[i], err))
            return false;
    if (!store_begin(s, err))
        return false;
    if (put_roles(s, client, roles, err))
        return store_commit(s, err);
    store_rollback(s);
    return false;
}

bool store_set_account(struct store *s, const char *client, const char *account, struct error *err)
{
    size_t n = strlen(account);
    if (!store_fit_name(client, err))
        return false;
    if (n >= ACCOUNT_SIZE || text_control(account, n) != n)
        return error_set(err, EX_USAGE, "that is no account", account, NULL, "give the name that the person has at the homepage");
    if (n == 0)
        return db_run(s->db, err, "DELETE FROM person WHERE client = ?", "s", client);
    return db_run(s->db, err, "INSERT OR REPLACE INTO person (client, account) VALUES (?, ?)", "ss", client, account);
}

/* What the statement, of one parameter, says first; missing where it says nothing. */
static bool text_for(struct store *s, struct arena *a, const char *sql, const char *key, const char *missing, const char **text,
                     struct error *err)
{
    *text = missing;
    sqlite3_stmt *q = db_statement(s->db, sql, err);
    if (q == NULL || !db_bind(q, "s", key))
        return false;
    int row = db_step(s->db, q, err);
    if (row != 1)
        return row == 0;
    *text = arena_strdup(a, db_text(q, 0));
    sqlite3_reset(q);
    return *text != NULL || error_memory(err);
}

bool store_account(struct store *s, struct arena *a, const char *client, const char **account, struct error *err)
{
    return text_for(s, a, "SELECT account FROM person WHERE client = ?", client, "", account, err);
}

bool store_roles(struct store *s, struct arena *a, const char *client, struct strings *roles, struct error *err)
{
    const char **items = arena_array(a, ROLES_MOST, sizeof *items);
    sqlite3_stmt *q = db_statement(s->db, "SELECT name FROM role WHERE client = ? ORDER BY name", err);
    if (items == NULL)
        return error_memory(err);
    if (q == NULL || !db_bind(q, "s", client))
        return false;
    size_t n = 0;
    int row = 0;
    while (n < ROLES_MOST && (row = db_step(s->db, q, err)) == 1)
        if ((items[n++] = arena_strdup(a, db_text(q, 0))) == NULL)
            return error_memory(err);
    sqlite3_reset(q);
    *roles = (struct strings){items, n};
    return row >= 0;
}

bool store_set(struct store *s, const char *name, const char *value, struct error *err)
{
    return db_run(s->db, err, "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
                  "ss", name, value);
}

bool store_get(struct store *s, struct arena *a, const char *name, const char **value, struct error *err)
{
    return text_for(s, a, "SELECT value FROM setting WHERE name = ?", name, NULL, value, err);
}

bool store_clients(struct store *s, struct arena *a, struct client_entry **list, size_t *count, struct error *err)
{
    int64_t all = 0;
    if (!db_number(s->db, &all, 0, err, "SELECT (SELECT count(*) FROM client) + (SELECT count(*) FROM invitation)", ""))
        return false;
    struct client_entry *items = arena_array(a, (size_t)all, sizeof *items);
    sqlite3_stmt *q = db_statement(
        s->db,
        "SELECT name, reads_all, made, revoked, 0, (SELECT group_concat(name, ', ') FROM role WHERE client = c.name),"
        " (SELECT account FROM person WHERE client = c.name)"
        " FROM client c UNION ALL SELECT name, 0, expires, NULL, 1,"
        " (SELECT group_concat(name, ', ') FROM role WHERE client = i.name), (SELECT account FROM person WHERE client = i.name)"
        " FROM invitation i WHERE used = 0 ORDER BY 1",
        err);
    if (items == NULL)
        return error_memory(err);
    if (q == NULL)
        return false;
    size_t n = 0;
    int row = 0;
    while (n < (size_t)all && (row = db_step(s->db, q, err)) == 1) {
        const char *name = arena_strdup(a, db_text(q, 0)), *roles = arena_strdup(a, db_text(q, 5)), *account = arena_strdup(a, db_text(q, 6));
        if (name == NULL || roles == NULL || account == NULL)
            return error_memory(err);
        items[n++] = (struct client_entry){name, roles, account, sqlite3_column_int64(q, 2), sqlite3_column_int64(q, 1) != 0,
                                           sqlite3_column_int64(q, 3) != 0, sqlite3_column_int64(q, 4) != 0};
    }
    sqlite3_reset(q);
    *list = items;
    *count = n;
    return row >= 0;
}
