/* document_call_out: which block quotes are call-outs (`> **Danger** ...`). */
#ifndef CRIB_LIBRARY_DOCUMENT_CALL_OUT_H
#define CRIB_LIBRARY_DOCUMENT_CALL_OUT_H

#include "core/library/markdown.h"

/* The kind of call-out (enum call_out) that a block quote is, by its first inline: a strong word, or [!WORD] alone on
 * its line, as GitHub writes alerts. -1 when it is a quote, or begins with a table; *named takes the inline, which is
 * not part of the text. */
int call_out_of(cmark_node *quote, cmark_node **named);

#endif
