#include "tui/screen/hub_home.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/library/programme_find.h"
#include "tui/background.h"
#include "tui/fading.h"
#include "tui/naming.h"
#include "tui/session.h"
#include "tui/widget/wrap.h"

#include <stdlib.h>
#include <string.h>

/* Read once: they are looked through at each key. */
static bool reload_programmes(struct hub_rows *r, struct error *err)
{
    int64_t version = library_version(r->app->library);
    if (r->kept != NULL && version == r->version && r->searched == r->app->library)
        return true;
    struct arena *a = arena_open();
    struct library_programme *programmes;
    size_t count;
    if (a == NULL)
        return error_memory(err);
    if (!library_programmes(r->app->library, a, NULL, &programmes, &count, err)) {
        arena_close(a);
        return false;
    }
    arena_close(r->kept);
    r->kept = a;
    r->programmes = programmes;
    r->programme_count = count;
    r->version = version;
    return true;
}

bool hub_rows_reload(struct hub_rows *r, struct error *err)
{
    if (!reload_programmes(r, err))
        return false;
    if (r->search == NULL || r->searched != r->app->library || search_changed(r->search)) {
        struct search *fresh = app_search(r->app, err);
        if (fresh == NULL)
            return false;
        search_close(r->search);
        r->search = fresh;
        r->searched = r->app->library;
    }
    struct standings *standings = standings_open_anyway(r->app, err);
    if (standings == NULL)
        return false;
    standings_close(r->standings);
    r->standings = standings;
    fading_count(r->app, &r->fading_modules, &r->fading_questions);
    return true;
}

struct hub_rows *hub_rows_open(struct app *app, struct error *err)
{
    struct hub_rows *r = calloc(1, sizeof *r);
    if (r == NULL || (r->arena = arena_open()) == NULL) {
        free(r);
        error_memory(err);
        return NULL;
    }
    r->app = app;
    if (app_library(app, err) == NULL || !hub_rows_reload(r, err)) {
        hub_rows_close(r);
        return NULL;
    }
    return r;
}

void hub_rows_close(struct hub_rows *r)
{
    if (r == NULL)
        return;
    search_close(r->search);
    standings_close(r->standings);
    arena_close(r->arena);
    arena_close(r->kept);
    free(r);
}

/* What standings_of asks of facts, without SQL. */
static struct facts facts_of(const struct hub_rows *r, uint32_t doc)
{
    return (struct facts){.key = search_key(r->search, doc),
                          .channel = search_channel(r->search, doc),
                          .id = search_id(r->search, doc),
                          .kind = search_kind(r->search, doc),
                          .sections = search_sections(r->search, doc)};
}

static struct hub_row *next_row(struct hub_rows *r)
{
    if (r->count == ROWS_MOST)
        return NULL;
    struct hub_row *row = &r->rows[r->count++];
    *row = (struct hub_row){.selectable = true, .mark = " ", .mark_style = STYLE_DIM, .anchor = "", .channel = "", .on_device = true};
    return row;
}

void hub_rows_heading(struct hub_rows *r, const char *title)
{
    struct hub_row *row = next_row(r);
    if (row != NULL) {
        row->selectable = false;
        row->title = title;
    }
}

static void take_standing(struct hub_rows *r, struct hub_row *row, const struct facts *f)
{
    static const enum style styles[] = {[STANDING_NEW] = STYLE_DIM,         [STANDING_BEGUN] = STYLE_DIM,
                                        [STANDING_UPDATED] = STYLE_CHANGED, [STANDING_PASSED] = STYLE_DONE,
                                        [STANDING_FADING] = STYLE_FADING,   [STANDING_PAGE] = STYLE_DIM};
    const struct progress *p;
    row->standing = standings_of(r->standings, r->app, f, &p, NULL);
    row->mark = standing_mark(row->standing);
    row->mark_style = styles[row->standing];
    row->opens = p != NULL ? p->opens : 0;
}

void hub_rows_doc(struct hub_rows *r, const struct search_hit *hit)
{
    struct hub_row *row = next_row(r);
    if (row == NULL)
        return;
    struct facts f = facts_of(r, hit->doc);
    row->hit = *hit;
    row->key = f.key;
    row->title = search_title(r->search, hit->doc);
    row->address = library_address(r->arena, f.channel, f.id, "");
    row->on_device = search_on_device(r->search, hit->doc);
    if (hit->section != SEARCH_NO_SECTION)
        row->anchor = search_anchor(r->search, hit->doc, hit->section);
    if (f.kind == KIND_PAGE)
        snprintf(row->length, sizeof row->length, "page");
    else if (f.kind == KIND_EVENT)
        snprintf(row->length, sizeof row->length, "event");
    else if (search_minutes(r->search, hit->doc) > 0)
        snprintf(row->length, sizeof row->length, "%d min", search_minutes(r->search, hit->doc));
    for (uint32_t i = 0; i < f.sections && !row->has_why; i++)
        row->has_why = strcmp(search_anchor(r->search, hit->doc, i), "why") == 0;
    take_standing(r, row, &f);
}

