/* Markdown of any bytes -> tree, sections, lines at several widths and forms. Beyond "no crash": what comes out holds no
 * control byte, is UTF-8, and no line is wider than the screen unless one character alone is. */
#include "core/base/text.h"
#include "core/library/section.h"
#include "tui/render/ansi.h"

#include <stdint.h>
#include <stdlib.h>

static void require(int truth)
{
    if (!truth)
        abort();
}

static void check_line(const struct lines *l, const struct line *line, size_t width, unsigned flags)
{
    const char *text = l->text + line->offset;
    require(text_invalid(text, line->length) == line->length);
    for (size_t i = 0; i < line->length; i++) {
        require((unsigned char)text[i] >= 0x20 && text[i] != 0x7F);
        require((flags & RENDER_ASCII) == 0 || (unsigned char)text[i] < 0x80);
    }
    if ((flags & RENDER_PLAIN) == 0)
        require(text_width(text, line->length) <= (width < 16 ? 16 : width));
    size_t at = 0;
    for (size_t i = 0; i < line->spans; i++) {
        const struct span *r = &l->spans[line->first_span + i];
        require(r->offset >= at && r->length > 0 && r->offset + r->length <= line->length);
        require(r->link <= l->link_count && r->style < STYLE_COUNT);
        at = r->offset + r->length;
    }
}

static void render(const struct document *d, size_t width, unsigned flags)
{
    struct render_options options = {.width = width, .margin = width > 33 ? 1 : 0, .flags = flags};
    struct lines *l = render_document(d, &options, NULL);
    if (l == NULL)
        return;
    for (size_t i = 0; i < l->count; i++)
        check_line(l, &l->items[i], width, flags);
    struct buf out = {0};
    ansi_lines(&out, l, &(struct ansi_options){.theme = theme_find("dark"), .hyperlinks = true});
    buf_free(&out);
    lines_close(l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct document *d = document_parse((const char *)data, size, 1, NULL);
    if (d == NULL)
        return 0;
    struct buf json = {0};
    document_json(d, &json);
    require(text_invalid(buf_text(&json), json.len) == json.len);
    buf_free(&json);
    struct arena *arena = arena_open();
    if (arena != NULL)
        (void)sections_of(d, arena, "fuzz", NULL, NULL);
    arena_close(arena);
    render(d, 80, 0);
    render(d, 20, RENDER_URLS);
    render(d, 33, RENDER_ASCII);
    render(d, 40, RENDER_PLAIN);
    document_close(d);
    return 0;
}
