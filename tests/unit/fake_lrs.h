/* A small LRS that misbehaves on demand, for the uploader's tests: a process of its own on a loopback port, one
 * connection after the other; what it was told to do and what it holds lie in memory that both processes see. */
#ifndef CRIB_TESTS_FAKE_LRS_H
#define CRIB_TESTS_FAKE_LRS_H

#include "tests/unit/xapi_rules.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum fault {
    FAULT_NONE,
    FAULT_RESET,       /* the connection closes before anything is stored */
    FAULT_RESET_AFTER, /* stored, and the connection closes without an answer */
    FAULT_CUT,         /* stored, and half of the answer comes */
    FAULT_HANG,        /* nothing comes, for three seconds */
    FAULT_GARBAGE,     /* what comes is no HTTP */
    FAULT_PORTAL,      /* 200 with HTML */
    FAULT_PORTAL_302,  /* a redirect to somewhere else */
    FAULT_WRONG_IDS,   /* stored, 200 with other ids */
    FAULT_FEWER_IDS,   /* stored, 200 with one id less */
    FAULT_204,         /* stored, 204 */
    FAULT_401,
    FAULT_403,
    FAULT_404,
    FAULT_413,
    FAULT_429,
    FAULT_503,
    FAULT_503_LATER, /* Retry-After: 3600 */
    FAULT_429_SOON,  /* Retry-After: 1 */
    FAULT_500,
    FAULTS
};

enum { FAKE_HELD = 600, FAKE_TEXT = 6000, FAKE_SCRIPT = 400, FAKE_REQUEST = 4 << 20 };

struct fake_statement {
    char id[37];
    char text[FAKE_TEXT]; /* sorted members, so that equal ones are equal texts */
};

struct fake {
    int port;
    const char *version;            /* what about says: a literal, the same in both processes */
    enum fault script[FAKE_SCRIPT]; /* one for each request to come, about included */
    size_t script_len, script_at;
    enum fault always;     /* for each POST, once the script is over */
    size_t most;           /* statements a request; 0: any number */
    char bad[4][37];       /* ids that are refused with 400 */
    char wanted_auth[120]; /* "" for any */
    size_t posts, requests, unruly;
    char last_version[20], last_auth[120];
    char broken[100]; /* the first rule of xAPI that a statement did not keep */
    size_t count;
    struct fake_statement held[FAKE_HELD];
};

static struct fake *fake;
static pid_t fake_pid;

/* ---- the server's side ---- */

static inline void fake_send(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes += sent;
        n -= (size_t)sent;
    }
}

static inline void fake_answer(int fd, const char *status, const char *headers, const char *body, bool half)
{
    static char text[FAKE_TEXT * 4];
    char date[60];
    time_t now = time(NULL);
    struct tm tm;
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &tm));
    bool empty = strncmp(status, "204", 3) == 0;
    int n = snprintf(text, sizeof text, "HTTP/1.1 %s\r\nDate: %s\r\nX-Experience-API-Version: 1.0.3\r\n%s", status, date, headers);
    if (!empty)
        n += snprintf(text + n, sizeof text - (size_t)n, "Content-Length: %zu\r\n", strlen(body));
    n += snprintf(text + n, sizeof text - (size_t)n, "\r\n%s", empty ? "" : body);
    fake_send(fd, text, half ? (size_t)n - strlen(body) / 2 - 1 : (size_t)n);
}

static inline struct fake_statement *fake_find(const char *id)
{
    for (size_t i = 0; i < fake->count; i++)
        if (strcasecmp(fake->held[i].id, id) == 0)
            return &fake->held[i];
    return NULL;
}

static inline bool fake_is_bad(const char *id)
{
    for (size_t i = 0; i < 4; i++)
        if (strcasecmp(fake->bad[i], id) == 0)
            return true;
    return false;
}

