#include "tui/whatsnew.h"

#include "core/base/clock.h"
#include "core/base/hex.h"
#include "tui/standing.h"

#include <string.h>

enum { ITEMS_MOST = 200, CHANGES_MOST = 3 };

/* Was this revision's news shown already? */
static bool seen(struct app *app, struct record *record, struct arena *a, const struct news_item *item)
{
    const char *revision, *through;
    struct error err;
    return record_news(record, a, app->learner, item->address, &revision, &through, &err) &&
           strcmp(revision, item->revision) == 0;
}

bool whats_new_seen(struct app *app, struct arena *a, const struct library_module *m)
{
    struct error err;
    struct record *record = app_record_if_any(app, &err);
    const struct news_item item = {.address = library_address(a, m->facts.channel, m->facts.id, ""),
                                   .revision = hex_text(a, m->revision, sizeof m->revision)};
    return record != NULL && item.address != NULL && item.revision != NULL && seen(app, record, a, &item);
}

/* Fills what is common; false where the module is gone from the library. */
static bool take(struct app *app, struct arena *a, const char *address, struct news_item *item)
{
    struct error err;
    struct library_module *m = library_module(app->library, a, address, &err);
    if (m == NULL)
        return false;
    *item = (struct news_item){.facts = &m->facts,
                               .address = library_address(a, m->facts.channel, m->facts.id, ""),
                               .revision = hex_text(a, m->revision, sizeof m->revision)};
    if (!library_changes(app->library, a, m->facts.key, CHANGES_MOST, &item->changes, &item->change_count, &err))
        item->change_count = 0;
    return item->address != NULL && item->revision != NULL;
}

/* The sections that are new or changed for this learner. */
static bool take_sections(struct app *app, struct arena *a, const struct progress *p, struct news_item *item,
                          struct error *err)
{
    struct library_section *now;
    size_t n;
    if (!library_sections(app->library, a, item->facts->key, &now, &n, err))
        return false;
    const struct section_ref *refs = section_refs(a, now, n);
    enum section_mark *marks = arena_array(a, n, sizeof *marks);
    item->sections = arena_array(a, n, sizeof *item->sections);
    if (refs == NULL || marks == NULL || item->sections == NULL)
        return error_memory(err);
    progress_compare(p, refs, n, marks);
    for (size_t i = 0; i < n; i++)
        if (marks[i] == MARK_CHANGED || marks[i] == MARK_NEW)
            item->sections[item->section_count++] =
                (struct news_section){now[i].anchor, now[i].heading, marks[i] == MARK_NEW};
    item->passed = p->learned == LEARNED_PASSED;
    return true;
}

static bool add_updated(struct app *app, struct arena *a, struct record *record, struct news_item *items,
                        size_t *count, struct error *err)
{
    size_t n = 0;
    const struct progress *all = record_progress_all(record, a, app->learner, clock_wall_ms(), &n, err);
    for (size_t i = 0; all != NULL && i < n && *count < ITEMS_MOST; i++) {
        struct news_item item;
        if (all[i].learned == LEARNED_NEW || !take(app, a, all[i].module, &item) ||
            item.facts->kind != KIND_MODULE || seen(app, record, a, &item))
            continue;
        if (!take_sections(app, a, &all[i], &item, err))
            return false;
        if (item.section_count > 0)
            items[(*count)++] = item;
    }
    return true;
}

static bool for_roles(const struct facts *f, struct strings roles)
{
    if (f->roles.count == 0 || roles.count == 0)
        return true;
    for (size_t i = 0; i < roles.count; i++)
        if (strings_has(f->roles, roles.items[i]))
            return true;
    return false;
}

static bool add_new(struct app *app, struct arena *a, struct record *record, struct news_item *items, size_t *count,
                    struct error *err)
{
    struct library_news *news;
    size_t n;
    int64_t since = clock_wall_ms() - (int64_t)NEWS_DAYS * 86400000;
    if (!library_news(app->library, a, since, &news, &n, err))
        return false;
    for (size_t i = 0; i < n && *count < ITEMS_MOST; i++) {
        struct news_item item;
        const char *address = library_address(a, news[i].facts.channel, news[i].facts.id, "");
        if (address == NULL)
            return error_memory(err);
        if (!news[i].added || !for_roles(&news[i].facts, app_roles(app)) || !take(app, a, address, &item) ||
            (record != NULL && seen(app, record, a, &item)))
            continue;
        item.added = true;
        items[(*count)++] = item;
    }
    return true;
}

