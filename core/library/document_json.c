#include "core/base/json.h"
#include "core/library/document.h"

#include <string.h>

const char *node_name(enum node_type type)
{
    static const char *const names[] = {
        [NODE_DOCUMENT] = "document",     [NODE_QUOTE] = "quote",           [NODE_CALLOUT] = "call-out",
        [NODE_LIST] = "list",             [NODE_ITEM] = "item",             [NODE_PARAGRAPH] = "paragraph",
        [NODE_HEADING] = "heading",       [NODE_CODE_BLOCK] = "code-block", [NODE_GIFT] = "gift",
        [NODE_HTML_BLOCK] = "html-block", [NODE_RULE] = "rule",             [NODE_TABLE] = "table",
        [NODE_ROW] = "row",               [NODE_CELL] = "cell",             [NODE_TEXT] = "text",
        [NODE_SOFT_BREAK] = "soft-break", [NODE_HARD_BREAK] = "hard-break", [NODE_CODE] = "code",
        [NODE_HTML] = "html",             [NODE_EMPH] = "emph",             [NODE_STRONG] = "strong",
        [NODE_LINK] = "link",             [NODE_IMAGE] = "image",
    };
    return (size_t)type < sizeof names / sizeof *names ? names[type] : "unknown";
}

const char *call_out_name(enum call_out kind)
{
    static const char *const names[] = {
        [CALL_OUT_DANGER] = "danger", [CALL_OUT_WARNING] = "warning", [CALL_OUT_CAUTION] = "caution",
        [CALL_OUT_NOTE] = "note",     [CALL_OUT_NOTICE] = "notice",   [CALL_OUT_TIP] = "tip",
    };
    return (size_t)kind < sizeof names / sizeof *names ? names[kind] : "note";
}

static bool is_blank_end(const struct buf *out, size_t from)
{
    return out->len == from || out->data[out->len - 1] == ' ';
}

void document_plain(const struct document *d, uint32_t i, struct buf *out)
{
    size_t from = out->len;
    for (uint32_t at = i; at < d->nodes[i].end; at++) {
        const struct node *n = &d->nodes[at];
        switch ((enum node_type)n->type) {
        case NODE_TEXT:
        case NODE_CODE:
            buf_add(out, n->text, n->len);
            break;
        case NODE_SOFT_BREAK:
        case NODE_HARD_BREAK:
            if (!is_blank_end(out, from))
                buf_addc(out, ' ');
            break;
        default:
            break;
        }
    }
}

static const char *align_name(unsigned align)
{
    return align == ALIGN_LEFT ? "left" : align == ALIGN_CENTRE ? "center" : "right";
}

/* What belongs to one kind of node alone. */
static void fields(struct json *j, const struct node *n)
{
    switch ((enum node_type)n->type) {
    case NODE_HEADING:
        json_int(j, "level", n->level);
        if (n->extra != NULL)
            json_string(j, "id", n->extra);
        break;
    case NODE_CALLOUT:
        json_string(j, "kind", call_out_name((enum call_out)n->level));
        break;
    case NODE_LIST:
        json_bool(j, "ordered", (n->flags & NODE_ORDERED) != 0);
        json_bool(j, "tight", (n->flags & NODE_TIGHT) != 0);
        break;
    case NODE_ITEM:
        if ((n->flags & NODE_ORDERED) != 0)
            json_int(j, "number", n->number);
        if ((n->flags & NODE_TASK) != 0)
            json_bool(j, "checked", (n->flags & NODE_CHECKED) != 0);
        break;
    case NODE_TABLE:
        json_int(j, "columns", n->number);
        break;
    case NODE_ROW:
        if ((n->flags & NODE_HEADER) != 0)
            json_bool(j, "header", true);
        break;
    case NODE_CELL:
        if (n->level != ALIGN_NONE)
            json_string(j, "align", align_name(n->level));
        break;
    case NODE_CODE_BLOCK:
        if (n->extra != NULL)
            json_string(j, "info", n->extra);
        break;
    case NODE_LINK:
    case NODE_IMAGE:
        json_string(j, "target", n->extra);
        if (n->len > 0)
            json_text(j, "title", n->text, n->len);
        break;
    default:
        break;
    }
}

void document_json(const struct document *d, struct buf *out)
{
    struct json j = {.out = out};
    for (struct walk w = walk_start(d, 0); walk_next(&w);) {
        const struct node *n = &d->nodes[w.at];
        bool container = w.at + 1 < n->end;
        if (!w.enter) {
            if (container)
                json_close_array(&j);
            json_close_object(&j);
            continue;
        }
        json_open_object(&j, NULL);
        json_string(&j, "type", node_name((enum node_type)n->type));
        if (n->type < NODE_TEXT)
            json_int(&j, "line", n->line);
        fields(&j, n);
        if (n->len > 0 && n->type != NODE_LINK && n->type != NODE_IMAGE)
            json_text(&j, "text", n->text, n->len);
        if (container)
            json_open_array(&j, "children");
    }
}
