/* The parts of search, each for itself: words of a text, texts in pieces, the list of words and its walk with a letter changed, codes
 * among other words, snippets, and what the writer does with several changes of one document. */
#include "core/library/search.h"
#include "core/library/search_match.h"
#include "core/library/search_words.h"
#include "core/library/search_writer.h"
#include "core/library/text_pieces.h"
#include "core/library/tokens.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- words of a text ---- */

static void take(void *context, const char *word, size_t n, bool joined)
{
    struct buf *out = context;
    buf_addf(out, "%s%.*s%s", out->len > 0 ? " " : "", (int)n, word, joined ? "=" : "");
}

static const struct {
    const char *text, *words; /* a joined word is marked with = */
} texts[] = {
    {"", ""},
    {"Prime the PUMP", "prime the pump"},
    {"E-204", "e204= e 204"},
    {"4-20mA loop", "420ma= 4 20ma loop"},
    {"journalctl -u pumpd.service", "journalctl u pumpdservice= pumpd service"},
    {"10.3.20.37", "1032037= 10 3 20 37"},
    {"a--b", "a b"},
    {"/etc/hosts:", "etchosts= etc hosts"},
    {"Caf\xC3\xA9 \xC3\x9C" "ber \xEF\xBC\xA1", "cafe uber a"},
    {"\xE6\xB3\xB5\xE6\xB5\x8B ok", "\xE6\xB3\xB5 \xE6\xB5\x8B ok"},
    {"it's 50% (ok)", "it s 50 ok"},
    {"\xFF\xFE x \x80", "x"},
};

START_TEST(test_tokens)
{
    struct buf out = {0};
    tokens_of(texts[_i].text, strlen(texts[_i].text), take, &out);
    ck_assert_str_eq(buf_text(&out), texts[_i].words);
    buf_free(&out);
}
END_TEST

static const struct {
    const char *text, *key;
    bool globs;
} keys[] = {
    {"E-204", "e204", false}, {"e 204", "e204", false}, {"P-1*", "p1*", true},   {"P-1*", "p1", false},
    {"", "", false},          {"--", "", false},        {"V?7", "v?7", true},    {"\xC3\x84-1", "a1", false},
};

START_TEST(test_keys)
{
    char key[100];
    size_t n = token_key(keys[_i].text, strlen(keys[_i].text), keys[_i].globs, key, sizeof key - 1);
    key[n] = '\0';
    ck_assert_str_eq(key, keys[_i].key);
    ck_assert_uint_eq(token_key("abcdef", 6, false, key, 3), 3);
}
END_TEST

/* ---- the list of words ---- */

enum { WORDS = 3000, LETTERS = 9 };

static char words[WORDS][LETTERS + 1];
static size_t word_count;
static struct segment list; /* of those words; the i-th has i postings and a document each */
static struct word_sink sink;

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Few letters and many words, so that neighbours share much. */
static void make_list(void)
{
    srand(5);
    for (size_t i = 0; i < WORDS; i++) {
        size_t n = 1 + (size_t)rand() % LETTERS;
        for (size_t k = 0; k < n; k++)
            words[i][k] = (char)('a' + rand() % 4);
        words[i][n] = '\0';
    }
    qsort(words, WORDS, sizeof words[0], by_text);
    word_count = 0;
    memset(&sink, 0, sizeof sink);
    for (size_t i = 0; i < WORDS; i++) {
        if (word_count > 0 && strcmp(words[i], words[word_count - 1]) == 0)
            continue;
        memmove(words[word_count], words[i], sizeof words[0]);
        for (uint32_t k = 0; k < word_count % 50; k++)
            sink_posting(&sink, k * k * 40, (uint8_t)k);
        sink_word(&sink, words[word_count], strlen(words[word_count]));
        word_count++;
    }
    ck_assert(buf_ok(&sink.words) && buf_ok(&sink.postings) && buf_ok(&sink.blocks));
    memset(&list, 0, sizeof list);
    list.blocks = (const struct seg_block *)(const void *)sink.blocks.data;
    list.words = (const uint8_t *)sink.words.data;
    list.postings = (const uint8_t *)sink.postings.data;
    list.counts[SEG_BLOCKS] = sink.blocks.len / sizeof(struct seg_block);
    list.counts[SEG_WORDS] = sink.words.len;
    list.counts[SEG_POSTINGS] = sink.postings.len;
}

