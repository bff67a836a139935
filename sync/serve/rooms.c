#include <jansson.h>

#include "sync/serve/rooms_private.h"

#include "core/base/clock.h"
#include "core/base/json.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEPT_MS ((int64_t)30 * 86400000)
#define LONGEST_MS ((int64_t)24 * 3600000) /* who forgets to end a session ends it so */

static const char *const migrations[] = {
#include "sync/serve/room-001.sql.inc"
    ,
#include "sync/serve/room-002.sql.inc"
    ,
#include "sync/serve/room-003.sql.inc"
    ,
#include "sync/serve/room-004.sql.inc"
    ,
#include "sync/serve/room-005.sql.inc"
    ,
#include "sync/serve/room-006.sql.inc"
};
static const struct db_schema schema = {.name = "sessions", .migrations = migrations, .count = sizeof migrations / sizeof *migrations,
                                        .damaged = "delete it: only sessions that are on lose by it"};

const char *const rooms_phases[] = {"", "waiting", "open", "closed", "ended"};

bool rooms_forget(struct rooms *r, struct error *err)
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
    r->asks = rate_open(ASKS_A_SECOND, ASKS);
    r->db = r->guesses != NULL && r->asks != NULL ? db_open(buf_text(&path), DB_CREATE, &schema, err) : (error_memory(err), NULL);
    buf_free(&path);
    if (r->db != NULL && rooms_forget(r, err))
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
    rate_close(r->asks);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

void rooms_expecting(struct rooms *r, const struct expecting *from)
{
    r->expecting = from;
}

void rooms_leading(struct rooms *r, const struct leading *who)
{
    r->leading = who;
}

/* ---- a request ---- */

unsigned rooms_refuse(struct asking *q, unsigned status, const char *why)
{
    buf_clear(q->out);
    buf_addf(q->out, "%s\n", why);
    return status;
}

unsigned rooms_failed(struct asking *q)
{
    return rooms_refuse(q, FAILED, "it could not be stored or read");
}

const char *rooms_text(const struct asking *q, const char *name, size_t most)
{
    const json_t *v = json_object_get(q->root, name);
    return v != NULL ? rooms_text_of(v, most) : "";
}

const char *rooms_text_of(const json_t *value, size_t most)
{
    const char *text = json_string_value(value);
    size_t n = text != NULL ? json_string_length(value) : 0;
    return text != NULL && n <= most && strlen(text) == n && text_control(text, n) == n ? text : NULL;
}

bool rooms_key(const char *text)
{
    return text != NULL && strlen(text) == KEY && text[strspn(text, "0123456789abcdef")] == '\0';
}

int64_t rooms_number(const struct asking *q, const char *name, int64_t least, int64_t most, int64_t missing)
{
    const json_t *v = json_object_get(q->root, name);
    int64_t n = json_is_integer(v) ? (int64_t)json_integer_value(v) : missing;
    return n < least || n > most ? missing : n;
}

static void copy_text(char *to, size_t size, const char *text)
{
    snprintf(to, size, "%s", text);
}

bool rooms_find(struct asking *q, const char *session, const char *code, struct found *f)
{
    *f = (struct found){0};
    sqlite3_stmt *s = db_statement(q->rooms->db,
                                   "SELECT session, code, key, phase, starts, names, ended, made FROM room"
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
        f->made = sqlite3_column_int64(s, 7);
        f->any = true;
        sqlite3_reset(s);
    }
    return got >= 0;
}

