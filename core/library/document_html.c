#include "core/library/document_html.h"

#include "core/base/html.h"

#include <string.h>
#include <strings.h>

struct writer {
    const struct document *d;
    const struct html_options *options;
    struct buf *out;
    uint32_t linked_until; /* inside a link that was written: it ends there */
};

static bool is_comment(const struct node *n)
{
    if (n->len < 4 || memcmp(n->text, "<!--", 4) != 0)
        return false;
    if (n->type == NODE_HTML)
        return true;
    const char *close = strstr(n->text, "-->");
    return close == NULL || close[3 + strspn(close + 3, " \t\r\n")] == '\0';
}

static bool is_break(const struct node *n)
{
    return n->len >= 4 && strncasecmp(n->text, "<br", 3) == 0 && strspn(n->text + 3, " /") + 4 == n->len;
}

/* ---- inlines ---- */

static void enter_link(struct writer *w, uint32_t at)
{
    const struct node *n = &w->d->nodes[at];
    struct buf href = {0};
    const char *target = n->extra != NULL ? n->extra : "";
    bool outside = html_outside(&href, target);
    bool leads = outside || (w->options->link != NULL && w->options->link(w->options->context, target, &href));
    if (leads && at >= w->linked_until) {
        buf_adds(w->out, "<a href=\"");
        buf_add(w->out, buf_text(&href), href.len);
        buf_adds(w->out, outside ? "\" rel=\"noopener noreferrer nofollow\">" : "\">");
        w->linked_until = n->end;
    } else {
        buf_adds(w->out, "<span>");
    }
    w->out->failed |= href.failed;
    buf_free(&href);
}

static void write_inlines(struct writer *w, uint32_t i);

static void write_container(struct writer *w, uint32_t at)
{
    const struct node *n = &w->d->nodes[at];
    uint32_t before = w->linked_until;
    switch ((enum node_type)n->type) {
    case NODE_EMPH:
        buf_adds(w->out, "<em>");
        write_inlines(w, at);
        buf_adds(w->out, "</em>");
        break;
    case NODE_STRONG:
        buf_adds(w->out, "<strong>");
        write_inlines(w, at);
        buf_adds(w->out, "</strong>");
        break;
    case NODE_IMAGE:
        buf_adds(w->out, "<span class=\"image\">[");
        write_inlines(w, at);
        buf_adds(w->out, n->end == at + 1 ? "image]</span>" : "]</span>");
        break;
    default:
        enter_link(w, at);
        write_inlines(w, at);
        buf_adds(w->out, w->linked_until != before ? "</a>" : "</span>");
        w->linked_until = before;
        break;
    }
}

static void write_inlines(struct writer *w, uint32_t i)
{
    uint32_t end = w->d->nodes[i].end;
    for (uint32_t at = i + 1; at < end; at = w->d->nodes[at].end) {
        const struct node *n = &w->d->nodes[at];
        switch ((enum node_type)n->type) {
        case NODE_TEXT:
            html_text(w->out, n->text, n->len);
            break;
        case NODE_SOFT_BREAK:
            buf_addc(w->out, '\n');
            break;
        case NODE_HARD_BREAK:
            buf_adds(w->out, "<br>\n");
            break;
        case NODE_HTML:
            if (is_break(n))
                buf_adds(w->out, "<br>\n");
            else if (!is_comment(n))
                html_text(w->out, n->text, n->len);
            break;
        case NODE_CODE:
            buf_adds(w->out, "<code>");
            html_text(w->out, n->text, n->len);
            buf_adds(w->out, "</code>");
            break;
        default:
            write_container(w, at);
            break;
        }
    }
}

/* ---- blocks ---- */

static void write_blocks(struct writer *w, uint32_t from, uint32_t end, bool tight);

static void write_heading(struct writer *w, uint32_t at)
{
    const struct node *n = &w->d->nodes[at];
    int level = n->level + w->options->deeper;
    const struct sections *s = w->options->sections;
    size_t section = n->number + (w->d->has_top ? 1U : 0U);
    level = level < 1 ? 1 : level > 6 ? 6 : level;
    buf_addf(w->out, "<h%d", level);
    if (s != NULL && n->number != NODE_NO_SECTION && section < s->count) {
        buf_adds(w->out, " id=\"");
        html_string(w->out, s->items[section].anchor);
        buf_addc(w->out, '"');
    }
    buf_addc(w->out, '>');
    write_inlines(w, at);
    buf_addf(w->out, "</h%d>\n", level);
}

static void write_item(struct writer *w, uint32_t at)
{
    const struct node *n = &w->d->nodes[at];
    if ((n->flags & NODE_TASK) != 0)
        buf_addf(w->out, "<li class=\"task\"><span class=\"box\" role=\"img\" aria-label=\"%s\">%s</span> ",
                 (n->flags & NODE_CHECKED) != 0 ? "done" : "to do",
                 (n->flags & NODE_CHECKED) != 0 ? "\xE2\x98\x91" : "\xE2\x98\x90"); /* U+2611, U+2610 */
    else
        buf_adds(w->out, "<li>");
    write_blocks(w, at + 1, n->end, (n->flags & NODE_TIGHT) != 0);
    buf_adds(w->out, "</li>\n");
}

