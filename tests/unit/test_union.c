/* foreign: what follows from the logs of several devices: the union, the same everywhere, in whatever order they meet. */
#include "devices.h"

#include "core/base/buf.h"
#include "core/base/hex.h"
#include "core/record/copy.h"
#include "core/record/elsewhere.h"
#include "core/library/library.h"
#include "core/record/attendance.h"
#include "core/record/proof.h"
#include "core/record/report.h"
#include "core/record/scratch.h"
#include "core/record/signoff.h"
#include "core/record/verify.h"
#include "derived.h"
#include "forged_log.h"
#include "tests/unit/database.h"
#include "tests/unit/suite.h"

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
    return database_open(device_path[i]);
}

/* ---- what is the same everywhere ---- */

#define WHO "(SELECT person FROM learner WHERE number = learner)"
static const char *const same[] = {
    "SELECT 'module', " WHO ", module, title, opened_at, begun_at, completed_at, passed_at, has_quiz, score, revision, revised_at FROM module",
    "SELECT 'opening', " WHO ", module, at FROM opening",
    "SELECT 'section', " WHO ", module, hash, anchor, state, at FROM section",
    "SELECT 'attempt', hex(coalesce(said, id)), " WHO ", module, state, started_at, ended_at, again_at, score, passed FROM attempt",
    "SELECT 'answer', hex(coalesce(said, id)), " WHO ", question, response, fraction, rating, at FROM answer JOIN attempt t ON t.id = attempt",
    "SELECT 'other', hex(coalesce(said, id)), " WHO ", question, response, fraction, rating, at FROM answer_other JOIN attempt t ON t.id = attempt",
    "SELECT 'recall', " WHO ", module, question, stability, difficulty, reviewed_at, due_at, reviews FROM recall",
    "SELECT 'attendance', " WHO ", session, joined_at, left_at, late FROM attendance",
    "SELECT 'shown', " WHO ", module, hash, at FROM shown",
    "SELECT 'signoff', hex(coalesce(said, id)), " WHO ", module, at, ordered, countersigned_at, countersigner FROM signoff",
    "SELECT 'answers of nobody', count(*) FROM answer WHERE attempt NOT IN (SELECT id FROM attempt)",
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
    OK(record_attempt_left(device[1], there, INT64_MAX, a, &left, &err));
    ck_assert_ptr_nonnull(left);
    ck_assert(left->elsewhere && uuid_equal(&left->id, &id));
    ck_assert_uint_eq(left->answer_count, 1);
    ck_assert_str_eq(left->answers[0].question, pump_questions[0]);
    OK(record_content(device[1], a, left->content_hash, &text, &n, &err));
    ck_assert_str_eq(text, pin_text);
    OK(record_attempt_left(device[0], here, INT64_MAX, a, &left, &err));
    ck_assert(left != NULL && !left->elsewhere);
    struct uuid newer;
    struct subject other = pump;
    other.module = "acme/another";
    clock_set(clock_wall_ms() + 60000);
    OK(record_attempt_start(device[0], here, &other, &start, &newer, &err) &&
       record_attempt_left(device[0], here, INT64_MAX, a, &left, &err));
    ck_assert_msg(left != NULL && uuid_equal(&left->id, &id), "what was opened and not answered is nothing to go on with");
    OK(record_answer(device[0], &newer, &g, &err) && record_attempt_left(device[0], here, INT64_MAX, a, &left, &err));
    ck_assert(left != NULL && uuid_equal(&left->id, &newer));
    OK(record_attempt_left(device[0], here, left->started_at, a, &left, &err)); /* where the other's module is not here */
    ck_assert(left != NULL && uuid_equal(&left->id, &id));
    OK(record_attempt_abandon(device[0], &newer, &other, &err) && record_attempt_finish(device[1], &id, &pump, 100, true, &err));
    devices_hand_on(device[1], device[0], 256);
    OK(record_attempt_left(device[0], here, INT64_MAX, a, &left, &err));
    ck_assert_ptr_null(left);
}
END_TEST

static void hand_on_all(void)
{
    for (size_t i = 0; i < DEVICES; i++)
        for (size_t k = 0; k < DEVICES; k++)
            if (i != k)
                devices_hand_on(device[i], device[k], 256);
}

/* ---- half a quiz ---- */

static const struct attempt *unfinished(size_t i)
{
    const struct attempt *attempt, *left;
    int64_t who = devices_person(device[i], "Ana");
    OK(record_attempt_unfinished(device[i], a, who, pump.module, &attempt, &err));
    OK(record_attempt_left(device[i], who, INT64_MAX, a, &left, &err));
    ck_assert((attempt == NULL || attempt->answer_count == 0) == (left == NULL)); /* what was never answered is not half a quiz */
    return attempt;
}

static void answer(size_t i, const struct uuid *id, const char *question, double fraction)
{
    struct given g = given_of(question, fraction, 2000);
    int64_t now = clock_wall_ms() + 1000;
    clock_set(now);
    OK(record_answer(device[i], id, &g, &err));
}