static void drop_list(void)
{
    sink_free(&sink);
}

START_TEST(test_walk_words)
{
    struct word_at w;
    size_t i = 0;
    for (bool more = word_seek(&w, &list, "", 0); more; more = word_next(&w), i++) {
        ck_assert_uint_lt(i, word_count);
        ck_assert(w.len == strlen(words[i]) && memcmp(w.text, words[i], w.len) == 0);
        uint32_t k = 0;
        for (struct posting p = postings_of(&w); posting_next(&p); k++) {
            ck_assert_uint_eq(p.unit, k * k * 40);
            ck_assert_uint_eq(p.worth, k);
        }
        ck_assert_uint_eq(k, i % 50);
    }
    ck_assert_uint_eq(i, word_count);
}
END_TEST

START_TEST(test_seek)
{
    srand(6);
    for (int round = 0; round < 3000; round++) {
        char sought[LETTERS + 1] = "";
        size_t n = (size_t)rand() % LETTERS, i = 0;
        for (size_t k = 0; k < n; k++)
            sought[k] = (char)('a' - 1 + rand() % 6);
        while (i < word_count && strcmp(words[i], sought) < 0)
            i++;
        struct word_at w;
        bool found = word_seek(&w, &list, sought, n);
        ck_assert_msg(found == (i < word_count), "%s", sought);
        if (found)
            ck_assert_msg(w.len == strlen(words[i]) && memcmp(w.text, words[i], w.len) == 0, "%s", sought);
    }
}
END_TEST

/* The walk passes words over that it can tell will fail: it must find what trying each word finds. */
START_TEST(test_near_walk)
{
    srand(7);
    for (int round = 0; round < 2000; round++) {
        char typed[LETTERS + 1] = "";
        size_t n = 4 + (size_t)rand() % (LETTERS - 4), first = 0, any = 0;
        bool begun = rand() % 2;
        for (size_t k = 0; k < n; k++)
            typed[k] = (char)('a' + rand() % (k == 0 ? 6 : 4));
        for (size_t i = 0; i < word_count; i++) {
            size_t len = strlen(words[i]);
            if (len < 3 || len + 1 < n || !match_near(typed, n, words[i], len, begun))
                continue;
            any++;
            first += words[i][0] == typed[0];
        }
        size_t expected = first > 0 ? first : any;
        struct near found;
        match_typos(&list, typed, n, begun, &found);
        ck_assert_msg(found.count == (expected < NEAR_MOST ? expected : NEAR_MOST), "%s: %zu, not %zu", typed,
                      found.count, expected);
        for (size_t i = 0; i < found.count; i++)
            ck_assert(match_near(typed, n, found.items[i].text, found.items[i].len, begun));
    }
}
END_TEST

/* ---- a library of modules ---- */

/* ---- texts in pieces ---- */

static void fill_prose(char *text, size_t n)
{
    static const char *const some[] = {"Open the valve ", "and wait until the water runs without bubbles. ", "caf\xC3\xA9 ",
                                       "the pump ", "E-204 "};
    for (size_t at = 0; at < n; at++) {
        const char *part = some[rand() % 5];
        for (; *part != '\0' && at < n; part++)
            text[at++] = *part;
        if (at < n)
            text[at] = (char)('a' + rand() % 26);
    }
}

static void fill_random(char *text, size_t n)
{
    for (size_t at = 0; at < n; at++)
        text[at] = (char)rand();
}

static void fill_same(char *text, size_t n)
{
    memset(text, 'a', n);
}

