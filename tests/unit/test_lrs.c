/* lrs: the learning record store over HTTP: storing, giving back, finding, voiding, who may what, limits, and that what was
 * acknowledged outlives SIGKILL. */
#include "core/base/clock.h"
#include "sync/serve/rate.h"
#include "tests/unit/lrs_fixture.h"
#include "tests/unit/suite.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

/* ---- */

START_TEST(about)
{
    struct answer a = client_request(port, "GET", "/xapi/about", "", NULL, 0); /* needs nobody's name */
    ck_assert_int_eq(a.status, 200);
    ck_assert_str_eq(buf_text(&a.body), "{\"version\":[\"1.0.3\",\"2.0.0\"],\"extensions\":{\"urn:crib:xapi:erasures\":\"/xapi/erasures\"}}");
    char version[20];
    ck_assert_str_eq(answer_header(&a, "X-Experience-API-Version", version, sizeof version), "1.0.3");
    answer_free(&a);
    expect(405, "PUT", "/xapi/about", "{}");
    expect(404, "GET", "/xapi/activities/state", NULL);
    expect(404, "GET", "/xapi/nothing", NULL);
}
END_TEST

START_TEST(stored_and_given_back)
{
    char header[64];
    expect(204, "PUT", id_path("statementId", 1), statement(1, ",\"result\":{\"score\":{\"raw\":0.10}}"));
    struct answer a = ask("GET", id_path("statementId", 1), NULL);
    ck_assert_int_eq(a.status, 200);
    ck_assert_ptr_nonnull(strstr(buf_text(&a.body), "\"result\":{\"score\":{\"raw\":0.10}}"));
    ck_assert_ptr_nonnull(strstr(buf_text(&a.body), "\"authority\":{\"objectType\":\"Agent\",\"account\":{\"homePage\":"
                                                    "\"http://lrs.example.com/\",\"name\":\"admin\"}}"));
    ck_assert_str_ne(answer_header(&a, "Last-Modified", header, sizeof header), "");
    answer_free(&a);
    a = ask("POST", "/xapi/statements", statement(2, ""));
    ck_assert_int_eq(a.status, 200);
    ck_assert_str_eq(buf_text(&a.body), "[\"00000000-0000-4000-8000-000000000002\"]");
    ck_assert_int_eq(xapi_timestamp(answer_header(&a, "X-Experience-API-Consistent-Through", header, sizeof header), NULL), 1);
    answer_free(&a);
    a = ask("HEAD", id_path("statementId", 2), NULL);
    ck_assert(a.status == 200 && a.length > 0);
    answer_free(&a);
    expect(404, "GET", id_path("statementId", 3), NULL);
    ck_assert_str_eq(found("/xapi/statements"), "2 1");
    stop();
    start(); /* and all of it is there again */
    ck_assert_str_eq(found("/xapi/statements"), "2 1");
}
END_TEST

START_TEST(all_or_nothing)
{
    char batch[4000], good[1200];
    snprintf(good, sizeof good, "%s", statement(1, ""));
    snprintf(batch, sizeof batch, "[%s,%s]", good, statement(2, ",\"x\":1"));
    expect(400, "POST", "/xapi/statements", batch);
    ck_assert_str_eq(found("/xapi/statements"), "");
    snprintf(batch, sizeof batch, "[%s,%s]", good, good);
    expect(400, "POST", "/xapi/statements", batch);
    expect(200, "POST", "/xapi/statements", good);
    expect(200, "POST", "/xapi/statements", good); /* again: the same, nothing new */
    expect(204, "PUT", id_path("statementId", 1), good);
    expect(409, "PUT", id_path("statementId", 1), statement(1, ",\"result\":{\"success\":true}"));
    char other_one[1200];
    snprintf(other_one, sizeof other_one, "%s", statement(1, ",\"result\":{\"success\":true}"));
    snprintf(batch, sizeof batch, "[%s,%s]", statement(5, ""), other_one);
    expect(409, "POST", "/xapi/statements", batch);
    ck_assert_str_eq(found("/xapi/statements"), "1");
    expect(200, "POST", "/xapi/statements", "[]");
}
END_TEST

START_TEST(refused_requests)
{
    static const struct {
        const char *method, *path, *body;
        int status;
    } requests[] = {
        {"PUT", "/xapi/statements", "{}", 400},
        {"PUT", "/xapi/statements?statementId=x", "{}", 400},
        {"PUT", "/xapi/statements?StatementId=00000000-0000-4000-8000-000000000001", "{}", 400},
        {"PUT", "/xapi/statements?statementId=00000000-0000-4000-8000-000000000001", "[]", 400},
        {"POST", "/xapi/statements", "", 400},
        {"POST", "/xapi/statements", "{", 400},
        {"POST", "/xapi/statements", "nonsense", 400},
        {"POST", "/xapi/statements?statementId=00000000-0000-4000-8000-000000000001", "{}", 400},
        {"DELETE", "/xapi/statements", NULL, 405},
        {"GET", "/xapi/statements?x=1", NULL, 400},
        {"GET", "/xapi/statements?limit=-1", NULL, 400},
        {"GET", "/xapi/statements?limit=a", NULL, 400},
        {"GET", "/xapi/statements?limit=99999999999999999999", NULL, 400},
        {"GET", "/xapi/statements?ascending=yes", NULL, 400},
        {"GET", "/xapi/statements?since=yesterday", NULL, 400},
        {"GET", "/xapi/statements?verb=did", NULL, 400},
        {"GET", "/xapi/statements?agent=a", NULL, 400},
        {"GET", "/xapi/statements?agent=%7B%22name%22%3A%22a%22%7D", NULL, 400},
        {"GET", "/xapi/statements?registration=1", NULL, 400},
        {"GET", "/xapi/statements?format=canonical", NULL, 400},
        {"GET", "/xapi/statements?limit=1&limit=2", NULL, 400},
        {"GET", "/xapi/statements?statementId=1", NULL, 400},
        {"GET", "/xapi/statements?statementId=00000000-0000-4000-8000-000000000001&limit=1", NULL, 400},
        {"GET", "/xapi/statements?statementId=00000000-0000-4000-8000-000000000001&voidedStatementId=00000000-0000-4000-8000-"
                "000000000001", NULL, 400},
    };
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        expect(requests[i].status, requests[i].method, requests[i].path, requests[i].body);
    expect(400, "PUT", id_path("statementId", 2), statement(1, ""));
    ck_assert_str_eq(found("/xapi/statements"), "");
}
END_TEST

