#include "tui/cli/cli.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "tui/cli/quiz_lines.h"
#include "tui/cli/run.h"
#include "tui/cli/visitor.h"
#include "tui/fading.h"
#include "tui/screen/quiz.h"

#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

enum { LIST_MOST = 1000 };

static bool print_json(const struct recall_question *due, size_t count, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_array(&j, NULL);
    for (size_t i = 0; i < count; i++) {
        char at[40];
        clock_format(due[i].reviewed_at, 0, at, sizeof at);
        json_open_object(&j, NULL);
        json_string(&j, "module", due[i].module);
        json_string(&j, "question", due[i].question);
        json_double(&j, "retrievability", due[i].retrievability);
        json_string(&j, "reviewed", at);
        json_close_object(&j);
    }
    json_close_array(&j);
    output_end_json(&out);
    return output_buf(&out, false, err);
}

static bool print_table(struct app *app, const struct recall_question *due, size_t count, struct error *err)
{
    static const struct table_column columns[] = {
        {"chance", true, false}, {"last asked", false, false}, {"module", false, false}, {"question", false, true}};
    struct table *t = table_open(columns, 4);
    for (size_t i = 0; t != NULL && i < count; i++) {
        char day[16];
        clock_format_day(due[i].reviewed_at, day, sizeof day);
        table_add(t, arena_printf(app->arena, "%d%%", (int)(due[i].retrievability * 100)));
        table_add(t, day);
        table_add(t, due[i].module);
        table_add(t, due[i].question);
    }
    bool ok = t != NULL ? table_print(t, "no question is fading", err) : error_memory(err);
    table_close(t);
    return ok;
}

/* Good news, and no failure. */
static bool say_nothing(struct error *err)
{
    static const char nothing[] = "Nothing is fading. The questions of a quiz that you passed come back before you forget them.\n";
    return output_text(nothing, sizeof nothing - 1, false, err);
}

static bool list(struct app *app, bool json, struct error *err)
{
    size_t count = 0;
    *err = (struct error){0};
    struct record *record = app_record_if_any(app, err);
    if (record == NULL && err->code != 0)
        return false;
    const struct recall_question *due = NULL;
    if (record != NULL) {
        due = fading(app, record, app->arena, &count, err);
        if (due == NULL)
            return false;
        count = count < LIST_MOST ? count : LIST_MOST;
    }
    if (json)
        return print_json(due, count, err);
    if (count == 0)
        return say_nothing(err);
    return print_table(app, due, count, err);
}

static bool start(struct screens *s, struct app *app, void *context, struct error *err)
{
    struct taking **t = context, *begun = *t;
    *t = NULL;
    return quiz_open_taking(s, app, begun, err);
}

int cli_recall(struct app *app, const struct args *args)
{
    struct error err;
    bool json = args_flag(args, "json");
    if (!visitor_ask(app, &err))
        return app_fail(&err);
    if (args_flag(args, "list") || json)
        return list(app, json, &err) ? EX_OK : app_fail(&err);
    struct taking *t = taking_recall(app, &err);
    if (t == NULL && err.code == EX_NOINPUT)
        return say_nothing(&err) ? EX_OK : app_fail(&err);
    if (t == NULL)
        return app_fail(&err);
    bool screen = !args_flag(args, "plain") && output_has_screen() && isatty(STDIN_FILENO) == 1;
    int status = screen ? run_screens(app, start, &t) : quiz_lines(t, NULL);
    taking_close(t);
    return status;
}
