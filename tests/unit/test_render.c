/* Renderings are kept as text: tests/data/render/NAME.md is shown as in NAME.VARIANT.txt. To see a change of the
 * renderer as a change of those files, run this suite once with CRIB_UPDATE=1 and read what git shows. */
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/library/section.h"
#include "tui/render/ansi.h"
#include "tui/render/target.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct document *parse(const char *text, size_t len)
{
    struct document *d = document_parse(text, len, 1, NULL);
    ck_assert_ptr_nonnull(d);
    return d;
}

static struct lines *render(const struct document *d, size_t width, unsigned flags)
{
    struct render_options options = {.width = width, .margin = width > 40 ? 1 : 0, .flags = flags};
    struct lines *l = render_document(d, &options, NULL);
    ck_assert_ptr_nonnull(l);
    return l;
}

/* A file's bytes; the caller frees them. */
static void read_all(struct buf *out, const char *path)
{
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "cannot open %s", path);
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        buf_add(out, part, n);
    fclose(f);
}

static const struct {
    const char *name, *variant;
    size_t width;
    unsigned flags;
    const char *theme; /* NULL: text alone */
} kept[] = {
    {"page", "80", 80, 0, NULL},
    {"page", "40", 40, 0, NULL},
    {"page", "20", 20, 0, NULL},
    {"page", "ascii-80", 80, RENDER_ASCII, NULL},
    {"page", "plain-60", 60, RENDER_PLAIN | RENDER_URLS, NULL},
    {"page", "dark-80", 80, RENDER_ORIGINS, "dark"},
    {"page", "16-80", 80, 0, "16"},
    {"nested", "60", 60, 0, NULL},
    {"nested", "20", 20, 0, NULL},
    {"nested", "plain-60", 60, RENDER_PLAIN, NULL},
    {"tables", "80", 80, 0, NULL},
    {"tables", "50", 50, 0, NULL},
    {"tables", "plain-80", 80, RENDER_PLAIN, NULL},
    {"wide", "80", 80, 0, NULL},
    {"wide", "30", 30, 0, NULL},
    {"wide", "ascii-60", 60, RENDER_ASCII, NULL},
    {"hostile", "80", 80, RENDER_URLS, NULL},
    {"hostile", "dark-80", 80, 0, "dark"},
};

START_TEST(test_kept)
{
    char path[256];
    struct buf source = {0}, got = {0}, want = {0};
    snprintf(path, sizeof path, "tests/data/render/%s.md", kept[_i].name);
    read_all(&source, path);
    struct document *d = parse(source.data, source.len);
    struct lines *l = render(d, kept[_i].width, kept[_i].flags);
    const struct theme *theme = kept[_i].theme != NULL ? theme_find(kept[_i].theme) : NULL;
    ansi_lines(&got, l, &(struct ansi_options){.theme = theme, .hyperlinks = theme != NULL});
    snprintf(path, sizeof path, "tests/data/render/%s.%s.txt", kept[_i].name, kept[_i].variant);
    if (getenv("CRIB_UPDATE") != NULL) {
        FILE *f = fopen(path, "wb");
        ck_assert_ptr_nonnull(f);
        ck_assert_uint_eq(fwrite(got.data, 1, got.len, f), got.len);
        fclose(f);
    }
    read_all(&want, path);
    ck_assert_msg(strcmp(buf_text(&got), buf_text(&want)) == 0, "%s: expected\n%s\ngot\n%s", path, buf_text(&want),
                  buf_text(&got));
    buf_free(&source);
    buf_free(&got);
    buf_free(&want);
    lines_close(l);
    document_close(d);
}
END_TEST