START_TEST(who_may)
{
    static const struct {
        const char *headers;
        int status;
    } requests[] = {
        {"X-Experience-API-Version: 1.0.3\r\n", 401},
        {"X-Experience-API-Version: 1.0.3\r\nAuthorization: Bearer x\r\n", 401},
        {"X-Experience-API-Version: 1.0.3\r\nAuthorization: Basic !!!\r\n", 401},
        {"X-Experience-API-Version: 1.0.3\r\nAuthorization: Basic \r\n", 401},
        {"X-Experience-API-Version: 1.0.3\r\nAuthorization: Basic YWRtaW4=\r\n", 401}, /* no colon */
        {"X-Experience-API-Version: 1.0.3\r\nAuthorization: Basic YWRtaW46eA==\r\n", 401},
        {"", 400},
        {"X-Experience-API-Version: 0.95\r\n", 400},
        {"X-Experience-API-Version: 3.0.0\r\n", 400},
    };
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        struct answer a = client_request(port, "GET", "/xapi/statements", requests[i].headers, NULL, 0);
        ck_assert_msg(a.status == requests[i].status, "%s: %d", requests[i].headers, a.status);
        answer_free(&a);
    }
    struct answer a = client_request(port, "GET", "/logsheets/channel.json", "", NULL, 0); /* a channel that isn't served */
    ck_assert_int_eq(a.status, 404);
    answer_free(&a);
    /* a device adds, and reads its own alone */
    a = ask_as("device", device, "POST", "/xapi/statements", statement(1, ""));
    ck_assert_int_eq(a.status, 200);
    answer_free(&a);
    a = ask_as("other", other, "POST", "/xapi/statements", statement(2, ""));
    ck_assert_int_eq(a.status, 200);
    answer_free(&a);
    ck_assert_str_eq(found("/xapi/statements"), "2 1");
    ck_assert_str_eq(found_as("device", device, "/xapi/statements"), "1");
    ck_assert_str_eq(found_as("other", other, "/xapi/statements?verb=http://example.com/did"), "2");
    a = ask_as("device", device, "GET", id_path("statementId", 2), NULL);
    ck_assert_int_eq(a.status, 404);
    answer_free(&a);
    /* one that is revoked is nobody at once, and may come back with another token */
    struct store *s = store_open(dir, false, NULL);
    ck_assert(store_revoke(s, "device", NULL));
    ck_assert(!store_revoke(s, "device", NULL));
    a = ask_as("device", device, "GET", "/xapi/statements", NULL);
    ck_assert_int_eq(a.status, 401);
    answer_free(&a);
    char token[TOKEN_SIZE];
    ck_assert(!store_add_client(s, "other", false, token, NULL));
    ck_assert(!store_add_client(s, "a:b", false, token, NULL) && !store_add_client(s, "", false, token, NULL));
    unsigned char box[BOX_KEY] = {1};
    bool told;
    ck_assert(store_box_set(s, "device", box, NULL) && store_add_client(s, "device", false, token, NULL));
    ck_assert_str_eq(found_as("device", token, "/xapi/statements"), "1");
    ck_assert(store_box(s, "device", box, &told, NULL) && !told); /* that key was the other device's */
    store_close(s);
}
END_TEST

static const char *did(int n, const char *actor)
{
    static char text[600];
    snprintf(text, sizeof text,
             "{\"id\":\"00000000-0000-4000-8000-%012d\",\"actor\":%s,\"verb\":{\"id\":\"http://example.com/did\"},"
             "\"object\":{\"id\":\"http://example.com/a\"}}",
             n, actor);
    return text;
}

static int status_as(const char *name, const char *token, const char *method, const char *path, const char *body)
{
    struct answer a = ask_as(name, token, method, path, body);
    int status = a.status;
    answer_free(&a);
    return status;
}

#define KIM "{\"account\":{\"homePage\":\"https://example.com\",\"name\":\"kim\"}}"
#define SAM "{\"account\":{\"homePage\":\"https://example.com\",\"name\":\"sam\"}}"

START_TEST(one_persons_device_speaks_for_them_alone)
{
    static const char path[] = "/xapi/statements";
    static const char *const others[] = {SAM, "{\"mbox\":\"mailto:kim@example.com\"}",
                                         "{\"objectType\":\"Group\",\"account\":{\"homePage\":\"https://example.com\",\"name\":\"kims\"}}",
                                         "{\"objectType\":\"Group\",\"account\":{\"homePage\":\"https://example.com\",\"name\":\"kim\"},"
                                         "\"member\":[" SAM "]}"};
    static const char *const shared[] = {"/learners", "/results/0", "/logs/0"};
    char both[1300];
    int n = snprintf(both, sizeof both, "[%s,", did(10, KIM));
    snprintf(both + n, sizeof both - (size_t)n, "%s]", did(11, SAM));
    struct store *s = store_open(dir, false, NULL);
    ck_assert_int_eq(status_as("device", device, "POST", path, did(1, SAM)), 200); /* a kiosk's */
    ck_assert(store_set_account(s, "device", "kim", NULL));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ck_assert_msg(status_as("device", device, "POST", path, did(2, others[i])) == 400, "%s", others[i]);
    ck_assert_int_eq(status_as("device", device, "POST", path, both), 400);
    ck_assert_int_eq(status_as("device", device, "POST", path, did(3, KIM)), 200);
    ck_assert_int_eq(status_as("other", other, "POST", path, did(4, SAM)), 200);
    ck_assert_str_eq(found(path), "4 3 1");
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
        ck_assert_msg(status_as("device", device, "GET", shared[i], NULL) == 404, "%s", shared[i]);
    ck_assert(store_set_account(s, "device", "", NULL));
    ck_assert_int_eq(status_as("device", device, "POST", path, did(2, SAM)), 200);
    ck_assert(!store_set_account(s, "device", "k\n", NULL) && !store_set_account(s, "a:b", "kim", NULL));
    store_close(s);
}
END_TEST

