#include "tui/screen/hub.h"

#include "core/record/note.h"
#include "tui/background.h"
#include "tui/missed.h"
#include "tui/screen/badge.h"
#include "tui/screen/hub_draw.h"
#include "tui/screen/menu.h"
#include "tui/screen/news.h"
#include "tui/screen/notes.h"
#include "tui/screen/problems.h"
#include "tui/screen/programme.h"
#include "tui/screen/quiz.h"
#include "tui/screen/reader.h"
#include "tui/screen/session.h"
#include "tui/screen/sign.h"
#include "tui/screen/sync.h"
#include "tui/visit.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is shown ---- */

static void leave_headings(struct hub *h, bool down)
{
    size_t at = h->list.selected, n = h->list.count;
    while (at < n && !hub_row(h->rows, at)->selectable && (down ? at + 1 < n : at > 0))
        at = down ? at + 1 : at - 1;
    while (at < n && !hub_row(h->rows, at)->selectable && (down ? at > 0 : at + 1 < n))
        at = down ? at - 1 : at + 1;
    h->list.selected = at;
}

/* Searches for what the box says. */
static void look(struct hub *h)
{
    struct error err;
    h->stale = false;
    if (!hub_rows_find(h->rows, buf_text(&h->box.text), &h->filters, &err))
        screens_fail(h->screen.stack, &err);
    h->unfold = h->box.text.len > 0;
    h->list.selected = h->list.top = 0;
    list_resize(&h->list, hub_rows_count(h->rows));
    leave_headings(h, true);
}

/* Tells the record of a search that found nothing, once it is left: what people miss is what should be written. */
static void note_missed(struct hub *h)
{
    missed(h->app, GAP_SEARCH, h->missed);
    h->missed[0] = '\0';
}

/* Before the list is shown or asked: of keys that come quicker than frames go out, the last one alone is searched for. */
static void catch_up(struct hub *h)
{
    if (!h->stale)
        return;
    look(h);
    size_t n = h->box.text.len;
    if (n >= 3 && hub_rows_vain(h->rows))
        snprintf(h->missed, sizeof h->missed, "%s", buf_text(&h->box.text));
    else if (n >= 3)
        h->missed[0] = '\0';
}

/* ---- requests ---- */

static void open_row(struct hub *h, const struct hub_row *row, const char *anchor)
{
    struct error err;
    h->missed[0] = '\0';
    const char *words = h->box.text.len > 0 ? hub_row_words(h->rows, row) : NULL;
    if (!reader_open(h->screen.stack, h->app, row->key, anchor, words, &err))
        screens_fail(h->screen.stack, &err);
    else if (h->box.text.len > 0)
        reader_found_by(h->screen.stack, FOUND_BY_SEARCH);
}

/* The third time in 30 days: first offer what makes the fourth time unnecessary. */
static void third_time_chosen(void *context, size_t choice)
{
    struct hub *h = context;
    struct error err;
    const struct hub_row *row = hub_selected(h);
    if (row == NULL)
        return;
    if (choice == 0)
        open_row(h, row, "why");
    else if (choice == 1 && !quiz_open(h->screen.stack, h->app, row->key, QUIZ_TAKE, &err))
        screens_fail(h->screen.stack, &err);
    else if (choice == 2)
        open_row(h, row, row->anchor);
}

static void queue_selected(struct hub *h)
{
    const struct hub_row *row = hub_selected(h);
    struct error err;
    if (row == NULL || row->act != HUB_ROW_OPEN)
        return;
    if (row->on_device) {
        screens_say(h->screen.stack, STYLE_DIM, "It is on this device: Enter opens it.");
        return;
    }
    int64_t learner;
    struct record *record = app_record_of_account(h->app, &learner, &err);
    if (record == NULL || !record_fetch_queue(record, learner, row->address, &err))
        screens_fail(h->screen.stack, &err);
    else if (h->app->background != NULL && background_every(h->app->background) > 0 &&
             background_now(h->app->background, NULL))
        screens_say(h->screen.stack, STYLE_RIGHT, "It is being fetched.");
    else
        screens_say(h->screen.stack, STYLE_RIGHT, "It comes with the next sync.");
}

