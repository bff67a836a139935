/* upload: whatever an LRS answers, each statement arrives once, and an item leaves the outbox only when it did. */
#include "tests/unit/outgoing_fixture.h"
#include "tests/unit/suite.h"

#include "core/base/file.h"
#include "core/record/erase.h"
#include "core/record/recall.h"
#include "core/record/verify.h"
#include "sync/xapi/erasures.h"
#include "sync/xapi/parcel.h"
#include "sync/xapi/same.h"

#include <sys/resource.h>
#include <sys/stat.h>

/* So many events that leave. */
static void learn(size_t count)
{
    static int64_t serial;
    for (size_t i = 0; i < count; i++) {
        char question[40];
        snprintf(question, sizeof question, "q%lld", (long long)serial++);
        struct given given = given_of(question, 1, 1500);
        OK(record_recall_answer(record, learner, &pump, &given, NULL, 0, NULL, &err));
    }
}

static bool upload(void)
{
    return upload_all(&outgoing, &quick, &result, &err);
}

/* What the record says was acknowledged is what the LRS holds, each once. */
static void arrived(size_t count)
{
    ck_assert_str_eq(fake->broken, "");
    ck_assert_uint_eq(fake->count, count);
    struct outbox_counts c = outgoing_counts();
    ck_assert_int_eq(c.acknowledged, (int64_t)count);
    ck_assert_int_eq(c.waiting, 0);
    for (size_t i = 0; i < fake->count; i++)
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(fake->held[i].id, fake->held[k].id);
}

START_TEST(statements_go_in_batches)
{
    learn(120);
    OK(upload());
    ck_assert_uint_eq(result.sent, 120);
    ck_assert_uint_eq(fake->posts, 3);
    ck_assert_str_eq(fake->last_version, "2.0.0");
    arrived(120);
    size_t requests = fake->requests;
    OK(upload()); /* nothing waits: no connection */
    OK(record_opened(record, learner, &pump, NULL, &err));
    OK(upload()); /* what is opened stays here */
    ck_assert_uint_eq(fake->requests, requests);
}
END_TEST

/* An LRS that has no way to erase is asked nothing, and that is kept in mind. */
START_TEST(forgotten_at_a_foreign_lrs)
{
    struct erase_result erased;
    struct erase_count *rows;
    size_t count;
    learn(3);
    OK(upload());
    OK(record_erase(record, learner, clock_wall_ms(), &erased, &err));
    size_t posts = fake->posts;
    OK(upload());
    ck_assert_uint_eq(fake->posts, posts);
    ck_assert(result.stay == 3 && result.erased == 0);
    OK(erase_impossible(record, arena, &rows, &count, &err));
    ck_assert(count == 1 && rows[0].count == 3);
    ck_assert_str_eq(rows[0].what, lrs.endpoint);
    size_t requests = fake->requests;
    OK(upload()); /* once */
    ck_assert_uint_eq(fake->requests, requests);
}
END_TEST

struct asked {
    const char *answer; /* NULL: no answer at all */
    size_t posts;
    char first[200];
};

static bool answer_erasure(void *context, const char *path, const char *body, size_t len, struct buf *answer, struct error *why)
{
    struct asked *asked = context;
    ck_assert_str_eq(path, "/erasures");
    ck_assert_uint_eq(len, strlen(body));
    snprintf(asked->first, sizeof asked->first, "%s", body);
    asked->posts++;
    if (asked->answer == NULL)
        return error_set(why, EX_TEMPFAIL, "offline", NULL, NULL, NULL);
    buf_adds(answer, asked->answer);
    return true;
}

