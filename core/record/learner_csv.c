#include "core/record/learner_csv.h"

#include "core/base/csv_read.h"
#include "core/base/file.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

enum { MOST_BYTES = 16 << 20, ABSENT = -1 };
enum column { NAME, BADGE, ROLES, RIGHTS, ACCOUNT, COLUMNS };

static const char *const column_names[COLUMNS] = {"name", "badge", "roles", "rights", "account"};

struct reading {
    struct arena *arena;
    const char *file;
    struct csv csv;
    int columns[COLUMNS]; /* where each stands; ABSENT */
};

static bool read_header(struct reading *m, struct error *err)
{
    for (int k = 0; k < COLUMNS; k++) {
        m->columns[k] = ABSENT;
        for (size_t i = 0; m->csv.count > 0 && i < m->csv.rows[0].count; i++)
            if (m->columns[k] == ABSENT && strcasecmp(m->csv.rows[0].fields[i], column_names[k]) == 0)
                m->columns[k] = (int)i;
    }
    return m->columns[NAME] != ABSENT ||
           error_set(err, EX_DATAERR, "cannot take the list", m->file, "no column is called name",
                     "its first line names the columns: name,badge,roles,rights,account");
}

static const char *field(const struct reading *m, const struct csv_row *row, enum column column)
{
    int at = m->columns[column];
    return at != ABSENT && (size_t)at < row->count ? row->fields[at] : "";
}

static bool split(struct arena *a, const char *text, struct strings *list, struct error *err)
{
    char *copy = arena_strdup(a, text);
    for (char *c = copy; c != NULL && *c != '\0'; c++)
        if (*c == ';' || *c == '|')
            *c = ',';
    return (copy != NULL && strings_split(a, copy, list)) || error_memory(err);
}

static bool read_row(const struct reading *m, const struct csv_row *line, struct learner_row *row, struct error *err)
{
    const char *rights = field(m, line, RIGHTS), *roles = field(m, line, ROLES);
    struct str account = str_trim(str_of(field(m, line, ACCOUNT)));
    struct strings words;
    *row = (struct learner_row){.badge = field(m, line, BADGE), .account = arena_copy(m->arena, account.p, account.n)};
    row->name = learner_name_fits(m->arena, field(m, line, NAME), err);
    return row->name != NULL && (row->account != NULL || error_memory(err)) &&
           (roles[0] == '\0' || split(m->arena, roles, &row->roles, err)) &&
           (rights[0] == '\0' || (split(m->arena, rights, &words, err) && rights_parse(words, &row->rights, err)));
}

void learner_csv_tell(struct arena *a, struct learner_csv *list, size_t row, struct error *err)
{
    const char *line = arena_printf(a, "%s:%zu", list->file, list->lines[row]);
    if (err->where[0] == '\0' && line != NULL)
        snprintf(err->where, sizeof err->where, "%s", line);
    else if (line != NULL)
        error_add(err, line);
    error_print(err, "crib", stderr);
    list->wrong++;
}

static bool read_file(struct reading *m, struct error *err)
{
    struct buf text = {0};
    bool ok = file_read(m->file, MOST_BYTES, &text, err) &&
              csv_read(m->arena, m->file, buf_text(&text), text.len, &m->csv, err) && read_header(m, err);
    buf_free(&text);
    return ok;
}

bool learner_csv_read(struct arena *a, const char *file, struct learner_csv *list, struct error *err)
{
    struct reading m = {.arena = a, .file = file};
    *list = (struct learner_csv){.file = file};
    if (!read_file(&m, err))
        return false;
    size_t count = m.csv.count - 1, *lines = arena_array(a, count, sizeof *lines);
    list->rows = arena_array(a, count, sizeof *list->rows);
    if (list->rows == NULL || lines == NULL)
        return error_memory(err);
    list->lines = lines;
    list->count = count;
    for (size_t i = 0; i < count; i++) {
        struct error why = {0};
        lines[i] = m.csv.rows[i + 1].line;
        if (!read_row(&m, &m.csv.rows[i + 1], &list->rows[i], &why))
            learner_csv_tell(a, list, i, &why);
    }
    return true;
}

bool learner_csv_refused(const struct learner_csv *list, struct error *err)
{
    char why[80];
    snprintf(why, sizeof why, "%zu line%s can't be taken", list->wrong, list->wrong == 1 ? "" : "s");
    return error_set(err, EX_DATAERR, "nothing was changed", NULL, why, "mend that in the list and take it again");
}
