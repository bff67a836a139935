/* pin: attempts are counted before they are looked at, waits go by no clock that anybody can set. */
#include "record_fixture.h"

#include "core/record/learner.h"
#include "core/record/pin.h"
#include "tests/unit/database.h"
#include "tests/unit/suite.h"

#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

static struct error err;
static struct record *r;
static int64_t kim;

static void set_up(void)
{
    memset(&err, 0, sizeof err);
    fixture_make();
    OK(r = record_open(fixture_path, &err));
    OK(learner_add(r, &(struct learner_row){.name = "Kim", .badge = "1"}, 0, &kim, &err));
    OK(learner_pin_set(r, kim, "4711", 0, &err));
}

static void tear_down(void)
{
    unsetenv("CRIB_CLOCK");
    record_close(r);
    fixture_remove();
}

static struct pin_result try(const char *pin)
{
    struct pin_result result;
    OK(learner_pin_check(r, kim, pin, &result, &err));
    return result;
}

/* What another hand writes into the table: the test's way to let time pass, and to boot the machine anew. */
static void table(const char *sql)
{
    sqlite3 *db = database_open(fixture_path);
    ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void reopen(void)
{
    record_close(r);
    OK(r = record_open(fixture_path, &err));
}

START_TEST(what_a_pin_is)
{
    static const struct {
        const char *pin;
        bool fits;
    } pins[] = {{"1234", true},   {"123456789012", true}, {"123", false},  {"1234567890123", false},
                {"12a4", false},  {"", false},            {"-123", false}, {" 1234", false},
                {"\xD9\xA1\xD9\xA2\xD9\xA3\xD9\xA4", false}};
    for (size_t i = 0; i < sizeof pins / sizeof *pins; i++) {
        ck_assert_msg(learner_pin_set(r, kim, pins[i].pin, 0, &err) == pins[i].fits, "'%s'", pins[i].pin);
        ck_assert(pins[i].fits || err.code == EX_DATAERR);
    }
    ck_assert_int_eq(try("123456789012").state, PIN_RIGHT); /* the last one that fitted */
}
END_TEST

START_TEST(right_wrong_and_none)
{
    struct pin_result result = try("4712");
    ck_assert_int_eq(result.state, PIN_WRONG);
    ck_assert_int_eq(result.left, 2);
    ck_assert_int_eq(result.wait_ms, 0);
    ck_assert_int_eq(try("").left, 1);
    ck_assert_int_eq(try(" 4711\n").state, PIN_RIGHT);
    ck_assert_int_eq(try("4712").left, 2); /* a right one starts anew */
    OK(learner_pin_reset(r, kim, 0, &err));
    ck_assert_int_eq(try("4711").state, PIN_NONE);
}
END_TEST

/* So many wrong ones, each as soon as it may be; then the wait. */
START_TEST(waits_begin_with_the_third_and_double)
{
    static const int64_t seconds[] = {0, 0, 10, 20, 40};
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
        struct pin_result result = try("0000");
        ck_assert_int_eq(result.state, PIN_WRONG);
        ck_assert_msg(result.wait_ms > seconds[i] * 1000 - 5000 && result.wait_ms <= seconds[i] * 1000, "wrong one %zu: %lld ms",
                      i + 1, (long long)result.wait_ms);
        table("UPDATE pin SET mono = mono - 1000000");
    }
    ck_assert_int_eq(try("4711").state, PIN_RIGHT);
}
END_TEST

START_TEST(while_one_waits_nothing_counts)
{
    for (int i = 0; i < 3; i++)
        try("0000");
    struct pin_result result = {0};
    for (int i = 0; i < 3; i++) {
        result = try("4711");
        ck_assert_int_eq(result.state, PIN_WAIT); /* even the right one is not looked at */
    }
    ck_assert(result.wait_ms > 0 && result.wait_ms <= 10000);
    OK(learner_pin_state(r, kim, &result, &err));
    ck_assert_int_eq(result.state, PIN_WAIT);
    table("UPDATE pin SET mono = mono - 10000");
    OK(learner_pin_state(r, kim, &result, &err));
    ck_assert_int_eq(result.state, PIN_ASK);
    ck_assert_int_eq(try("4711").state, PIN_RIGHT);
}
END_TEST

