#include "core/record/given.h"

#include "core/record/fsrs.h"
#include "core/record/recall.h"

#include <math.h>
#include <sysexits.h>

bool given_valid(const struct given *given, struct error *err)
{
    if (isfinite(given->fraction) && given->fraction >= 0 && given->fraction <= 1)
        return true;
    return error_set(err, EX_SOFTWARE, "cannot record the answer", given->question, "its fraction is not 0 to 1", NULL);
}

void given_json(struct json *j, const struct given *given, int64_t median_ms)
{
    json_string(j, "question", given->question);
    json_string(j, "question_revision", given->question_revision != NULL ? given->question_revision : "");
    json_string(j, "type", given->type != NULL ? given->type : "");
    json_string(j, "response", given->response != NULL ? given->response : "");
    json_double(j, "fraction", given->fraction);
    json_int(j, "ms", given->ms);
    json_int(j, "rating", (int64_t)recall_rating(given->fraction, given->ms, median_ms));
    json_string(j, "algorithm", FSRS_VERSION);
}
