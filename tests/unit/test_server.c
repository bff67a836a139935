/* server: what `crib serve` answers for files, what it refuses, and what slow, idle and too many clients get. */
#include "core/base/clock.h"
#include "core/base/file.h"
#include "sync/serve/server.h"
#include "tests/unit/http_client.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <ftw.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

enum { BIG = 8 * 1024 * 1024 };

static char dir[64];
static struct files *files;
static struct server *server;
static unsigned port;
static char *big;

static void put(const char *name, const char *bytes, size_t n)
{
    char path[160];
    struct error err = {0};
    snprintf(path, sizeof path, "%s/out/%s", dir, name);
    ck_assert_msg(file_write(path, bytes, n, 0644, &err), "%s: %s", path, err.why);
}

static const char pointer[] = "{\"id\": \"plant\", \"version\": 1}\n";

static void make_channel(void)
{
    suite_dir(dir, sizeof dir, "srv");
    static const char *const made[] = {"", "/keys", "/pack", "/delta", "/sig"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        char path[96];
        snprintf(path, sizeof path, "%s/out%s", dir, made[i]);
        ck_assert_int_eq(mkdir(path, 0700), 0);
    }
    put("channel.json", pointer, sizeof pointer - 1);
    put("keys/1.json", "{}", 2);
    put("pack/all-00.tar.zst", "0123456789", 10);
    put("secret.txt", "secret", 6);
    put("pack/.hidden", "secret", 6);
    put("pack/empty.zst", "", 0);
    big = malloc(BIG);
    ck_assert_ptr_nonnull(big);
    for (size_t i = 0; i < BIG; i++)
        big[i] = (char)(i * 2654435761U >> 13);
    put("pack/big.zst", big, BIG);
}

static void start(size_t connections, int64_t idle_ms)
{
    char out[96];
    snprintf(out, sizeof out, "%s/out", dir);
    struct error err = {0};
    files = files_open();
    ck_assert_ptr_nonnull(files);
    const char *id = files_add(files, out, &err);
    ck_assert_msg(id != NULL, "%s: %s", err.what, err.why);
    ck_assert_str_eq(id, "plant");
    const struct server_options options = {
        .listen = "127.0.0.1:0", .files = files, .connections = connections, .idle_ms = idle_ms};
    server = server_open(&options, &err);
    ck_assert_msg(server != NULL, "%s: %s", err.what, err.why);
    port = server_port(server);
}

