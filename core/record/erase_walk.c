#include "core/record/erase_parts.h"

#include "core/base/clock.h"
#include "core/record/foreign_parts.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 4096 };

static const int64_t day_ms = 86400000;

static const int64_t kept_days = 3652; /* where the event itself says nothing */

const char *const erase_kept_kinds[] = {"signoff.signed", "signoff.countersigned", NULL};

int64_t erase_kept_until(const char *kind, int64_t at, const char *retain_until)
{
    for (size_t i = 0; erase_kept_kinds[i] != NULL; i++) {
        int64_t until;
        if (strcmp(erase_kept_kinds[i], kind) == 0)
            return clock_parse(retain_until, &until) ? until : at + kept_days * day_ms;
    }
    return 0;
}

/* Up to where a log was looked at. */
struct mark {
    int64_t number, last;
};

struct content {
    const char *hash;
    bool named; /* or given */
};

struct erase_walk {
    struct record *r;
    struct arena *a;
    int64_t learner, now, all;
    struct mark *marks;
    size_t mark_count, mark_cap;
    struct content *contents; /* by hash */
    size_t content_count, given;
    struct erase_victim *found;
    size_t found_count, found_cap;
};

static bool read_content(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct content *c = row;
    c->hash = column_copy(a, s, 0);
    return c->hash != NULL;
}

struct erase_walk *erase_walk_open(struct record *r, int64_t learner, int64_t now_ms, struct error *err)
{
    struct erase_walk *w = calloc(1, sizeof *w);
    if (w == NULL || (w->a = arena_open()) == NULL) {
        free(w);
        error_memory(err);
        return NULL;
    }
    w->r = r;
    w->learner = learner;
    w->now = now_ms;
    sqlite3_stmt *s = db_statement(r->db, "SELECT hash FROM content ORDER BY hash", err);
    if (s != NULL)
        w->contents = rows_read(r, w->a, s, sizeof *w->contents, read_content, &w->content_count, err);
    if (w->contents != NULL && record_erase_extent(r, &w->all, err))
        return w;
    erase_walk_close(w);
    return NULL;
}

void erase_walk_close(struct erase_walk *w)
{
    if (w == NULL)
        return;
    arena_close(w->a);
    free(w->found);
    free(w);
}

/* ---- what an event says ---- */

static int by_hash(const void *key, const void *item)
{
    return strcmp(key, ((const struct content *)item)->hash);
}

static void is_named(struct erase_walk *w, const char *hash)
{
    struct content *c = w->content_count == 0 ? NULL : bsearch(hash, w->contents, w->content_count, sizeof *w->contents, by_hash);
    if (c != NULL)
        c->named = true;
}

static bool add_found(struct erase_walk *w, int64_t position, int64_t until, struct error *err)
{
    if (w->found_count == w->found_cap) {
        size_t cap = w->found_cap == 0 ? CHUNK : w->found_cap * 2;
        struct erase_victim *more = realloc(w->found, cap * sizeof *more);
        if (more == NULL)
            return error_memory(err);
        w->found = more;
        w->found_cap = cap;
    }
    w->found[w->found_count++] = (struct erase_victim){position, until};
    return true;
}

/* Columns: position, kind, is it the learner's, at, retain_until, content. */
static bool take_event(struct erase_walk *w, sqlite3_stmt *s, struct error *err)
{
    bool own = sqlite3_column_int(s, 2) != 0;
    int64_t at = w->now, until = 0;
    if (own) {
        (void)clock_parse(db_text(s, 3), &at);
        until = erase_kept_until(db_text(s, 1), at, db_text(s, 4));
        until = until > w->now ? until : 0;
    }
    if (!own || until > 0)
        is_named(w, db_text(s, 5));
    return !own || add_found(w, sqlite3_column_int64(s, 0), until, err);
}

/* ?3: whose they are, 0 nobody's; own or foreign. */
#define EVENTS_THAT_MATTER(table, own)                                                                                              \
    "SELECT position, kind, own, json_extract(said, '$.at'), json_extract(said, '$.retain_until'), json_extract(said, '$.content')" \
    " FROM (SELECT position, kind, own, iif(json_valid(payload), payload, '{}') AS said FROM"                                       \
    "  (SELECT position, kind, payload, " own " AS own FROM " table                                                                 \
    "   WHERE position > ?1 AND position <= ?2 AND payload IS NOT NULL)"                                                            \
    "  WHERE own OR instr(payload, '\"content\"') > 0) ORDER BY position"

