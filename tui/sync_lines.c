#include "tui/sync_lines.h"

#include "core/base/clock.h"
#include "core/library/library.h"
#include "core/record/accepted.h"
#include "core/record/note.h"
#include "core/record/outbox.h"
#include "tui/background.h"
#include "tui/visit.h"

#include <string.h>

enum { HANG = 7, /* a time and two blanks */ LINES_MOST = 2000, ASIDE_MOST = 10, WANTED_MOST = 10, NAMED_OF_MANY = 5, APART_MINUTES = 5 };

struct lines {
    struct app *app;
    struct arena *arena;
    struct sync_line *items;
    size_t count;
    bool failed; /* memory ran out */
};

/* Takes a text of the arena's; NULL is memory that ran out. */
static struct sync_line *add(struct lines *l, enum style style, int indent, const char *text)
{
    static struct sync_line nowhere;
    if (text == NULL || l->count == LINES_MOST) {
        l->failed = l->failed || text == NULL;
        return &nowhere;
    }
    l->items[l->count] = (struct sync_line){.style = style, .indent = indent, .text = text};
    return &l->items[l->count++];
}

static void add_heading(struct lines *l, const char *text)
{
    if (l->count > 0)
        add(l, STYLE_TEXT, 0, "");
    add(l, STYLE_HEADING_3, 0, text);
}

static const char *copy(struct lines *l, struct buf *text)
{
    const char *kept = buf_ok(text) ? arena_copy(l->arena, buf_text(text), text->len) : NULL;
    buf_free(text);
    return kept;
}

static const char *plural(int64_t n)
{
    return n == 1 ? "" : "s";
}

static const char *moment(struct lines *l, int64_t at_ms)
{
    char text[16];
    background_moment(at_ms, text, sizeof text);
    return arena_strdup(l->arena, text);
}

/* "09:12: cannot fetch ... (try again with a network)" */
static const char *failure(struct lines *l, int64_t tried_ms, const char *error, const char *todo)
{
    const char *at = moment(l, tried_ms);
    return at == NULL ? NULL : arena_printf(l->arena, todo[0] != '\0' ? "%s: %s (%s)" : "%s: %s", at, error, todo);
}

const char *sync_clock_apart(struct arena *a, int64_t ahead_s)
{
    int64_t minutes = (ahead_s < 0 ? -ahead_s : ahead_s) / 60;
    if (minutes < APART_MINUTES)
        return "";
    int64_t n = minutes < 120 ? minutes : minutes < 48 * 60 ? minutes / 60 : minutes / (24 * 60);
    return arena_printf(a, "this machine's clock is %lld %s %s its server's: one of them is wrong", (long long)n,
                        minutes < 120 ? "min" : minutes < 48 * 60 ? "h" : "days", ahead_s > 0 ? "behind" : "ahead of");
}

/* ---- channels ---- */

static const struct syncing_channel *known_of(const struct syncing *known, const char *url)
{
    for (size_t i = 0; i < known->channel_count; i++)
        if (strcmp(known->channels[i].url, url) == 0)
            return &known->channels[i];
    return NULL;
}

static void add_step(struct lines *l, const struct syncing_progress *steps, size_t count, const char *id, const char *url)
{
    static const char *const words[] = {"asking", "fetching", "installing", "sending", "done", "failed"};
    for (size_t i = 0; i < count; i++) {
        if (strcmp(steps[i].channel, id) != 0 && strcmp(steps[i].channel, url) != 0)
            continue;
        struct sync_line *line = add(l, STYLE_DIM, 2, words[steps[i].step]);
        line->bar = steps[i].step < STEP_SEND;
        line->done = steps[i].done;
        line->total = steps[i].total;
        return;
    }
}

