#include "record_fixture.h"

#include "derived.h"

#include "core/base/db.h"
#include "core/record/chain.h"
#include "core/record/note.h"
#include "core/record/recall.h"
#include "core/record/verify.h"
#include "tests/unit/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>

static struct error err;
static struct record *r;
static struct arena *a;
static int64_t me;

static void set_up(void)
{
    setenv("CRIB_CLOCK", "2026-11-23T10:00:00+01:00", 1);
    r = fixture_open(&a, &err);
    OK(record_learner(r, "alex", &me, &err));
}

static void tear_down(void)
{
    fixture_close(r, a);
    unsetenv("CRIB_CLOCK");
}

static int64_t number(const char *sql)
{
    int64_t value;
    OK(db_number(r->db, &value, -1, &err, sql, ""));
    return value;
}

static void run_sql(const char *sql)
{
    ck_assert_int_eq(sqlite3_exec(db_handle(r->db), sql, NULL, NULL, NULL), SQLITE_OK);
}

/* All rows of all derived tables as text. */
static char *dump(void)
{
    struct buf out = derived_text(db_handle(r->db));
    ck_assert(buf_ok(&out));
    return out.data;
}

static void pass_quiz(struct uuid *id)
{
    OK(record_attempt_start(r, me, &pump, &pump_start, id, &err));
    for (size_t i = 0; i < 3; i++) {
        struct given g = given_of(pump_questions[i], i == 1 ? 0.5 : 1, 1000 + (int64_t)i);
        OK(record_answer(r, id, &g, &err));
    }
    OK(record_attempt_finish(r, id, &pump, 83.3, true, &err));
}

/* A bit of everything. */
static void live(void)
{
    struct uuid id;
    struct given g = given_of("q2", 1, 700);
    OK(record_circumstances(r, &(struct circumstances){.stage = "operate", .asset = "P-101"}, &err));
    OK(record_opened(r, me, &pump, "bleed", &err));
    OK(record_section(r, me, &pump, &sections_1[0], SECTION_SEEN, 120, 30000, &err));
    OK(record_section(r, me, &pump, &sections_1[0], SECTION_DONE, 120, 31000, &err));
    pass_quiz(&id);
    OK(record_attempt_start(r, me, &pump, &pump_start, &id, &err));
    OK(record_attempt_resume(r, &id, &pump, &err));
    OK(record_attempt_abandon(r, &id, &pump, &err));
    OK(record_recall_answer(r, me, &pump, &g, NULL, 0, "c1", &err));
    OK(record_recall_retire(r, me, pump.module, "q3", &err));
    OK(record_note(r, me, &pump, "bleed", NULL, NOTE_WRONG, " the valve \xff opens\nleft \x1b[2J", &err));
    OK(record_note(r, me, NULL, NULL, "P-7", NOTE_MISSING, "no module for this pump", &err));
    OK(record_fetch_queue(r, me, "acme/vfd-trips", &err));
    OK(record_fetch_queue(r, me, "acme/ladders", &err));
    OK(record_fetch_done(r, "acme/ladders", &err));
    OK(record_gap(r, me, GAP_SEARCH, "Centrifügal  pmp", false, &err));
    OK(record_news_read(r, me, pump.module, "r1", "2026-10-02", &err));
}

START_TEST(fresh_record)
{
    struct stat st;
    ck_assert_int_eq(stat(fixture_path, &st), 0);
    ck_assert_int_eq((int)(st.st_mode & 0777), 0600);
    int64_t again, other;
    OK(record_learner(r, "alex", &again, &err));
    OK(record_learner(r, "kim", &other, &err));
    ck_assert_int_eq(again, me);
    ck_assert_int_ne(other, me);
    ck_assert_int_eq(number("SELECT count(*) FROM event"), 3); /* the log, two learners */
    ck_assert_int_eq(number("SELECT count(*) FROM event WHERE kind = 'log.begun'"), 1);
    OK(record_verify(r, NULL, NULL, &err));
}
END_TEST

START_TEST(payloads)
{
    live();
    ck_assert_int_eq(number("SELECT count(*) FROM event WHERE NOT json_valid(payload)"), 0);
    ck_assert_int_eq(number("SELECT count(*) FROM event WHERE json_extract(payload, '$.at') IS NULL OR"
                            " json_extract(payload, '$.mono') IS NULL"), 0);
    ck_assert_int_eq(number("SELECT count(*) FROM event WHERE kind NOT LIKE 'log.%' AND kind <> 'learner.added' AND"
                            " kind <> 'fetch.done' AND json_extract(payload, '$.learner') <> 1"), 0);
    ck_assert_int_eq(number("SELECT count(*) FROM event WHERE kind = 'attempt.answered' AND"
                            " json_extract(payload, '$.module') = 'acme/prime-pump' AND"
                            " json_extract(payload, '$.revision') = 'r1' AND"
                            " json_extract(payload, '$.stage') = 'operate' AND"
                            " json_extract(payload, '$.asset') = 'P-101' AND"
                            " json_extract(payload, '$.response') = '\"2\" ' || char(27) || '[31m' AND"
                            " length(json_extract(payload, '$.attempt')) = 36 AND"
                            " json_extract(payload, '$.algorithm') = 'FSRS-6/default'"), 3);
    ck_assert_int_eq(number("SELECT payload LIKE '{\"learner\":1,\"at\":\"2026-11-23T%' FROM event WHERE"
                            " kind = 'module.opened'"), 1);
}
END_TEST

