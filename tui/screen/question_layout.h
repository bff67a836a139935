/* question_layout: rows of texts, labels and options, laid out before they are drawn, so that they can scroll. */
#ifndef CRIB_SCREEN_QUESTION_LAYOUT_H
#define CRIB_SCREEN_QUESTION_LAYOUT_H

#include "core/quiz/question.h"
#include "tui/render/render.h"
#include "tui/screen/terminal.h"
#include "tui/widget/prompt.h"

enum { LAYOUT_LABEL = 24 };

/* One row of the screen: up to two pieces of text with what stands before them. */
struct piece {
    const struct lines *lines;
    size_t line;
    int x, columns;
    char label[LAYOUT_LABEL];
    int label_x;
};

struct row {
    struct piece piece[2]; /* left, right */
    size_t option; /* to which the row, or its left piece, belongs; SIZE_MAX: none */
    size_t right;  /* likewise its right piece, or the row, as a matching question's right side */
    bool selected, box;
    enum style style; /* of the labels */
    char mark[8];     /* at the very left */
    enum style mark_style;
    const char *text; /* a line of ours instead of pieces */
};

struct layout {
    struct terminal *t;
    struct arena *arena; /* what rows point to */
    struct row *rows;
    size_t count, cap;
    struct lines **lines;
    size_t line_count, line_cap;
    int left, columns;
    unsigned flags; /* of rendering */
    bool narrow;    /* no room for anything but text */
    size_t focus_first, focus_last; /* rows that must show; SIZE_MAX for none */
    size_t after;                   /* the first row of the feedback, SIZE_MAX for none */
};

/* Rows from column `left` on, so many columns wide. false when memory is out; close it in any case. Where memory runs out
 * later, rows are missing. */
bool layout_open(struct layout *l, struct terminal *t, int left, int columns);
void layout_close(struct layout *l);

struct row *layout_row(struct layout *l); /* an empty one, to be filled; NULL when memory is out */

/* Words of ours, wrapped; an empty text is an empty row. The text is copied. */
void layout_text(struct layout *l, enum style style, const char *text);

/* A text of a question, indented. */
void layout_lines(struct layout *l, const struct question_text *text, int indent);

/* A label and a text beside it, over as many rows as it takes, from row `from` on (those that are missing are added);
 * which: the left or right piece. Returns the rows that it takes. */
size_t layout_piece(struct layout *l, size_t from, size_t which, const char *label, int x, int columns,
                    const struct question_text *text);

/* The same in a new row at the left edge, the label styled; below the label where there is no room beside it. */
void layout_labelled(struct layout *l, enum style style, const char *label, const struct question_text *text);

/* Marks the rows from `from` on as belonging to an option. */
void layout_own(struct layout *l, size_t from, size_t option, bool selected, bool focus);

/* Draws a row at y; box: what is typed, for the row that has it (NULL allowed). */
void layout_draw_row(const struct layout *l, const struct row *row, const struct prompt *box, int y);

#endif
