/* What a person typed, as the place that is meant. */
#include "core/library/library.h"

#include "core/base/hex.h"
#include "core/library/library_private.h"
#include "core/library/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>


struct resolving {
    struct library *l;
    struct arena *a;
    void *targets;
    size_t count;
    struct error *err;
};

static bool add(struct resolving *r, const struct target *target)
{
    struct target *t = grow(r->a, &r->targets, &r->count, sizeof *t, r->err);
    if (t != NULL)
        *t = *target;
    return t != NULL;
}

/* ---- addresses ---- */

#define TARGET_COLUMNS "+m.key, +m.kind, +c.id, +m.id, +m.title"
enum { TARGET_COUNT = 5 };
#define TARGET_SELECT "SELECT " TARGET_COLUMNS " FROM module m JOIN channel c ON c.number = m.channel "

/* Adds the row that the statement stands on; one of a hidden channel is left out. */
static bool add_row(struct resolving *r, int part, sqlite3_stmt *s, enum target_reason reason)
{
    int kind = sqlite3_column_int(s, 1);
    struct target t = {.key = key_out(part, sqlite3_column_int64(s, 0)),
                       .kind = kind >= 0 && kind <= KIND_EVENT ? (enum module_kind)kind : KIND_MODULE,
                       .anchor = "",
                       .heading = "",
                       .reason = reason,
                       .stage = ""};
    if (channel_hidden(r->l, part, db_text(s, 2)))
        return true;
    t.channel = column_text(s, 2, r->a, r->err);
    t.id = column_text(s, 3, r->a, r->err);
    t.title = column_text(s, 4, r->a, r->err);
    return t.channel != NULL && t.id != NULL && t.title != NULL && add(r, &t);
}

static bool add_rows(struct resolving *r, int part, sqlite3_stmt *s, enum target_reason reason)
{
    struct db *db = r->l->parts[part].db;
    int row;
    while ((row = db_step(db, s, r->err)) > 0)
        if (!add_row(r, part, s, reason)) {
            sqlite3_reset(s);
            return false;
        }
    return row == 0;
}

static int compare_channels(const void *left, const void *right)
{
    return strcmp(((const struct target *)left)->channel, ((const struct target *)right)->channel);
}

/* Adds one module of each channel, the channels in order: of the statement's rows for one channel the last is meant. */
static bool add_one_a_channel(struct resolving *r, int part, sqlite3_stmt *s, enum target_reason reason)
{
    size_t before = r->count, kept = r->count;
    if (!add_rows(r, part, s, reason))
        return false;
    struct target *targets = r->targets;
    for (size_t i = before; i < r->count; i++) {
        if (kept == before || strcmp(targets[kept - 1].channel, targets[i].channel) != 0)
            kept++;
        targets[kept - 1] = targets[i];
    }
    r->count = kept;
    if (kept - before > 1)
        qsort(targets + before, kept - before, sizeof *targets, compare_channels);
    return true;
}

/* The modules of an id, the translation that is wanted behind the module itself; a channel where one is said. Most of
 * what it takes to print a page is to prepare statements, so this is one for full and short ids, and a plain one. */
static const char with_id[] = TARGET_SELECT "WHERE m.id = ?2 AND (+m.language = '' OR +m.language = ?1) AND "
                                            "(?3 IS NULL OR c.id = ?3) ORDER BY m.channel, m.language";

/* Adds the modules with this id, in full (channel/id) or short; a full one that exists ends it. */
static bool by_id(struct resolving *r, const char *id, size_t n, enum target_reason reason)
{
    const char *slash = memchr(id, '/', n);
    for (int step = slash != NULL ? 0 : 1; step < 2 && r->count == 0; step++)
        for (int part = 0; part < PARTS; part++) {
            struct db *db = r->l->parts[part].db;
            if (db == NULL)
                continue;
            sqlite3_stmt *s = db_statement(db, with_id, r->err);
            if (s == NULL)
                return false;
            struct str module = {id, n}, channel = {NULL, 0};
            if (step == 0) {
                module = (struct str){slash + 1, n - (size_t)(slash + 1 - id)};
                channel = (struct str){id, (size_t)(slash - id)};
            }
            if (!db_bind(s, "stt", r->l->language, module, channel) || !add_one_a_channel(r, part, s, reason))
                return false;
        }
    return true;
}

/* Gives each target the anchor, and drops those that have no such section: not one whose sections aren't on this device.
 * false (EX_NOINPUT) when none is left. */
