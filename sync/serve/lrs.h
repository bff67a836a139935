/* lrs: the resources of a learning record store over HTTP: About and Statements (xAPI 1.0.3, Part Three, 2.1 and 2.8;
 * IEEE 9274.1.1, 4.1.6.1 and 4.1.6.7), below /xapi/; and /enrol, where a device gives its one-time code, {"code": "..."},
 * for its name, token and what else it needs to know; and /roles, which says what roles the device that asks has; and
 * /learners, the site's list of them; /results, what they passed elsewhere; /logs, of devices for one another (logs.h);
 * and /xapi/erasures (erasure.h).
 *
 * A device makes at most 20 requests a second (100 at once), those that enrol from one address together too; more is 429.
 *
 * A statement that refers to another is found by the first hundred of that one's words, too, and by none where it has more than
 * 64 KiB. Only who stored a statement voids it.
 *
 * Not here: documents (state, profiles), attachments' content, OAuth, the alternate request syntax. */
#ifndef CRIB_SERVE_LRS_H
#define CRIB_SERVE_LRS_H

#include "core/base/error.h"
#include "sync/serve/request.h"
#include "sync/serve/workers.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

struct lrs;

enum { LRS_BODY_BYTES = 8 * 1024 * 1024 };

/* workers is borrowed until lrs_close. home: the account homePage of the authorities that statements get, an IRL. NULL when
 * memory is out. */
struct lrs *lrs_open(struct workers *workers, const char *home);
void lrs_close(struct lrs *l);

/* A channel that is served beside the records; key: its public key (RWQ...), "" where it isn't known. */
struct offered {
    const char *id, *key;
};

/* Whoever enrols is told of these channels. Borrowed until lrs_close; before the server is opened. */
void lrs_offer(struct lrs *l, const struct offered *channels, size_t count);

/* Devices are told of the sessions that are on there. Borrowed until lrs_close; before the server is opened. */
struct rooms;
void lrs_rooms(struct lrs *l, struct rooms *rooms);

/* Waits until nothing is being stored or read any more, and lets nothing further begin. */
void lrs_finish(struct lrs *l);

/* Is the path one of ours? */
bool lrs_is(const char *path);

/* libmicrohttpd's access handler for these paths; *request is NULL at a request's first call. */
enum MHD_Result lrs_handle(struct lrs *l, struct MHD_Connection *c, const char *path, const char *method, const char *upload,
                           size_t *upload_size, struct request **request);

#endif
