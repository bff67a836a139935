#include "core/library/stream_places.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(CRIB_NO_SIMD)
#include <cpuid.h>
#include <immintrin.h>
#define BY_VECTOR 1
#define BY_32 __attribute__((target("avx2")))
#define BY_64 __attribute__((target("avx512bw")))
#endif

void stream_places_add(struct stream_places *p, unsigned place, unsigned char c, unsigned bucket)
{
    p->has[place][c] |= (uint8_t)(1U << bucket);
    p->low[place][c % 16] |= (uint8_t)(1U << bucket);
    p->high[place][c / 16] |= (uint8_t)(1U << bucket);
}

void stream_places_add_all(struct stream_places *p, unsigned place, unsigned bucket)
{
    for (unsigned c = 0; c < 256; c++)
        stream_places_add(p, place, (unsigned char)c, bucket);
}

#ifdef BY_VECTOR
/* Which registers the system keeps: to be asked only of a processor that can tell. */
__attribute__((target("xsave"))) static uint64_t kept_registers(void)
{
    return (uint64_t)_xgetbv(0);
}
#endif

/* Not by __builtin_cpu_supports, which asks ten such questions whenever the program starts: in a virtual machine each of them
 * is a trap, of 4 us. */
enum stream_way stream_way(enum stream_way most)
{
#ifdef BY_VECTOR
    enum { KEPT_32 = 0x06, KEPT_64 = 0xE6, HAS_64 = bit_AVX512F | bit_AVX512BW };
    unsigned a, b, c, d;
    uint64_t kept = __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_OSXSAVE) != 0 ? kept_registers() : 0;
    unsigned has = __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 ? b : 0;
    if (most >= STREAM_BY_64 && (kept & KEPT_64) == KEPT_64 && (has & HAS_64) == HAS_64)
        return STREAM_BY_64;
    if (most >= STREAM_BY_32 && (kept & KEPT_32) == KEPT_32 && (has & bit_AVX2) != 0)
        return STREAM_BY_32;
#endif
    (void)most;
    return STREAM_BY_1;
}

/* The buckets that fit so far: of the byte before text[at], and of the two before it. */
struct begun {
    uint8_t one, two;
};

static struct begun begun_at(const struct stream_places *p, const char *text, size_t at)
{
    unsigned char last = (unsigned char)text[at - 1];
    return (struct begun){p->has[0][last], p->has[1][last] & p->has[0][(unsigned char)text[at - 2]]};
}

static size_t find_by_1(const struct stream_places *p, const char *text, size_t n, size_t *at, struct stream_found *found)
{
    struct begun b = begun_at(p, text, *at);
    size_t count = 0;
    while (*at < n && count < STREAM_FOUND) {
        size_t block = n - *at < STREAM_BLOCK ? n - *at : STREAM_BLOCK;
        uint64_t bits = 0;
        for (size_t i = 0; i < block; i++) {
            unsigned char c = (unsigned char)text[*at + i];
            bits |= (uint64_t)((b.two & p->has[2][c]) != 0) << i;
            b = (struct begun){p->has[0][c], b.one & p->has[1][c]};
        }
        if (bits != 0)
            found[count++] = (struct stream_found){*at, bits};
        *at += block;
    }
    return count;
}

#ifdef BY_VECTOR
enum { AHEAD = 4096 }; /* what is asked for early: processors do so by themselves, but not into the next page */

/* Buckets by the halves of a byte, once in each 16 bytes of a register. */
struct tables32 {
    __m256i low, high;
};

BY_32 static inline struct tables32 tables32_of(const struct stream_places *p, unsigned place)
{
    return (struct tables32){_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)p->low[place])),
                             _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)p->high[place]))};
}

BY_32 static inline __m256i look_up32(__m256i low, __m256i high, struct tables32 t)
{
    return _mm256_and_si256(_mm256_shuffle_epi8(t.low, low), _mm256_shuffle_epi8(t.high, high));
}

/* Each byte of x one place further on, behind the last one of those before. */
BY_32 static inline __m256i behind32(__m256i before, __m256i x)
{
    return _mm256_alignr_epi8(x, _mm256_permute2x128_si256(before, x, 0x21), 15);
}

/* What fits so far goes from each 32 bytes to the next in *one and *two. */
BY_32 static inline __m256i step32(const char *text, const struct tables32 t[STREAM_ROW], __m256i *one, __m256i *two)
{
    __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)text), half = _mm256_set1_epi8(15);
    __m256i low = _mm256_and_si256(x, half), high = _mm256_and_si256(_mm256_srli_epi16(x, 4), half);
    __m256i first = look_up32(low, high, t[0]), second = _mm256_and_si256(look_up32(low, high, t[1]), behind32(*one, first));
    __m256i third = _mm256_and_si256(look_up32(low, high, t[2]), behind32(*two, second));
    *one = first;
    *two = second;
    return third;
}