static const struct {
    void (*fill)(char *text, size_t n);
    size_t n, packed_most;
} kinds[] = {
    {fill_prose, 100000, 30000}, {fill_random, 100000, 200000}, {fill_same, 100000, 12501}, {fill_prose, 10, 20},
    {fill_random, 3, 6},         {fill_same, 1, 2},             {fill_same, 0, 0},
};

/* What was packed comes back, whole and up to any byte. */
START_TEST(test_pieces)
{
    size_t n = kinds[_i].n;
    char *text = malloc(n + 1);
    struct text_pieces pieces;
    struct buf packed = {0}, out = {0};
    srand(7);
    kinds[_i].fill(text, n);
    ck_assert(pieces_choose(&pieces, text, n));
    pieces_pack(&pieces, text, n, &packed);
    ck_assert_uint_le(packed.len, kinds[_i].packed_most);
    buf_adds(&out, "before");
    ck_assert_uint_eq(pieces_expand(pieces.items, pieces.count, packed.data, packed.len, SIZE_MAX, &out), packed.len);
    ck_assert_uint_eq(out.len, n + 6);
    ck_assert_mem_eq(out.data + 6, text, n);
    for (size_t most = 0; most < 40 && most <= n; most++) {
        buf_clear(&out);
        pieces_expand(pieces.items, pieces.count, packed.data, packed.len, most, &out);
        ck_assert_uint_eq(out.len, most);
        ck_assert(most == 0 || memcmp(out.data, text, most) == 0);
    }
    buf_free(&packed);
    buf_free(&out);
    free(text);
}
END_TEST

/* A number without a piece, and a literal without its byte: nothing beyond them is read. */
START_TEST(test_pieces_damaged)
{
    const struct text_piece items[] = {{2, "ab"}, {200, "x"}};
    struct buf out = {0};
    ck_assert_uint_eq(pieces_expand(items, 2, "\0\xFF", 2, SIZE_MAX, &out), 1);
    ck_assert_uint_eq(pieces_expand(items, 2, "\0\2", 2, SIZE_MAX, &out), 1);
    ck_assert_uint_eq(pieces_expand(items, 2, "\0\1", 2, SIZE_MAX, &out), 1);
    ck_assert_str_eq(buf_text(&out), "ababab");
    buf_free(&out);
}
END_TEST

static char dir[128];

static void make_dir(void)
{
    suite_dir(dir, sizeof dir, "search");
}

static void remove_dir(void)
{
    suite_remove(dir);
}

static struct search_writer *open_writer(void)
{
    struct error err = {0};
    struct search_writer *w = search_writer_open(dir, NULL, &err);
    ck_assert_msg(w != NULL, "%s: %s", err.what, err.why);
    return w;
}

static void add(struct search_writer *w, int64_t key, const char *title, const char *code, const char *text)
{
    char id[32];
    snprintf(id, sizeof id, "doc-%d", (int)key);
    const struct trigger trigger = {.kind = TRIGGER_CODE, .pattern = code};
    const struct search_section sections[] = {{"top", "", "Nothing here.", 13}, {"more", "More", text, strlen(text)}};
    const struct search_doc doc = {.key = key, .channel = "c", .id = id, .title = title, .problem = "It fails.",
                                   .outcome = "", .kind = KIND_MODULE, .triggers = &trigger,
                                   .trigger_count = code != NULL, .on_device = true, .sections = sections,
                                   .section_count = 2};
    struct error err = {0};
    ck_assert_msg(search_writer_replace(w, &doc, &err), "%s", err.what);
}

static void commit(struct search_writer *w, uint64_t generation)
{
    struct error err = {0};
    ck_assert_msg(search_writer_commit(w, generation, &err), "%s: %s", err.what, err.why);
}

static struct search *open_it(void)
{
    struct error err = {0};
    struct search *s = search_open(dir, &err);
    ck_assert_msg(s != NULL, "%s: %s", err.what, err.why);
    return s;
}

