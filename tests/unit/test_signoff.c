/* signoff: what a signature rests on, what it says, when it lapses, and who may countersign. */
#include "record_fixture.h"

#include "core/base/clock.h"
#include "core/base/db.h"
#include "core/record/chain.h"
#include "core/library/library.h"
#include "core/record/erase.h"
#include "core/record/learner.h"
#include "core/record/report.h"
#include "core/record/signoff.h"
#include "core/record/signoff_report.h"
#include "core/record/verify.h"
#include "tests/unit/suite.h"

#include <sysexits.h>

#define DAY INT64_C(86400000)

static struct error err;
static struct record *r;
static struct arena *a;
static int64_t kim, alex;
static const int64_t now = 1795435200000;
static const char source[] = "---\ntitle: Prime a centrifugal pump\nsign_off: true\n---\n\n## Bleed\n";

static const struct signoff_signature by_name = {.signer = " Kim Lindqvist ",
                                                 .method = SIGNOFF_NAME,
                                                 .attestation = "I lock out first.",
                                                 .source = source,
                                                 .source_len = sizeof source - 1,
                                                 .valid_until = 1795435200000 + 365 * DAY,
                                                 .retain_until = 1795435200000 + 3652 * DAY,
                                                 .mark = "2026-10-02/1",
                                                 .countersign = true};

static void set_up(void)
{
    r = fixture_open(&a, &err);
    OK(record_learner(r, "kim.lindqvist", &kim, &err));
    OK(record_learner(r, "alex", &alex, &err));
}

static void tear_down(void)
{
    fixture_close(r, a);
}

static void show_all(int64_t who, const struct subject *s)
{
    for (size_t i = 0; i < s->section_count; i++)
        OK(record_shown(r, who, s, &s->sections[i], 120, 31000, &err));
}

static void take_quiz(int64_t who, const struct subject *s, const char *feedback, enum attempt_purpose purpose, bool passed)
{
    struct uuid id;
    struct attempt_start start = pump_start;
    start.feedback = feedback;
    start.purpose = purpose;
    OK(record_attempt_start(r, who, s, &start, &id, &err));
    struct given g = given_of("q1", 1, 900);
    OK(record_answer(r, &id, &g, &err));
    OK(record_attempt_finish(r, &id, s, passed ? 90 : 40, passed, &err));
}

static const struct signoff_standing *standing_of(int64_t who, const struct subject *s)
{
    const struct signoff_standing *to = record_signoff_standing(r, a, who, s, &err);
    ck_assert_msg(to != NULL, "%s: %s", err.what, err.why);
    return to;
}

/* Each lacks one thing. */
static const struct {
    const char *name;
    size_t sections; /* shown */
    const char *feedback;
    enum attempt_purpose purpose;
    bool passed;
    bool other_text;
    const char *why; /* NULL: signs */
} lacks[] = {
    {"everything is there", 3, "none", ATTEMPT_QUIZ, true, false, NULL},
    {"a section was skipped", 2, "none", ATTEMPT_QUIZ, true, false, "a section was not shown in full yet"},
    {"two sections were skipped", 1, "none", ATTEMPT_QUIZ, true, false, "2 sections were not shown in full yet"},
    {"feedback at each answer", 3, "answer", ATTEMPT_QUIZ, true, false, "its quiz is not passed on this text"},
    {"feedback not said", 3, NULL, ATTEMPT_QUIZ, true, false, "its quiz is not passed on this text"},
    {"a retry of the missed ones", 3, "none", ATTEMPT_RETRY, true, false, "its quiz is not passed on this text"},
    {"failed", 3, "none", ATTEMPT_QUIZ, false, false, "its quiz is not passed on this text"},
    {"passed on another text", 3, "none", ATTEMPT_QUIZ, true, true, "its quiz is not passed on this text"},
};

