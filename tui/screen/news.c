#include "tui/screen/news.h"

#include "tui/screen/menu.h"
#include "tui/screen/programme.h"
#include "tui/screen/reader.h"
#include "tui/whatsnew.h"

enum { ROWS_MOST = 1000 };

/* What the rows lead to; in the app's arena, since the menu outlives the call. */
struct leads {
    struct screens *screens;
    struct app *app;
    struct {
        int64_t key; /* 0: the programme at the address in anchor */
        const char *anchor;
    } rows[ROWS_MOST];
    struct menu_row menu[ROWS_MOST];
    size_t count;
};

static void chosen(void *context, size_t row)
{
    struct leads *l = context;
    struct error err;
    if (!(l->rows[row].key != 0 ? reader_open(l->screens, l->app, l->rows[row].key, l->rows[row].anchor, NULL, &err)
                                : programme_open(l->screens, l->app, l->rows[row].anchor, &err)))
        screens_fail(l->screens, &err);
}

static void add(struct leads *l, int64_t key, const char *anchor, struct menu_row row)
{
    if (l->count == ROWS_MOST || row.text == NULL)
        return;
    l->rows[l->count].key = key;
    l->rows[l->count].anchor = anchor;
    l->menu[l->count++] = row;
}

static void add_item(struct leads *l, struct arena *a, const struct news_item *item)
{
    const char *why = item->change_count > 0 ? item->changes[0].change.what : item->facts->problem;
    add(l, item->facts->key, "",
        (struct menu_row){.text = item->facts->title, .style = STYLE_STRONG, .about = why,
                          .right = item->added ? "new" : item->passed ? "passed, updated" : "updated"});
    for (size_t i = 0; i < item->change_count; i++)
        add(l, item->facts->key, "",
            (struct menu_row){.text = arena_printf(a, "%s  %s", item->changes[i].change.on, item->changes[i].change.what),
                              .indent = 2, .style = STYLE_CHANGED, .about = why});
    for (size_t i = 0; i < item->section_count; i++)
        add(l, item->facts->key, item->sections[i].anchor,
            (struct menu_row){.text = item->sections[i].heading, .indent = 4, .about = why,
                              .right = item->sections[i].added ? "new" : "changed"});
}

static void add_programme(struct leads *l, struct arena *a, const struct news_programme *item)
{
    const struct programme *p = &item->programme->programme;
    add(l, 0, item->programme->address,
        (struct menu_row){.text = p->title, .style = STYLE_STRONG, .about = arena_printf(a, "%s %s", p->problem, p->outcome),
                          .right = item->added ? "new programme" : "programme, changed"});
}

void news_open(struct screens *s, struct app *app)
{
    struct news_item *items;
    struct news_programme *programmes;
    size_t count, programme_count;
    struct error err;
    struct leads *l = arena_alloc(app->arena, sizeof *l);
    if (l == NULL || !whats_new(app, app->arena, &items, &count, &err) ||
        !whats_new_programmes(app, app->arena, &programmes, &programme_count, &err)) {
        screens_fail(s, &err);
        return;
    }
    l->screens = s;
    l->app = app;
    for (size_t i = 0; i < count; i++)
        add_item(l, app->arena, &items[i]);
    for (size_t i = 0; i < programme_count; i++)
        add_programme(l, app->arena, &programmes[i]);
    menu_open(s, &(struct menu_spec){.title = "What's new", .detail = "what is done stays done",
                                     .empty = "Nothing new in what you have begun or passed.", .choose = chosen,
                                     .context = l},
              l->menu, l->count);
}
