/* connections: who is connected, and since when nothing came of it.
 *
 * libmicrohttpd ends a connection on which nothing moves. What it cannot see is a peer that sends a byte now and then:
 * here each connection has until a certain moment to send its next request whole, whatever it trickles. When nearly all
 * places are taken, those that only wait are sent away much sooner. */
#ifndef CRIB_SERVE_CONNECTIONS_H
#define CRIB_SERVE_CONNECTIONS_H

#include <microhttpd.h>
#include <stddef.h>
#include <stdint.h>

struct connections;

/* most: how many the server takes; idle_ms: how long a connection may take to the end of its next request's headers.
 * NULL when memory is out or no thread can be had. */
struct connections *connections_open(size_t most, int64_t idle_ms);
void connections_close(struct connections *all); /* after the server was stopped; NULL is allowed */

/* MHD_OPTION_NOTIFY_CONNECTION's callback, with struct connections * as its cls. */
void connections_notify(void *cls, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code);

/* The headers of a request are here; its body has to be here within body_ms. */
void connections_begin(struct MHD_Connection *connection, int64_t body_ms);

/* The request is here whole: the answer takes as long as it takes (while something moves). */
void connections_received(struct MHD_Connection *connection);

/* The answer was sent, or the connection broke: it waits for its next request. */
void connections_done(struct MHD_Connection *connection);

/* The server ends: a body has to be here within body_ms from now on, whatever it was given. Whoever sends it sends it again. */
void connections_hasten(struct connections *all, int64_t body_ms);

/* Requests begun and not done. */
size_t connections_active(const struct connections *all);

#endif
