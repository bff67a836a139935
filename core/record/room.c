#include "core/record/room.h"

#include "core/base/clock.h"
#include "core/record/chain.h"

#include <sodium.h>
#include <string.h>

enum { KEY_BYTES = 16, PLACES_MOST = 2 * ROOM_PEOPLE_MOST, KEPT_DAYS = 30, TROUBLE_MOST = 300 };
#define DAY_MS ((int64_t)86400000)

/* None that is taken for another one when it is read aloud or copied from a board. */
const char room_letters[] = "ABCDEFGHJKMNPQRSTWXYZ";

bool room_code(const char *said, char code[ROOM_CODE + 1])
{
    size_t n = 0;
    for (; *said != '\0'; said++) {
        char c = *said >= 'a' && *said <= 'z' ? (char)(*said - 'a' + 'A') : *said;
        if (c == ' ' || c == '-')
            continue;
        if (n == ROOM_CODE || strchr(room_letters, c) == NULL)
            return false;
        code[n++] = c;
    }
    code[n] = '\0';
    return n == ROOM_CODE;
}

static void make_key(char key[2 * KEY_BYTES + 1])
{
    unsigned char random[KEY_BYTES];
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(key, 2 * KEY_BYTES + 1, random, sizeof random);
}

/* ---- screens ---- */

static bool insert(struct record *r, int64_t learner, bool leads, const char *code, const char *name, pid_t at, int64_t *id,
                   struct error *err)
{
    char key[2 * KEY_BYTES + 1];
    int64_t now = clock_wall_ms();
    make_key(key);
    if (!db_run(r->db, err, "DELETE FROM room WHERE over = 1 AND begun < ?", "i", now - KEPT_DAYS * DAY_MS) ||
        !db_run(r->db, err,
                "INSERT INTO room (learner, leads, key, name, here, code, at, begun) VALUES (?,?,?,?,0,?,?,?)", "iisssii", learner,
                (int64_t)leads, key, name, code, (int64_t)at, now))
        return false;
    *id = sqlite3_last_insert_rowid(db_handle(r->db));
    return true;
}

bool room_join(struct record *r, int64_t learner, const char *code, const char *name, pid_t at, int64_t *id, struct error *err)
{
    if (!event_crypto_ready(err) || !db_begin(r->db, err))
        return false;
    bool ok = db_number(r->db, id, 0, err,
                        "SELECT max(id) FROM room WHERE learner = ? AND code = ? AND leads = 0 AND phase < ?", "isi", learner, code,
                        (int64_t)ROOM_ENDED);
    if (ok && *id != 0)
        ok = db_run(r->db, err, "UPDATE room SET at = ?2, over = 0, name = ?3 WHERE id = ?1", "iis", *id, (int64_t)at, name);
    else if (ok)
        ok = insert(r, learner, false, code, name, at, id, err);
    if (ok)
        return db_commit(r->db, err);
    db_rollback(r->db);
    return false;
}

static bool plan_lists(struct record *r, int64_t id, const struct room_plan *plan, struct error *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < plan->expected_count && i < ROOM_PEOPLE_MOST; i++)
        ok = db_run(r->db, err,
                    "INSERT INTO room_person (room, place, name, state, late, done, of, answered, score)"
                    " VALUES (?, ?, ?, 0, 0, 0, -1, 0, -1)",
                    "iis", id, (int64_t)(ROOM_PEOPLE_MOST + i), plan->expected[i]);
    for (size_t i = 0; ok && i < plan->question_count && i < ROOM_QUESTIONS_MOST; i++)
        ok = db_run(r->db, err, "INSERT INTO room_question (room, place, question, text, revision) VALUES (?, ?, ?, ?, ?)", "iisss", id,
                    (int64_t)i, plan->questions[i], plan->texts[i], plan->revisions[i]);
    for (size_t i = 0; ok && i < plan->choice_count; i++)
        ok = db_run(r->db, err, "INSERT OR IGNORE INTO room_choice (room, question, choice, text, right) VALUES (?, ?, ?, ?, ?)", "isisi", id,
                    plan->choices[i].question, plan->choices[i].choice, plan->choices[i].text, (int64_t)plan->choices[i].right);
    return ok;
}

