#include "tui/screen/excerpt.h"

#include "tui/screen/spans.h"

#include <stdlib.h>
#include <string.h>

struct excerpt {
    char *text;
    struct document *document;
    struct lines *lines;
};

/* Where a line of the file starts in the body. */
static size_t line_start(const struct library_module *m, size_t line)
{
    const char *at = m->body.p, *end = m->body.p + m->body.n;
    for (size_t i = m->body_line; i < line && at < end; i++) {
        const char *lf = memchr(at, '\n', (size_t)(end - at));
        at = lf != NULL ? lf + 1 : end;
    }
    return (size_t)(at - m->body.p);
}

struct excerpt *excerpt_open(const struct library_module *m, const struct library_section *sections, size_t count,
                             const char *anchor, size_t rows, size_t width, unsigned flags)
{
    size_t line = m->body_line;
    for (size_t i = 0; i < count; i++)
        if (strcmp(sections[i].anchor, anchor) == 0)
            line = sections[i].line;
    /* Fences, rules of tables and questions take lines that are not shown. */
    size_t from = line_start(m, line);
    size_t len = document_beginning(m->body.p + from, m->body.n - from, rows * 2);
    struct excerpt *e = calloc(1, sizeof *e);
    struct render_options options = {.width = width, .flags = flags};
    if (e == NULL || (e->text = malloc(len + 1)) == NULL) {
        excerpt_close(e);
        return NULL;
    }
    memcpy(e->text, m->body.p + from, len);
    e->text[len] = '\0';
    e->document = document_parse(e->text, len, line, NULL);
    e->lines = e->document != NULL ? render_document(e->document, &options, NULL) : NULL;
    if (e->lines == NULL) {
        excerpt_close(e);
        return NULL;
    }
    return e;
}

void excerpt_close(struct excerpt *e)
{
    if (e == NULL)
        return;
    lines_close(e->lines);
    document_close(e->document);
    free(e->text);
    free(e);
}

void excerpt_draw(const struct excerpt *e, struct terminal *t, int y, int x, int columns, int rows)
{
    for (size_t i = 0; i < e->lines->count && rows > 0; i++, rows--)
        spans_draw(t, e->lines, i, y++, x, columns, SIZE_MAX);
}