/* "1 added, 2 changed: Prime a centrifugal pump, Free a full disk" */
static void add_came(struct lines *l, const struct syncing_channel *c)
{
    const struct {
        int64_t n;
        const char *word;
    } counts[] = {{c->added, "added"}, {c->changed, "changed"}, {c->removed, "removed"}};
    struct buf text = {0};
    char at[16];
    if (c->changed_ms == 0)
        return;
    background_moment(c->changed_ms, at, sizeof at);
    buf_addf(&text, "%s: ", at);
    const char *before = "";
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (counts[i].n > 0) {
            buf_addf(&text, "%s%lld %s", before, (long long)counts[i].n, counts[i].word);
            before = ", ";
        }
    if (before[0] == '\0')
        buf_adds(&text, "nothing for this device");
    size_t named = c->came.count < SYNCING_CAME ? c->came.count : NAMED_OF_MANY;
    for (size_t i = 0; i < named; i++)
        buf_addf(&text, "%s%s", i == 0 ? ": " : ", ", c->came.items[i]);
    if (named < c->came.count)
        buf_adds(&text, ", ...");
    add(l, STYLE_TEXT, 2, copy(l, &text))->hang = HANG;
}

static void add_dates(struct lines *l, int64_t published_ms, int64_t expires_ms)
{
    char day[16];
    int64_t now = clock_wall_ms();
    if (library_stale(published_ms, expires_ms, now)) {
        clock_format_day(expires_ms, day, sizeof day);
        add(l, STYLE_CHANGED, 2, arena_printf(l->arena, "out of date since %s: it stays usable; ask its publisher", day));
    }
    if (library_clock_wrong(published_ms, now)) {
        clock_format_day(published_ms, day, sizeof day);
        add(l, STYLE_ERROR, 2,
            arena_printf(l->arena, "this machine's clock is before %s, when it was published: set the clock", day));
    }
}

static void add_known(struct lines *l, const struct syncing_channel *c)
{
    const char *apart = sync_clock_apart(l->arena, c->ahead_s);
    if (apart == NULL || apart[0] != '\0')
        add(l, STYLE_CHANGED, 2, apart);
    if (c->error[0] != '\0')
        add(l, STYLE_ERROR, 2, failure(l, c->tried_ms, c->error, c->todo))->hang = HANG;
    add_came(l, c);
}

static void add_published(struct lines *l, const struct library_channel *c, const struct syncing_channel *known)
{
    char day[16];
    struct buf text = {0};
    clock_format_day(c->published_ms, day, sizeof day);
    buf_addf(&text, "version %lld, published %s", (long long)c->version, day);
    if (known != NULL && known->reached_ms > 0) {
        background_moment(known->reached_ms, day, sizeof day);
        buf_addf(&text, ", reached %s", day);
    }
    buf_addf(&text, ", %s", c->url);
    add(l, STYLE_DIM, 2, copy(l, &text));
    add_dates(l, c->published_ms, c->expires_ms);
    if (known != NULL)
        add_known(l, known);
}

/* ", 2 programmes", where there are any. */
static const char *programmes_words(struct arena *a, size_t count)
{
    const char *words = count > 0 ? arena_printf(a, ", %zu programme%s", count, plural((int64_t)count)) : "";
    return words != NULL ? words : "";
}

static void add_channel(struct lines *l, const struct library_channel *c, const struct syncing *known,
                        const struct syncing_progress *steps, size_t step_count)
{
    add(l, STYLE_STRONG, 0,
        arena_printf(l->arena, "%s: %zu module%s, %zu page%s%s%s", c->id, c->modules, plural((int64_t)c->modules), c->pages,
                     plural((int64_t)c->pages), programmes_words(l->arena, c->programmes), c->system ? ", of all users" : ""));
    add_step(l, steps, step_count, c->id, c->url[0] != '\0' ? c->url : c->id);
    if (c->url[0] != '\0')
        add_published(l, c, known_of(known, c->url));
    else
        add(l, STYLE_DIM, 2, arena_printf(l->arena, "from %s, changed %s", c->dir, moment(l, c->synced_ms)));
}

/* Those that were added, and could not be fetched yet. */
static void add_waiting(struct lines *l, const struct syncing_channel *c, const struct syncing_progress *steps,
                        size_t step_count)
{
    add(l, STYLE_STRONG, 0, arena_printf(l->arena, "%s: not fetched yet", c->url));
    add_step(l, steps, step_count, c->url, c->url);
    add_known(l, c);
}

