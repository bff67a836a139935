#include "tui/screen/problems.h"

#include "core/base/clock.h"
#include "core/library/lint.h"
#include "tui/screen/menu.h"
#include "tui/screen/sources.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { PROBLEMS_SHOWN = 200 };

/* What lint finds, by file and line; NULL with err on failure. The caller closes it. */
static struct diags *find(const char *path, struct error *err)
{
    char today[16];
    struct lint_counts counts = {0};
    struct diags *diags = diags_open();
    if (diags == NULL) {
        error_memory(err);
        return NULL;
    }
    clock_format_day(clock_wall_ms(), today, sizeof today);
    if (path[0] == '\0' ? !error_set(err, EX_UNAVAILABLE, "cannot look for problems", NULL,
                                     "the source is not on this machine", "`crib preview DIR` where it is")
                        : !lint_path(path, today, diags, &counts, err)) {
        diags_close(diags);
        return NULL;
    }
    diags_sort(diags);
    return diags;
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

void problems_line(const char *path, const char *lister, struct buf *out, size_t *errors, size_t *count)
{
    struct error err;
    struct diags *diags = find(path, &err);
    *errors = *count = 0;
    if (diags == NULL)
        return;
    size_t warnings = diags_warnings(diags);
    *errors = diags_errors(diags);
    *count = *errors + warnings;
    if (*errors > 0)
        buf_addf(out, "%zu error%s", *errors, plural(*errors));
    if (warnings > 0)
        buf_addf(out, "%s%zu warning%s", *errors > 0 ? ", " : "", warnings, plural(warnings));
    if (*count > 0)
        buf_addf(out, " in the source: %s lists them", lister);
    else
        buf_adds(out, "no problem in the source");
    diags_close(diags);
}

void problems_say(struct screens *s, const char *path, const char *lister, bool well)
{
    struct buf line = {0};
    size_t errors, count;
    problems_line(path, lister, &line, &errors, &count);
    if (line.len > 0 && (well || count > 0))
        screens_say(s, errors > 0 ? STYLE_WRONG : STYLE_DIM, buf_text(&line));
    buf_free(&line);
}

/* Where the rows lead; in the app's arena, since the menu outlives the call. */
struct leads {
    struct screens *screens;
    struct app *app;
    const char *files[PROBLEMS_SHOWN];
    size_t lines[PROBLEMS_SHOWN];
};

static void chosen(void *context, size_t row)
{
    struct leads *l = context;
    struct error err;
    if (source_edit(l->screens, l->app, l->files[row], l->lines[row] > 0 ? l->lines[row] : 1, &err))
        screens_changed(l->screens);
    else
        screens_fail(l->screens, &err);
}

static bool fill(struct arena *a, struct leads *l, size_t at, const struct diag *d, struct menu_row *row)
{
    const char *name = strrchr(d->file, '/');
    l->files[at] = arena_strdup(l->app->arena, d->file);
    l->lines[at] = d->line;
    row->text = arena_printf(a, "%s  %s", d->severity == SEVERITY_ERROR ? "error  " : "warning", d->text);
    row->right = arena_printf(a, "%s:%zu", name != NULL ? name + 1 : d->file, d->line);
    row->about = d->todo[0] != '\0' ? arena_printf(a, "%s (%s)", d->text, d->todo) : arena_strdup(a, d->text);
    return l->files[at] != NULL && row->text != NULL && row->right != NULL && row->about != NULL;
}

void problems_open(struct screens *s, struct app *app, const char *path)
{
    struct error err;
    struct diags *diags = find(path, &err);
    if (diags == NULL) {
        screens_fail(s, &err);
        return;
    }
    struct arena *a = arena_open();
    size_t count = diags_count(diags) < PROBLEMS_SHOWN ? diags_count(diags) : PROBLEMS_SHOWN;
    struct menu_row *rows = a != NULL ? arena_array(a, count, sizeof *rows) : NULL;
    struct leads *leads = arena_alloc(app->arena, sizeof *leads);
    bool ok = rows != NULL && leads != NULL;
    if (ok)
        *leads = (struct leads){.screens = s, .app = app};
    for (size_t i = 0; ok && i < count; i++)
        ok = fill(a, leads, i, diags_at(diags, i), &rows[i]);
    if (ok)
        menu_open(s, &(struct menu_spec){.title = "Problems in the source", .detail = path, .empty = "No problem found.",
                                         .choose = chosen, .context = leads},
                  rows, count);
    arena_close(a);
    diags_close(diags);
}