bool room_lead(struct record *r, int64_t learner, const struct room_plan *plan, const char *name, pid_t at, int64_t *id,
               struct error *err)
{
    if (!event_crypto_ready(err) || !db_begin(r->db, err))
        return false;
    char session[2 * KEY_BYTES + 1];
    make_key(session);
    bool ok = insert(r, learner, true, "", name, at, id, err) &&
              db_run(r->db, err,
                     "UPDATE room SET programme = ?, element = ?, session = ?, iri = ?, title = ?, module = ?, test = ?, starts = ?,"
                     " names = ?, here = ? WHERE id = ?",
                     "sssssssiiii", plan->programme, plan->element, session, plan->iri, plan->title, plan->module, plan->test,
                     plan->starts_ms, (int64_t)plan->names, (int64_t)plan->here, *id) &&
              plan_lists(r, *id, plan, err);
    if (ok)
        return db_commit(r->db, err);
    db_rollback(r->db);
    return false;
}

bool room_wish(struct record *r, int64_t id, enum room_wish wish, struct error *err)
{
    return db_run(r->db, err, "UPDATE room SET wish = ? WHERE id = ?", "ii", (int64_t)wish, id);
}

bool room_at(struct record *r, int64_t id, pid_t at, struct error *err)
{
    return db_run(r->db, err, "UPDATE room SET at = ? WHERE id = ?", "ii", (int64_t)at, id);
}

bool room_away(struct record *r, int64_t learner, pid_t at, struct error *err)
{
    int64_t any = 0;
    return db_number(r->db, &any, 0, err, "SELECT count(*) FROM room WHERE at = ?2 AND over = 0 AND (?1 = 0 OR learner = ?1)",
                     "ii", learner, (int64_t)at) &&
           (any == 0 || db_run(r->db, err, "UPDATE room SET at = 0 WHERE at = ?2 AND over = 0 AND (?1 = 0 OR learner = ?1)", "ii",
                               learner, (int64_t)at));
}

/* ---- looking ---- */

#define COLUMNS                                                                                                                \
    "SELECT id, learner, leads, key, name, here, code, place, held_by, programme, element, session, iri, title, module, test," \
    " starts, names, phase, wish, people, at, begun, joined_at, left_at, sent, over, trouble FROM room "

static bool read_room(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct room *x = row;
    const char **texts[] = {&x->key, &x->name, NULL, &x->code, &x->place, &x->held_by, &x->programme, &x->element, &x->session,
                            &x->iri, &x->title, &x->module, &x->test};
    x->id = sqlite3_column_int64(s, 0);
    x->learner = sqlite3_column_int64(s, 1);
    x->leads = sqlite3_column_int(s, 2) != 0;
    x->here = sqlite3_column_int(s, 5) != 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i] != NULL && (*texts[i] = column_copy(a, s, (int)i + 3)) == NULL)
            return false;
    x->starts_ms = sqlite3_column_int64(s, 16);
    x->names = sqlite3_column_int(s, 17) != 0;
    x->phase = (enum room_phase)sqlite3_column_int(s, 18);
    x->wish = (enum room_wish)sqlite3_column_int(s, 19);
    x->people = sqlite3_column_int64(s, 20);
    x->at = (pid_t)sqlite3_column_int(s, 21);
    x->begun_at = sqlite3_column_int64(s, 22);
    x->joined_at = sqlite3_column_int64(s, 23);
    x->left_at = sqlite3_column_int64(s, 24);
    x->sent = sqlite3_column_int64(s, 25);
    x->over = sqlite3_column_int(s, 26) != 0;
    return (x->trouble = column_copy(a, s, 27)) != NULL;
}

