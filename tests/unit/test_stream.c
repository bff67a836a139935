/* stream: what a stream holds, beside slow and simple references, on texts made to be hard. */
#include "core/base/file.h"
#include "core/library/stream.h"
#include "core/library/stream_codes.h"
#include "core/library/stream_literals.h"
#include "core/library/stream_pattern.h"
#include "core/library/trigger_build.h"
#include "core/library/trigger_file.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char dir[64];
static struct error err;
static struct triggers *t;
static uint32_t seed = 1;
static bool ascii_alone; /* no trigger has more than ASCII: then more is passed over quicker */

static uint32_t any(uint32_t below)
{
    seed = seed * 1103515245U + 12345U;
    return (seed >> 12) % below;
}

static const struct sample {
    const char *channel, *id;
    enum trigger_kind kind;
    const char *pattern;
} samples[] = {
    {"plant", "e204", TRIGGER_CODE, "E-204"},
    {"plant", "prime", TRIGGER_ASSET, "P-1*"},
    {"plant", "ends", TRIGGER_ASSET, "X?9"},
    {"plant", "gw", TRIGGER_ASSET, "GW-*"},
    {"plant", "three", TRIGGER_CODE, "3PH.A"},
    {"plant", "mixed", TRIGGER_CODE, "A1B2C3"},
    {"plant", "words", TRIGGER_CODE, "STOP"},
    {"plant", "numbers", TRIGGER_CODE, "404"},
    {"plant", "space", TRIGGER_CODE, "ENOSPC"},
    {"plant", "fault", TRIGGER_CODE, "segfault"},
    {"plant", "crash", TRIGGER_CODE, "CrashLoopBackOff"},
    {"plant", "estop", TRIGGER_CODE, "E-STOP"},
    {"plant", "phrase", TRIGGER_CODE, "OUT OF RANGE"},
    {"plant", "two", TRIGGER_CODE, "IO"},
    {"plant", "umlaut", TRIGGER_CODE, "\xC3\x9C-7"},
    {"plant", "disk", TRIGGER_OUTPUT, "No space left on device"},
    {"plant", "press", TRIGGER_OUTPUT, "(?i)suction (low|lost)$"},
    {"plant", "short", TRIGGER_OUTPUT, "@!"},
    {"plant", "blank", TRIGGER_OUTPUT, "^[0-9]+x+$"},
    {"vendor", "foreign", TRIGGER_OUTPUT, "valve [0-9]+ stuck"},
    {"vendor", "plain", TRIGGER_OUTPUT, "valve stuck"},
    {"vendor", "broken", TRIGGER_OUTPUT, "valve ("},
};

static void set_up(void)
{
    const char *base = getenv("TMPDIR");
    char path[128];
    struct buf bytes = {0};
    snprintf(dir, sizeof dir, "%.40s/crib-stream-XXXXXX", base != NULL ? base : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    struct trig_builder *b = trig_builder_open(&err);
    uint32_t plant = trig_builder_channel(b, "plant"), vendor = trig_builder_channel(b, "vendor");
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const struct sample *s = &samples[i];
        trig_builder_module(b, &(struct trig_source){.key = (int64_t)i + 1, .revision = (const unsigned char *)"revision",
                                                     .channel = s->channel[0] == 'p' ? plant : vendor, .id = s->id, .title = s->id,
                                                     .problem = "", .language = "", .roles = "", .stages = "", .on_device = true});
        trig_builder_add(b, s->kind, ascii_alone && s->pattern[0] == '\xC3' ? "U-7" : s->pattern);
    }
    ck_assert(trig_builder_finish(b, 1, &bytes, &err) && trig_path(dir, path, sizeof path) &&
              file_write(path, bytes.data, bytes.len, 0600, &err));
    buf_free(&bytes);
    trig_builder_close(b);
    t = triggers_open(dir, NULL, "", NULL, &err);
    ck_assert_ptr_nonnull(t);
}

static void set_up_ascii(void)
{
    ascii_alone = true;
    set_up();
}

static void tear_down(void)
{
    char path[128];
    triggers_close(t);
    ck_assert(trig_path(dir, path, sizeof path) && unlink(path) == 0 && rmdir(dir) == 0);
}

static bool all_may(void *context, const char *channel)
{
    (void)context;
    return channel != NULL;
}

