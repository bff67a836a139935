#include "core/base/text.h"

#include <string.h>
#include <utf8proc.h>

#define REPLACEMENT 0xFFFDU

struct str str_of(const char *text)
{
    return text == NULL ? (struct str){"", 0} : (struct str){text, strlen(text)};
}

bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct str str_trim(struct str s)
{
    while (s.n > 0 && is_blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* The bounds of the second byte for a lead byte (Unicode 15, table 3-7). */
static bool second_fits(unsigned char lead, unsigned char second)
{
    switch (lead) {
    case 0xE0:
        return second >= 0xA0 && second <= 0xBF;
    case 0xED:
        return second >= 0x80 && second <= 0x9F;
    case 0xF0:
        return second >= 0x90 && second <= 0xBF;
    case 0xF4:
        return second >= 0x80 && second <= 0x8F;
    default:
        return second >= 0x80 && second <= 0xBF;
    }
}

size_t text_decode(const char *s, size_t n, uint32_t *code_point)
{
    const unsigned char *u = (const unsigned char *)s;
    if (u[0] < 0x80) {
        *code_point = u[0];
        return 1;
    }
    *code_point = REPLACEMENT;
    size_t more;
    uint32_t value;
    if (u[0] >= 0xC2 && u[0] <= 0xDF) {
        more = 1;
        value = u[0] & 0x1FU;
    } else if ((u[0] & 0xF0) == 0xE0) {
        more = 2;
        value = u[0] & 0x0FU;
    } else if (u[0] >= 0xF0 && u[0] <= 0xF4) {
        more = 3;
        value = u[0] & 0x07U;
    } else {
        return 1;
    }
    if (n <= more || !second_fits(u[0], u[1]))
        return 1;
    for (size_t i = 1; i <= more; i++) {
        if ((u[i] & 0xC0) != 0x80)
            return 1;
        value = value << 6 | (u[i] & 0x3FU);
    }
    *code_point = value;
    return more + 1;
}

size_t text_encode(uint32_t code_point, char bytes[4])
{
    if (code_point < 0x80) {
        bytes[0] = (char)code_point;
        return 1;
    }
    size_t n = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, code_point >>= 6)
        bytes[i] = (char)(0x80 | (code_point & 0x3F));
    bytes[0] = (char)((n == 2 ? 0xC0U : n == 3 ? 0xE0U : 0xF0U) | code_point);
    return n;
}

size_t text_invalid(const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        if (s[i] > 0) {
            i++;
            continue;
        }
        uint32_t c;
        size_t k = text_decode(s + i, n - i, &c);
        if (k == 1)
            return i;
        i += k;
    }
    return n;
}

size_t text_characters(const char *s, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)s[i] & 0xC0) != 0x80;
    return count;
}

size_t text_cut(const char *s, size_t n, size_t most)
{
    if (n <= most)
        return n;
    size_t at = most;
    while (at > 0 && most - at < 4 && ((unsigned char)s[at] & 0xC0) == 0x80)
        at--;
    return most - at < 4 ? at : most;
}

