/* erasure: a device has what it sent erased, and nothing of anybody else's; what is erased stands in no file any more. */
#include "core/base/file.h"
#include "tests/unit/database.h"
#include "tests/unit/lrs_fixture.h"
#include "tests/unit/suite.h"

#include <sqlite3.h>
#include <time.h>

/* Status, and the counts where it is 200. */
static int erase_as(const char *name, const char *token, const char *ids, int *erased, int *unknown)
{
    char body[300];
    snprintf(body, sizeof body, "{\"statements\":[%s]}", ids);
    struct answer a = ask_as(name, token, "POST", "/xapi/erasures", body);
    int status = a.status;
    *erased = *unknown = -1;
    if (status == 200)
        ck_assert_msg(sscanf(buf_text(&a.body), "{\"erased\":%d,\"unknown\":%d}", erased, unknown) == 2, "%s", buf_text(&a.body));
    answer_free(&a);
    return status;
}

static bool holds(const struct buf *bytes, const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i + n <= bytes->len; i++)
        if (memcmp(bytes->data + i, text, n) == 0)
            return true;
    return false;
}

/* Does a file of the store hold the text? */
static bool kept_somewhere(const char *text)
{
    static const char *const names[] = {"serve.db", "serve.db-wal"};
    bool found_it = false;
    for (size_t i = 0; i < 2; i++) {
        char path[96];
        struct buf bytes = {0};
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        ck_assert(file_read(path, 1 << 28, &bytes, NULL));
        found_it = found_it || holds(&bytes, text);
        buf_free(&bytes);
    }
    return found_it;
}

#define ID(n) "\"00000000-0000-4000-8000-0000000000" n "\""
#define BY_KIM(n, rest) \
    "{\"id\":" ID(n) ",\"actor\":{\"account\":{\"homePage\":\"http://example.com\",\"name\":\"kim.lindqvist\"}}," \
    "\"verb\":{\"id\":\"http://example.com/did\"},\"object\":" rest "}"
#define PUMP "{\"id\":\"http://example.com/pump\"}"

static void send_as(const char *name, const char *token, const char *text)
{
    struct answer a = ask_as(name, token, "POST", "/xapi/statements", text);
    ck_assert_msg(a.status == 200, "%d: %s", a.status, buf_text(&a.body));
    answer_free(&a);
}

