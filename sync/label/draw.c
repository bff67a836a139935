#include "sync/label/draw.h"

#include "core/base/text.h"

#include <string.h>

enum { BAR_LINES = 6, BAR_UNITS = 30, CAPTION_UNITS = 6, FONT_UNITS = 4 };

static bool is_light(const struct code *code, const struct draw_look *look, size_t x, size_t y)
{
    bool dark = x < code->columns && y < code->rows && code->dark[y * code->columns + x] != 0;
    return dark == look->inverse;
}

size_t draw_columns(const struct code *code, const struct draw_look *look)
{
    if (code->bars)
        return look->ascii ? code->columns : (code->columns + 1) / 2;
    return look->ascii ? code->columns * 2 : code->columns;
}

/* One character for two modules: beside each other in bars, else one above the other. */
static void add_half(struct buf *out, bool bars, bool first, bool second)
{
    static const char *const beside[] = {" ", "\xE2\x96\x90", "\xE2\x96\x8C", "\xE2\x96\x88"},
                             *const above[] = {" ", "\xE2\x96\x84", "\xE2\x96\x80", "\xE2\x96\x88"};
    buf_adds(out, (bars ? beside : above)[first * 2 + second]);
}

static void add_line(const struct code *code, const struct draw_look *look, size_t y, struct buf *out)
{
    if (look->colours)
        buf_adds(out, look->inverse ? "\033[30;47m" : "\033[37;40m");
    for (size_t x = 0; x < code->columns; x++) {
        bool light = is_light(code, look, x, y);
        if (look->ascii)
            buf_adds(out, code->bars ? (light ? "#" : " ") : light ? "##" : "  ");
        else if (!code->bars)
            add_half(out, false, light, is_light(code, look, x, y + 1));
        else if (x % 2 == 0)
            add_half(out, true, light, is_light(code, look, x + 1, y));
    }
    buf_adds(out, look->colours ? "\033[0m\n" : "\n");
}

void draw_lines(const struct code *code, const struct draw_look *look, struct buf *out)
{
    if (code->bars)
        for (int i = 0; i < BAR_LINES; i++)
            add_line(code, look, 0, out);
    else
        for (size_t y = 0; y < code->rows; y += look->ascii ? 1 : 2)
            add_line(code, look, y, out);
}

static void add_xml(struct buf *out, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strchr("<>&\"'", text[i]) != NULL)
            buf_addf(out, "&#%d;", text[i]);
        else
            buf_addc(out, text[i]);
}

static void add_runs(const struct code *code, struct buf *out)
{
    size_t high = code->bars ? BAR_UNITS : 1;
    for (size_t y = 0; y < code->rows; y++)
        for (size_t x = 0; x < code->columns; x++) {
            size_t n = 0;
            while (x + n < code->columns && code->dark[y * code->columns + x + n] != 0)
                n++;
            if (n > 0)
                buf_addf(out, "M%zu %zuh%zuv%zuh-%zuz", x, y + (code->bars ? CAPTION_UNITS / 2 : 0), n, high, n);
            x += n;
        }
}

void draw_svg(const struct code *code, const char *caption, struct buf *out)
{
    struct buf safe = {0};
    size_t width = code->columns, height = (code->bars ? BAR_UNITS + CAPTION_UNITS / 2 : code->rows) + CAPTION_UNITS;
    size_t wide = code->bars ? width / 2 : width, high = code->bars ? height / 2 : height;
    text_safe(&safe, caption, strlen(caption), 0);
    size_t n = text_fit(buf_text(&safe), safe.len, width * 5 / (FONT_UNITS * 3), NULL); /* a letter is 0.6 of its height wide */
    buf_addf(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%zumm\" height=\"%zumm\" viewBox=\"0 0 %zu %zu\">\n"
             "<rect width=\"%zu\" height=\"%zu\" fill=\"#fff\"/>\n<path fill=\"#000\" shape-rendering=\"crispEdges\" d=\"",
             wide, high, width, height, width, height);
    add_runs(code, out);
    buf_addf(out, "\"/>\n<text x=\"%zu\" y=\"%zu\" font-size=\"%d\" font-family=\"monospace\" text-anchor=\"middle\">", width / 2,
             height - 2, FONT_UNITS);
    add_xml(out, buf_text(&safe), n);
    buf_adds(out, "</text>\n</svg>\n");
    buf_free(&safe);
}
