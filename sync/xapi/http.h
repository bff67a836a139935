/* http: one request after the other to one LRS, over one connection, through libcurl.
 *
 * Redirects are never followed: nobody but the configured address sees the credentials. Proxies come from the
 * environment as libcurl reads it (https_proxy, no_proxy). */
#ifndef CRIB_SYNC_XAPI_HTTP_H
#define CRIB_SYNC_XAPI_HTTP_H

#include "core/base/buf.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HTTP_BODY_MOST = 8 << 20 }; /* bytes of an answer; more is a failure of the transfer */

struct http;

struct http_response {
    long status;         /* 0: there was no answer, `failure` says why */
    struct buf body;
    int64_t date_ms;     /* of the Date header; 0 without */
    long retry_after_s;  /* 0 without */
    char failure[256];   /* libcurl's words (its CURL_ERROR_SIZE) */
};

/* authorization: the header's value, or NULL for what ~/.netrc has. ca: a file of certificates, "" for the system's. stall_s: seconds without a byte after which a
 * transfer is given up. NULL when memory is out. */
struct http *http_open(const char *endpoint, const char *authorization, const char *ca, long stall_s, struct error *err);
void http_close(struct http *h); /* NULL is allowed */

/* The version that goes with each request from now on, as in "1.0.3"; borrowed. */
void http_version(struct http *h, const char *version);

/* What bodies are from now on, in place of application/json; borrowed. */
void http_content(struct http *h, const char *type);

/* From now on through the socket at that path of this host, whatever the endpoint's host is; copied. false when memory is out. */
bool http_socket(struct http *h, const char *path, struct error *err);

/* endpoint + path with GET, or with POST where body is not NULL. Fills *response, whose body the caller frees (it may be
 * reused for the next call). false only when memory is out; all else is in the response. */
bool http_request(struct http *h, const char *path, const char *body, size_t len, struct http_response *response,
                  struct error *err);

/* Is that the status (429, 503) of one that is asked too much just now? The same request may come again, after Retry-After. */
bool http_busy(long status);

#endif
