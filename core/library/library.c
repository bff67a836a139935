#include "core/library/library.h"

#include "core/library/library_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static const char schema_001[] =
#include "core/library/001.sql.inc"
    ;
static const char schema_002[] =
#include "core/library/002.sql.inc"
    ;
static const char schema_003[] =
#include "core/library/003.sql.inc"
    ;
static const char schema_004[] =
#include "core/library/004.sql.inc"
    ;
static const char schema_005[] =
#include "core/library/005.sql.inc"
    ;
static const char schema_006[] =
#include "core/library/006.sql.inc"
    ;
static const char *const migrations[] = {schema_001, schema_002, schema_003, schema_004, schema_005, schema_006};
static const struct db_schema schema = {
    .name = "library",
    .migrations = migrations,
    .count = sizeof migrations / sizeof *migrations,
    .damaged = "the library is a cache: `crib sync` makes it anew from its channels; where it can't, delete library.db first. The record is untouched",
};

/* ---- SQL functions ---- */

static bool has_item(const char *list, const char *item, size_t n)
{
    for (const char *at = strchr(list, '\n'); at != NULL && at[1] != '\0'; at = strchr(at + 1, '\n'))
        if (strncmp(at + 1, item, n) == 0 && at[1 + n] == '\n')
            return true;
    return false;
}

/* shares(list, wanted): do two lists have an item in common? */
static void shares(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const char *list = (const char *)sqlite3_value_text(values[0]),
               *wanted = (const char *)sqlite3_value_text(values[1]);
    bool found = false;
    if (list != NULL && wanted != NULL)
        for (const char *at = strchr(wanted, '\n'); !found && at != NULL && at[1] != '\0';) {
            const char *end = strchr(at + 1, '\n');
            found = end != NULL && has_item(list, at + 1, (size_t)(end - at - 1));
            at = end;
        }
    sqlite3_result_int(context, found);
}

/* ---- opening ---- */

static bool file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && st.st_size > 0;
}

static struct db *open_db(const char *path, unsigned flags, struct error *err)
{
    struct error why = {0};
    struct db *db = db_open(path, flags, &schema, &why);
    if (db == NULL && (flags & DB_READ) != 0 && why.code == EX_DATAERR) {
        /* Of an older crib, perhaps: bring it up to date, where that is allowed. */
        struct db *writable = db_open(path, flags & ~(unsigned)DB_READ, &schema, NULL);
        db_close(writable);
        if (writable != NULL)
            db = db_open(path, flags, &schema, &why);
    }
    if (db == NULL) {
        if (err != NULL)
            *err = why;
        return NULL;
    }
    if (sqlite3_create_function_v2(db_handle(db), "shares", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, shares, NULL,
                                   NULL, NULL) != SQLITE_OK) {
        db_close(db);
        error_memory(err);
        return NULL;
    }
    return db;
}

/* A system-wide library is read by all, whatever the umask of who writes it. */
static bool make_dirs(const struct part *part, unsigned db_flags, struct error *err)
{
    mode_t mode = (db_flags & DB_SHARED) != 0 ? 0755 : 0700;
    return file_make_dirs_mode(part->dir, mode, err) && file_make_dirs_mode(part->index, mode, err);
}

static bool open_part(struct library *l, int at, const char *dir, unsigned db_flags, struct error *err)
{
    struct part *part = &l->parts[at];
    size_t index_size = strlen(dir) + sizeof "/index";
    part->shared = (db_flags & DB_SHARED) != 0;
    part->dir = strdup(dir);
    part->index = malloc(index_size);
    if (part->dir == NULL || part->index == NULL)
        return error_memory(err);
    snprintf(part->index, index_size, "%s/index", dir);
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/library.db", dir);
    if (n < 0 || (size_t)n >= sizeof path)
        return error_set(err, EX_CONFIG, "cannot open the library", dir, "the path is too long", NULL);
    if ((db_flags & DB_CREATE) != 0 ? !make_dirs(part, db_flags, err) : !file_exists(path))
        return (db_flags & DB_CREATE) == 0;
    part->db = open_db(path, db_flags, err);
    return part->db != NULL;
}