START_TEST(what_it_rests_on)
{
    struct uuid id;
    struct subject other = pump;
    other.revision = "r0";
    struct subject read = pump;
    read.section_count = lacks[_i].sections;
    show_all(kim, &read);
    take_quiz(kim, lacks[_i].other_text ? &other : &pump, lacks[_i].feedback, lacks[_i].purpose, lacks[_i].passed);
    bool signs = record_signoff(r, kim, &pump, &by_name, &id, &err);
    ck_assert_msg(signs == (lacks[_i].why == NULL), "%s: %s", lacks[_i].name, err.why);
    if (!signs) {
        ck_assert_int_eq(err.code, EX_USAGE);
        ck_assert_str_eq(err.why, lacks[_i].why);
    }
    /* What kim did lets nobody else sign. */
    ck_assert(!record_signoff(r, alex, &pump, &by_name, &id, &err));
    OK(record_verify(r, NULL, NULL, &err));
}
END_TEST

START_TEST(what_it_says)
{
    struct uuid id;
    size_t count, len;
    const char *bytes;
    show_all(kim, &pump);
    take_quiz(kim, &pump, "none", ATTEMPT_QUIZ, true);
    OK(record_signoff(r, kim, &pump, &by_name, &id, &err));
    for (int rebuilt = 0; rebuilt < 2; rebuilt++) { /* the events say all of it */
        const struct signoff *all = record_signoffs(r, a, 0, NULL, true, &count, &err);
        ck_assert_ptr_nonnull(all);
        ck_assert_uint_eq(count, 1);
        ck_assert(uuid_equal(&all->id, &id));
        ck_assert_str_eq(all->signer, "Kim Lindqvist");
        ck_assert_str_eq(all->attestation, by_name.attestation);
        ck_assert_str_eq(all->revision, "r1");
        ck_assert_str_eq(all->material, "2026-10-02/1");
        ck_assert_int_eq(all->method, SIGNOFF_NAME);
        ck_assert_int_eq((int)all->score, 90);
        ck_assert_int_eq(all->valid_until, by_name.valid_until);
        ck_assert_int_eq(all->retain_until, by_name.retain_until);
        ck_assert(all->countersign && all->countersigned_at == 0);
        OK(record_content(r, a, all->content, &bytes, &len, &err));
        ck_assert_uint_eq(len, sizeof source - 1);
        ck_assert_mem_eq(bytes, source, len);
        OK(record_rebuild(r, &err));
    }
    /* The log is signed up to it. */
    int64_t unsigned_events;
    OK(db_number(r->db, &unsigned_events, -1, &err,
                 "SELECT count(*) FROM event WHERE position > (SELECT max(position) FROM checkpoint)", ""));
    ck_assert_int_eq(unsigned_events, 0);
}
END_TEST

