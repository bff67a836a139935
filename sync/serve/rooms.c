#include <jansson.h>

#include "sync/serve/rooms.h"

#include "core/base/clock.h"
#include "core/base/db.h"
#include "core/base/json.h"
#include "core/record/room.h"
#include "sync/serve/rate.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    OK = 200, BAD = 400, FORBIDDEN = 403, NOT_FOUND = 404, GONE = 410, TOO_MANY = 429, FAILED = 503, /* of HTTP */
    KEY = 32,
    TEXT_MOST = 300,
    EACH_MOST = 16,      /* sessions that one asker may have on at a time */
    GUESSES = 30,        /* codes at once, then one a second */
    LATE_MS = 5 * 60000, /* who comes so long after the beginning is late */
    TELL_MS = 15000,     /* so long an end is told to who was there */
};
#define KEPT_MS ((int64_t)30 * 86400000)
#define LONGEST_MS ((int64_t)24 * 3600000) /* who forgets to end a session ends it so */

static const char *const migrations[] = {
#include "sync/serve/room-001.sql.inc"
};
static const struct db_schema schema = {.name = "sessions", .migrations = migrations, .count = sizeof migrations / sizeof *migrations,
                                        .damaged = "delete it: only sessions that are on lose by it"};

struct rooms {
    struct db *db;
    struct rate *guesses;
    pthread_mutex_t lock;
    int64_t ended_ms; /* when one ended here, of the monotonic clock; 0: none did */
};

static const char *const phases[] = {"", "waiting", "open", "closed", "ended"};

static bool forget_old(struct rooms *r, struct error *err)
{
    int64_t now = clock_wall_ms();
    return db_run(r->db, err, "UPDATE room SET ended = ?1, phase = 4 WHERE ended = 0 AND made < ?2", "ii", now, now - LONGEST_MS) &&
           db_run(r->db, err, "DELETE FROM room WHERE ended > 0 AND ended < ?", "i", now - KEPT_MS);
}

struct rooms *rooms_open(const char *dir, struct error *err)
{
    struct rooms *r = calloc(1, sizeof *r);
    struct buf path = {0};
    buf_addf(&path, "%s/room.db", dir);
    if (r == NULL || !buf_ok(&path) || pthread_mutex_init(&r->lock, NULL) != 0) {
        free(r);
        buf_free(&path);
        error_memory(err);
        return NULL;
    }
    r->guesses = rate_open(1, GUESSES);
    r->db = r->guesses != NULL ? db_open(buf_text(&path), DB_CREATE, &schema, err) : (error_memory(err), NULL);
    buf_free(&path);
    if (r->db != NULL && forget_old(r, err))
        return r;
    rooms_close(r);
    return NULL;
}

