/* SIGKILL and power cuts while the record is copied, restored and healed: afterwards the record verifies, nothing that was
 * acknowledged is missing, and nothing that stood there is gone. */
#include "care_fixture.h"

#include "power_vfs.h"
#include "tests/unit/suite.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

static struct error err;

static void setup(void)
{
    memset(&err, 0, sizeof err);
    setenv("CRIB_CLOCK", "2026-11-23T12:00:00Z", 1);
    care_make();
}

static void teardown(void)
{
    care_remove();
}

/* Runs the act in a child and kills it: first after no time, then after more and more of what a whole run takes. *done: it
 * came to its end. */
static bool run_and_kill(void (*act)(void), long us, bool *done)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        act();
        _exit(0);
    }
    int status = 0;
    if (us >= 0) {
        nanosleep(&(struct timespec){.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000}, NULL);
        kill(child, SIGKILL);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    *done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return *done || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* How long a whole run takes here, in microseconds. */
static long time_of(void (*act)(void))
{
    struct timespec from, to;
    bool done;
    clock_gettime(CLOCK_MONOTONIC, &from);
    ck_assert(run_and_kill(act, -1, &done));
    ck_assert(done);
    clock_gettime(CLOCK_MONOTONIC, &to);
    return (to.tv_sec - from.tv_sec) * 1000000 + (to.tv_nsec - from.tv_nsec) / 1000;
}

/* ---- acts ---- */

static void act_nightly(void)
{
    struct keep_result result;
    struct error why = {0};
    if (!keep_make(care_arena, &care_keep, fixture_path, &result, &why))
        _exit(1);
}

static void act_restore(void)
{
    struct restored restored;
    struct error why = {0};
    if (!heal_restore(fixture_path, care_copy, &restored, &why))
        _exit(1);
}

static void act_heal(void)
{
    struct healing healing = {0};
    struct error why = {0};
    struct record *r = heal_open(fixture_path, 0, care_arena, &care_keep, &healing, &why);
    if (r == NULL)
        _exit(1);
    record_close(r);
    buf_free(&healing.told);
}

/* What the next crib finds: opened as programs do, it holds at least so many notes. */
static void check_record(int least, int most)
{
    struct healing healing = {0};
    struct record *r = heal_open(fixture_path, 0, care_arena, &care_keep, &healing, &err);
    ck_assert_msg(r != NULL, "%s: %s: %s", err.what, err.where, err.why);
    int found = care_notes(r, most);
    ck_assert_msg(found >= least, "%d notes of %d", found, least);
    record_close(r);
    buf_free(&healing.told);
}

enum { ROUNDS = 24, NOTES = 120 };

START_TEST(kills_while_copying)
{
    int killed = 0;
    bool done;
    care_filled(NOTES);
    long whole = time_of(act_nightly);
    for (int i = 0; i < ROUNDS; i++) {
        ck_assert(run_and_kill(act_nightly, whole * i / (ROUNDS - 4), &done));
        killed += !done;
        /* The copy of today is the one before or a new one, and always a whole one. */
        struct kept_copy *copies;
        size_t count;
        OK(keep_list(care_arena, &care_keep, &copies, &count, &err));
        ck_assert_uint_eq(count, 1);
        ck_assert_int_eq(care_notes_at(copies[0].path, NOTES), NOTES);
    }
    ck_assert_int_gt(killed, 1);
    check_record(NOTES, NOTES);
}
END_TEST

START_TEST(kills_while_restoring)
{
    int killed = 0;
    bool done;
    care_filled(NOTES);
    OK(copy_make(fixture_path, care_copy, NULL, &err));
    struct record *r = record_open(fixture_path, &err);
    care_write(r, NOTES + 1, NOTES + 5);
    record_close(r);
    long whole = time_of(act_restore);
    for (int i = 0; i < ROUNDS; i++) {
        ck_assert(run_and_kill(act_restore, whole * i / (ROUNDS - 4), &done));
        killed += !done;
        check_record(NOTES, NOTES + 5);
    }
    ck_assert_int_gt(killed, 1);
    /* The record that stood there at first, with what the copy lacked, is still there. */
    DIR *d = opendir(fixture_dir);
    const struct dirent *entry;
    int best = 0;
    while ((entry = readdir(d)) != NULL) {
        char path[600];
        size_t n = strlen(entry->d_name);
        snprintf(path, sizeof path, "%s/%.255s", fixture_dir, entry->d_name);
        if (strncmp(entry->d_name, "record.db.replaced-", 19) == 0 && strchr("lm~", entry->d_name[n - 1]) == NULL) {
            int found = care_notes_at(path, NOTES + 5);
            best = found > best ? found : best;
        }
    }
    closedir(d);
    ck_assert_int_eq(best, NOTES + 5);
}
END_TEST

START_TEST(kills_while_healing)
{
    int killed = 0;
    bool done;
    care_filled(NOTES);
    act_nightly();
    struct record *r = record_open(fixture_path, &err);
    care_write(r, NOTES + 1, NOTES + 5);
    int64_t page, size;
    record_close(r);
    long whole = 0;
    for (int i = 0; i < ROUNDS; i++) {
        /* The pages of the table `module` go, and somebody has met that. */
        r = record_open(fixture_path, &err);
        ck_assert_ptr_nonnull(r);
        OK(db_number(r->db, &page, 0, &err, "SELECT rootpage FROM sqlite_schema WHERE name = 'module'", ""));
        OK(db_number(r->db, &size, 0, &err, "PRAGMA page_size", ""));
        record_close(r);
        care_damage(fixture_path, (long)((page - 1) * size), 3000);
        char care[320];
        snprintf(care, sizeof care, "%s.care", fixture_path);
        FILE *f = fopen(care, "w");
        fputs("check\n", f);
        fclose(f);
        if (i == 0)
            whole = time_of(act_heal);
        else
            ck_assert(run_and_kill(act_heal, whole * i / (ROUNDS - 4), &done));
        killed += i > 0 && !done;
        check_record(NOTES + 5, NOTES + 5); /* those that the copy lacks were salvaged, each time */
    }
    ck_assert_int_gt(killed, 1);
}
END_TEST

/* ---- power cuts ---- */

static char image_dir[300];

static void image_begin(void)
{
    srand(5);
    snprintf(image_dir, sizeof image_dir, "%s/image", fixture_dir);
    ck_assert_int_eq(mkdir(image_dir, 0700), 0);
}

/* What is on the disk of the files that SQLite writes; the copy's temporary name becomes the one that it would have had. */
static size_t cuts, whole_images;

static void cut_copy(void)
{
    if (++cuts % 3 != 0)
        return;
    void (*hook)(void) = power.before_write;
    power.before_write = NULL;
    power_cut(image_dir, (int)(cuts % 2) * 2);
    sqlite3_vfs_register(power.real, 1);
    char path[400];
    snprintf(path, sizeof path, "%s/record.db", image_dir);
    if (access(path, F_OK) == 0) {
        ck_assert_int_eq(care_notes_at(path, NOTES), NOTES);
        whole_images++;
    }
    care_remove_all(image_dir);
    ck_assert_int_eq(mkdir(image_dir, 0700), 0);
    sqlite3_vfs_register(&power.vfs, 1);
    power.before_write = hook;
}

START_TEST(power_cuts_while_copying)
{
    struct copy_found found;
    power_on();
    care_filled(NOTES);
    image_begin();
    power.before_write = cut_copy;
    OK(copy_make(fixture_path, care_copy, &found, &err));
    power.before_write = NULL;
    ck_assert_uint_gt(whole_images, 5);
    /* Under its name it is on the disk whole: nothing of it waits for a flush. */
    power_cut(image_dir, 0);
    DIR *d = opendir(image_dir);
    const struct dirent *entry;
    int copies = 0;
    sqlite3_vfs_register(power.real, 1);
    while ((entry = readdir(d)) != NULL)
        if (strncmp(entry->d_name, "a copy.db.", 10) == 0 && strstr(entry->d_name, "-journal") == NULL &&
            strstr(entry->d_name, "-wal") == NULL) {
            char path[600];
            snprintf(path, sizeof path, "%s/%.255s", image_dir, entry->d_name);
            ck_assert_int_eq(care_notes_at(path, NOTES), NOTES);
            copies++;
        }
    closedir(d);
    ck_assert_int_eq(copies, 1);
    power_off();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("care kill");
    TCase *t = tcase_create("kill");
    tcase_set_timeout(t, 200);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, kills_while_copying);
    tcase_add_test(t, kills_while_restoring);
    tcase_add_test(t, kills_while_healing);
    tcase_add_test(t, power_cuts_while_copying);
    suite_add_tcase(s, t);
    return suite_run(s);
}
