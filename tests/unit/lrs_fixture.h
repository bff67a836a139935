/* A learning record store that listens, with a client that reads all and two devices, for the tests of a server. */
#ifndef CRIB_TESTS_LRS_FIXTURE_H
#define CRIB_TESTS_LRS_FIXTURE_H

#include "sync/serve/server.h"
#include "tests/unit/http_client.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <jansson.h>
#include <sodium.h>

static char dir[64];
static char admin[TOKEN_SIZE], device[TOKEN_SIZE], other[TOKEN_SIZE];
static struct files *files;
static struct workers *workers;
static struct lrs *lrs;
static struct door door;
static struct server *server;
static unsigned port;

static inline void make_dir(void)
{
    suite_dir(dir, sizeof dir, "lrs");
    struct error err = {0};
    struct store *s = store_open(dir, false, &err);
    ck_assert_msg(s != NULL, "%s: %s", err.what, err.why);
    ck_assert(store_add_client(s, "admin", true, admin, NULL) && store_add_client(s, "device", false, device, NULL) &&
              store_add_client(s, "other", false, other, NULL));
    store_close(s);
}

static inline void start(void)
{
    struct error err = {0};
    files = files_open();
    workers = workers_open(dir, &err);
    ck_assert_msg(workers != NULL, "%s: %s", err.what, err.why);
    lrs = lrs_open(workers, "http://lrs.example.com/");
    door.rooms = rooms_open(dir, &err);
    door.workers = workers;
    ck_assert_msg(door.rooms != NULL, "%s: %s", err.what, err.why);
    static const struct offered offered[] = {{"plant", "RWQ"}, {"vendor", ""}};
    lrs_offer(lrs, offered, 2);
    const struct server_options options = {.listen = "127.0.0.1:0", .files = files, .lrs = lrs, .door = &door};
    server = server_open(&options, &err);
    ck_assert_msg(server != NULL, "%s: %s", err.what, err.why);
    port = server_port(server);
}

static inline void stop(void)
{
    server_close(server, 5000);
    server = NULL;
    rooms_close(door.rooms);
    lrs_close(lrs);
    workers_close(workers);
    files_close(files);
}

static inline void set_up(void)
{
    make_dir();
    start();
}

static inline void tear_down(void)
{
    stop();
    suite_remove(dir);
}

static inline void headers_of(char *out, size_t size, const char *name, const char *token)
{
    char plain[160], coded[256];
    snprintf(plain, sizeof plain, "%s:%s", name, token);
    sodium_bin2base64(coded, sizeof coded, (const unsigned char *)plain, strlen(plain), sodium_base64_VARIANT_ORIGINAL);
    snprintf(out, size, "Authorization: Basic %s\r\nX-Experience-API-Version: 1.0.3\r\nContent-Type: application/json\r\n", coded);
}

static inline struct answer ask_as(const char *name, const char *token, const char *method, const char *path, const char *body)
{
    char headers[600];
    headers_of(headers, sizeof headers, name, token);
    return client_request(port, method, path, headers, body, body != NULL ? strlen(body) : 0);
}

static inline struct answer ask(const char *method, const char *path, const char *body)
{
    return ask_as("admin", admin, method, path, body);
}

static inline void expect(int status, const char *method, const char *path, const char *body)
{
    struct answer a = ask(method, path, body);
    ck_assert_msg(a.status == status, "%s %s: %d: %s", method, path, a.status, buf_text(&a.body));
    answer_free(&a);
}

/* A statement with an id that ends in n; more: further members, with a comma before them. */
static inline const char *statement(int n, const char *more)
{
    static char text[1200];
    snprintf(text, sizeof text,
             "{\"id\":\"00000000-0000-4000-8000-%012d\",\"actor\":{\"mbox\":\"mailto:a@example.com\"},"
             "\"verb\":{\"id\":\"http://example.com/did\"},\"object\":{\"id\":\"http://example.com/a\"}%s}",
             n, more);
    return text;
}

static inline const char *id_path(const char *parameter, int n)
{
    static char path[200];
    snprintf(path, sizeof path, "/xapi/statements?%s=00000000-0000-4000-8000-%012d", parameter, n);
    return path;
}

/* The last digits of the ids that a query finds, as "3 2 1". */
static inline const char *found_as(const char *name, const char *token, const char *path)
{
    static char list[4000];
    struct answer a = ask_as(name, token, "GET", path, NULL);
    ck_assert_msg(a.status == 200, "%s: %d: %s", path, a.status, buf_text(&a.body));
    json_t *root = json_loadb(buf_text(&a.body), a.body.len, 0, NULL);
    const json_t *statements = json_object_get(root, "statements");
    ck_assert(json_is_array(statements) && json_is_string(json_object_get(root, "more")));
    size_t n = 0;
    list[0] = '\0';
    for (size_t i = 0; i < json_array_size(statements); i++) {
        const char *id = json_string_value(json_object_get(json_array_get(statements, i), "id"));
        n += (size_t)snprintf(list + n, sizeof list - n, "%s%d", i > 0 ? " " : "", atoi(id + 24));
    }
    json_decref(root);
    answer_free(&a);
    return list;
}

static inline const char *found(const char *path)
{
    return found_as("admin", admin, path);
}

#define VOIDING(n, of)                                                                                                    \
    "{\"id\":\"00000000-0000-4000-8000-0000000000" n "\",\"actor\":{\"mbox\":\"mailto:v@example.com\"},\"verb\":{\"id\":" \
    "\"http://adlnet.gov/expapi/verbs/voided\"},\"object\":{\"objectType\":\"StatementRef\",\"id\":"                      \
    "\"00000000-0000-4000-8000-0000000000" of "\"}}"

#endif