START_TEST(half_a_quiz_is_offered_on_the_other_device)
{
    struct uuid id;
    const char *bytes;
    size_t len;
    OK(record_attempt_start(device[0], devices_person(device[0], "Ana"), &pump, &start, &id, &err));
    answer(0, &id, "q1", 1);
    devices_hand_on(device[0], device[1], 256);
    const struct attempt *half = unfinished(1);
    ck_assert(half != NULL && uuid_equal(&half->id, &id) && half->answer_count == 1 && half->seed == start.seed);
    OK(record_content(device[1], a, half->content_hash, &bytes, &len, &err));
    ck_assert(len == sizeof pin_text - 1 && memcmp(bytes, pin_text, len) == 0);
    OK(record_attempt_resume(device[1], &id, &pump, &err));
    answer(1, &id, "q2", 0.5);
    answer(1, &id, "q3", 1);
    OK(record_attempt_finish(device[1], &id, &pump, 83, true, &err));
    ck_assert_ptr_nonnull(unfinished(0)); /* it doesn't know */
    hand_on_all();
    for (size_t i = 0; i < DEVICES; i++) {
        const struct attempt *done;
        ck_assert_ptr_null(unfinished(i));
        OK(record_attempt_last(device[i], a, devices_person(device[i], "Ana"), pump.module, &done, &err));
        ck_assert(uuid_equal(&done->id, &id) && done->answer_count == 3 && done->passed);
        const struct progress *p = record_progress(device[i], a, devices_person(device[i], "Ana"), pump.module, clock_wall_ms(), &err);
        ck_assert(p->learned == LEARNED_PASSED && p->score == 83 && !p->unfinished);
        /* That it was passed comes from the site's statements, too: it is known. */
        const struct elsewhere passed = {.person = "p-ana", .module = pump.module, .revision = "r1", .score = 83, .at = p->passed_at};
        unsigned char site[SITE_KEY];
        size_t taken;
        memset(site, 7, sizeof site);
        OK(record_elsewhere(device[i], site, &passed, 1, 1, "acme", &taken, &err));
        ck_assert_uint_eq(taken, 0);
    }
    ck_same(DEVICES);
}
END_TEST

/* A rebuild meets the pass before the attempt that passed, which was begun elsewhere: what was answered since is reviewed all the same,
 * also where the clock went back meanwhile. */
START_TEST(a_pass_is_met_before_its_attempt)
{
    struct uuid id, other;
    int64_t now = clock_wall_ms(), who = devices_person(device[1], "Ana");
    clock_set(now + 36000000);
    OK(record_attempt_start(device[1], who, &pump, &start, &other, &err));
    answer(1, &other, "q2", 0);
    OK(record_attempt_finish(device[1], &other, &pump, 0, false, &err));
    clock_set(now);
    OK(record_attempt_start(device[0], devices_person(device[0], "Ana"), &pump, &start, &id, &err));
    devices_hand_on(device[0], device[1], 256);
    answer(1, &id, "q1", 1);
    OK(record_attempt_finish(device[1], &id, &pump, 100, true, &err));
    ck_rebuilds(1);
}
END_TEST

/* Offline both go on: all answers stay, the first finish counts, and who was told to have passed has. */
START_TEST(both_devices_go_on)
{
    struct uuid id;
    OK(record_attempt_start(device[0], devices_person(device[0], "Ana"), &pump, &start, &id, &err));
    answer(0, &id, "q1", 1);
    devices_hand_on(device[0], device[1], 256);
    int64_t then = clock_wall_ms();
    answer(1, &id, "q2", 0);
    OK(record_attempt_finish(device[1], &id, &pump, 50, false, &err));
    clock_set(then + 3600000);
    answer(0, &id, "q2", 1);
    answer(0, &id, "q3", 1);
    OK(record_attempt_finish(device[0], &id, &pump, 100, true, &err));
    hand_on_all();
    ck_same(DEVICES);
    for (size_t i = 0; i < DEVICES; i++) {
        const struct attempt *done;
        sqlite3 *db = open_file(i);
        sqlite3_stmt *s;
        OK(record_attempt(device[i], a, devices_person(device[i], "Ana"), &id, &done, &err));
        ck_assert_double_eq(done->score, 50);
        ck_assert(!done->passed && done->answer_count == 3);
        for (size_t k = 0; k < 3; k++)
            ck_assert(strcmp(done->answers[k].question, "q2") != 0 || done->answers[k].fraction < 0.5);
        ck_assert_int_eq(sqlite3_prepare_v2(db, "SELECT fraction FROM answer_other", -1, &s, NULL), SQLITE_OK);
        ck_assert(sqlite3_step(s) == SQLITE_ROW && sqlite3_column_double(s, 0) > 0.5 && sqlite3_step(s) == SQLITE_DONE);
        sqlite3_finalize(s);
        sqlite3_close(db);
        ck_assert_int_eq(record_progress(device[i], a, devices_person(device[i], "Ana"), pump.module, then, &err)->learned,
                         LEARNED_PASSED);
        ck_assert_ptr_null(unfinished(i));
        ck_rebuilds(i);
    }
}
END_TEST

