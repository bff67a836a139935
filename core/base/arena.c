#include "core/base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20 };

struct block {
    struct block *next;
    size_t size;
    size_t used;
    max_align_t data[];
};

struct arena {
    struct block *blocks; /* the newest first */
};

struct arena *arena_open(void)
{
    return calloc(1, sizeof(struct arena));
}

void arena_close(struct arena *a)
{
    if (a == NULL)
        return;
    for (struct block *b = a->blocks, *next; b != NULL; b = next) {
        next = b->next;
        free(b);
    }
    free(a);
}

void arena_reset(struct arena *a)
{
    struct block *b = a->blocks;
    while (b != NULL && b->next != NULL) {
        struct block *next = b->next;
        free(b);
        b = next;
    }
    a->blocks = b;
    if (b != NULL)
        b->used = 0;
}

static struct block *block_for(struct arena *a, size_t size)
{
    struct block *head = a->blocks;
    if (head != NULL && head->size - head->used >= size)
        return head;
    size_t want = head == NULL ? FIRST_BLOCK : head->size * 2;
    if (want > LARGEST_BLOCK)
        want = LARGEST_BLOCK;
    if (want < size)
        want = size;
    if (want > SIZE_MAX - sizeof(struct block))
        return NULL;
    struct block *b = malloc(sizeof *b + want);
    if (b == NULL)
        return NULL;
    b->size = want;
    b->used = 0;
    b->next = head;
    a->blocks = b;
    return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
    const size_t unit = sizeof(max_align_t);
    if (size > SIZE_MAX - unit)
        return NULL;
    size_t rounded = (size + unit - 1) / unit * unit;
    if (rounded == 0)
        rounded = unit;
    struct block *b = block_for(a, rounded);
    if (b == NULL)
        return NULL;
    void *p = (char *)b->data + b->used;
    b->used += rounded;
    memset(p, 0, rounded);
    return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return arena_alloc(a, count * size);
}

char *arena_copy(struct arena *a, const char *text, size_t len)
{
    if (len == SIZE_MAX)
        return NULL;
    char *p = arena_alloc(a, len + 1);
    if (p != NULL && len > 0)
        memcpy(p, text, len);
    return p;
}

char *arena_strdup(struct arena *a, const char *text)
{
    return arena_copy(a, text, strlen(text));
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0)
        return NULL;
    char *p = arena_alloc(a, (size_t)n + 1);
    if (p == NULL)
        return NULL;
    va_start(args, format);
    vsnprintf(p, (size_t)n + 1, format, args);
    va_end(args);
    return p;
}