START_TEST(erasing)
{
    int erased, unknown;
    send_as("device", device, "[" BY_KIM("01", PUMP) "," BY_KIM("02", PUMP) "]");
    send_as("device", device, statement(3, ""));
    send_as("other", other, statement(4, ""));
    /* who refers to it is found by its words, and so is who refers to that one */
    send_as("other", other, "{\"id\":" ID("05") ",\"actor\":{\"mbox\":\"mailto:r@example.com\"},\"verb\":{\"id\":\"http://example.com/did\"},"
                            "\"object\":{\"objectType\":\"StatementRef\",\"id\":" ID("01") "}}");
    send_as("other", other, "{\"id\":" ID("06") ",\"actor\":{\"mbox\":\"mailto:r@example.com\"},\"verb\":{\"id\":\"http://example.com/did\"},"
                            "\"object\":{\"objectType\":\"StatementRef\",\"id\":" ID("05") "}}");
    ck_assert_str_eq(found("/xapi/statements?activity=http://example.com/pump"), "6 5 2 1");
    ck_assert(kept_somewhere("kim.lindqvist"));
    /* nobody else's: not even of who reads everything */
    ck_assert_int_eq(erase_as("other", other, ID("01"), &erased, &unknown), 200);
    ck_assert(erased == 0 && unknown == 1);
    ck_assert_int_eq(erase_as("admin", admin, ID("01"), &erased, &unknown), 200);
    ck_assert(erased == 0 && unknown == 1);
    for (int twice = 0; twice < 2; twice++) {
        ck_assert_int_eq(erase_as("device", device, ID("01") "," ID("02") "," ID("04") "," ID("77"), &erased, &unknown), 200);
        ck_assert_msg(erased == 2 && unknown == 2, "%d %d", erased, unknown);
    }
    expect(404, "GET", id_path("statementId", 1), NULL);
    expect(404, "GET", id_path("voidedStatementId", 1), NULL);
    ck_assert_str_eq(found("/xapi/statements"), "6 5 4 3");
    ck_assert_str_eq(found("/xapi/statements?activity=http://example.com/pump"), "");
    ck_assert_str_eq(found("/xapi/statements?verb=http://example.com/did"), "6 5 4 3");
    ck_assert(!kept_somewhere("kim.lindqvist"));
    ck_assert(!kept_somewhere("example.com/pump"));
    /* it stays so, whoever sends it again, voids it, or refers to it */
    send_as("device", device, BY_KIM("01", PUMP));
    send_as("device", device, VOIDING("08", "02"));
    send_as("other", other, "{\"id\":" ID("09") ",\"actor\":{\"mbox\":\"mailto:r@example.com\"},\"verb\":{\"id\":\"http://example.com/saw\"},"
                            "\"object\":{\"objectType\":\"StatementRef\",\"id\":" ID("01") "}}");
    expect(404, "GET", id_path("statementId", 1), NULL);
    expect(404, "GET", id_path("voidedStatementId", 2), NULL);
    ck_assert(!kept_somewhere("kim.lindqvist"));
    ck_assert_str_eq(found("/xapi/statements"), "9 8 6 5 4 3");
    stop();
    start();
    ck_assert_str_eq(found("/xapi/statements"), "9 8 6 5 4 3");
}
END_TEST

/* More referrers than a page holds, one behind the other, and in a circle. */
START_TEST(all_referrers_forget)
{
    enum { MANY = 150 };
    int erased, unknown;
    send_as("device", device, BY_KIM("01", "{\"objectType\":\"StatementRef\",\"id\":" ID("02") "}"));
    send_as("device", device, BY_KIM("02", "{\"objectType\":\"StatementRef\",\"id\":" ID("01") "}"));
    struct buf batch = {0};
    for (int i = 0; i < MANY; i++) {
        char target[80];
        /* The first eleven in a line, the others all to the first statement. */
        snprintf(target, sizeof target, i > 0 && i < 11 ? "00000000-0000-4000-8000-000000001%03d" : "00000000-0000-4000-8000-000000000001", i - 1);
        buf_addf(&batch,
                 "%s{\"id\":\"00000000-0000-4000-8000-000000001%03d\",\"actor\":{\"mbox\":\"mailto:r@example.com\"},"
                 "\"verb\":{\"id\":\"http://example.com/saw\"},\"object\":{\"objectType\":\"StatementRef\",\"id\":\"%s\"}}",
                 i == 0 ? "[" : ",", i, target);
    }
    buf_addc(&batch, ']');
    send_as("other", other, buf_text(&batch));
    buf_free(&batch);
    ck_assert(kept_somewhere("kim.lindqvist"));
    ck_assert_int_eq(erase_as("device", device, ID("01") "," ID("02"), &erased, &unknown), 200);
    ck_assert_int_eq(erased, 2);
    ck_assert(!kept_somewhere("kim.lindqvist"));
}
END_TEST