/* Without its text it can't be gone on with, and is not offered. */
START_TEST(half_a_quiz_without_its_text_is_not_offered)
{
    struct uuid id;
    size_t taken;
    OK(record_attempt_start(device[0], devices_person(device[0], "Ana"), &pump, &start, &id, &err));
    struct log_part part = devices_part(device[0], 0, 1000);
    ck_assert_uint_eq(part.content_count, 1);
    part.content_count = 0;
    OK(record_foreign_take(device[1], &part, &taken, &err));
    ck_assert_ptr_null(unfinished(1));
}
END_TEST

/* ---- progress ---- */

START_TEST(sections_done_on_several_devices_complete_the_module)
{
    struct subject s = pump;
    s.has_quiz = false;
    for (size_t i = 0; i < DEVICES; i++)
        OK(record_section(device[i], devices_person(device[i], "Ana"), &s, &s.sections[i], SECTION_DONE, 100, 60000, &err));
    hand_on_all();
    int64_t who = devices_person(device[1], "Ana");
    ck_assert_int_eq(record_progress(device[1], a, who, s.module, 0, &err)->learned, LEARNED_BEGUN);
    struct progress_count count = progress_compare(record_progress(device[1], a, who, s.module, 0, &err), s.sections, 3, NULL);
    ck_assert_uint_eq(count.done, 3);
    OK(record_opened(device[1], who, &s, NULL, &err));
    ck_assert_int_eq(record_progress(device[1], a, who, s.module, 0, &err)->learned, LEARNED_PASSED);
    hand_on_all();
    OK(record_opened(device[0], devices_person(device[0], "Ana"), &s, NULL, &err)); /* once is enough */
    hand_on_all();
    ck_same(DEVICES);
    sqlite3 *db = open_file(2);
    sqlite3_stmt *q;
    ck_assert_int_eq(sqlite3_prepare_v2(db, "SELECT count(*) FROM foreign_event WHERE kind = 'module.completed'", -1, &q, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(q), SQLITE_ROW);
    ck_assert_int_eq(sqlite3_column_int(q, 0), 1);
    sqlite3_finalize(q);
    sqlite3_close(db);
}
END_TEST

/* Somebody comes to this device's list later than what they did elsewhere came here. */
START_TEST(who_comes_later_has_what_they_did_before)
{
    struct uuid id;
    static const struct site_person dora[] = {{.id = "p-ana", .name = "Ana", .rights = RIGHT_LEARNER, .account = "ana"},
                                              {.id = "p-dora", .name = "Dora", .rights = RIGHT_LEARNER, .account = "dora"}};
    struct site_list list = {.version = 2, .people = dora, .count = 2};
    struct site_taken taken;
    memset(list.site, 7, sizeof list.site);
    memset(list.secret, 9, sizeof list.secret);
    OK(learner_site_take(device[0], &list, &taken, &err));
    OK(record_attempt_start(device[0], devices_person(device[0], "Dora"), &pump, &start, &id, &err));
    answer(0, &id, "q1", 1);
    OK(record_attempt_finish(device[0], &id, &pump, 100, true, &err));
    devices_hand_on(device[0], device[1], 256);
    OK(learner_site_take(device[1], &list, &taken, &err));
    int64_t who = devices_person(device[1], "Dora");
    ck_assert_int_eq(record_progress(device[1], a, who, pump.module, 0, &err)->learned, LEARNED_PASSED);
    ck_rebuilds(1);
    /* And what came of the third device before it said whose it is: nothing is known of Dora there yet. */
    devices_hand_on(device[0], device[2], 256);
    OK(learner_site_take(device[2], &list, &taken, &err));
    ck_same(DEVICES - 1);
}
END_TEST

/* What nothing can be made of counts for nothing, and hinders nobody; and nobody speaks of somebody else's attempt. */
START_TEST(payloads_that_crib_never_writes)
{
    static const char *const people[] = {"p-ana", "p-ben"};
    static const char *const odd[] = {
        "{\"learner\":1,\"module\":\"acme/x\",\"sections\":[\"none\"]}",
        "{\"learner\":1,\"module\":\"acme/x\",\"sections\":[[null,null]]}",
        "{\"learner\":1,\"module\":\"acme/x\",\"sections\":7}",
        "{\"learner\":1,\"module\":{\"a\":[1]},\"at\":[],\"hash\":{},\"questions\":\"q\",\"session\":1,\"programme\":[2]}",
        "{\"learner\":1,\"module\":\"acme/x\",\"at\":\"9999-12-31T23:59:59Z\",\"score\":1e400,\"fraction\":-1e400,\"rating\":99,\"ms\":-9e18}",
        "{\"learner\":1}",
        "{\"learner\":-1,\"module\":\"acme/x\"}",
        "{\"learner\":\"1\",\"module\":\"acme/x\"}",
        "{\"learner\":3,\"person\":7,\"log\":1,\"ranges\":{\"a\":[1,2]}}",
        "{}",
    };
    static const char *const kinds[] = {"module.opened", "section.done", "attempt.started", "attempt.finished", "signoff.signed",
                                        "session.joined", "learner.site", "erased", "recall.answered", "no.such.kind"};
    struct forged f;
    struct uuid id;
    size_t taken;
    char text[UUID_TEXT];
    const char *kind = kinds[_i];
    OK(record_attempt_start(device[1], devices_person(device[1], "Ana"), &pump, &start, &id, &err));
    uuid_text(&id, text);
    forged_begin(&f, a, people, 2);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        forged_add(&f, kind, odd[i], NULL);
    forged_add(&f, "attempt.finished", arena_printf(a, "{\"learner\":2,\"module\":\"acme/prime-pump\",\"attempt\":\"%s\",\"purpose\":\"quiz\","
                                                       "\"score\":100,\"passed\":true}", text), NULL);
    forged_add(&f, "module.opened", "{\"learner\":2,\"module\":\"acme/seal\"}", NULL);
    OK(record_foreign_take(device[1], &f.part, &taken, &err));
    ck_assert_uint_eq(taken, f.part.count);
    ck_assert_ptr_nonnull(unfinished(1)); /* Ben doesn't end Ana's */
    ck_assert_int_eq(record_progress(device[1], a, devices_person(device[1], "Ben"), pump.module, 0, &err)->learned, LEARNED_NEW);
    ck_assert_int_eq(record_opens_since(device[1], devices_person(device[1], "Ben"), "acme/seal", 0, &err), 1);
    OK(record_verify(device[1], NULL, NULL, &err));
    ck_rebuilds(1);
    devices_list(device[1], 2, 1); /* who goes and comes meets it again */
    devices_list(device[1], 3, 2);
}
END_TEST

/* Half of a quiz was known by its commitments alone, the other half came with its payloads: then the first half comes, too. */
START_TEST(who_was_here_before_they_came_to_the_list)
{
    int64_t dora;
    struct uuid id;
    size_t taken;
    static const struct site_person people[] = {{.id = "p-ana", .name = "Ana", .rights = RIGHT_LEARNER, .account = "ana"},
                                                {.id = "p-dora", .name = "Dora", .rights = RIGHT_LEARNER, .account = "dora"}};
    struct site_list list = {.version = 2, .people = people, .count = 2};
    struct site_taken listed;
    memset(list.site, 7, sizeof list.site);
    memset(list.secret, 9, sizeof list.secret);
    OK(learner_self(device[0], "Dora", &dora, &err));
    OK(record_attempt_start(device[0], dora, &pump, &start, &id, &err));
    answer(0, &id, "q1", 1);
    devices_hand_on(device[0], device[1], 256);
    for (size_t i = 0; i < DEVICES; i++)
        OK(learner_site_take(device[i], &list, &listed, &err));
    ck_assert_int_eq(devices_person(device[0], "Dora"), dora);
    answer(0, &id, "q2", 1);
    OK(record_attempt_finish(device[0], &id, &pump, 100, true, &err));
    devices_hand_on(device[0], device[1], 256);
    struct log_part again = devices_part(device[0], 0, 1000);
    OK(record_foreign_take(device[1], &again, &taken, &err));
    ck_assert_uint_eq(taken, 0);
    devices_hand_on(device[0], device[2], 256); /* all at once */
    const struct attempt *done;
    for (size_t i = 0; i < DEVICES; i++) {
        OK(record_attempt_last(device[i], a, devices_person(device[i], "Dora"), pump.module, &done, &err));
        ck_assert(done != NULL && uuid_equal(&done->id, &id) && done->answer_count == 2 && done->passed);
        ck_rebuilds(i);
    }
    ck_same(DEVICES);
}
END_TEST

/* ---- whose an id is ---- */

#define BENS "{\"learner\":1,\"module\":\"acme/prime-pump\",\"at\":\"2026-11-01T07:00:00Z\","

/* A log of somebody who heard of Ana's attempt and sign-off first, and gave their ids to events of Ben's. */
static void forge(struct forged *f, const struct uuid *attempt, const struct uuid *signoff)
{
    static const char *const people[] = {"p-ben"};
    char id[UUID_TEXT];
    uuid_text(attempt, id);
    forged_begin(f, a, people, 1);
    forged_add_as(f, "attempt.started", BENS "\"purpose\":\"quiz\",\"pass_mark\":0,\"questions\":[\"q9\"],\"seed\":9}", attempt);
    forged_add(f, "attempt.answered", arena_printf(a, BENS "\"attempt\":\"%s\",\"question\":\"q1\",\"type\":\"choice\",\"response\":\"1\","
                                                           "\"fraction\":0,\"ms\":1000,\"rating\":1}", id), NULL);
    forged_add(f, "attempt.finished", arena_printf(a, BENS "\"attempt\":\"%s\",\"purpose\":\"quiz\",\"score\":0,\"passed\":false}", id), NULL);
    if (signoff != NULL)
        forged_add_as(f, "signoff.signed", BENS "\"signer\":\"Ben\",\"retain_until\":\"2036-11-01T07:00:00Z\"}", signoff);
}

static void take_forged(size_t i, const struct forged *f)
{
    size_t taken;
    OK(record_foreign_take(device[i], &f->part, &taken, &err));
    ck_assert_uint_eq(taken, f->part.count);
}

/* Whichever is heard of first: an id counts within one person's events. Ana goes on with hers where the false one came first. */
START_TEST(nobody_takes_the_id_of_anothers_attempt)
{
    struct forged f;
    struct uuid id;
    const struct attempt *t;
    OK(record_attempt_start(device[0], devices_person(device[0], "Ana"), &pump, &start, &id, &err));
    answer(0, &id, "q1", 1);
    forge(&f, &id, NULL);
    take_forged(1, &f);
    devices_hand_on(device[0], device[1], 256);
    const struct attempt *half = unfinished(1);
    ck_assert(half != NULL && half->seed == start.seed && half->answer_count == 1);
    ck_assert_double_eq(half->answers[0].fraction, 1);
    OK(record_attempt_resume(device[1], &half->id, &pump, &err));
    answer(1, &half->id, "q2", 1);
    OK(record_attempt_finish(device[1], &half->id, &pump, 90, true, &err));
    hand_on_all();
    take_forged(0, &f);
    take_forged(2, &f);
    ck_same(DEVICES);
    for (size_t i = 0; i < DEVICES; i++) {
        OK(record_attempt(device[i], a, devices_person(device[i], "Ana"), &id, &t, &err));
        ck_assert(t != NULL && t->state == ATTEMPT_FINISHED && t->passed && t->score == 90 && t->answer_count == 2);
        OK(record_attempt(device[i], a, devices_person(device[i], "Ben"), &id, &t, &err));
        ck_assert(t != NULL && t->state == ATTEMPT_FINISHED && !t->passed && t->answer_count == 1 && t->question_count == 1);
        ck_assert_ptr_null(unfinished(i));
        ck_rebuilds(i);
    }
    ck_same(DEVICES);
}
END_TEST

/* ---- what the site is told ---- */

/* Whoever tells of somebody else's registration as theirs ends nothing, and answers nothing, but their own. */
START_TEST(statements_with_anothers_registration)
{
    static const char *const told[] = {
        "attempt.answered\0\"question\":\"q1\",\"type\":\"choice\",\"fraction\":0,\"rating\":1",
        "attempt.finished\0\"purpose\":\"quiz\",\"score\":0,\"passed\":false",
        "attempt.abandoned\0\"x\":1",
    };
    struct uuid id = {{1}}, other = {{2}};
    char text[UUID_TEXT];
    int64_t ana, ben;
    const struct attempt *t;
    struct record *r = scratch_open(&err);
    uuid_text(&id, text);
    OK(scratch_person(r, "https://example.com", "ana", &ana, &err));
    OK(scratch_person(r, "https://example.com", "ben", &ben, &err));
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
            const char *payload = arena_printf(a, "{\"learner\":%d,\"module\":\"acme/seal\",\"attempt\":\"%s\",%s}", (int)ben, text,
                                               told[i] + strlen(told[i]) + 1);
            OK(scratch_tell(r, 2, &other, told[i], payload, strlen(payload), &err));
        }
        const char *begun = arena_printf(a, "{\"learner\":%d,\"module\":\"acme/seal\",\"purpose\":\"quiz\"}", (int)ana);
        OK(scratch_tell(r, 1, &id, "attempt.started", begun, strlen(begun), &err));
    }
    OK(record_attempt(r, a, ana, &id, &t, &err));
    ck_assert(t != NULL && t->state == ATTEMPT_OPEN && t->answer_count == 0);
    record_close(r);
}
END_TEST

