#include "tui/cli/audit.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/base/text.h"
#include "core/record/binding.h"
#include "core/record/proof.h"
#include "core/record/signoff.h"
#include "tui/cli/sign_lines.h"
#include "tui/cli/visitor.h"
#include "tui/signing.h"
#include "tui/visit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

/* Whose sign-offs may be seen: everybody's by who may sign off for others, else one's own. */
static bool whose(struct app *app, int64_t *learner, struct error *err)
{
    *learner = 0;
    if (visit_may(app, RIGHT_SUPERVISOR))
        return true;
    *learner = app->learner;
    return *learner != 0 || visit_refuse(app, err);
}

static struct record *the_record(struct app *app, struct error *err)
{
    err->code = 0;
    struct record *record = app_record_if_any(app, err);
    if (record == NULL && err->code == 0)
        error_set(err, EX_NOINPUT, "no sign-offs", NULL, "there is no record here yet", "`crib quiz WHAT --sign` makes one");
    return record;
}

static const char *day_of(struct app *app, int64_t ms)
{
    char day[16];
    clock_format_day(ms, day, sizeof day);
    return ms != 0 ? arena_strdup(app->arena, day) : "";
}

/* ---- show ---- */

static bool list_json(struct app *app, const struct signoff *rows, size_t count, int64_t now, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_array(&j, NULL);
    for (size_t i = 0; i < count; i++) {
        char id[UUID_TEXT];
        uuid_text(&rows[i].id, id);
        json_open_object(&j, NULL);
        json_string(&j, "id", id);
        json_string(&j, "module", rows[i].module);
        json_string(&j, "title", rows[i].title);
        json_string(&j, "revision", rows[i].revision);
        json_string(&j, "signer", rows[i].signer);
        json_string(&j, "method", signoff_method_name(rows[i].method));
        json_string(&j, "signed", day_of(app, rows[i].at));
        json_string(&j, "valid_until", rows[i].valid_until != 0 ? day_of(app, rows[i].valid_until) : NULL);
        json_string(&j, "countersigner", rows[i].countersigned_at != 0 ? rows[i].countersigner : NULL);
        json_string(&j, "state", signoff_state_name(signoff_state(&rows[i], NULL, now)));
        json_close_object(&j);
    }
    json_close_array(&j);
    output_end_json(&out);
    return output_buf(&out, true, err);
}

static bool list_table(struct app *app, const struct signoff *rows, size_t count, int64_t now, const char *empty, struct error *err)
{
    static const struct table_column columns[] = {{"signed", false, false}, {"valid until", false, false}, {"state", false, false},
                                                  {"signed by", false, false}, {"id", false, false}, {"module", false, true}};
    struct table *t = table_open(columns, 6);
    for (size_t i = 0; t != NULL && i < count; i++) {
        char id[UUID_TEXT];
        uuid_text(&rows[i].id, id);
        table_add(t, day_of(app, rows[i].at));
        table_add(t, rows[i].valid_until != 0 ? day_of(app, rows[i].valid_until) : "it changes");
        table_add(t, signoff_state_name(signoff_state(&rows[i], NULL, now)));
        table_add(t, rows[i].signer);
        table_add(t, id);
        table_add(t, rows[i].module);
    }
    bool ok = t != NULL ? table_print(t, empty, err) : error_memory(err);
    table_close(t);
    return ok;
}

/* A whole id, or so much of its beginning as fits one of the learner's (0: anybody's) alone. */
static bool find_id(struct app *app, struct record *record, int64_t learner, const char *text, struct uuid *id, struct error *err)
{
    size_t count, fits = 0;
    if (uuid_parse(text, id))
        return true;
    if (text[0] == '\0' || strlen(text) >= UUID_TEXT - 1 || text[strspn(text, "0123456789abcdefABCDEF-")] != '\0')
        return error_set(err, EX_USAGE, "there is no such sign-off", text, "that is no id", "`crib audit show` lists them");
    const struct signoff *rows = record_signoffs(record, app->arena, learner, NULL, false, &count, err);
    struct buf names = {0};
    for (size_t i = 0; rows != NULL && i < count; i++) {
        char name[UUID_TEXT];
        uuid_text(&rows[i].id, name);
        if (strncasecmp(name, text, strlen(text)) != 0)
            continue;
        *id = rows[i].id;
        if (fits++ < 5)
            buf_addf(&names, "%s%s", fits > 1 ? ", " : "", name);
    }
    const char *why = arena_printf(app->arena, "it begins %zu: %s", fits, buf_text(&names));
    buf_free(&names);
    return rows != NULL && (fits == 1 || (fits == 0 ? error_set(err, EX_NOINPUT, "there is no such sign-off", text, NULL, "`crib audit show` lists them")
                                                    : error_set(err, EX_DATAERR, "which one", text, why, "type more of it")));
}

static bool print_lines(struct strings lines, struct error *err)
{
    struct buf out = {0};
    for (size_t i = 0; i < lines.count; i++) {
        text_safe(&out, lines.items[i], strlen(lines.items[i]), 0);
        buf_addc(&out, '\n');
    }
    return output_buf(&out, true, err);
}

/* What a proof of it would say: the same words everywhere. */
static bool show_one(struct app *app, struct record *record, int64_t learner, const char *text, struct error *err)
{
    struct uuid id;
    size_t count;
    struct buf file = {0};
    struct proof_found found;
    if (!find_id(app, record, learner, text, &id, err))
        return false;
    struct proof_wanted wanted = {.learner = learner, .signoff = &id};
    bool ok = proof_write(record, &wanted, &file, &count, err) &&
              proof_check(buf_text(&file), file.len, NULL, app->arena, &found, err) && print_lines(found.readable, err);
    buf_free(&file);
    return ok;
}

