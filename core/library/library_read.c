/* Reading the library: one module, and its parts. */
#include "core/library/library.h"

#include "core/library/library_private.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* ---- one module ---- */

#define MODULE_SELECT                                                                                                  \
    "SELECT " FACTS_COLUMNS ", +m.quiz_pass, +m.quiz_shuffle, +m.quiz_feedback, +m.reviewed_by, +m.reviewed_on, "      \
    "+m.valid, +m.event_where, +m.event_when, +m.event_link, +m.body_line, +m.revision "                               \
    "FROM module m JOIN channel c ON c.number = m.channel "

static void copy_hash(unsigned char out[32], sqlite3_stmt *s, int column)
{
    const void *bytes = sqlite3_column_blob(s, column);
    memset(out, 0, 32);
    if (bytes != NULL && sqlite3_column_bytes(s, column) == 32)
        memcpy(out, bytes, 32);
}

static struct library_module *read_module(struct db *db, sqlite3_stmt *s, int part, struct arena *a, struct error *err)
{
    enum { AT = FACTS_COUNT };
    struct library_module *m = arena_alloc(a, sizeof *m);
    if (m == NULL) {
        error_memory(err);
        return NULL;
    }
    if (!facts_read(s, part, a, &m->facts, err))
        return NULL;
    int pass = sqlite3_column_int(s, AT), feedback = sqlite3_column_int(s, AT + 2);
    m->quiz.pass = pass < 0 || pass > 100 ? 80 : pass;
    m->quiz.shuffle = sqlite3_column_int(s, AT + 1) != 0;
    m->quiz.feedback = feedback < 0 || feedback > FEEDBACK_NONE ? FEEDBACK_ANSWER : (enum feedback_policy)feedback;
    if (m->facts.sign_off)
        m->quiz.feedback = FEEDBACK_NONE;
    const char **texts[] = {&m->reviewed_by, &m->reviewed_on, &m->valid, &m->where, &m->when, &m->link};
    for (int i = 0; i < 6; i++)
        if ((*texts[i] = column_text(s, AT + 3 + i, a, err)) == NULL)
            return NULL;
    m->body_line = (size_t)sqlite3_column_int64(s, AT + 9);
    copy_hash(m->revision, s, AT + 10);
    m->body.p = db_value(db, "body", "text", key_in(m->facts.key), a, &m->body.n, err);
    return m->body.p != NULL ? m : NULL;
}

static bool no_such(const char *address, struct error *err)
{
    return error_set(err, EX_NOINPUT, "nothing here has this address", address, NULL, "`crib find WORDS` looks for it");
}

static bool several(const char *address, const char *first, const char *second, struct error *err)
{
    char why[200];
    snprintf(why, sizeof why, "it is in the channels %s and %s", first, second);
    return error_set(err, EX_DATAERR, "the address fits twice", address, why, "put the channel and a slash before it");
}

/* Runs a SELECT that is bound and keeps its first row; a second one in another channel fails. */
static bool first_module(struct library *l, int part, sqlite3_stmt *s, struct arena *a, const char *address,
                         struct library_module **found, struct error *err)
{
    struct db *db = l->parts[part].db;
    int row;
    while ((row = db_step(db, s, err)) > 0) {
        if (channel_hidden(l, part, db_text(s, 1)))
            continue;
        bool ok;
        if (*found == NULL)
            ok = (*found = read_module(db, s, part, a, err)) != NULL;
        else
            ok = strcmp((*found)->facts.channel, db_text(s, 1)) == 0 ||
                 several(address, (*found)->facts.channel, db_text(s, 1), err);
        if (!ok) {
            sqlite3_reset(s);
            return false;
        }
    }
    return row == 0;
}

static bool module_by_full(struct library *l, int part, struct arena *a, const char *address, const char *id,
                           struct library_module **found, struct error *err)
{
    struct db *db = l->parts[part].db;
    const char *slash = strchr(id, '/');
    if (slash == NULL)
        return true;
    sqlite3_stmt *s = db_statement(db, MODULE_SELECT "WHERE " ONE_LANGUAGE " AND c.id = ?2 AND m.id = ?3", err);
    struct str channel = {id, (size_t)(slash - id)};
    return s != NULL && db_bind(s, "sts", l->language, channel, slash + 1) &&
           first_module(l, part, s, a, address, found, err);
}

static bool module_by_short(struct library *l, int part, struct arena *a, const char *address, const char *id,
                            struct library_module **found, struct error *err)
{
    struct db *db = l->parts[part].db;
    sqlite3_stmt *s = db_statement(db, MODULE_SELECT "WHERE " ONE_LANGUAGE " AND m.id = ?2", err);
    return s != NULL && db_bind(s, "ss", l->language, id) && first_module(l, part, s, a, address, found, err);
}

static bool module_by_id(struct library *l, struct arena *a, const char *address, const char *id,
                         struct library_module **found, struct error *err)
{
    for (int part = 0; part < PARTS && *found == NULL; part++)
        if (l->parts[part].db != NULL && !module_by_full(l, part, a, address, id, found, err))
            return false;
    for (int part = 0; part < PARTS && *found == NULL; part++)
        if (l->parts[part].db != NULL && !module_by_short(l, part, a, address, id, found, err))
            return false;
    return true;
}

/* Only the front matter of it is here. */
static bool is_here(const struct library_module *m, struct error *err)
{
    return m->facts.on_device || error_set(err, EX_UNAVAILABLE, "not on this device", m->facts.title,
                                           "it is for other roles", "find it in the hub: Enter brings it with the next sync");
}

