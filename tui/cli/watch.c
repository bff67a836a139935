/* crib watch: the modules that a stream, a log, a program or a pane asks for. */
#include "tui/cli/cli.h"

#include "tui/cli/watch_follow.h"
#include "tui/cli/watch_journal.h"
#include "tui/cli/watch_pipe.h"
#include "tui/cli/watch_pty.h"
#include "tui/cli/watch_tmux.h"
#include "tui/missed.h"

#include <signal.h>
#include <sysexits.h>

static int usage(const char *what, const char *todo)
{
    struct error err;
    error_set(&err, EX_USAGE, what, NULL, NULL, todo);
    return app_fail(&err);
}

static int watch(struct app *app, struct watch *w, const struct args *args)
{
    enum watch_output output = watch_output(args_flag(args, "json"));
    const char *pane = args_value(args, "pane");
    if (pane != NULL)
        return tmux_watch_pane(w, pane);
    if (args_flag(args, "journal"))
        return watch_journal(w, output);
    if (args_flag(args, "follow"))
        return watch_follow(w, output, args->words, args->count);
    if (args->count == 0)
        return watch_stdin(w, output);
    const char **argv = arena_array(app->arena, args->count + 1, sizeof *argv);
    for (size_t i = 0; argv != NULL && i <= args->count; i++)
        argv[i] = i < args->count ? args->words[i] : NULL;
    return argv != NULL ? watch_program(w, argv) : EX_OSERR;
}

/* Where it reads along for nothing: the bytes pass all the same. */
static void say_vain(struct app *app)
{
    struct error vain;
    bool all = missed_all(app);
    error_set(&vain, EX_NOINPUT, "no line will mean anything", NULL, all ? NULL : "no module that is installed has a trigger", all ? MISSED_ALL : NULL);
    error_print(&vain, "crib", stderr);
}

int cli_watch(struct app *app, const struct args *args)
{
    struct error err;
    struct watch w;
    const char *pane = args_value(args, "pane");
    bool follow = args_flag(args, "follow"), words = args->count > 0 && !follow;
    if (follow && args->count == 0)
        return usage("no file to follow", "`crib watch --follow FILE...`");
    if (args_flag(args, "json") && words)
        return usage("--json is for a stream", "`--events FILE` takes a program's events");
    if (args_flag(args, "open"))
        return tmux_open_pane(app, pane);
    (void)signal(SIGPIPE, SIG_IGN); /* a reader that went away is told by the write */
    if (!watch_open(app, &w, args_value(args, "events"), &err))
        return app_fail(&err);
    if (triggers_modules(w.look.triggers) == 0)
        say_vain(app);
    int status = watch(app, &w, args);
    watch_close(&w);
    return status;
}