static bool read_one(struct record *r, struct arena *a, sqlite3_stmt *s, const struct room **found, struct error *err)
{
    size_t count;
    const struct room *rows = rows_read(r, a, s, sizeof *rows, read_room, &count, err);
    *found = rows != NULL && count > 0 ? rows : NULL;
    return rows != NULL;
}

bool room_get(struct record *r, struct arena *a, int64_t id, const struct room **found, struct error *err)
{
    *found = NULL;
    sqlite3_stmt *s = db_statement(r->db, COLUMNS "WHERE id = ?", err);
    return s != NULL && db_bind(s, "i", id) && read_one(r, a, s, found, err);
}

bool room_last(struct record *r, struct arena *a, int64_t learner, int64_t since, const struct room **found, struct error *err)
{
    *found = NULL;
    sqlite3_stmt *s = db_statement(
        r->db, COLUMNS "WHERE learner = ? AND leads = 0 AND joined_at >= ? AND joined_at > 0 ORDER BY joined_at DESC, id DESC LIMIT 1", err);
    int64_t led;
    if (s == NULL || !db_bind(s, "ii", learner, since) || !read_one(r, a, s, found, err))
        return false;
    if (*found == NULL)
        return true;
    struct room *room = arena_alloc(a, sizeof *room);
    if (room == NULL)
        return error_memory(err);
    *room = **found;
    *found = room;
    if (!db_number(r->db, &led, 0, err, "SELECT max(phase) FROM room WHERE session = ? AND leads = 1", "s", room->session))
        return false;
    room->phase = led > (int64_t)room->phase ? (enum room_phase)led : room->phase;
    return true;
}

bool room_list(struct record *r, struct arena *a, int64_t learner, const struct room **items, size_t *count, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db, COLUMNS "WHERE over = 0 AND (?1 = 0 OR learner = ?1) ORDER BY id DESC", err);
    if (s == NULL || !db_bind(s, "i", learner))
        return false;
    *items = rows_read(r, a, s, sizeof **items, read_room, count, err);
    return *items != NULL;
}

bool room_attempt(struct record *r, int64_t learner, const char *session, const char *module, struct room_attempt *found,
                  struct error *err)
{
    *found = (struct room_attempt){.score = -1};
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT state, score FROM attempt WHERE session <> '' AND session = ? AND learner = ?"
                                   " AND module = ? AND state < 2 AND purpose = 0 ORDER BY started_at DESC, id DESC LIMIT 1",
                                   err);
    if (s == NULL || !db_bind(s, "sis", session, learner, module))
        return false;
    int got = db_step(r->db, s, err);
    if (got > 0) {
        *found = (struct room_attempt){true, sqlite3_column_int(s, 0) == 1, sqlite3_column_double(s, 1)};
        sqlite3_reset(s);
    }
    return got >= 0;
}

static bool read_person(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct room_person *x = row;
    *x = (struct room_person){column_copy(a, s, 0),       (enum room_person_state)sqlite3_column_int(s, 1),
                              sqlite3_column_int(s, 2) != 0, sqlite3_column_int64(s, 3),
                              sqlite3_column_int64(s, 4), sqlite3_column_int64(s, 5),
                              sqlite3_column_double(s, 6), sqlite3_column_int64(s, 7),
                              sqlite3_column_int64(s, 8)};
    return x->name != NULL;
}

bool room_people(struct record *r, struct arena *a, int64_t id, struct room_person **items, size_t *count, struct error *err)
{
    sqlite3_stmt *s = db_statement(
        r->db,
        "SELECT name, state, late, done, of, answered, score, joined_at, left_at FROM room_person x WHERE room = ?1 AND NOT (state = 0 AND EXISTS"
        " (SELECT 1 FROM room_person y WHERE y.room = ?1 AND y.state > 0 AND y.name = x.name COLLATE NOCASE)) ORDER BY place",
        err);
    if (s == NULL || !db_bind(s, "i", id))
        return false;
    *items = rows_read(r, a, s, sizeof **items, read_person, count, err);
    return *items != NULL;
}

