/* What another device's log costs who takes it: handing on a kiosk's years, and taking them, with all that follows from them.
 *
 *     bench_foreign [EVENTS]   (100,000 unless said), of 500 people on the site's list */
#include "years.h"

#include "core/record/foreign.h"
#include "core/record/learner_events.h"
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LEARNERS = 500, AT_ONCE = 8192 };

static char dir[300];
static struct error err;

/* The same people on both, as a site's list would have it. */
static bool list_people(struct record *r, bool anew)
{
    bool ok = chain_begin(r, &err);
    for (int i = 0; ok && i < LEARNERS; i++) {
        char person[32];
        int64_t number = i + 1;
        snprintf(person, sizeof person, "person-%d", i + 1);
        ok = (!anew || learner_new(r, &number, &err)) && say_person(r, number, person, &err);
    }
    return ok && chain_commit(r, &err);
}

static bool hand_on(struct record *from, struct record *to)
{
    double made = 0, taken = 0;
    size_t events = 0, worst = 0;
    double longest = 0;
    struct own_log *logs;
    size_t count;
    struct arena *a = arena_open();
    bool ok = a != NULL && record_logs_own(from, a, &logs, &count, &err), more = ok && count > 0;
    unsigned char log[EVENT_LOG] = {0};
    if (more)
        memcpy(log, logs[0].id, sizeof log);
    while (ok && more) {
        struct log_part part;
        size_t n = 0;
        arena_reset(a);
        double t = seconds();
        ok = record_log_part(from, a, log, events, AT_ONCE, &part, &err);
        made += seconds() - t;
        t = seconds();
        ok = ok && record_foreign_take(to, &part, &n, &err);
        t = seconds() - t;
        taken += t;
        if (t > longest)
            longest = t, worst = n;
        events += n;
        more = n > 0;
    }
    arena_close(a);
    printf("%-46s %8.0f events/s\n", "another device's log, made ready", (double)events / made);
    printf("%-46s %8.0f events/s (%zu; the longest part: %zu in %.2f s)\n", "... and taken, with what follows from it",
           (double)events / taken, events, worst, longest);
    return ok;
}

static void remove_all(void)
{
    static const char *const names[] = {"years.db", "years.db-wal", "years.db-shm", "other.db", "other.db-wal", "other.db-shm"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        unlink(path);
    }
    rmdir(dir);
}

int main(int argc, char **argv)
{
    char years[400], other[400];
    const char *base = getenv("CRIB_BENCH_DIR");
    long events = argc > 1 ? strtol(argv[1], NULL, 10) : 100000;
    snprintf(dir, sizeof dir, "%s/crib-bench-XXXXXX", base != NULL ? base : "/tmp");
    if (mkdtemp(dir) == NULL)
        return EXIT_FAILURE;
    snprintf(years, sizeof years, "%s/years.db", dir);
    snprintf(other, sizeof other, "%s/other.db", dir);
    struct record *from = NULL, *to = NULL;
    bool ok = years_make(years, events, LEARNERS, &err) && (from = record_open(years, &err)) != NULL &&
              (to = record_open(other, &err)) != NULL && list_people(from, false) && list_people(to, true) && hand_on(from, to);
    if (!ok)
        fprintf(stderr, "bench_foreign: %s: %s: %s\n", err.what, err.where, err.why);
    record_close(from);
    record_close(to);
    remove_all();
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
