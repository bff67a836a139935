/* Fetching from servers that misbehave: what breaks goes on, what lies is refused, what is too much is not taken. */
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/file.h"
#include "sync/channel/fetch.h"
#include "sync/channel/url.h"
#include "tests/unit/suite.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum { SIZE = 5000 };

enum fault {
    WHOLE,
    CUT,           /* half of it, then the connection closes */
    RESET,         /* nothing at all */
    FIRST_CUT,     /* the first request CUT, ranges honoured afterwards */
    CUT_NO_RANGES, /* the first request CUT, the whole again afterwards */
    CUT_BAD_RANGE, /* the first request CUT, then a range that begins elsewhere, then the whole */
    CUT_416,       /* the first request CUT, then 416, then the whole */
    CUT_AT,        /* the first request ends after shared->at bytes, ranges honoured afterwards */
    CREEP,         /* each request brings 700 bytes more, then breaks */
    ENDLESS,       /* never ends */
    GARBAGE,       /* no HTTP */
    STATUS_404,
    STATUS_503,
    STATUS_401,
    REDIRECT_FILE, /* to file:///etc/passwd */
    REDIRECT_LOOP,
    ODD_LINE, /* a status line that libcurl takes and can't read the version from; the connection stays */
};

struct shared {
    enum fault fault;
    size_t at;
    int requests, ranges;
    char last[2000];
};

static struct shared *shared;
static pid_t server;
static int port;
static struct arena *a;
static struct error err;
static char dir[64], content[SIZE + 1];

static void send_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes += sent;
        n -= (size_t)sent;
    }
}

static void say(int fd, const char *text)
{
    send_all(fd, text, strlen(text));
}

/* An answer that promises all from `from` on and gives `give` bytes of it. */
static void answer(int fd, const char *status, size_t from, size_t give)
{
    char header[300];
    int n = snprintf(header, sizeof header, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nETag: \"x\"\r\n", status, (size_t)SIZE - from);
    send_all(fd, header, (size_t)n);
    if (strncmp(status, "206", 3) == 0) {
        n = snprintf(header, sizeof header, "Content-Range: bytes %zu-%d/%d\r\n", from, SIZE - 1, SIZE);
        send_all(fd, header, (size_t)n);
    }
    say(fd, "\r\n");
    send_all(fd, content + from, give);
}

static void serve_one(int fd, const char *request)
{
    size_t from = 0;
    const char *range = strstr(request, "Range: bytes=");
    if (range != NULL) {
        from = (size_t)strtoul(range + 13, NULL, 10);
        shared->ranges++;
    }
    bool first = shared->requests++ == 0;
    snprintf(shared->last, sizeof shared->last, "%s", request);
    const char *status = from > 0 ? "206 Partial Content" : "200 OK";
    switch (shared->fault) {
    case WHOLE:
        answer(fd, status, from, SIZE - from);
        break;
    case CUT:
        answer(fd, "200 OK", 0, first ? SIZE / 2 : 0);
        break;
    case RESET:
        break;
    case FIRST_CUT:
        answer(fd, status, from, first ? SIZE / 2 : SIZE - from);
        break;
    case CUT_NO_RANGES:
        answer(fd, "200 OK", 0, first ? SIZE / 2 : SIZE);
        break;
    case CUT_BAD_RANGE:
        answer(fd, shared->requests == 2 ? "206 Partial Content" : "200 OK", shared->requests == 2 ? from - 1 : 0,
               first ? SIZE / 2 : shared->requests == 2 ? SIZE - from + 1 : SIZE);
        break;
    case CUT_416:
        if (shared->requests == 2)
            say(fd, "HTTP/1.1 416 No\r\nContent-Range: bytes */5\r\nContent-Length: 0\r\n\r\n");
        else
            answer(fd, "200 OK", 0, first ? SIZE / 2 : SIZE);
        break;
    case CUT_AT:
        answer(fd, status, from, first ? shared->at : SIZE - from);
        break;
    case CREEP:
        answer(fd, status, from, SIZE - from < 700 ? SIZE - from : 700);
        break;
    case ENDLESS:
        say(fd, "HTTP/1.1 200 OK\r\n\r\n");
        for (int i = 0; i < 1000; i++)
            send_all(fd, content, SIZE);
        break;
    case GARBAGE:
        say(fd, "\x16\x03\x01 what?\r\n\r\n");
        break;
    case STATUS_404:
        say(fd, "HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\nnone");
        break;
    case STATUS_503:
        say(fd, "HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\nwait");
        break;
    case STATUS_401:
        say(fd, "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
        break;
    case REDIRECT_FILE:
        say(fd, "HTTP/1.1 302 There\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");
        break;
    case REDIRECT_LOOP:
        say(fd, "HTTP/1.1 302 There\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n");
        break;
    case ODD_LINE:
        say(fd, "HTtP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5000\r\n\r\n");
        send_all(fd, content, SIZE);
        break;
    }
}

static void serve(int listener)
{
    for (;;) {
        char request[2000];
        int fd = accept(listener, NULL, NULL);
        ssize_t n;
        do {
            n = fd < 0 ? -1 : recv(fd, request, sizeof request - 1, 0);
            if (n > 0) {
                request[n] = '\0';
                serve_one(fd, request);
            }
        } while (n > 0 && shared->fault == ODD_LINE);
        if (fd >= 0)
            close(fd);
    }
}

static void set_up(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert(listener >= 0 && bind(listener, (struct sockaddr *)&at, size) == 0 && listen(listener, 16) == 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&at, &size), 0);
    port = ntohs(at.sin_port);
    FILE *memory = tmpfile();
    ck_assert(memory != NULL && ftruncate(fileno(memory), sizeof *shared) == 0);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(memory), 0);
    ck_assert(shared != MAP_FAILED);
    fclose(memory);
    for (int i = 0; i < SIZE; i++)
        content[i] = (char)('a' + i % 23 + i / 1000);
    server = fork();
    if (server == 0)
        serve(listener);
    close(listener);
    suite_dir(dir, sizeof dir, "fetch");
    setenv("HOME", dir, 1);
    a = arena_open();
    err = (struct error){0};
}

