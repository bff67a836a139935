#include "tests/e2e/vt_state.h"

#include <curses.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <wchar.h>

static void fail(struct vt *v, const char *format, ...)
{
    va_list list;
    if (v->fault[0] != '\0')
        return;
    va_start(list, format);
    vsnprintf(v->fault, sizeof v->fault, format, list);
    va_end(list);
}

/* ---- the screen ---- */

static struct cell *cell(struct vt *v, int y, int x)
{
    return &v->screens[v->other].cells[y][x];
}

static void blank(struct vt *v, int y, int from, int to)
{
    for (int x = from; x < to && x < v->wide; x++)
        *cell(v, y, x) = (struct cell){L' ', false, DEFAULT, v->bg};
}

static void scroll_up(struct vt *v, int top, int bottom, int n)
{
    for (; n > 0; n--) {
        for (int y = top; y < bottom; y++)
            memcpy(cell(v, y, 0), cell(v, y + 1, 0), sizeof(struct cell[MOST_COLUMNS]));
        blank(v, bottom, 0, v->wide);
    }
}

static void scroll_down(struct vt *v, int top, int bottom, int n)
{
    for (; n > 0; n--) {
        for (int y = bottom; y > top; y--)
            memcpy(cell(v, y, 0), cell(v, y - 1, 0), sizeof(struct cell[MOST_COLUMNS]));
        blank(v, top, 0, v->wide);
    }
}

static void line_feed(struct vt *v)
{
    if (v->y == v->bottom)
        scroll_up(v, v->top, v->bottom, 1);
    else if (v->y < v->high - 1)
        v->y++;
}

static void shift(struct vt *v, int n) /* to the right; negative: to the left */
{
    struct cell *row = cell(v, v->y, 0);
    int left = v->wide - v->x;
    int k = n < 0 ? -n : n;
    if (k > left)
        k = left;
    if (n > 0) {
        memmove(row + v->x + k, row + v->x, (size_t)(left - k) * sizeof *row);
        blank(v, v->y, v->x, v->x + k);
    } else {
        memmove(row + v->x, row + v->x + k, (size_t)(left - k) * sizeof *row);
        blank(v, v->y, v->wide - k, v->wide);
    }
}

static void put(struct vt *v, wchar_t c)
{
    int width = c < 0x80 || v->encoding != UTF8 ? 1 : wcwidth(c);
    if (width <= 0)
        return; /* it joins what stands before */
    if (v->full || v->x + width > v->wide) {
        v->x = 0;
        line_feed(v);
    }
    v->full = false;
    if (v->insert)
        shift(v, width);
    *cell(v, v->y, v->x) = (struct cell){c, v->look, v->fg, v->bg};
    if (width > 1)
        *cell(v, v->y, v->x + 1) = (struct cell){0, v->look, v->fg, v->bg};
    v->last = c;
    v->x += width;
    if (v->x < v->wide)
        return;
    v->x = v->wide - 1;
    if (v->wraps && !v->wrap_off && v->holds) {
        v->full = true;
    } else if (v->wraps && !v->wrap_off) {
        v->x = 0;
        line_feed(v);
    }
}

static void go(struct vt *v, int y, int x)
{
    v->full = false;
    v->y = y < 0 ? 0 : y >= v->high ? v->high - 1 : y;
    v->x = x < 0 ? 0 : x >= v->wide ? v->wide - 1 : x;
}

static void erase_rows(struct vt *v, int from, int to)
{
    for (int y = from; y < to; y++)
        blank(v, y, 0, v->wide);
}

static void set_region(struct vt *v, int top, int bottom)
{
    v->top = top;
    v->bottom = bottom;
    go(v, 0, 0);
}

static void switch_screen(struct vt *v, bool other)
{
    if (other && !v->other) {
        v->saved_y = v->y;
        v->saved_x = v->x;
        v->other = true;
        erase_rows(v, 0, v->high);
    } else if (!other && v->other) {
        v->other = false;
        go(v, v->saved_y, v->saved_x);
    }
}

