#include "sync/serve/server.h"

#include "core/base/clock.h"
#include "sync/serve/connections.h"
#include "sync/serve/http.h"
#include "sync/serve/listen.h"
#include "sync/serve/reply.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

/* A request's headers fit into HEADER_BYTES, or it is refused (431, 414). */
enum { CONNECTIONS = 4096, SPARE_FILES = 320, IDLE_MS = 30000, HEADER_BYTES = 16 * 1024, MOST_THREADS = 4 };

/* How much longer than a silent asker a reader may stand still: the kernel takes many bytes at once off our hands, so
 * that on a slow line nothing seems to move for long. */
enum { SLOWER = 4 };

/* Of a server that ends, what comes of a body is waited for so long: half of one holds no end. */
enum { LAST_BODY_MS = 2000 };

/* GnuTLS's words for it: TLS 1.2 and 1.3, whatever the system still allows (RFC 8996). */
static const char tls_priorities[] = "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1";

struct server {
    struct MHD_Daemon *daemon;
    struct connections *connections;
    struct files *files;
    struct lrs *lrs;
    struct web *web;
    struct door *door;
    bool tls;
    unsigned port;
    char url[128];
};

/* ---- routes ---- */

static bool has_body(struct MHD_Connection *c)
{
    const char *length = MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return (length != NULL && strcmp(length, "0") != 0) ||
           MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL;
}

struct framing {
    int lengths, encodings, hosts;
    bool chunked;
};

static enum MHD_Result count_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct framing *f = cls;
    (void)kind;
    f->lengths += strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0;
    f->hosts += strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0;
    if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
        f->encodings++;
        f->chunked = value != NULL && strcasecmp(value, "chunked") == 0;
    }
    return MHD_YES;
}

/* Where its body ends, a proxy in front of us could see elsewhere (RFC 9112, 6.3; RFC 9110, 7.2): then what follows could be taken for
 * somebody else's request. */
static bool is_ambiguous(struct MHD_Connection *c)
{
    struct framing f = {0};
    MHD_get_connection_values(c, MHD_HEADER_KIND, count_header, &f);
    return f.lengths + f.encodings > 1 || f.hosts > 1 || (f.encodings > 0 && !f.chunked);
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *c, const char *url, const char *method, const char *version,
                              const char *upload, size_t *upload_size, void **state)
{
    struct server *s = cls;
    (void)version;
    if (*state == NULL && is_ambiguous(c)) {
        connections_begin(c, 0);
        *state = s;
        return reply_with(c, MHD_HTTP_BAD_REQUEST, "it can't be told where this ends, or for which host it is\n", MHD_HTTP_HEADER_CONNECTION,
                          "close");
    }
    if (s->door != NULL && *state != s && door_is(url))
        return door_handle(s->door, c, url, method, upload, upload_size, (struct request **)state);
    if (s->lrs != NULL && *state != s && lrs_is(url))
        return lrs_handle(s->lrs, c, url, method, upload, upload_size, (struct request **)state);
    if (s->web != NULL && *state != s && web_is(url))
        return web_handle(s->web, c, url, method, upload, upload_size, s->tls, (struct request **)state);
    if (*state == NULL) { /* the headers are here */
        connections_begin(c, 0);
        *state = s;
        /* What is answered before a body came ends the connection: nothing of it can be taken for the next request. */
        return has_body(c) ? reply(c, MHD_HTTP_CONTENT_TOO_LARGE, "no content is taken here\n") : MHD_YES;
    }
    bool head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
    if (!head && strcmp(method, MHD_HTTP_METHOD_GET) != 0)
        return reply_with(c, MHD_HTTP_METHOD_NOT_ALLOWED, "this is for GET and HEAD\n", MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    return s->files != NULL ? files_answer(s->files, c, url, head) : reply(c, MHD_HTTP_NOT_FOUND, "there is no such resource\n");
}

static void completed(void *cls, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode code)
{
    (void)code;
    if (*state != cls && *state != NULL)
        ((struct request *)*state)->forget(*state);
    *state = NULL;
    connections_done(c);
}

static size_t unescape(void *cls, struct MHD_Connection *c, char *text)
{
    (void)cls;
    (void)c;
    return http_unescape(text);
}

/* ---- start ---- */

/* Every connection is a descriptor, and files, databases and logs need some too. */
static size_t connections_most(size_t wanted)
{
    struct rlimit limit;
    size_t most = wanted > 0 ? wanted : CONNECTIONS;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return most;
    if (limit.rlim_cur < most + SPARE_FILES && limit.rlim_cur < limit.rlim_max) {
        rlim_t before = limit.rlim_cur;
        limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || limit.rlim_max > most + SPARE_FILES ? most + SPARE_FILES
                                                                                                : limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
            limit.rlim_cur = before;
    }
    if (limit.rlim_cur < most + SPARE_FILES)
        most = limit.rlim_cur > 2 * SPARE_FILES ? limit.rlim_cur - SPARE_FILES : limit.rlim_cur / 2;
    return most > 0 ? most : 1;
}

static unsigned threads(size_t connections)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned most = n < 1 ? 1 : n > MOST_THREADS ? MOST_THREADS : (unsigned)n;
    return most <= connections ? most : 1;
}