static bool read_question(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct room_question *x = row;
    *x = (struct room_question){column_copy(a, s, 0), column_copy(a, s, 1), sqlite3_column_int64(s, 2), sqlite3_column_int64(s, 3), sqlite3_column_int64(s, 4),
                                column_copy(a, s, 5)};
    return x->question != NULL && x->text != NULL && x->revision != NULL;
}

bool room_questions(struct record *r, struct arena *a, int64_t id, struct room_question **items, size_t *count,
                    struct error *err)
{
    sqlite3_stmt *s =
        db_statement(r->db, "SELECT question, text, answers, right, other, revision FROM room_question WHERE room = ? ORDER BY place", err);
    if (s == NULL || !db_bind(s, "i", id))
        return false;
    *items = rows_read(r, a, s, sizeof **items, read_question, count, err);
    return *items != NULL;
}

/* ---- the follower ---- */

/* "IS NOT" of all at once: a state that is the same writes nothing, and nobody draws again for it. */
bool room_heard(struct record *r, const struct room *room, const struct room_heard *h, struct error *err)
{
    return db_run(r->db, err,
                  "UPDATE room SET phase = ?2, code = coalesce(?3, code), place = coalesce(?4, place), held_by = coalesce(?5, held_by),"
                  " programme = coalesce(?6, programme), element = coalesce(?7, element), session = coalesce(?8, session),"
                  " iri = coalesce(?9, iri), title = coalesce(?10, title), module = coalesce(?11, module),"
                  " test = coalesce(?12, test), trouble = coalesce(?13, trouble), starts = iif(?14 < 0, starts, ?14),"
                  " people = iif(?15 < 0, people, ?15), names = iif(?16 < 0, names, ?16), wish = iif(wish = ?17, 0, wish)"
                  " WHERE id = ?1 AND NOT (phase = ?2 AND code = coalesce(?3, code) AND place = coalesce(?4, place)"
                  " AND held_by = coalesce(?5, held_by) AND programme = coalesce(?6, programme)"
                  " AND element = coalesce(?7, element) AND session = coalesce(?8, session) AND iri = coalesce(?9, iri)"
                  " AND title = coalesce(?10, title) AND module = coalesce(?11, module) AND test = coalesce(?12, test)"
                  " AND trouble = coalesce(?13, trouble) AND (?14 < 0 OR starts = ?14) AND (?15 < 0 OR people = ?15)"
                  " AND (?16 < 0 OR names = ?16) AND (?17 = 0 OR wish <> ?17))",
                  "iisssssssssssiiii", room->id, (int64_t)h->phase, h->code, h->place, h->held_by, h->programme, h->element,
                  h->session, h->iri, h->title, h->module, h->test, h->trouble, h->starts_ms, h->people, (int64_t)h->names,
                  (int64_t)h->fulfilled);
}

bool room_trouble(struct record *r, const struct room *room, const char *trouble, struct error *err)
{
    char cut[TROUBLE_MOST + 1];
    size_t n = text_cut(trouble, strlen(trouble), TROUBLE_MOST);
    memcpy(cut, trouble, n);
    cut[n] = '\0';
    return strcmp(room->trouble, cut) == 0 || db_run(r->db, err, "UPDATE room SET trouble = ? WHERE id = ?", "si", cut, room->id);
}

