#include "core/library/library_list.h"

#include "core/library/library_both.h"

#include <string.h>
#include <sysexits.h>

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

static bool read_facts(struct library *l, int part, sqlite3_stmt *s, struct arena *a, void *element, struct error *err)
{
    (void)l;
    return facts_read(s, part, a, element, err);
}

static bool part_list(struct library *l, int part, struct arena *a, const struct library_filter *filter, size_t offset,
                      size_t most, void **list, size_t *count, struct error *err)
{
    static const struct row_reader reader = {read_facts, sizeof(struct facts), 1};
    struct db *db = l->parts[part].db;
    sqlite3_stmt *s = db_statement(
        db, "SELECT " FACTS_COLUMNS " " FILTER "ORDER BY m.shelf, m.sort, m.key LIMIT ?13 OFFSET ?14", err);
    return s != NULL && bind_filter(l, s, a, filter, offset, both_limit(l, part, most), err) &&
           rows_add(l, part, s, &reader, most, a, list, count, err);
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
           both_merge(a, list, half, *count, sizeof(struct facts), listed_first, err);
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
