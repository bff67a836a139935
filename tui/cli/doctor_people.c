#include "core/record/learner.h"
#include "tui/cli/doctor.h"
#include "tui/cli/learner.h"
#include "tui/visit.h"

size_t learners_without_pin(const struct learner *rows, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += rows[i].site && !rows[i].removed && !rows[i].pin && (rows[i].rights & ~(unsigned)RIGHT_LEARNER) != 0;
    return n;
}

void look_at_people(struct findings *f, struct app *app)
{
    struct error ignored = {0};
    struct learner *rows;
    size_t count;
    int64_t administrators;
    struct record *record = app_record_if_any(app, &ignored);
    if (record == NULL || !learner_list(record, app->arena, 0, &rows, &count, &ignored) ||
        !learner_count(record, RIGHT_ADMINISTRATOR, true, &administrators, &ignored) || (count == 0 && !visit_shared(app)))
        return;
    size_t idle = learners_without_pin(rows, count);
    const char *text = arena_printf(app->arena, "%zu known here, %lld of them an administrator with a PIN", count, (long long)administrators);
    if (text != NULL && administrators > 0)
        say(f, FINE, "people", text, "");
    if (administrators == 0)
        say(f, WORTH_KNOWING, "people", "no administrator has a PIN: whoever is at the keyboard may change them, and nobody can end a kiosk",
            "crib learner add NAME --badge BADGE --rights administrator --pin, or crib learner pin WHO");
    text = arena_printf(app->arena, "%zu %s a right that counts nowhere here, for want of a PIN", idle, idle == 1 ? "has" : "have");
    if (text != NULL && idle > 0)
        say(f, WORTH_KNOWING, "people", text, "crib learner pin WHO, for each of them; crib learner list names them");
}
