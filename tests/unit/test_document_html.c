/* document_html: what Markdown becomes as HTML, and that no text of an author becomes more than text. */
#include "core/base/html.h"
#include "core/library/document_html.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <string.h>

/* Only what begins with "in:" leads anywhere. */
static bool link_in(void *context, const char *target, struct buf *out)
{
    (void)context;
    if (strncmp(target, "in:", 3) != 0)
        return false;
    buf_adds(out, "/plant/m/");
    html_url_part(out, target + 3, true);
    return true;
}

static void render(const char *markdown, size_t n, struct buf *out)
{
    struct error err = {0};
    struct arena *a = arena_open();
    struct document *d = document_parse(markdown, n, 1, &err);
    ck_assert(a != NULL && d != NULL);
    const struct html_options options = {.sections = sections_of(d, a, "x.md", NULL, &err), .deeper = 1, .link = link_in};
    document_html(d, 1, d->count, &options, out);
    document_close(d);
    arena_close(a);
}

#define BOX(label, box) "<li class=\"task\"><span class=\"box\" role=\"img\" aria-label=\"" label "\">" box "</span> "
#define WIDE "<div class=\"wide\" role=\"region\" aria-label=\"Table\" tabindex=\"0\"><table>\n"

static const struct {
    const char *markdown, *html;
} pages[] = {
    {"", ""},
    {"Plain *em* **strong** `a<b` &amp; &lt;\n", "<p>Plain <em>em</em> <strong>strong</strong> <code>a&lt;b</code> &amp; &lt;</p>\n"},
    {"# One {#first}\n## Two & more\n", "<h2 id=\"first\">One</h2>\n<h3 id=\"two--more\">Two &amp; more</h3>\n"},
    {"###### Six\n", "<h6 id=\"six\">Six</h6>\n"},
    {"> # Quoted\n", "<blockquote>\n<h2>Quoted</h2>\n</blockquote>\n"},
    {"- a\n- b\n", "<ul>\n<li>a\n</li>\n<li>b\n</li>\n</ul>\n"},
    {"3. a\n\n4. b\n", "<ol start=\"3\">\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ol>\n"},
    {"- [ ] a\n- [x] b\n",
     "<ul>\n" BOX("to do", "\xE2\x98\x90") "a\n</li>\n" BOX("done", "\xE2\x98\x91") "b\n</li>\n</ul>\n"},
    {"> **Danger** Lock it out.\n",
     "<div class=\"call-out danger\" role=\"note\" aria-label=\"Danger\">\n<p class=\"word\">Danger</p>\n<p>Lock it out.</p>\n</div>\n"},
    {"|a|b|\n|:-:|-:|\n|1|\n",
     WIDE "<thead>\n<tr><th scope=\"col\" class=\"centre\">a</th><th scope=\"col\" class=\"right\">b</th></tr>\n</thead>\n<tbody>\n"
          "<tr><td class=\"centre\">1</td><td colspan=\"1\"></td></tr>\n</tbody>\n</table></div>\n"},
    {"```sh\na\t<b>\n```\n", "<pre tabindex=\"0\"><code>a\t&lt;b&gt;\n</code></pre>\n"},
    {"a  \nb<br>c<!-- x -->\n", "<p>a<br>\nb<br>\nc</p>\n"},
    {"<!-- for authors -->\n\n---\n", "<hr>\n"},
    {"![Vent <valve>](https://example.com/a.png \"t\") ![](b.png)\n",
     "<p><span class=\"image\">[Vent &lt;valve&gt;]</span> <span class=\"image\">[image]</span></p>\n"},
    {"[a](https://example.com/?a=1&b=2 \"t\")\n",
     "<p><a href=\"https://example.com/?a=1&amp;b=2\" rel=\"noopener noreferrer nofollow\">a</a></p>\n"},
    {"[a](in:pump#bleed)\n", "<p><a href=\"/plant/m/pump%23bleed\">a</a></p>\n"},
    {"```gift\n::A:: b {T}\n```\n", ""},
    /* hostile */
    {"<script>alert(1)</script>\n", "<pre tabindex=\"0\"><code>&lt;script&gt;alert(1)&lt;/script&gt;\n</code></pre>\n"},
    {"a <img src=x onerror=alert(1)> b\n", "<p>a &lt;img src=x onerror=alert(1)&gt; b</p>\n"},
    {"[a](javascript:alert(1))\n", "<p><span>a</span></p>\n"},
    {"[a](JaVaScRiPt&colon;alert(1))\n", "<p><span>a</span></p>\n"},
    {"[a](&#1;javascript:alert(1))\n", "<p><span>a</span></p>\n"},
    {"[a](data:text/html,x) [b](vbscript:x) [c](file:///etc/passwd) [d](//evil.example/x) [e](/\\evil.example)\n",
     "<p><span>a</span> <span>b</span> <span>c</span> <span>d</span> <span>e</span></p>\n"},
    {"[a](https://e.example/\"onmouseover=alert(1)//)\n",
     "<p><a href=\"https://e.example/%22onmouseover=alert(1)//\" rel=\"noopener noreferrer nofollow\">a</a></p>\n"},
    {"[a](in:\"><script>)\n", "<p><a href=\"/plant/m/%22%3E%3Cscript%3E\">a</a></p>\n"},
    {"# A {#x\"onload=1}\n", "<h2 id=\"a-xonload1\">A {#x&quot;onload=1}</h2>\n"},
    {"> **<script>** a\n", "<blockquote>\n<p><strong>&lt;script&gt;</strong> a</p>\n</blockquote>\n"},
    {"`\xE2\x80\xAE" "evil` \xC2\x9B 31m\n", "<p><code>evil</code> \xEF\xBF\xBD 31m</p>\n"},
    {"a&#x202e;b&#0;c\xFF\n", "<p>ab\xEF\xBF\xBD" "c\xEF\xBF\xBD</p>\n"},
    {"|<b>|\n|-|\n|\"><i>|\n",
     WIDE "<thead>\n<tr><th scope=\"col\">&lt;b&gt;</th></tr>\n</thead>\n<tbody>\n<tr><td>&quot;&gt;&lt;i&gt;</td></tr>\n</tbody>\n</table></div>\n"},
};

