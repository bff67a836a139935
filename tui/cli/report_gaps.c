#include "tui/cli/report.h"

#include "core/base/clock.h"
#include "core/base/csv.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/record/gap.h"
#include "core/record/learner.h"
#include "tui/cli/visitor.h"

#include <stdio.h>
#include <string.h>

enum { MOST = 100000 };

static bool as_json(const struct gap *gaps, size_t count, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_array(&j, NULL);
    for (size_t i = 0; i < count; i++) {
        char at[32];
        clock_format(gaps[i].at, clock_offset_minutes(gaps[i].at), at, sizeof at);
        json_open_object(&j, NULL);
        json_string(&j, "text", gaps[i].text);
        json_string(&j, "kind", gap_kind_name(gaps[i].kind));
        json_int(&j, "times", gaps[i].times);
        json_string(&j, "last", at);
        json_close_object(&j);
    }
    json_close_array(&j);
    output_end_json(&out);
    return output_buf(&out, true, err);
}

static bool as_csv(const struct gap *gaps, size_t count, struct error *err)
{
    static const char *const names[] = {"times", "last", "kind", "text"};
    struct buf out = {0};
    for (size_t i = 0; i < 4; i++)
        csv_cell(&out, names[i]);
    csv_end(&out);
    for (size_t i = 0; i < count; i++) {
        char times[24], day[16];
        snprintf(times, sizeof times, "%lld", (long long)gaps[i].times);
        clock_format_day(gaps[i].at, day, sizeof day);
        const char *const cells[] = {times, day, gap_kind_name(gaps[i].kind), gaps[i].text};
        for (size_t k = 0; k < 4; k++)
            csv_cell(&out, cells[k]);
        csv_end(&out);
    }
    return output_buf(&out, false, err);
}

static bool as_table(const struct gap *gaps, size_t count, struct error *err)
{
    static const struct table_column columns[] = {
        {"times", true, false}, {"last", false, false}, {"kind", false, false}, {"looked for", false, true}};
    struct table *t = table_open(columns, 4);
    for (size_t i = 0; t != NULL && i < count; i++) {
        char times[24], day[16];
        snprintf(times, sizeof times, "%lld", (long long)gaps[i].times);
        clock_format_day(gaps[i].at, day, sizeof day);
        table_add(t, times);
        table_add(t, day);
        table_add(t, gap_kind_name(gaps[i].kind));
        table_add(t, gaps[i].text);
    }
    bool ok = t != NULL ? table_print(t, "nothing was looked for in vain", err) : error_memory(err);
    table_close(t);
    return ok;
}

bool report_gaps(struct app *app, const struct args *args, struct error *err)
{
    long limit;
    size_t count = 0;
    const struct gap *gaps = NULL;
    if (!args_number(args, "limit", 1, MOST, 100, &limit, err) ||
        !visitor_may(app, RIGHT_TRAINER | RIGHT_SUPERVISOR | RIGHT_AUTHOR | RIGHT_ADMINISTRATOR, "cannot show the report", err))
        return false;
    err->code = 0;
    struct record *record = app_record_if_any(app, err);
    if (record != NULL)
        gaps = record_gaps(record, app->arena, (size_t)limit, &count, err);
    return err->code == 0 &&
           (args_flag(args, "json") ? as_json : args_flag(args, "csv") ? as_csv : as_table)(gaps, count, err);
}