static bool plant_may(void *context, const char *channel)
{
    (void)context;
    return strcmp(channel, "plant") == 0;
}

/* What was found, as `LINE:ID ` each, LINE counted from 1. */
struct found {
    const char *text;
    struct buf out;
};

static void add_found(struct found *f, size_t end, uint32_t module)
{
    struct trigger_module m;
    size_t line = 1;
    for (size_t i = 0; i < end; i++)
        line += f->text[i] == '\n';
    trigger_module(t, module, &m);
    buf_addf(&f->out, "%zu:%s ", line, m.id);
}

static void take(void *context, const struct stream_hit *hit)
{
    struct found *f = context;
    ck_assert(hit->line == 0 || f->text[hit->line - 1] == '\n');
    add_found(f, hit->end, hit->match.module);
}

static const struct {
    const char *text, *found;
} cases[] = {
    {"E-204", "1:e204 "},
    {"alarm e204 at 12:00\n\nE 204\r\n", "1:e204 3:e204 "},
    {"E--204 and e_2.0+4", "1:e204 "},
    {"E-204 E-204", "1:e204 "},
    {"E- 204\nE\t204\nE\n204\nE  204\nE204E\nEE204\n12E-204", ""},
    {"less P-101.log\nP-2", "1:prime "},
    {"X.9 X-1.9 xa9\n", "1:ends "},
    {"gateway GW 7 down, GWX5 up\nGW-\nGW-A\n", "1:gw "},
    {"3 PH.A\n3-ph-a.txt", "1:three 2:three "},
    {"A1B2C3.old a1b2 c3\n", "1:mixed "},
    {"STOP 404\nSTOP404", ""}, /* a number, and what lines of all kinds say */
    {"write: ENOSPC (28)\nerrno=ENOSPC: full\nENOSPC\n-ENOSPC,", "1:space 2:space 3:space 4:space "},
    {"enospc Enospc\nMY_ENOSPC ENOSPCX XENOSPC ENOSPC.txt ENOSPC-2 E-NOSPC\nENO SPC", ""}, /* as written, and a word of its own */
    {"pumpd[812]: segfault at 0\nSegfault (core dumped)\nSEGFAULT\nsegfaults segfault.c", "1:fault 2:fault 3:fault "},
    {"CrashLoopBackOff\ncrashloopbackoff", "1:crash "},
    {"E-STOP pressed\nESTOP e-stop E_STOP", "1:estop "},
    {"OUT OF RANGE\nIO", ""}, /* more than one word, or hardly one */
    {"\x1b[31mENOSPC\x1b[0m\n\x1b[1;33mSegfault\x1b[m \xE2\x80\x9C" "ENOSPC\xE2\x80\x9D\n", "1:space 2:space 2:fault "},
    {"\xC3\x9C" "7 \xC3\xBC-7\n", "1:umlaut "},
    {"a: No space left on device\n", "1:disk "},
    {"a: no space left on device\n", ""},
    {"SUCTION Lost\r\nsuction lost.\nsuction low", "1:press 3:press "},
    {"x@!", "1:short "},
    {"12xx\n12xy\n9x", "1:blank 3:blank "},
    {"valve 9 stuck\nvalve stuck", "1:foreign 2:plain "},
    {"\xFF\xFE" "E-204\x80\n\x1b[31mE-204\x1b[0m\n", "1:e204 2:e204 "}, /* an invalid byte is no letter of a code */
    {"\x1b[E-204\n\x1b[1;31mE-204\x1b[m\nE 20\x1b[1m4\n\x1b[0mless \x1b[36mP-101.log", "2:e204 4:prime "},
    {"\xE2\x80\x9C" "E-204\xE2\x80\x9D, \xC2\xAB" "e 204\xC2\xBB\n(\xE2\x86\x92P-101)", "1:e204 2:prime "},
    {"", ""},
    {"\n\n", ""},
};

static const char *scanned(struct stream *s, const char *text, size_t n)
{
    static struct found f;
    buf_clear(&f.out);
    f.text = text;
    ck_assert(stream_text(s, text, n, NULL, take, &f));
    return buf_text(&f.out);
}