START_TEST(finding)
{
    expect(200, "POST", "/xapi/statements", statement(1, ""));
    expect(200, "POST", "/xapi/statements",
           statement(2, ",\"context\":{\"registration\":\"ABCDEFAB-0000-4000-8000-000000000000\",\"instructor\":{\"mbox\":"
                        "\"mailto:i@example.com\"},\"contextActivities\":{\"parent\":{\"id\":\"http://example.com/p\"}}}"));
    expect(200, "POST", "/xapi/statements",
           "{\"id\":\"00000000-0000-4000-8000-000000000003\",\"actor\":{\"objectType\":\"Group\",\"member\":[{\"mbox\":"
           "\"mailto:b@EXAMPLE.com\"}]},\"verb\":{\"id\":\"http://example.com/saw\"},\"object\":{\"objectType\":\"Agent\","
           "\"account\":{\"homePage\":\"http://h\",\"name\":\"c\"}}}");
    expect(200, "POST", "/xapi/statements",
           "{\"id\":\"00000000-0000-4000-8000-000000000004\",\"actor\":{\"openid\":\"http://o/d\"},\"verb\":{\"id\":"
           "\"http://example.com/planned\"},\"object\":{\"objectType\":\"SubStatement\",\"actor\":{\"mbox\":"
           "\"mailto:e@example.com\"},\"verb\":{\"id\":\"http://example.com/did\"},\"object\":{\"id\":\"http://example.com/s\"}}}");
    static const struct {
        const char *query, *found;
    } queries[] = {
        {"", "4 3 2 1"},
        {"?ascending=true", "1 2 3 4"},
        {"?verb=http://example.com/did", "2 1"},
        {"?verb=http%3A%2F%2Fexample.com%2Fsaw", "3"},
        {"?verb=http://example.com/never", ""},
        {"?activity=http://example.com/a", "2 1"},
        {"?activity=http://example.com/p", ""},
        {"?activity=http://example.com/p&related_activities=true", "2"},
        {"?activity=http://example.com/s&related_activities=true", "4"},
        {"?activity=http://example.com/s", ""},
        {"?registration=abcdefab-0000-4000-8000-000000000000", "2"},
        {"?agent=%7B%22mbox%22%3A%22mailto%3Aa%40example.com%22%7D", "2 1"},
        {"?agent=%7B%22mbox%22%3A%22mailto%3Ab%40example.com%22%7D", "3"},
        {"?agent=%7B%22mbox%22%3A%22mailto%3Ai%40example.com%22%7D", ""},
        {"?agent=%7B%22mbox%22%3A%22mailto%3Ai%40example.com%22%7D&related_agents=true", "2"},
        {"?agent=%7B%22mbox%22%3A%22mailto%3Ae%40example.com%22%7D&related_agents=true", "4"},
        {"?agent=%7B%22account%22%3A%7B%22homePage%22%3A%22http%3A%2F%2Fh%22%2C%22name%22%3A%22c%22%7D%7D", "3"},
        {"?agent=%7B%22openid%22%3A%22http%3A%2F%2Fo%2Fd%22%7D&verb=http://example.com/planned", "4"},
        {"?agent=%7B%22mbox%22%3A%22mailto%3Aa%40example.com%22%7D&verb=http://example.com/did&activity=http://example.com/a&"
         "registration=abcdefab-0000-4000-8000-000000000000", "2"},
        {"?agent=%7B%22mbox%22%3A%22mailto%3Aa%40example.com%22%7D&verb=http://example.com/saw", ""},
        {"?limit=2", "4 3"},
        {"?limit=0", "4 3 2 1"},
        {"?since=2100-01-01T00:00:00Z", ""},
        {"?until=2000-01-01T00:00:00Z", ""},
        {"?since=2000-01-01T00:00:00Z&until=2100-01-01T00:00:00Z", "4 3 2 1"},
    };
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        char path[700];
        snprintf(path, sizeof path, "/xapi/statements%s", queries[i].query);
        ck_assert_msg(strcmp(found(path), queries[i].found) == 0, "%s: %s", path, found(path));
    }
}
END_TEST

/* since is exclusive, until is not; `stored` increases from each to the next. */
START_TEST(stored_increases)
{
    char batch[40000] = "[", path[200], moments[50][40] = {{0}};
    size_t n = 1;
    for (int i = 1; i <= 50; i++)
        n += (size_t)snprintf(batch + n, sizeof batch - n, "%s%s", i > 1 ? "," : "", statement(i, ""));
    snprintf(batch + n, sizeof batch - n, "]");
    expect(200, "POST", "/xapi/statements", batch);
    struct answer a = ask("GET", "/xapi/statements?ascending=true", NULL);
    json_t *root = json_loadb(buf_text(&a.body), a.body.len, 0, NULL);
    for (size_t i = 0; i < 50; i++) {
        const json_t *one = json_array_get(json_object_get(root, "statements"), i);
        snprintf(moments[i], sizeof moments[i], "%s", json_string_value(json_object_get(one, "stored")));
        ck_assert(i == 0 || strcmp(moments[i - 1], moments[i]) < 0);
    }
    json_decref(root);
    answer_free(&a);
    snprintf(path, sizeof path, "/xapi/statements?since=%s&until=%s", moments[9], moments[12]);
    ck_assert_str_eq(found(path), "13 12 11");
}
END_TEST

START_TEST(more)
{
    for (int i = 1; i <= 7; i++)
        expect(200, "POST", "/xapi/statements", statement(i, ""));
    for (int ascending = 0; ascending < 2; ascending++) {
        char path[300], list[100] = "";
        snprintf(path, sizeof path, "/xapi/statements?limit=3&verb=http://example.com/did&ascending=%s", ascending ? "true" : "false");
        for (int page = 0; path[0] != '\0'; page++) {
            ck_assert_int_lt(page, 3);
            snprintf(list + strlen(list), sizeof list - strlen(list), "%s|", found(path));
            struct answer a = ask("GET", path, NULL);
            json_t *root = json_loadb(buf_text(&a.body), a.body.len, 0, NULL);
            snprintf(path, sizeof path, "%s", json_string_value(json_object_get(root, "more")));
            json_decref(root);
            answer_free(&a);
            if (!ascending && page == 0)
                expect(200, "POST", "/xapi/statements", statement(100, "")); /* what comes meanwhile disturbs nothing */
        }
        ck_assert_str_eq(list, ascending ? "1 2 3|4 5 6|7 100|" : "7 6 5|4 3 2|1|");
    }
}
END_TEST

/* Of a device that has one statement among many of others, not all are looked at in one answer: `more` goes on. */
START_TEST(few_among_many)
{
    char path[200], sql[400];
    sqlite3 *db;
    int pages = 0;
    snprintf(path, sizeof path, "%s/serve.db", dir);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    snprintf(sql, sizeof sql, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 45000) INSERT INTO statement"
                              " (stored, id, client, voids, body) SELECT i, randomblob(16), 2, 0, '{}' FROM n");
    ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "UPDATE statement SET client = 3, body = '{\"id\":\"mine\"}' WHERE stored = 100", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    snprintf(path, sizeof path, "/xapi/statements?limit=1");
    for (bool mine = false; path[0] != '\0'; pages++) {
        struct answer a = ask_as("other", other, "GET", path, NULL);
        json_t *root = json_loadb(buf_text(&a.body), a.body.len, 0, NULL);
        ck_assert_int_eq(a.status, 200);
        mine = mine || json_array_size(json_object_get(root, "statements")) == 1;
        snprintf(path, sizeof path, "%s", json_string_value(json_object_get(root, "more")));
        ck_assert(mine || path[0] != '\0');
        json_decref(root);
        answer_free(&a);
    }
    ck_assert_int_eq(pages, 3);
    struct answer a = ask("GET", "/xapi/statements?limit=1&ascending=true", NULL);
    ck_assert(strstr(buf_text(&a.body), "{}") != NULL);
    answer_free(&a);
}
END_TEST

