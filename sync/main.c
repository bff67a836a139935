/* crib-sync: how content travels. `crib` hands its sub-commands over; it links no network code of its own. */
#include "core/base/command.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/notice.h"
#include "core/base/output.h"
#include "core/record/keep.h"
#include "sync/channel/local.h"
#include "sync/check.h"
#include "sync/channel/publish_command.h"
#include "sync/label/label.h"
#include "sync/report/report.h"
#include "sync/room/follow.h"
#include "sync/serve/serve.h"
#include "sync/site/enrol.h"
#include "sync/xapi/command.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

typedef bool (*sync_main)(struct arena *a, const struct places *places, const struct args *args, struct error *err);

/* The channels' results are there; the stores' come behind them. */
static bool print_json(struct told *t, struct error *err)
{
    struct json j = {.out = &t->json, .comma = t->json.len > 1};
    if (t->json.len == 0)
        return true;
    if (t->site.url != NULL && t->site.url[0] != '\0') {
        const struct error *wrong = t->site.err.code != 0 ? &t->site.err : &t->site.away;
        json_open_object(&j, NULL);
        json_string(&j, "site", t->site.url);
        json_string(&j, "error", wrong->code != 0 ? wrong->what : NULL);
        json_string(&j, "todo", wrong->code != 0 ? wrong->todo : NULL);
        json_close_object(&j);
    }
    for (size_t i = 0; i < t->sent.store_count; i++) {
        const struct upload_store *s = &t->sent.stores[i];
        json_open_object(&j, NULL);
        json_string(&j, "store", s->endpoint);
        json_int(&j, "sent", (int64_t)s->sent);
        json_int(&j, "refused", (int64_t)s->aside);
        json_string(&j, "error", s->err.code != 0 ? s->err.why : NULL);
        json_string(&j, "todo", s->err.code != 0 ? s->err.todo : NULL);
        json_close_object(&j);
    }
    json_close_array(&j);
    output_end_json(&t->json);
    return output_buf(&t->json, false, err);
}

/* The record's copy of today, where no timer made one (core/record/keep.h). It is no reason for a sync to fail: `crib doctor`
 * says how old the newest one is. */
static void copy_if_due(struct arena *a, const struct places *places)
{
    struct keep keep;
    struct keep_result result;
    struct error err = {0};
    const struct config *config = config_load(a, places, NULL, NULL);
    const char *record = file_join(a, places->data, "record.db");
    if (record == NULL || !keep_read(a, places, config, &keep, NULL))
        return;
    if (!keep_if_due(a, &keep, record, &result, &err))
        notice(NOTICE_ERROR, "no copy of the record was made: %s: %s", err.what, err.why);
    else if (result.path[0] != '\0')
        notice(NOTICE_INFO, "today's copy of the record was made");
}

/* First what comes, then what goes: one that fails does not keep the other from its turn. */
static bool sync_both_ways(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    struct error why = {0}, unprinted = {0};
    struct told told;
    if (args_flag(args, "status"))
        return error_set(err, EX_USAGE, "crib-sync", NULL, "crib itself answers that", "use `crib sync --status`");
    if (args_flag(args, "check"))
        return check_command(a, places, args, err);
    bool came = sync_command(a, places, args, &told, err);
    if (args_flag(args, "dry-run"))
        return print_json(&told, came ? err : NULL) && came;
    if (!came && told.results == NULL && told.failed.code == 0)
        told.failed = *err;
    struct error ignored;
    bool sent = outbox_send(a, places, args, &told.sent, &why);
    (void)room_follow(a, places, FOLLOW_ONCE, &ignored); /* answers of a live session that could not be reached */
    copy_if_due(a, places);
    if (told.results != NULL || told.failed.code != EX_TEMPFAIL) /* else another crib tells of its own sync */
        told_write(a, places, &told, true);
    if (!print_json(&told, &unprinted) && came && sent) {
        *err = unprinted;
        return false;
    }
    if (sent || (!came && told_of_site(&told, &why)))
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
} mains[] = {{"channel", channel_command}, {"enrol", enrol_command}, {"label", label_command}, {"outbox", outbox_command}, {"publish", publish_command}, {"report", site_report_command}, {"serve", serve_command}, {"sync", sync_both_ways}};

static bool help(const struct command *command, struct error *err)
{
    struct buf out = {0};
    command_help(command, &out, output_columns());
    return output_buf(&out, false, err);
}

static bool follow_room(struct arena *a, bool stay, struct error *err)
{
    struct places places;
    return places_find(a, &places, err) && room_follow(a, &places, stay ? FOLLOW_STAY : FOLLOW_WHILE, err);
}

/* In the library or the record of whoever runs it. */
static bool makes_files(const struct args *args)
{
    const char *name = args->command->name, *first = args->count > 0 ? args->words[0] : "";
    return strcmp(name, "sync") == 0 || strcmp(name, "enrol") == 0 ||
           (strcmp(name, "channel") == 0 && (strcmp(first, "add") == 0 || strcmp(first, "remove") == 0));
}

static bool run(struct arena *a, int argc, char **argv, struct error *err)
{
    sync_main found = NULL;
    if (argc >= 2 && strcmp(argv[1], "room") == 0) /* no command of people's: see sync/room/follow.h */
        return follow_room(a, argc == 3 && strcmp(argv[2], "--stay") == 0, err);
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
    return places_find(a, &places, err) && (!makes_files(&args) || places_ours(a, &places, err)) && found(a, &places, &args, err);
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