/* Statements of two devices about one attempt: started and half answered on the one, ended on the other. */
START_TEST(statements_of_several_devices)
{
    static const struct {
        int64_t log;
        const char *kind, *said;
    } told[] = {
        {2, "attempt.started", "\"at\":\"2026-11-01T08:00:00Z\",\"purpose\":\"quiz\",\"pass_mark\":80"},
        {1, "attempt.answered", "\"at\":\"2026-11-01T09:00:00Z\",\"attempt\":\"%s\",\"question\":\"q2\",\"type\":\"choice\",\"fraction\":1,\"rating\":3"},
        {1, "attempt.finished", "\"at\":\"2026-11-01T09:01:00Z\",\"attempt\":\"%s\",\"purpose\":\"quiz\",\"score\":100,\"passed\":true"},
        {2, "attempt.answered", "\"at\":\"2026-11-01T08:01:00Z\",\"attempt\":\"%s\",\"question\":\"q1\",\"type\":\"choice\",\"fraction\":1,\"rating\":3"},
        {2, "attempt.answered", "\"at\":\"2026-11-01T09:30:00Z\",\"attempt\":\"%s\",\"question\":\"q2\",\"type\":\"choice\",\"fraction\":0,\"rating\":1"},
    };
    struct uuid id = {{1}}, other = {{2}};
    char text[UUID_TEXT];
    int64_t who;
    const struct attempt *done;
    struct record *r = scratch_open(&err);
    uuid_text(&id, text);
    OK(scratch_person(r, "https://example.com", "ana", &who, &err));
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        const char *payload = arena_printf(a, "{\"learner\":%d,\"module\":\"acme/prime-pump\",%s}", (int)who, told[i].said);
        const char *at = strstr(payload, "%s");
        if (at != NULL)
            payload = arena_printf(a, "%.*s%s%s", (int)(at - payload), payload, text, at + 2);
        OK(scratch_tell(r, told[i].log, i == 0 ? &id : &other, told[i].kind, payload, strlen(payload), &err));
    }
    OK(record_attempt(r, a, who, &id, &done, &err));
    ck_assert(done->state == ATTEMPT_FINISHED && done->passed && done->answer_count == 2);
    for (size_t i = 0; i < 2; i++)
        ck_assert_double_eq(done->answers[i].fraction, 1);
    ck_assert_int_eq(record_progress(r, a, who, "acme/prime-pump", 0, &err)->learned, LEARNED_PASSED);
    /* Of an attempt of which nothing else is known, that it passed the module. */
    const char *passed = arena_printf(a, "{\"learner\":%d,\"module\":\"acme/seal\",\"attempt\":\"%s\",\"purpose\":\"quiz\",\"score\":90,"
                                         "\"passed\":true}", (int)who, "0193a000-0000-7000-8000-00000000000c");
    OK(scratch_tell(r, 3, &other, "attempt.finished", passed, strlen(passed), &err));
    ck_assert_int_eq(record_progress(r, a, who, "acme/seal", 0, &err)->learned, LEARNED_PASSED);
    record_close(r);
}
END_TEST

