#include "core/library/markdown.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    LEAST_BLOCK = 6 << 10,
    TREE_FACTOR = 16, /* bytes that cmark takes for one of text, roughly: then one block will do */
    LARGEST_BLOCK = 1 << 20,
    UNIT = sizeof(max_align_t),
    CLASSES = 64 /* sizes of UNIT, 2 * UNIT, ... are kept for use again when given back */
};

/* Memory given back, in its own first bytes. */
struct spare {
    struct spare *next;
};

struct markdown_block {
    struct markdown_block *next;
    size_t size, used, last; /* last: where the newest allocation starts */
    max_align_t data[];
};

struct parse {
    struct markdown *m;
    size_t first_block;
    struct spare *spare[CLASSES + 1]; /* by size / UNIT */
    jmp_buf out_of_memory;
};

/* cmark's allocator functions get no context, so the running parse stands here, one a thread. */
static _Thread_local struct parse *running;

static struct markdown_block *block_for(size_t size)
{
    if (running == NULL)
        return NULL;
    struct markdown_block *head = running->m->blocks;
    if (head != NULL && head->size - head->used >= size)
        return head;
    size_t want = head == NULL ? running->first_block : head->size * 2;
    if (want > LARGEST_BLOCK)
        want = LARGEST_BLOCK;
    if (want < size)
        want = size;
    struct markdown_block *b = want < SIZE_MAX / 2 ? malloc(sizeof *b + want) : NULL;
    if (b == NULL)
        longjmp(running->out_of_memory, 1);
    b->size = want;
    b->used = b->last = 0;
    b->next = head;
    running->m->blocks = b;
    return b;
}

/* Each allocation has its size before it, which realloc needs. */
static void *take(size_t size)
{
    if (size > SIZE_MAX / 4)
        longjmp(running->out_of_memory, 1);
    size_t rounded = size == 0 ? UNIT : (size + UNIT - 1) / UNIT * UNIT;
    struct spare **spare = rounded / UNIT <= CLASSES ? &running->spare[rounded / UNIT] : NULL;
    if (spare != NULL && *spare != NULL) {
        void *again = *spare;
        *spare = (*spare)->next;
        return again;
    }
    struct markdown_block *b = block_for(rounded + UNIT);
    char *at = (char *)b->data + b->used;
    memcpy(at, &rounded, sizeof rounded);
    b->last = b->used;
    b->used += rounded + UNIT;
    return at + UNIT;
}

static void *take_zeroed(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / 4 / size)
        longjmp(running->out_of_memory, 1);
    void *p = take(count * size);
    memset(p, 0, count * size);
    return p;
}

/* True when p is the newest allocation of the newest block, which can grow, shrink and go. */
static bool is_newest(const char *p)
{
    struct markdown_block *b = running->m->blocks;
    return b != NULL && b->used > b->last && p == (char *)b->data + b->last + UNIT;
}

static void give_back(void *p)
{
    if (p == NULL)
        return;
    if (is_newest(p)) {
        running->m->blocks->used = running->m->blocks->last;
        return;
    }
    size_t size;
    memcpy(&size, (char *)p - UNIT, sizeof size);
    if (size / UNIT > CLASSES)
        return;
    struct spare *spare = p;
    spare->next = running->spare[size / UNIT];
    running->spare[size / UNIT] = spare;
}

static void *take_again(void *p, size_t size)
{
    if (p == NULL)
        return take(size);
    size_t old;
    memcpy(&old, (char *)p - UNIT, sizeof old);
    if (size <= old)
        return p;
    struct markdown_block *b = running->m->blocks;
    if (is_newest(p) && size < SIZE_MAX / 4 && b->size - b->last - UNIT >= (size + UNIT - 1) / UNIT * UNIT) {
        size_t rounded = (size + UNIT - 1) / UNIT * UNIT;
        memcpy((char *)p - UNIT, &rounded, sizeof rounded);
        b->used = b->last + UNIT + rounded;
        return p;
    }
    void *larger = take(size);
    memcpy(larger, p, old);
    give_back(p);
    return larger;
}

static cmark_mem memory = {take_zeroed, take_again, give_back};

bool markdown_parse(struct markdown *m, const char *text, size_t len)
{
    struct parse parse;
    memset(&parse, 0, offsetof(struct parse, out_of_memory));
    parse.m = m;
    parse.first_block = LEAST_BLOCK + len * TREE_FACTOR;
    struct parse *before = running;
    running = &parse;
    bool ok = false;
    if (setjmp(parse.out_of_memory) == 0) {
        cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, &memory);
        cmark_parser_feed(parser, text, len);
        m->root = cmark_parser_finish(parser);
        ok = m->root != NULL;
    }
    running = before;
    return ok;
}

void markdown_free(struct markdown *m)
{
    for (struct markdown_block *b = m->blocks, *next; b != NULL; b = next) {
        next = b->next;
        free(b);
    }
    *m = (struct markdown){0};
}
