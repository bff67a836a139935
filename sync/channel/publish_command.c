#include "sync/channel/publish_command.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "sync/channel/check.h"
#include "sync/channel/keyfile.h"
#include "sync/channel/publish.h"
#include "sync/channel/publish_report.h"
#include "sync/channel/report.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static bool usage(const char *why, struct error *err)
{
    return error_set(err, EX_USAGE, "publish", NULL, why, "see `crib publish --help`");
}

static void say_problems(const struct diags *diags)
{
    struct buf text = {0};
    diags_text(diags, &text);
    fputs(buf_text(&text), stderr);
    buf_free(&text);
}

/* ---- --check ---- */

/* The key that is named, else the one that `crib channel key` made here, else none. */
static bool check_key(struct arena *a, const struct places *places, const struct args *args, struct public_key *key,
                      bool *given, struct error *err)
{
    const char *named = args_value(args, "key"), *secret = keyfile_place(a, places);
    const char *own = secret != NULL ? keyfile_public_place(a, secret) : NULL;
    if (own == NULL)
        return error_memory(err);
    *given = named != NULL || access(own, F_OK) == 0;
    return !*given || keyfile_public(named != NULL ? named : own, key, err);
}

static void checked_json(struct buf *out, const struct checked *c, const struct diags *diags)
{
    struct json j = {.out = out};
    json_open_object(&j, NULL);
    json_string(&j, "channel", c->pointer.id);
    json_int(&j, "version", c->pointer.version);
    json_int(&j, "published", c->pointer.published_ms);
    json_int(&j, "expires", c->pointer.expires_ms);
    json_int(&j, "key_set", c->pointer.key_set);
    json_bool(&j, "trusted", c->trusted);
    json_int(&j, "packs", (int64_t)c->pointer.count);
    json_int(&j, "differences", (int64_t)c->deltas);
    json_int(&j, "modules", (int64_t)c->modules);
    json_int(&j, "pages", (int64_t)c->pages);
    json_int(&j, "programmes", (int64_t)c->programmes);
    json_int(&j, "files", (int64_t)c->attached);
    json_int(&j, "errors", (int64_t)diags_errors(diags));
    json_int(&j, "warnings", (int64_t)diags_warnings(diags));
    diags_json(diags, &j, "problems");
    json_close_object(&j);
    output_end_json(out);
}

static void checked_text(struct buf *out, const struct checked *c, const struct diags *diags)
{
    char day[16];
    diags_text(diags, out);
    clock_format_day(c->pointer.expires_ms, day, sizeof day);
    buf_addf(out, "%s: version %lld, %zu packs, %zu difference%s, ", c->pointer.id, (long long)c->pointer.version,
             c->pointer.count, c->deltas, c->deltas == 1 ? "" : "s");
    report_counts(out, c->modules, c->pages, c->programmes, c->attached);
    buf_addf(out, ", holds until %s: ", day);
    if (diags_errors(diags) > 0)
        buf_addf(out, "%zu problem%s\n", diags_errors(diags), diags_errors(diags) == 1 ? "" : "s");
    else
        buf_adds(out, c->trusted ? "all is well\n" : "all is well, but whose it is was not looked at (--key PUBLIC)\n");
}

static bool check(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    struct public_key key;
    struct checked c;
    struct buf out = {0};
    bool given;
    if (args->count != 1)
        return usage("--check takes one directory", err);
    if (sodium_init() < 0)
        return error_set(err, EX_OSERR, "cannot verify", NULL, "libsodium does not start", NULL);
    if (!check_key(a, places, args, &key, &given, err))
        return false;
    struct diags *diags = diags_open();
    bool ok = diags != NULL ? check_published(a, args->words[0], given ? &key : NULL, diags, &c, err) : error_memory(err);
    if (ok && args_flag(args, "json"))
        checked_json(&out, &c, diags);
    else if (ok && (!args_flag(args, "quiet") || diags_errors(diags) > 0))
        checked_text(&out, &c, diags);
    ok = output_buf(&out, false, ok ? err : NULL) && ok;
    if (ok && diags_errors(diags) > 0)
        ok = error_set(err, EX_DATAERR, "devices will not take all of it", args->words[0], NULL, "publish into it again, or into an empty directory");
    diags_close(diags);
    return ok;
}

/* ---- publishing ---- */

struct unlocking {
    const char *path, *passphrase_file;
};

static bool unlock(void *context, struct secret_key *key, struct error *err)
{
    const struct unlocking *u = context;
    return keyfile_secret(u->path, u->passphrase_file, key, err);
}

static bool read_numbers(const struct args *args, struct publish_options *o, struct error *err)
{
    long versions, days;
    if (!args_number(args, "versions", 1, PUBLISH_VERSIONS_MOST, PUBLISH_VERSIONS, &versions, err) ||
        !args_number(args, "expires", 1, PUBLISH_DAYS_MOST, PUBLISH_DAYS, &days, err))
        return false;
    o->versions = (size_t)versions;
    o->days = days;
    return true;
}

static bool report(const struct publication *p, const struct args *args, const struct error *refused, struct error *err)
{
    struct buf out = {0};
    bool dry = args_flag(args, "dry-run");
    if (args_flag(args, "json")) {
        publish_report_json(&out, p, dry, refused);
        return output_buf(&out, false, err);
    }
    if (refused != NULL || args_flag(args, "quiet"))
        return true;
    publish_report_text(&out, p, args->words[0], dry);
    return output_buf(&out, false, err) && (!dry || publish_report_tables(p, err));
}

bool publish_command(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    const char *next[ARGS_EARLIER + 1], *drop[ARGS_EARLIER + 1];
    if (args_flag(args, "check"))
        return check(a, places, args, err);
    if (args->count != 2)
        return usage("it needs a source directory and one to publish into", err);
    struct progress progress;
    struct unlocking unlocking = {args_value(args, "key"), args_value(args, "passphrase-file")};
    if (unlocking.path == NULL && (unlocking.path = keyfile_place(a, places)) == NULL)
        return error_memory(err);
    struct publish_options options = {.source = args->words[0],
                                      .out = args->words[1],
                                      .unlock = unlock,
                                      .context = &unlocking,
                                      .next = {next, args_values(args, "next-key", next)},
                                      .drop = {drop, args_values(args, "drop-key", drop)},
                                      .unreviewed = args_flag(args, "unreviewed"),
                                      .dry = args_flag(args, "dry-run"),
                                      .progress = &progress};
    struct publication p;
    struct error why = {0};
    if (!read_numbers(args, &options, err))
        return false;
    progress_open(&progress, args_flag(args, "quiet") || args_flag(args, "json"));
    bool ok = publish(a, &options, &p, &why);
    if (!ok && p.errors > 0 && !args_flag(args, "json"))
        say_problems(p.diags);
    bool said = report(&p, args, ok ? NULL : &why, err);
    publication_close(&p);
    if (!ok && err != NULL)
        *err = why;
    return ok && said;
}
