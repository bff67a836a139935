/* gift_parser: what gift.c (lines and blocks) and gift_answers.c (what stands between the braces) share.
 *
 * The parser works on a copy of the source that has the same length, so that every byte of it knows its line and
 * column. Bytes that UTF-8 never uses mark in it what an escape made harmless: they compare unequal to every
 * character with a meaning, and gift_text turns them into the text that was meant. */
#ifndef CRIB_QUIZ_GIFT_PARSER_H
#define CRIB_QUIZ_GIFT_PARSER_H

#include "core/base/arena.h"
#include "core/base/attribute.h"
#include "core/base/diag.h"
#include "core/base/text.h"
#include "core/quiz/question.h"

#include <stdbool.h>
#include <stddef.h>

enum gift_mark {
    MARK_INVALID = 0xF6, /* a byte that is not UTF-8, or NUL: U+FFFD */
    MARK_COLON,
    MARK_HASH,
    MARK_EQUAL,
    MARK_OPEN,
    MARK_CLOSE,
    MARK_TILDE,
    MARK_LINE,
    MARK_NOTHING = 0xFF /* the backslash of an escape, a comment, blanks at a line's end */
};

struct gift_position {
    size_t offset, line, column;
};

struct gift {
    struct arena *a;
    struct diags *diags;
    const char *file;
    const char *source;
    size_t len;
    char *work; /* the marked copy of source */
    bool out_of_memory;
    const char *category;
    struct gift_position place;  /* the last one that was looked up */
    struct gift_position anchor; /* the start of the block at hand */
    bool carriage;               /* lines end with CR alone */
};

/* Line and column (from 1) of an offset into work, not before the block at hand. Costs as many steps as lie between
 * this place and the last one, or the block's start when it goes back. */
void gift_place(struct gift *g, size_t offset, size_t *line, size_t *column);

/* Reports at the first byte of where (a part of work). */
void gift_report(struct gift *g, enum severity severity, const char *where, const char *todo, const char *format, ...)
    PRINTF_LIKE(5, 6);

/* Without blanks, line ends and MARK_NOTHING at both ends. */
struct str gift_trim(struct str s);

/* A part of work as text: marks resolved, trimmed. NULL (and g->out_of_memory) when memory is out. */
const char *gift_text(struct gift *g, struct str s);

/* gift_text with the format tag, [html] and its like, that may stand at its very start. */
struct question_text gift_formatted(struct gift *g, struct str s, enum question_format standard);

/* Fills type, answers and feedback of q from the text between the braces. false when the question is to be left out:
 * the reason is reported, or memory is out. */
bool gift_answers(struct gift *g, struct question *q, struct str between);

/* The offset of the first occurrence of a text in s, or s.n. */
size_t gift_find(struct str s, const char *text);

#endif