/* All or nothing. Returns the status line; ids takes the array to answer. */
static inline const char *fake_store(json_t *batch, json_t *ids)
{
    size_t i;
    json_t *s;
    if (!json_is_array(batch))
        return "400 Bad Request";
    if (fake->most > 0 && json_array_size(batch) > fake->most)
        return "413 Payload Too Large";
    for (int storing = 0; storing < 2; storing++)
        json_array_foreach(batch, i, s)
        {
            const char *id = json_string_value(json_object_get(s, "id"));
            const char *broken = rules_broken(s);
            if (broken != NULL && fake->broken[0] == '\0')
                snprintf(fake->broken, sizeof fake->broken, "%s", broken);
            if (id == NULL || fake_is_bad(id) || fake->count == FAKE_HELD)
                return "400 Bad Request";
            char *text = json_dumps(s, JSON_SORT_KEYS | JSON_COMPACT);
            const struct fake_statement *held = fake_find(id);
            bool differs = held != NULL && strcmp(held->text, text) != 0;
            if (storing && held == NULL) {
                struct fake_statement *new = &fake->held[fake->count++];
                snprintf(new->id, sizeof new->id, "%s", id);
                snprintf(new->text, sizeof new->text, "%s", text);
            }
            free(text);
            if (differs)
                return "409 Conflict";
            if (storing)
                json_array_append_new(ids, json_string(id));
        }
    return "200 OK";
}

static inline bool fake_post(int fd, const char *body, size_t n, enum fault fault)
{
    json_t *batch = json_loadb(body, n, JSON_REJECT_DUPLICATES, NULL), *ids = json_array();
    const char *status = fault == FAULT_413 ? "413 Payload Too Large" : fake_store(batch, ids);
    fake->posts++;
    if (strcmp(status, "200 OK") != 0) {
        fake_answer(fd, status, "", "{\"error\":\"no \\u001b[31mgood\"}", false);
    } else if (fault != FAULT_RESET_AFTER) {
        if (fault == FAULT_FEWER_IDS)
            json_array_remove(ids, 0);
        if (fault == FAULT_WRONG_IDS)
            json_array_set_new(ids, 0, json_string("00000000-0000-4000-8000-000000000000"));
        char *text = json_dumps(ids, JSON_COMPACT);
        fake_answer(fd, fault == FAULT_204 ? "204 No Content" : "200 OK", "Content-Type: application/json\r\n", text,
                    fault == FAULT_CUT);
        free(text);
    }
    json_decref(ids);
    json_decref(batch);
    return fault != FAULT_RESET_AFTER && fault != FAULT_CUT;
}

/* Faults that need no look at the request. false where there is none. */
static inline bool fake_plain_fault(int fd, enum fault fault, bool *keep)
{
    static const struct {
        enum fault fault;
        const char *status, *headers, *body;
    } plain[] = {
        {FAULT_PORTAL, "200 OK", "Content-Type: text/html\r\n", "<html><h1>Welcome to the hotel</h1></html>"},
        {FAULT_PORTAL_302, "302 Found", "Location: http://127.0.0.1:1/\r\n", ""},
        {FAULT_401, "401 Unauthorized", "WWW-Authenticate: Basic\r\n", "who?"},
        {FAULT_403, "403 Forbidden", "", "no"},
        {FAULT_404, "404 Not Found", "", "no"},
        {FAULT_429, "429 Too Many Requests", "", "slowly"},
        {FAULT_503, "503 Service Unavailable", "", "later"},
        {FAULT_503_LATER, "503 Service Unavailable", "Retry-After: 3600\r\n", "later"},
        {FAULT_429_SOON, "429 Too Many Requests", "Retry-After: 1\r\n", "soon"},
        {FAULT_500, "500 Internal Server Error", "", "oops"},
    };
    *keep = true;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (plain[i].fault == fault) {
            fake_answer(fd, plain[i].status, plain[i].headers, plain[i].body, false);
            return true;
        }
    *keep = false;
    if (fault == FAULT_HANG)
        sleep(3);
    if (fault == FAULT_GARBAGE)
        fake_send(fd, "\x16\x03\x01 SSH-2.0\r\n\r\n", 15);
    return fault == FAULT_RESET || fault == FAULT_HANG || fault == FAULT_GARBAGE;
}

