#include "tui/screen/hub_home.h"

#include "core/record/recall.h"
#include "tui/left.h"
#include "tui/programme.h"
#include "tui/screen/sign.h"
#include "tui/whatsnew.h"

#include <string.h>

/* Among the first so many rows. */
static bool listed(const struct hub_rows *r, size_t rows, int64_t key)
{
    for (size_t i = 0; i < rows; i++)
        if (r->rows[i].selectable && r->rows[i].act == HUB_ROW_OPEN && r->rows[i].key == key)
            return true;
    return false;
}

enum { CALLS_MOST = 3 };

/* Programmes with something for these days; all others are a key away. */
static void add_programmes(struct hub_rows *r)
{
    struct error ignored;
    struct shown_programme **all;
    size_t count, added = 0;
    const struct strings roles = app_roles(r->app);
    if (!programmes_show(r->app, r->arena, &roles, &all, &count, &ignored))
        return;
    for (size_t i = 0; i < count && added < CALLS_MOST; i++) {
        if (!shown_programme_calls(all[i]))
            continue;
        struct buf next = {0};
        shown_programme_next(all[i], &next);
        const char *title = arena_printf(r->arena, "%s \xE2\x80\xBA %s", all[i]->programme->programme.title, buf_text(&next));
        struct hub_row *row = hub_rows_offer(r, HUB_ROW_PROGRAMME, title, STYLE_CHANGED);
        buf_free(&next);
        if (row != NULL)
            row->address = all[i]->programme->address;
        added++;
    }
}

enum { RECENT_LOOKED_AT = 20 };

struct wanted_keys {
    const struct search *search;
    int64_t keys[RECENT_LOOKED_AT];
    size_t count;
};

static bool is_wanted(void *context, uint32_t doc, float *weight)
{
    const struct wanted_keys *w = context;
    int64_t key = search_key(w->search, doc);
    (void)weight;
    for (size_t i = 0; i < w->count; i++)
        if (w->keys[i] == key)
            return true;
    return false;
}

/* A quiz whose module is gone: no row of a module leads to it. */
static void add_gone(struct hub_rows *r)
{
    struct left_quiz left;
    if (!left_gone(r->app, r->arena, NULL, &left))
        return;
    struct hub_row *row = hub_rows_offer(
        r, HUB_ROW_LEFT, arena_printf(r->arena, "You left a quiz half-way: %s (%s)", left.title, left.gone), STYLE_DIM);
    if (row != NULL)
        row->address = left.address;
}

/* What was begun, or used lately, as far as it is installed, and whosever role it is for: who has begun something is
 * always offered it. */
static void add_recent(struct hub_rows *r)
{
    struct error err;
    size_t recent_count = 0, added = 0;
    struct record *record = app_record_if_any(r->app, &err);
    const struct recent *recent =
        record != NULL ? record_recent(record, r->arena, r->app->learner, RECENT_LOOKED_AT, &recent_count, &err) : NULL;
    struct wanted_keys wanted = {.search = r->search};
    for (size_t i = 0; recent != NULL && i < recent_count && i < RECENT_LOOKED_AT; i++) {
        const struct library_module *m = library_module(r->app->library, r->arena, recent[i].module, &err);
        if (m != NULL)
            wanted.keys[wanted.count++] = m->facts.key;
    }
    if (wanted.count == 0)
        return;
    struct search_hit hits[RECENT_LOOKED_AT];
    struct search_query q = {.text = "", .other_roles = true, .accept = is_wanted, .context = &wanted};
    size_t n = search_find(r->search, &q, hits, RECENT_LOOKED_AT, NULL);
    for (size_t i = 0; i < wanted.count && added < RECENT_MOST; i++)
        for (size_t k = 0; k < n; k++) {
            if (search_key(r->search, hits[k].doc) != wanted.keys[i])
                continue;
            if (added++ == 0)
                hub_rows_heading(r, "Go on");
            hub_rows_doc(r, &hits[k]);
            break;
        }
}

/* *news: those whose news is not marked as seen; the news screen has no others. */
static size_t count_updated(struct hub_rows *r, size_t *news)
{
    size_t count, updated = 0;
    *news = 0;
    const struct progress *all = standings_all(r->standings, &count);
    struct error err;
    for (size_t i = 0; i < count; i++) {
        if (all[i].learned == LEARNED_NEW)
            continue;
        struct library_module *m = library_module(r->app->library, r->arena, all[i].module, &err);
        if (m != NULL && standings_of(r->standings, r->app, &m->facts, NULL, NULL) == STANDING_UPDATED) {
            updated++;
            *news += whats_new_seen(r->app, r->arena, m) ? 0 : 1;
        }
    }
    return updated;
}

void hub_home_add(struct hub_rows *r, const struct search_hit *all, size_t n)
{
    if (hub_filters_any(r->filters)) {
        for (size_t i = 0; i < n; i++)
            hub_rows_doc(r, &all[i]);
        return;
    }
    size_t news;
    r->updated = count_updated(r, &news);
    if (r->fading_questions > 0)
        hub_rows_offer(r, HUB_ROW_RECALL,
                  arena_printf(r->arena, "Fading: two minutes of questions from %s%d module%s",
                               r->fading_modules > RECALL_MOST ? "some of " : "", (int)r->fading_modules,
                               r->fading_modules == 1 ? "" : "s"),
                  STYLE_FADING);
    if (news > 0)
        hub_rows_offer(r, HUB_ROW_NEWS,
                  arena_printf(r->arena, "What's new in %zu module%s that you know", news, news == 1 ? "" : "s"),
                  STYLE_CHANGED);
    size_t wait = countersign_count(r->app);
    if (wait > 0)
        hub_rows_offer(r, HUB_ROW_COUNTERSIGN,
                  arena_printf(r->arena, "%zu sign-off%s for a supervisor", wait, wait == 1 ? " waits" : "s wait"), STYLE_CHANGED);
    add_programmes(r);
    add_gone(r);
    add_recent(r);
    const char *stage = app_stage(r->app);
    bool headed = false;
    size_t offered = r->count;
    for (size_t i = 0; i < n; i++) {
        if (listed(r, offered, search_key(r->search, all[i].doc)))
            continue;
        if (!headed && r->count > 0)
            hub_rows_heading(r, stage[0] != '\0' ? arena_printf(r->arena, "For you, %s first", stage) : "For you");
        headed = true;
        hub_rows_doc(r, &all[i]);
    }
}