static bool same_people(struct record *r, int64_t id, const struct room_person *people, size_t count, bool expected)
{
    struct arena *a = arena_open();
    size_t n = 0;
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT name, state, late, done, of, answered, score, joined_at, left_at FROM room_person WHERE room = ?"
                                   " AND (state > 0 OR ?) ORDER BY place",
                                   NULL);
    struct room_person *old = a != NULL && s != NULL && db_bind(s, "ii", id, (int64_t)expected) ? rows_read(r, a, s, sizeof *old, read_person, &n, NULL) : NULL;
    bool same = old != NULL && n == count;
    for (size_t i = 0; same && i < count; i++)
        same = strcmp(old[i].name, people[i].name) == 0 && old[i].state == people[i].state && old[i].late == people[i].late &&
               old[i].done == people[i].done && old[i].of == people[i].of && old[i].answered == people[i].answered &&
               (int)(old[i].score * 100) == (int)(people[i].score * 100) && old[i].joined_at == people[i].joined_at &&
               old[i].left_at == people[i].left_at;
    arena_close(a);
    return same;
}

bool room_people_heard(struct record *r, int64_t id, const struct room_person *people, size_t count, bool expected, struct error *err)
{
    if (same_people(r, id, people, count, expected))
        return true;
    if (!db_begin(r->db, err))
        return false;
    bool ok = db_run(r->db, err, "DELETE FROM room_person WHERE room = ? AND (state > 0 OR ?)", "ii", id, (int64_t)expected);
    for (size_t i = 0; ok && i < count && i < PLACES_MOST; i++)
        ok = db_run(r->db, err, "INSERT INTO room_person VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "iisiiiiidii", id,
                    (int64_t)i + (people[i].state == ROOM_EXPECTED ? ROOM_PEOPLE_MOST : 0),
                    people[i].name, (int64_t)people[i].state, (int64_t)people[i].late, people[i].done, people[i].of,
                    people[i].answered, people[i].score, people[i].joined_at, people[i].left_at);
    if (ok)
        return db_commit(r->db, err);
    db_rollback(r->db);
    return false;
}

static bool put_question(struct record *r, int64_t id, const struct room_question *q, struct error *err)
{
    return db_run(r->db, err,
                  "UPDATE room_question SET answers = ?3, right = ?4, other = ?5 WHERE room = ?1 AND question = ?2"
                  " AND NOT (answers = ?3 AND right = ?4 AND other = ?5)",
                  "isiii", id, q->question, q->answers, q->right, q->other) &&
           db_run(r->db, err,
                  "INSERT INTO room_question (room, place, question, text, answers, right) SELECT ?1,"
                  " (SELECT coalesce(max(place), 0) + 1 FROM room_question WHERE room = ?1), ?2, ?2, ?3, ?4"
                  " WHERE NOT EXISTS (SELECT 1 FROM room_question WHERE room = ?1 AND question = ?2)"
                  " AND (SELECT count(*) FROM room_question WHERE room = ?1) < ?5",
                  "isiii", id, q->question, q->answers, q->right, (int64_t)ROOM_QUESTIONS_MOST);
}

bool room_questions_heard(struct record *r, int64_t id, const struct room_question *questions, size_t count, struct error *err)
{
    struct arena *a = arena_open();
    struct room_question *old;
    size_t n = 0, same = 0;
    bool ok = a != NULL ? room_questions(r, a, id, &old, &n, err) : error_memory(err);
    for (size_t i = 0; ok && i < count; i++)
        for (size_t k = 0; k < n; k++)
            same += strcmp(old[k].question, questions[i].question) == 0 && old[k].answers == questions[i].answers &&
                    old[k].right == questions[i].right && old[k].other == questions[i].other;
    arena_close(a);
    if (!ok || same == count)
        return ok;
    if (!db_begin(r->db, err))
        return false;
    for (size_t i = 0; ok && i < count; i++)
        ok = put_question(r, id, &questions[i], err);
    if (ok)
        return db_commit(r->db, err);
    db_rollback(r->db);
    return false;
}

/* ---- choices ---- */

static bool read_choice(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct room_choice *x = row;
    *x = (struct room_choice){column_copy(a, s, 0), sqlite3_column_int64(s, 1), column_copy(a, s, 2), sqlite3_column_int(s, 3) != 0,
                              sqlite3_column_int64(s, 4)};
    return x->question != NULL && x->text != NULL;
}

