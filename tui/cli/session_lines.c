#include "tui/cli/session_lines.h"

#include "core/base/json.h"
#include "core/base/output.h"
#include "core/base/text.h"
#include "core/quiz/response.h"
#include "tui/cli/listen.h"
#include "tui/cli/quiz_lines.h"
#include "tui/session.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { LOOK_MS = 300 };

static void add_safe(struct buf *out, const char *text)
{
    text_safe(out, text, strlen(text), 0);
}

/* ---- one that is led ---- */

static void people_text(struct record *r, struct arena *a, const struct room *room, struct buf *out)
{
    struct room_person *people;
    size_t count;
    struct error ignored;
    if (!room_people(r, a, room->id, &people, &count, &ignored))
        return;
    for (size_t i = 0; i < count; i++) {
        const struct room_person *p = &people[i];
        buf_adds(out, "  ");
        add_safe(out, p->name);
        buf_addf(out, ": %s", session_person_words(room, p));
        if (p->of > 0)
            buf_addf(out, ", pre-work %lld of %lld", (long long)p->done, (long long)p->of);
        if (p->state != ROOM_EXPECTED && room->phase >= ROOM_OPEN)
            buf_addf(out, ", %lld answered", (long long)p->answered);
        if (p->score >= 0)
            buf_addf(out, ", %d of 100", (int)(p->score + 0.5));
        buf_addc(out, '\n');
    }
}

/* How many chose what, where that is told; which one is right, when nothing is answered any more. */
static void choices_text(const struct room *room, const char *question, const struct room_choice *choices, size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        char letter[16];
        if (strcmp(choices[i].question, question) != 0 || choices[i].picks < 0)
            continue;
        response_letters((size_t)choices[i].choice - 1, letter, sizeof letter);
        buf_addf(out, "     %s  ", letter);
        add_safe(out, choices[i].text);
        buf_addf(out, ": %lld%s\n", (long long)choices[i].picks, room->phase >= ROOM_CLOSED && choices[i].right ? " (right)" : "");
    }
}

void session_text(struct app *app, const struct room *room, struct buf *out)
{
    struct error ignored;
    struct room_question *questions;
    struct room_choice *choices = NULL;
    size_t count, choice_count = 0;
    char words[8];
    struct record *r = app_record_if_any(app, &ignored);
    session_code_words(room->code, words);
    add_safe(out, room->title);
    buf_addf(out, "\nCode: %s\n%lld here, %s\n", words, (long long)room->people, session_phase_words(room->phase));
    if (room->trouble[0] != '\0') {
        add_safe(out, room->trouble);
        buf_addc(out, '\n');
    }
    if (r == NULL)
        return;
    people_text(r, app->arena, room, out);
    if (room->phase < ROOM_OPEN || !room_questions(r, app->arena, room->id, &questions, &count, &ignored) ||
        !room_choices(r, app->arena, room->id, &choices, &choice_count, &ignored))
        return;
    for (size_t i = 0; i < count; i++) {
        buf_addf(out, "  %zu  ", i + 1);
        add_safe(out, questions[i].text);
        buf_addf(out, ": %lld answered", (long long)questions[i].answers);
        if (room->phase >= ROOM_CLOSED)
            buf_addf(out, ", %lld right", (long long)questions[i].right);
        if (questions[i].other > 0)
            buf_addf(out, ", %lld on another version", (long long)questions[i].other);
        buf_addc(out, '\n');
        choices_text(room, questions[i].question, choices, choice_count, out);
    }
}

static void room_members(const struct room *room, struct json *j)
{
    static const char *const phases[] = {"sought", "waiting", "open", "closed", "ended", "refused"};
    json_string(j, "code", room->code);
    json_string(j, "title", room->title);
    json_string(j, "programme", room->programme);
    json_string(j, "element", room->element);
    json_string(j, "session", room->session);
    json_bool(j, "leads", room->leads);
    json_string(j, "phase", phases[room->phase]);
    json_int(j, "here", room->people);
    json_string(j, "trouble", room->trouble[0] != '\0' ? room->trouble : NULL);
}

static void people_json(struct record *r, struct arena *a, int64_t id, struct json *j)
{
    struct room_person *people;
    size_t count = 0;
    struct error ignored;
    json_open_array(j, "people");
    if (room_people(r, a, id, &people, &count, &ignored))
        for (size_t i = 0; i < count; i++) {
            static const char *const states[] = {"expected", "here", "gone"};
            json_open_object(j, NULL);
            json_string(j, "name", people[i].name);
            json_string(j, "state", states[people[i].state]);
            json_bool(j, "late", people[i].late);
            json_int(j, "prework_done", people[i].done);
            json_int(j, "prework", people[i].of);
            json_int(j, "answered", people[i].answered);
            if (people[i].score >= 0)
                json_double(j, "score", people[i].score);
            json_close_object(j);
        }
    json_close_array(j);
}

static void choices_json(const struct room *room, const char *question, const struct room_choice *choices, size_t count, struct json *j)
{
    json_open_array(j, "choices");
    for (size_t i = 0; i < count; i++) {
        if (strcmp(choices[i].question, question) != 0 || choices[i].picks < 0)
            continue;
        json_open_object(j, NULL);
        json_int(j, "choice", choices[i].choice);
        json_string(j, "text", choices[i].text);
        json_int(j, "picks", choices[i].picks);
        if (room->phase >= ROOM_CLOSED)
            json_bool(j, "right", choices[i].right);
        json_close_object(j);
    }
    json_close_array(j);
}