/* Moving, erasing, scrolling; false for anything else. */
static bool move_or_erase(struct vt *v, enum cap cap, int a, int b)
{
    switch (cap) {
    case CUP: go(v, a, b); return true;
    case HOME: go(v, 0, 0); return true;
    case CLEAR: erase_rows(v, 0, v->high); go(v, 0, 0); return true;
    case EL: blank(v, v->y, v->x, v->wide); return true;
    case EL1: blank(v, v->y, 0, v->x + 1); return true;
    case ED: blank(v, v->y, v->x, v->wide); erase_rows(v, v->y + 1, v->high); return true;
    case CR: go(v, v->y, 0); return true;
    case IND: v->full = false; line_feed(v); return true;
    case NEL: go(v, v->y, 0); line_feed(v); return true;
    case RI: v->full = false; if (v->y == v->top) scroll_down(v, v->top, v->bottom, 1); else go(v, v->y - 1, v->x); return true;
    case CUF: go(v, v->y, v->x + a); return true;
    case CUB: go(v, v->y, v->x - a); return true;
    case CUU: go(v, v->y - a, v->x); return true;
    case CUD: go(v, v->y + a, v->x); return true;
    case HPA: go(v, v->y, a); return true;
    case VPA: go(v, a, v->x); return true;
    case HT: go(v, v->y, (v->x / 8 + 1) * 8); return true;
    case CBT: go(v, v->y, (v->x + 7) / 8 * 8 - 8); return true;
    case IL: if (v->y >= v->top && v->y <= v->bottom) scroll_down(v, v->y, v->bottom, a); return true;
    case DL: if (v->y >= v->top && v->y <= v->bottom) scroll_up(v, v->y, v->bottom, a); return true;
    case ICH: shift(v, a); return true;
    case DCH: shift(v, -a); return true;
    case ECH: blank(v, v->y, v->x, v->x + a); return true;
    case REP: for (int i = 0; i < a; i++) put(v, v->last); return true;
    case CSR: if (a < b) set_region(v, a, b); return true;
    case INDN: scroll_up(v, v->top, v->bottom, a); return true;
    case RIN: scroll_down(v, v->top, v->bottom, a); return true;
    default: return false;
    }
}

static void obey(struct vt *v, enum cap cap, int a, int b)
{
    if (move_or_erase(v, cap, a, b))
        return;
    switch (cap) {
    case SMIR: case RMIR: v->insert = cap == SMIR; break;
    case SC: v->saved_y = v->y; v->saved_x = v->x; break;
    case RC: go(v, v->saved_y, v->saved_x); break;
    case SGR0: v->look = false; v->acs = v->acs && a != 0; v->fg = v->bg = DEFAULT; break;
    case LOOK: v->look = a != 0; v->acs = b == SAME_SET ? v->acs : b != 0; break;
    case FG: v->fg = a; break;
    case BG: v->bg = a; break;
    case OP: v->fg = v->bg = DEFAULT; break;
    case SMACS: case RMACS: v->acs = cap == SMACS; break;
    case MODE_ON: case MODE_OFF: v->modes[a] = cap == MODE_ON; break;
    case SMCUP: case RMCUP: switch_screen(v, cap == SMCUP); break;
    case CIVIS: case CNORM: v->hidden = cap == CIVIS; break;
    case SMAM: case RMAM: v->wrap_off = cap == RMAM; break;
    default: break;
    }
}

/* ---- bytes ---- */

static void describe(const char *bytes, size_t n, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < n && i < 24 && used + 5 < size; i++) {
        unsigned char c = (unsigned char)bytes[i];
        used += (size_t)snprintf(out + used, size - used, c > 0x20 && c < 0x7F ? "%c" : "\\x%02x", c);
    }
}

/* ESC [ 38;2;R;G;B m, with colons as well: how many bytes, 0 for another sequence. */
static size_t exact_colour(struct vt *v, const char *bytes, size_t n)
{
    char text[PENDING + 1];
    char layer;
    int r, g, b, length = 0;
    snprintf(text, sizeof text, "%.*s", (int)(n < PENDING ? n : PENDING), bytes);
    for (char *c = text; *c != '\0'; c++)
        *c = *c == ':' ? ';' : *c;
    if (!v->exact || (sscanf(text, "\033[%c8;2;%d;%d;%dm%n", &layer, &r, &g, &b, &length) < 4 || length == 0))
        length = sscanf(text, "\033[%c8;2;;%d;%d;%dm%n", &layer, &r, &g, &b, &length) == 4 && v->exact ? length : 0;
    if (length == 0 || (layer != '3' && layer != '4'))
        return 0;
    *(layer == '3' ? &v->fg : &v->bg) = 256 + (r << 16 | g << 8 | b);
    return (size_t)length;
}

