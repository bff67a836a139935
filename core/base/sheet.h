/* sheet: the rows of a report, once, and what shows them: a screen, a spreadsheet (CSV), a program (JSON), a browser (HTML).
 *
 *     struct sheet *people = sheet_open(arena, "people", "Who", columns, count);
 *     sheet_text(people, "Kim"); sheet_of(people, 2, 3); sheet_number(people, 80); ...     cell by cell, row by row
 *     report_add(&report, people);
 *     report_print(&report, REPORT_CSV, NULL, err);
 *
 * What a column is decides how each form shows it; none of the forms knows what a report is about. A sheet lives in its
 * arena. Whatever a cell's text holds, each form makes it harmless. */
#ifndef CRIB_BASE_SHEET_H
#define CRIB_BASE_SHEET_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/command.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sheet_kind {
    SHEET_TEXT,
    SHEET_COUNT,    /* a number */
    SHEET_OF,       /* so many of so many; in CSV and JSON two columns, KEY and KEY_of */
    SHEET_SCORE,    /* 0 to 100 */
    SHEET_GAIN,     /* a difference, with its sign */
    SHEET_YES,      /* yes or no */
    SHEET_DAY,      /* ms since 1970: the local day */
    SHEET_MOMENT,   /* ms since 1970: to the minute */
    SHEET_AGE,      /* ms since 1970: how long ago on a screen, else the moment */
    SHEET_DURATION, /* ms */
    SHEET_TREND,    /* scores in their order: a sparkline on a screen */
};

struct sheet_column {
    const char *key;  /* of CSV and JSON */
    const char *name; /* the heading for people */
    enum sheet_kind kind;
    bool bar;    /* a bar beside the number, where there is room (OF, SCORE) */
    bool plot;   /* a series of the sheet's plot in HTML (SCORE) */
    bool shrink; /* may be cut on a narrow terminal */
    size_t most; /* on a terminal, at most so many columns of a text; 0: all */
    bool detail; /* CSV, JSON and HTML alone */
    bool brief;  /* on a terminal alone: what others say, shorter */
};

enum { SHEET_COLUMNS = 20 };

struct sheet_cell {
    bool there;
    int64_t n, of;
    const char *text;
    const double *trend;
    size_t trend_count;
};

struct sheet {
    const char *key;   /* of JSON, and of --part */
    const char *title; /* for people */
    const struct sheet_column *columns; /* borrowed */
    size_t column_count;
    struct sheet_cell *cells; /* used / column_count rows */
    size_t used, cap;
    struct arena *arena;
    bool failed; /* memory was out */
};

/* NULL when memory is out. */
struct sheet *sheet_open(struct arena *a, const char *key, const char *title, const struct sheet_column *columns, size_t count);

/* The next cell. NULL is allowed for the sheet: then nothing happens, and report_print says so. */
void sheet_none(struct sheet *s);                    /* nothing is known */
void sheet_text(struct sheet *s, const char *text);  /* copied; NULL and "" are none */
void sheet_number(struct sheet *s, int64_t n);       /* COUNT, GAIN, YES, DURATION; times where they are not 0 */
void sheet_score(struct sheet *s, double score);     /* cut to a whole number, as a quiz says its own; below 0 is none */
void sheet_of(struct sheet *s, int64_t n, int64_t of); /* of 0 is none */
void sheet_trend(struct sheet *s, const double *scores, size_t count); /* copied */

static inline size_t sheet_rows(const struct sheet *s)
{
    return s->used / s->column_count;
}

enum { REPORT_SHEETS = 6 };

struct report {
    const char *kind;    /* "programme": what JSON calls it */
    const char *of;      /* the address, name or "" that it is about */
    const char *title;   /* for people */
    const char *source;  /* where it was looked: "this device" */
    const char *notes;   /* how its numbers are meant: a line each */
    const char *empty;   /* said where the first sheet has no row */
    int64_t at_ms;       /* when; ages are told from here */
    const struct sheet *sheets[REPORT_SHEETS];
    size_t count;
    bool sums_first;     /* people read the last sheet first: it sums up the rows of those before it, which may be many */
    bool failed;
};

/* The one that people read so manieth of count sheets, from 0. */
static inline size_t report_turn(const struct report *r, size_t i, size_t count)
{
    return r->sums_first ? count - 1 - i : i;
}

/* NULL: memory was out. */
void report_add(struct report *r, const struct sheet *s);

enum report_form { REPORT_TABLE, REPORT_PLAIN, REPORT_CSV, REPORT_JSON, REPORT_HTML };

/* What --json, --csv, --html or --plain ask for, the first of them. */
enum report_form report_form_of(const struct args *args);

/* Prints it to standard output. part: this sheet alone (EX_USAGE where it has no such one); NULL: all, and in CSV, which is one
 * table, the first. */
bool report_print(const struct report *r, enum report_form form, const char *part, struct error *err);

/* The same into out, with the default columns of a terminal: for report_print and tests. ascii: no character beyond ASCII;
 * bars: draw them. */
struct report_look {
    size_t columns;
    bool ascii, bars;
};
bool report_write(const struct report *r, enum report_form form, const char *part, const struct report_look *look,
                  struct buf *out, struct error *err);

/* ---- internal to sheet*.c ---- */

/* What a cell says to people, without bar. */
void sheet_say(const struct sheet_column *c, const struct sheet_cell *cell, int64_t now_ms, bool ascii, struct buf *out);
void sheet_html(const struct report *r, const struct sheet *const *sheets, size_t count, struct buf *out);

#endif