START_TEST(rebuilt_as_kept)
{
    int64_t kim;
    live();
    OK(record_learner(r, "kim", &kim, &err));
    OK(record_opened(r, kim, &pump, NULL, &err));
    setenv("CRIB_CLOCK", "2027-06-01T10:00:00Z", 1);
    live();
    fixture_live(r, kim, "what kim wrote", "kim's own");
    char *kept = dump();
    OK(record_rebuild(r, &err));
    char *rebuilt = dump();
    ck_assert_str_eq(kept, rebuilt);
    run_sql("DELETE FROM module; UPDATE recall SET stability = 1; DELETE FROM note");
    OK(record_rebuild(r, &err));
    char *again = dump();
    ck_assert_str_eq(kept, again);
    free(kept);
    free(rebuilt);
    free(again);
}
END_TEST

static const struct progress *mine(void)
{
    const struct progress *p = record_progress(r, a, me, pump.module, clock_ms_of("2026-11-23T12:00:00Z"), &err);
    ck_assert_ptr_nonnull(p);
    return p;
}

START_TEST(opened)
{
    struct subject other = {.module = "acme/ladders", .title = "Ladders"};
    ck_assert_int_eq(mine()->learned, LEARNED_NEW);
    for (int i = 0; i < 3; i++)
        OK(record_opened(r, me, &pump, NULL, &err));
    setenv("CRIB_CLOCK", "2026-11-23T10:00:01Z", 1);
    OK(record_opened(r, me, &other, NULL, &err));
    ck_assert_int_eq(mine()->opens, 3);
    ck_assert_int_eq(mine()->learned, LEARNED_NEW);
    ck_assert_int_eq(record_opens_since(r, me, pump.module, 0, &err), 3);
    ck_assert_int_eq(record_opens_since(r, me, pump.module, clock_ms_of("2026-11-24"), &err), 0);
    size_t count;
    const struct recent *recent = record_recent(r, a, me, 10, &count, &err);
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(recent[0].module, "acme/ladders");
    ck_assert_str_eq(recent[1].title, "Prime a centrifugal pump");
    setenv("CRIB_CLOCK", "2027-11-23T10:00:01Z", 1); /* old openings go */
    OK(record_opened(r, me, &pump, NULL, &err));
    ck_assert_int_eq(record_opens_since(r, me, pump.module, 0, &err), 1);
}
END_TEST

START_TEST(sections_done)
{
    enum section_mark marks[3];
    OK(record_opened(r, me, &pump, NULL, &err));
    OK(record_section(r, me, &pump, &sections_1[0], SECTION_SEEN, 10, 1, &err));
    ck_assert_int_eq(mine()->learned, LEARNED_BEGUN);
    ck_assert_uint_eq(progress_compare(mine(), sections_1, 3, NULL).done, 0);
    OK(record_section(r, me, &pump, &sections_1[0], SECTION_DONE, 10, 1, &err));
    int64_t events = number("SELECT count(*) FROM event");
    OK(record_section(r, me, &pump, &sections_1[0], SECTION_DONE, 10, 1, &err));
    OK(record_section(r, me, &pump, &sections_1[0], SECTION_SEEN, 10, 1, &err));
    ck_assert_int_eq(number("SELECT count(*) FROM event"), events);
    struct progress_count c = progress_compare(mine(), sections_1, 3, marks);
    ck_assert_uint_eq(c.done, 1);
    ck_assert_uint_eq(c.changed + c.added, 0);
    ck_assert_int_eq(marks[0], MARK_DONE);
    ck_assert_int_eq(marks[1], MARK_OPEN);
    OK(record_section(r, me, &pump, &sections_1[1], SECTION_DONE, 10, 1, &err));
    ck_assert_int_eq(mine()->completed_at, 0);
    OK(record_section(r, me, &pump, &sections_1[2], SECTION_DONE, 10, 1, &err));
    ck_assert_int_ne(mine()->completed_at, 0);
    ck_assert_int_eq(mine()->learned, LEARNED_BEGUN); /* it has a quiz */
    ck_assert_int_eq(number("SELECT count(*) FROM event WHERE kind = 'module.completed'"), 1);
}
END_TEST

START_TEST(done_without_quiz)
{
    struct subject s = pump;
    s.has_quiz = false;
    for (size_t i = 0; i < 3; i++)
        OK(record_section(r, me, &s, &sections_1[i], SECTION_DONE, 10, 1, &err));
    ck_assert_int_eq(mine()->learned, LEARNED_PASSED);
    ck_assert_int_eq(mine()->score, -1);
}
END_TEST

