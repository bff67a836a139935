#include "core/base/sheet.h"

#include "core/base/clock.h"
#include "core/base/csv.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- filling ---- */

struct sheet *sheet_open(struct arena *a, const char *key, const char *title, const struct sheet_column *columns, size_t count)
{
    struct sheet *s = arena_alloc(a, sizeof *s);
    if (s != NULL)
        *s = (struct sheet){.key = key, .title = title, .columns = columns, .column_count = count, .arena = a};
    return s;
}

static struct sheet_cell *next(struct sheet *s)
{
    static struct sheet_cell nowhere;
    if (s == NULL)
        return &nowhere;
    if (s->used == s->cap) {
        size_t cap = s->cap == 0 ? 16 * s->column_count : 2 * s->cap;
        struct sheet_cell *grown = arena_array(s->arena, cap, sizeof *grown);
        if (grown == NULL) {
            s->failed = true;
            return &nowhere;
        }
        if (s->used > 0)
            memcpy(grown, s->cells, s->used * sizeof *grown);
        s->cells = grown;
        s->cap = cap;
    }
    return &s->cells[s->used++];
}

void sheet_none(struct sheet *s)
{
    next(s)->there = false;
}

void sheet_text(struct sheet *s, const char *text)
{
    struct sheet_cell *c = next(s);
    if (s == NULL || text == NULL || text[0] == '\0')
        return;
    c->text = arena_strdup(s->arena, text);
    c->there = c->text != NULL;
    s->failed = s->failed || c->text == NULL;
}

static bool is_time(enum sheet_kind kind)
{
    return kind == SHEET_DAY || kind == SHEET_MOMENT || kind == SHEET_AGE;
}

void sheet_number(struct sheet *s, int64_t n)
{
    struct sheet_cell *c = next(s);
    c->n = n;
    c->there = s != NULL && (n != 0 || !is_time(s->columns[(s->used - 1) % s->column_count].kind));
}

void sheet_score(struct sheet *s, double score)
{
    struct sheet_cell *c = next(s);
    c->there = score >= 0;
    c->n = c->there ? (int64_t)(score + 1e-6) : 0;
}

void sheet_of(struct sheet *s, int64_t n, int64_t of)
{
    struct sheet_cell *c = next(s);
    c->n = n;
    c->of = of;
    c->there = of > 0;
}

void sheet_trend(struct sheet *s, const double *scores, size_t count)
{
    struct sheet_cell *c = next(s);
    double *kept = s != NULL ? arena_array(s->arena, count, sizeof *kept) : NULL;
    if (kept == NULL) {
        if (s != NULL)
            s->failed = true;
        return;
    }
    if (count > 0)
        memcpy(kept, scores, count * sizeof *kept);
    c->trend = kept;
    c->trend_count = count;
    c->there = count > 0;
}

void report_add(struct report *r, const struct sheet *s)
{
    if (s == NULL || s->failed || r->count == REPORT_SHEETS)
        r->failed = true;
    else
        r->sheets[r->count++] = s;
}

/* ---- in words ---- */

