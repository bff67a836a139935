/* A shared terminal loses its power, or crib its life, while people badge in, try PINs, take quizzes, sign off, countersign,
 * attend, while a list of 500 is taken, the night tidies up and somebody is forgotten. What is there afterwards opens, its
 * chain holds, and it is exactly what it was before the act that was under way, or what it was to become: nothing that was
 * acknowledged is missing, and nothing is there by half. What is derived is what a rebuild gives.
 *
 * CRIB_CUTS=N looks at N times as many moments (1: some 200 cuts and 30 kills). */
#include "record_fixture.h"

#include "derived.h"
#include "power_vfs.h"

#include "core/record/chain.h"
#include "core/record/erase.h"
#include "core/record/learner.h"
#include "core/record/pin.h"
#include "core/record/signoff.h"
#include "core/record/tidy.h"
#include "core/record/verify.h"
#include "tests/unit/suite.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

enum { LISTED = 500, CUTS = 6, KILLS = 30, KILL_WITHIN_US = 60000 };

static struct error err;

/* ---- the acts ---- */

/* What the people of the day know; begun anew with each record. */
static struct day {
    struct record *r;
    int64_t kim, super;
    struct uuid attempt, signoff;
} day;

static const char source[] = "---\ntitle: Prime a centrifugal pump\nsign_off: true\n---\n\n## Bleed\n";

static bool list_of(size_t count, const char *role)
{
    struct arena *a = arena_open();
    struct learner_row *rows = arena_array(a, count, sizeof *rows);
    struct strings roles = {&role, 1};
    struct learner_taken taken;
    size_t bad;
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct learner_row){.name = arena_printf(a, "Learner Number %zu", i),
                                       .badge = arena_printf(a, "badge %zu", i),
                                       .roles = roles,
                                       .rights = i == 0 ? RIGHT_LEARNER | RIGHT_SUPERVISOR : 0};
    bool ok = learner_take(day.r, rows, count, 0, false, &taken, &bad, &err);
    arena_close(a);
    return ok;
}

static bool take_small_list(void)
{
    return list_of(3, "operator");
}

static bool take_list_again(void) /* with other roles */
{
    return list_of(3, "fitter");
}

static bool take_list(void)
{
    return list_of(LISTED, "fitter");
}

static bool badge_in(void)
{
    enum learner_found how;
    return learner_find(day.r, "badge 0", true, &how, &day.super, &err) && how == LEARNER_BADGE;
}

static bool name_oneself(void)
{
    return learner_self(day.r, "Kim Lindqvist", &day.kim, &err);
}

static bool set_pin(void)
{
    return learner_pin_set(day.r, day.super, "4711", day.super, &err);
}

static bool try_pin(const char *pin, enum pin_state wanted)
{
    struct pin_result result;
    return learner_pin_check(day.r, day.super, pin, &result, &err) && result.state == wanted;
}

static bool wrong_pin(void)
{
    return try_pin("0815", PIN_WRONG);
}

static bool right_pin(void)
{
    return try_pin("4711", PIN_RIGHT);
}

static bool open_module(void)
{
    return record_opened(day.r, day.kim, &pump, "bleed", &err);
}

static bool read_section(void)
{
    return record_section(day.r, day.kim, &pump, &sections_1[0], SECTION_DONE, 120, 31000, &err);
}

static bool show_first(void)
{
    return record_shown(day.r, day.kim, &pump, &sections_1[0], 120, 31000, &err);
}

static bool show_second(void)
{
    return record_shown(day.r, day.kim, &pump, &sections_1[1], 120, 31000, &err);
}

static bool show_third(void)
{
    return record_shown(day.r, day.kim, &pump, &sections_1[2], 120, 31000, &err);
}

static bool start_quiz(void)
{
    struct attempt_start start = pump_start;
    start.feedback = "none";
    return record_attempt_start(day.r, day.kim, &pump, &start, &day.attempt, &err);
}

static bool answer(const char *question)
{
    struct given g = given_of(question, 1, 900);
    return record_answer(day.r, &day.attempt, &g, &err);
}