bool room_choices(struct record *r, struct arena *a, int64_t id, struct room_choice **items, size_t *count, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT question, choice, text, right, picks FROM room_choice WHERE room = ? ORDER BY question, choice", err);
    if (s == NULL || !db_bind(s, "i", id))
        return false;
    *items = rows_read(r, a, s, sizeof **items, read_choice, count, err);
    return *items != NULL;
}

static bool same_choices(struct record *r, int64_t id, const struct room_choice *choices, size_t count)
{
    struct arena *a = arena_open();
    struct room_choice *old;
    size_t n = 0, same = 0;
    bool ok = a != NULL && room_choices(r, a, id, &old, &n, NULL);
    for (size_t i = 0; ok && i < count; i++)
        for (size_t k = 0; k < n; k++)
            same += old[k].choice == choices[i].choice && old[k].picks == choices[i].picks && strcmp(old[k].question, choices[i].question) == 0;
    arena_close(a);
    return same == count;
}

bool room_choices_heard(struct record *r, int64_t id, const struct room_choice *choices, size_t count, struct error *err)
{
    if (same_choices(r, id, choices, count))
        return true;
    if (!db_begin(r->db, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = db_run(r->db, err, "UPDATE room_choice SET picks = 0 WHERE room = ? AND question = ? AND picks < 0", "is", id, choices[i].question);
    for (size_t i = 0; ok && i < count; i++)
        ok = db_run(r->db, err,
                    "INSERT INTO room_choice (room, question, choice, text, right, picks) SELECT ?1, ?2, ?3, '', 0, ?4"
                    " WHERE EXISTS (SELECT 1 FROM room_question WHERE room = ?1 AND question = ?2)"
                    " ON CONFLICT (room, question, choice) DO UPDATE SET picks = excluded.picks",
                    "isii", id, choices[i].question, choices[i].choice, choices[i].picks);
    if (ok)
        return db_commit(r->db, err);
    db_rollback(r->db);
    return false;
}

/* ---- what is told ---- */

static bool read_answer(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct room_answer *x = row;
    *x = (struct room_answer){sqlite3_column_int64(s, 0), column_copy(a, s, 1), column_copy(a, s, 4), column_copy(a, s, 3), sqlite3_column_double(s, 2)};
    return x->question != NULL && x->revision != NULL && x->response != NULL;
}

bool room_answers(struct record *r, struct arena *a, const struct room *room, size_t most, struct room_answer **items,
                  size_t *count, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT a.position, a.question, a.fraction, a.response, a.question_revision FROM attempt t JOIN answer a ON a.attempt = t.id"
                                   " WHERE t.session <> '' AND t.session = ? AND t.learner = ? AND t.module = ? AND t.purpose = 0"
                                   " AND a.position > ? AND a.position >> 40 < 1 << 21 ORDER BY a.position LIMIT ?", /* another device sends its own */
                                   err);
    if (s == NULL || !db_bind(s, "sisii", room->session, room->learner, room->module, room->sent, (int64_t)most))
        return false;
    *items = rows_read(r, a, s, sizeof **items, read_answer, count, err);
    return *items != NULL;
}

bool room_sent(struct record *r, int64_t id, int64_t position, struct error *err)
{
    return db_run(r->db, err, "UPDATE room SET sent = ?2 WHERE id = ?1 AND sent < ?2", "ii", id, position);
}

bool room_joined_at(struct record *r, int64_t id, int64_t joined_at, int64_t left_at, struct error *err)
{
    return db_run(r->db, err, "UPDATE room SET joined_at = ?, left_at = ? WHERE id = ?", "iii", joined_at, left_at, id);
}

bool room_over(struct record *r, int64_t id, struct error *err)
{
    return db_run(r->db, err, "UPDATE room SET over = 1, at = 0 WHERE id = ?", "i", id);
}
