#include "tui/screen/menu.h"

#include "core/base/arena.h"
#include "core/base/text.h"
#include "tui/widget/list.h"
#include "tui/widget/prompt.h"

#include <stdlib.h>
#include <string.h>

struct menu {
    struct screen screen;
    struct arena *arena;
    struct menu_spec spec;
    struct menu_row *rows;
    size_t count;
    size_t *shown; /* indices of the rows that the filter leaves */
    struct list list;
    struct prompt filter;
    bool typing;
    bool tapped; /* a finger wants to type */
};

static bool matches(const struct menu *m, const struct menu_row *row)
{
    if (m->filter.text.len == 0)
        return true;
    if (row->heading)
        return false;
    struct buf folded = {0}, wanted = {0};
    text_fold(&folded, row->text, strlen(row->text));
    text_fold(&wanted, m->filter.text.data, m->filter.text.len);
    bool found = strstr(buf_text(&folded), buf_text(&wanted)) != NULL;
    buf_free(&folded);
    buf_free(&wanted);
    return found;
}

static bool selectable(const struct menu *m, size_t i)
{
    return i < m->list.count && !m->rows[m->shown[i]].heading;
}

/* A heading is never selected: goes on in the direction of the last move, else back. */
static void leave_headings(struct menu *m, bool down)
{
    size_t at = m->list.selected;
    while (at < m->list.count && !selectable(m, at)) {
        if (down ? at + 1 >= m->list.count : at == 0)
            break;
        at = down ? at + 1 : at - 1;
    }
    while (!selectable(m, at) && (down ? at > 0 : at + 1 < m->list.count))
        at = down ? at - 1 : at + 1;
    m->list.selected = at;
}

static void narrow(struct menu *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->count; i++)
        if (matches(m, &m->rows[i]))
            m->shown[n++] = i;
    list_resize(&m->list, n);
    leave_headings(m, true);
}

static enum place menu_place(const struct screen *s)
{
    return ((const struct menu *)s)->typing ? PLACE_PROMPT : PLACE_MENU;
}

static int about_rows(const struct menu *m, const struct terminal *t)
{
    for (size_t i = 0; touch_rows(t) < 3 && i < m->count; i++)
        if (m->rows[i].about != NULL)
            return screen_height(t) > 12 ? 3 : screen_height(t) > 6 ? 2 : 0;
    return 0;
}

/* Rows that one takes: what is only read needs no room for fingers. */
static int each(const struct menu *m, const struct terminal *t)
{
    return m->spec.choose != NULL || m->spec.marks ? touch_rows(t) : 1;
}

static bool has_filter(const struct menu *m)
{
    return m->typing || m->filter.text.len > 0;
}

/* How many fit. */
static size_t fit(const struct menu *m, const struct terminal *t)
{
    int height = (screen_height(t) - about_rows(m, t) - has_filter(m)) / each(m, t);
    return height > 0 ? (size_t)height : 1;
}

static void draw_row(struct menu *m, struct terminal *t, size_t at, int y)
{
    const struct menu_row *row = &m->rows[m->shown[at]];
    bool selected = at == m->list.selected && !row->heading;
    int columns = terminal_columns(t);
    enum style style = selected ? STYLE_SELECTED : row->style;
    int x = 1;
    if (selected)
        terminal_puts(t, y, x, 2, style, "\xE2\x96\xB8 ");
    x += 2;
    if (m->spec.marks && !row->heading)
        x += terminal_puts(t, y, x, 4, style, row->chosen ? "[x] " : "[ ] ");
    x += row->indent;
    int right = row->right != NULL ? (int)text_width(row->right, strlen(row->right)) : 0;
    int room = columns - x - 1 - (right > 0 ? right + 2 : 0);
    screen_cut(t, y, x, room, style, row->text);
    if (right > 0)
        terminal_puts(t, y, columns - 1 - right, right, STYLE_DIM, row->right);
}

static void draw_about(struct menu *m, struct terminal *t, int y, int rows)
{
    if (rows == 0 || m->list.count == 0)
        return;
    const char *about = m->rows[m->shown[m->list.selected]].about;
    terminal_fill(t, y, 0, terminal_columns(t), STYLE_RULE, "\xE2\x94\x80");
    int columns = terminal_columns(t) - 4;
    for (int i = 1; about != NULL && i < rows && columns > 0 && *about != '\0'; i++) {
        size_t n = text_fit(about, strlen(about), (size_t)columns, NULL);
        if (about[n] != '\0')
            for (size_t k = n; k > 0; k--)
                if (about[k] == ' ') {
                    n = k;
                    break;
                }
        terminal_put(t, y + i, 3, columns, STYLE_TEXT, about, n);
        about += n;
        while (*about == ' ')
            about++;
    }
}

