/* stream_bytes: bytes sorted into eight buckets, many at once where the processor can. Internal to core/library.
 *
 * That takes AVX2's intrinsics, an extension of gcc and clang; whether the processor has them is asked at run time. Elsewhere,
 * or with CRIB_NO_SIMD defined, each scanner has a way by one byte that finds the same. */
#ifndef CRIB_LIBRARY_STREAM_BYTES_H
#define CRIB_LIBRARY_STREAM_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(CRIB_NO_SIMD)
#include <immintrin.h>
#define STREAM_BY_VECTOR 1
#define STREAM_VECTOR __attribute__((target("avx2")))
#endif

enum { STREAM_HALVES = 16, STREAM_BUCKETS = 8, STREAM_BLOCK = 64, STREAM_BLOCKS = 64 };

/* A byte is in the buckets that both of its halves are in: all that it was added to, and now and then another. */
struct stream_halves {
    uint8_t low[STREAM_HALVES], high[STREAM_HALVES];
};

static inline void stream_add_byte(struct stream_halves *h, unsigned char c, unsigned bucket)
{
    h->low[c % STREAM_HALVES] |= (uint8_t)(1U << bucket);
    h->high[c / STREAM_HALVES] |= (uint8_t)(1U << bucket);
}

/* ASCII alone has two cases here. */
static inline unsigned char stream_fold(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

static inline unsigned char stream_other_case(unsigned char c)
{
    return c >= 'a' && c <= 'z' ? (unsigned char)(c - 32) : c;
}

static inline bool stream_has_vector(void)
{
#ifdef STREAM_BY_VECTOR
    return __builtin_cpu_supports("avx2") != 0;
#else
    return false;
#endif
}

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

#ifdef STREAM_BY_VECTOR
/* Two runs of bytes are read side by side, 16 of each: what stands behind one another stays so within each half, and nothing
 * has to move from the one to the other, which is slow on many processors. */
STREAM_VECTOR static inline __m256i stream_load(const char *one, const char *two)
{
    return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)one)),
                                   _mm_loadu_si128((const __m128i *)(const void *)two), 1);
}

/* Both halves of a table, for stream_look_up: once for many bytes. */
struct stream_tables {
    __m256i low, high;
};

STREAM_VECTOR static inline struct stream_tables stream_tables_of(const struct stream_halves *h)
{
    return (struct stream_tables){_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)h->low)),
                                  _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)h->high))};
}

/* The halves of 32 bytes. */
struct stream_split {
    __m256i low, high;
};

STREAM_VECTOR static inline struct stream_split stream_split(__m256i x)
{
    __m256i half = _mm256_set1_epi8(15);
    return (struct stream_split){_mm256_and_si256(x, half), _mm256_and_si256(_mm256_srli_epi16(x, 4), half)};
}

/* The buckets of each of 32 bytes. */
STREAM_VECTOR static inline __m256i stream_look_up(struct stream_split x, struct stream_tables t)
{
    return _mm256_and_si256(_mm256_shuffle_epi8(t.low, x.low), _mm256_shuffle_epi8(t.high, x.high));
}

/* Each byte of x one place further on in its run, behind the last one of those before. */
STREAM_VECTOR static inline __m256i stream_behind(__m256i before, __m256i x)
{
    return _mm256_alignr_epi8(x, before, 15);
}

/* Which bytes are in any bucket: bits from `one` on, and from `two` on, both multiples of 16. */
STREAM_VECTOR static inline void stream_mark(uint64_t *bits, size_t one, size_t two, __m256i buckets)
{
    uint32_t any = ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(buckets, _mm256_setzero_si256()));
    uint16_t first = (uint16_t)any, second = (uint16_t)(any >> 16);
    memcpy((unsigned char *)bits + one / 8, &first, sizeof first); /* these processors have the lower byte first */
    memcpy((unsigned char *)bits + two / 8, &second, sizeof second);
}
#endif

#endif
