#include "core/library/library_programme.h"

#include "core/base/clock.h"
#include "core/library/library_install.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* ---- installing ---- */

static bool write_elements(struct install *in, const struct programme *p, int64_t number, struct error *err)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct element *e = &p->elements[i];
        if (!db_run(in->db, err, "INSERT INTO element VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "iisiisssiisii",
                    number, (int64_t)i, e->id, (int64_t)e->kind, (int64_t)e->phase, e->title, e->module, e->starts,
                    e->starts_ms, (int64_t)e->minutes, e->where, (int64_t)e->after_days, (int64_t)e->line))
            return false;
    }
    return true;
}

static bool write_programme(struct install *in, const struct channel_file *file, const struct programme *p,
                            struct error *err)
{
    bool catalogue = file->entry != NULL && file->entry->catalogue;
    const char *title = p->title[0] != '\0' ? p->title : p->id;
    const char *roles = list_join(in->scratch, p->roles, err);
    struct buf sort = {0};
    text_fold(&sort, title, strlen(title));
    int64_t number = 0;
    bool ok = roles != NULL && (buf_ok(&sort) || error_memory(err)) &&
              db_run(in->db, err,
                     "INSERT INTO programme (channel, id, sort, title, problem, outcome, roles, path, added_ms, changed_ms, catalogue) "
                     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10) ON CONFLICT (channel, id) DO UPDATE SET "
                     "sort = excluded.sort, title = excluded.title, problem = excluded.problem, "
                     "outcome = excluded.outcome, roles = excluded.roles, path = excluded.path, "
                     "changed_ms = excluded.changed_ms, catalogue = excluded.catalogue",
                     "isssssssii", in->number, p->id, buf_text(&sort), title, p->problem, p->outcome, roles, file->path,
                     in->now_ms, (int64_t)catalogue) &&
              db_number(in->db, &number, 0, err, "SELECT number FROM programme WHERE channel = ? AND id = ?", "is",
                        in->number, p->id) &&
              db_run(in->db, err, "DELETE FROM element WHERE programme = ?", "i", number) &&
              write_elements(in, p, number, err);
    buf_free(&sort);
    return ok;
}

/* What is known from the catalogue alone is neither added nor changed; what goes back there is removed. */
static bool count_change(struct install *in, const struct channel_file *file, struct error *err)
{
    int64_t was = 1; /* nothing, or the catalogue's */
    bool is = file->entry == NULL || !file->entry->catalogue;
    if (!db_number(in->db, &was, 1, err, "SELECT catalogue FROM programme WHERE channel = ? AND path = ?", "is", in->number, file->path))
        return false;
    if (is != (was == 0))
        *(is ? &in->result->added : &in->result->removed) += 1;
    else if (is)
        in->result->changed++;
    return true;
}

bool install_programme(struct install *in, const struct channel_file *file, const unsigned char *hash, struct error *err)
{
    const char *label = channel_label(in->scratch, in->channel, file->path), *id = programme_id(in->scratch, file->name);
    const struct programme *p = NULL;
    if (id == NULL)
        diags_add(in->diags, SEVERITY_ERROR, label, 0, 0, "rename it: small letters, digits and dashes, 64 at most",
                  "the file's name gives no id");
    else if (!programme_parse(in->scratch, buf_text(&in->bytes), in->bytes.len, id, label, in->diags, &p, err))
        return false;
    if (p == NULL) {
        in->result->refused++;
        return true;
    }
    return count_change(in, file, err) && write_programme(in, file, p, err) && install_note_file(in, file, hash, 0, err);
}

bool install_remove_programme(struct install *in, const char *path, struct error *err)
{
    return db_run(in->db, err, "DELETE FROM programme WHERE channel = ? AND path = ?", "is", in->number, path);
}

bool install_count_programmes(struct install *in, int64_t *count, struct error *err)
{
    return db_number(in->db, count, 0, err, "SELECT count(*) FROM programme WHERE channel = ? AND catalogue = 0", "i", in->number);
}

/* ---- reading ---- */

static int within(sqlite3_stmt *s, int column, int count)
{
    int value = sqlite3_column_int(s, column);
    return value >= 0 && value < count ? value : 0;
}

static bool read_element(struct library *l, int part, sqlite3_stmt *s, struct arena *a, void *element, struct error *err)
{
    (void)l;
    (void)part;
    struct element *e = element;
    const char **const texts[] = {&e->id, &e->title, &e->module, &e->starts, &e->where};
    for (int i = 0; i < 5; i++)
        if ((*texts[i] = column_text(s, i, a, err)) == NULL)
            return false;
    e->kind = (enum element_kind)within(s, 5, ELEMENT_KINDS);
    e->phase = (enum element_phase)within(s, 6, PHASES);
    e->starts_ms = sqlite3_column_int64(s, 7);
    e->minutes = within(s, 8, PROGRAMME_MINUTES_MOST + 1);
    e->after_days = sqlite3_column_int(s, 9);
    if (e->after_days < -1 || e->after_days > PROGRAMME_DAYS_MOST)
        e->after_days = -1;
    e->line = (size_t)sqlite3_column_int64(s, 10);
    e->column = 1;
    return true;
}

