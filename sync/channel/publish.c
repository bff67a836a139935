#include "sync/channel/publish.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/library/channel.h"
#include "core/library/lint.h"
#include "sync/channel/keyring.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define SECOND INT64_C(1000)
#define DAY (24 * 60 * 60 * SECOND)
#define CLOCK_SLACK (5 * 60 * SECOND) /* so far behind the last publication a clock may be */

/* ---- what is sent ---- */

static bool is_draft(struct publication *p, struct arena *a, const char *file)
{
    for (size_t i = 0; i < p->gathered.drafts.count; i++)
        if (strcmp(channel_label(a, p->channel, p->gathered.drafts.items[i]), file) == 0)
            return true;
    return false;
}

/* What is wrong with a draft is nobody's business yet. */
static bool judge(struct publication *p, struct arena *a, const char *source, struct error *err)
{
    char why[100], todo[200];
    size_t kept = diags_count(p->diags);
    p->errors = diags_errors(p->diags);
    p->warnings = diags_warnings(p->diags);
    for (size_t i = 0; i < kept; i++) {
        const struct diag *d = diags_at(p->diags, i);
        if (is_draft(p, a, d->file))
            *(d->severity == SEVERITY_ERROR ? &p->errors : &p->warnings) -= 1;
    }
    if (p->errors == 0)
        return true;
    snprintf(why, sizeof why, "%zu error%s in the content", p->errors, p->errors == 1 ? "" : "s");
    snprintf(todo, sizeof todo, "correct %s: `crib lint %.120s` and `crib preview` show them",
             p->errors == 1 ? "it" : "them", source);
    return error_set(err, EX_DATAERR, "will not publish", source, why, todo);
}

static bool refuse_unreviewed(const struct publication *p, const char *source, struct error *err)
{
    enum { NAMED = 5 };
    const struct strings list = p->gathered.unreviewed;
    struct buf why = {0};
    buf_addf(&why, "nobody has reviewed %zu module%s: ", list.count, list.count == 1 ? "" : "s");
    for (size_t i = 0; i < list.count && i < NAMED; i++)
        buf_addf(&why, "%s%s", i > 0 ? ", " : "", list.items[i]);
    buf_adds(&why, list.count > NAMED ? ", ..." : "");
    error_set(err, EX_DATAERR, "will not publish", source, buf_text(&why),
              "add `reviewed: {by: ..., on: ...}` and `status: ready`, or send them so: --unreviewed");
    buf_free(&why);
    return false;
}

static bool read_source(struct arena *a, const struct publish_options *options, struct publication *p,
                        struct error *err)
{
    struct channel *channel = arena_alloc(a, sizeof *channel);
    struct pack_files files;
    struct lint_counts counts = {0};
    struct error why = {0};
    char today[16];
    p->channel = channel;
    p->diags = diags_open();
    if (channel == NULL || p->diags == NULL)
        return error_memory(err);
    if (!channel_read(a, options->source, channel, NULL, err))
        return false;
    if (channel->implied)
        return error_set(err, EX_NOINPUT, "cannot publish", options->source, "there is no channel.yaml",
                         "write one: `id: my-channel` and `name: ...`");
    clock_format_day(clock_wall_ms(), today, sizeof today);
    progress_bar(options->progress, 0, 1, "reading and checking");
    if (!lint_path(options->source, today, p->diags, &counts, err))
        return false;
    diags_sort(p->diags);
    bool gathered = gather_read(a, channel, &files, &why) && gather_files(a, channel->id, &files, &p->gathered, &why);
    if (!judge(p, a, options->source, err))
        return false;
    if (!gathered && err != NULL)
        *err = why;
    return gathered && (options->unreviewed || p->gathered.unreviewed.count == 0 ||
                        refuse_unreviewed(p, options->source, err));
}

/* ---- the version ---- */

