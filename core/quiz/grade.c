#include "core/quiz/grade.h"

#include "core/base/text.h"
#include "core/quiz/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Any run of characters in a prepared pattern; a byte that UTF-8 never uses. */
#define ANY_RUN ((char)0xFF)

/* NFC and case folded, as a malloc'd string; NULL when memory is out or text is not UTF-8. */
static char *folded(const char *text)
{
    utf8proc_uint8_t *out = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)text, 0, &out,
                                      UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
    return n < 0 ? NULL : (char *)out;
}

/* Turns `*` into ANY_RUN (runs of them into one) and `\*` into an asterisk, in place. */
static void prepare(char *pattern)
{
    char *to = pattern;
    for (const char *from = pattern; *from != '\0'; from++) {
        if (from[0] == '\\' && from[1] == '*') {
            *to++ = '*';
            from++;
        } else if (*from == '*') {
            if (to == pattern || to[-1] != ANY_RUN)
                *to++ = ANY_RUN;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}

/* The shortest run first; only the last run is ever widened, so that the cost is at most the lengths' product. */
static bool fits(const char *pattern, const char *text)
{
    const char *after_run = NULL, *retry = NULL;
    while (*text != '\0') {
        if (*pattern == ANY_RUN) {
            after_run = ++pattern;
            retry = text;
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (after_run != NULL) {
            pattern = after_run;
            text = ++retry;
        } else {
            return false;
        }
    }
    while (*pattern == ANY_RUN)
        pattern++;
    return *pattern == '\0';
}

int grade_wildcard(const char *pattern, const char *text)
{
    char *p = folded(pattern), *t = folded(text);
    int result = -1;
    if (p != NULL && t != NULL) {
        prepare(p);
        struct str trimmed = str_trim(str_of(t));
        t[(size_t)(trimmed.p - t) + trimmed.n] = '\0';
        result = fits(p, trimmed.p);
    }
    free(p);
    free(t);
    return result;
}

/* 1e-14: PHP's `precision`, by which Moodle widens both ends of a range. */
static bool within(const struct answer *a, double number)
{
    if (a->any)
        return true;
    double slack = a->tolerance + 1e-14 * fmax(1, fabs(a->value));
    return number >= a->value - slack && number <= a->value + slack;
}

static double sum_of_picks(const struct question *q, const struct response *r)
{
    double sum = 0;
    for (size_t i = 0; i < r->pick_count; i++)
        sum += q->answers[r->picks[i]].weight;
    return fmin(fmax(sum / 100, 0), 1);
}

static double right_pairs(const struct question *q, const struct response *r)
{
    size_t all = 0, right = 0;
    for (size_t i = 0; i < q->pair_count && i < r->match_count; i++) {
        if (q->pairs[i].left.text[0] == '\0')
            continue;
        all++;
        right += r->matches[i] >= 0 && (size_t)r->matches[i] == q->pairs[i].choice;
    }
    return all > 0 ? (double)right / (double)all : 0;
}

/* The first answer that fits a text or a number; false when memory is out. */
static bool first_match(const struct question *q, const struct response *r, size_t *matched)
{
    for (size_t i = 0; i < q->answer_count; i++) {
        int fit = q->type == QUESTION_NUMERICAL ? within(&q->answers[i], r->number)
                                                : grade_wildcard(q->answers[i].text.text, r->text);
        if (fit < 0)
            return false;
        if (fit > 0) {
            *matched = i;
            return true;
        }
    }
    return true;
}

static enum verdict verdict_of(double fraction)
{
    return fraction < 0.000001 ? VERDICT_WRONG : fraction > 0.999999 ? VERDICT_RIGHT : VERDICT_PARTIAL;
}

bool grade(const struct question *q, const struct response *r, struct grade *g)
{
    *g = (struct grade){.matched = GRADE_NO_MATCH};
    switch (q->type) {
    case QUESTION_CHOICE:
        if (r->pick_count > 0)
            g->matched = r->picks[0];
        break;
    case QUESTION_SHORTANSWER:
    case QUESTION_NUMERICAL:
        if (!first_match(q, r, &g->matched))
            return false;
        break;
    case QUESTION_MULTICHOICE:
        g->raw = sum_of_picks(q, r);
        break;
    case QUESTION_TRUEFALSE:
        g->raw = r->truth == q->truth ? 1 : 0;
        break;
    case QUESTION_MATCH:
        g->raw = right_pairs(q, r);
        break;
    case QUESTION_ESSAY:
        g->raw = r->self > 0 ? r->self : 0;
        break;
    case QUESTION_DESCRIPTION:
        break;
    }
    if (g->matched != GRADE_NO_MATCH)
        g->raw = q->answers[g->matched].weight / 100;
    g->fraction = fmax(g->raw, 0);
    g->verdict = q->type == QUESTION_DESCRIPTION               ? VERDICT_NONE
                 : q->type == QUESTION_ESSAY && r->self < 0 ? VERDICT_UNASSESSED
                                                               : verdict_of(g->fraction);
    return true;
}

/* Takes one from i where the text is not empty; true when it is the one asked for. */
static bool is_turn(const struct question_text *t, size_t *i)
{
    return t->text[0] != '\0' && (*i)-- == 0;
}

static bool picked(const struct response *r, size_t answer)
{
    for (size_t k = 0; k < r->pick_count; k++)
        if (r->picks[k] == answer)
            return true;
    return false;
}

const struct question_text *grade_feedback(const struct question *q, const struct response *r, const struct grade *g,
                                           const size_t *order, size_t i)
{
    if (q->type == QUESTION_CHOICE || q->type == QUESTION_MULTICHOICE) {
        for (size_t k = 0; k < q->answer_count; k++) {
            size_t answer = order != NULL ? order[k] : k;
            if (picked(r, answer) && is_turn(&q->answers[answer].feedback, &i))
                return &q->answers[answer].feedback;
        }
    } else if (q->type == QUESTION_TRUEFALSE) {
        const struct question_text *t = r->truth ? &q->if_true : &q->if_false;
        if (is_turn(t, &i))
            return t;
    } else if (g->matched != GRADE_NO_MATCH) {
        if (is_turn(&q->answers[g->matched].feedback, &i))
            return &q->answers[g->matched].feedback;
    }
    return is_turn(&q->general, &i) ? &q->general : NULL;
}

static size_t best_answer(const struct question *q)
{
    size_t best = 0;
    for (size_t i = 1; i < q->answer_count; i++)
        if (q->answers[i].weight > q->answers[best].weight)
            best = i;
    return best;
}

/* A pattern as an example of itself: each run becomes a blank. */
static void add_pattern(struct buf *out, const char *pattern)
{
    struct buf plain = {0};
    buf_adds(&plain, pattern);
    if (buf_ok(&plain) && plain.len > 0) {
        prepare(plain.data);
        for (char *p = plain.data; *p != '\0'; p++)
            if (*p == ANY_RUN)
                *p = ' ';
        struct str s = str_trim(str_of(plain.data));
        buf_add(out, s.p, s.n);
    }
    out->failed |= plain.failed;
    buf_free(&plain);
}

static void add_number(struct buf *out, const struct answer *a)
{
    char value[40], least[40], most[40];
    if (a->any) {
        buf_adds(out, "any number");
        return;
    }
    number_show(a->value, value, sizeof value);
    number_show(a->least, least, sizeof least);
    number_show(a->most, most, sizeof most);
    buf_adds(out, value);
    if (a->tolerance > 0)
        buf_addf(out, " (%s to %s)", least, most);
}

void grade_right_answer(const struct question *q, struct buf *out)
{
    size_t written = 0;
    switch (q->type) {
    case QUESTION_CHOICE:
        buf_adds(out, q->answers[best_answer(q)].text.text);
        break;
    case QUESTION_MULTICHOICE:
        for (size_t i = 0; i < q->answer_count; i++)
            if (q->answers[i].weight > 0)
                buf_addf(out, "%s%s", written++ > 0 ? "; " : "", q->answers[i].text.text);
        break;
    case QUESTION_TRUEFALSE:
        buf_adds(out, q->truth ? "true" : "false");
        break;
    case QUESTION_SHORTANSWER:
        add_pattern(out, q->answers[best_answer(q)].text.text);
        break;
    case QUESTION_NUMERICAL:
        add_number(out, &q->answers[best_answer(q)]);
        break;
    case QUESTION_MATCH:
        for (size_t i = 0; i < q->pair_count; i++)
            if (q->pairs[i].left.text[0] != '\0')
                buf_addf(out, "%s%s -> %s", written++ > 0 ? "; " : "", q->pairs[i].left.text, q->pairs[i].right);
        break;
    case QUESTION_ESSAY:
    case QUESTION_DESCRIPTION:
        break;
    }
}
