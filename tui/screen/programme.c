#include "tui/screen/programme.h"

#include "core/record/note.h"
#include "tui/programme.h"
#include "tui/screen/menu.h"
#include "tui/screen/quiz.h"
#include "tui/screen/reader.h"
#include "tui/screen/session.h"

#include <stdlib.h>
#include <string.h>

/* What stands behind a menu; address NULL: the list of all. */
struct shown {
    struct screens *screens;
    struct app *app;
    char *address;
    struct arena *arena; /* of the rows; renewed with them */
    struct shown_programme **all;
    size_t all_count;
    struct shown_programme *one;
    const size_t *leads; /* of each row to its element or programme; SIZE_MAX for none */
    const char *detail;
    struct menu_row *rows;
    size_t row_count;
};

static const char *text_of(struct shown *x, struct buf *text)
{
    const char *copy = buf_ok(text) ? arena_copy(x->arena, buf_text(text), text->len) : NULL;
    buf_free(text);
    return copy != NULL ? copy : "";
}

static bool renew_arena(struct shown *x)
{
    arena_close(x->arena);
    x->arena = arena_open();
    return x->arena != NULL;
}

static void gone(void *context)
{
    struct shown *x = context;
    struct error ignored;
    if (x->address != NULL)
        (void)app_within(x->app, NULL, NULL, NULL, &ignored);
    arena_close(x->arena);
    free(x->address);
    free(x);
}

static struct shown *shown_new(struct screens *s, struct app *app, const char *address)
{
    struct shown *x = calloc(1, sizeof *x);
    if (x == NULL)
        return NULL;
    x->screens = s;
    x->app = app;
    x->arena = arena_open();
    x->address = address != NULL ? strdup(address) : NULL;
    if (x->arena != NULL && (address == NULL || x->address != NULL))
        return x;
    gone(x);
    return NULL;
}

/* ---- one ---- */

static enum style style_of(const struct shown_element *e)
{
    return e->progress.due                        ? STYLE_CHANGED
           : e->progress.state == ELEMENT_DONE    ? STYLE_DONE
           : e->progress.state == ELEMENT_FAILED  ? STYLE_CHANGED
                                                  : STYLE_TEXT;
}

static void add_element(struct shown *x, size_t i, size_t *leads)
{
    const struct shown_element *e = &x->one->elements[i];
    struct buf text = {0}, state = {0}, about = {0};
    buf_addf(&text, "%s %s", shown_element_mark(e), e->title);
    shown_element_state(e, &state);
    shown_element_about(e, &about);
    leads[x->row_count] = i;
    x->rows[x->row_count++] = (struct menu_row){
        .text = text_of(x, &text), .right = text_of(x, &state), .about = text_of(x, &about), .style = style_of(e)};
}

static bool load_one(struct shown *x, struct error *err)
{
    static const char *const phases[] = {"Before", "During", "After"};
    struct library *l = app_library(x->app, err);
    const struct library_programme *p = l != NULL && renew_arena(x) ? library_programme(l, x->arena, x->address, err) : NULL;
    if (p == NULL || (x->one = programme_show(x->app, x->arena, p, err)) == NULL)
        return false;
    size_t most = x->one->count + PHASES + 1;
    size_t *leads = arena_array(x->arena, most, sizeof *leads);
    x->rows = arena_array(x->arena, most, sizeof *x->rows);
    if (leads == NULL || x->rows == NULL)
        return error_memory(err);
    x->leads = leads;
    x->row_count = 0;
    for (size_t i = 0; i < x->one->count; i++) {
        enum element_phase phase = x->one->elements[i].element->phase;
        if (i == 0 || phase != x->one->elements[i - 1].element->phase) {
            leads[x->row_count] = SIZE_MAX;
            x->rows[x->row_count++] = (struct menu_row){.text = phases[phase], .heading = true, .style = STYLE_HEADING_3};
        }
        add_element(x, i, leads);
    }
    x->detail = arena_printf(x->arena, "%s%zu of %zu done", p->on_device ? "" : "for other roles \xC2\xB7 ", x->one->done, x->one->count);
    return true;
}

static bool renew_one(void *context, const char **detail, const struct menu_row **rows, size_t *count)
{
    struct shown *x = context;
    struct error err;
    (void)app_within(x->app, NULL, NULL, NULL, &err); /* what was opened from here is closed */
    if (!load_one(x, &err)) {
        screens_fail(x->screens, &err);
        x->row_count = 0;
        x->detail = "";
    }
    *detail = x->detail;
    *rows = x->rows;
    *count = x->row_count;
    return true;
}

static void fetch(struct shown *x, const struct shown_element *e)
{
    struct error err;
    int64_t learner;
    const char *address = library_address(x->arena, x->one->programme->channel, e->element->module, "");
    struct record *record = address != NULL ? app_record_of_account(x->app, &learner, &err) : NULL;
    if (record != NULL && record_fetch_queue(record, learner, address, &err))
        screens_say(x->screens, STYLE_RIGHT, "It is not on this device: it comes with the next sync.");
    else if (address != NULL)
        screens_fail(x->screens, &err);
}

