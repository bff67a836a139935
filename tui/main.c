/* crib: picks the command. What is not the name of one is something to open. */
#include "tui/app.h"
#include "tui/cli/cli.h"

#include "core/base/buf.h"
#include "core/base/output.h"

#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static const struct {
    const char *name;
    command_main run;
} mains[] = {
    {"open", cli_open},     {"show", cli_show},       {"find", cli_find},       {"list", cli_list},
    {"for", cli_for},       {"motd", cli_motd},       {"report", cli_report},   {"session", cli_session},
    {"hint", cli_hint},     {"news", cli_news},     {"quiz", cli_quiz},       {"recall", cli_recall},   {"note", cli_note},
    {"lint", cli_lint},     {"preview", cli_preview}, {"audit", cli_audit},     {"config", cli_config},
    {"learner", cli_learner}, {"kiosk", cli_kiosk}, {"backup", cli_backup}, {"restore", cli_restore}, {"watch", cli_watch},
    {"doctor", cli_doctor}, {"version", cli_version}, {"completion", cli_completion}, {"help", cli_help},
};

static command_main main_of(const struct command *command)
{
    for (size_t i = 0; i < sizeof mains / sizeof *mains; i++)
        if (strcmp(mains[i].name, command->name) == 0)
            return mains[i].run;
    return command->owner == PROGRAM_SYNC ? cli_sync : NULL;
}

/* What neither reads nor keeps anything of the learner's works where there is no home, too; and a login goes on. */
static bool needs_places(const struct command *command)
{
    static const char *const nowhere[] = {"help", "version", "completion", "lint", "motd"};
    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++)
        if (strcmp(nowhere[i], command->name) == 0)
            return false;
    return true;
}

static int run_command(struct app *app, const struct command *command, int argc, char **argv)
{
    struct error err;
    struct args args;
    if (!args_parse(&args, command, argc, argv, &err))
        return app_fail(&err);
    if (args.help) {
        const char *name = command->name;
        struct args about = {.command = command_find("help"), .words = &name, .count = 1};
        return cli_help(app, &about);
    }
    if (needs_places(command) && !app_places(app, &err))
        return app_fail(&err);
    command_main run = main_of(command);
    return run(app, &args);
}

/* A command within the dialogue of lines: what is crib-sync's runs beside it, not in its place. */
static int run_words(struct app *app, int argc, char **argv)
{
    struct error err;
    const struct command *command = command_find(argv[0]);
    bool own = command->owner == PROGRAM_CRIB || (argc > 1 && strcmp(argv[1], "--status") == 0);
    if (own)
        return run_command(app, command, argc - 1, argv + 1);
    return app_run_sync(app, (const char *const *)argv, &err) ? EX_OK : app_fail(&err);
}

static int dispatch(struct app *app, int argc, char **argv)
{
    struct error err;
    bool hub = argc < 2, plain = argc == 2 && strcmp(argv[1], "--plain") == 0;
    if (hub || plain)
        return !app_places(app, &err) ? app_fail(&err) : plain ? cli_hub_plain(app) : cli_hub(app, NULL);
    const char *first = argv[1];
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0)
        return run_command(app, command_find("help"), 0, argv);
    if (strcmp(first, "--version") == 0)
        return run_command(app, command_find("version"), 0, argv);
    const struct command *command = command_find(first);
    if (command != NULL)
        return run_command(app, command, argc - 2, argv + 2);
    if (command_reserved(first)) {
        char todo[80];
        snprintf(todo, sizeof todo, "`crib open %s` looks for content of that name", first);
        error_set(&err, EX_UNAVAILABLE, first, NULL, "this version has no such command", todo);
        return app_fail(&err);
    }
    return run_command(app, command_find("open"), argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    if (output_is_terminal()) /* a pipe gets UTF-8 anyhow, and loading the tables is a part of printing a page */
        output_take_locale();
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a failed write, told like a full disk */
    struct app app;
    struct error err;
    if (!app_open(&app, argc > 0 ? argv[0] : "crib", &err))
        return app_fail(&err);
    app.run = run_words;
    int status = dispatch(&app, argc, argv);
    if (app.left_out.code != 0)
        error_print(&app.left_out, "crib", stderr);
    if (app.healed != NULL)
        fprintf(stderr, "crib: %s\n", app.healed);
    if (app.record_lost.code != 0)
        error_print(&app.record_lost, "crib", stderr);
    app_close(&app);
    return status;
}