/* The bytes of a sequence; 0 when it is not whole yet. */
static size_t sequence(struct vt *v, const char *bytes, size_t n)
{
    size_t exact = exact_colour(v, bytes, n);
    if (exact > 0)
        return exact;
    size_t digits = 2;
    while (digits < n && strchr("0123456789:;", bytes[digits]) != NULL && bytes[digits] != '\0')
        digits++;
    if (v->exact && n > 2 && n < PENDING && memcmp(bytes, "\033[", 2) == 0 && digits == n)
        return 0;
    int at = 0, found = 0;
    size_t i = 0, length = 0;
    for (; i < n; i++) {
        int next = vt_child(v, at, (unsigned char)bytes[i]);
        if (next == 0)
            break;
        at = next;
        if (v->nodes[at].cap != NOTHING) {
            found = at;
            length = i + 1;
        }
    }
    /* It may be the beginning of a longer one, which the next bytes bring. */
    if (i == n && i > 1 && v->nodes[at].child != 0 && n < PENDING && !v->ends)
        return 0;
    if (found != 0) {
        obey(v, v->nodes[found].cap, v->nodes[found].a, v->nodes[found].b);
        return length;
    }
    if (i == n && n < PENDING)
        return 0;
    char shown[120];
    describe(bytes, n, shown, sizeof shown);
    fail(v, "this terminal does not know %s", shown);
    return n;
}

/* A character of the encoding, beyond ASCII. */
static size_t character(struct vt *v, const char *bytes, size_t n)
{
    unsigned char c = (unsigned char)bytes[0];
    if (v->encoding == LATIN1 && c >= 0xA0) {
        put(v, (wchar_t)c);
        return 1;
    }
    size_t more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC2 ? 1 : 0;
    if (v->encoding == UTF8 && more > 0 && n <= more)
        return 0;
    wchar_t w = (wchar_t)(c & (0x3F >> more));
    bool good = v->encoding == UTF8 && more > 0;
    for (size_t i = 1; good && i <= more; i++) {
        good = ((unsigned char)bytes[i] & 0xC0) == 0x80;
        w = (wchar_t)((unsigned)w << 6 | ((unsigned char)bytes[i] & 0x3FU));
    }
    if (good) {
        put(v, w);
        return more + 1;
    }
    char shown[120];
    describe(bytes, n, shown, sizeof shown);
    fail(v, "not of this encoding: %s", shown);
    return n;
}

/* As the VT100 has them; what acsc doesn't name is the character itself. */
static wchar_t line_drawing(char c)
{
    static const char names[] = "jklmnqtuvwx";
    static const wchar_t drawn[] = {0x2518, 0x2510, 0x250C, 0x2514, 0x253C, 0x2500, 0x251C, 0x2524, 0x2534, 0x252C, 0x2502};
    const char *map = vt_string("acsc");
    for (; map != NULL && map[0] != '\0' && map[1] != '\0'; map += 2) {
        const char *at = map[1] == c ? strchr(names, map[0]) : NULL;
        if (map[1] == c)
            return at != NULL ? drawn[at - names] : L'?';
    }
    return (wchar_t)(unsigned char)c;
}

static size_t one(struct vt *v, const char *bytes, size_t n)
{
    unsigned char c = (unsigned char)bytes[0];
    if (c == '\0')
        return 1; /* padding */
    if (c < 0x20 || c == 0x7F)
        return sequence(v, bytes, n);
    if (c >= 0x80)
        return character(v, bytes, n);
    put(v, v->acs ? line_drawing((char)c) : (wchar_t)c);
    return 1;
}

void vt_feed(struct vt *v, const char *bytes, size_t n)
{
    char *all = malloc(v->held_n + n);
    size_t total = v->held_n + n, at = 0, used = 1;
    if (all == NULL)
        return;
    memcpy(all, v->held, v->held_n);
    memcpy(all + v->held_n, bytes, n);
    while (at < total && used > 0 && v->fault[0] == '\0') {
        used = one(v, all + at, total - at);
        at += used;
    }
    v->held_n = total - at < PENDING ? total - at : 0;
    memcpy(v->held, all + at, v->held_n);
    free(all);
}

/* ---- asking ---- */

const char *vt_fault(const struct vt *v)
{
    return v->fault[0] != '\0' ? v->fault : NULL;
}

static size_t row_text(const struct vt *v, int y, char *out, size_t size)
{
    size_t n = 0, end = 0;
    for (int x = 0; x < v->wide; x++) {
        wchar_t c = v->screens[v->other].cells[y][x].text;
        if (c == 0 || n + 5 > size)
            continue;
        unsigned u = (unsigned)c;
        if (u < 0x80) {
            out[n++] = (char)u;
        } else if (u < 0x800) {
            out[n++] = (char)(0xC0 | u >> 6);
            out[n++] = (char)(0x80 | (u & 0x3F));
        } else if (u < 0x10000) {
            out[n++] = (char)(0xE0 | u >> 12);
            out[n++] = (char)(0x80 | (u >> 6 & 0x3F));
            out[n++] = (char)(0x80 | (u & 0x3F));
        } else {
            out[n++] = (char)(0xF0 | u >> 18);
            out[n++] = (char)(0x80 | (u >> 12 & 0x3F));
            out[n++] = (char)(0x80 | (u >> 6 & 0x3F));
            out[n++] = (char)(0x80 | (u & 0x3F));
        }
        if (c != L' ')
            end = n;
    }
    out[end] = '\0';
    return end;
}

