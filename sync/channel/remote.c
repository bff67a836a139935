#include "sync/channel/remote.h"

#include "core/base/clock.h"
#include "core/base/config.h"
#include "core/record/note.h"
#include "core/record/record.h"
#include "sync/channel/held.h"
#include "sync/channel/keyfile.h"
#include "sync/channel/minisign.h"
#include "sync/channel/pull.h"
#include "sync/channel/take.h"
#include "sync/site/people_take.h"
#include "sync/site/site.h"

#include <errno.h>
#include <grp.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { TELL_MS = 200, LOCK_WAIT_MS = 5000, UNIX_GROUPS_MOST = 1024 };

/* ---- opening ---- */

bool remote_any(const struct places *places)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/trust.db", places->data);
    return n > 0 && (size_t)n < sizeof path && access(path, F_OK) == 0;
}

static int lock_sync(struct arena *a, const struct places *places, struct error *err)
{
    const char *path = file_join(a, places->data, "sync.lock");
    if (path == NULL) {
        error_memory(err);
        return -1;
    }
    if (!file_make_dirs(places->data, err))
        return -1;
    return file_lock(path, LOCK_WAIT_MS, "another crib is syncing", err);
}

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

/* ---- what the hub queued ---- */

/* The modules of that channel that are queued in the record, and those that were fetched for somebody before. */
static bool wishes_of(struct arena *a, struct trust *trust, const struct trust_channel *c,
                      const struct fetch_request *queued, size_t count, struct strings *wishes, struct error *err)
{
    struct strings kept;
    if (!trust_wishes(trust, a, c->number, &kept, err))
        return false;
    const char **items = arena_array(a, kept.count + count, sizeof *items);
    if (items == NULL)
        return error_memory(err);
    size_t n = 0, id = strlen(c->seen.id);
    for (size_t i = 0; i < kept.count; i++)
        items[n++] = kept.items[i];
    for (size_t i = 0; id > 0 && i < count; i++)
        if (strncmp(queued[i].module, c->seen.id, id) == 0 && queued[i].module[id] == '/')
            items[n++] = queued[i].module + id + 1;
    *wishes = (struct strings){items, n};
    return true;
}

/* What came is queued no longer. What the channel doesn't have stays queued: it may come back. */
static bool settle(struct arena *a, struct trust *trust, struct record *record, struct library *library,
                   const struct trust_channel *c, struct strings wishes, struct error *err)
{
    for (size_t i = 0; i < wishes.count; i++) {
        const char *address = library_address(a, c->seen.id, wishes.items[i], "");
        if (address == NULL)
            return error_memory(err);
        if (library_module(library, a, address, NULL) != NULL &&
            (!trust_wish(trust, c->number, wishes.items[i], err) ||
             (record != NULL && !record_fetch_done(record, address, err))))
            return false;
    }
    return true;
}

/* ---- the sync ---- */

struct run {
    struct arena *arena;
    const struct places *places;
    const struct remote_options *options;
    struct library *library;
    struct trust *trust;
    struct record *record; /* NULL where nothing is queued */
    const struct fetch_request *queued;
    size_t queued_count;
    struct fetch *fetch;
    struct strings roles, unix_groups;
    struct trust_channel *channels;
    size_t count;
    struct pull *pulls;
    struct remote_result *results;
};

/* A queue that can't be read keeps nobody from what is published. */
static void open_queue(struct run *run)
{
    const char *path = file_join(run->arena, run->places->data, "record.db");
    struct stat st;
    if (path == NULL || stat(path, &st) != 0 || st.st_size == 0)
        return;
    struct record *reader = record_open_read(path, NULL);
    if (reader != NULL)
        run->queued = record_fetches(reader, run->arena, &run->queued_count, NULL);
    record_close(reader);
    if (run->queued == NULL)
        run->queued_count = 0;
    if (run->queued_count > 0 && !run->options->dry)
        run->record = record_open(path, NULL);
}

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
    open_queue(run);
    return true;
}

static void close_run(struct run *run)
{
    fetch_close(run->fetch);
    for (size_t i = 0; run->pulls != NULL && i < run->count; i++)
        pull_close(&run->pulls[i]);
    record_close(run->record);
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
            !wishes_of(run->arena, run->trust, c, run->queued, run->queued_count, &p->wishes, err))
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
        (ok && !settle(run->arena, run->trust, run->record, run->library, c, p->wishes, &lost)))
        r->err = lost;
    buf_free(&said);
}

/* Appends the hashes of a channel's packs to keep, where there is room; counts them anyway. */
static bool add_packs(struct run *run, const char *channel, unsigned char (*keep)[POINTER_HASH], size_t *n,
                      struct error *err)
{
    struct library_pack *packs;
    size_t count;
    if (!library_packs(run->library, run->arena, channel, &packs, &count, err))
        return false;
    for (size_t i = 0; i < count; i++, ++*n)
        if (keep != NULL)
            memcpy(keep[*n], packs[i].hash, POINTER_HASH);
    return true;
}

static void add_pulled(const struct pull *p, unsigned char (*keep)[POINTER_HASH], size_t *n)
{
    for (size_t i = 0; !p->failed && i < p->count; i++, ++*n)
        if (keep != NULL)
            memcpy(keep[*n], p->groups[i].group->hash, POINTER_HASH);
}

/* Packs that no channel is made of go, and what came of broken transfers, where none is left to go on. A channel that
 * failed keeps what it is made of. */
