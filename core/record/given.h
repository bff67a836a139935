/* given: what attempts and recalls say of an answer alike. Internal to core/record. */
#ifndef CRIB_RECORD_GIVEN_H
#define CRIB_RECORD_GIVEN_H

#include "core/base/json.h"
#include "core/record/attempt.h"

/* Is its fraction a number from 0 to 1? false with err (EX_SOFTWARE). */
bool given_valid(const struct given *given, struct error *err);

/* Adds it to an event's payload: question, question_revision, type, response, fraction, ms, and the rating that follows
 * with its algorithm. median_ms: the learner's for this type (record_median). */
void given_json(struct json *j, const struct given *given, int64_t median_ms);

#endif