bool whats_new(struct app *app, struct arena *a, struct news_item **items, size_t *count, struct error *err)
{
    struct error failed = {0};
    *count = 0;
    *items = arena_array(a, ITEMS_MOST, sizeof **items);
    if (*items == NULL)
        return error_memory(err);
    if (app_library(app, err) == NULL)
        return false;
    struct record *record = app_record_if_any(app, &failed);
    if (failed.code != 0) {
        if (err != NULL)
            *err = failed;
        return false;
    }
    return (record == NULL || add_updated(app, a, record, *items, count, err)) &&
           add_new(app, a, record, *items, count, err);
}

/* ---- programmes ---- */

static bool programme_for(const struct programme *p, struct strings roles)
{
    const struct facts as_module = {.roles = p->roles};
    return for_roles(&as_module, roles);
}

static bool programme_seen(struct app *app, struct record *record, struct arena *a, const struct news_programme *item)
{
    const char *revision, *through;
    struct error ignored;
    return record != NULL &&
           record_news(record, a, app->learner, item->programme->address, &revision, &through, &ignored) &&
           strcmp(revision, item->revision) == 0;
}

bool whats_new_programmes(struct app *app, struct arena *a, struct news_programme **items, size_t *count,
                          struct error *err)
{
    struct library_programme *all;
    size_t n;
    struct error ignored;
    struct library *l = app_library(app, err);
    int64_t since = clock_wall_ms() - (int64_t)NEWS_DAYS * 86400000;
    *count = 0;
    if (l == NULL || !library_programme_news(l, a, since, &all, &n, err))
        return false;
    if ((*items = arena_array(a, n, sizeof **items)) == NULL)
        return error_memory(err);
    struct record *record = n > 0 ? app_record_if_any(app, &ignored) : NULL;
    for (size_t i = 0; i < n; i++) {
        const struct news_programme item = {&all[i], arena_printf(a, "%lld", (long long)all[i].changed_ms),
                                            all[i].added_ms == all[i].changed_ms};
        if (item.revision == NULL)
            return error_memory(err);
        if (programme_for(&all[i].programme, app_roles(app)) && !programme_seen(app, record, a, &item))
            (*items)[(*count)++] = item;
    }
    return true;
}

/* ---- in one line ---- */

/* The author's words where they are of these days, and the sections. */
static void add_change(const struct news_item *item, struct buf *out)
{
    enum { NAMED = 2 };
    int64_t on_ms;
    bool words = item->change_count > 0 && clock_parse(item->changes[0].change.on, &on_ms) &&
                 on_ms > clock_wall_ms() - (int64_t)NEWS_DAYS * 86400000;
    buf_addf(out, "%s: ", item->facts->title);
    if (words)
        buf_addf(out, "%s (", item->changes[0].change.what);
    for (size_t i = 0; i < item->section_count && i < NAMED; i++)
        buf_addf(out, "%s%s %s", i > 0 ? ", " : "", item->sections[i].heading,
                 item->sections[i].added ? "is new" : "changed");
    if (item->section_count > NAMED)
        buf_addf(out, ", and %zu more", item->section_count - NAMED);
    buf_adds(out, words ? ")" : "");
}

void whats_new_line(struct app *app, int64_t *since_ms, struct buf *out)
{
    struct arena *a = arena_open();
    struct news_item *items;
    size_t count, n = 0;
    int64_t newest = *since_ms;
    if (a == NULL || !whats_new(app, a, &items, &count, NULL))
        count = 0;
    for (size_t i = 0; i < count; i++) {
        if (items[i].added || items[i].facts->changed_ms < *since_ms)
            continue;
        if (items[i].facts->changed_ms >= newest)
            newest = items[i].facts->changed_ms + 1;
        items[n++] = items[i];
    }
    if (n == 1)
        add_change(&items[0], out);
    else if (n > 1)
        buf_addf(out, "%s, %s%s", items[0].facts->title, items[1].facts->title, n > 2 ? " and others" : "");
    *since_ms = newest;
    arena_close(a);
}
