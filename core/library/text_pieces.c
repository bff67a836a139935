#include "core/library/text_pieces.h"

#include <stdlib.h>
#include <string.h>

enum {
    SAMPLE_PARTS = 32,
    SAMPLE_PART = 1024,
    ROUNDS = 5,    /* a piece can double its length in each */
    BYTE_GAIN = 8, /* a byte that is no piece costs two: the commonest must not be crowded out while pieces are short */
    LITERALS = 256,
    SYMBOLS = LITERALS + 256 /* pieces by number, then bytes that begin none */
};

struct candidate {
    struct text_piece piece;
    uint32_t gain;
};

struct counts {
    uint32_t single[SYMBOLS];
    uint16_t pair[SYMBOLS][SYMBOLS]; /* a sample has less than 65,536 bytes */
};

/* The longest piece that the text begins with, or its first byte. */
static size_t symbol_at(const struct text_pieces *p, const char *text, size_t n, size_t *length)
{
    unsigned char byte = (unsigned char)text[0];
    for (size_t i = p->first[byte]; i < p->first[byte + 1]; i++)
        if (p->items[i].n <= n && memcmp(p->items[i].bytes, text, p->items[i].n) == 0) {
            *length = p->items[i].n;
            return i;
        }
    *length = 1;
    return LITERALS + byte;
}

static struct text_piece piece_of(const struct text_pieces *p, size_t symbol)
{
    return symbol < LITERALS ? p->items[symbol] : (struct text_piece){1, {(char)(symbol - LITERALS)}};
}

static void count_symbols(const struct text_pieces *p, const char *sample, size_t n, struct counts *c)
{
    memset(c, 0, sizeof *c);
    size_t before = SYMBOLS, length;
    for (size_t at = 0; at < n; at += length) {
        size_t symbol = symbol_at(p, sample + at, n - at, &length);
        c->single[symbol]++;
        if (before < SYMBOLS)
            c->pair[before][symbol]++;
        before = symbol;
    }
}

static void add_candidate(struct buf *to, const struct text_piece *piece, uint32_t gain)
{
    struct candidate c = {*piece, gain};
    buf_add(to, (const char *)&c, sizeof c);
}

/* Each symbol, and each pair of neighbours that would fit in one. */
static void gather(const struct text_pieces *p, const struct counts *c, struct buf *out)
{
    for (size_t a = 0; a < SYMBOLS; a++) {
        if (c->single[a] == 0)
            continue;
        struct text_piece first = piece_of(p, a);
        add_candidate(out, &first, c->single[a] * (first.n == 1 ? BYTE_GAIN : first.n));
        for (size_t b = 0; b < SYMBOLS; b++) {
            struct text_piece both = first, second;
            if (c->pair[a][b] == 0 || (second = piece_of(p, b)).n > PIECE_MOST - first.n)
                continue;
            memcpy(both.bytes + first.n, second.bytes, second.n);
            both.n = (uint8_t)(first.n + second.n);
            add_candidate(out, &both, (uint32_t)c->pair[a][b] * both.n);
        }
    }
}

/* By their bytes, a piece before those that it begins: then the order of the table is this one backwards. */
static int by_bytes(const void *a, const void *b)
{
    const struct text_piece *x = &((const struct candidate *)a)->piece, *y = &((const struct candidate *)b)->piece;
    int order = memcmp(x->bytes, y->bytes, x->n < y->n ? x->n : y->n);
    return order != 0 ? order : (int)x->n - (int)y->n;
}

static int by_gain(const void *a, const void *b)
{
    uint32_t x = ((const struct candidate *)a)->gain, y = ((const struct candidate *)b)->gain;
    return x != y ? (x < y ? 1 : -1) : by_bytes(a, b);
}

/* What came together in several ways is one. */
static size_t join_equal(struct candidate *all, size_t n)
{
    size_t kept = 0;
    qsort(all, n, sizeof *all, by_bytes);
    for (size_t i = 0; i < n; i++)
        if (kept > 0 && by_bytes(&all[kept - 1], &all[i]) == 0)
            all[kept - 1].gain += all[i].gain;
        else
            all[kept++] = all[i];
    return kept;
}