/* A signature uses up what it rested on: the next one takes reading and quiz anew. */
START_TEST(the_next_one)
{
    struct uuid id;
    show_all(kim, &pump);
    take_quiz(kim, &pump, "none", ATTEMPT_QUIZ, true);
    OK(record_signoff(r, kim, &pump, &by_name, &id, &err));
    const struct signoff_standing *to = standing_of(kim, &pump);
    ck_assert_ptr_nonnull(to->last);
    ck_assert_uint_eq(to->missing, 3);
    ck_assert(!to->passed);
    ck_assert(!record_signoff(r, kim, &pump, &by_name, &id, &err));
    show_all(kim, &pump);
    ck_assert_uint_eq(standing_of(kim, &pump)->missing, 0);
    ck_assert(!record_signoff(r, kim, &pump, &by_name, &id, &err));
    take_quiz(kim, &pump, "none", ATTEMPT_QUIZ, true);
    OK(record_signoff(r, kim, &pump, &by_name, &id, &err));
    size_t count;
    ck_assert_ptr_nonnull(record_signoffs(r, a, kim, pump.module, false, &count, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_ptr_nonnull(record_signoffs(r, a, kim, pump.module, true, &count, &err));
    ck_assert_uint_eq(count, 1);
}
END_TEST

START_TEST(the_report_has_a_row_a_person_and_module)
{
    struct uuid id;
    struct signoff_signature g = by_name;
    size_t count;
    g.signer = "Alex";
    for (int i = 0; i < 2; i++) { /* twice: the newest counts */
        show_all(kim, &pump);
        take_quiz(kim, &pump, "none", ATTEMPT_QUIZ, true);
        OK(record_signoff(r, kim, &pump, &by_name, &id, &err));
    }
    show_all(alex, &pump);
    take_quiz(alex, &pump, "none", ATTEMPT_QUIZ, true);
    OK(record_signoff(r, alex, &pump, &g, &(struct uuid){0}, &err));
    const struct signoff_row *rows = record_signoff_report(r, a, 0, NULL, &count, &err);
    ck_assert_msg(rows != NULL, "%s", err.why);
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(rows[0].person, "alex");
    ck_assert_str_eq(rows[1].person, "kim.lindqvist");
    ck_assert_mem_eq(&rows[1].signoff->id, &id, sizeof id);
    ck_assert_ptr_nonnull(record_signoffs_waiting(r, a, now, &count, &err)); /* of kim's the newest alone */
    ck_assert_uint_eq(count, 2);
    ck_assert_ptr_nonnull(record_signoffs_waiting(r, a, now + 366 * DAY, &count, &err));
    ck_assert_uint_eq(count, 0);
    ck_assert_ptr_nonnull(record_signoff_report(r, a, kim, NULL, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_ptr_nonnull(record_signoff_report(r, a, 0, "plant/another", &count, &err));
    ck_assert_uint_eq(count, 0);
}
END_TEST

static bool no_mark(void *context, const char *module, char mark[SIGNOFF_MARK], const char **change)
{
    (void)context;
    (void)module;
    (void)mark;
    *change = NULL;
    return false;
}

static const char *cell(const struct sheet *sheet, size_t row, const char *key)
{
    for (size_t i = 0; i < sheet->column_count; i++)
        if (strcmp(sheet->columns[i].key, key) == 0)
            return sheet->cells[row * sheet->column_count + i].there ? sheet->cells[row * sheet->column_count + i].text : "";
    ck_abort_msg("no column %s", key);
}

/* kim signed the pump; alex has the role of it and never did; the bench is an account that several share; gone was removed;
 * new has no role. */
static const struct {
    const char *name, *roles; /* the configuration's */
    unsigned only;
    const char *module, *rows; /* STATE NAME MODULE, ... */
    int days;                  /* later */
} owed[] = {
    {"all", "", 0, NULL, "never alex acme/prime-pump,waiting kim.lindqvist acme/prime-pump,"
     "never alex plant/lock,never kim.lindqvist plant/lock,never new plant/lock,", 0},
    {"one module", "", 0, "acme/prime-pump", "never alex acme/prime-pump,waiting kim.lindqvist acme/prime-pump,", 0},
    {"who has no role has the configuration's", "fitter", 0, "acme/prime-pump", "never alex acme/prime-pump,waiting kim.lindqvist acme/prime-pump,never new acme/prime-pump,", 0},
    {"none of the roles", "cook", 0, "acme/prime-pump", "never alex acme/prime-pump,waiting kim.lindqvist acme/prime-pump,", 0},
    {"what is missing", "", SIGNOFFS_MISSING, "acme/prime-pump", "never alex acme/prime-pump,waiting kim.lindqvist acme/prime-pump,", 0},
    {"nothing lapses", "", SIGNOFFS_LAPSING, NULL, "", 0},
    {"countersigned", "", SIGNOFFS_MISSING, "acme/prime-pump", "never alex acme/prime-pump,", 1},
    {"lapsing alone", "", SIGNOFFS_LAPSING, NULL, "lapsing kim.lindqvist acme/prime-pump,", 340},
    {"missing or lapsing", "", SIGNOFFS_LAPSING | SIGNOFFS_MISSING, "acme/prime-pump", "never alex acme/prime-pump,lapsing kim.lindqvist acme/prime-pump,", 340},
    {"over", "", SIGNOFFS_MISSING, "acme/prime-pump", "never alex acme/prime-pump,lapsed kim.lindqvist acme/prime-pump,", 400},
};

START_TEST(who_is_to_sign_and_never_did)
{
    static const char *const fitter[] = {"fitter"};
    const struct facts modules[] = {{.channel = "acme", .id = "prime-pump", .title = "Pump", .roles = {fitter, 1}},
                                    {.channel = "plant", .id = "lock", .title = "Lock"}};
    struct uuid id;
    struct report report;
    struct strings roles;
    int64_t bench, gone, new;
    OK(record_learner(r, "bench", &bench, &err));
    OK(learner_add(r, &(struct learner_row){.name = "gone", .roles = {fitter, 1}}, 0, &gone, &err));
    OK(learner_add(r, &(struct learner_row){.name = "new"}, 0, &new, &err));
    OK(learner_roles_set(r, alex, (struct strings){fitter, 1}, 0, &err));
    OK(learner_remove(r, gone, 0, &err));
    show_all(kim, &pump);
    take_quiz(kim, &pump, "none", ATTEMPT_QUIZ, true);
    OK(record_signoff(r, kim, &pump, &by_name, &id, &err));
    if (owed[_i].days > 0)
        OK(record_countersign(r, &id, alex, "Alex Berg", SIGNOFF_PIN, &err));
    OK(strings_split(a, owed[_i].roles, &roles));
    const struct report_scope scope = {.now_ms = now + owed[_i].days * DAY, .source = ""};
    const struct report_signing by = {.mark = no_mark, .modules = modules, .count = 2, .roles = roles, .account = "bench", .only = owed[_i].only};
    ck_assert_msg(report_signoffs(r, a, &scope, owed[_i].module, NULL, &by, &report, &err), "%s: %s", err.what, err.why);
    const struct sheet *sheet = report.sheets[0];
    struct buf out = {0};
    for (size_t i = 0; i < sheet_rows(sheet); i++)
        buf_addf(&out, "%s %s %s,", cell(sheet, i, "state"), cell(sheet, i, "person"), cell(sheet, i, "module"));
    ck_assert_msg(strcmp(buf_text(&out), owed[_i].rows) == 0, "%s: %s", owed[_i].name, buf_text(&out));
    buf_free(&out);
}
END_TEST

START_TEST(countersigning)
{
    struct uuid id, nobody = {{1}};
    show_all(kim, &pump);
    take_quiz(kim, &pump, "none", ATTEMPT_QUIZ, true);
    OK(record_signoff(r, kim, &pump, &by_name, &id, &err));
    static const struct {
        bool known, self;
        const char *signer, *why; /* NULL: signs */
    } cases[] = {
        {false, false, "Alex Berg", "there is no such sign-off here"},
        {true, true, "Kim Lindqvist", "nobody countersigns for themselves"},
        {true, false, " \t", "that is no name"},
        {true, false, "Alex \x1b[31m Berg", "that is no name"},
        {true, false, "Alex Berg", NULL},
        {true, false, "Alex Berg", "it is countersigned already"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool ok = record_countersign(r, cases[i].known ? &id : &nobody, cases[i].self ? kim : alex, cases[i].signer, SIGNOFF_PIN, &err);
        ck_assert_msg(ok == (cases[i].why == NULL), "%zu: %s", i, err.why);
        if (!ok)
            ck_assert_str_eq(err.why, cases[i].why);
    }
    OK(record_rebuild(r, &err));
    const struct signoff *s;
    OK(record_signoff_find(r, a, &id, &s, &err));
    ck_assert_ptr_nonnull(s);
    ck_assert_str_eq(s->countersigner, "Alex Berg");
    ck_assert_int_gt(s->countersigned_at, 0);
    OK(record_verify(r, NULL, NULL, &err));
}
END_TEST

static const struct {
    int64_t valid_until, countersigned_at;
    const char *then, *mark;
    bool countersign;
    enum signoff_state state;
} state_cases[] = {
    {0, 0, "", "", false, SIGNOFF_CURRENT},
    {0, 0, "", NULL, false, SIGNOFF_CURRENT},
    {31 * DAY, 0, "", "", false, SIGNOFF_CURRENT},
    {30 * DAY, 0, "", "", false, SIGNOFF_LAPSING},
    {1, 0, "", "", false, SIGNOFF_LAPSING},
    {-1, 0, "", "", false, SIGNOFF_LAPSED},
    {31 * DAY, 0, "", "", true, SIGNOFF_WAITING},
    {31 * DAY, 5, "", "", true, SIGNOFF_CURRENT},
    {-1, 0, "", "", true, SIGNOFF_LAPSED},
    {31 * DAY, 0, "", "2026-10-02/1", false, SIGNOFF_CHANGED},
    {31 * DAY, 0, "2026-10-02/1", "2026-10-02/1", false, SIGNOFF_CURRENT},
    {31 * DAY, 0, "2026-10-02/1", "2026-10-02/2", false, SIGNOFF_CHANGED},
    {31 * DAY, 0, "2026-10-02/9", "2026-10-02/10", false, SIGNOFF_CHANGED},
    {31 * DAY, 0, "2026-10-02/3", "2026-10-02/1", false, SIGNOFF_CURRENT}, /* old lines dropped */
    {31 * DAY, 0, "2026-10-02/1", "2026-09-30/1", false, SIGNOFF_CURRENT},
    {31 * DAY, 0, "2026-10-02/4", "2026-11-01/1", false, SIGNOFF_CHANGED},
    {31 * DAY, 0, "2026-10-02/1", NULL, false, SIGNOFF_CURRENT},
};

START_TEST(states)
{
    struct signoff s = {.valid_until = state_cases[_i].valid_until != 0 ? now + state_cases[_i].valid_until : 0,
                        .countersign = state_cases[_i].countersign,
                        .countersigned_at = state_cases[_i].countersigned_at,
                        .material = state_cases[_i].then};
    ck_assert_str_eq(signoff_state_name(signoff_state(&s, state_cases[_i].mark, now)), signoff_state_name(state_cases[_i].state));
}
END_TEST

START_TEST(marks)
{
    static const struct signoff_change changes[] = {
        {"2026-10-02", true}, {"2026-11-01", false}, {"2026-10-01", true}, {"soon", true}, {"", true}};
    char mark[SIGNOFF_MARK];
    signoff_mark(changes, 5, mark);
    ck_assert_str_eq(mark, "2026-10-02/2");
    signoff_mark(changes + 1, 1, mark);
    ck_assert_str_eq(mark, "");
    signoff_mark(NULL, 0, mark);
    ck_assert_str_eq(mark, "");
}
END_TEST

/* Who is forgotten keeps both signatures and the text until their time is over; then all of it goes. */
START_TEST(kept_while_it_must)
{
    struct uuid id;
    struct erase_result result;
    const struct signoff *s;
    int64_t left;
    struct signoff_signature g = by_name;
    g.retain_until = clock_wall_ms() + 100 * DAY;
    show_all(kim, &pump);
    take_quiz(kim, &pump, "none", ATTEMPT_QUIZ, true);
    OK(record_signoff(r, kim, &pump, &g, &id, &err));
    OK(record_countersign(r, &id, alex, "Alex Berg", SIGNOFF_PIN, &err));
    OK(record_erase(r, kim, clock_wall_ms(), &result, &err));
    ck_assert_int_eq(result.kept, 2);
    OK(record_signoff_find(r, a, &id, &s, &err));
    ck_assert_ptr_nonnull(s);
    ck_assert_str_eq(s->countersigner, "Alex Berg");
    OK(db_number(r->db, &left, -1, &err, "SELECT count(*) FROM content WHERE hash = ?", "s", s->content));
    ck_assert_int_eq(left, 1);
    OK(db_number(r->db, &left, -1, &err, "SELECT count(*) FROM shown", ""));
    ck_assert_int_eq(left, 0);
    OK(record_erase_due(r, clock_wall_ms() + 101 * DAY, &result, &err));
    ck_assert_int_eq(result.events, 2);
    OK(record_signoff_find(r, a, &id, &s, &err));
    ck_assert_ptr_null(s);
    OK(db_number(r->db, &left, -1, &err, "SELECT count(*) FROM content", ""));
    ck_assert_int_eq(left, 0);
    OK(record_verify(r, NULL, NULL, &err));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("signoff");
    TCase *t = tcase_create("signoff");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_loop_test(t, what_it_rests_on, 0, sizeof lacks / sizeof *lacks);
    tcase_add_test(t, what_it_says);
    tcase_add_test(t, the_next_one);
    tcase_add_test(t, the_report_has_a_row_a_person_and_module);
    tcase_add_loop_test(t, who_is_to_sign_and_never_did, 0, sizeof owed / sizeof *owed);
    tcase_add_test(t, countersigning);
    tcase_add_loop_test(t, states, 0, sizeof state_cases / sizeof *state_cases);
    tcase_add_test(t, marks);
    tcase_add_test(t, kept_while_it_must);
    suite_add_tcase(s, t);
    return suite_run(s);
}
