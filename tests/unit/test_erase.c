/* erase: a learner is forgotten; the others, the chain and its links stay; nothing of it stands in the files; whenever it is
 * killed or the power goes it was not begun, or nobody finds anything of it and the rest can be done; and who answers a quiz
 * meanwhile hardly waits. */
#include "record_fixture.h"

#include "../bench/years.h"
#include "power_vfs.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/record/chain.h"
#include "core/record/erase.h"
#include "core/record/learner.h"
#include "core/record/note.h"
#include "core/record/outbox.h"
#include "core/record/pin.h"
#include "core/record/roll.h"
#include "core/record/signoff.h"
#include "core/record/verify.h"
#include "tests/unit/suite.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

static struct error err;
static struct record *r;
static struct arena *a;
static int64_t kim, alex;
static size_t between; /* how often something was begun and not ended */
static const int64_t now = 1795435200000;

static const char secret[] = "the vent key hangs behind panel three";

static int64_t number(const char *sql)
{
    int64_t value;
    OK(db_number(r->db, &value, -1, &err, sql, ""));
    return value;
}

static void set_up(void)
{
    r = fixture_open(&a, &err);
    OK(record_learner(r, "kim.lindqvist", &kim, &err));
    OK(record_learner(r, "alex", &alex, &err));
    fixture_live(r, kim, secret, "content of kim");
    fixture_live(r, alex, "what alex wrote", "content of alex");
}

static void tear_down(void)
{
    fixture_close(r, a);
}

/* All derived rows as text. */
static char *dump(void)
{
    static const char *const tables[] = {"learner", "module", "opening", "section", "attempt", "answer", "pace",   "recall",
                                         "news",    "note",   "fetch",   "gap",    "erased",  "binding", "position", "asked",
                                         "attendance", "hint", "share", "solved", "roll"};
    struct buf out = {0};
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        char sql[64];
        sqlite3_stmt *s;
        snprintf(sql, sizeof sql, "SELECT * FROM %s", tables[t]);
        ck_assert_int_eq(sqlite3_prepare_v2(db_handle(r->db), sql, -1, &s, NULL), SQLITE_OK);
        while (sqlite3_step(s) == SQLITE_ROW) {
            buf_addf(&out, "%s:", tables[t]);
            for (int c = 0; c < sqlite3_column_count(s); c++)
                buf_addf(&out, " %s", sqlite3_column_type(s, c) == SQLITE_BLOB ? "blob" : db_text(s, c));
            buf_addc(&out, '\n');
        }
        sqlite3_finalize(s);
    }
    return out.data;
}

static bool holds(const char *bytes, size_t len, const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i + n <= len; i++)
        if (memcmp(bytes + i, text, n) == 0)
            return true;
    return false;
}

/* Does one of the record's files hold the text? */
static bool in_files_of(const char *record, const char *text)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    bool found = false;
    for (size_t i = 0; i < 3; i++) {
        char path[340];
        struct buf bytes = {0};
        snprintf(path, sizeof path, "%s%s", record, ends[i]);
        if (access(path, F_OK) == 0)
            OK(file_read(path, 1 << 28, &bytes, &err));
        found = found || holds(buf_text(&bytes), bytes.len, text);
        buf_free(&bytes);
    }
    return found;
}

static bool in_files(const char *text)
{
    return in_files_of(fixture_path, text);
}

static struct log_report seen;

static bool keep_report(void *context, const struct log_report *report, bool done)
{
    (void)context;
    (void)done;
    seen = *report;
    return true;
}

