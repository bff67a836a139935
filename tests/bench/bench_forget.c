/* Forgetting one learner of many in a record of years (bench_record make FILE EVENTS), while somebody at a kiosk answers quizzes
 * one after the other: how long all of it takes, and how long the longest of these answers waits.
 *
 *     bench_forget FILE [BADGE]    changes the file */
#include "core/base/clock.h"
#include "core/record/attempt.h"
#include "core/record/erase.h"
#include "core/record/learner.h"
#include "tests/bench/measure.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct error err;
static volatile sig_atomic_t ended;

static int fail(const char *what)
{
    fprintf(stderr, "bench_forget: %s: %s: %s\n", what, err.what, err.why);
    return EXIT_FAILURE;
}

static void end(int signal)
{
    (void)signal;
    ended = 1;
}

struct waits {
    double longest, total;
    long answers, failed;
};

/* The kiosk's side: answers until it is told to end, then says how long they took. */
static int answer_all(const char *path, int out)
{
    static const char *const questions[] = {"q1"};
    struct subject s = {.module = "acme/prime-pump", .title = "Prime a centrifugal pump", .revision = "5f1c"};
    struct attempt_start start = {.content = "text", .content_len = 4, .content_hash = "5f1c", .questions = questions,
                                  .question_count = 1, .pass_mark = 80};
    struct waits w = {0};
    struct uuid id;
    int64_t me;
    struct record *r = record_open(path, &err);
    signal(SIGTERM, end);
    if (r == NULL || !record_learner(r, "bench", &me, &err) || !record_attempt_start(r, me, &s, &start, &id, &err))
        return fail("cannot start");
    while (!ended) {
        char question[24];
        snprintf(question, sizeof question, "q%ld", w.answers);
        struct given g = {question, "8e1f", "choice", "2", 1, 4000};
        double t = seconds();
        w.failed += !record_answer(r, &id, &g, &err);
        t = seconds() - t;
        w.longest = t > w.longest ? t : w.longest;
        w.total += t;
        w.answers++;
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    record_close(r);
    return write(out, &w, sizeof w) == (ssize_t)sizeof w ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int forget(const char *path, const char *badge)
{
    struct erase_result result;
    enum learner_found how;
    int64_t learner;
    struct record *r = record_open(path, &err);
    if (r == NULL || !learner_find(r, badge, true, &how, &learner, &err) || how != LEARNER_BADGE)
        return fail("nobody has that badge");
    struct arena *a = arena_open();
    struct erase_plan plan;
    double t = seconds();
    if (a == NULL || !record_erase_plan(r, a, learner, clock_wall_ms(), &plan, &err))
        return fail("cannot say what goes");
    printf("%-46s %8.2f s, %zu kinds, %zu kept\n", "what would go and what stays is told", seconds() - t, plan.kind_count, plan.kept_count);
    arena_close(a);
    t = seconds();
    if (!record_erase(r, learner, clock_wall_ms(), &result, &err))
        return fail("cannot forget");
    double erased = seconds() - t;
    bool over = record_overwrite(r, &err);
    printf("%-46s %8.2f s, %lld events; overwritten after %.2f s more%s\n", "one learner forgotten", erased, (long long)result.events,
           seconds() - t - erased, over ? "" : " (not yet: somebody reads)");
    record_close(r);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    int ends[2];
    struct waits w;
    if (argc < 2 || pipe(ends) != 0)
        return EXIT_FAILURE;
    pid_t child = fork();
    if (child == 0)
        return answer_all(argv[1], ends[1]);
    close(ends[1]);
    nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
    int result = forget(argv[1], argc > 2 ? argv[2] : "badge-7");
    kill(child, SIGTERM);
    if (read(ends[0], &w, sizeof w) != (ssize_t)sizeof w || waitpid(child, NULL, 0) != child)
        return EXIT_FAILURE;
    printf("%-46s %8.0f ms the longest, %.2f ms each of %ld, %ld failed   goal: longest < 500 ms   %s\n",
           "an answer meanwhile, durable", w.longest * 1e3, w.total * 1e3 / (double)w.answers, w.answers, w.failed,
           w.longest < 0.5 && w.failed == 0 ? "met" : "MISSED");
    return result;
}
