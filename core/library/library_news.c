#include "core/library/library_news.h"

#include "core/library/library_both.h"

#include <string.h>

/* ---- change lines ---- */

static bool read_change(struct library *l, int part, sqlite3_stmt *s, struct arena *a, void *element, struct error *err)
{
    (void)l;
    struct library_change *x = element;
    x->key = key_out(part, sqlite3_column_int64(s, 0));
    x->change.material = sqlite3_column_int(s, 6) != 0;
    return (x->channel = column_text(s, 1, a, err)) != NULL && (x->id = column_text(s, 2, a, err)) != NULL &&
           (x->title = column_text(s, 3, a, err)) != NULL && (x->change.on = column_text(s, 4, a, err)) != NULL &&
           (x->change.what = column_text(s, 5, a, err)) != NULL;
}

static bool part_changes(struct library *l, int part, struct arena *a, int64_t key, size_t most, void **list,
                         size_t *count, struct error *err)
{
    struct db *db = l->parts[part].db;
    static const struct row_reader reader = {read_change, sizeof(struct library_change), 1};
    sqlite3_stmt *s = db_statement(db,
                                   "SELECT m.key, c.id, m.id, m.title, x.day, x.what, x.material FROM change x "
                                   "JOIN module m ON m.key = x.module JOIN channel c ON c.number = m.channel "
                                   "WHERE ?1 IN (0, m.key) ORDER BY x.day DESC, m.sort, x.position LIMIT ?2",
                                   err);
    return s != NULL && db_bind(s, "ii", key_in(key), both_limit(l, part, most)) &&
           rows_add(l, part, s, &reader, most, a, list, count, err);
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
    if (!both_merge(a, &list, half, *count, sizeof **items, later, err))
        return false;
    *items = list;
    if (*count > most)
        *count = most;
    return true;
}

/* ---- what came since ---- */

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
    return x != NULL && section_read(s, FACTS_COUNT, a, x, err);
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
    if (!both_merge(a, &list, half, *count, sizeof **items, newer, err))
        return false;
    *items = list;
    return true;
}
