/* The record's budgets: an answer beside a bare SQLite program on the same disk, verification, and what stands between
 * a badge and the hub. CRIB_BENCH_DIR chooses the disk.
 *
 *     bench_record [EVENTS]          all of it, over so many events (1,000,000 unless said)
 *     bench_record make FILE EVENTS  makes such a record, for whoever needs one (years.h)
 *     bench_record read FILE         measures one that is there
 *     bench_record reports FILE      measures its reports alone
 *     bench_record check EVENTS      compares what make derives with a rebuild */
#include "years.h"

#include "../unit/derived.h"

#include "core/record/element.h"
#include "core/record/pin.h"
#include "core/record/progress.h"
#include "core/record/recall.h"
#include "core/record/report.h"
#include "core/record/verify.h"
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ANSWERS = 1500, LEARNERS = 500 };

static char dir[300];
static struct error err;

static bool fail(const char *what)
{
    fprintf(stderr, "bench_record: %s: %s: %s\n", what, err.what, err.why);
    return false;
}

static struct record *open_record(const char *name)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    struct record *r = record_open(path, &err);
    if (r == NULL)
        fail("cannot open");
    return r;
}

/* ---- an answer ---- */

static sqlite3 *open_bare(sqlite3_stmt **insert)
{
    char path[400];
    sqlite3 *d;
    snprintf(path, sizeof path, "%s/bare.db", dir);
    if (sqlite3_open(path, &d) != SQLITE_OK ||
        sqlite3_exec(d, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)",
                     NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(d, "INSERT INTO t (x) VALUES (?)", -1, insert, NULL) != SQLITE_OK)
        return NULL;
    return d;
}

static bool answers(void)
{
    static double ours[ANSWERS], bare[ANSWERS];
    static char row[500];
    memset(row, 'x', sizeof row);
    struct uuid id;
    int64_t me;
    sqlite3_stmt *insert;
    sqlite3 *d = open_bare(&insert);
    struct record *r = open_record("answers.db");
    static const char *const questions[] = {"q1"};
    struct subject s = {.module = "acme/prime-pump", .title = "Prime a centrifugal pump", .revision = "5f1c"};
    struct attempt_start start = {.content = row, .content_len = sizeof row, .content_hash = "5f1c",
                                  .questions = questions, .question_count = 1, .pass_mark = 80};
    if (d == NULL || r == NULL || !record_learner(r, "bench", &me, &err) ||
        !record_attempt_start(r, me, &s, &start, &id, &err))
        return fail("cannot start");
    for (size_t i = 0; i < ANSWERS; i++) {
        char question[20];
        snprintf(question, sizeof question, "q%zu", i % 50);
        struct given g = {question, "8e1f00aa8e1f00aa8e1f00aa8e1f00aa8e1f00aa8e1f00aa8e1f00aa8e1f00aa", "choice", "2", 1, 4000};
        double t0 = seconds();
        if (!record_answer(r, &id, &g, &err))
            return fail("cannot answer");
        double t1 = seconds();
        sqlite3_bind_text(insert, 1, row, sizeof row, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE)
            return fail("bare");
        sqlite3_reset(insert);
        ours[i] = t1 - t0;
        bare[i] = seconds() - t1;
    }
    double p50 = quantile(ours, ANSWERS, 0.5), peer = quantile(bare, ANSWERS, 0.5);
    printf("%-46s crib %8.3f ms   bare SQLite %8.3f ms   ratio %.2f   goal <= 2   %s\n", "an answer, durable (p50)",
           p50 * 1e3, peer * 1e3, p50 / peer, p50 / peer <= 2 ? "met" : "MISSED");
    printf("%-46s crib %8.3f ms   bare SQLite %8.3f ms   ratio %.2f\n", "an answer, durable (p99)",
           quantile(ours, ANSWERS, 0.99) * 1e3, quantile(bare, ANSWERS, 0.99) * 1e3,
           quantile(ours, ANSWERS, 0.99) / quantile(bare, ANSWERS, 0.99));
    sqlite3_finalize(insert);
    sqlite3_close(d);
    record_close(r);
    return true;
}

/* ---- a kiosk's years ---- */

static bool fill(const char *path, long events)
{
    double t = seconds();
    if (!years_make(path, events, LEARNERS, &err))
        return fail("cannot fill");
    printf("%-46s %8.0f events/s (direct inserts, derived rows included)\n", "filling", (double)events / (seconds() - t));
    return true;
}

/* What was filled in is what its events say. */
static bool check(struct record *r)
{
    struct buf there = derived_text(db_handle(r->db));
    if (!record_verify(r, NULL, NULL, &err) || !record_rebuild(r, &err))
        return fail("cannot check");
    struct buf built = derived_text(db_handle(r->db));
    bool same = buf_ok(&there) && buf_ok(&built) && there.len == built.len && memcmp(there.data, built.data, there.len) == 0;
    printf("what was filled in %s what a rebuild gives (%zu bytes)\n", same ? "is" : "IS NOT", built.len);
    buf_free(&there);
    buf_free(&built);
    return same;
}

