#include "core/base/json.h"
#include "core/base/output.h"
#include "core/record/learner_csv.h"
#include "tui/cli/learner.h"
#include "tui/staging.h"

static bool print(const struct learner_taken *taken, size_t idle, bool json, bool dry, struct error *err)
{
    struct buf out = {0};
    if (json) {
        struct json j = {.out = &out};
        json_open_object(&j, NULL);
        json_int(&j, "added", (int64_t)taken->added);
        json_int(&j, "changed", (int64_t)taken->changed);
        json_int(&j, "same", (int64_t)taken->same);
        json_int(&j, "without_pin", (int64_t)idle);
        json_close_object(&j);
        output_end_json(&out);
    } else {
        buf_addf(&out, "%s%zu added, %zu changed, %zu as before\n", dry ? "would be: " : "", taken->added, taken->changed,
                 taken->same);
        if (idle > 0)
            buf_addf(&out, "%zu %s a right and no PIN yet: it counts once they have chosen one (crib learner pin WHO)\n", idle,
                     idle == 1 ? "has" : "have");
    }
    return output_buf(&out, false, err);
}

/* Each role that nothing here names, once. A site's list may well have roles of other places: it is taken all the same. */
static void say_unknown_roles(struct app *app, const struct learner_csv *list)
{
    size_t most = 0;
    for (size_t i = 0; i < list->count; i++)
        most += list->rows[i].roles.count;
    const char **items = arena_array(app->arena, most + 1, sizeof *items);
    struct strings seen = {items, 0};
    for (size_t i = 0; items != NULL && i < list->count; i++)
        for (size_t k = 0; k < list->rows[i].roles.count; k++) {
            const char *role = list->rows[i].roles.items[k];
            if (strings_has(seen, role))
                continue;
            items[seen.count++] = role;
            staging_say_role(app, role);
        }
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
    struct learner *rows;
    size_t count;
    say_unknown_roles(app, &list);
    if (!learner_list(record, app->arena, 0, &rows, &count, err))
        return false;
    return print(&taken, learners_without_pin(rows, count), args_flag(args, "json"), dry, err);
}