START_TEST(forgotten)
{
    int64_t before = number("SELECT count(*) FROM event"), mine = number("SELECT count(*) FROM event WHERE json_extract(payload,"
                                                                        " '$.learner') = 1");
    char links[65];
    struct erase_plan plan;
    struct erase_result result;
    ck_assert_int_eq(kim, 1);
    sqlite3_stmt *s = db_statement(r->db, "SELECT hex(link) FROM event WHERE position & 0xFFFF = 9", &err);
    ck_assert_int_eq(db_step(r->db, s, &err), 1);
    snprintf(links, sizeof links, "%s", db_text(s, 0));
    sqlite3_reset(s);
    ck_assert(in_files(secret) && in_files("kim.lindqvist") && in_files("content of kim"));
    OK(record_erase_plan(r, a, kim, now, &plan, &err));
    ck_assert_int_eq(plan.events, mine);
    ck_assert_uint_eq(plan.kept_count, 0);
    OK(record_circumstances(r, &(struct circumstances){.asset = "P-101"}, &err));
    OK(record_erase(r, kim, now, &result, &err));
    ck_assert_int_eq(result.events, mine);
    OK(record_overwrite(r, &err));
    ck_assert_int_eq(number("SELECT wanted FROM overwriting"), 0);
    ck_assert(!in_files(secret) && !in_files("kim.lindqvist") && !in_files("content of kim"));
    ck_assert(in_files("what alex wrote") && in_files("content of alex") && in_files("shared"));
    /* the chain */
    OK(record_verify(r, keep_report, NULL, &err));
    ck_assert_uint_eq(seen.erased, (uint64_t)mine);
    ck_assert_int_eq(number("SELECT count(*) FROM event"), before + number("SELECT count(*) FROM event WHERE kind = 'erased'"));
    s = db_statement(r->db, "SELECT hex(link) FROM event WHERE position & 0xFFFF = 9", &err);
    ck_assert_int_eq(db_step(r->db, s, &err), 1);
    ck_assert_str_eq(db_text(s, 0), links);
    sqlite3_reset(s);
    ck_assert_int_eq(number("SELECT count(*) FROM event WHERE kind = 'erased' AND (payload LIKE '%P-101%' OR"
                            " json_extract(payload, '$.learner') <> 1)"), 0);
    /* what is derived is the same when it is derived anew */
    char *first = dump();
    OK(record_rebuild(r, &err));
    char *second = dump();
    ck_assert_str_eq(first, second);
    ck_assert_ptr_null(strstr(first, "kim"));
    ck_assert_ptr_nonnull(strstr(first, "alex"));
    free(first);
    free(second);
    /* again: nothing */
    OK(record_erase(r, kim, now, &result, &err));
    ck_assert_int_eq(result.events, 0);
    OK(record_verify(r, NULL, NULL, &err));
    /* anew, under another number */
    int64_t again;
    OK(record_learner(r, "kim.lindqvist", &again, &err));
    ck_assert_int_ne(again, kim);
    ck_assert_int_ne(again, alex);
    OK(record_opened(r, again, &pump, NULL, &err));
}
END_TEST

/* What another device's events name stays, whose numbers are other people's; what nothing names goes. */
START_TEST(contents_of_other_devices)
{
    struct erase_result result;
    ck_assert_int_eq(sqlite3_exec(db_handle(r->db),
                                  "INSERT INTO foreign_log VALUES (2097152, zeroblob(16), zeroblob(32));"
                                  "INSERT INTO foreign_event VALUES (2097152 << 40 | 1, zeroblob(16), 'attempt.started', zeroblob(32),"
                                  " zeroblob(32), zeroblob(32), '{\"learner\":1,\"content\":\"theirs\"}', 1);"
                                  "INSERT INTO content VALUES ('theirs', x'01'), ('of nobody', x'02')",
                                  NULL, NULL, NULL), SQLITE_OK);
    OK(record_erase(r, kim, now, &result, &err));
    ck_assert_int_eq(number("SELECT count(*) FROM content WHERE hash = 'theirs'"), 1);
    ck_assert_int_eq(number("SELECT count(*) FROM content WHERE hash IN ('of nobody', 'content of kim')"), 0);
    ck_assert_int_eq(number("SELECT count(*) FROM foreign_event WHERE payload IS NOT NULL"), 1);
}
END_TEST

/* So many rows of the table are somebody's. */
static int64_t rows_of(const char *table, int64_t learner)
{
    char sql[120];
    sqlite3_stmt *s;
    snprintf(sql, sizeof sql, "SELECT count(*) FROM \"%.60s\" WHERE learner = ?", table);
    ck_assert_int_eq(sqlite3_prepare_v2(db_handle(r->db), sql, -1, &s, NULL), SQLITE_OK);
    sqlite3_bind_int64(s, 1, learner);
    ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
    int64_t rows = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return rows;
}

