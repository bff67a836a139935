#include "tui/cli/cli.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/record/learner.h"
#include "core/record/room.h"
#include "tui/cli/listen.h"
#include "tui/cli/run.h"
#include "tui/cli/session_lines.h"
#include "tui/cli/visitor.h"
#include "tui/screen/hub.h"
#include "tui/screen/lead.h"
#include "tui/screen/session.h"
#include "tui/session.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { WAIT_MS = 10000, LOOK_MS = 100, LOOKS = 20 };

static bool may_lead(struct app *app, struct error *err)
{
    return visitor_may(app, RIGHT_TRAINER | RIGHT_ADMINISTRATOR, "hold a session", err);
}

/* The row in a, once it is as wanted; or what there is after a while. */
static const struct room *wait_for(struct app *app, struct arena *a, int64_t id, bool (*wanted)(const struct room *room),
                                   struct error *err)
{
    int64_t until = clock_monotonic_ms() + WAIT_MS;
    for (;;) {
        const struct room *room = NULL;
        struct record *record = app_record_if_any(app, err);
        if (record == NULL || !room_get(record, a, id, &room, err) || !session_follow(app, err))
            return NULL;
        if (room == NULL || wanted(room) || clock_monotonic_ms() > until)
            return room != NULL ? room : (error_set(err, EX_NOINPUT, "the session is gone", NULL, NULL, "`crib session list` names those that are on"), NULL);
        (void)listen_pause(LOOK_MS);
    }
}

static bool has_code(const struct room *room)
{
    return room->code[0] != '\0' || room->phase == ROOM_REFUSED;
}

static bool nothing_wished(const struct room *room)
{
    return room->wish == ROOM_WISH_NOTHING || room->phase >= ROOM_ENDED;
}

static bool heard(const struct room *room)
{
    return room->phase != ROOM_SOUGHT;
}

/* ---- a trainer's ---- */

static bool start_lead(struct screens *s, struct app *app, void *context, struct error *err)
{
    const int64_t *id = context;
    return lead_open(s, app, *id, err);
}

/* The terminal is the shell's again, the session goes on. */
static void say_goes_on(struct app *app, int64_t id)
{
    struct error ignored;
    const struct room *room = NULL;
    struct record *record = app_record_if_any(app, &ignored);
    if (record != NULL && room_get(record, app->arena, id, &room, &ignored) && room != NULL && room->phase < ROOM_ENDED &&
        room->code[0] != '\0')
        fprintf(stderr, "The session goes on: `crib session resume %s` comes back to it, `crib session end %s` ends it.\n", room->code,
                room->code);
}

static int lead_screen(struct app *app, int64_t id)
{
    int status = run_screens(app, start_lead, &id);
    say_goes_on(app, id);
    return status;
}

static int say_code(struct app *app, int64_t id, bool json)
{
    struct error err;
    struct buf out = {0};
    char words[8];
    const struct room *room = wait_for(app, app->arena, id, has_code, &err);
    if (room == NULL)
        return app_fail(&err);
    if (room->code[0] == '\0') {
        error_set(&err, room->phase == ROOM_REFUSED ? EX_NOPERM : EX_UNAVAILABLE, "the session could not be opened", room->title,
                  room->trouble[0] != '\0' ? room->trouble : "crib-sync does not answer", "--here holds it on this host");
        return app_fail(&err);
    }
    if (json) {
        session_json(app, room, &out);
        output_end_json(&out);
    } else {
        session_code_words(room->code, words);
        buf_addf(&out, "Code: %s\nThey join with `crib session join %s`. `crib session open %s` opens the assessment.\n", words, room->code,
                 room->code);
    }
    return output_buf(&out, false, &err) ? EX_OK : app_fail(&err);
}

static int begin(struct app *app, const struct args *args)
{
    struct error err;
    int64_t id;
    struct library *library = may_lead(app, &err) ? app_library(app, &err) : NULL;
    const struct library_programme *p = library != NULL ? library_programme(library, app->arena, args->words[1], &err) : NULL;
    if (p == NULL || !session_start(app, p, args_value(args, "element"), args_flag(args, "here"), &id, &err))
        return app_fail(&err);
    if (!output_has_screen() || args_flag(args, "plain") || args_flag(args, "json"))
        return say_code(app, id, args_flag(args, "json"));
    return lead_screen(app, id);
}

static const struct room *led(struct app *app, const struct args *args, struct error *err)
{
    const struct room *room = may_lead(app, err) ? session_led(app, app->arena, args->words[1], err) : NULL;
    struct record *record = room != NULL ? app_record(app, err) : NULL;
    return record != NULL && room_at(record, room->id, getpid(), err) && session_follow(app, err) ? room : NULL;
}