/* Names no key that would do nothing now. */
static void draw_footer(const struct menu *m, struct terminal *t, bool longer)
{
    static const struct key_label type[] = {{"Enter", "choose"}, {"Up, Down", "move"}, {"Esc", "back"}};
    bool any = m->list.count > 0, acts = m->spec.choose != NULL || m->spec.marks;
    const enum request keys[] = {!any || !acts   ? REQ_NONE
                                 : m->spec.marks ? REQ_SELECT
                                                 : REQ_OPEN,
                                 m->count > 0 ? REQ_SEARCH : REQ_NONE, REQ_BACK, acts || m->count == 0 ? REQ_HELP : REQ_NONE,
                                 longer && !acts ? REQ_PAGE_DOWN : REQ_NONE};
    static const struct key_label touch[] = {{"Esc", "back"}, {"PgUp", "page up"}, {"PgDn", "page down"}};
    if (touch_is_on(t))
        screen_footer_labels(t, touch, longer ? 3 : 1, "");
    else if (m->typing)
        screen_footer_labels(t, any ? type : type + 2, any ? 3 : 1, "");
    else
        screen_footer(t, PLACE_MENU, keys, 5, "");
}

static void menu_draw(struct screen *s, struct terminal *t)
{
    struct menu *m = (struct menu *)s;
    screen_header(t, m->spec.title, m->spec.detail != NULL ? m->spec.detail : "");
    int top = screen_top(t), height = screen_height(t), about = about_rows(m, t);
    if (has_filter(m)) {
        int x = 1 + terminal_puts(t, top, 1, 10, STYLE_DIM, "Narrow: ");
        prompt_draw(&m->filter, t, top, x, terminal_columns(t) - x - 1, m->typing);
        top++;
        height--;
    }
    height -= about;
    size_t shown = height > 0 ? fit(m, t) : 0;
    list_scroll(&m->list, shown > 0 ? shown : 1);
    for (size_t i = 0; i < shown && m->list.top + i < m->list.count; i++)
        draw_row(m, t, m->list.top + i, top + (int)i * each(m, t) + (each(m, t) > 2));
    if (m->list.count == 0 && m->spec.empty != NULL)
        terminal_puts(t, top, 3, terminal_columns(t) - 4, STYLE_DIM, m->count == 0 ? m->spec.empty : "nothing matches");
    draw_about(m, t, top + height, about);
    draw_footer(m, t, m->list.count > (shown > 0 ? shown : 1));
}

static bool chosen_by_key(struct menu *m, uint32_t key)
{
    for (size_t i = 0; key != 0 && i < m->list.count; i++)
        if (m->rows[m->shown[i]].key == key) {
            m->list.selected = i;
            screens_request(m->screen.stack, REQ_OPEN);
            return true;
        }
    return false;
}

static bool menu_key(struct screen *s, uint32_t key)
{
    struct menu *m = (struct menu *)s;
    if (!m->typing)
        return chosen_by_key(m, key);
    bool changed;
    if (key == K_UP || key == K_DOWN || !prompt_key(&m->filter, key, &changed))
        return false;
    if (changed)
        narrow(m);
    return true;
}

static void toggle(struct menu *m)
{
    if (!selectable(m, m->list.selected))
        return;
    size_t row = m->shown[m->list.selected];
    m->rows[row].chosen = !m->rows[row].chosen;
    if (m->spec.mark != NULL)
        m->spec.mark(m->spec.context, row);
    for (size_t i = 0; m->spec.marked != NULL && i < m->count; i++)
        m->rows[i].chosen = m->spec.marked(m->spec.context, i);
    for (size_t i = 0; m->spec.right != NULL && i < m->count; i++)
        m->rows[i].right = m->spec.right(m->spec.context, i);
}

static void choose(struct menu *m)
{
    if (!selectable(m, m->list.selected)) {
        if (m->list.count == 0)
            return;
    }
    size_t row = m->shown[m->list.selected];
    menu_choose call = m->spec.choose;
    void *context = m->spec.context;
    if (call == NULL && !m->spec.marks)
        return;
    if (m->spec.renew == NULL)
        screens_pop(m->screen.stack, &m->screen);
    if (call != NULL)
        call(context, row);
}