/* What the people of the list passed, among the passes of very many who are not on it. */
START_TEST(passes_among_many)
{
    char path[200];
    sqlite3 *db;
    struct error err = {0};
    struct people_pass *list;
    struct arena *a = arena_open();
    size_t count, found_some = 0, rounds = 0;
    int64_t through = 0;
    struct store *s = store_open(dir, false, &err);
    const struct site_person kim = {.id = "p-kim", .name = "Kim", .account = "kim"};
    ck_assert(store_begin(s, &err) && store_people_set(s, &kim, 1, &err) && store_commit(s, &err));
    snprintf(path, sizeof path, "%s/serve.db", dir);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "INSERT INTO term (id, text) VALUES (77, 'vhttp://adlnet.gov/expapi/verbs/passed');"
                                      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) INSERT INTO statement"
                                      " (stored, id, client, voids, body) SELECT i, randomblob(16), 2, 0, '{\"actor\":{\"account\":{\"name\":\"'"
                                      " || iif(i IN (1, 30000, 50000), 'kim', 'x') || '\"}}}' FROM n;"
                                      "INSERT INTO found (term, stored, broad) SELECT 77, stored, 0 FROM statement", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    for (bool go_on = true; go_on; rounds++) {
        int64_t before = through;
        ck_assert(store_passes(s, a, "other", through, 10, &list, &count, &through, &go_on, &err));
        ck_assert(through > before);
        found_some += count;
    }
    ck_assert(rounds == 3 && found_some == 3 && through == 50000);
    ck_assert(store_passes(s, a, "other", 0, 1, &list, &count, &through, &(bool){false}, &err));
    ck_assert(count == 1 && through == 1); /* not all are told */
    store_close(s);
    arena_close(a);
}
END_TEST

START_TEST(voiding)
{
    expect(200, "POST", "/xapi/statements", statement(1, ""));
    expect(200, "POST", "/xapi/statements", VOIDING("10", "01"));
    expect(404, "GET", id_path("statementId", 1), NULL);
    expect(200, "GET", id_path("voidedStatementId", 1), NULL);
    expect(404, "GET", id_path("voidedStatementId", 10), NULL);
    ck_assert_str_eq(found("/xapi/statements"), "10");
    /* what voids can't be voided */
    expect(200, "POST", "/xapi/statements", VOIDING("11", "10"));
    expect(200, "GET", id_path("statementId", 10), NULL);
    /* and it may come first */
    expect(200, "POST", "/xapi/statements", VOIDING("12", "02"));
    expect(200, "POST", "/xapi/statements", statement(2, ""));
    expect(404, "GET", id_path("statementId", 2), NULL);
    expect(200, "GET", id_path("voidedStatementId", 2), NULL);
    ck_assert_str_eq(found("/xapi/statements"), "12 11 10");
}
END_TEST

/* Who stored a statement may void it, and nobody else: not even who reads everything (xAPI 1.0.3, Part Two, 2.3.2). */
START_TEST(voiding_others)
{
    char batch[2000];
    ck_assert_int_eq(status_as("device", device, "POST", "/xapi/statements", statement(1, "")), 200);
    ck_assert_int_eq(status_as("device", device, "POST", "/xapi/statements", statement(2, "")), 200);
    struct answer a = ask_as("other", other, "POST", "/xapi/statements", VOIDING("10", "01"));
    ck_assert_int_eq(a.status, 403);
    ck_assert_ptr_nonnull(strstr(buf_text(&a.body), "only who stored a statement may void it: 00000000-0000-4000-8000-000000000010"));
    answer_free(&a);
    expect(403, "POST", "/xapi/statements", VOIDING("10", "01"));
    ck_assert_int_eq(status_as("other", other, "PUT", id_path("statementId", 10), VOIDING("10", "01")), 403);
    snprintf(batch, sizeof batch, "[%s,%s]", statement(5, ""), VOIDING("10", "01")); /* all of it, or nothing */
    ck_assert_int_eq(status_as("other", other, "POST", "/xapi/statements", batch), 403);
    ck_assert_str_eq(found("/xapi/statements"), "2 1");
    /* what is not here yet is nobody's: it may be voided ahead, but that counts for one's own alone */
    ck_assert_int_eq(status_as("other", other, "POST", "/xapi/statements", VOIDING("11", "03")), 200);
    ck_assert_int_eq(status_as("device", device, "POST", "/xapi/statements", VOIDING("12", "04")), 200);
    ck_assert_int_eq(status_as("device", device, "POST", "/xapi/statements", statement(3, "")), 200);
    ck_assert_int_eq(status_as("device", device, "POST", "/xapi/statements", statement(4, "")), 200);
    ck_assert_int_eq(status_as("other", other, "POST", "/xapi/statements", VOIDING("11", "03")), 200); /* it is there already */
    expect(200, "GET", id_path("statementId", 3), NULL);
    expect(404, "GET", id_path("statementId", 4), NULL);
    ck_assert_int_eq(status_as("device", device, "POST", "/xapi/statements", VOIDING("10", "01")), 200);
    expect(404, "GET", id_path("statementId", 1), NULL);
    ck_assert_str_eq(found("/xapi/statements"), "10 3 12 11 2");
}
END_TEST

/* What refers to a statement is found by that one's words, whichever comes first. */
START_TEST(references)
{
    const char *refers = "{\"id\":\"00000000-0000-4000-8000-0000000000%02d\",\"actor\":{\"mbox\":\"mailto:r@example.com\"},"
                         "\"verb\":{\"id\":\"http://example.com/checked\"},\"object\":{\"objectType\":\"StatementRef\",\"id\":"
                         "\"00000000-0000-4000-8000-0000000000%02d\"}}";
    char text[600];
    expect(200, "POST", "/xapi/statements", statement(1, ""));
    snprintf(text, sizeof text, refers, 20, 1);
    expect(200, "POST", "/xapi/statements", text);
    snprintf(text, sizeof text, refers, 21, 20);
    expect(200, "POST", "/xapi/statements", text);
    snprintf(text, sizeof text, refers, 22, 2);
    expect(200, "POST", "/xapi/statements", text);
    ck_assert_str_eq(found("/xapi/statements?verb=http://example.com/did"), "21 20 1");
    expect(200, "POST", "/xapi/statements", statement(2, ""));
    ck_assert_str_eq(found("/xapi/statements?verb=http://example.com/did"), "2 22 21 20 1");
    snprintf(text, sizeof text, refers, 30, 30); /* to itself */
    expect(200, "POST", "/xapi/statements", text);
    snprintf(text, sizeof text, refers, 31, 32); /* in a ring */
    expect(200, "POST", "/xapi/statements", text);
    snprintf(text, sizeof text, refers, 32, 31);
    expect(200, "POST", "/xapi/statements", text);
    ck_assert_str_eq(found("/xapi/statements?verb=http://example.com/checked&limit=3"), "32 31 30");
}
END_TEST