/* ---- a copy, and what the site has ---- */

static void pass(size_t i, const char *module, double score)
{
    struct uuid id;
    struct subject s = pump;
    s.module = module;
    OK(record_attempt_start(device[i], devices_person(device[i], "Ana"), &s, &start, &id, &err));
    answer(i, &id, "q1", 1);
    OK(record_attempt_finish(device[i], &id, &s, score, true, &err));
}

static enum learned learned(size_t i, const char *module)
{
    return record_progress(device[i], a, devices_person(device[i], "Ana"), module, 0, &err)->learned;
}

static bool see_rest(void *context, const struct log_report *report, bool done)
{
    if (done && report->rest)
        *(struct log_report *)context = *report;
    return true;
}

static void restore(const char *copy)
{
    record_close(device[0]);
    unlink(arena_printf(a, "%s-wal", device_path[0]));
    ck_assert_int_eq(rename(copy, device_path[0]), 0);
    OK(device[0] = record_open(device_path[0], &err));
}

/* What came after the copy is read as the rest of a log that is not appended to any more. */
START_TEST(a_copy_and_what_the_site_has)
{
    struct uuid half;
    size_t taken;
    struct log_report rest = {0};
    const char *copy = arena_printf(a, "%s/copy.db", fixture_dir);
    pass(0, "acme/first", 80);
    OK(record_attempt_start(device[0], devices_person(device[0], "Ana"), &pump, &start, &half, &err));
    OK(copy_make(device_path[0], copy, NULL, &err));
    uint64_t kept = devices_log(device[0]).last;
    answer(0, &half, "q1", 1);
    pass(0, "acme/second", 90);
    devices_list(device[0], 2, 2);
    devices_list(device[0], 3, 3); /* Cleo came back */
    struct log_part site = devices_part(device[0], 0, 1000);
    ck_assert(!record_foreign_take(device[0], &site, &taken, &(struct error){0}));
    restore(copy);
    ck_assert_int_eq(learned(0, "acme/second"), LEARNED_NEW);
    pass(0, "acme/third", 70); /* in a new log */
    int64_t newcomer;
    OK(learner_self(device[0], "Somebody", &newcomer, &err));
    OK(record_foreign_take(device[0], &site, &taken, &err));
    ck_assert_uint_eq(taken, site.count - kept);
    OK(record_foreign_take(device[0], &site, &taken, &err));
    ck_assert_uint_eq(taken, 0);
    static const char *const all[] = {"acme/first", "acme/second", "acme/third"};
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(learned(0, all[i]), LEARNED_PASSED);
    ck_assert_uint_eq(unfinished(0)->answer_count, 1);
    OK(record_verify(device[0], see_rest, &rest, &err));
    ck_assert(rest.foreign && rest.complete == site.count && rest.events == site.count - kept);
    ck_rebuilds(0);
    devices_hand_on(device[0], device[1], 256);
    ck_assert_int_eq(learned(1, "acme/third"), LEARNED_PASSED);
    struct log_part end = devices_part(device[0], 0, 1000);
    ck_assert(!record_foreign_take(device[0], &end, &taken, &(struct error){0})); /* the one that is appended to */
}
END_TEST