/* The keys of what is found, in their order, as "3 1 2". */
static const char *found(struct search *s, const char *text)
{
    static char out[200];
    struct search_hit hits[10];
    const struct search_query q = {.text = text};
    size_t n = search_find(s, &q, hits, 10, NULL), at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < n; i++)
        at += (size_t)snprintf(out + at, sizeof out - at, "%s%d", i > 0 ? " " : "", (int)search_key(s, hits[i].doc));
    return out;
}

START_TEST(test_codes_lead)
{
    struct search_writer *w = open_writer();
    add(w, 1, "Bleed the pump", "E-204", "If the panel says E-204, bleed the casing.");
    add(w, 2, "E204 and bleeding explained, bleed by bleed", NULL, "bleed e204");
    add(w, 3, "Reset the drive", "F 07", "Hold reset.");
    for (int i = 0; i < 200; i++) {
        char code[16];
        snprintf(code, sizeof code, "X-%d", i);
        add(w, 1000 + i, "Alarm list", code, "See the list of alarms.");
    }
    commit(w, 1);
    search_writer_close(w);
    struct search *s = open_it();
    ck_assert_str_eq(found(s, "e-204"), "1 2");
    ck_assert_str_eq(found(s, "e-204 bleed"), "1 2"); /* one word of several */
    ck_assert_str_eq(found(s, "bleed E 204"), "1 2"); /* two neighbours */
    ck_assert_str_eq(found(s, "reset f07"), "3");
    ck_assert_str_eq(found(s, "f 07 nonsenseword"), "3"); /* whatever stands beside it */
    struct search_hit hits[3];
    struct search_query q = {.text = "e204"};
    ck_assert_uint_ge(search_find(s, &q, hits, 3, NULL), 1);
    ck_assert_str_eq(search_anchor(s, hits[0].doc, hits[0].section), "more"); /* the section that names the code */
    for (int i = 0; i < 200; i++) {
        char code[16];
        snprintf(code, sizeof code, "x%d", i);
        ck_assert_uint_eq(search_trigger(s, code, hits, 3), 1);
        ck_assert_int_eq((int)search_key(s, hits[0].doc), 1000 + i);
    }
    q.text = "x-7 ";
    size_t total, n = search_find(s, &q, hits, 3, &total);
    ck_assert_uint_ge(n, 1);
    ck_assert_int_eq((int)search_key(s, hits[0].doc), 1007);
    search_close(s);
}
END_TEST

/* ---- where a code stands ---- */

static const struct {
    const char *headings[3], *texts[3];
    const char *anchor; /* NULL: nowhere */
} naming[] = {
    {{"", "Find it", "Reset"}, {"Hm.", "Look.", "Press E-204 once."}, "s2"},
    {{"", "Find it", "After E 204"}, {"E-204 E-204", "E-204", "Press."}, "s2"},
    {{"", "What e204 says", "E-204 again"}, {"", "", ""}, "s1"},
    {{"", "One", "Two"}, {"", "E-204 comes.", "E204, and E_204."}, "s2"},
    {{"", "One", "Two"}, {"", "E-204 comes.", "E-204 goes."}, "s1"},
    {{"", "One", "Two"}, {"E-204 comes.", "", ""}, "s0"},
    {{"", "One", "Two"}, {"E-2041", "XE-204", "204 E"}, NULL},
    {{"", "One", "Two"}, {"", "", ""}, NULL},
};

