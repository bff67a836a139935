#include "core/library/document_call_out.h"

#include "core/library/document.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *word;
    enum call_out kind;
} call_out_words[] = {
    {"danger", CALL_OUT_DANGER}, {"warning", CALL_OUT_WARNING}, {"caution", CALL_OUT_CAUTION},
    {"note", CALL_OUT_NOTE},     {"notice", CALL_OUT_NOTICE},   {"tip", CALL_OUT_TIP},
    {"important", CALL_OUT_NOTICE},
};

static int call_out_kind(const char *word, size_t n)
{
    while (n > 0 && (word[n - 1] == ':' || word[n - 1] == ' '))
        n--;
    for (size_t i = 0; i < sizeof call_out_words / sizeof *call_out_words; i++)
        if (strlen(call_out_words[i].word) == n && strncasecmp(call_out_words[i].word, word, n) == 0)
            return (int)call_out_words[i].kind;
    return -1;
}

int call_out_of(cmark_node *quote, cmark_node **named)
{
    cmark_node *paragraph = cmark_node_first_child(quote);
    if (paragraph == NULL || cmark_node_get_type(paragraph) != CMARK_NODE_PARAGRAPH ||
        cmark_node_get_user_data(paragraph) != NULL)
        return -1;
    cmark_node *n = cmark_node_first_child(paragraph);
    if (n == NULL)
        return -1;
    *named = n;
    cmark_node_type type = cmark_node_get_type(n);
    if (type == CMARK_NODE_STRONG) {
        cmark_node *word = cmark_node_first_child(n);
        if (word == NULL || cmark_node_next(word) != NULL || cmark_node_get_type(word) != CMARK_NODE_TEXT)
            return -1;
        const char *text = cmark_node_get_literal(word);
        return call_out_kind(text, strlen(text));
    }
    if (type != CMARK_NODE_TEXT)
        return -1;
    const char *text = cmark_node_get_literal(n);
    size_t len = strlen(text);
    cmark_node *next = cmark_node_next(n);
    bool alone = next == NULL || cmark_node_get_type(next) == CMARK_NODE_SOFTBREAK ||
                 cmark_node_get_type(next) == CMARK_NODE_LINEBREAK;
    return alone && len > 3 && text[0] == '[' && text[1] == '!' && text[len - 1] == ']'
               ? call_out_kind(text + 2, len - 3)
               : -1;
}
