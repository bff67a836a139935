/* Logs of a site's devices between them, through a server: each part once, wherever it is interrupted; what does not hold is
 * left, and said. */
#include <jansson.h>

#include "core/record/chain.h"
#include "core/record/foreign.h"
#include "core/record/learner_site.h"
#include "core/record/verify.h"
#include "sync/serve/people.h"
#include "sync/site/logs_take.h"
#include "tests/unit/database.h"
#include "tests/unit/lrs_fixture.h"
#include "tests/unit/record_fixture.h"
#include "tests/unit/suite.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <time.h>

enum { DEVICES = 2 };

static const char *const names[DEVICES] = {"device", "other"};
static struct error err;
static struct arena *arena;
static struct {
    struct people_keys keys;
    struct places places;
    struct record *record;
    struct lrs site; /* as the configuration names it */
    int64_t ana;
} at[DEVICES];

/* The site's list, with so many of them. */
static void listed(size_t i, int64_t version, size_t count)
{
    static const struct site_person people[] = {{.id = "p-ana", .name = "Ana", .rights = RIGHT_LEARNER, .account = "ana"},
                                                {.id = "p-ben", .name = "Ben", .rights = RIGHT_LEARNER, .account = "ben"}};
    struct site_list list = {.version = version, .people = people, .count = count};
    struct site_taken taken;
    memcpy(list.site, at[i].keys.site, SITE_KEY);
    OK(learner_site_take(at[i].record, &list, &taken, &err));
}

static void enrol(struct store *s, size_t i)
{
    const char *site, *badges;
    int64_t same;
    char line[200];
    crypto_box_keypair(at[i].keys.box, at[i].keys.box_secret);
    OK(store_box_set(s, names[i], at[i].keys.box, &err) && people_told(arena, s, names[i], &site, &badges, &err));
    sodium_hex2bin(at[i].keys.site, SITE_KEY, site, strlen(site), NULL, NULL, NULL);
    at[i].places.state = at[i].places.data = arena_printf(arena, "%s/%s", dir, names[i]);
    at[i].site.credentials = file_join(arena, at[i].places.state, "key");
    at[i].site.ca = at[i].site.channel = "";
    OK(file_make_dirs(at[i].places.state, &err));
    snprintf(line, sizeof line, "%s:%s\n", names[i], i == 0 ? device : other);
    OK(file_write(at[i].site.credentials, line, strlen(line), 0600, &err));
    OK(at[i].record = record_open(file_join(arena, at[i].places.data, "record.db"), &err));
    listed(i, 1, 1);
    OK(learner_by_name(at[i].record, "Ana", &at[i].ana, &same, &err));
}

static void begin(void)
{
    ck_assert_int_ge(sodium_init(), 0);
    make_dir();
    arena = arena_open();
    struct store *s = store_open(dir, false, &err);
    OK(s != NULL && people_ready(arena, s, &err));
    for (size_t i = 0; i < DEVICES; i++)
        enrol(s, i);
    store_close(s);
}

static void end(void)
{
    for (size_t i = 0; i < DEVICES; i++)
        record_close(at[i].record);
    arena_close(arena);
    suite_remove(dir);
}

