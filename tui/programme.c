#include "tui/programme.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "tui/standing.h"

#include <string.h>
#include <strings.h>

enum { WEEK_MS = 7 * 86400000 };

/* ---- loading ---- */

/* Also of a module that only the catalogue knows. As a link, so that nothing else is taken for it. */
static const struct facts *module_facts(struct app *app, struct arena *a, const char *channel, const char *module)
{
    struct target *targets;
    size_t count;
    struct error ignored;
    const char *link = arena_printf(a, "crib://%s/%s", channel, module);
    if (link == NULL || !library_resolve(app->library, a, link, &targets, &count, &ignored) || count == 0)
        return NULL;
    return library_facts(app->library, a, targets[0].key, &ignored);
}

static const char *title_of(const struct element *e, const struct facts *facts)
{
    static const char *const kinds[] = {"Module", "Session", "Assessment", "Follow-up"};
    return e->title[0] != '\0' ? e->title : facts != NULL ? facts->title : e->module[0] != '\0' ? e->module : kinds[e->kind];
}

static bool take_sections(struct app *app, struct arena *a, struct shown_element *e, struct error *err)
{
    struct library_section *sections;
    size_t n;
    if (e->facts == NULL)
        return true;
    if (!library_sections(app->library, a, e->facts->key, &sections, &n, err))
        return false;
    const struct section_ref *refs = section_refs(a, sections, n);
    if (refs == NULL)
        return error_memory(err);
    e->sections = progress_compare(e->progress.progress, refs, n, NULL);
    return true;
}

/* All open, where there is no record yet. */
static bool take_progress(struct app *app, struct arena *a, const struct library_programme *p,
                          struct element_progress *progress, struct error *err)
{
    struct error failed = {0};
    struct record *record = app->preview == NULL ? app_record_if_any(app, &failed) : NULL;
    if (failed.code != 0 && err != NULL)
        *err = failed;
    return failed.code == 0 &&
           record_elements(record, a, app->learner, p->channel, &p->programme, clock_wall_ms(), progress, err);
}

struct shown_programme *programme_show(struct app *app, struct arena *a, const struct library_programme *p,
                                       struct error *err)
{
    size_t n = p->programme.count;
    struct shown_programme *s = arena_alloc(a, sizeof *s);
    struct element_progress *progress = arena_array(a, n, sizeof *progress);
    if (s == NULL || progress == NULL || (s->elements = arena_array(a, n, sizeof *s->elements)) == NULL) {
        error_memory(err);
        return NULL;
    }
    s->programme = p;
    s->count = n;
    if (!take_progress(app, a, p, progress, err))
        return NULL;
    for (size_t i = 0; i < n; i++) {
        const struct element *e = &p->programme.elements[i];
        const struct facts *facts = e->module[0] != '\0' ? module_facts(app, a, p->channel, e->module) : NULL;
        s->elements[i] = (struct shown_element){.element = e, .facts = facts, .title = title_of(e, facts), .progress = progress[i]};
        if (!take_sections(app, a, &s->elements[i], err))
            return NULL;
        s->done += progress[i].state == ELEMENT_DONE;
    }
    return s;
}

bool programmes_show(struct app *app, struct arena *a, const struct strings *roles, struct shown_programme ***items,
                     size_t *count, struct error *err)
{
    struct library *l = app_library(app, err);
    struct library_programme *found;
    if (l == NULL || !library_programmes(l, a, roles != NULL && roles->count > 0 ? roles : NULL, &found, count, err))
        return false;
    if ((*items = arena_array(a, *count, sizeof **items)) == NULL)
        return error_memory(err);
    for (size_t i = 0; i < *count; i++)
        if (((*items)[i] = programme_show(app, a, &found[i], err)) == NULL)
            return false;
    return true;
}

bool programme_named(struct app *app, struct arena *a, const char *what, const struct library_programme **found,
                     struct error *err)
{
    static const char link[] = "crib://";
    struct library *l = app_library(app, err);
    size_t n = strncasecmp(what, link, sizeof link - 1) == 0 ? sizeof link - 1 : 0;
    *found = NULL;
    return l != NULL && library_programme_find(l, a, what + n, found, err);
}

/* ---- in words ---- */

void programme_moment(int64_t ms, char out[17])
{
    char full[40];
    clock_format(ms, clock_offset_minutes(ms), full, sizeof full);
    memcpy(out, full, 16);
    out[10] = ' ';
    out[16] = '\0';
}

static void add_day(struct buf *out, const char *before, int64_t ms)
{
    char day[16];
    clock_format_day(ms, day, sizeof day);
    buf_addf(out, "%s%s", before, day);
}

