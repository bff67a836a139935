/* outbox: what waits to leave: taken once, fixed bytes, three ways out; and what keeps it here. */
#include "tests/unit/database.h"
#include "tests/unit/record_fixture.h"
#include "tests/unit/suite.h"

#include "core/base/config.h"
#include "core/base/db.h"
#include "core/record/accepted.h"
#include "core/record/binding.h"
#include "core/record/outbox.h"
#include "sync/xapi/statement.h"

#include <sqlite3.h>
#include <sys/stat.h>

static struct arena *arena;
static struct record *record;
static struct error err;

static void setup(void)
{
    record = fixture_open(&arena, &err);
}

static void teardown(void)
{
    fixture_close(record, arena);
}

static struct outbox_event *fresh(size_t *count)
{
    struct outbox_event *events;
    OK(outbox_fresh(record, arena, 0, 100, &events, count, &err));
    return events;
}

static struct outbox_item *waiting(size_t *count)
{
    struct outbox_item *items;
    OK(outbox_waiting(record, arena, NULL, 0, 100, SIZE_MAX, &items, count, &err));
    return items;
}

/* Three events that leave, with these bytes (NULL: held). */
static struct outbox_event *store_three(const char *a, const char *b, const char *c)
{
    int64_t learner;
    size_t count;
    OK(record_learner(record, "kim", &learner, &err));
    for (size_t i = 0; i < 3; i++)
        OK(record_section(record, learner, &pump, &sections_1[i], SECTION_DONE, 10, 1000, &err));
    struct outbox_event *e = fresh(&count);
    ck_assert_uint_eq(count, 6); /* log.begun, learner.added, three sections, module.completed */
    ck_assert_str_eq(e[2].kind, "section.done");
    const struct outbox_made made[6] = {{&e[0], NULL, NULL, NULL}, {&e[1], NULL, NULL, NULL}, {&e[2], "acme", a, NULL},
                                        {&e[3], "acme", b, NULL},   {&e[4], "other", c, NULL},  {&e[5], NULL, NULL, NULL}};
    OK(outbox_store(record, made, 6, &err));
    return e;
}

