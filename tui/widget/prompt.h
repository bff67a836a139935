/* prompt: a line of text that is edited: UTF-8, with a cursor, never splitting a grapheme. */
#ifndef CRIB_WIDGET_PROMPT_H
#define CRIB_WIDGET_PROMPT_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROMPT_LONGEST = 500 }; /* bytes; further typing is ignored */

struct prompt {
    struct buf text;
    size_t cursor; /* a byte offset at a cluster's start */
};

void prompt_free(struct prompt *p);
void prompt_set(struct prompt *p, const char *text); /* the cursor goes to the end */

/* Takes a key as in readline: characters, arrows, Home/End, Backspace, Delete, Ctrl-A/E/B/F/K/U/W (letters that the
 * caller binds elsewhere never arrive here). Returns whether the key meant something to a line; *changed says
 * whether the text is another one. */
bool prompt_key(struct prompt *p, uint32_t key, bool *changed);

/* Puts pasted text in, line ends as blanks. Returns whether the text changed. */
bool prompt_paste(struct prompt *p, const char *text, size_t len);

/* Draws into so many columns, scrolled so that the cursor shows, and puts the terminal's cursor there. */
struct terminal;
void prompt_draw(const struct prompt *p, struct terminal *t, int y, int x, int columns, bool focused);

#endif