/* What those who take part may know. */
static unsigned tell(struct asking *q, const struct found *f, bool late)
{
    static const char *const names[] = {"session", "programme", "element", "iri", "title", "module", "test"};
    int64_t people = 0, now = clock_monotonic_ms();
    struct json j = {.out = q->out};
    if (!db_number(q->rooms->db, &people, 0, &q->err, "SELECT count(DISTINCT who) FROM person WHERE session = ?1 AND " HERE, "si", f->session, now))
        return rooms_failed(q);
    sqlite3_stmt *s = db_statement(q->rooms->db,
                                   "SELECT session, programme, element, iri, title, module, test, phase FROM room WHERE session = ?",
                                   &q->err);
    if (s == NULL || !db_bind(s, "s", f->session) || db_step(q->rooms->db, s, &q->err) != 1)
        return rooms_failed(q);
    json_open_object(&j, NULL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        json_string(&j, names[i], db_text(s, (int)i));
    json_string(&j, "phase", rooms_phases[sqlite3_column_int(s, 7)]);
    sqlite3_reset(s);
    json_int(&j, "starts", f->starts);
    json_bool(&j, "names", f->names != 0);
    json_int(&j, "people", people);
    json_bool(&j, "late", late);
    json_close_object(&j);
    return OK;
}

/* ---- those who take part ---- */

/* The right code is given back to who had a guess: a room full of people may come in by one asker. */
static unsigned look(struct asking *q)
{
    struct found f;
    char code[ROOM_CODE + 1];
    const char *said = rooms_text(q, "code", TEXT_MOST);
    if (said == NULL || !room_code(said, code))
        return rooms_refuse(q, BAD, "that is no code");
    if (!rate_take(q->rooms->guesses, q->who->id, clock_monotonic_ms()))
        return rooms_refuse(q, TOO_MANY, "so many codes are too many");
    if (!rooms_find(q, "", code, &f))
        return rooms_failed(q);
    if (!f.any)
        return rooms_refuse(q, NOT_FOUND, "no session has this code");
    rate_charge(q->rooms->guesses, q->who->id, -1);
    return tell(q, &f, false);
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

/* Who was there in time by another device is not late, nor is who waited for the trainer. */
static bool add_person(struct asking *q, const struct found *f, const char *key, const char *who, const char *name)
{
    bool late = f->starts != 0 && clock_wall_ms() > (f->made > f->starts ? f->made : f->starts) + LATE_MS;
    return db_run(q->rooms->db, &q->err,
                  "INSERT INTO person (session, key, who, asker, via, name, late, here, seen, done, of, score, joined_at)"
                  " VALUES (?1, ?2, ?2, ?3, ?4, ?5,"
                  " ?6 AND NOT EXISTS (SELECT 1 FROM person WHERE session = ?1 AND who = ?7 AND late = 0), 0, 0, 0, -1, -1, ?8)",
                  "ssissisi", f->session, key, q->who->id, q->who->name, name, (int64_t)late, who, clock_wall_ms());
}

static bool take_picks(struct asking *q, int64_t person, const char *question, const json_t *list)
{
    bool ok = db_run(q->rooms->db, &q->err, "DELETE FROM pick WHERE person = ? AND question = ?", "is", person, question);
    for (size_t i = 0; ok && i < json_array_size(list) && i < ROOM_CHOICES_MOST; i++) {
        const json_t *v = json_array_get(list, i);
        int64_t choice = json_is_integer(v) ? (int64_t)json_integer_value(v) : 0;
        ok = choice < 1 || choice > ROOM_CHOICES_MOST ||
             db_run(q->rooms->db, &q->err, "INSERT OR IGNORE INTO pick (person, question, choice) VALUES (?, ?, ?)", "isi", person, question,
                    choice);
    }
    return ok;
}

static bool take_answers(struct asking *q, int64_t person)
{
    const json_t *list = json_object_get(q->root, "answers");
    int64_t have = 0;
    if (!db_number(q->rooms->db, &have, 0, &q->err, "SELECT count(*) FROM answer WHERE person = ?", "i", person))
        return false;
    for (size_t i = 0; i < json_array_size(list) && i < ROOM_QUESTIONS_MOST; i++) {
        const json_t *one = json_array_get(list, i), *value = json_array_get(one, 1);
        const char *question = rooms_text_of(json_array_get(one, 0), TEXT_MOST), *revision = rooms_text_of(json_array_get(one, 3), ROOM_REVISION);
        double fraction = json_is_number(value) ? json_number_value(value) : -1;
        if (question == NULL || !(fraction >= 0 && fraction <= 1) || have + (int64_t)i >= 2 * ROOM_QUESTIONS_MOST)
            continue;
        if (!db_run(q->rooms->db, &q->err, "INSERT OR REPLACE INTO answer (person, question, fraction, revision) VALUES (?, ?, ?, ?)", "isds",
                    person, question, fraction, revision != NULL ? revision : "") ||
            !take_picks(q, person, question, json_array_get(json_array_get(list, i), 2)))
            return false;
    }
    return true;
}

static bool take_state(struct asking *q, const struct found *f, int64_t person)
{
    bool here = json_is_true(json_object_get(q->root, "here"));
    const json_t *score = json_object_get(q->root, "score");
    double points = json_is_number(score) ? json_number_value(score) : -1;
    int64_t of = rooms_number(q, "of", 0, 1000, -1);
    if (!(points >= 0 && points <= 100))
        points = -1;
    return db_run(q->rooms->db, &q->err,
                  "UPDATE person SET here = ?2, seen = ?3, done = ?4, of = ?5, score = iif(?6 < 0, score, ?6),"
                  " told = ?7, seen_at = ?8 WHERE number = ?1",
                  "iiiiidii", person, (int64_t)here, clock_monotonic_ms(), rooms_number(q, "done", 0, 1000, 0), of, points,
                  (int64_t)(f->ended != 0), clock_wall_ms()) &&
           take_answers(q, person);
}

/* OK, or the refusal. One who asks for many fills no session. */
static unsigned check_full(struct asking *q, const char *session)
{
    int64_t people = 0, theirs = 0;
    if (!db_number(q->rooms->db, &people, 0, &q->err, "SELECT count(*) FROM person WHERE session = ?", "s", session) ||
        !db_number(q->rooms->db, &theirs, 0, &q->err, "SELECT count(*) FROM person WHERE session = ? AND asker = ?", "si", session, q->who->id))
        return rooms_failed(q);
    if (people >= ROOM_PEOPLE_MOST)
        return rooms_refuse(q, FORBIDDEN, "the session is full");
    return theirs < JOIN_MOST ? OK : rooms_refuse(q, FORBIDDEN, "so many people of one device are too many");
}

static unsigned here(struct asking *q)
{
    struct found f;
    char code[ROOM_CODE + 1];
    const char *key = rooms_text(q, "key", KEY), *said = rooms_text(q, "code", TEXT_MOST), *session = rooms_text(q, "session", TEXT_MOST),
               *name = rooms_text(q, "name", ROOM_NAME_MOST);
    int64_t person, asker;
    bool late = false, told = json_object_get(q->root, "account") != NULL || json_object_get(q->root, "person") != NULL;
    char who[WHO_MOST + 1];
    if (!rooms_key(key) || said == NULL || session == NULL || name == NULL || name[0] == '\0' || !room_code(said, code))
        return rooms_refuse(q, BAD, "that is no request of a learner's");
    if (session[0] == '\0' && !rate_take(q->rooms->guesses, q->who->id, clock_monotonic_ms()))
        return rooms_refuse(q, TOO_MANY, "so many codes are too many");
    if (!rooms_find(q, session, code, &f))
        return rooms_failed(q);
    if (!f.any || strcmp(f.code, code) != 0)
        return rooms_refuse(q, NOT_FOUND, "no session has this code");
    if (session[0] == '\0')
        rate_charge(q->rooms->guesses, q->who->id, -1);
    if (!find_person(q, f.session, key, &person, &asker, &late))
        return rooms_failed(q);
    if (person != 0 && asker != q->who->id)
        return rooms_refuse(q, FORBIDDEN, "that is somebody else's key");
    if (person == 0 && f.ended != 0)
        return rooms_refuse(q, GONE, "the session is over");
    if ((person == 0 || told) && !rooms_who(q, key, who))
        return rooms_failed(q);
    told = told || person == 0;
    if (person == 0) {
        unsigned may = check_full(q, f.session);
        if (may != OK)
            return may;
        if (!add_person(q, &f, key, who, name) || !find_person(q, f.session, key, &person, &asker, &late))
            return rooms_failed(q);
    }
    if (told && !rooms_is_who(q, f.session, person, who))
        return rooms_failed(q);
    return take_state(q, &f, person) ? tell(q, &f, late) : rooms_failed(q);
}

/* ---- all ---- */

unsigned rooms_answer(struct rooms *r, const struct asker *who, const char *path, const char *body, size_t n, struct buf *out)
{
    static const struct {
        const char *path;
        unsigned (*answer)(struct asking *q);
    } table[] = {{"/room/start", rooms_start}, {"/room/lead", rooms_lead}, {"/room/look", look}, {"/room/here", here}};
    struct asking q = {.rooms = r, .who = who, .out = out};
    unsigned (*answer)(struct asking * q) = NULL;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].path, path) == 0)
            answer = table[i].answer;
    if (answer == NULL)
        return rooms_refuse(&q, NOT_FOUND, "there is no such resource");
    if (!rate_take(r->asks, who->id, clock_monotonic_ms()))
        return rooms_refuse(&q, TOO_MANY, "so many requests a second are too many");
    json_t *root = n <= ROOMS_BODY_MOST ? json_loadb(body, n, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (!json_is_object(root)) {
        json_decref(root);
        return rooms_refuse(&q, BAD, "that is no JSON object, or too long a one");
    }
    q.root = root;
    pthread_mutex_lock(&r->lock);
    int64_t begun = clock_monotonic_ms();
    unsigned status = db_begin(r->db, &q.err) ? answer(&q) : rooms_failed(&q);
    if (status == OK && !db_commit(r->db, &q.err))
        status = rooms_failed(&q);
    db_rollback(r->db);
    int64_t took = clock_monotonic_ms() - begun;
    pthread_mutex_unlock(&r->lock);
    rate_charge(r->asks, who->id, took);
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

/* lines: a programme's roles, a line each; "": it is for everybody. */
static bool is_for(const char *lines, struct strings roles)
{
    bool meant = lines[0] == '\0' || roles.count == 0;
    for (const char *at = lines; !meant && *at != '\0'; at += strcspn(at, "\n") + 1)
        for (size_t i = 0; !meant && i < roles.count; i++)
            meant = strlen(roles.items[i]) == strcspn(at, "\n") && strncmp(at, roles.items[i], strcspn(at, "\n")) == 0;
    return meant;
}

void rooms_on(struct rooms *r, struct strings roles, struct json *j)
{
    size_t count = 0;
    pthread_mutex_lock(&r->lock);
    sqlite3_stmt *s = db_statement(r->db, "SELECT title, coalesce(roles, '') FROM room WHERE ended = 0 ORDER BY made DESC, session", NULL);
    while (s != NULL && db_step(r->db, s, NULL) > 0) {
        if (count == ON_MOST || !is_for(db_text(s, 1), roles))
            continue;
        if (count++ == 0)
            json_open_array(j, "sessions");
        json_string(j, NULL, db_text(s, 0));
    }
    pthread_mutex_unlock(&r->lock);
    if (count > 0)
        json_close_array(j);
}
