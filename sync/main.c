/* crib-sync: how content travels. `crib` hands its sub-commands over; it links no network code of its own. */
#include "core/base/command.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/output.h"
#include "sync/channel/local.h"
#include "sync/check.h"
#include "sync/channel/publish_command.h"
#include "sync/serve/serve.h"
#include "sync/site/enrol.h"
#include "sync/xapi/command.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

typedef bool (*sync_main)(struct arena *a, const struct places *places, const struct args *args, struct error *err);

/* First what comes, then what goes: one that fails does not keep the other from its turn. */
static bool sync_both_ways(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    struct error why = {0};
    struct told told;
    if (args_flag(args, "status"))
        return error_set(err, EX_USAGE, "crib-sync", NULL, "crib itself answers that", "use `crib sync --status`");
    if (args_flag(args, "check"))
        return check_command(a, places, args, err);
    bool came = sync_command(a, places, args, &told, err);
    if (args_flag(args, "dry-run"))
        return came;
    if (!came && told.results == NULL && told.failed.code == 0)
        told.failed = *err;
    bool sent = outbox_send(a, places, args, &told.sent, &why);
    if (told.results != NULL || told.failed.code != EX_TEMPFAIL) /* else another crib tells of its own sync */
        told_write(a, places, &told, true);
    if (sent)
        return came;
    if (!came)
        error_print(&why, "crib", stderr);
    else
        *err = why;
    return false;
}

static const struct {
    const char *name;
    sync_main run;
} mains[] = {{"channel", channel_command}, {"enrol", enrol_command}, {"outbox", outbox_command}, {"publish", publish_command}, {"serve", serve_command}, {"sync", sync_both_ways}};

static bool help(const struct command *command, struct error *err)
{
    struct buf out = {0};
    command_help(command, &out, output_columns());
    return output_buf(&out, false, err);
}

static bool run(struct arena *a, int argc, char **argv, struct error *err)
{
    sync_main found = NULL;
    for (size_t i = 0; argc > 1 && i < sizeof mains / sizeof *mains; i++)
        if (strcmp(mains[i].name, argv[1]) == 0)
            found = mains[i].run;
    const struct command *command = found != NULL ? command_find(argv[1]) : NULL;
    if (command == NULL)
        return error_set(err, EX_USAGE, "crib-sync", NULL, "it is started by crib, with sync, channel or outbox",
                         "use `crib sync` or `crib channel`");
    struct args args;
    if (!args_parse(&args, command, argc - 2, argv + 2, err))
        return false;
    if (args.help)
        return help(command, err);
    struct places places;
    return places_find(a, &places, err) && found(a, &places, &args, err);
}

int main(int argc, char **argv)
{
    output_take_locale();
    signal(SIGPIPE, SIG_IGN);
    struct error err = {0};
    struct arena *a = arena_open();
    bool ok = a != NULL ? run(a, argc, argv, &err) : error_memory(&err);
    arena_close(a);
    if (ok)
        return EX_OK;
    error_print(&err, "crib", stderr);
    return err.code != 0 ? err.code : EX_SOFTWARE;
}
