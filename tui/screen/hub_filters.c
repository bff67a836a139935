#include "core/library/library_facets.h"
#include "tui/screen/hub_rows.h"

#include "tui/screen/menu.h"

#include <stdlib.h>
#include <string.h>

enum { CHOICES_MOST = 200 };

enum choice_kind { CHOICE_HEADING, CHOICE_STAGE, CHOICE_ROLE, CHOICE_CAPABILITY, CHOICE_FORMAT, CHOICE_STATE,
                   CHOICE_KIND, CHOICE_NONE };

/* What the rows of the open menu mean. In the app's arena: the menu may outlive the call. */
struct choices {
    struct app *app;
    struct hub_rows *hub; /* of the filters' menu */
    struct hub_filters *filters;
    void (*changed)(void *context);
    void *context;
    struct {
        enum choice_kind kind;
        const char *value;
    } items[CHOICES_MOST];
    struct menu_row rows[CHOICES_MOST];
    char left[CHOICES_MOST][40]; /* how many would be left, at the row's right */
    size_t count;
    bool any_marked; /* since the menu was opened */
};

bool hub_filters_any(const struct hub_filters *f)
{
    return f->role[0] != '\0' || f->stage[0] != '\0' || f->capability[0] != '\0' || f->format != FORMAT_NONE ||
           f->by_state || f->modules_only;
}

void hub_filters_clear(struct hub_filters *f)
{
    bool other = f->other_roles;
    *f = (struct hub_filters){.other_roles = other};
}

void hub_filters_text(const struct hub_filters *f, struct buf *out)
{
    const char *const parts[] = {f->stage, f->role, f->capability, module_format_name(f->format),
                                 f->by_state ? standing_name(f->state) : "", f->modules_only ? "modules" : "",
                                 f->other_roles && f->role[0] == '\0' ? "all roles" : ""};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i][0] != '\0')
            buf_addf(out, "%s[%s]", out->len > 0 ? " " : "", parts[i]);
}

static void add_choice(struct choices *c, enum choice_kind kind, const char *value, const char *right)
{
    if (c->count == CHOICES_MOST || value == NULL)
        return;
    c->items[c->count].kind = kind;
    c->items[c->count].value = value;
    c->rows[c->count] = (struct menu_row){.text = value, .right = right, .heading = kind == CHOICE_HEADING,
                                          .style = kind == CHOICE_HEADING ? STYLE_HEADING_3 : STYLE_TEXT};
    c->count++;
}

/* Stages follow the work, not the alphabet. */
static void in_channel_order(struct app *app, struct library_facet_value *values, size_t n)
{
    struct strings stages;
    struct error err;
    if (!library_choices(app->library, app->arena, FACET_STAGE, &stages, &err))
        return;
    size_t at = 0;
    for (size_t i = 0; i < stages.count; i++)
        for (size_t k = at; k < n; k++)
            if (strcmp(values[k].value, stages.items[i]) == 0) {
                struct library_facet_value x = values[k];
                values[k] = values[at];
                values[at++] = x;
                break;
            }
}

static void add_facet(struct choices *c, enum library_facet facet, enum choice_kind kind, const char *title)
{
    struct library_facet_value *values;
    size_t n;
    struct error err;
    struct library *library = app_library(c->app, &err);
    if (library == NULL || !library_facets(library, c->app->arena, facet, &values, &n, &err) || n == 0)
        return;
    if (facet == FACET_STAGE)
        in_channel_order(c->app, values, n);
    add_choice(c, CHOICE_HEADING, title, NULL);
    for (size_t i = 0; i < n; i++)
        add_choice(c, kind, values[i].value, NULL);
}

/* What each value would leave, at the right of its row. A length keeps its words before the number. */
static void count_all(struct choices *c)
{
    static const enum choice_kind kinds[] = {[SEARCH_ROLE] = CHOICE_ROLE, [SEARCH_STAGE] = CHOICE_STAGE,
                                             [SEARCH_CAPABILITY] = CHOICE_CAPABILITY, [SEARCH_FORMAT] = CHOICE_FORMAT};
    static const char *const lengths[] = {"1-2 min", "about 5 min", "up to an hour"};
    enum { FACETS = sizeof kinds / sizeof *kinds };
    const char *values[CHOICES_MOST];
    size_t counts[CHOICES_MOST], rows[CHOICES_MOST], n = 0;
    struct search_count wanted[FACETS];
    for (size_t f = 0; f < FACETS; f++) {
        wanted[f] = (struct search_count){(enum search_facet)f, {values + n, 0}, counts + n};
        for (size_t i = 0; i < c->count; i++)
            if (c->items[i].kind == kinds[f]) {
                values[n] = c->items[i].value;
                rows[n++] = i;
                wanted[f].values.count++;
            }
    }
    if (!hub_rows_would(c->hub, c->filters, wanted, FACETS))
        return;
    for (size_t i = 0, length = 0; i < n; i++) {
        char *left = c->left[rows[i]];
        if (c->items[rows[i]].kind == CHOICE_FORMAT)
            snprintf(left, sizeof *c->left, "%s %6zu", lengths[length++], counts[i]);
        else
            snprintf(left, sizeof *c->left, "%zu", counts[i]);
    }
}

static const char *left_of(void *context, size_t row)
{
    struct choices *c = context;
    return c->left[row][0] != '\0' ? c->left[row] : c->rows[row].right;
}

static void set_text(char *to, size_t size, const char *value)
{
    if (strcmp(to, value) == 0)
        to[0] = '\0';
    else
        snprintf(to, size, "%s", value);
}