static void check_line(const struct lines *l, const struct line *line, size_t width, unsigned flags)
{
    const char *text = l->text + line->offset;
    ck_assert_uint_eq(text_invalid(text, line->length), line->length);
    for (size_t i = 0; i < line->length; i++)
        ck_assert((unsigned char)text[i] >= 0x20 && text[i] != 0x7F);
    ck_assert((flags & RENDER_PLAIN) != 0 || text_width(text, line->length) <= width);
    size_t at = 0;
    for (size_t i = 0; i < line->spans; i++) {
        const struct span *r = &l->spans[line->first_span + i];
        ck_assert(r->offset >= at && r->length > 0 && r->offset + r->length <= line->length);
        ck_assert(r->style < STYLE_COUNT && r->link <= l->link_count);
        at = r->offset + r->length;
    }
}

/* What must be true of any rendering. */
static void check_all(const char *text, size_t len)
{
    static const struct {
        size_t width;
        unsigned flags;
    } forms[] = {{80, 0}, {20, 0}, {33, RENDER_ASCII | RENDER_URLS}, {60, RENDER_PLAIN}, {16, RENDER_ORIGINS}};
    struct document *d = parse(text, len);
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
        struct lines *l = render(d, forms[k].width, forms[k].flags);
        for (size_t i = 0; i < l->count; i++)
            check_line(l, &l->items[i], forms[k].width, forms[k].flags);
        for (size_t i = 0; i < l->heading_count; i++)
            ck_assert_uint_lt(l->headings[i].line, l->count);
        lines_close(l);
    }
    document_close(d);
}

START_TEST(test_sound_at_every_width)
{
    struct buf source = {0};
    char path[256];
    snprintf(path, sizeof path, "tests/data/render/%s.md", kept[_i].name);
    read_all(&source, path);
    check_all(source.data, source.len);
    struct document *d = parse(source.data, source.len);
    for (size_t width = 16; width < 120; width++) {
        struct lines *l = render(d, width, 0);
        for (size_t i = 0; i < l->count; i++)
            check_line(l, &l->items[i], width, 0);
        lines_close(l);
    }
    document_close(d);
    buf_free(&source);
}
END_TEST

/* One or more pieces of each chapter of the CommonMark specification, in its order. */
static const char *const commonmark[] = {
    "##\n",
    /* preliminaries: tabs, NUL, escapes, entities */
    "\tfoo\tbaz\t\tbim\n", "  - foo\n\n\tbar\n", ">\t\tfoo\n", "-\t\tfoo\n", "\\*not emphasis\\* \\\\ \\`x\\`\n",
    "&nbsp; &copy; &frac34; &#35; &#X22; &#0; &bogus;\n", "[a](url &quot;t&quot;)\n",
    /* leaf blocks */
    "***\n---\n___\n * * *\n", "# a\n## b ##\n####### c\n#d\n\\## e\n#\n", "Foo *bar\nbaz*\n====\n", "Foo\n---\nbar\n---\n",
    "    code\n      more\n\n    end\n", "```\n<\n >\n```\n", "~~~~ ruby startline=3\ndef\n~~~\n~~~~~~~\n", "```\nopen\n",
    "<table><tr><td>\n<pre>\n**Hello**,\n\n_world_.\n</pre>\n</td></tr></table>\n", "<?php\n\necho '>';\n\n?>\nok\n",
    "<![CDATA[\nx\n]]>\n", "[foo]: /url \"title\"\n\n[foo]\n", "[foo]: <bar>(baz)\n\n[foo]\n", "aaa\n\nbbb  \nccc\n",
    /* containers */
    "> # Foo\n> bar\n> baz\n", "> bar\nlazy\n> foo\n", ">>> deep\n> less\n", ">\n", "1.  A paragraph\n\n        code\n\n    > q\n",
    "- foo\n\n\n  bar\n", "-\n  foo\n-\n  ```\n  bar\n  ```\n", "10) a\n11) b\n", "- a\n - b\n  - c\n   - d\n    - e\n",
    "* a\n*\n\n* c\n", "- a\n  > b\n  ```\n  c\n  ```\n- d\n", "123456789. ok\n",
    /* inlines */
    "`` foo ` bar `` `a\nb` `\n", "*foo bar* a*b*c __foo, __bar__, baz__\n", "***strong emph*** *foo **bar***\n",
    "[link](/uri \"title\") [a](<b)c>) [](u) [x](\n", "[a [b](c) d](e)\n", "![foo *bar*][]\n\n[foo *bar*]: train.jpg\n",
    "<https://foo.bar.baz> <foo@bar.example> <not a link>\n", "<a foo=\"bar\" /> <!-- c --> <?p?> <!D e> </a >\n",
    "foo  \nbar\\\nbaz\n     qux\n", "hello $.;'there\n", "*a `b* c`* [d`](e)`\n",
};