static void write_list(struct writer *w, uint32_t at)
{
    const struct node *n = &w->d->nodes[at];
    bool ordered = (n->flags & NODE_ORDERED) != 0;
    if (ordered && n->number != 1)
        buf_addf(w->out, "<ol start=\"%u\">\n", (unsigned)n->number);
    else
        buf_adds(w->out, ordered ? "<ol>\n" : "<ul>\n");
    for (uint32_t item = at + 1; item < n->end; item = w->d->nodes[item].end)
        write_item(w, item);
    buf_adds(w->out, ordered ? "</ol>\n" : "</ul>\n");
}

static void write_call_out(struct writer *w, uint32_t at)
{
    static const char *const words[] = {
        [CALL_OUT_DANGER] = "Danger", [CALL_OUT_WARNING] = "Warning", [CALL_OUT_CAUTION] = "Caution",
        [CALL_OUT_NOTE] = "Note",     [CALL_OUT_NOTICE] = "Notice",   [CALL_OUT_TIP] = "Tip",
    };
    const struct node *n = &w->d->nodes[at];
    enum call_out kind = n->level <= CALL_OUT_TIP ? (enum call_out)n->level : CALL_OUT_NOTE;
    buf_addf(w->out, "<div class=\"call-out %s\" role=\"note\" aria-label=\"%s\">\n<p class=\"word\">%s</p>\n",
             call_out_name(kind), words[kind], words[kind]);
    write_blocks(w, at + 1, n->end, false);
    buf_adds(w->out, "</div>\n");
}

static void write_row(struct writer *w, uint32_t at, uint32_t columns)
{
    static const char *const aligns[] = {"", " class=\"left\"", " class=\"centre\"", " class=\"right\""};
    const struct node *row = &w->d->nodes[at];
    bool header = (row->flags & NODE_HEADER) != 0;
    uint32_t cells = 0;
    buf_adds(w->out, "<tr>");
    for (uint32_t i = at + 1; i < row->end; i = w->d->nodes[i].end, cells++) {
        const char *align = aligns[w->d->nodes[i].level & 3];
        buf_addf(w->out, header ? "<th scope=\"col\"%s>" : "<td%s>", align);
        write_inlines(w, i);
        buf_adds(w->out, header ? "</th>" : "</td>");
    }
    /* What a hostile header row asks for is not written out for each of its rows. */
    if (cells < columns && !header)
        buf_addf(w->out, "<td colspan=\"%u\"></td>", (unsigned)(columns - cells < 1000 ? columns - cells : 1000));
    buf_adds(w->out, "</tr>\n");
}

static void write_table(struct writer *w, uint32_t at)
{
    const struct node *n = &w->d->nodes[at];
    uint32_t row = at + 1;
    /* It may be wider than the screen: then it is scrolled, also by keys. */
    buf_adds(w->out, "<div class=\"wide\" role=\"region\" aria-label=\"Table\" tabindex=\"0\"><table>\n");
    if (row < n->end && (w->d->nodes[row].flags & NODE_HEADER) != 0) {
        buf_adds(w->out, "<thead>\n");
        write_row(w, row, n->number);
        buf_adds(w->out, "</thead>\n");
        row = w->d->nodes[row].end;
    }
    buf_adds(w->out, "<tbody>\n");
    for (; row < n->end; row = w->d->nodes[row].end)
        write_row(w, row, n->number);
    buf_adds(w->out, "</tbody>\n</table></div>\n");
}

static void write_source(struct writer *w, const struct node *n)
{
    buf_adds(w->out, "<pre tabindex=\"0\"><code>");
    html_text(w->out, n->text, n->len);
    buf_adds(w->out, "</code></pre>\n");
}

static void write_paragraph(struct writer *w, uint32_t at, bool tight)
{
    if (!tight)
        buf_adds(w->out, "<p>");
    write_inlines(w, at);
    buf_adds(w->out, tight ? "\n" : "</p>\n");
}

static void write_block(struct writer *w, uint32_t at, bool tight)
{
    const struct node *n = &w->d->nodes[at];
    switch ((enum node_type)n->type) {
    case NODE_PARAGRAPH:
        write_paragraph(w, at, tight);
        break;
    case NODE_HEADING:
        write_heading(w, at);
        break;
    case NODE_LIST:
        write_list(w, at);
        break;
    case NODE_QUOTE:
        buf_adds(w->out, "<blockquote>\n");
        write_blocks(w, at + 1, n->end, false);
        buf_adds(w->out, "</blockquote>\n");
        break;
    case NODE_CALLOUT:
        write_call_out(w, at);
        break;
    case NODE_TABLE:
        write_table(w, at);
        break;
    case NODE_RULE:
        buf_adds(w->out, "<hr>\n");
        break;
    case NODE_HTML_BLOCK:
        if (is_comment(n))
            break;
        /* fall through */
    case NODE_CODE_BLOCK:
        write_source(w, n);
        break;
    default:
        break;
    }
}

static void write_blocks(struct writer *w, uint32_t from, uint32_t end, bool tight)
{
    for (uint32_t at = from; at < end && buf_ok(w->out); at = w->d->nodes[at].end)
        write_block(w, at, tight);
}

void document_html(const struct document *d, uint32_t from, uint32_t end, const struct html_options *options,
                   struct buf *out)
{
    struct writer w = {.d = d, .options = options, .out = out};
    write_blocks(&w, from, end < d->count ? end : d->count, false);
}