/* What the screens ask for before anything stands on them. */
static bool show_hub(struct record *r, struct arena *a, int64_t learner, int64_t now, size_t *modules)
{
    size_t n;
    const struct attempt *left;
    struct learner who;
    return learner_get(r, a, learner, &who, &err) && record_progress_all(r, a, learner, now, modules, &err) != NULL &&
           record_recent(r, a, learner, 10, &n, &err) != NULL && record_recall_modules(r, a, learner, now, &n, &err) != NULL &&
           record_attempt_left(r, learner, INT64_MAX, a, &left, &err) &&
           record_recall_due(r, a, learner, NULL, now, RECALL_MOST, &n, &err) != NULL;
}

static bool show_programmes(struct record *r, struct arena *a, int64_t learner, int64_t now)
{
    for (int i = 0; i < YEARS_PROGRAMMES; i++) {
        struct element_progress out[3];
        const char *module = arena_printf(a, "module-%d", i);
        struct element elements[] = {
            {.id = "read", .kind = ELEMENT_MODULE, .phase = PHASE_BEFORE, .module = module, .starts = "", .after_days = -1},
            {.id = "workshop", .kind = ELEMENT_SESSION, .module = "", .starts = "", .after_days = -1},
            {.id = "assessment", .kind = ELEMENT_ASSESSMENT, .phase = PHASE_AFTER, .module = module, .starts = "", .after_days = 0}};
        const struct programme p = {.id = arena_printf(a, "programme-%d", i), .elements = elements, .count = 3};
        if (!record_elements(r, a, learner, "acme", &p, now, out, &err))
            return false;
    }
    return true;
}

static bool show_signed(struct record *r, struct arena *a, int64_t learner)
{
    const struct section_ref section = {"top", "5c00000000000000000000000000000000000000000000000000000000000000"};
    const struct subject s = {.module = "acme/signed-1", .revision = "r1", .sections = &section, .section_count = 1};
    size_t n;
    return record_signoff_standing(r, a, learner, &s, &err) != NULL && record_signoffs(r, a, learner, NULL, true, &n, &err) != NULL;
}

static void say_times(const char *what, double *times, size_t n)
{
    double p50 = quantile(times, n, 0.5) * 1e3, most = times[n - 1] * 1e3;
    printf("%-46s p50 %6.2f ms, worst %6.2f ms   goal < 50 ms   %s\n", what, p50, most, most < 50 ? "met" : "MISSED");
}

static bool badge_in(struct record *r)
{
    static double found[LEARNERS], hub[LEARNERS], programmes[LEARNERS], signed_off[LEARNERS];
    int64_t now = clock_wall_ms() + 30LL * 86400000; /* when all has faded */
    size_t touched = 0;
    for (int i = 0; i < LEARNERS; i++) {
        char badge[20];
        int64_t learner;
        enum learner_found how;
        struct pin_result pin;
        size_t count;
        snprintf(badge, sizeof badge, "badge-%d", i + 1);
        struct arena *a = arena_open();
        double t = seconds();
        if (a == NULL || !learner_find(r, badge, true, &how, &learner, &err) || how != LEARNER_BADGE ||
            !learner_pin_state(r, learner, &pin, &err))
            return fail("cannot badge in");
        found[i] = seconds() - t;
        if (!show_hub(r, a, learner, now, &count))
            return fail("cannot show the hub");
        hub[i] = seconds() - t;
        touched += count;
        if (!show_programmes(r, a, learner, now))
            return fail("cannot show the programmes");
        programmes[i] = seconds() - t - hub[i];
        if (!show_signed(r, a, learner))
            return fail("cannot show the sign-offs");
        signed_off[i] = seconds() - t - hub[i] - programmes[i];
        arena_close(a);
    }
    printf("%d learners, %zu modules each\n", LEARNERS, touched / LEARNERS);
    say_times("a badge is found", found, LEARNERS);
    say_times("badge-in to hub: progress, recent, recall", hub, LEARNERS);
    say_times("where one stands with 20 programmes", programmes, LEARNERS);
    say_times("what one has signed, and may sign", signed_off, LEARNERS);
    return true;
}

/* ---- reports ---- */

