/* text_pieces: short texts made shorter, each of which can be read by itself, from its beginning and no further than
 * wanted.
 *
 * A table holds up to 255 pieces of one to eight bytes that occur often in all the texts. A packed text is the pieces'
 * numbers, a byte each, with PIECE_LITERAL before a byte that begins no piece. This is FSST (Boncz, Neumann and Leis,
 * VLDB 2020): about half the size of prose, and expanding is little more than copying. */
#ifndef CRIB_LIBRARY_TEXT_PIECES_H
#define CRIB_LIBRARY_TEXT_PIECES_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PIECE_MOST = 8, PIECES_MOST = 255, PIECE_LITERAL = 255 };

/* As it stands in files: bytes alone. */
struct text_piece {
    uint8_t n;
    char bytes[PIECE_MOST];
};

/* By first byte, the longer ones first; first[b] is where those with the first byte b begin. */
struct text_pieces {
    struct text_piece items[PIECES_MOST];
    size_t count;
    uint16_t first[257];
};

/* Chooses the pieces that make texts like these shortest; looks at a sample of them. False when memory is out. */
bool pieces_choose(struct text_pieces *p, const char *texts, size_t n);

void pieces_pack(const struct text_pieces *p, const char *text, size_t n, struct buf *out);

/* Appends at most `most` bytes of the text that was packed. Returns how many bytes of packed that took: less than n when
 * `most` was reached, and where a number stands for nothing or a literal's byte is missing at the end. */
size_t pieces_expand(const struct text_piece *items, size_t count, const char *packed, size_t n, size_t most,
                     struct buf *out);

#endif
