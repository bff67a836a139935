#include "core/library/document.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static struct document *parse(const char *text, size_t len, size_t first_line)
{
    struct error err = {0};
    struct document *d = document_parse(text, len, first_line, &err);
    ck_assert_msg(d != NULL, "%s", err.what);
    return d;
}

static void add_name(struct buf *out, const struct node *n)
{
    static const char *const aligns[] = {"", "<", "^", ">"};
    buf_adds(out, node_name((enum node_type)n->type));
    if (n->type == NODE_HEADING)
        buf_addf(out, "%u%s%s", n->level, n->extra != NULL ? "#" : "", n->extra != NULL ? n->extra : "");
    else if (n->type == NODE_CALLOUT)
        buf_addf(out, ":%s", call_out_name((enum call_out)n->level));
    else if (n->type == NODE_CELL)
        buf_adds(out, aligns[n->level]);
    else if (n->type == NODE_ROW && (n->flags & NODE_HEADER) != 0)
        buf_adds(out, "!");
    else if (n->type == NODE_ITEM && (n->flags & NODE_TASK) != 0)
        buf_adds(out, (n->flags & NODE_CHECKED) != 0 ? "[x]" : "[ ]");
    else if (n->type == NODE_ITEM && (n->flags & NODE_ORDERED) != 0)
        buf_addf(out, "%u", n->number);
    else if (n->type == NODE_LINK || n->type == NODE_IMAGE)
        buf_addf(out, "=%s", n->extra);
}

/* The tree in one line: name(children), texts in quotes. */
static void add_shape(const struct document *d, struct buf *out)
{
    bool gap = false;
    for (struct walk w = walk_start(d, 0); walk_next(&w);) {
        const struct node *n = &d->nodes[w.at];
        bool container = w.at + 1 < n->end;
        if (!w.enter) {
            if (container)
                buf_addc(out, ')');
            gap = true;
            continue;
        }
        if (gap)
            buf_addc(out, ' ');
        gap = false;
        if (n->type == NODE_TEXT) {
            buf_addf(out, "'%s'", n->text);
            continue;
        }
        add_name(out, n);
        if (n->len > 0 && n->type != NODE_LINK && n->type != NODE_IMAGE)
            buf_addf(out, "'%s'", n->text);
        if (container)
            buf_addc(out, '(');
    }
}