BY_32 static inline uint32_t bits32(__m256i buckets)
{
    return ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(buckets, _mm256_setzero_si256()));
}

BY_32 static size_t find_by_32(const struct stream_places *p, const char *text, size_t n, size_t *from, struct stream_found *found)
{
    const struct tables32 t[STREAM_ROW] = {tables32_of(p, 0), tables32_of(p, 1), tables32_of(p, 2)};
    struct begun b = begun_at(p, text, *from);
    __m256i one = _mm256_set1_epi8((char)b.one), two = _mm256_set1_epi8((char)b.two);
    size_t count = 0, at = *from;
    for (; n - at >= STREAM_BLOCK && count < STREAM_FOUND; at += STREAM_BLOCK) {
        _mm_prefetch(text + at + AHEAD, _MM_HINT_T0);
        __m256i x = step32(text + at, t, &one, &two), y = step32(text + at + 32, t, &one, &two), any = _mm256_or_si256(x, y);
        if (!_mm256_testz_si256(any, any))
            found[count++] = (struct stream_found){at, bits32(x) | (uint64_t)bits32(y) << 32};
    }
    *from = at;
    return count;
}

struct tables64 {
    __m512i low, high;
};

BY_64 static inline struct tables64 tables64_of(const struct stream_places *p, unsigned place)
{
    return (struct tables64){_mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)p->low[place])),
                             _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)p->high[place]))};
}

BY_64 static inline __m512i look_up64(__m512i low, __m512i high, struct tables64 t)
{
    return _mm512_and_si512(_mm512_shuffle_epi8(t.low, low), _mm512_shuffle_epi8(t.high, high));
}

BY_64 static inline __m512i behind64(__m512i before, __m512i x)
{
    return _mm512_alignr_epi8(x, _mm512_alignr_epi64(x, before, 6), 15);
}

/* What fits so far goes from each 64 bytes to the next in *one and *two. */
BY_64 static inline uint64_t step64(__m512i x, const struct tables64 t[STREAM_ROW], __m512i *one, __m512i *two)
{
    const __m512i half = _mm512_set1_epi8(15);
    __m512i low = _mm512_and_si512(x, half), high = _mm512_and_si512(_mm512_srli_epi16(x, 4), half);
    __m512i first = look_up64(low, high, t[0]), second = _mm512_and_si512(look_up64(low, high, t[1]), behind64(*one, first));
    uint64_t bits = _mm512_test_epi8_mask(look_up64(low, high, t[2]), behind64(*two, second));
    *one = first;
    *two = second;
    return bits;
}

BY_64 static size_t find_by_64(const struct stream_places *p, const char *text, size_t n, size_t *from, struct stream_found *found)
{
    const struct tables64 t[STREAM_ROW] = {tables64_of(p, 0), tables64_of(p, 1), tables64_of(p, 2)};
    struct begun b = begun_at(p, text, *from);
    __m512i one = _mm512_set1_epi8((char)b.one), two = _mm512_set1_epi8((char)b.two);
    size_t count = 0, at = *from;
    for (; n - at >= STREAM_BLOCK && count < STREAM_FOUND; at += STREAM_BLOCK) {
        _mm_prefetch(text + at + AHEAD, _MM_HINT_T0);
        uint64_t bits = step64(_mm512_loadu_si512(text + at), t, &one, &two);
        if (bits != 0)
            found[count++] = (struct stream_found){at, bits};
    }
    if (at < n && count < STREAM_FOUND) {
        uint64_t part = ((uint64_t)1 << (n - at)) - 1;
        uint64_t bits = part & step64(_mm512_maskz_loadu_epi8(part, text + at), t, &one, &two);
        if (bits != 0)
            found[count++] = (struct stream_found){at, bits};
        at = n;
    }
    *from = at;
    return count;
}
#endif

size_t stream_places_find(const struct stream_places *p, enum stream_way way, const char *text, size_t n, size_t *at,
                          struct stream_found found[STREAM_FOUND])
{
#ifdef BY_VECTOR
    size_t over = (uintptr_t)(text + *at) % STREAM_BLOCK; /* to read over the edge of a cache's line takes twice as long */
    size_t end = over > 0 && STREAM_BLOCK - over < n - *at ? *at + STREAM_BLOCK - over : n;
    if (way == STREAM_BY_64)
        return find_by_64(p, text, end, at, found);
    if (way == STREAM_BY_32 && over == 0 && n - *at >= STREAM_BLOCK)
        return find_by_32(p, text, n, at, found);
    return find_by_1(p, text, way == STREAM_BY_1 ? n : end, at, found);
#else
    (void)way;
    return find_by_1(p, text, n, at, found);
#endif
}
