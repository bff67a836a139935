/* reply: short answers in text, and the headers that all answers share. */
#ifndef CRIB_SERVE_REPLY_H
#define CRIB_SERVE_REPLY_H

#include <microhttpd.h>

/* Queues a response of plain text (copied), which no cache keeps, with the status. */
enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, const char *text);

/* The same with one header more (405 with Allow, 429 with Retry-After). */
enum MHD_Result reply_with(struct MHD_Connection *connection, unsigned status, const char *text, const char *name,
                           const char *value);

#endif