static void take_best(struct text_pieces *p, struct candidate *all, size_t n)
{
    n = join_equal(all, n);
    qsort(all, n, sizeof *all, by_gain);
    p->count = n < PIECES_MOST ? n : PIECES_MOST;
    qsort(all, p->count, sizeof *all, by_bytes);
    memset(p->first, 0, sizeof p->first);
    /* By first byte they rise, but of those that begin with one another the longest has to come first. */
    size_t to = 0;
    for (size_t from = 0, end; from < p->count; from = end) {
        for (end = from; end < p->count && all[end].piece.bytes[0] == all[from].piece.bytes[0];)
            end++;
        for (size_t i = end; i > from; i--)
            p->items[to++] = all[i - 1].piece;
        p->first[(unsigned char)all[from].piece.bytes[0] + 1] = (uint16_t)(end - from);
    }
    for (size_t b = 1; b < sizeof p->first / sizeof *p->first; b++)
        p->first[b] = (uint16_t)(p->first[b] + p->first[b - 1]);
}

static void take_sample(const char *texts, size_t n, struct buf *sample)
{
    if (n <= (size_t)SAMPLE_PARTS * SAMPLE_PART) {
        buf_add(sample, texts, n);
        return;
    }
    for (size_t i = 0; i < SAMPLE_PARTS; i++)
        buf_add(sample, texts + (n - SAMPLE_PART) / (SAMPLE_PARTS - 1) * i, SAMPLE_PART);
}

bool pieces_choose(struct text_pieces *p, const char *texts, size_t n)
{
    struct buf sample = {0}, candidates = {0};
    struct counts *counts = malloc(sizeof *counts);
    memset(p, 0, sizeof *p);
    take_sample(texts, n, &sample);
    bool ok = counts != NULL && buf_ok(&sample);
    for (size_t i = 0; ok && i < ROUNDS && sample.len > 0; i++) {
        buf_clear(&candidates);
        count_symbols(p, sample.data, sample.len, counts);
        gather(p, counts, &candidates);
        ok = buf_ok(&candidates);
        if (ok)
            take_best(p, (struct candidate *)(void *)candidates.data, candidates.len / sizeof(struct candidate));
    }
    free(counts);
    buf_free(&candidates);
    buf_free(&sample);
    return ok;
}

void pieces_pack(const struct text_pieces *p, const char *text, size_t n, struct buf *out)
{
    size_t length;
    for (size_t at = 0; at < n; at += length) {
        size_t symbol = symbol_at(p, text + at, n - at, &length);
        if (symbol >= LITERALS)
            buf_addc(out, (char)PIECE_LITERAL);
        buf_addc(out, symbol >= LITERALS ? text[at] : (char)symbol);
    }
}

size_t pieces_expand(const struct text_piece *items, size_t count, const char *packed, size_t n, size_t most,
                     struct buf *out)
{
    size_t room = n < SIZE_MAX / 2 / PIECE_MOST ? n * PIECE_MOST : SIZE_MAX / 2, at = 0;
    size_t limit = most < room ? most : room;
    if (!buf_reserve(out, limit + PIECE_MOST)) /* pieces are copied whole, and the last one is cut */
        return 0;
    char *to = out->data + out->len, *end = to + limit;
    while (at < n && to < end) {
        unsigned char number = (unsigned char)packed[at];
        if (number == PIECE_LITERAL && n - at > 1) {
            *to++ = packed[at + 1];
            at += 2;
        } else if (number < count && items[number].n <= PIECE_MOST) {
            memcpy(to, items[number].bytes, PIECE_MOST);
            to += items[number].n;
            at++;
        } else {
            break;
        }
    }
    out->len = (size_t)((to < end ? to : end) - out->data);
    out->data[out->len] = '\0';
    return at;
}