START_TEST(updates)
{
    static const struct section_ref now[] = {{"top", H_A}, {"renamed", H_B}, {"start", H_D}, {"why", HASH8("eeeeeeee")}};
    static const struct {
        enum section_mark mark;
    } want[] = {{MARK_DONE}, {MARK_DONE}, {MARK_CHANGED}, {MARK_NEW}};
    enum section_mark marks[4];
    struct subject s = pump;
    s.revision = "r2";
    s.sections = now;
    s.section_count = 4;
    ck_assert_uint_eq(progress_compare(NULL, now, 4, marks).changed, 0);
    OK(record_opened(r, me, &pump, NULL, &err));
    OK(record_section(r, me, &pump, &sections_1[0], SECTION_DONE, 10, 1, &err));
    OK(record_section(r, me, &pump, &sections_1[1], SECTION_DONE, 10, 1, &err));
    OK(record_opened(r, me, &s, NULL, &err)); /* reading on does not make the change known */
    struct progress_count c = progress_compare(mine(), now, 4, marks);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(marks[i], want[i].mark);
    ck_assert_uint_eq(c.done, 2);
    ck_assert_uint_eq(c.changed, 1);
    ck_assert_uint_eq(c.added, 1);
    OK(record_section(r, me, &s, &now[2], SECTION_DONE, 10, 1, &err));
    ck_assert_uint_eq(progress_compare(mine(), now, 4, NULL).changed, 0);
    struct uuid id; /* a pass is the module's, marks are its sections': "passed, 1 new" */
    OK(record_attempt_start(r, me, &s, &pump_start, &id, &err));
    OK(record_attempt_finish(r, &id, &s, 100, true, &err));
    c = progress_compare(mine(), now, 4, NULL);
    ck_assert_int_eq(mine()->learned, LEARNED_PASSED);
    ck_assert_uint_eq(c.added, 1);
    ck_assert_str_eq(mine()->revision, "r2");
    OK(record_section(r, me, &s, &now[3], SECTION_SEEN, 10, 1, &err)); /* reading takes it in */
    ck_assert_uint_eq(progress_compare(mine(), now, 4, NULL).added, 0);
    ck_assert_uint_eq(progress_compare(mine(), sections_1, 3, NULL).done, 2); /* back to what it was */
}
END_TEST

/* The quiz goes on with the text that it was started on, so its pass says nothing of what changed meanwhile. */
START_TEST(updated_during_a_quiz)
{
    static const struct section_ref now[] = {{"top", H_A}, {"bleed", H_D}};
    struct subject s = pump;
    struct uuid id;
    s.revision = "r2";
    s.sections = now;
    s.section_count = 2;
    OK(record_attempt_start(r, me, &pump, &pump_start, &id, &err)); /* never opened: the quiz first */
    OK(record_attempt_finish(r, &id, &s, 100, true, &err));
    struct progress_count c = progress_compare(mine(), now, 2, NULL);
    ck_assert_int_eq(mine()->learned, LEARNED_PASSED);
    ck_assert_str_eq(mine()->revision, "r1");
    ck_assert_uint_eq(c.changed, 1);
    ck_assert_uint_eq(c.done, 0);
}
END_TEST

START_TEST(not_begun_is_not_updated)
{
    static const struct section_ref now[] = {{"top", H_D}};
    struct subject s = pump;
    s.revision = "r2";
    s.sections = now;
    s.section_count = 1;
    OK(record_opened(r, me, &pump, NULL, &err));
    ck_assert_uint_eq(progress_compare(mine(), now, 1, NULL).changed, 0);
    OK(record_opened(r, me, &s, NULL, &err));
    OK(record_section(r, me, &s, &now[0], SECTION_SEEN, 10, 1, &err));
    ck_assert_uint_eq(progress_compare(mine(), now, 1, NULL).changed, 0);
}
END_TEST