static bool start(struct server *s, const struct server_options *o, int fd, struct error *err)
{
    size_t most = connections_most(o->connections);
    int64_t idle = o->idle_ms > 0 ? o->idle_ms : IDLE_MS;
    s->connections = connections_open(most, idle);
    if (s->connections == NULL)
        return error_memory(err);
    const struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(size_t)o->key},
                                         {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(size_t)o->cert},
                                         {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(size_t)tls_priorities},
                                         {MHD_OPTION_END, 0, NULL}};
    const struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | (o->cert != NULL ? MHD_USE_TLS : 0U);
    s->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, handle, s, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE, threads(most),
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)most, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)((idle + 999) / 1000 * SLOWER),
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADER_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_NOTIFY_CONNECTION, connections_notify, s->connections,
        MHD_OPTION_NOTIFY_COMPLETED, completed, s, MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL, MHD_OPTION_ARRAY,
        o->cert != NULL ? tls : none, MHD_OPTION_END);
    if (s->daemon != NULL)
        return true;
    return error_set(err, EX_CONFIG, "cannot start the server", s->url,
                     o->cert != NULL ? "the certificate or the key is not fit for TLS" : "no thread or memory is to be had",
                     o->cert != NULL ? "give a PEM chain by --cert and its key by --key" : NULL);
}

struct server *server_open(const struct server_options *options, struct error *err)
{
    struct server *s = calloc(1, sizeof *s);
    if (s == NULL) {
        error_memory(err);
        return NULL;
    }
    s->files = options->files;
    s->lrs = options->lrs;
    s->web = options->web;
    s->door = options->door;
    s->tls = options->cert != NULL;
    struct listening at;
    if (!listen_open(options->listen, &at, err)) {
        free(s);
        return NULL;
    }
    s->port = at.port;
    snprintf(s->url, sizeof s->url, "%s://%s", options->cert != NULL ? "https" : "http", at.authority);
    if (start(s, options, at.fd, err))
        return s;
    connections_close(s->connections);
    close(at.fd);
    free(s);
    return NULL;
}

const char *server_url(const struct server *s)
{
    return s->url;
}

unsigned server_port(const struct server *s)
{
    return s->port;
}

bool server_close(struct server *s, int64_t patience_ms)
{
    if (s == NULL)
        return true;
    const struct timespec pause = {0, 5 * 1000000L};
    int listening = MHD_quiesce_daemon(s->daemon);
    if (listening != MHD_INVALID_SOCKET)
        (void)shutdown(listening, SHUT_RDWR); /* who connects now is told so at once; a thread may still name it: closed below */
    connections_hasten(s->connections, LAST_BODY_MS);
    for (int64_t until = clock_monotonic_ms() + patience_ms;
         connections_active(s->connections) > 0 && clock_monotonic_ms() < until;)
        nanosleep(&pause, NULL);
    bool finished = connections_active(s->connections) == 0;
    if (s->web != NULL)
        web_finish(s->web);
    if (s->lrs != NULL)
        lrs_finish(s->lrs); /* a slow disk's too: libmicrohttpd can't end while a connection waits for one */
    MHD_stop_daemon(s->daemon);
    if (listening != MHD_INVALID_SOCKET)
        close(listening);
    connections_close(s->connections);
    free(s);
    return finished;
}