struct library_module *library_module(struct library *l, struct arena *a, const char *address, struct error *err)
{
    /* A page's file may have a # in its name, so the whole is tried first where there is one. */
    struct library_module *found = NULL;
    if (!module_by_id(l, a, address, address, &found, err))
        return NULL;
    const char *anchor = strrchr(address, '#');
    if (found == NULL && anchor != NULL) {
        const char *id = arena_copy(a, address, (size_t)(anchor - address));
        if (id == NULL) {
            error_memory(err);
            return NULL;
        }
        if (!module_by_id(l, a, address, id, &found, err))
            return NULL;
    }
    if (found == NULL)
        no_such(address, err);
    return found != NULL && is_here(found, err) ? found : NULL;
}

struct library_module *library_module_key(struct library *l, struct arena *a, int64_t key, struct error *err)
{
    struct library_module *m = module_of_key(l, a, key, err);
    return m != NULL && is_here(m, err) ? m : NULL;
}

struct library_module *module_of_key(struct library *l, struct arena *a, int64_t key, struct error *err)
{
    struct db *db = l->parts[key_part(key)].db;
    struct library_module *m = NULL;
    sqlite3_stmt *s;
    if (db == NULL) {
        no_such("", err);
        return NULL;
    }
    if ((s = db_statement(db, MODULE_SELECT "WHERE m.key = ?", err)) == NULL || !db_bind(s, "i", key_in(key)))
        return NULL;
    int row = db_step(db, s, err);
    if (row > 0) {
        m = read_module(db, s, key_part(key), a, err);
        sqlite3_reset(s);
    } else if (row == 0) {
        error_set(err, EX_NOINPUT, "it is gone from the library", NULL, NULL, "look for it again");
    }
    return m;
}

struct facts *library_facts(struct library *l, struct arena *a, int64_t key, struct error *err)
{
    int part = key_part(key);
    struct db *db = l->parts[part].db;
    if (db == NULL)
        return NULL;
    sqlite3_stmt *s = db_statement(
        db, "SELECT " FACTS_COLUMNS " FROM module m JOIN channel c ON c.number = m.channel WHERE m.key = ?", err);
    if (s == NULL || !db_bind(s, "i", key_in(key)) || db_step(db, s, err) <= 0)
        return NULL;
    struct facts *f = arena_alloc(a, sizeof *f);
    bool ok = f != NULL ? facts_read(s, part, a, f, err) : error_memory(err);
    sqlite3_reset(s);
    return ok ? f : NULL;
}

/* ---- its parts ---- */

bool section_read(sqlite3_stmt *s, int at, struct arena *a, struct library_section *x, struct error *err)
{
    *x = (struct library_section){
        .level = sqlite3_column_int(s, at + 2),
        .line = (size_t)sqlite3_column_int64(s, at + 3),
        .since_ms = sqlite3_column_int64(s, at + 4),
        .changed = sqlite3_column_int(s, at + 5) != 0,
    };
    copy_hash(x->hash, s, at + 6);
    return (x->anchor = column_text(s, at, a, err)) != NULL && (x->heading = column_text(s, at + 1, a, err)) != NULL;
}

static bool read_section(struct library *l, int part, sqlite3_stmt *s, struct arena *a, void *element, struct error *err)
{
    (void)l;
    (void)part;
    return section_read(s, 0, a, element, err);
}

bool library_sections(struct library *l, struct arena *a, int64_t key, struct library_section **items, size_t *count,
                      struct error *err)
{
    static const struct row_reader reader = {read_section, sizeof(struct library_section), ROWS_ALL};
    *items = NULL;
    *count = 0;
    struct db *db = l->parts[key_part(key)].db;
    if (db == NULL)
        return true;
    sqlite3_stmt *s = db_statement(db,
                                   "SELECT anchor, heading, level, line, since_ms, changed, hash FROM section "
                                   "WHERE module = ? ORDER BY position",
                                   err);
    if (s == NULL || !db_bind(s, "i", key_in(key)))
        return false;
    void *list = NULL;
    bool ok = rows_add(l, key_part(key), s, &reader, SIZE_MAX, a, &list, count, err);
    *items = list;
    return ok;
}

static bool read_trigger(struct library *l, int part, sqlite3_stmt *s, struct arena *a, void *element, struct error *err)
{
    (void)l;
    (void)part;
    struct trigger *x = element;
    int kind = sqlite3_column_int(s, 0);
    x->kind = kind < 0 || kind > TRIGGER_OUTPUT ? TRIGGER_CODE : (enum trigger_kind)kind;
    return (x->pattern = column_text(s, 1, a, err)) != NULL;
}

bool library_triggers(struct library *l, struct arena *a, int64_t key, struct trigger **items, size_t *count,
                      struct error *err)
{
    static const struct row_reader reader = {read_trigger, sizeof(struct trigger), ROWS_ALL};
    *items = NULL;
    *count = 0;
    struct db *db = l->parts[key_part(key)].db;
    if (db == NULL)
        return true;
    sqlite3_stmt *s =
        db_statement(db, "SELECT kind, pattern FROM module_trigger WHERE module = ? ORDER BY position", err);
    if (s == NULL || !db_bind(s, "i", key_in(key)))
        return false;
    void *list = NULL;
    bool ok = rows_add(l, key_part(key), s, &reader, SIZE_MAX, a, &list, count, err);
    *items = list;
    return ok;
}
