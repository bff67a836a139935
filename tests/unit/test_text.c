/* text: decoding, widths, folding, and what text_safe lets through to a terminal. */
#include "core/base/text.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <string.h>

#define FFFD "\xEF\xBF\xBD"
#define S(literal) {(literal), sizeof(literal) - 1} /* a struct str in a table */
#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

/* --- text_safe ---------------------------------------------------------------------------------------------------- */

struct safe_case {
    const char *name;
    struct str in;
    const char *out;   /* as UTF-8 */
    const char *ascii; /* with TEXT_ASCII */
};

static const struct safe_case safe_cases[] = {
    {"empty", S(""), "", ""},
    {"ASCII", S("Bleed the casing (1/4 turn) ~"), "Bleed the casing (1/4 turn) ~", "Bleed the casing (1/4 turn) ~"},
    {"accents", S("Größe façade"), "Größe façade", "Grosse facade"},
    {"CSI", S("\x1B[31mred\x1B[0m"), FFFD "[31mred" FFFD "[0m", "?[31mred?[0m"},
    {"OSC title", S("\x1B]0;owned\x07"), FFFD "]0;owned" FFFD, "?]0;owned?"},
    {"OSC 52 clipboard", S("\x1B]52;c;cm0=\x1B\\"), FFFD "]52;c;cm0=" FFFD "\\", "?]52;c;cm0=?\\"},
    {"DCS", S("\x1BPq\x1B\\"), FFFD "Pq" FFFD "\\", "?Pq?\\"},
    {"NUL inside", S("a\0b"), "a" FFFD "b", "a?b"},
    {"BEL, BS, VT, FF, SO, SI", S("\a\b\v\f\x0E\x0F"), FFFD FFFD FFFD FFFD FFFD FFFD, "??????"},
    {"CR", S("a\rb"), "a" FFFD "b", "a?b"},
    {"tab and newline", S("a\tb\nc"), "a b c", "a b c"},
    {"DEL", S("a\x7F"), "a" FFFD, "a?"},
    {"C1 as UTF-8: CSI, ST, NEL", S("\xC2\x9B""31m\xC2\x9C\xC2\x85"), FFFD "31m" FFFD FFFD, "?31m??"},
    {"C1 as a raw byte", S("\x9B""31m"), FFFD "31m", "?31m"},
    {"overlong ESC", S("\xC0\x9B[31m"), FFFD FFFD "[31m", "??[31m"},
    {"overlong NUL", S("\xC0\x80"), FFFD FFFD, "??"},
    {"surrogate", S("\xED\xA0\x80"), FFFD FFFD FFFD, "???"},
    {"above U+10FFFF", S("\xF4\x90\x80\x80"), FFFD FFFD FFFD FFFD, "????"},
    {"cut sequence at the end", S("a\xE2\x82"), "a" FFFD FFFD, "a??"},
    {"cut sequence before ESC", S("\xE2\x82\x1B[2J"), FFFD FFFD FFFD "[2J", "???[2J"},
    {"continuation byte alone", S("\x80x"), FFFD "x", "?x"},
    {"a real U+FFFD", S(FFFD), FFFD, "?"},
    {"bidi embeddings and overrides", S("a\xE2\x80\xAA\xE2\x80\xAB\xE2\x80\xAC\xE2\x80\xAD\xE2\x80\xAE" "b"), "ab", "ab"},
    {"bidi isolates", S("a\xE2\x81\xA6\xE2\x81\xA7\xE2\x81\xA8\xE2\x81\xA9" "b"), "ab", "ab"},
    {"bidi marks", S("a\xE2\x80\x8E\xE2\x80\x8F\xD8\x9C" "b"), "ab", "ab"},
    {"line and paragraph separator", S("a\xE2\x80\xA8\xE2\x80\xA9"), "a" FFFD FFFD, "a??"},
    {"right-to-left letters stay", S("שלום"), "שלום", "????"},
    {"wide letters stay", S("漢字"), "漢字", "??"},
    {"combining mark stays", S("e\xCC\x81"), "e\xCC\x81", "e"},
    {"emoji stays", S("\xF0\x9F\x94\xA7"), "\xF0\x9F\x94\xA7", "?"},
    {"emoji presentation is left out", S("\xE2\x9A\xA0\xEF\xB8\x8F"), "\xE2\x9A\xA0", "!"},
    {"text presentation is left out", S("\xE2\x9A\xA0\xEF\xB8\x8E"), "\xE2\x9A\xA0", "!"},
    {"skin tone is left out", S("\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD"), "\xF0\x9F\x91\x8D", "?"},
    {"joined emoji stand side by side", S("\xF0\x9F\x91\xB7\xE2\x80\x8D\xE2\x99\x80\xEF\xB8\x8F"),
     "\xF0\x9F\x91\xB7\xE2\x99\x80", "??"},
    {"a joiner between letters stays", S("\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D\xE0\xA4\xB7"),
     "\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D\xE0\xA4\xB7", "??"},
    {"instruments' signs", S("±5 °C, 10 µA, 4 kΩ, ≤ 3 → stop…"), "±5 °C, 10 µA, 4 kΩ, ≤ 3 → stop…",
     "+/-5 degC, 10 uA, 4 kohm, <= 3 -> stop..."},
    {"numbers stay what they are", S("¼ turn, 2½ bar, 10³ Pa, 10⁶, 5 m²"), "¼ turn, 2½ bar, 10³ Pa, 10⁶, 5 m²",
     "1/4 turn, 2 1/2 bar, 10^3 Pa, 10^6, 5 m^2"},
    {"quotes and signs", S("„so“ ‚x‘ 5′ 3″ Ø 20 ▶ ✔"), "„so“ ‚x‘ 5′ 3″ Ø 20 ▶ ✔", "\"so\" 'x' 5' 3\" O 20 > v"},
    {"ligatures and roman numerals", S("ﬁt Ⅳ"), "ﬁt Ⅳ", "fit IV"},
};