bool text_glob(const char *pattern, const char *s, size_t n)
{
    size_t at = 0, star_at = 0;
    const char *star = NULL;
    uint32_t ignored;
    while (at < n) {
        if (*pattern == '*') {
            star = ++pattern;
            star_at = at;
        } else if (*pattern == '?') {
            pattern++;
            at += text_decode(s + at, n - at, &ignored);
        } else if (*pattern != '\0' && *pattern == s[at]) {
            pattern++;
            at++;
        } else if (star != NULL) {
            pattern = star;
            at = ++star_at;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

size_t text_printable_length(const char *s, size_t n)
{
    const uint64_t ones = UINT64_MAX / 255, high = ones * 0x80;
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        uint64_t x; /* eight bytes: one with its high bit, below 0x20, or 0x7F has the high bit in one of the sums */
        memcpy(&x, s + i, 8);
        if (((x | (x - ones * 0x20) | (x + ones)) & high) != 0)
            break;
    }
    while (i < n && (unsigned char)(s[i] - 0x20) < 0x5F)
        i++;
    return i;
}

static bool is_bidi_control(uint32_t c)
{
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}

size_t text_control(const char *s, size_t n)
{
    size_t i = 0, valid = text_invalid(s, n);
    while (i < valid) {
        uint32_t c;
        size_t k = text_decode(s + i, valid - i, &c);
        if (is_control(c) || is_bidi_control(c))
            return i;
        i += k;
    }
    return valid;
}

static int columns_of(uint32_t c)
{
    if (c < 0x7F)
        return c >= 0x20;
    if (c < 0x300)
        return c != 0xAD;
    /* Hangul vowels and finals join the syllable before them. */
    if ((c >= 0x1160 && c <= 0x11FF) || (c >= 0xD7B0 && c <= 0xD7FF))
        return 0;
    return utf8proc_charwidth((utf8proc_int32_t)c);
}

size_t text_cluster(const char *s, size_t n, int *columns)
{
    uint32_t c;
    size_t i = text_decode(s, n, &c);
    if (c >= 0x20 && c < 0x7F && (i == n || (unsigned char)s[i] < 0x80)) {
        *columns = 1;
        return i;
    }
    int width = is_control(c) ? 1 : columns_of(c);
    bool regional = c >= 0x1F1E6 && c <= 0x1F1FF;
    utf8proc_int32_t state = 0;
    while (i < n && !is_control(c)) {
        uint32_t next;
        size_t k = text_decode(s + i, n - i, &next);
        if (is_control(next) ||
            utf8proc_grapheme_break_stateful((utf8proc_int32_t)c, (utf8proc_int32_t)next, &state))
            break;
        int w = columns_of(next);
        if (regional && next >= 0x1F1E6 && next <= 0x1F1FF)
            w = 2; /* the second half of a flag */
        if (w > width)
            width = w;
        c = next;
        i += k;
    }
    *columns = width;
    return i;
}

size_t text_width(const char *s, size_t n)
{
    size_t used;
    text_fit(s, n, SIZE_MAX, &used);
    return used;
}

size_t text_fit(const char *s, size_t n, size_t columns, size_t *used)
{
    size_t at = text_printable_length(s, n <= columns ? n : columns + 1);
    if (at < n && at > 0)
        at--; /* it may carry combining marks */
    at = at < columns ? at : columns;
    size_t width = at;
    while (at < n) {
        int w;
        size_t k = text_cluster(s + at, n - at, &w);
        if ((size_t)w > columns - width)
            break;
        width += (size_t)w;
        at += k;
    }
    if (used != NULL)
        *used = width;
    return at;
}

/* What terminals measure differently, and what a reader can do without: emoji presentation, skin tones, and joiners
 * (which build one picture of several on some terminals; elsewhere they stand side by side, as here everywhere). */
static bool is_presentation(uint32_t c)
{
    return c == 0xFE0F || c == 0xFE0E || (c >= 0x1F3FB && c <= 0x1F3FF);
}

/* Does an emoji follow, with nothing between that would be left out as well? A crowd of what is left out counts as one
 * too, so that the look ahead stays short. */
static bool before_emoji(const char *s, size_t n)
{
    uint32_t c = 0x200D;
    size_t at = 0;
    for (int ahead = 0; at < n && ahead < 8; ahead++) {
        at += text_decode(s + at, n - at, &c);
        if (c != 0x200D && !is_presentation(c) && !is_bidi_control(c))
            return c >= 0x2600 && columns_of(c) > 0 && (c >= 0x1F000 || c <= 0x27BF);
    }
    return at < n;
}

static bool is_ambiguous(const char *s, size_t n, uint32_t c)
{
    return is_presentation(c) || (c == 0x200D && before_emoji(s + 3, n - 3));
}

/* The nearest ASCII of what instructions, lines and arrows use; NULL where there is none. */
static const char *ascii_of(uint32_t c)
{
    static const struct {
        uint32_t from;
        const char *to;
    } table[] = {
        {0x00A0, " "},   {0x00AB, "<<"},  {0x00AE, "(R)"}, {0x00B0, "deg"}, {0x00B1, "+/-"}, {0x00B2, "^2"},
        {0x00B3, "^3"},  {0x00B5, "u"},   {0x00B7, "."},   {0x00B9, "^1"},  {0x00BB, ">>"},  {0x00C6, "AE"},
        {0x00D7, "x"},   {0x00D8, "O"},   {0x00DF, "ss"},  {0x00E6, "ae"},  {0x00F7, "/"},   {0x00F8, "o"},
        {0x0141, "L"},   {0x0142, "l"},   {0x0152, "OE"},  {0x0153, "oe"},  {0x0394, "delta"}, {0x03A9, "ohm"},
        {0x03BC, "u"},   {0x03C0, "pi"},
        {0x2010, "-"},   {0x2011, "-"},   {0x2012, "-"},   {0x2013, "-"},   {0x2014, "--"},  {0x2018, "'"},
        {0x2019, "'"},   {0x201A, "'"},   {0x201E, "\""},  {0x2030, "o/oo"}, {0x2032, "'"},  {0x2033, "\""},
        {0x2039, "<"},   {0x2044, "/"},   {0x2074, "^4"},  {0x2075, "^5"},  {0x2076, "^6"},  {0x2077, "^7"},
        {0x2078, "^8"},  {0x2079, "^9"},  {0x207B, "^-"},  {0x2194, "<->"}, {0x21D2, "=>"},  {0x221A, "sqrt"},
        {0x2300, "dia."}, {0x25B2, "^"},  {0x25B6, ">"},   {0x25BC, "v"},   {0x25C0, "<"},   {0x26A0, "!"},
        {0x2714, "v"},   {0x2718, "x"},   {0x201C, "\""},  {0x201D, "\""},  {0x2022, "*"},   {0x2026, "..."}, {0x203A, ">"},
        {0x20AC, "EUR"}, {0x2122, "(TM)"}, {0x2126, "ohm"}, {0x2190, "<-"},  {0x2191, "^"},   {0x2192, "->"},
        {0x2193, "v"},   {0x2212, "-"},   {0x221E, "inf"}, {0x2248, "~"},   {0x2260, "!="},  {0x2264, "<="},
        {0x2265, ">="},  {0x2500, "-"},   {0x2502, "|"},   {0x2588, "#"},   {0x2591, "."},   {0x25B8, ">"},
        {0x25CF, "*"},   {0x25CB, "o"},   {0x2610, "[ ]"}, {0x2611, "[x]"}, {0x2713, "v"},   {0x2717, "x"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].from == c)
            return table[i].to;
    return NULL;
}

enum { FRACTION_SLASH = 0x2044 };

static void add_ascii(struct buf *out, uint32_t c)
{
    const char *known = ascii_of(c);
    if (known != NULL) {
        buf_adds(out, known);
        return;
    }
    utf8proc_int32_t parts[18];
    utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)c, parts, 18,
                                                 UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK, NULL);
    bool any = false;
    /* Two and a half must not become 21/2. */
    if (n == 3 && parts[1] == FRACTION_SLASH && out->len > 0 && out->data[out->len - 1] >= '0' &&
        out->data[out->len - 1] <= '9')
        buf_addc(out, ' ');
    for (utf8proc_ssize_t i = 0; i < n && n <= 18; i++)
        if (parts[i] == FRACTION_SLASH || (parts[i] >= 0x20 && parts[i] < 0x7F)) {
            buf_addc(out, parts[i] == FRACTION_SLASH ? '/' : (char)parts[i]);
            any = true;
        }
    if (!any && columns_of(c) > 0)
        buf_addc(out, '?');
}

