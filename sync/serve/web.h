/* web: what people and their tools see of the channels that are served: GET /suggest (JSON), /embed (a card for a frame),
 * / (the channels), /CHANNEL/m/MODULE (a page; /CHANNEL/m/ lists them), GET and POST /CHANNEL/quiz/MODULE, and /crib.css.
 *
 * Two threads of its own make the answers, so that no thread that serves sockets waits for a disk; where too many wait
 * already, the answer is 503. Pages may be framed by nobody, cards by the sites named; nothing is recorded of anybody. */
#ifndef CRIB_SERVE_WEB_H
#define CRIB_SERVE_WEB_H

#include "core/base/error.h"
#include "core/base/strings.h"
#include "sync/serve/files.h"
#include "sync/serve/request.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

struct web;

struct web_options {
    const struct files *files; /* the channels; borrowed until web_close */
    const char *data;          /* the server's own directory, or NULL */
    const char *url;           /* the address that the world knows, or NULL: what the asker calls it */
    struct strings origins;    /* sites that may read /suggest and frame /embed; borrowed until web_close */
};

/* EX_USAGE for an origin that is none. NULL on failure. */
struct web *web_open(const struct web_options *options, struct error *err);
void web_close(struct web *w); /* NULL is allowed */

/* Answers what waits, and takes nothing more. */
void web_finish(struct web *w);

/* Is the path one of ours? */
bool web_is(const char *path);

/* libmicrohttpd's access handler for these paths; *request is NULL at a request's first call. tls: for addresses. */
enum MHD_Result web_handle(struct web *w, struct MHD_Connection *c, const char *path, const char *method, const char *upload,
                           size_t *upload_size, bool tls, struct request **request);

#endif
