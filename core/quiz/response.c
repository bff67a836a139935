#include "core/quiz/response.h"

#include "core/base/text.h"
#include "core/quiz/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static struct response *make(struct arena *a, const struct question *q, struct error *err)
{
    struct response *r = arena_alloc(a, sizeof *r);
    if (r == NULL) {
        error_memory(err);
        return NULL;
    }
    r->type = q->type;
    r->text = "";
    r->self = -1;
    return r;
}

static struct response *refuse(struct error *err, const char *why)
{
    error_set(err, EX_DATAERR, "this is no answer to the question", NULL, why, NULL);
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

struct response *response_picks(struct arena *a, const struct question *q, const size_t *picks, size_t count,
                                struct error *err)
{
    if (q->type != QUESTION_CHOICE && q->type != QUESTION_MULTICHOICE)
        return refuse(err, "it has no answers to choose from");
    if (q->type == QUESTION_CHOICE && count != 1)
        return refuse(err, "exactly one answer is chosen");
    struct response *r = make(a, q, err);
    size_t *copy = arena_array(a, count + 1, sizeof *copy);
    if (r == NULL || copy == NULL) {
        error_memory(err);
        return NULL;
    }
    if (count > 0)
        memcpy(copy, picks, count * sizeof *copy);
    qsort(copy, count, sizeof *copy, by_size);
    for (size_t i = 0; i < count; i++) {
        if (copy[i] >= q->answer_count)
            return refuse(err, "there is no such answer");
        if (i > 0 && copy[i] == copy[i - 1])
            return refuse(err, "an answer is chosen twice");
    }
    r->picks = copy;
    r->pick_count = count;
    return r;
}

struct response *response_matches(struct arena *a, const struct question *q, const long *matches, size_t count,
                                  struct error *err)
{
    if (q->type != QUESTION_MATCH || count != q->pair_count)
        return refuse(err, "it does not fit the pairs");
    struct response *r = make(a, q, err);
    long *copy = arena_array(a, count + 1, sizeof *copy);
    if (r == NULL || copy == NULL) {
        error_memory(err);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (matches[i] != RESPONSE_NONE && (matches[i] < 0 || (size_t)matches[i] >= q->choice_count))
            return refuse(err, "there is no such right side");
        copy[i] = q->pairs[i].left.text[0] != '\0' ? matches[i] : RESPONSE_NONE;
    }
    r->matches = copy;
    r->match_count = count;
    return r;
}

struct response *response_truth(struct arena *a, const struct question *q, bool truth, struct error *err)
{
    if (q->type != QUESTION_TRUEFALSE)
        return refuse(err, "it is not a true/false question");
    struct response *r = make(a, q, err);
    if (r != NULL)
        r->truth = truth;
    return r;
}

struct response *response_text(struct arena *a, const struct question *q, const char *text, size_t n,
                               struct error *err)
{
    bool essay = q->type == QUESTION_ESSAY;
    if (!essay && q->type != QUESTION_SHORTANSWER)
        return refuse(err, "it does not ask for a text");
    struct str s = str_trim((struct str){text, n});
    if (s.n == 0)
        return refuse(err, "the text is empty");
    if (s.n > (essay ? RESPONSE_ESSAY_MOST : RESPONSE_WORDS_MOST))
        return refuse(err, "the text is too long");
    if (text_invalid(s.p, s.n) != s.n)
        return refuse(err, "the text is not UTF-8");
    struct response *r = make(a, q, err);
    if (r == NULL)
        return NULL;
    r->text = arena_copy(a, s.p, s.n);
    if (r->text == NULL) {
        error_memory(err);
        return NULL;
    }
    return r;
}

struct response *response_number(struct arena *a, const struct question *q, double number, struct error *err)
{
    if (q->type != QUESTION_NUMERICAL || !isfinite(number))
        return refuse(err, "it does not ask for this number");
    struct response *r = make(a, q, err);
    if (r == NULL)
        return NULL;
    char text[40];
    number_format(number, text, sizeof text);
    r->number = number;
    r->text = arena_strdup(a, text);
    if (r->text == NULL) {
        error_memory(err);
        return NULL;
    }
    return r;
}

struct response *response_seen(struct arena *a, const struct question *q, struct error *err)
{
    return q->type == QUESTION_DESCRIPTION ? make(a, q, err) : refuse(err, "it asks for an answer");
}

struct response *response_copy(struct arena *a, const struct response *r)
{
    struct response *copy = arena_alloc(a, sizeof *copy);
    size_t *picks = arena_array(a, r->pick_count + 1, sizeof *picks);
    long *matches = arena_array(a, r->match_count + 1, sizeof *matches);
    char *text = arena_strdup(a, r->text);
    if (copy == NULL || picks == NULL || matches == NULL || text == NULL)
        return NULL;
    *copy = *r;
    if (r->pick_count > 0)
        memcpy(picks, r->picks, r->pick_count * sizeof *picks);
    if (r->match_count > 0)
        memcpy(matches, r->matches, r->match_count * sizeof *matches);
    copy->picks = picks;
    copy->matches = matches;
    copy->text = text;
    return copy;
}

struct response *response_judge(struct arena *a, const struct response *r, double self, struct error *err)
{
    if (r->type != QUESTION_ESSAY || !(self >= 0 && self <= 1))
        return refuse(err, "this is no judgement of an essay");
    struct response *judged = response_copy(a, r);
    if (judged == NULL)
        error_memory(err);
    else
        judged->self = self;
    return judged;
}

/* --- the stored form --- */

static void add_escaped(struct buf *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        switch (*p) {
        case '\n':
            buf_adds(out, "\\n");
            break;
        case '\r':
            buf_adds(out, "\\r");
            break;
        case '\\':
            buf_adds(out, "\\\\");
            break;
        default:
            buf_addc(out, *p);
        }
    }
}

