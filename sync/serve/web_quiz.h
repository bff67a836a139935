/* web_quiz: a module's quiz as one form, without a script and without a memory: what was answered travels in the form, is
 * graded as everywhere, and is forgotten with the answer. */
#ifndef CRIB_SERVE_WEB_QUIZ_H
#define CRIB_SERVE_WEB_QUIZ_H

#include "sync/serve/web_ask.h"
#include "sync/serve/web_reader.h"

#include <stdint.h>

enum { QUIZ_FIELDS = 2000, QUIZ_FORM_BYTES = 128 * 1024 };

/* Appends the page. posted: the form's fields, or NULL for one that nobody has filled in; what is in them is the asker's
 * alone, so that any of them may be missing or nonsense. seed: the order, where the form doesn't say it. EX_NOINPUT where
 * the module has no questions. */
bool web_quiz(struct arena *a, const struct web_content *c, const struct web_fields *posted, uint64_t seed, struct buf *out,
              struct error *err);

#endif
