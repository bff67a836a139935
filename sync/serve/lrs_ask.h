/* lrs_ask: what a request asks for, who asks, and how much it brings: all that its headers say. */
#ifndef CRIB_SERVE_LRS_ASK_H
#define CRIB_SERVE_LRS_ASK_H

#include "sync/serve/exchange.h"

#include <stdbool.h>

/* Fills x; what is wrong is refused there, and answered once the body was read and forgotten. false: that is too long to be
 * waited for. */
bool lrs_ask(struct exchange *x, const char *path, const char *method);

/* The value of the query's parameter, as it was written; NULL where there is none. */
const char *lrs_argument(const struct exchange *x, const char *name);

void lrs_refuse_large(struct exchange *x);

#endif