/* Asked again until it is answered; what is for another LRS stays. */
START_TEST(erasures_are_asked_for_until_they_are_done)
{
    static const char *const no_answers[] = {NULL, "", "<html>", "{}", "{\"erased\":\"3\"}"};
    struct lrs other = {.channel = "", .endpoint = "https://other.example.com", .credentials = "", .ca = ""};
    struct erase_result erased;
    struct erase_request *items;
    struct asked asked = {0};
    size_t count, done = 0, stay = 0;
    learn(3);
    OK(upload());
    OK(record_erase(record, learner, clock_wall_ms(), &erased, &err));
    OK(erasures_send(&outgoing, &other, true, answer_erasure, &asked, &done, &stay, &err));
    ck_assert(asked.posts == 0 && done + stay == 0);
    for (size_t i = 0; i < sizeof no_answers / sizeof *no_answers; i++) {
        asked.answer = no_answers[i];
        ck_assert(!erasures_send(&outgoing, &lrs, true, answer_erasure, &asked, &done, &stay, &err));
        OK(erase_requests(record, arena, 0, 10, &items, &count, &err));
        ck_assert(count == 3 && done + stay == 0);
    }
    char id[UUID_TEXT];
    uuid_text(&items[0].id, id);
    asked.answer = "{\"erased\":2,\"unknown\":1}";
    OK(erasures_send(&outgoing, &lrs, true, answer_erasure, &asked, &done, &stay, &err));
    ck_assert(done == 3 && stay == 0);
    ck_assert_ptr_nonnull(strstr(asked.first, id));
    OK(erase_requests(record, arena, 0, 10, &items, &count, &err));
    ck_assert_uint_eq(count, 0);
    static const char offers[] = "{\"version\":[],\"extensions\":{\"urn:crib:xapi:erasures\":\"/\"}}", not[] = "{\"version\":[\"1.0.3\"]}";
    ck_assert(erasures_offered(offers, strlen(offers)));
    ck_assert(!erasures_offered(not, strlen(not)) && !erasures_offered("<html>", 6));
}
END_TEST

START_TEST(the_version_is_the_server_s)
{
    fake->version = "1.0.2";
    learn(1);
    OK(upload());
    ck_assert_str_eq(fake->last_version, "1.0.3");
    fake->version = "0.95";
    memset(fake->script, 0, sizeof fake->script);
    learn(1);
    OK(upload()); /* 1.0.0 stands beside it */
    ck_assert_str_eq(fake->last_version, "1.0.3");
    arrived(2);
}
END_TEST

/* What the first run makes of a fault in its first POST: does it succeed, and with what exit status if not. */
static const struct {
    enum fault fault;
    bool ok;
    int code;
} faults[] = {
    {FAULT_RESET, true, 0},          {FAULT_RESET_AFTER, true, 0},  {FAULT_CUT, true, 0},
    {FAULT_HANG, true, 0},           {FAULT_GARBAGE, true, 0},      {FAULT_PORTAL, false, EX_TEMPFAIL},
    {FAULT_PORTAL_302, false, EX_TEMPFAIL}, {FAULT_WRONG_IDS, false, EX_TEMPFAIL}, {FAULT_FEWER_IDS, false, EX_TEMPFAIL},
    {FAULT_204, true, 0},            {FAULT_401, false, EX_NOPERM}, {FAULT_403, false, EX_NOPERM},
    {FAULT_404, false, EX_CONFIG},   {FAULT_413, true, 0},          {FAULT_429, true, 0},
    {FAULT_503, true, 0},            {FAULT_503_LATER, false, EX_TEMPFAIL}, {FAULT_500, true, 0},
};

START_TEST(each_fault_heals)
{
    learn(20);
    fake->script[1] = faults[_i].fault; /* [0] is about's */
    fake->script_len = 2;
    bool ok = upload();
    ck_assert_msg(ok == faults[_i].ok, "fault %d: %s", (int)faults[_i].fault, err.why);
    if (!ok)
        ck_assert_int_eq(err.code, faults[_i].code);
    struct outbox_counts c = outgoing_counts();
    ck_assert_int_eq(c.aside, 0);
    ck_assert_int_eq(c.acknowledged + c.waiting, 20);
    ck_assert_int_eq(c.acknowledged, ok ? 20 : 0);
    if (!ok)
        OK(upload());
    arrived(20);
}
END_TEST

