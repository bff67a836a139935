/* stream_places: where in a text three neighbouring bytes may be what is looked for. Internal to core/library.
 *
 * A bucket holds three sets of bytes, one for each place in a row. A place of the text is found where some bucket has its byte
 * and the two before it: all such places, and now and then another. A processor with AVX2 or AVX-512 looks at 32 or 64 bytes
 * at once, by the halves of each byte; that takes intrinsics, an extension of gcc and clang, and whether the processor has them
 * is asked at run time. Elsewhere, or with CRIB_NO_SIMD defined, it is done by one byte. */
#ifndef CRIB_LIBRARY_STREAM_PLACES_H
#define CRIB_LIBRARY_STREAM_PLACES_H

#include <stddef.h>
#include <stdint.h>

enum { STREAM_ROW = 3, STREAM_BUCKETS = 8, STREAM_BLOCK = 64, STREAM_FOUND = 64 };

enum stream_way { STREAM_BY_1, STREAM_BY_32, STREAM_BY_64, STREAM_BEST };

/* To be zero at first. */
struct stream_places {
    uint8_t has[STREAM_ROW][256];                      /* the buckets of a byte at each place of the row */
    uint8_t low[STREAM_ROW][16], high[STREAM_ROW][16]; /* of its halves: the byte's are in both */
};

void stream_places_add(struct stream_places *p, unsigned place, unsigned char c, unsigned bucket);
void stream_places_add_all(struct stream_places *p, unsigned place, unsigned bucket); /* of all bytes */

/* text[at + i] ends a row for each bit i. */
struct stream_found {
    size_t at;
    uint64_t bits;
};

/* The first of them; bits isn't 0. */
static inline unsigned stream_lowest(uint64_t bits)
{
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(bits); /* one instruction; an extension of gcc and clang */
#else
    unsigned at = 0;
    while ((bits >> at & 1) == 0)
        at++;
    return at;
#endif
}

/* The best that the processor can, at most as wide as asked. To be asked once: in a virtual machine the question is slow. */
enum stream_way stream_way(enum stream_way most);

/* Looks for rows that end at text[*at] or behind, where *at is at least 2, and moves *at to where the next call goes on: n when
 * all is seen. How many blocks with places were found. */
size_t stream_places_find(const struct stream_places *p, enum stream_way way, const char *text, size_t n, size_t *at,
                          struct stream_found found[STREAM_FOUND]);

#endif
