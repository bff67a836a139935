/* The power goes while the record is restored, healed, copied by night, and used right afterwards: before each change to a file,
 * a name or their flushes. What the next crib finds is the old record or the new one; it verifies; nothing that was acknowledged
 * is missing, and what stood there is still there.
 *
 * CRIB_CUTS=N looks at N times as many moments. */
#include "care_fixture.h"

#include "disk_model.h"

#include "core/record/swap.h"
#include "tests/unit/suite.h"

enum { NOTES = 20, MORE = 5, CUTS = 60 };

static struct error err;
static char image_dir[300], image_path[340];
static int least, acknowledged; /* notes that have to be there: of the old or the new record; or of the new one alone */
static bool replaced;           /* what stood there has to be there too, once the new one is */
static size_t old_seen, new_seen;

static void setup(void)
{
    memset(&err, 0, sizeof err);
    setenv("CRIB_CLOCK", "2026-11-23T12:00:00Z", 1);
    srand(7);
    care_make();
    snprintf(image_dir, sizeof image_dir, "%s.image", fixture_dir);
    snprintf(image_path, sizeof image_path, "%s/record.db", image_dir);
    ck_assert_int_eq(mkdir(image_dir, 0700), 0);
    ck_assert_int_eq(mkdir(care_copies, 0700), 0);
    old_seen = new_seen = 0;
    acknowledged = 0;
    replaced = false;
}

static void teardown(void)
{
    disk_off(); /* also where a test failed */
    rmdir(image_dir);
    care_remove();
}

/* ---- what a cut leaves ---- */

/* Of all that stands beside the image's record, the most notes that one file holds. */
static int best_beside(void)
{
    DIR *d = opendir(image_dir);
    const struct dirent *entry;
    int best = 0;
    while ((entry = readdir(d)) != NULL) {
        char path[600];
        size_t n = strlen(entry->d_name);
        snprintf(path, sizeof path, "%s/%.255s", image_dir, entry->d_name);
        if (strncmp(entry->d_name, "record.db.replaced-", 19) != 0 || strchr("lm~", entry->d_name[n - 1]) != NULL)
            continue;
        int found = care_notes_at(path, NOTES + MORE);
        best = found > best ? found : best;
    }
    closedir(d);
    return best;
}

/* As the next crib does. */
static void look_at_record(void)
{
    struct healing healing = {0};
    struct error why = {0};
    struct record *r = heal_open(image_path, 0, care_arena, &care_keep, &healing, &why);
    ck_assert_msg(r != NULL, "cut %zu: %s: %s: %s", disk.cuts, why.what, why.where, why.why);
    int found = care_notes(r, NOTES + MORE + 1);
    ck_assert_msg(found >= least && found >= acknowledged, "cut %zu: %d notes, not %d", disk.cuts, found, least);
    int64_t restores;
    OK(db_number(r->db, &restores, 0, &err,
                 "SELECT count(*) FROM event WHERE kind = 'log.continued' AND json_extract(payload, '$.reason') = 'restore'", ""));
    ck_assert_msg(found >= NOTES + MORE || restores == 1, "cut %zu: neither the old record nor the new one", disk.cuts);
    old_seen += found >= NOTES + MORE;
    new_seen += found == NOTES;
    record_close(r);
    if (replaced && found == NOTES)
        ck_assert_msg(best_beside() == NOTES + MORE, "cut %zu: what stood there is gone", disk.cuts);
    buf_free(&healing.told);
}

static void look_at_copies(void)
{
    struct keep keep = care_keep;
    struct kept_copy *copies;
    size_t count;
    keep.dir = image_dir;
    OK(keep_list(care_arena, &keep, &copies, &count, &err));
    ck_assert_uint_ge(count, 1);
    for (size_t i = 0; i < count; i++) {
        int found = care_notes_at(copies[i].path, NOTES + MORE);
        ck_assert_msg(found == NOTES || found == NOTES + MORE, "cut %zu: a copy of %d notes", disk.cuts, found);
        new_seen += found == NOTES + MORE;
        old_seen += found == NOTES;
    }
}

/* ---- with cuts ---- */