/* Who refers to what names very many people is found by some of them: else a thousand that refer to it would fill the disk. */
START_TEST(references_to_many)
{
    struct buf crowd = {0};
    char refers[2][400], path[200];
    buf_adds(&crowd, "{\"id\":\"00000000-0000-4000-8000-000000000001\",\"actor\":{\"objectType\":\"Group\",\"member\":[");
    for (int i = 0; i < 300; i++)
        buf_addf(&crowd, "%s{\"mbox\":\"mailto:m%d@example.com\"}", i > 0 ? "," : "", i);
    buf_adds(&crowd, "]},\"verb\":{\"id\":\"http://example.com/met\"},\"object\":{\"id\":\"http://example.com/room\"}}");
    for (int i = 0; i < 2; i++)
        snprintf(refers[i], sizeof refers[i],
                 "{\"id\":\"00000000-0000-4000-8000-00000000000%d\",\"actor\":{\"mbox\":\"mailto:r@example.com\"},\"verb\":{\"id\":\"http://"
                 "example.com/saw\"},\"object\":{\"objectType\":\"StatementRef\",\"id\":\"00000000-0000-4000-8000-000000000001\"}}", i + 2);
    expect(200, "POST", "/xapi/statements", refers[0]); /* before it, and after it */
    expect(200, "POST", "/xapi/statements", buf_text(&crowd));
    expect(200, "POST", "/xapi/statements", refers[1]);
    ck_assert_str_eq(found("/xapi/statements?verb=http://example.com/met"), "3 1 2");
    ck_assert_str_eq(found("/xapi/statements?activity=http://example.com/room"), "3 1 2");
    for (int i = 0; i < 300; i += 299) {
        snprintf(path, sizeof path, "/xapi/statements?agent=%%7B%%22mbox%%22%%3A%%22mailto%%3Am%d%%40example.com%%22%%7D", i);
        ck_assert_str_eq(found(path), i == 0 ? "3 1 2" : "1");
    }
    buf_free(&crowd);
}
END_TEST

START_TEST(too_large)
{
    char headers[600], request[900];
    headers_of(headers, sizeof headers, "admin", admin);
    int n = snprintf(request, sizeof request, "POST /xapi/statements HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n", headers,
                     LRS_BODY_BYTES + 1);
    int fd = client_open(port);
    ck_assert(client_send(fd, request, (size_t)n));
    struct answer a = client_answer(fd, false); /* before a byte of it was sent */
    ck_assert_int_eq(a.status, 413);
    answer_free(&a);
    close(fd);
    /* without a length it is counted as it comes */
    n = snprintf(request, sizeof request, "POST /xapi/statements HTTP/1.1\r\nHost: x\r\n%sTransfer-Encoding: chunked\r\n\r\n", headers);
    fd = client_open(port);
    ck_assert(client_send(fd, request, (size_t)n));
    char *chunk = calloc(1, 65536 + 16);
    n = sprintf(chunk, "10000\r\n");
    memset(chunk + n, ' ', 65536);
    memcpy(chunk + n + 65536, "\r\n", 2);
    for (int i = 0; i < 140; i++)
        (void)client_send(fd, chunk, (size_t)n + 65536 + 2);
    (void)client_send(fd, "0\r\n\r\n", 5);
    a = client_answer(fd, false);
    ck_assert_int_eq(a.status, 413);
    answer_free(&a);
    free(chunk);
    close(fd);
    expect(200, "POST", "/xapi/statements", statement(1, ""));
}
END_TEST

/* What takes no body, or a small one, takes no large one: whoever is known to nobody fills no memory by it. */
START_TEST(no_more_than_is_of_use)
{
    static const struct {
        const char *request;
        int length, status;
    } cases[] = {
        {"POST /enrol HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n", 1025, 413},
        {"POST /enrol HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n", 1024, 400},
        {"POST /xapi/about HTTP/1.1\r\nHost: x\r\n", 1000000, 405},
        {"GET /xapi/about HTTP/1.1\r\nHost: x\r\n", 1000000, 413},
        {"GET /roles HTTP/1.1\r\nHost: x\r\n", 1000000, 401},
        {"GET /xapi/nothing HTTP/1.1\r\nHost: x\r\n", 1000000, 400},
        {"POST /xapi/statements HTTP/1.1\r\nHost: x\r\nX-Experience-API-Version: 1.0.3\r\n", 1000000, 401},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int chunked = 0; chunked < 2; chunked++) {
            char request[400];
            int n = chunked ? snprintf(request, sizeof request, "%sTransfer-Encoding: chunked\r\n\r\n%x\r\n", cases[i].request, (unsigned)cases[i].length)
                            : snprintf(request, sizeof request, "%sContent-Length: %d\r\n\r\n", cases[i].request, cases[i].length);
            char *body = malloc((size_t)cases[i].length);
            memset(body, ' ', (size_t)cases[i].length);
            int fd = client_open(port);
            ck_assert(client_send(fd, request, (size_t)n));
            (void)client_send(fd, body, (size_t)cases[i].length);
            if (chunked)
                (void)client_send(fd, "\r\n0\r\n\r\n", 7);
            struct answer a = client_answer(fd, false);
            ck_assert_msg(a.status == cases[i].status, "%s%d, chunked %d: %d", cases[i].request, cases[i].length, chunked, a.status);
            answer_free(&a);
            close(fd);
            free(body);
        }
}
END_TEST

/* Of who, what and where only what identifies them. */
START_TEST(ids_alone)
{
    expect(200, "POST", "/xapi/statements",
           "{\"id\":\"00000000-0000-4000-8000-000000000001\",\"actor\":{\"objectType\":\"Group\",\"name\":\"N\",\"member\":[{\"name\":"
           "\"M\",\"mbox\":\"mailto:m@x\"}]},\"verb\":{\"id\":\"http://x/v\",\"display\":{\"en\":\"V\"}},\"object\":{\"objectType\":\"Activity\",\"id\":"
           "\"http://x/a\",\"definition\":{\"name\":{\"en\":\"A\"}}},\"result\":{\"score\":{\"raw\":7}},\"context\":{\"instructor\":{"
           "\"name\":\"I\",\"mbox\":\"mailto:i@x\"},\"contextActivities\":{\"parent\":[{\"id\":\"http://x/p\",\"definition\":{}}]}}}");
    struct answer a = ask("GET", "/xapi/statements?format=ids", NULL);
    ck_assert_int_eq(a.status, 200);
    static const char *const there[] = {"\"actor\":{\"objectType\":\"Group\",\"member\":[{\"mbox\":\"mailto:m@x\"}]}",
                                        "\"verb\":{\"id\":\"http://x/v\"}", "\"object\":{\"id\":\"http://x/a\"}",
                                        "\"raw\":7}", "\"instructor\":{\"mbox\":\"mailto:i@x\"}",
                                        "\"parent\":[{\"id\":\"http://x/p\"}]"};
    for (size_t i = 0; i < sizeof there / sizeof *there; i++)
        ck_assert_msg(strstr(buf_text(&a.body), there[i]) != NULL, "%s: %s", there[i], buf_text(&a.body));
    ck_assert_ptr_null(strstr(buf_text(&a.body), "definition"));
    answer_free(&a);
    char path[300];
    snprintf(path, sizeof path, "%s&format=ids", id_path("statementId", 1));
    a = ask("GET", path, NULL);
    ck_assert_ptr_nonnull(strstr(buf_text(&a.body), there[0]));
    answer_free(&a);
    ck_assert_str_eq(found("/xapi/statements?format=ids&verb=http://x/none"), "");
}
END_TEST

/* ---- devices ---- */

static struct answer enrol(const char *body)
{
    return client_request(port, "POST", "/enrol", "Content-Type: application/json\r\n", body, strlen(body));
}

