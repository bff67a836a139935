#include "core/record/roll.h"

#include "core/base/clock.h"
#include "core/record/fact.h"

/* ---- keeping ---- */

struct present {
    struct room_person as;
    int64_t place, learner;
    bool own; /* their attendance is here */
};

/* Two of one name in the room, or here, may be anybody. */
static const char in_the_room[] =
    "SELECT p.name, p.state, p.late, p.done, p.of, p.answered, p.score, p.joined_at, p.left_at, p.place, coalesce(k.number, 0),"
    " EXISTS (SELECT 1 FROM attendance t WHERE t.learner = k.number AND t.session = ?2)"
    " FROM room_person p LEFT JOIN learner k ON k.number = (SELECT iif(count(*) = 1, max(l.number), 0) FROM learner l WHERE l.removed = 0"
    " AND (l.name = p.name COLLATE NOCASE OR l.account = p.name COLLATE NOCASE))"
    " AND (SELECT count(*) FROM room_person o WHERE o.room = ?1 AND o.state > 0 AND o.name = p.name COLLATE NOCASE) < 2"
    " WHERE p.room = ?1 AND NOT (p.state = 0 AND EXISTS"
    " (SELECT 1 FROM room_person y WHERE y.room = ?1 AND y.state > 0 AND y.name = p.name COLLATE NOCASE)) ORDER BY p.place";

static bool read_present(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct present *x = row;
    *x = (struct present){.as = {.name = column_copy(a, s, 0),
                                 .state = (enum room_person_state)sqlite3_column_int(s, 1),
                                 .late = sqlite3_column_int(s, 2) != 0,
                                 .done = sqlite3_column_int64(s, 3),
                                 .of = sqlite3_column_int64(s, 4),
                                 .score = sqlite3_column_double(s, 6),
                                 .joined_at = sqlite3_column_int64(s, 7),
                                 .left_at = sqlite3_column_int64(s, 8)},
                          .place = sqlite3_column_int64(s, 9),
                          .learner = sqlite3_column_int64(s, 10),
                          .own = sqlite3_column_int(s, 11) != 0};
    return x->as.name != NULL;
}

static void add_present(struct json *j, const struct room *room, const struct present *p)
{
    json_open_object(j, NULL);
    json_int(j, "place", p->place);
    json_string(j, "name", p->as.name);
    json_bool(j, "came", p->as.state != ROOM_EXPECTED);
    json_bool(j, "late", p->as.late);
    json_int(j, "done", p->as.done);
    json_int(j, "of", p->as.of);
    if (room->names && p->as.score >= 0)
        json_double(j, "score", p->as.score);
    if (p->as.joined_at != 0) { /* who is there at its end leaves with it */
        json_int(j, "joined", p->as.joined_at);
        json_int(j, "left", p->as.left_at != 0 ? p->as.left_at : clock_wall_ms());
    }
    json_close_object(j);
}

/* One event: of that learner, or (0) of all whom this record doesn't know. */
static bool append(struct record *r, const struct room *room, const struct present *all, size_t count, int64_t learner, struct error *err)
{
    const struct subject subject = {.iri = room->iri, .title = room->title};
    struct json *j = chain_event(r, "session.held", learner, &subject, NULL);
    json_string(j, "test", room->test);
    json_open_array(j, "people");
    for (size_t i = 0; i < count; i++)
        if (!all[i].own && all[i].learner == learner)
            add_present(j, room, &all[i]);
    json_close_array(j);
    return chain_append(r, NULL, err);
}

static bool append_all(struct record *r, const struct room *room, const struct present *all, size_t count, struct error *err)
{
    bool others = false, ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        others = others || (all[i].learner == 0 && !all[i].own);
        if (all[i].learner != 0 && !all[i].own)
            ok = append(r, room, all, count, all[i].learner, err);
    }
    return ok && (!others || append(r, room, all, count, 0, err));
}

bool roll_keep(struct record *r, const struct room *room, struct error *err)
{
    const struct circumstances here = {.programme = room->programme, .element = room->element, .session = room->session};
    struct arena *a = arena_open();
    size_t count = 0, came = 0;
    sqlite3_stmt *s = a != NULL ? db_statement(r->db, in_the_room, err) : NULL;
    struct present *all =
        s != NULL && db_bind(s, "is", room->id, room->session) ? rows_read(r, a, s, sizeof *all, read_present, &count, err) : NULL;
    for (size_t i = 0; all != NULL && i < count; i++)
        came += all[i].as.state != ROOM_EXPECTED;
    bool ok = all != NULL || (a == NULL && error_memory(err));
    if (ok && came > 0) {
        struct buf before = r->circumstances;
        r->circumstances = (struct buf){0};
        ok = record_circumstances(r, &here, err) && chain_begin(r, err) && append_all(r, room, all, count, err) && chain_commit(r, err);
        buf_free(&r->circumstances);
        r->circumstances = before;
    }
    arena_close(a);
    return ok;
}

/* ---- deriving ---- */

bool apply_held(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err,
                  "INSERT OR REPLACE INTO roll (programme, element, session, place, learner, name, came, late, done, of, test, score, joined_at, left_at)"
                  " SELECT json_extract(?1,'$.programme'), json_extract(?1,'$.element'), json_extract(?1,'$.session'),"
                  " json_extract(p.value,'$.place'), ?2, json_extract(p.value,'$.name'), coalesce(json_extract(p.value,'$.came'), 0),"
                  " coalesce(json_extract(p.value,'$.late'), 0), coalesce(json_extract(p.value,'$.done'), 0),"
                  " coalesce(json_extract(p.value,'$.of'), -1), coalesce(json_extract(?1,'$.test'), ''),"
                  " coalesce(json_extract(p.value,'$.score'), -1), coalesce(json_extract(p.value,'$.joined'), 0),"
                  " coalesce(json_extract(p.value,'$.left'), 0) FROM json_each(?1,'$.people') p"
                  " WHERE json_extract(?1,'$.session') IS NOT NULL AND json_extract(p.value,'$.name') IS NOT NULL",
                  "ti", f->payload, f->learner);
}

/* ---- queries ---- */

static bool read_roll(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct roll *x = row;
    *x = (struct roll){.element = column_copy(a, s, 0),
                       .session = column_copy(a, s, 1),
                       .learner = sqlite3_column_int64(s, 2),
                       .name = column_copy(a, s, 3),
                       .came = sqlite3_column_int(s, 4) != 0,
                       .late = sqlite3_column_int(s, 5) != 0,
                       .done = sqlite3_column_int64(s, 6),
                       .of = sqlite3_column_int64(s, 7),
                       .test = column_copy(a, s, 8),
                       .score = sqlite3_column_double(s, 9),
                       .joined_at = sqlite3_column_int64(s, 10),
                       .left_at = sqlite3_column_int64(s, 11)};
    return x->element != NULL && x->session != NULL && x->name != NULL && x->test != NULL;
}

const struct roll *roll_of(struct record *r, struct arena *a, const char *programme, size_t *count, struct error *err)
{
    static const char of[] = "SELECT element, session, learner, name, came, late, done, of, test, score, joined_at, left_at FROM roll WHERE programme = ?"
                             " ORDER BY element, session, place";
    sqlite3_stmt *s = db_statement(r->db, of, err);
    *count = 0;
    return s != NULL && db_bind(s, "s", programme) ? rows_read(r, a, s, sizeof(struct roll), read_roll, count, err) : NULL;
}