/* A session that was led here told that this learner was in it. */
static void led(int64_t who)
{
    struct learner learner;
    const struct room *room;
    int64_t id;
    OK(learner_get(r, a, who, &learner, &err));
    const struct room_person there = {.name = learner.name[0] != '\0' ? learner.name : learner.account, .state = ROOM_HERE, .of = -1, .score = 100};
    OK(room_lead(r, 0, &(struct room_plan){.programme = "acme/week", .element = "w", .iri = "", .title = "W", .module = "", .test = "", .names = true},
                 "trainer", 0, &id, &err));
    OK(room_people_heard(r, id, &there, 1, true, &err));
    OK(room_get(r, a, id, &room, &err));
    OK(roll_keep(r, room, &err));
}

/* Every table that says whose its rows are: before, somebody's rows are in it (or this test is to be told of a new one);
 * afterwards none. */
START_TEST(no_table_is_left_out)
{
    struct erase_result result;
    struct uuid id;
    struct attempt_start start = pump_start;
    struct given g = given_of("q1", 1, 900);
    const struct signoff_signature signature = {.signer = "Kim", .method = SIGNOFF_NAME, .attestation = "I did.", .source = "text",
                                                .source_len = 4, .retain_until = now - 1, .mark = ""};
    int64_t room;
    start.feedback = "none";
    for (size_t i = 0; i < pump.section_count; i++)
        OK(record_shown(r, kim, &pump, &pump.sections[i], 10, 9000, &err));
    OK(record_attempt_start(r, kim, &pump, &start, &id, &err));
    OK(record_answer(r, &id, &g, &err));
    OK(record_attempt_finish(r, &id, &pump, 100, true, &err));
    OK(record_signoff(r, kim, &pump, &signature, &id, &err));
    OK(room_join(r, kim, "ABCDEF", "Kim", 1, &room, &err));
    OK(learner_pin_set(r, kim, "4711", 0, &err));
    led(kim);
    struct strings tables = {0};
    const char *names[40];
    sqlite3_stmt *s;
    ck_assert_int_eq(sqlite3_prepare_v2(db_handle(r->db),
                                        "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
                                        " WHERE m.type = 'table' AND c.name = 'learner'",
                                        -1, &s, NULL), SQLITE_OK);
    while (sqlite3_step(s) == SQLITE_ROW && tables.count < 40)
        names[tables.count++] = column_copy(a, s, 0);
    sqlite3_finalize(s);
    ck_assert_uint_gt(tables.count, 15);
    for (size_t i = 0; i < tables.count; i++)
        ck_assert_msg(rows_of(names[i], kim) > 0, "this test makes no row of %s", names[i]);
    OK(record_erase(r, kim, now, &result, &err));
    for (size_t i = 0; i < tables.count; i++)
        ck_assert_msg(rows_of(names[i], kim) == 0, "%s keeps what was forgotten", names[i]);
}
END_TEST

