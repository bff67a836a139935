/* upload_limits: how much is sent at a time, and how long is waited. */
#ifndef CRIB_SYNC_XAPI_UPLOAD_LIMITS_H
#define CRIB_SYNC_XAPI_UPLOAD_LIMITS_H

#include <stddef.h>
#include <stdint.h>

struct upload_limits {
    size_t batch;        /* statements a request */
    size_t bytes;        /* of a request */
    long stall_s;        /* without a byte: the transfer is given up */
    int64_t backoff_ms;  /* the first wait */
    int64_t patience_ms; /* waits together, between two acknowledgements */
};

#endif