START_TEST(test_commonmark_chapters)
{
    check_all(commonmark[_i], strlen(commonmark[_i]));
}
END_TEST

/* All examples of the specification itself, where CRIB_COMMONMARK_SPEC names its spec.txt (the text has a licence of
 * its own and stays out of this repository). */
START_TEST(test_commonmark_spec)
{
    const char *path = getenv("CRIB_COMMONMARK_SPEC");
    if (path == NULL)
        return;
    static const char fence[] = "\n```````````````````````````````` example";
    struct buf spec = {0};
    read_all(&spec, path);
    size_t count = 0;
    for (char *p = strstr(spec.data, fence); p != NULL; p = strstr(p, fence), count++) {
        p = strchr(p + 1, '\n') + 1;
        char *end = strstr(p - 1, "\n.\n");
        ck_assert_ptr_nonnull(end);
        struct buf example = {0};
        for (; p <= end; p++)
            if (strncmp(p, "\xE2\x86\x92", 3) == 0) {
                buf_addc(&example, '\t');
                p += 2;
            } else {
                buf_addc(&example, *p);
            }
        check_all(buf_text(&example), example.len);
        buf_free(&example);
    }
    ck_assert_uint_gt(count, 600);
    buf_free(&spec);
}
END_TEST

/* No text is lost: all letters and digits of the tree are in the lines, in their order. */
static void letters(struct buf *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || (s[i] >= '0' && s[i] <= '9'))
            buf_addc(out, s[i]);
}

START_TEST(test_nothing_lost)
{
    static const char text[] = "para with averyveryveryverylongwordthatmustbecut and *emph* `co de`\n\n- item\n  - sub\n\n"
                               "> quote\n\n```\nlong long long long long long long code 0123456789\n```\n";
    for (size_t width = 16; width < 60; width++) {
        struct document *d = parse(text, sizeof text - 1);
        struct lines *l = render(d, width, 0);
        struct buf got = {0}, want = {0};
        for (size_t i = 0; i < l->count; i++)
            letters(&got, l->text + l->items[i].offset, l->items[i].length);
        for (uint32_t i = 0; i < d->count; i++)
            letters(&want, d->nodes[i].text, d->nodes[i].len);
        ck_assert_str_eq(buf_text(&got), buf_text(&want));
        buf_free(&got);
        buf_free(&want);
        lines_close(l);
        document_close(d);
    }
}
END_TEST