void response_encode(const struct response *r, struct buf *out)
{
    char number[40];
    switch (r->type) {
    case QUESTION_CHOICE:
    case QUESTION_MULTICHOICE:
        buf_adds(out, "choice");
        for (size_t i = 0; i < r->pick_count; i++)
            buf_addf(out, " %zu", r->picks[i] + 1);
        break;
    case QUESTION_TRUEFALSE:
        buf_adds(out, r->truth ? "true" : "false");
        break;
    case QUESTION_SHORTANSWER:
        buf_adds(out, "text ");
        add_escaped(out, r->text);
        break;
    case QUESTION_NUMERICAL:
        number_format(r->number, number, sizeof number);
        buf_addf(out, "number %s", number);
        break;
    case QUESTION_MATCH:
        buf_adds(out, "match");
        for (size_t i = 0; i < r->match_count; i++)
            r->matches[i] == RESPONSE_NONE ? buf_adds(out, " -") : buf_addf(out, " %ld", r->matches[i] + 1);
        break;
    case QUESTION_ESSAY:
        number_format(r->self, number, sizeof number);
        buf_addf(out, "essay %s ", r->self < 0 ? "-" : number);
        add_escaped(out, r->text);
        break;
    case QUESTION_DESCRIPTION:
        buf_adds(out, "seen");
        break;
    }
}

/* The numbers and dashes of a list, from 0; values has room for most. false when something else stands there. */
static bool read_list(struct str s, long *values, size_t most, size_t *count)
{
    *count = 0;
    while (s.n > 0) {
        if (s.p[0] != ' ' || s.n < 2 || *count == most)
            return false;
        s = (struct str){s.p + 1, s.n - 1};
        size_t n = 0;
        long value = 0;
        if (s.p[0] == '-') {
            n = 1;
        } else {
            for (; n < s.n && n < 7 && s.p[n] >= '0' && s.p[n] <= '9'; n++)
                value = value * 10 + (s.p[n] - '0');
            if (n == 0 || value == 0)
                return false;
        }
        values[(*count)++] = value == 0 ? RESPONSE_NONE : value - 1;
        s = (struct str){s.p + n, s.n - n};
    }
    return true;
}

static struct response *decode_list(struct arena *a, const struct question *q, struct str list, struct error *err)
{
    size_t most = q->type == QUESTION_MATCH ? q->pair_count : q->answer_count;
    long *values = arena_array(a, most + 1, sizeof *values);
    size_t *picks = arena_array(a, most + 1, sizeof *picks);
    if (values == NULL || picks == NULL) {
        error_memory(err);
        return NULL;
    }
    size_t count;
    if (!read_list(list, values, most, &count))
        return refuse(err, "the list of choices does not read");
    if (q->type == QUESTION_MATCH)
        return response_matches(a, q, values, count, err);
    for (size_t i = 0; i < count; i++)
        picks[i] = values[i] == RESPONSE_NONE ? q->answer_count : (size_t)values[i];
    return response_picks(a, q, picks, count, err);
}