void session_json(struct app *app, const struct room *room, struct buf *out)
{
    struct error ignored;
    struct room_question *questions;
    struct room_choice *choices = NULL;
    size_t count = 0, choice_count = 0;
    struct json j = {.out = out};
    struct record *r = app_record_if_any(app, &ignored);
    json_open_object(&j, NULL);
    room_members(room, &j);
    if (r != NULL) {
        people_json(r, app->arena, room->id, &j);
        json_open_array(&j, "questions");
        if (room_questions(r, app->arena, room->id, &questions, &count, &ignored) &&
            room_choices(r, app->arena, room->id, &choices, &choice_count, &ignored))
            for (size_t i = 0; i < count; i++) {
                json_open_object(&j, NULL);
                json_string(&j, "id", questions[i].question);
                json_string(&j, "text", questions[i].text);
                json_int(&j, "answers", questions[i].answers);
                json_int(&j, "right", questions[i].right);
                json_int(&j, "another_version", questions[i].other);
                choices_json(room, questions[i].question, choices, choice_count, &j);
                json_close_object(&j);
            }
        json_close_array(&j);
    }
    json_close_object(&j);
}

/* ---- all ---- */

bool session_table(const struct room *rooms, size_t count, struct error *err)
{
    static const struct table_column columns[] = {{"Code", false, false}, {"Session", false, true}, {"Programme", false, false},
                                                  {"You", false, false}, {"Here", true, false},     {"State", false, false}};
    struct table *t = table_open(columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; t != NULL && i < count; i++) {
        char words[8], here[24];
        session_code_words(rooms[i].code, words);
        snprintf(here, sizeof here, "%lld", (long long)rooms[i].people);
        table_add(t, words);
        table_add(t, rooms[i].title);
        table_add(t, rooms[i].programme);
        table_add(t, rooms[i].leads ? "trainer" : "learner");
        table_add(t, here);
        table_add(t, session_phase_words(rooms[i].phase));
    }
    bool ok = t != NULL ? table_print(t, "No session is on. `crib session start PROGRAMME` begins one.", err) : error_memory(err);
    table_close(t);
    return ok;
}

void session_list_json(const struct room *rooms, size_t count, struct buf *out)
{
    struct json j = {.out = out};
    json_open_array(&j, NULL);
    for (size_t i = 0; i < count; i++) {
        json_open_object(&j, NULL);
        room_members(&rooms[i], &j);
        json_close_object(&j);
    }
    json_close_array(&j);
}

/* ---- taking part ---- */

struct part {
    struct app *app;
    int64_t id;
    enum room_phase phase; /* as it was told */
    char trouble[300];
    bool asked, told;
};

static bool say(const char *text, struct error *err)
{
    struct buf out = {0};
    add_safe(&out, text);
    buf_addc(&out, '\n');
    return output_buf(&out, false, err);
}

static bool tell(struct part *p, const struct room *room, struct error *err)
{
    static const char *const lines[] = {"",
                                        "You are in. The assessment is asked here when the trainer opens it.",
                                        "The assessment is open.",
                                        "The assessment is closed.",
                                        "The session is over."};
    if (strcmp(p->trouble, room->trouble) != 0) {
        snprintf(p->trouble, sizeof p->trouble, "%s", room->trouble);
        if (room->trouble[0] != '\0' && room->phase != ROOM_REFUSED && !say(room->trouble, err))
            return false;
    }
    if (p->phase == room->phase || room->phase == ROOM_REFUSED)
        return true;
    bool first = p->phase == ROOM_SOUGHT;
    p->phase = room->phase;
    return (!first || room->title[0] == '\0' || say(room->title, err)) && say(lines[room->phase], err);
}

static bool take(struct part *p, const struct room *room, enum quiz_way way, struct error *err)
{
    struct target target;
    if (!content_target(p->app, p->app->arena, room->module, &target, err) ||
        !app_within(p->app, room->programme, room->test, room->session, err))
        return false;
    struct taking *t = taking_assessment(p->app, target.key, way, p->id, err);
    if (t == NULL)
        return false;
    (void)quiz_lines(t, NULL); /* whether it was passed is no matter of this command's */
    taking_close(t);
    return app_within(p->app, NULL, NULL, NULL, err);
}

/* What is to be asked or told now, once each. */
static bool act(struct part *p, struct record *record, const struct room *room, struct error *err)
{
    struct room_attempt attempt;
    if (room->module[0] == '\0' || !room_attempt(record, room->learner, room->session, room->module, &attempt, err))
        return room->module[0] == '\0';
    if (room->phase == ROOM_OPEN && !attempt.finished && !p->asked) {
        p->asked = true;
        return take(p, room, attempt.found ? QUIZ_TAKE : QUIZ_AGAIN, err);
    }
    if ((room->phase == ROOM_CLOSED || room->phase == ROOM_ENDED) && attempt.finished && p->asked && !p->told) {
        p->told = true;
        return take(p, room, QUIZ_LAST, err);
    }
    return true;
}

int session_lines(struct app *app, int64_t id)
{
    struct part p = {.app = app, .id = id};
    struct error err = {0};
    for (;;) {
        const struct room *room = NULL;
        struct arena *a = arena_open();
        struct record *record = a != NULL ? app_record(app, &err) : NULL;
        bool ok = record != NULL && room_get(record, a, id, &room, &err) && room != NULL && tell(&p, room, &err) &&
                  act(&p, record, room, &err) && session_follow(app, &err);
        enum room_phase phase = ok ? room->phase : ROOM_REFUSED;
        if (ok && phase == ROOM_REFUSED)
            ok = error_set(&err, EX_NOINPUT, "cannot join", room->code, room->trouble, "ask the trainer for the code");
        arena_close(a);
        if (!ok)
            return app_fail(&err);
        if (phase == ROOM_ENDED)
            return EX_OK;
        if (!listen_pause(LOOK_MS))
            return EX_OK;
    }
}