static bool answer_first(void)
{
    return answer("q1");
}

static bool answer_second(void)
{
    return answer("q2");
}

static bool finish_quiz(void)
{
    return record_attempt_finish(day.r, &day.attempt, &pump, 100, true, &err);
}

static bool sign(void)
{
    const struct signoff_signature g = {.signer = "Kim Lindqvist", .method = SIGNOFF_NAME, .attestation = "I lock out first.",
                                        .source = source, .source_len = sizeof source - 1, .mark = "", .countersign = true,
                                        .retain_until = clock_wall_ms() + 3652 * INT64_C(86400000)};
    return record_signoff(day.r, day.kim, &pump, &g, &day.signoff, &err);
}

static bool countersign(void)
{
    return record_countersign(day.r, &day.signoff, day.super, "Learner Number 0", SIGNOFF_PIN, &err);
}

static bool join(void)
{
    return record_session_joined(day.r, day.kim, &fixture_session, true, &err);
}

static bool leave(void)
{
    return record_session_left(day.r, day.kim, &fixture_session, &err);
}

static bool offer(void)
{
    struct buf offered = {0};
    for (int i = 0; i < 40; i++)
        buf_addf(&offered, "%lld offered %lld %s command x\n", 1700000000000LL + i, (long long)day.kim, pump.module);
    bool ok = record_hints(day.r, day.kim, &offered, false, &err);
    buf_free(&offered);
    return ok;
}

static bool tidy(void)
{
    int64_t rows;
    return record_tidy(day.r, clock_wall_ms(), &rows, &err);
}

static bool erase(void)
{
    struct erase_result result;
    return record_erase(day.r, day.kim, clock_wall_ms(), &result, &err) && result.events > 0 && result.kept == 2;
}

static bool overwrite(void)
{
    return record_overwrite(day.r, &err);
}

static const struct act {
    const char *name;
    bool (*run)(void);
    bool steps; /* several transactions: a state between is allowed */
} acts[] = {
    {"taking a list of three", take_small_list, false},
    {"badging in", badge_in, false},
    {"naming oneself", name_oneself, false},
    {"opening a module", open_module, false},
    {"reading a section", read_section, false},
    {"the first section shown", show_first, false},
    {"the second section shown", show_second, false},
    {"the third section shown", show_third, false},
    {"starting a quiz", start_quiz, false},
    {"an answer", answer_first, false},
    {"another answer", answer_second, false},
    {"finishing a quiz", finish_quiz, false},
    {"signing off", sign, false},
    {"countersigning", countersign, false},
    {"joining a session", join, false},
    {"leaving a session", leave, false},
    {"hints that were offered", offer, false},
    {"taking a list again", take_list_again, false},
    {"tidying by night", tidy, false},
    {"forgetting somebody", erase, true},
    {"overwriting what was forgotten", overwrite, true},
    {"setting a PIN", set_pin, false},
    {"a wrong PIN", wrong_pin, false},
    {"the right PIN", right_pin, true}, /* counted as an attempt first, then forgiven */
    {"taking a list of 500", take_list, false},
};
enum { ACTS = sizeof acts / sizeof *acts };

/* ---- what a record holds ---- */

