/* Nothing that a person waits for reads a table from one end to the other: a record grows for years. */
#include "record_fixture.h"

#include "../bench/years.h"

#include "core/record/element.h"
#include "core/record/erase.h"
#include "core/record/pin.h"
#include "core/record/proof.h"
#include "tests/unit/suite.h"

enum { EVENTS = 2000, LEARNERS = 30, STEPS = 9000 };

static struct error err;
static struct record *r;
static struct arena *a;
static int64_t who;

static void setup(void)
{
    memset(&err, 0, sizeof err);
    fixture_make();
    ck_assert_msg(years_make(fixture_path, EVENTS, LEARNERS, &err), "%s: %s", err.what, err.why);
    r = record_open(fixture_path, &err);
    ck_assert_msg(r != NULL, "%s: %s", err.what, err.why);
    a = arena_open();
    OK(learner_by_badge(r, "badge-7", &who, &err));
    ck_assert_int_gt(who, 0);
}

static void teardown(void)
{
    arena_close(a);
    record_close(r);
    fixture_remove();
}

/* Of a table that holds a handful of rows for ever. */
static bool is_small(const char *sql)
{
    static const char *const names[] = {"badge_secret", "json_each", "learner_last", "FROM log", "UPDATE log"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strstr(sql, names[i]) != NULL)
            return true;
    return false;
}

/* No statement that has run did so, however many rows it gave. */
static void nothing_scanned(void)
{
    for (sqlite3_stmt *s = sqlite3_next_stmt(db_handle(r->db), NULL); s != NULL; s = sqlite3_next_stmt(db_handle(r->db), s)) {
        int steps = sqlite3_stmt_status(s, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0);
        ck_assert_msg(steps == 0 || is_small(sqlite3_sql(s)), "%d rows were looked through by: %s", steps, sqlite3_sql(s));
    }
}

START_TEST(badge_in_to_hub)
{
    enum learner_found how;
    struct pin_result pin;
    struct learner learner;
    int64_t number, count, now = clock_wall_ms() + 30LL * 86400000;
    size_t n;
    const struct attempt *left;
    OK(learner_find(r, "badge-7", true, &how, &number, &err));
    ck_assert_int_eq(number, who);
    OK(learner_by_name(r, "Learner Number 7", &number, &count, &err));
    ck_assert_int_eq(number, who);
    OK(learner_pin_state(r, who, &pin, &err));
    OK(learner_get(r, a, who, &learner, &err));
    ck_assert_ptr_nonnull(record_progress_all(r, a, who, now, &n, &err));
    ck_assert_uint_gt(n, 0);
    ck_assert_ptr_nonnull(record_recent(r, a, who, 10, &n, &err));
    ck_assert_ptr_nonnull(record_recall_modules(r, a, who, now, &n, &err));
    ck_assert_uint_gt(n, 0);
    ck_assert_ptr_nonnull(record_recall_due(r, a, who, NULL, now, RECALL_MOST, &n, &err));
    OK(record_attempt_left(r, who, INT64_MAX, a, &left, &err));
    nothing_scanned();
}
END_TEST

START_TEST(a_module_and_its_quiz)
{
    struct uuid id;
    struct given g = given_of("q1", 1, 1000);
    const struct attempt *t;
    int64_t line;
    size_t n;
    const char *anchor, *through;
    OK(record_opened(r, who, &pump, NULL, &err));
    OK(record_section(r, who, &pump, &sections_1[0], SECTION_DONE, 10, 10, &err));
    ck_assert_ptr_nonnull(record_progress(r, a, who, pump.module, clock_wall_ms(), &err));
    ck_assert_ptr_nonnull(record_progress(r, a, who, "acme/module-3", clock_wall_ms(), &err));
    ck_assert_int_ge(record_opens_since(r, who, pump.module, 0, &err), 0);
    OK(record_attempt_start(r, who, &pump, &pump_start, &id, &err));
    OK(record_attempt_unfinished(r, a, who, pump.module, &t, &err));
    OK(record_answer(r, &id, &g, &err));
    OK(record_attempt_finish(r, &id, &pump, 100, true, &err));
    OK(record_attempt_last(r, a, who, "acme/module-3", &t, &err));
    OK(record_recall_answer(r, who, &pump, &g, NULL, 0, NULL, &err));
    OK(record_position_set(r, who, pump.module, "top", 3, &err));
    OK(record_position(r, a, who, pump.module, &anchor, &line, &err));
    OK(record_news(r, a, who, pump.module, &anchor, &through, &err));
    OK(record_note(r, who, &pump, NULL, NULL, NOTE_WRONG, "text", &err));
    ck_assert_ptr_nonnull(record_recall_due(r, a, who, "acme/module-3", clock_wall_ms(), RECALL_MOST, &n, &err));
    nothing_scanned();
}
END_TEST

