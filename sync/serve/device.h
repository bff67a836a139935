/* device: what a device asks of its site beside statements: POST /enrol, where it gives its one-time code, and GET /roles. */
#ifndef CRIB_SERVE_DEVICE_H
#define CRIB_SERVE_DEVICE_H

#include "sync/serve/exchange.h"

/* Takes the code out of the body, {"code": "..."}, into the job, and "token" where the device chose its own: then it may ask
 * again when the answer was lost. EX_DATAERR where it holds none. */
bool device_prepare(struct exchange *x, struct error *err);

/* {"name", "token", "home", "roles": [...], "channels": [{"id", "key"}, ...]}: home is the homePage of accounts, the key is
 * left out where it is not known. */
enum MHD_Result device_answer_enrolled(struct exchange *x);

/* {"roles": [...]} of who asks, with an ETag; 304 where If-None-Match has it. */
enum MHD_Result device_answer_roles(struct exchange *x);

#endif