static void say_age(int64_t ms, struct buf *out)
{
    enum { MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
    if (ms < MINUTE)
        buf_adds(out, "now");
    else if (ms < 2 * HOUR)
        buf_addf(out, "%" PRId64 " min", ms / MINUTE);
    else if (ms < (int64_t)2 * DAY)
        buf_addf(out, "%" PRId64 " h", ms / HOUR);
    else
        buf_addf(out, "%" PRId64 " d", ms / DAY);
}

static void say_duration(int64_t ms, struct buf *out)
{
    int64_t s = (ms + 500) / 1000;
    if (s < 100)
        buf_addf(out, "%" PRId64 " s", s);
    else
        buf_addf(out, "%" PRId64 " min %02" PRId64 " s", s / 60, s % 60);
}

/* The newest that fit into a column; where there are no blocks, numbers. */
static void say_trend(const struct sheet_cell *cell, bool ascii, struct buf *out)
{
    static const char *const blocks[] = {"\xE2\x96\x81", "\xE2\x96\x82", "\xE2\x96\x83", "\xE2\x96\x84",
                                         "\xE2\x96\x85", "\xE2\x96\x86", "\xE2\x96\x87", "\xE2\x96\x88"};
    size_t most = ascii ? 4 : 12, from = cell->trend_count > most ? cell->trend_count - most : 0;
    for (size_t i = from; i < cell->trend_count; i++) {
        double score = cell->trend[i] < 0 ? 0 : cell->trend[i] > 100 ? 100 : cell->trend[i];
        if (ascii)
            buf_addf(out, "%s%ld", i > from ? " " : "", (long)(score + 1e-6));
        else
            buf_adds(out, blocks[(size_t)(score * 7 / 100 + 0.5)]);
    }
}

static void say_time(const struct sheet_column *c, int64_t ms, struct buf *out)
{
    char text[40];
    if (c->kind == SHEET_DAY)
        clock_format_day(ms, text, sizeof text);
    else {
        clock_format(ms, clock_offset_minutes(ms), text, sizeof text);
        text[10] = ' ';
        text[16] = '\0';
    }
    buf_adds(out, text);
}

void sheet_say(const struct sheet_column *c, const struct sheet_cell *cell, int64_t now_ms, bool ascii, struct buf *out)
{
    if (!cell->there)
        return;
    switch (c->kind) {
    case SHEET_TEXT:
        buf_adds(out, cell->text);
        break;
    case SHEET_COUNT:
    case SHEET_SCORE:
        buf_addf(out, "%" PRId64, cell->n);
        break;
    case SHEET_OF:
        buf_addf(out, "%" PRId64 " of %" PRId64, cell->n, cell->of);
        break;
    case SHEET_GAIN:
        buf_addf(out, cell->n == 0 ? "0" : "%+" PRId64, cell->n);
        break;
    case SHEET_YES:
        buf_adds(out, cell->n != 0 ? "yes" : "no");
        break;
    case SHEET_DAY:
    case SHEET_MOMENT:
        say_time(c, cell->n, out);
        break;
    case SHEET_AGE:
        say_age(now_ms - cell->n, out);
        break;
    case SHEET_DURATION:
        say_duration(cell->n, out);
        break;
    case SHEET_TREND:
        say_trend(cell, ascii, out);
        break;
    }
}

/* ---- CSV ---- */

static void whole_time(enum sheet_kind kind, int64_t ms, char out[40])
{
    if (kind == SHEET_DAY)
        clock_format_day(ms, out, 40);
    else
        clock_format(ms, clock_offset_minutes(ms), out, 40);
}

static void csv_trend(const struct sheet_cell *cell, struct buf *out)
{
    struct buf text = {0};
    for (size_t i = 0; i < cell->trend_count; i++)
        buf_addf(&text, "%s%ld", i > 0 ? " " : "", (long)(cell->trend[i] + 1e-6));
    csv_cell(out, buf_text(&text));
    out->failed |= !buf_ok(&text);
    buf_free(&text);
}

static void csv_value(const struct sheet_column *c, const struct sheet_cell *cell, struct buf *out)
{
    char time[40];
    if (!cell->there)
        csv_cell(out, "");
    else if (c->kind == SHEET_TEXT)
        csv_cell(out, cell->text);
    else if (c->kind == SHEET_YES)
        csv_cell(out, cell->n != 0 ? "yes" : "no");
    else if (c->kind == SHEET_TREND)
        csv_trend(cell, out);
    else if (is_time(c->kind)) {
        whole_time(c->kind, cell->n, time);
        csv_cell(out, time);
    } else
        csv_number(out, cell->n);
    if (c->kind != SHEET_OF)
        return;
    if (cell->there)
        csv_number(out, cell->of);
    else
        csv_cell(out, "");
}

static void write_csv(const struct sheet *s, struct buf *out)
{
    for (size_t k = 0; k < s->column_count; k++) {
        char of[64];
        if (s->columns[k].brief)
            continue;
        csv_cell(out, s->columns[k].key);
        snprintf(of, sizeof of, "%s_of", s->columns[k].key);
        if (s->columns[k].kind == SHEET_OF)
            csv_cell(out, of);
    }
    csv_end(out);
    for (size_t i = 0; i < s->used; i++) {
        if (!s->columns[i % s->column_count].brief)
            csv_value(&s->columns[i % s->column_count], &s->cells[i], out);
        if ((i + 1) % s->column_count == 0)
            csv_end(out);
    }
}

/* ---- JSON ---- */

static void json_value(const struct sheet_column *c, const struct sheet_cell *cell, struct json *j)
{
    char text[64];
    if (!cell->there)
        json_null(j, c->key);
    else if (c->kind == SHEET_TEXT)
        json_string(j, c->key, cell->text);
    else if (c->kind == SHEET_YES)
        json_bool(j, c->key, cell->n != 0);
    else if (is_time(c->kind)) {
        whole_time(c->kind, cell->n, text);
        json_string(j, c->key, text);
    } else if (c->kind == SHEET_TREND) {
        json_open_array(j, c->key);
        for (size_t i = 0; i < cell->trend_count; i++)
            json_double(j, NULL, cell->trend[i]);
        json_close_array(j);
    } else
        json_int(j, c->key, cell->n);
    if (c->kind != SHEET_OF)
        return;
    snprintf(text, sizeof text, "%s_of", c->key);
    if (cell->there)
        json_int(j, text, cell->of);
    else
        json_null(j, text);
}

static void write_json(const struct report *r, const struct sheet *const *sheets, size_t count, struct buf *out)
{
    char at[40];
    struct json j = {.out = out};
    clock_format(r->at_ms, clock_offset_minutes(r->at_ms), at, sizeof at);
    json_open_object(&j, NULL);
    json_string(&j, "report", r->kind);
    json_string(&j, "of", r->of);
    json_string(&j, "title", r->title);
    json_string(&j, "source", r->source);
    json_string(&j, "at", at);
    for (size_t s = 0; s < count; s++) {
        const struct sheet *sheet = sheets[s];
        json_open_array(&j, sheet->key);
        for (size_t i = 0; i < sheet->used; i++) {
            if (i % sheet->column_count == 0)
                json_open_object(&j, NULL);
            if (!sheet->columns[i % sheet->column_count].brief)
                json_value(&sheet->columns[i % sheet->column_count], &sheet->cells[i], &j);
            if ((i + 1) % sheet->column_count == 0)
                json_close_object(&j);
        }
        json_close_array(&j);
    }
    json_close_object(&j);
}

/* ---- on a terminal ---- */

enum { BAR = 8 };

/* Told by its length, and by the number that stands beside it. */
static void add_bar(const struct sheet_column *c, const struct sheet_cell *cell, bool ascii, struct buf *out)
{
    int64_t of = c->kind == SHEET_OF ? cell->of : 100;
    int64_t full = cell->there && of > 0 ? (2 * BAR * cell->n + of) / (2 * of) : 0;
    if (cell->there && full == 0 && cell->n > 0)
        full = 1;
    for (int64_t i = 0; i < BAR; i++)
        buf_adds(out, !cell->there ? " " : i < full ? ascii ? "#" : "\xE2\x96\x88" : ascii ? "." : "\xE2\x96\x91");
    buf_addc(out, ' ');
}

static bool to_the_right(enum sheet_kind kind)
{
    return kind == SHEET_COUNT || kind == SHEET_GAIN || kind == SHEET_AGE || kind == SHEET_DURATION || kind == SHEET_SCORE;
}

static void table_cell(const struct report *r, const struct sheet_column *c, const struct sheet_cell *cell,
                       const struct report_look *look, struct table *t)
{
    struct buf text = {0}, number = {0};
    bool bar = look->bars && c->bar;
    if (bar)
        add_bar(c, cell, look->ascii, &text);
    sheet_say(c, cell, r->at_ms, look->ascii, &number);
    if (c->most > 0 && buf_ok(&number))
        number.len = text_fit(buf_text(&number), number.len, c->most, NULL);
    if (bar && c->kind == SHEET_SCORE && number.len < 3)
        buf_addn(&text, ' ', 3 - number.len);
    buf_add(&text, buf_text(&number), number.len);
    table_add(t, buf_text(&text));
    buf_free(&text);
    buf_free(&number);
}

static bool write_table(const struct report *r, const struct sheet *s, const struct report_look *look, struct buf *out,
                        struct error *err)
{
    struct table_column shown[TABLE_COLUMNS];
    size_t n = 0;
    for (size_t k = 0; k < s->column_count && n < TABLE_COLUMNS; k++)
        if (!s->columns[k].detail)
            shown[n++] = (struct table_column){s->columns[k].name,
                                               to_the_right(s->columns[k].kind) && !(look->bars && s->columns[k].bar),
                                               s->columns[k].shrink};
    struct table *t = table_open(shown, n);
    for (size_t i = 0; t != NULL && i < s->used; i++)
        if (!s->columns[i % s->column_count].detail)
            table_cell(r, &s->columns[i % s->column_count], &s->cells[i], look, t);
    bool ok = t != NULL ? table_write(t, look->columns, out, err) : error_memory(err);
    table_close(t);
    return ok;
}

/* A row as a sentence: what somebody hears who can't see columns. */
static void write_lines(const struct report *r, const struct sheet *s, struct buf *out)
{
    for (size_t i = 0; i < s->used; i++) {
        const struct sheet_column *c = &s->columns[i % s->column_count];
        struct buf said = {0};
        bool first = i % s->column_count == 0, last = (i + 1) % s->column_count == 0;
        if (s->cells[i].there && !c->detail) {
            sheet_say(c, &s->cells[i], r->at_ms, true, &said);
            buf_adds(out, first ? "" : out->len > 0 && out->data[out->len - 1] == '\n' ? "" : "; ");
            if (!first || c->kind != SHEET_TEXT)
                buf_addf(out, "%s ", c->name);
            text_safe(out, buf_text(&said), said.len, 0);
        }
        buf_adds(out, last ? "\n" : "");
        buf_free(&said);
    }
}

static bool write_text(const struct report *r, const struct sheet *const *sheets, size_t count, bool lines,
                       const struct report_look *look, struct buf *out, struct error *err)
{
    text_safe(out, r->title, strlen(r->title), 0);
    if (r->source[0] != '\0')
        buf_adds(out, ". ");
    text_safe(out, r->source, strlen(r->source), 0);
    buf_adds(out, "\n");
    for (size_t i = 0; i < count; i++) {
        size_t s = report_turn(r, i, count);
        if (sheet_rows(sheets[s]) == 0 && s > 0)
            continue;
        buf_addf(out, "\n%s\n", sheets[s]->title);
        if (sheet_rows(sheets[s]) == 0)
            buf_addf(out, "%s\n", r->empty);
        else if (lines)
            write_lines(r, sheets[s], out);
        else if (!write_table(r, sheets[s], look, out, err))
            return false;
    }
    if (r->notes[0] != '\0' && sheet_rows(sheets[0]) > 0)
        buf_addf(out, "\n%s\n", r->notes);
    return true;
}

/* ---- all ---- */

static bool pick(const struct report *r, enum report_form form, const char *part, const struct sheet *const **sheets,
                 size_t *count, struct error *err)
{
    *sheets = r->sheets;
    *count = form == REPORT_CSV ? 1 : r->count;
    if (part == NULL)
        return true;
    *count = 1;
    for (size_t i = 0; i < r->count; i++) {
        *sheets = &r->sheets[i];
        if (strcmp(r->sheets[i]->key, part) == 0)
            return true;
    }
    struct buf has = {0};
    for (size_t i = 0; i < r->count; i++)
        buf_addf(&has, "%s%s", i > 0 ? ", " : "it has: ", r->sheets[i]->key);
    error_set(err, EX_USAGE, "this report has no such part", part, NULL, buf_text(&has));
    buf_free(&has);
    return false;
}

bool report_write(const struct report *r, enum report_form form, const char *part, const struct report_look *look,
                  struct buf *out, struct error *err)
{
    const struct sheet *const *sheets;
    size_t count;
    if (r->failed || r->count == 0)
        return error_memory(err);
    if (!pick(r, form, part, &sheets, &count, err))
        return false;
    if (form == REPORT_CSV)
        write_csv(sheets[0], out);
    else if (form == REPORT_JSON)
        write_json(r, sheets, count, out);
    else if (form == REPORT_HTML)
        sheet_html(r, sheets, count, out);
    else
        return write_text(r, sheets, count, form == REPORT_PLAIN, look, out, err);
    return true;
}

enum report_form report_form_of(const struct args *args)
{
    return args_flag(args, "json")    ? REPORT_JSON
           : args_flag(args, "csv")   ? REPORT_CSV
           : args_flag(args, "html")  ? REPORT_HTML
           : args_flag(args, "plain") ? REPORT_PLAIN
                                      : REPORT_TABLE;
}

bool report_print(const struct report *r, enum report_form form, const char *part, struct error *err)
{
    const struct report_look look = {.columns = output_is_terminal() ? output_columns() : 0,
                                     .ascii = !output_is_utf8(),
                                     .bars = output_is_terminal()};
    struct buf out = {0};
    if (!report_write(r, form, part, &look, &out, err)) {
        buf_free(&out);
        return false;
    }
    if (form == REPORT_JSON)
        output_end_json(&out);
    return output_buf(&out, form != REPORT_CSV && form != REPORT_HTML, err);
}
