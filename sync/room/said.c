#include <jansson.h>

#include "sync/room/said.h"

#include "core/base/text.h"

#include <string.h>

enum { TEXT_MOST = 300, NUMBER_MOST = 100000, CHOICES_MOST = 2000 };

/* NULL where it is none that could stand on a screen. */
static const char *text_of(struct arena *a, const json_t *object, const char *name)
{
    const json_t *v = json_object_get(object, name);
    const char *text = json_string_value(v);
    size_t n = text != NULL ? json_string_length(v) : 0;
    return text != NULL && n <= TEXT_MOST && strlen(text) == n && text_control(text, n) == n ? arena_strdup(a, text) : NULL;
}

static int64_t number_of(const json_t *object, const char *name, int64_t missing)
{
    const json_t *v = json_object_get(object, name);
    return json_is_integer(v) && json_integer_value(v) >= 0 && json_integer_value(v) <= NUMBER_MOST ? (int64_t)json_integer_value(v)
                                                                                                    : missing;
}

/* Milliseconds since 1970; 0: it isn't known. */
static int64_t moment_of(const json_t *object, const char *name)
{
    const json_t *v = json_object_get(object, name);
    return json_is_integer(v) && json_integer_value(v) > 0 && json_integer_value(v) < INT64_MAX / 2 ? (int64_t)json_integer_value(v) : 0;
}

static bool phase_of(const json_t *object, enum room_phase *phase)
{
    static const char *const names[] = {"waiting", "open", "closed", "ended"};
    const char *text = json_string_value(json_object_get(object, "phase"));
    for (size_t i = 0; text != NULL && i < sizeof names / sizeof *names; i++)
        if (strcmp(text, names[i]) == 0) {
            *phase = (enum room_phase)(ROOM_WAITING + i);
            return true;
        }
    return false;
}

static bool read_learner(struct arena *a, const json_t *root, struct room_heard *h, bool *late)
{
    const struct {
        const char *name, **to;
    } texts[] = {{"session", &h->session}, {"programme", &h->programme}, {"element", &h->element}, {"iri", &h->iri},
                 {"title", &h->title},     {"module", &h->module},       {"test", &h->test}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if ((*texts[i].to = text_of(a, root, texts[i].name)) == NULL)
            return false;
    const json_t *starts = json_object_get(root, "starts");
    h->starts_ms = json_is_integer(starts) && json_integer_value(starts) >= 0 ? (int64_t)json_integer_value(starts) : 0;
    h->people = number_of(root, "people", 0);
    h->names = json_is_true(json_object_get(root, "names"));
    *late = json_is_true(json_object_get(root, "late"));
    return h->session[0] != '\0' && h->programme[0] != '\0' && h->element[0] != '\0' && phase_of(root, &h->phase);
}

bool said_to_learner(struct arena *a, const char *bytes, size_t n, struct room_heard *heard, bool *late)
{
    *heard = (struct room_heard){.trouble = ""};
    json_t *root = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, NULL);
    bool ok = json_is_object(root) && read_learner(a, root, heard, late);
    json_decref(root);
    return ok;
}

static void read_person(const char *name, const json_t *x, bool joined, struct room_person *person)
{
    const json_t *score = json_object_get(x, "score");
    double points = joined && json_is_number(score) ? json_number_value(score) : -1;
    *person = (struct room_person){
        .name = name,
        .state = !joined ? ROOM_EXPECTED : json_is_true(json_object_get(x, "here")) ? ROOM_HERE : ROOM_GONE,
        .late = joined && json_is_true(json_object_get(x, "late")),
        .done = number_of(x, "done", 0),
        .of = number_of(x, "of", -1),
        .answered = joined ? number_of(x, "answered", 0) : 0,
        .score = points >= 0 && points <= 100 ? points : -1,
        .joined_at = joined ? moment_of(x, "joined") : 0,
        .left_at = joined ? moment_of(x, "left") : 0,
    };
}

static void read_list(struct arena *a, const json_t *list, bool joined, struct said_trainer *s)
{
    for (size_t i = 0; i < json_array_size(list) && i < ROOM_PEOPLE_MOST; i++) {
        const char *name = text_of(a, json_array_get(list, i), "name");
        if (name == NULL)
            continue;
        read_person(name, json_array_get(list, i), joined, &s->people[s->people_count]);
        s->heard.people += s->people[s->people_count++].state == ROOM_HERE;
    }
}

static bool read_people(struct arena *a, const json_t *joined, const json_t *expected, struct said_trainer *s)
{
    s->people = arena_array(a, (size_t)2 * ROOM_PEOPLE_MOST, sizeof *s->people);
    s->expected = json_is_array(expected);
    if (s->people == NULL)
        return false;
    read_list(a, joined, true, s);
    read_list(a, expected, false, s);
    return true;
}

static bool read_questions(struct arena *a, const json_t *list, struct said_trainer *s)
{
    size_t n = json_array_size(list);
    s->questions = arena_array(a, n + 1, sizeof *s->questions);
    for (size_t i = 0; s->questions != NULL && i < n && i < ROOM_QUESTIONS_MOST; i++) {
        const json_t *x = json_array_get(list, i);
        const char *id = text_of(a, x, "id");
        if (id != NULL)
            s->questions[s->question_count++] =
                (struct room_question){id, id, number_of(x, "answers", 0), number_of(x, "right", 0), number_of(x, "other", 0), ""};
    }
    return s->questions != NULL;
}

static bool read_choices(struct arena *a, const json_t *list, struct said_trainer *s)
{
    size_t n = json_array_size(list);
    s->choices = arena_array(a, n + 1, sizeof *s->choices);
    for (size_t i = 0; s->choices != NULL && i < n && i < CHOICES_MOST; i++) {
        const json_t *x = json_array_get(list, i);
        const char *id = text_of(a, x, "id");
        int64_t choice = number_of(x, "choice", 0);
        if (id != NULL && choice >= 1 && choice <= ROOM_CHOICES_MOST)
            s->choices[s->choice_count++] = (struct room_choice){id, choice, "", false, number_of(x, "picks", 0)};
    }
    return s->choices != NULL;
}

bool said_to_trainer(struct arena *a, const char *bytes, size_t n, struct said_trainer *said)
{
    char code[ROOM_CODE + 1];
    *said = (struct said_trainer){.heard = {.trouble = "", .starts_ms = -1, .names = -1}};
    json_t *root = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, NULL);
    bool ok = json_is_object(root) && (said->heard.code = text_of(a, root, "code")) != NULL && room_code(said->heard.code, code) &&
              phase_of(root, &said->heard.phase) && read_people(a, json_object_get(root, "people"), json_object_get(root, "expected"), said) &&
              read_questions(a, json_object_get(root, "questions"), said) && read_choices(a, json_object_get(root, "choices"), said);
    json_decref(root);
    return ok;
}
