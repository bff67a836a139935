#include "core/base/text.h"
#include "core/record/pin.h"
#include "tui/cli/learner.h"
#include "tui/cli/visitor.h"
#include "tui/staging.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

struct managing {
    struct app *app;
    const struct args *args;
    struct record *record;
    int64_t by;
    struct learner who;
    const char *value; /* the third word; NULL without */
    struct strings roles; /* that were given */
};

static bool split(struct managing *c, const char *text, struct strings *list, struct error *err)
{
    if (!strings_split(c->app->arena, text, list))
        return error_memory(err);
    static const char *const nothing[] = {NULL};
    if (list->count == 0)
        list->items = nothing;
    return true;
}

static bool add(struct managing *c, struct error *err)
{
    const char *roles = args_value(c->args, "roles"), *rights = args_value(c->args, "rights");
    struct learner_row row = {.name = c->args->words[1], .badge = args_value(c->args, "badge"), .account = args_value(c->args, "account")};
    struct strings words;
    int64_t number = 0;
    if ((roles != NULL && !split(c, roles, &row.roles, err)) ||
        (rights != NULL && (!split(c, rights, &words, err) || !rights_parse(words, &row.rights, err))))
        return false;
    c->roles = row.roles;
    char pin[PIN_MOST + 2];
    bool with_pin = args_flag(c->args, "pin");
    bool ok = (!with_pin || visitor_choose_pin(pin, sizeof pin, err)) && learner_add(c->record, &row, c->by, &number, err) &&
              (!with_pin || learner_pin_set(c->record, number, pin, c->by, err));
    sodium_memzero(pin, sizeof pin);
    return ok && learner_get(c->record, c->app->arena, number, &c->who, err);
}

static bool change_name(struct managing *c, struct error *err)
{
    return learner_name_set(c->record, c->who.number, c->value, c->by, err);
}

static bool change_badge(struct managing *c, struct error *err)
{
    return learner_badge_set(c->record, c->who.number, c->value, c->by, err);
}

static bool change_roles(struct managing *c, struct error *err)
{
    return split(c, c->value, &c->roles, err) && learner_roles_set(c->record, c->who.number, c->roles, c->by, err);
}

static bool change_rights(struct managing *c, struct error *err)
{
    struct strings words;
    unsigned rights;
    return split(c, c->value, &words, err) && rights_parse(words, &rights, err) &&
           ((rights & RIGHT_ADMINISTRATOR) != 0 || learner_not_the_last(c->record, &c->who, err)) &&
           learner_rights_set(c->record, c->who.number, rights, c->by, err);
}

static bool change_account(struct managing *c, struct error *err)
{
    return learner_account_set(c->record, c->who.number, c->value, c->by, err);
}

static bool remove_one(struct managing *c, struct error *err)
{
    return learner_not_the_last(c->record, &c->who, err) && learner_remove(c->record, c->who.number, c->by, err);
}

/* Who could reset an administrator's PIN, or choose it, could be one. */
static bool may_touch_pin(struct managing *c, struct error *err)
{
    struct learner by;
    if (!learner_get(c->record, c->app->arena, c->by, &by, err))
        return false;
    if (c->by != 0 && (c->who.rights & RIGHT_ADMINISTRATOR) != 0 && (by.rights & RIGHT_ADMINISTRATOR) == 0)
        return error_set(err, EX_NOPERM, "cannot change the PIN", c->who.name, "it is an administrator's", "ask an administrator");
    return true;
}

static bool reset_pin(struct managing *c, struct error *err)
{
    return may_touch_pin(c, err) && learner_pin_reset(c->record, c->who.number, c->by, err);
}

/* Whose it is types it, at the terminal of whoever looks after it. */
static bool choose_pin(struct managing *c, struct error *err)
{
    char pin[PIN_MOST + 2];
    if (!may_touch_pin(c, err))
        return false;
    if (isatty(STDERR_FILENO)) /* an error alone is one line */
        fprintf(stderr, "This is for %s.\n", c->who.name);
    bool ok = visitor_choose_pin(pin, sizeof pin, err) &&
              learner_pin_set(c->record, c->who.number, pin, c->by, err);
    sodium_memzero(pin, sizeof pin);
    return ok;
}

static const struct act {
    const char *name;
    bool (*run)(struct managing *c, struct error *err);
    unsigned rights; /* of whom it takes */
    const char *done, *none; /* said; none: where the value is empty */
} acts[] = {
    {"add", add, RIGHT_ADMINISTRATOR, "is a learner here", NULL},
    {"remove", remove_one, RIGHT_ADMINISTRATOR, "is removed: can't badge in, and the record is kept (`crib learner forget` erases)", NULL},
    {"reset-pin", reset_pin, RIGHT_ADMINISTRATOR | RIGHT_SUPERVISOR, "has no PIN now", NULL},
    {"pin", choose_pin, RIGHT_ADMINISTRATOR | RIGHT_SUPERVISOR, "has this PIN now", NULL},
    {"name", change_name, RIGHT_ADMINISTRATOR, "has this name now", NULL},
    {"badge", change_badge, RIGHT_ADMINISTRATOR, "has this badge now, and no other", "has no badge now"},
    {"account", change_account, RIGHT_ADMINISTRATOR, "is sent under this account from now on, and what waits as well", "has no account now: nothing is sent"},
    {"roles", change_roles, RIGHT_ADMINISTRATOR, "has these roles now", "has no roles of their own now"},
    {"rights", change_rights, RIGHT_ADMINISTRATOR, "has these rights now", "is a learner like any now"},
};

static void say_done(const struct managing *c, const struct act *act)
{
    struct buf line = {0};
    text_safe(&line, c->who.name, strlen(c->who.name), 0);
    bool none = c->value != NULL && c->value[0] == '\0';
    buf_addf(&line, " %s", none ? act->none : act->done);
    if (act->run == add && (c->who.rights & ~(unsigned)RIGHT_LEARNER) != 0)
        buf_addf(&line, ", with the right of %s", rights_text(c->app->arena, c->who.rights));
    fprintf(stderr, "%s.\n", buf_text(&line));
    buf_free(&line);
}

bool learner_change(struct app *app, const struct args *args, struct error *err)
{
    const struct act *act = acts;
    while (strcmp(act->name, args->words[0]) != 0)
        act++;
    struct managing c = {.app = app, .args = args, .value = args->count > 2 ? args->words[2] : NULL};
    c.record = learner_manager(app, act->rights, &c.by, err);
    if (c.record == NULL || (act->run != add && !learner_meant(app, c.record, args->words[1], false, &c.who, err)) || !act->run(&c, err))
        return false;
    if (act->run == change_name && !learner_get(c.record, app->arena, c.who.number, &c.who, err))
        return false;
    say_done(&c, act);
    struct error unknown;
    if (!staging_roles_known(app, c.roles, &unknown))
        error_print(&unknown, "crib", stderr);
    return true;
}
