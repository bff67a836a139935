#include "core/base/json.h"
#include "core/base/output.h"
#include "core/record/learner_csv.h"
#include "tui/cli/learner.h"

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
    struct learner_csv list;
    struct learner_taken taken;
    size_t bad;
    int64_t by;
    bool dry = args_flag(args, "dry-run");
    if (!learner_csv_read(app->arena, file, &list, err))
        return false;
    if (list.wrong > 0)
        return learner_csv_refused(&list, err);
    struct record *record = learner_manager(app, RIGHT_ADMINISTRATOR, &by, err);
    if (record == NULL)
        return false;
    if (!learner_take(record, list.rows, list.count, by, dry, &taken, &bad, err)) {
        if (bad == list.count)
            return false;
        learner_csv_tell(app->arena, &list, bad, err);
        return learner_csv_refused(&list, err);
    }
    return print(&taken, args_flag(args, "json"), dry, err);
}
