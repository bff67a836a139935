/* A report as one HTML file that needs nothing else: no script, no picture, no address. Its plot is SVG, whose every value
 * stands in the table below it, too. */
#include "core/base/clock.h"
#include "core/base/html.h"
#include "core/base/sheet.h"
#include "core/base/text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const char style[] =
    ":root{color-scheme:light dark;--ink:#1a1a1a;--soft:#595959;--line:#8c8c8c;--one:#0b5cad;--two:#9a4100;--three:#1d6b2f;"
    "--paper:#fff}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#eee;--soft:#b5b5b5;--line:#777;--one:#7db8ff;--two:#ffb27a;"
    "--three:#8ad99b;--paper:#161616}}\n"
    "body{font:1rem/1.4 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:70rem;margin:1.5rem auto;"
    "padding:0 1rem}\n"
    "table{border-collapse:collapse;margin:1.5rem 0}caption{text-align:left;font-weight:bold;font-size:1.15rem}\n"
    "th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}\n"
    "td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.wide{overflow-x:auto}.soft{color:var(--soft)}\n"
    "figure{margin:1.5rem 0}figure svg{min-width:28rem}svg{max-width:100%;height:auto}svg text{fill:var(--ink);font-size:13px}\n"
    "svg .grid{stroke:var(--line);stroke-width:.5}svg .reach{stroke:var(--line);stroke-width:2}\n"
    ".s0{fill:none;stroke:var(--one);stroke-width:2.5}.s1{fill:var(--two)}.s2{fill:var(--three)}\n"
    ".trend{fill:none;stroke:var(--ink);stroke-width:1.5}\n";

/* ---- the plot: a row a line, its scores from 0 to 100 as marks of different shapes ---- */

enum { SERIES = 3, LABEL = 180, WIDTH = 500, ROW = 22, TOP = 46, RIGHT = 30 };

struct plot {
    const struct sheet *sheet;
    size_t series[SERIES]; /* columns */
    size_t count;
};

static struct plot plot_of(const struct sheet *s)
{
    struct plot p = {.sheet = s};
    for (size_t k = 0; k < s->column_count && p.count < SERIES; k++)
        if (s->columns[k].plot)
            p.series[p.count++] = k;
    return p;
}

static int64_t across(int64_t score)
{
    return LABEL + (score < 0 ? 0 : score > 100 ? 100 : score) * WIDTH / 100;
}

static void add_mark(struct buf *out, size_t series, int64_t x, int64_t y)
{
    if (series == 0)
        buf_addf(out, "<circle class=\"s0\" cx=\"%" PRId64 "\" cy=\"%" PRId64 "\" r=\"5\">", x, y);
    else if (series == 1)
        buf_addf(out, "<rect class=\"s1\" x=\"%" PRId64 "\" y=\"%" PRId64 "\" width=\"10\" height=\"10\">", x - 5, y - 5);
    else
        buf_addf(out, "<path class=\"s2\" d=\"M%" PRId64 " %" PRId64 "l7 7l-7 7l-7 -7z\">", x, y - 7);
}

static void end_mark(struct buf *out, size_t series)
{
    buf_adds(out, series == 0 ? "</circle>" : series == 1 ? "</rect>" : "</path>");
}

static void add_legend(const struct plot *p, struct buf *out)
{
    int64_t x = LABEL + 6;
    for (size_t i = 0; i < p->count; i++, x += WIDTH / SERIES) {
        add_mark(out, i, x, 12);
        end_mark(out, i);
        buf_addf(out, "<text x=\"%" PRId64 "\" y=\"17\">", x + 12);
        html_string(out, p->sheet->columns[p->series[i]].name);
        buf_adds(out, "</text>\n");
    }
}