START_TEST(programmes_and_sessions)
{
    struct element elements[] = {
        {.id = "read", .kind = ELEMENT_MODULE, .phase = PHASE_BEFORE, .module = "module-0", .starts = "", .after_days = -1},
        {.id = "workshop", .kind = ELEMENT_SESSION, .module = "", .starts = "", .after_days = -1},
        {.id = "assessment", .kind = ELEMENT_ASSESSMENT, .phase = PHASE_AFTER, .module = "module-0", .starts = "", .after_days = 0}};
    const struct programme p = {.id = "programme-0", .elements = elements, .count = 3};
    struct element_progress out[3];
    OK(record_elements(r, a, who, "acme", &p, clock_wall_ms(), out, &err));
    ck_assert_int_eq(out[1].state, ELEMENT_DONE);
    OK(record_session_joined(r, who, &fixture_session, false, &err));
    OK(record_session_left(r, who, &fixture_session, &err));
    nothing_scanned();
}
END_TEST

START_TEST(signing_off)
{
    const struct section_ref section = {"top", H_A};
    const struct subject s = {.module = "acme/signed-1", .revision = "r1", .sections = &section, .section_count = 1};
    size_t n;
    ck_assert_ptr_nonnull(record_signoff_standing(r, a, who, &s, &err));
    const struct signoff *mine = record_signoffs(r, a, who, NULL, true, &n, &err);
    ck_assert_ptr_nonnull(mine);
    ck_assert_uint_eq(n, YEARS_SIGNED);
    const struct signoff *found;
    OK(record_signoff_find(r, a, &mine[0].id, &found, &err));
    OK(record_shown(r, who, &s, &section, 10, 9000, &err));
    nothing_scanned();
}
END_TEST

/* What SQLite's machine did since it was asked last, in steps: some ten for each row that it looks at. */
static int64_t steps_done(void)
{
    int64_t steps = 0;
    for (sqlite3_stmt *s = sqlite3_next_stmt(db_handle(r->db), NULL); s != NULL; s = sqlite3_next_stmt(db_handle(r->db), s))
        steps += sqlite3_stmt_status(s, SQLITE_STMTSTATUS_VM_STEP, 1);
    return steps;
}

/* Between two checkpoints all events are in it; of the rest, those alone that it shows. */
START_TEST(a_proof_of_one_sign_off)
{
    size_t n;
    struct buf file = {0};
    const struct signoff *mine = record_signoffs(r, a, who, NULL, true, &n, &err);
    ck_assert_ptr_nonnull(mine);
    const struct proof_wanted wanted = {.learner = who, .signoff = &mine[0].id};
    (void)steps_done();
    OK(proof_write(r, &wanted, &file, &n, &err));
    int64_t steps = steps_done();
    ck_assert_uint_eq(n, 1);
    ck_assert_msg(steps < STEPS, "%lld steps", (long long)steps);
    buf_free(&file);
}
END_TEST

START_TEST(what_was_kept_and_is_due)
{
    struct erase_result result;
    ck_assert_int_eq(sqlite3_exec(db_handle(r->db), "INSERT INTO retained VALUES (5, 9999999999999)", NULL, NULL, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db_handle(r->db), "INSERT INTO retained VALUES (6, 5)", NULL, NULL, NULL), SQLITE_OK); /* no event */
    (void)steps_done();
    OK(record_erase_due(r, 1000, &result, &err));
    int64_t steps = steps_done();
    ck_assert_msg(steps < STEPS, "%lld steps", (long long)steps);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("record scan");
    TCase *t = tcase_create("scan");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, badge_in_to_hub);
    tcase_add_test(t, a_module_and_its_quiz);
    tcase_add_test(t, programmes_and_sessions);
    tcase_add_test(t, signing_off);
    tcase_add_test(t, a_proof_of_one_sign_off);
    tcase_add_test(t, what_was_kept_and_is_due);
    suite_add_tcase(s, t);
    return suite_run(s);
}
