/* Reading the library: one module, its parts, lists, facets, news. */
#include "core/library/library.h"

#include "core/library/library_private.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* ---- one module ---- */

#define MODULE_SELECT                                                                                                  \
    "SELECT " FACTS_COLUMNS ", +m.quiz_pass, +m.quiz_shuffle, +m.quiz_feedback, +m.reviewed_by, +m.reviewed_on, "      \
    "+m.valid, +m.event_where, +m.event_when, +m.event_link, +m.body_line, +m.revision, +b.text "                      \
    "FROM module m JOIN channel c ON c.number = m.channel JOIN body b ON b.module = m.key "

static void copy_hash(unsigned char out[32], sqlite3_stmt *s, int column)
{
    const void *bytes = sqlite3_column_blob(s, column);
    memset(out, 0, 32);
    if (bytes != NULL && sqlite3_column_bytes(s, column) == 32)
        memcpy(out, bytes, 32);
}

static struct library_module *read_module(sqlite3_stmt *s, int part, struct arena *a, struct error *err)
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
    m->body.n = (size_t)sqlite3_column_bytes(s, AT + 11);
    m->body.p = column_text(s, AT + 11, a, err);
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
            ok = (*found = read_module(s, part, a, err)) != NULL;
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
        m = read_module(s, key_part(key), a, err);
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

static bool read_section(sqlite3_stmt *s, int at, struct arena *a, struct library_section *x, struct error *err)
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

bool library_sections(struct library *l, struct arena *a, int64_t key, struct library_section **items, size_t *count,
                      struct error *err)
{
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
    int row;
    void *list = NULL;
    while ((row = db_step(db, s, err)) > 0) {
        struct library_section *x = grow(a, &list, count, sizeof *x, err);
        if (x == NULL || !read_section(s, 0, a, x, err)) {
            sqlite3_reset(s);
            return false;
        }
    }
    *items = list;
    return row == 0;
}

bool library_triggers(struct library *l, struct arena *a, int64_t key, struct trigger **items, size_t *count,
                      struct error *err)
{
    *items = NULL;
    *count = 0;
    struct db *db = l->parts[key_part(key)].db;
    if (db == NULL)
        return true;
    sqlite3_stmt *s =
        db_statement(db, "SELECT kind, pattern FROM module_trigger WHERE module = ? ORDER BY position", err);
    if (s == NULL || !db_bind(s, "i", key_in(key)))
        return false;
    int row;
    void *list = NULL;
    while ((row = db_step(db, s, err)) > 0) {
        struct trigger *x = grow(a, &list, count, sizeof *x, err);
        int kind = sqlite3_column_int(s, 0);
        if (x == NULL || (x->pattern = column_text(s, 1, a, err)) == NULL) {
            sqlite3_reset(s);
            return false;
        }
        x->kind = kind < 0 || kind > TRIGGER_OUTPUT ? TRIGGER_CODE : (enum trigger_kind)kind;
    }
    *items = list;
    return row == 0;
}

static bool read_change(sqlite3_stmt *s, int part, struct arena *a, struct library_change *x, struct error *err)
{
    x->key = key_out(part, sqlite3_column_int64(s, 0));
    x->change.material = sqlite3_column_int(s, 6) != 0;
    return (x->channel = column_text(s, 1, a, err)) != NULL && (x->id = column_text(s, 2, a, err)) != NULL &&
           (x->title = column_text(s, 3, a, err)) != NULL && (x->change.on = column_text(s, 4, a, err)) != NULL &&
           (x->change.what = column_text(s, 5, a, err)) != NULL;
}

/* How many rows a SELECT gives, of which so many are wanted: where some may be of a hidden channel, all. */
static int64_t row_limit(const struct library *l, int part, size_t most)
{
    return part == PART_SYSTEM && l->parts[PART_USER].db != NULL ? -1 : (int64_t)most;
}

static bool part_changes(struct library *l, int part, struct arena *a, int64_t key, size_t most, void **list,
                         size_t *count, struct error *err)
{
    struct db *db = l->parts[part].db;
    size_t before = *count;
    sqlite3_stmt *s = db_statement(db,
                                   "SELECT m.key, c.id, m.id, m.title, x.day, x.what, x.material FROM change x "
                                   "JOIN module m ON m.key = x.module JOIN channel c ON c.number = m.channel "
                                   "WHERE ?1 IN (0, m.key) ORDER BY x.day DESC, m.sort, x.position LIMIT ?2",
                                   err);
    if (s == NULL || !db_bind(s, "ii", key_in(key), row_limit(l, part, most)))
        return false;
    int row = 0;
    while (*count - before < most && (row = db_step(db, s, err)) > 0) {
        if (channel_hidden(l, part, db_text(s, 1)))
            continue;
        struct library_change *x = grow(a, list, count, sizeof *x, err);
        if (x == NULL || !read_change(s, part, a, x, err)) {
            sqlite3_reset(s);
            return false;
        }
    }
    if (row > 0)
        sqlite3_reset(s); /* not stepped to its end */
    return row >= 0;
}