START_TEST(test_section_naming)
{
    static const char *const anchors[] = {"s0", "s1", "s2"}, *const typed[] = {"E-204", "e204", "E 204"};
    const struct trigger trigger = {.kind = TRIGGER_CODE, .pattern = "E-204"};
    struct search_section sections[3];
    for (size_t i = 0; i < 3; i++)
        sections[i] = (struct search_section){anchors[i], naming[_i].headings[i], naming[_i].texts[i], strlen(naming[_i].texts[i])};
    const struct search_doc doc = {.key = 1, .channel = "c", .id = "doc", .title = "T", .problem = "It fails.", .outcome = "",
                                   .kind = KIND_MODULE, .triggers = &trigger, .trigger_count = 1, .on_device = true,
                                   .sections = sections, .section_count = 3};
    struct error err = {0};
    struct search_hit hit;
    struct search_writer *w = open_writer();
    ck_assert(search_writer_replace(w, &doc, &err));
    commit(w, 1);
    search_writer_close(w);
    struct search *s = open_it();
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(search_trigger(s, typed[i], &hit, 1), 1);
        uint32_t section = search_section_naming(s, hit.doc, typed[i]);
        ck_assert_str_eq(section == SEARCH_NO_SECTION ? "nowhere" : search_anchor(s, hit.doc, section),
                         naming[_i].anchor != NULL ? naming[_i].anchor : "nowhere");
    }
    ck_assert_uint_eq(search_section_naming(s, hit.doc, "--"), SEARCH_NO_SECTION);
    ck_assert_uint_eq(search_section_naming(s, 99, "E-204"), SEARCH_NO_SECTION);
    search_close(s);
}
END_TEST

START_TEST(test_many_changes)
{
    struct search_writer *w = open_writer();
    add(w, 9, "Ninth", NULL, "first go");
    add(w, 4, "Fourth", NULL, "first go");
    add(w, 9, "Ninth again", NULL, "second go"); /* replaced in the same commit, behind a lower key */
    add(w, 5, "Fifth", NULL, "first go");
    search_writer_remove(w, 5);
    search_writer_remove(w, 77);
    commit(w, 1);
    struct search *s = open_it();
    ck_assert_uint_eq(search_count(s), 2);
    ck_assert_str_eq(found(s, "ninth"), "9");
    ck_assert_str_eq(found(s, "second"), "9");
    ck_assert_str_eq(found(s, "fifth"), "");
    search_close(s);
    add(w, 4, "Fourth again", NULL, "third go");
    search_writer_remove(w, 9);
    commit(w, 2);
    search_writer_close(w);
    s = open_it();
    ck_assert_uint_eq(search_count(s), 1);
    ck_assert_str_eq(found(s, "third"), "4");
    search_close(s);
}
END_TEST

/* Commits of any size, beside a plain array of what must stand there. */
START_TEST(test_merging)
{
    enum { KEYS = 60 };
    int version[KEYS] = {0};
    srand(8);
    for (int round = 1; round <= 60; round++) {
        struct search_writer *w = open_writer();
        for (int changes = rand() % 9; changes > 0; changes--) {
            int key = rand() % KEYS;
            char title[32];
            snprintf(title, sizeof title, "v%dx%d", round, key);
            version[key] = rand() % 4 == 0 ? 0 : round;
            if (version[key] == 0)
                search_writer_remove(w, key);
            else
                add(w, key, title, NULL, "text");
        }
        commit(w, (uint64_t)round);
        search_writer_close(w);
        struct search *s = open_it();
        size_t live = 0;
        for (int key = 0; key < KEYS; key++) {
            char title[32];
            live += version[key] != 0;
            snprintf(title, sizeof title, "v%dx%d ", version[key], key);
            if (version[key] != 0)
                ck_assert_int_eq(atoi(found(s, title)), key);
        }
        ck_assert_uint_eq(search_count(s), live);
        search_close(s);
    }
}
END_TEST

/* Texts that are packed, of which a match is far behind the first bytes that are looked at; and packed again when their
 * segments are merged. */
