/* foreign: what follows from the logs of several devices: the union, the same everywhere, in whatever order they meet. */
#include "devices.h"

#include "core/base/buf.h"
#include "core/base/hex.h"
#include "core/record/elsewhere.h"
#include "core/record/signoff.h"
#include "derived.h"

#include <sodium.h>

enum { PEOPLE = 3, MODULES = 2 };

static const char *const modules[MODULES] = {"acme/prime-pump", "acme/seal"};
static const char pin_text[] = "# Prime a pump";
static struct attempt_start start;

static void set_up(void)
{
    unsigned char hash[EVENT_HASH];
    static const char label[] = "crib-pin-1";
    crypto_generichash_state state;
    setenv("CRIB_CLOCK", "2026-11-01T08:00:00Z", 1);
    devices_open();
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    crypto_generichash_update(&state, (const unsigned char *)label, sizeof label);
    crypto_generichash_update(&state, (const unsigned char *)pin_text, sizeof pin_text - 1);
    crypto_generichash_final(&state, hash, sizeof hash);
    start = pump_start;
    start.content = pin_text;
    start.content_len = sizeof pin_text - 1;
    start.content_hash = hex_text(a, hash, sizeof hash);
    start.feedback = "none";
    for (size_t i = 0; i < DEVICES; i++)
        devices_list(device[i], 1, PEOPLE);
}

static void tear_down(void)
{
    devices_close();
    unsetenv("CRIB_CLOCK");
}

static void clock_set(int64_t ms)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)ms);
    setenv("CRIB_CLOCK", text, 1);
}

static sqlite3 *open_file(size_t i)
{
    sqlite3 *db;
    ck_assert_int_eq(sqlite3_open(device_path[i], &db), SQLITE_OK);
    return db;
}

/* ---- what is the same everywhere ---- */

#define WHO "(SELECT person FROM learner WHERE number = learner)"
static const char *const same[] = {
    "SELECT 'module', " WHO ", module, title, opened_at, begun_at, completed_at, passed_at, has_quiz, score, revision, revised_at FROM module",
    "SELECT 'opening', " WHO ", module, at FROM opening",
    "SELECT 'section', " WHO ", module, hash, anchor, state, at FROM section",
    "SELECT 'attempt', hex(id), " WHO ", module, state, started_at, ended_at, again_at, score, passed FROM attempt",
    "SELECT 'answer', hex(attempt), question, response, fraction, rating, at FROM answer",
    "SELECT 'other', hex(attempt), question, response, fraction, rating, at FROM answer_other",
    "SELECT 'recall', " WHO ", module, question, stability, difficulty, reviewed_at, due_at, reviews FROM recall",
    "SELECT 'attendance', " WHO ", session, joined_at, left_at, late FROM attendance",
    "SELECT 'shown', " WHO ", module, hash, at FROM shown",
    "SELECT 'signoff', hex(id), " WHO ", module, at, ordered, countersigned_at, countersigner FROM signoff",
    "SELECT 'awaiting', count(*) FROM awaiting",
};