static void add_grid(size_t rows, struct buf *out)
{
    for (int64_t score = 0; score <= 100; score += 20)
        buf_addf(out,
                 "<line class=\"grid\" x1=\"%" PRId64 "\" x2=\"%" PRId64 "\" y1=\"%d\" y2=\"%zu\"/><text x=\"%" PRId64
                 "\" y=\"%d\" text-anchor=\"middle\">%" PRId64 "</text>\n",
                 across(score), across(score), TOP - 6, TOP + rows * ROW, across(score), TOP - 10, score);
}

static void add_row(const struct plot *p, size_t row, struct buf *out)
{
    const struct sheet_cell *cells = &p->sheet->cells[row * p->sheet->column_count];
    int64_t y = TOP + (int64_t)row * ROW + ROW / 2, least = 101, most = -1;
    const char *label = cells[0].there ? cells[0].text : "";
    bool whole = text_width(label, strlen(label)) <= LABEL / 8;
    size_t shown = text_fit(label, strlen(label), whole ? LABEL / 8 : LABEL / 8 - 1, NULL);
    buf_addf(out, "<text x=\"%d\" y=\"%" PRId64 "\" text-anchor=\"end\">", LABEL - 12, y + 4);
    html_text(out, label, shown);
    buf_adds(out, whole ? "</text>" : "\xE2\x80\xA6</text>");
    for (size_t i = 0; i < p->count; i++)
        if (cells[p->series[i]].there) {
            int64_t n = cells[p->series[i]].n;
            least = n < least ? n : least;
            most = n > most ? n : most;
        }
    if (most > least)
        buf_addf(out, "<line class=\"reach\" x1=\"%" PRId64 "\" x2=\"%" PRId64 "\" y1=\"%" PRId64 "\" y2=\"%" PRId64 "\"/>",
                 across(least), across(most), y, y);
    for (size_t i = 0; i < p->count; i++) {
        const struct sheet_cell *cell = &cells[p->series[i]];
        if (!cell->there)
            continue;
        add_mark(out, i, across(cell->n), y);
        buf_adds(out, "<title>");
        html_string(out, label);
        buf_adds(out, ": ");
        html_string(out, p->sheet->columns[p->series[i]].name);
        buf_addf(out, " %" PRId64 "</title>", cell->n);
        end_mark(out, i);
    }
    buf_addc(out, '\n');
}

static bool has_score(const struct plot *p)
{
    for (size_t i = 0; i < p->sheet->used; i += p->sheet->column_count)
        for (size_t k = 0; k < p->count; k++)
            if (p->sheet->cells[i + p->series[k]].there)
                return true;
    return false;
}

static void add_plot(const struct sheet *s, size_t number, struct buf *out)
{
    const struct plot p = plot_of(s);
    size_t rows = sheet_rows(s);
    if (!has_score(&p))
        return;
    buf_addf(out,
             "<figure class=\"wide\" tabindex=\"0\">\n<svg role=\"img\" aria-labelledby=\"p%zut p%zud\" viewBox=\"0 0 %d %zu\" width=\"%d\" height=\"%zu\">\n"
             "<title id=\"p%zut\">",
             number, number, LABEL + WIDTH + RIGHT, TOP + rows * ROW + 8, LABEL + WIDTH + RIGHT, TOP + rows * ROW + 8, number);
    html_string(out, s->title);
    buf_addf(out, "</title>\n<desc id=\"p%zud\">Scores from 0 to 100, a line for each of %zu rows; the table below holds the same.</desc>\n",
             number, rows);
    add_legend(&p, out);
    add_grid(rows, out);
    for (size_t i = 0; i < rows; i++)
        add_row(&p, i, out);
    buf_adds(out, "</svg>\n</figure>\n");
}

/* ---- the tables ---- */

static void add_trend(const struct sheet_cell *cell, struct buf *out)
{
    for (size_t i = 0; i < cell->trend_count; i++)
        buf_addf(out, "%s%ld", i > 0 ? ", " : "", (long)(cell->trend[i] + 1e-6));
    if (cell->trend_count < 2)
        return;
    buf_addf(out, " <svg class=\"trend\" aria-hidden=\"true\" viewBox=\"0 -2 %zu 24\" width=\"%zu\" height=\"24\"><polyline points=\"",
             10 * cell->trend_count, 10 * cell->trend_count);
    for (size_t i = 0; i < cell->trend_count; i++)
        buf_addf(out, "%zu,%ld ", 10 * i + 5, 20 - lround(cell->trend[i] / 5));
    buf_adds(out, "\"/></svg>");
}