static struct response *decode_text(struct arena *a, const struct question *q, struct str s, struct error *err)
{
    char *text = arena_alloc(a, s.n + 1);
    if (text == NULL) {
        error_memory(err);
        return NULL;
    }
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '\\' && i + 1 < s.n) {
            char e = s.p[++i];
            c = e == 'n' ? '\n' : e == 'r' ? '\r' : e;
        }
        text[n++] = c;
    }
    return response_text(a, q, text, n, err);
}

static struct response *decode_essay(struct arena *a, const struct question *q, struct str s, struct error *err)
{
    const char *blank = s.n > 0 ? memchr(s.p, ' ', s.n) : NULL;
    if (blank == NULL)
        return refuse(err, "the judgement is missing");
    struct str self = {s.p, (size_t)(blank - s.p)};
    struct response *r = decode_text(a, q, (struct str){blank + 1, s.n - self.n - 1}, err);
    if (r == NULL || str_eq(self, STR("-")))
        return r;
    double value;
    if (!number_parse(self, &value))
        return refuse(err, "the judgement is no number");
    return response_judge(a, r, value, err);
}

static bool take_word(struct str *s, const char *word)
{
    size_t n = strlen(word);
    if (s->n < n || memcmp(s->p, word, n) != 0)
        return false;
    *s = (struct str){s->p + n, s->n - n};
    return true;
}

static struct response *decode(struct arena *a, const struct question *q, struct str s, struct error *err)
{
    double number;
    switch (q->type) {
    case QUESTION_CHOICE:
    case QUESTION_MULTICHOICE:
        return take_word(&s, "choice") ? decode_list(a, q, s, err) : refuse(err, "it names no choice");
    case QUESTION_MATCH:
        return take_word(&s, "match") ? decode_list(a, q, s, err) : refuse(err, "it names no pairs");
    case QUESTION_TRUEFALSE:
        return response_truth(a, q, str_eq(s, STR("true")), err);
    case QUESTION_SHORTANSWER:
        return take_word(&s, "text ") ? decode_text(a, q, s, err) : refuse(err, "it holds no text");
    case QUESTION_NUMERICAL:
        return take_word(&s, "number ") && number_parse(s, &number) ? response_number(a, q, number, err)
                                                                    : refuse(err, "it holds no number");
    case QUESTION_ESSAY:
        return take_word(&s, "essay ") ? decode_essay(a, q, s, err) : refuse(err, "it holds no essay");
    default:
        return response_seen(a, q, err);
    }
}

struct response *response_decode(struct arena *a, const struct question *q, const char *text, size_t n,
                                 struct error *err)
{
    struct response *r = decode(a, q, (struct str){text, n}, err);
    if (r == NULL)
        return NULL;
    /* Strict: only what response_encode writes. */
    struct buf again = {0};
    response_encode(r, &again);
    bool same = str_eq((struct str){buf_text(&again), again.len}, (struct str){text, n});
    bool ok = buf_ok(&again);
    buf_free(&again);
    if (!ok)
        error_memory(err);
    else if (!same)
        refuse(err, "it is not in the stored form");
    return ok && same ? r : NULL;
}

void response_letters(size_t index, char *out, size_t size)
{
    char reversed[16];
    size_t n = 0;
    for (size_t i = index + 1; i > 0 && n < sizeof reversed; i = (i - 1) / 26)
        reversed[n++] = (char)('a' + (int)((i - 1) % 26));
    size_t at = 0;
    while (n > 0 && at + 1 < size)
        out[at++] = reversed[--n];
    out[at] = '\0';
}

void response_words(const struct question *q, const struct response *r, struct buf *out)
{
    size_t written = 0;
    switch (r->type) {
    case QUESTION_CHOICE:
    case QUESTION_MULTICHOICE:
        for (size_t i = 0; i < r->pick_count; i++)
            buf_addf(out, "%s%s", i > 0 ? "; " : "", q->answers[r->picks[i]].text.text);
        break;
    case QUESTION_TRUEFALSE:
        buf_adds(out, r->truth ? "true" : "false");
        break;
    case QUESTION_MATCH:
        for (size_t i = 0; i < r->match_count; i++)
            if (r->matches[i] != RESPONSE_NONE)
                buf_addf(out, "%s%s -> %s", written++ > 0 ? "; " : "", q->pairs[i].left.text,
                         q->choices[r->matches[i]]);
        break;
    default:
        buf_adds(out, r->text);
    }
}