static int64_t count_of(struct record *r, const char *sql)
{
    sqlite3_stmt *s;
    ck_assert_int_eq(sqlite3_prepare_v2(db_handle(r->db), sql, -1, &s, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return value;
}

static uint64_t hash_text(struct buf *text)
{
    uint64_t hash = 14695981039346656037U;
    ck_assert(buf_ok(text));
    for (size_t i = 0; i < text->len; i++)
        hash = (hash ^ (unsigned char)text->data[i]) * 1099511628211U;
    buf_free(text);
    return hash;
}

/* Of all of it: events with their payloads, what is derived, PINs and their attempts, contents. */
static uint64_t state_of(struct record *r)
{
    static const char *const more[] = {"event", "checkpoint", "content", "learner_last", "retained", "badge_secret", "pin"};
    struct buf text = derived_text(db_handle(r->db));
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        derived_add(&text, db_handle(r->db), more[i]);
    return hash_text(&text);
}

static uint64_t derived_of(struct record *r)
{
    struct buf text = derived_text(db_handle(r->db));
    return hash_text(&text);
}

static struct record *open_quick(const char *path)
{
    struct record *r = record_open(path, &err);
    ck_assert_msg(r != NULL, "%s: %s: %s", err.what, err.where, err.why);
    sqlite3_exec(db_handle(r->db), "PRAGMA synchronous=OFF", NULL, NULL, NULL);
    return r;
}

/* The chain of what is left holds, and a rebuild changes nothing of what is derived, but for what a night takes away. */
static uint64_t look(struct record *r, const char *during)
{
    int64_t rows, now = clock_wall_ms();
    uint64_t state = state_of(r);
    ck_assert_msg(record_verify(r, NULL, NULL, &err) && record_erase_finish(r, now, &err) && record_tidy(r, now, &rows, &err),
                  "cut while %s: %s: %s", during, err.what, err.why);
    uint64_t derived = derived_of(r);
    ck_assert_msg(record_rebuild(r, &err) && record_tidy(r, now, &rows, &err), "cut while %s: %s: %s", during, err.what, err.why);
    ck_assert_msg(derived_of(r) == derived, "cut while %s: what is derived is not what its events say", during);
    return state;
}

static int cuts_factor(void)
{
    const char *more = getenv("CRIB_CUTS");
    int n = more != NULL ? atoi(more) : 1;
    return n > 0 ? n : 1;
}

/* ---- the power goes ---- */

static char image_dir[260];
static size_t act_now, writes, next_cut, images;
static uint64_t found[20000];
static size_t found_count;
static size_t every[ACTS]; /* so many writes from one cut to the next */

static void remove_image(void)
{
    static const char *const names[] = {"record.db", "record.db-wal", "record.db-shm", "record.db-journal", "record.db.forget"};
    char path[320];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", image_dir, names[i]);
        unlink(path);
    }
}

static void cut(void)
{
    char path[300];
    void (*hook)(void) = power.before_write;
    power.before_write = NULL;
    power_cut(image_dir, rand() % 3); /* nothing, all, or half of what wasn't synced */
    sqlite3_vfs_register(power.real, 1);
    snprintf(path, sizeof path, "%s/record.db", image_dir);
    struct record *r = open_quick(path);
    ck_assert_uint_lt(found_count, sizeof found / sizeof *found);
    found[found_count++] = look(r, acts[act_now].name);
    record_close(r);
    remove_image();
    sqlite3_vfs_register(&power.vfs, 1);
    power.before_write = hook;
    images++;
}

static void at_a_write(void)
{
    if (++writes < next_cut)
        return;
    next_cut = writes + 1 + (size_t)rand() % (2 * every[act_now] - 1);
    cut();
}

static void count_write(void)
{
    writes++;
}

/* How many writes each act makes: by doing them all once. */
static void count_writes(void)
{
    for (act_now = 0; act_now < ACTS; act_now++) {
        writes = 0;
        ck_assert_msg(acts[act_now].run(), "%s: %s: %s", acts[act_now].name, err.what, err.why);
        every[act_now] = writes / ((size_t)CUTS * (size_t)cuts_factor()) + 1;
    }
}

static void with_power(void (*hook)(void), void (*live)(void))
{
    memset(&err, 0, sizeof err);
    memset(&day, 0, sizeof day);
    fixture_make();
    snprintf(image_dir, sizeof image_dir, "%s/image", fixture_dir);
    ck_assert_int_eq(mkdir(image_dir, 0700), 0);
    power_on();
    day.r = record_open(fixture_path, &err);
    ck_assert_msg(day.r != NULL, "%s: %s", err.what, err.why);
    power.before_write = hook;
    live();
    power.before_write = NULL;
    record_close(day.r);
    power_off();
    ck_assert_int_eq(rmdir(image_dir), 0);
    fixture_remove();
}

static void cut_in_all(void)
{
    uint64_t before = state_of(day.r);
    images = 0;
    for (act_now = 0; act_now < ACTS; act_now++) {
        const struct act *act = &acts[act_now];
        found_count = writes = 0;
        next_cut = 1;
        ck_assert_msg(act->run(), "%s: %s: %s", act->name, err.what, err.why);
        uint64_t after = state_of(day.r);
        for (size_t i = 0; i < found_count; i++)
            ck_assert_msg(act->steps || found[i] == before || found[i] == after,
                          "cut %zu while %s: neither what was before nor what was to be", i, act->name);
        found_count = 0;
        cut(); /* acknowledged: it is there from now on */
        ck_assert_msg(found[0] == after, "cut after %s: it was acknowledged and is not there", act->name);
        before = after;
        record_rest(day.r);
    }
}

START_TEST(power_cuts)
{
    srand(5);
    with_power(count_write, count_writes);
    with_power(at_a_write, cut_in_all);
    ck_assert_uint_gt(images, 3 * ACTS);
    if (getenv("CRIB_CUTS") != NULL)
        printf("%zu power cuts, %d acts\n", images, ACTS);
}
END_TEST

/* ---- crib is killed ---- */

static int64_t events_after[ACTS]; /* of one day that nobody disturbed */

static _Noreturn void live_and_say(int out)
{
    day.r = record_open(fixture_path, &err);
    if (day.r == NULL)
        _exit(1);
    for (unsigned char i = 0; i < ACTS; i++) {
        if (!acts[i].run())
            _exit(2);
        if (write(out, &i, 1) != 1)
            _exit(3);
    }
    for (;;)
        pause();
}

/* Kills a child so many microseconds after it acknowledged the wanted act (-1: after its start). The last one that it
 * acknowledged. */
static int run_and_kill(int wanted, long us)
{
    int ends[2], last = -1, status;
    unsigned char got;
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        close(ends[0]);
        live_and_say(ends[1]);
    }
    close(ends[1]);
    while (last < wanted && read(ends[0], &got, 1) == 1)
        last = got;
    nanosleep(&(struct timespec){.tv_nsec = us * 1000}, NULL);
    kill(child, SIGKILL);
    while (read(ends[0], &got, 1) == 1)
        last = got;
    close(ends[0]);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFSIGNALED(status), "the child ended by itself: %d, after %d acts", WEXITSTATUS(status), last + 1);
    return last;
}