/* Sets a filter, or takes it back where it was set. */
static void mark(void *context, size_t row)
{
    struct choices *c = context;
    struct hub_filters *f = c->filters;
    const char *value = c->items[row].value;
    c->any_marked = true;
    switch (c->items[row].kind) {
    case CHOICE_STAGE:
        set_text(f->stage, sizeof f->stage, value);
        break;
    case CHOICE_ROLE:
        set_text(f->role, sizeof f->role, value);
        break;
    case CHOICE_CAPABILITY:
        set_text(f->capability, sizeof f->capability, value);
        break;
    case CHOICE_FORMAT:
        for (int k = FORMAT_REFRESHER; k <= FORMAT_COURSE; k++)
            if (strcmp(module_format_name((enum module_format)k), value) == 0)
                f->format = f->format == (enum module_format)k ? FORMAT_NONE : (enum module_format)k;
        break;
    case CHOICE_STATE: {
        enum standing state;
        if (standing_parse(value, &state)) {
            f->by_state = !(f->by_state && f->state == state);
            f->state = state;
        }
        break;
    }
    case CHOICE_KIND:
        f->modules_only = !f->modules_only;
        break;
    default:
        hub_filters_clear(f);
        break;
    }
    c->changed(c->context);
    count_all(c);
}

static bool marked(void *context, size_t row)
{
    const struct choices *c = context;
    const struct hub_filters *f = c->filters;
    const char *value = c->items[row].value;
    switch (c->items[row].kind) {
    case CHOICE_STAGE:
        return strcmp(f->stage, value) == 0;
    case CHOICE_ROLE:
        return strcmp(f->role, value) == 0;
    case CHOICE_CAPABILITY:
        return strcmp(f->capability, value) == 0;
    case CHOICE_FORMAT:
        return f->format != FORMAT_NONE && strcmp(module_format_name(f->format), value) == 0;
    case CHOICE_STATE:
        return f->by_state && strcmp(standing_name(f->state), value) == 0;
    case CHOICE_KIND:
        return f->modules_only;
    case CHOICE_NONE:
        return !hub_filters_any(f);
    default:
        return false;
    }
}

/* Enter sets the one filter that somebody came for; after marks it only closes. */
static void chosen(void *context, size_t row)
{
    const struct choices *c = context;
    if (!c->any_marked)
        mark(context, row);
}

void hub_filters_open(struct screens *s, struct app *app, struct hub_rows *rows, struct hub_filters *f,
                      void (*changed)(void *context), void *context)
{
    struct choices *c = arena_alloc(app->arena, sizeof *c);
    if (c == NULL)
        return;
    *c = (struct choices){.app = app, .hub = rows, .filters = f, .changed = changed, .context = context};
    add_choice(c, CHOICE_NONE, "No filter", NULL);
    add_facet(c, FACET_STAGE, CHOICE_STAGE, "Stage of the work");
    add_choice(c, CHOICE_HEADING, "Where you stand", NULL);
    for (int k = STANDING_NEW; k <= STANDING_FADING; k++)
        add_choice(c, CHOICE_STATE, standing_name((enum standing)k), NULL);
    add_choice(c, CHOICE_HEADING, "Length", NULL);
    for (int k = FORMAT_REFRESHER; k <= FORMAT_COURSE; k++)
        add_choice(c, CHOICE_FORMAT, module_format_name((enum module_format)k), NULL);
    add_choice(c, CHOICE_KIND, "modules only", "no pages");
    add_facet(c, FACET_ROLE, CHOICE_ROLE, "Role");
    add_facet(c, FACET_CAPABILITY, CHOICE_CAPABILITY, "Capability");
    count_all(c);
    for (size_t i = 0; i < c->count; i++) {
        c->rows[i].chosen = marked(c, i);
        c->rows[i].right = left_of(c, i);
    }
    menu_open(s, &(struct menu_spec){.title = "Filters", .detail = "Space sets or takes back, Enter closes", .marks = true,
                                     .choose = chosen, .mark = mark, .marked = marked, .right = left_of,
                                     .context = c},
              c->rows, c->count);
}

/* ---- roles ---- */

static void role_marked(void *context, size_t row)
{
    struct choices *c = context;
    struct error err;
    struct strings now = app_roles(c->app);
    struct buf list = {0};
    bool had = false;
    for (size_t i = 0; i < now.count; i++) {
        if (strcmp(now.items[i], c->items[row].value) == 0) {
            had = true;
            continue;
        }
        buf_addf(&list, "%s%s", list.len > 0 ? ", " : "", now.items[i]);
    }
    if (!had)
        buf_addf(&list, "%s%s", list.len > 0 ? ", " : "", c->items[row].value);
    if (!buf_ok(&list) || !app_set_roles(c->app, buf_text(&list), &err))
        c->rows[0].about = err.what;
    buf_free(&list);
    c->changed(c->context);
}

void hub_roles_open(struct screens *s, struct app *app, void (*changed)(void *context), void *context)
{
    struct choices *c = arena_alloc(app->arena, sizeof *c);
    struct library_facet_value *values;
    size_t n;
    struct error err;
    struct library *library = app_library(app, &err);
    if (c == NULL || library == NULL || !library_facets(library, app->arena, FACET_ROLE, &values, &n, &err))
        return;
    *c = (struct choices){.app = app, .changed = changed, .context = context};
    struct strings now = app_roles(app);
    for (size_t i = 0; i < n; i++) {
        add_choice(c, CHOICE_ROLE, values[i].value, arena_printf(app->arena, "%zu", values[i].count));
        if (c->count > 0)
            c->rows[c->count - 1].chosen = strings_has(now, c->items[c->count - 1].value);
    }
    menu_open(s, &(struct menu_spec){.title = "Your roles", .detail = "none chosen: everything", .marks = true,
                                     .empty = "no module names a role", .mark = role_marked, .context = c},
              c->rows, c->count);
}