static void add_session(const struct shown_element *e, struct buf *out)
{
    char moment[17];
    if (e->progress.state == ELEMENT_DONE) {
        add_day(out, "attended ", e->progress.joined_at);
        return;
    }
    if (e->element->starts[0] == '\0') {
        buf_adds(out, "no date yet");
        return;
    }
    programme_moment(e->element->starts_ms, moment);
    buf_adds(out, moment);
    if (e->element->minutes > 0)
        buf_addf(out, ", %d min", e->element->minutes);
}

static void add_done(const struct shown_element *e, struct buf *out)
{
    if (e->element->kind == ELEMENT_ASSESSMENT && e->progress.score >= 0)
        buf_addf(out, "passed, %d of 100", (int)(e->progress.score + 0.5));
    else
        add_day(out, "done ", e->progress.done_at);
}

static void add_due(const struct shown_element *e, struct buf *out)
{
    if (e->progress.due_at != 0)
        add_day(out, e->progress.due ? "due since " : "from ", e->progress.due_at);
    else
        buf_addf(out, "%d day%s after the session", e->element->after_days, e->element->after_days == 1 ? "" : "s");
}

void shown_element_state(const struct shown_element *e, struct buf *out)
{
    const struct element_progress *p = &e->progress;
    if (e->element->kind == ELEMENT_SESSION)
        add_session(e, out);
    else if (p->state == ELEMENT_DONE)
        add_done(e, out);
    else if (p->state == ELEMENT_FAILED)
        buf_addf(out, "%d of 100, not passed yet", (int)(p->score + 0.5));
    else if (p->state == ELEMENT_BEGUN && (e->element->kind == ELEMENT_ASSESSMENT || e->sections.total == 0))
        buf_adds(out, "begun");
    else if (p->state == ELEMENT_BEGUN)
        buf_addf(out, "%zu of %zu sections", e->sections.done, e->sections.total);
    else if (e->element->after_days >= 0)
        add_due(e, out);
    else if (e->element->module[0] != '\0' && (e->facts == NULL || !e->facts->on_device))
        buf_adds(out, "not on this device");
    else if (e->element->kind == ELEMENT_ASSESSMENT && e->facts != NULL)
        buf_addf(out, "%zu question%s", e->facts->questions, e->facts->questions == 1 ? "" : "s");
    else if (e->facts != NULL && e->facts->minutes > 0)
        buf_addf(out, "%d min", e->facts->minutes);
}

const char *shown_element_mark(const struct shown_element *e)
{
    static const char *const marks[] = {" ", "\xC2\xB7", "!", "\xE2\x9C\x93"};
    return e->progress.due ? "!" : marks[e->progress.state];
}

void shown_element_about(const struct shown_element *e, struct buf *out)
{
    static const char *const kinds[] = {"Module", "Session", "Assessment", "Follow-up"};
    bool later = e->element->kind == ELEMENT_ASSESSMENT && e->element->after_days >= 0;
    buf_adds(out, later ? "Retention check" : kinds[e->element->kind]);
    if (e->progress.late)
        buf_adds(out, ", joined late");
    if (e->element->where[0] != '\0')
        buf_addf(out, ", %s", e->element->where);
    if (e->facts != NULL && strcmp(e->facts->title, e->title) != 0)
        buf_addf(out, ": %s", e->facts->title);
    if (e->facts != NULL && e->facts->problem[0] != '\0')
        buf_addf(out, ". %s", e->facts->problem);
}

/* ---- what is next ---- */

static bool is_today(int64_t ms, int64_t now)
{
    int64_t begin, end;
    clock_local_day(now, &begin, &end);
    return ms >= begin && ms < end;
}

bool shown_element_today(const struct shown_element *e)
{
    return e->element->kind == ELEMENT_SESSION && e->element->starts[0] != '\0' && is_today(e->element->starts_ms, clock_wall_ms());
}

static bool to_come(const struct shown_element *e, int64_t now)
{
    return e->element->kind == ELEMENT_SESSION && e->progress.state != ELEMENT_DONE && e->element->starts[0] != '\0' &&
           (e->element->starts_ms > now || is_today(e->element->starts_ms, now));
}

size_t shown_programme_due(const struct shown_programme *p, size_t *first)
{
    bool begun = false; /* who took no part is not told that something is due */
    size_t due = 0;
    for (size_t i = p->count; i-- > 0;) {
        begun = begun || p->elements[i].progress.state != ELEMENT_OPEN;
        if (!p->elements[i].progress.due)
            continue;
        due++;
        *first = i;
    }
    return begun ? due : 0;
}

/* The session of this day, what is due, the next session. */
static const struct shown_element *next_of(const struct shown_programme *p, int64_t now, size_t *due)
{
    const struct shown_element *next = NULL;
    size_t first;
    for (size_t i = 0; i < p->count; i++)
        if (to_come(&p->elements[i], now) && (next == NULL || p->elements[i].element->starts_ms < next->element->starts_ms))
            next = &p->elements[i];
    *due = shown_programme_due(p, &first);
    return *due > 0 && (next == NULL || !is_today(next->element->starts_ms, now)) ? &p->elements[first] : next;
}

