/* SIGKILL at random moments: an answer that was acknowledged is never missing, and the chain holds. */
#include "record_fixture.h"

#include "core/record/verify.h"
#include "tests/unit/suite.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

enum { KILLS = 200, STARTING_US = 8000, BETWEEN_US = 700 };

/* The child: resumes or starts the attempt, answers in a loop, and writes each answer's number once it is durable. */
static _Noreturn void answer_for_ever(int out, int32_t round)
{
    struct error err = {0};
    struct uuid id;
    int64_t me;
    struct record *r = record_open(fixture_path, &err);
    if (r == NULL || !record_learner(r, "alex", &me, &err) ||
        !record_attempt_start(r, me, &pump, &pump_start, &id, &err))
        _exit(1);
    if (write(out, id.bytes, sizeof id.bytes) != (ssize_t)sizeof id.bytes)
        _exit(1);
    for (int32_t i = 0;; i++) {
        char question[32];
        snprintf(question, sizeof question, "%d-%d", round, i);
        struct given g = given_of(question, 1, 1000);
        if (!record_answer(r, &id, &g, &err) || write(out, &i, sizeof i) != (ssize_t)sizeof i)
            _exit(1);
    }
}

/* The last number that the child acknowledged before it was killed; -1: none. *attempt is its attempt. */
static int32_t run_and_kill(int32_t round, struct uuid *attempt)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        close(ends[0]);
        answer_for_ever(ends[1], round);
    }
    close(ends[1]);
    int32_t last = -1, got;
    bool started = false;
    /* Every fourth is killed while it opens the record and starts; the others some answers later. */
    if (round % 4 != 0) {
        started = read(ends[0], attempt->bytes, sizeof attempt->bytes) == (ssize_t)sizeof attempt->bytes;
        for (int wanted = rand() % 12; wanted > 0 && read(ends[0], &got, sizeof got) == (ssize_t)sizeof got; wanted--)
            last = got;
    }
    nanosleep(&(struct timespec){.tv_nsec = 1000L * (rand() % (started ? BETWEEN_US : STARTING_US))}, NULL);
    kill(child, SIGKILL);
    if (!started)
        started = read(ends[0], attempt->bytes, sizeof attempt->bytes) == (ssize_t)sizeof attempt->bytes;
    while (started && read(ends[0], &got, sizeof got) == (ssize_t)sizeof got)
        last = got;
    close(ends[0]);
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFSIGNALED(status), "the child failed by itself");
    return last;
}

START_TEST(nothing_acknowledged_is_lost)
{
    struct error err = {0};
    int64_t acknowledged = 0, me;
    struct arena *a = arena_open();
    srand(1);
    fixture_make();
    int32_t last[KILLS];
    struct uuid ids[KILLS];
    for (int32_t round = 0; round < KILLS; round++) {
        last[round] = run_and_kill(round, &ids[round]);
        acknowledged += last[round] + 1;
    }
    struct record *r = record_open(fixture_path, &err);
    ck_assert_msg(r != NULL, "%s: %s", err.what, err.why);
    OK(record_verify(r, NULL, NULL, &err));
    OK(record_learner(r, "alex", &me, &err));
    ck_assert_int_gt(acknowledged, 3 * KILLS);
    for (int32_t round = 0; round < KILLS; round++) {
        const struct attempt *t;
        if (last[round] < 0)
            continue;
        OK(record_attempt(r, a, me, &ids[round], &t, &err));
        ck_assert_ptr_nonnull(t);
        /* One more may be there than was acknowledged: the one under way. */
        ck_assert_uint_ge(t->answer_count, (size_t)last[round] + 1);
        ck_assert_uint_le(t->answer_count, (size_t)last[round] + 2);
        for (int32_t i = 0; i <= last[round]; i++) {
            char question[32];
            snprintf(question, sizeof question, "%d-%d", round, i);
            ck_assert_str_eq(t->answers[i].question, question);
        }
    }
    record_close(r);
    arena_close(a);
    fixture_remove();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("record kill");
    TCase *t = tcase_create("kill");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, nothing_acknowledged_is_lost);
    suite_add_tcase(s, t);
    return suite_run(s);
}