START_TEST(enrolment)
{
    char code[CODE_SIZE], second[CODE_SIZE], body[200], token[TOKEN_SIZE] = "";
    struct store *s = store_open(dir, false, NULL);
    ck_assert(store_invite(s, "lathe", 3600000, code, NULL));
    ck_assert(!store_invite(s, "device", 3600000, second, NULL)); /* there is one */
    static const char *const turner[] = {"turner"};
    ck_assert(store_set_roles(s, "lathe", (struct strings){turner, 1}, NULL)); /* before it is there */
    static const char *const bad[] = {"", "{}", "{\"code\":3}", "{\"code\":\"\"}", "{\"code\":\"AAAA-AAAA-AAAA-AAAA\"}",
                                      "{\"code\":\"AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA\"}", "[]", "code"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct answer a = enrol(bad[i]);
        ck_assert_msg(a.status == 400 || a.status == 403, "%s: %d", bad[i], a.status);
        answer_free(&a);
    }
    char typed[CODE_SIZE];
    size_t n = 0;
    for (const char *c = code; *c != '\0'; c++) /* as somebody types it who heard it */
        if (*c != '-')
            typed[n++] = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
    typed[n] = '\0';
    snprintf(body, sizeof body, "{\"code\":\"%s\"}", typed);
    struct answer a = enrol(body);
    ck_assert_msg(a.status == 200, "%d: %s", a.status, buf_text(&a.body));
    ck_assert_int_eq(sscanf(buf_text(&a.body), "{\"name\":\"lathe\",\"token\":\"%43[^\"]\"", token), 1);
    ck_assert_ptr_nonnull(strstr(buf_text(&a.body), ",\"home\":\"http://lrs.example.com/\",\"roles\":[\"turner\"],"
                                                    "\"channels\":[{\"id\":\"plant\",\"key\":\"RWQ\"},{\"id\":\"vendor\"}]}"));
    answer_free(&a);
    ck_assert_str_eq(found_as("lathe", token, "/xapi/statements"), "");
    a = enrol(body); /* once */
    ck_assert_int_eq(a.status, 403);
    answer_free(&a);
    /* the answer to a device that chose its token may be lost: it asks again, and nobody else does */
    static const char mine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-_", others[] = "bbcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-_";
    ck_assert(store_invite(s, "drill", 3600000, code, NULL));
    snprintf(body, sizeof body, "{\"code\":\"%s\",\"token\":\"short\"}", code);
    a = enrol(body);
    ck_assert_int_eq(a.status, 400);
    answer_free(&a);
    for (int i = 0; i < 2; i++) {
        snprintf(body, sizeof body, "{\"code\":\"%s\",\"token\":\"%s\"}", code, mine);
        a = enrol(body);
        ck_assert_msg(a.status == 200 && strstr(buf_text(&a.body), mine) != NULL, "%d: %d: %s", i, a.status, buf_text(&a.body));
        answer_free(&a);
    }
    ck_assert_str_eq(found_as("drill", mine, "/xapi/statements"), "");
    snprintf(body, sizeof body, "{\"code\":\"%s\",\"token\":\"%s\"}", code, others);
    a = enrol(body);
    ck_assert_int_eq(a.status, 403);
    answer_free(&a);
    unsigned char box[BOX_KEY] = {1};
    bool told;
    ck_assert(store_box_set(s, "drill", box, NULL) && store_revoke(s, "drill", NULL));
    snprintf(body, sizeof body, "{\"code\":\"%s\",\"token\":\"%s\"}", code, mine);
    a = enrol(body);
    ck_assert_int_eq(a.status, 403);
    answer_free(&a);
    /* who enrols by a name that was another's, and tells no key, has none */
    ck_assert(store_invite(s, "drill", 3600000, code, NULL));
    snprintf(body, sizeof body, "{\"code\":\"%s\"}", code);
    a = enrol(body);
    ck_assert_int_eq(a.status, 200);
    answer_free(&a);
    ck_assert(store_box(s, "drill", box, &told, NULL) && !told);
    /* a newer invitation of the same name makes the older one void; one that is too old is none */
    ck_assert(store_invite(s, "press", 3600000, code, NULL) && store_invite(s, "press", 3600000, second, NULL));
    snprintf(body, sizeof body, "{\"code\":\"%s\"}", code);
    a = enrol(body);
    ck_assert_int_eq(a.status, 403);
    answer_free(&a);
    ck_assert(store_invite(s, "press", -1, code, NULL));
    snprintf(body, sizeof body, "{\"code\":\"%s\"}", code);
    a = enrol(body);
    ck_assert_int_eq(a.status, 403);
    answer_free(&a);
    a = client_request(port, "GET", "/enrol", "", NULL, 0);
    ck_assert_int_eq(a.status, 405);
    answer_free(&a);
    a = client_request(port, "POST", "/enrol", "Content-Type: text/plain\r\n", body, strlen(body));
    ck_assert_int_eq(a.status, 415);
    answer_free(&a);
    store_close(s);
}
END_TEST

/* Each hears of its own roles alone; a change counts at once; what did not change is not sent again. */
START_TEST(roles)
{
    const char *const two[] = {"operator", "electrician"}, *const bad[] = {""};
    char etag[64], control[64], again[64];
    struct store *s = store_open(dir, false, NULL);
    ck_assert(store_set_roles(s, "device", (struct strings){two, 2}, NULL));
    ck_assert(!store_set_roles(s, "device", (struct strings){bad, 1}, NULL));
    ck_assert(!store_set_roles(s, "a:b", (struct strings){two, 1}, NULL));
    struct answer a = ask_as("device", device, "GET", "/roles", NULL);
    ck_assert_int_eq(a.status, 200);
    ck_assert_str_eq(buf_text(&a.body), "{\"roles\":[\"electrician\",\"operator\"]}");
    answer_header(&a, "ETag", etag, sizeof etag);
    ck_assert_str_eq(answer_header(&a, "Cache-Control", control, sizeof control), "private, no-cache");
    answer_free(&a);
    a = ask_as("other", other, "GET", "/roles", NULL);
    ck_assert_str_eq(buf_text(&a.body), "{\"roles\":[]}");
    answer_free(&a);
    char who[600], conditional[700];
    headers_of(who, sizeof who, "device", device);
    snprintf(conditional, sizeof conditional, "%sIf-None-Match: %s\r\n", who, etag);
    a = client_request(port, "GET", "/roles", conditional, NULL, 0);
    ck_assert_int_eq(a.status, 304);
    ck_assert_str_eq(answer_header(&a, "ETag", again, sizeof again), etag);
    answer_free(&a);
    ck_assert(store_set_roles(s, "device", (struct strings){two, 1}, NULL));
    a = client_request(port, "GET", "/roles", conditional, NULL, 0);
    ck_assert_int_eq(a.status, 200);
    ck_assert_str_eq(buf_text(&a.body), "{\"roles\":[\"operator\"]}");
    answer_free(&a);
    a = client_request(port, "GET", "/roles", "", NULL, 0);
    ck_assert_int_eq(a.status, 401);
    answer_free(&a);
    a = ask_as("device", device, "PUT", "/roles", "{\"roles\":[\"administrator\"]}");
    ck_assert_int_eq(a.status, 405);
    answer_free(&a);
    store_close(s);
}
END_TEST