static bool keep_with_anchor(struct resolving *r, const char *anchor, const char *what)
{
    struct target *targets = r->targets;
    size_t kept = 0;
    const char *nearest = NULL;
    for (size_t i = 0; i < r->count; i++) {
        struct library_section *sections;
        size_t count, at = 0;
        if (!library_sections(r->l, r->a, targets[i].key, &sections, &count, r->err))
            return false;
        while (at < count && strcmp(sections[at].anchor, anchor) != 0)
            at++;
        if (count == 0) {
            targets[kept++] = targets[i];
            continue;
        }
        if (at < count) {
            targets[kept] = targets[i];
            targets[kept].anchor = sections[at].anchor;
            targets[kept++].heading = sections[at].heading;
            continue;
        }
        const char **names = arena_array(r->a, count, sizeof *names);
        for (size_t k = 0; names != NULL && k < count; k++)
            names[k] = sections[k].anchor;
        if (nearest == NULL && names != NULL)
            nearest = strings_nearest((struct strings){names, count}, anchor);
    }
    r->count = kept;
    if (kept > 0)
        return true;
    char todo[200] = "open it whole and take the outline";
    if (nearest != NULL)
        snprintf(todo, sizeof todo, "did you mean #%s?", nearest);
    return error_set(r->err, EX_NOINPUT, "no such section", what, NULL, todo);
}

static bool by_address(struct resolving *r, const char *what, enum target_reason reason)
{
    if (!by_id(r, what, strlen(what), reason))
        return false;
    const char *hash = strrchr(what, '#');
    if (r->count > 0 || hash == NULL)
        return true;
    return by_id(r, what, (size_t)(hash - what), reason) &&
           (r->count == 0 || hash[1] == '\0' || keep_with_anchor(r, hash + 1, what));
}

/* ---- crib://module#section?stage=... ---- */

/* n bytes with %XX taken back; NULL when that is malformed, or gives a control byte. */
static char *unescape(struct arena *a, const char *s, size_t n)
{
    char *out = arena_alloc(a, n + 1);
    size_t k = 0;
    for (size_t i = 0; out != NULL && i < n; i++) {
        int value = (unsigned char)s[i];
        if (s[i] == '%') {
            if (i + 2 >= n || hex_value(s[i + 1]) < 0 || hex_value(s[i + 2]) < 0)
                return NULL;
            value = hex_value(s[i + 1]) * 16 + hex_value(s[i + 2]);
            i += 2;
        }
        if (value < 0x20 || value == 0x7F)
            return NULL;
        out[k++] = (char)value;
    }
    return out;
}

/* The value of stage= in a query, or "". */
static char *stage_of(struct arena *a, const char *query, size_t n)
{
    for (size_t at = 0; at < n;) {
        size_t k = 0;
        while (at + k < n && query[at + k] != '&')
            k++;
        if (k > 6 && strncmp(query + at, "stage=", 6) == 0)
            return unescape(a, query + at + 6, k - 6);
        at += k + 1;
    }
    return arena_strdup(a, "");
}

static bool by_link(struct resolving *r, const char *what)
{
    const char *at = what + strlen("crib://");
    size_t path = strcspn(at, "?#");
    char *id = unescape(r->a, at, path > 0 && at[path - 1] == '/' ? path - 1 : path), *stage = NULL, *anchor = NULL;
    for (at += path; *at != '\0';) {
        size_t n = strcspn(at + 1, "?#");
        if (*at == '?')
            stage = stage_of(r->a, at + 1, n);
        else
            anchor = unescape(r->a, at + 1, n);
        if (*at == '?' ? stage == NULL : anchor == NULL)
            id = NULL;
        at += n + 1;
    }
    if (id == NULL || id[0] == '\0')
        return error_set(r->err, EX_DATAERR, "the link can't be read", what, NULL,
                         "it looks like crib://module#section");
    if (!by_id(r, id, strlen(id), TARGET_LINK) ||
        (r->count > 0 && anchor != NULL && anchor[0] != '\0' && !keep_with_anchor(r, anchor, what)))
        return false;
    for (size_t i = 0; stage != NULL && i < r->count; i++)
        ((struct target *)r->targets)[i].stage = stage;
    return true;
}

/* ---- names of pages ---- */

/* The page whose file is called like this, whatever directory it lies in; nothing where several are. Of the system's,
 * some may be hidden. */
