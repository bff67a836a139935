#include "core/library/linked.h"

#include "core/base/hex.h"
#include "core/library/library_private.h"

#include <string.h>
#include <sysexits.h>

char *linked_path(struct arena *a, const char *base, const char *target)
{
    const char *slash = strrchr(base, '/');
    char *path =
        slash != NULL ? arena_printf(a, "%.*s/%s", (int)(slash - base), base, target) : arena_strdup(a, target);
    if (path == NULL)
        return NULL;
    char *out = path;
    for (const char *at = path; *at != '\0';) {
        size_t n = strcspn(at, "/");
        bool dot = n == 1 && at[0] == '.', dots = n == 2 && at[0] == '.' && at[1] == '.';
        if (dots) {
            if (out == path)
                return NULL;
            out--;
            while (out > path && out[-1] != '/')
                out--;
        } else if (n > 0 && !dot) {
            memmove(out, at, n);
            out += n;
            if (at[n] == '/')
                *out++ = '/';
        }
        at += n + (at[n] == '/');
    }
    *out = '\0';
    return path;
}

/* Where the module's file lies in its channel; NULL where there is no such module, or on failure. */
static const char *source_of(struct library *l, struct arena *a, int64_t key, struct error *err)
{
    struct db *db = l->parts[key_part(key)].db;
    sqlite3_stmt *s = db != NULL ? db_statement(db, "SELECT path FROM module WHERE key = ?", err) : NULL;
    const char *path = NULL;
    if (s != NULL && db_bind(s, "i", key_in(key)) && db_step(db, s, err) > 0)
        path = column_text(s, 0, a, err);
    if (s != NULL)
        sqlite3_reset(s);
    return path;
}

/* The address of what lies at that path, or else is called so, in the module's channel; *address is NULL where nothing is. */
static bool neighbour(struct library *l, struct arena *a, int64_t key, const char *path, const char *id,
                      const char **address, struct error *err)
{
    struct db *db = l->parts[key_part(key)].db;
    sqlite3_stmt *s = db_statement(db,
                                   "SELECT c.id, t.id FROM module m JOIN channel c ON c.number = m.channel"
                                   " JOIN module t ON t.channel = m.channel"
                                   " WHERE m.key = ?1 AND (t.path = ?2 OR t.id = ?3) ORDER BY t.path <> ?2 LIMIT 1",
                                   err);
    *address = NULL;
    if (s == NULL || !db_bind(s, "iss", key_in(key), path, id))
        return false;
    int got = db_step(db, s, err);
    if (got > 0) {
        *address = library_address(a, db_text(s, 0), db_text(s, 1), "");
        sqlite3_reset(s);
    }
    return got == 0 || *address != NULL || (got > 0 && error_memory(err));
}

const char *library_linked(struct library *l, struct arena *a, int64_t key, const char *target, struct error *err)
{
    struct error why = {0};
    char *name = arena_copy(a, target, strcspn(target, "?#"));
    const char *address = NULL, *from = source_of(l, a, key, &why);
    if (name == NULL) {
        error_memory(err);
        return NULL;
    }
    hex_unescape(name);
    const char *path = from != NULL && name[0] != '/' ? linked_path(a, from, name) : NULL;
    if (path != NULL && !neighbour(l, a, key, path, name, &address, &why) && why.code == 0)
        error_memory(&why);
    if (address == NULL && why.code != 0 && err != NULL)
        *err = why;
    else if (address == NULL)
        error_set(err, EX_NOINPUT, "the link leads nowhere", target, "no such module, page or file here",
                  "tell its author: ! writes a note");
    return address;
}
