#include "core/base/csv_read.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/base/text.h"
#include "tui/cli/learner.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

enum { MOST_BYTES = 16 << 20, COLUMNS = 5, ABSENT = -1 };

static const char *const column_names[COLUMNS] = {"name", "badge", "roles", "rights", "account"};

struct import {
    struct app *app;
    const char *file;
    struct csv csv;
    int columns[COLUMNS]; /* where each stands; ABSENT */
    struct learner_row *rows;
    size_t count;
    size_t wrong; /* lines that were told of */
};

static const char *where(struct import *m, size_t row)
{
    return arena_printf(m->app->arena, "%s:%zu", m->file, m->csv.rows[row].line);
}

/* The first line. What else stands in a list is no business of ours. */
static bool read_header(struct import *m, struct error *err)
{
    for (int k = 0; k < COLUMNS; k++) {
        m->columns[k] = ABSENT;
        for (size_t i = 0; m->csv.count > 0 && i < m->csv.rows[0].count; i++)
            if (m->columns[k] == ABSENT && strcasecmp(m->csv.rows[0].fields[i], column_names[k]) == 0)
                m->columns[k] = (int)i;
    }
    return m->columns[0] != ABSENT ||
           error_set(err, EX_DATAERR, "cannot take the list", m->file, "no column is called name",
                     "its first line names the columns: name,badge,roles,rights,account");
}

static const char *field(const struct import *m, size_t row, int column)
{
    const struct csv_row *r = &m->csv.rows[row];
    int at = m->columns[column];
    return at != ABSENT && (size_t)at < r->count ? r->fields[at] : "";
}

/* In a field, semicolons and bars part as well as commas. */
static bool split(struct import *m, const char *text, struct strings *list, struct error *err)
{
    char *copy = arena_strdup(m->app->arena, text);
    for (char *c = copy; c != NULL && *c != '\0'; c++)
        if (*c == ';' || *c == '|')
            *c = ',';
    return (copy != NULL && strings_split(m->app->arena, copy, list)) || error_memory(err);
}

static bool read_row(struct import *m, size_t at, struct learner_row *row, struct error *err)
{
    const char *rights = field(m, at, 3), *roles = field(m, at, 2);
    struct strings words;
    *row = (struct learner_row){.name = learner_name_fits(m->app->arena, field(m, at, 0), err), .badge = field(m, at, 1), .account = field(m, at, 4)};
    return row->name != NULL && (roles[0] == '\0' || split(m, roles, &row->roles, err)) &&
           (rights[0] == '\0' || (split(m, rights, &words, err) && rights_parse(words, &row->rights, err)));
}

static void tell(struct import *m, size_t row, struct error *err)
{
    const char *line = where(m, row);
    if (err->where[0] == '\0' && line != NULL)
        snprintf(err->where, sizeof err->where, "%s", line);
    else if (line != NULL)
        error_add(err, line);
    error_print(err, "crib", stderr);
    m->wrong++;
}

static bool read_list(struct import *m, struct error *err)
{
    struct buf text = {0};
    bool ok = file_read(m->file, MOST_BYTES, &text, err) &&
              csv_read(m->app->arena, m->file, buf_text(&text), text.len, &m->csv, err) && read_header(m, err);
    buf_free(&text);
    if (!ok)
        return false;
    m->count = m->csv.count - 1;
    m->rows = arena_array(m->app->arena, m->count, sizeof *m->rows);
    if (m->rows == NULL)
        return error_memory(err);
    for (size_t i = 0; i < m->count; i++) {
        struct error why = {0};
        if (!read_row(m, i + 1, &m->rows[i], &why))
            tell(m, i + 1, &why);
    }
    return true;
}

static bool refused(const struct import *m, struct error *err)
{
    char why[80];
    snprintf(why, sizeof why, "%zu line%s can't be taken", m->wrong, m->wrong == 1 ? "" : "s");
    return error_set(err, EX_DATAERR, "nothing was changed", NULL, why, NULL);
}

static bool print(const struct learner_taken *taken, bool json, bool dry, struct error *err)
{
    struct buf out = {0};
    if (json) {
        struct json j = {.out = &out};
        json_open_object(&j, NULL);
        json_int(&j, "added", (int64_t)taken->added);
        json_int(&j, "changed", (int64_t)taken->changed);
        json_int(&j, "same", (int64_t)taken->same);
        json_close_object(&j);
        output_end_json(&out);
    } else {
        buf_addf(&out, "%s%zu added, %zu changed, %zu as before\n", dry ? "would be: " : "", taken->added, taken->changed,
                 taken->same);
    }
    return output_buf(&out, false, err);
}

bool learner_import(struct app *app, const char *file, const struct args *args, struct error *err)
{
    struct import m = {.app = app, .file = file};
    struct learner_taken taken;
    size_t bad;
    int64_t by;
    bool dry = args_flag(args, "dry-run");
    if (!read_list(&m, err))
        return false;
    if (m.wrong > 0)
        return refused(&m, err);
    struct record *record = learner_manager(app, RIGHT_ADMINISTRATOR, &by, err);
    if (record == NULL)
        return false;
    if (!learner_take(record, m.rows, m.count, by, dry, &taken, &bad, err)) {
        if (bad == m.count)
            return false;
        tell(&m, bad + 1, err);
        return refused(&m, err);
    }
    return print(&taken, args_flag(args, "json"), dry, err);
}
