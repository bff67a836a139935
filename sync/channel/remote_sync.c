#include "sync/channel/remote_sync.h"

#include "core/base/clock.h"
#include "core/base/config.h"
#include "sync/channel/pull.h"
#include "sync/channel/remote.h"
#include "sync/channel/sweep.h"
#include "sync/channel/take.h"
#include "sync/channel/wishes.h"
#include "sync/site/people_take.h"

#include <grp.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { TELL_MS = 200, UNIX_GROUPS_MOST = 1024 };

/* ---- roles ---- */

static bool groups_of_account(struct arena *a, struct strings *names, struct error *err)
{
    gid_t ids[UNIX_GROUPS_MOST];
    int n = getgroups(UNIX_GROUPS_MOST - 1, ids);
    *names = (struct strings){0};
    if (n < 0)
        return true;
    ids[n++] = getegid();
    const char **items = arena_array(a, (size_t)n, sizeof *items);
    size_t count = 0;
    for (int i = 0; items != NULL && i < n; i++) {
        const struct group *g = getgrgid(ids[i]);
        const char *name = g != NULL ? arena_strdup(a, g->gr_name) : NULL;
        if (name != NULL)
            items[count++] = name;
    }
    *names = (struct strings){items, count};
    return items != NULL || error_memory(err);
}

/* ---- the sync ---- */

struct run {
    struct arena *arena;
    const struct places *places;
    const struct remote_options *options;
    struct library *library;
    struct trust *trust;
    struct wishes wishes;
    struct fetch *fetch;
    struct strings roles, unix_groups;
    struct trust_channel *channels;
    size_t count;
    struct pull *pulls;
    struct remote_result *results;
};

static const char *name_of(const struct trust_channel *c)
{
    return c->seen.id[0] != '\0' ? c->seen.id : c->url;
}

static void tell(const struct run *run, const struct trust_channel *c, enum syncing_step step)
{
    if (run->options->progress != NULL)
        progress_step(run->options->progress, name_of(c), step, 0, 0);
}

static void fetched(void *context, const struct fetch_source *source, size_t bytes, size_t announced)
{
    struct run *run = context;
    int64_t now = clock_monotonic_ms();
    progress_fetched(run->options->progress, bytes);
    for (size_t i = 0; i < run->count; i++) {
        struct pull *p = &run->pulls[i];
        if (&p->source != source)
            continue;
        p->came += bytes;
        p->announced += announced;
        if (now - p->told_ms < TELL_MS)
            continue;
        progress_step(run->options->progress, name_of(p->channel), STEP_FETCH, p->came, p->announced);
        p->told_ms = now;
    }
}

static bool open_run(struct run *run, struct error *err)
{
    const struct config *config = config_load(run->arena, run->places, NULL, err);
    if (config == NULL || !groups_of_account(run->arena, &run->unix_groups, err))
        return false;
    run->roles = config_list(config, CONFIG_ROLES);
    run->trust = trust_open(run->places->data, err);
    if (run->trust == NULL || !trust_channels(run->trust, run->arena, &run->channels, &run->count, err))
        return false;
    for (size_t i = 0, n = run->count; run->options->only != NULL && i < n; i++) {
        if (i == 0)
            run->count = 0;
        if (strcmp(run->channels[i].url, run->options->only) == 0)
            run->channels[run->count++] = run->channels[i];
    }
    run->pulls = arena_array(run->arena, run->count, sizeof *run->pulls);
    run->results = arena_array(run->arena, run->count, sizeof *run->results);
    if (run->pulls == NULL || run->results == NULL)
        return error_memory(err);
    if (run->options->progress != NULL)
        fetch_report(run->fetch, fetched, run);
    wishes_open(&run->wishes, run->arena, run->places, !run->options->dry);
    return true;
}

static void close_run(struct run *run)
{
    fetch_close(run->fetch);
    for (size_t i = 0; run->pulls != NULL && i < run->count; i++)
        pull_close(&run->pulls[i]);
    wishes_close(&run->wishes);
    trust_close(run->trust);
}

static bool start_all(struct run *run, struct error *err)
{
    for (size_t i = 0; i < run->count; i++) {
        struct pull *p = &run->pulls[i];
        const struct trust_channel *c = &run->channels[i];
        struct library_pack *installed;
        *p = (struct pull){.arena = run->arena,
                           .fetch = run->fetch,
                           .dir = run->places->data,
                           .channel = c,
                           .roles = run->roles,
                           .unix_groups = run->unix_groups,
                           .dry = run->options->dry};
        if (!library_packs(run->library, run->arena, c->seen.id, &installed, &p->installed_count, err) ||
            !wishes_of(&run->wishes, run->arena, run->trust, c, &p->wishes, err))
            return false;
        p->installed = installed;
        tell(run, c, STEP_ASK);
        pull_start(p);
    }
    return true;
}