static bool tidy(struct run *run, struct error *err)
{
    struct trust_channel *channels;
    size_t count, n = 0;
    bool failed = false;
    if (!trust_channels(run->trust, run->arena, &channels, &count, err))
        return false;
    unsigned char (*keep)[POINTER_HASH] = NULL;
    for (int pass = 0; pass < 2; pass++) {
        n = 0;
        for (size_t i = 0; i < count; i++) {
            failed = failed || channels[i].error[0] != '\0';
            if (!add_packs(run, channels[i].seen.id, keep, &n, err))
                return false;
        }
        for (size_t i = 0; i < run->count; i++)
            add_pulled(&run->pulls[i], keep, &n);
        if (keep == NULL && (keep = arena_array(run->arena, n, sizeof *keep)) == NULL)
            return error_memory(err);
    }
    held_keep(run->places->data, (const unsigned char (*)[POINTER_HASH])keep, n, failed);
    return true;
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
    return run->options->dry || tidy(run, err);
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
    int lock = lock_sync(a, places, err);
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

/* ---- adding ---- */

static bool is_published(struct arena *a, const char *dir)
{
    const char *pointer = file_join(a, dir, "channel.json"), *source = file_join(a, dir, "channel.yaml");
    return pointer != NULL && source != NULL && access(pointer, F_OK) == 0 && access(source, F_OK) != 0;
}

static bool has_scheme(const char *word)
{
    return strncasecmp(word, "https://", 8) == 0 || strncasecmp(word, "http://", 7) == 0 ||
           strncasecmp(word, "file:///", 8) == 0;
}

bool remote_url(struct arena *a, const char *word, const char **url, struct error *err)
{
    size_t n = strlen(word);
    *url = NULL;
    if (has_scheme(word)) {
        static const char name[] = "channel.json";
        size_t k = sizeof name - 1;
        if (n > k && word[n - k - 1] == '/' && strcmp(word + n - k, name) == 0)
            n -= k;
        if (text_control(word, n) != n || memchr(word, ' ', n) != NULL || memchr(word, '?', n) != NULL ||
            memchr(word, '#', n) != NULL || strchr(strstr(word, "//") + 2, '@') != NULL)
            return error_set(err, EX_USAGE, "that is no address of a channel", word, NULL,
                             "it looks like https://example.com/plant/; user and password go into --credentials");
        *url = arena_printf(a, "%.*s%s", (int)n, word, word[n - 1] == '/' ? "" : "/");
        return *url != NULL || error_memory(err);
    }
    if (strstr(word, "://") != NULL)
        return error_set(err, EX_USAGE, "that is no address of a channel", word, NULL, "https, http and file are known");
    char *real = is_published(a, word) ? realpath(word, NULL) : NULL;
    if (real != NULL)
        *url = fetch_file_url(a, real);
    bool ok = real == NULL || *url != NULL || error_memory(err);
    free(real);
    return ok;
}

static bool read_key(const char *text, char *base64, struct error *err)
{
    struct public_key key;
    if (!keyfile_public(text, &key, err))
        return false;
    key_text(&key, base64);
    return true;
}

static bool whole_path(struct arena *a, const char *path, const char **whole, struct error *err)
{
    *whole = "";
    if (path == NULL)
        return true;
    char *real = realpath(path, NULL);
    if (real == NULL)
        return error_errno(err, errno, "cannot read", path, NULL);
    *whole = arena_strdup(a, real);
    free(real);
    return *whole != NULL || error_memory(err);
}

bool remote_add(struct arena *a, const struct places *places, const char *url, const char *key, const char *credentials,
                const char *ca, struct error *err)
{
    char base64[KEY_TEXT];
    struct trust_channel c = {.url = url, .pinned = base64};
    if (sodium_init() < 0)
        return error_set(err, EX_OSERR, "cannot verify", NULL, "libsodium does not start", NULL);
    if (!read_key(key, base64, err) || !whole_path(a, credentials, &c.credentials, err) ||
        !whole_path(a, ca, &c.ca, err))
        return false;
    struct trust *trust = trust_open(places->data, err);
    bool ok = trust != NULL && trust_add(trust, &c, err);
    trust_close(trust);
    return ok;
}

static bool remove_locked(struct run *run, const char *what, bool *removed, struct error *err)
{
    struct error why = {0};
    run->trust = trust_open(run->places->data, err);
    if (run->trust == NULL)
        return false;
    const struct trust_channel *c = trust_find(run->trust, run->arena, what, &why);
    if (c == NULL && why.code != EX_NOINPUT && err != NULL)
        *err = why;
    if (c == NULL)
        return why.code == EX_NOINPUT;
    *removed = trust_remove(run->trust, c->number, err);
    return *removed && tidy(run, err);
}

bool remote_remove(struct arena *a, const struct places *places, struct library *library, const char *what,
                   bool *removed, struct error *err)
{
    *removed = false;
    if (!remote_any(places))
        return true;
    int lock = lock_sync(a, places, err);
    if (lock < 0)
        return false;
    struct run run = {.arena = a, .places = places, .library = library};
    bool ok = remove_locked(&run, what, removed, err);
    close_run(&run);
    close(lock);
    return ok;
}

bool remote_list(struct arena *a, const struct places *places, struct trust_channel **items, size_t *count,
                 struct error *err)
{
    *items = NULL;
    *count = 0;
    if (!remote_any(places))
        return true;
    struct trust *trust = trust_open(places->data, err);
    bool ok = trust != NULL && trust_channels(trust, a, items, count, err);
    trust_close(trust);
    return ok;
}
