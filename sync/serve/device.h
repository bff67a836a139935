/* device: what a device asks of its site beside statements: POST /enrol, where it gives its one-time code, GET /roles,
 * GET /learners and GET /results, and what logs.h says of /logs. */
#ifndef CRIB_SERVE_DEVICE_H
#define CRIB_SERVE_DEVICE_H

#include "sync/serve/exchange.h"

enum { DEVICE_CODE_BYTES = 1024 };

/* Takes the code out of the body, {"code": "..."}, into the job, and "token" where the device chose its own: then it may ask
 * again when the answer was lost; and "box" where it told its public key (sync/site/people.h). EX_DATAERR where it holds none. */
bool device_prepare(struct exchange *x, struct error *err);

/* {"name", "token", "home", "roles": [...], "people": {"site", "badges"}, "channels": [{"id", "key"}, ...]}: home is the homePage of accounts, the key is
 * left out where it is not known, people where the device told no key. */
enum MHD_Result device_answer_enrolled(struct exchange *x);

/* {"roles": [...], "sessions": [title, ...]} of who asks: which live sessions are on and for those roles, where any is; with an ETag; 304 where If-None-Match has it. */
enum MHD_Result device_answer_roles(struct exchange *x);

/* The site's list of learners, sealed to who asks, with an ETag that names its version; 304 where If-None-Match has it. Who
 * reads everybody's records gets it in the clear, for reports: {"learners": [{"name", "account", "roles": [...]}]}. */
enum MHD_Result device_answer_learners(struct exchange *x);

/* GET /results/AFTER: what those on the list passed on other devices, sealed to who asks. */
enum MHD_Result device_answer_results(struct exchange *x);

/* To GET and POST below /logs, once the job is done. */
enum MHD_Result device_answer_logs(struct exchange *x);
enum MHD_Result device_answer_handed_in(struct exchange *x);

#endif
