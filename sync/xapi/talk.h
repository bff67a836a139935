/* talk: requests to one learning record store, each until it has an answer that is worth reading.
 *
 *   401, 403, 404, 405, 3xx                     stop, and say what to mend
 *   408, 425, 429, 5xx, no answer               again after Retry-After, or after 1, 2, 4, ... 30 seconds (each between
 *                                               half and whole, at random), until patience is over
 *   200 that is not what an LRS says            not an LRS (a captive portal): stop, nothing changes
 *
 * There is no patience for an LRS that was never reached: to be offline is the normal case. */
#ifndef CRIB_SYNC_XAPI_TALK_H
#define CRIB_SYNC_XAPI_TALK_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "sync/xapi/http.h"
#include "sync/xapi/outgoing.h"
#include "sync/xapi/upload_limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct talk {
    struct outgoing *outgoing;
    const struct lrs *lrs;
    const struct upload_limits *limits;
    struct http *http;
    struct http_response answer; /* the last one */
    int64_t waited_ms;           /* since the last acknowledgement */
    unsigned waits;              /* one after the other */
    bool erases;                 /* what is to be forgotten */
    bool met;                    /* it has answered before: a line that breaks now is worth another try */
};

/* Meets it: learns which xAPI it speaks, whether it erases, and its clock, which is noted where outgoing has a record.
 * Close it however this ends. */
bool talk_open(struct talk *t, struct outgoing *o, const struct lrs *lrs, const struct upload_limits *limits, struct error *err);
void talk_close(struct talk *t);

/* body NULL: a GET. false when there was no such answer. */
bool talk_ask(struct talk *t, const char *path, const char *body, size_t len, struct error *err);

/* Something was acknowledged: patience begins anew. */
void talk_heard(struct talk *t);

/* Is the answer one that nothing further helps against? Then talk_no_way says so. */
bool talk_says_no_way(const struct talk *t);

/* Each fills err, and returns false. */
bool talk_stop(const struct talk *t, int code, const char *why, const char *todo, struct error *err);
bool talk_no_way(const struct talk *t, struct error *err);
bool talk_not_an_lrs(const struct talk *t, struct error *err);

/* The LRS's own words, as text: the body's beginning behind the status. */
void talk_words(const struct talk *t, struct buf *out);

/* Whoever asks for a statement that nobody has is told so, or that the credentials are none. That they may only add, and
 * not read, is no mistake. */
bool talk_check_credentials(struct talk *t, struct error *err);

#endif