bool shown_programme_calls(const struct shown_programme *p)
{
    int64_t now = clock_wall_ms();
    size_t due;
    const struct shown_element *next = next_of(p, now, &due);
    return next != NULL && (next->progress.due || next->element->starts_ms < now + WEEK_MS);
}

void shown_programme_next(const struct shown_programme *p, struct buf *out)
{
    char moment[17];
    int64_t now = clock_wall_ms();
    size_t due;
    const struct shown_element *next = next_of(p, now, &due);
    if (next == NULL)
        return;
    programme_moment(next->element->starts_ms, moment);
    if (next->progress.due && due > 1)
        buf_addf(out, "due: %s, and %zu more", next->title, due - 1);
    else if (next->progress.due)
        buf_addf(out, "due: %s", next->title);
    else if (is_today(next->element->starts_ms, now))
        buf_addf(out, "today %s: %s", moment + 11, next->title);
    else
        buf_addf(out, "%s: %s", moment, next->title);
}

/* ---- printed ---- */

static void element_json(const struct shown_element *e, struct json *j)
{
    const struct element *x = e->element;
    const struct element_progress *p = &e->progress;
    json_open_object(j, NULL);
    json_string(j, "id", x->id);
    json_string(j, "kind", element_kind_name(x->kind));
    json_string(j, "phase", element_phase_name(x->phase));
    json_string(j, "title", e->title);
    json_string(j, "module", x->module[0] != '\0' ? x->module : NULL);
    if (x->module[0] != '\0')
        json_bool(j, "on_device", e->facts != NULL && e->facts->on_device);
    if (x->kind == ELEMENT_SESSION) {
        json_string(j, "starts", x->starts[0] != '\0' ? x->starts : NULL);
        json_int(j, "minutes", x->minutes);
        json_string(j, "where", x->where);
        json_bool(j, "attended", p->joined_at != 0);
        json_bool(j, "late", p->late);
    }
    if (x->after_days >= 0) {
        json_int(j, "after_days", x->after_days);
        json_int(j, "due_at", p->due_at);
        json_bool(j, "due", p->due);
    }
    json_string(j, "state", element_state_name(p->state));
    json_int(j, "done_at", p->done_at);
    if (p->score >= 0)
        json_double(j, "score", p->score);
    json_int(j, "sections", (int64_t)e->sections.total);
    json_int(j, "sections_done", (int64_t)e->sections.done);
    json_close_object(j);
}

void shown_programme_json(const struct shown_programme *p, struct json *j)
{
    const struct programme *x = &p->programme->programme;
    json_open_object(j, NULL);
    json_string(j, "channel", p->programme->channel);
    json_string(j, "id", x->id);
    json_string(j, "kind", "programme");
    json_string(j, "title", x->title);
    json_string(j, "problem", x->problem);
    json_string(j, "outcome", x->outcome);
    json_strings(j, "roles", x->roles);
    json_string(j, "path", p->programme->path);
    json_bool(j, "on_device", p->programme->on_device);
    json_int(j, "done", (int64_t)p->done);
    json_open_array(j, "elements");
    for (size_t i = 0; i < p->count; i++)
        element_json(&p->elements[i], j);
    json_close_array(j);
    json_close_object(j);
}

static void add_safe(struct buf *out, const char *text, const char *end)
{
    if (text[0] == '\0')
        return;
    text_safe(out, text, strlen(text), 0);
    buf_adds(out, end);
}

bool shown_programme_text(const struct shown_programme *p, struct buf *out)
{
    static const char *const phases[] = {"Before", "During", "After"};
    const struct programme *x = &p->programme->programme;
    add_safe(out, x->title, "\n");
    add_safe(out, x->problem, "\n");
    add_safe(out, x->outcome, "\n");
    buf_adds(out, p->programme->on_device ? "" : "For other roles: its modules may not be on this device.\n");
    for (size_t i = 0; i < p->count; i++) {
        const struct shown_element *e = &p->elements[i];
        struct buf state = {0}, about = {0};
        if (i == 0 || e->element->phase != p->elements[i - 1].element->phase)
            buf_addf(out, "\n%s\n", phases[e->element->phase]);
        buf_addf(out, "  %s ", shown_element_mark(e));
        add_safe(out, e->title, "");
        shown_element_state(e, &state);
        buf_addf(out, state.len > 0 ? " (%s)\n" : "\n", buf_text(&state));
        shown_element_about(e, &about);
        buf_adds(out, "      ");
        add_safe(out, buf_text(&about), "\n");
        buf_free(&state);
        buf_free(&about);
    }
    buf_addf(out, "\n%zu of %zu done\n", p->done, p->count);
    return buf_ok(out);
}