/* As a crib leaves it that was ended: the newest notes are in its write-ahead log alone. */
static void write_and_end(int first, int last)
{
    struct record *r = record_open(fixture_path, &err);
    ck_assert_ptr_nonnull(r);
    sqlite3_db_config(db_handle(r->db), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    care_write(r, first, last);
    record_close(r);
}

static size_t wanted_cuts(void)
{
    const char *more = getenv("CRIB_CUTS"), *one_process = getenv("CK_FORK");
    if (more != NULL && atoi(more) > 0)
        return (size_t)CUTS * (size_t)atoi(more);
    return one_process != NULL && strcmp(one_process, "no") == 0 ? CUTS / 3 : CUTS; /* valgrind takes its time */
}

static void note(struct record *r, int number)
{
    care_write(r, number, number);
}

static void act_restore(void)
{
    struct restored restored;
    OK(heal_restore(fixture_path, care_copy, &restored, &err));
}

static void act_heal(void)
{
    struct healing healing = {0};
    OK(heal_check(fixture_path, care_arena, &care_keep, &healing, &err));
    ck_assert_uint_gt(healing.told.len, 0);
    buf_free(&healing.told);
}

static void act_copy(void)
{
    struct keep_result result;
    OK(keep_make(care_arena, &care_keep, fixture_path, &result, &err));
}

/* How many moments the act has: it is done once with none of them looked at, on what `before` makes. */
static void cut_during(void (*before)(void), void (*act)(void), const char *dir, void (*look)(void))
{
    before();
    disk_on(dir, image_dir, SIZE_MAX, look);
    disk.moments = 1; /* not the first either */
    act();
    size_t moments = disk.moments;
    disk_off();
    care_remove_all(fixture_dir);
    ck_assert(mkdir(fixture_dir, 0700) == 0 && mkdir(care_copies, 0700) == 0);
    before();
    disk_on(dir, image_dir, moments / wanted_cuts() + 1, look);
    act();
    ck_assert_uint_gt(disk.cuts, moments / (moments / wanted_cuts() + 1) / 2);
    if (getenv("CRIB_CUTS") != NULL)
        printf("%zu moments, %zu cuts, %zu old, %zu new\n", moments, disk.cuts, old_seen, new_seen);
}

static void before_restore(void)
{
    care_filled(NOTES);
    OK(copy_make(fixture_path, care_copy, NULL, &err));
    write_and_end(NOTES + 1, NOTES + MORE);
}

START_TEST(while_restoring)
{
    least = NOTES;
    replaced = true;
    cut_during(before_restore, act_restore, fixture_dir, look_at_record);
    ck_assert(old_seen > wanted_cuts() / 12 && new_seen > 0);
    /* It was acknowledged: the copy has the record's place, and what is written from now on stays. */
    for (int most = 0; most < 3; most++)
        disk_look(most);
    size_t seen = new_seen;
    ck_assert_uint_ge(seen, 3);
    struct record *r = record_open(fixture_path, &err);
    ck_assert_ptr_nonnull(r);
    note(r, NOTES + MORE + 1);
    acknowledged = NOTES + 1;
    disk_look(0);
    record_close(r);
    disk_off();
}
END_TEST

static void before_heal(void)
{
    struct keep_result result;
    int64_t page, size;
    care_filled(NOTES);
    OK(keep_make(care_arena, &care_keep, fixture_path, &result, &err));
    struct record *r = record_open(fixture_path, &err);
    OK(db_number(r->db, &page, 0, &err, "SELECT rootpage FROM sqlite_schema WHERE name = 'pin'", ""));
    OK(db_number(r->db, &size, 0, &err, "PRAGMA page_size", ""));
    record_close(r);
    write_and_end(NOTES + 1, NOTES + MORE);
    care_damage(fixture_path, (long)((page - 1) * size), 3000);
    swap_ask_check(fixture_path);
}

START_TEST(while_healing)
{
    least = NOTES + MORE; /* those that the copy lacks were salvaged, whenever it was cut */
    cut_during(before_heal, act_heal, fixture_dir, look_at_record);
    ck_assert_uint_gt(old_seen, wanted_cuts() / 12);
    struct record *r = record_open(fixture_path, &err);
    ck_assert_ptr_nonnull(r);
    note(r, NOTES + MORE + 1);
    acknowledged = NOTES + MORE + 1;
    disk_look(0);
    record_close(r);
    disk_off();
}
END_TEST

static void before_copy(void)
{
    struct keep_result result;
    care_filled(NOTES);
    OK(keep_make(care_arena, &care_keep, fixture_path, &result, &err));
    write_and_end(NOTES + 1, NOTES + MORE);
}

/* Today's copy is made anew, in place of one that was made earlier today. */
START_TEST(while_copying_by_night)
{
    cut_during(before_copy, act_copy, care_copies, look_at_copies);
    size_t seen = new_seen;
    ck_assert_uint_gt(old_seen, wanted_cuts() / 12);
    disk_look(0); /* acknowledged */
    ck_assert_uint_eq(new_seen, seen + 1);
    disk_off();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("care power");
    TCase *t = tcase_create("power");
    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, while_restoring);
    tcase_add_test(t, while_healing);
    tcase_add_test(t, while_copying_by_night);
    suite_add_tcase(s, t);
    return suite_run(s);
}