START_TEST(buckets)
{
    struct rate *r = rate_open(10, 5);
    int64_t now = 1000000;
    for (int i = 0; i < 5; i++)
        ck_assert(rate_take(r, 1, now));
    ck_assert(!rate_take(r, 1, now));
    ck_assert(rate_take(r, 2, now)); /* another's */
    ck_assert(!rate_take(r, 1, now + 99));
    ck_assert(rate_take(r, 1, now + 100));
    ck_assert(!rate_take(r, 1, now + 100));
    ck_assert(!rate_take(r, 1, now - 5000)); /* a clock that goes back gives nothing */
    for (int i = 0; i < 5; i++)
        ck_assert(rate_take(r, 1, now + 100000));
    ck_assert(!rate_take(r, 1, now + 100000)); /* no more than it holds, however long it waited */
    rate_charge(r, 1, 7); /* more than it holds */
    ck_assert(!rate_take(r, 1, now + 100099));
    ck_assert(!rate_take(r, 1, now + 100000 + 500));
    ck_assert(rate_take(r, 1, now + 100000 + 700));
    rate_close(r);
    rate_close(NULL);
}
END_TEST

START_TEST(too_often)
{
    char retry[20] = "";
    int refused = 0;
    for (int i = 0; i < 400; i++) {
        struct answer a = ask_as("device", device, "GET", "/xapi/statements", NULL);
        ck_assert_msg(a.status == 200 || a.status == 429, "%d", a.status);
        if (a.status == 429) {
            refused++;
            answer_header(&a, "Retry-After", retry, sizeof retry);
        }
        answer_free(&a);
    }
    ck_assert_int_gt(refused, 0);
    ck_assert_str_eq(retry, "1");
    ck_assert_str_eq(found_as("other", other, "/xapi/statements"), ""); /* the others are served */
}
END_TEST

/* From 127.0.0.N. */
static struct answer ask_from(unsigned n, const char *request)
{
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + n);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert(bind(fd, (const struct sockaddr *)&from, sizeof from) == 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) == 0);
    ck_assert(client_send(fd, request, strlen(request)));
    struct answer a = client_answer(fd, false);
    close(fd);
    return a;
}

static int status_from(unsigned n, const char *request)
{
    struct answer a = ask_from(n, request);
    int status = a.status;
    answer_free(&a);
    return status;
}