static int by_text(const void *x, const void *y)
{
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static const char *union_text(size_t i)
{
    sqlite3 *db = open_file(i);
    const char *lines[20000];
    size_t count = 0;
    for (size_t k = 0; k < sizeof same / sizeof *same; k++) {
        sqlite3_stmt *s;
        ck_assert_int_eq(sqlite3_prepare_v2(db, same[k], -1, &s, NULL), SQLITE_OK);
        while (sqlite3_step(s) == SQLITE_ROW && count < sizeof lines / sizeof *lines) {
            struct buf line = {0};
            for (int c = 0; c < sqlite3_column_count(s); c++)
                buf_addf(&line, "%s|", sqlite3_column_text(s, c) != NULL ? (const char *)sqlite3_column_text(s, c) : "-");
            lines[count++] = arena_strdup(a, buf_text(&line));
            buf_free(&line);
        }
        sqlite3_finalize(s);
    }
    sqlite3_close(db);
    qsort(lines, count, sizeof *lines, by_text);
    struct buf out = {0};
    for (size_t k = 0; k < count; k++)
        buf_addf(&out, "%s\n", lines[k]);
    const char *text = arena_strdup(a, buf_text(&out));
    buf_free(&out);
    return text;
}

/* The first line in which they differ. */
static const char *difference(const char *x, const char *y)
{
    while (*x != '\0' && strcspn(x, "\n") == strcspn(y, "\n") && strncmp(x, y, strcspn(x, "\n")) == 0) {
        x += strcspn(x, "\n") + 1;
        y += strcspn(y, "\n") + (*y != '\0');
    }
    return arena_printf(a, "%.*s\n  and\n%.*s", (int)strcspn(x, "\n"), x, (int)strcspn(y, "\n"), y);
}

static void ck_same(size_t devices)
{
    const char *first = union_text(0);
    for (size_t i = 1; i < devices; i++) {
        const char *text = union_text(i);
        ck_assert_msg(strcmp(first, text) == 0, "device %zu: %s", i, difference(first, text));
    }
}

static void ck_rebuilds(size_t i)
{
    sqlite3 *db = open_file(i);
    struct buf before = derived_text(db);
    OK(record_rebuild(device[i], &err));
    struct buf after = derived_text(db);
    sqlite3_close(db);
    ck_assert_msg(strcmp(buf_text(&before), buf_text(&after)) == 0, "device %zu: %s", i, difference(buf_text(&before), buf_text(&after)));
    buf_free(&before);
    buf_free(&after);
}

/* ---- acts ---- */

static uint64_t dice;

static size_t roll(size_t n)
{
    dice = dice * 6364136223846793005U + 1442695040888963407U;
    return (size_t)(dice >> 33) % n;
}

static struct subject module_of(size_t m)
{
    struct subject s = pump;
    s.module = modules[m];
    s.revision = roll(4) == 0 ? "r2" : "r1";
    return s;
}

static void act_quiz(struct record *r, int64_t who, const struct subject *s)
{
    const struct attempt *open;
    struct uuid id;
    OK(record_attempt_unfinished(r, a, who, s->module, &open, &err));
    if (open != NULL && roll(3) > 0) {
        id = open->id;
        OK(record_attempt_resume(r, &id, s, &err));
    } else {
        OK(record_attempt_start(r, who, s, &start, &id, &err));
    }
    for (size_t i = 0; i < 3; i++)
        if (roll(3) > 0) {
            char said[30];
            struct given g = given_of(pump_questions[i], (double)roll(3) / 2, 1000 + (int64_t)roll(9000));
            snprintf(said, sizeof said, "\"%zu\"", roll(100000));
            g.response = said;
            OK(record_answer(r, &id, &g, &err));
        }
    size_t end = roll(4);
    if (end == 0)
        OK(record_attempt_abandon(r, &id, s, &err));
    else if (end == 1)
        OK(record_attempt_finish(r, &id, s, (double)roll(100), roll(2) == 0, &err));
}

static void act_sign(struct record *r, int64_t who, const struct subject *s, int64_t by)
{
    struct uuid id;
    struct error ignored = {0};
    const struct signoff_signature g = {.signer = "Ana Ortiz", .method = SIGNOFF_NAME, .attestation = "I have read it.",
                                        .source = pin_text, .source_len = sizeof pin_text - 1, .retain_until = 4102444800000,
                                        .mark = "", .countersign = true};
    for (size_t i = 0; i < s->section_count; i++)
        OK(record_shown(r, who, s, &s->sections[i], 100, 60000, &err));
    if (record_signoff(r, who, s, &g, &id, &ignored) || roll(2) == 0)
        return;
    size_t count;
    const struct signoff *all = record_signoffs(r, a, who, s->module, true, &count, &err);
    if (count > 0)
        (void)record_countersign(r, &all[count - 1].id, by, "Cleo Day", SIGNOFF_PIN, &ignored);
}

static void act(size_t i)
{
    struct record *r = device[i];
    size_t person = roll(2);
    int64_t who = devices_person(r, devices_people[person].name);
    struct subject s = module_of(roll(MODULES));
    const struct section_ref *section = &sections_1[roll(3)];
    struct given g = given_of(pump_questions[roll(3)], (double)roll(3) / 2, 1000 + (int64_t)roll(9000));
    switch (roll(8)) {
    case 0: OK(record_opened(r, who, &s, section->anchor, &err)); break;
    case 1: OK(record_section(r, who, &s, section, roll(2) == 0 ? SECTION_SEEN : SECTION_DONE, 100, 60000, &err)); break;
    case 2: OK(record_session_joined(r, who, &fixture_session, roll(2) == 0, &err)); break;
    case 3: OK(record_session_left(r, who, &fixture_session, &err)); break;
    case 4: OK(record_recall_answer(r, who, &s, &g, pin_text, sizeof pin_text - 1, start.content_hash, &err)); break;
    case 5:
        if (roll(6) == 0)
            OK(record_recall_retire(r, who, s.module, g.question, &err));
        else
            act_sign(r, who, &s, devices_person(r, "Cleo"));
        break;
    default: act_quiz(r, who, &s); break;
    }
}

/* ---- tests ---- */

/* Clocks of the devices: right, or apart by hours; and now and then one goes back. */
START_TEST(whatever_the_order_all_find_the_same)
{
    dice = (uint64_t)_i * 7919 + 1;
    bool skewed = _i % 3 == 2;
    int64_t now = 1793000000000, off[DEVICES] = {0};
    for (size_t i = 0; skewed && i < DEVICES; i++)
        off[i] = (int64_t)roll(4 * 3600000);
    for (int n = 0; n < 150; n++) {
        size_t i = roll(DEVICES);
        now += 1 + (int64_t)roll(_i % 2 == 0 ? 600000 : 40000000);
        if (skewed && roll(30) == 0)
            off[i] -= (int64_t)roll(48 * 3600000);
        clock_set(now + off[i]);
        if (roll(5) > 0)
            act(i);
        else
            devices_hand_on(device[i], device[(i + 1 + roll(DEVICES - 1)) % DEVICES], 256);
    }
    for (size_t i = 0; i < DEVICES; i++)
        for (size_t k = 0; k < DEVICES; k++)
            if (i != k)
                devices_hand_on(device[i], device[k], 256);
    ck_same(DEVICES);
    for (size_t i = 0; i < DEVICES; i++)
        ck_rebuilds(i);
}
END_TEST

/* A quiz that was left is offered elsewhere with its answers and its text, and back where it was begun not once it is over. */
START_TEST(what_was_left_is_offered_elsewhere)
{
    struct uuid id;
    const struct attempt *left;
    const char *text;
    size_t n;
    struct given g = given_of(pump_questions[0], 1, 1000);
    int64_t here = devices_person(device[0], "Ana"), there = devices_person(device[1], "Ana");
    OK(record_attempt_start(device[0], here, &pump, &start, &id, &err) && record_answer(device[0], &id, &g, &err));
    devices_hand_on(device[0], device[1], 256);
    OK(record_attempt_left(device[1], there, a, &left, &err));
    ck_assert_ptr_nonnull(left);
    ck_assert(left->elsewhere && uuid_equal(&left->id, &id));
    ck_assert_uint_eq(left->answer_count, 1);
    ck_assert_str_eq(left->answers[0].question, pump_questions[0]);
    OK(record_content(device[1], a, left->content_hash, &text, &n, &err));
    ck_assert_str_eq(text, pin_text);
    OK(record_attempt_left(device[0], here, a, &left, &err));
    ck_assert(left != NULL && !left->elsewhere);
    OK(record_attempt_finish(device[1], &id, &pump, 100, true, &err));
    devices_hand_on(device[1], device[0], 256);
    OK(record_attempt_left(device[0], here, a, &left, &err));
    ck_assert_ptr_null(left);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("union");
    TCase *t = tcase_create("union");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, what_was_left_is_offered_elsewhere);
    tcase_add_loop_test(t, whatever_the_order_all_find_the_same, 0, 20);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