/* Each line knows its section and its source line. */
START_TEST(test_places)
{
    static const char text[] = "intro\n\n# One\n\nfirst\nsecond\n\n## Two\n\n- a\n- b\n\n| h |\n|---|\n| r |\n\n```\nx\ny\n```\n";
    static const struct {
        const char *text;
        size_t section, source;
    } want[] = {{"intro", 0, 1}, {"One", 1, 3}, {"first second", 1, 5}, {"Two", 2, 8}, {"\xE2\x80\xA2 a", 2, 10},
                {"\xE2\x80\xA2 b", 2, 11}, {"h", 2, 13}, {"r", 2, 15}, {"  x", 2, 18}, {"  y", 2, 19}};
    struct document *d = parse(text, sizeof text - 1);
    struct lines *l = render(d, 40, 0);
    size_t k = 0;
    for (size_t i = 0; i < l->count && k < sizeof want / sizeof *want; i++) {
        const struct line *line = &l->items[i];
        if (line->length != strlen(want[k].text) || memcmp(l->text + line->offset, want[k].text, line->length) != 0)
            continue;
        ck_assert_uint_eq(line->section, want[k].section);
        ck_assert_uint_eq(line->source, want[k].source);
        k++;
    }
    ck_assert_uint_eq(k, sizeof want / sizeof *want);
    ck_assert_uint_eq(l->heading_count, 2);
    ck_assert_uint_eq(lines_of_section(l, 2), l->headings[1].line);
    ck_assert_uint_eq(lines_of_section(l, 3), l->count);
    ck_assert_uint_eq(l->headings[1].length, 3);
    ck_assert_mem_eq(l->text + l->headings[1].text, "Two", 3);
    lines_close(l);
    document_close(d);
}
END_TEST

/* Words that stand once each: wN in running text, tN in tables and code. */
static void add_words(struct buf *out, char kind, size_t count, size_t *number)
{
    for (size_t i = 0; i < count; i++)
        buf_addf(out, "%s%c%zu", i == 0 ? "" : i % 9 == 0 ? "\n" : " ", kind, (*number)++);
}

static void make_words(struct buf *out)
{
    size_t n = 1000;
    buf_adds(out, "# ");
    add_words(out, 'w', 8, &n);
    buf_adds(out, "\n\n");
    add_words(out, 'w', 70, &n);
    buf_adds(out, "\n\n## ");
    add_words(out, 'w', 3, &n);
    for (size_t i = 0; i < 4; i++) {
        buf_adds(out, i < 2 ? "\n- " : "\n\n   1. *");
        add_words(out, 'w', 8, &n);
        buf_adds(out, i < 2 ? "" : "* \xC3\xA4 \xE6\xB0\xB4\xE6\xB0\xB4 [to](x.md)");
    }
    buf_adds(out, "\n\n> **Warning** ");
    add_words(out, 'w', 9, &n);
    buf_adds(out, "\n\n| a | b |\n|---|---|\n");
    for (size_t i = 0; i < 5; i++) {
        buf_adds(out, "| ");
        add_words(out, 't', 4, &n);
        buf_adds(out, " | ");
        add_words(out, 't', 8, &n);
        buf_adds(out, " |\n");
    }
    buf_adds(out, "\n```\n");
    for (size_t i = 0; i < 4; i++) {
        add_words(out, 't', 9, &n);
        buf_adds(out, "\n\n");
    }
    buf_adds(out, "```\n\n---\n\n");
    add_words(out, 'w', 40, &n);
    buf_adds(out, "\n");
}

/* Whether the line shows the first of those words that text holds; true where text holds none. */
static bool shows_word_of(const struct lines *l, const struct line *line, const char *text, size_t len)
{
    size_t at = 0;
    while (at + 5 <= len && (text[at] != 'w' || text[at + 1] < '0' || text[at + 1] > '9'))
        at++;
    for (size_t i = 0; at + 5 <= len && i + 5 <= line->length; i++)
        if (memcmp(l->text + line->offset + i, text + at, 5) == 0)
            return true;
    return at + 5 > len;
}