static const struct {
    const char *markdown, *shape;
} shapes[] = {
    {"",
     ""},
    {"plain\n",
     "paragraph('plain')"},
    {"a *b **c*** `d` <i>e\n",
     "paragraph('a ' emph('b ' strong('c')) ' ' code'd' ' ' html'<i>' 'e')"},
    {"# One {#first}\n\n## Two *em* {#s_2}\n\nThree\n===\n",
     "heading1#first('One') heading2#s_2('Two ' emph('em')) heading1('Three')"},
    {"# {#only}\n",
     "heading1#only"},
    {"# Not an id {#a b}\n# nor {# }\n# nor {#}\n",
     "heading1('Not an id {#a b}') heading1('nor {# }') heading1('nor {#}')"},
    {"- [ ] open\n- [x] done\n- [X] too\n- [y] no\n- [ ]none\n",
     "list(item[ ](paragraph('open')) item[x](paragraph('done')) item[x](paragraph('too')) item(paragraph('[y] no')) item(paragraph('[ ]none')))"},
    {"3. a\n4. b\n   - c\n",
     "list(item3(paragraph('a')) item4(paragraph('b') list(item(paragraph('c')))))"},
    {"> **Danger** hot\n",
     "call-out:danger(paragraph('hot'))"},
    {"> **WARNING:** wet\n",
     "call-out:warning(paragraph('wet'))"},
    {"> **caution**: edge\n",
     "call-out:caution(paragraph('edge'))"},
    {"> **Note**\n> under it\n",
     "call-out:note(paragraph('under it'))"},
    {"> **Notice**\n>\n> alone\n",
     "call-out:notice(paragraph('alone'))"},
    {"> **Tip**\n",
     "call-out:tip"},
    {"> [!IMPORTANT]\n> github\n",
     "call-out:notice(paragraph('github'))"},
    {"> **Dangerous** no\n",
     "quote(paragraph(strong('Dangerous') ' no'))"},
    {"> Danger no\n",
     "quote(paragraph('Danger no'))"},
    {"```gift\n::Q:: 1 {=1}\n```\n",
     "gift'::Q:: 1 {=1}\n'"},
    {"```gifted\nx\n```\n",
     "code-block'x\n'"},
    {"<div>\nx\n</div>\n",
     "html-block'<div>\nx\n</div>\n'"},
    {"[a](/u \"t\") ![b *c*](/i)\n",
     "paragraph(link=/u('a') ' ' image=/i('b ' emph('c')))"},
    {"&#27;[31m &amp;\n",
     "paragraph('\x1b""[31m &')"},
    /* tables, as GFM's specification has them */
    {"| a | b |\n| - | - |\n| 1 | 2 |\n",
     "table(row!(cell('a') cell('b')) row(cell('1') cell('2')))"},
    {"a | b | c | d\n:- | :-: | -: | -\n1 | 2 | 3 | 4\n",
     "table(row!(cell<('a') cell^('b') cell>('c') cell('d')) row(cell<('1') cell^('2') cell>('3') cell('4')))"},
    {"| a |\n|---|\n",
     "table(row!(cell('a')))"},
    {"x\n:-:\ny\n",
     "table(row!(cell^('x')) row(cell^('y')))"},
    {"| a | b |\n|---|---|\n| short |\n| 1 | 2 | long |\n",
     "table(row!(cell('a') cell('b')) row(cell('short')) row(cell('1') cell('2')))"},
    {"| a |\n|---|\n| b \\| `c\\|d` |\n",
     "table(row!(cell('a')) row(cell('b | ' code'c|d')))"},
    {"| a | b |\n|---|---|\n| `x|y` |\n",
     "table(row!(cell('a') cell('b')) row(cell('`x') cell('y`')))"},
    {"| *a | b* |\n|---|---|\n| **c** [d](e) | ~ |\n",
     "table(row!(cell('*a') cell('b*')) row(cell(strong('c') ' ' link=e('d')) cell('~')))"},
    {"| a |\n| --- | --- |\n",
     "paragraph('| a |' soft-break '| --- | --- |')"},
    {"para\n| a | b |\n|---|---|\n| 1 | 2 |\n",
     "paragraph('para') table(row!(cell('a') cell('b')) row(cell('1') cell('2')))"},
    {"*p\n| a* | b |\n|---|---|\n",
     "paragraph('*p') table(row!(cell('a*') cell('b')))"},
    {"| a |\n|---|\n| b |\n\nafter\n",
     "table(row!(cell('a')) row(cell('b'))) paragraph('after')"},
    {"| a |\n|---|\n| b |\n> quote\n",
     "table(row!(cell('a')) row(cell('b'))) quote(paragraph('quote'))"},
    {"| a |\n|---|\n| b |\n2. list\n",
     "table(row!(cell('a')) row(cell('b'))) list(item2(paragraph('list')))"},
    {"| a |\n|---|\n| b |\n    code\n",
     "table(row!(cell('a')) row(cell('b'))) code-block'code\n'"},
    {"| a |\n|---|\n| b |\n---\nafter\n",
     "table(row!(cell('a')) row(cell('b'))) rule paragraph('after')"},
    {"| a |\n|---|\n<b>\nx\n",
     "table(row!(cell('a'))) html-block'<b>\nx\n'"},
    {"> | a | b |\n> |---|---|\n> | 1 | 2 |\n",
     "quote(table(row!(cell('a') cell('b')) row(cell('1') cell('2'))))"},
    {"> | a |\n> |---|\nlazy\n",
     "quote(table(row!(cell('a'))) paragraph('lazy'))"},
    {"- | a | b |\n  |---|---|\n  | 1 | 2 |\n",
     "list(item(table(row!(cell('a') cell('b')) row(cell('1') cell('2')))))"},
    {"1. x\n\n   > a | b\n   > - | -\n   > --|--\n",
     "list(item1(paragraph('x') quote(paragraph('a | b') list(item(paragraph('| -' soft-break '--|--'))))))"},
    {"| [r] | [s] |\n|---|---|\n| [r] | x |\n\n[r]: /url\n",
     "table(row!(cell(link=/url('r')) cell('[s]')) row(cell(link=/url('r')) cell('x')))"},
    {"| a | b |\r\n|---|---|\r\n| 1 | 2 |\r\n",
     "table(row!(cell('a') cell('b')) row(cell('1') cell('2')))"},
    {"| a | b |\r|---|---|\r| 1 | 2 |\r",
     "table(row!(cell('a') cell('b')) row(cell('1') cell('2')))"},
    {"```\n| a |\n|---|\n```\n",
     "code-block'| a |\n|---|\n'"},
    {"| # a | - b |\n|---|---|\n| 1. c | > d |\n",
     "table(row!(cell('# a') cell('- b')) row(cell('1. c') cell('> d')))"},
    {"|---|---|\n|---|---|\n|||\n|\n",
     "table(row!(cell('---') cell('---')) row(cell cell)) paragraph('|')"},
};