START_TEST(test_packed)
{
    enum { DOCS = 12, LENGTH = 90000 };
    char *text = malloc(LENGTH + 40), typed[40], path[200];
    for (int i = 0; i < DOCS; i++) {
        fill_prose(text, LENGTH);
        snprintf(text + LENGTH, 40, " here stands needle%d alone", i);
        struct search_writer *w = open_writer();
        add(w, i, "A long page", NULL, text);
        commit(w, (uint64_t)i + 1);
        search_writer_close(w);
    }
    struct search *s = open_it();
    for (int i = 0; i < DOCS; i++) {
        struct search_hit hit;
        struct buf out = {0};
        snprintf(typed, sizeof typed, "needle%d ", i);
        ck_assert_uint_eq(search_find(s, &(struct search_query){.text = typed}, &hit, 1, NULL), 1);
        ck_assert_int_eq(search_key(s, hit.doc), i);
        search_snippet(s, &hit, typed, 60, &out, NULL, NULL);
        snprintf(typed, sizeof typed, "stands needle%d alone", i);
        ck_assert_msg(strstr(buf_text(&out), typed) != NULL, "%s", buf_text(&out));
        buf_free(&out);
    }
    ck_assert(search_whole(s));
    search_close(s);
    long size = 0;
    for (int i = 1; i < 3 * DOCS; i++) {
        struct stat st;
        snprintf(path, sizeof path, "%s/segment-%d", dir, i);
        size += stat(path, &st) == 0 ? (long)st.st_size : 0;
    }
    ck_assert_int_lt(size, DOCS * LENGTH / 2);
    free(text);
}
END_TEST

/* What a crash left behind goes away; a segment that broke while the writer had it open is not built on: the index is
 * then out of step with the library, which makes it anew. */
START_TEST(test_leftovers)
{
    char path[200];
    struct search_writer *w = open_writer();
    add(w, 1, "One", NULL, "text");
    commit(w, 5);
    snprintf(path, sizeof path, "%s/segment-99", dir);
    FILE *f = fopen(path, "w");
    ck_assert(f != NULL && fputs("half a segment", f) >= 0 && fclose(f) == 0);
    add(w, 2, "Two", NULL, "text");
    commit(w, 6);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_uint_eq(search_writer_generation(w), 6);
    struct search *s = open_it();
    ck_assert_str_eq(found(s, "two"), "2");
    search_close(s);
    for (int number = 1; number < 9; number++) {
        snprintf(path, sizeof path, "%s/segment-%d", dir, number);
        f = fopen(path, "r+");
        if (f == NULL)
            continue;
        ck_assert(fseek(f, -2, SEEK_END) == 0 && fputc('!', f) == '!' && fclose(f) == 0);
    }
    add(w, 3, "Three", NULL, "text");
    commit(w, 7);
    ck_assert_uint_eq(search_writer_generation(w), 0);
    search_writer_close(w);
}
END_TEST

/* Nothing typed: what is worth the same stands by title. */
START_TEST(test_everything_by_title)
{
    static const char *const titles[] = {"valve", "Bearing", "a pump", "Seal", "Axle"};
    static const char *const sorted[] = {"a pump", "Axle", "Bearing", "Seal", "valve"};
    struct search_writer *w = open_writer();
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        add(w, (int64_t)i + 1, titles[i], NULL, "text");
    commit(w, 1);
    search_writer_close(w);
    struct search *s = open_it();
    struct search_hit hits[8];
    const struct search_query q = {.text = " "};
    ck_assert_uint_eq(search_find(s, &q, hits, 8, NULL), sizeof sorted / sizeof *sorted);
    for (size_t i = 0; i < sizeof sorted / sizeof *sorted; i++)
        ck_assert_str_eq(search_title(s, hits[i].doc), sorted[i]);
    search_close(s);
}
END_TEST

/* ---- snippets ---- */

static const struct {
    const char *text, *typed, *marked; /* what is marked in the snippet */
    const char *shows;                 /* what stands in it */
} snippets[] = {
    {"pump here. Then much else stands in between, so much that no line holds both of them. The pump casing leaks.",
     "pump casing", "pump", "pump casing leaks"},
    {"Open the vent Valve slowly", "valv", "Valv", "vent Valve"},
    {"Keep the caf\xC3\xA9 machine clean", "cafe", "caf\xC3\xA9", "machine"},
    {"\xE6\xB8\x85\xE6\xB4\x97\xE6\xB3\xB5 first", "\xE6\xB3\xB5", "\xE6\xB3\xB5", "first"},
    {"A centrifugal pump", "centrifugl", "centrifugal", "pump"},
    /* what goes on is cut between words, and says so; where that would cost too much, within one */
    {"Replace the gasket of the lid before the pressure test, then close it", "gasket", "gasket",
     "Replace the gasket of the lid before the pressure\xE2\x80\xA6"},
    {"Replace the gasket of thelidthatwasopenedbeforethepressuretest", "gasket", "gasket",
     "Replace the gasket of thelidthatwasopenedbeforeth\xE2\x80\xA6"},
    {"Replace the gasket of the lid before pressurising", "gasket", "gasket", "before pressurising"},
    {"COMMAND  PID   USER FD  TYPE DEVICE   SIZE/OFF NLINK   NODE NAME\npump   1312  pump 4w  REG     8,3", "pump", "pump",
     "NAME pump 1312"},
};