static void tear_down(void)
{
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    munmap(shared, sizeof *shared);
    arena_close(a);
    suite_remove(dir);
}

struct got {
    enum fetch_outcome outcome;
    bool same; /* the bytes are the content */
    size_t n;
    int code;
    int calls;
};

static void done(void *context, const struct fetch_result *result)
{
    struct got *got = context;
    got->calls++;
    got->outcome = result->outcome;
    got->n = result->bytes.n;
    got->same = result->bytes.n == SIZE && memcmp(result->bytes.p, content, SIZE) == 0;
    got->code = result->error->code;
}

static struct got fetch_from(const char *url, const char *authorization, const char *etag, const char *part)
{
    struct got got = {0};
    const struct fetch_source source = {url, authorization, ""};
    struct fetch *f = fetch_open(0, &err);
    ck_assert_ptr_nonnull(f);
    const struct fetch_file file = {&source, "pack/a b.zst", etag, 20000, part, done, &got};
    ck_assert(fetch_add(f, &file, &err) && fetch_run(f, &err));
    fetch_close(f);
    ck_assert_int_eq(got.calls, 1);
    return got;
}

static struct got fetch_it(enum fault fault, const char *part)
{
    *shared = (struct shared){.fault = fault};
    return fetch_from(arena_printf(a, "http://127.0.0.1:%d/", port), NULL, NULL, part);
}

static const struct {
    enum fault fault;
    enum fetch_outcome outcome;
    int code;     /* of a failure */
    int requests; /* 0: any number */
    int ranges;
} faults[] = {
    {WHOLE, FETCH_WHOLE, 0, 1, 0},
    {FIRST_CUT, FETCH_WHOLE, 0, 2, 1},
    {CUT_NO_RANGES, FETCH_WHOLE, 0, 2, 1},
    {CUT_BAD_RANGE, FETCH_WHOLE, 0, 3, 1},
    {CUT_416, FETCH_WHOLE, 0, 3, 1},
    {CREEP, FETCH_WHOLE, 0, 8, 7},
    {CUT, FETCH_FAILED, EX_TEMPFAIL, 0, -1},
    {RESET, FETCH_FAILED, EX_TEMPFAIL, 0, 0},
    {ENDLESS, FETCH_FAILED, EX_DATAERR, 1, 0},
    {GARBAGE, FETCH_FAILED, EX_UNAVAILABLE, 1, 0},
    {STATUS_404, FETCH_MISSING, EX_NOINPUT, 1, 0},
    {STATUS_503, FETCH_FAILED, EX_TEMPFAIL, 1, 0},
    {STATUS_401, FETCH_FAILED, EX_NOPERM, 1, 0},
    {REDIRECT_FILE, FETCH_FAILED, EX_UNAVAILABLE, 1, 0},
    {REDIRECT_LOOP, FETCH_FAILED, EX_UNAVAILABLE, 6, 0},
};

START_TEST(servers_that_misbehave)
{
    const char *part = arena_printf(a, "%s/part", dir);
    struct got got = fetch_it(faults[_i].fault, part);
    ck_assert_int_eq(got.outcome, faults[_i].outcome);
    ck_assert_int_eq(got.code, faults[_i].code);
    if (got.outcome == FETCH_WHOLE) {
        ck_assert(got.same);
        ck_assert_int_ne(access(part, F_OK), 0);
    }
    if (faults[_i].requests != 0)
        ck_assert_int_eq(shared->requests, faults[_i].requests);
    if (faults[_i].ranges >= 0)
        ck_assert_int_eq(shared->ranges, faults[_i].ranges);
}
END_TEST