/* Two lists in order, [0, half) and [half, count), become one; of equals the first one's come first. */
static bool merge_lists(struct arena *a, void **list, size_t half, size_t count, size_t size,
                        bool (*first)(const void *left, const void *right), struct error *err)
{
    if (half == 0 || half == count)
        return true;
    char *merged = arena_array(a, count, size);
    if (merged == NULL)
        return error_memory(err);
    const char *left = *list, *middle = left + half * size, *right = middle, *end = left + count * size;
    for (char *to = merged; left < middle || right < end; to += size) {
        const char **from = right == end || (left < middle && first(left, right)) ? &left : &right;
        memcpy(to, *from, size);
        *from += size;
    }
    *list = merged;
    return true;
}

static bool later(const void *left, const void *right)
{
    const struct library_change *a = left, *b = right;
    return strcmp(a->change.on, b->change.on) >= 0;
}

bool library_changes(struct library *l, struct arena *a, int64_t key, size_t most, struct library_change **items,
                     size_t *count, struct error *err)
{
    void *list = NULL;
    *count = 0;
    size_t half = 0;
    for (int part = 0; part < PARTS; part++) {
        if (part == PART_SYSTEM)
            half = *count;
        if (l->parts[part].db == NULL || (key != 0 && key_part(key) != part))
            continue;
        if (!part_changes(l, part, a, key, most, &list, count, err))
            return false;
    }
    if (!merge_lists(a, &list, half, *count, sizeof **items, later, err))
        return false;
    *items = list;
    if (*count > most)
        *count = most;
    return true;
}

/* ---- lists ---- */

/* ?1 language, ?2 roles or NULL, ?3 stage as a list or NULL, ?4 capability or NULL, ?5 channel or NULL, ?6 prefix or
 * NULL, ?7 format, ?8 least shelf, ?9 last shelf, ?10 modules wanted, ?11 events wanted, ?12 drafts too, ?15 those to be
 * signed alone. */
#define FILTER                                                                                                         \
    "FROM module m JOIN channel c ON c.number = m.channel WHERE m.shelf BETWEEN ?8 AND ?9 AND "                        \
    "(m.kind = 1 OR (m.kind = 0 AND ?10) OR (m.kind = 2 AND ?11)) AND (m.status <> 2 OR ?12) AND " ONE_LANGUAGE        \
    " AND (?2 IS NULL OR m.roles = '' OR shares(m.roles, ?2)) "                                                        \
    "AND (?3 IS NULL OR m.stages = '' OR shares(m.stages, ?3)) AND (?4 IS NULL OR shares(m.capabilities, ?4)) "        \
    "AND (?5 IS NULL OR c.id = ?5) AND (?6 IS NULL OR substr(m.id, 1, length(?6)) = ?6) "                              \
    "AND (?7 = 0 OR m.format = ?7) AND (NOT ?15 OR m.sign_off) "

static const char *as_list(struct arena *a, const char *item)
{
    return item != NULL && item[0] != '\0' ? arena_printf(a, "\n%s\n", item) : NULL;
}

static bool bind_filter(struct library *l, sqlite3_stmt *s, struct arena *a, const struct library_filter *f,
                        size_t offset, int64_t most, struct error *err)
{
    bool any = f->modules || f->pages || f->events;
    bool shelf_0 = !any || f->modules || f->events;
    const char *roles = f->roles != NULL ? list_join(a, *f->roles, err) : NULL;
    if (f->roles != NULL && roles == NULL)
        return false;
    return db_bind(s, "ssssssiiiiiiiii", l->language, roles, as_list(a, f->stage), as_list(a, f->capability), f->channel,
                   f->prefix, (int64_t)f->format, (int64_t)(shelf_0 ? 0 : 1), (int64_t)(f->pages ? 1 : 0),
                   (int64_t)(!any || f->modules), (int64_t)(!any || f->events),
                   (int64_t)((l->flags & LIBRARY_DRAFTS) != 0), most, (int64_t)offset, (int64_t)f->sign_off) ||
           error_set(err, EX_SOFTWARE, "cannot list the library", NULL, "the parameters do not fit", NULL);
}

