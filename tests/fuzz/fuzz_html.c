/* Markdown of any bytes -> HTML: what comes out is UTF-8, balanced, of the elements and attributes that crib writes alone, and
 * each address in it is https, http, mailto, or one of the page's own. */
#include "core/base/arena.h"
#include "core/base/html.h"
#include "core/base/text.h"
#include "core/library/document_html.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DEPTH = 1024 };

static void require(int truth)
{
    if (!truth)
        abort();
}

static int listed(const char *const *list, const char *s, size_t n)
{
    for (; *list != NULL; list++)
        if (strlen(*list) == n && memcmp(*list, s, n) == 0)
            return 1;
    return 0;
}

static void check_href(const char *s)
{
    static const char *const starts[] = {"https://", "http://", "mailto:", "/m/"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (strncasecmp(s, starts[i], strlen(starts[i])) == 0)
            return;
    abort();
}

/* s is behind an element's name; returns what is behind its `>`. */
static const char *check_attributes(const char *s)
{
    static const char *const names[] = {"class", "id",    "start",   "href",     "rel",        "role",
                                        "scope", "colspan", "tabindex", "aria-label", NULL};
    while (*s == ' ') {
        const char *name = s + 1;
        size_t n = strcspn(name, "=");
        require(listed(names, name, n) && name[n + 1] == '"');
        const char *value = name + n + 2, *end = strchr(value, '"');
        require(end != NULL && memchr(value, '<', (size_t)(end - value)) == NULL);
        if (n == 4 && memcmp(name, "href", 4) == 0)
            check_href(value);
        s = end + 1;
    }
    require(*s == '>');
    return s + 1;
}

static void check_html(const char *s)
{
    static const char *const elements[] = {"p",  "h1", "h2", "h3",         "h4",    "h5",    "h6",    "ul",   "ol",     "li", "div", "blockquote",
                                           "table", "thead", "tbody", "tr", "th", "td", "pre", "code", "em", "strong", "span", "a", NULL};
    static const char *const empty[] = {"br", "hr", NULL};
    struct str open[DEPTH];
    size_t depth = 0;
    while (*s != '\0') {
        s += strcspn(s, "<>\"'");
        if (*s == '\0')
            break;
        require(*s == '<');
        int closing = s[1] == '/';
        const char *name = s + 1 + closing;
        size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789");
        if (closing) {
            require(depth > 0 && name[n] == '>');
            depth--;
            require(open[depth].n == n && memcmp(open[depth].p, name, n) == 0);
            s = name + n + 1;
            continue;
        }
        if (!listed(empty, name, n)) {
            require(listed(elements, name, n) && depth < DEPTH);
            open[depth++] = (struct str){name, n};
        }
        s = check_attributes(name + n);
    }
    require(depth == 0);
}

static bool link_in(void *context, const char *target, struct buf *out)
{
    (void)context;
    buf_adds(out, "/m/");
    html_url_part(out, target, true);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct document *d = document_parse((const char *)data, size, 1, NULL);
    struct arena *a = arena_open();
    struct buf out = {0};
    require(d != NULL && a != NULL);
    const struct html_options options = {.sections = sections_of(d, a, "fuzz", NULL, NULL), .deeper = 1, .link = link_in};
    document_html(d, 1, d->count, &options, &out);
    require(text_invalid(buf_text(&out), out.len) == out.len);
    check_html(buf_text(&out));
    buf_free(&out);
    arena_close(a);
    document_close(d);
    return 0;
}
