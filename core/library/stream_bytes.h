/* stream_bytes: bytes sorted into eight buckets, by 32 at once where the processor can. Internal to core/library.
 *
 * That takes AVX2's intrinsics, an extension of gcc and clang; whether the processor has them is asked at run time. Elsewhere,
 * or with CRIB_NO_SIMD defined, each scanner has a way by one byte that finds the same. */
#ifndef CRIB_LIBRARY_STREAM_BYTES_H
#define CRIB_LIBRARY_STREAM_BYTES_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(CRIB_NO_SIMD)
#include <immintrin.h>
#define STREAM_BY_VECTOR 1
#define STREAM_VECTOR __attribute__((target("avx2")))
#endif

enum { STREAM_HALVES = 16, STREAM_BUCKETS = 8 };

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
STREAM_VECTOR static inline __m256i stream_load(const char *text)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)text);
}

/* The buckets of each of 32 bytes. */
STREAM_VECTOR static inline __m256i stream_look_up(__m256i x, const struct stream_halves *h)
{
    __m256i low = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)h->low));
    __m256i high = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)h->high));
    __m256i half = _mm256_set1_epi8(15);
    return _mm256_and_si256(_mm256_shuffle_epi8(low, _mm256_and_si256(x, half)),
                            _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(x, 4), half)));
}

/* Bit i for byte i: is it in any bucket? */
STREAM_VECTOR static inline uint32_t stream_any(__m256i buckets)
{
    return ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(buckets, _mm256_setzero_si256()));
}
#endif

#endif