/* However narrow: whole characters on either side of the match, which is seen where there is room for some words. */
static void expect_narrow(struct search *s, const struct search_hit *hit, const char *typed)
{
    for (size_t columns = 1; columns < 50; columns++) {
        struct buf out = {0};
        size_t at, len;
        search_snippet(s, hit, typed, columns, &out, &at, &len);
        ck_assert_uint_le(text_width(buf_text(&out), out.len), columns);
        ck_assert_uint_le(at + len, out.len);
        ck_assert_msg((buf_text(&out)[at] & 0xC0) != 0x80 && (buf_text(&out)[at + len] & 0xC0) != 0x80, "%zu: %s", columns,
                      buf_text(&out));
        ck_assert_msg(len > 0 || columns < 20, "%zu: %s", columns, buf_text(&out));
        buf_free(&out);
    }
}

START_TEST(test_snippets)
{
    struct search_writer *w = open_writer();
    add(w, 1, "Title", NULL, snippets[_i].text);
    commit(w, 1);
    search_writer_close(w);
    struct search *s = open_it();
    struct search_hit hit;
    const struct search_query q = {.text = snippets[_i].typed};
    ck_assert_uint_eq(search_find(s, &q, &hit, 1, NULL), 1);
    ck_assert_uint_eq(hit.section, 1);
    struct buf out = {0};
    size_t at, len;
    search_snippet(s, &hit, snippets[_i].typed, 50, &out, &at, &len);
    ck_assert_msg(len == strlen(snippets[_i].marked) && memcmp(buf_text(&out) + at, snippets[_i].marked, len) == 0,
                  "%s", buf_text(&out));
    ck_assert_msg(strstr(buf_text(&out), snippets[_i].shows) != NULL, "%s", buf_text(&out));
    ck_assert_uint_le(text_width(buf_text(&out), out.len), 50);
    buf_free(&out);
    expect_narrow(s, &hit, snippets[_i].typed);
    search_close(s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("search's parts");
    TCase *t = tcase_create("tokens");
    tcase_add_loop_test(t, test_tokens, 0, sizeof texts / sizeof *texts);
    tcase_add_loop_test(t, test_keys, 0, sizeof keys / sizeof *keys);
    suite_add_tcase(suite, t);
    t = tcase_create("pieces");
    tcase_add_loop_test(t, test_pieces, 0, sizeof kinds / sizeof *kinds);
    tcase_add_test(t, test_pieces_damaged);
    suite_add_tcase(suite, t);
    t = tcase_create("words");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, make_list, drop_list);
    tcase_add_test(t, test_walk_words);
    tcase_add_test(t, test_seek);
    tcase_add_test(t, test_near_walk);
    suite_add_tcase(suite, t);
    t = tcase_create("library");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, make_dir, remove_dir);
    tcase_add_test(t, test_codes_lead);
    tcase_add_loop_test(t, test_section_naming, 0, sizeof naming / sizeof *naming);
    tcase_add_test(t, test_many_changes);
    tcase_add_test(t, test_merging);
    tcase_add_test(t, test_packed);
    tcase_add_test(t, test_leftovers);
    tcase_add_test(t, test_everything_by_title);
    tcase_add_loop_test(t, test_snippets, 0, sizeof snippets / sizeof *snippets);
    suite_add_tcase(suite, t);
    return suite_run(suite);
}
