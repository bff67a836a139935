#include "core/record/hint.h"

#include "core/record/fact.h"
#include "core/record/share.h"

#include <string.h>

static const char *const kinds[] = {"hint.offered", "hint.opened", "hint.later", "hint.never"};

/* yes: as record_shared gives it. A line of the spool may be older than the yes. */
static bool add_line(struct record *r, int64_t learner, const struct offer *o, const struct share *yes, struct arena *a,
                     struct error *err)
{
    int64_t there;
    if (o->act == OFFER_AGAIN)
        return true;
    const char *module = arena_copy(a, o->address.p, o->address.n);
    if (module == NULL)
        return error_memory(err);
    if (!db_number(r->db, &there, 0, err, "SELECT 1 FROM hint WHERE learner = ? AND module = ? AND act = ? AND at = ?", "isii",
                   learner, module, (int64_t)o->act, o->at))
        return false;
    if (there != 0)
        return true;
    struct json *j = chain_event(r, kinds[o->act], learner, &(struct subject){.module = module}, NULL);
    json_int(j, "when", o->at);
    json_text(j, "for", o->what.p, o->what.n);
    if (yes->since != 0 && o->at >= yes->at)
        json_bool(j, "shared", true);
    return chain_append(r, NULL, err);
}

bool record_hints(struct record *r, int64_t learner, const struct buf *lines, bool share, struct error *err)
{
    struct arena *a = arena_open();
    struct share yes = {0};
    struct offer o;
    if (a == NULL)
        return error_memory(err);
    bool ok = chain_begin(r, err) && (!share || record_shared(r, learner, &yes, err) || chain_fail(r));
    for (size_t at = 0; ok && offer_next(lines, &at, &o);)
        if (!add_line(r, learner, &o, &yes, a, err))
            ok = chain_fail(r);
    ok = ok && chain_commit(r, err);
    arena_close(a);
    return ok;
}

static bool apply(struct record *r, const struct fact *f, int64_t act, struct error *err)
{
    return db_run(r->db, err,
                  "INSERT OR IGNORE INTO hint (learner, module, act, at)"
                  " VALUES (?1, ?2, ?3, coalesce(json_extract(?4, '$.when'), ?5))",
                  "isiti", f->learner, f->module, act, f->payload, f->at);
}

bool apply_hint_offered(struct record *r, const struct fact *f, struct error *err)
{
    return apply(r, f, OFFER_OFFERED, err);
}

bool apply_hint_opened(struct record *r, const struct fact *f, struct error *err)
{
    return apply(r, f, OFFER_OPENED, err);
}

bool apply_hint_later(struct record *r, const struct fact *f, struct error *err)
{
    return apply(r, f, OFFER_LATER, err);
}

bool apply_hint_never(struct record *r, const struct fact *f, struct error *err)
{
    return apply(r, f, OFFER_NEVER, err);
}

static bool read_count(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct hint_count *c = row;
    *c = (struct hint_count){column_copy(a, s, 0),       sqlite3_column_int64(s, 1), sqlite3_column_int64(s, 2),
                             sqlite3_column_int64(s, 3), sqlite3_column_int64(s, 4), sqlite3_column_int64(s, 5)};
    return c->module != NULL;
}

const struct hint_count *record_hint_counts(struct record *r, struct arena *a, int64_t learner, size_t most, size_t *count,
                                            struct error *err)
{
    *count = 0;
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT module, sum(act = 0), sum(act = 1), sum(act = 2), sum(act = 3),"
                                   " max(iif(act = 0, at, 0)) FROM hint WHERE learner = ? GROUP BY module"
                                   " ORDER BY 2 DESC, 6 DESC, 1 LIMIT ?",
                                   err);
    if (s == NULL || !db_bind(s, "ii", learner, (int64_t)most))
        return NULL;
    return rows_read(r, a, s, sizeof(struct hint_count), read_count, count, err);
}
