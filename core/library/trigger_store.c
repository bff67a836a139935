#include "core/library/trigger_store.h"

#include "core/base/file.h"
#include "core/library/trigger_build.h"
#include "core/library/trigger_file.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct compiling {
    const struct part *part;
    struct trig_builder *b;
    struct arena *a;
    int64_t *numbers; /* of the channels, in the builder's order */
    size_t channels;
    const char **twice; /* ids that several channels have, in order */
    size_t twice_count;
};

static bool add_channels(struct compiling *c, struct error *err)
{
    int row;
    void *list = NULL;
    sqlite3_stmt *s = db_statement(c->part->db, "SELECT number, id FROM channel ORDER BY number", err);
    if (s == NULL)
        return false;
    while ((row = db_step(c->part->db, s, err)) > 0) {
        int64_t *number = grow(c->a, &list, &c->channels, sizeof *number, err);
        if (number == NULL) {
            sqlite3_reset(s);
            return false;
        }
        *number = sqlite3_column_int64(s, 0);
        (void)trig_builder_channel(c->b, db_text(s, 1));
    }
    c->numbers = list;
    return row == 0;
}

static bool list_twice(struct compiling *c, struct error *err)
{
    int row;
    void *list = NULL;
    if (c->channels < 2)
        return true;
    sqlite3_stmt *s = db_statement(
        c->part->db, "SELECT id FROM module GROUP BY id HAVING min(channel) <> max(channel) ORDER BY id", err);
    if (s == NULL)
        return false;
    while ((row = db_step(c->part->db, s, err)) > 0) {
        const char **id = grow(c->a, &list, &c->twice_count, sizeof *id, err);
        if (id == NULL || (*id = column_text(s, 0, c->a, err)) == NULL) {
            sqlite3_reset(s);
            return false;
        }
    }
    c->twice = list;
    return row == 0;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static uint32_t channel_of(const struct compiling *c, int64_t number)
{
    size_t low = 0, high = c->channels;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->numbers[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)low;
}

static void add_row(struct compiling *c, int64_t key, sqlite3_stmt *s)
{
    unsigned char revision[TRIG_REVISION] = {0};
    const char *id = db_text(s, 1);
    if (sqlite3_column_bytes(s, 10) >= TRIG_REVISION)
        memcpy(revision, sqlite3_column_blob(s, 10), TRIG_REVISION);
    trig_builder_module(c->b, &(struct trig_source){
                                  .key = key,
                                  .channel = channel_of(c, sqlite3_column_int64(s, 0)),
                                  .id = id,
                                  .title = db_text(s, 2),
                                  .problem = db_text(s, 3),
                                  .language = db_text(s, 4),
                                  .roles = db_text(s, 5),
                                  .stages = db_text(s, 6),
                                  .minutes = sqlite3_column_int(s, 7),
                                  .kind = (enum module_kind)sqlite3_column_int(s, 8),
                                  .format = (enum module_format)sqlite3_column_int(s, 9),
                                  .revision = revision,
                                  .on_device = sqlite3_column_int(s, 11) != SHELF_CATALOGUE,
                                  .only = c->twice_count == 0 ||
                                          bsearch(&id, c->twice, c->twice_count, sizeof *c->twice, by_text) == NULL,
                              });
}

static bool add_module(struct compiling *c, int64_t key, struct error *err)
{
    struct db *db = c->part->db;
    sqlite3_stmt *s = db_statement(db,
                                   "SELECT channel, id, title, problem, language, roles, stages, minutes, kind, format, "
                                   "revision, shelf FROM module WHERE key = ?",
                                   err);
    if (s == NULL || !db_bind(s, "i", key))
        return false;
    int row = db_step(db, s, err);
    if (row > 0)
        add_row(c, key, s);
    sqlite3_reset(s);
    return row >= 0;
}

/* A join of the two would bring each module's columns with each of its triggers: twice the time. */
static bool add_triggers(struct compiling *c, struct error *err)
{
    int row;
    int64_t last = 0;
    sqlite3_stmt *s =
        db_statement(c->part->db, "SELECT module, kind, pattern FROM module_trigger ORDER BY module, position", err);
    if (s == NULL)
        return false;
    while ((row = db_step(c->part->db, s, err)) > 0) {
        int64_t key = sqlite3_column_int64(s, 0);
        if (key != last && !add_module(c, key, err)) {
            sqlite3_reset(s);
            return false;
        }
        last = key;
        trig_builder_add(c->b, (enum trigger_kind)sqlite3_column_int(s, 1), db_text(s, 2));
    }
    return row == 0;
}

static bool write_file(struct compiling *c, int64_t generation, struct error *err)
{
    char path[4096];
    struct buf bytes = {0};
    bool ok = trig_builder_finish(c->b, (uint64_t)generation, &bytes, err);
    if (ok && !trig_path(c->part->index, path, sizeof path))
        ok = error_set(err, EX_CONFIG, "cannot write the compiled triggers", c->part->index, "the path is too long", NULL);
    ok = ok && file_write(path, bytes.data, bytes.len, 0644, err);
    buf_free(&bytes);
    return ok;
}

static bool open_compiling(struct compiling *c, const struct part *part, struct error *err)
{
    *c = (struct compiling){.part = part, .b = trig_builder_open(err), .a = arena_open()};
    return c->b != NULL && (c->a != NULL || error_memory(err)) && add_channels(c, err) && list_twice(c, err);
}

static void close_compiling(struct compiling *c)
{
    trig_builder_close(c->b);
    arena_close(c->a);
}

bool triggers_compile(const struct part *part, int64_t generation, struct error *err)
{
    struct compiling c;
    bool ok = open_compiling(&c, part, err) && add_triggers(&c, err) && write_file(&c, generation, err);
    close_compiling(&c);
    return ok;
}

/* ---- following ---- */

static bool add_triggers_of(struct compiling *c, int64_t key, struct error *err)
{
    struct db *db = c->part->db;
    sqlite3_stmt *s = db_statement(db, "SELECT kind, pattern FROM module_trigger WHERE module = ? ORDER BY position", err);
    if (s == NULL || !db_bind(s, "i", key))
        return false;
    int row;
    bool first = true;
    while ((row = db_step(db, s, err)) > 0) {
        if (first && !add_module(c, key, err)) {
            sqlite3_reset(s);
            return false;
        }
        first = false;
        trig_builder_add(c->b, (enum trigger_kind)sqlite3_column_int(s, 0), db_text(s, 1));
    }
    return row == 0;
}

static int by_key(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* keys in order, each once. */
static bool add_touched(struct compiling *c, const struct trig_file *before, const int64_t *keys, size_t count, bool *took,
                        struct error *err)
{
    int64_t *sorted = arena_array(c->a, count, sizeof *sorted);
    size_t n = 0;
    if (sorted == NULL)
        return error_memory(err);
    if (count > 0)
        memcpy(sorted, keys, count * sizeof *sorted);
    if (count > 1)
        qsort(sorted, count, sizeof *sorted, by_key);
    for (size_t i = 0; i < count; i++)
        if (n == 0 || sorted[n - 1] != sorted[i])
            sorted[n++] = sorted[i];
    *took = trig_builder_take(c->b, before, sorted, n, (struct strings){c->twice, c->twice_count});
    for (size_t i = 0; *took && i < n; i++)
        if (!add_triggers_of(c, sorted[i], err))
            return false;
    return true;
}

bool triggers_follow(const struct part *part, int64_t generation, const int64_t *keys, size_t count, size_t most,
                     struct error *err)
{
    struct compiling c;
    struct trig_file before;
    bool took = false, follows = count <= most && trig_open(part->index, &before, NULL);
    if (!follows || before.map == NULL || before.generation + 1 != (uint64_t)generation) {
        if (follows)
            trig_close(&before);
        return triggers_compile(part, generation, err);
    }
    bool ok = open_compiling(&c, part, err) && add_touched(&c, &before, keys, count, &took, err) &&
              (!took || write_file(&c, generation, err));
    close_compiling(&c);
    trig_close(&before);
    return ok && (took || triggers_compile(part, generation, err));
}

bool triggers_in_step(const struct part *part, int64_t generation)
{
    struct trig_file f;
    if (!trig_open(part->index, &f, NULL))
        return false;
    bool same = f.generation == (uint64_t)generation && trig_whole(&f);
    trig_close(&f);
    return same;
}
