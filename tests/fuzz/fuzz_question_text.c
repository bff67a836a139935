/* Any bytes as a question's text, in each format: its lines hold safe text that fits the screen and lead nowhere, and
 * the text for lists is one line. The first byte chooses the width and whether it is ASCII. */
#include "core/base/text.h"
#include "tui/render/question_lines.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTHS = 128, LEAST_WIDTH = 16 };

static void require(int truth)
{
    if (!truth)
        abort();
}

static void check_line(const struct lines *l, const struct line *line, const struct render_options *options)
{
    const char *text = l->text + line->offset;
    require(text_invalid(text, line->length) == line->length);
    for (size_t i = 0; i < line->length; i++) {
        require((unsigned char)text[i] >= ' ' && text[i] != 0x7F);
        require((options->flags & RENDER_ASCII) == 0 || (unsigned char)text[i] < 0x80);
    }
    require(text_width(text, line->length) <= (options->width < LEAST_WIDTH ? LEAST_WIDTH : options->width));
    for (size_t i = 0; i < line->spans; i++)
        require(l->spans[line->first_span + i].link <= l->link_count);
}

static void check_lines(const struct question_text *text, const struct render_options *options)
{
    struct lines *lines = question_lines(text, options, NULL);
    if (lines == NULL)
        return;
    for (size_t i = 0; i < lines->count; i++)
        check_line(lines, &lines->items[i], options);
    lines_close(lines);
}

static void check_plain(const struct question_text *text)
{
    struct buf out = {0};
    question_plain(text, &out);
    require(strlen(buf_text(&out)) == out.len);
    require(strpbrk(buf_text(&out), "\n\r") == NULL);
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum question_format formats[] = {FORMAT_MOODLE, FORMAT_HTML, FORMAT_PLAIN, FORMAT_MARKDOWN};
    if (size == 0)
        return 0;
    char *bytes = malloc(size);
    if (bytes == NULL)
        return 0;
    memcpy(bytes, data + 1, size - 1);
    bytes[size - 1] = '\0';
    struct render_options options = {.width = 1 + data[0] % WIDTHS, .flags = data[0] >= WIDTHS ? RENDER_ASCII : 0};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct question_text text = {bytes, formats[i]};
        check_lines(&text, &options);
        check_plain(&text);
    }
    free(bytes);
    return 0;
}