struct hub_row *hub_rows_offer(struct hub_rows *r, enum hub_row_act act, const char *title, enum style style)
{
    struct hub_row *row = next_row(r);
    if (row == NULL || title == NULL) {
        r->count -= row != NULL;
        return NULL;
    }
    row->act = act;
    row->title = title;
    row->mark_style = style;
    return row;
}

/* ---- searching ---- */

struct by_state {
    const struct hub_rows *rows;
    enum standing state;
};

static bool accept(void *context, uint32_t doc, float *weight)
{
    const struct by_state *b = context;
    struct facts f = facts_of(b->rows, doc);
    (void)weight;
    return standings_of(b->rows->standings, b->rows->app, &f, NULL, NULL) == b->state;
}

/* state is kept by the caller as long as the query. */
static struct search_query query_of(const struct hub_rows *r, const char *text, const struct hub_filters *f,
                                    struct by_state *state)
{
    *state = (struct by_state){r, f->state};
    struct search_query q = {.text = text,
                             .roles = app_roles(r->app),
                             .stage = app_stage(r->app),
                             .other_roles = f->other_roles || f->role[0] != '\0',
                             .only_role = f->role,
                             .only_stage = f->stage,
                             .only_capability = f->capability,
                             .only_format = f->format,
                             .modules = f->modules_only || f->by_state || f->format != FORMAT_NONE,
                             .accept = f->by_state ? accept : NULL,
                             .context = state};
    q.events = q.modules;
    return q;
}

/* ---- programmes among what was found ---- */

enum { FOUND_MOST = 3 };

/* A role's filter takes those that name it; every other one leaves modules alone, or what it says of them. */
static size_t find_programmes(struct hub_rows *r, const char *text, const struct hub_filters *f, const struct search_hit *hits,
                              size_t n, struct programme_hit **found)
{
    struct hub_filters others = *f;
    size_t count = 0, kept = 0;
    others.other_roles = false;
    others.role[0] = '\0';
    if (hub_filters_any(&others) ||
        !programme_find(r->arena, r->programmes, r->programme_count, text, app_roles(r->app), f->other_roles || f->role[0] != '\0',
                        (struct programme_among){r->search, hits, n}, found, &count))
        return 0;
    for (size_t i = 0; i < count && kept < FOUND_MOST; i++)
        if (f->role[0] == '\0' || strings_has((*found)[i].programme->programme.roles, f->role))
            (*found)[kept++] = (*found)[i];
    return kept;
}

static void count_programmes(struct hub_rows *r, const struct hub_filters *f, const struct search_count *roles)
{
    struct programme_hit *found;
    for (size_t i = 0; i < roles->values.count; i++) {
        struct hub_filters with = *f;
        snprintf(with.role, sizeof with.role, "%s", roles->values.items[i]);
        roles->counts[i] += find_programmes(r, r->text, &with, NULL, 0, &found);
    }
}

bool hub_rows_would(struct hub_rows *r, const struct hub_filters *f, const struct search_count *wanted, size_t n)
{
    struct by_state state;
    struct search_query q = query_of(r, r->text, f, &state);
    bool ok = search_counts(r->search, &q, wanted, n);
    for (size_t i = 0; ok && i < n; i++) {
        if (wanted[i].facet != SEARCH_ROLE)
            continue;
        bool wider = !q.other_roles && q.roles.count > 0;
        q.other_roles = true; /* as a role that is chosen shows what is for it, whosever role it is */
        ok = !wider || search_counts(r->search, &q, &wanted[i], 1);
        count_programmes(r, f, &wanted[i]);
    }
    return ok;
}

static void add_programme(struct hub_rows *r, const struct programme_hit *hit)
{
    const struct library_programme *p = hit->programme;
    struct hub_row *row = hub_rows_offer(r, HUB_ROW_PROGRAMME, p->programme.title, STYLE_DIM);
    if (row == NULL)
        return;
    snprintf(row->length, sizeof row->length, "programme");
    row->address = p->address;
    row->about = arena_printf(r->arena, "%s %s", p->programme.problem, p->programme.outcome);
    row->other = hit->other;
    r->total++;
}

