/* question: one question of a quiz, whatever format it was written in.
 *
 * A question and all that hangs on it live in the arena that the parser was given; nothing in it changes after
 * parsing. Texts are UTF-8 and NUL-terminated, unescaped, with HTML entities left as they stand; they may hold
 * control bytes, so text_safe (core/base/text.h) stands between them and a terminal. */
#ifndef CRIB_QUIZ_QUESTION_H
#define CRIB_QUIZ_QUESTION_H

#include "core/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum question_type {
    QUESTION_CHOICE,      /* one of several */
    QUESTION_MULTICHOICE, /* any of several, each with a weight */
    QUESTION_TRUEFALSE,
    QUESTION_SHORTANSWER,
    QUESTION_MATCH,
    QUESTION_NUMERICAL,
    QUESTION_ESSAY,       /* the learner compares with the general feedback and says how it went */
    QUESTION_DESCRIPTION, /* text only: shown, not scored */
};

enum question_format { FORMAT_MOODLE, FORMAT_HTML, FORMAT_PLAIN, FORMAT_MARKDOWN };

/* A text and the format tag that stood before it, or the question's format. text is "" where there is none. */
struct question_text {
    const char *text;
    enum question_format format;
};

/* One answer of a question. Which fields count depends on the type:
 *   choice, multichoice   text (in its format), weight, feedback
 *   shortanswer           text, a pattern: `*` stands for any run, `\*` for an asterisk; weight, feedback
 *   numerical             any, or value and tolerance (least..most is the range given or value -+ tolerance);
 *                         text is what the author wrote; weight, feedback
 * True/false questions have none (see truth), nor have essays and descriptions; matching has pairs instead. */
struct answer {
    struct question_text text;
    double weight; /* percent, -100..100 */
    struct question_text feedback;
    bool any; /* numerical: every number fits */
    double value, tolerance;
    double least, most;
    size_t line, column; /* where it stands in the file */
};

/* One row of a matching question. An empty left side makes the right side a mere distractor. */
struct pair {
    struct question_text left;
    const char *right;
    size_t choice; /* index into question.choices of this right side */
};

struct question {
    const char *id;       /* identity within its module, see question_identities */
    const char *revision; /* 64 hex digits: BLAKE2b-256 over `crib-question-1`, NUL and the source lines from the
                             question's first to its last (LF between them, trailing blanks cut); comments above the
                             first line do not count, those between the lines do */
    enum question_type type;
    const char *title; /* NULL without one */
    struct question_text stem; /* the whole text; a gap (missing word) is written _____ in it */
    const char *after; /* missing word: the text after the gap; NULL when the question has no gap */
    struct answer *answers;
    size_t answer_count;
    struct pair *pairs; /* matching, in the order of the source */
    size_t pair_count;
    const char **choices; /* matching: the right sides, equal texts once, in the order of the source */
    size_t choice_count;
    bool truth; /* true/false: the right answer */
    struct question_text if_true, if_false; /* true/false: what to say to who chose this */
    struct question_text general; /* general feedback, for everyone */
    const char *category; /* of the last $CATEGORY line; NULL before the first */
    const char *section;  /* anchor of the section that answers it (`// section: ANCHOR`); NULL without */
    size_t first_line, last_line;
};

/* Questions in the order of the source. */
struct question_list {
    struct question **items;
    size_t count;
};

/* The types' names in lists and JSON: "choice", "multichoice", "truefalse", "shortanswer", "match", "numerical",
 * "essay", "description". */
const char *question_type_name(enum question_type type);

/* "moodle", "html", "plain", "markdown". */
const char *question_format_name(enum question_format format);

/* false for descriptions: they count neither for the score nor against it. */
bool question_scored(const struct question *q);

/* Whether it can come back as a recall: rightness and time alone say how well it is known, with no judgement by the
 * learner. All but essays and descriptions. */
bool question_recalled(const struct question *q);

/* About how long reading and answering it takes, in ms: silent reading at 240 words a minute (Brysbaert, How many words
 * do we read per minute?, 2019), then a few seconds for each thing to do, more where something is worked out. */
int64_t question_expected_ms(const struct question *q);

/* The description in `all` that leads its question i: the last one before it; NULL without. */
struct question *question_lead(const struct question_list *all, size_t i);

/* How many things the learner picks from: answers of a choice, right sides of a matching question, 2 for
 * true/false, else 0. */
size_t question_option_count(const struct question *q);

/* Sets id of every question of the list (design 4.2): the title (NFC, blanks collapsed), or without one 32 hex
 * digits, the first 16 bytes of BLAKE2b-256 over `crib-stem-1`, NUL, and the stem (NFC, blanks collapsed). The second
 * and further questions of one identity get ~2, ~3, ... in the order of the source. A parser of one file calls it
 * itself; who joins several lists of one module calls it once more on the whole. false when memory is out. */
bool question_identities(struct arena *a, const struct question_list *list);

/* BLAKE2b-256 over label, NUL, bytes: 64 hex digits in the arena; NULL when memory is out. */
const char *question_hash(struct arena *a, const char *label, const char *bytes, size_t n);

#endif