static bool read_elements(struct library *l, int part, struct arena *a, int64_t number, struct programme *p, struct error *err)
{
    static const struct row_reader reader = {read_element, sizeof(struct element), ROWS_ALL};
    sqlite3_stmt *s = db_statement(l->parts[part].db,
                                   "SELECT id, title, module, starts, place, kind, phase, starts_ms, minutes, after_days, "
                                   "line FROM element WHERE programme = ? ORDER BY position",
                                   err);
    if (s == NULL || !db_bind(s, "i", number))
        return false;
    void *list = NULL;
    bool ok = rows_add(l, part, s, &reader, SIZE_MAX, a, &list, &p->count, err);
    p->elements = list;
    return ok;
}

static bool read_programme(struct library *l, int part, sqlite3_stmt *s, struct arena *a, void *element, struct error *err)
{
    struct library_programme *x = element;
    struct programme *p = &x->programme;
    const char **const texts[] = {&x->channel, &x->iri, &p->id, &p->title, &p->problem, &p->outcome};
    for (int i = 0; i < 6; i++)
        if ((*texts[i] = column_text(s, i, a, err)) == NULL)
            return false;
    if (!list_split(db_text(s, 6), a, &p->roles, err))
        return false;
    x->path = db_text(s, 7)[0] != '\0' ? arena_printf(a, "%s/%s", db_text(s, 7), db_text(s, 8)) : "";
    x->address = library_address(a, x->channel, p->id, "");
    if (x->path == NULL || x->address == NULL)
        return error_memory(err);
    x->added_ms = sqlite3_column_int64(s, 9);
    x->changed_ms = sqlite3_column_int64(s, 10);
    x->on_device = sqlite3_column_int(s, 13) == 0;
    x->news = x->on_device && x->changed_ms > sqlite3_column_int64(s, 11);
    return read_elements(l, part, a, sqlite3_column_int64(s, 12), p, err);
}

struct asked {
    const char *roles;   /* a list, or NULL */
    const char *channel; /* NULL: any */
    const char *id;      /* NULL: any */
};

static bool read_part(struct library *l, int part, struct arena *a, const struct asked *asked, void **list,
                      size_t *count, struct error *err)
{
    static const struct row_reader reader = {read_programme, sizeof(struct library_programme), 0};
    struct db *db = l->parts[part].db;
    if (db == NULL)
        return true;
    sqlite3_stmt *s = db_statement(
        db,
        "SELECT c.id, c.iri, p.id, p.title, p.problem, p.outcome, p.roles, c.dir, p.path, p.added_ms, p.changed_ms, "
        "c.installed_ms, p.number, p.catalogue FROM programme p JOIN channel c ON c.number = p.channel "
        "WHERE (?1 IS NULL OR p.roles = '' OR shares(p.roles, ?1)) AND (?2 IS NULL OR c.id = ?2) "
        "AND (?3 IS NULL OR p.id = ?3) ORDER BY p.sort, c.id",
        err);
    return s != NULL && db_bind(s, "sss", asked->roles, asked->channel, asked->id) &&
           rows_add(l, part, s, &reader, SIZE_MAX, a, list, count, err);
}

static bool read_both(struct library *l, struct arena *a, const struct asked *asked, struct library_programme **items,
                      size_t *count, struct error *err)
{
    void *list = NULL;
    *count = 0;
    for (int part = 0; part < PARTS; part++)
        if (!read_part(l, part, a, asked, &list, count, err))
            return false;
    *items = list;
    return true;
}

static int by_title(const void *left, const void *right)
{
    const struct library_programme *x = left, *y = right;
    struct buf a = {0}, b = {0};
    text_fold(&a, x->programme.title, strlen(x->programme.title));
    text_fold(&b, y->programme.title, strlen(y->programme.title));
    int order = strcmp(buf_text(&a), buf_text(&b));
    buf_free(&a);
    buf_free(&b);
    return order != 0 ? order : strcmp(x->address, y->address);
}

bool library_programmes(struct library *l, struct arena *a, const struct strings *roles,
                        struct library_programme **items, size_t *count, struct error *err)
{
    const struct asked asked = {.roles = roles != NULL ? list_join(a, *roles, err) : NULL};
    if ((roles != NULL && asked.roles == NULL) || !read_both(l, a, &asked, items, count, err))
        return false;
    if (*count > 1 && l->parts[PART_USER].db != NULL && l->parts[PART_SYSTEM].db != NULL)
        qsort(*items, *count, sizeof **items, by_title);
    return true;
}

/* ---- one of them ---- */