static void join_session(struct hub *h, const char *code)
{
    struct error err;
    if (!session_open(h->screen.stack, h->app, code, &err))
        screens_fail(h->screen.stack, &err);
    prompt_set(&h->box, "");
    h->stale = true;
}

static void open_selected(struct hub *h)
{
    const struct hub_row *row = hub_selected(h);
    if (row == NULL || !row->selectable)
        return;
    if (row->act == HUB_ROW_RECALL) {
        recall_open(h->screen.stack, h->app);
    } else if (row->act == HUB_ROW_NEWS) {
        news_open(h->screen.stack, h->app);
    } else if (row->act == HUB_ROW_PROGRAMME) {
        struct error err;
        if (!programme_open(h->screen.stack, h->app, row->address, &err))
            screens_fail(h->screen.stack, &err);
    } else if (row->act == HUB_ROW_COUNTERSIGN) {
        countersign_open(h->screen.stack, h->app);
    } else if (row->act == HUB_ROW_SESSION) {
        join_session(h, row->address);
    } else if (row->act == HUB_ROW_LEFT) {
        struct error err;
        if (!quiz_go_on(h->screen.stack, h->app, row->address, &err))
            screens_fail(h->screen.stack, &err);
    } else if (!row->on_device) {
        queue_selected(h);
    } else if (row->opens == 2 && row->has_why && h->app->preview == NULL) {
        static const struct menu_row rows[] = {
            {.text = "Why it happens: so that it does not come back"},
            {.text = "The quiz: to see whether it stuck"},
            {.text = "Just open it"},
        };
        menu_open(h->screen.stack,
                  &(struct menu_spec){.title = "The third time in 30 days", .detail = row->title,
                                      .choose = third_time_chosen, .context = h},
                  rows, 3);
    } else {
        open_row(h, row, row->anchor);
    }
}

static void filters_changed(void *context)
{
    struct hub *h = context;
    look(h);
}

static void next_stage(struct hub *h)
{
    struct error err;
    const char *hint;
    char said[400];
    if (!app_next_stage(h->app, &hint, &err)) {
        screens_fail(h->screen.stack, &err);
        return;
    }
    snprintf(said, sizeof said, hint != NULL ? "stage: %s (%s)" : "stage: %s",
             app_stage(h->app)[0] != '\0' ? app_stage(h->app) : "any", hint);
    screens_say(h->screen.stack, STYLE_DIM, said);
    look(h);
}

static void go_back(struct hub *h)
{
    if (!h->typing) {
        h->typing = true;
    } else if (h->box.text.len > 0) {
        note_missed(h);
        prompt_set(&h->box, "");
        h->stale = true;
    } else if (hub_filters_any(&h->filters)) {
        hub_filters_clear(&h->filters);
        look(h);
    } else {
        screens_say(h->screen.stack, STYLE_DIM,
                    h->app->kiosk != NULL ? "Ctrl-C badges out. Everything is saved." : "Ctrl-C leaves crib. Everything is saved.");
    }
}

/* What one person looked for is nothing for the next one. */
static void badge_out(struct hub *h)
{
    h->missed[0] = '\0';
    h->typing = true;
    prompt_set(&h->box, "");
    hub_filters_clear(&h->filters);
    bool kept = visit_kept(h->app);
    visit_end(h->app);
    screens_changed(h->screen.stack);
    h->list.selected = h->list.top = 0;
    leave_headings(h, true);
    screens_say(h->screen.stack, STYLE_DIM, kept ? "Badged out. Your record is kept." : "Badged out. Nothing was kept.");
}

static void change_visit(struct hub *h)
{
    if (!visit_shared(h->app) || h->app->preview != NULL)
        screens_say(h->screen.stack, STYLE_DIM, "This account is yours alone: nobody needs to badge in.");
    else if (visit_wanted(h->app))
        badge_first(h->screen.stack, h->app, NULL, NULL);
    else if (h->app->kiosk != NULL)
        screens_request(h->screen.stack, REQ_QUIT);
    else
        badge_out(h);
}