START_TEST(safe_table)
{
    const struct safe_case *c = &safe_cases[_i];
    struct buf out = {0};
    text_safe(&out, c->in.p, c->in.n, 0);
    ck_assert_msg(strcmp(buf_text(&out), c->out) == 0, "%s: got \"%s\"", c->name, buf_text(&out));
    buf_clear(&out);
    text_safe(&out, c->in.p, c->in.n, TEXT_ASCII);
    ck_assert_msg(strcmp(buf_text(&out), c->ascii) == 0, "%s in ASCII: got \"%s\"", c->name, buf_text(&out));
    buf_free(&out);
}
END_TEST

/* What a VT100 can draw stays, and nothing else does. */
static const struct {
    const char *in, *out;
    unsigned flags;
} drawn[] = {
    {"\u2500\u2502\u250C\u2510\u2514\u2518\u251C\u2524\u252C\u2534\u253C", "\u2500\u2502\u250C\u2510\u2514\u2518\u251C\u2524\u252C\u2534\u253C",
     TEXT_ASCII | TEXT_LINES},
    {"\u2500\u2502 \u2588\u00E9", "-| #e", TEXT_ASCII},
    {"\u2500 \u2588\u00E9\u2550\x1B", "\u2500 #e??", TEXT_ASCII | TEXT_LINES},
    {"\u2500\u00E9\u2192", "\u2500\u00E9->", TEXT_ASCII | TEXT_LATIN1 | TEXT_LINES},
};

START_TEST(safe_lines)
{
    struct buf out = {0};
    text_safe(&out, drawn[_i].in, strlen(drawn[_i].in), drawn[_i].flags);
    ck_assert_str_eq(buf_text(&out), drawn[_i].out);
    buf_free(&out);
}
END_TEST

START_TEST(safe_newlines)
{
    struct buf out = {0};
    text_safe(&out, "a\n\r\nb\t", 6, TEXT_KEEP_NEWLINES);
    ck_assert_str_eq(buf_text(&out), "a\n" FFFD "\nb ");
    buf_free(&out);
}
END_TEST

