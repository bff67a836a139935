#include "sync/xapi/command.h"

#include "core/base/output.h"
#include "sync/xapi/listing.h"
#include "sync/xapi/upload.h"

#include <string.h>
#include <sys/stat.h>

static bool usage(const char *why, struct error *err)
{
    return error_set(err, EX_USAGE, "outbox", NULL, why, "see `crib outbox --help`");
}

static bool decide(struct record *r, const char *id, enum outbox_state state, struct error *err)
{
    struct uuid uuid;
    if (!uuid_parse(id, &uuid))
        return usage("that is no id of a statement", err);
    return outbox_decide(r, &uuid, state, err);
}

static bool list(struct arena *a, const struct places *places, struct record *r, bool json, struct error *err)
{
    struct outgoing o;
    bool ok = outgoing_open(&o, a, places, r, err) && (json ? listing_json(&o, err) : listing_text(&o, err));
    outgoing_close(&o);
    return ok;
}

static bool nothing(bool json, struct error *err)
{
    if (json)
        return output_text("[]\n", 3, false, err);
    fputs("nothing waits to leave this device\n", stderr);
    return true;
}

bool outbox_command(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    const char *what = args->count > 0 ? args->words[0] : "";
    bool retry = strcmp(what, "retry") == 0, drop = strcmp(what, "drop") == 0;
    if (args->count > 0 && !retry && !drop)
        return usage("it takes nothing, or retry ID, or drop ID", err);
    if (args->count > 0 && args->count != 2)
        return usage("it takes one id", err);
    const char *path = file_join(a, places->data, "record.db");
    struct stat st;
    if (path == NULL)
        return error_memory(err);
    if (args->count == 0 && stat(path, &st) != 0)
        return nothing(args_flag(args, "json"), err);
    struct record *r = args->count == 0 ? record_open_read(path, err) : record_open(path, err);
    if (r == NULL)
        return false;
    bool ok = args->count == 0 ? list(a, places, r, args_flag(args, "json"), err)
                               : decide(r, args->words[1], retry ? OUTBOX_WAITING : OUTBOX_DROPPED, err);
    record_close(r);
    return ok;
}

bool outbox_send(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    struct upload_result result;
    bool ok = upload_run(a, places, &result, err);
    if (args_flag(args, "quiet") || args_flag(args, "json"))
        return ok;
    if (result.sent > 0)
        fprintf(stderr, "%zu statement%s sent\n", result.sent, result.sent == 1 ? "" : "s");
    if (result.aside > 0)
        fprintf(stderr, "%zu refused: `crib outbox` says why\n", result.aside);
    return ok;
}
