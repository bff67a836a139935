#include "sync/told.h"

#include "core/base/clock.h"
#include "core/library/library.h"
#include "core/library/library_list.h"
#include "sync/channel/remote.h"

#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { LOCK_WAIT_MS = 2000, FILES_MOST = 100000 };

/* "cannot fetch: https://...: no network" */
static const char *words(struct arena *a, const struct error *err)
{
    if (err->code == 0)
        return "";
    struct buf text = {0};
    error_words(err, &text);
    const char *copy = buf_ok(&text) ? arena_copy(a, buf_text(&text), text.len) : NULL;
    buf_free(&text);
    return copy != NULL ? copy : "";
}

static const struct remote_result *result_of(const struct told *t, const char *url)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->results[i].channel->url, url) == 0)
            return &t->results[i];
    return NULL;
}

/* ---- channels ---- */

/* Titles of what came of that channel since this sync began. */
static struct strings names_of(struct arena *a, struct library *library, const char *channel, int64_t since_ms)
{
    const struct library_filter all = {.channel = channel, .modules = true, .pages = true, .events = true};
    const char **items = arena_array(a, SYNCING_CAME, sizeof *items);
    struct facts *facts;
    size_t count, n = 0;
    if (items == NULL || !library_list(library, a, &all, 0, FILES_MOST, &facts, &count, NULL))
        return (struct strings){0};
    for (size_t i = 0; i < count && n < SYNCING_CAME; i++)
        if (facts[i].changed_ms >= since_ms && facts[i].on_device)
            items[n++] = facts[i].title;
    return (struct strings){items, n};
}

static void take_result(struct arena *a, const struct remote_result *r, const struct told *t, struct library *library,
                        struct syncing_channel *c)
{
    c->todo = r->err.todo;
    c->denied = r->err.code == EX_NOPERM;
    if (r->err.code != 0)
        return;
    c->ahead_s = r->ahead_s;
    if (!r->changed)
        return;
    c->changed_ms = t->began_ms;
    c->added = (int64_t)r->library.added;
    c->changed = (int64_t)r->library.changed;
    c->removed = (int64_t)r->library.removed;
    c->came = library != NULL ? names_of(a, library, c->id, t->began_ms) : (struct strings){0};
}

/* What the file said of it before, and is still so. */
static void take_before(const struct syncing *before, struct syncing_channel *c)
{
    for (size_t i = 0; i < before->channel_count; i++) {
        const struct syncing_channel *b = &before->channels[i];
        if (strcmp(b->url, c->url) != 0)
            continue;
        c->todo = c->error[0] != '\0' ? b->todo : "";
        c->denied = c->error[0] != '\0' && b->denied;
        c->ahead_s = b->ahead_s;
        c->changed_ms = b->changed_ms;
        c->added = b->added;
        c->changed = b->changed;
        c->removed = b->removed;
        c->came = b->came;
    }
}

static bool take_channels(struct arena *a, const struct places *places, const struct told *t, const struct syncing *before,
                          struct syncing *now)
{
    struct trust_channel *channels;
    size_t count;
    if (!remote_list(a, places, &channels, &count, NULL))
        return false;
    struct library *library = t->files > 0 ? library_open(places, LIBRARY_READ | LIBRARY_ALONE, "", NULL) : NULL;
    now->channels = arena_array(a, count, sizeof *now->channels);
    now->channel_count = count;
    for (size_t i = 0; now->channels != NULL && i < count; i++) {
        const struct trust_channel *from = &channels[i];
        struct syncing_channel *c = &now->channels[i];
        *c = (struct syncing_channel){.id = from->seen.id,
                                      .url = from->url,
                                      .key = from->pinned,
                                      .version = from->seen.version,
                                      .published_ms = from->seen.published_ms,
                                      .expires_ms = from->seen.expires_ms,
                                      .tried_ms = from->tried_ms,
                                      .reached_ms = from->synced_ms,
                                      .error = from->error,
                                      .todo = ""};
        take_before(before, c);
        const struct remote_result *r = result_of(t, from->url);
        if (r != NULL)
            take_result(a, r, t, library, c);
    }
    library_close(library);
    return now->channels != NULL;
}

/* ---- stores ---- */

static struct syncing_store *store_named(struct syncing *s, const char *endpoint)
{
    for (size_t i = 0; i < s->store_count; i++)
        if (strcmp(s->stores[i].endpoint, endpoint) == 0)
            return &s->stores[i];
    return NULL;
}

/* Where it was not asked, as it was. */
static void take_site(struct arena *a, const struct told *t, const struct syncing *before, struct syncing *now)
{
    const struct site_asked *asked = &t->site;
    now->site = before->site;
    now->sessions = asked->answered ? asked->sessions : before->sessions;
    if (asked->url == NULL)
        return;
    bool same = before->site.endpoint != NULL && strcmp(before->site.endpoint, asked->url) == 0;
    const struct error *wrong = asked->err.code != 0 ? &asked->err : &asked->away;
    int64_t at = clock_wall_ms(), reached = wrong->code == 0 ? at : same ? before->site.reached_ms : 0;
    now->site = (struct syncing_store){asked->url, at, reached, words(a, wrong), wrong->todo, wrong->code == EX_NOPERM};
}