static bool check_before(const struct publication *p, struct error *err)
{
    if (p->out.count == 0)
        return true;
    const struct pointer *before = &p->out.editions[0].pointer;
    char why[200];
    if (strcmp(before->id, p->gathered.id) != 0) {
        snprintf(why, sizeof why, "it holds the channel `%s`, and this is `%s`", before->id, p->gathered.id);
        return error_set(err, EX_USAGE, "will not publish into", p->out.dir, why,
                         "a channel's id never changes, and each channel has a directory of its own");
    }
    if (clock_wall_ms() + CLOCK_SLACK < before->published_ms)
        return error_set(err, EX_TEMPFAIL, "cannot publish into", p->out.dir,
                         "this machine's clock is before the last publication", "set the clock");
    return true;
}

/* Each version has a second of its own. */
static void date(struct publication *p, int64_t days)
{
    struct pointer *now = &p->now.pointer;
    int64_t published = clock_wall_ms() / SECOND * SECOND;
    *now = (struct pointer){.id = p->gathered.id, .version = 1};
    if (p->out.count > 0) {
        const struct pointer *before = &p->out.editions[0].pointer;
        now->version = before->version + 1;
        now->key_set = before->key_set;
        if (published <= before->published_ms)
            published = before->published_ms + SECOND;
    }
    now->published_ms = published;
    now->expires_ms = published + days * DAY;
}

static enum publish_outcome outcome(const struct publication *p, const struct publish_options *options)
{
    if (p->build.changed)
        return PUBLISHED;
    int64_t left = p->out.editions[0].pointer.expires_ms - p->now.pointer.published_ms;
    if (options->next.count > 0 || options->drop.count > 0)
        return PUBLISHED_KEYS;
    const struct str bytes = p->out.editions[0].bytes;
    if (outdir_size(&p->out, signature_path(p->out.arena, bytes.p, bytes.n)) == 0) /* somebody took it away */
        return PUBLISHED_RENEWAL;
    return left < options->days * DAY / 2 ? PUBLISHED_RENEWAL : PUBLISHED_NOTHING;
}

static bool write_pointer(const struct outdir *o, struct edition *next, struct error *err)
{
    struct buf text = {0};
    struct pointer again;
    pointer_write(&next->pointer, &text);
    bool ok = buf_ok(&text) || error_memory(err);
    if (ok && text.len > POINTER_MOST)
        ok = error_set(err, EX_DATAERR, "cannot publish into", o->dir, "there are too many groups with too long roles",
                       "give more modules the same roles, or split the channel");
    /* What we could not read ourselves no device shall meet. */
    ok = ok && pointer_read(o->arena, buf_text(&text), text.len, o->dir, &again, err);
    const char *copy = ok ? arena_copy(o->arena, buf_text(&text), text.len) : NULL;
    next->bytes = (struct str){copy, text.len};
    buf_free(&text);
    return ok && (copy != NULL || error_memory(err));
}

bool publish_edition(const struct outdir *o, struct edition *next, const struct secret_key *key, size_t *overhead,
                     bool dry, struct error *err)
{
    char comment[160];
    struct buf signature = {0};
    if (!write_pointer(o, next, err))
        return false;
    snprintf(comment, sizeof comment, "channel %s, version %lld", next->pointer.id, (long long)next->pointer.version);
    bool ok = sign(key, next->bytes.p, next->bytes.n, comment, &signature, err);
    *overhead = next->bytes.n + signature.len;
    ok = ok && (dry || outdir_point(o, next, (struct str){buf_text(&signature), signature.len}, err));
    buf_free(&signature);
    return ok;
}

/* ---- the act ---- */

static bool measure_sets(struct publication *p, const struct keyring *keys, struct error *err)
{
    p->first_sets = keyring_cost(&p->out, keys, 0);
    p->sets = arena_array(p->out.arena, p->out.count, sizeof *p->sets);
    for (size_t i = 0; p->sets != NULL && i < p->out.count; i++)
        p->sets[i] = keyring_cost(&p->out, keys, p->out.editions[i].pointer.key_set);
    return p->sets != NULL || error_memory(err);
}