static void add_channels(struct lines *l, const struct syncing *known, const struct syncing_progress *steps,
                         size_t step_count)
{
    struct library_channel *items;
    size_t count = 0;
    struct library *library = app_library(l->app, NULL);
    if (library == NULL || !library_channels(library, l->arena, &items, &count, NULL))
        count = 0;
    add_heading(l, "Channels");
    for (size_t i = 0; i < count; i++)
        add_channel(l, &items[i], known, steps, step_count);
    for (size_t i = 0; i < known->channel_count; i++) {
        bool installed = false;
        for (size_t k = 0; k < count; k++)
            installed = installed || strcmp(items[k].url, known->channels[i].url) == 0;
        if (!installed)
            add_waiting(l, &known->channels[i], steps, step_count);
    }
    if (count + known->channel_count == 0)
        add(l, STYLE_DIM, 0, "none: `crib channel add DIR` or `crib channel add URL --key KEY`");
}

/* ---- what goes up ---- */

static int64_t waiting_for(const struct accepted *accepted, const char *endpoint, const struct outbox_channel_count *items,
                           size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        const struct lrs *lrs = accepted_for(accepted, items[i].channel);
        sum += lrs != NULL && strcmp(lrs->endpoint, endpoint) == 0 ? items[i].count : 0;
    }
    return sum;
}

static void add_store(struct lines *l, const struct syncing *known, const char *endpoint, int64_t waiting)
{
    const struct syncing_store *s = NULL;
    for (size_t i = 0; i < known->store_count; i++)
        if (strcmp(known->stores[i].endpoint, endpoint) == 0)
            s = &known->stores[i];
    struct buf text = {0};
    if (waiting == 0)
        buf_addf(&text, "%s: nothing waits", endpoint);
    else
        buf_addf(&text, "%s: %lld wait%s", endpoint, (long long)waiting, waiting == 1 ? "s" : "");
    if (s != NULL && s->reached_ms > 0)
        buf_addf(&text, ", reached %s", moment(l, s->reached_ms));
    add(l, STYLE_STRONG, 0, copy(l, &text));
    if (s != NULL && s->error[0] != '\0')
        add(l, STYLE_ERROR, 2, failure(l, s->tried_ms, s->error, s->todo))->hang = HANG;
}

/* The site that this device is enrolled at, by what it said last. */
static void add_site(struct lines *l, const struct syncing_store *site)
{
    if (site->endpoint == NULL || site->endpoint[0] == '\0')
        return;
    add_heading(l, "Site");
    add(l, STYLE_STRONG, 0,
        site->reached_ms > 0 ? arena_printf(l->arena, "%s: reached %s", site->endpoint, moment(l, site->reached_ms)) : site->endpoint);
    if (site->error[0] != '\0')
        add(l, STYLE_ERROR, 2, failure(l, site->tried_ms, site->error, site->todo))->hang = HANG;
}

/* Each endpoint once. */
static void add_stores(struct lines *l, const struct syncing *known, const struct accepted *accepted,
                       const struct outbox_channel_count *items, size_t count)
{
    for (size_t i = 0; i < accepted->count; i++) {
        const char *endpoint = accepted->items[i].endpoint;
        bool again = endpoint[0] == '\0';
        for (size_t k = 0; k < i; k++)
            again = again || strcmp(accepted->items[k].endpoint, endpoint) == 0;
        if (!again)
            add_store(l, known, endpoint, waiting_for(accepted, endpoint, items, count));
    }
    if (config_text(l->app->config, CONFIG_HOMEPAGE)[0] == '\0')
        add(l, STYLE_CHANGED, 0, "nothing leaves: homepage is not set in config.yaml");
}