/* What means nothing here is perhaps the code that a trainer reads aloud. */
static bool add_session(struct hub_rows *r, const char *text)
{
    char code[ROOM_CODE + 1], words[8];
    if (r->app->preview != NULL || !room_code(text, code))
        return false;
    session_code_words(code, words);
    const char *address = arena_strdup(r->arena, code);
    struct hub_row *row = address == NULL ? NULL
                                          : hub_rows_offer(r, HUB_ROW_SESSION, arena_printf(r->arena, "Join the live session %s", words), STYLE_DIM);
    if (row == NULL)
        return false;
    snprintf(row->length, sizeof row->length, "session");
    row->address = address;
    r->total++;
    return true;
}

static void add_found(struct hub_rows *r, const char *text, const struct hub_filters *f, const struct search_hit *hits, size_t n)
{
    struct programme_hit *found = NULL;
    size_t count = find_programmes(r, text, f, hits, n, &found), at = 0;
    r->poor = r->poor && count == 0;
    bool session = (n == 0 || r->poor) && add_session(r, text);
    if (r->poor)
        hub_rows_heading(r, "Nothing fits all of it. The nearest:");
    for (size_t i = 0; i <= n; i++) {
        for (; at < count && found[at].before == i; at++)
            add_programme(r, &found[at]);
        if (i < n)
            hub_rows_doc(r, &hits[i]);
    }
    r->poor = r->poor && !session;
}

/* Modules of one id in two channels look alike: their channels tell them apart. */
static void tell_twins(struct hub_rows *r)
{
    struct search_hit hits[ROWS_MOST];
    bool twins[ROWS_MOST];
    size_t rows[ROWS_MOST], n = 0;
    for (size_t i = 0; i < r->count; i++)
        if (r->rows[i].selectable && r->rows[i].act == HUB_ROW_OPEN) {
            rows[n] = i;
            hits[n++] = r->rows[i].hit;
        }
    naming_twins(r->search, hits, n, twins);
    for (size_t i = 0; i < n; i++)
        if (twins[i])
            r->rows[rows[i]].channel = search_channel(r->search, hits[i].doc);
}

bool hub_rows_find(struct hub_rows *r, const char *text, const struct hub_filters *f, struct error *err)
{
    struct search_hit hits[HITS_MOST];
    if (search_changed(r->search) && !hub_rows_reload(r, err))
        return false;
    arena_reset(r->arena);
    r->count = 0;
    r->filters = f;
    snprintf(r->text, sizeof r->text, "%s", text);
    struct by_state state;
    struct search_query q = query_of(r, text, f, &state);
    size_t n = search_find(r->search, &q, hits, HITS_MOST, &r->total);
    r->poor = n > 0 && hits[0].poor;
    if (text[0] == '\0')
        hub_home_add(r, hits, n);
    size_t total = r->total;
    if (text[0] != '\0')
        add_found(r, text, f, hits, n);
    tell_twins(r);
    const char *more = total > n ? arena_printf(r->arena, "%zu more: words narrow the list", total - n) : NULL;
    if (more != NULL)
        hub_rows_heading(r, more);
    return true;
}

size_t hub_rows_count(const struct hub_rows *r)
{
    return r->count;
}

size_t hub_rows_total(const struct hub_rows *r)
{
    return r->total;
}

bool hub_rows_vain(const struct hub_rows *r)
{
    return r->total == 0 || r->poor;
}

size_t hub_rows_all(const struct hub_rows *r)
{
    return search_count(r->search) + r->programme_count;
}

const struct hub_row *hub_row(const struct hub_rows *r, size_t i)
{
    return &r->rows[i];
}

struct search *hub_rows_search(struct hub_rows *r)
{
    return r->search;
}

struct standings *hub_rows_standings(struct hub_rows *r)
{
    return r->standings;
}

