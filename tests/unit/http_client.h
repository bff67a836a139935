/* http_client: the least that a test of a server needs of a client: bytes there, bytes back, and the answer's parts. */
#ifndef CRIB_TESTS_HTTP_CLIENT_H
#define CRIB_TESTS_HTTP_CLIENT_H

#include "core/base/buf.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENT_PATIENCE_MS = 20000 };

/* A connection to the loopback port; -1 when it is refused. */
static inline int client_open(unsigned port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_ge(fd, 0);
    if (connect(fd, (const struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

static inline bool client_send(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        bytes += sent;
        n -= (size_t)sent;
    }
    return true;
}

/* Waits for bytes and appends them; 0 at the end, -1 for an error or after patience_ms. */
static inline ssize_t client_receive(int fd, struct buf *in, int patience_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int ready;
    while ((ready = poll(&p, 1, patience_ms)) < 0 && errno == EINTR)
        ;
    if (ready <= 0)
        return -1;
    char bytes[65536];
    ssize_t n = recv(fd, bytes, sizeof bytes, 0);
    if (n > 0)
        buf_add(in, bytes, (size_t)n);
    return n;
}

struct answer {
    int status; /* 0: none came */
    struct buf head, body;
    size_t length; /* as Content-Length says */
    bool more;     /* bytes came behind the answer */
};

static inline void answer_free(struct answer *a)
{
    buf_free(&a->head);
    buf_free(&a->body);
    *a = (struct answer){0};
}

/* The value of a header of the answer in out, "" where it has none. */
static inline const char *answer_header(const struct answer *a, const char *name, char *out, size_t size)
{
    size_t n = strlen(name);
    out[0] = '\0';
    for (const char *line = strstr(buf_text(&a->head), "\r\n"); line != NULL; line = strstr(line + 2, "\r\n"))
        if (strncasecmp(line + 2, name, n) == 0 && line[2 + n] == ':') {
            const char *value = line + 3 + n + strspn(line + 3 + n, " ");
            snprintf(out, size, "%.*s", (int)strcspn(value, "\r\n"), value);
            break;
        }
    return out;
}

/* Reads one answer; without_body for the answer to a HEAD. */
static inline struct answer client_answer(int fd, bool without_body)
{
    struct answer a = {0};
    struct buf in = {0};
    const char *end = NULL;
    while (end == NULL && client_receive(fd, &in, CLIENT_PATIENCE_MS) > 0)
        end = strstr(buf_text(&in), "\r\n\r\n");
    if (end == NULL) {
        buf_free(&in);
        return a;
    }
    size_t head = (size_t)(end - buf_text(&in)) + 4;
    buf_add(&a.head, in.data, head);
    ck_assert_int_eq(sscanf(buf_text(&a.head), "HTTP/1.1 %d", &a.status), 1);
    char length[32];
    a.length = (size_t)strtoull(answer_header(&a, "Content-Length", length, sizeof length), NULL, 10);
    size_t wanted = without_body || a.status == 304 || a.status == 204 ? 0 : a.length;
    while (in.len - head < wanted && client_receive(fd, &in, CLIENT_PATIENCE_MS) > 0)
        ;
    size_t got = in.len - head < wanted ? in.len - head : wanted;
    a.more = in.len - head > got;
    buf_add(&a.body, in.data + head, got);
    buf_free(&in);
    return a;
}

/* One request on a connection of its own. headers: further lines, each with its CR LF. */
static inline struct answer client_request(unsigned port, const char *method, const char *path, const char *headers,
                                           const char *body, size_t n)
{
    struct buf out = {0};
    buf_addf(&out, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s", method, path, headers);
    if (body != NULL)
        buf_addf(&out, "Content-Length: %zu\r\n", n);
    buf_adds(&out, "\r\n");
    if (body != NULL)
        buf_add(&out, body, n);
    int fd = client_open(port);
    ck_assert_int_ge(fd, 0);
    (void)client_send(fd, buf_text(&out), out.len);
    struct answer a = client_answer(fd, strcmp(method, "HEAD") == 0);
    close(fd);
    buf_free(&out);
    return a;
}

#endif