/* Those that were talked to now, beside those of before. */
static bool take_stores(struct arena *a, const struct told *t, const struct syncing *before, struct syncing *now)
{
    now->stores = arena_array(a, before->store_count + t->sent.store_count, sizeof *now->stores);
    if (now->stores == NULL)
        return false;
    for (size_t i = 0; i < before->store_count; i++)
        now->stores[now->store_count++] = before->stores[i];
    for (size_t i = 0; i < t->sent.store_count; i++) {
        const struct upload_store *from = &t->sent.stores[i];
        struct syncing_store *s = store_named(now, from->endpoint);
        int64_t at = clock_wall_ms(), reached = s != NULL ? s->reached_ms : 0;
        if (s == NULL)
            s = &now->stores[now->store_count++];
        const struct error *wrong = told_of_site(t, &from->err) ? &t->site.err : &from->err;
        *s = (struct syncing_store){from->endpoint, at, wrong->code == 0 ? at : reached, words(a, wrong), wrong->todo, wrong->code == EX_NOPERM};
    }
    return true;
}

/* ---- the log ---- */

/* Takes a failure into account: to be offline is told apart from what is broken. A stick that isn't there is as good as a
 * server that can't be reached. */
static void take_failure(struct arena *a, const char *url, const struct error *err, struct syncing_end *end,
                         size_t *reached, bool *broken)
{
    bool away = err->code == EX_TEMPFAIL || (err->code == EX_NOINPUT && strncmp(url, "file:", 5) == 0);
    if (err->code == 0)
        ++*reached;
    else if (end->error[0] == '\0')
        end->error = words(a, err);
    *broken = *broken || (err->code != 0 && !away);
}

/* Stores decide only where there are no channels: what waits to go up is told apart. */
static void take_end(struct arena *a, const struct told *t, const struct syncing *before, struct syncing_end *end)
{
    size_t reached = 0;
    bool broken = t->failed.code != 0, passing = false;
    *end = (struct syncing_end){.ended_ms = clock_wall_ms(),
                                .files = (int64_t)t->files,
                                .sent = (int64_t)t->sent.sent,
                                .aside = (int64_t)t->sent.aside,
                                .error = words(a, &t->failed)};
    if (t->site.err.code != 0) /* else it counts as reached by what came from there */
        take_failure(a, t->site.url, &t->site.err, end, &reached, t->site.err.code == EX_NOPERM ? &broken : &passing);
    for (size_t i = 0; i < t->count; i++) {
        end->bytes += (int64_t)t->results[i].received;
        take_failure(a, t->results[i].channel->url, &t->results[i].err, end, &reached, &broken);
    }
    bool of_stores = false;
    for (size_t i = 0; i < t->sent.store_count; i++)
        take_failure(a, t->sent.stores[i].endpoint, &t->sent.stores[i].err, end, &reached,
                     t->count == 0 ? &broken : &of_stores);
    if (t->site.err.code == 0 && t->site.away.code != 0 && t->count + t->sent.store_count == 0)
        take_failure(a, t->site.url, &t->site.away, end, &reached, &passing);
    end->result = broken                             ? RESULT_FAILED
                  : reached > 0 || end->error[0] == '\0' ? RESULT_OK
                                                     : RESULT_OFFLINE;
    const struct syncing_end *last = before->end_count > 0 ? &before->ends[before->end_count - 1] : NULL;
    end->since_ms = last != NULL && last->result == end->result ? last->since_ms : end->ended_ms;
}

static bool take_log(struct arena *a, const struct told *t, bool over, const struct syncing *before, struct syncing *now)
{
    now->ends = arena_array(a, before->end_count + 1, sizeof *now->ends);
    if (now->ends == NULL)
        return false;
    for (size_t i = 0; i < before->end_count; i++)
        now->ends[now->end_count++] = before->ends[i];
    if (over)
        take_end(a, t, before, &now->ends[now->end_count++]);
    return true;
}

void told_write(struct arena *a, const struct places *places, const struct told *t, bool over)
{
    const char *path = syncing_path(a, places), *mutex = file_join(a, places->state, "sync.jsonl.lock");
    struct syncing before, now = {0};
    if (path == NULL || mutex == NULL || !file_make_dirs(places->state, NULL))
        return;
    int lock = file_lock(mutex, LOCK_WAIT_MS, "another crib is writing", NULL);
    if (lock < 0)
        return;
    struct buf text = {0};
    bool ok = syncing_read(a, path, &before) && take_channels(a, places, t, &before, &now) &&
              take_stores(a, t, &before, &now) && take_log(a, t, over, &before, &now);
    take_site(a, t, &before, &now);
    if (ok)
        syncing_text(&now, &text);
    if (ok && buf_ok(&text))
        (void)file_write(path, buf_text(&text), text.len, 0600, NULL);
    buf_free(&text);
    close(lock);
}

bool told_found(struct arena *a, const struct places *places, const struct told *t, struct syncing *now)
{
    const struct syncing nothing = {0};
    *now = nothing;
    if (!take_channels(a, places, t, &nothing, now) || !take_stores(a, t, &nothing, now))
        return false;
    take_site(a, t, &nothing, now);
    for (size_t i = 0; i < now->channel_count; i++) {
        struct syncing_channel *c = &now->channels[i];
        const struct remote_result *r = result_of(t, c->url);
        if (r == NULL)
            continue;
        c->tried_ms = clock_wall_ms();
        c->error = words(a, &r->err);
        if (r->err.code == 0)
            c->reached_ms = c->tried_ms;
    }
    return true;
}

bool told_of_site(const struct told *t, const struct error *why)
{
    const char *url = t->site.url != NULL ? t->site.url : "";
    size_t n = strlen(url);
    return t->site.err.code == EX_NOPERM && why->code == EX_NOPERM && strncmp(why->where, url, n) == 0 && why->where[n] == '/';
}
