#include "tui/cli/learner.h"

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
    int64_t administrators;
    struct record *record = app_record_of_nobody(app, err);
    *by = 0;
    if (record == NULL || !learner_count(record, RIGHT_ADMINISTRATOR, true, &administrators, err))
        return NULL;
    if (administrators == 0 || (isatty(STDIN_FILENO) != 1 && !visit_shared(app)))
        return record;
    if (isatty(STDIN_FILENO) != 1) {
        error_set(err, EX_NOPERM, "cannot manage learners", NULL, "there is no terminal on which an administrator could badge in",
                  NULL);
        return NULL;
    }
    fputs("This is for who looks after this device.\n", stderr);
    if (!visitor_ask_known(app, err))
        return NULL;
    const struct learner *who = visit_person(app);
    if (who == NULL || (who->rights & rights) == 0 || !who->pin) {
        error_set(err, EX_NOPERM, "cannot manage learners", who != NULL ? who->name : NULL,
                  who != NULL && (who->rights & rights) != 0 ? "a right without a PIN does not count here"
                                                             : "this learner has no right to",
                  "ask an administrator of this device");
        return NULL;
    }
    *by = who->number;
    return record;
}

bool learner_pin_own(struct app *app, struct error *err)
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
    return visitor_ask(app, err) && learner_forget(app, args, err);
}

static bool run_pin(struct app *app, const struct args *args, struct error *err)
{
    (void)args;
    return learner_pin_own(app, err);
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
    {"forget", 1, 1, run_forget, "forget takes no words"},
    {"pin", 1, 1, run_pin, "pin takes no words: it asks"},
    {"list", 1, 1, learner_print_list, "list takes no words"},
    {"import", 2, 2, run_import, "it takes import CSV"},
    {"add", 2, 2, learner_change, "it takes add NAME (quote a name with blanks)"},
    {"remove", 2, 2, learner_change, "it takes remove WHO: a badge or a whole name"},
    {"reset-pin", 2, 2, learner_change, "it takes reset-pin WHO: a badge or a whole name"},
    {"name", 3, 3, learner_change, "it takes name WHO NAME"},
    {"badge", 3, 3, learner_change, "it takes badge WHO BADGE ('' for none)"},
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
    return usage("it takes add, list, import, remove, badge, name, roles, rights, reset-pin, pin, export or forget", err);
}

int cli_learner(struct app *app, const struct args *args)
{
    struct error err = {0};
    return run(app, args, &err) ? EX_OK : app_fail(&err);
}
