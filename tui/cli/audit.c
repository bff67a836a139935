#include "tui/cli/audit.h"

#include "tui/cli/cli.h"

#include "core/base/json.h"
#include "core/base/output.h"
#include "core/record/verify.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>
#include <sysexits.h>

struct report {
    struct buf out;
    struct json json;
    bool as_json;
};

static void in_words(struct buf *out, const struct log_report *r, const char *log)
{
    const char *whose = r->own                   ? "this device's"
                        : r->rest                ? "this device's, from before: what the site had of it"
                        : r->foreign             ? "another device's"
                                                 : "this device's, from before";
    buf_addf(out, "log %.8s (%s): %" PRIu64 " event%s", log, whose, r->events, r->events == 1 ? "" : "s");
    if (r->broken != BREAK_NONE)
        buf_addf(out, "; broken at %" PRIu64 ": %s; ", r->broken_seq, break_text(r->broken));
    else
        buf_adds(out, "; ");
    buf_addf(out, "complete up to %" PRIu64, r->complete);
    if (r->signed_seq > 0)
        buf_addf(out, ", signed up to %" PRIu64, r->signed_seq);
    if (r->erased > 0)
        buf_addf(out, r->foreign ? ", %" PRIu64 " payloads not shared with this one, or erased" : ", %" PRIu64 " payloads erased", r->erased);
    if (r->foreign)
        buf_adds(out, "; that device's signature vouches for it");
    else if (r->vouched.seq > 0)
        buf_addf(out, "; up to %" PRIu64 " %s (%s) vouches for it", r->vouched.seq, r->vouched.kind, r->vouched.by);
    if (!r->foreign && r->vouched.seq < r->complete)
        buf_adds(out, r->vouched.seq > 0 ? "; nobody outside vouches for what follows" : "; nobody outside vouches for it");
    char key[2 * EVENT_KEY + 1];
    buf_addf(out, "\n  public key %s\n", sodium_bin2hex(key, sizeof key, r->key, sizeof r->key));
}

static bool one_log(void *context, const struct log_report *r, bool done)
{
    struct report *report = context;
    if (!done)
        return true;
    char log[2 * EVENT_LOG + 1];
    sodium_bin2hex(log, sizeof log, r->log, EVENT_LOG);
    if (!report->as_json) {
        in_words(&report->out, r, log);
        return true;
    }
    struct json *j = &report->json;
    json_open_object(j, NULL);
    json_string(j, "log", log);
    json_hex(j, "key", r->key, sizeof r->key);
    json_bool(j, "own", r->own);
    json_bool(j, "foreign", r->foreign);
    json_int(j, "events", (int64_t)r->events);
    json_int(j, "complete", (int64_t)r->complete);
    json_int(j, "signed", (int64_t)r->signed_seq);
    json_int(j, "erased", (int64_t)r->erased);
    json_string(j, "broken", r->broken == BREAK_NONE ? NULL : break_text(r->broken));
    if (r->broken != BREAK_NONE)
        json_int(j, "broken_at", (int64_t)r->broken_seq);
    json_int(j, "vouched", (int64_t)r->vouched.seq);
    json_string(j, "vouched_by", r->vouched.seq > 0 ? r->vouched.by : NULL);
    json_close_object(j);
    return true;
}

static int verify_record(struct app *app, const struct args *args)
{
    struct error err = {0};
    struct record *record = app_record_if_any(app, &err);
    if (record == NULL) {
        if (err.code == 0)
            error_set(&err, EX_NOINPUT, "nothing to verify", NULL, "there is no record here yet", "it begins with the first quiz or note");
        return app_fail(&err);
    }
    struct report report = {.as_json = args_flag(args, "json")};
    report.json.out = &report.out;
    if (report.as_json)
        json_open_array(&report.json, NULL);
    bool whole = record_verify(record, one_log, &report, &err);
    if (report.as_json) {
        json_close_array(&report.json);
        output_end_json(&report.out);
    }
    struct error failed;
    bool printed = output_buf(&report.out, true, &failed);
    if (!whole)
        return app_fail(&err);
    return printed ? EX_OK : app_fail(&failed);
}

int cli_audit(struct app *app, const struct args *args)
{
    struct error err = {0};
    const char *act = args->words[0];
    bool ok;
    if (strcmp(act, "show") == 0)
        ok = audit_show(app, args, &err);
    else if (strcmp(act, "export") == 0)
        ok = audit_export(app, args, &err);
    else if (strcmp(act, "countersign") == 0)
        ok = audit_countersign(app, args, &err);
    else if (strcmp(act, "drop") == 0)
        ok = audit_drop(app, args, &err);
    else if (strcmp(act, "verify") != 0)
        ok = error_set(&err, EX_USAGE, "audit", act, "no such action", "crib audit verify, show, export, countersign or drop");
    else if (args->count < 2)
        return verify_record(app, args);
    else
        ok = audit_verify_file(app, args, &err);
    return ok ? EX_OK : app_fail(&err);
}