START_TEST(test_shape)
{
    struct document *d = parse(shapes[_i].markdown, strlen(shapes[_i].markdown), 1);
    struct buf got = {0}, want = {0};
    add_shape(d, &got);
    buf_adds(&want, "document");
    if (shapes[_i].shape[0] != '\0')
        buf_addf(&want, "(%s)", shapes[_i].shape);
    ck_assert_str_eq(buf_text(&got), buf_text(&want));
    buf_free(&got);
    buf_free(&want);
    document_close(d);
}
END_TEST

static const struct node *find(const struct document *d, enum node_type type, size_t skip)
{
    for (uint32_t i = 0; i < d->count; i++)
        if (d->nodes[i].type == type && skip-- == 0)
            return &d->nodes[i];
    ck_abort_msg("no such node");
    return NULL;
}

/* Lines are the file's, whatever stood before the text. */
START_TEST(test_lines)
{
    static const char text[] = "para\nsecond [x](y)\n\n| a |\n|---|\n| *b* |\n| [c](d) |\n\n```gift\nq\n```\n\n- i\n- j\n";
    struct document *d = parse(text, sizeof text - 1, 11);
    ck_assert_uint_eq(find(d, NODE_PARAGRAPH, 0)->line, 11);
    ck_assert_uint_eq(find(d, NODE_PARAGRAPH, 0)->last_line, 12);
    ck_assert_uint_eq(find(d, NODE_LINK, 0)->line, 12);
    ck_assert_uint_eq(find(d, NODE_LINK, 0)->column, 8);
    ck_assert_uint_eq(find(d, NODE_TABLE, 0)->line, 14);
    ck_assert_uint_eq(find(d, NODE_TABLE, 0)->last_line, 17);
    ck_assert_uint_eq(find(d, NODE_ROW, 1)->line, 16);
    ck_assert_uint_eq(find(d, NODE_EMPH, 0)->line, 16);
    ck_assert_uint_eq(find(d, NODE_LINK, 1)->line, 17);
    ck_assert_uint_eq(find(d, NODE_LINK, 1)->column, 3);
    ck_assert_uint_eq(find(d, NODE_GIFT, 0)->line, 19);
    ck_assert_uint_eq(find(d, NODE_GIFT, 0)->last_line, 21);
    ck_assert_uint_eq(find(d, NODE_ITEM, 1)->line, 24);
    document_close(d);
}
END_TEST

/* Walking enters and leaves each node once, in order; ends and parents agree. */
static void check_tree(const struct document *d)
{
    size_t entered = 0, left = 0, depth = 0, deepest = 0;
    for (struct walk w = walk_start(d, 0); walk_next(&w);) {
        const struct node *n = &d->nodes[w.at];
        ck_assert(w.at == 0 || (n->parent < w.at && n->end <= d->nodes[n->parent].end));
        if (w.enter) {
            ck_assert_uint_eq(w.at, entered);
            entered++;
            deepest = ++depth > deepest ? depth : deepest;
        } else {
            left++;
            depth--;
        }
    }
    ck_assert_uint_eq(entered, d->count);
    ck_assert_uint_eq(left, d->count);
    ck_assert_uint_le(deepest, DOCUMENT_DEPTH + 2);
}

static char *repeat(const char *text, size_t times, size_t *len)
{
    size_t n = strlen(text);
    char *all = malloc(n * times + 1);
    ck_assert_ptr_nonnull(all);
    for (size_t i = 0; i < times; i++)
        memcpy(all + i * n, text, n);
    *len = n * times;
    return all;
}

/* What is nested too deep is flattened, and its text stays. */
START_TEST(test_nasty)
{
    static const struct {
        const char *text;
        size_t times;
    } inputs[] = {
        {"> ", 10000}, {"- ", 10000}, {"*a **b ", 10000}, {"[", 20000}, {"[a](", 5000}, {"![a", 5000}, {"x", 1000000},
        {"| a ", 20000}, {"|a|b|\n|-|-|\n", 5000}, {"`", 20000}, {"\xff\xfe", 10000}, {"&amp;", 10000}, {"<", 20000},
    };
    size_t len;
    char *text = repeat(inputs[_i].text, inputs[_i].times, &len);
    struct document *d = parse(text, len, 1);
    check_tree(d);
    document_close(d);
    free(text);
}
END_TEST

