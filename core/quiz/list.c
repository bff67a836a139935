#include "core/quiz/list.h"

#include "core/base/text.h"
#include "core/quiz/number.h"

#include <stdio.h>
#include <string.h>

static void json_answer(struct json *j, const struct question *q, const struct answer *a)
{
    json_open_object(j, NULL);
    json_string(j, "text", a->text.text);
    if (q->type == QUESTION_CHOICE || q->type == QUESTION_MULTICHOICE)
        json_string(j, "format", question_format_name(a->text.format));
    json_double(j, "weight", a->weight);
    json_string(j, "feedback", a->feedback.text);
    if (q->type == QUESTION_NUMERICAL) {
        json_bool(j, "any", a->any);
        if (!a->any) {
            json_double(j, "value", a->value);
            json_double(j, "tolerance", a->tolerance);
            json_double(j, "min", a->least);
            json_double(j, "max", a->most);
        }
    }
    json_close_object(j);
}

static void json_key(struct json *j, const struct question *q)
{
    json_open_array(j, "answers");
    for (size_t i = 0; i < q->answer_count; i++)
        json_answer(j, q, &q->answers[i]);
    json_close_array(j);
    if (q->type == QUESTION_MATCH) {
        json_open_array(j, "pairs");
        for (size_t i = 0; i < q->pair_count; i++) {
            json_open_object(j, NULL);
            json_string(j, "left", q->pairs[i].left.text);
            json_string(j, "right", q->pairs[i].right);
            json_close_object(j);
        }
        json_close_array(j);
    }
    if (q->type == QUESTION_TRUEFALSE) {
        json_bool(j, "correct", q->truth);
        json_string(j, "feedback_true", q->if_true.text);
        json_string(j, "feedback_false", q->if_false.text);
    }
}

static void question_json(struct json *j, const struct question *q)
{
    json_open_object(j, NULL);
    json_string(j, "id", q->id);
    json_string(j, "type", question_type_name(q->type));
    json_string(j, "title", q->title);
    json_string(j, "stem", q->stem.text);
    json_string(j, "format", question_format_name(q->stem.format));
    json_bool(j, "gap", q->after != NULL);
    json_key(j, q);
    json_string(j, "general_feedback", q->general.text);
    json_string(j, "category", q->category);
    json_string(j, "section", q->section);
    json_string(j, "revision", q->revision);
    json_int(j, "line", (int64_t)q->first_line);
    json_int(j, "last_line", (int64_t)q->last_line);
    json_close_object(j);
}

void list_json(struct json *j, const char *key, const struct question_list *list)
{
    json_open_array(j, key);
    for (size_t i = 0; i < list->count; i++)
        question_json(j, list->items[i]);
    json_close_array(j);
}

/* Where the text goes, and how. */
struct page {
    struct buf *out;
    size_t columns;
    unsigned flags;
};

/* One line of safe text in words, wrapped; the first line begins at column used, the others at indent. */
static void add_line(const struct page *p, struct str line, size_t indent, size_t used)
{
    bool fresh = true;
    for (size_t i = 0; i < line.n;) {
        while (i < line.n && line.p[i] == ' ')
            i++;
        size_t n = 0;
        while (i + n < line.n && line.p[i + n] != ' ')
            n++;
        if (n == 0)
            break;
        size_t width = text_width(line.p + i, n);
        if (!fresh && used + 1 + width > p->columns) {
            buf_addc(p->out, '\n');
            buf_addn(p->out, ' ', indent);
            used = indent;
            fresh = true;
        }
        if (!fresh) {
            buf_addc(p->out, ' ');
            used++;
        }
        /* A word wider than the line is cut where it must be. */
        size_t room = p->columns > used ? p->columns - used : 1;
        size_t taken;
        size_t fit = text_fit(line.p + i, n, room, &taken);
        if (fit == 0)
            fit = n;
        buf_add(p->out, line.p + i, fit);
        used += taken;
        i += fit;
        fresh = false;
    }
}