void part_left_out(const struct library *l, int part, struct error *err)
{
    const struct part *p = &l->parts[part];
    error_add(err, part == PART_USER ? "your own library is left out" : "the library of all users is left out");
    if (part == PART_SYSTEM && err->code == EX_DATAERR)
        snprintf(err->todo, sizeof err->todo,
                 p->db != NULL ? "as root: CRIB_HOME=%s crib sync"
                               : "as root: remove library.db there and add its channels again, with CRIB_HOME=%s",
                 p->dir);
}

/* The system-wide library: one that can't be read must not keep anybody from their own, nor the other way round. */
static bool open_other_part(struct library *l, const char *dir, bool own_serves, struct error *why)
{
    struct error other = {0};
    bool opened = open_part(l, PART_SYSTEM, dir, DB_READ | DB_ROLLBACK, &other);
    if (own_serves && !opened) {
        l->left_out = other;
        part_left_out(l, PART_SYSTEM, &l->left_out);
    } else if (!own_serves && l->parts[PART_SYSTEM].db != NULL) {
        l->left_out = *why;
        part_left_out(l, PART_USER, &l->left_out);
        own_serves = true;
    }
    return own_serves;
}

struct library *library_open(const struct places *places, unsigned flags, const char *language, struct error *err)
{
    struct library *l = calloc(1, sizeof *l);
    if (l == NULL || (l->language = strdup(language != NULL ? language : "")) == NULL) {
        free(l);
        error_memory(err);
        return NULL;
    }
    l->flags = flags;
    bool writing = (flags & LIBRARY_WRITE) != 0;
    bool own_is_system = strcmp(places->data, places->system_data) == 0;
    unsigned own = writing ? DB_CREATE : DB_READ;
    struct error why = {0};
    bool ok = open_part(l, PART_USER, places->data, own_is_system ? own | DB_ROLLBACK | DB_SHARED : own, &why);
    if ((ok || !writing) && !own_is_system && (flags & LIBRARY_ALONE) == 0)
        ok = open_other_part(l, places->system_data, ok, &why);
    if (!ok) {
        if (err != NULL)
            *err = why;
        library_close(l);
        return NULL;
    }
    return l;
}

const struct error *library_left_out(const struct library *l)
{
    return l->left_out.code != 0 ? &l->left_out : NULL;
}

void library_close(struct library *l)
{
    if (l == NULL)
        return;
    for (int i = 0; i < PARTS; i++) {
        db_close(l->parts[i].db);
        free(l->parts[i].dir);
        free(l->parts[i].index);
    }
    free(l->language);
    free(l);
}

int64_t library_version(struct library *l)
{
    int64_t version = 0;
    for (int i = 0; i < PARTS; i++)
        if (l->parts[i].db != NULL)
            version = version * 1000003 + db_version(l->parts[i].db);
    return version;
}

/* ---- helpers that the library's files share ---- */

bool meta_get(struct db *db, const char *name, int64_t *value, struct error *err)
{
    return db_number(db, value, 0, err, "SELECT value FROM meta WHERE name = ?", "s", name);
}

bool meta_set(struct db *db, const char *name, int64_t value, struct error *err)
{
    return db_run(db, err, "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", "si",
                  name, value);
}

bool list_split(const char *text, struct arena *a, struct strings *list, struct error *err)
{
    *list = (struct strings){0};
    if (text[0] == '\0')
        return true;
    size_t lines = 0;
    for (const char *at = text; *at != '\0'; at++)
        lines += *at == '\n';
    const char **items = arena_array(a, lines, sizeof *items);
    char *copy = arena_strdup(a, text);
    if (items == NULL || copy == NULL)
        return error_memory(err);
    size_t count = 0;
    for (char *at = copy + 1, *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
        *end = '\0';
        items[count++] = at;
    }
    *list = (struct strings){items, count};
    return true;
}

char *list_join(struct arena *a, struct strings list, struct error *err)
{
    size_t n = 2;
    for (size_t i = 0; i < list.count; i++)
        n += strlen(list.items[i]) + 1;
    char *text = arena_alloc(a, n), *at = text;
    if (text == NULL) {
        error_memory(err);
        return NULL;
    }
    if (list.count == 0)
        return text;
    *at++ = '\n';
    for (size_t i = 0; i < list.count; i++) {
        for (const char *c = list.items[i]; *c != '\0'; c++)
            *at++ = *c == '\n' ? ' ' : *c;
        *at++ = '\n';
    }
    return text;
}

