#include <jansson.h>

/* What a trainer asks of whoever holds their session. */
#include "sync/serve/rooms_private.h"

#include "core/base/clock.h"
#include "core/base/json.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static bool add_people(struct asking *q, const struct found *f, struct json *j)
{
    sqlite3_stmt *s = db_statement(q->rooms->db,
                                   "WITH mine AS (SELECT *, " HERE " AS present FROM person WHERE session = ?1)"
                                   " SELECT p.name, p.via, max(m.present), min(m.late),"
                                   " (SELECT d.done FROM mine d WHERE d.who = p.who ORDER BY d.of < 0, d.done DESC, d.number DESC LIMIT 1),"
                                   " (SELECT d.of FROM mine d WHERE d.who = p.who ORDER BY d.of < 0, d.done DESC, d.number DESC LIMIT 1),"
                                   " iif(p.score < 0, max(m.score), p.score),"
                                   " (SELECT count(*) FROM counted c WHERE c.session = ?1 AND c.who = p.who),"
                                   " min(iif(m.joined_at > 0, m.joined_at, NULL)), iif(max(m.present), 0, max(m.seen_at))"
                                   " FROM mine p JOIN mine m ON m.who = p.who WHERE p.newest = 1 GROUP BY p.number ORDER BY min(m.number)",
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
        json_int(j, "joined", sqlite3_column_int64(s, 8));
        json_int(j, "left", sqlite3_column_int64(s, 9));
        json_close_object(j);
    }
    json_close_array(j);
    return got == 0;
}

static bool add_questions(struct asking *q, const struct found *f, struct json *j)
{
    sqlite3_stmt *s = db_statement(q->rooms->db,
                                   "SELECT question, count(*), sum(fraction > 0.999), sum(other) FROM counted"
                                   " WHERE session = ?1 GROUP BY question ORDER BY question NOT IN (SELECT question FROM asked WHERE session = ?1),"
                                   " question LIMIT ?2", /* nobody crowds out what was asked by what was not */
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
        json_int(j, "other", sqlite3_column_int64(s, 3));
        json_close_object(j);
    }
    json_close_array(j);
    return got == 0;
}