/* prefix, then text wrapped under it; each line end of the text starts a new line. */
static void add_text(const struct page *p, size_t indent, const char *prefix, const char *text)
{
    struct buf safe = {0};
    text_safe(&safe, text, strlen(text), p->flags | TEXT_KEEP_NEWLINES);
    size_t hanging = indent + strlen(prefix);
    buf_addn(p->out, ' ', indent);
    buf_adds(p->out, prefix);
    struct str rest = {buf_text(&safe), safe.len};
    for (;;) {
        const char *end = rest.n > 0 ? memchr(rest.p, '\n', rest.n) : NULL;
        size_t n = end != NULL ? (size_t)(end - rest.p) : rest.n;
        add_line(p, (struct str){rest.p, n}, hanging, hanging);
        buf_addc(p->out, '\n');
        if (end == NULL)
            break;
        rest = (struct str){end + 1, rest.n - n - 1};
        buf_addn(p->out, ' ', hanging);
    }
    p->out->failed |= safe.failed;
    buf_free(&safe);
}

static void add_feedback(const struct page *p, const char *label, const char *text)
{
    if (text[0] != '\0')
        add_text(p, 11, label, text);
}

static void add_answer(const struct page *p, const struct question *q, const struct answer *a)
{
    char weight[40], value[40], line[160], prefix[64];
    number_show(a->weight, weight, sizeof weight);
    snprintf(prefix, sizeof prefix, "%5.16s%%  ", weight);
    const char *text = a->text.text;
    if (q->type == QUESTION_NUMERICAL && a->any) {
        text = "any number";
    } else if (q->type == QUESTION_NUMERICAL) {
        char least[40], most[40];
        number_show(a->value, value, sizeof value);
        number_show(a->least, least, sizeof least);
        number_show(a->most, most, sizeof most);
        if (a->tolerance > 0)
            snprintf(line, sizeof line, "%s (%s to %s)", value, least, most);
        else
            snprintf(line, sizeof line, "%s", value);
        text = line;
    }
    add_text(p, 3, prefix, text);
    add_feedback(p, "> ", a->feedback.text);
}

static void add_question(const struct page *p, const struct question *q, size_t number)
{
    char prefix[40];
    struct buf head = {0};
    snprintf(prefix, sizeof prefix, "%zu. ", number);
    buf_addf(&head, "%s [%s]", q->title != NULL ? q->title : "(no title)", question_type_name(q->type));
    if (q->section != NULL)
        buf_addf(&head, " #%s", q->section);
    buf_addf(&head, " line %zu", q->first_line);
    add_text(p, 0, prefix, buf_text(&head));
    p->out->failed |= head.failed;
    buf_free(&head);
    add_text(p, 3, "", q->stem.text);
    for (size_t i = 0; i < q->answer_count; i++)
        add_answer(p, q, &q->answers[i]);
    for (size_t i = 0; i < q->pair_count; i++) {
        struct buf pair = {0};
        buf_addf(&pair, "%s -> %s", q->pairs[i].left.text[0] != '\0' ? q->pairs[i].left.text : "(nothing)",
                 q->pairs[i].right);
        add_text(p, 5, "", buf_text(&pair));
        p->out->failed |= pair.failed;
        buf_free(&pair);
    }
    if (q->type == QUESTION_TRUEFALSE) {
        add_text(p, 5, "", q->truth ? "true" : "false");
        add_feedback(p, "> if true: ", q->if_true.text);
        add_feedback(p, "> if false: ", q->if_false.text);
    }
    if (q->general.text[0] != '\0')
        add_text(p, 3, "To all: ", q->general.text);
}

void list_text(const struct question_list *list, size_t columns, unsigned flags, struct buf *out)
{
    struct page p = {out, columns < 40 ? 40 : columns, flags};
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            buf_addc(out, '\n');
        add_question(&p, list->items[i], i + 1);
    }
}
