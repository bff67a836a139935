#include "tui/cli/share.h"

#include "core/base/account.h"
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/base/text.h"
#include "core/record/accepted.h"
#include "core/record/share.h"
#include "tui/hints.h"
#include "tui/visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

void sharing_read(struct app *app, const struct config *config, struct sharing *s)
{
    struct share said = {0};
    const struct config_value *v = config_get(config, CONFIG_SHARE);
    struct record *record = visit_shared(app) ? NULL : app_record_if_any(app, NULL);
    if (record == NULL || app->learner == 0 || !record_shared(record, app->learner, &said, NULL))
        said = (struct share){0};
    s->since = said.since != 0 ? said.at : 0;
    s->no = v->origin != ORIGIN_DEFAULT ? v : NULL;
    s->on = s->since != 0 && config_share(config);
}

/* Where it would go. */
static const char *destination(struct app *app, const struct config *config)
{
    struct accepted accepted;
    const char *only = NULL;
    if (!accepted_read(app->arena, config, &accepted, NULL))
        return "the learning record stores of config.yaml";
    for (size_t i = 0; i < accepted.count; i++) {
        const char *endpoint = accepted.items[i].endpoint;
        if (endpoint[0] != '\0' && only != NULL && strcmp(only, endpoint) != 0)
            return "the learning record stores of config.yaml";
        if (endpoint[0] != '\0')
            only = endpoint;
    }
    return only != NULL ? only : "a learning record store, once one is accepted,";
}

static const char *who(struct app *app, const struct config *config)
{
    const char *name = config_text(config, CONFIG_ACCOUNT);
    if (name[0] == '\0')
        name = account_name(app->arena);
    return name != NULL ? name : "you";
}

static void say(const char *text)
{
    struct buf safe = {0};
    text_safe(&safe, text, strlen(text), TEXT_KEEP_NEWLINES | (output_is_utf8() ? 0 : TEXT_ASCII));
    fputs(buf_text(&safe), stderr);
    buf_free(&safe);
}

static bool ask(struct app *app, const struct config *config, bool *yes, struct error *err)
{
    const char *question = arena_printf(app->arena, "Tell %s as %s which hints you see, open or dismiss, from now on? y/n ",
                                        destination(app, config), who(app, config));
    if (question == NULL)
        return error_memory(err);
    say(question);
    char *line = NULL;
    size_t room = 0;
    ssize_t n = getline(&line, &room, stdin);
    struct str answer = n > 0 ? str_trim((struct str){line, (size_t)n}) : STR("");
    *yes = str_eq(answer, STR("y")) || str_eq(answer, STR("yes"));
    free(line);
    return true;
}

static bool forbidden(struct app *app, const struct config *config, struct error *err)
{
    const struct config_value *v = config_get(config, CONFIG_SHARE);
    const struct error *unread = config_unread(config, ORIGIN_SYSTEM);
    if (unread == NULL)
        unread = config_unread(config, ORIGIN_USER);
    if (v->origin == ORIGIN_DEFAULT && unread != NULL)
        return error_set(err, EX_CONFIG, "cannot share", unread->where, "what it forbids can't be read", unread->todo);
    const char *where = arena_printf(app->arena, "%s:%zu", v->where, v->line);
    return error_set(err, EX_NOPERM, "cannot share", where != NULL ? where : v->where, "share is no there",
                     v->origin == ORIGIN_SYSTEM ? "ask who administers this machine" : "take that line out first");
}

/* What was offered before comes into the record before the yes: it is older than that. */
static bool change(struct app *app, bool yes, struct error *err)
{
    struct record *record = app_record(app, err);
    if (record == NULL)
        return false;
    hints_move(app);
    if (!record_share(record, app->learner, yes, err))
        return false;
    say(yes ? "From now on; `crib outbox` lists it first, `crib config share off` ends it.\n"
            : "Nothing more of it leaves. What was sent before stays there.\n");
    return true;
}

static bool print_state(const struct sharing *s, struct error *err)
{
    char day[16];
    struct buf out = {0};
    if (s->on && isatty(STDIN_FILENO) == 1) {
        clock_format_day(s->since, day, sizeof day);
        buf_addf(&out, "on since %s; `crib config share off` ends it\n", day);
    } else {
        buf_adds(&out, s->on ? "on\n" : "off\n");
    }
    return output_buf(&out, false, err);
}

static bool print_json(struct app *app, const struct config *config, struct error *err)
{
    char at[40] = "";
    struct sharing now;
    struct buf out = {0};
    struct json j = {.out = &out};
    sharing_read(app, config, &now);
    if (now.on)
        clock_format(now.since, clock_offset_minutes(now.since), at, sizeof at);
    json_open_object(&j, NULL);
    json_bool(&j, "share", now.on);
    json_string(&j, "since", now.on ? at : NULL);
    json_close_object(&j);
    output_end_json(&out);
    return output_buf(&out, false, err);
}

bool share_command(struct app *app, const char *word, bool json, struct error *err)
{
    struct sharing now;
    const struct config *config = app_config(app, err);
    if (config == NULL)
        return false;
    bool yes = word != NULL && strcmp(word, "on") == 0;
    if (word != NULL && !yes && strcmp(word, "off") != 0)
        return error_set(err, EX_USAGE, "config share", word, "it takes on, off, or nothing", "see `crib config --help`");
    if (visit_shared(app))
        return error_set(err, EX_NOPERM, "there is nothing to share", NULL,
                         "several people use this account: what is offered in it is kept for nobody", "people with accounts of their own can");
    sharing_read(app, config, &now);
    bool asks = word == NULL && !now.on && !json && isatty(STDIN_FILENO) == 1;
    if (word == NULL && !asks)
        return json ? print_json(app, config, err) : print_state(&now, err);
    if ((asks || yes) && !config_share(config))
        return forbidden(app, config, err);
    if (asks && !ask(app, config, &yes, err))
        return false;
    if (asks && !yes) {
        say("Nothing is shared.\n");
        return true;
    }
    return change(app, yes, err) && (!json || print_json(app, config, err));
}