static bool by_name(struct resolving *r, const char *what)
{
    struct resolving named = {.l = r->l, .a = r->a, .err = r->err};
    if (strchr(what, '/') != NULL)
        return true;
    for (int part = 0; part < PARTS; part++) {
        struct db *db = r->l->parts[part].db;
        if (db == NULL)
            continue;
        sqlite3_stmt *s = db_statement(db,
                                       TARGET_SELECT "WHERE m.shelf = 1 AND " ONE_LANGUAGE
                                                     " AND substr(m.id, -1 - length(?2)) = '/' || ?2 LIMIT ?3",
                                       r->err);
        if (s == NULL || !db_bind(s, "ssi", r->l->language, what, (int64_t)(part == PART_USER ? 2 : -1)) ||
            !add_rows(&named, part, s, TARGET_ADDRESS))
            return false;
    }
    return named.count != 1 || add(r, named.targets);
}

/* ---- codes and asset tags ---- */

static bool by_exact_trigger(struct resolving *r, const char *folded)
{
    static const enum target_reason reasons[] = {TARGET_CODE, TARGET_ASSET};
    for (size_t i = 0; i < 2 && r->count == 0; i++)
        for (int part = 0; part < PARTS; part++) {
            struct db *db = r->l->parts[part].db;
            if (db == NULL)
                continue;
            sqlite3_stmt *s =
                db_statement(db,
                             TARGET_SELECT "WHERE " ONE_LANGUAGE " AND m.key IN (SELECT module FROM "
                                           "module_trigger WHERE folded = ?2 AND kind = ?3) ORDER BY m.sort",
                             r->err);
            int64_t kind = reasons[i] == TARGET_CODE ? TRIGGER_CODE : TRIGGER_ASSET;
            if (s == NULL || !db_bind(s, "ssi", r->l->language, folded, kind) || !add_rows(r, part, s, reasons[i]))
                return false;
        }
    return true;
}

static bool by_wild_asset(struct resolving *r, const char *folded)
{
    for (int part = 0; part < PARTS; part++) {
        struct db *db = r->l->parts[part].db;
        if (db == NULL)
            continue;
        sqlite3_stmt *s =
            db_statement(db,
                         "SELECT " TARGET_COLUMNS ", x.folded FROM module_trigger x "
                         "JOIN module m ON m.key = x.module JOIN channel c ON c.number = m.channel "
                         "WHERE x.wild AND x.kind = 1 AND " ONE_LANGUAGE " ORDER BY length(x.folded) DESC",
                         r->err);
        if (s == NULL || !db_bind(s, "s", r->l->language))
            return false;
        int row;
        while ((row = db_step(db, s, r->err)) > 0) {
            if (r->count >= RESOLVED_MOST || !text_glob(db_text(s, TARGET_COUNT), folded, strlen(folded)))
                continue;
            if (!add_row(r, part, s, TARGET_ASSET)) {
                sqlite3_reset(s);
                return false;
            }
        }
        if (row < 0)
            return false;
    }
    return true;
}

static bool by_trigger(struct resolving *r, const char *what)
{
    struct buf folded = {0};
    text_fold(&folded, what, strlen(what));
    bool ok = buf_ok(&folded) ? by_exact_trigger(r, buf_text(&folded)) : error_memory(r->err);
    if (ok && r->count == 0)
        ok = by_name(r, what); /* said more exactly than any wild card */
    if (ok && r->count == 0 && folded.len > 0 && folded.len <= 128)
        ok = by_wild_asset(r, buf_text(&folded));
    buf_free(&folded);
    return ok;
}

/* ---- files ---- */

static bool by_path(struct resolving *r, const char *what)
{
    size_t n = strlen(what);
    if (strchr(what, '/') == NULL && (n < 4 || strcmp(what + n - 3, ".md") != 0))
        return true;
    char *real = realpath(what, NULL);
    bool ok = true;
    for (int part = 0; ok && real != NULL && part < PARTS; part++) {
        struct db *db = r->l->parts[part].db;
        if (db == NULL)
            continue;
        sqlite3_stmt *s = db_statement(
            db,
            TARGET_SELECT
            "WHERE c.dir <> '' AND substr(?1, 1, length(c.dir) + 1) = c.dir || '/' AND m.path = substr(?1, length(c.dir) + 2)",
            r->err);
        ok = s != NULL && db_bind(s, "s", real) && add_rows(r, part, s, TARGET_PATH);
    }
    free(real);
    return ok;
}

/* ---- words, and codes written in another way ---- */

