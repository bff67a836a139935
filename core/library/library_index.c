#include "core/library/library_index.h"

#include "core/library/search.h"
#include "core/library/search_file.h"
#include "core/library/trigger_store.h"

#include <dirent.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { MS_A_DAY = 24 * 60 * 60 * 1000, MISSING_WAIT_MS = 3000 };

bool index_replace(struct search_writer *w, const struct facts *facts, const struct trigger *triggers,
                   size_t trigger_count, const struct sections *sections, struct arena *scratch, struct error *err)
{
    struct search_section *texts = arena_array(scratch, sections->count, sizeof *texts);
    if (texts == NULL)
        return error_memory(err);
    for (size_t i = 0; i < sections->count; i++) {
        const struct section *s = &sections->items[i];
        texts[i] = (struct search_section){s->anchor, s->title, s->text, s->text_len};
    }
    const struct search_doc doc = {
        .key = key_in(facts->key),
        .channel = facts->channel,
        .id = facts->id,
        .title = facts->title,
        .problem = facts->problem,
        .outcome = facts->outcome,
        .kind = facts->kind,
        .format = facts->format,
        .minutes = facts->minutes,
        .roles = facts->roles,
        .stages = facts->stages,
        .capabilities = facts->capabilities,
        .triggers = triggers,
        .trigger_count = trigger_count,
        .updated = facts->changed_ms / MS_A_DAY,
        .on_device = facts->on_device,
        .sections = texts,
        .section_count = sections->count,
    };
    return search_writer_replace(w, &doc, err);
}

/* ---- healing ---- */

/* One module from the database into the index. */
static bool restore(struct library *l, struct search_writer *w, int64_t key, struct arena *scratch, struct error *err)
{
    arena_reset(scratch);
    const struct library_module *m = module_of_key(l, scratch, key, err);
    struct trigger *triggers;
    size_t trigger_count;
    if (m == NULL || !library_triggers(l, scratch, key, &triggers, &trigger_count, err))
        return false;
    struct document *d = document_parse(m->body.p, m->body.n, m->body_line, err);
    if (d == NULL)
        return false;
    const struct sections *sections = sections_of(d, scratch, m->facts.id, NULL, err);
    bool ok = sections != NULL && index_replace(w, &m->facts, triggers, trigger_count, sections, scratch, err);
    document_close(d);
    return ok;
}

static bool list_keys(struct library *l, int part, struct arena *a, int64_t **keys, size_t *count, struct error *err)
{
    struct db *db = l->parts[part].db;
    sqlite3_stmt *s = db_statement(db, "SELECT key FROM module ORDER BY key", err);
    if (s == NULL)
        return false;
    int row;
    void *list = NULL;
    *count = 0;
    while ((row = db_step(db, s, err)) > 0) {
        int64_t *key = grow(a, &list, count, sizeof *key, err);
        if (key == NULL) {
            sqlite3_reset(s);
            return false;
        }
        *key = key_out(part, sqlite3_column_int64(s, 0));
    }
    *keys = list;
    return row == 0;
}

static bool rebuild(struct library *l, int part, struct search_writer *w, int64_t generation, struct error *err)
{
    struct arena *a = arena_open(), *scratch = arena_open();
    int64_t *keys = NULL;
    size_t count = 0;
    bool ok = a != NULL && scratch != NULL ? list_keys(l, part, a, &keys, &count, err) : error_memory(err);
    for (size_t i = 0; ok && i < count; i++)
        ok = restore(l, w, keys[i], scratch, err);
    arena_close(a);
    arena_close(scratch);
    return ok && search_writer_commit(w, (uint64_t)generation, err);
}

/* An index that is behind or ahead may hold modules that are gone; only an empty one is sure to come out right. */
static bool reopen_empty(struct search_writer **w, struct part *part, struct error *err)
{
    search_writer_close(*w);
    *w = NULL;
    DIR *dir = opendir(part->index);
    if (dir != NULL) {
        const struct dirent *entry;
        while ((entry = readdir(dir)) != NULL)
            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                (void)unlinkat(dirfd(dir), entry->d_name, 0);
        closedir(dir);
    }
    *w = search_writer_open(part->index, NULL, err);
    return *w != NULL;
}

/* Opens the index as the library says it should be, made again where it isn't. */
static struct search_writer *open_in_step(struct library *l, int part, int64_t generation, struct error *err)
{
    bool damaged = false;
    struct search_writer *w = search_writer_open(l->parts[part].index, &damaged, err);
    if (w == NULL || (!damaged && search_writer_generation(w) == (uint64_t)generation))
        return w;
    if (reopen_empty(&w, &l->parts[part], err) && rebuild(l, part, w, generation, err))
        return w;
    search_writer_close(w);
    return NULL;
}