/* A crib that was open meanwhile still has the number. */
START_TEST(acts_for_who_was_forgotten)
{
    struct record *other = record_open(fixture_path, &err);
    struct uuid open;
    struct erase_result result;
    struct given g = given_of("q2", 1, 10);
    ck_assert_ptr_nonnull(other);
    OK(record_attempt_start(other, kim, &pump, &pump_start, &open, &err));
    OK(record_erase(r, kim, now, &result, &err));
    ck_assert(!record_opened(other, kim, &pump, NULL, &err));
    ck_assert_int_eq(err.code, EX_NOUSER);
    ck_assert(!record_answer(other, &open, &g, &err));
    ck_assert(!record_note(other, kim, NULL, NULL, NULL, NOTE_PLAIN, secret, &err));
    OK(record_position_set(other, kim, pump.module, "top", 1, &err));
    ck_assert_int_eq(number("SELECT count(*) FROM position WHERE learner = 1"), 0);
    /* one that reads keeps the log from being emptied: said, and made up for */
    ck_assert_int_eq(sqlite3_exec(db_handle(other->db), "BEGIN; SELECT count(*) FROM event", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_busy_timeout(db_handle(r->db), 50);
    ck_assert(!record_overwrite(r, &err));
    ck_assert_int_eq(err.code, EX_TEMPFAIL);
    ck_assert_int_eq(sqlite3_exec(db_handle(other->db), "END", NULL, NULL, NULL), SQLITE_OK);
    OK(record_overwrite(r, &err));
    ck_assert(!in_files(secret));
    record_close(other);
}
END_TEST

static void sign_off(const char *text, const char *retain_until)
{
    OK(chain_begin(r, &err));
    OK(chain_pin(r, "signed", "signed content", 14, &err));
    struct json *j = chain_event(r, "signoff.signed", kim, &pump, NULL);
    json_string(j, "content", "signed");
    json_string(j, "signed_by", text);
    if (retain_until != NULL)
        json_string(j, "retain_until", retain_until);
    OK(chain_append(r, NULL, &err));
    OK(chain_commit(r, &err));
}

START_TEST(sign_offs_stay)
{
    struct erase_plan plan;
    struct erase_result result;
    sign_off("Kim, for the first", "2031-05-01");
    sign_off("Kim, for the second", NULL);
    sign_off("Kim, long ago", "2020-01-01");
    OK(record_erase_plan(r, a, kim, now, &plan, &err));
    ck_assert_uint_eq(plan.kept_count, 2);
    ck_assert_int_eq(plan.kept[0].until, clock_ms_of("2031-05-01"));
    ck_assert_str_eq(plan.kept[0].module, pump.module);
    ck_assert_int_gt(plan.kept[1].until, now + 3600 * 86400000LL);
    OK(record_erase(r, kim, now, &result, &err));
    ck_assert_int_eq(result.kept, 2);
    ck_assert_int_eq(result.events, plan.events);
    OK(record_overwrite(r, &err));
    ck_assert(in_files("Kim, for the first") && in_files("Kim, for the second") && in_files("signed content"));
    ck_assert(!in_files("Kim, long ago") && !in_files(secret));
    OK(record_verify(r, NULL, NULL, &err));
    /* the day comes */
    OK(record_erase_due(r, clock_ms_of("2031-04-30"), &result, &err));
    ck_assert_int_eq(result.events, 0);
    OK(record_erase_due(r, clock_ms_of("2031-05-01"), &result, &err));
    ck_assert_int_eq(result.events, 1);
    OK(record_overwrite(r, &err));
    ck_assert(!in_files("Kim, for the first"));
    ck_assert(in_files("Kim, for the second") && in_files("signed content"));
    OK(record_erase_due(r, clock_ms_of("2046-01-01"), &result, &err));
    ck_assert_int_eq(result.events, 1);
    OK(record_overwrite(r, &err));
    ck_assert(!in_files("Kim, for") && !in_files("signed content"));
    OK(record_verify(r, NULL, NULL, &err));
}
END_TEST

/* Makes statements of the next events of kim's, with her name in them. */
static void make_statements(size_t count)
{
    struct outbox_event *events;
    size_t got;
    OK(outbox_fresh(r, a, 0, count, &events, &got, &err));
    ck_assert_uint_eq(got, count);
    char text[700];
    snprintf(text, sizeof text, "{\"actor\":\"kim.lindqvist\"%600s}", "");
    for (size_t i = 0; i < count; i++) {
        struct outbox_made made = {&events[i], "acme", i % 5 == 4 ? NULL : text, NULL};
        OK(outbox_store(r, &made, 1, &err));
    }
}

START_TEST(the_outbox)
{
    struct outbox_item *items;
    struct outbox_counts counts;
    struct erase_plan plan;
    struct erase_result result;
    struct erase_request *requests;
    struct erase_count *rows;
    size_t count;
    /* as where SQLite leaves what it deletes in the file: what was acknowledged then still stands there */
    ck_assert_int_eq(sqlite3_exec(db_handle(r->db), "PRAGMA secure_delete=OFF; UPDATE overwriting SET clean = 0", NULL, NULL, NULL), SQLITE_OK);
    make_statements(12);
    OK(outbox_waiting(r, a, NULL, 0, 9, SIZE_MAX, &items, &count, &err));
    ck_assert_uint_eq(count, 9);
    int64_t first = items[0].position >> LOG_SHIFT << LOG_SHIFT;
    ck_assert_int_gt(items[0].position, first);
    OK(outbox_acknowledge(r, items, 4, "https://lrs.example.com", &err));
    OK(outbox_set_aside(r, &items[4], "https://lrs.example.com", "kim.lindqvist is no actor", &err));
    OK(record_erase_plan(r, a, kim, now, &plan, &err));
    ck_assert_uint_eq(plan.sent_count, 2);
    ck_assert_str_eq(plan.sent[1].what, "https://lrs.example.com");
    /* an event taken before, of which a statement is made after */
    struct outbox_event *late;
    OK(outbox_fresh(r, a, 0, 1, &late, &count, &err));
    OK(record_erase(r, kim, now, &result, &err));
    OK(outbox_store(r, &(struct outbox_made){late, "acme", "{\"actor\":\"kim.lindqvist\"}", NULL}, 1, &err));
    /* ... and one that was under way */
    OK(outbox_acknowledge(r, &items[6], 1, "https://late.example.com", &err));
    OK(record_overwrite(r, &err));
    ck_assert(!in_files("kim.lindqvist"));
    OK(outbox_counts(r, &counts, &err));
    ck_assert_int_eq(counts.waiting + counts.aside, 0);
    OK(erase_requests(r, a, 0, 100, &requests, &count, &err));
    ck_assert_int_eq((int64_t)count, plan.sent[0].count + plan.sent[1].count);
    OK(erase_waiting(r, a, &rows, &count, &err));
    ck_assert_uint_eq(count, 3);
    ck_assert_str_eq(rows[1].what, "https://late.example.com");
    OK(erase_settle(r, requests, 1, "https://lrs.example.com", ERASE_DONE, &err));
    OK(erase_settle(r, requests + 1, 2, "https://lrs.example.com", ERASE_IMPOSSIBLE, &err));
    OK(erase_impossible(r, a, &rows, &count, &err));
    ck_assert(count == 1 && rows[0].count == 2);
    size_t left;
    OK(erase_requests(r, a, 0, 100, &requests, &left, &err));
    ck_assert_int_eq((int64_t)left, plan.sent[0].count + plan.sent[1].count - 3);
}
END_TEST

/* Learners by turns: no two events of one stand side by side, and one event can't name all of them. */
START_TEST(many_ranges)
{
    struct erase_result result;
    struct subject s = {.module = "acme"};
    OK(chain_begin(r, &err));
    for (int i = 0; i < 1400; i++) {
        chain_event(r, "news.read", i % 2 != 0 ? kim : alex, &s, NULL);
        OK(chain_append(r, NULL, &err));
    }
    OK(chain_commit(r, &err));
    OK(record_erase(r, kim, now, &result, &err));
    ck_assert_int_ge(number("SELECT count(*) FROM event WHERE kind = 'erased'"), 3);
    ck_assert_int_eq(number("SELECT max(json_array_length(payload, '$.ranges')) FROM event WHERE kind = 'erased'"), 256);
    OK(record_verify(r, keep_report, NULL, &err));
    ck_assert_uint_eq(seen.erased, (uint64_t)result.events);
    /* what no event names is a break, also beside a range */
    ck_assert_int_eq(sqlite3_exec(db_handle(r->db), "UPDATE event SET salt = NULL, payload = NULL WHERE position & 0xFFFF = 600 AND"
                                  " payload IS NOT NULL", NULL, NULL, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db_handle(r->db), "UPDATE event SET salt = NULL, payload = NULL WHERE position & 0xFFFF = 601 AND"
                                  " payload IS NOT NULL", NULL, NULL, NULL), SQLITE_OK);
    ck_assert(!record_verify(r, keep_report, NULL, &err));
    ck_assert_uint_ge(seen.broken_seq, 600);
    ck_assert_uint_le(seen.broken_seq, 601);
}
END_TEST

/* ---- whatever happens on the way ---- */

static int64_t number_in(struct record *image, const char *sql)
{
    int64_t value;
    OK(db_number(image->db, &value, -1, &err, sql, ""));
    return value;
}

/* Opens what was left: all of kim's is there; or nobody finds any of it, and what is left to do can be done. */
static bool begun_or_not(const char *path)
{
    static const char events[] = "SELECT count(*) FROM event WHERE json_extract(payload, '$.learner') = 1 AND kind <> 'erased'";
    static const char erased[] = "SELECT count(*) FROM event WHERE kind = 'erased'";
    static const char notes[] = "SELECT count(*) FROM note WHERE learner = 1";
    static const char attempts[] = "SELECT count(*) FROM attempt WHERE learner = 1";
    struct record *image = record_open(path, &err);
    ck_assert_msg(image != NULL, "%s: %s", err.what, err.why);
    OK(record_verify(image, NULL, NULL, &err));
    bool known = number_in(image, "SELECT count(*) FROM learner WHERE number = 1") > 0;
    if (known) {
        ck_assert(number_in(image, events) > 10 && number_in(image, notes) == 1 && number_in(image, attempts) == 1);
        ck_assert(number_in(image, erased) == 0 && number_in(image, "SELECT count(*) FROM forgetting") == 0);
    } else {
        between += number_in(image, "SELECT count(*) FROM forgetting") > 0;
        ck_assert_int_eq(number_in(image, notes), 0);
        OK(record_rebuild(image, &err)); /* nor does it bring anything back */
        ck_assert_int_eq(number_in(image, "SELECT count(*) FROM learner WHERE number = 1"), 0);
        ck_assert(number_in(image, notes) == 0 && number_in(image, attempts) == 0);
        OK(record_erase_finish(image, now, &err));
        OK(record_overwrite(image, &err));
        OK(record_verify(image, NULL, NULL, &err));
        ck_assert(number_in(image, events) == 0 && number_in(image, erased) > 0);
        ck_assert_int_eq(number_in(image, "SELECT count(*) FROM content WHERE hash = 'content of kim'"), 0);
        ck_assert_int_eq(number_in(image, "SELECT count(*) FROM forgetting"), 0);
    }
    record_close(image);
    return !known;
}

/* It takes its time, and runs the suite in one process. */
static bool in_valgrind(void)
{
    const char *forking = getenv("CK_FORK");
    return forking != NULL && strcmp(forking, "no") == 0;
}

static void copy_file(const char *from, const char *to)
{
    struct buf bytes = {0};
    OK(file_read(from, 1 << 28, &bytes, &err));
    OK(file_write(to, buf_text(&bytes), bytes.len, 0600, &err));
    buf_free(&bytes);
}

/* A child that forgets kim, says so by a byte in the pipe `done`, and stays. */
static pid_t start_erasing_to(int done)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child > 0)
        return child;
    struct erase_result result;
    struct record *mine = record_open(fixture_path, NULL);
    if (mine == NULL || !record_erase(mine, kim, now, &result, NULL) || !record_overwrite(mine, NULL) ||
        (done >= 0 && write(done, "", 1) != 1))
        _exit(1);
    for (;;)
        pause();
}