START_TEST(finds)
{
    struct stream *s = stream_open(t, all_may, NULL, &err);
    ck_assert_ptr_nonnull(s);
    if (ascii_alone && (strchr(cases[_i].text, '\xC3') != NULL || strchr(cases[_i].text, '\xFF') != NULL)) {
        stream_close(s);
        return;
    }
    const char *found = scanned(s, cases[_i].text, strlen(cases[_i].text));
    ck_assert_msg(strcmp(found, cases[_i].found) == 0, "%s: %s", cases[_i].text, found);
    stream_close(s);
}
END_TEST

START_TEST(patterns_by_consent)
{
    struct stream *s = stream_open(t, plant_may, NULL, &err);
    ck_assert_uint_eq(stream_waiting(s), 2);
    ck_assert_uint_eq(stream_refused(s), 0);
    ck_assert_str_eq(scanned(s, "valve 9 stuck\nvalve stuck", 25), "2:plain ");
    stream_close(s);
    s = stream_open(t, all_may, NULL, &err);
    ck_assert_uint_eq(stream_waiting(s), 0);
    ck_assert_uint_eq(stream_refused(s), 1);
    stream_close(s);
}
END_TEST

static bool none_wanted(void *context, uint32_t module)
{
    (void)context;
    return module > 1000;
}

START_TEST(what_is_not_wanted)
{
    struct stream *s = stream_open(t, all_may, NULL, &err);
    struct found f = {.text = "E-204\nvalve stuck\n1x\n"};
    ck_assert(stream_text(s, f.text, strlen(f.text), none_wanted, take, &f));
    ck_assert_uint_eq(f.out.len, 0);
    stream_close(s);
}
END_TEST

/* Each line by itself: trigger_words, and each output trigger by PCRE2 alone. */
static const char *by_reference(struct stream_pattern **patterns, const char *text, size_t n)
{
    static struct found f;
    buf_clear(&f.out);
    f.text = text;
    for (size_t at = 0; at < n;) {
        const char *feed = memchr(text + at, '\n', n - at);
        size_t end = feed != NULL ? (size_t)(feed - text) : n, k = end > at && text[end - 1] == '\r' ? end - 1 : end;
        struct trigger_match matches[32];
        size_t count = trigger_words(t, text + at, end - at, matches, 32);
        for (uint32_t module = 0; module < sizeof samples / sizeof *samples; module++) {
            bool fits = patterns[module] != NULL && stream_pattern_fits(patterns[module], text + at, k - at);
            for (size_t i = 0; i < count; i++)
                fits |= matches[i].module == module;
            if (fits)
                add_found(&f, end, module);
        }
        at = end + 1;
    }
    return buf_text(&f.out);
}

START_TEST(beside_the_reference)
{
    static const char *const alphabets[] = {"eE20 4-\n", "eE204p1.9x-_+ \n", "gGwW5 -\n\t", "abc123ABC. \n", "3phA.-\n", "ENOSPC. \n-_e", "@!x12\r\n E"};
    static const char *const words[] = {"E-204", "P-101.log", "GW 7", "3ph-a", "A1B2C3", "X49", "suction lost", "ENOSPC", "segfault", "Segfault", "E-STOP", "\xE2\x80\x9C\x45-204\xE2\x80\x9D", "No space left on device"};
    struct stream *s = stream_open(t, all_may, NULL, &err);
    struct stream_pattern *patterns[sizeof samples / sizeof *samples] = {0};
    size_t hits = 0;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        if (samples[i].kind == TRIGGER_OUTPUT)
            patterns[i] = stream_pattern_open(samples[i].pattern);
    for (unsigned round = 0; round < 30000; round++) {
        char text[700];
        const char *alphabet = alphabets[any(sizeof alphabets / sizeof *alphabets)];
        size_t n = any(300);
        for (size_t i = 0; i < n; i++)
            text[i] = alphabet[any((uint32_t)strlen(alphabet))];
        for (unsigned k = any(4); k > 0; k--) {
            const char *word = words[any(sizeof words / sizeof *words)];
            memcpy(text + any((uint32_t)n + 1), word, strlen(word));
        }
        for (size_t i = 0; i + 100 < n; i += 100)
            text[i] = '\n'; /* trigger_words takes so many words of a line */
        char expected[sizeof text * 8];
        snprintf(expected, sizeof expected, "%s", by_reference(patterns, text, n));
        const char *found = scanned(s, text, n);
        ck_assert_msg(strcmp(found, expected) == 0, "round %u: %.*s: %s, not %s", round, (int)n, text, found, expected);
        hits += expected[0] != '\0';
    }
    ck_assert_uint_gt(hits, 5000);
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        stream_pattern_close(patterns[i]);
    stream_close(s);
}
END_TEST

