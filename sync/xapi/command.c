#include "sync/xapi/command.h"

#include "core/base/output.h"
#include "sync/xapi/listing.h"
#include "sync/xapi/parcel.h"
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
    struct logs_waiting logs;
    bool ok = outgoing_open(&o, a, places, r, err) && logs_wait(a, places, r, &logs, err) &&
              (json ? listing_json(&o, &logs, err) : listing_text(&o, &logs, err));
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

static bool export(struct arena *a, const struct places *places, struct record *r, const char *file, struct error *err)
{
    struct outgoing o;
    size_t count;
    bool ok = outgoing_open(&o, a, places, r, err) && parcel_export(&o, file, &count, err);
    outgoing_close(&o);
    if (ok)
        fprintf(stderr, "%zu statement%s written\n", count, count == 1 ? "" : "s");
    return ok;
}

static bool import(struct record *r, const char *file, struct error *err)
{
    size_t count, added;
    bool ok = parcel_import(r, file, &count, &added, err);
    if (ok)
        fprintf(stderr, "%zu statement%s read, %zu new\n", count, count == 1 ? "" : "s", added);
    return ok;
}

enum act { ACT_LIST, ACT_RETRY, ACT_DROP, ACT_EXPORT, ACT_IMPORT, ACTS };

static bool act_of(const struct args *args, enum act *act, struct error *err)
{
    static const char *const names[ACTS] = {NULL, "retry", "drop", "export", "import"};
    *act = ACT_LIST;
    if (args->count == 0)
        return true;
    for (int i = 1; i < ACTS; i++)
        if (strcmp(names[i], args->words[0]) == 0)
            *act = (enum act)i;
    if (*act == ACT_LIST)
        return usage("it takes nothing, retry ID, drop ID, export FILE or import FILE", err);
    return args->count == 2 || usage(*act < ACT_EXPORT ? "it takes one id" : "it takes one file", err);
}

bool outbox_command(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    enum act act;
    if (!act_of(args, &act, err))
        return false;
    const char *path = file_join(a, places->data, "record.db");
    struct stat st;
    if (path == NULL)
        return error_memory(err);
    bool json = args_flag(args, "json");
    if (act == ACT_LIST && stat(path, &st) != 0)
        return nothing(json, err);
    struct record *r = act == ACT_LIST ? record_open_read(path, err) : record_open(path, err);
    if (r == NULL)
        return false;
    bool ok;
    if (act == ACT_LIST)
        ok = list(a, places, r, json, err);
    else if (act == ACT_EXPORT)
        ok = export(a, places, r, args->words[1], err);
    else if (act == ACT_IMPORT)
        ok = import(r, args->words[1], err);
    else
        ok = decide(r, args->words[1], act == ACT_RETRY ? OUTBOX_WAITING : OUTBOX_DROPPED, err);
    record_close(r);
    return ok;
}

bool outbox_send(struct arena *a, const struct places *places, const struct args *args, struct upload_result *result,
                 struct error *err)
{
    bool ok = upload_run(a, places, result, err);
    if (args_flag(args, "quiet") || args_flag(args, "json"))
        return ok;
    if (result->sent > 0)
        fprintf(stderr, "%zu statement%s sent\n", result->sent, result->sent == 1 ? "" : "s");
    if (result->aside > 0)
        fprintf(stderr, "%zu refused: `crib outbox` says why\n", result->aside);
    if (result->erased > 0)
        fprintf(stderr, "%zu statement%s of a forgotten learner erased at the LRS\n", result->erased,
                result->erased == 1 ? "" : "s");
    if (result->stay > 0)
        fprintf(stderr, "%zu statement%s of a forgotten learner at an LRS that can't erase: `crib outbox` says where\n",
                result->stay, result->stay == 1 ? "" : "s");
    return ok;
}