/* How long that takes here: kills are to fall before, within and behind it, on a slow machine, too. */
static int erasing_ms(void)
{
    int ends[2], status;
    char byte;
    ck_assert_int_eq(pipe(ends), 0);
    int64_t begun = clock_monotonic_ms();
    pid_t child = start_erasing_to(ends[1]);
    ck_assert_int_eq(read(ends[0], &byte, 1), 1);
    int64_t took = clock_monotonic_ms() - begun;
    close(ends[0]);
    close(ends[1]);
    kill(child, SIGKILL);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return (int)took + 1;
}

START_TEST(killed)
{
    int kills = in_valgrind() ? 15 : 60;
    char kept[300];
    int done = 0;
    record_close(r);
    r = NULL;
    snprintf(kept, sizeof kept, "%s/copy.db", fixture_dir);
    copy_file(fixture_path, kept);
    int whole_ms = erasing_ms();
    ck_assert(begun_or_not(fixture_path));
    srand(3);
    for (int i = 0; i < kills; i++) {
        copy_file(kept, fixture_path);
        pid_t child = start_erasing_to(-1);
        int us = rand() % (whole_ms * 1500);
        nanosleep(&(struct timespec){us / 1000000, 1000L * (us % 1000000)}, NULL);
        kill(child, SIGKILL);
        int status;
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert(WIFSIGNALED(status));
        if (begun_or_not(fixture_path)) {
            ck_assert(!in_files(secret));
            done++;
        }
    }
    ck_assert_msg(done > 0 && done < kills, "%d of %d", done, kills);
}
END_TEST

