#include "sync/serve/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

/* SEND_BYTES wait in the kernel for a slow reader at most: thousands of them must not fill the memory, and what waits
 * there looks like a standstill from here. Twice that (the kernel doubles it) a round trip is fast enough for a site. */
enum { BACKLOG = 1024, SEND_BYTES = 128 * 1024 };

struct address {
    char host[64], port[8];
};

static bool usage(const char *text, struct error *err)
{
    return error_set(err, EX_USAGE, "cannot listen", text, "it is no address",
                     "write ADDR:PORT, [IPV6]:PORT, *:PORT or PORT");
}

static bool split(const char *text, struct address *a, struct error *err)
{
    const char *colon = strrchr(text, ':');
    const char *port = colon != NULL ? colon + 1 : text, *host = colon != NULL ? text : "127.0.0.1";
    size_t n = colon != NULL ? (size_t)(colon - text) : strlen(host);
    if (n >= 2 && host[0] == '[' && host[n - 1] == ']') {
        host++;
        n -= 2;
    } else if (memchr(host, ':', n) != NULL) {
        return usage(text, err);
    }
    size_t digits = strspn(port, "0123456789");
    if (n == 0 || n >= sizeof a->host || digits == 0 || digits > 5 || port[digits] != '\0')
        return usage(text, err);
    memcpy(a->host, host, n);
    a->host[n] = '\0';
    memcpy(a->port, port, digits + 1);
    return true;
}

/* What was bound, as a URL names it. All addresses are reached by the loopback one from here. */
static bool name(struct listening *out)
{
    struct sockaddr_storage bound;
    socklen_t n = sizeof bound;
    char text[INET6_ADDRSTRLEN] = "";
    if (getsockname(out->fd, (struct sockaddr *)&bound, &n) != 0)
        return false;
    if (bound.ss_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&bound;
        out->port = ntohs(six->sin6_port);
        inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof text);
        if (strcmp(text, "::") == 0)
            snprintf(out->authority, sizeof out->authority, "localhost:%u", out->port);
        else
            snprintf(out->authority, sizeof out->authority, "[%s]:%u", text, out->port);
    } else {
        const struct sockaddr_in *four = (const struct sockaddr_in *)&bound;
        out->port = ntohs(four->sin_port);
        inet_ntop(AF_INET, &four->sin_addr, text, sizeof text);
        snprintf(out->authority, sizeof out->authority, "%s:%u", strcmp(text, "0.0.0.0") == 0 ? "localhost" : text,
                 out->port);
    }
    return true;
}

static bool bind_one(const struct addrinfo *a, struct listening *out)
{
    out->fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    if (out->fd < 0)
        return false;
    const int on = 1, off = 0, most = SEND_BYTES;
    (void)setsockopt(out->fd, SOL_SOCKET, SO_SNDBUF, &most, sizeof most); /* connections inherit it */
    (void)setsockopt(out->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (a->ai_family == AF_INET6) /* `*` means both families */
        (void)setsockopt(out->fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (fcntl(out->fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(out->fd, F_SETFL, O_NONBLOCK) == 0 &&
        bind(out->fd, a->ai_addr, a->ai_addrlen) == 0 && listen(out->fd, BACKLOG) == 0 && name(out))
        return true;
    int cause = errno;
    close(out->fd);
    errno = cause;
    return false;
}

/* false where the host is no address; else *ok says whether it could be bound, *cause why not. */
static bool bind_host(const char *host, const char *port, struct listening *out, bool *ok, int *cause)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *list;
    *cause = EADDRNOTAVAIL;
    if (getaddrinfo(host, port, &hints, &list) != 0)
        return false;
    for (const struct addrinfo *one = list; one != NULL && !*ok; one = one->ai_next) {
        *ok = bind_one(one, out);
        if (!*ok)
            *cause = errno;
    }
    freeaddrinfo(list);
    return true;
}

/* What lies there is of an earlier run: the caller sees to it that no other one has it. */
static bool bind_local(const char *path, struct listening *out, struct error *err)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof at.sun_path)
        return error_set(err, EX_CANTCREAT, "cannot listen", path, "the path is too long", "name a shorter one");
    memcpy(at.sun_path, path, strlen(path) + 1);
    *out = (struct listening){.fd = socket(AF_UNIX, SOCK_STREAM, 0), .authority = "localhost"};
    (void)unlink(path);
    if (out->fd >= 0 && fcntl(out->fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(out->fd, F_SETFL, O_NONBLOCK) == 0 &&
        bind(out->fd, (struct sockaddr *)&at, sizeof at) == 0 && chmod(path, 0666) == 0 && listen(out->fd, BACKLOG) == 0)
        return true;
    int cause = errno;
    if (out->fd >= 0)
        close(out->fd);
    return error_errno(err, cause, "cannot listen", path, NULL);
}

bool listen_open(const char *text, struct listening *out, struct error *err)
{
    if (text == NULL)
        text = "127.0.0.1:8080";
    if (text[0] == '/')
        return bind_local(text, out, err);
    struct address a;
    if (!split(text, &a, err))
        return false;
    /* A machine without IPv6 has no `::`. */
    static const char *const everywhere[] = {"::", "0.0.0.0"};
    bool all = strcmp(a.host, "*") == 0, ok = false;
    int cause = 0;
    for (size_t i = 0; i < (all ? 2 : 1) && !ok; i++)
        if (!bind_host(all ? everywhere[i] : a.host, a.port, out, &ok, &cause) && !all)
            return usage(text, err);
    if (ok)
        return true;
    error_errno(err, cause, "cannot listen", text,
                cause == EADDRINUSE ? "another program has the port: choose one by --listen" : NULL);
    if (err != NULL)
        err->code = EX_UNAVAILABLE;
    return false;
}
