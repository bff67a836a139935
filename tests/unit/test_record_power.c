/* Power cuts: what was acknowledged is there, whatever part of the unsynced writes reached the disk; and it costs one
 * flush an answer. */
#include "record_fixture.h"

#include "power_vfs.h"

#include "core/record/chain.h"
#include "core/record/note.h"
#include "core/record/verify.h"
#include "tests/unit/suite.h"

#include <sys/stat.h>

static struct error err;
static struct record *r;
static struct uuid attempt;
static int64_t me;

static void begin(void)
{
    memset(&err, 0, sizeof err);
    fixture_make();
    power_on();
    r = record_open(fixture_path, &err);
    ck_assert_msg(r != NULL, "%s: %s", err.what, err.why);
    OK(record_learner(r, "alex", &me, &err));
    OK(record_attempt_start(r, me, &pump, &pump_start, &attempt, &err));
}

static void answer(int i)
{
    char question[32];
    snprintf(question, sizeof question, "q%d", i);
    struct given g = given_of(question, 1, 1000 + i);
    OK(record_answer(r, &attempt, &g, &err));
}

START_TEST(one_flush_an_act)
{
    begin();
    for (int i = 0; i < 700; i++) { /* over two checkpoints of the chain and SQLite's usual 1,000 pages of log */
        long before = power.flushes;
        answer(i);
        ck_assert_msg(power.flushes == before + 1, "answer %d: %ld flushes", i, power.flushes - before);
    }
    long before = power.flushes;
    OK(record_opened(r, me, &pump, NULL, &err));
    OK(record_section(r, me, &pump, &sections_1[0], SECTION_DONE, 10, 10, &err));
    OK(record_note(r, me, &pump, NULL, NULL, NOTE_WRONG, "text", &err));
    OK(record_attempt_finish(r, &attempt, &pump, 100, true, &err)); /* two events, one act */
    ck_assert_int_eq(power.flushes, before + 4);
    OK(record_position_set(r, me, pump.module, "top", 3, &err));
    ck_assert_int_eq(power.flushes, before + 4);
    record_rest(r);
    ck_assert_int_gt(power.flushes, before + 4);
    /* After the rest the log starts anew, which costs its header's flush: the act that begins or resumes a quiz pays. */
    OK(record_attempt_start(r, me, &pump, &pump_start, &attempt, &err));
    before = power.flushes;
    answer(0);
    ck_assert_int_eq(power.flushes, before + 1);
    record_close(r);
    power_off();
    fixture_remove();
}
END_TEST

/* Opens what a cut left behind: whole, and with at least that many answers. */
static void check_image(const char *dir, size_t acknowledged)
{
    char path[300];
    snprintf(path, sizeof path, "%s/record.db", dir);
    sqlite3_vfs_register(power.real, 1);
    struct record *image = record_open(path, &err);
    ck_assert_msg(image != NULL, "%s: %s", err.what, err.why);
    OK(record_verify(image, NULL, NULL, &err));
    struct arena *a = arena_open();
    const struct attempt *t;
    OK(record_attempt(image, a, me, &attempt, &t, &err));
    ck_assert_ptr_nonnull(t);
    ck_assert_msg(t->answer_count >= acknowledged, "%zu of %zu", t->answer_count, acknowledged);
    ck_assert_uint_le(t->answer_count, acknowledged + 1);
    arena_close(a);
    record_close(image);
    sqlite3_vfs_register(&power.vfs, 1);
}

static char image_dir[260];

static void remove_image(void)
{
    static const char *const names[] = {"record.db", "record.db-wal", "record.db-shm", "record.db-journal"};
    char path[320];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", image_dir, names[i]);
        unlink(path);
    }
}

START_TEST(cut_after_each_answer)
{
    begin();
    srand(7);
    snprintf(image_dir, sizeof image_dir, "%s/image", fixture_dir);
    ck_assert_int_eq(mkdir(image_dir, 0700), 0);
    for (int i = 0; i < 60; i++) {
        answer(i);
        power_cut(image_dir, i % 3); /* no, all, or half of the unsynced writes */
        check_image(image_dir, (size_t)i + 1);
        remove_image();
        if (i % 20 == 19)
            sqlite3_wal_checkpoint_v2(db_handle(r->db), NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    }
    ck_assert_int_eq(rmdir(image_dir), 0);
    record_close(r);
    power_off();
    fixture_remove();
}
END_TEST

/* The power goes in the middle of writing: at every so many writes an image is taken. */
static size_t acknowledged, writes, images;

static void maybe_cut(void)
{
    if (++writes % 5 != 0)
        return;
    power_cut(image_dir, 1 + (int)(writes % 3));
    void (*hook)(void) = power.before_write;
    power.before_write = NULL;
    check_image(image_dir, acknowledged);
    remove_image();
    images++;
    power.before_write = hook;
}

START_TEST(cut_while_writing)
{
    begin();
    srand(11);
    acknowledged = writes = images = 0;
    snprintf(image_dir, sizeof image_dir, "%s/image", fixture_dir);
    ck_assert_int_eq(mkdir(image_dir, 0700), 0);
    power.before_write = maybe_cut;
    for (int i = 0; i < 40; i++) {
        answer(i);
        acknowledged++;
        if (i % 15 == 14)
            sqlite3_wal_checkpoint_v2(db_handle(r->db), NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    }
    record_close(r);
    power.before_write = NULL;
    ck_assert_uint_gt(images, 40);
    ck_assert_int_eq(rmdir(image_dir), 0);
    power_off();
    fixture_remove();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("record power");
    TCase *t = tcase_create("power");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, one_flush_an_act);
    tcase_add_test(t, cut_after_each_answer);
    tcase_add_test(t, cut_while_writing);
    suite_add_tcase(s, t);
    return suite_run(s);
}