/* Not before the time that it asks for, and without anybody's doing. */
START_TEST(the_time_that_it_asks_for)
{
    struct upload_limits patient = quick;
    patient.patience_ms = 20000;
    learn(3);
    fake->script[1] = FAULT_429_SOON;
    fake->script_len = 2;
    int64_t before = clock_monotonic_ms();
    OK(upload_all(&outgoing, &patient, &result, &err));
    ck_assert_int_ge(clock_monotonic_ms() - before, 1000);
    arrived(3);
}
END_TEST

START_TEST(each_fault_of_about_heals)
{
    learn(3);
    fake->script[0] = faults[_i].fault;
    fake->script_len = 1;
    size_t runs = 0;
    while (!upload()) { /* one that hangs still does for the next runs */
        ck_assert_int_eq(outgoing_counts().acknowledged, 0);
        ck_assert_int_eq(outgoing_counts().aside, 0);
        ck_assert_uint_lt(++runs, 10);
    }
    arrived(3);
}
END_TEST

START_TEST(any_run_of_faults_heals)
{
    srand((unsigned)_i + 1);
    const struct upload_limits small = {.batch = 4, .bytes = 1 << 20, .stall_s = 20, .backoff_ms = 2, .patience_ms = 60};
    learn(50);
    for (size_t i = 0; i < 60; i++) { /* those that only cost time are left out */
        do
            fake->script[i] = (enum fault)(rand() % FAULTS);
        while (fake->script[i] == FAULT_HANG);
    }
    fake->script_len = 60;
    size_t runs = 0;
    while (!upload_all(&outgoing, &small, &result, &err) || outgoing_counts().waiting > 0) {
        ck_assert_uint_lt(++runs, 100);
        if (runs == 5)
            learn(7);
    }
    struct outbox_counts c = outgoing_counts();
    ck_assert_int_eq(c.aside, 0);
    arrived(runs >= 5 ? 57 : 50);
}
END_TEST

START_TEST(the_refused_one_is_found)
{
    struct outbox_item *aside, *items;
    size_t count;
    learn(57);
    OK(outgoing_prepare(&outgoing, &err));
    OK(outbox_waiting(record, arena, NULL, 0, 100, SIZE_MAX, &items, &count, &err));
    ck_assert_uint_eq(count, 57);
    uuid_text(&items[3].id, fake->bad[0]);
    uuid_text(&items[48].id, fake->bad[1]);
    uuid_text(&items[56].id, fake->bad[2]);
    OK(upload());
    ck_assert_uint_eq(result.sent, 54);
    ck_assert_uint_eq(result.aside, 3);
    ck_assert_uint_lt(fake->posts, 30);
    OK(outbox_aside(record, arena, &aside, &count, &err));
    ck_assert_uint_eq(count, 3);
    ck_assert(uuid_equal(&aside[1].id, &items[48].id));
    ck_assert_ptr_nonnull(strstr(aside[0].answer, "400 {\"error\":\"no "));
    ck_assert_ptr_null(strchr(aside[0].answer, '\x1b'));
    ck_assert_str_eq(aside[0].lrs, lrs.endpoint);
    ck_assert_str_eq(aside[2].statement, items[56].statement);
    memset(fake->bad, 0, sizeof fake->bad);
    for (size_t i = 0; i < 3; i++)
        OK(outbox_decide(record, &aside[i].id, OUTBOX_WAITING, &err));
    OK(upload());
    arrived(57);
}
END_TEST

START_TEST(an_lrs_that_refuses_all_is_left_alone)
{
    learn(40);
    fake->version = "2.0.0";
    fake->most = 0;
    fake->always = FAULT_413; /* even one alone */
    ck_assert(!upload());
    ck_assert_int_eq(err.code, EX_PROTOCOL);
    ck_assert_int_eq(outgoing_counts().aside, 20);
    ck_assert_int_eq(outgoing_counts().waiting, 20);
}
END_TEST

START_TEST(batches_shrink_to_what_is_taken)
{
    learn(100);
    fake->most = 7;
    OK(upload());
    arrived(100);
    ck_assert_uint_lt(fake->posts, 30);
}
END_TEST