void hub_row_snippet(const struct hub_rows *r, const struct hub_row *row, size_t columns, struct buf *out, size_t *at,
                     size_t *len)
{
    *at = *len = 0;
    if (row->about != NULL)
        text_safe(out, row->about, text_fit(row->about, strlen(row->about), columns, NULL), 0);
    if (row->act != HUB_ROW_OPEN)
        return;
    struct buf before = {0};
    if (row->hit.kind >= MATCH_ASSET)
        buf_adds(&before, search_matched_trigger(r->search, row->hit.doc, r->text));
    if (row->hit.section != SEARCH_NO_SECTION) {
        const char *heading = search_heading(r->search, row->hit.doc, row->hit.section);
        /* A page's first heading is its title, which stands above. */
        if (heading[0] != '\0' && strcmp(heading, row->title) != 0)
            buf_addf(&before, "%s%s", before.len > 0 ? " \xE2\x80\xBA " : "", heading);
    }
    size_t width = text_width(buf_text(&before), before.len);
    if (width + 16 < columns) {
        if (before.len > 0)
            buf_adds(&before, ": ");
        text_safe(out, buf_text(&before), before.len, 0);
        search_snippet(r->search, &row->hit, r->text, columns - width - 2, out, at, len);
    } else {
        text_safe(out, buf_text(&before), before.len, 0);
    }
    buf_free(&before);
}

const char *hub_row_words(const struct hub_rows *r, const struct hub_row *row)
{
    return row->hit.kind <= MATCH_HEADING && !row->hit.typo && strlen(r->text) >= 3 ? r->text : NULL;
}

void hub_rows_status(const struct hub_rows *r, size_t without, struct buf *out)
{
    struct buf parts[HUB_STATUS_PARTS] = {{0}};
    static const size_t least[HUB_STATUS_PARTS] = {0, 2, 1}; /* installed, to send, synced: in the order in which they go */
    buf_addf(&parts[0], "%zu installed", hub_rows_all(r));
    if (r->app->preview != NULL)
        buf_adds(&parts[1], "preview, nothing is recorded");
    else if (r->app->record_lost.code != 0)
        buf_adds(&parts[1], "nothing is recorded");
    else if (r->app->background != NULL)
        background_status(r->app->background, &parts[1]);
    if (r->app->background != NULL)
        background_sending(r->app->background, &parts[2]);
    for (size_t i = 0; i < without && i < HUB_STATUS_PARTS; i++)
        buf_clear(&parts[least[i]]);
    for (size_t i = 0; i < HUB_STATUS_PARTS; i++) {
        if (parts[i].len > 0)
            buf_addf(out, "%s%s", out->len > 0 ? " \xC2\xB7 " : "", buf_text(&parts[i]));
        buf_free(&parts[i]);
    }
}

void hub_rows_footer(const struct hub_rows *r, struct buf *out)
{
    if (r->updated > 0)
        buf_addf(out, "%zu updated", r->updated);
    if (r->fading_modules > 0)
        buf_addf(out, "%s%d fading", out->len > 0 ? " \xC2\xB7 " : "", (int)r->fading_modules);
}

static void say_lines(struct terminal *t, int y, int x, int columns, const char *const *lines, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct wrap w = wrap_start(lines[i], strlen(lines[i]), (size_t)(columns > 1 ? columns : 1));
        if (lines[i][0] == '\0')
            y++;
        while (wrap_next(&w))
            terminal_put(t, y++, x, columns, i == 0 ? STYLE_TEXT : STYLE_DIM, w.line, w.length);
    }
}

void hub_rows_nothing(const struct hub_rows *r, struct terminal *t, int y, int x, int columns, bool searched)
{
    static const char *const empty[] = {"Nothing is installed on this device yet.", "",
                                        "crib channel add URL --key KEY   takes what somebody publishes",
                                        "crib channel add DIR             installs a directory of modules and pages",
                                        "crib enrol URL CODE              makes this device one of a site",
                                        "crib preview DIR                 shows a directory without installing it"};
    static const char *const none[] = {
        "Nothing fits.", "", "Fewer or other words may; a code or an asset tag is best.",
        "Ctrl-A shows other roles' modules too. What was looked for and not found is noted for the authors."};
    static const char *const filtered[] = {"Nothing fits these filters.", "", "Tab changes them, Esc takes them back."};
    static const char *const coming[] = {"Nothing is installed on this device yet.", "", "It is on its way: Ctrl-S shows how far."};
    if (search_count(r->search) == 0 && r->app->background != NULL && background_running(r->app->background))
        say_lines(t, y, x, columns, coming, sizeof coming / sizeof *coming);
    else if (search_count(r->search) == 0)
        say_lines(t, y, x, columns, empty, sizeof empty / sizeof *empty);
    else if (hub_filters_any(r->filters))
        say_lines(t, y, x, columns, filtered, sizeof filtered / sizeof *filtered);
    else if (searched)
        say_lines(t, y, x, columns, none, sizeof none / sizeof *none);
}
