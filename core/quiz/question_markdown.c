#include "core/quiz/question_markdown.h"

#include <string.h>
#include <strings.h>

enum { TAG_LONGEST = 2048 }; /* what is longer is no tag: each `<` looks ahead so far at most */

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* A character that means nothing to Markdown: every ASCII punctuation mark may stand behind a backslash. */
static void add_literal(struct buf *out, char c)
{
    if (c > ' ' && c < 0x7F && !is_alnum(c))
        buf_addc(out, '\\');
    buf_addc(out, c);
}

/* The bytes of an entity (`&amp;`, `&#176;`) at s, 0 where there is none. */
static size_t entity_length(const char *s)
{
    size_t n = 1;
    if (s[n] == '#')
        n++;
    size_t from = n;
    while (n < 32 && s[n] > 0 && is_alnum(s[n]))
        n++;
    return n > from && s[n] == ';' ? n + 1 : 0;
}

/* The bytes of an HTML comment at s, 0 where there is none. */
static size_t comment_length(const char *s)
{
    if (strncmp(s, "<!--", 4) != 0)
        return 0;
    for (size_t i = 4; i < TAG_LONGEST && s[i] != '\0'; i++)
        if (strncmp(s + i, "-->", 3) == 0)
            return i + 3;
    return 0;
}

struct tag {
    const char *name;
    size_t name_len, len; /* len: of the whole, `<` and `>` included */
    bool closing;
};

static bool read_tag(const char *s, struct tag *tag)
{
    const char *p = s + 1;
    tag->closing = *p == '/';
    p += tag->closing;
    tag->name = p;
    while (*p > 0 && is_alnum(*p))
        p++;
    tag->name_len = (size_t)(p - tag->name);
    if (tag->name_len == 0 || (*p != '>' && *p != '/' && !is_blank(*p)))
        return false;
    const char *end = memchr(p, '>', strnlen(p, TAG_LONGEST));
    if (end == NULL)
        return false;
    tag->len = (size_t)(end - s) + 1;
    return true;
}

static bool tag_is(const struct tag *tag, const char *names)
{
    for (const char *p = names; *p != '\0';) {
        size_t n = strcspn(p, " ");
        if (n == tag->name_len && strncasecmp(p, tag->name, n) == 0)
            return true;
        p += n + (p[n] == ' ');
    }
    return false;
}

/* Ends the line at hand; a break at the start of the text shows nothing. */
static void add_break(struct buf *out)
{
    if (out->len > 0 && out->data[out->len - 1] != '\n')
        buf_adds(out, "\\\n");
}

/* The line ends of the author, with the blanks around them: a break, or a blank line where there was one. s starts with
 * a line end. Returns the bytes taken. */
static size_t add_line_ends(struct buf *out, const char *s)
{
    size_t n = 0, ends = 0;
    for (; is_blank(s[n]); n++)
        ends += s[n] == '\n';
    if (ends < 2 || out->len == 0) {
        add_break(out);
        return n;
    }
    if (out->len > 1 && out->data[out->len - 1] == '\n')
        out->len -= 2; /* a break, or a blank line already */
    buf_adds(out, "\n\n");
    return n;
}

/* The alternative text of an image. */
static void add_image(struct buf *out, const char *s, size_t len)
{
    static const char key[] = "alt=\"";
    for (size_t i = 0; i + sizeof key - 1 < len; i++) {
        if (strncasecmp(s + i, key, sizeof key - 1) != 0)
            continue;
        buf_adds(out, "\\[");
        for (const char *p = s + i + sizeof key - 1; p < s + len && *p != '"'; p++)
            add_literal(out, *p);
        buf_adds(out, "\\]");
        return;
    }
}

/* Bold and italics around words that Markdown is sure to see as such; nothing else is marked. Returns the bytes taken,
 * 0 where this is no such place. */
static size_t add_emphasis(struct buf *out, const char *start, const char *s, const struct tag *tag)
{
    bool strong = tag_is(tag, "b strong");
    if (tag->closing || (!strong && !tag_is(tag, "i em")))
        return 0;
    const char *words = s + tag->len, *end = strchr(words, '<');
    struct tag close;
    if (end == NULL || end == words || end[1] != '/' || !read_tag(end, &close) || close.name_len != tag->name_len ||
        strncasecmp(close.name, tag->name, tag->name_len) != 0 || !is_alnum(words[0]) || !is_alnum(end[-1]) ||
        (s > start && is_alnum(s[-1])) || is_alnum(end[close.len]) ||
        memchr(words, '\n', (size_t)(end - words)) != NULL || memchr(words, '&', (size_t)(end - words)) != NULL)
        return 0;
    buf_adds(out, strong ? "**" : "*");
    for (const char *p = words; p < end; p++)
        add_literal(out, *p);
    buf_adds(out, strong ? "**" : "*");
    return (size_t)(end - s) + close.len;
}

static size_t add_tag(struct buf *out, const char *start, const char *s, const struct tag *tag)
{
    size_t taken = add_emphasis(out, start, s, tag);
    if (taken > 0)
        return taken;
    if (tag_is(tag, "br p div tr ul ol h1 h2 h3 h4 h5 h6 pre table blockquote"))
        add_break(out);
    else if (tag_is(tag, "li") && !tag->closing) {
        add_break(out);
        buf_adds(out, "\\- ");
    } else if (tag_is(tag, "td th") && tag->closing)
        buf_addc(out, ' ');
    else if (tag_is(tag, "sup") && !tag->closing)
        buf_adds(out, "\\^");
    else if (tag_is(tag, "img"))
        add_image(out, s, tag->len);
    return tag->len;
}

static void add_html(struct buf *out, const char *text, bool line_ends)
{
    for (const char *p = text; *p != '\0';) {
        size_t entity = *p == '&' ? entity_length(p) : 0;
        struct tag tag;
        if (entity > 0) {
            buf_add(out, p, entity); /* Markdown decodes it */
            p += entity;
        } else if (comment_length(p) > 0) {
            p += comment_length(p);
        } else if (*p == '<' && read_tag(p, &tag)) {
            p += add_tag(out, text, p, &tag);
        } else if (*p == '\n' && line_ends) {
            p += add_line_ends(out, p);
        } else if (is_blank(*p)) {
            if (out->len > 0 && !is_blank(out->data[out->len - 1]))
                buf_addc(out, ' ');
            p++;
        } else {
            add_literal(out, *p++);
        }
    }
}

static void add_plain(struct buf *out, const char *text)
{
    while (*text != '\0') {
        if (*text == '\n') {
            text += add_line_ends(out, text);
            continue;
        }
        if (!is_blank(*text))
            add_literal(out, *text);
        else if (out->len > 0 && out->data[out->len - 1] != '\n')
            buf_addc(out, ' ');
        text++;
    }
}

void question_markdown(const struct question_text *text, struct buf *out)
{
    struct buf own = {0};
    switch (text->format) {
    case FORMAT_MARKDOWN:
        buf_adds(&own, text->text);
        break;
    case FORMAT_PLAIN:
        add_plain(&own, text->text);
        break;
    default:
        add_html(&own, text->text, text->format == FORMAT_MOODLE);
    }
    /* A break at the end would show its backslash. */
    while (text->format != FORMAT_MARKDOWN && own.len > 1 && own.data[own.len - 1] == '\n')
        own.len -= 2;
    buf_add(out, buf_text(&own), own.len);
    out->failed |= own.failed;
    buf_free(&own);
}