START_TEST(all_progress)
{
    static const char *const modules[] = {"b/two", "a/one", "acme/prime-pump", "\xc3\xa9/x"};
    for (size_t i = 0; i < 4; i++) {
        struct subject s = pump;
        s.module = modules[i];
        OK(record_opened(r, me, &s, NULL, &err));
        OK(record_section(r, me, &s, &sections_1[i % 3], SECTION_DONE, 1, 1, &err));
    }
    struct uuid id;
    OK(record_attempt_start(r, me, &pump, &pump_start, &id, &err));
    size_t count;
    const struct progress *all = record_progress_all(r, a, me, clock_ms_of("2026-11-23T12:00:00Z"), &count, &err);
    ck_assert_uint_eq(count, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct progress *p = progress_find(all, count, modules[i]);
        ck_assert_ptr_nonnull(p);
        ck_assert_uint_eq(progress_compare(p, sections_1, 3, NULL).done, 1);
        ck_assert_int_eq(p->opens, 1);
        ck_assert_int_eq(p->unfinished, i == 2);
    }
    ck_assert_ptr_null(progress_find(all, count, "c/none"));
    all = record_progress_all(r, a, me + 1, 0, &count, &err);
    ck_assert_ptr_nonnull(all);
    ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(attempts)
{
    struct uuid id;
    const struct attempt *t;
    const char *bytes;
    size_t len;
    OK(record_attempt_unfinished(r, a, me, pump.module, &t, &err));
    ck_assert_ptr_null(t);
    OK(record_attempt_start(r, me, &pump, &pump_start, &id, &err));
    struct given g = given_of("q1", 0.25, 4200);
    OK(record_answer(r, &id, &g, &err));
    OK(record_attempt_unfinished(r, a, me, pump.module, &t, &err));
    ck_assert_ptr_nonnull(t);
    ck_assert(uuid_equal(&t->id, &id));
    ck_assert(t->seed == 0xFEDCBA9876543210);
    ck_assert_int_eq(t->pass_mark, 80);
    ck_assert_uint_eq(t->question_count, 3);
    ck_assert_str_eq(t->questions[2], "q3");
    ck_assert_uint_eq(t->answer_count, 1);
    ck_assert_str_eq(t->answers[0].response, "\"2\" \x1b[31m");
    ck_assert_double_eq(t->answers[0].fraction, 0.25);
    ck_assert_int_eq(t->answers[0].rating, RATING_HARD);
    ck_assert_int_eq(mine()->unfinished, 1);
    OK(record_content(r, a, "c1", &bytes, &len, &err));
    ck_assert_uint_eq(len, 15);
    ck_assert_mem_eq(bytes, pump_start.content, 15);
    OK(record_content(r, a, "none", &bytes, &len, &err));
    ck_assert_ptr_null(bytes);
    OK(record_attempt_finish(r, &id, &pump, 8.3, false, &err));
    ck_assert_int_eq(mine()->learned, LEARNED_BEGUN);
    ck_assert(!record_answer(r, &id, &g, &err));
    ck_assert_int_eq(err.code, EX_USAGE);
    ck_assert(!record_attempt_finish(r, &id, &pump, 100, true, &err));
    pass_quiz(&id);
    ck_assert_int_eq(mine()->learned, LEARNED_PASSED);
    ck_assert_int_eq(mine()->score, 83);
    ck_assert_int_ne(mine()->completed_at, 0);
    OK(record_attempt(r, a, me, &id, &t, &err));
    ck_assert_int_eq(t->state, ATTEMPT_FINISHED);
    ck_assert(t->passed);
    ck_assert_uint_eq(t->answer_count, 3);
    OK(record_attempt_start(r, me, &pump, &pump_start, &id, &err)); /* a failed retake takes nothing away */
    OK(record_attempt_finish(r, &id, &pump, 0, false, &err));
    ck_assert_int_eq(mine()->learned, LEARNED_PASSED);
}
END_TEST

START_TEST(one_open_attempt)
{
    struct uuid first, second;
    const struct attempt *t;
    OK(record_attempt_start(r, me, &pump, &pump_start, &first, &err));
    OK(record_attempt_start(r, me, &pump, &pump_start, &second, &err));
    OK(record_attempt(r, a, me, &first, &t, &err));
    ck_assert_int_eq(t->state, ATTEMPT_ABANDONED);
    OK(record_attempt_unfinished(r, a, me, pump.module, &t, &err));
    ck_assert(uuid_equal(&t->id, &second));
    struct attempt_start retry = pump_start;
    retry.purpose = ATTEMPT_RETRY;
    OK(record_attempt_start(r, me, &pump, &retry, &first, &err));
    OK(record_attempt_finish(r, &first, &pump, 100, true, &err));
    ck_assert_int_eq(mine()->learned, LEARNED_BEGUN); /* practice does not pass */
}
END_TEST

START_TEST(bad_fractions)
{
    struct uuid id;
    OK(record_attempt_start(r, me, &pump, &pump_start, &id, &err));
    static const double wrong[] = {-0.1, 1.1, 0.0 / 0.0, 1.0 / 0.0};
    for (size_t i = 0; i < 4; i++) {
        struct given g = given_of("q1", wrong[i], 1);
        ck_assert(!record_answer(r, &id, &g, &err));
    }
}
END_TEST

START_TEST(positions)
{
    const char *anchor;
    int64_t line, events = number("SELECT count(*) FROM event");
    OK(record_position(r, a, me, "acme/x", &anchor, &line, &err));
    ck_assert_str_eq(anchor, "");
    OK(record_position_set(r, me, "acme/x", "bleed", 42, &err));
    OK(record_position_set(r, me, "acme/x", "start", 43, &err));
    OK(record_position(r, a, me, "acme/x", &anchor, &line, &err));
    ck_assert_str_eq(anchor, "start");
    ck_assert_int_eq(line, 43);
    ck_assert_int_eq(number("SELECT count(*) FROM event"), events);
    ck_assert_int_eq(number("PRAGMA synchronous"), 2);
}
END_TEST

START_TEST(solved)
{
    bool ask;
    int64_t other;
    OK(record_learner(r, "kim", &other, &err));
    OK(record_circumstances(r, &(struct circumstances){.asset = "P-101"}, &err));
    OK(record_solved_ask(r, me, pump.module, &ask, &err));
    ck_assert(ask);
    OK(record_solved_ask(r, me, pump.module, &ask, &err));
    ck_assert_msg(!ask, "asked twice a day");
    OK(record_rebuild(r, &err));
    OK(record_solved_ask(r, me, pump.module, &ask, &err));
    ck_assert(!ask);
    OK(record_solved_ask(r, me, "acme/other", &ask, &err));
    ck_assert(ask);
    OK(record_solved_ask(r, other, pump.module, &ask, &err));
    ck_assert(ask);
    int64_t events = number("SELECT count(*) FROM event");
    int64_t yes, no;
    OK(record_solved(r, me, &pump, FOUND_BY_SEARCH, false, &err));
    OK(record_solved(r, other, &pump, FOUND_BY_SCAN, true, &err));
    OK(record_solved(r, other, &pump, FOUND_BY_SCAN, true, &err));
    OK(record_solved_count(r, pump.module, 0, &yes, &no, &err));
    ck_assert_int_eq(yes, 2);
    ck_assert_int_eq(no, 1);
    OK(record_solved_count(r, pump.module, me, &yes, &no, &err));
    ck_assert_int_eq(yes, 0);
    ck_assert_int_eq(no, 1);
    OK(record_rebuild(r, &err));
    OK(record_solved_count(r, pump.module, 0, &yes, &no, &err));
    ck_assert_int_eq(yes, 2);
    ck_assert_int_eq(number("SELECT count(*) FROM event"), events + 3);
    ck_assert_int_eq(number("SELECT count(*) FROM event WHERE kind = 'module.solved' AND json_extract(payload, '$.solved') = 0"
                            " AND json_extract(payload, '$.by') = 'search' AND json_extract(payload, '$.asset') = 'P-101'"
                            " AND json_extract(payload, '$.module') = 'acme/prime-pump'"), 1);
    setenv("CRIB_CLOCK", "2026-12-01T12:00:00Z", 1);
    OK(record_solved_ask(r, me, pump.module, &ask, &err));
    ck_assert(ask);
    ck_assert_int_eq(number("PRAGMA synchronous"), 2);
}
END_TEST

START_TEST(notes_fetches_misses)
{
    size_t count;
    live();
    const struct note *notes = record_notes(r, a, me, NULL, 10, &count, &err);
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(notes[0].text, "no module for this pump");
    ck_assert_str_eq(notes[0].asset, "P-7");
    ck_assert_int_eq(notes[0].kind, NOTE_MISSING);
    notes = record_notes(r, a, me, pump.module, 10, &count, &err);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(notes[0].text, "the valve \xEF\xBF\xBD opens\nleft \x1b[2J");
    ck_assert_str_eq(notes[0].asset, "P-101");
    ck_assert_str_eq(notes[0].anchor, "bleed");
    record_notes(r, a, me + 1, NULL, 10, &count, &err);
    ck_assert_uint_eq(count, 0);
    ck_assert(!record_note(r, me, NULL, NULL, NULL, NOTE_PLAIN, " \n", &err));
    char *huge = calloc(1, NOTE_TEXT_MOST + 2);
    memset(huge, 'x', NOTE_TEXT_MOST + 1);
    ck_assert(!record_note(r, me, NULL, NULL, NULL, NOTE_PLAIN, huge, &err));
    free(huge);
    const struct fetch_request *f = record_fetches(r, a, &count, &err);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(f[0].module, "acme/vfd-trips");
    OK(record_gap(r, me, GAP_SEARCH, "centrifugal pmp", false, &err)); /* the same, folded, within ten minutes */
    OK(record_gap(r, me, GAP_SEARCH, "  ", false, &err));
    const struct gap *m = record_gaps(r, a, 10, &count, &err);
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(m[0].times, 1);
    setenv("CRIB_CLOCK", "2026-11-23T11:00:00+01:00", 1);
    OK(record_gap(r, me, GAP_SEARCH, "CENTRIFUGAL PMP", false, &err));
    m = record_gaps(r, a, 10, &count, &err);
    ck_assert_int_eq(m[0].times, 2);
    OK(record_gap(r, me, GAP_CODE, "E-999", false, &err));
    OK(record_gap(r, me, GAP_CODE, "e 999", false, &err)); /* the same code */
    OK(record_gap(r, me, GAP_CODE, "--", false, &err));
    OK(record_gap(r, me, GAP_SEARCH, "E-999", false, &err));
    m = record_gaps(r, a, 10, &count, &err);
    ck_assert_uint_eq(count, 3);
    ck_assert_int_eq(m[0].kind, GAP_SEARCH);
    ck_assert_int_eq(m[1].times, 1);
    setenv("CRIB_CLOCK", "2026-11-23T11:20:00+01:00", 1);
    int64_t other;
    OK(record_learner(r, "kim", &other, &err));
    OK(record_gap(r, me, GAP_CODE, "E999", false, &err));
    OK(record_gap(r, other, GAP_CODE, "E999", false, &err));
    m = record_gaps(r, a, 1, &count, &err);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(m[0].text, "E-999");
    ck_assert_int_eq(m[0].kind, GAP_CODE);
    ck_assert_int_eq(m[0].times, 3);
    ck_assert_int_eq(m[0].at, clock_ms_of("2026-11-23T11:20:00+01:00"));
    OK(record_rebuild(r, &err));
    m = record_gaps(r, a, 1, &count, &err);
    ck_assert_int_eq(m[0].times, 3);
    const char *revision, *through;
    OK(record_news(r, a, me, pump.module, &revision, &through, &err));
    ck_assert_str_eq(through, "2026-10-02");
    enum note_kind kind;
    ck_assert(note_kind_parse("unclear", &kind) && kind == NOTE_UNCLEAR);
    ck_assert(!note_kind_parse("Unclear", &kind));
}
END_TEST

/* ---- the chain ---- */

static struct log_report seen_log;

static bool keep_report(void *context, const struct log_report *report, bool done)
{
    (void)context;
    (void)done;
    seen_log = *report;
    return true;
}

START_TEST(verify_names_the_break)
{
    static const struct {
        const char *sql;
        enum break_kind kind;
        uint64_t seq;
    } rows[] = {
        {"UPDATE event SET payload = replace(payload, 'prime', 'grime') WHERE position & 0xFFFF = 3", BREAK_COMMITMENT, 3},
        {"UPDATE event SET kind = 'section.done' WHERE position & 0xFFFF = 4", BREAK_LINK, 4},
        {"UPDATE event SET id = zeroblob(16) WHERE position & 0xFFFF = 5", BREAK_LINK, 5},
        {"UPDATE event SET commitment = zeroblob(32) WHERE position & 0xFFFF = 5", BREAK_COMMITMENT, 5},
        {"UPDATE event SET link = zeroblob(32) WHERE position & 0xFFFF = 6", BREAK_LINK, 6},
        {"UPDATE event SET salt = NULL, payload = NULL WHERE position & 0xFFFF = 6", BREAK_ERASED, 6},
        {"UPDATE event SET salt = zeroblob(3) WHERE position & 0xFFFF = 6", BREAK_COMMITMENT, 6},
        {"DELETE FROM event WHERE position & 0xFFFF = 7", BREAK_SEQ, 8},
        {"DELETE FROM event WHERE position & 0xFFFF > 9", BREAK_CHECKPOINT, 9},
        {"UPDATE checkpoint SET head = zeroblob(32)", BREAK_CHECKPOINT, 0},
        {"UPDATE checkpoint SET signature = zeroblob(64)", BREAK_SIGNATURE, 0},
        {"UPDATE log SET public_key = zeroblob(32)", BREAK_KEY, 1},
    };
    live();
    OK(record_checkpoint(r, &err));
    uint64_t last = (uint64_t)number("SELECT max(position) & 0xFFFF FROM event");
    OK(record_verify(r, keep_report, NULL, &err));
    ck_assert_uint_eq(seen_log.complete, last);
    ck_assert_uint_eq(seen_log.signed_seq, last);
    ck_assert_int_eq(seen_log.broken, BREAK_NONE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        run_sql("SAVEPOINT s");
        run_sql(rows[i].sql);
        ck_assert_msg(!record_verify(r, keep_report, NULL, &err), "row %zu", i);
        ck_assert_msg(seen_log.broken == rows[i].kind, "row %zu: %s", i, break_text(seen_log.broken));
        ck_assert_uint_eq(seen_log.broken_seq, rows[i].seq != 0 ? rows[i].seq : last);
        run_sql("ROLLBACK TO s; RELEASE s");
    }
    OK(record_verify(r, NULL, NULL, &err));
}
END_TEST

START_TEST(stray_events)
{
    run_sql("INSERT INTO event SELECT position + (7 << 40), randomblob(16), kind, commitment, link, salt, payload"
            " FROM event LIMIT 1");
    ck_assert(!record_verify(r, NULL, NULL, &err));
}
END_TEST

START_TEST(checkpoints)
{
    for (int i = 0; i < 300; i++)
        OK(record_news_read(r, me, "acme", NULL, "1", &err));
    ck_assert_int_eq(number("SELECT count(*) FROM checkpoint"), 1);
    ck_assert_int_eq(number("SELECT position & 0xFFFF FROM checkpoint"), 256);
    OK(record_verify(r, keep_report, NULL, &err));
    ck_assert_uint_eq(seen_log.signed_seq, 256);
    ck_assert_uint_eq(seen_log.vouched.seq, 0);
    unsigned char head[EVENT_HASH], log[EVENT_LOG];
    memcpy(log, seen_log.log, sizeof log);
    sqlite3_stmt *s;
    ck_assert_int_eq(sqlite3_prepare_v2(db_handle(r->db), "SELECT link FROM event WHERE position & 0xFFFF = 200", -1,
                                        &s, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
    memcpy(head, sqlite3_column_blob(s, 0), sizeof head);
    sqlite3_finalize(s);
    ck_assert(!record_vouch(r, log, 201, head, "server", "lrs.example", &err));
    OK(record_vouch(r, log, 200, head, "server", "lrs.example", &err));
    OK(record_verify(r, keep_report, NULL, &err));
    ck_assert_uint_eq(seen_log.vouched.seq, 200);
}
END_TEST

START_TEST(erased_payloads_verify)
{
    live();
    OK(record_verify(r, keep_report, NULL, &err));
    char hex[2 * EVENT_LOG + 1];
    for (size_t i = 0; i < EVENT_LOG; i++)
        snprintf(hex + 2 * i, 3, "%02x", seen_log.log[i]);
    OK(chain_begin(r, &err));
    struct json *j = chain_event(r, "erased", 0, NULL, NULL);
    json_string(j, "log", hex);
    json_open_array(j, "ranges");
    json_open_array(j, NULL);
    json_int(j, NULL, 5);
    json_int(j, NULL, 5);
    json_close_array(j);
    json_close_array(j);
    OK(chain_append(r, NULL, &err));
    OK(chain_commit(r, &err));
    run_sql("UPDATE event SET salt = NULL, payload = NULL WHERE position & 0xFFFF = 5");
    OK(record_verify(r, keep_report, NULL, &err));
    ck_assert_uint_eq(seen_log.erased, 1);
    OK(record_rebuild(r, &err));
    OK(record_verify(r, NULL, NULL, &err));
    run_sql("UPDATE event SET salt = NULL, payload = NULL WHERE position & 0xFFFF = 6"); /* not the one named */
    ck_assert(!record_verify(r, keep_report, NULL, &err));
    ck_assert_uint_eq(seen_log.broken_seq, 6);
}
END_TEST

/* Breaks at the edges of what is walked in one piece, and after more of it than waits at once. */
START_TEST(breaks_far_on)
{
    static const uint64_t places[] = {1, 127, 128, 129, 255, 256, 257, 640, 1500, 2900, 3202};
    OK(chain_begin(r, &err));
    for (int i = 0; i < 3200; i++) {
        chain_event(r, "news.read", me, &(struct subject){.module = "acme"}, NULL);
        OK(chain_append(r, NULL, &err));
    }
    OK(chain_commit(r, &err));
    OK(record_verify(r, keep_report, NULL, &err));
    ck_assert_uint_eq(seen_log.complete, 3202);
    ck_assert_uint_eq(seen_log.signed_seq, 3072);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char sql[120];
        snprintf(sql, sizeof sql, "UPDATE event SET salt = zeroblob(32) WHERE position & 0xFFFF = %d", (int)places[i]);
        run_sql("SAVEPOINT s");
        run_sql(sql);
        ck_assert(!record_verify(r, keep_report, NULL, &err));
        ck_assert_int_eq(seen_log.broken, BREAK_COMMITMENT);
        ck_assert_uint_eq(seen_log.broken_seq, places[i]);
        ck_assert_uint_eq(seen_log.complete, places[i] - 1);
        run_sql("ROLLBACK TO s; RELEASE s");
    }
}
END_TEST

static void copy_file(const char *to)
{
    char buf[65536];
    int in = open(fixture_path, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_EXCL, 0600);
    ck_assert(in >= 0 && out >= 0);
    ssize_t n;
    while ((n = read(in, buf, sizeof buf)) > 0)
        ck_assert_int_eq(write(out, buf, (size_t)n), n);
    close(in);
    close(out);
}

START_TEST(a_copy_continues_in_a_log_of_its_own)
{
    char copy[300];
    snprintf(copy, sizeof copy, "%s/copy.db", fixture_dir);
    live();
    record_close(r);
    copy_file(copy);
    r = record_open(copy, &err);
    ck_assert_ptr_nonnull(r);
    int64_t before = number("SELECT count(*) FROM event");
    OK(record_news_read(r, me, "acme", NULL, "2", &err));
    ck_assert_int_eq(number("SELECT count(*) FROM event"), before + 2);
    ck_assert_int_eq(number("SELECT count(*) FROM log"), 2);
    ck_assert_int_eq(number("SELECT count(*) FROM log WHERE secret_key IS NOT NULL"), 1);
    ck_assert_int_eq(number("SELECT json_extract(payload, '$.from.seq') FROM event WHERE kind = 'log.continued'"), before);
    OK(record_verify(r, NULL, NULL, &err));
    char *kept = dump();
    OK(record_rebuild(r, &err));
    char *rebuilt = dump();
    ck_assert_str_eq(kept, rebuilt);
    free(kept);
    free(rebuilt);
    record_close(r);
    r = record_open(fixture_path, &err); /* the original goes on as if nothing were */
    ck_assert_ptr_nonnull(r);
    OK(record_news_read(r, me, "acme", NULL, "2", &err));
    ck_assert_int_eq(number("SELECT count(*) FROM log"), 1);
}
END_TEST

START_TEST(two_at_once)
{
    enum { EACH = 150 };
    pid_t children[2];
    for (int c = 0; c < 2; c++) {
        children[c] = fork();
        if (children[c] == 0) {
            struct record *own = record_open(fixture_path, NULL);
            int missed = own == NULL;
            for (int i = 0; i < EACH && missed == 0; i++)
                missed += !record_news_read(own, me, "acme", NULL, "1", NULL);
            record_close(own);
            _exit(missed);
        }
    }
    for (int c = 0; c < 2; c++) {
        int status;
        ck_assert_int_eq(waitpid(children[c], &status, 0), children[c]);
        ck_assert_int_eq(status, 0);
    }
    ck_assert_int_eq(number("SELECT count(*) FROM event WHERE kind = 'news.read'"), 2 * EACH);
    OK(record_verify(r, NULL, NULL, &err));
}
END_TEST

START_TEST(others_are_noticed)
{
    int64_t before = record_version(r);
    struct record *other = record_open(fixture_path, &err);
    OK(record_news_read(other, me, "acme", NULL, "1", &err));
    ck_assert_int_ne(record_version(r), before);
    before = record_version(r);
    OK(record_news_read(r, me, "acme", NULL, "1", &err));
    ck_assert_int_eq(record_version(r), before);
    record_close(other);
}
END_TEST

/* ---- what can go wrong ---- */

START_TEST(disk_full)
{
    struct uuid id;
    OK(record_attempt_start(r, me, &pump, &pump_start, &id, &err));
    run_sql("PRAGMA max_page_count = 1"); /* SQLite takes the present size */
    int64_t events = number("SELECT count(*) FROM event");
    struct given g = given_of("q1", 1, 1);
    bool ok = true;
    for (int i = 0; i < 100 && ok; i++) {
        ok = record_answer(r, &id, &g, &err);
        events += ok;
    }
    ck_assert(!ok);
    ck_assert_str_eq(err.todo, "free some disk space and try again");
    ck_assert_int_eq(number("SELECT count(*) FROM event"), events);
    run_sql("PRAGMA max_page_count = 1000000");
    OK(record_answer(r, &id, &g, &err));
    OK(record_verify(r, NULL, NULL, &err));
}
END_TEST

START_TEST(read_only)
{
    int64_t learner;
    record_close(r);
    r = record_open_read(fixture_path, &err);
    ck_assert_ptr_nonnull(r);
    OK(record_learner(r, "alex", &learner, &err));
    ck_assert_int_eq(learner, me);
    OK(record_learner(r, "nobody", &learner, &err));
    ck_assert_int_eq(learner, 0);
    ck_assert(!record_news_read(r, me, "acme", NULL, "1", &err));
    ck_assert_int_eq(err.code, EX_NOPERM);
    OK(record_verify(r, NULL, NULL, &err));
}
END_TEST

static void damage(const char *bytes, size_t n, off_t at)
{
    int fd = open(fixture_path, O_WRONLY);
    ck_assert_int_eq(pwrite(fd, bytes, n, at), (ssize_t)n);
    close(fd);
}

static off_t size_now(void)
{
    struct stat st;
    ck_assert_int_eq(stat(fixture_path, &st), 0);
    return st.st_size;
}

START_TEST(refused_and_untouched)
{
    record_close(r);
    off_t size = size_now();
    damage("\0\0\0\x63", 4, 60); /* user_version 99 */
    r = record_open(fixture_path, &err);
    ck_assert_ptr_null(r);
    ck_assert_int_eq(err.code, EX_DATAERR);
    ck_assert_ptr_nonnull(strstr(err.why, "newer crib"));
    damage("this is not a database at all....", 33, 0);
    r = record_open(fixture_path, &err);
    ck_assert_ptr_null(r);
    ck_assert_int_eq(err.code, EX_DATAERR);
    ck_assert_int_eq(size_now(), size);
    char none[sizeof fixture_dir + 6], in_none[sizeof none + 10];
    snprintf(none, sizeof none, "%s/none", fixture_dir);
    snprintf(in_none, sizeof in_none, "%s/record.db", none);
    ck_assert_ptr_null(record_open_read(in_none, &err));
    ck_assert_int_eq(access(none, F_OK), -1); /* who reads makes nothing */
    ck_assert_ptr_null(record_open("/proc/crib/record.db", &err));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        fresh_record, payloads, rebuilt_as_kept, opened, sections_done, done_without_quiz, updates,
        updated_during_a_quiz, not_begun_is_not_updated, all_progress, attempts, one_open_attempt, bad_fractions,
        positions, solved, notes_fetches_misses, verify_names_the_break, stray_events, checkpoints, erased_payloads_verify,
        breaks_far_on, a_copy_continues_in_a_log_of_its_own, two_at_once, others_are_noticed, disk_full, read_only, refused_and_untouched,
    };
    Suite *s = suite_create("record");
    TCase *t = tcase_create("record");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, set_up, tear_down);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
    return suite_run(s);
}