/* What the server works for until forty are erased, of a line of statements that each refer to the one before. */
static clock_t work_of_erasing(int line, int digit)
{
    struct buf batch = {0}, ids = {0};
    for (int i = 0; i < line; i++) {
        bool first = i % 200 == 0; /* of a batch: a slow machine answers in time */
        buf_addf(&batch, "%s{\"id\":\"0000000%d-0000-4000-8000-00000000%04d\",\"actor\":{\"mbox\":\"mailto:r@example.com\"},"
                         "\"verb\":{\"id\":\"http://example.com/saw\"},\"object\":", first ? "[" : ",", digit, i);
        if (i == 0)
            buf_adds(&batch, PUMP "}");
        else
            buf_addf(&batch, "{\"objectType\":\"StatementRef\",\"id\":\"0000000%d-0000-4000-8000-00000000%04d\"}}", digit, i - 1);
        if (i % 200 == 199 || i + 1 == line) {
            buf_addc(&batch, ']');
            send_as("device", device, buf_text(&batch));
            buf_clear(&batch);
        }
        if (i < 40)
            buf_addf(&ids, "%s\"0000000%d-0000-4000-8000-00000000%04d\"", i == 0 ? "{\"statements\":[" : ",", digit, i);
    }
    buf_adds(&ids, "]}");
    clock_t before = clock();
    struct answer a = ask_as("device", device, "POST", "/xapi/erasures", buf_text(&ids));
    clock_t work = clock() - before;
    ck_assert_str_eq(buf_text(&a.body), "{\"erased\":40,\"unknown\":0}");
    answer_free(&a);
    buf_free(&batch);
    buf_free(&ids);
    return work;
}

/* Nobody keeps the others from writing by a long line that each erasure would follow to its end. */
START_TEST(a_long_line_of_referrers)
{
    clock_t of_few = work_of_erasing(60, 1), of_many = work_of_erasing(1200, 2);
    ck_assert_msg(of_many < 8 * of_few, "%ld and %ld", (long)of_few, (long)of_many);
}
END_TEST

/* A reader keeps the log from being emptied: it is emptied when that one is done, without anybody writing again. */
START_TEST(overwritten_when_the_reader_is_done)
{
    int erased, unknown;
    char path[96];
    send_as("device", device, BY_KIM("01", PUMP));
    snprintf(path, sizeof path, "%s/serve.db", dir);
    sqlite3 *reader = database_open(path);
    ck_assert_int_eq(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM statement", NULL, NULL, NULL), SQLITE_OK);
    ck_assert_int_eq(erase_as("device", device, ID("01"), &erased, &unknown), 200);
    ck_assert_int_eq(erased, 1);
    ck_assert(kept_somewhere("kim.lindqvist")); /* or the rest proves nothing */
    ck_assert_int_eq(sqlite3_exec(reader, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    for (int tries = 0; tries < 300 && kept_somewhere("kim.lindqvist"); tries++)
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    ck_assert(!kept_somewhere("kim.lindqvist"));
    sqlite3_close(reader);
}
END_TEST

START_TEST(erasures_refused)
{
    static const char *const bad[] = {"", "[]", "{}", "{\"statements\":[]}", "{\"statements\":[3]}", "{\"statements\":[\"x\"]}",
                                      "{\"statements\":{}}", "{\"statements\":[" ID("01") "]"};
    int erased, unknown;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        expect(400, "POST", "/xapi/erasures", bad[i]);
    expect(405, "GET", "/xapi/erasures", NULL);
    static const char form[] = "{\"statements\":[\"" ID("01") "\"]}";
    char headers[600], *type;
    headers_of(headers, sizeof headers, "admin", admin);
    ck_assert_ptr_nonnull(type = strstr(headers, "application/json"));
    memcpy(type, "text/plain;json=", 16);
    struct answer a = client_request(port, "POST", "/xapi/erasures", headers, form, sizeof form - 1);
    ck_assert_int_eq(a.status, 415); /* what a form of another site could send */
    answer_free(&a);
    ck_assert_int_eq(erase_as("device", admin, ID("01"), &erased, &unknown), 401);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("erasure");
    TCase *c = tcase_create("erasure");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, erasing);
    tcase_add_test(c, all_referrers_forget);
    tcase_add_test(c, a_long_line_of_referrers);
    tcase_add_test(c, overwritten_when_the_reader_is_done);
    tcase_add_test(c, erasures_refused);
    suite_add_tcase(s, c);
    return suite_run(s);
}
