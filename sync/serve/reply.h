/* reply: short answers in text, and the headers that all answers share. */
#ifndef CRIB_SERVE_REPLY_H
#define CRIB_SERVE_REPLY_H

#include <microhttpd.h>
#include <stddef.h>

/* A response of plain text that is never kept by caches (copied). NULL when memory is out; the caller destroys it. */
struct MHD_Response *reply_text(const char *text);

/* Queues a response of plain text with the status. */
enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, const char *text);

/* The same with one header more (405 with Allow, 429 with Retry-After). */
enum MHD_Result reply_with(struct MHD_Connection *connection, unsigned status, const char *text, const char *name,
                           const char *value);

#endif
