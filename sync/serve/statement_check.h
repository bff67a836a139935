/* statement_check: is this JSON a statement? xAPI 1.0.3, Part Two, 2 (and IEEE 9274.1.1, 4.2, for version 2.0). */
#ifndef CRIB_SERVE_STATEMENT_CHECK_H
#define CRIB_SERVE_STATEMENT_CHECK_H

#include "core/base/error.h"

#include <stdbool.h>

struct json_t; /* jansson's, whose header and json.h do not go together */

enum xapi_version { XAPI_1_0, XAPI_2_0 };

/* Checks all that the specification says an LRS refuses: missing, unknown and misspelt properties, null outside of
 * extensions, types, and the form of each value. On failure err.where is the place (`actor.account.homePage`). */
bool statement_check(const struct json_t *statement, enum xapi_version version, struct error *err);

/* Checks the agent or identified group of a query's `agent`. */
bool statement_check_agent(const struct json_t *agent, struct error *err);

#define XAPI_VOIDED "http://adlnet.gov/expapi/verbs/voided"

#endif