bool vt_shows(const struct vt *v, const char *text)
{
    char row[MOST_COLUMNS * 4 + 1];
    for (int y = 0; y < v->high; y++) {
        row_text(v, y, row, sizeof row);
        if (strstr(row, text) != NULL)
            return true;
    }
    return false;
}

void vt_text(const struct vt *v, char *out, size_t size)
{
    size_t n = 0;
    for (int y = 0; y < v->high && n + MOST_COLUMNS * 4 + 2 < size; y++) {
        n += row_text(v, y, out + n, MOST_COLUMNS * 4 + 1);
        out[n++] = '\n';
    }
    out[n] = '\0';
}

size_t vt_exact_colours(const struct vt *v)
{
    size_t n = 0;
    for (int y = 0; y < v->high; y++)
        for (int x = 0; x < v->wide; x++)
            n += v->screens[v->other].cells[y][x].fg >= 256;
    return n;
}

bool vt_coloured(const struct vt *v)
{
    for (int y = 0; y < v->high; y++)
        for (int x = 0; x < v->wide; x++) {
            const struct cell *c = &v->screens[v->other].cells[y][x];
            if (c->fg != DEFAULT || c->bg != DEFAULT)
                return true;
        }
    return false;
}

bool vt_left(struct vt *v)
{
    static const char *const names[MODES] = {"keypad", "mouse", "bracketed paste"};
    for (int i = 0; i < MODES; i++)
        if (v->modes[i])
            fail(v, "left with a mode on: %s", names[i]);
    v->ends = true;
    vt_feed(v, "", 0);
    if (v->held_n > 0)
        fail(v, "ended within a sequence");
    if (v->other || v->insert || v->acs || v->hidden || v->wrap_off || v->look || v->fg != DEFAULT || v->bg != DEFAULT)
        fail(v, "left with another screen %d, insert %d, line drawing %d, no cursor %d, no wrapping %d, a style %d %d %d",
             v->other, v->insert, v->acs, v->hidden, v->wrap_off, v->look, v->fg, v->bg);
    if (v->top != 0 || v->bottom != v->high - 1)
        fail(v, "left with a scrolling region");
    char row[MOST_COLUMNS * 4 + 1];
    for (int y = 0; y < v->high; y++) {
        row_text(v, y, row, sizeof row);
        const char *wanted = y == 0 && vt_string("smcup") != NULL ? "before" : "";
        if (strcmp(row, wanted) != 0)
            fail(v, "left behind: %s", row);
    }
    return v->fault[0] == '\0';
}

/* ---- life ---- */

struct vt *vt_open(const char *term, const char *encoding)
{
    int good;
    struct vt *v = calloc(1, sizeof *v);
    if (v == NULL || setupterm((char *)term, 1, &good) != OK || good != 1) {
        free(v);
        return NULL;
    }
    snprintf(v->term, sizeof v->term, "%s", term);
    v->encoding = strcmp(encoding, "utf8") == 0 ? UTF8 : strcmp(encoding, "latin1") == 0 ? LATIN1 : ASCII;
    v->wraps = tigetflag("am") > 0;
    v->holds = tigetflag("xenl") > 0;
    v->fg = v->bg = DEFAULT;
    const char *depth = getenv("COLORTERM");
    v->exact = tigetnum((char *)"colors") > 256 || (depth != NULL && (strcmp(depth, "truecolor") == 0 || strcmp(depth, "24bit") == 0));
    return v;
}

bool vt_resize(struct vt *v, int wide, int high)
{
    if (wide > MOST_COLUMNS || high > MOST_ROWS)
        return false;
    bool first = v->wide == 0;
    v->wide = wide;
    v->high = high;
    v->top = 0;
    v->bottom = high - 1;
    if (first)
        erase_rows(v, 0, high);
    go(v, v->y, v->x);
    free(v->nodes);
    v->nodes = NULL;
    v->count = v->room = 0;
    vt_learn(v);
    return true;
}

void vt_close(struct vt *v)
{
    if (v == NULL)
        return;
    free(v->nodes);
    free(v);
}
