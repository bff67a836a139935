#include "tui/session.h"

#include "core/base/account.h"
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/syncing.h"
#include "core/record/learner.h"
#include "tui/content.h"
#include "tui/visit.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum { AGAIN_MS = 2000, FRESH_MS = 2 * 3600000, LASTS_MS = 12 * 3600000, BACK_MS = 3 * 3600000 };

/* ---- the process ---- */

bool session_followed(struct app *app)
{
    const char *path = file_join(app->arena, app->places.data, "room.lock");
    return path != NULL && file_locked(path);
}

bool session_follow(struct app *app, struct error *err)
{
    int64_t now = clock_monotonic_ms();
    if (app->kiosk != NULL)
        return true; /* it runs beside */
    if (app->follower > 0 && waitpid(app->follower, NULL, WNOHANG) != 0)
        app->follower = 0;
    if (app->follower > 0 || (app->follower_ms != 0 && now - app->follower_ms < AGAIN_MS) || session_followed(app))
        return true;
    int fd = -1;
    app->follower_ms = now;
    if (!app_start_sync(app, (const char *[]){"room", NULL}, &app->follower, &fd, err))
        return false;
    close(fd);
    return true;
}

bool session_moved(struct app *app, int64_t *version)
{
    struct error err;
    int64_t before = *version;
    struct record *record = app_record_if_any(app, &err);
    if (record != NULL)
        *version = record_version(record);
    return *version != before;
}

/* ---- joining ---- */

static const char *name_of(struct app *app)
{
    const char *name = visit_name(app);
    if (name[0] == '\0' && app->config != NULL)
        name = config_text(app->config, CONFIG_ACCOUNT);
    if (name[0] == '\0')
        name = app->account != NULL ? app->account : account_name(app->arena);
    return name != NULL ? name : "";
}

bool session_join(struct app *app, const char *code, int64_t *id, struct error *err)
{
    char tidy[ROOM_CODE + 1];
    if (!room_code(code, tidy))
        return error_set(err, EX_USAGE, "that is no session's code", code, "it has six letters, and none of I, L, O, U and V",
                         "read it from the trainer's screen");
    if (app_config(app, err) == NULL)
        return false;
    struct record *record = app_record(app, err);
    return record != NULL && room_join(record, app->learner, tidy, name_of(app), getpid(), id, err) && session_follow(app, err);
}

bool session_open_here(struct app *app, char code[ROOM_CODE + 1], char *title, size_t size)
{
    struct arena *a = arena_open();
    const struct room *rooms;
    size_t count = 0;
    struct error ignored;
    struct record *record = a != NULL && app->preview == NULL ? app_record_if_any(app, &ignored) : NULL;
    code[0] = '\0';
    bool own = record == NULL || !room_list(record, a, 0, &rooms, &count, &ignored);
    for (size_t i = 0; i < count && !own; i++)
        own = rooms[i].leads && rooms[i].at == getpid(); /* who holds one at this screen joins none */
    if (!own)
        for (size_t i = 0; i < count && code[0] == '\0'; i++)
            if (rooms[i].leads && rooms[i].code[0] != '\0' && rooms[i].phase >= ROOM_WAITING && rooms[i].phase < ROOM_ENDED) {
                snprintf(code, ROOM_CODE + 1, "%s", rooms[i].code);
                snprintf(title, size, "%s", rooms[i].title);
            }
    arena_close(a);
    return code[0] != '\0';
}

/* The one that who is here joined last; NULL where that is longer ago. */
static const struct room *joined_last(struct app *app, struct arena *a, int64_t within_ms)
{
    const struct room *room = NULL;
    struct error ignored;
    struct record *record = a != NULL && app->learner > 0 ? app_record_if_any(app, &ignored) : NULL;
    return record != NULL && room_last(record, a, app->learner, clock_wall_ms() - within_ms, &room, &ignored) ? room : NULL;
}

bool session_left(struct app *app, char code[ROOM_CODE + 1], char *title, size_t size)
{
    struct arena *a = arena_open();
    const struct room *room = joined_last(app, a, BACK_MS);
    bool left = room != NULL && room->phase < ROOM_ENDED && room->at != getpid();
    snprintf(code, ROOM_CODE + 1, "%s", left ? room->code : "");
    snprintf(title, size, "%s", left ? room->title : "");
    arena_close(a);
    return left;
}