/* Eight places of 8859-1 hold something else in 8859-15. A soft hyphen shows on some terminals alone. */
static bool is_latin1(uint32_t c)
{
    static const unsigned char others[] = {0xA4, 0xA6, 0xA8, 0xB4, 0xB8, 0xBC, 0xBD, 0xBE, 0xAD};
    return c >= 0xA0 && c <= 0xFF && memchr(others, (int)c, sizeof others) == NULL;
}

char text_line(uint32_t c)
{
    static const struct {
        uint32_t c;
        char name;
    } table[] = {{0x2500, 'q'}, {0x2502, 'x'}, {0x250C, 'l'}, {0x2510, 'k'}, {0x2514, 'm'}, {0x2518, 'j'},
                 {0x251C, 't'}, {0x2524, 'u'}, {0x252C, 'w'}, {0x2534, 'v'}, {0x253C, 'n'}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].c == c)
            return table[i].name;
    return '\0';
}

static bool is_shown(uint32_t c, unsigned flags)
{
    return (flags & TEXT_ASCII) == 0 || ((flags & TEXT_LATIN1) != 0 && is_latin1(c)) ||
           ((flags & TEXT_LINES) != 0 && text_line(c) != '\0');
}

void text_safe(struct buf *out, const char *s, size_t n, unsigned flags)
{
    size_t plain = 0; /* start of the run that needs no change */
    size_t i = 0;
    while (i < n) {
        unsigned char b = (unsigned char)s[i];
        if (b >= 0x20 && b < 0x7F) {
            i++;
            continue;
        }
        uint32_t c;
        size_t k = text_decode(s + i, n - i, &c);
        bool invalid = k == 1 && b >= 0x80;
        bool keep = b == '\n' ? (flags & TEXT_KEEP_NEWLINES) != 0
                              : !invalid && !is_control(c) && !is_bidi_control(c) && is_shown(c, flags) &&
                                    !is_ambiguous(s + i, n - i, c);
        if (keep) {
            i += k;
            continue;
        }
        buf_add(out, s + plain, i - plain);
        if (b == '\n' || b == '\t')
            buf_addc(out, ' ');
        else if (!invalid && (is_bidi_control(c) || is_ambiguous(s + i, n - i, c)))
            ; /* left out */
        else if ((flags & TEXT_ASCII) != 0)
            invalid || is_control(c) ? buf_addc(out, '?') : add_ascii(out, c);
        else
            buf_adds(out, "\xEF\xBF\xBD");
        i += k;
        plain = i;
    }
    buf_add(out, s + plain, n - plain);
}
