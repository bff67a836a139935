#include "sync/label/label.h"

#include "core/base/json.h"
#include "core/base/output.h"
#include "core/library/library.h"
#include "sync/label/draw.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

struct label {
    const char *text;    /* what the code says */
    const char *caption; /* what a person reads below */
};

/* A module or section is a link; a tag or code stands for itself, whatever will be written for it later. */
static bool meant(struct arena *a, const struct places *places, const char *what, struct label *label, struct error *err)
{
    struct target *targets;
    size_t count;
    struct library *l = library_open(places, LIBRARY_READ, "", err);
    bool ok = l != NULL && library_resolve(l, a, what, &targets, &count, err);
    library_close(l);
    if (!ok)
        return false;
    *label = (struct label){what, what};
    bool known = count > 0 && targets[0].reason != TARGET_WORDS;
    bool itself = known && (targets[0].reason == TARGET_CODE || targets[0].reason == TARGET_ASSET);
    if (!itself && !library_one_meant(a, what, targets, count, err))
        return false;
    if (!known)
        fputs("crib: nothing here is for that, yet\n", stderr);
    else if (!itself)
        *label = (struct label){library_link(a, targets[0].channel, targets[0].id, targets[0].anchor), targets[0].title};
    return label->text != NULL || error_memory(err);
}

static bool print(const struct code *code, const struct label *label, bool inverse, struct error *err)
{
    const struct draw_look look = {.ascii = output_is_terminal() && !output_is_utf8(), .colours = output_colours() > 0,
                                   .inverse = inverse};
    struct buf out = {0};
    if (output_is_terminal() && draw_columns(code, &look) > output_columns())
        return error_set(err, EX_UNAVAILABLE, "the code is wider than this terminal", label->text, NULL, "say --svg FILE");
    draw_lines(code, &look, &out);
    text_safe(&out, label->caption, strlen(label->caption), 0);
    buf_addc(&out, '\n');
    return output_buf(&out, false, err);
}

/* Each row as a text of 1 (dark) and 0, for whoever draws it elsewhere. */
static bool print_json(const struct code *code, const struct label *label, struct error *err)
{
    struct buf out = {0}, row = {0};
    struct json j = {.out = &out};
    json_open_object(&j, NULL);
    json_string(&j, "text", label->text);
    json_string(&j, "caption", label->caption);
    json_string(&j, "code", code->bars ? "code128" : "qr");
    json_open_array(&j, "rows");
    for (size_t y = 0; y < code->rows; y++) {
        buf_clear(&row);
        for (size_t x = 0; x < code->columns; x++)
            buf_addc(&row, code->dark[y * code->columns + x] != 0 ? '1' : '0');
        json_text(&j, NULL, buf_text(&row), row.len);
    }
    json_close_array(&j);
    json_close_object(&j);
    output_end_json(&out);
    bool ok = buf_ok(&row);
    buf_free(&row);
    return output_buf(&out, false, err) && (ok || error_memory(err));
}

static bool write_svg(const struct code *code, const struct label *label, const char *path, struct error *err)
{
    struct buf out = {0};
    draw_svg(code, label->caption, &out);
    if (strcmp(path, "-") == 0)
        return output_buf(&out, false, err);
    bool ok = buf_ok(&out) ? file_write(path, buf_text(&out), out.len, 0644, err) : error_memory(err);
    buf_free(&out);
    return ok;
}

bool label_command(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    struct buf words = {0};
    struct label label;
    struct code code;
    args_join(args, &words);
    const char *what = buf_ok(&words) ? arena_strdup(a, buf_text(&words)) : NULL, *svg = args_value(args, "svg");
    buf_free(&words);
    if (what == NULL)
        return error_memory(err);
    if (what[strspn(what, " \t\r\n")] == '\0')
        return error_set(err, EX_USAGE, "nothing to print a label for", NULL, NULL, "name a tag, a code or a module");
    if (!meant(a, places, what, &label, err) ||
        !(args_flag(args, "code128") ? code_bars : code_square)(a, label.text, &code, err))
        return false;
    if (args_flag(args, "json"))
        return print_json(&code, &label, err);
    return svg != NULL ? write_svg(&code, &label, svg, err) : print(&code, &label, args_flag(args, "inverse"), err);
}