START_TEST(in_another_boot_its_own_time_alone_counts)
{
    static const struct {
        int64_t wrong;
        bool same_boot;
        int64_t then, now, left;
    } cases[] = {
        {2, true, 5000, 5000, 0},          {3, true, 5000, 5000, 10000},    {3, true, 5000, 14999, 1},
        {3, true, 5000, 15000, 0},         {3, false, 5000, 14999, 0},      {3, false, 5000, 4000, 6000},
        {3, false, 900000000, 0, 10000},   {4, false, 900000000, 12000, 8000}, {3, true, 900000, 4000, 6000},
        {6, true, 0, 0, 80000},            {7, true, 0, 0, 160000},         {8, true, 0, 0, 320000},
        {9, true, 0, 0, 640000},           {10, true, 0, 0, 900000},        {1000000, false, 0, 1000, 899000},
        {1000000, true, 0, 900000, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(learner_pin_wait(cases[i].wrong, cases[i].same_boot, cases[i].then, cases[i].now) == cases[i].left, "case %zu",
                      i);
}
END_TEST

/* What happens between the third wrong attempt and the next one; does the wait still stand? */
START_TEST(no_clock_and_no_restart_takes_the_wait_away)
{
    static const struct {
        const char *what, *clock, *sql;
        bool waits;
    } cases[] = {
        {"the program ends and starts", NULL, NULL, true},
        {"the clock is set forward by ten years", "2036-11-28T00:00:00Z", NULL, true},
        {"the clock is set back by ten years", "2016-11-28T00:00:00Z", NULL, true},
        /* another boot: this one has been running for as long as the monotonic clock says */
        {"the machine starts anew, and runs for long", NULL, "UPDATE pin SET boot = 'before'", false},
        {"what was written is of a later moment", NULL, "UPDATE pin SET mono = mono + 4000000000000", false},
        {"ten seconds pass", "2016-11-28T00:00:00Z", "UPDATE pin SET mono = mono - 10000", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        OK(learner_pin_set(r, kim, "4711", 0, &err));
        unsetenv("CRIB_CLOCK");
        table("UPDATE pin SET wrong = 2");
        try("0000");
        if (cases[i].clock != NULL)
            setenv("CRIB_CLOCK", cases[i].clock, 1);
        if (cases[i].sql != NULL)
            table(cases[i].sql);
        reopen();
        enum pin_state state = try("4711").state;
        ck_assert_msg((state == PIN_WAIT) == cases[i].waits, "%s: %d", cases[i].what, (int)state);
    }
}
END_TEST

/* Killed at whatever moment of a check: what it did not get to say was counted all the same. */
START_TEST(a_kill_saves_no_attempt)
{
    for (int round = 0; round < 4; round++) {
        int ready[2];
        char byte;
        ck_assert_int_eq(pipe(ready), 0);
        OK(learner_pin_set(r, kim, "4711", 0, &err));
        record_close(r);
        r = NULL;
        pid_t child = fork();
        if (child == 0) {
            struct error ignored;
            struct pin_result result;
            struct record *own = record_open(fixture_path, &ignored);
            for (int i = 0; own != NULL && i < 100; i++) {
                if (!learner_pin_check(own, kim, "0000", &result, &ignored) || write(ready[1], "x", 1) != 1)
                    break;
            }
            record_close(own);
            _exit(1);
        }
        for (int i = 0; i < 3; i++)
            ck_assert_int_eq(read(ready[0], &byte, 1), 1); /* three were answered */
        for (int i = 0; i < round * 50; i++)
            sched_yield();
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        close(ready[0]);
        close(ready[1]);
        OK(r = record_open(fixture_path, &err));
        ck_assert_int_eq(try("4711").state, PIN_WAIT);
    }
}
END_TEST

/* A kill while Argon2id works; it is made to work for long. */
START_TEST(an_attempt_under_way_counts)
{
    table("UPDATE pin SET wrong = 2, hash = replace(hash, ',t=2,', ',t=900000,')");
    record_close(r);
    r = NULL;
    pid_t child = fork();
    if (child == 0) {
        struct error ignored;
        struct pin_result result;
        struct record *own = record_open(fixture_path, &ignored);
        (void)(own != NULL && learner_pin_check(own, kim, "4711", &result, &ignored));
        record_close(own);
        _exit(0);
    }
    struct pin_result result = {0};
    OK(r = record_open(fixture_path, &err));
    while (result.state != PIN_WAIT) { /* the attempt is on disk */
        OK(learner_pin_state(r, kim, &result, &err));
        sched_yield();
        ck_assert_int_eq(waitpid(child, NULL, WNOHANG), 0); /* and not yet answered */
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    ck_assert_int_eq(try("4711").state, PIN_WAIT);
}
END_TEST

/* Eight at once get no more attempts out of it than one after the other. */
START_TEST(many_at_once_get_no_more_attempts)
{
    enum { AT_ONCE = 8 };
    pid_t children[AT_ONCE];
    int looked_at = 0;
    record_close(r);
    r = NULL;
    for (int i = 0; i < AT_ONCE; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            struct error ignored;
            struct pin_result result = {0};
            struct record *own = record_open(fixture_path, &ignored);
            bool ok = own != NULL && learner_pin_check(own, kim, "0000", &result, &ignored);
            record_close(own);
            _exit(ok && result.state == PIN_WRONG ? 1 : 0);
        }
    }
    for (int i = 0; i < AT_ONCE; i++) {
        int status = 0;
        waitpid(children[i], &status, 0);
        looked_at += WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    }
    ck_assert_int_eq(looked_at, PIN_FREE);
    OK(r = record_open(fixture_path, &err));
    ck_assert_int_eq(try("4711").state, PIN_WAIT);
}
END_TEST

START_TEST(who_resets_takes_the_wait_away_and_is_named)
{
    int64_t boss;
    OK(learner_add(r, &(struct learner_row){.name = "Boss"}, 0, &boss, &err));
    for (int i = 0; i < 4; i++)
        try("0000");
    OK(learner_pin_set(r, kim, "9999", boss, &err));
    ck_assert_int_eq(try("9999").state, PIN_RIGHT);
    OK(record_rebuild(r, &err));
    ck_assert_int_eq(try("9999").state, PIN_RIGHT); /* no event holds it, and no rebuilding loses it */
    sqlite3_stmt *s;
    sqlite3 *db = database_open(fixture_path);
    sqlite3_prepare_v2(db,
                       "SELECT json_extract(payload, '$.by') = ?, (SELECT count(*) FROM event WHERE payload LIKE '%argon2%')"
                       " FROM event WHERE kind = 'learner.pin' ORDER BY position DESC LIMIT 1",
                       -1, &s, NULL);
    sqlite3_bind_int64(s, 1, boss);
    ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
    ck_assert_int_eq(sqlite3_column_int(s, 0), 1);
    ck_assert_int_eq(sqlite3_column_int(s, 1), 0);
    sqlite3_finalize(s);
    sqlite3_close(db);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pin");
    TCase *t = tcase_create("pin");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, what_a_pin_is);
    tcase_add_test(t, right_wrong_and_none);
    tcase_add_test(t, waits_begin_with_the_third_and_double);
    tcase_add_test(t, while_one_waits_nothing_counts);
    tcase_add_test(t, in_another_boot_its_own_time_alone_counts);
    tcase_add_test(t, no_clock_and_no_restart_takes_the_wait_away);
    tcase_add_test(t, a_kill_saves_no_attempt);
    tcase_add_test(t, an_attempt_under_way_counts);
    tcase_add_test(t, many_at_once_get_no_more_attempts);
    tcase_add_test(t, who_resets_takes_the_wait_away_and_is_named);
    suite_add_tcase(s, t);
    return suite_run(s);
}
