#include "tui/screen/spans.h"

int spans_draw(struct terminal *t, const struct lines *l, size_t i, int y, int x, int columns, size_t focus)
{
    const struct line *line = &l->items[i];
    const char *text = l->text + line->offset;
    size_t at = 0;
    int column = 0;
    for (uint32_t k = 0; k <= line->spans; k++) {
        const struct span *s = k < line->spans ? &l->spans[line->first_span + k] : NULL;
        size_t plain = s != NULL ? s->offset : line->length;
        if (plain > at)
            column += terminal_put(t, y, x + column, columns - column, STYLE_TEXT, text + at, plain - at);
        if (s == NULL)
            break;
        enum style style = s->link != 0 && s->link - 1 == focus ? STYLE_FOCUS : (enum style)s->style;
        column += terminal_put(t, y, x + column, columns - column, style, text + s->offset, s->length);
        at = s->offset + s->length;
    }
    return column;
}
