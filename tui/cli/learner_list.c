#include "core/base/json.h"
#include "core/base/output.h"
#include "tui/cli/learner.h"


static bool as_json(struct app *app, const struct learner *rows, size_t count, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_array(&j, NULL);
    for (size_t i = 0; i < count; i++) {
        struct strings rights;
        if (!strings_split(app->arena, rights_text(app->arena, rows[i].rights), &rights))
            out.failed = true;
        json_open_object(&j, NULL);
        json_int(&j, "learner", rows[i].number);
        json_string(&j, "name", rows[i].name);
        json_bool(&j, "badge", rows[i].badge);
        json_bool(&j, "pin", rows[i].pin);
        json_strings(&j, "roles", rows[i].roles);
        json_strings(&j, "rights", rights);
        json_bool(&j, "removed", rows[i].removed);
        json_string(&j, "sent_as", rows[i].sent_as[0] != '\0' ? rows[i].sent_as : NULL);
        json_bool(&j, "account", !rows[i].site);
        json_close_object(&j);
    }
    json_close_array(&j);
    output_end_json(&out);
    return output_buf(&out, true, err);
}

static bool as_table(struct app *app, const struct learner *rows, size_t count, struct error *err)
{
    static const struct table_column columns[] = {{"name", false, true},   {"badge", false, false},  {"PIN", false, false},
                                                  {"roles", false, true}, {"rights", false, false}, {"", false, false},
                                                  {"account", false, false}};
    struct table *t = table_open(columns, 7);
    for (size_t i = 0; t != NULL && i < count; i++) {
        struct buf roles = {0};
        for (size_t k = 0; k < rows[i].roles.count; k++)
            buf_addf(&roles, "%s%s", k > 0 ? ", " : "", rows[i].roles.items[k]);
        table_add(t, rows[i].name);
        table_add(t, rows[i].badge ? "yes" : "no");
        table_add(t, rows[i].pin ? "yes" : "no");
        table_add(t, buf_text(&roles));
        table_add(t, rights_text(app->arena, rows[i].rights));
        table_add(t, rows[i].removed ? "removed" : !rows[i].site ? "account" : NULL);
        table_add(t, rows[i].sent_as);
        buf_free(&roles);
    }
    bool ok = t != NULL ? table_print(t, "nobody was added yet: `crib learner add NAME`", err) : error_memory(err);
    table_close(t);
    return ok;
}

bool learner_print_list(struct app *app, const struct args *args, struct error *err)
{
    struct learner *rows;
    size_t count;
    int64_t by;
    struct record *record = learner_manager(app, RIGHT_ADMINISTRATOR | RIGHT_SUPERVISOR | RIGHT_TRAINER, &by, err);
    if (record == NULL ||
        !learner_list(record, app->arena, args_flag(args, "all") ? LEARNERS_REMOVED | LEARNERS_ACCOUNTS : 0, &rows, &count, err))
        return false;
    return args_flag(args, "json") ? as_json(app, rows, count, err) : as_table(app, rows, count, err);
}