/* When and where: a session is a live event, not a text. */
static void say_session(struct shown *x, const struct shown_element *e)
{
    struct buf line = {0};
    shown_element_state(e, &line);
    if (e->element->where[0] != '\0')
        buf_addf(&line, ", %s", e->element->where);
    screens_say(x->screens, STYLE_DIM, buf_text(&line));
    buf_free(&line);
}

static void open_element(void *context, size_t row)
{
    struct shown *x = context;
    struct error err;
    if (row >= x->row_count || x->leads[row] == SIZE_MAX)
        return;
    const struct shown_element *e = &x->one->elements[x->leads[row]];
    if (e->element->kind == ELEMENT_SESSION && shown_element_today(e)) {
        session_ask(x->screens, x->app);
    } else if (e->element->module[0] == '\0') {
        say_session(x, e);
    } else if (e->facts == NULL || !e->facts->on_device) {
        fetch(x, e);
    } else {
        bool quiz = e->element->kind == ELEMENT_ASSESSMENT && e->facts->questions > 0;
        if (!app_within(x->app, x->one->programme->address, e->element->id, NULL, &err) ||
            !(quiz ? quiz_open(x->screens, x->app, e->facts->key, QUIZ_TAKE, &err)
                   : reader_open(x->screens, x->app, e->facts->key, NULL, NULL, &err)))
            screens_fail(x->screens, &err);
    }
}

bool programme_open(struct screens *s, struct app *app, const char *address, struct error *err)
{
    struct shown *x = shown_new(s, app, address);
    if (x == NULL)
        return error_memory(err);
    if (!load_one(x, err)) {
        gone(x);
        return false;
    }
    size_t due = 0, row = 0;
    for (size_t i = 0; shown_programme_due(x->one, &due) > 0 && i < x->row_count; i++)
        row = x->leads[i] == due ? i : row;
    const struct menu_spec spec = {.title = x->one->programme->programme.title, .detail = x->detail, .selected = row,
                                   .empty = "This programme is not here any more.", .choose = open_element,
                                   .renew = renew_one, .gone = gone, .context = x};
    return menu_open(s, &spec, x->rows, x->row_count) || error_memory(err);
}

/* ---- all ---- */

static bool load_all(struct shown *x, struct error *err)
{
    if (!renew_arena(x))
        return error_memory(err);
    const struct strings roles = app_roles(x->app);
    if (!programmes_show(x->app, x->arena, &roles, &x->all, &x->all_count, err))
        return false;
    if ((x->rows = arena_array(x->arena, x->all_count, sizeof *x->rows)) == NULL)
        return error_memory(err);
    x->row_count = x->all_count;
    for (size_t i = 0; i < x->all_count; i++) {
        const struct shown_programme *p = x->all[i];
        const struct programme *facts = &p->programme->programme;
        struct buf right = {0}, about = {0};
        shown_programme_next(p, &right);
        buf_addf(&right, "%s%zu of %zu done", right.len > 0 ? " \xC2\xB7 " : "", p->done, p->count);
        buf_addf(&about, "%s %s", facts->problem, facts->outcome);
        x->rows[i] = (struct menu_row){.text = facts->title, .right = text_of(x, &right), .about = text_of(x, &about)};
    }
    return true;
}

static bool renew_all(void *context, const char **detail, const struct menu_row **rows, size_t *count)
{
    struct shown *x = context;
    struct error err;
    if (!load_all(x, &err)) {
        screens_fail(x->screens, &err);
        x->row_count = 0;
    }
    *detail = NULL;
    *rows = x->rows;
    *count = x->row_count;
    return true;
}

static void open_one(void *context, size_t row)
{
    struct shown *x = context;
    struct error err;
    if (row < x->row_count && !programme_open(x->screens, x->app, x->all[row]->programme->address, &err))
        screens_fail(x->screens, &err);
}

void programmes_open(struct screens *s, struct app *app)
{
    struct error err;
    struct shown *x = shown_new(s, app, NULL);
    bool ok = x != NULL ? load_all(x, &err) : error_memory(&err), alone = ok && x->all_count == 1;
    if (alone)
        ok = programme_open(s, app, x->all[0]->programme->address, &err);
    else if (ok && x->all_count == 0)
        screens_say(s, STYLE_DIM, "No programme of your roles is installed.");
    if (ok && !alone && x->all_count > 0) {
        const struct menu_spec spec = {.title = "Programmes", .choose = open_one, .empty = "No programme of your roles is installed.",
                                       .renew = renew_all, .gone = gone, .context = x};
        menu_open(s, &spec, x->rows, x->row_count);
        return;
    }
    if (!ok)
        screens_fail(s, &err);
    if (x != NULL)
        gone(x);
}