/* The same statement is there already, or another one under its id. */
START_TEST(conflicts_are_read_back)
{
    struct outbox_item *items;
    size_t count;
    learn(20);
    OK(outgoing_prepare(&outgoing, &err));
    OK(outbox_waiting(record, arena, NULL, 0, 100, SIZE_MAX, &items, &count, &err));
    json_t *mine = json_loadb(items[5].statement, items[5].len, 0, NULL), *other = json_loadb(items[9].statement, items[9].len, 0, NULL);
    /* As another LRS gives it: more members, another zone, another wording. */
    json_object_set_new(mine, "stored", json_string("2026-11-23T10:00:00.000Z"));
    json_object_set_new(json_object_get(mine, "verb"), "display", json_object());
    json_object_set_new(json_object_get(other, "result"), "success", json_false());
    const json_t *planted[] = {mine, other};
    for (size_t i = 0; i < 2; i++) {
        struct fake_statement *held = &fake->held[fake->count++];
        char *text = json_dumps(planted[i], JSON_SORT_KEYS | JSON_COMPACT);
        snprintf(held->text, sizeof held->text, "%s", text);
        snprintf(held->id, sizeof held->id, "%s", json_string_value(json_object_get(planted[i], "id")));
        free(text);
    }
    json_decref(mine);
    json_decref(other);
    OK(upload());
    ck_assert_uint_eq(result.sent, 19);
    ck_assert_uint_eq(result.aside, 1);
    struct outbox_item *aside;
    OK(outbox_aside(record, arena, &aside, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert(uuid_equal(&aside[0].id, &items[9].id));
    ck_assert_str_eq(aside[0].answer, "it holds another statement under this id");
    ck_assert_uint_eq(fake->count, 20);
}
END_TEST

START_TEST(credentials_go_to_the_configured_address_alone)
{
    char path[260];
    snprintf(path, sizeof path, "%s/copy.db", fixture_dir);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs("key:secret\n", f);
    fclose(f);
    ck_assert_int_eq(chmod(path, 0600), 0);
    lrs.credentials = path;
    snprintf(fake->wanted_auth, sizeof fake->wanted_auth, "Basic a2V5OnNlY3JldA==");
    learn(2);
    OK(upload());
    arrived(2);
    lrs.credentials = "";
    learn(1);
    ck_assert(!upload());
    ck_assert_int_eq(err.code, EX_NOPERM);
    ck_assert_str_eq(fake->last_auth, "");
    /* ~/.netrc, where no file is named: for its own machine alone. */
    const char *const machines[] = {"other.example", "127.0.0.1"};
    snprintf(path, sizeof path, "%s/.netrc", fixture_dir);
    for (size_t i = 0; i < 2; i++) {
        f = fopen(path, "w");
        ck_assert_ptr_nonnull(f);
        fprintf(f, "machine %s login key password secret\n", machines[i]);
        fclose(f);
        ck_assert_int_eq(setenv("HOME", fixture_dir, 1), 0);
        ck_assert_int_eq(upload(), i == 1);
    }
    unlink(path);
    arrived(3);
}
END_TEST

START_TEST(nothing_leaves_without_account_lrs_or_iri)
{
    learn(4);
    struct outgoing whole = outgoing;
    outgoing.account = (struct binding){"", ""};
    OK(upload());
    outgoing = whole;
    outgoing.accepted = (struct accepted){0};
    OK(upload());
    ck_assert_uint_eq(fake->requests, 0); /* nobody is called in vain */
    outgoing = whole;
    outgoing.channel_count = 0;
    struct subject nameless = pump;
    nameless.iri = NULL;
    struct given given = given_of("q", 1, 1);
    OK(record_recall_answer(record, learner, &nameless, &given, NULL, 0, NULL, &err));
    OK(upload());
    ck_assert_uint_eq(fake->posts, 1); /* of the four whose events name their channel's IRI themselves */
    size_t requests = fake->requests;
    OK(upload());
    ck_assert_uint_eq(fake->requests, requests);
    outgoing = whole;
    OK(upload());
    arrived(5);
}
END_TEST

START_TEST(statements_are_compared_as_the_specification_says)
{
    static const struct {
        const char *ours, *theirs;
        bool same;
    } cases[] = {
        {"{\"id\":\"a\"}", "{\"id\":\"a\",\"stored\":\"x\",\"authority\":{}}", true},
        {"{\"timestamp\":\"2026-11-23T10:00:00.250+01:00\"}", "{\"timestamp\":\"2026-11-23T09:00:00.250Z\"}", true},
        {"{\"timestamp\":\"2026-11-23T10:00:00.250+01:00\"}", "{\"timestamp\":\"2026-11-23T10:00:00.250Z\"}", false},
        {"{\"result\":{\"score\":{\"scaled\":1}}}", "{\"result\":{\"score\":{\"scaled\":1.0}}}", true},
        {"{\"result\":{\"score\":{\"scaled\":1}}}", "{\"result\":{\"score\":{\"scaled\":0.9}}}", false},
        {"{\"result\":{\"success\":true}}", "{\"result\":{\"success\":true,\"response\":\"x\"}}", false},
        {"{\"verb\":{\"id\":\"v\",\"display\":{\"en\":\"a\"}}}", "{\"verb\":{\"id\":\"v\"}}", true},
        {"{\"verb\":{\"id\":\"v\"}}", "{\"verb\":{\"id\":\"V\"}}", false},
        {"{\"a\":[1,2]}", "{\"a\":[2,1]}", false},
        {"{\"a\":1}", "<html>", false},
        {"{\"a\":1}", "", false},
        {"{\"a\":1}", "[1]", false},
        {"{\"a\":1}", "{}", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(statements_agree(cases[i].ours, strlen(cases[i].ours), cases[i].theirs, strlen(cases[i].theirs)) ==
                          cases[i].same,
                      "%s %s", cases[i].ours, cases[i].theirs);
}
END_TEST

/* What a store answers may be anything: groups in groups cost no more than their bytes. */
START_TEST(groups_in_groups_are_compared_in_little_memory)
{
    enum { DEEP = 26, MOST_KB = 32 * 1024 };
    struct buf theirs = {0};
    struct rusage before, after;
    buf_adds(&theirs, "{\"actor\":");
    for (int i = 0; i < DEEP; i++)
        buf_adds(&theirs, "{\"objectType\":\"Group\",\"member\":[");
    for (int i = 0; i < DEEP; i++)
        buf_adds(&theirs, "]}");
    buf_adds(&theirs, "}");
    ck_assert_int_eq(getrusage(RUSAGE_SELF, &before), 0);
    ck_assert(!statements_agree("{\"actor\":{}}", 12, buf_text(&theirs), theirs.len));
    ck_assert(statements_agree(buf_text(&theirs), theirs.len, buf_text(&theirs), theirs.len));
    ck_assert_int_eq(getrusage(RUSAGE_SELF, &after), 0);
    ck_assert_msg(after.ru_maxrss - before.ru_maxrss < MOST_KB, "%ld KB more", after.ru_maxrss - before.ru_maxrss);
    buf_free(&theirs);
}
END_TEST

static bool find_voucher(void *context, const struct log_report *report, bool done)
{
    if (done && report->vouched.seq > 0 && strcmp(report->vouched.kind, "server") == 0 &&
        strcmp(report->vouched.by, lrs.endpoint) == 0)
        *(uint64_t *)context = report->vouched.seq;
    return true;
}

START_TEST(the_store_is_a_witness_of_the_chain)
{
    uint64_t vouched = 0;
    learn(3);
    OK(upload());
    learn(1);
    OK(record_verify(record, find_voucher, &vouched, &err));
    ck_assert_uint_eq(vouched, 6); /* log.begun, learner.added, three answers, learner.bound */
}
END_TEST

/* Whatever byte of a handed-over file changes, all of it is refused. */
START_TEST(a_parcel_is_whole_or_refused)
{
    struct outbox_handed *items;
    struct buf bytes = {0};
    char path[260];
    size_t count, added;
    snprintf(path, sizeof path, "%s/copy.db", fixture_dir);
    learn(3);
    OK(parcel_export(&outgoing, path, &count, &err));
    ck_assert_uint_eq(count, 3);
    OK(file_read(path, PARCEL_MOST, &bytes, &err));
    OK(parcel_read(arena, bytes.data, bytes.len, &items, &count, &err));
    ck_assert_uint_eq(count, 3);
    for (size_t i = 0; i < bytes.len; i += 7) {
        bytes.data[i] ^= 1;
        ck_assert(!parcel_read(arena, bytes.data, bytes.len, &items, &count, &err));
        ck_assert_int_eq(err.code, EX_DATAERR);
        bytes.data[i] ^= 1;
    }
    for (size_t n = 0; n < bytes.len; n += 5)
        ck_assert(!parcel_read(arena, bytes.data, n, &items, &count, &err));
    OK(parcel_import(record, path, &count, &added, &err));
    ck_assert_uint_eq(added, 0); /* they are this record's own */
    buf_free(&bytes);
    OK(upload());
    arrived(3);
}
END_TEST

/* The uploader is killed at any moment; what comes next goes on as if nothing had been. */
START_TEST(a_killed_uploader_loses_and_doubles_nothing)
{
    srand(7);
    learn(150);
    record_close(record);
    fake->always = FAULT_NONE;
    const struct upload_limits small = {.batch = 5, .bytes = 1 << 20, .stall_s = 20, .backoff_ms = 1, .patience_ms = 50};
    for (int i = 0; i < 60; i++) {
        pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            struct record *own = record_open(fixture_path, NULL);
            outgoing.record = own;
            outgoing.pinned.record = own;
            _exit(own != NULL && upload_all(&outgoing, &small, &result, NULL) ? 0 : 1);
        }
        struct timespec pause = {0, (rand() % 30000) * 1000L};
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
        ck_assert_int_eq(waitpid(child, NULL, 0), child);
    }
    OK(record = record_open(fixture_path, &err));
    outgoing.record = record;
    outgoing.pinned.record = record;
    OK(upload());
    arrived(150);
}
END_TEST

int main(void)
{
    enum { FAULT_CASES = sizeof faults / sizeof *faults };
    Suite *suite = suite_create("upload");
    TCase *t = tcase_create("upload");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, outgoing_begin, outgoing_end);
    tcase_add_test(t, statements_go_in_batches);
    tcase_add_test(t, forgotten_at_a_foreign_lrs);
    tcase_add_test(t, erasures_are_asked_for_until_they_are_done);
    tcase_add_test(t, the_version_is_the_server_s);
    tcase_add_loop_test(t, each_fault_heals, 0, FAULT_CASES);
    tcase_add_test(t, the_time_that_it_asks_for);
    tcase_add_loop_test(t, each_fault_of_about_heals, 0, FAULT_CASES);
    tcase_add_loop_test(t, any_run_of_faults_heals, 0, 10);
    tcase_add_test(t, the_refused_one_is_found);
    tcase_add_test(t, an_lrs_that_refuses_all_is_left_alone);
    tcase_add_test(t, batches_shrink_to_what_is_taken);
    tcase_add_test(t, conflicts_are_read_back);
    tcase_add_test(t, credentials_go_to_the_configured_address_alone);
    tcase_add_test(t, nothing_leaves_without_account_lrs_or_iri);
    tcase_add_test(t, statements_are_compared_as_the_specification_says);
    tcase_add_test(t, groups_in_groups_are_compared_in_little_memory);
    tcase_add_test(t, the_store_is_a_witness_of_the_chain);
    tcase_add_test(t, a_parcel_is_whole_or_refused);
    tcase_add_test(t, a_killed_uploader_loses_and_doubles_nothing);
    suite_add_tcase(suite, t);
    return suite_run(suite);
}