static void damage(const char *sql)
{
    char path[100];
    snprintf(path, sizeof path, "%s/serve.db", dir);
    sqlite3 *db = database_open(path);
    ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static uint64_t own_last(size_t i)
{
    struct own_log *logs;
    size_t count;
    OK(record_logs_own(at[i].record, arena, &logs, &count, &err));
    ck_assert_uint_eq(count, 1);
    return logs[0].last;
}

static uint64_t through(size_t i, size_t of)
{
    struct own_log *logs;
    size_t count;
    uint64_t seq;
    OK(record_logs_own(at[of].record, arena, &logs, &count, &err) && record_foreign_through(at[i].record, logs[0].id, &seq, &err));
    return seq;
}

/* As a sync does. A server that is away says nothing: *told is what it said before. */
static struct logs_moved exchange(size_t i, struct people_passes *told)
{
    struct logs_moved moved;
    char url[60];
    if (server != NULL) {
        struct answer a = ask_as(names[i], i == 0 ? device : other, "GET", "/results/0", NULL);
        ck_assert_int_eq(a.status, 200);
        OK(people_open_passes(arena, buf_text(&a.body), a.body.len, &at[i].keys, told, &err));
        answer_free(&a);
    }
    snprintf(url, sizeof url, "http://127.0.0.1:%u", port);
    at[i].site.endpoint = url;
    OK(logs_exchange(arena, &at[i].places, &at[i].site, &at[i].keys, at[i].record, told, &moved, &err));
    return moved;
}

/* As often as it takes: a sync leaves the rest to the next one where its time is over, and on a slow machine it soon is. */
static void exchange_all(size_t i)
{
    struct people_passes told;
    while (exchange(i, &told).rest)
        continue;
}

static struct site_logs kept(size_t i)
{
    struct site_logs logs;
    OK(site_logs_read(arena, &at[i].places, at[i].keys.site, &logs, &err));
    return logs;
}

static void moves(size_t i, size_t handed, size_t taken)
{
    struct people_passes told;
    struct logs_moved moved = exchange(i, &told);
    ck_assert_uint_eq(moved.handed, handed);
    ck_assert_uint_eq(moved.taken, taken);
}

START_TEST(each_event_once)
{
    struct people_passes older = {0}; /* the site keeps none yet */
    (void)exchange(0, &older);
    ck_assert_int_eq(kept(0).changed, SITE_LOGS_NONE);
    start();
    OK(record_opened(at[0].record, at[0].ana, &pump, "bleed", &err));
    size_t first = (size_t)own_last(0), second = (size_t)own_last(1);
    moves(0, first, 0);
    ck_assert_int_eq(kept(0).changed, 0);
    moves(0, 0, 0);
    moves(1, second, first);
    moves(1, 0, 0);
    moves(0, 0, second);
    ck_assert_uint_eq(kept(0).own_count, 1);
    ck_assert_uint_eq(kept(0).own[0].last, first);
    OK(record_opened(at[0].record, at[0].ana, &pump, NULL, &err));
    moves(0, 1, 0);
    /* What is remembered is a cache. */
    ck_assert_int_eq(unlink(file_join(arena, at[1].places.state, "site.logs")), 0);
    moves(1, 0, 1);
    moves(1, 0, 0);
    /* A site that keeps none, and one that is away. */
    struct people_passes told = {0};
    stop();
    server = NULL;
    struct logs_moved moved = exchange(1, &told);
    ck_assert(moved.handed == 0 && moved.taken == 0 && kept(1).changed == SITE_LOGS_NONE);
    told.logs_told = true;
    told.logs = 99;
    (void)exchange(1, &told);
    ck_assert_int_eq(kept(1).changed, 0);
    start();
    moves(1, 0, 0);
    stop();
}
END_TEST

/* Its record was lost, and it is enrolled still: what it had handed in comes back. */
START_TEST(a_record_made_anew)
{
    int64_t same;
    start();
    OK(record_section(at[0].record, at[0].ana, &pump, &sections_1[0], SECTION_DONE, 120, 31000, &err));
    size_t before = (size_t)own_last(0);
    moves(0, before, 0);
    record_close(at[0].record);
    OK(at[0].record = record_open(file_join(arena, at[0].places.data, "another.db"), &err));
    listed(0, 1, 1);
    OK(learner_by_name(at[0].record, "Ana", &at[0].ana, &same, &err));
    moves(0, (size_t)own_last(0), before);
    ck_assert_int_eq(record_progress(at[0].record, arena, at[0].ana, pump.module, 0, &err)->learned, LEARNED_BEGUN);
    moves(0, 0, 0);
    stop();
}
END_TEST

/* Whatever the server was about when it was killed: in the end each has everything, and the chains hold. */
START_TEST(killed)
{
    enum { EVENTS = 6000, KILLS = 12 };
    unsigned seed = 11;
    int room[2];
    chain_wait(at[0].record, false);
    for (int i = 0; i < EVENTS; i++)
        OK(record_opened(at[0].record, at[0].ana, &pump, NULL, &err));
    for (int round = 0; round < 2 * KILLS; round++) {
        size_t i = round < KILLS ? 0 : 1; /* hands in; takes */
        struct people_passes told;
        ck_assert_int_eq(pipe(room), 0);
        pid_t child = fork();
        if (child == 0) {
            start();
            ck_assert_int_eq(write(room[1], &port, sizeof port), sizeof port);
            for (;;)
                pause();
        }
        ck_assert_int_eq(read(room[0], &port, sizeof port), sizeof port);
        struct answer a = ask_as(names[i], i == 0 ? device : other, "GET", "/results/0", NULL);
        OK(people_open_passes(arena, buf_text(&a.body), a.body.len, &at[i].keys, &told, &err));
        answer_free(&a);
        seed = seed * 1103515245U + 12345U;
        pid_t killer = fork();
        if (killer == 0) {
            const struct timespec life = {0, (long)(seed >> 8) % 60 * 1000000L};
            nanosleep(&life, NULL);
            kill(child, SIGKILL);
            _exit(0);
        }
        (void)exchange(i, &told);
        ck_assert(waitpid(killer, NULL, 0) == killer && waitpid(child, NULL, 0) == child);
        close(room[0]);
        close(room[1]);
    }
    start();
    exchange_all(0);
    exchange_all(1);
    ck_assert_uint_eq(through(1, 0), own_last(0));
    ck_assert_uint_ge(own_last(0), EVENTS);
    moves(0, 0, 0);
    moves(1, 0, 0);
    OK(record_verify(at[1].record, NULL, NULL, &err));
    stop();
}
END_TEST

/* Was here before the site knew of them: what they did before counts elsewhere, too. */
START_TEST(who_comes_to_the_list_later)
{
    const struct learner_row row = {.name = "Ben", .account = "ben"};
    int64_t ben, there, count;
    start();
    OK(learner_add(at[0].record, &row, 0, &ben, &err));
    OK(record_section(at[0].record, ben, &pump, &sections_1[0], SECTION_DONE, 120, 31000, &err));
    OK(record_opened(at[0].record, at[0].ana, &pump, NULL, &err));
    moves(0, (size_t)own_last(0), 0);
    moves(1, (size_t)own_last(1), (size_t)own_last(0));
    uint64_t before[DEVICES] = {own_last(0), own_last(1)};
    for (size_t i = 0; i < DEVICES; i++)
        listed(i, 2, 2);
    size_t came[DEVICES] = {(size_t)(own_last(0) - before[0]), (size_t)(own_last(1) - before[1])};
    moves(0, came[0], (size_t)before[1]);
    OK(learner_by_name(at[1].record, "Ben", &there, &count, &err));
    ck_assert_int_eq(record_progress(at[1].record, arena, there, pump.module, 0, &err)->learned, LEARNED_NEW);
    moves(1, came[1], came[0]);
    ck_assert_int_eq(record_progress(at[1].record, arena, there, pump.module, 0, &err)->learned, LEARNED_BEGUN);
    moves(0, 0, came[1]);
    moves(1, 0, 0);
    /* A log that does not hold is asked for again and again; the others are not. */
    struct db *db = at[1].record->db;
    damage("INSERT INTO log (id, client, key, last, head, changed) SELECT zeroblob(16), client, key, last, head,"
           " (SELECT max(changed) + 1 FROM log) FROM log WHERE number = 1;"
           "INSERT INTO log_event SELECT position + ((SELECT max(number) - 1 FROM log) << 40), id, kind, commitment, link, salt, payload"
           " FROM log_event WHERE position >> 40 = 1;"
           "INSERT INTO log_signed SELECT position + ((SELECT max(number) - 1 FROM log) << 40), signature, changed"
           " FROM log_signed WHERE position >> 40 = 1");
    moves(1, 0, 0);
    ck_assert_uint_eq(kept(1).refused_count, 1);
    OK(db_run(db, &err, "UPDATE foreign_event SET salt = NULL, payload = NULL, whose = NULL WHERE kind = 'section.done'", ""));
    moves(1, 0, 0);
    ck_assert_uint_eq(kept(1).refused_count, 1);
    OK(db_number(db, &count, 0, &err, "SELECT count(*) FROM foreign_event WHERE kind = 'section.done' AND payload IS NOT NULL", ""));
    ck_assert_int_eq(count, 0);
    stop();
}
END_TEST

START_TEST(what_does_not_hold)
{
    start();
    OK(record_opened(at[0].record, at[0].ana, &pump, "bleed", &err));
    size_t first = (size_t)own_last(0);
    moves(0, first, 0);
    damage("UPDATE log_event SET payload = replace(payload, 'log', 'lag') WHERE position & 0xffffffff = 1");
    moves(1, (size_t)own_last(1), 0);
    ck_assert_uint_eq(through(1, 0), 0);
    ck_assert_uint_eq(kept(1).refused_count, 1);
    ck_assert_msg(strstr(kept(1).refused[0].words, "cannot take the log of device: log ") != NULL, "%s", kept(1).refused[0].words);
    ck_assert_msg(strstr(kept(1).refused[0].words, ", event 1: its link differs") != NULL, "%s", kept(1).refused[0].words);
    moves(1, 0, 0);
    ck_assert_uint_eq(kept(1).refused_count, 1);
    moves(0, 0, (size_t)own_last(1)); /* the others go on */
    damage("UPDATE log_event SET payload = replace(payload, 'lag', 'log') WHERE position & 0xffffffff = 1");
    moves(1, 0, first);
    ck_assert_uint_eq(kept(1).refused_count, 0);
    stop();
}
END_TEST

/* The log is another device's there: said by the site, remembered, and no failure. */
START_TEST(what_the_site_does_not_take)
{
    start();
    moves(0, (size_t)own_last(0), 0);
    damage("UPDATE log SET client = (SELECT id FROM client WHERE name = 'other')");
    OK(record_opened(at[0].record, at[0].ana, &pump, "bleed", &err));
    moves(0, 0, 0);
    ck_assert_uint_eq(kept(0).refused_count, 1);
    ck_assert_msg(strstr(kept(0).refused[0].words, "the site does not take this device's log") != NULL, "%s", kept(0).refused[0].words);
    ck_assert_msg(strstr(kept(0).refused[0].words, "it answered 403") != NULL, "%s", kept(0).refused[0].words);
    stop();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("logs_take");
    TCase *t = tcase_create("logs");
    tcase_add_checked_fixture(t, begin, end);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, each_event_once);
    tcase_add_test(t, who_comes_to_the_list_later);
    tcase_add_test(t, a_record_made_anew);
    tcase_add_test(t, killed);
    tcase_add_test(t, what_does_not_hold);
    tcase_add_test(t, what_the_site_does_not_take);
    suite_add_tcase(s, t);
    return suite_run(s);
}