static bool menu_request(struct screen *s, enum request r)
{
    struct menu *m = (struct menu *)s;
    if (list_request(&m->list, r, fit(m, screens_terminal(s->stack)))) {
        leave_headings(m, r == REQ_DOWN || r == REQ_PAGE_DOWN || r == REQ_HALF_DOWN || r == REQ_TOP);
        return true;
    }
    switch (r) {
    case REQ_SEARCH:
        m->typing = true;
        return true;
    case REQ_SELECT:
        if (m->spec.marks)
            toggle(m);
        return true;
    case REQ_OPEN:
        choose(m);
        return true;
    case REQ_BACK:
        if (m->filter.text.len > 0 || (m->typing && !m->spec.typing)) {
            m->typing = m->spec.typing;
            prompt_set(&m->filter, "");
            narrow(m);
        } else {
            screens_pop(s->stack, s);
        }
        return true;
    default:
        return false;
    }
}

static void menu_mouse(struct screen *s, int y, int x, int wheel)
{
    struct menu *m = (struct menu *)s;
    (void)x;
    if (wheel != 0) {
        menu_request(s, wheel < 0 ? REQ_UP : REQ_DOWN);
        return;
    }
    const struct terminal *t = screens_terminal(s->stack);
    int top = screen_top(t) + has_filter(m);
    m->tapped = y < top && has_filter(m) && !m->tapped;
    size_t row = y >= top ? (size_t)((y - top) / each(m, t)) : SIZE_MAX, at = m->list.top + row;
    if (row >= fit(m, t) || at >= m->list.count || !selectable(m, at))
        return;
    bool again = m->list.selected == at || touch_is_on(t); /* a finger has no second thought */
    m->list.selected = at;
    if (m->spec.marks)
        toggle(m);
    else if (again)
        choose(m);
}

static enum keyboard menu_keyboard(const struct screen *s)
{
    return ((const struct menu *)s)->tapped ? KEYBOARD_LETTERS : KEYBOARD_NONE;
}

static void menu_paste(struct screen *s, const char *text, size_t len)
{
    struct menu *m = (struct menu *)s;
    if (m->typing && prompt_paste(&m->filter, text, len))
        narrow(m);
}

static void menu_close(struct screen *s)
{
    struct menu *m = (struct menu *)s;
    if (m->spec.gone != NULL)
        m->spec.gone(m->spec.context);
    prompt_free(&m->filter);
    arena_close(m->arena);
    free(m);
}

static bool take_rows(struct menu *m, const struct menu_row *rows, size_t count);

static void menu_renew(struct screen *s)
{
    struct menu *m = (struct menu *)s;
    const struct menu_row *rows;
    const char *detail = NULL;
    size_t count, selected = m->list.selected;
    if (m->spec.renew == NULL || !m->spec.renew(m->spec.context, &detail, &rows, &count))
        return;
    m->spec.detail = detail;
    if (!take_rows(m, rows, count)) {
        screens_pop(s->stack, s);
        return;
    }
    m->list.selected = selected;
    narrow(m);
}

static const struct screen_ops menu_ops = {
    .name = "list",
    .keyboard = menu_keyboard,
    .place = menu_place,
    .draw = menu_draw,
    .key = menu_key,
    .request = menu_request,
    .paste = menu_paste,
    .mouse = menu_mouse,
    .changed = menu_renew,
    .resumed = menu_renew,
    .close = menu_close,
};

static bool copy_text(struct arena *a, const char **text)
{
    if (*text == NULL)
        return true;
    *text = arena_strdup(a, *text);
    return *text != NULL;
}

/* The texts are copied into an arena of their own; the one before goes when what stands in it was copied. */
static bool take_rows(struct menu *m, const struct menu_row *rows, size_t count)
{
    struct arena *before = m->arena;
    m->arena = arena_open();
    m->count = 0;
    list_resize(&m->list, 0);
    bool ok = m->arena != NULL && (m->rows = arena_array(m->arena, count, sizeof *m->rows)) != NULL &&
              (m->shown = arena_array(m->arena, count, sizeof *m->shown)) != NULL;
    m->count = ok ? count : 0;
    ok = ok && copy_text(m->arena, &m->spec.title) && copy_text(m->arena, &m->spec.detail) &&
         copy_text(m->arena, &m->spec.empty);
    for (size_t i = 0; ok && i < m->count; i++) {
        m->rows[i] = rows[i];
        ok = copy_text(m->arena, &m->rows[i].text) && copy_text(m->arena, &m->rows[i].right) &&
             copy_text(m->arena, &m->rows[i].about);
    }
    arena_close(before);
    return ok;
}