/* What a code that is none is answered with. */
static int enrols_from(unsigned n)
{
    return status_from(n, "POST /enrol HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

START_TEST(one_keeps_nobody_from_enrolling)
{
    int refused = 0;
    for (int i = 0; i < 400; i++)
        refused += enrols_from(2) == 429;
    ck_assert_int_gt(refused, 0);
    ck_assert_int_eq(enrols_from(3), 400);
}
END_TEST

static const char *const stranger[] = {
    "GET /xapi/statements HTTP/1.1\r\nHost: x\r\nX-Experience-API-Version: 1.0.3\r\nAuthorization: Basic ZGV2aWNlOmd1ZXNz\r\n\r\n",
    "GET /roles HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST /room/look HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\nAuthorization: Basic x\r\n\r\n{}",
};

/* A crowd of wrong tokens is told to come later; whoever is known is let in from the same address, and strangers elsewhere are answered
 * as ever. */
START_TEST(strangers_are_slowed_down)
{
    int refused = 0, later = 0;
    int64_t since = clock_monotonic_ms();
    char retry[20] = "";
    for (int i = 0; i < 250; i++) {
        struct answer a = ask_from(1, stranger[_i]);
        ck_assert_msg(a.status == 401 || a.status == 429, "%d", a.status);
        refused += a.status == 401;
        later += a.status == 429;
        if (a.status == 429)
            answer_header(&a, "Retry-After", retry, sizeof retry);
        answer_free(&a);
    }
    ck_assert_int_le(refused, 102 + (int)((clock_monotonic_ms() - since) / 1000));
    ck_assert(later == 0 || strcmp(retry, "1") == 0);
    ck_assert_str_eq(found_as("device", device, "/xapi/statements"), "");
    ck_assert_int_eq(status_from(3, stranger[_i]), 401);
}
END_TEST

/* What the room takes no content for is answered before any comes. */
START_TEST(room_requests)
{
    static const struct {
        const char *method, *type, *length;
        int status;
    } cases[] = {
        {"POST", "application/json", "2", 400},      {"POST", "application/json", "65537", 413},
        {"POST", "application/json", "99999999999999999999", 413}, {"GET", "application/json", "0", 405},
        {"POST", "text/plain", "2", 415},            {"POST", "application/jsonx", "2", 415},
        {"POST", "application/json; charset=utf-8", "2", 400},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char headers[600];
        struct buf request = {0};
        headers_of(headers, sizeof headers, "device", device);
        *strstr(headers, "Content-Type") = '\0';
        buf_addf(&request, "%s /room/look HTTP/1.1\r\nHost: x\r\n%sContent-Type: %s\r\nContent-Length: %s\r\n\r\n%s", cases[i].method, headers,
                 cases[i].type, cases[i].length, strcmp(cases[i].length, "2") == 0 ? "{}" : "");
        ck_assert_int_eq(status_from(1, buf_text(&request)), cases[i].status);
        buf_free(&request);
    }
}
END_TEST

/* Who sends half of what they said and holds the line does not hold the end. */
START_TEST(half_a_body_holds_no_end)
{
    enum { FEW = 3, PATIENCE_MS = 20000 };
    static const char *const paths[FEW] = {"/xapi/statements", "/room/here", "/enrol"};
    int fd[FEW];
    char headers[600], request[1000];
    headers_of(headers, sizeof headers, "device", device);
    for (size_t i = 0; i < FEW; i++) {
        ck_assert_int_ge(fd[i] = client_open(port), 0);
        int n = snprintf(request, sizeof request, "POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: 100\r\n\r\n{\"half\":", paths[i], headers);
        ck_assert(client_send(fd[i], request, (size_t)n));
    }
    expect(200, "GET", "/xapi/statements", NULL); /* they were heard by now, too */
    int64_t since = clock_monotonic_ms();
    server_close(server, PATIENCE_MS);
    server = NULL;
    ck_assert_int_lt(clock_monotonic_ms() - since, PATIENCE_MS / 2);
    for (size_t i = 0; i < FEW; i++)
        close(fd[i]);
}
END_TEST

/* ---- many at once, and SIGKILL ---- */

enum { SENDERS = 16 };

/* What the senders share with the test across the fork: how many of each one's statements were acknowledged. */
struct shared {
    atomic_uint port;
    atomic_int acknowledged[SENDERS];
    atomic_int going;
};

static struct shared *shared;

static void *send_on(void *cls)
{
    int me = (int)(intptr_t)cls;
    char headers[600], request[2000], body[1200];
    headers_of(headers, sizeof headers, "admin", admin);
    int fd = client_open(atomic_load(&shared->port));
    for (int i = atomic_load(&shared->acknowledged[me]) + 1; fd >= 0 && atomic_load(&shared->going); i++) {
        int id = me * 1000000 + i;
        int n = snprintf(body, sizeof body,
                         "{\"id\":\"00000000-0000-4000-8000-%012d\",\"actor\":{\"mbox\":\"mailto:s%d@example.com\"},\"verb\":{\"id\":"
                         "\"http://example.com/did\"},\"object\":{\"id\":\"http://example.com/a\"}}", id, me);
        n = snprintf(request, sizeof request, "POST /xapi/statements HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n%s", headers, n,
                     body);
        if (!client_send(fd, request, (size_t)n))
            break;
        struct answer a = client_answer(fd, false);
        int status = a.status;
        answer_free(&a);
        if (status != 200)
            break;
        atomic_store(&shared->acknowledged[me], i);
    }
    if (fd >= 0)
        close(fd);
    return NULL;
}

static void share(void)
{
    char path[96];
    snprintf(path, sizeof path, "%s/shared", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    ck_assert(fd >= 0 && ftruncate(fd, sizeof *shared) == 0);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    ck_assert_ptr_ne(shared, MAP_FAILED);
    atomic_store(&shared->going, 1);
}

static void start_senders(pthread_t *threads)
{
    for (int i = 0; i < SENDERS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, send_on, (void *)(intptr_t)i), 0);
}

/* All that were acknowledged are there, each sender's from that one on. */
static void check_acknowledged_from(const int from[SENDERS])
{
    struct store *s = store_open(dir, true, NULL);
    ck_assert_ptr_nonnull(s);
    for (int me = 0; me < SENDERS; me++)
        for (int i = from[me]; i <= atomic_load(&shared->acknowledged[me]); i++) {
            char id[40];
            snprintf(id, sizeof id, "00000000-0000-4000-8000-%012d", me * 1000000 + i);
            const struct query q = {.id = id};
            struct buf out = {0};
            int64_t stored;
            bool there = false;
            ck_assert(store_one(s, &q, &out, &stored, &there, NULL));
            ck_assert_msg(there, "%s was acknowledged and is lost", id);
            buf_free(&out);
        }
    store_close(s);
}

static void check_acknowledged(void)
{
    int first[SENDERS];
    for (int me = 0; me < SENDERS; me++)
        first[me] = 1;
    check_acknowledged_from(first);
}

/* Many clients share a flush. */
START_TEST(group_commit)
{
    share();
    atomic_store(&shared->port, port);
    pthread_t threads[SENDERS];
    start_senders(threads);
    const struct timespec second = {1, 0};
    nanosleep(&second, NULL);
    atomic_store(&shared->going, 0);
    int sum = 0;
    for (int i = 0; i < SENDERS; i++) {
        pthread_join(threads[i], NULL);
        sum += atomic_load(&shared->acknowledged[i]);
    }
    ck_assert_int_gt(sum, SENDERS);
    ck_assert_msg(workers_commits(workers) * 2 <= (size_t)sum, "%zu commits for %d statements", workers_commits(workers), sum);
    check_acknowledged();
    munmap(shared, sizeof *shared);
}
END_TEST

/* An end without patience, while all of them send: what was acknowledged is there, and nothing hangs or breaks. */
START_TEST(ended_while_sending)
{
    share();
    atomic_store(&shared->port, port);
    pthread_t threads[SENDERS];
    start_senders(threads);
    const struct timespec life = {0, 200 * 1000000L};
    nanosleep(&life, NULL);
    server_close(server, 0);
    atomic_store(&shared->going, 0);
    for (int i = 0; i < SENDERS; i++)
        pthread_join(threads[i], NULL);
    rooms_close(door.rooms);
    lrs_close(lrs);
    workers_close(workers);
    files_close(files);
    check_acknowledged();
    munmap(shared, sizeof *shared);
    start();
}
END_TEST

/* The server is killed again and again on one store, while all of them send: each goes on with what was not acknowledged, and
 * what was is there whenever it comes back. */
START_TEST(killed)
{
    enum { KILLS = 120, ENOUGH = 12, LONG_MS = 60000 }; /* where all is slow (valgrind), fewer do */
    int64_t began = clock_monotonic_ms();
    unsigned seed = 7;
    int before[SENDERS];
    make_dir();
    share();
    for (int round = 0; round < KILLS && (round < ENOUGH || clock_monotonic_ms() - began < LONG_MS); round++) {
        atomic_store(&shared->port, 0);
        pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            start();
            atomic_store(&shared->port, port);
            for (;;)
                pause();
        }
        const struct timespec tick = {0, 1000000L};
        while (atomic_load(&shared->port) == 0)
            nanosleep(&tick, NULL);
        for (int i = 0; i < SENDERS; i++)
            before[i] = atomic_load(&shared->acknowledged[i]) + 1;
        pthread_t threads[SENDERS];
        start_senders(threads);
        seed = seed * 1103515245U + 12345U;
        const struct timespec life = {0, (long)(seed >> 8) % 60 * 1000000L};
        nanosleep(&life, NULL);
        kill(child, SIGKILL);
        int status;
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert(WIFSIGNALED(status));
        for (int i = 0; i < SENDERS; i++)
            pthread_join(threads[i], NULL);
        struct store *s = store_open(dir, false, NULL); /* what was left half done is undone */
        ck_assert_ptr_nonnull(s);
        store_close(s);
        check_acknowledged_from(before);
    }
    check_acknowledged();
    ck_assert_int_gt(atomic_load(&shared->acknowledged[0]), 1);
    munmap(shared, sizeof *shared);
    suite_remove(dir);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("lrs");
    TCase *c = tcase_create("lrs");
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, about);
    tcase_add_test(c, stored_and_given_back);
    tcase_add_test(c, all_or_nothing);
    tcase_add_test(c, refused_requests);
    tcase_add_test(c, who_may);
    tcase_add_test(c, one_persons_device_speaks_for_them_alone);
    tcase_add_test(c, finding);
    tcase_add_test(c, stored_increases);
    tcase_add_test(c, more);
    tcase_add_test(c, few_among_many);
    tcase_add_test(c, passes_among_many);
    tcase_add_test(c, voiding);
    tcase_add_test(c, voiding_others);
    tcase_add_test(c, references);
    tcase_add_test(c, references_to_many);
    tcase_add_test(c, too_large);
    tcase_add_test(c, no_more_than_is_of_use);
    tcase_add_test(c, ids_alone);
    tcase_add_test(c, enrolment);
    tcase_add_test(c, roles);
    tcase_add_test(c, buckets);
    tcase_add_test(c, too_often);
    tcase_add_test(c, one_keeps_nobody_from_enrolling);
    tcase_add_loop_test(c, strangers_are_slowed_down, 0, 3);
    tcase_add_test(c, room_requests);
    tcase_add_test(c, half_a_body_holds_no_end);
    tcase_add_test(c, group_commit);
    tcase_add_test(c, ended_while_sending);
    suite_add_tcase(s, c);
    TCase *k = tcase_create("killed");
    tcase_set_timeout(k, 240);
    tcase_add_test(k, killed);
    suite_add_tcase(s, k);
    return suite_run(s);
}