START_TEST(events_are_taken_once_and_bytes_stay)
{
    size_t count;
    struct outbox_event *e = store_three("[1]", "[2]", NULL);
    fresh(&count);
    ck_assert_uint_eq(count, 0);
    struct outbox_item *items = waiting(&count);
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(items[0].statement, "[1]");
    ck_assert(uuid_equal(&items[1].id, &e[3].id));
    struct outbox_event *held;
    OK(outbox_held(record, arena, 0, 100, &held, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(held[0].position, e[4].position);
    ck_assert_str_eq(held[0].kind, "section.done");
    /* Made again by another process: what is stored stays, what was held gets its bytes. */
    const struct outbox_made again[2] = {{&e[2], "acme", "[9]", NULL}, {&e[4], "other", "[3]", NULL}};
    OK(outbox_store(record, again, 2, &err));
    items = waiting(&count);
    ck_assert_uint_eq(count, 3);
    ck_assert_str_eq(items[0].statement, "[1]");
    ck_assert_str_eq(items[2].statement, "[3]");
    /* It outlives a rebuild, and what comes later is fresh. */
    int64_t learner;
    OK(record_rebuild(record, &err));
    OK(record_learner(record, "ann", &learner, &err));
    fresh(&count);
    ck_assert_uint_eq(count, 1);
    waiting(&count);
    ck_assert_uint_eq(count, 3);
}
END_TEST

START_TEST(an_item_leaves_by_three_ways_only)
{
    size_t count;
    store_three("[1]", "[2]", "[3]");
    struct outbox_item *items = waiting(&count);
    OK(outbox_acknowledge(record, &items[0], 1, "https://lrs", &err));
    OK(outbox_set_aside(record, &items[1], "https://lrs", "no such verb", &err));
    struct outbox_counts counts;
    OK(outbox_counts(record, &counts, &err));
    ck_assert_int_eq(counts.acknowledged, 1);
    ck_assert_int_eq(counts.aside, 1);
    ck_assert_int_eq(counts.waiting, 1);
    struct outbox_item *aside;
    OK(outbox_aside(record, arena, &aside, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(aside[0].answer, "no such verb");
    ck_assert_str_eq(aside[0].statement, "[2]");
    OK(outbox_decide(record, &aside[0].id, OUTBOX_WAITING, &err));
    struct outbox_item *left = waiting(&count);
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(left[0].statement, "[2]");
    OK(outbox_set_aside(record, &left[0], "https://lrs", "still no", &err));
    OK(outbox_decide(record, &left[0].id, OUTBOX_DROPPED, &err));
    ck_assert(!outbox_decide(record, &left[0].id, OUTBOX_WAITING, &err));
    ck_assert_int_eq(err.code, EX_NOINPUT);
    ck_assert(!outbox_decide(record, &items[0].id, OUTBOX_WAITING, &err)); /* acknowledged */
    OK(outbox_counts(record, &counts, &err));
    ck_assert_int_eq(counts.dropped, 1);
    ck_assert_int_eq(counts.waiting, 1);
}
END_TEST

START_TEST(what_waits_is_counted_by_channel)
{
    struct outbox_channel_count *items;
    size_t count;
    int64_t learner;
    OK(outbox_channel_counts(record, arena, true, &items, &count, &err));
    ck_assert_uint_eq(count, 0);
    store_three("[1]", "[2]", NULL);
    OK(outbox_channel_counts(record, arena, true, &items, &count, &err));
    ck_assert_uint_eq(count, 1); /* what is held waits for something else */
    ck_assert_str_eq(items[0].channel, "acme");
    ck_assert_int_eq(items[0].count, 2);
    OK(record_learner(record, "ann", &learner, &err));
    OK(record_section(record, learner, &pump, &sections_1[0], SECTION_DONE, 10, 1000, &err));
    OK(outbox_channel_counts(record, arena, false, &items, &count, &err));
    ck_assert_int_eq(items[0].count, 2);
    OK(outbox_channel_counts(record, arena, true, &items, &count, &err));
    ck_assert_int_eq(items[0].count, 3); /* pump's channel is acme; to add a learner is nothing that leaves */
}
END_TEST

/* The query names the kinds: they are those of which a statement can be made. */
START_TEST(kinds_that_count_are_kinds_that_leave)
{
    static const char *const kinds[] = {"attempt.abandoned", "attempt.answered", "attempt.finished", "attempt.resumed",
                                        "attempt.started",   "module.completed", "module.solved",    "note.filed",
                                        "recall.answered",   "section.done",     "search.missed",    "code.missed",
                                        "hint.offered",      "hint.opened",      "hint.later",       "hint.never"};
    static const char *const others[] = {"section.seen", "module.opened", "share.on", "share.off", "learner.added"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        ck_assert_msg(statement_leaves(kinds[i], NULL), "%s", kinds[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ck_assert_msg(!statement_leaves(others[i], NULL), "%s", others[i]);
}
END_TEST

START_TEST(runs_are_cut_by_number_and_bytes)
{
    struct outbox_item *items;
    size_t count;
    store_three("[1]", "[22222]", "[3]");
    OK(outbox_waiting(record, arena, NULL, 0, 2, SIZE_MAX, &items, &count, &err));
    ck_assert_uint_eq(count, 2);
    OK(outbox_waiting(record, arena, NULL, items[1].position, 2, SIZE_MAX, &items, &count, &err));
    ck_assert_uint_eq(count, 1);
    OK(outbox_waiting(record, arena, NULL, 0, 100, 5, &items, &count, &err));
    ck_assert_uint_eq(count, 1);
    OK(outbox_waiting(record, arena, NULL, 0, 100, 0, &items, &count, &err));
    ck_assert_uint_eq(count, 1); /* the first one always */
    OK(outbox_waiting(record, arena, "acme", 0, 100, SIZE_MAX, &items, &count, &err));
    ck_assert_uint_eq(count, 2);
    OK(outbox_waiting(record, arena, "nobody", 0, 100, SIZE_MAX, &items, &count, &err));
    ck_assert_uint_eq(count, 0);
    const char **channels;
    OK(outbox_channels(record, arena, &channels, &count, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(channels[1], "other");
}
END_TEST

START_TEST(foreign_statements_come_once)
{
    struct outbox_handed h = {.log = {7}, .key = {8}, .seq = 12, .id = {{1}}, .channel = "acme", .statement = "[12]", .len = 4};
    struct outbox_handed two[2] = {h, h};
    size_t added, count;
    OK(outbox_foreign(record, &h, 1, &added, &err));
    ck_assert_uint_eq(added, 1);
    two[0].statement = "[99]";
    two[1].seq = 13;
    two[1].statement = "[13]";
    OK(outbox_foreign(record, two, 2, &added, &err));
    ck_assert_uint_eq(added, 1);
    two[0].seq = 14; /* with one that is refused, none comes */
    two[1].key[0] = 9;
    ck_assert(!outbox_foreign(record, two, 2, &added, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
    h.seq = 0;
    ck_assert(!outbox_foreign(record, &h, 1, &added, &err));
    h.seq = UINT64_MAX;
    ck_assert(!outbox_foreign(record, &h, 1, &added, &err));
    struct outbox_event *e = store_three("[1]", "[2]", "[3]");
    struct outbox_item *items = waiting(&count);
    ck_assert_uint_eq(count, 5);
    ck_assert_str_eq(items[3].statement, "[12]");
    /* What this record handed over itself comes back as what it is. */
    struct outbox_handed *handed;
    OK(outbox_to_hand(record, arena, 0, 2, &handed, &count, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_mem_eq(handed[0].log, e[0].log, EVENT_LOG);
    ck_assert_int_eq(handed[1].position, items[1].position);
    OK(outbox_foreign(record, handed, 2, &added, &err));
    ck_assert_uint_eq(added, 0);
    memset(handed[0].key, 1, EVENT_KEY);
    ck_assert(!outbox_foreign(record, handed, 1, &added, &err));
    OK(outbox_to_hand(record, arena, items[1].position, 100, &handed, &count, &err));
    ck_assert_uint_eq(count, 3);
    ck_assert_uint_eq(handed[1].seq, 12);
}
END_TEST

START_TEST(learners_are_bound_by_events)
{
    int64_t kim, nobody;
    struct binding b;
    OK(record_learner(record, "kim", &kim, &err));
    OK(record_learner_known(record, "nobody", &nobody, &err));
    ck_assert_int_eq(nobody, 0);
    OK(record_binding(record, arena, kim, &b, &err));
    ck_assert_str_eq(b.home_page, "");
    const struct binding account = {"https://a.example", "k\"im"}, moved = {"https://b.example", "kim"};
    for (int i = 0; i < 3; i++)
        OK(record_bind(record, kim, &account, &err));
    size_t count;
    struct outbox_event *e = fresh(&count);
    ck_assert_uint_eq(count, 3);
    ck_assert_str_eq(e[2].kind, "learner.bound");
    OK(record_bind(record, kim, &moved, &err));
    OK(record_rebuild(record, &err));
    OK(record_binding(record, arena, kim, &b, &err));
    ck_assert_str_eq(b.home_page, "https://b.example");
    ck_assert_str_eq(b.name, "kim");
}
END_TEST

START_TEST(the_clock_is_corrected_within_its_boot)
{
    static const struct {
        const char *boot;
        int64_t mono, wall, at;
    } cases[] = {
        {"boot", 5000, 945000, 1795424405000},   /* an hour slow, by both clocks alike */
        {"boot", 5000, 946900, 1795424405000},   /* nearly alike */
        {"boot", 5000, 500000, 0},               /* it slept, or was set */
        {"boot", 70000, 1010000, 1795424470000}, /* later */
        {"another", 5000, 945000, 0},
    };
    int64_t at;
    OK(record_clock_corrected(record, "boot", 5000, 945000, &at, &err));
    ck_assert_int_eq(at, 0);
    OK(record_clock_learnt(record, "boot", 60000, 1000000, 1795424460000, &err));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        OK(record_clock_corrected(record, cases[i].boot, cases[i].mono, cases[i].wall, &at, &err));
        ck_assert_int_eq(at, cases[i].at);
    }
}
END_TEST

/* A record made before there was an outbox is brought up to date, also by who only reads. */
START_TEST(an_older_record_is_migrated)
{
    static const char first[] =
#include "core/record/001.sql.inc"
        ;
    static const char second[] =
#include "core/record/002.sql.inc"
        ;
    int64_t learner;
    record_close(record);
    ck_assert_int_eq(unlink(fixture_path), 0);
    sqlite3 *db = database_open(fixture_path);
    ck_assert_int_eq(sqlite3_exec(db, first, NULL, NULL, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, second, NULL, NULL, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db,
                                  "INSERT INTO learner VALUES (1, 'kim');"
                                  "INSERT INTO miss VALUES (1, 'pmp', 'Pmp', 3, 1000); PRAGMA user_version = 2",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    OK(record = record_open_read(fixture_path, &err));
    OK(record_learner_known(record, "kim", &learner, &err));
    ck_assert_int_eq(learner, 1);
    struct outbox_counts counts;
    OK(outbox_counts(record, &counts, &err));
    ck_assert_int_eq(counts.waiting, 0);
    size_t count;
    const struct gap *gaps = record_gaps(record, arena, 10, &count, &err);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(gaps[0].text, "Pmp");
    ck_assert_int_eq(gaps[0].kind, GAP_SEARCH);
    ck_assert_int_eq(gaps[0].times, 3);
}
END_TEST

/* ---- which LRS is accepted ---- */

static bool read_lrs(const char *yaml, struct accepted *accepted)
{
    char path[260], data[240];
    snprintf(path, sizeof path, "%s/config.yaml", fixture_dir);
    snprintf(data, sizeof data, "%s", fixture_dir);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(yaml, f), 0);
    ck_assert_int_eq(fclose(f), 0);
    const struct places places = {data, data, data, "/nonexistent", "/nonexistent/config.yaml"};
    struct config *c = config_load(arena, &places, NULL, &err);
    unlink(path);
    ck_assert_ptr_nonnull(c);
    return accepted_read(arena, c, accepted, &err);
}

static const char *endpoint(const struct accepted *accepted, const char *channel)
{
    const struct lrs *lrs = accepted_for(accepted, channel);
    return lrs != NULL ? lrs->endpoint : "nowhere";
}

START_TEST(an_lrs_is_accepted_by_configuration_alone)
{
    struct accepted a;
    ck_assert(read_lrs("roles: [x]\n", &a));
    ck_assert_str_eq(endpoint(&a, "plant"), "nowhere");
    ck_assert(read_lrs("lrs:\n  endpoint: https://all.example/xapi//\n  vendor: no\n  plant: {endpoint: http://p:8080/x, "
                       "credentials: k}\n",
                       &a));
    ck_assert_str_eq(endpoint(&a, "any"), "https://all.example/xapi");
    ck_assert_str_eq(endpoint(&a, "vendor"), "nowhere");
    ck_assert_str_eq(endpoint(&a, "plant"), "http://p:8080/x");
    ck_assert(read_lrs("lrs: {plant: {endpoint: 'https://p/x'}}\n", &a));
    ck_assert_str_eq(endpoint(&a, "any"), "nowhere");
    ck_assert_str_eq(endpoint(&a, "plant"), "https://p/x");
    /* a site takes what no endpoint for all takes */
    ck_assert(read_lrs("site: {url: 'https://s.example/', credentials: site.key, ca: c.pem}\nlrs: {vendor: no}\n", &a));
    ck_assert_str_eq(endpoint(&a, "plant"), "https://s.example/xapi");
    ck_assert_str_eq(endpoint(&a, "vendor"), "nowhere");
    ck_assert_ptr_nonnull(strstr(accepted_for(&a, "plant")->credentials, "/site.key"));
    ck_assert_ptr_nonnull(strstr(accepted_for(&a, "plant")->ca, "/c.pem"));
    ck_assert(read_lrs("site: {url: 'https://s.example/'}\nlrs: {endpoint: 'https://l/x'}\n", &a));
    ck_assert_str_eq(endpoint(&a, "plant"), "https://l/x");
    ck_assert(read_lrs("site: {url: 'https://s.example/'}\nlrs: {endpoint: no, plant: {endpoint: 'https://p/x'}}\n", &a));
    ck_assert_str_eq(endpoint(&a, "plant"), "https://p/x");
    ck_assert_str_eq(endpoint(&a, "other"), "nowhere");
    static const char *const bad[] = {
        "site: {url: ftp://a/x}\n", "site: {credentials: x}\n", "site: {url: 'https://a', more: 1}\n",
        "lrs: {endpoint: ftp://a/x}\n",      "lrs: {endpoint: 'https://u:p@a/x'}\n", "lrs: {endpoint: 'https:///x'}\n",
        "lrs: {endpoint: 'https://a/x?y'}\n", "lrs: {plant: https://a/x}\n",          "lrs: {plant: {credentials: k}}\n",
        "lrs: {plant: {endpoint: 'https://a', more: 1}}\n", "lrs: {endpoint: [a]}\n", "lrs: {endpoint: 'https://a b/'}\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(!read_lrs(bad[i], &a), "%s", bad[i]);
        ck_assert_int_eq(err.code, EX_CONFIG);
        ck_assert_ptr_nonnull(strstr(err.where, "config.yaml:"));
    }
}
END_TEST

START_TEST(credentials_are_a_file_that_others_cannot_read)
{
    static const struct {
        const char *text, *value;
    } cases[] = {{"key:secret\n", "Basic a2V5OnNlY3JldA=="}, {"Bearer abc", "Bearer abc"}, {"nothing", NULL}, {"", NULL},
                 {"a:b\nc:d", NULL}};
    char path[260];
    snprintf(path, sizeof path, "%s/copy.db", fixture_dir);
    struct lrs lrs = {"", "https://a", path, ""};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        FILE *f = fopen(path, "w");
        ck_assert_ptr_nonnull(f);
        fputs(cases[i].text, f);
        fclose(f);
        const char *value;
        ck_assert_int_eq(chmod(path, 0644), 0);
        ck_assert(!accepted_authorization(arena, &lrs, &value, &err));
        ck_assert_int_eq(err.code, EX_NOPERM);
        ck_assert_int_eq(chmod(path, 0600), 0);
        ck_assert_int_eq(accepted_authorization(arena, &lrs, &value, &err), cases[i].value != NULL);
        if (cases[i].value != NULL)
            ck_assert_str_eq(value, cases[i].value);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("outbox");
    TCase *t = tcase_create("outbox");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, events_are_taken_once_and_bytes_stay);
    tcase_add_test(t, an_item_leaves_by_three_ways_only);
    tcase_add_test(t, runs_are_cut_by_number_and_bytes);
    tcase_add_test(t, what_waits_is_counted_by_channel);
    tcase_add_test(t, kinds_that_count_are_kinds_that_leave);
    tcase_add_test(t, foreign_statements_come_once);
    tcase_add_test(t, learners_are_bound_by_events);
    tcase_add_test(t, the_clock_is_corrected_within_its_boot);
    tcase_add_test(t, an_older_record_is_migrated);
    tcase_add_test(t, an_lrs_is_accepted_by_configuration_alone);
    tcase_add_test(t, credentials_are_a_file_that_others_cannot_read);
    suite_add_tcase(suite, t);
    return suite_run(suite);
}