static void undisturbed(void)
{
    fixture_make();
    day.r = open_quick(fixture_path);
    for (int i = 0; i < ACTS; i++) {
        ck_assert_msg(acts[i].run(), "%s: %s: %s", acts[i].name, err.what, err.why);
        events_after[i] = count_of(day.r, "SELECT count(*) FROM event");
    }
    record_close(day.r);
    fixture_remove();
}

START_TEST(kills)
{
    int rounds = KILLS * cuts_factor();
    memset(&err, 0, sizeof err);
    srand(9);
    undisturbed();
    for (int round = 0; round < rounds; round++) {
        memset(&day, 0, sizeof day);
        fixture_make();
        int last = run_and_kill(round % (ACTS + 1) - 2, rand() % (round % (ACTS + 1) < 2 ? KILL_WITHIN_US : 3000));
        const char *during = last + 1 < ACTS ? acts[last + 1].name : "nothing";
        struct record *r = open_quick(fixture_path);
        look(r, during);
        int64_t events = count_of(r, "SELECT count(*) FROM event");
        int64_t least = last >= 0 ? events_after[last] : 0, most = last + 1 < ACTS ? events_after[last + 1] : least;
        ck_assert_msg(events == least || events == most || (last + 1 < ACTS && acts[last + 1].steps && events > least && events < most), "killed while %s: %lld events, not %lld or %lld", during,
                      (long long)events, (long long)least, (long long)most);
        record_close(r);
        fixture_remove();
    }
    if (getenv("CRIB_CUTS") != NULL)
        printf("%d kills\n", rounds);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("visit power");
    TCase *t = tcase_create("power");
    tcase_set_timeout(t, 120 * cuts_factor());
    tcase_add_test(t, power_cuts);
    tcase_add_test(t, kills);
    suite_add_tcase(s, t);
    return suite_run(s);
}
