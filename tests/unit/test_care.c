/* Copies, restoring, healing: what was learned is there afterwards, and nothing that stood there is gone. */
#include "care_fixture.h"
#include "forged_log.h"

#include "core/base/clock.h"
#include "core/record/erase.h"
#include "core/record/learner_events.h"
#include "core/record/tidy.h"
#include "tests/unit/database.h"
#include "tests/unit/suite.h"

#include <sys/wait.h>
#include <sysexits.h>

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

static bool holds_bytes(const char *path, const unsigned char *bytes, size_t n)
{
    FILE *f = fopen(path, "rb");
    ck_assert_ptr_nonnull(f);
    static unsigned char all[4 << 20];
    size_t len = fread(all, 1, sizeof all, f);
    fclose(f);
    for (size_t i = 0; i + n <= len; i++)
        if (memcmp(all + i, bytes, n) == 0)
            return true;
    return false;
}

/* ---- copies ---- */

START_TEST(a_copy_is_whole_and_verified)
{
    struct record *r = record_open(fixture_path, &err);
    care_write(r, 1, 300);
    struct copy_found found;
    OK(copy_make(fixture_path, care_copy, &found, &err)); /* in use, with most of it in the write-ahead log */
    care_write(r, 301, 310);
    ck_assert_uint_eq(found.events, 302);
    ck_assert_uint_eq(found.seq, 302);
    struct stat st;
    ck_assert_int_eq(stat(care_copy, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq(st.st_size, found.bytes);
    ck_assert_int_eq(care_notes_at(care_copy, 310), 300);
    char beside[320];
    snprintf(beside, sizeof beside, "%s-wal", care_copy);
    ck_assert_int_ne(access(beside, F_OK), 0); /* one file, read without making another */
    record_close(r);
}
END_TEST

START_TEST(a_copy_cannot_sign)
{
    struct record *r = record_open(fixture_path, &err);
    care_write(r, 1, 3);
    unsigned char secret[EVENT_SECRET], log[EVENT_LOG], head[EVENT_HASH];
    memcpy(secret, r->secret, sizeof secret);
    memcpy(log, r->log, sizeof log);
    memcpy(head, r->head, sizeof head);
    record_close(r);
    ck_assert(holds_bytes(fixture_path, secret, 32)); /* or the next line proves nothing */
    OK(copy_make(fixture_path, care_copy, NULL, &err));
    ck_assert_msg(!holds_bytes(care_copy, secret, 32), "the copy holds the log's secret key");
    /* Who goes on from it begins a log that names the old one and its head. */
    r = record_open(care_copy, &err);
    care_write(r, 4, 4);
    ck_assert(memcmp(r->log, log, sizeof log) != 0);
    char hex_log[2 * EVENT_LOG + 1], hex_head[2 * EVENT_HASH + 1];
    for (size_t i = 0; i < EVENT_LOG; i++)
        snprintf(hex_log + 2 * i, 3, "%02x", log[i]);
    for (size_t i = 0; i < EVENT_HASH; i++)
        snprintf(hex_head + 2 * i, 3, "%02x", head[i]);
    int64_t named;
    OK(db_number(r->db, &named, 0, &err,
                 "SELECT count(*) FROM event WHERE kind = 'log.continued' AND json_extract(payload, '$.from.log') = ?"
                 " AND json_extract(payload, '$.from.head') = ? AND json_extract(payload, '$.from.seq') = 5"
                 " AND json_extract(payload, '$.reason') = 'restore'",
                 "ss", hex_log, hex_head));
    ck_assert_int_eq(named, 1);
    ck_assert_int_eq(care_notes(r, 4), 4);
    record_close(r);
}
END_TEST

START_TEST(what_fails_displaces_nothing)
{
    care_filled(40);
    OK(copy_make(fixture_path, care_copy, NULL, &err));
    /* A broken chain in a sound file. */
    struct record *r = record_open(fixture_path, &err);
    OK(db_run(r->db, &err, "UPDATE event SET payload = replace(payload, 'note 7', 'note 8') WHERE payload LIKE '%note 7%'", ""));
    record_close(r);
    ck_assert(!copy_make(fixture_path, care_copy, NULL, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
    ck_assert_int_eq(care_notes_at(care_copy, 40), 40);
    /* A file that is no record. */
    care_damage(fixture_path, 0, 100);
    ck_assert(!copy_make(fixture_path, care_copy, NULL, &err));
    ck_assert_int_eq(care_notes_at(care_copy, 40), 40);
    ck_assert_str_eq(strrchr(care_beside("a copy.db"), '/') + 1, "a copy.db");
}
END_TEST

static void touch_copy(const char *day)
{
    char path[400];
    snprintf(path, sizeof path, "%s/record-alex-%s.db", care_copies, day);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fclose(f);
}

START_TEST(seven_days_and_four_weeks_stay)
{
    /* Made on 2026-11-23, a Monday. Before it: the week of the 16th to the 22nd, ... */
    static const char *const days[] = {"2026-11-22", "2026-11-21", "2026-11-20", "2026-11-19", "2026-11-18", "2026-11-17",
                                       "2026-11-16", "2026-11-15", "2026-11-14", "2026-11-08", "2026-11-03", "2026-11-01",
                                       "2026-10-25", "2026-10-18", "2026-10-11", "2025-01-01"};
    static const char expected[] = "2026-11-23 2026-11-22 2026-11-21 2026-11-20 2026-11-19 2026-11-18 2026-11-17"
                                   " 2026-11-15 2026-11-08 2026-11-01 2026-10-25 ";
    care_filled(3);
    ck_assert_int_eq(mkdir(care_copies, 0700), 0);
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        touch_copy(days[i]);
    char stranger[400];
    snprintf(stranger, sizeof stranger, "%s/record-sam-2020-01-01.db", care_copies);
    fclose(fopen(stranger, "w"));
    struct keep_result result;
    OK(keep_make(care_arena, &care_keep, fixture_path, &result, &err));
    OK(keep_make(care_arena, &care_keep, fixture_path, &result, &err)); /* once more that day */
    struct kept_copy *copies;
    size_t count;
    OK(keep_list(care_arena, &care_keep, &copies, &count, &err));
    char found[400] = "";
    for (size_t i = 0; i < count; i++) {
        strncat(found, copies[i].day, sizeof found - strlen(found) - 1);
        strncat(found, " ", sizeof found - strlen(found) - 1);
    }
    ck_assert_str_eq(found, expected);
    ck_assert_int_eq(access(stranger, F_OK), 0);
}
END_TEST

START_TEST(one_copy_a_day_when_it_is_due)
{
    struct keep_result result;
    OK(keep_if_due(care_arena, &care_keep, fixture_path, &result, &err));
    ck_assert_str_eq(result.path, ""); /* there is no record */
    care_filled(3);
    OK(keep_if_due(care_arena, &care_keep, fixture_path, &result, &err));
    ck_assert_str_ne(result.path, "");
    OK(keep_if_due(care_arena, &care_keep, fixture_path, &result, &err));
    ck_assert_str_eq(result.path, "");
    care_keep.days = 0;
    setenv("CRIB_CLOCK", "2026-11-24T12:00:00Z", 1);
    OK(keep_if_due(care_arena, &care_keep, fixture_path, &result, &err));
    ck_assert_str_eq(result.path, ""); /* switched off */
}
END_TEST

/* ---- restoring ---- */

START_TEST(restoring_keeps_what_stood_there)
{
    struct restored restored;
    care_filled(5);
    OK(copy_make(fixture_path, care_copy, NULL, &err));
    care_filled(0);
    struct record *r = record_open(fixture_path, &err);
    care_write(r, 6, 9);
    record_close(r);
    OK(heal_restore(fixture_path, care_copy, &restored, &err));
    ck_assert_int_eq(care_notes_at(fixture_path, 9), 5);
    ck_assert_int_eq(care_notes_at(restored.aside, 9), 9);
    r = record_open(fixture_path, &err);
    care_write(r, 10, 10);
    ck_assert_int_eq(care_notes(r, 10), 6);
    record_close(r);
}
END_TEST

START_TEST(restoring_brings_nobody_back_who_was_forgotten)
{
    struct restored restored;
    struct erase_result erased;
    int64_t other;
    care_filled(5);
    struct record *r = record_open(fixture_path, &err);
    OK(record_learner(r, "sam", &other, &err));
    OK(record_note(r, other, &pump, NULL, NULL, NOTE_WRONG, "note 6", &err));
    record_close(r);
    OK(copy_make(fixture_path, care_copy, NULL, &err));
    r = record_open(fixture_path, &err);
    OK(record_erase(r, 1, clock_wall_ms(), &erased, &err));
    record_close(r);
    OK(heal_restore(fixture_path, care_copy, &restored, &err));
    ck_assert_int_eq(care_notes_at(fixture_path, 6), 1); /* sam's */
    ck_assert_msg(!holds_bytes(fixture_path, (const unsigned char *)"note 3", 6), "a forgotten learner's note is back");
}
END_TEST

START_TEST(tidied_is_what_is_not_precious)
{
    enum { DAY_S = 86400 };
    struct copy_found before, after;
    int64_t rows, left;
    care_filled(3);
    int64_t now = clock_wall_ms(), day = INT64_C(1000) * DAY_S;
    struct record *r = record_open(fixture_path, &err);
    for (int64_t days = 0; days < 200; days += 20)
        OK(db_run(r->db, &err, "INSERT INTO hint (learner, module, act, at) VALUES (1, 'm', 0, ?1), (1, 'm', 3, ?1)", "i", now - days * day));
    OK(db_run(r->db, &err, "INSERT INTO hint (learner, module, act, at) VALUES (1, 'once', 0, ?)", "i", now - 900 * day));
    OK(db_run(r->db, &err, "INSERT INTO gap VALUES (0, 1, 'old', 'old', 3, ?1), (0, 1, 'new', 'new', 3, ?2)", "ii", now - 800 * day, now - 600 * day));
    OK(db_run(r->db, &err, "INSERT INTO outbox (position, id, channel, state, at) VALUES (1, zeroblob(16), 'a', 1, ?1),"
                           " (2, zeroblob(16), 'a', 3, ?1), (3, zeroblob(16), 'a', 0, ?1)", "i", now - 800 * day));
    record_close(r);
    OK(copy_check(fixture_path, &before, &err));
    r = record_open(fixture_path, &err);
    OK(record_tidy(r, now, &rows, &err));
    ck_assert_int_eq(rows, 5 + 1 + 1); /* five offers, one search, one statement that was dropped */
    OK(record_tidy(r, now, &rows, &err));
    ck_assert_int_eq(rows, 0);
    OK(db_number(r->db, &left, 0, &err, "SELECT count(*) FROM hint", ""));
    ck_assert_int_eq(left, 5 + 10 + 1);
    OK(db_number(r->db, &left, 0, &err, "SELECT count(*) FROM outbox", ""));
    ck_assert_int_eq(left, 2);
    record_close(r);
    OK(copy_check(fixture_path, &after, &err));
    ck_assert_uint_eq(after.events, before.events);
}
END_TEST

START_TEST(restoring_where_nothing_stood)
{
    struct restored restored;
    care_filled(5);
    OK(copy_make(fixture_path, care_copy, NULL, &err));
    unlink(fixture_path);
    OK(heal_restore(fixture_path, care_copy, &restored, &err));
    ck_assert_str_eq(restored.aside, "");
    ck_assert_int_eq(care_notes_at(fixture_path, 5), 5);
}
END_TEST

START_TEST(a_bad_copy_is_not_restored)
{
    struct restored restored;
    care_filled(5);
    OK(copy_make(fixture_path, care_copy, NULL, &err));
    struct record *r = record_open(care_copy, &err);
    OK(db_run(r->db, &err, "DELETE FROM event WHERE (position & 1099511627775) = 3", ""));
    record_close(r);
    ck_assert(!heal_restore(fixture_path, care_copy, &restored, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
    ck_assert_int_eq(care_notes_at(fixture_path, 5), 5);
    ck_assert_str_eq(care_beside("record.db.replaced"), "");
    ck_assert_str_eq(care_beside("record.db.next"), "");
}
END_TEST

START_TEST(not_while_another_has_it_open)
{
    struct restored restored;
    int ready[2], go[2];
    char byte = 0;
    care_filled(5);
    OK(copy_make(fixture_path, care_copy, NULL, &err));
    ck_assert(pipe(ready) == 0 && pipe(go) == 0);
    pid_t child = fork();
    if (child == 0) {
        struct record *r = record_open(fixture_path, NULL);
        care_write(r, 6, 6);
        (void)!write(ready[1], "r", 1);
        (void)!read(go[0], &byte, 1);
        care_write(r, 7, 7);
        record_close(r);
        _exit(0);
    }
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    ck_assert(!heal_restore(fixture_path, care_copy, &restored, &err));
    ck_assert_int_eq(err.code, EX_TEMPFAIL);
    ck_assert_int_eq(write(go[1], "g", 1), 1);
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(care_notes_at(fixture_path, 7), 7);
    OK(heal_restore(fixture_path, care_copy, &restored, &err));
    ck_assert_int_eq(care_notes_at(fixture_path, 7), 5);
}
END_TEST

/* ---- healing ---- */

static struct record *healed(struct healing *healing)
{
    memset(&err, 0, sizeof err);
    *healing = (struct healing){0};
    struct record *r = heal_open(fixture_path, 0, care_arena, &care_keep, healing, &err);
    ck_assert_msg(r != NULL, "%s: %s: %s", err.what, err.where, err.why);
    return r;
}

START_TEST(a_destroyed_record_comes_back_from_its_copy)
{
    struct keep_result result;
    struct healing healing;
    care_filled(30);
    OK(keep_make(care_arena, &care_keep, fixture_path, &result, &err));
    care_damage(fixture_path, 0, 200);
    ck_assert_ptr_null(record_open(fixture_path, &err));
    struct record *r = healed(&healing);
    ck_assert_msg(strstr(buf_text(&healing.told), "restored from the copy of 2026-11-23") != NULL, "%s", buf_text(&healing.told));
    care_write(r, 31, 31);
    ck_assert_int_eq(care_notes(r, 31), 31);
    int64_t continued;
    OK(db_number(r->db, &continued, 0, &err, "SELECT count(*) FROM event WHERE kind = 'log.continued' AND payload LIKE '%healed%'", ""));
    ck_assert_int_eq(continued, 1);
    record_close(r);
    buf_free(&healing.told);
    ck_assert_str_ne(care_beside("record.db.corrupt-"), "");
    r = healed(&healing); /* and all is well from now on */
    ck_assert_uint_eq(healing.told.len, 0);
    record_close(r);
}
END_TEST

/* The page that this table's first rows lie on. */
static long page_of(const char *table)
{
    struct record *r = record_open(fixture_path, &err);
    int64_t page, size;
    OK(db_number(r->db, &page, 0, &err, "SELECT rootpage FROM sqlite_schema WHERE name = ?", "s", table));
    OK(db_number(r->db, &size, 0, &err, "PRAGMA page_size", ""));
    record_close(r);
    return (long)((page - 1) * size);
}

START_TEST(what_the_copy_lacks_is_salvaged)
{
    struct keep_result result;
    struct healing healing;
    care_filled(30);
    OK(keep_make(care_arena, &care_keep, fixture_path, &result, &err));
    struct record *r = record_open(fixture_path, &err);
    care_write(r, 31, 60);
    OK(db_run(r->db, &err, "INSERT INTO outbox (position, id, channel, state, lrs) SELECT position, id, 'acme', 1, 'x' FROM event"
                           " WHERE (position & 1099511627775) = 40", ""));
    record_close(r);
    care_damage(fixture_path, page_of("module"), 3000);
    healing = (struct healing){0};
    OK(heal_check(fixture_path, care_arena, &care_keep, &healing, &err));
    ck_assert_uint_gt(healing.told.len, 0);
    buf_free(&healing.told);
    r = healed(&healing);
    ck_assert_int_eq(care_notes(r, 60), 60);
    int64_t acknowledged;
    OK(db_number(r->db, &acknowledged, 0, &err, "SELECT count(*) FROM outbox WHERE state = 1", ""));
    ck_assert_int_eq(acknowledged, 1);
    /* The key that could still be read signed the end, so that other devices take all of it; then it went. */
    int64_t ends;
    OK(db_number(r->db, &ends, 0, &err, "SELECT count(*) FROM log l JOIN checkpoint c ON c.position = (SELECT max(position) FROM event"
                                        " WHERE position >> 40 = l.number) WHERE l.number = 1 AND l.secret_key IS NULL", ""));
    ck_assert_int_eq(ends, 1);
    record_close(r);
}
END_TEST

/* The end of the file is gone, as a file system that lost it leaves it: what stands before it can be read. */
START_TEST(what_a_cut_file_still_holds_is_salvaged)
{
    struct keep_result result;
    struct healing healing = {0};
    struct stat st;
    care_filled(30);
    OK(keep_make(care_arena, &care_keep, fixture_path, &result, &err));
    struct record *r = record_open(fixture_path, &err);
    care_write(r, 31, 300);
    record_close(r);
    ck_assert_int_eq(stat(fixture_path, &st), 0);
    ck_assert_int_eq(truncate(fixture_path, st.st_size - 3 * 4096 - 100), 0);
    r = healed(&healing);
    int notes = care_notes(r, 300);
    ck_assert_msg(notes > 100, "%d notes: %s", notes, buf_text(&healing.told));
    record_close(r);
    buf_free(&healing.told);
}
END_TEST

/* The first page says where all else is: its copy's says so, too. 2: nor is it lost where the write-ahead log has it. */
START_TEST(what_lies_behind_a_lost_first_page_is_salvaged)
{
    struct keep_result result;
    struct healing healing = {0};
    care_filled(30);
    OK(keep_make(care_arena, &care_keep, fixture_path, &result, &err));
    struct record *r = record_open(fixture_path, &err);
    care_write(r, 31, 300);
    if (_i == 2)
        sqlite3_db_config(db_handle(r->db), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    record_close(r);
    care_damage(fixture_path, 0, _i == 0 ? 512 : 4096);
    r = healed(&healing);
    ck_assert_msg(_i == 2 || strstr(buf_text(&healing.told), "newer events") != NULL, "%s", buf_text(&healing.told));
    ck_assert_int_eq(care_notes(r, 300), 300);
    ck_assert_str_eq(care_beside("record.db.corrupt-20261123T120000Z.graft"), "");
    record_close(r);
    buf_free(&healing.told);
}
END_TEST

START_TEST(without_a_copy_what_can_be_read_stays)
{
    struct healing healing;
    care_filled(30);
    care_damage(fixture_path, page_of("note"), 3000);
    struct buf why = {0};
    bool damaged;
    OK(heal_damaged(fixture_path, &damaged, &why, &err));
    ck_assert(damaged);
    buf_free(&why);
    /* Whoever meets the damage leaves word; the next one heals. */
    struct record *r = record_open(fixture_path, &err);
    size_t count;
    (void)record_notes(r, care_arena, 1, NULL, 100, &count, &err);
    ck_assert_int_eq(err.code, EX_DATAERR);
    ck_assert(record_damaged(r));
    record_close(r);
    r = healed(&healing);
    ck_assert_msg(strstr(buf_text(&healing.told), "no copy") != NULL, "%s", buf_text(&healing.told));
    ck_assert_int_eq(care_notes(r, 30), 30);
    record_close(r);
    buf_free(&healing.told);
}
END_TEST

/* Learner 1 is on the site's list, and did something on another device: whose log is in *other. */
static void care_elsewhere_in(struct forged *other, const char *anchor)
{
    static const char *const people[] = {"p-one"};
    size_t taken;
    struct record *r = record_open(fixture_path, &err);
    OK(chain_begin(r, &err) && say_person(r, 1, people[0], &err) && chain_commit(r, &err));
    forged_begin(other, care_arena, people, 1);
    forged_add(other, "module.opened", arena_printf(care_arena, "{\"learner\":1,\"module\":\"acme/seal\",\"anchor\":\"%s\"}", anchor), NULL);
    OK(record_foreign_take(r, &other->part, &taken, &err));
    record_close(r);
}

static void care_elsewhere(const char *anchor)
{
    struct forged other;
    care_elsewhere_in(&other, anchor);
}

START_TEST(who_was_forgotten_does_not_come_back)
{
    struct keep_result result;
    struct erase_result erased;
    struct healing healing;
    care_filled(30);
    care_elsewhere("done at another device");
    OK(keep_make(care_arena, &care_keep, fixture_path, &result, &err));
    struct record *r = record_open(fixture_path, &err);
    OK(record_erase(r, 1, clock_wall_ms(), &erased, &err));
    record_close(r);
    care_damage(fixture_path, page_of("module"), 3000);
    healing = (struct healing){0};
    OK(heal_check(fixture_path, care_arena, &care_keep, &healing, &err));
    ck_assert_uint_gt(healing.told.len, 0);
    buf_free(&healing.told);
    r = healed(&healing);
    ck_assert_int_eq(care_notes(r, 30), 0);
    OK(record_overwrite(r, &err));
    record_close(r);
    ck_assert_msg(!holds_bytes(fixture_path, (const unsigned char *)"note 17", 7), "a forgotten learner's note is back");
    ck_assert_msg(!holds_bytes(fixture_path, (const unsigned char *)"done at another", 15), "what they did elsewhere is back");
}
END_TEST

static int64_t in_foreign(struct record *r, const char *kind)
{
    int64_t n;
    OK(db_number(r->db, &n, 0, &err, "SELECT count(*) FROM foreign_event WHERE payload IS NOT NULL AND kind = ?", "s", kind));
    return n;
}

/* Logs of other devices prove themselves as the record's own does: what can be read of them needs no site. */
START_TEST(the_logs_of_other_devices_are_salvaged)
{
    struct keep_result result;
    struct erase_result erased;
    struct healing healing;
    care_filled(30);
    care_elsewhere("done at another device");
    if (_i != 0) /* the copy has one of two */
        OK(keep_make(care_arena, &care_keep, fixture_path, &result, &err));
    care_elsewhere("done at a third");
    struct record *r = record_open(fixture_path, &err);
    if (_i == 2)
        OK(record_erase(r, 1, clock_wall_ms(), &erased, &err));
    record_close(r);
    care_damage(fixture_path, page_of("module"), 3000);
    healing = (struct healing){0};
    OK(heal_check(fixture_path, care_arena, &care_keep, &healing, &err));
    const char *said = _i == 2 ? "so could " : _i == 1 ? "so could 3 of other devices" : "so could 6 of other devices";
    ck_assert_msg(strstr(buf_text(&healing.told), said) != NULL && strstr(buf_text(&healing.told), "next sync") == NULL, "%s",
                  buf_text(&healing.told));
    buf_free(&healing.told);
    r = healed(&healing);
    OK(record_verify(r, NULL, NULL, &err));
    ck_assert_int_eq(in_foreign(r, "log.begun"), 2);
    ck_assert_int_eq(in_foreign(r, "module.opened"), _i == 2 ? 0 : 2);
    OK(record_overwrite(r, &err));
    record_close(r);
    if (_i == 2)
        ck_assert_msg(!holds_bytes(fixture_path, (const unsigned char *)"done at ", 8), "what they did elsewhere is back");
}
END_TEST

START_TEST(what_is_lost_of_them_is_said)
{
    struct healing healing = {0};
    care_filled(30);
    care_elsewhere("done at another device");
    care_damage(fixture_path, page_of("foreign_event"), 3000);
    OK(heal_check(fixture_path, care_arena, &care_keep, &healing, &err));
    ck_assert_msg(strstr(buf_text(&healing.told), "comes back with the next sync") != NULL, "%s", buf_text(&healing.told));
    buf_free(&healing.told);
    struct record *r = healed(&healing);
    ck_assert_int_eq(care_notes(r, 30), 30);
    record_close(r);
}
END_TEST

/* What does not hold comes back from the site, but for what was erased here; and so does all of it where nobody can tell any more what
 * that was: 1, of whom was forgotten before the copy; 2, since then. */
START_TEST(what_was_erased_of_them_stays_so)
{
    static const char *const breaks[] = {"UPDATE foreign_event SET link = zeroblob(32) WHERE kind = 'learner.site'",
                                         "DROP TABLE foreign_person", "DROP TABLE foreign_log"};
    const struct learner_row row = {.name = "Two"};
    struct keep_result result;
    struct erase_result erased;
    struct healing healing = {0};
    struct forged other;
    size_t taken;
    int64_t two;
    care_filled(30);
    care_elsewhere_in(&other, "done at another device");
    struct record *r = record_open(fixture_path, &err);
    OK(learner_add(r, &row, 0, &two, &err));
    if (_i == 2)
        OK(keep_make(care_arena, &care_keep, fixture_path, &result, &err));
    OK(record_erase(r, 1, clock_wall_ms(), &erased, &err));
    if (_i == 1)
        OK(keep_make(care_arena, &care_keep, fixture_path, &result, &err));
    OK(record_erase(r, two, clock_wall_ms(), &erased, &err));
    OK(db_run(r->db, &err, breaks[_i], ""));
    record_close(r);
    care_damage(fixture_path, page_of("module"), 3000);
    OK(heal_check(fixture_path, care_arena, &care_keep, &healing, &err));
    ck_assert_msg(strstr(buf_text(&healing.told), "comes back with the next sync") != NULL, "%s", buf_text(&healing.told));
    buf_free(&healing.told);
    r = healed(&healing);
    OK(record_foreign_take(r, &other.part, &taken, &err));
    ck_assert_uint_eq(taken, other.part.count);
    ck_assert_int_eq(in_foreign(r, "log.begun"), 1);
    ck_assert_int_eq(in_foreign(r, "module.opened"), 0);
    record_close(r);
}
END_TEST

/* Copies are files of their own: what they hold goes when they go, and none that is made later holds it. */
START_TEST(forgotten_in_the_copies_when_they_go)
{
    static const unsigned char mark[] = "note 17";
    struct keep_result result;
    struct erase_result erased;
    char first[400];
    care_filled(30);
    care_keep.days = 1;
    care_keep.weeks = 0;
    OK(keep_make(care_arena, &care_keep, fixture_path, &result, &err));
    snprintf(first, sizeof first, "%s", result.path);
    ck_assert(holds_bytes(first, mark, sizeof mark - 1));
    struct record *r = record_open(fixture_path, &err);
    OK(record_erase(r, 1, clock_wall_ms(), &erased, &err));
    setenv("CRIB_CLOCK", "2026-11-24T12:00:00Z", 1);
    OK(keep_make(care_arena, &care_keep, fixture_path, &result, &err)); /* the write-ahead log is full of it yet */
    ck_assert(!holds_bytes(result.path, mark, sizeof mark - 1));
    ck_assert_str_ne(result.path, first);
    ck_assert_int_ne(access(first, F_OK), 0);
    OK(record_overwrite(r, &err));
    ck_assert(!holds_bytes(fixture_path, mark, sizeof mark - 1));
    record_close(r);
}
END_TEST

/* What only looks damaged stays where it is. */
START_TEST(nothing_else_is_healed)
{
    struct healing healing = {0};
    care_filled(5);
    struct record *r = record_open(fixture_path, &err);
    int64_t version;
    char back[120];
    OK(db_number(r->db, &version, 0, &err, "PRAGMA user_version", ""));
    OK(db_run(r->db, &err, "PRAGMA user_version = 9999", ""));
    record_close(r);
    ck_assert_ptr_null(heal_open(fixture_path, 0, care_arena, &care_keep, &healing, &err)); /* of a newer crib */
    ck_assert_str_eq(care_beside("record.db.corrupt-"), "");
    snprintf(back, sizeof back, "PRAGMA user_version = %d; UPDATE event SET payload = '{}' WHERE position & 15 = 3", (int)version);
    sqlite3 *handle = database_open(fixture_path);
    ck_assert_int_eq(sqlite3_exec(handle, back, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
    OK(heal_check(fixture_path, care_arena, &care_keep, &healing, &err)); /* a broken chain in a sound file */
    ck_assert_str_eq(care_beside("record.db.corrupt-"), "");
    ck_assert_uint_eq(healing.told.len, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("care");
    TCase *t = tcase_create("care");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_copy_is_whole_and_verified);
    tcase_add_test(t, a_copy_cannot_sign);
    tcase_add_test(t, what_fails_displaces_nothing);
    tcase_add_test(t, seven_days_and_four_weeks_stay);
    tcase_add_test(t, one_copy_a_day_when_it_is_due);
    tcase_add_test(t, restoring_keeps_what_stood_there);
    tcase_add_test(t, restoring_brings_nobody_back_who_was_forgotten);
    tcase_add_test(t, tidied_is_what_is_not_precious);
    tcase_add_test(t, restoring_where_nothing_stood);
    tcase_add_test(t, a_bad_copy_is_not_restored);
    tcase_add_test(t, not_while_another_has_it_open);
    tcase_add_test(t, a_destroyed_record_comes_back_from_its_copy);
    tcase_add_test(t, what_the_copy_lacks_is_salvaged);
    tcase_add_loop_test(t, what_lies_behind_a_lost_first_page_is_salvaged, 0, 3);
    tcase_add_test(t, what_a_cut_file_still_holds_is_salvaged);
    tcase_add_test(t, without_a_copy_what_can_be_read_stays);
    tcase_add_test(t, who_was_forgotten_does_not_come_back);
    tcase_add_test(t, what_is_lost_of_them_is_said);
    tcase_add_loop_test(t, what_was_erased_of_them_stays_so, 0, 3);
    tcase_add_loop_test(t, the_logs_of_other_devices_are_salvaged, 0, 3);
    tcase_add_test(t, forgotten_in_the_copies_when_they_go);
    tcase_add_test(t, nothing_else_is_healed);
    suite_add_tcase(s, t);
    return suite_run(s);
}