void *grow(struct arena *a, void **items, size_t *count, size_t size, struct error *err)
{
    /* Doubled at powers of two; what is left behind goes with the arena. */
    if ((*count & (*count - 1)) == 0) {
        void *grown = arena_array(a, *count == 0 ? 1 : *count * 2, size);
        if (grown == NULL) {
            error_memory(err);
            return NULL;
        }
        if (*count > 0)
            memcpy(grown, *items, *count * size);
        *items = grown;
    }
    return (char *)*items + size * (*count)++;
}

const char *column_text(sqlite3_stmt *s, int column, struct arena *a, struct error *err)
{
    const char *text = db_text(s, column);
    if (text[0] == '\0')
        return "";
    const char *copy = arena_copy(a, text, (size_t)sqlite3_column_bytes(s, column));
    if (copy == NULL)
        error_memory(err);
    return copy;
}

static bool read_texts(sqlite3_stmt *s, struct arena *a, struct facts *f, struct error *err)
{
    const struct {
        int column;
        const char **field;
    } texts[] = {
        {1, &f->channel}, {2, &f->id},      {3, &f->language}, {5, &f->title},
        {6, &f->problem}, {7, &f->outcome}, {14, &f->owner},   {15, &f->review_by},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if ((*texts[i].field = column_text(s, texts[i].column, a, err)) == NULL)
            return false;
    f->path = "";
    if (db_text(s, 16)[0] != '\0' && (f->path = arena_printf(a, "%s/%s", db_text(s, 16), db_text(s, 17))) == NULL)
        return error_memory(err);
    return list_split(db_text(s, 11), a, &f->roles, err) && list_split(db_text(s, 12), a, &f->stages, err) &&
           list_split(db_text(s, 13), a, &f->capabilities, err);
}

/* A number from the table as an enum's value; whatever the file holds, never beyond the last one. */
static int within(sqlite3_stmt *s, int column, int last)
{
    int value = sqlite3_column_int(s, column);
    return value < 0 || value > last ? 0 : value;
}

bool facts_read(sqlite3_stmt *s, int part, struct arena *a, struct facts *facts, struct error *err)
{
    *facts = (struct facts){
        .key = key_out(part, sqlite3_column_int64(s, 0)),
        .kind = (enum module_kind)within(s, 4, KIND_EVENT),
        .minutes = within(s, 8, MODULE_MINUTES_MOST),
        .format = (enum module_format)within(s, 9, FORMAT_COURSE),
        .status = (enum module_status)within(s, 10, STATUS_DRAFT),
        .words = (size_t)sqlite3_column_int64(s, 18),
        .sections = (size_t)sqlite3_column_int64(s, 19),
        .questions = (size_t)sqlite3_column_int64(s, 20),
        .sign_off = sqlite3_column_int(s, 21) != 0,
        .added_ms = sqlite3_column_int64(s, 22),
        .changed_ms = sqlite3_column_int64(s, 23),
        .on_device = sqlite3_column_int(s, 24) != SHELF_CATALOGUE,
    };
    return read_texts(s, a, facts, err);
}

bool channel_hidden(struct library *l, int part, const char *id)
{
    if (part == PART_USER || l->parts[PART_USER].db == NULL)
        return false;
    int64_t found;
    return db_number(l->parts[PART_USER].db, &found, 0, NULL, "SELECT 1 FROM channel WHERE id = ?", "s", id) &&
           found != 0;
}

const char *library_index_dir(struct library *l, size_t n)
{
    return n < PARTS && l->parts[n].db != NULL ? l->parts[n].index : NULL;
}

bool library_is_system(int64_t key)
{
    return key_part(key) == PART_SYSTEM;
}

char *library_address(struct arena *a, const char *channel, const char *id, const char *anchor)
{
    char *address = arena_alloc(a, strlen(channel) + strlen(id) + strlen(anchor) + sizeof "/#");
    if (address == NULL)
        return NULL;
    char *to = stpcpy(stpcpy(stpcpy(address, channel), "/"), id); /* not printf: a list has hundreds of these */
    if (anchor[0] != '\0')
        stpcpy(stpcpy(to, "#"), anchor);
    return address;
}

/* A page's id may hold blanks, and letters that links spell in bytes. */
const char *library_link(struct arena *a, const char *channel, const char *id, const char *anchor)
{
    struct buf out = {0};
    const char *address = library_address(a, channel, id, anchor);
    buf_adds(&out, "crib://");
    for (const char *c = address; c != NULL && *c != '\0'; c++)
        if ((*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z') || strchr("-._~/#", *c) != NULL)
            buf_addc(&out, *c);
        else
            buf_addf(&out, "%%%02X", (unsigned)(unsigned char)*c);
    const char *link = address != NULL && buf_ok(&out) ? arena_strdup(a, buf_text(&out)) : NULL;
    buf_free(&out);
    return link;
}

/* ---- channels ---- */

bool rows_add(struct library *l, int part, sqlite3_stmt *s, const struct row_reader *reader, size_t most, struct arena *a,
              void **items, size_t *count, struct error *err)
{
    size_t before = *count;
    int row = 0;
    while (*count - before < most && (row = db_step(l->parts[part].db, s, err)) > 0) {
        if (reader->channel >= 0 && channel_hidden(l, part, db_text(s, reader->channel)))
            continue;
        void *element = grow(a, items, count, reader->size, err);
        if (element == NULL || !reader->read(l, part, s, a, element, err)) {
            sqlite3_reset(s);
            return false;
        }
    }
    if (row > 0)
        sqlite3_reset(s); /* not stepped to its end */
    return row >= 0;
}

static bool read_channel(struct library *l, int part, sqlite3_stmt *s, struct arena *a, void *element, struct error *err)
{
    (void)l;
    struct library_channel *c = element;
    *c = (struct library_channel){
        .version = sqlite3_column_int64(s, 13),
        .published_ms = sqlite3_column_int64(s, 14),
        .expires_ms = sqlite3_column_int64(s, 15),
        .modules = (size_t)sqlite3_column_int64(s, 8),
        .pages = (size_t)sqlite3_column_int64(s, 9),
        .programmes = (size_t)sqlite3_column_int64(s, 16),
        .installed_ms = sqlite3_column_int64(s, 10),
        .synced_ms = sqlite3_column_int64(s, 11),
        .implied = sqlite3_column_int(s, 7) != 0,
        .system = part == PART_SYSTEM,
    };
    return (c->id = column_text(s, 0, a, err)) != NULL && (c->name = column_text(s, 1, a, err)) != NULL &&
           (c->dir = column_text(s, 2, a, err)) != NULL && (c->iri = column_text(s, 3, a, err)) != NULL &&
           (c->url = column_text(s, 12, a, err)) != NULL &&
           list_split(db_text(s, 4), a, &c->roles, err) && list_split(db_text(s, 5), a, &c->stages, err) &&
           list_split(db_text(s, 6), a, &c->languages, err);
}

bool library_channels(struct library *l, struct arena *a, struct library_channel **items, size_t *count,
                      struct error *err)
{
    static const struct row_reader reader = {read_channel, sizeof(struct library_channel), 0};
    void *list = NULL;
    bool ok = true;
    *count = 0;
    for (int part = 0; ok && part < PARTS; part++) {
        struct db *db = l->parts[part].db;
        if (db == NULL)
            continue;
        sqlite3_stmt *s =
            db_statement(db,
                         "SELECT id, name, dir, iri, roles, stages, languages, implied, "
                         "(SELECT count(*) FROM module WHERE channel = number AND shelf = 0), "
                         "(SELECT count(*) FROM module WHERE channel = number AND shelf = 1), installed_ms, synced_ms, "
                         "url, version, published_ms, expires_ms, "
                         "(SELECT count(*) FROM programme WHERE channel = channel.number AND catalogue = 0) "
                         "FROM channel ORDER BY id",
                         err);
        ok = s != NULL && rows_add(l, part, s, &reader, SIZE_MAX, a, &list, count, err);
    }
    *items = list;
    return ok;
}