/* ---- places ---- */

/* By one byte it finds what is so, and by more at least that; a place behind the text never. */
START_TEST(places_beside_the_reference)
{
    for (unsigned round = 0; round < 400; round++) {
        struct stream_places p = {0};
        char bytes[1600];
        size_t edge = any(STREAM_BLOCK), n = any((uint32_t)(sizeof bytes - STREAM_BLOCK));
        const char *text = bytes + edge;
        for (unsigned k = any(60); k > 0; k--)
            stream_places_add(&p, any(STREAM_ROW), (unsigned char)any(256), any(STREAM_BUCKETS));
        if (any(2) == 0)
            stream_places_add_all(&p, any(STREAM_ROW), any(STREAM_BUCKETS));
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = round % 3 > 0 && any(100) != 0 ? ' ' : (char)any(256);
        for (enum stream_way way = STREAM_BY_1; way <= STREAM_BEST; way++) {
            bool seen[sizeof bytes] = {false};
            struct stream_found found[STREAM_FOUND];
            enum stream_way can = stream_way(way);
            for (size_t at = STREAM_ROW - 1; at < n;) {
                size_t before = at, count = stream_places_find(&p, can, text, n, &at, found);
                ck_assert(at > before && at <= n && count <= STREAM_FOUND);
                for (size_t k = 0; k < count; k++)
                    for (uint64_t left = found[k].bits; left != 0; left &= left - 1) {
                        size_t i = found[k].at + stream_lowest(left);
                        ck_assert(i >= before && i < at && !seen[i]);
                        seen[i] = true;
                    }
            }
            for (size_t i = STREAM_ROW - 1; i < n; i++) {
                const unsigned char *row = (const unsigned char *)text + i - 2;
                bool is = (p.has[0][row[0]] & p.has[1][row[1]] & p.has[2][row[2]]) != 0;
                ck_assert_msg(seen[i] == is || (seen[i] && way != STREAM_BY_1), "round %u, way %d, place %zu", round, (int)way, i);
            }
        }
    }
}
END_TEST

/* ---- literals ---- */

struct counts {
    size_t counts[64], sums[64];
};

static void count_place(void *context, size_t at, size_t end, uint32_t id)
{
    struct counts *p = context;
    p->counts[id]++;
    p->sums[id] += at * 31 + end;
}

static bool fits_at(const char *literal, size_t n, bool caseless, const char *text)
{
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        if (caseless && c >= 'A' && c <= 'Z')
            c = (char)(c + 32);
        if (c != literal[i])
            return false;
    }
    return true;
}

START_TEST(literals_beside_the_reference)
{
    for (unsigned round = 0; round < 300; round++) {
        struct stream_literals *s = stream_literals_open(&err);
        char literals[64][12], text[600];
        size_t lengths[64], count = any(64) + 1, n = any(600);
        bool caseless[64], wide = any(3) == 0;
        for (size_t i = 0; i < count; i++) {
            lengths[i] = any(11) + 1;
            caseless[i] = any(2) == 0;
            for (size_t k = 0; k < lengths[i]; k++)
                literals[i][k] = wide ? (char)any(256) : "abA1"[any(4)];
            for (size_t k = 0; caseless[i] && k < lengths[i]; k++)
                if (literals[i][k] >= 'A' && literals[i][k] <= 'Z')
                    literals[i][k] = (char)(literals[i][k] + 32);
            ck_assert(stream_literals_add(s, literals[i], lengths[i], caseless[i], (uint32_t)i, &err));
        }
        ck_assert(stream_literals_ready(s, &err));
        for (size_t i = 0; i < n; i++)
            text[i] = wide ? (char)any(256) : "abAB1"[any(5)];
        for (unsigned k = 0; k < 5 && n > 12; k++)
            memcpy(text + any((uint32_t)n - 12), literals[k % count], lengths[k % count]);
        struct counts expected = {0};
        for (size_t at = 0; at < n; at++)
            for (size_t i = 0; i < count; i++)
                if (lengths[i] <= n - at && fits_at(literals[i], lengths[i], caseless[i], text + at))
                    count_place(&expected, at, at + lengths[i], (uint32_t)i);
        for (enum stream_way way = STREAM_BY_1; way <= STREAM_BEST; way++) {
            struct counts found = {0};
            stream_literals_text(s, way, text, n, count_place, &found);
            ck_assert_msg(memcmp(&found, &expected, sizeof found) == 0, "round %u, way %d", round, (int)way);
        }
        stream_literals_close(s);
    }
}
END_TEST