/* ---- sign-offs ---- */

static const struct signoff_signature signature = {.signer = "Ana Ortiz", .method = SIGNOFF_NAME, .attestation = "I have read it.",
                                                   .source = pin_text, .source_len = sizeof pin_text - 1,
                                                   .retain_until = 4102444800000, .mark = "", .countersign = true};

/* Read on one device, asked on the second, signed on the third, countersigned on the first. */
START_TEST(a_signature_rests_on_what_happened_anywhere)
{
    struct uuid id;
    struct error why = {0};
    size_t count;
    struct subject s = pump;
    struct given g = given_of("q1", 1, 2000);
    for (size_t i = 0; i < s.section_count; i++)
        OK(record_shown(device[0], devices_person(device[0], "Ana"), &s, &s.sections[i], 100, 60000, &err));
    clock_set(1793603000000);
    OK(record_attempt_start(device[1], devices_person(device[1], "Ana"), &s, &start, &id, &err));
    OK(record_answer(device[1], &id, &g, &err));
    OK(record_attempt_finish(device[1], &id, &s, 100, true, &err));
    clock_set(1793604000000);
    int64_t here = devices_person(device[2], "Ana");
    ck_assert(!record_signoff(device[2], here, &s, &signature, &id, &why));
    hand_on_all();
    OK(record_signoff(device[2], here, &s, &signature, &id, &err));
    ck_assert(!record_signoff(device[2], here, &s, &signature, &id, &why)); /* nobody signs twice for one reading */
    clock_set(1793605000000);
    hand_on_all();
    int64_t there = devices_person(device[0], "Ana"), cleo = devices_person(device[0], "Cleo");
    ck_assert(!record_signoff(device[0], there, &s, &signature, &id, &why)); /* nor on another device */
    const struct signoff *all = record_signoffs_waiting(device[0], a, 1793605000000, &count, &err);
    ck_assert_uint_eq(count, 1);
    ck_assert(!record_countersign(device[0], &all[0].id, there, "Ana Ortiz", SIGNOFF_NAME, &why));
    OK(record_countersign(device[0], &all[0].id, cleo, "Cleo Day", SIGNOFF_PIN, &err));
    hand_on_all();
    for (size_t i = 0; i < DEVICES; i++) {
        struct buf proof = {0};
        struct proof_found found;
        OK(proof_write(device[i], &(struct proof_wanted){0}, &proof, &count, &err));
        OK(proof_check(buf_text(&proof), proof.len, NULL, a, &found, &err));
        ck_assert_uint_eq(found.signoffs, 1);
        ck_assert_uint_eq(found.keys.count, 3);
        static const char *const said[] = {"section shown in full: start", "answered q1: right", "by Ana Ortiz", "by Cleo Day"};
        for (size_t k = 0; k < sizeof said / sizeof *said; k++) {
            size_t line = 0;
            while (line < found.readable.count && strstr(found.readable.items[line], said[k]) == NULL)
                line++;
            ck_assert_msg(line < found.readable.count, "device %zu: no line has: %s", i, said[k]);
        }
        buf_free(&proof);
    }
    /* Where its text never came, the proof is to be had where it was signed. */
    sqlite3 *db = open_file(1);
    struct buf none = {0};
    ck_assert_int_eq(sqlite3_exec(db, "DELETE FROM content WHERE hash IN (SELECT content FROM signoff)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    ck_assert(!proof_write(device[1], &(struct proof_wanted){0}, &none, &count, &why));
    ck_assert_ptr_nonnull(strstr(why.why, "signed on another device"));
    buf_free(&none);
    /* What is read anew counts for the next signature, in whichever log. */
    clock_set(1793606000000);
    OK(record_shown(device[0], there, &s, &s.sections[0], 100, 60000, &err));
    const struct signoff_standing *standing = record_signoff_standing(device[0], a, there, &s, &err);
    ck_assert(standing->shown[0] && !standing->shown[1] && standing->missing == 2 && !standing->passed);
    ck_same(DEVICES - 2);
}
END_TEST

/* A second signature is under the sign-off of whoever it was given for. */
START_TEST(nobody_takes_the_id_of_anothers_sign_off)
{
    struct forged f;
    struct uuid id;
    size_t count;
    int64_t ana = devices_person(device[0], "Ana");
    for (size_t i = 0; i < pump.section_count; i++)
        OK(record_shown(device[0], ana, &pump, &pump.sections[i], 100, 60000, &err));
    OK(record_attempt_start(device[0], ana, &pump, &start, &id, &err));
    answer(0, &id, "q1", 1);
    OK(record_attempt_finish(device[0], &id, &pump, 100, true, &err));
    OK(record_signoff(device[0], ana, &pump, &signature, &id, &err));
    forge(&f, &id, &id);
    take_forged(1, &f);
    devices_hand_on(device[0], device[1], 256);
    ana = devices_person(device[1], "Ana");
    const struct signoff *hers = record_signoffs(device[1], a, ana, pump.module, true, &count, &err);
    ck_assert(count == 1 && strcmp(hers->signer, "Ana Ortiz") == 0 && uuid_equal(&hers->said, &id));
    OK(record_countersign(device[1], &hers->id, devices_person(device[1], "Cleo"), "Cleo Day", SIGNOFF_PIN, &err));
    hand_on_all();
    take_forged(0, &f);
    take_forged(2, &f);
    ck_same(DEVICES);
    for (size_t i = 0; i < DEVICES; i++) {
        hers = record_signoffs(device[i], a, devices_person(device[i], "Ana"), pump.module, true, &count, &err);
        ck_assert(count == 1 && hers->countersigned_at != 0);
        const struct signoff *bens = record_signoffs(device[i], a, devices_person(device[i], "Ben"), pump.module, true, &count, &err);
        ck_assert(count == 1 && bens->countersigned_at == 0);
        ck_rebuilds(i);
    }
}
END_TEST

/* ---- reports ---- */

static const struct element of_week[] = {
    {.id = "read", .kind = ELEMENT_MODULE, .phase = PHASE_BEFORE, .title = "", .module = "prime-pump", .starts = "", .where = "", .after_days = -1},
    {.id = "workshop", .kind = ELEMENT_SESSION, .phase = PHASE_DURING, .title = "", .module = "", .starts = "", .where = "", .after_days = -1},
};

static bool no_mark(void *context, const char *module, char mark[SIGNOFF_MARK], const char **change)
{
    (void)context;
    (void)module;
    (void)mark;
    *change = NULL;
    return false;
}

static const char *written(const struct report *report)
{
    struct buf out = {0};
    OK(report_write(report, REPORT_CSV, NULL, &(struct report_look){.columns = 80}, &out, &err));
    const char *text = arena_strdup(a, buf_text(&out));
    buf_free(&out);
    return text;
}

static size_t lines_with(const char *text, const char *words)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, words)) != NULL; at++)
        n++;
    return n;
}