/* Of few it would tell who chose what. */
static bool add_choices(struct asking *q, const struct found *f, struct json *j)
{
    sqlite3_stmt *s = db_statement(
        q->rooms->db,
        "WITH c AS MATERIALIZED (SELECT person, question, count(*) OVER (PARTITION BY question) AS n FROM counted"
        "  WHERE session = ?1 AND other = 0)"
        " SELECT k.question, k.choice, count(*) FROM c CROSS JOIN pick k ON k.person = c.person AND k.question = c.question"
        " GROUP BY k.question, k.choice HAVING ?2 OR max(c.n) >= ?3"
        " ORDER BY k.question NOT IN (SELECT question FROM asked WHERE session = ?1), k.question, k.choice LIMIT ?4",
        &q->err);
    if (s == NULL || !db_bind(s, "siii", f->session, f->names, (int64_t)ROOM_SPLIT_LEAST, (int64_t)CHOICES_MOST))
        return false;
    int got;
    json_open_array(j, "choices");
    while ((got = db_step(q->rooms->db, s, &q->err)) > 0) {
        json_open_object(j, NULL);
        json_string(j, "id", db_text(s, 0));
        json_int(j, "choice", sqlite3_column_int64(s, 1));
        json_int(j, "picks", sqlite3_column_int64(s, 2));
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
    json_string(&j, "phase", rooms_phases[f->phase]);
    bool ok = add_people(q, f, &j) && add_questions(q, f, &j) && add_choices(q, f, &j) &&
              (q->rooms->expecting == NULL || (expected_count(q->rooms->db, q->rooms->expecting, f->session, &q->err) &&
                                               expected_tell(q->rooms->db, f->session, &j, &q->err)));
    json_close_object(&j);
    return ok ? OK : rooms_failed(q);
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

/* A list of texts as a column has it, a line each; NULL where there is none. */
static bool lines_of(const struct asking *q, const char *name, struct buf *lines, const char **text)
{
    const json_t *list = json_object_get(q->root, name);
    *text = NULL;
    for (size_t i = 0; i < json_array_size(list) && i < LINES_MOST; i++) {
        const json_t *v = json_array_get(list, i);
        const char *line = json_string_value(v);
        size_t n = line != NULL ? json_string_length(v) : 0;
        if (n > 0 && n <= TEXT_MOST && strlen(line) == n && text_control(line, n) == n)
            buf_addf(lines, "%s\n", line);
    }
    if (json_is_array(list))
        *text = buf_text(lines);
    return buf_ok(lines);
}

static bool put_plan(struct asking *q, const char *session)
{
    struct buf roles = {0}, before = {0};
    const char *of_roles, *of_before, *leader = rooms_text(q, "name", ROOM_NAME_MOST);
    bool ok = (lines_of(q, "roles", &roles, &of_roles) && lines_of(q, "before", &before, &of_before)) || error_memory(&q->err);
    ok = ok && (of_roles == NULL || db_run(q->rooms->db, &q->err, "UPDATE room SET roles = ?, before = ?, leader = ? WHERE session = ?", "ssss",
                                           of_roles, of_before != NULL ? of_before : "", leader != NULL ? leader : "", session));
    buf_free(&roles);
    buf_free(&before);
    return ok;
}

static bool put_asked(struct asking *q, const char *session)
{
    const json_t *list = json_object_get(q->root, "questions");
    bool ok = true;
    for (size_t i = 0; ok && i < json_array_size(list) && i < ROOM_QUESTIONS_MOST; i++) {
        const json_t *one = json_array_get(list, i);
        const char *question = rooms_text_of(json_array_get(one, 0), TEXT_MOST), *revision = rooms_text_of(json_array_get(one, 1), ROOM_REVISION);
        ok = question == NULL || revision == NULL || revision[0] == '\0' ||
             db_run(q->rooms->db, &q->err, "INSERT OR IGNORE INTO asked (session, question, revision) VALUES (?, ?, ?)", "sss", session, question,
                    revision);
    }
    return ok;
}

/* OK, or the refusal. */
static unsigned check_leader(struct asking *q)
{
    char why[TEXT_MOST + 100];
    enum may_lead may = LEAD_ANYBODY;
    const char *person = rooms_text(q, "person", TEXT_MOST), *account = rooms_text(q, "account", TEXT_MOST);
    if (q->rooms->leading == NULL)
        return OK;
    person = person != NULL ? person : "";
    account = account != NULL ? account : "";
    if (q->who->account[0] != '\0') {
        account = q->who->account;
        person = "";
    }
    if (!q->rooms->leading->find(q->rooms->leading->context, person, account, &may, &q->err))
        return rooms_failed(q);
    if (may == LEAD_ANYBODY || may == LEAD_YES)
        return OK;
    const char *who = rooms_text(q, "name", ROOM_NAME_MOST);
    who = account[0] != '\0' ? account : who != NULL && who[0] != '\0' ? who : "who asks";
    snprintf(why, sizeof why, may == LEAD_NO ? "%s is no trainer on the site's list: ask who runs it" : "%s is not on the site's list: ask who runs it",
             who);
    return rooms_refuse(q, FORBIDDEN, why);
}

/* Of those that are over, the asker keeps the newest. */
static bool forget_most(struct asking *q)
{
    return db_run(q->rooms->db, &q->err,
                  "DELETE FROM room WHERE session IN (SELECT session FROM room WHERE asker = ?1 AND ended > 0 ORDER BY ended DESC, session"
                  " LIMIT -1 OFFSET ?2)",
                  "ii", q->who->id, (int64_t)OVER_MOST);
}

unsigned rooms_start(struct asking *q)
{
    static const char *const names[] = {"session", "programme", "element", "iri", "title", "module", "test"};
    const char *texts[sizeof names / sizeof *names], *key = rooms_text(q, "key", KEY);
    struct found f;
    int64_t mine = 0;
    char code[ROOM_CODE + 1];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if ((texts[i] = rooms_text(q, names[i], TEXT_MOST)) == NULL || (i < 3 && texts[i][0] == '\0'))
            return rooms_refuse(q, BAD, "that is no session");
    if (!rooms_key(key))
        return rooms_refuse(q, BAD, "that is no key");
    if (!rooms_find(q, texts[0], "", &f) ||
        !db_number(q->rooms->db, &mine, 0, &q->err, "SELECT count(*) FROM room WHERE asker = ? AND ended = 0", "i", q->who->id))
        return rooms_failed(q);
    if (f.any)
        return sodium_memcmp(f.key, key, KEY) == 0 ? tell_trainer(q, &f) : rooms_refuse(q, FORBIDDEN, "that is somebody else's session");
    unsigned may = check_leader(q);
    if (may != OK)
        return may;
    if (!rooms_forget(q->rooms, &q->err) || !forget_most(q))
        return rooms_failed(q);
    if (mine >= EACH_MOST)
        return rooms_refuse(q, TOO_MANY, "so many sessions at once are too many: end some");
    if (!make_code(q, code) ||
        !db_run(q->rooms->db, &q->err,
                "INSERT INTO room (session, code, key, asker, phase, starts, names, programme, element, iri, title, module, test, made)"
                " VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                "sssiiissssssi", texts[0], code, key, q->who->id, rooms_number(q, "starts", 0, INT64_MAX / 2, 0),
                (int64_t)json_is_true(json_object_get(q->root, "names")), texts[1], texts[2], texts[3], texts[4], texts[5], texts[6],
                clock_wall_ms()) ||
        !put_plan(q, texts[0]) || !put_asked(q, texts[0]) || !rooms_find(q, texts[0], "", &f))
        return rooms_failed(q);
    return tell_trainer(q, &f);
}

unsigned rooms_lead(struct asking *q)
{
    const char *key = rooms_text(q, "key", KEY), *session = rooms_text(q, "session", TEXT_MOST), *wish = rooms_text(q, "wish", TEXT_MOST);
    struct found f;
    if (!rooms_key(key) || session == NULL || session[0] == '\0' || wish == NULL)
        return rooms_refuse(q, BAD, "that is no request of a trainer's");
    if (!rooms_find(q, session, "", &f))
        return rooms_failed(q);
    if (!f.any)
        return rooms_refuse(q, NOT_FOUND, "there is no such session");
    if (sodium_memcmp(f.key, key, KEY) != 0)
        return rooms_refuse(q, FORBIDDEN, "that is somebody else's session");
    int64_t phase = f.ended != 0                 ? f.phase
                    : strcmp(wish, "open") == 0  ? ROOM_OPEN
                    : strcmp(wish, "close") == 0 ? (f.phase == ROOM_WAITING ? ROOM_WAITING : ROOM_CLOSED)
                    : strcmp(wish, "end") == 0   ? ROOM_ENDED
                                                 : f.phase;
    if (phase != f.phase) {
        int64_t ended = phase == ROOM_ENDED ? clock_wall_ms() : 0;
        if (!db_run(q->rooms->db, &q->err, "UPDATE room SET phase = ?, ended = ? WHERE session = ?", "iis", phase, ended, f.session))
            return rooms_failed(q);
        f.phase = phase;
        q->rooms->ended_ms = ended != 0 ? clock_monotonic_ms() : q->rooms->ended_ms;
    }
    return tell_trainer(q, &f);
}
