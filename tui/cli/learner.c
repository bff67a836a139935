#include "tui/cli/learner.h"

#include "core/base/text.h"
#include "tui/cli/cli.h"
#include "tui/cli/visitor.h"
#include "tui/visit.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

struct record *learner_manager(struct app *app, unsigned rights, int64_t *by, struct error *err)
{
    return visitor_manager(app, rights, "cannot manage learners", by, err);
}

static bool several(const char *said, struct error *err)
{
    return error_set(err, EX_DATAERR, "cannot tell who is meant", said, "several learners have this name", "give the badge");
}

/* Who was removed is known by name alone: the badge may be somebody else's by now. */
static bool find_removed(struct app *app, struct record *record, const char *said, struct learner *who, struct error *err)
{
    struct learner *rows;
    struct buf want = {0}, has = {0};
    size_t count, found = 0;
    if (!learner_list(record, app->arena, LEARNERS_REMOVED, &rows, &count, err))
        return false;
    text_fold(&want, said, strlen(said));
    for (size_t i = 0; i < count; i++) {
        buf_clear(&has);
        text_fold(&has, rows[i].name, strlen(rows[i].name));
        if (rows[i].removed && strcmp(buf_text(&want), buf_text(&has)) == 0 && ++found > 0)
            *who = rows[i];
    }
    buf_free(&want);
    buf_free(&has);
    if (found > 1)
        return several(said, err);
    return found == 1 || error_set(err, EX_NOUSER, "there is no such learner", said, NULL, "`crib learner list` lists them");
}

bool learner_meant(struct app *app, struct record *record, const char *said, bool removed, struct learner *who, struct error *err)
{
    enum learner_found found;
    int64_t number;
    if (!learner_find(record, said, true, &found, &number, err))
        return false;
    if (found == LEARNER_SEVERAL)
        return several(said, err);
    if (found != LEARNER_NOBODY)
        return learner_get(record, app->arena, number, who, err);
    return removed ? find_removed(app, record, said, who, err)
                   : error_set(err, EX_NOUSER, "there is no such learner", said, NULL, "`crib learner list` lists them");
}

bool learner_not_the_last(struct record *record, const struct learner *who, struct error *err)
{
    int64_t count;
    if ((who->rights & RIGHT_ADMINISTRATOR) == 0 || !who->pin)
        return true;
    return learner_count(record, RIGHT_ADMINISTRATOR, true, &count, err) &&
           (count > 1 || error_set(err, EX_DATAERR, "cannot do that", who->name, "this is the last administrator with a PIN",
                                   "give somebody else the right and a PIN first"));
}

/* Chooses a PIN of one's own. */
static bool choose_pin(struct app *app, struct error *err)
{
    char pin[PIN_MOST + 2];
    if (!visitor_ask(app, err))
        return false;
    struct record *record = app_record(app, err);
    bool ok = record != NULL && visitor_choose_pin(pin, sizeof pin, err) &&
              learner_pin_set(record, app->learner, pin, app->learner, err);
    sodium_memzero(pin, sizeof pin);
    if (ok)
        fputs("The PIN is set.\n", stderr);
    return ok;
}

static bool usage(const char *why, struct error *err)
{
    return error_set(err, EX_USAGE, "learner", NULL, why, "see `crib learner --help`");
}

static bool run_export(struct app *app, const struct args *args, struct error *err)
{
    return visitor_ask(app, err) &&
           learner_export(app, args->count > 1 ? args->words[1] : NULL, args_flag(args, "json"), err);
}

static bool run_forget(struct app *app, const struct args *args, struct error *err)
{
    struct learner who;
    int64_t by;
    if (args->count == 1)
        return visitor_ask(app, err) && learner_forget(app, NULL, args, err);
    struct record *record = learner_manager(app, RIGHT_ADMINISTRATOR, &by, err);
    return record != NULL && learner_meant(app, record, args->words[1], true, &who, err) && learner_not_the_last(record, &who, err) &&
           learner_forget(app, &who, args, err);
}

static bool run_pin(struct app *app, const struct args *args, struct error *err)
{
    return args->count > 1 ? learner_change(app, args, err) : choose_pin(app, err);
}

static bool run_import(struct app *app, const struct args *args, struct error *err)
{
    return learner_import(app, args->words[1], args, err);
}

static const struct {
    const char *name;
    size_t least, most; /* words, itself among them */
    bool (*run)(struct app *app, const struct args *args, struct error *err);
    const char *takes;
} acts[] = {
    {"export", 1, 2, run_export, "it takes export [FILE|DIR]"},
    {"forget", 1, 2, run_forget, "it takes forget, or forget WHO: a badge or a whole name"},
    {"pin", 1, 2, run_pin, "it takes pin, or pin WHO: a badge or a whole name"},
    {"list", 1, 1, learner_print_list, "list takes no words"},
    {"import", 2, 2, run_import, "it takes import CSV"},
    {"add", 2, 2, learner_change, "it takes add NAME (quote a name with blanks)"},
    {"remove", 2, 2, learner_change, "it takes remove WHO: a badge or a whole name"},
    {"reset-pin", 2, 2, learner_change, "it takes reset-pin WHO: a badge or a whole name"},
    {"name", 3, 3, learner_change, "it takes name WHO NAME"},
    {"badge", 3, 3, learner_change, "it takes badge WHO BADGE ('' for none)"},
    {"account", 3, 3, learner_change, "it takes account WHO NAME ('' for none)"},
    {"roles", 3, 3, learner_change, "it takes roles WHO ROLE,ROLE... ('' for none)"},
    {"rights", 3, 3, learner_change, "it takes rights WHO RIGHT,RIGHT... ('' for none)"},
};

static bool run(struct app *app, const struct args *args, struct error *err)
{
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (strcmp(acts[i].name, args->words[0]) != 0)
            continue;
        if (args->count < acts[i].least || args->count > acts[i].most)
            return usage(acts[i].takes, err);
        return acts[i].run(app, args, err);
    }
    return usage("it takes add, list, import, remove, badge, name, account, roles, rights, reset-pin, pin, export or forget", err);
}

int cli_learner(struct app *app, const struct args *args)
{
    struct error err = {0};
    return run(app, args, &err) ? EX_OK : app_fail(&err);
}