/* Who learned on two devices is one person of a report, with all that they did, on whichever device it is asked for. */
START_TEST(reports_count_each_person_once)
{
    static const char *const titles[] = {"Prime", "Workshop"};
    static const struct library_programme week = {.channel = "acme", .iri = "https://acme.example/learn", .address = "acme/pump-week", .path = "",
                                                  .programme = {.id = "pump-week", .title = "Pump week", .problem = "", .outcome = "", .elements = of_week, .count = 2}};
    const struct facts module = {.channel = "acme", .id = "prime-pump", .title = "Prime"};
    const struct report_signing by = {.mark = no_mark, .modules = &module, .count = 1};
    const struct report_scope scope = {.now_ms = 1793700000000, .source = "This device"};
    const char *first[3] = {NULL};
    struct uuid id;
    for (size_t i = 0; i < 2; i++) {
        int64_t ana = devices_person(device[i], "Ana");
        clock_set(1793600000000 + (int64_t)i * 3600000);
        OK(record_session_joined(device[i], ana, &fixture_session, false, &err));
        OK(record_attempt_start(device[i], ana, &pump, &start, &id, &err));
        answer(i, &id, "q1", (double)i);
        OK(record_attempt_finish(device[i], &id, &pump, i == 0 ? 60 : 90, i == 1, &err));
    }
    clock_set(1793610000000);
    OK(record_session_joined(device[2], devices_person(device[2], "Ben"), &fixture_session, true, &err));
    hand_on_all();
    for (size_t i = 0; i < DEVICES; i++) {
        struct report programme, of_module, signoffs;
        OK(report_programme(device[i], a, &scope, &week, titles, &programme, &err));
        OK(report_module(device[i], a, &scope, "acme/prime-pump", "Prime", NULL, 0, &of_module, &err));
        OK(report_signoffs(device[i], a, &scope, NULL, NULL, &by, &signoffs, &err));
        const char *texts[3] = {written(&programme), written(&of_module), written(&signoffs)};
        ck_assert_msg(lines_with(texts[0], "\nAna,") == 1 && lines_with(texts[0], "\nBen,") == 1 && lines_with(texts[0], ",yes,1,1,") == 1, "%s", texts[0]);
        ck_assert_msg(lines_with(texts[1], "\nAna,") == 1 && lines_with(texts[2], "\nnever,Ana,") == 1, "%s%s", texts[1], texts[2]);
        for (size_t k = 0; k < 3; k++) {
            first[k] = first[k] != NULL ? first[k] : texts[k];
            ck_assert_msg(strcmp(texts[k], first[k]) == 0, "device %zu: %s", i, difference(first[k], texts[k]));
        }
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("union");
    TCase *t = tcase_create("union");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, what_was_left_is_offered_elsewhere);
    tcase_add_loop_test(t, whatever_the_order_all_find_the_same, 0, 8);
    tcase_add_test(t, half_a_quiz_is_offered_on_the_other_device);
    tcase_add_test(t, a_pass_is_met_before_its_attempt);
    tcase_add_test(t, both_devices_go_on);
    tcase_add_test(t, half_a_quiz_without_its_text_is_not_offered);
    tcase_add_test(t, sections_done_on_several_devices_complete_the_module);
    tcase_add_test(t, who_comes_later_has_what_they_did_before);
    tcase_add_loop_test(t, payloads_that_crib_never_writes, 0, 10);
    tcase_add_test(t, who_was_here_before_they_came_to_the_list);
    tcase_add_test(t, nobody_takes_the_id_of_anothers_attempt);
    tcase_add_test(t, nobody_takes_the_id_of_anothers_sign_off);
    tcase_add_test(t, statements_of_several_devices);
    tcase_add_test(t, statements_with_anothers_registration);
    tcase_add_test(t, a_copy_and_what_the_site_has);
    tcase_add_test(t, a_signature_rests_on_what_happened_anywhere);
    tcase_add_test(t, reports_count_each_person_once);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return suite_run(suite());
}
