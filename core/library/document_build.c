#include "core/library/document_build.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

/* Text of nodes: blocks that are filled one after the other. */
struct pool {
    struct pool *next;
    size_t size, used;
    char data[];
};

char *build_room(struct builder *b, size_t n)
{
    struct pool *p = b->out->pool;
    if (p == NULL || p->size - p->used < n) {
        size_t size = p == NULL ? b->out->document.source_len + b->out->document.source_len / 8 + 256 : 4096;
        size = size < n ? n : size;
        struct pool *fresh = malloc(sizeof *fresh + size);
        if (fresh == NULL) {
            b->failed = true;
            return NULL;
        }
        *fresh = (struct pool){.next = p, .size = size};
        b->out->pool = p = fresh;
    }
    char *at = p->data + p->used;
    p->used += n;
    return at;
}

struct node *build_node(struct builder *b, enum node_type type)
{
    uint32_t at = b->out->document.count;
    if (at == b->cap) {
        uint32_t cap = b->cap + b->cap / 2 + 64;
        struct node *nodes = realloc(b->nodes, cap * sizeof *nodes);
        if (nodes == NULL) {
            b->failed = true;
            return NULL;
        }
        b->nodes = nodes;
        b->cap = cap;
    }
    struct node *n = &b->nodes[at];
    *n = (struct node){.type = (uint8_t)type,
                       .end = at + 1,
                       .parent = b->open[b->depth].index,
                       .line = b->line,
                       .last_line = b->line,
                       .text = ""};
    b->out->document.count++;
    return n;
}

void build_text(struct builder *b, struct node *n, const char *text, size_t len)
{
    char *copy = build_room(b, len + 1);
    if (copy == NULL)
        return;
    memcpy(copy, text, len);
    copy[len] = '\0';
    n->text = copy;
    n->len = (uint32_t)len;
    if (text_printable(copy, len))
        n->flags |= NODE_ASCII;
}

const char *build_copy(struct builder *b, const char *text)
{
    if (text == NULL || *text == '\0')
        return NULL;
    size_t n = strlen(text) + 1;
    char *copy = build_room(b, n);
    return copy != NULL ? memcpy(copy, text, n) : NULL;
}

struct node *build_block(struct builder *b, enum node_type type, cmark_node *from)
{
    b->line = build_line(b, cmark_node_get_start_line(from));
    struct node *n = build_node(b, type);
    if (n == NULL)
        return NULL;
    uint32_t last = build_line(b, cmark_node_get_end_line(from));
    n->last_line = last > n->line ? last : n->line;
    struct document *d = &b->out->document;
    if (type == NODE_HEADING)
        n->number = b->depth == 0 ? d->headings++ : NODE_NO_SECTION;
    else if (b->depth == 0 && d->headings == 0 && type != NODE_GIFT)
        d->has_top = true;
    return n;
}

void document_close(struct document *d)
{
    if (d == NULL)
        return;
    struct owned *out = (struct owned *)d; /* the document is its first member */
    for (struct pool *p = out->pool, *next; p != NULL; p = next) {
        next = p->next;
        free(p);
    }
    free((struct node *)d->nodes);
    free(out);
}