static int show(struct app *app, const struct args *args)
{
    struct error err;
    const struct room *room = led(app, args, &err);
    struct buf out = {0};
    if (room == NULL)
        return app_fail(&err);
    for (int i = 0; room->place[0] != '/' && i < LOOKS && session_follow(app, &err); i++)
        (void)listen_pause(LOOK_MS); /* of a site nobody tells while nobody looks */
    room = wait_for(app, app->arena, room->id, heard, &err);
    if (room == NULL)
        return app_fail(&err);
    if (args_flag(args, "json")) {
        session_json(app, room, &out);
        output_end_json(&out);
    } else {
        session_text(app, room, &out);
    }
    return output_buf(&out, true, &err) ? EX_OK : app_fail(&err);
}

static int resume(struct app *app, const struct args *args)
{
    struct error err;
    if (!output_has_screen() || args_flag(args, "plain") || args_flag(args, "json"))
        return show(app, args);
    const struct room *room = led(app, args, &err);
    return room != NULL ? lead_screen(app, room->id) : app_fail(&err);
}

static int wish(struct app *app, const struct args *args, enum room_wish w)
{
    struct error err;
    const struct room *room = led(app, args, &err);
    struct record *record = room != NULL ? app_record(app, &err) : NULL;
    if (record == NULL || !room_wish(record, room->id, w, &err) ||
        (room = wait_for(app, app->arena, room->id, nothing_wished, &err)) == NULL)
        return app_fail(&err);
    if (room->wish != ROOM_WISH_NOTHING) {
        error_set(&err, EX_TEMPFAIL, "the session does not answer", room->title, room->trouble, "it is tried further");
        return app_fail(&err);
    }
    struct buf out = {0};
    buf_addf(&out, "%s: %s\n", room->code, session_phase_words(room->phase));
    return output_buf(&out, false, &err) ? EX_OK : app_fail(&err);
}

static int open_test(struct app *app, const struct args *args)
{
    return wish(app, args, ROOM_WISH_OPEN);
}

static int close_test(struct app *app, const struct args *args)
{
    return wish(app, args, ROOM_WISH_CLOSE);
}

static int end(struct app *app, const struct args *args)
{
    return wish(app, args, ROOM_WISH_END);
}

/* ---- a learner's ---- */

static bool open_hub(struct screens *s, void *context, struct error *err)
{
    return hub_open(s, context, NULL, err);
}

static bool start_join(struct screens *s, struct app *app, void *context, struct error *err)
{
    screens_below(s, open_hub, app);
    return session_open(s, app, context, err);
}

static int join(struct app *app, const struct args *args)
{
    struct error err;
    char code[ROOM_CODE + 1];
    int64_t id;
    if (!room_code(args->words[1], code)) {
        (void)session_join(app, args->words[1], &id, &err); /* says what a code looks like */
        return app_fail(&err);
    }
    if (!visitor_ask(app, &err))
        return app_fail(&err);
    if (output_has_screen() && !args_flag(args, "plain") && isatty(STDIN_FILENO) == 1)
        return run_screens(app, start_join, code);
    return session_join(app, code, &id, &err) ? session_lines(app, id) : app_fail(&err);
}

/* ---- both ---- */

static int list(struct app *app, const struct args *args)
{
    struct error err = {0};
    const struct room *rooms = NULL;
    size_t count = 0;
    struct buf out = {0};
    struct record *record = app_record_if_any(app, &err);
    if (err.code != 0 || (record != NULL && !room_list(record, app->arena, 0, &rooms, &count, &err)))
        return app_fail(&err);
    if (!args_flag(args, "json"))
        return session_table(rooms, count, &err) ? EX_OK : app_fail(&err);
    session_list_json(rooms, count, &out);
    output_end_json(&out);
    return output_buf(&out, false, &err) ? EX_OK : app_fail(&err);
}

/* As a service: for a kiosk, which starts no process itself. */
static int follow(struct app *app, const struct args *args)
{
    struct error err;
    (void)args;
    (void)app_become_sync(app, (const char *[]){"room", "--stay", NULL}, &err);
    return app_fail(&err);
}

int cli_session(struct app *app, const struct args *args)
{
    static const struct {
        const char *name;
        size_t words;
        int (*run)(struct app *app, const struct args *args);
    } table[] = {{"start", 2, begin}, {"join", 2, join},      {"list", 1, list}, {"show", 2, show},
                 {"resume", 2, resume}, {"open", 2, open_test}, {"close", 2, close_test}, {"end", 2, end}, {"follow", 1, follow}};
    struct error err;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(args->words[0], table[i].name) == 0 && args->count == table[i].words)
            return table[i].run(app, args);
    error_set(&err, EX_USAGE, "session", NULL, arena_printf(app->arena, "it takes %s", args->command->arguments),
              "see `crib session --help`");
    return app_fail(&err);
}
