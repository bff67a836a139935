/* listen: an address as people write it becomes a socket that listens. */
#ifndef CRIB_SERVE_LISTEN_H
#define CRIB_SERVE_LISTEN_H

#include "core/base/error.h"

#include <stdbool.h>

struct listening {
    int fd; /* the caller's to close */
    unsigned port;
    char authority[96]; /* for a URL: `127.0.0.1:8080`, `[::1]:8080` */
};

/* ADDR:PORT, [ADDR]:PORT, `*:PORT` for all addresses, or PORT alone for loopback; NULL means 127.0.0.1:8080, port 0 a free
 * one; /PATH a socket of this host, which every account may use. false with EX_USAGE for what is no address, EX_UNAVAILABLE for one that can't be had. */
bool listen_open(const char *text, struct listening *out, struct error *err);

#endif
