/* server: the embedded HTTP server: sockets, threads, limits, routes, and its graceful end.
 *
 * A few threads, each with an epoll set of its own (libmicrohttpd), answer everything from one process. The process's
 * signals are its caller's: block SIGINT and SIGTERM before server_open, so that no thread of the server takes them. */
#ifndef CRIB_SERVE_SERVER_H
#define CRIB_SERVE_SERVER_H

#include "core/base/error.h"
#include "sync/serve/door.h"
#include "sync/serve/files.h"
#include "sync/serve/lrs.h"
#include "sync/serve/web.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct server;

struct server_options {
    const char *listen;     /* see server_open; NULL: 127.0.0.1:8080 */
    struct files *files;    /* borrowed, until server_close; NULL: none */
    struct lrs *lrs;        /* the same; NULL: no learning records are taken */
    struct web *web;        /* the same; NULL: no pages */
    struct door *door;      /* the same; NULL: no live sessions are held */
    const char *cert, *key; /* PEM texts for TLS, borrowed; NULL: none */
    size_t connections;     /* at most so many at once; 0: 4,096, or what the limit on open files leaves */
    int64_t idle_ms;        /* a connection has so long for its next request's headers; 0: 30 s */
};

/* Listens and serves until server_close. listen is ADDR:PORT, [ADDR]:PORT or PORT (loopback); `*:PORT` listens on all
 * addresses, port 0 takes a free one, and /PATH is a socket of this host that every account may use. NULL on failure. */
struct server *server_open(const struct server_options *options, struct error *err);

/* The address at which it is reached: `http://127.0.0.1:8080`, owned by s. */
const char *server_url(const struct server *s);
unsigned server_port(const struct server *s);

/* Takes no more connections, lets the requests under way finish for at most so long, ends. true when all of them finished.
 * NULL is allowed. */
bool server_close(struct server *s, int64_t patience_ms);

#endif