static double processor(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static const char *no_title(void *context, const char *module)
{
    (void)context;
    (void)module;
    return NULL;
}

static bool no_mark(void *context, const char *module, char mark[SIGNOFF_MARK], const char **change)
{
    (void)context;
    (void)module;
    mark[0] = '\0';
    *change = NULL;
    return false;
}

static const struct element report_elements[] = {
    {.id = "read", .kind = ELEMENT_MODULE, .phase = PHASE_BEFORE, .title = "", .module = "module-0", .starts = "", .where = "", .after_days = -1},
    {.id = "workshop", .kind = ELEMENT_SESSION, .phase = PHASE_DURING, .title = "", .module = "", .starts = "", .where = "", .after_days = -1},
    {.id = "assessment", .kind = ELEMENT_ASSESSMENT, .phase = PHASE_AFTER, .title = "", .module = "module-0", .starts = "", .where = "", .after_days = 0}};
static const struct library_programme report_of = {
    .channel = "acme", .iri = "", .address = "acme/programme-0", .path = "",
    .programme = {.id = "programme-0", .title = "Programme", .problem = "", .outcome = "", .elements = report_elements, .count = 3}};

/* Query and page, the largest of the forms. */
static bool one_report(struct record *r, const char *what)
{
    static const char *const titles[] = {"read", "workshop", "assessment"};
    struct arena *a = arena_open();
    struct report_scope scope = {.now_ms = clock_wall_ms(), .source = ""};
    struct report report;
    struct buf out = {0};
    double t = seconds(), own = processor(CLOCK_PROCESS_CPUTIME_ID);
    if (a == NULL)
        return fail("memory");
    if (strcmp(what, "person") == 0)
        scope.learner = 1;
    bool ok = strcmp(what, "programme") == 0 ? report_programme(r, a, &scope, &report_of, titles, &report, &err)
              : strcmp(what, "module") == 0  ? report_module(r, a, &scope, "acme/module-0", "Module", NULL, 0, &report, &err)
              : strcmp(what, "person") == 0  ? report_person(r, a, &scope, "learner 1", &report_of, 1, no_title, NULL, &report, &err)
                                             : report_signoffs(r, a, &scope, NULL, NULL, &(struct report_signing){.mark = no_mark}, &report, &err);
    ok = ok && report_write(&report, REPORT_HTML, NULL, NULL, &out, &err);
    t = seconds() - t;
    own = processor(CLOCK_PROCESS_CPUTIME_ID) - own;
    if (ok)
        printf("crib report %-34s %8.0f ms (%.0f of the processor), %zu rows   goal < 1000 ms   %s\n", what, t * 1e3, own * 1e3,
               sheet_rows(report.sheets[0]), t < 1 ? "met" : "MISSED");
    buf_free(&out);
    arena_close(a);
    return ok || fail("cannot report");
}

static bool reports(struct record *r)
{
    return one_report(r, "programme") && one_report(r, "module") && one_report(r, "person") && one_report(r, "signoff");
}

/* ---- the chain ---- */

static uint64_t walked;

static bool count_walked(void *context, const struct log_report *report, bool done)
{
    (void)context;
    walked += done ? report->events : 0;
    return true;
}

/* Reading and hashing go side by side, so that the slower of the two says what a machine does that has two processors
 * for it; by the clock on the wall, a busy machine does as much as it has left. */
static bool verify(struct record *r)
{
    double best = 0, wall = 0;
    for (int i = 0; i < 5; i++) {
        walked = 0;
        double t = seconds(), all = processor(CLOCK_PROCESS_CPUTIME_ID), own = processor(CLOCK_THREAD_CPUTIME_ID);
        if (!record_verify(r, count_walked, NULL, &err))
            return fail("verify");
        t = seconds() - t;
        own = processor(CLOCK_THREAD_CPUTIME_ID) - own;
        all = processor(CLOCK_PROCESS_CPUTIME_ID) - all - own;
        double rate = (double)walked / (own > all ? own : all);
        best = rate > best ? rate : best;
        wall = (double)walked / t > wall ? (double)walked / t : wall;
    }
    printf("%-46s %8.0f events/s   goal >= 500000   %s   (by the clock on the wall: %.0f)\n",
           "crib audit verify (best of 5)", best, best >= 500000 ? "met" : "MISSED", wall);
    return true;
}

static void remove_all(void)
{
    static const char *const names[] = {"bare.db", "bare.db-wal", "bare.db-shm", "answers.db", "years.db", "years.db-wal", "years.db-shm"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        unlink(path);
    }
    rmdir(dir);
}

static int measure(long events, bool checking)
{
    char path[400];
    const char *base = getenv("CRIB_BENCH_DIR");
    snprintf(dir, sizeof dir, "%s/crib-bench-XXXXXX", base != NULL ? base : "/tmp");
    if (mkdtemp(dir) == NULL)
        return EXIT_FAILURE;
    snprintf(path, sizeof path, "%s/years.db", dir);
    struct record *r = NULL;
    bool ok = (checking || answers()) && fill(path, events) && (r = open_record("years.db")) != NULL &&
              (checking ? check(r) : badge_in(r) && reports(r) && verify(r));
    record_close(r);
    remove_all();
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    long events = argc > 1 ? strtol(argv[argc - 1], NULL, 10) : 1000000;
    if (strcmp(word, "make") == 0 && argc == 4)
        return fill(argv[2], events) ? EXIT_SUCCESS : EXIT_FAILURE;
    if (strcmp(word, "reports") == 0 && argc == 3) {
        struct record *r = record_open_read(argv[2], &err);
        bool ok = (r != NULL || fail("cannot open")) && reports(r) && reports(r);
        record_close(r);
        return ok ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    if (strcmp(word, "read") == 0 && argc == 3) {
        struct record *r = record_open(argv[2], &err);
        bool ok = (r != NULL || fail("cannot open")) && badge_in(r) && reports(r) && verify(r);
        record_close(r);
        return ok ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    return measure(events, strcmp(word, "check") == 0);
}
