#include "tui/cli/cli.h"

#include "core/base/output.h"
#include "core/base/syncing.h"
#include "core/base/text.h"
#include "tui/sync_lines.h"
#include "tui/widget/wrap.h"

#include <stdint.h>
#include <string.h>
#include <sysexits.h>

/* Broken between words on a terminal; in a pipe one line each. */
static void add_line(const struct sync_line *line, struct buf *out)
{
    enum { LEAST = 20 };
    struct buf safe = {0};
    text_safe(&safe, line->text, strlen(line->text), 0);
    size_t indent = (size_t)line->indent, used = indent + (size_t)line->hang, columns = output_is_terminal() ? output_columns() : SIZE_MAX;
    struct wrap w = wrap_start(buf_text(&safe), safe.len, columns > used + LEAST ? columns - used : SIZE_MAX);
    bool first = true;
    for (; wrap_next(&w); first = false) {
        buf_addn(out, ' ', first ? indent : used);
        buf_add(out, w.line, w.length);
        buf_addc(out, '\n');
    }
    if (first) /* a gap */
        buf_addc(out, '\n');
    buf_free(&safe);
}

static bool add_text(struct app *app, const struct syncing *known, struct buf *out)
{
    size_t count;
    const struct sync_line *lines = sync_lines(app, app->arena, known, NULL, 0, &count);
    for (size_t i = 0; lines != NULL && i < count; i++)
        add_line(&lines[i], out);
    return lines != NULL;
}

/* What the sync screen shows, as text: crib knows it without asking anybody. */
static int status(struct app *app, bool json)
{
    struct error err;
    struct buf out = {0};
    struct syncing known;
    const char *path = syncing_path(app->arena, &app->places);
    bool ok = path != NULL && syncing_read(app->arena, path, &known) ? true : error_memory(&err);
    if (ok && json) {
        syncing_json(&known, &out);
        output_end_json(&out);
    } else if (ok)
        ok = app_library(app, &err) != NULL && (add_text(app, &known, &out) || error_memory(&err));
    ok = ok && output_buf(&out, true, &err);
    buf_free(&out);
    return ok ? EX_OK : app_fail(&err);
}

/* crib-sync reads its own arguments: they are handed over as they came, so that one table says what they mean. */
int cli_sync(struct app *app, const struct args *args)
{
    if (args_flag(args, "status"))
        return status(app, args_flag(args, "json"));
    size_t n = 0;
    const char *argv[8 + COMMAND_OPTIONS + ARGS_EARLIER] = {0};
    argv[n++] = args->command->name;
    for (size_t i = 0; i < args->earlier_count; i++) {
        const char *name = args->command->options[args->earlier[i].option].name;
        argv[n] = arena_printf(app->arena, "--%s=%s", name, args->earlier[i].value);
        if (argv[n++] == NULL)
            return EX_OSERR;
    }
    for (size_t i = 0; i < COMMAND_OPTIONS && args->command->options[i].name != NULL; i++) {
        const struct option_spec *o = &args->command->options[i];
        if (args->values[i] == NULL)
            continue;
        argv[n] = arena_printf(app->arena, o->value != NULL ? "--%s=%s" : "--%s%s", o->name, args->values[i]);
        if (argv[n++] == NULL)
            return EX_OSERR;
    }
    if (args->count > 0)
        argv[n++] = "--";
    for (size_t i = 0; i < args->count && i < 4; i++)
        argv[n++] = args->words[i];
    struct error err;
    app_become_sync(app, argv, &err);
    return app_fail(&err);
}
