#include "sync/room/asking.h"

#include "core/base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The numbers of "choice 1 3"; of true and false, 1 and 2. */
static void add_picks(const char *response, struct json *j)
{
    static const char choice[] = "choice ";
    const char *at = strncmp(response, choice, sizeof choice - 1) == 0 ? response + sizeof choice - 1 : "";
    bool yes = strcmp(response, "true") == 0, no = strcmp(response, "false") == 0;
    json_open_array(j, NULL);
    for (char *end; *at != '\0'; at = end) {
        long n = strtol(at, &end, 10);
        if (end == at)
            break;
        json_int(j, NULL, n);
    }
    if (yes || no)
        json_int(j, NULL, yes ? 1 : 2);
    json_close_array(j);
}

static void add_answers(const struct room_answer *answers, size_t count, struct json *j)
{
    json_open_array(j, "answers");
    for (size_t i = 0; i < count; i++) {
        json_open_array(j, NULL);
        json_string(j, NULL, answers[i].question);
        json_double(j, NULL, answers[i].fraction);
        add_picks(answers[i].response, j);
        char revision[ROOM_REVISION + 1];
        snprintf(revision, sizeof revision, "%s", answers[i].revision);
        json_string(j, NULL, revision);
        json_close_array(j);
    }
    json_close_array(j);
}

void asking_here(const struct room *room, const struct asking_here *as, struct buf *body)
{
    struct json j = {.out = body};
    json_open_object(&j, NULL);
    json_string(&j, "key", room->key);
    json_string(&j, "code", room->code);
    json_string(&j, "session", room->session);
    json_string(&j, "name", room->name);
    if (as->who != NULL) {
        json_string(&j, "person", as->who->person);
        json_string(&j, "account", as->who->account);
    }
    json_bool(&j, "here", as->present);
    json_int(&j, "done", as->done);
    json_int(&j, "of", as->of);
    add_answers(as->answers, as->count, &j);
    if (as->score >= 0)
        json_double(&j, "score", as->score);
    json_close_object(&j);
}

void asking_look(const struct room *room, struct buf *body)
{
    struct json j = {.out = body};
    json_open_object(&j, NULL);
    json_string(&j, "code", room->code);
    json_close_object(&j);
}