bool library_programme_find(struct library *l, struct arena *a, const char *address,
                            const struct library_programme **found, struct error *err)
{
    const char *slash = strchr(address, '/');
    struct asked asked = {.id = slash != NULL ? slash + 1 : address};
    struct library_programme *items;
    size_t count;
    *found = NULL;
    if (slash != NULL && (asked.channel = arena_copy(a, address, (size_t)(slash - address))) == NULL)
        return error_memory(err);
    if (!read_both(l, a, &asked, &items, &count, err))
        return false;
    if (count > 1) {
        char why[200];
        snprintf(why, sizeof why, "it is in the channels %s and %s", items[0].channel, items[1].channel);
        return error_set(err, EX_DATAERR, "the address fits twice", address, why, "put the channel and a slash before it");
    }
    *found = count == 1 ? items : NULL;
    return true;
}

static void no_programme(struct library *l, struct arena *a, const char *address, struct error *err)
{
    struct library_programme *items = NULL;
    size_t count = 0;
    char todo[120] = "`crib list --programmes` names them";
    const char **names = library_programmes(l, a, NULL, &items, &count, NULL) ? arena_array(a, count, sizeof *names) : NULL;
    for (size_t i = 0; names != NULL && i < count; i++)
        names[i] = items[i].programme.id;
    const char *nearest = names != NULL ? strings_nearest((struct strings){names, count}, address) : NULL;
    if (nearest != NULL)
        snprintf(todo, sizeof todo, "did you mean %s?", nearest);
    error_set(err, EX_NOINPUT, "no such programme", address, NULL, todo);
}

const struct library_programme *library_programme(struct library *l, struct arena *a, const char *address,
                                                  struct error *err)
{
    const struct library_programme *found;
    if (!library_programme_find(l, a, address, &found, err))
        return NULL;
    if (found == NULL)
        no_programme(l, a, address, err);
    return found;
}

/* ---- sessions ---- */

static int by_time(const void *left, const void *right)
{
    const struct library_session *a = left, *b = right;
    int64_t x = a->session->starts_ms, y = b->session->starts_ms;
    return x != y ? (x > y) - (x < y) : strcmp(a->programme->address, b->programme->address);
}

bool library_sessions(struct library *l, struct arena *a, const struct strings *roles, int64_t from_ms,
                      int64_t until_ms, struct library_session **items, size_t *count, struct error *err)
{
    struct library_programme *programmes;
    size_t programme_count;
    void *list = NULL;
    *count = 0;
    if (!library_programmes(l, a, roles, &programmes, &programme_count, err))
        return false;
    for (size_t i = 0; i < programme_count; i++)
        for (size_t k = 0; programmes[i].on_device && k < programmes[i].programme.count; k++) {
            const struct element *e = &programmes[i].programme.elements[k];
            if (e->kind != ELEMENT_SESSION || e->starts[0] == '\0' || e->starts_ms < from_ms || e->starts_ms >= until_ms)
                continue;
            struct library_session *s = grow(a, &list, count, sizeof *s, err);
            if (s == NULL)
                return false;
            *s = (struct library_session){&programmes[i], e};
        }
    if (*count > 1)
        qsort(list, *count, sizeof(struct library_session), by_time);
    *items = list;
    return true;
}

bool library_sessions_today(struct library *l, struct arena *a, const struct strings *roles, int64_t now_ms,
                            struct library_session **items, size_t *count, struct error *err)
{
    int64_t begin, end;
    clock_local_day(now_ms, &begin, &end);
    return library_sessions(l, a, roles, begin, end, items, count, err);
}

/* ---- what elements are called ---- */

static const char *title_of(struct library *l, struct arena *a, const char *channel, const struct element *e)
{
    static const char *const kinds[] = {"Module", "Session", "Assessment", "Follow-up"};
    struct target *targets;
    size_t count;
    struct error ignored;
    if (e->title[0] != '\0')
        return e->title;
    if (e->module[0] == '\0')
        return kinds[e->kind];
    const char *link = library_link(a, channel, e->module, "");
    bool found = link != NULL && library_resolve(l, a, link, &targets, &count, &ignored) && count > 0;
    return found ? targets[0].title : e->module;
}

const char *const *library_element_titles(struct library *l, struct arena *a, const struct library_programme *p,
                                          struct error *err)
{
    const char **titles = arena_array(a, p->programme.count, sizeof *titles);
    for (size_t i = 0; titles != NULL && i < p->programme.count; i++)
        titles[i] = title_of(l, a, p->channel, &p->programme.elements[i]);
    if (titles == NULL)
        error_memory(err);
    return titles;
}

/* ---- news ---- */

static int newer(const void *left, const void *right)
{
    const struct library_programme *a = left, *b = right;
    return (a->changed_ms < b->changed_ms) - (a->changed_ms > b->changed_ms);
}

bool library_programme_news(struct library *l, struct arena *a, int64_t since_ms, struct library_programme **items,
                            size_t *count, struct error *err)
{
    size_t all, kept = 0;
    if (!library_programmes(l, a, NULL, items, &all, err))
        return false;
    for (size_t i = 0; i < all; i++)
        if ((*items)[i].news && (*items)[i].changed_ms > since_ms)
            (*items)[kept++] = (*items)[i];
    if (kept > 1)
        qsort(*items, kept, sizeof **items, newer);
    *count = kept;
    return true;
}