START_TEST(cut_anywhere)
{
    const char *part = arena_printf(a, "%s/part", dir);
    for (size_t at = 0; at < SIZE; at += at < 20 || at > SIZE - 20 ? 1 : 97) {
        *shared = (struct shared){.fault = CUT_AT, .at = at};
        struct got got = fetch_from(arena_printf(a, "http://127.0.0.1:%d/", port), NULL, NULL, part);
        ck_assert_msg(got.same, "cut after %zu bytes", at);
        ck_assert_int_eq(shared->requests, 2);
    }
}
END_TEST

static struct fetch *running;
static const struct fetch_source *from;

static void then_one_more(void *context, const struct fetch_result *result)
{
    const struct fetch_file file = {from, "more", NULL, 20000, NULL, done, context};
    done(context, result);
    ck_assert(fetch_add(running, &file, &err));
}

/* Nobody waits until it is known whether the connection can be shared: that may never be. */
START_TEST(an_odd_server_holds_nobody_up)
{
    struct got got = {0};
    const struct fetch_source source = {arena_printf(a, "http://127.0.0.1:%d/", port), NULL, ""};
    const struct fetch_file file = {&source, "first", NULL, 20000, NULL, then_one_more, &got};
    *shared = (struct shared){.fault = ODD_LINE};
    from = &source;
    running = fetch_open(0, &err);
    ck_assert(running != NULL && fetch_add(running, &file, &err) && fetch_run(running, &err));
    fetch_close(running);
    ck_assert_int_eq(got.calls, 2);
    ck_assert(got.same);
}
END_TEST

START_TEST(without_a_part_it_goes_on_too)
{
    ck_assert(fetch_it(FIRST_CUT, NULL).same);
    ck_assert_int_eq(shared->ranges, 1);
}
END_TEST

START_TEST(a_part_outlives_the_process)
{
    const char *part = arena_printf(a, "%s/part", dir);
    ck_assert(file_write(part, content, 1234, 0600, &err));
    ck_assert(fetch_it(WHOLE, part).same);
    ck_assert_int_eq(shared->ranges, 1);
    ck_assert_ptr_nonnull(strstr(shared->last, "Range: bytes=1234-"));
}
END_TEST

START_TEST(a_part_that_is_too_large_is_dropped)
{
    const char *part = arena_printf(a, "%s/part", dir);
    char *large = arena_alloc(a, 30000);
    ck_assert(file_write(part, large, 30000, 0600, &err));
    ck_assert(fetch_it(WHOLE, part).same);
    ck_assert_int_eq(shared->ranges, 0);
}
END_TEST

START_TEST(what_is_asked)
{
    *shared = (struct shared){.fault = WHOLE};
    fetch_from(arena_printf(a, "http://127.0.0.1:%d/x/", port), "Bearer abc", "\"tag\"", NULL);
    ck_assert_ptr_nonnull(strstr(shared->last, "GET /x/pack/a%20b.zst HTTP/1.1\r\n"));
    ck_assert_ptr_nonnull(strstr(shared->last, "Authorization: Bearer abc\r\n"));
    ck_assert_ptr_nonnull(strstr(shared->last, "If-None-Match: \"tag\"\r\n"));
    ck_assert_ptr_null(strstr(shared->last, "Accept:"));
}
END_TEST

START_TEST(nobody_there)
{
    struct got got = fetch_from("http://127.0.0.1:1/", NULL, NULL, NULL);
    ck_assert_int_eq(got.outcome, FETCH_FAILED);
    ck_assert_int_eq(got.code, EX_TEMPFAIL);
}
END_TEST

START_TEST(directories)
{
    char *pack = arena_printf(a, "%s/\xC3\xA4 #1/pack", dir);
    ck_assert(file_make_dirs(pack, &err));
    ck_assert(file_write(arena_printf(a, "%s/a b.zst", pack), content, SIZE, 0600, &err));
    const char *url = url_of_dir(a, arena_printf(a, "%s/\xC3\xA4 #1", dir));
    ck_assert(fetch_from(url, NULL, NULL, NULL).same);
    ck_assert_int_eq(fetch_from(url_of_dir(a, dir), NULL, NULL, NULL).outcome, FETCH_MISSING);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fetch");
    TCase *tc = tcase_create("fetch");
    tcase_set_timeout(tc, 20);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, servers_that_misbehave, 0, sizeof faults / sizeof *faults);
    tcase_add_test(tc, cut_anywhere);
    tcase_add_test(tc, an_odd_server_holds_nobody_up);
    tcase_add_test(tc, without_a_part_it_goes_on_too);
    tcase_add_test(tc, a_part_outlives_the_process);
    tcase_add_test(tc, a_part_that_is_too_large_is_dropped);
    tcase_add_test(tc, what_is_asked);
    tcase_add_test(tc, nobody_there);
    tcase_add_test(tc, directories);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