bool session_keeps(struct app *app, const struct attempt *attempt, char code[ROOM_CODE + 1])
{
    code[0] = '\0';
    if (attempt->session[0] == '\0' || clock_wall_ms() - attempt->started_at > LASTS_MS)
        return false;
    struct arena *a = arena_open();
    const struct room *room = joined_last(app, a, LASTS_MS);
    bool known = room != NULL && strcmp(room->session, attempt->session) == 0, keeps = !known || room->phase < ROOM_CLOSED;
    if (known && keeps)
        snprintf(code, ROOM_CODE + 1, "%s", room->code);
    arena_close(a);
    return keeps;
}

const char *session_at_site(const struct syncing *known)
{
    bool fresh = clock_wall_ms() - known->site.reached_ms < FRESH_MS;
    return fresh && known->sessions.count > 0 && known->sessions.items[0][0] != '\0' ? known->sessions.items[0] : NULL;
}

bool session_is_in_one(struct app *app)
{
    struct arena *a = arena_open();
    const struct room *rooms;
    size_t count = 0;
    struct error ignored;
    struct record *record = a != NULL ? app_record_if_any(app, &ignored) : NULL;
    bool any = record != NULL && room_list(record, a, 0, &rooms, &count, &ignored) && count > 0;
    arena_close(a);
    return any;
}

/* ---- beginning one ---- */

static bool today(int64_t ms)
{
    int64_t begins, ends;
    clock_local_day(clock_wall_ms(), &begins, &ends);
    return ms >= begins && ms < ends;
}

static const struct element *session_of(const struct programme *p, const char *id, struct error *err)
{
    const struct element *only = NULL, *of_today = NULL;
    size_t count = 0, todays = 0;
    for (size_t i = 0; i < p->count; i++) {
        const struct element *e = &p->elements[i];
        if (e->kind != ELEMENT_SESSION || (id != NULL && strcmp(e->id, id) != 0))
            continue;
        only = e;
        count++;
        if (e->starts[0] != '\0' && today(e->starts_ms)) {
            of_today = e;
            todays++;
        }
    }
    if (count == 1 || todays == 1)
        return count == 1 ? only : of_today;
    error_set(err, EX_USAGE, count == 0 ? "there is no such session" : "which of its sessions?", p->title,
              id != NULL     ? "the programme has no session of that id"
              : count == 0 ? "the programme has no session"
                           : "the programme has several",
              "--element ID names it; `crib show PROGRAMME` lists them");
    return NULL;
}

/* What is asked within the session: the first assessment that isn't a later check. */
static const struct element *test_of(const struct programme *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->elements[i].kind == ELEMENT_ASSESSMENT && p->elements[i].phase == PHASE_DURING && p->elements[i].after_days < 0)
            return &p->elements[i];
    return NULL;
}

/* Those of this record whose job the programme is for. */
static bool add_expected(struct app *app, struct record *record, const struct programme *p, struct room_plan *plan,
                         struct error *err)
{
    struct learner *people;
    size_t count;
    if (!learner_list(record, app->arena, 0, &people, &count, err))
        return false;
    const char **names = arena_array(app->arena, count + 1, sizeof *names);
    if (names == NULL)
        return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        bool meant = p->roles.count == 0;
        for (size_t k = 0; k < people[i].roles.count; k++)
            meant = meant || strings_has(p->roles, people[i].roles.items[k]);
        if (meant && people[i].number != app->learner)
            names[plan->expected_count++] = people[i].name;
    }
    plan->expected = names;
    return true;
}

/* What the question lets one choose from; nothing of one that is typed or matched. */
static bool add_choices(struct app *app, const struct question *q, struct room_choice *choices, size_t *count)
{
    static const char *const truths[] = {"true", "false"};
    bool two = q->type == QUESTION_TRUEFALSE, many = q->type == QUESTION_CHOICE || q->type == QUESTION_MULTICHOICE;
    size_t n = two ? 2 : many ? q->answer_count : 0;
    for (size_t i = 0; i < n && i < ROOM_CHOICES_MOST; i++) {
        const char *id = arena_strdup(app->arena, q->id), *text = arena_strdup(app->arena, two ? truths[i] : q->answers[i].text.text);
        bool right = two ? q->truth == (i == 0) : q->answers[i].weight > (q->type == QUESTION_CHOICE ? 99.99 : 0);
        if (id == NULL || text == NULL)
            return false;
        choices[(*count)++] = (struct room_choice){id, (int64_t)i + 1, text, right, -1};
    }
    return true;
}