START_TEST(page)
{
    struct buf out = {0};
    render(pages[_i].markdown, strlen(pages[_i].markdown), &out);
    ck_assert_str_eq(buf_text(&out), pages[_i].html);
    buf_free(&out);
}
END_TEST

/* Rows that name fewer cells than the header don't make a small text a large page. */
START_TEST(wide_header)
{
    struct buf markdown = {0}, out = {0};
    for (int i = 0; i < 2000; i++)
        buf_adds(&markdown, "|a");
    buf_addc(&markdown, '\n');
    for (int i = 0; i < 2000; i++)
        buf_adds(&markdown, "|-");
    buf_addc(&markdown, '\n');
    for (int i = 0; i < 2000; i++)
        buf_adds(&markdown, "|x\n");
    render(buf_text(&markdown), markdown.len, &out);
    ck_assert_uint_lt(out.len, 20 * markdown.len);
    buf_free(&markdown);
    buf_free(&out);
}
END_TEST

START_TEST(deep)
{
    struct buf markdown = {0}, out = {0};
    buf_addn(&markdown, '>', 50000);
    buf_adds(&markdown, "deep");
    render(buf_text(&markdown), markdown.len, &out);
    ck_assert_ptr_nonnull(strstr(buf_text(&out), "deep"));
    buf_free(&markdown);
    buf_free(&out);
}
END_TEST

START_TEST(outside)
{
    static const struct {
        const char *target, *href; /* NULL: refused */
    } all[] = {
        {"https://example.com/a b", "https://example.com/a%20b"},
        {"HTTP://example.com", "HTTP://example.com"},
        {"mailto:a@example.com?subject='x'", "mailto:a@example.com?subject=&#39;x&#39;"},
        {"https://example.com/\xC3\xA9\n", "https://example.com/%C3%A9%0A"},
        {"https:example.com", NULL},
        {" https://example.com", NULL},
        {"javascript://https://x", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct buf out = {0};
        bool ok = html_outside(&out, all[i].target);
        ck_assert_msg(ok == (all[i].href != NULL), "%s", all[i].target);
        ck_assert_str_eq(buf_text(&out), ok ? all[i].href : "");
        buf_free(&out);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("document_html");
    TCase *t = tcase_create("document_html");
    tcase_add_loop_test(t, page, 0, sizeof pages / sizeof *pages);
    tcase_add_test(t, wide_header);
    tcase_add_test(t, deep);
    tcase_add_test(t, outside);
    suite_add_tcase(s, t);
    return suite_run(s);
}