static inline void fake_get(int fd, const char *path)
{
    char body[200];
    if (strcmp(path, "/x/about") == 0) {
        snprintf(body, sizeof body, "{\"version\":[\"1.0.0\",\"%s\"],\"extensions\":{}}", fake->version);
        fake_answer(fd, "200 OK", "Content-Type: application/json\r\n", body, false);
        return;
    }
    const char *id = strstr(path, "/x/statements?statementId=");
    const struct fake_statement *held = id != NULL ? fake_find(id + strlen("/x/statements?statementId=")) : NULL;
    fake_answer(fd, held != NULL ? "200 OK" : "404 Not Found", "", held != NULL ? held->text : "", false);
}

static inline const char *fake_header(const char *head, const char *name, char *out, size_t size)
{
    const char *at = head;
    out[0] = '\0';
    while ((at = strstr(at, "\r\n")) != NULL && at[2] != '\r') {
        at += 2;
        if (strncasecmp(at, name, strlen(name)) == 0)
            snprintf(out, size, "%.*s", (int)strcspn(at + strlen(name), "\r"), at + strlen(name));
    }
    return out;
}

/* One request; false when the connection is to be closed. */
static inline bool fake_serve_one(int fd, char *request)
{
    size_t n = 0, wanted = 0, head = 0;
    char method[8], path[200], value[120];
    while (head == 0 || n < wanted) {
        ssize_t got = recv(fd, request + n, FAKE_REQUEST - n - 1, 0);
        if (got <= 0)
            return false;
        n += (size_t)got;
        request[n] = '\0';
        const char *end = head == 0 ? strstr(request, "\r\n\r\n") : NULL;
        if (end != NULL) {
            head = (size_t)(end - request) + 4;
            wanted = head + (size_t)strtoul(fake_header(request, "Content-Length:", value, sizeof value), NULL, 10);
        }
    }
    fake->requests++;
    fake_header(request, "X-Experience-API-Version: ", fake->last_version, sizeof fake->last_version);
    fake_header(request, "Authorization: ", fake->last_auth, sizeof fake->last_auth);
    if (sscanf(request, "%7s %199s", method, path) != 2)
        return false;
    bool posts = strcmp(method, "POST") == 0 && strcmp(path, "/x/statements") == 0, keep;
    enum fault fault = fake->script_at < fake->script_len ? fake->script[fake->script_at++]
                       : posts                            ? fake->always
                                                          : FAULT_NONE;
    if (fake->wanted_auth[0] != '\0' && strcmp(fake->wanted_auth, fake->last_auth) != 0)
        fault = FAULT_401;
    if (fake_plain_fault(fd, fault, &keep))
        return keep;
    if (posts)
        return fake_post(fd, request + head, n - head, fault);
    if (strcmp(method, "GET") != 0)
        fake->unruly++;
    fake_get(fd, path);
    return fault != FAULT_CUT && fault != FAULT_RESET_AFTER;
}

static inline void fake_run(int listening)
{
    char *request = malloc(FAKE_REQUEST);
    for (;;) {
        int fd = accept(listening, NULL, NULL);
        while (fd >= 0 && request != NULL && fake_serve_one(fd, request))
            continue;
        close(fd);
    }
}

/* ---- the test's side ---- */

static inline void fake_start(const char *version)
{
    char path[] = "/tmp/crib-fake-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    unlink(path);
    ck_assert_int_eq(ftruncate(fd, sizeof *fake), 0);
    fake = mmap(NULL, sizeof *fake, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ck_assert(fake != MAP_FAILED);
    close(fd);
    fake->version = version;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at;
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_ge(listening, 0);
    ck_assert_int_eq(bind(listening, (struct sockaddr *)&at, sizeof at), 0);
    ck_assert_int_eq(listen(listening, 8), 0);
    ck_assert_int_eq(getsockname(listening, (struct sockaddr *)&at, &size), 0);
    fake->port = ntohs(at.sin_port);
    fake_pid = fork();
    ck_assert_int_ge(fake_pid, 0);
    if (fake_pid == 0) {
        alarm(300); /* whatever becomes of the test */
        fake_run(listening);
    }
    close(listening);
}

static inline void fake_stop(void)
{
    kill(fake_pid, SIGKILL);
    waitpid(fake_pid, NULL, 0);
    munmap(fake, sizeof *fake);
}

#endif
