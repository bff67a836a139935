/* web_request: one request to the web side: what was asked, and what is answered. */
#ifndef CRIB_SERVE_WEB_REQUEST_H
#define CRIB_SERVE_WEB_REQUEST_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/strings.h"
#include "sync/serve/request.h"
#include "sync/serve/web_ask.h"
#include "sync/serve/web_reader.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

struct web;

enum web_phase { WEB_BODY, WEB_WAITING, WEB_READY };

struct web_request {
    struct request request;
    struct web *web;
    struct MHD_Connection *connection;
    struct arena *arena;
    enum web_phase phase;
    enum web_route route;
    const char *channel, *id; /* of WEB_MODULE, WEB_PROGRAMME and WEB_QUIZ */
    const char *base;         /* of addresses: `https://host` */
    bool posts;
    struct web_field *fields; /* of the query, or of the form */
    size_t field_count;
    size_t value_bytes, value_room; /* of the form's last field */
    struct MHD_PostProcessor *form;
    size_t form_bytes, counted; /* counted: what it has of all that forms may hold together */
    struct web_request *next; /* the queue's */

    unsigned status;
    const char *type;
    struct buf body;
};

/* Makes the answer. */
void web_answer(struct web_request *q, struct web_reader *r);

/* Makes it an answer in words, in the route's own form. */
void web_refuse(struct web_request *q, unsigned status, const char *words);

/* Queues it with all its headers. */
enum MHD_Result web_send(struct web_request *q, struct strings origins);

#endif
