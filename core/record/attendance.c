#include "core/record/attendance.h"

#include "core/record/fact.h"

#include <sysexits.h>

/* The session's own circumstances stand in its events, whatever was set before. */
static bool append(struct record *r, const char *kind, int64_t learner, const struct attending *s, const bool *late,
                   struct error *err)
{
    const struct circumstances here = {.programme = s->programme, .element = s->element, .session = s->session};
    const struct subject subject = {.iri = s->iri, .title = s->title};
    struct buf before = r->circumstances;
    r->circumstances = (struct buf){0};
    bool ok = record_circumstances(r, &here, err) && chain_begin(r, err);
    if (ok) {
        struct json *j = chain_event(r, kind, learner, &subject, NULL);
        if (late != NULL)
            json_bool(j, "late", *late);
        ok = chain_append(r, NULL, err) && chain_commit(r, err);
    }
    buf_free(&r->circumstances);
    r->circumstances = before;
    return ok;
}

static bool act(struct record *r, const char *kind, int64_t learner, const struct attending *s, const bool *late,
                struct error *err)
{
    if (s->programme == NULL || s->element == NULL || s->session == NULL || s->session[0] == '\0')
        return error_set(err, EX_SOFTWARE, "cannot record the attendance", s->programme, "the session is not named", NULL);
    return append(r, kind, learner, s, late, err);
}

bool record_session_joined(struct record *r, int64_t learner, const struct attending *s, bool late, struct error *err)
{
    return act(r, "session.joined", learner, s, &late, err);
}

bool record_session_left(struct record *r, int64_t learner, const struct attending *s, struct error *err)
{
    return act(r, "session.left", learner, s, NULL, err);
}

/* ---- deriving ---- */

/* By what the events of one learner's stay in one session find each other; empty where no session is named. */
static bool name_stay(struct record *r, const struct fact *f, struct buf *about, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT ?2 || ' ' || json_extract(?1,'$.programme') || ' ' || json_extract(?1,'$.element') || ' '"
                                   " || json_extract(?1,'$.session')",
                                   err);
    if (s == NULL || !db_bind(s, "ti", f->payload, f->learner) || db_step(r->db, s, err) < 0)
        return false;
    buf_adds(about, db_text(s, 0));
    sqlite3_reset(s);
    return buf_ok(about) || error_memory(err);
}

/* The logs of two devices may come in any order: the earlier moment is the first one. */
bool apply_joined(struct record *r, const struct fact *f, struct error *err)
{
    struct buf about = {0};
    bool ok = name_stay(r, f, &about, err);
    if (ok)
        fact_here(r, buf_text(&about));
    buf_free(&about);
    return ok && db_run(r->db, err,
                  "INSERT INTO attendance (programme, element, session, learner, joined_at, left_at, late, came_at)"
                  " SELECT json_extract(?1,'$.programme'), json_extract(?1,'$.element'), json_extract(?1,'$.session'), ?2, ?3,"
                  " 0, coalesce(json_extract(?1,'$.late'), 0), ?3 WHERE json_extract(?1,'$.session') IS NOT NULL"
                  " ON CONFLICT DO UPDATE SET"
                  " late = iif(excluded.joined_at < joined_at, excluded.late, late),"
                  " left_at = iif(went_at >= max(came_at, excluded.came_at), went_at, 0),"
                  " came_at = max(came_at, excluded.came_at), joined_at = min(joined_at, excluded.joined_at)",
                  "tii", f->payload, f->learner, f->at);
}

bool apply_left(struct record *r, const struct fact *f, struct error *err)
{
    struct buf about = {0};
    if (!db_run(r->db, err,
                "UPDATE attendance SET left_at = iif(max(went_at, ?3) >= came_at, max(went_at, ?3), 0), went_at = max(went_at, ?3)"
                " WHERE programme = json_extract(?1,'$.programme') AND element = json_extract(?1,'$.element')"
                " AND session = json_extract(?1,'$.session') AND learner = ?2",
                "tii", f->payload, f->learner, f->at))
        return false;
    if (sqlite3_changes(db_handle(r->db)) > 0)
        return true;
    bool ok = name_stay(r, f, &about, err) && (about.len == 0 || fact_await(r, buf_text(&about), f, err));
    buf_free(&about);
    return ok;
}

/* ---- queries ---- */

#define COLUMNS "SELECT programme, element, session, learner, joined_at, left_at, late FROM attendance"
#define IN_ORDER " ORDER BY joined_at, learner"

static bool read_attendance(struct arena *a, sqlite3_stmt *s, void *row)
{
    const struct attendance read = {column_copy(a, s, 0),       column_copy(a, s, 1),       column_copy(a, s, 2),
                                    sqlite3_column_int64(s, 3), sqlite3_column_int64(s, 4), sqlite3_column_int64(s, 5),
                                    sqlite3_column_int(s, 6) != 0};
    *(struct attendance *)row = read;
    return read.programme != NULL && read.element != NULL && read.session != NULL;
}

bool record_attendance(struct record *r, struct arena *a, const char *programme, const char *session, int64_t learner,
                       struct attendance **items, size_t *count, struct error *err)
{
    /* One person's are found by who they are: a programme may have had hundreds. */
    static const char of_one[] = COLUMNS " WHERE learner = ?3 AND programme = ?1 AND (?2 IS NULL OR session = ?2)" IN_ORDER;
    static const char of_all[] = COLUMNS " WHERE programme = ?1 AND (?2 IS NULL OR session = ?2) AND ?3 = 0" IN_ORDER;
    *items = NULL;
    *count = 0;
    sqlite3_stmt *s = db_statement(r->db, learner != 0 ? of_one : of_all, err);
    if (s == NULL || !db_bind(s, "ssi", programme, session, learner))
        return false;
    *items = rows_read(r, a, s, sizeof **items, read_attendance, count, err);
    return *items != NULL;
}