bool menu_open(struct screens *s, const struct menu_spec *spec, const struct menu_row *rows, size_t count)
{
    struct menu *m = calloc(1, sizeof *m);
    if (m == NULL)
        return false;
    m->screen.ops = &menu_ops;
    m->spec = *spec;
    m->typing = spec->typing;
    if (!take_rows(m, rows, count)) {
        menu_close(&m->screen);
        return false;
    }
    narrow(m);
    if (spec->selected < count)
        m->list.selected = spec->selected;
    leave_headings(m, true);
    screens_push(s, &m->screen);
    return true;
}

/* Of the widest list of keys. */
static size_t keys_width(enum place place, size_t most)
{
    size_t wide = 0;
    for (int r = REQ_NONE + 1; r < REQ_COUNT; r++) {
        struct buf keys = {0};
        request_keys((enum request)r, place, most, &keys);
        wide = keys.len > wide ? keys.len : wide;
        buf_free(&keys);
    }
    return wide;
}

bool menu_open_help(struct screens *s, const struct screen *about)
{
    struct menu_row rows[REQ_COUNT];
    char keys_of[REQ_COUNT][160];
    size_t n = 0;
    enum place place = about->ops->place(about);
    int columns = terminal_columns(screens_terminal(s));
    bool cut = false; /* then the selected one's is told whole below */
    size_t most = columns < 40 ? 1 : 3, wide = keys_width(place, most);
    for (int r = REQ_NONE + 1; r < REQ_COUNT; r++) {
        struct buf keys = {0};
        const struct request_info *info = request_info((enum request)r);
        const char *help = columns < 40 ? info->name : info->help;
        request_keys((enum request)r, place, most, &keys);
        if (keys.len > 0) {
            snprintf(keys_of[n], sizeof keys_of[n], "%-*s  %s", (int)wide, buf_text(&keys), help);
            rows[n] = (struct menu_row){.text = keys_of[n], .about = help};
            cut |= columns < (int)(wide + strlen(help)) + 7;
            n++;
        }
        buf_free(&keys);
    }
    for (size_t i = 0; !cut && i < n; i++)
        rows[i].about = NULL;
    char title[64];
    snprintf(title, sizeof title, "Keys: %s", about->ops->name);
    return menu_open(s, &(struct menu_spec){.title = title, .detail = "Esc goes back"}, rows, n);
}

/* The palette names what is done, not how to move about, nor itself. */
static bool in_palette(enum request r, enum place place)
{
    return (request_info(r)->places & place) != 0 && r > REQ_PREVIOUS && r != REQ_PALETTE && !request_is_shut(r);
}

/* The palette gives the request to the screen below it, which is the top again by then. */
static void palette_choose(void *context, size_t row)
{
    struct screens *s = context;
    size_t at = 0;
    struct screen *below = screens_top(s);
    for (int r = REQ_NONE + 1; r < REQ_COUNT; r++)
        if (in_palette((enum request)r, below->ops->place(below)) && at++ == row) {
            screens_request(s, (enum request)r);
            return;
        }
}

bool menu_is_palette(const struct screen *s)
{
    return s->ops == &menu_ops && ((const struct menu *)s)->spec.choose == palette_choose;
}

bool menu_open_palette(struct screens *s, struct screen *about)
{
    struct menu_row rows[REQ_COUNT];
    char keys_of[REQ_COUNT][64];
    size_t n = 0;
    enum place place = about->ops->place(about);
    for (int r = REQ_NONE + 1; r < REQ_COUNT; r++) {
        if (!in_palette((enum request)r, place))
            continue;
        const struct request_info *info = request_info((enum request)r);
        struct buf keys = {0};
        request_keys((enum request)r, place, 1, &keys);
        snprintf(keys_of[n], sizeof keys_of[n], "%s", buf_text(&keys));
        buf_free(&keys);
        rows[n] = (struct menu_row){.text = info->name, .right = keys_of[n], .about = info->help};
        n++;
    }
    return menu_open(s, &(struct menu_spec){.title = "Commands", .detail = "type a part of a name", .typing = true,
                                            .choose = palette_choose, .context = s}, rows, n);
}
