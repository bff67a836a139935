#include "tui/widget/wrap.h"

#include "core/base/buf.h"
#include "core/base/text.h"

#include <string.h>

struct wrap wrap_start(const char *text, size_t n, size_t columns)
{
    return (struct wrap){.text = text, .n = n, .columns = columns > 0 ? columns : 1};
}

bool wrap_next(struct wrap *w)
{
    if (w->n == 0)
        return false;
    const char *end = memchr(w->text, '\n', w->n);
    size_t line = end != NULL ? (size_t)(end - w->text) : w->n;
    size_t fits = text_fit(w->text, line, w->columns, NULL);
    size_t taken = fits;
    if (fits < line) {
        if (fits == 0)
            taken = fits = 1; /* a wide character in one column: no way but to go on */
        size_t at = fits;
        while (at > 0 && w->text[at] != ' ')
            at--;
        if (at > 0)
            taken = fits = at;
        while (taken < line && w->text[taken] == ' ')
            taken++;
    }
    w->line = w->text;
    w->length = fits;
    while (w->length > 0 && w->line[w->length - 1] == ' ')
        w->length--;
    if (taken == line && end != NULL)
        taken++;
    w->text += taken;
    w->n -= taken;
    return true;
}

size_t wrap_count(const char *text, size_t n, size_t columns)
{
    struct wrap w = wrap_start(text, n, columns);
    size_t count = 0;
    while (wrap_next(&w))
        count++;
    return count;
}

void wrap_text(const char *text, size_t columns, struct buf *out)
{
    for (size_t n; *text != '\0'; text += n) {
        n = strcspn(text, "\n");
        if (text_width(text, n) <= columns) {
            buf_add(out, text, n);
        } else {
            struct wrap w = wrap_start(text, n, columns);
            for (bool first = true; wrap_next(&w); first = false) {
                buf_adds(out, first ? "" : "\n");
                buf_add(out, w.line, w.length);
            }
        }
        if (text[n] == '\n') {
            buf_addc(out, '\n');
            n++;
        }
    }
}
