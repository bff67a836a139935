#include "tui/render/question_lines.h"

#include "core/quiz/question_markdown.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct document *parse(const struct question_text *text, struct buf *markdown, struct error *err)
{
    question_markdown(text, markdown);
    if (!buf_ok(markdown)) {
        error_memory(err);
        return NULL;
    }
    return document_parse(buf_text(markdown), markdown->len, 1, err);
}

struct lines *question_lines(const struct question_text *text, const struct render_options *options, struct error *err)
{
    struct buf markdown = {0};
    struct document *document = parse(text, &markdown, err);
    struct lines *lines = document != NULL ? render_document(document, options, err) : NULL;
    if (lines != NULL) { /* the targets go with the document */
        lines->link_count = 0;
        for (size_t i = 0; i < lines->span_count; i++)
            lines->spans[i].link = 0;
    }
    document_close(document);
    buf_free(&markdown);
    return lines;
}

/* What was appended from `from` on becomes one line: each line end with the blanks around it is one blank, at either
 * end nothing. Code blocks have line ends, and an entity (`&#10;`) can be one. */
static void join_lines(struct buf *out, size_t from)
{
    size_t to = from;
    bool ended = false;
    for (size_t i = from; i < out->len; i++) {
        char c = out->data[i];
        if (c == '\n' || c == '\r') {
            while (to > from && is_blank(out->data[to - 1]))
                to--;
            ended = true;
        } else if (!ended || !is_blank(c)) {
            if (ended && to > from)
                out->data[to++] = ' '; /* there is room: the line end is gone */
            ended = false;
            out->data[to++] = c;
        }
    }
    if (to < out->len) {
        out->len = to;
        out->data[to] = '\0';
    }
}

void question_plain(const struct question_text *text, struct buf *out)
{
    size_t from = out->len;
    struct buf markdown = {0};
    struct error err;
    struct document *document = parse(text, &markdown, &err);
    if (document == NULL) {
        buf_adds(out, text->text);
    } else {
        struct walk w = walk_start(document, 0);
        while (walk_next(&w)) {
            const struct node *n = &document->nodes[w.at];
            bool line = w.enter && (n->type == NODE_PARAGRAPH || n->type == NODE_HEADING || n->type == NODE_CELL);
            if (!line && !(w.enter && n->type == NODE_CODE_BLOCK))
                continue;
            if (out->len > from)
                buf_addc(out, ' ');
            if (line)
                document_plain(document, w.at, out);
            else
                buf_add(out, n->text, n->len);
        }
    }
    join_lines(out, from);
    document_close(document);
    buf_free(&markdown);
}
