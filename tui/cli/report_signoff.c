#include "tui/cli/report.h"

#include "core/base/clock.h"
#include "core/base/csv.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/record/learner.h"
#include "core/record/signoff_report.h"
#include "tui/cli/visitor.h"
#include "tui/signing.h"

#include <string.h>

enum { CELLS = 11, SHORT_REVISION = 12 };

/* One row's words; "" where there is nothing to say. */
struct words {
    const char *cells[CELLS];
};

static const char *const names[CELLS] = {"state",         "person", "module",   "title",       "signed",
                                         "valid_until", "revision", "method", "countersigned_by", "change", "signer"};

static const char *day_of(struct app *app, int64_t ms)
{
    char day[16];
    clock_format_day(ms, day, sizeof day);
    return ms != 0 ? arena_strdup(app->arena, day) : "";
}

/* The text as it is installed here: what makes a sign-off lapse is judged by it. */
struct installed {
    const char *module;
    bool known;
    char mark[SIGNOFF_MARK];
    const char *change;
};

static void look_up(struct app *app, const char *module, struct installed *to)
{
    if (to->module != NULL && strcmp(to->module, module) == 0)
        return;
    *to = (struct installed){.module = module};
    to->known = signing_mark(app, app->arena, module, to->mark, &to->change);
}

static bool make_words(struct app *app, const struct signoff_row *rows, size_t count, struct words *out, struct error *err)
{
    struct installed installed = {0};
    int64_t now = clock_wall_ms();
    for (size_t i = 0; i < count; i++) {
        const struct signoff *s = rows[i].signoff;
        look_up(app, s->module, &installed);
        enum signoff_state state = signoff_state(s, installed.known ? installed.mark : NULL, now);
        out[i] = (struct words){{signoff_state_name(state), rows[i].person, s->module, s->title, day_of(app, s->at),
                                 day_of(app, s->valid_until), s->revision, signoff_method_name(s->method),
                                 s->countersigned_at != 0 ? s->countersigner : "",
                                 state == SIGNOFF_CHANGED && installed.change != NULL ? installed.change : "", s->signer}};
        if (out[i].cells[4] == NULL || out[i].cells[5] == NULL)
            return error_memory(err);
    }
    return true;
}

static bool as_json(const struct words *rows, size_t count, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_array(&j, NULL);
    for (size_t i = 0; i < count; i++) {
        json_open_object(&j, NULL);
        for (size_t k = 0; k < CELLS; k++)
            json_string(&j, names[k], rows[i].cells[k][0] != '\0' ? rows[i].cells[k] : NULL);
        json_close_object(&j);
    }
    json_close_array(&j);
    output_end_json(&out);
    return output_buf(&out, true, err);
}

static bool as_csv(const struct words *rows, size_t count, struct error *err)
{
    struct buf out = {0};
    for (size_t k = 0; k < CELLS; k++)
        csv_cell(&out, names[k]);
    csv_end(&out);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < CELLS; k++)
            csv_cell(&out, rows[i].cells[k]);
        csv_end(&out);
    }
    return output_buf(&out, false, err);
}

static bool as_table(struct app *app, const struct words *rows, size_t count, struct error *err)
{
    static const struct table_column columns[] = {{"state", false, false},       {"person", false, false},
                                                  {"signed", false, false},      {"valid until", false, false},
                                                  {"revision", false, false},    {"countersigned", false, false},
                                                  {"module", false, true}};
    struct table *t = table_open(columns, 7);
    for (size_t i = 0; t != NULL && i < count; i++) {
        const char *const *c = rows[i].cells;
        const char *const cells[] = {c[0], strcmp(c[1], c[10]) == 0 ? c[1] : arena_printf(app->arena, "%s (%s)", c[10], c[1]), c[4], c[5][0] != '\0' ? c[5] : "it changes",
                                     arena_printf(app->arena, "%.*s", SHORT_REVISION, c[6]), c[8],
                                     c[9][0] != '\0' ? arena_printf(app->arena, "%s: %s", c[2], c[9]) : c[2]};
        for (size_t k = 0; k < 7; k++)
            table_add(t, cells[k]);
    }
    bool ok = t != NULL ? table_print(t, "nothing was signed off here", err) : error_memory(err);
    table_close(t);
    return ok;
}

bool report_signoff(struct app *app, const struct args *args, struct error *err)
{
    size_t count = 0;
    if (!visitor_may(app, RIGHT_TRAINER | RIGHT_SUPERVISOR | RIGHT_ADMINISTRATOR, "cannot show the report", err))
        return false;
    err->code = 0;
    struct record *record = app_record_if_any(app, err);
    const struct signoff_row *rows =
        record != NULL ? record_signoff_report(record, app->arena, 0, NULL, &count, err) : NULL;
    struct words *words = err->code == 0 ? arena_array(app->arena, count + 1, sizeof *words) : NULL;
    if (words == NULL)
        return err->code == 0 ? error_memory(err) : false;
    if (!make_words(app, rows, count, words, err))
        return false;
    return args_flag(args, "json")  ? as_json(words, count, err)
           : args_flag(args, "csv") ? as_csv(words, count, err)
                                    : as_table(app, words, count, err);
}