static bool hub_move(struct hub *h, enum request r)
{
    if (!list_request(&h->list, r, hub_items_fit(h, screens_terminal(h->screen.stack))))
        return false;
    leave_headings(h, r == REQ_DOWN || r == REQ_PAGE_DOWN || r == REQ_HALF_DOWN || r == REQ_TOP);
    return true;
}

static void open_quiz(struct hub *h)
{
    struct error err;
    const struct hub_row *row = hub_selected(h);
    if (row == NULL || row->act != HUB_ROW_OPEN || !row->on_device)
        return;
    if (!quiz_open(h->screen.stack, h->app, row->key, QUIZ_TAKE, &err))
        screens_fail(h->screen.stack, &err);
}

/* Of all that is previewed, else of what is selected. */
static void open_problems(struct hub *h)
{
    struct error err;
    const struct hub_row *row = hub_selected(h);
    const char *path = h->app->preview;
    if (path == NULL && row != NULL && row->act == HUB_ROW_OPEN) {
        struct facts *f = library_facts(h->app->library, h->app->arena, row->key, &err);
        path = f != NULL ? f->path : NULL;
    }
    problems_open(h->screen.stack, h->app, path != NULL ? path : "");
}

static bool hub_request(struct screen *s, enum request r)
{
    struct hub *h = (struct hub *)s;
    catch_up(h);
    if (hub_move(h, r))
        return true;
    switch (r) {
    case REQ_OPEN:
        open_selected(h);
        return true;
    case REQ_BACK:
        go_back(h);
        return true;
    case REQ_SEARCH:
        h->typing = true;
        return true;
    case REQ_KEYS:
        h->typing = false;
        screens_say(s->stack, STYLE_DIM, "Letters are keys now: ? lists them. / or Esc types again.");
        return true;
    case REQ_QUIZ:
        open_quiz(h);
        return true;
    case REQ_SIGN: {
        const struct hub_row *row = hub_selected(h);
        if (row != NULL && row->act == HUB_ROW_OPEN)
            sign_open(s->stack, h->app, row->key);
        return true;
    }
    case REQ_COUNTERSIGN:
        countersign_open(s->stack, h->app);
        return true;
    case REQ_RECALL:
        recall_open(s->stack, h->app);
        return true;
    case REQ_NEWS:
        news_open(s->stack, h->app);
        return true;
    case REQ_SESSION:
        session_ask(h->screen.stack, h->app);
        return true;
    case REQ_PROGRAMMES:
        programmes_open(s->stack, h->app);
        return true;
    case REQ_SYNC:
        sync_open(s->stack, h->app);
        return true;
    case REQ_NOTES:
        notes_open(s->stack, h->app, NULL);
        return true;
    case REQ_NOTE:
        note_ask(s->stack, h->app, NULL, "");
        return true;
    case REQ_PROBLEMS:
        open_problems(h);
        return true;
    case REQ_FILTERS:
        hub_filters_open(s->stack, h->app, h->rows, &h->filters, filters_changed, h);
        return true;
    case REQ_OTHER_ROLES:
        h->filters.other_roles = !h->filters.other_roles;
        look(h);
        screens_say(s->stack, STYLE_DIM, h->filters.other_roles ? "other roles' modules too" : "your roles' modules");
        return true;
    case REQ_ROLE:
        hub_roles_open(s->stack, h->app, filters_changed, h);
        return true;
    case REQ_STAGE:
        next_stage(h);
        return true;
    case REQ_QUEUE:
        queue_selected(h);
        return true;
    case REQ_BADGE:
        change_visit(h);
        return true;
    default:
        return false;
    }
}

static bool hub_key(struct screen *s, uint32_t key)
{
    struct hub *h = (struct hub *)s;
    bool letter = key >= 0x20 && key != 0x7F && key < KEYS_START;
    /* What means nothing as a key is text: a scanned code must never get lost. */
    if (!h->typing && letter && request_for(key, PLACE_LIST) == REQ_NONE)
        h->typing = true;
    if (!h->typing)
        return false;
    if (h->box.text.len == 0) {
        if (key == '?')
            return menu_open_help(s->stack, s);
        if (key == K_HOME || key == K_END) {
            catch_up(h);
            return hub_move(h, key == K_HOME ? REQ_TOP : REQ_BOTTOM);
        }
    }
    /* Letters with Ctrl are requests here, but for those that edit. */
    if (key < 0x20 && key != K_CONTROL('U') && key != K_CONTROL('D'))
        return false;
    bool changed;
    if (!prompt_key(&h->box, key, &changed))
        return false;
    h->stale = h->stale || changed;
    return true;
}