/* Would a terminal act on any of it? Every byte must belong to a well-formed character that is no control. */
static bool acts(const char *s, size_t n, bool newlines)
{
    for (size_t i = 0; i < n;) {
        unsigned char b = (unsigned char)s[i];
        uint32_t c;
        size_t k = text_decode(s + i, n - i, &c);
        if ((k == 1 && b >= 0x80) || (c < 0x20 && !(newlines && c == '\n')) || (c >= 0x7F && c <= 0x9F))
            return true;
        if (c == 0x061C || (c >= 0x200E && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
            return true;
        i += k;
    }
    return false;
}

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Bytes as an attacker would choose them: half plain noise, half pieces that mean something. */
static size_t hostile(uint32_t *state, char *out, size_t size)
{
    static const char *const pieces[] = {"\x1B[", "\x1B]8;;", "\xC2\x9B", "\xE2\x80\xAE", "\xE2\x80", "\xF0\x9F\x91",
                                         "\xE2\x80\x8D", "\xEF\xB8\x8F", "\xF0\x9F\x8F\xBD", "\xED\xA0\x80", "\r\n", "e\xCC\x81"};
    size_t n = 0, want = next_random(state) % size;
    while (n < want) {
        if (next_random(state) % 2 == 0) {
            out[n++] = (char)(next_random(state) >> 8);
            continue;
        }
        const char *piece = pieces[next_random(state) % (sizeof pieces / sizeof *pieces)];
        for (; *piece != '\0' && n < want; piece++)
            out[n++] = *piece;
    }
    return n;
}

START_TEST(safe_property)
{
    static const unsigned flags[] = {0, TEXT_KEEP_NEWLINES, TEXT_ASCII, TEXT_ASCII | TEXT_KEEP_NEWLINES};
    uint32_t state = 20260101;
    struct buf out = {0}, twice = {0};
    for (int round = 0; round < 20000; round++) {
        char in[64];
        size_t n = hostile(&state, in, sizeof in);
        unsigned f = flags[round % 4];
        buf_clear(&out);
        buf_clear(&twice);
        text_safe(&out, in, n, f);
        ck_assert(buf_ok(&out));
        ck_assert_msg(!acts(buf_text(&out), out.len, (f & TEXT_KEEP_NEWLINES) != 0), "round %d", round);
        if ((f & TEXT_ASCII) != 0)
            for (size_t i = 0; i < out.len; i++)
                if ((unsigned char)out.data[i] >= 0x7F)
                    ck_abort_msg("round %d: not ASCII", round);
        text_safe(&twice, buf_text(&out), out.len, f);
        ck_assert_msg(twice.len == out.len && memcmp(buf_text(&twice), buf_text(&out), out.len) == 0,
                      "round %d: what is safe changes when made safe again", round);
    }
    buf_free(&out);
    buf_free(&twice);
}
END_TEST

/* Every code point alone: none that a terminal acts on comes out, and ASCII comes out as it went in. */
START_TEST(safe_every_code_point)
{
    struct buf out = {0};
    for (uint32_t c = 0; c < 0x110000; c++) {
        char in[4];
        size_t n;
        if (c < 0x80)
            in[0] = (char)c, n = 1;
        else if (c < 0x800)
            in[0] = (char)(0xC0 | c >> 6), in[1] = (char)(0x80 | (c & 63)), n = 2;
        else if (c < 0x10000)
            in[0] = (char)(0xE0 | c >> 12), in[1] = (char)(0x80 | (c >> 6 & 63)), in[2] = (char)(0x80 | (c & 63)), n = 3;
        else
            in[0] = (char)(0xF0 | c >> 18), in[1] = (char)(0x80 | (c >> 12 & 63)), in[2] = (char)(0x80 | (c >> 6 & 63)),
            in[3] = (char)(0x80 | (c & 63)), n = 4;
        buf_clear(&out);
        text_safe(&out, in, n, 0);
        if (acts(buf_text(&out), out.len, false)) /* a million of ck_assert would take seconds */
            ck_abort_msg("U+%04X", c);
        if (c >= 0x20 && c < 0x7F)
            ck_assert_msg(out.len == 1 && out.data[0] == (char)c, "U+%04X changed", c);
        buf_clear(&out);
        text_safe(&out, in, n, TEXT_ASCII);
        if (!text_printable(buf_text(&out), out.len))
            ck_abort_msg("U+%04X in ASCII", c);
    }
    buf_free(&out);
}
END_TEST

/* --- decoding ------------------------------------------------------------------------------------------------------ */

static const struct {
    struct str in;
    size_t bytes;
    uint32_t code_point;
} decode_cases[] = {
    {S("A"), 1, 'A'},
    {S("\0"), 1, 0},
    {S("\x7F"), 1, 0x7F},
    {S("\xC2\x80"), 2, 0x80},
    {S("\xDF\xBF"), 2, 0x7FF},
    {S("\xE0\xA0\x80"), 3, 0x800},
    {S("\xED\x9F\xBF"), 3, 0xD7FF},
    {S("\xEE\x80\x80"), 3, 0xE000},
    {S("\xEF\xBF\xBF"), 3, 0xFFFF},
    {S("\xF0\x90\x80\x80"), 4, 0x10000},
    {S("\xF4\x8F\xBF\xBF"), 4, 0x10FFFF},
    /* each takes one byte and gives U+FFFD */
    {S("\x80"), 1, 0xFFFD},
    {S("\xC0\xAF"), 1, 0xFFFD},
    {S("\xC1\xBF"), 1, 0xFFFD},
    {S("\xC2"), 1, 0xFFFD},
    {S("\xC2\xC2"), 1, 0xFFFD},
    {S("\xE0\x9F\xBF"), 1, 0xFFFD},
    {S("\xED\xA0\x80"), 1, 0xFFFD},
    {S("\xE2\x82"), 1, 0xFFFD},
    {S("\xE2\x82\x28"), 1, 0xFFFD},
    {S("\xF0\x8F\xBF\xBF"), 1, 0xFFFD},
    {S("\xF4\x90\x80\x80"), 1, 0xFFFD},
    {S("\xF5\x80\x80\x80"), 1, 0xFFFD},
    {S("\xFE"), 1, 0xFFFD},
    {S("\xFF"), 1, 0xFFFD},
};

START_TEST(decode_table)
{
    uint32_t c;
    size_t k = text_decode(decode_cases[_i].in.p, decode_cases[_i].in.n, &c);
    ck_assert_uint_eq(k, decode_cases[_i].bytes);
    ck_assert_uint_eq(c, decode_cases[_i].code_point);
}
END_TEST

static const struct {
    struct str in;
    size_t at;
} invalid_cases[] = {
    {S(""), 0},           {S("plain"), 5},      {S("Größe 漢"), 11},   {S("ab\0c"), 2},
    {S("ab\xFF"), 2},     {S("漢\xE6\xBC"), 3}, {S("\xC3\xB6\x80"), 2}, {S(FFFD), 3},
};

START_TEST(invalid_table)
{
    ck_assert_uint_eq(text_invalid(invalid_cases[_i].in.p, invalid_cases[_i].in.n), invalid_cases[_i].at);
}
END_TEST

/* Against the plain loop, at every length and offset around the eight bytes it takes at once. */
START_TEST(printable_length)
{
    char text[40];
    for (size_t n = 0; n <= sizeof text; n++)
        for (size_t bad = 0; bad <= n; bad++)
            for (int byte = 0; byte < 256; byte++) {
                memset(text, 'x', sizeof text);
                if (bad < n)
                    text[bad] = (char)byte;
                size_t expected = bad < n && (byte < 0x20 || byte > 0x7E) ? bad : n;
                if (text_printable_length(text, n) != expected)
                    ck_abort_msg("length %zu, byte %02X at %zu", n, (unsigned)byte, bad);
            }
    ck_assert_uint_eq(text_printable_length(" !~\x7F", 4), 3);
}
END_TEST

/* --- widths -------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *text;
    size_t columns;
} width_cases[] = {
    {"", 0},
    {"abc", 3},
    {"Größe", 5},
    {"Gro\xCC\x88\xC3\x9F" "e", 5},
    {"漢字", 4},
    {"ﾊﾝｶｸ", 4},
    {"ｗｉｄｅ", 8},
    {"한국어", 6},
    {"\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 2}, /* 한 of three jamo */
    {"שלום", 4},
    {"\xF0\x9F\x94\xA7", 2},
    {"\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA", 2},      /* a flag */
    {"a\xE2\x80\x8B" "b", 2},                     /* zero width space */
    {"\xCC\x81", 0},                              /* a combining mark alone */
    {"─│▸●", 4},
    {"4–20 mA", 7},
};

START_TEST(width_table)
{
    size_t width = text_width(width_cases[_i].text, strlen(width_cases[_i].text));
    ck_assert_msg(width == width_cases[_i].columns, "\"%s\": %zu columns", width_cases[_i].text, width);
}
END_TEST

static const struct {
    const char *text;
    size_t columns, bytes, used;
} fit_cases[] = {
    {"abc", 0, 0, 0},   {"abc", 2, 2, 2},       {"abc", 9, 3, 3},   {"漢字", 1, 0, 0},      {"漢字", 2, 3, 2},
    {"漢字", 3, 3, 2},  {"漢字", 4, 6, 4},      {"", 5, 0, 0},      {"e\xCC\x81x", 1, 3, 1},
    {"\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA!", 2, 8, 2}, {"\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA", 1, 0, 0},
};

START_TEST(fit_table)
{
    size_t used = 99;
    size_t bytes = text_fit(fit_cases[_i].text, strlen(fit_cases[_i].text), fit_cases[_i].columns, &used);
    ck_assert_uint_eq(bytes, fit_cases[_i].bytes);
    ck_assert_uint_eq(used, fit_cases[_i].used);
    ck_assert_uint_eq(text_fit(fit_cases[_i].text, strlen(fit_cases[_i].text), fit_cases[_i].columns, NULL), bytes);
}
END_TEST

/* Clusters cover the text without gaps, and a fitted head is as wide as it says, whatever the bytes. */
START_TEST(fit_property)
{
    uint32_t state = 4711;
    for (int round = 0; round < 5000; round++) {
        char in[48];
        size_t n = hostile(&state, in, sizeof in), columns = next_random(&state) % 20, used;
        size_t at = text_fit(in, n, columns, &used);
        ck_assert(at <= n && used <= columns);
        ck_assert_uint_eq(text_width(in, at), used);
        size_t sum = 0;
        for (size_t i = 0; i < n;) {
            int w = -1;
            size_t k = text_cluster(in + i, n - i, &w);
            ck_assert(k >= 1 && k <= n - i && w >= 0 && w <= 2);
            sum += (size_t)w;
            i += k;
        }
        ck_assert_uint_eq(sum, text_width(in, n));
    }
}
END_TEST

/* --- folding and normal form --------------------------------------------------------------------------------------- */

struct form_case {
    const char *name;
    struct str in;
    const char *out;
};

static const struct form_case fold_cases[] = {
    {"empty", S(""), ""},
    {"case and blanks", S("  Prime\t the\n\nPUMP "), "prime the pump"},
    {"diacritics", S("Crème BRÛLÉE Ångström"), "creme brulee angstrom"},
    {"decomposed", S("cre\xCC\x80me"), "creme"},
    {"sharp s", S("STRASSE Straße"), "strasse strasse"},
    {"ligature, full width", S("ﬁbre ＵＰＳ"), "fibre ups"},
    {"Greek final sigma", S("ΟΔΟΣ ὁδός"), "οδοσ οδοσ"},
    {"no-break space", S("4\xC2\xA0mA"), "4 ma"},
    {"ideographic space", S("漢\xE3\x80\x80字"), "漢 字"},
    {"only blanks", S(" \t\xC2\xA0 "), ""},
    {"soft hyphen", S("over\xC2\xADload"), "overload"},
    {"invalid bytes", S("a\xFF" "b"), "a" FFFD "b"},
    {"NUL", S("a\0B"), "a"},
};

START_TEST(fold_table)
{
    const struct form_case *c = &fold_cases[_i];
    struct buf out = {0};
    text_fold(&out, c->in.p, c->in.n);
    ck_assert(buf_ok(&out));
    ck_assert_msg(strcmp(buf_text(&out), c->out) == 0, "%s: got \"%s\"", c->name, buf_text(&out));
    buf_free(&out);
}
END_TEST

static const struct form_case nfc_cases[] = {
    {"empty", S(""), ""},
    {"case stays", S(" Prime  the\r\nPUMP"), "Prime the PUMP"},
    {"composed", S("cre\xCC\x80me"), "crème"},
    {"Angstrom sign", S("\xE2\x84\xAB"), "Å"},
    {"Hangul", S("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB"), "한"},
    {"ligature stays", S("ﬁ"), "ﬁ"},
    {"canonical order", S("a\xCC\x81\xCC\xA3"), "\xE1\xBA\xA1\xCC\x81"},
    {"invalid bytes", S("\xFF"), FFFD},
};

START_TEST(nfc_table)
{
    const struct form_case *c = &nfc_cases[_i];
    struct buf out = {0};
    text_nfc(&out, c->in.p, c->in.n);
    ck_assert_msg(strcmp(buf_text(&out), c->out) == 0, "%s: got \"%s\"", c->name, buf_text(&out));
    buf_free(&out);
}
END_TEST

/* Folding and NFC are idempotent and valid, whatever the bytes. */
START_TEST(form_property)
{
    uint32_t state = 99;
    struct buf once = {0}, twice = {0};
    for (int round = 0; round < 4000; round++) {
        char in[48];
        size_t n = hostile(&state, in, sizeof in);
        void (*form)(struct buf *, const char *, size_t) = round % 2 == 0 ? text_fold : text_nfc;
        buf_clear(&once);
        buf_clear(&twice);
        form(&once, in, n);
        form(&twice, buf_text(&once), once.len);
        ck_assert(buf_ok(&once) && buf_ok(&twice));
        ck_assert_msg(once.len == twice.len && memcmp(buf_text(&once), buf_text(&twice), once.len) == 0, "round %d",
                      round);
    }
    buf_free(&once);
    buf_free(&twice);
}
END_TEST

START_TEST(appends)
{
    struct buf out = {0};
    buf_adds(&out, "x ");
    text_fold(&out, "É", strlen("É"));
    text_safe(&out, "\n", 1, 0);
    text_nfc(&out, "É", strlen("É"));
    ck_assert_str_eq(buf_text(&out), "x e É");
    buf_free(&out);
}
END_TEST

START_TEST(cut)
{
    ck_assert_uint_eq(text_cut("abc", 3, 3), 3);
    ck_assert_uint_eq(text_cut("abc", 3, 2), 2);
    ck_assert_uint_eq(text_cut("abc", 3, 0), 0);
    ck_assert_uint_eq(text_cut("a漢b", 5, 4), 4);
    ck_assert_uint_eq(text_cut("a漢b", 5, 3), 1);
    ck_assert_uint_eq(text_cut("a漢b", 5, 2), 1);
    ck_assert_uint_eq(text_cut("\xF0\x9F\x94\xA7", 4, 3), 0);
    /* Not UTF-8: cut where it must be, not far before. */
    ck_assert_uint_eq(text_cut("\x80\x80\x80\x80\x80\x80\x80\x80", 8, 6), 6);
}
END_TEST

START_TEST(runs)
{
    ck_assert_uint_eq(str_of(NULL).n, 0);
    ck_assert(str_eq(str_of(NULL), STR("")));
    ck_assert(str_eq(str_trim(STR(" \t\r\nab c\n ")), STR("ab c")));
    ck_assert_uint_eq(str_trim(STR(" \n")).n, 0);
    ck_assert(!str_eq(STR("ab"), STR("ac")) && !str_eq(STR("ab"), STR("abc")));
}
END_TEST

static const struct {
    const char *pattern, *text;
    bool fits;
} globs[] = {
    {"", "", true},          {"", "a", false},         {"*", "", true},           {"?", "", false},
    {"p1*", "p101", true},   {"p1*", "p1", true},      {"p1*", "p2", false},      {"p?01", "p101", true},
    {"p?01", "p1101", false}, {"*01", "p101", true},   {"*0*1", "p0011", true},   {"*ab", "aab", true},
    {"a*b*c", "axxbyyc", true}, {"a*b*c", "axxbyy", false}, {"[ab]", "a", false}, {"[ab]", "[ab]", true},
    {"\\*", "\\x", true},  {"?", "\xC3\xA9", true}, {"caf?", "caf\xC3\xA9", true}, {"***", "abc", true},
    {"*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
};

START_TEST(test_glob)
{
    ck_assert_msg(text_glob(globs[_i].pattern, globs[_i].text, strlen(globs[_i].text)) == globs[_i].fits, "%s: %s",
                  globs[_i].pattern, globs[_i].text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("text");
    TCase *c = tcase_create("text");
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, test_glob, 0, COUNT(globs));
    tcase_add_loop_test(c, safe_table, 0, COUNT(safe_cases));
    tcase_add_loop_test(c, safe_lines, 0, COUNT(drawn));
    tcase_add_test(c, safe_newlines);
    tcase_add_test(c, safe_property);
    tcase_add_test(c, safe_every_code_point);
    tcase_add_loop_test(c, decode_table, 0, COUNT(decode_cases));
    tcase_add_loop_test(c, invalid_table, 0, COUNT(invalid_cases));
    tcase_add_test(c, printable_length);
    tcase_add_loop_test(c, width_table, 0, COUNT(width_cases));
    tcase_add_loop_test(c, fit_table, 0, COUNT(fit_cases));
    tcase_add_test(c, fit_property);
    tcase_add_loop_test(c, fold_table, 0, COUNT(fold_cases));
    tcase_add_loop_test(c, nfc_table, 0, COUNT(nfc_cases));
    tcase_add_test(c, form_property);
    tcase_add_test(c, appends);
    tcase_add_test(c, cut);
    tcase_add_test(c, runs);
    suite_add_tcase(s, c);
    return suite_run(s);
}