/* What was refused, with the store's words. */
static void add_aside(struct lines *l, struct record *record)
{
    struct outbox_item *items;
    size_t count;
    if (!outbox_aside(record, l->arena, &items, &count, NULL) || count == 0)
        return;
    add(l, STYLE_CHANGED, 0,
        arena_printf(l->arena, "%zu set aside: `crib outbox` lists %s, `crib outbox retry ID` sends again", count,
                     count == 1 ? "it" : "them"));
    for (size_t i = 0; i < count && i < ASIDE_MOST; i++)
        add(l, STYLE_TEXT, 2, arena_printf(l->arena, "%s: %s", items[i].lrs, items[i].answer));
}

static void add_wanted(struct lines *l, struct record *record)
{
    size_t count;
    const struct fetch_request *wanted = record_fetches(record, l->arena, &count, NULL);
    if (wanted == NULL || count == 0)
        return;
    add_heading(l, "To fetch");
    for (size_t i = 0; i < count && i < WANTED_MOST; i++)
        add(l, STYLE_TEXT, 0, wanted[i].module);
    if (count > WANTED_MOST)
        add(l, STYLE_DIM, 0, arena_printf(l->arena, "and %zu more", count - WANTED_MOST));
}

static void add_outgoing(struct lines *l, const struct syncing *known)
{
    struct record *record = app_record_if_any(l->app, NULL);
    struct outbox_channel_count *items = NULL;
    struct accepted accepted = {0};
    struct error err = {0};
    size_t count = 0;
    bool fresh = config_text(l->app->config, CONFIG_HOMEPAGE)[0] != '\0' && !visit_shared(l->app);
    bool read = accepted_read(l->arena, l->app->config, &accepted, &err);
    if (!read || accepted.count > 0)
        add_heading(l, "To send");
    if (!read) {
        struct buf words = {0};
        error_words(&err, &words);
        add(l, STYLE_ERROR, 0, copy(l, &words));
    } else if (accepted.count > 0) {
        if (record != NULL && !outbox_channel_counts(record, l->arena, fresh, &items, &count, NULL))
            count = 0;
        add_stores(l, known, &accepted, items, count);
        if (record != NULL)
            add_aside(l, record);
    }
    if (record != NULL)
        add_wanted(l, record);
}

/* ---- the log ---- */

static void add_end(struct lines *l, const struct syncing_end *e)
{
    struct buf text = {0};
    buf_addf(&text, "%s  ", moment(l, e->ended_ms));
    if (e->result == RESULT_OFFLINE)
        buf_adds(&text, "offline");
    else if (e->result == RESULT_FAILED)
        buf_addf(&text, "failed: %s", e->error);
    else if (e->files == 0)
        buf_adds(&text, "nothing new");
    else
        buf_addf(&text, "%lld file%s came", (long long)e->files, plural(e->files));
    if (e->files > 0 && e->bytes > 0)
        buf_addf(&text, e->bytes < 10240 ? ", %lld bytes" : ", %lld KiB",
                 (long long)(e->bytes < 10240 ? e->bytes : e->bytes / 1024));
    if (e->sent > 0)
        buf_addf(&text, ", %lld sent", (long long)e->sent);
    if (e->aside > 0)
        buf_addf(&text, ", %lld refused", (long long)e->aside);
    if (e->result == RESULT_OK && e->error[0] != '\0')
        buf_addf(&text, "; %s", e->error);
    add(l, e->result == RESULT_FAILED ? STYLE_ERROR : STYLE_TEXT, 0, copy(l, &text))->hang = HANG;
}

struct sync_line *sync_lines(struct app *app, struct arena *a, const struct syncing *known,
                             const struct syncing_progress *steps, size_t step_count, size_t *count)
{
    struct lines l = {.app = app, .arena = a, .items = arena_array(a, LINES_MOST, sizeof *l.items)};
    if (l.items == NULL || app_config(app, NULL) == NULL)
        return NULL;
    add_channels(&l, known, steps, step_count);
    add_site(&l, &known->site);
    add_outgoing(&l, known);
    add_heading(&l, "The last syncs");
    for (size_t i = known->end_count; i-- > 0;)
        add_end(&l, &known->ends[i]);
    if (known->end_count == 0)
        add(&l, STYLE_DIM, 0, "none yet");
    *count = l.count;
    return l.failed ? NULL : l.items;
}