static void hub_paste(struct screen *s, const char *text, size_t len)
{
    struct hub *h = (struct hub *)s;
    h->typing = true;
    h->stale = prompt_paste(&h->box, text, len) || h->stale;
}

static void hub_mouse(struct screen *s, int y, int x, int wheel)
{
    struct hub *h = (struct hub *)s;
    struct terminal *t = screens_terminal(s->stack);
    catch_up(h);
    if (wheel != 0) {
        hub_move(h, wheel < 0 ? REQ_UP : REQ_DOWN);
        return;
    }
    bool box = hub_box_at(t, y);
    h->tapped = box && !h->tapped;
    if (box)
        h->typing = true;
    size_t at = hub_item_at(h, t, y, x);
    if (at == SIZE_MAX || !hub_row(h->rows, at)->selectable)
        return;
    bool again = at == h->list.selected;
    h->list.selected = at;
    if (again || h->app->kiosk != NULL) /* a finger has no second thought */
        open_selected(h);
}

/* Something came in, or the reader above was closed: states and lists may be others. The place stays. */
static void hub_refresh(struct screen *s)
{
    struct hub *h = (struct hub *)s;
    struct error err;
    catch_up(h);
    struct list before = h->list;
    if (!hub_rows_reload(h->rows, &err)) {
        screens_fail(s->stack, &err);
        return;
    }
    hub_preview_forget(h->preview);
    background_recount(h->app->background);
    look(h);
    h->list.selected = before.selected;
    h->list.top = before.top;
    list_resize(&h->list, hub_rows_count(h->rows));
    leave_headings(h, true);
}

static int hub_tick(struct screen *s)
{
    struct hub *h = (struct hub *)s;
    if (h->app->record != NULL && !h->app->record_read_only)
        record_rest(h->app->record);
    return 1000;
}

static enum place hub_place(const struct screen *s)
{
    return ((const struct hub *)s)->typing ? PLACE_BOX : PLACE_LIST;
}

/* A finger on the search box wants to type, on it once more no longer. */
static enum keyboard hub_keyboard(const struct screen *s)
{
    return ((const struct hub *)s)->tapped ? KEYBOARD_LETTERS : KEYBOARD_NONE;
}

static void hub_close(struct screen *s)
{
    struct hub *h = (struct hub *)s;
    if (h->rows != NULL)
        note_missed(h);
    prompt_free(&h->box);
    hub_preview_close(h->preview);
    hub_rows_close(h->rows);
    free(h);
}

static void draw(struct screen *s, struct terminal *t)
{
    catch_up((struct hub *)s);
    hub_draw(s, t);
}

static const struct screen_ops hub_ops = {
    .name = "hub",
    .keyboard = hub_keyboard,
    .place = hub_place,
    .draw = draw,
    .key = hub_key,
    .request = hub_request,
    .paste = hub_paste,
    .mouse = hub_mouse,
    .changed = hub_refresh,
    .resumed = hub_refresh,
    .tick = hub_tick,
    .close = hub_close,
};

bool hub_open(struct screens *s, struct app *app, const char *words, struct error *err)
{
    struct hub *h = calloc(1, sizeof *h);
    if (h == NULL)
        return error_memory(err);
    h->screen.ops = &hub_ops;
    h->app = app;
    h->typing = true;
    h->rows = hub_rows_open(app, err);
    h->preview = h->rows != NULL ? hub_preview_open(app, h->rows, err) : NULL;
    if (h->preview == NULL) {
        hub_close(&h->screen);
        return false;
    }
    screens_push(s, &h->screen);
    if (words != NULL)
        prompt_set(&h->box, words);
    h->stale = true;
    catch_up(h);
    return true;
}
