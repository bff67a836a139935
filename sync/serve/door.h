/* door: live sessions over HTTP: requests below /room/ (rooms.h), from a site's devices, or from accounts of this host. */
#ifndef CRIB_SERVE_DOOR_H
#define CRIB_SERVE_DOOR_H

#include "sync/serve/request.h"
#include "sync/serve/rooms.h"
#include "sync/serve/workers.h"

#include <microhttpd.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct door {
    struct rooms *rooms;     /* borrowed */
    atomic_size_t bodies;    /* bytes that are on their way */
    struct workers *workers; /* who knows the devices and their tokens; NULL: the other end of a socket of this host says who it is */
};

bool door_is(const char *path);

/* libmicrohttpd's access handler for these paths; *request is NULL at a request's first call. */
enum MHD_Result door_handle(struct door *d, struct MHD_Connection *c, const char *path, const char *method, const char *upload,
                            size_t *upload_size, struct request **request);

#endif