static void set_up(void)
{
    make_channel();
    start(0, 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static void tear_down(void)
{
    server_close(server, 1000);
    files_close(files);
    server = NULL;
    files = NULL;
    free(big);
    ck_assert_int_eq(nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static struct answer get(const char *path, const char *headers)
{
    return client_request(port, "GET", path, headers, NULL, 0);
}

static void check_header(const struct answer *a, const char *name, const char *value)
{
    char got[200];
    ck_assert_str_eq(answer_header(a, name, got, sizeof got), value);
}

START_TEST(whole_files)
{
    static const struct {
        const char *path, *type, *cache;
        size_t size;
    } good[] = {
        {"/plant/channel.json", "application/json", "no-cache", sizeof pointer - 1},
        {"/plant/keys/1.json", "application/json", "public, max-age=300", 2},
        {"/plant/pack/all-00.tar.zst", "application/zstd", "public, max-age=31536000, immutable", 10},
        {"/plant/pack/all-00.tar.zst?x=1", "application/zstd", "public, max-age=31536000, immutable", 10},
        {"/plant/%70ack/all-00.tar.zst", "application/zstd", "public, max-age=31536000, immutable", 10},
        {"/plant/pack/empty.zst", "application/zstd", "public, max-age=31536000, immutable", 0},
        {"/plant/pack/big.zst", "application/zstd", "public, max-age=31536000, immutable", BIG},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        for (int head = 0; head < 2; head++) {
            struct answer a = client_request(port, head ? "HEAD" : "GET", good[i].path, "", NULL, 0);
            ck_assert_msg(a.status == 200, "%s: %d", good[i].path, a.status);
            ck_assert_uint_eq(a.length, good[i].size);
            ck_assert_uint_eq(a.body.len, head ? 0 : good[i].size);
            check_header(&a, "Content-Type", good[i].type);
            check_header(&a, "Cache-Control", good[i].cache);
            check_header(&a, "Accept-Ranges", "bytes");
            if (good[i].size == BIG && !head)
                ck_assert(memcmp(a.body.data, big, BIG) == 0);
            answer_free(&a);
        }
}
END_TEST

START_TEST(refused_paths)
{
    static const char *const bad[] = {
        "/", "/plant", "/plant/", "/plant/nothing", "/plant/secret.txt", "/plant/pack", "/plant/pack/",
        "/plant/pack/.hidden", "/plant/pack/none", "/plant/pack/../secret.txt", "/plant/../secret.txt",
        "/plant/%2e%2e/secret.txt", "/plant/pack/%2e%2e/secret.txt", "/plant/pack/..%2fsecret.txt", "//plant/channel.json",
        "/plant//channel.json", "/./plant/channel.json", "/plant/channel.json%00", "/plant/channel.json/", "/other/channel.json",
        "/plantx/channel.json", "/plant/pack/%", "/plant/pack/%zz", "/plant/pack/\xFF\xFE", "/plant/PACK/all-00.tar.zst",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct answer a = get(bad[i], "");
        ck_assert_msg(a.status == 404, "%s: %d", bad[i], a.status);
        ck_assert_ptr_null(strstr(buf_text(&a.body), "secret"));
        answer_free(&a);
    }
}
END_TEST

START_TEST(links_are_not_followed)
{
    char path[128], target[128];
    snprintf(target, sizeof target, "%s/out/secret.txt", dir);
    snprintf(path, sizeof path, "%s/out/pack/link", dir);
    ck_assert_int_eq(symlink(target, path), 0);
    snprintf(path, sizeof path, "%s/out/sig", dir);
    ck_assert_int_eq(rmdir(path), 0);
    ck_assert_int_eq(symlink(dir, path), 0);
    snprintf(path, sizeof path, "%s/loose", dir);
    ck_assert(file_write(path, "secret", 6, 0644, NULL));
    snprintf(path, sizeof path, "%s/out/pack/pipe", dir);
    ck_assert_int_eq(mkfifo(path, 0644), 0);
    static const char *const bad[] = {"/plant/pack/link", "/plant/sig/loose", "/plant/pack/pipe"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct answer a = get(bad[i], "");
        ck_assert_msg(a.status == 404, "%s: %d", bad[i], a.status);
        answer_free(&a);
    }
}
END_TEST

START_TEST(unchanged)
{
    char etag[100], date[64], headers[256];
    struct answer a = get("/plant/channel.json", "");
    answer_header(&a, "ETag", etag, sizeof etag);
    answer_header(&a, "Last-Modified", date, sizeof date);
    answer_free(&a);
    ck_assert(etag[0] == '"');
    const struct {
        const char *name, *value;
        int status;
    } conditions[] = {
        {"If-None-Match", etag, 304},   {"If-None-Match", "*", 304}, {"If-None-Match", "\"other\"", 200},
        {"If-Modified-Since", date, 304}, {"If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT", 200},
    };
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        snprintf(headers, sizeof headers, "%s: %s\r\n", conditions[i].name, conditions[i].value);
        a = get("/plant/channel.json", headers);
        ck_assert_int_eq(a.status, conditions[i].status);
        check_header(&a, "ETag", etag);
        ck_assert_uint_eq(a.length, sizeof pointer - 1);
        answer_free(&a);
    }
    /* a tag that does not fit makes the date count for nothing */
    snprintf(headers, sizeof headers, "If-None-Match: \"x\"\r\nIf-Modified-Since: %s\r\n", date);
    a = get("/plant/channel.json", headers);
    ck_assert_int_eq(a.status, 200);
    answer_free(&a);
}
END_TEST

/* A publisher replaces the pointer by renaming: the next request sees it, with another tag. */
START_TEST(changes_are_seen)
{
    char before[100], after[100];
    struct answer a = get("/plant/channel.json", "");
    answer_header(&a, "ETag", before, sizeof before);
    answer_free(&a);
    for (int version = 2; version < 6; version++) {
        char text[64];
        int n = snprintf(text, sizeof text, "{\"id\": \"plant\", \"version\": %d}\n", version);
        put("channel.json", text, (size_t)n);
        a = get("/plant/channel.json", "");
        ck_assert_str_eq(buf_text(&a.body), text);
        ck_assert_str_ne(answer_header(&a, "ETag", after, sizeof after), before);
        memcpy(before, after, sizeof before);
        answer_free(&a);
    }
    char path[128];
    snprintf(path, sizeof path, "%s/out/channel.json", dir);
    ck_assert_int_eq(unlink(path), 0);
    a = get("/plant/channel.json", "");
    ck_assert_int_eq(a.status, 404);
    answer_free(&a);
}
END_TEST

START_TEST(parts)
{
    static const struct {
        const char *range;
        int status;
        const char *body, *content_range;
    } wanted[] = {
        {"bytes=2-4", 206, "234", "bytes 2-4/10"},  {"bytes=8-", 206, "89", "bytes 8-9/10"},
        {"bytes=-3", 206, "789", "bytes 7-9/10"},   {"bytes=10-", 416, NULL, "bytes */10"},
        {"bytes=0-1,3-4", 200, "0123456789", ""},   {"bytes=x", 200, "0123456789", ""},
    };
    char etag[100], headers[256];
    struct answer a = get("/plant/pack/all-00.tar.zst", "");
    answer_header(&a, "ETag", etag, sizeof etag);
    answer_free(&a);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        snprintf(headers, sizeof headers, "Range: %s\r\n", wanted[i].range);
        a = get("/plant/pack/all-00.tar.zst", headers);
        ck_assert_msg(a.status == wanted[i].status, "%s: %d", wanted[i].range, a.status);
        if (wanted[i].body != NULL)
            ck_assert_str_eq(buf_text(&a.body), wanted[i].body);
        check_header(&a, "Content-Range", wanted[i].content_range);
        answer_free(&a);
    }
    snprintf(headers, sizeof headers, "Range: bytes=2-4\r\nIf-Range: %s\r\n", etag);
    a = get("/plant/pack/all-00.tar.zst", headers);
    ck_assert_int_eq(a.status, 206);
    answer_free(&a);
    a = get("/plant/pack/all-00.tar.zst", "Range: bytes=2-4\r\nIf-Range: \"old\"\r\n");
    ck_assert_int_eq(a.status, 200); /* another file by now: the whole of it */
    answer_free(&a);
    a = get("/plant/pack/big.zst", "Range: bytes=1000000-\r\n");
    ck_assert_int_eq(a.status, 206);
    ck_assert_uint_eq(a.body.len, BIG - 1000000);
    ck_assert(memcmp(a.body.data, big + 1000000, BIG - 1000000) == 0);
    answer_free(&a);
}
END_TEST

START_TEST(one_connection)
{
    int fd = client_open(port);
    for (int i = 0; i < 50; i++) {
        const char request[] = "GET /plant/channel.json HTTP/1.1\r\nHost: x\r\n\r\n";
        ck_assert(client_send(fd, request, sizeof request - 1));
        struct answer a = client_answer(fd, false);
        ck_assert_int_eq(a.status, 200);
        answer_free(&a);
    }
    close(fd);
}
END_TEST

START_TEST(methods_and_bodies)
{
    static const struct {
        const char *method, *headers, *body;
        int status;
    } requests[] = {
        {"POST", "", "x", 413},  {"PUT", "", "x", 413},     {"POST", "", "", 405},  {"DELETE", "", NULL, 405},
        {"OPTIONS", "", NULL, 405}, {"GET", "", "x", 413},  {"BREW", "", NULL, 405},
        {"POST", "Transfer-Encoding: chunked\r\n", NULL, 413},
    };
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        const char *body = requests[i].body;
        struct answer a = client_request(port, requests[i].method, "/plant/channel.json", requests[i].headers, body,
                                         body != NULL ? strlen(body) : 0);
        ck_assert_msg(a.status == requests[i].status, "%s: %d", requests[i].method, a.status);
        answer_free(&a);
    }
}
END_TEST

/* A body that nobody reads is not the next request, nor is what comes where it can't be told where a body ends. */
static const struct {
    const char *headers;
    int status;
} smuggled[] = {
    {"Host: x\r\nContent-Length: 55\r\n", 413},
    {"Host: x\r\nContent-Length: 5\r\nContent-Length: 60\r\n", 400},
    {"Host: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n", 400},
    {"Host: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n", 400},
    {"Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", 400},
    {"Host: x\r\nTransfer-Encoding: xchunked\r\n", 400},
    {"Host: x\r\nTransfer-Encoding: gzip, chunked\r\n", 400},
    {"Host: x\r\nHost: y\r\n", 400},
};

START_TEST(smuggling)
{
    char request[400];
    int n = snprintf(request, sizeof request,
                     "GET /plant/channel.json HTTP/1.1\r\n%s\r\n0\r\n\r\nGET /plant/pack/all-00.tar.zst HTTP/1.1\r\nHost: x\r\n\r\n..", smuggled[_i].headers);
    int fd = client_open(port);
    ck_assert(client_send(fd, request, (size_t)n));
    struct answer a = client_answer(fd, false);
    ck_assert_int_eq(a.status, smuggled[_i].status);
    struct buf rest = {0};
    while (!a.more && client_receive(fd, &rest, CLIENT_PATIENCE_MS) > 0)
        ;
    ck_assert(!a.more && rest.len == 0);
    buf_free(&rest);
    answer_free(&a);
    close(fd);
}
END_TEST

START_TEST(odd_and_long_requests)
{
    struct buf path = {0};
    buf_adds(&path, "/plant/pack/");
    buf_addn(&path, 'a', 300);
    struct answer a = get(buf_text(&path), "");
    ck_assert_int_eq(a.status, 404);
    answer_free(&a);
    buf_addn(&path, 'a', 100000);
    a = get(buf_text(&path), "");
    ck_assert_msg(a.status == 414 || a.status == 431, "long URL: %d", a.status);
    answer_free(&a);
    struct buf headers = {0};
    for (int i = 0; i < 3000; i++)
        buf_addf(&headers, "X-Header-%d: value\r\n", i);
    a = get("/plant/channel.json", buf_text(&headers));
    ck_assert_int_eq(a.status, 431);
    answer_free(&a);
    buf_free(&headers);
    buf_free(&path);
    static const char *const odd[] = {
        "\r\n\r\n\r\n", "GET\r\n\r\n", "GET /plant/channel.json\r\n\r\n", "GET /plant/channel.json HTTP/9.9\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello, this is TLS\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1e9\r\n\r\n",
        "GET / HTTP/1.1\r\nHost x\r\n\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    };
    server_close(server, 0);
    files_close(files);
    start(0, 500);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        int fd = client_open(port);
        ck_assert(client_send(fd, odd[i], strlen(odd[i])));
        shutdown(fd, SHUT_WR);
        a = client_answer(fd, false);
        ck_assert_msg(a.status == 0 || (a.status >= 400 && a.status < 600), "%zu: %d", i, a.status);
        answer_free(&a);
        close(fd);
    }
    a = get("/plant/channel.json", ""); /* and it lives */
    ck_assert_int_eq(a.status, 200);
    answer_free(&a);
}
END_TEST

/* ---- slow, idle, many ---- */

static void nap(int ms)
{
    const struct timespec t = {ms / 1000, (ms % 1000) * 1000000L};
    nanosleep(&t, NULL);
}

static bool ended(int fd, int patience_ms)
{
    struct buf rest = {0};
    ssize_t n = client_receive(fd, &rest, patience_ms);
    bool end = n == 0 || (n < 0 && errno == ECONNRESET);
    buf_free(&rest);
    return end;
}

START_TEST(idle_clients_are_sent_away)
{
    make_channel();
    start(0, 500);
    int silent = client_open(port), trickling = client_open(port);
    int64_t before = clock_monotonic_ms();
    while (clock_monotonic_ms() - before < 5000 && client_send(trickling, "G", 1) && !ended(trickling, 50))
        ;
    ck_assert_msg(clock_monotonic_ms() - before < 4000, "a byte now and then keeps it");
    ck_assert(ended(silent, 4000));
    close(silent);
    close(trickling);
    /* after an answer, too */
    int fd = client_open(port);
    const char request[] = "GET /plant/channel.json HTTP/1.1\r\nHost: x\r\n\r\n";
    ck_assert(client_send(fd, request, sizeof request - 1));
    struct answer a = client_answer(fd, false);
    ck_assert_int_eq(a.status, 200);
    ck_assert(ended(fd, 4000));
    answer_free(&a);
    close(fd);
}
END_TEST

/* A reader that takes its time is served for as long as something moves. */
START_TEST(slow_readers_are_served)
{
    make_channel();
    start(0, 1000);
    int fd = client_open(port);
    const char request[] = "GET /plant/pack/big.zst HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    ck_assert(client_send(fd, request, sizeof request - 1));
    struct buf in = {0};
    for (ssize_t n = 1; n > 0;) {
        nap(in.len < BIG / 2 ? 40 : 0);
        n = client_receive(fd, &in, CLIENT_PATIENCE_MS);
    }
    ck_assert_uint_gt(in.len, BIG);
    ck_assert(memcmp(in.data + in.len - BIG, big, BIG) == 0);
    buf_free(&in);
    close(fd);
}
END_TEST

START_TEST(too_many_clients)
{
    make_channel();
    start(8, 60000);
    enum { MANY = 20 };
    int fds[MANY];
    for (int i = 0; i < MANY; i++)
        fds[i] = client_open(port);
    /* All places are taken by clients that say nothing: they go, and who asks is answered. */
    struct answer a = get("/plant/channel.json", "");
    ck_assert_int_eq(a.status, 200);
    answer_free(&a);
    for (int i = 0; i < MANY; i++)
        close(fds[i]);
}
END_TEST

/* ---- the end ---- */

struct reading {
    int fd;
    struct buf in;
};

static void *read_on(void *data)
{
    struct reading *r = data;
    while (client_receive(r->fd, &r->in, CLIENT_PATIENCE_MS) > 0)
        nap(1);
    return NULL;
}

START_TEST(graceful_end)
{
    struct reading r = {.fd = client_open(port)};
    const char request[] = "GET /plant/pack/big.zst HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    ck_assert(client_send(r.fd, request, sizeof request - 1));
    ck_assert_int_gt(client_receive(r.fd, &r.in, CLIENT_PATIENCE_MS), 0);
    /* It reads the rest while the server ends: a thread, as a process that is copied from one with threads has only a part
     * of what they held, and whoever counts its memory finds it lost. */
    pthread_t reader;
    ck_assert_int_eq(pthread_create(&reader, NULL, read_on, &r), 0);
    bool ended = server_close(server, 20000);
    server = NULL;
    ck_assert_int_eq(pthread_join(reader, NULL), 0);
    ck_assert(ended);
    ck_assert_uint_gt(r.in.len, BIG);
    ck_assert(memcmp(r.in.data + r.in.len - BIG, big, BIG) == 0);
    ck_assert_int_eq(client_open(port), -1);
    buf_free(&r.in);
    close(r.fd);
}
END_TEST

START_TEST(bounded_end)
{
    int fd = client_open(port);
    const char request[] = "GET /plant/pack/big.zst HTTP/1.1\r\nHost: x\r\n\r\n";
    int small = 4096;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    ck_assert(client_send(fd, request, sizeof request - 1));
    nap(100);
    int64_t before = clock_monotonic_ms();
    ck_assert(!server_close(server, 300)); /* nobody reads */
    server = NULL;
    ck_assert_int_lt(clock_monotonic_ms() - before, 5000);
    close(fd);
}
END_TEST

START_TEST(no_channel)
{
    static const struct {
        const char *text;
    } bad[] = {{"{}"}, {"{\"id\": 3}"}, {"{\"id\": \"../x\"}"}, {"{\"id\": \"xapi\"}"}, {"{\"id\": \"logs\"}"},
             {"{\"id\": \"room\"}"}, {"{\"id\": \"results\"}"}, {"{\"id\": \"learners\"}"}, {"{\"id\": \"\"}"}, {"[]"}, {"{"}};
    char out[96];
    snprintf(out, sizeof out, "%s/out", dir);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        put("channel.json", bad[i].text, strlen(bad[i].text));
        struct files *f = files_open();
        struct error err = {0};
        ck_assert_ptr_null(files_add(f, out, &err));
        ck_assert(err.todo[0] != '\0');
        files_close(f);
    }
    put("channel.json", pointer, sizeof pointer - 1);
    struct files *f = files_open();
    ck_assert_ptr_nonnull(files_add(f, out, NULL));
    ck_assert_ptr_null(files_add(f, out, NULL)); /* twice */
    ck_assert_ptr_null(files_add(f, "/nonexistent", NULL));
    files_close(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("server");
    TCase *c = tcase_create("files");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, whole_files);
    tcase_add_test(c, refused_paths);
    tcase_add_test(c, links_are_not_followed);
    tcase_add_test(c, unchanged);
    tcase_add_test(c, changes_are_seen);
    tcase_add_test(c, parts);
    tcase_add_test(c, one_connection);
    tcase_add_test(c, methods_and_bodies);
    tcase_add_loop_test(c, smuggling, 0, sizeof smuggled / sizeof *smuggled);
    tcase_add_test(c, odd_and_long_requests);
    tcase_add_test(c, graceful_end);
    tcase_add_test(c, bounded_end);
    tcase_add_test(c, no_channel);
    suite_add_tcase(s, c);
    TCase *limits = tcase_create("limits");
    tcase_set_timeout(limits, 60);
    tcase_add_checked_fixture(limits, NULL, tear_down);
    tcase_add_test(limits, idle_clients_are_sent_away);
    tcase_add_test(limits, slow_readers_are_served);
    tcase_add_test(limits, too_many_clients);
    suite_add_tcase(s, limits);
    return suite_run(s);
}