static bool list(struct app *app, const struct args *args, const struct signoff *rows, size_t count, const char *empty,
                 struct error *err)
{
    int64_t now = clock_wall_ms();
    return args_flag(args, "json") ? list_json(app, rows, count, now, err) : list_table(app, rows, count, now, empty, err);
}

bool audit_show(struct app *app, const struct args *args, struct error *err)
{
    int64_t learner;
    size_t count;
    struct record *record = the_record(app, err);
    if (record == NULL || !whose(app, &learner, err))
        return false;
    if (args->count > 1) /* which is signed as it is made: that is written down */
        return (record = app_record_of_nobody(app, err)) != NULL && show_one(app, record, learner, args->words[1], err);
    const struct signoff *rows = record_signoffs(record, app->arena, learner, args_value(args, "module"), false, &count, err);
    return rows != NULL && list(app, args, rows, count, "nothing was signed off here", err);
}

/* ---- countersign ---- */

bool audit_countersign(struct app *app, const struct args *args, struct error *err)
{
    struct uuid id;
    size_t count;
    if (args->count > 1) {
        struct record *record = the_record(app, err);
        return record != NULL && find_id(app, record, 0, args->words[1], &id, err) && countersign_lines(app, &id, err);
    }
    const struct signoff *rows = visitor_may(app, RIGHT_SUPERVISOR, "cannot list what waits", err)
                                     ? signing_waiting(app, app->arena, &count, err)
                                     : NULL;
    return rows != NULL && list(app, args, rows, count, "no sign-off waits for a supervisor", err);
}

/* ---- export ---- */

static bool chosen_learner(struct app *app, struct record *record, const char *said, int64_t *learner, struct error *err)
{
    int64_t own = *learner;
    enum learner_found found;
    if (said == NULL)
        return true;
    if (!learner_find(record, said, true, &found, learner, err))
        return false;
    if (found == LEARNER_NOBODY && !record_learner_known(record, said, learner, err))
        return false;
    if (*learner == 0 || found == LEARNER_SEVERAL)
        return error_set(err, EX_NOUSER, "cannot export", said, found == LEARNER_SEVERAL ? "several have this name" : "nobody here has this name",
                         "`crib learner list` names everybody");
    return own == 0 || own == *learner || visit_refuse(app, err);
}

bool audit_export(struct app *app, const struct args *args, struct error *err)
{
    struct uuid id;
    size_t count;
    struct proof_wanted wanted = {.module = args_value(args, "module"), .whole = args_flag(args, "whole")};
    const char *one = args_value(args, "id");
    struct record *record = args->count > 1 ? app_record_of_nobody(app, err) : NULL;
    if (args->count < 2)
        return error_set(err, EX_USAGE, "export needs a file", NULL, NULL, "crib audit export FILE");
    if (record == NULL || !whose(app, &wanted.learner, err) || (one != NULL && !find_id(app, record, wanted.learner, one, &id, err)) ||
        !chosen_learner(app, record, args_value(args, "learner"), &wanted.learner, err))
        return false;
    if (one != NULL)
        wanted.signoff = &id;
    struct buf file = {0};
    bool ok = proof_write(record, &wanted, &file, &count, err) &&
              file_write(args->words[1], buf_text(&file), file.len, 0600, err);
    if (ok) {
        struct buf out = {0};
        buf_addf(&out, "%zu sign-off%s, %zu KiB. Anybody checks it with: crib audit verify FILE\n", count, count == 1 ? "" : "s",
                 (file.len + 1023) / 1024);
        ok = output_buf(&out, false, err);
    }
    buf_free(&file);
    return ok;
}

/* ---- verify FILE ---- */

static bool found_json(const struct proof_found *found, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_object(&j, NULL);
    json_int(&j, "signoffs", (int64_t)found->signoffs);
    json_int(&j, "events", (int64_t)found->events);
    json_strings(&j, "keys", found->keys);
    json_strings(&j, "readable", found->readable);
    json_close_object(&j);
    output_end_json(&out);
    return output_buf(&out, true, err);
}

static bool found_words(struct app *app, const struct proof_found *found, bool key_given, struct error *err)
{
    const char **lines = arena_array(app->arena, found->readable.count + 3, sizeof *lines);
    if (lines == NULL)
        return error_memory(err);
    size_t n = found->readable.count;
    for (size_t i = 0; i < n; i++)
        lines[i] = found->readable.items[i];
    lines[n++] = "";
    lines[n++] = arena_printf(app->arena, "It holds: %zu sign-off%s among %" PRIu64 " events, each in its place, signed by the key %s",
                              found->signoffs, found->signoffs == 1 ? "" : "s", found->events, found->keys.items[0]);
    lines[n++] = key_given ? "which is the one that you named."
                           : "Whose key that is the file can't prove: compare it with the device's (`crib audit verify` there), or give it with --key.";
    return (lines[n - 2] != NULL && print_lines((struct strings){lines, n}, err)) || error_memory(err);
}

bool audit_verify_file(struct app *app, const struct args *args, struct error *err)
{
    struct buf file = {0};
    struct proof_found found;
    const char *key = args_value(args, "key");
    bool ok = file_read(args->words[1], PROOF_MOST, &file, err) &&
              (proof_check(buf_text(&file), file.len, key, app->arena, &found, err)) &&
              (args_flag(args, "json") ? found_json(&found, err) : found_words(app, &found, key != NULL, err));
    buf_free(&file);
    return ok;
}
