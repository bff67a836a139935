#include "core/library/library_signing.h"

#include "core/library/library_news.h"
#include "core/library/library_private.h"

#include <sysexits.h>

bool library_signing_write(struct db *db, int64_t key, const struct module *m, struct error *err)
{
    return db_run(db, err, "INSERT INTO signing VALUES (?, ?, ?, ?)", "isit", key, m->attestation, (int64_t)m->countersign,
                  m->source);
}

static bool take_changes(struct library *l, struct arena *a, int64_t key, struct library_signing *to, struct error *err)
{
    struct library_change *items;
    size_t count;
    if (!library_changes(l, a, key, SIZE_MAX, &items, &count, err))
        return false;
    struct change *changes = arena_array(a, count + 1, sizeof *changes);
    if (changes == NULL)
        return error_memory(err);
    for (size_t i = 0; i < count; i++)
        changes[i] = items[i].change;
    to->changes = changes;
    to->change_count = count;
    return true;
}

static struct library_signing *read_signing(sqlite3_stmt *s, struct arena *a, struct error *err)
{
    struct library_signing *to = arena_alloc(a, sizeof *to);
    if (to == NULL) {
        error_memory(err);
        return NULL;
    }
    *to = (struct library_signing){
        .valid = column_text(s, 0, a, err),
        .attestation = column_text(s, 1, a, err),
        .countersign = sqlite3_column_int(s, 2) != 0,
        .source = {column_text(s, 3, a, err), (size_t)sqlite3_column_bytes(s, 3)},
    };
    if (to->valid == NULL || to->attestation == NULL || to->source.p == NULL)
        return NULL;
    if (to->attestation[0] == '\0')
        to->attestation = MODULE_ATTESTATION;
    return to;
}

const struct library_signing *library_signing(struct library *l, struct arena *a, int64_t key, struct error *err)
{
    struct db *db = l->parts[key_part(key)].db;
    sqlite3_stmt *s = db != NULL ? db_statement(db,
                                                "SELECT +m.valid, +s.attestation, +s.countersign, +s.source, +m.sign_off FROM module m"
                                                " LEFT JOIN signing s ON s.module = m.key WHERE m.key = ?",
                                                err)
                                 : NULL;
    if (db == NULL) {
        error_set(err, EX_NOINPUT, "cannot sign", NULL, "the module is gone", "`crib channel list` names what is installed");
        return NULL;
    }
    int row;
    if (s == NULL || !db_bind(s, "i", key_in(key)) || (row = db_step(db, s, err)) < 0)
        return NULL;
    struct library_signing *to = NULL;
    bool asks = row > 0 && sqlite3_column_int(s, 4) != 0, there = asks && sqlite3_column_type(s, 3) != SQLITE_NULL;
    if (there)
        to = read_signing(s, a, err);
    else if (!asks)
        error_set(err, EX_USAGE, "there is nothing to sign", NULL, row > 0 ? "the module asks for no sign-off" : "the module is gone", "`crib quiz` takes its quiz");
    else
        error_set(err, EX_UNAVAILABLE, "cannot sign", NULL, "the module was installed by an older crib", "`crib sync` takes it again");
    if (row > 0)
        sqlite3_reset(s);
    return to != NULL && take_changes(l, a, key, to, err) ? to : NULL;
}
