/* text: UTF-8 as people see it: decoding, widths, folding, and the one function that makes text safe.
 *
 * Every byte that reaches a terminal goes through text_safe (or through the renderer, which uses it). It works
 * at the draw boundary, after all decoding, since decoders (cmark's entities, JSON) can make control bytes. */
#ifndef CRIB_BASE_TEXT_H
#define CRIB_BASE_TEXT_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A run of bytes, not NUL-terminated, owned by somebody else. */
struct str {
    const char *p;
    size_t n;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})

struct str str_of(const char *text); /* NULL gives the empty run */
bool str_eq(struct str a, struct str b);
struct str str_trim(struct str s); /* without blanks, tabs and line ends at both ends */

/* Decodes the code point at s[0..n), n >= 1. Returns the bytes it takes (1..4); an invalid sequence takes one byte
 * and gives U+FFFD (Unicode 15, table 3-7: maximal well-formed sequences alone are accepted). */
size_t text_decode(const char *s, size_t n, uint32_t *code_point);

/* The code point as UTF-8; returns how many bytes it takes. */
size_t text_encode(uint32_t code_point, char bytes[4]);

/* The offset of the first invalid byte, or n when all of it is valid UTF-8 without NUL. */
size_t text_invalid(const char *s, size_t n);

/* The offset of the first byte that no name should hold: of an invalid sequence, a control character (C0, DEL, C1, line
 * and paragraph separators) or a bidi control; n where there is none. */
size_t text_control(const char *s, size_t n);

/* How many characters the bytes hold: all that don't go on with one. */
size_t text_characters(const char *s, size_t n);

/* How many of n bytes to keep where `most` fit, so that no character is cut in two. */
size_t text_cut(const char *s, size_t n, size_t most);

/* Does the pattern fit all of s? `*` stands for any run of characters, `?` for one; nothing else is wild. */
bool text_glob(const char *pattern, const char *s, size_t n);

/* FNV-1a of the bytes, for tables in memory: quick for short texts, no state, and no defence against who wants to make
 * them meet. */
static inline uint32_t text_hash(const char *s, size_t n)
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * 16777619U;
    return h;
}

/* How many bytes at the start of s are printable ASCII (U+0020..7E): safe, one column each. Fast. */
size_t text_printable_length(const char *s, size_t n);

static inline bool text_printable(const char *s, size_t n)
{
    return text_printable_length(s, n) == n;
}

/* The bytes of the grapheme cluster at s[0..n) and its width in terminal columns (0..2). */
size_t text_cluster(const char *s, size_t n, int *columns);

/* Columns that the text takes on a terminal, after text_safe. */
size_t text_width(const char *s, size_t n);

/* How many bytes fit into so many columns, never splitting a cluster; *used takes their width (NULL allowed). */
size_t text_fit(const char *s, size_t n, size_t columns, size_t *used);

enum text_safe_flags {
    TEXT_KEEP_NEWLINES = 1, /* LF stays; otherwise it becomes a blank */
    TEXT_ASCII = 2,         /* for the C locale: every other character as its nearest ASCII, or '?' */
    TEXT_LATIN1 = 4,        /* with TEXT_ASCII: but for what ISO 8859-1 and 8859-15 have alike */
    TEXT_LINES = 8,         /* with TEXT_ASCII: but for the lines, corners and crossings that a VT100 draws (U+2500 ... 253C) */
};

/* The VT100's name of a line, corner or crossing ('q', 'x', ...), as terminfo's acsc has it; '\0' for another character. */
char text_line(uint32_t code_point);

/* Appends s made harmless: C0 (tab becomes a blank), DEL, C1, bidi controls (U+061C, U+200E/F, U+202A..E,
 * U+2066..9), line and paragraph separators, and invalid bytes become U+FFFD, or are left out where they are
 * invisible bidi controls. So are variation selectors, skin tones and emoji joiners, whose width terminals do not
 * agree on. What it appends never holds a byte that a terminal acts on. */
void text_safe(struct buf *out, const char *s, size_t n, unsigned flags);

/* Appends s folded for comparison: NFKC, case folded, diacritics stripped, blanks collapsed (utf8proc). Invalid
 * bytes become U+FFFD. Used by search, triggers and short answers. */
void text_fold(struct buf *out, const char *s, size_t n);

/* Appends s in NFC with runs of blanks collapsed and trimmed: the form that identities are hashed over. */
void text_nfc(struct buf *out, const char *s, size_t n);

#endif