START_TEST(test_flattened_keeps_text)
{
    size_t len;
    char *text = repeat("> - ", 500, &len);
    text[len - 1] = 'x'; /* the last marker becomes "-x", a text */
    struct document *d = parse(text, len, 1);
    check_tree(d);
    struct buf plain = {0};
    document_plain(d, 0, &plain);
    ck_assert_str_eq(buf_text(&plain), "-x");
    buf_free(&plain);
    document_close(d);
    free(text);
}
END_TEST

START_TEST(test_nul_becomes_replacement)
{
    struct document *d = parse("a\0b", 3, 1);
    ck_assert_str_eq(find(d, NODE_TEXT, 0)->text, "a\xEF\xBF\xBD" "b");
    document_close(d);
}
END_TEST

START_TEST(test_too_large)
{
    struct error err = {0};
    ck_assert_ptr_null(document_parse("", (size_t)DOCUMENT_SIZE_MAX + 1, 1, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
}
END_TEST

START_TEST(test_headings_and_top)
{
    struct document *d = parse("# a\n> # quoted\n\n## b\n", 21, 1);
    ck_assert_uint_eq(d->headings, 2);
    ck_assert(!d->has_top);
    ck_assert_uint_eq(find(d, NODE_HEADING, 1)->number, NODE_NO_SECTION);
    ck_assert_uint_eq(find(d, NODE_HEADING, 2)->number, 1);
    document_close(d);
    d = parse("```gift\nq\n```\n# a\n", 18, 1);
    ck_assert(!d->has_top);
    document_close(d);
    d = parse("|x|\n|-|\n\n# a\n", 13, 1);
    ck_assert(d->has_top);
    document_close(d);
}
END_TEST

START_TEST(test_json)
{
    static const char text[] = "## T {#t}\n\n- [x] a [l](u \"v\")\n\n| h |\n|:-:|\n| `c` |\n";
    struct document *d = parse(text, sizeof text - 1, 3);
    struct buf out = {0};
    document_json(d, &out);
    ck_assert_str_eq(
        buf_text(&out),
        "{\"type\":\"document\",\"line\":3,\"children\":["
        "{\"type\":\"heading\",\"line\":3,\"level\":2,\"id\":\"t\",\"children\":[{\"type\":\"text\",\"text\":\"T\"}]},"
        "{\"type\":\"list\",\"line\":5,\"ordered\":false,\"tight\":true,\"children\":["
        "{\"type\":\"item\",\"line\":5,\"checked\":true,\"children\":[{\"type\":\"paragraph\",\"line\":5,\"children\":["
        "{\"type\":\"text\",\"text\":\"a \"},{\"type\":\"link\",\"target\":\"u\",\"title\":\"v\",\"children\":["
        "{\"type\":\"text\",\"text\":\"l\"}]}]}]}]},"
        "{\"type\":\"table\",\"line\":7,\"columns\":1,\"children\":["
        "{\"type\":\"row\",\"line\":7,\"header\":true,\"children\":[{\"type\":\"cell\",\"line\":7,\"align\":\"center\","
        "\"children\":[{\"type\":\"text\",\"text\":\"h\"}]}]},"
        "{\"type\":\"row\",\"line\":9,\"children\":[{\"type\":\"cell\",\"line\":9,\"align\":\"center\",\"children\":["
        "{\"type\":\"code\",\"text\":\"c\"}]}]}]}]}");
    buf_free(&out);
    document_close(d);
}
END_TEST

START_TEST(test_beginning)
{
    static const struct {
        const char *text;
        size_t lines, len;
    } cases[] = {
        {"", 1, 0}, {"a\n", 1, 2}, {"a\n\nb\n", 1, 3}, {"a\n\nb\n", 3, 5}, {"a\r\n\r\nb\n", 1, 5}, {"a\n\nb", 1, 3},
        {"a\n \t\n# b\n", 1, 5}, {"a\nb\n", 1, 4}, {"a\n\n\xC3\xA4\n", 1, 3},
        /* not inside fenced code: of the same mark, at least as long, nothing behind it */
        {"```\n\nx\n```\n\nb\n", 1, 12}, {"```\n\n~~~\n\nb", 1, 11}, {"````\n\nb\n```\n\nb\n````\n\nb", 1, 21},
        {"``` x\n\nb\n``` y\n\nb\n```\n\nb", 1, 23}, {"- a\n  ```\n\n  b\n  ```\n\nb", 1, 22}, {"``a`` b ```\n\nb", 1, 13},
        /* not where a list, a quote, a table or code may go on */
        {"- a\n\n- b\n\n  c\n\n    d\n\nb\n", 1, 22}, {"> a\n\n> b\n\nb\n", 1, 10}, {"1. a\n\n2. b\n", 1, 11},
        /* not where a link may be defined later */
        {"[a]\n\nb\n\n[a]: u\n", 1, 15}, {"[a]\n\nb\n\n   [a b]: u\n", 1, 20}, {"[a]\n\nb\n\n[a] : u\n", 1, 5},
        {"[a]: u\n\nb\n", 1, 8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_uint_eq(document_beginning(cases[i].text, strlen(cases[i].text), cases[i].lines), cases[i].len);
}
END_TEST

START_TEST(test_part)
{
    static const struct {
        const char *text;
        size_t line, at;
    } cases[] = {
        {"", 1, SIZE_MAX}, {"# a\n", 1, 0}, {"# a\n", 2, SIZE_MAX}, {"a\n\n# b", 3, 3}, {"a\r\n# b\n", 2, 3},
        {"a\nb\n", 2, SIZE_MAX}, {"a\n # b\n", 2, SIZE_MAX}, {"a\n# b\n", 9, SIZE_MAX}, {"a\n# b\n", 0, SIZE_MAX},
        {"[a]: u\n\n# b [a]\n", 3, SIZE_MAX}, {"  [a b]: u\n\n# b\n", 3, SIZE_MAX}, {"[a] : u\n# b\n", 2, 8},
        {"# b [a]\n\n[a]: u\n", 1, 0}, /* document_beginning sees to what follows */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_uint_eq(document_part(cases[i].text, strlen(cases[i].text), cases[i].line), cases[i].at);
}
END_TEST

/* The blocks of each part are those of the whole, but the last where the part ends before the text. */
START_TEST(test_part_blocks)
{
    static const char text[] = "# a\n\nx [l](u) *y*\nz\n\n## b\n\n- i\n\n  ```\n  # no\n\n  k\n  ```\n\n"
                               "| t | u |\n|---|---|\n| 1 | 2 |\n\n"
                               "## c\n> **Note** q\n# d\n```\n# no\n\nno\n```\n1. m\n2. n\n# e {#id}\nf\n\ng\n\nh\n";
    size_t parts = 0;
    struct document *whole = document_parse(text, sizeof text - 1, 1, NULL);
    for (uint32_t k = 1; k < whole->count; k = whole->nodes[k].end) {
        const struct node *heading = &whole->nodes[k];
        if (heading->type != NODE_HEADING)
            continue;
        size_t from = document_part(text, sizeof text - 1, heading->line);
        ck_assert_uint_ne(from, SIZE_MAX);
        size_t n = document_beginning(text + from, sizeof text - 1 - from, 3);
        struct document *part = document_parse(text + from, n, heading->line, NULL);
        uint32_t end = part->count;
        for (uint32_t i = 1; n < sizeof text - 1 - from && i < part->count; i = part->nodes[i].end)
            end = i;
        for (uint32_t i = 1; i < end; i++) {
            const struct node *a = &part->nodes[i], *b = &whole->nodes[k + i - 1];
            ck_assert_uint_eq(a->type, b->type);
            ck_assert_uint_eq(a->line, b->line);
            ck_assert_str_eq(a->text, b->text);
            ck_assert_uint_eq(a->end - i, b->end - (k + i - 1));
        }
        document_close(part);
        parts++;
    }
    ck_assert_uint_eq(parts, 5);
    document_close(whole);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("document");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, test_shape, 0, (int)(sizeof shapes / sizeof *shapes));
    tcase_add_test(t, test_lines);
    tcase_add_loop_test(t, test_nasty, 0, 13);
    tcase_add_test(t, test_flattened_keeps_text);
    tcase_add_test(t, test_nul_becomes_replacement);
    tcase_add_test(t, test_too_large);
    tcase_add_test(t, test_headings_and_top);
    tcase_add_test(t, test_json);
    tcase_add_test(t, test_beginning);
    tcase_add_test(t, test_part);
    tcase_add_test(t, test_part_blocks);
    suite_add_tcase(s, t);
    return suite_run(s);
}