struct search_writer *index_open(struct library *l, int part, struct error *err)
{
    int64_t generation;
    if (!meta_get(l->parts[part].db, "generation", &generation, err))
        return NULL;
    return open_in_step(l, part, generation, err);
}

static bool heal_search(struct library *l, int part, int64_t generation, struct error *err)
{
    struct manifest m;
    if (manifest_read(l->parts[part].index, &m, NULL)) {
        bool in_step = m.generation == (uint64_t)generation;
        manifest_free(&m);
        struct search *s = in_step ? search_open(l->parts[part].index, NULL) : NULL;
        search_close(s);
        if (s != NULL)
            return true;
    }
    struct search_writer *w = open_in_step(l, part, generation, err);
    search_writer_close(w);
    return w != NULL;
}

bool index_heal(struct library *l, int part, struct error *err)
{
    int64_t generation;
    return meta_get(l->parts[part].db, "generation", &generation, err) && heal_search(l, part, generation, err) &&
           (triggers_in_step(&l->parts[part], generation) || triggers_compile(&l->parts[part], generation, err));
}

/* ---- reading ---- */

static bool behind(struct library *l, int part, const struct search *s)
{
    int64_t generation;
    return meta_get(l->parts[part].db, "generation", &generation, NULL) && search_generation(s) != (uint64_t)generation;
}

/* Where another one holds the lock, it is making the index already. */
static void heal_unless_busy(struct library *l, int part, int wait_ms)
{
    int fd = library_lock(&l->parts[part], wait_ms, NULL);
    if (fd < 0)
        return;
    (void)index_heal(l, part, NULL);
    close(fd);
}

static struct search *part_search(struct library *l, int part, struct error *err)
{
    const char *dir = library_index_dir(l, (size_t)part);
    struct error why;
    struct search *s = search_open(dir, &why);
    if (dir != NULL && (s != NULL ? behind(l, part, s) : why.code == EX_DATAERR)) {
        /* An index that is merely behind serves; without any, waiting for who makes it is better than nothing. */
        bool serves = s != NULL && search_generation(s) > 0;
        search_close(s);
        heal_unless_busy(l, part, serves ? 0 : MISSING_WAIT_MS);
        s = search_open(dir, &why);
    }
    if (s != NULL && dir != NULL && search_generation(s) == 0 && behind(l, part, s)) {
        error_set(&why, EX_DATAERR, "the search index is missing", dir, NULL, "`crib sync` makes it anew");
        search_close(s);
        s = NULL;
    }
    if (s == NULL && err != NULL)
        *err = why;
    return s;
}

/* The system's channels of which the user has one of the same id. */
static bool list_hidden(struct library *l, struct arena *a, struct strings *hidden, struct error *err)
{
    struct db *db = l->parts[PART_SYSTEM].db;
    void *items = NULL;
    size_t count = 0;
    int row;
    sqlite3_stmt *s = db_statement(db, "SELECT id FROM channel", err);
    if (s == NULL)
        return false;
    while ((row = db_step(db, s, err)) > 0) {
        if (!channel_hidden(l, PART_SYSTEM, db_text(s, 0)))
            continue;
        const char **item = grow(a, &items, &count, sizeof *item, err);
        if (item == NULL || (*item = column_text(s, 0, a, err)) == NULL) {
            sqlite3_reset(s);
            return false;
        }
    }
    *hidden = (struct strings){items, count};
    return row == 0;
}

/* Takes the system's index into the user's; both handles are this function's from then on. */
static struct search *join(struct library *l, struct search *own, struct search *all, struct error *err)
{
    struct strings hidden = {0};
    struct arena *a = arena_open();
    bool ok = a != NULL ? list_hidden(l, a, &hidden, err) : error_memory(err);
    if (!ok)
        search_close(all);
    else
        ok = search_join(own, all, key_out(PART_SYSTEM, 0), hidden, err);
    arena_close(a);
    if (ok)
        return own;
    search_close(own);
    return NULL;
}

struct search *library_search(struct library *l, struct error *left_out, struct error *err)
{
    struct error own_why = {0}, all_why = {0};
    struct search *own = part_search(l, PART_USER, &own_why), *all = NULL;
    if (l->parts[PART_SYSTEM].db != NULL)
        all = part_search(l, PART_SYSTEM, &all_why);
    if (all == NULL && (own == NULL || (all_why.code != 0 && l->parts[PART_USER].db == NULL))) {
        search_close(own);
        if (err != NULL)
            *err = own == NULL ? own_why : all_why;
        return NULL;
    }
    if (left_out != NULL && (own_why.code != 0 || all_why.code != 0)) {
        *left_out = own == NULL ? own_why : all_why;
        part_left_out(l, own == NULL ? PART_USER : PART_SYSTEM, left_out);
    }
    if (own == NULL && (own = search_open(NULL, err)) == NULL) {
        search_close(all);
        return NULL;
    }
    return all != NULL ? join(l, own, all, err) : own;
}