static void add_cell(const struct report *r, const struct sheet_column *c, const struct sheet_cell *cell, bool head,
                     struct buf *out)
{
    struct buf said = {0};
    bool right = c->kind != SHEET_TEXT && c->kind != SHEET_TREND && c->kind != SHEET_YES;
    buf_adds(out, head ? "<th scope=\"row\">" : right ? "<td class=\"n\">" : "<td>");
    if (c->kind == SHEET_TREND && cell->there)
        add_trend(cell, out);
    else {
        sheet_say(c, cell, r->at_ms, false, &said);
        html_text(out, buf_text(&said), said.len);
        out->failed |= !buf_ok(&said);
    }
    buf_adds(out, head ? "</th>" : "</td>");
    buf_free(&said);
}

/* A column that adds to others, and has nothing to add, would only be in the way. */
static bool is_shown(const struct sheet *s, size_t column)
{
    if (s->columns[column].brief || !s->columns[column].detail)
        return !s->columns[column].brief;
    for (size_t i = column; i < s->used; i += s->column_count)
        if (s->cells[i].there)
            return true;
    return false;
}

static void add_table(const struct report *r, const struct sheet *s, struct buf *out)
{
    buf_adds(out, "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"");
    html_string(out, s->title);
    buf_adds(out, "\">\n<table>\n<caption>");
    html_string(out, s->title);
    buf_adds(out, "</caption>\n<thead><tr>");
    bool shown[SHEET_COLUMNS] = {false};
    for (size_t k = 0; k < s->column_count && k < SHEET_COLUMNS; k++) {
        if (!(shown[k] = is_shown(s, k)))
            continue;
        buf_adds(out, "<th scope=\"col\">");
        html_string(out, s->columns[k].name);
        buf_adds(out, "</th>");
    }
    buf_adds(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < s->used; i++) {
        size_t k = i % s->column_count;
        buf_adds(out, k == 0 ? "<tr>" : "");
        if (k < SHEET_COLUMNS && shown[k])
            add_cell(r, &s->columns[k], &s->cells[i], k == 0, out);
        buf_adds(out, k + 1 == s->column_count ? "</tr>\n" : "");
    }
    buf_adds(out, "</tbody>\n</table>\n</div>\n");
}

void sheet_html(const struct report *r, const struct sheet *const *sheets, size_t count, struct buf *out)
{
    char at[40];
    clock_format(r->at_ms, clock_offset_minutes(r->at_ms), at, sizeof at);
    at[10] = ' ';
    at[16] = '\0';
    buf_adds(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>");
    html_string(out, r->title);
    buf_addf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n<h1>", style);
    html_string(out, r->title);
    buf_addf(out, "</h1>\n<p class=\"soft\">");
    html_string(out, r->source);
    buf_addf(out, "%s%s</p>\n", r->source[0] != '\0' ? ", " : "", at);
    if (count > 0 && sheet_rows(sheets[0]) == 0) {
        buf_adds(out, "<p>");
        html_string(out, r->empty);
        buf_adds(out, "</p>\n");
    }
    for (size_t i = 0; i < count; i++) {
        size_t s = report_turn(r, i, count);
        add_plot(sheets[s], s, out);
        if (sheet_rows(sheets[s]) > 0)
            add_table(r, sheets[s], out);
    }
    if (r->notes[0] != '\0') {
        buf_adds(out, "<p class=\"soft\">");
        html_string(out, r->notes);
        buf_adds(out, "</p>\n");
    }
    buf_adds(out, "</main>\n</body>\n</html>\n");
}