static bool look(struct erase_walk *w, int64_t after, int64_t last, struct error *err)
{
    static const char own[] = EVENTS_THAT_MATTER("event", "kind <> 'erased' AND " ERASE_LEARNER " = nullif(?3, 0)");
    static const char foreign[] = EVENTS_THAT_MATTER("foreign_event", "?3 IS NULL"); /* learners have other numbers there */
    sqlite3_stmt *s = db_statement(w->r->db, after >> LOG_SHIFT < FOREIGN_FIRST ? own : foreign, err);
    if (s == NULL || !db_bind(s, "iii", after, last, w->learner))
        return false;
    int got;
    while ((got = db_step(w->r->db, s, err)) > 0)
        if (!take_event(w, s, err)) {
            sqlite3_reset(s);
            return false;
        }
    return got == 0;
}

/* ---- all of them ---- */

/* By their last events: nobody counts them. */
bool record_erase_extent(struct record *r, int64_t *events, struct error *err)
{
    return db_number(r->db, events, 0, err,
                     "SELECT coalesce(sum(last - (number << 40)), 0) FROM (SELECT number, (SELECT max(position) FROM event WHERE position"
                     " BETWEEN number << 40 AND ((number + 1) << 40) - 1) AS last FROM log UNION ALL SELECT number, (SELECT max(position)"
                     " FROM foreign_event WHERE position BETWEEN number << 40 AND ((number + 1) << 40) - 1) FROM foreign_log)",
                     "");
}

static struct mark *mark_of(struct erase_walk *w, int64_t number)
{
    for (size_t i = 0; i < w->mark_count; i++)
        if (w->marks[i].number == number)
            return &w->marks[i];
    w->marks = rows_grown(w->a, w->marks, w->mark_count, &w->mark_cap, sizeof *w->marks);
    if (w->marks == NULL)
        return NULL;
    w->marks[w->mark_count] = (struct mark){number, position_of(number, 0)};
    return &w->marks[w->mark_count++];
}

/* The first log that has more than was looked at; *last: its last event. */
static bool next_log(struct erase_walk *w, struct mark **mark, int64_t *last, struct error *err)
{
    sqlite3_stmt *s = db_statement(w->r->db,
                                   "SELECT number, (SELECT max(position) FROM event WHERE position BETWEEN number << 40 AND"
                                   " ((number + 1) << 40) - 1) FROM log UNION ALL SELECT number, (SELECT max(position) FROM"
                                   " foreign_event WHERE position BETWEEN number << 40 AND ((number + 1) << 40) - 1) FROM foreign_log",
                                   err);
    int got = -1;
    *mark = NULL;
    while (s != NULL && (got = db_step(w->r->db, s, err)) > 0) {
        *mark = mark_of(w, sqlite3_column_int64(s, 0));
        *last = sqlite3_column_int64(s, 1);
        if (*mark == NULL || *last > (*mark)->last)
            break;
        *mark = NULL;
    }
    bool memory = got > 0 && *mark == NULL;
    sqlite3_reset(s);
    return memory ? error_memory(err) : got >= 0;
}

bool erase_walk_on(struct erase_walk *w, bool *more, struct error *err)
{
    struct mark *mark;
    int64_t last;
    if (!next_log(w, &mark, &last, err))
        return false;
    *more = mark != NULL;
    if (mark == NULL)
        return true;
    if (last - mark->last > CHUNK)
        last = mark->last + CHUNK;
    if (!look(w, mark->last, last, err))
        return false;
    mark->last = last;
    return true;
}

void erase_walk_seen(const struct erase_walk *w, int64_t *looked, int64_t *all)
{
    *looked = 0;
    *all = w->all;
    for (size_t i = 0; i < w->mark_count; i++)
        *looked += (int64_t)seq_of(w->marks[i].last);
    if (*looked > *all) /* others wrote meanwhile */
        *all = *looked;
}

const struct erase_victim *erase_walk_found(const struct erase_walk *w, size_t *count)
{
    *count = w->found_count;
    return w->found;
}

void erase_walk_taken(struct erase_walk *w, size_t count)
{
    w->found_count -= count;
    if (w->found_count > 0)
        memmove(w->found, w->found + count, w->found_count * sizeof *w->found);
}

const char *erase_walk_unnamed(struct erase_walk *w)
{
    while (w->given < w->content_count) {
        const struct content *c = &w->contents[w->given++];
        if (!c->named)
            return c->hash;
    }
    return NULL;
}