static bool sign_and_point(struct publication *p, const struct publish_options *options, const struct secret_key *key,
                           struct keyring *keys, struct error *err)
{
    if (!keyring_change(&p->out, keys, key, options->next, options->drop, err) || !measure_sets(p, keys, err))
        return false;
    if (p->outcome == PUBLISHED_KEYS && keys->set.n == 0) { /* they counted already */
        p->outcome = PUBLISHED_NOTHING;
        p->now = p->out.editions[0];
        return true;
    }
    p->now.pointer.key_set = keys->number;
    if (keys->set.n > 0)
        p->keys = keys->keys;
    return (options->dry || keyring_write(&p->out, keys, err)) &&
           publish_edition(&p->out, &p->now, key, &p->overhead, options->dry, err);
}

/* A dry run asks for no passphrase: any key makes a signature as long. */
static bool dry_run(struct publication *p, const struct publish_options *options, struct error *err)
{
    struct secret_key key;
    struct public_key public_key;
    key_make(&public_key, &key);
    struct keyring keys = {.number = p->now.pointer.key_set};
    bool ok = build_run(&p->build, true, options->progress, err) && measure_sets(p, &keys, err) &&
              publish_edition(&p->out, &p->now, &key, &p->overhead, true, err);
    key_wipe(&key);
    return ok;
}

static bool publish_signed(struct publication *p, const struct publish_options *options, struct error *err)
{
    struct secret_key key;
    struct keyring keys;
    progress_end(options->progress);
    if (!options->unlock(options->context, &key, err))
        return false;
    struct public_key mine = key_public(&key);
    key_text(&mine, p->key);
    bool ok = keyring_open(&p->out, &mine, &keys, err) && build_run(&p->build, false, options->progress, err) &&
              sign_and_point(p, options, &key, &keys, err);
    key_wipe(&key);
    return ok;
}

static bool run(struct arena *a, const struct publish_options *options, struct publication *p, struct error *err)
{
    if (!outdir_open(&p->out, a, options->out, options->versions, !options->dry, err) || !check_before(p, err) ||
        !build_plan(&p->build, &p->out, &p->gathered, err))
        return false;
    date(p, options->days);
    p->now.pointer.groups = build_groups(&p->build);
    p->now.pointer.count = p->build.count;
    if (p->now.pointer.groups == NULL)
        return error_memory(err);
    p->outcome = outcome(p, options);
    if (options->dry)
        return dry_run(p, options, err);
    if (p->outcome == PUBLISHED_NOTHING) {
        p->now = p->out.editions[0];
        if (!build_run(&p->build, false, options->progress, err) || !outdir_mend(&p->out, err))
            return false;
    } else if (!publish_signed(p, options, err)) {
        return false;
    }
    outdir_tidy(&p->out, &p->now);
    return true;
}

bool publish(struct arena *a, const struct publish_options *options, struct publication *p, struct error *err)
{
    *p = (struct publication){.out = {.lock = -1}};
    if (sodium_init() < 0)
        return error_set(err, EX_OSERR, "cannot sign", NULL, "libsodium does not start", NULL);
    bool ok = read_source(a, options, p, err) && run(a, options, p, err);
    progress_end(options->progress);
    outdir_close(&p->out);
    return ok;
}

void publication_close(struct publication *p)
{
    diags_close(p->diags);
    p->diags = NULL;
}

size_t publication_cost(const struct publication *p, size_t edition, struct strings roles)
{
    bool first = edition == SIZE_MAX;
    if (p->outcome == PUBLISHED_NOTHING && edition == 0)
        return 0;
    return p->overhead + (first ? p->first_sets : p->sets[edition]) +
           build_cost(&p->build, first ? NULL : &p->out.editions[edition], roles);
}