static void describe(struct remote_result *r, const struct pull *p)
{
    int64_t now = clock_wall_ms();
    r->id = p->pointer.id;
    r->version = p->seen.version;
    r->published_ms = p->seen.published_ms;
    r->expires_ms = p->seen.expires_ms;
    r->changed = p->changed;
    r->stale = library_stale(p->seen.published_ms, p->seen.expires_ms, now);
    r->clock_wrong = library_clock_wrong(p->seen.published_ms, now);
    r->received = p->received;
    r->ahead_s = p->ahead_s;
}

static void take_one(struct run *run, size_t i)
{
    struct pull *p = &run->pulls[i];
    struct remote_result *r = &run->results[i];
    const struct trust_channel *c = &run->channels[i];
    *r = (struct remote_result){.channel = c, .id = c->seen.id};
    bool ok = !p->failed;
    if (!ok) {
        r->err = p->err;
    } else if (!p->dry) {
        struct library_progress progress = {0};
        if (run->options->progress != NULL)
            progress = progress_of(run->options->progress, p->pointer.id);
        r->diags = diags_open();
        ok = r->diags != NULL ? take(p, run->library, run->trust, &progress, r->diags, &r->library, &r->err)
                              : error_memory(&r->err);
    }
    if (ok)
        describe(r, p);
    tell(run, c, ok ? STEP_DONE : STEP_FAILED);
    if (p->dry)
        return;
    struct buf said = {0};
    struct error lost = {0};
    error_words(&r->err, &said);
    if (!trust_tried(run->trust, c->number, clock_wall_ms(), ok ? NULL : buf_text(&said), &lost) ||
        (ok && !wishes_settle(&run->wishes, run->arena, run->trust, run->library, c, p->wishes, &lost)))
        r->err = lost;
    buf_free(&said);
}

/* What the site says of roles and people counts in this very sync. Whatever is wrong there keeps nobody from his channels;
 * that the device is not known there is said by who asked for the sync, all else here. */
static bool ask_site(struct run *run, const struct lrs *site, struct site_asked *asked, struct error *err)
{
    bool dry = run->options->dry;
    asked->url = site->endpoint;
    run->fetch = fetch_open(run->options->limit_rate, err);
    if (run->fetch == NULL)
        return false;
    if (site->endpoint[0] == '\0')
        return true;
    if ((!site_ask_roles(run->arena, run->places, site, dry, run->fetch, asked) ||
         (!dry && !people_ask(run->arena, run->places, site, run->fetch, run->options->quiet, &asked->err))) &&
        asked->err.code != EX_NOPERM)
        error_print(&asked->err, "crib", stderr);
    return true;
}

static bool sync_locked(struct run *run, struct error *err)
{
    if (!open_run(run, err) || !start_all(run, err) || !fetch_run(run->fetch, err))
        return false;
    if (run->options->progress != NULL)
        progress_end(run->options->progress);
    for (size_t i = 0; i < run->count; i++)
        take_one(run, i);
    return run->options->dry || sweep_packs(run->arena, run->places->data, run->library, run->trust, run->pulls, run->count, err);
}

bool remote_sync(struct arena *a, const struct places *places, struct library *library,
                 const struct remote_options *options, struct remote_result **results, size_t *count,
                 struct site_asked *asked, struct error *err)
{
    struct lrs site;
    struct error why = {0};
    bool any = remote_any(places);
    *results = NULL;
    *count = 0;
    *asked = (struct site_asked){0};
    const struct config *config = config_load(a, places, NULL, err);
    if (config == NULL)
        return false;
    if (!accepted_site(a, config, &site, &why)) {
        error_print(&why, "crib", stderr);
        site.endpoint = "";
    }
    if (!any && site.endpoint[0] == '\0') {
        asked->url = "";
        return true;
    }
    if (sodium_init() < 0)
        return error_set(err, EX_OSERR, "cannot verify", NULL, "libsodium does not start", NULL);
    int lock = remote_lock(a, places, err);
    if (lock < 0)
        return false;
    struct run run = {.arena = a, .places = places, .options = options, .library = library};
    bool ok = ask_site(&run, &site, asked, err) && (!any || sync_locked(&run, err));
    close_run(&run);
    close(lock);
    if (ok) {
        *results = run.results;
        *count = run.count;
    }
    return ok;
}