static bool part_list(struct library *l, int part, struct arena *a, const struct library_filter *filter, size_t offset,
                      size_t most, void **list, size_t *count, struct error *err)
{
    struct db *db = l->parts[part].db;
    sqlite3_stmt *s = db_statement(
        db, "SELECT " FACTS_COLUMNS " " FILTER "ORDER BY m.shelf, m.sort, m.key LIMIT ?13 OFFSET ?14", err);
    if (s == NULL || !bind_filter(l, s, a, filter, offset, row_limit(l, part, most), err))
        return false;
    size_t before = *count;
    int row = 0;
    while (*count - before < most && (row = db_step(db, s, err)) > 0) {
        if (channel_hidden(l, part, db_text(s, 1)))
            continue;
        struct facts *x = grow(a, list, count, sizeof *x, err);
        if (x == NULL || !facts_read(s, part, a, x, err)) {
            sqlite3_reset(s);
            return false;
        }
    }
    if (row > 0)
        sqlite3_reset(s); /* not stepped to its end */
    return row >= 0;
}

/* As m.sort has them. */
static int compare_titles(const char *left, const char *right)
{
    struct buf a = {0}, b = {0};
    text_fold(&a, left, strlen(left));
    text_fold(&b, right, strlen(right));
    int order = strcmp(buf_text(&a), buf_text(&b));
    buf_free(&a);
    buf_free(&b);
    return order;
}

static bool listed_first(const void *left, const void *right)
{
    const struct facts *a = left, *b = right;
    bool page_a = a->kind == KIND_PAGE, page_b = b->kind == KIND_PAGE;
    return page_a != page_b ? page_b : compare_titles(a->title, b->title) <= 0;
}

/* Both libraries' rows from the first on, since where the offset falls is known only when they are in one order. */
static bool list_both(struct library *l, struct arena *a, const struct library_filter *filter, size_t most, void **list,
                      size_t *count, struct error *err)
{
    if (!part_list(l, PART_USER, a, filter, 0, most, list, count, err))
        return false;
    size_t half = *count;
    return part_list(l, PART_SYSTEM, a, filter, 0, most, list, count, err) &&
           merge_lists(a, list, half, *count, sizeof(struct facts), listed_first, err);
}

bool library_list(struct library *l, struct arena *a, const struct library_filter *filter, size_t offset, size_t most,
                  struct facts **items, size_t *count, struct error *err)
{
    enum { MOST = 1 << 30 };
    void *list = NULL;
    *count = 0;
    *items = NULL;
    most = most < MOST ? most : MOST;
    if (offset > MOST)
        return true;
    if (l->parts[PART_USER].db != NULL && l->parts[PART_SYSTEM].db != NULL) {
        if (!list_both(l, a, filter, offset + most, &list, count, err))
            return false;
        *count = *count > offset ? *count - offset : 0;
        *count = *count < most ? *count : most;
        *items = *count > 0 ? (struct facts *)list + offset : NULL;
        return true;
    }
    int part = l->parts[PART_USER].db != NULL ? PART_USER : PART_SYSTEM;
    bool ok = l->parts[part].db == NULL || part_list(l, part, a, filter, offset, most, &list, count, err);
    *items = list;
    return ok;
}

/* ---- facets ---- */

static bool count_value(struct arena *a, struct library_facet_value **items, size_t *count, const char *value,
                        struct error *err)
{
    size_t at = 0;
    while (*items != NULL && at < *count && strcmp((*items)[at].value, value) < 0)
        at++;
    if (*items != NULL && at < *count && strcmp((*items)[at].value, value) == 0) {
        (*items)[at].count++;
        return true;
    }
    void *list = *items;
    const char *copy = arena_strdup(a, value);
    if (copy == NULL || grow(a, &list, count, sizeof **items, err) == NULL)
        return error_memory(err);
    *items = list;
    memmove(*items + at + 1, *items + at, (*count - 1 - at) * sizeof **items);
    (*items)[at] = (struct library_facet_value){copy, 1};
    return true;
}

static bool count_row(struct arena *a, struct arena *scratch, enum library_facet facet, sqlite3_stmt *s,
                      struct library_facet_value **items, size_t *count, struct error *err)
{
    if (facet == FACET_FORMAT) {
        int format = sqlite3_column_int(s, (int)FACET_FORMAT);
        return format <= FORMAT_NONE || format > FORMAT_COURSE ||
               count_value(a, items, count, module_format_name((enum module_format)format), err);
    }
    arena_reset(scratch);
    struct strings values;
    if (!list_split(db_text(s, (int)facet), scratch, &values, err))
        return false;
    for (size_t i = 0; i < values.count; i++)
        if (!count_value(a, items, count, values.items[i], err))
            return false;
    return true;
}