/* Its questions, for the trainer's bars. A module that isn't here has none that can be named. */
static bool add_questions(struct app *app, const char *address, struct room_plan *plan, struct error *err)
{
    struct error ignored;
    struct target target;
    struct content *c = content_target(app, app->arena, address, &target, &ignored) ? content_open(app, target.key, &ignored) : NULL;
    if (c == NULL)
        return true;
    const char **ids = arena_array(app->arena, c->questions.count + 1, sizeof *ids);
    const char **texts = arena_array(app->arena, c->questions.count + 1, sizeof *texts);
    const char **revisions = arena_array(app->arena, c->questions.count + 1, sizeof *revisions);
    struct room_choice *choices = arena_array(app->arena, (c->questions.count + 1) * ROOM_CHOICES_MOST, sizeof *choices);
    bool ok = ids != NULL && texts != NULL && revisions != NULL && choices != NULL;
    for (size_t i = 0; ok && i < c->questions.count; i++) {
        const struct question *q = c->questions.items[i];
        if (!question_scored(q))
            continue;
        ids[plan->question_count] = arena_strdup(app->arena, q->id);
        texts[plan->question_count] = arena_strdup(app->arena, q->title != NULL && q->title[0] != '\0' ? q->title : q->stem.text);
        revisions[plan->question_count] = arena_strdup(app->arena, q->revision);
        ok = ids[plan->question_count] != NULL && texts[plan->question_count] != NULL && revisions[plan->question_count] != NULL &&
             add_choices(app, q, choices, &plan->choice_count);
        plan->question_count++;
    }
    plan->questions = ids;
    plan->texts = texts;
    plan->revisions = revisions;
    plan->choices = choices;
    content_close(c);
    return ok || error_memory(err);
}

bool session_start(struct app *app, const struct library_programme *p, const char *element, bool here, int64_t *id,
                   struct error *err)
{
    struct config *config = app_config(app, err);
    const struct element *session = config != NULL ? session_of(&p->programme, element, err) : NULL;
    struct record *record = session != NULL ? app_record(app, err) : NULL;
    if (record == NULL)
        return false;
    const struct element *test = test_of(&p->programme);
    const struct config_value *names = config_get(config, CONFIG_SESSION_NAMES);
    struct room_plan plan = {
        .programme = p->address,
        .element = session->id,
        .iri = p->iri,
        .title = session->title[0] != '\0' ? session->title : p->programme.title,
        .module = test != NULL ? library_address(app->arena, p->channel, test->module, "") : "",
        .test = test != NULL ? test->id : "",
        .starts_ms = session->starts[0] != '\0' ? session->starts_ms : 0,
        .names = names->yes && names->origin == ORIGIN_SYSTEM, /* the site says so, not a trainer */
        .here = here,
    };
    if (plan.module == NULL)
        return error_memory(err);
    return add_expected(app, record, &p->programme, &plan, err) && (test == NULL || add_questions(app, plan.module, &plan, err)) &&
           room_lead(record, app->learner, &plan, name_of(app), getpid(), id, err) && session_follow(app, err);
}

/* ---- how it stands ---- */

const struct room *session_led(struct app *app, struct arena *a, const char *code, struct error *err)
{
    char tidy[ROOM_CODE + 1];
    const struct room *rooms;
    size_t count = 0;
    struct error failed = {0};
    struct record *record = app_record_if_any(app, &failed);
    if (record != NULL && room_code(code, tidy) && room_list(record, a, 0, &rooms, &count, &failed))
        for (size_t i = 0; i < count; i++)
            if (rooms[i].leads && strcmp(rooms[i].code, tidy) == 0)
                return &rooms[i];
    if (failed.code != 0 && err != NULL)
        *err = failed;
    else if (failed.code == 0)
        error_set(err, EX_NOINPUT, "no session of yours has that code", code, NULL, "`crib session list` names those that are on");
    return NULL;
}

bool session_held(struct app *app, int64_t id)
{
    struct arena *a = arena_open();
    const struct room *room = NULL;
    struct error ignored;
    struct record *record = a != NULL ? app_record_if_any(app, &ignored) : NULL;
    bool held = record != NULL && room_get(record, a, id, &room, &ignored) && room != NULL && room->phase < ROOM_CLOSED;
    arena_close(a);
    return held;
}

void session_code_words(const char *code, char *out)
{
    snprintf(out, 8, "%.3s %.3s", code, strlen(code) > 3 ? code + 3 : "");
}

const char *session_person_words(const struct room *room, const struct room_person *p)
{
    if (p->state == ROOM_EXPECTED)
        return room->phase == ROOM_ENDED ? "did not come" : "not here yet";
    if (room->phase == ROOM_ENDED)
        return p->state == ROOM_GONE ? "left early" : p->late ? "came late" : "came";
    return p->state == ROOM_GONE ? "gone" : p->late ? "here, late" : "here";
}

const char *session_phase_words(enum room_phase phase)
{
    static const char *const words[] = {"looked for", "the assessment is not open yet", "the assessment is open",
                                        "the assessment is closed", "over", "not found"};
    return words[phase];
}