void rooms_close(struct rooms *r)
{
    if (r == NULL)
        return;
    db_close(r->db);
    rate_close(r->guesses);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

/* ---- a request ---- */

struct asking {
    struct rooms *rooms;
    const struct asker *who;
    const json_t *root;
    struct buf *out;
    struct error err;
};

static unsigned refuse(struct asking *q, unsigned status, const char *why)
{
    buf_clear(q->out);
    buf_addf(q->out, "%s\n", why);
    return status;
}

static unsigned failed(struct asking *q)
{
    return refuse(q, FAILED, "it could not be stored or read");
}

/* A text member that could stand on a screen; "" where it is missing; NULL where it can't be taken. */
static const char *text_of(const struct asking *q, const char *name, size_t most)
{
    const json_t *v = json_object_get(q->root, name);
    if (v == NULL)
        return "";
    const char *text = json_string_value(v);
    size_t n = text != NULL ? json_string_length(v) : 0;
    return text != NULL && n <= most && strlen(text) == n && text_control(text, n) == n ? text : NULL;
}

static bool is_key(const char *text)
{
    return text != NULL && strlen(text) == KEY && text[strspn(text, "0123456789abcdef")] == '\0';
}

static int64_t number_of(const struct asking *q, const char *name, int64_t least, int64_t most, int64_t missing)
{
    const json_t *v = json_object_get(q->root, name);
    int64_t n = json_is_integer(v) ? (int64_t)json_integer_value(v) : missing;
    return n < least || n > most ? missing : n;
}

struct found {
    char session[TEXT_MOST + 1];
    char code[ROOM_CODE + 1];
    char key[KEY + 1];
    int64_t phase, starts, names, ended;
    bool any;
};

static void copy_text(char *to, size_t size, const char *text)
{
    snprintf(to, size, "%s", text);
}

/* The session by its id or, where that is "", by its code. false when the database fails. */
static bool find(struct asking *q, const char *session, const char *code, struct found *f)
{
    *f = (struct found){0};
    sqlite3_stmt *s = db_statement(q->rooms->db,
                                   "SELECT session, code, key, phase, starts, names, ended FROM room"
                                   " WHERE (?1 <> '' AND session = ?1) OR (?1 = '' AND code = ?2 AND ended = 0)",
                                   &q->err);
    if (s == NULL || !db_bind(s, "ss", session, code))
        return false;
    int got = db_step(q->rooms->db, s, &q->err);
    if (got > 0) {
        copy_text(f->session, sizeof f->session, db_text(s, 0));
        copy_text(f->code, sizeof f->code, db_text(s, 1));
        copy_text(f->key, sizeof f->key, db_text(s, 2));
        f->phase = sqlite3_column_int64(s, 3);
        f->starts = sqlite3_column_int64(s, 4);
        f->names = sqlite3_column_int64(s, 5);
        f->ended = sqlite3_column_int64(s, 6);
        f->any = true;
        sqlite3_reset(s);
    }
    return got >= 0;
}

/* Who was not heard of for ten seconds is not here. */
#define HERE "here = 1 AND seen <= ?2 AND seen > ?2 - 10000"

/* What those who take part may know. */
static unsigned tell(struct asking *q, const struct found *f, bool late)
{
    static const char *const names[] = {"session", "programme", "element", "iri", "title", "module", "test"};
    int64_t people = 0, now = clock_monotonic_ms();
    struct json j = {.out = q->out};
    if (!db_number(q->rooms->db, &people, 0, &q->err, "SELECT count(*) FROM person WHERE session = ?1 AND " HERE, "si", f->session, now))
        return failed(q);
    sqlite3_stmt *s = db_statement(q->rooms->db,
                                   "SELECT session, programme, element, iri, title, module, test, phase FROM room WHERE session = ?",
                                   &q->err);
    if (s == NULL || !db_bind(s, "s", f->session) || db_step(q->rooms->db, s, &q->err) != 1)
        return failed(q);
    json_open_object(&j, NULL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        json_string(&j, names[i], db_text(s, (int)i));
    json_string(&j, "phase", phases[sqlite3_column_int(s, 7)]);
    sqlite3_reset(s);
    json_int(&j, "starts", f->starts);
    json_bool(&j, "names", f->names != 0);
    json_int(&j, "people", people);
    json_bool(&j, "late", late);
    json_close_object(&j);
    return OK;
}

/* ---- those who take part ---- */

static unsigned look(struct asking *q)
{
    struct found f;
    char code[ROOM_CODE + 1];
    const char *said = text_of(q, "code", TEXT_MOST);
    if (said == NULL || !room_code(said, code))
        return refuse(q, BAD, "that is no code");
    if (!rate_take(q->rooms->guesses, q->who->id, clock_monotonic_ms()))
        return refuse(q, TOO_MANY, "so many codes are too many");
    if (!find(q, "", code, &f))
        return failed(q);
    return f.any ? tell(q, &f, false) : refuse(q, NOT_FOUND, "no session has this code");
}

/* *number 0: nobody has that key. */
static bool find_person(struct asking *q, const char *session, const char *key, int64_t *number, int64_t *asker, bool *late)
{
    *number = *asker = 0;
    sqlite3_stmt *s =
        db_statement(q->rooms->db, "SELECT number, asker, late FROM person WHERE session = ? AND key = ?", &q->err);
    if (s == NULL || !db_bind(s, "ss", session, key))
        return false;
    int got = db_step(q->rooms->db, s, &q->err);
    if (got > 0) {
        *number = sqlite3_column_int64(s, 0);
        *asker = sqlite3_column_int64(s, 1);
        *late = sqlite3_column_int(s, 2) != 0;
        sqlite3_reset(s);
    }
    return got >= 0;
}

static bool add_person(struct asking *q, const struct found *f, const char *key, const char *name, bool late)
{
    return db_run(q->rooms->db, &q->err,
                  "INSERT INTO person (session, key, asker, via, name, late, here, seen, done, of, score)"
                  " VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0, -1, -1)",
                  "ssissi", f->session, key, q->who->id, q->who->name, name, (int64_t)late);
}

static bool take_answers(struct asking *q, int64_t person)
{
    const json_t *list = json_object_get(q->root, "answers");
    int64_t have = 0;
    if (!db_number(q->rooms->db, &have, 0, &q->err, "SELECT count(*) FROM answer WHERE person = ?", "i", person))
        return false;
    for (size_t i = 0; i < json_array_size(list) && i < ROOM_QUESTIONS_MOST; i++) {
        const json_t *id = json_array_get(json_array_get(list, i), 0), *value = json_array_get(json_array_get(list, i), 1);
        const char *question = json_string_value(id);
        double fraction = json_is_number(value) ? json_number_value(value) : -1;
        if (question == NULL || strlen(question) > TEXT_MOST || text_control(question, strlen(question)) != strlen(question) ||
            !(fraction >= 0 && fraction <= 1) || have + (int64_t)i >= 2 * ROOM_QUESTIONS_MOST)
            continue;
        if (!db_run(q->rooms->db, &q->err, "INSERT OR REPLACE INTO answer (person, question, fraction) VALUES (?, ?, ?)", "isd",
                    person, question, fraction))
            return false;
    }
    return true;
}

static bool take_state(struct asking *q, const struct found *f, int64_t person)
{
    bool here = json_is_true(json_object_get(q->root, "here"));
    const json_t *score = json_object_get(q->root, "score");
    double points = json_is_number(score) ? json_number_value(score) : -1;
    int64_t of = number_of(q, "of", 0, 1000, -1);
    if (!(points >= 0 && points <= 100))
        points = -1;
    return db_run(q->rooms->db, &q->err,
                  "UPDATE person SET here = ?2, seen = ?3, done = ?4, of = ?5, score = iif(?6 < 0, score, ?6),"
                  " told = ?7 WHERE number = ?1",
                  "iiiiidi", person, (int64_t)here, clock_monotonic_ms(), number_of(q, "done", 0, 1000, 0), of, points,
                  (int64_t)(f->ended != 0)) &&
           take_answers(q, person);
}

static unsigned here(struct asking *q)
{
    struct found f;
    char code[ROOM_CODE + 1];
    const char *key = text_of(q, "key", KEY), *said = text_of(q, "code", TEXT_MOST), *session = text_of(q, "session", TEXT_MOST),
               *name = text_of(q, "name", ROOM_NAME_MOST);
    int64_t person, asker, people = 0;
    bool late = false;
    if (!is_key(key) || said == NULL || session == NULL || name == NULL || name[0] == '\0' || !room_code(said, code))
        return refuse(q, BAD, "that is no request of a learner's");
    if (session[0] == '\0' && !rate_take(q->rooms->guesses, q->who->id, clock_monotonic_ms()))
        return refuse(q, TOO_MANY, "so many codes are too many");
    if (!find(q, session, code, &f))
        return failed(q);
    if (!f.any || strcmp(f.code, code) != 0)
        return refuse(q, NOT_FOUND, "no session has this code");
    if (!find_person(q, f.session, key, &person, &asker, &late))
        return failed(q);
    if (person != 0 && asker != q->who->id)
        return refuse(q, FORBIDDEN, "that is somebody else's key");
    if (person == 0 && f.ended != 0)
        return refuse(q, GONE, "the session is over");
    if (person == 0) {
        late = f.starts != 0 && clock_wall_ms() > f.starts + LATE_MS;
        if (!db_number(q->rooms->db, &people, 0, &q->err, "SELECT count(*) FROM person WHERE session = ?", "s", f.session))
            return failed(q);
        if (people >= ROOM_PEOPLE_MOST)
            return refuse(q, FORBIDDEN, "the session is full");
        if (!add_person(q, &f, key, name, late) || !find_person(q, f.session, key, &person, &asker, &late))
            return failed(q);
    }
    return take_state(q, &f, person) ? tell(q, &f, late) : failed(q);
}

/* ---- the trainer ---- */

static bool add_people(struct asking *q, const struct found *f, struct json *j)
{
    sqlite3_stmt *s = db_statement(q->rooms->db,
                                   "SELECT name, via, " HERE ", late, done, of, score,"
                                   " (SELECT count(*) FROM answer WHERE person = number) FROM person WHERE session = ?1 ORDER BY number",
                                   &q->err);
    if (s == NULL || !db_bind(s, "si", f->session, clock_monotonic_ms()))
        return false;
    int got;
    json_open_array(j, "people");
    while ((got = db_step(q->rooms->db, s, &q->err)) > 0) {
        json_open_object(j, NULL);
        json_string(j, "name", db_text(s, 0));
        json_string(j, "via", db_text(s, 1));
        json_bool(j, "here", sqlite3_column_int(s, 2) != 0);
        json_bool(j, "late", sqlite3_column_int(s, 3) != 0);
        json_int(j, "done", sqlite3_column_int64(s, 4));
        json_int(j, "of", sqlite3_column_int64(s, 5));
        json_int(j, "answered", sqlite3_column_int64(s, 7));
        if (f->names != 0 && sqlite3_column_double(s, 6) >= 0)
            json_double(j, "score", sqlite3_column_double(s, 6));
        json_close_object(j);
    }
    json_close_array(j);
    return got == 0;
}

static bool add_questions(struct asking *q, const struct found *f, struct json *j)
{
    sqlite3_stmt *s = db_statement(q->rooms->db,
                                   "SELECT question, count(*), sum(fraction > 0.999) FROM answer JOIN person ON number = person"
                                   " WHERE session = ? GROUP BY question ORDER BY question LIMIT ?",
                                   &q->err);
    if (s == NULL || !db_bind(s, "si", f->session, (int64_t)ROOM_QUESTIONS_MOST))
        return false;
    int got;
    json_open_array(j, "questions");
    while ((got = db_step(q->rooms->db, s, &q->err)) > 0) {
        json_open_object(j, NULL);
        json_string(j, "id", db_text(s, 0));
        json_int(j, "answers", sqlite3_column_int64(s, 1));
        json_int(j, "right", sqlite3_column_int64(s, 2));
        json_close_object(j);
    }
    json_close_array(j);
    return got == 0;
}

static unsigned tell_trainer(struct asking *q, const struct found *f)
{
    struct json j = {.out = q->out};
    json_open_object(&j, NULL);
    json_string(&j, "code", f->code);
    json_string(&j, "phase", phases[f->phase]);
    bool ok = add_people(q, f, &j) && add_questions(q, f, &j);
    json_close_object(&j);
    return ok ? OK : failed(q);
}

static bool make_code(struct asking *q, char code[ROOM_CODE + 1])
{
    int64_t taken = 1;
    while (taken != 0) {
        for (size_t i = 0; i < ROOM_CODE; i++)
            code[i] = room_letters[randombytes_uniform((uint32_t)strlen(room_letters))];
        code[ROOM_CODE] = '\0';
        if (!db_number(q->rooms->db, &taken, 0, &q->err, "SELECT count(*) FROM room WHERE code = ? AND ended = 0", "s", code))
            return false;
    }
    return true;
}

static unsigned start(struct asking *q)
{
    static const char *const names[] = {"session", "programme", "element", "iri", "title", "module", "test"};
    const char *texts[sizeof names / sizeof *names], *key = text_of(q, "key", KEY);
    struct found f;
    int64_t mine = 0;
    char code[ROOM_CODE + 1];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if ((texts[i] = text_of(q, names[i], TEXT_MOST)) == NULL || (i < 3 && texts[i][0] == '\0'))
            return refuse(q, BAD, "that is no session");
    if (!is_key(key))
        return refuse(q, BAD, "that is no key");
    if (!find(q, texts[0], "", &f) ||
        !db_number(q->rooms->db, &mine, 0, &q->err, "SELECT count(*) FROM room WHERE asker = ? AND ended = 0", "i", q->who->id))
        return failed(q);
    if (f.any)
        return sodium_memcmp(f.key, key, KEY) == 0 ? tell_trainer(q, &f) : refuse(q, FORBIDDEN, "that is somebody else's session");
    if (!forget_old(q->rooms, &q->err))
        return failed(q);
    if (mine >= EACH_MOST)
        return refuse(q, TOO_MANY, "so many sessions at once are too many: end some");
    if (!make_code(q, code) ||
        !db_run(q->rooms->db, &q->err,
                "INSERT INTO room (session, code, key, asker, phase, starts, names, programme, element, iri, title, module, test, made)"
                " VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                "sssiiissssssi", texts[0], code, key, q->who->id, number_of(q, "starts", 0, INT64_MAX / 2, 0),
                (int64_t)json_is_true(json_object_get(q->root, "names")), texts[1], texts[2], texts[3], texts[4], texts[5], texts[6],
                clock_wall_ms()) ||
        !find(q, texts[0], "", &f))
        return failed(q);
    return tell_trainer(q, &f);
}

static unsigned lead(struct asking *q)
{
    const char *key = text_of(q, "key", KEY), *session = text_of(q, "session", TEXT_MOST), *wish = text_of(q, "wish", TEXT_MOST);
    struct found f;
    if (!is_key(key) || session == NULL || session[0] == '\0' || wish == NULL)
        return refuse(q, BAD, "that is no request of a trainer's");
    if (!find(q, session, "", &f))
        return failed(q);
    if (!f.any)
        return refuse(q, NOT_FOUND, "there is no such session");
    if (sodium_memcmp(f.key, key, KEY) != 0)
        return refuse(q, FORBIDDEN, "that is somebody else's session");
    int64_t phase = f.ended != 0                 ? f.phase
                    : strcmp(wish, "open") == 0  ? ROOM_OPEN
                    : strcmp(wish, "close") == 0 ? (f.phase == ROOM_WAITING ? ROOM_WAITING : ROOM_CLOSED)
                    : strcmp(wish, "end") == 0   ? ROOM_ENDED
                                                 : f.phase;
    if (phase != f.phase) {
        int64_t ended = phase == ROOM_ENDED ? clock_wall_ms() : 0;
        if (!db_run(q->rooms->db, &q->err, "UPDATE room SET phase = ?, ended = ? WHERE session = ?", "iis", phase, ended, f.session))
            return failed(q);
        f.phase = phase;
        q->rooms->ended_ms = ended != 0 ? clock_monotonic_ms() : q->rooms->ended_ms;
    }
    return tell_trainer(q, &f);
}

unsigned rooms_answer(struct rooms *r, const struct asker *who, const char *path, const char *body, size_t n, struct buf *out)
{
    static const struct {
        const char *path;
        unsigned (*answer)(struct asking *q);
    } table[] = {{"/room/start", start}, {"/room/lead", lead}, {"/room/look", look}, {"/room/here", here}};
    struct asking q = {.rooms = r, .who = who, .out = out};
    unsigned (*answer)(struct asking * q) = NULL;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].path, path) == 0)
            answer = table[i].answer;
    if (answer == NULL)
        return refuse(&q, NOT_FOUND, "there is no such resource");
    json_t *root = n <= ROOMS_BODY_MOST ? json_loadb(body, n, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (!json_is_object(root)) {
        json_decref(root);
        return refuse(&q, BAD, "that is no JSON object, or too long a one");
    }
    q.root = root;
    pthread_mutex_lock(&r->lock);
    unsigned status = db_begin(r->db, &q.err) ? answer(&q) : failed(&q);
    if (status == OK && !db_commit(r->db, &q.err))
        status = failed(&q);
    db_rollback(r->db);
    pthread_mutex_unlock(&r->lock);
    json_decref(root);
    return status == OK && !buf_ok(out) ? FAILED : status;
}

bool rooms_busy(struct rooms *r)
{
    int64_t on = 0, waiting = 0;
    struct error ignored;
    pthread_mutex_lock(&r->lock);
    bool known = db_number(r->db, &on, 0, &ignored, "SELECT count(*) FROM room WHERE ended = 0", "") &&
                 db_number(r->db, &waiting, 0, &ignored,
                           "SELECT count(*) FROM person p JOIN room r ON r.session = p.session WHERE r.ended > 0 AND told = 0 AND here = 1",
                           "");
    bool telling = waiting > 0 && r->ended_ms != 0 && clock_monotonic_ms() - r->ended_ms < TELL_MS;
    pthread_mutex_unlock(&r->lock);
    return known && (on > 0 || telling);
}