static bool part_facets(struct library *l, int part, struct arena *a, struct arena *scratch, enum library_facet facet,
                        struct library_facet_value **items, size_t *count, struct error *err)
{
    struct db *db = l->parts[part].db;
    sqlite3_stmt *s = db_statement(db,
                                   "SELECT m.roles, m.stages, m.capabilities, m.format, c.id FROM module m "
                                   "JOIN channel c ON c.number = m.channel WHERE m.shelf = 0 AND " ONE_LANGUAGE
                                   " UNION ALL SELECT p.roles, '', '', 0, c.id FROM programme p "
                                   "JOIN channel c ON c.number = p.channel",
                                   err);
    if (s == NULL || !db_bind(s, "s", l->language))
        return false;
    int row;
    while ((row = db_step(db, s, err)) > 0)
        if (!channel_hidden(l, part, db_text(s, 4)) && !count_row(a, scratch, facet, s, items, count, err)) {
            sqlite3_reset(s);
            return false;
        }
    return row == 0;
}

bool library_facets(struct library *l, struct arena *a, enum library_facet facet, struct library_facet_value **items,
                    size_t *count, struct error *err)
{
    *items = NULL;
    *count = 0;
    struct arena *scratch = arena_open();
    if (scratch == NULL)
        return error_memory(err);
    bool ok = true;
    for (int part = 0; ok && part < PARTS; part++)
        if (l->parts[part].db != NULL)
            ok = part_facets(l, part, a, scratch, facet, items, count, err);
    arena_close(scratch);
    return ok;
}

/* ---- news ---- */

static bool news_row(sqlite3_stmt *s, int part, struct arena *a, int64_t since_ms, void **list, size_t *count,
                     struct error *err)
{
    struct library_news *last = *count > 0 ? (struct library_news *)*list + *count - 1 : NULL;
    if (last == NULL || last->facts.key != key_out(part, sqlite3_column_int64(s, 0))) {
        last = grow(a, list, count, sizeof *last, err);
        if (last == NULL || !facts_read(s, part, a, &last->facts, err))
            return false;
        int64_t installed_ms = sqlite3_column_int64(s, FACTS_COUNT + 7);
        last->added = last->facts.added_ms > (since_ms > installed_ms ? since_ms : installed_ms);
    }
    if (last->added)
        return true;
    void *sections = last->sections;
    struct library_section *x = grow(a, &sections, &last->count, sizeof *x, err);
    last->sections = sections;
    return x != NULL && read_section(s, FACTS_COUNT, a, x, err);
}

static bool part_news(struct library *l, int part, struct arena *a, int64_t since_ms, void **list, size_t *count,
                      struct error *err)
{
    struct db *db = l->parts[part].db;
    sqlite3_stmt *s = db_statement(
        db,
        "SELECT " FACTS_COLUMNS ", x.anchor, x.heading, x.level, x.line, x.since_ms, x.changed, x.hash, c.installed_ms "
        "FROM module m JOIN channel c ON c.number = m.channel JOIN section x ON x.module = m.key "
        "WHERE m.changed_ms > max(?2, ifnull((SELECT min(installed_ms) FROM channel), 0)) "
        "AND x.since_ms > ?2 AND x.since_ms > c.installed_ms AND m.shelf < 2 AND " ONE_LANGUAGE
        " ORDER BY m.changed_ms DESC, m.shelf, m.sort, m.key, x.position",
        err);
    if (s == NULL || !db_bind(s, "si", l->language, since_ms))
        return false;
    int row;
    while ((row = db_step(db, s, err)) > 0)
        if (!channel_hidden(l, part, db_text(s, 1)) && !news_row(s, part, a, since_ms, list, count, err)) {
            sqlite3_reset(s);
            return false;
        }
    return row == 0;
}

static bool newer(const void *left, const void *right)
{
    const struct library_news *a = left, *b = right;
    return a->facts.changed_ms >= b->facts.changed_ms;
}

bool library_news(struct library *l, struct arena *a, int64_t since_ms, struct library_news **items, size_t *count,
                  struct error *err)
{
    void *list = NULL;
    size_t half = 0;
    *count = 0;
    for (int part = 0; part < PARTS; part++) {
        half = part == PART_SYSTEM ? *count : 0;
        if (l->parts[part].db != NULL && !part_news(l, part, a, since_ms, &list, count, err))
            return false;
    }
    if (!merge_lists(a, &list, half, *count, sizeof **items, newer, err))
        return false;
    *items = list;
    return true;
}