static void sum_up(void *context, size_t at, size_t end)
{
    uint64_t *sum = context;
    *sum = *sum * 31 + at * 7919 + end;
}

START_TEST(codes_by_many_bytes_or_one)
{
    static const char *const keys[] = {"e204", "p1*", "gw*", "3pha", "a1b2c3", "x?9"}, *const alphabets[] = {"eE20 4-\n", "aA1b2cC3._+ ", "gwGW5 -x9", "pP1.-"};
    struct stream_codes *s = stream_codes_open(&err);
    uint64_t both = 0;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        stream_codes_add(s, keys[i], keys[i]);
    for (unsigned round = 0; round < 3000; round++) {
        char text[1000];
        const char *alphabet = alphabets[any(4)];
        size_t n = any(sizeof text);
        for (size_t i = 0; i < n; i++)
            text[i] = round % 3 == 0 ? (char)any(256) : alphabet[any((uint32_t)strlen(alphabet))];
        uint64_t one = 0;
        stream_codes_text(s, STREAM_BY_1, text, n, sum_up, &one);
        for (enum stream_way way = STREAM_BY_1; way <= STREAM_BEST; way++) {
            uint64_t many = 0;
            stream_codes_text(s, way, text, n, sum_up, &many);
            ck_assert_msg(many == one, "round %u, way %d", round, (int)way);
        }
        both += one != 0;
    }
    ck_assert_uint_gt(both, 400);
    stream_codes_close(s);
}
END_TEST

/* A pattern that would try for ever is cut off, and given up; it costs no other its lines. */
START_TEST(limits)
{
    char line[40000];
    memset(line, 'a', sizeof line);
    struct stream_pattern *p = stream_pattern_open("(a+)+[bc]");
    ck_assert_ptr_nonnull(p);
    for (int i = 0; i < 50; i++)
        ck_assert(!stream_pattern_fits(p, line, sizeof line - 1));
    ck_assert(!stream_pattern_fits(p, "ab", 2)); /* given up by now */
    stream_pattern_close(p);
    p = stream_pattern_open("(a+)+[bc]");
    ck_assert(stream_pattern_fits(p, "\xFF" "ab\xFE", 4));
    stream_pattern_close(p);
    ck_assert_ptr_null(stream_pattern_open("("));
}
END_TEST

/* Words without end, and codes without number, in time that grows with the text alone. */
START_TEST(long_lines)
{
    static const char *const pieces[] = {"1a", "a-", "-", "E 204 ", "E-204.", "a 1", "e2.", "\xC3\x9C\x37"};
    struct stream *s = stream_open(t, all_may, NULL, &err);
    size_t n = 4 << 20;
    char *text = malloc(n);
    ck_assert_ptr_nonnull(text);
    for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++) {
        for (size_t i = 0; i < n; i++)
            text[i] = pieces[k][i % strlen(pieces[k])];
        (void)scanned(s, text, n);
    }
    free(text);
    stream_close(s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stream");
    TCase *c = tcase_create("scan");
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_loop_test(c, finds, 0, sizeof cases / sizeof *cases);
    tcase_add_test(c, patterns_by_consent);
    tcase_add_test(c, what_is_not_wanted);
    tcase_add_test(c, beside_the_reference);
    tcase_add_test(c, long_lines);
    suite_add_tcase(suite, c);
    c = tcase_create("ascii");
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, set_up_ascii, tear_down);
    tcase_add_loop_test(c, finds, 0, sizeof cases / sizeof *cases);
    tcase_add_test(c, beside_the_reference);
    suite_add_tcase(suite, c);
    TCase *pure = tcase_create("parts");
    tcase_set_timeout(pure, 60);
    tcase_add_test(pure, places_beside_the_reference);
    tcase_add_test(pure, literals_beside_the_reference);
    tcase_add_test(pure, codes_by_many_bytes_or_one);
    tcase_add_test(pure, limits);
    suite_add_tcase(suite, pure);
    return suite_run(suite);
}
