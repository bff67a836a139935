/* crib audit drop: a log of another device that is damaged here, or that nobody wants. */
#include "tui/cli/audit.h"

#include "core/base/hex.h"
#include "core/base/json.h"
#include "core/base/notice.h"
#include "core/base/output.h"
#include "core/record/foreign.h"
#include "core/record/learner.h"
#include "tui/cli/sure.h"
#include "tui/cli/visitor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

enum { DIGITS_LEAST = 4 };

static size_t among(struct arena *a, const struct own_log *logs, size_t count, const char *text, const struct own_log **found)
{
    size_t fits = 0;
    for (size_t i = 0; i < count; i++) {
        const char *id = hex_text(a, logs[i].id, EVENT_LOG);
        if (id != NULL && strncasecmp(id, text, strlen(text)) == 0) {
            *found = &logs[i];
            fits++;
        }
    }
    return fits;
}

/* The one log of another device whose id begins so. */
static bool find(struct app *app, struct record *r, const char *text, const struct own_log **log, struct error *err)
{
    struct own_log *logs, *own;
    size_t count, own_count;
    if (strlen(text) < DIGITS_LEAST || text[strspn(text, "0123456789abcdefABCDEF")] != '\0')
        return error_set(err, EX_USAGE, "there is no such log", text, "that is no beginning of an id of 4 digits or more", "`crib audit verify` lists them");
    if (!record_logs_foreign(r, app->arena, &logs, &count, err) || !record_logs_own(r, app->arena, &own, &own_count, err))
        return false;
    size_t fits = among(app->arena, logs, count, text, log);
    if (fits == 0 && among(app->arena, own, own_count, text, log) > 0)
        return error_set(err, EX_NOPERM, "cannot drop the log", text, "it was made here: this device's own logs never go", "`crib learner forget` erases what is of a person");
    return fits == 1 || error_set(err, fits == 0 ? EX_NOINPUT : EX_DATAERR, fits == 0 ? "there is no such log" : "which log", text,
                                  fits == 0 ? NULL : "several begin so", "`crib audit verify` lists them");
}

static bool say(const struct foreign_held *held, const char *id, bool as_json, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    if (as_json) {
        json_open_object(&j, NULL);
        json_string(&j, "log", id);
        json_int(&j, "events", held->events);
        json_int(&j, "bytes", held->bytes);
        json_int(&j, "people", held->people);
        json_int(&j, "signoffs", held->signoffs);
        json_close_object(&j);
        output_end_json(&out);
        return output_buf(&out, false, err);
    }
    buf_addf(&out, "What goes: log %.8s of another device, %" PRId64 " event%s, %" PRId64 " KB; %" PRId64 " %s who %s here did something in it, %" PRId64
                   " sign-off%s.\n", id, held->events, held->events == 1 ? "" : "s", (held->bytes + 1023) / 1024, held->people,
             held->people == 1 ? "person" : "people", held->people == 1 ? "is" : "are", held->signoffs, held->signoffs == 1 ? "" : "s");
    buf_adds(&out, "What stays: all that was done on this device, and what other devices have of the log.\n"
                   "The next `crib sync` brings it anew, where the site still has it; until then it doesn't count here.\n");
    return output_buf(&out, false, err);
}

static bool drop(struct record *r, const unsigned char log[EVENT_LOG], const char *id, int64_t events, struct error *err)
{
    if (!record_foreign_drop(r, log, err))
        return false;
    notice(NOTICE_INFO, "a log of another device was dropped: %.8s, %" PRId64 " events", id, events);
    fprintf(stderr, "Dropped: %" PRId64 " event%s.\n", events, events == 1 ? "" : "s");
    return true;
}

bool audit_drop(struct app *app, const struct args *args, struct error *err)
{
    static const struct sure sure = {"to let it go, anything else to leave it", "drop", "nothing was dropped", "`crib audit drop --yes LOG`"};
    const struct own_log *log;
    struct foreign_held held;
    int64_t by;
    bool yes = args_flag(args, "yes");
    if (args->count < 2)
        return error_set(err, EX_USAGE, "drop needs a log", NULL, NULL, "crib audit drop LOG: as `crib audit verify` lists it");
    struct record *r = visitor_manager(app, RIGHT_ADMINISTRATOR, "cannot drop a log", &by, err);
    if (r == NULL || !find(app, r, args->words[1], &log, err) || !record_foreign_held(r, log->id, &held, err))
        return false;
    const char *id = hex_text(app->arena, log->id, EVENT_LOG);
    if (id == NULL)
        return error_memory(err);
    if (!say(&held, id, args_flag(args, "json"), err))
        return false;
    if (args_flag(args, "dry-run"))
        return true;
    if (!yes && !sure_ask(&sure, &yes, err))
        return false;
    return !yes || drop(r, log->id, id, held.events, err);
}