/* What the index found, as targets. It may be a moment behind the library: what is gone is left out. */
static bool add_hits(struct resolving *r, struct search *s, const struct search_hit *hits, size_t count,
                     enum target_reason reason, bool several)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        const struct facts *f = library_facts(r->l, r->a, search_key(s, hits[i].doc), NULL);
        if (f == NULL)
            continue;
        bool in_section = hits[i].section != SEARCH_NO_SECTION;
        const char *anchor = in_section ? arena_strdup(r->a, search_anchor(s, hits[i].doc, hits[i].section)) : "",
                   *heading = in_section ? arena_strdup(r->a, search_heading(s, hits[i].doc, hits[i].section)) : "";
        const struct target t = {f->key, f->channel, f->id, anchor, f->title, heading, f->kind, reason, "", hits[i].typo,
                                 hits[i].poor || (hits[i].typo && several)};
        ok = anchor != NULL && heading != NULL ? add(r, &t) : error_memory(r->err);
    }
    return ok;
}

/* A code or tag written in another way than its author did: `E204` and `e 204` are `E-204`. A code goes before tags. With
 * letters alone it is a word like others, which a wild card must not take. */
static bool by_spelling(struct resolving *r, struct search *s, const char *what)
{
    struct search_hit hits[RESOLVED_MOST];
    size_t count = strpbrk(what, "0123456789") != NULL ? search_trigger(s, what, hits, RESOLVED_MOST) : 0, same = 0;
    while (same < count && hits[same].kind == hits[0].kind)
        same++;
    return add_hits(r, s, hits, same, same > 0 && hits[0].kind == MATCH_CODE ? TARGET_CODE : TARGET_ASSET, false);
}

static bool by_search(struct resolving *r, const char *what)
{
    struct search *s = library_search(r->l, NULL, r->err);
    if (s == NULL)
        return false;
    bool ok = by_spelling(r, s, what);
    if (ok && r->count == 0) {
        struct search_hit hits[RESOLVED_MOST];
        struct str typed = str_trim(str_of(what));
        const struct search_query query = {.text = what, .other_roles = true};
        size_t count = search_find(s, &query, hits, RESOLVED_MOST, NULL);
        ok = add_hits(r, s, hits, count, TARGET_WORDS, memchr(typed.p, ' ', typed.n) != NULL);
    }
    search_close(s);
    return ok;
}

void library_place(struct library *l, struct arena *a, const char *code, struct target *target)
{
    struct search_hit hits[RESOLVED_MOST];
    struct search *s = library_search(l, NULL, NULL);
    size_t count = s != NULL ? search_trigger(s, code, hits, RESOLVED_MOST) : 0;
    for (size_t i = 0; i < count; i++) {
        if (search_key(s, hits[i].doc) != target->key)
            continue;
        uint32_t section = search_section_naming(s, hits[i].doc, code);
        const char *heading = section != SEARCH_NO_SECTION ? arena_strdup(a, search_heading(s, hits[i].doc, section)) : NULL,
                   *anchor = heading != NULL ? arena_strdup(a, search_anchor(s, hits[i].doc, section)) : NULL;
        if (anchor != NULL && heading[0] != '\0') {
            target->anchor = anchor;
            target->heading = heading;
        }
        break;
    }
    search_close(s);
}

bool library_resolve(struct library *l, struct arena *a, const char *what, struct target **items, size_t *count,
                     struct error *err)
{
    struct resolving r = {.l = l, .a = a, .err = err};
    *items = NULL;
    *count = 0;
    if (what[strspn(what, " \t\r\n")] == '\0')
        return true; /* words that are none would find everything */
    bool ok = true, link = strncasecmp(what, "crib://", 7) == 0;
    if (link)
        ok = by_link(&r, what);
    else
        ok = by_address(&r, what, TARGET_ADDRESS);
    if (!link && ok && r.count == 0)
        ok = by_trigger(&r, what);
    if (!link && ok && r.count == 0)
        ok = by_path(&r, what);
    if (!link && ok && r.count == 0)
        ok = by_search(&r, what);
    if (!ok)
        return false;
    *items = r.targets;
    *count = r.count < RESOLVED_MOST ? r.count : RESOLVED_MOST;
    return true;
}

bool library_one_meant(struct arena *a, const char *what, const struct target *targets, size_t count, struct error *err)
{
    if (count < 2 || targets[0].reason == TARGET_WORDS)
        return true;
    struct buf names = {0};
    for (size_t i = 0; i < count && i < 5; i++)
        buf_addf(&names, "%s%s/%s", i > 0 ? ", " : "", targets[i].channel, targets[i].id);
    const char *why = arena_printf(a, "it fits %zu: %s", count, buf_text(&names));
    buf_free(&names);
    return error_set(err, EX_DATAERR, "which one", what, why, "name it in full");
}