static char image_dir[260];
static size_t writes, images, after;

static void cut_here(void)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal", ".forget"};
    if (++writes % 5 != 0 && in_valgrind())
        return;
    void (*hook)(void) = power.before_write;
    char path[320];
    power.before_write = NULL;
    power_cut(image_dir, (int)(images % 3));
    sqlite3_vfs_register(power.real, 1);
    snprintf(path, sizeof path, "%s/record.db", image_dir);
    if (begun_or_not(path)) {
        after++;
        ck_assert(!in_files_of(path, secret) && !in_files_of(path, "kim.lindqvist") && !in_files_of(path, "content of kim"));
    }
    sqlite3_vfs_register(&power.vfs, 1);
    for (size_t i = 0; i < 5; i++) {
        snprintf(path, sizeof path, "%s/record.db%s", image_dir, ends[i]);
        unlink(path);
    }
    images++;
    power.before_write = hook;
}

/* The power goes while it is erased, while the file is written anew, while the log is emptied. */
START_TEST(power_cut_while_erasing)
{
    struct erase_result result;
    record_close(r);
    srand(5);
    writes = images = after = between = 0;
    power_on();
    r = record_open(fixture_path, &err);
    ck_assert_ptr_nonnull(r);
    /* what stood there before is on disk */
    OK(record_learner(r, "lee", &(int64_t){0}, &err));
    sqlite3_wal_checkpoint_v2(db_handle(r->db), NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    OK(db_run(r->db, &err, "VACUUM", ""));
    sqlite3_wal_checkpoint_v2(db_handle(r->db), NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    snprintf(image_dir, sizeof image_dir, "%s/image", fixture_dir);
    ck_assert_int_eq(mkdir(image_dir, 0700), 0);
    power.before_write = cut_here;
    OK(record_erase(r, kim, now, &result, &err));
    OK(record_overwrite(r, &err));
    power.before_write = NULL;
    ck_assert_msg(images >= writes / 5 && images > 20 && after > 5 && after < images && between > 2, "%zu images, %zu after, %zu between", images, after, between);
    ck_assert_int_eq(rmdir(image_dir), 0);
    record_close(r);
    power_off();
    r = record_open(fixture_path, &err);
    ck_assert_ptr_nonnull(r);
}
END_TEST

/* ---- others meanwhile ---- */

/* What somebody at a kiosk saw who answered all the time. */
struct waits {
    int64_t longest_ms, answers, failed;
};

static volatile sig_atomic_t ended;

static void end(int signal)
{
    (void)signal;
    ended = 1;
}

static _Noreturn void answer_until_ended(int out)
{
    struct waits w = {0};
    struct uuid id;
    int64_t me;
    struct record *mine = record_open(fixture_path, NULL);
    if (mine == NULL || !record_learner(mine, "at the kiosk", &me, NULL) ||
        !record_attempt_start(mine, me, &pump, &pump_start, &id, NULL) || write(out, "", 1) != 1)
        _exit(1);
    while (!ended) {
        char question[30];
        snprintf(question, sizeof question, "question %d", (int)w.answers);
        struct given g = given_of(question, 1, 900);
        int64_t begun = clock_monotonic_ms();
        w.failed += !record_answer(mine, &id, &g, NULL);
        int64_t took = clock_monotonic_ms() - begun;
        w.longest_ms = took > w.longest_ms ? took : w.longest_ms;
        w.answers++;
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL); /* who answers reads first */
    }
    _exit(write(out, &w, sizeof w) != (ssize_t)sizeof w);
}

/* One of five whose years are in the record; the fifth of it goes in a dozen steps, and between any two of them others come. */
START_TEST(nobody_waits)
{
    enum { EVENTS = 8000, LEARNERS = 5, WAIT_MOST_MS = 3000 };
    struct erase_result result;
    struct waits w;
    int64_t learner;
    int ends[2], status;
    char byte;
    record_close(r);
    r = NULL;
    unlink(fixture_path);
    OK(years_make(fixture_path, EVENTS, LEARNERS, &err));
    ck_assert_int_eq(pipe(ends), 0);
    signal(SIGTERM, end);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        answer_until_ended(ends[1]);
    ck_assert_int_eq(read(ends[0], &byte, 1), 1);
    r = record_open(fixture_path, &err);
    ck_assert_ptr_nonnull(r);
    OK(learner_by_badge(r, "badge-3", &learner, &err));
    int64_t before = number("SELECT count(*) FROM answer WHERE question LIKE 'question %'");
    OK(record_erase(r, learner, now, &result, &err));
    int64_t meanwhile = number("SELECT count(*) FROM answer WHERE question LIKE 'question %'") - before;
    OK(record_overwrite(r, &err));
    kill(child, SIGTERM);
    ck_assert_int_eq(read(ends[0], &w, sizeof w), sizeof w);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    close(ends[0]);
    close(ends[1]);
    ck_assert_int_gt(result.events, EVENTS / LEARNERS / 2);
    ck_assert_int_eq(w.failed, 0);
    ck_assert_msg(meanwhile >= 3, "%d answers while somebody was forgotten", (int)meanwhile);
    ck_assert_msg(w.longest_ms < WAIT_MOST_MS, "an answer waited for %d ms", (int)w.longest_ms);
    OK(record_verify(r, keep_report, NULL, &err));
    ck_assert_uint_eq(seen.erased, (uint64_t)result.events);
}
END_TEST

/* ---- who waits for it ---- */

struct watched {
    int64_t looked, all;
    int calls, most; /* it is left after so many */
};

static bool watch(void *context, int64_t looked, int64_t all)
{
    struct watched *w = context;
    ck_assert_int_ge(looked, w->looked);
    ck_assert_int_le(looked, all);
    *w = (struct watched){looked, all, w->calls + 1, w->most};
    return w->calls < w->most;
}

/* Whoever waits is told how far it is, and leaves it when they like: what is left is erased when somebody goes on with it. */
START_TEST(left_and_gone_on_with)
{
    struct erase_result result;
    bool begun = true;
    struct watched w = {.most = 1};
    record_erase_watch(r, watch, &w);
    int left = 0;
    ck_assert(!record_erase(r, kim, now, &result, &err));
    while (begun) {
        ck_assert_int_eq(err.code, EX_TEMPFAIL);
        w = (struct watched){.most = ++left + 1};
        if (record_erase_finish(r, now, &err))
            break;
    }
    ck_assert_int_gt(left, 1);
    ck_assert_int_eq(w.all, number("SELECT max(position) & 1099511627775 FROM event") - 1); /* `erased` came behind */
    OK(record_erase_begun(r, &begun, &err));
    ck_assert(!begun);
    record_erase_watch(r, NULL, NULL);
    OK(record_verify(r, keep_report, NULL, &err));
    ck_assert(begun_or_not(fixture_path));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("erase");
    TCase *t = tcase_create("erase");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, forgotten);
    tcase_add_test(t, contents_of_other_devices);
    tcase_add_test(t, no_table_is_left_out);
    tcase_add_test(t, acts_for_who_was_forgotten);
    tcase_add_test(t, sign_offs_stay);
    tcase_add_test(t, the_outbox);
    tcase_add_test(t, many_ranges);
    tcase_add_test(t, left_and_gone_on_with);
    tcase_add_test(t, killed);
    tcase_add_test(t, power_cut_while_erasing);
    tcase_add_test(t, nobody_waits);
    suite_add_tcase(s, t);
    return suite_run(s);
}