/* A place is the same text at every width, whatever marks stand beside the headings; there and back is the same line. */
START_TEST(test_places_at_every_width)
{
    struct buf source = {0};
    make_words(&source);
    struct document *d = parse(buf_text(&source), source.len);
    struct lines *one = render(d, 80, 0);
    static const uint8_t marks[] = {RENDER_MARK_DONE, RENDER_MARK_CHANGED};
    for (size_t width = 16; width <= 200; width++) {
        struct render_options options = {.width = width, .marks = marks, .mark_count = width % 3};
        struct lines *other = render_document(d, &options, NULL);
        for (size_t i = 0; i < one->count; i++) {
            const struct line *line = &one->items[i];
            ck_assert_msg(lines_of_at(one, line->at) == i, "line %zu at %u `%.*s`: %zu", i, line->at, (int)line->length, one->text + line->offset, lines_of_at(one, line->at));
            const struct line *there = &other->items[lines_of_at(other, line->at)];
            ck_assert_msg(shows_word_of(other, there, one->text + line->offset, line->length), "%zu: `%.*s` for `%.*s`",
                          width, (int)there->length, other->text + there->offset, (int)line->length,
                          one->text + line->offset);
            ck_assert_uint_eq(there->section, line->section);
        }
        for (size_t i = 1; i < other->count; i++)
            ck_assert_msg(other->items[i].at > other->items[i - 1].at, "%zu: %u `%.*s` behind %u", width, other->items[i].at,
                          (int)other->items[i].length, other->text + other->items[i].offset, other->items[i - 1].at);
        ck_assert_uint_eq(other->items[other->count - 1].section, 1);
        lines_close(other);
    }
    lines_close(one);
    document_close(d);
    buf_free(&source);
}
END_TEST

START_TEST(test_links_have_places)
{
    static const char text[] = "see [the page](a#b) and\n\n| x | y |\n|---|---|\n| 1 | [cell](c) |\n";
    struct document *d = parse(text, sizeof text - 1);
    struct lines *l = render(d, 40, 0);
    ck_assert_uint_eq(l->link_count, 2);
    ck_assert_str_eq(l->links[0].target, "a#b");
    ck_assert_uint_eq(l->links[0].line, 0);
    ck_assert_uint_eq(l->links[0].column, 4);
    ck_assert_uint_eq(l->links[0].width, 8);
    ck_assert_str_eq(l->links[1].target, "c");
    ck_assert_uint_eq(l->links[1].line, 4);
    ck_assert_uint_eq(l->links[1].column, 3);
    ck_assert_uint_eq(l->links[1].width, 4);
    lines_close(l);
    document_close(d);
}
END_TEST

/* Of the 256 colours' themes alone: the others are a terminal's own. */
static const struct {
    const char *theme;
    bool exact;
    const char *out;
} coloured[] = {
    {"dark", false, "\x1b[33ma\x1b[m\n"},
    {"dark", true, "\x1b[38;2;215;183;95ma\x1b[m\n"},
    {"light", true, "\x1b[38;2;135;95;0ma\x1b[m\n"},
    {"contrast", true, "\x1b[1;36;40ma\x1b[m\n"},
};

START_TEST(test_exact_colours)
{
    struct document *d = parse("`a`\n", 4);
    struct lines *l = render(d, 40, 0);
    struct buf out = {0};
    ansi_lines(&out, l, &(struct ansi_options){.theme = theme_find(coloured[_i].theme), .exact = coloured[_i].exact});
    ck_assert_str_eq(buf_text(&out), coloured[_i].out);
    buf_free(&out);
    lines_close(l);
    document_close(d);
}
END_TEST

START_TEST(test_marks)
{
    static const char text[] = "# One\n# Two\n# Three\n";
    static const uint8_t marks[] = {RENDER_MARK_DONE, RENDER_MARK_CHANGED, RENDER_MARK_NEW};
    struct document *d = parse(text, sizeof text - 1);
    struct render_options options = {.width = 40, .marks = marks, .mark_count = 3};
    for (size_t k = 0; k < 2; k++) {
        struct lines *l = render_document(d, &options, NULL);
        struct buf out = {0};
        ansi_lines(&out, l, &(struct ansi_options){0});
        ck_assert_str_eq(buf_text(&out), k == 0 ? "One  \xE2\x9C\x93\n\nTwo  updated\n\nThree  new\n"
                                                : "One  [done]\n\nTwo  [updated]\n\nThree  [new]\n");
        buf_free(&out);
        lines_close(l);
        options.flags = RENDER_ASCII;
    }
    document_close(d);
}
END_TEST

