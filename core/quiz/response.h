/* response: what a learner answered, from the line typed to the text that the record keeps.
 *
 * A response lives in an arena and names answers by their place in the source (from 0), whatever order they were
 * shown in. Its stored form (response_encode) is one line of text, stable for ever for a given revision of a question:
 *
 *   choice 3          the third answer of the source; several of a multichoice in rising order: `choice 1 3`
 *   true, false
 *   text WORDS        short answer, as typed, trimmed
 *   number 2.5        numerical
 *   match 2 1 - 3     for each pair of the source the number of the chosen right side, - where none was chosen
 *   essay 0.5 WORDS   how the learner judged it (0, 0.5, 1; - before that) and the text
 *   seen              description
 *
 * In texts a line feed is written \n, a carriage return \r and a backslash \\; other bytes stand for themselves. */
#ifndef CRIB_QUIZ_RESPONSE_H
#define CRIB_QUIZ_RESPONSE_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/quiz/question.h"

#include <stdbool.h>
#include <stddef.h>

enum { RESPONSE_NONE = -1 }; /* no right side chosen for a pair */

struct response {
    enum question_type type;
    const size_t *picks; /* choice, multichoice: answers chosen, rising */
    size_t pick_count;
    const long *matches; /* match: for each pair an index into question.choices, or RESPONSE_NONE */
    size_t match_count;
    bool truth;
    double number;
    const char *text; /* short answer, essay; numerical: as typed */
    double self;      /* essay: the learner's own judgement 0..1, negative while there is none */
};

/* Longer texts (bytes) are refused: an essay, a short answer. */
enum { RESPONSE_ESSAY_MOST = 65536, RESPONSE_WORDS_MOST = 4096 };

/* One for each type; the arrays are copied, picks sorted. NULL with err filled when an index is out of range, a choice has
 * not exactly one pick, a text is empty or too long, a number is not finite, or memory is out. */
struct response *response_picks(struct arena *a, const struct question *q, const size_t *picks, size_t count,
                                struct error *err);
struct response *response_matches(struct arena *a, const struct question *q, const long *matches, size_t count,
                                  struct error *err);
struct response *response_truth(struct arena *a, const struct question *q, bool truth, struct error *err);
struct response *response_text(struct arena *a, const struct question *q, const char *text, size_t n,
                               struct error *err); /* short answer and essay */
struct response *response_number(struct arena *a, const struct question *q, double number, struct error *err);
struct response *response_seen(struct arena *a, const struct question *q, struct error *err);

/* An essay's response with the learner's own judgement, 0..1, as a new response. */
struct response *response_judge(struct arena *a, const struct response *r, double self, struct error *err);

/* Reads such a judgement: 1, w, wrong, not yet / 2, p, partly / 3, r, right, got it (any case) give 0, 0.5, 1. */
bool response_parse_judgement(const char *line, double *self, struct error *err);

/* A copy in another arena; NULL when memory is out. */
struct response *response_copy(struct arena *a, const struct response *r);

/* Appends the stored form. */
void response_encode(const struct response *r, struct buf *out);

/* Reads the stored form strictly; NULL with err (EX_DATAERR) when it is not one, or is not one of this question. */
struct response *response_decode(struct arena *a, const struct question *q, const char *text, size_t n,
                                 struct error *err);

/* Reads what a learner typed on one line for this question:
 *   choice        2              the second answer shown
 *   multichoice   1 3 or 1,3; `none` for nothing chosen
 *   true/false    true, t, yes, y, 1 / false, f, no, n, 2 (any case)
 *   match         1b 2a 3c, or b a c: left sides by number, right sides by letter (a..z, aa, ab, ...)
 *   numerical     2.5, 2,5 (comma), 1 000, 2e3, 2x10^3: read as Moodle's numerical question reads it; no unit
 *   short answer, essay           the text
 *   description   anything
 * order is the order in which answers or right sides were shown (order[0] = index of the first one), NULL for that
 * of the source. NULL with err (EX_USAGE, its todo says what to type) when the line is no answer. */
struct response *response_parse_line(struct arena *a, const struct question *q, const size_t *order, const char *line,
                                     struct error *err);

/* What to type for this question, in a few words: "a number from 1 to 4", "t for true or f for false", ... Appended to out. */
void response_prompt(const struct question *q, struct buf *out);

/* The letter or letters of the index-th right side: a, b, ... z, aa, ...; size at least 16. */
void response_letters(size_t index, char *out, size_t size);

/* Appends the response in words: answers' texts joined by "; ", "left -> right" pairs, the text. Not yet safe for a
 * terminal. */
void response_words(const struct question *q, const struct response *r, struct buf *out);

#endif