static const struct {
    const char *target, *encoded, *origin; /* encoded NULL: a terminal never gets it */
} targets[] = {
    {"https://host.example/a b;c?\xC3\xA9", "https://host.example/a%20b%3Bc?%C3%A9", "https://host.example"},
    {"HTTPS://user@evil.example\\@good.example/", "HTTPS://user@evil.example\\@good.example/",
     "HTTPS://user@evil.example"},
    {"mailto:a@b.example?subject=x", "mailto:a@b.example?subject=x", "mailto:a@b.example"},
    {"crib:pump#bleed", "crib:pump#bleed", "crib:pump"},
    {"https://a\x1b]8;;", "https://a%1B]8%3B%3B", "https://a\xEF\xBF\xBD]8;;"},
    {"javascript:alert(1)", NULL, "javascript:alert(1)"},
    {"http://plain.example/x", NULL, "http://plain.example"},
    {"file:///etc/passwd", NULL, "file://"},
    {"other-page#x", NULL, "other-page#x"},
};

START_TEST(test_targets)
{
    struct buf encoded = {0}, origin = {0};
    ck_assert(target_encode(&encoded, targets[_i].target) == (targets[_i].encoded != NULL));
    ck_assert_str_eq(buf_text(&encoded), targets[_i].encoded != NULL ? targets[_i].encoded : "");
    target_origin(&origin, targets[_i].target);
    ck_assert_str_eq(buf_text(&origin), targets[_i].origin);
    buf_free(&encoded);
    buf_free(&origin);
}
END_TEST

START_TEST(test_long_target)
{
    char target[4096] = "https://";
    struct buf out = {0};
    memset(target + 8, 'a', 2040);
    ck_assert(target_encode(&out, target));
    ck_assert_uint_eq(out.len, 2048);
    buf_clear(&out);
    memset(target + 8, 'a', 2041);
    ck_assert(!target_encode(&out, target));
    buf_free(&out);
}
END_TEST

START_TEST(test_huge)
{
    static const struct {
        const char *before, *text, *after;
    } inputs[] = {{"", "word ", ""}, {"", "x", ""}, {"```\n", "x\t", "\n```\n"}, {"", "\xE6\xBC\xA2", ""},
                  {"", "\xFF", ""}, {"e", "\xCC\x81", ""}, {"|h|\n|-|\n|", "ab ", "|\n"}, {"", "\r", ""}};
    struct buf b = {0};
    buf_adds(&b, inputs[_i].before);
    while (b.len < 3000000)
        buf_adds(&b, inputs[_i].text);
    buf_adds(&b, inputs[_i].after);
    struct document *d = parse(b.data, b.len);
    struct lines *l = render(d, 80, 0);
    for (size_t i = 0; i < l->count; i += 97)
        check_line(l, &l->items[i], 80, 0);
    lines_close(l);
    document_close(d);
    buf_free(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("render");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, test_kept, 0, (int)(sizeof kept / sizeof *kept));
    tcase_add_loop_test(t, test_sound_at_every_width, 0, (int)(sizeof kept / sizeof *kept));
    tcase_add_loop_test(t, test_commonmark_chapters, 0, (int)(sizeof commonmark / sizeof *commonmark));
    tcase_add_test(t, test_commonmark_spec);
    tcase_add_test(t, test_nothing_lost);
    tcase_add_test(t, test_places);
    tcase_add_test(t, test_places_at_every_width);
    tcase_add_test(t, test_links_have_places);
    tcase_add_loop_test(t, test_exact_colours, 0, (int)(sizeof coloured / sizeof *coloured));
    tcase_add_test(t, test_marks);
    tcase_add_loop_test(t, test_targets, 0, (int)(sizeof targets / sizeof *targets));
    tcase_add_test(t, test_long_target);
    tcase_add_loop_test(t, test_huge, 0, 8);
    suite_add_tcase(s, t);
    return suite_run(s);
}
