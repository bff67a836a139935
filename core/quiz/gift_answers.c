#include "core/quiz/gift_parser.h"
#include "core/quiz/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ANSWERS_MOST = 1000 };

/* The first characters of a part of the source, for a message. */
struct excerpt {
    char text[64];
};

static struct excerpt excerpt_of(struct gift *g, struct str s)
{
    struct excerpt e = {""};
    struct str t = str_of(gift_text(g, (struct str){s.p, s.n < 40 ? s.n : 40}));
    size_t n = 0;
    while (n < t.n && n + 4 < sizeof e.text) {
        uint32_t c;
        size_t k = text_decode(t.p + n, t.n - n, &c);
        if (c == 0xFFFD || c < ' ')
            break;
        memcpy(e.text + n, t.p + n, k);
        n += k;
    }
    return e;
}

/* The parts between separators, one after the other. In a choice both ~ and = begin a part and = stays in it as its
 * first character; elsewhere = alone parts them. */
struct parts {
    struct str rest;
    bool choice;
    bool first, done;
    bool opened; /* rest begins with the = that began this part */
};

static size_t next_separator(const struct parts *p, size_t from)
{
    size_t i = from;
    while (i < p->rest.n && p->rest.p[i] != '=' && !(p->choice && p->rest.p[i] == '~'))
        i++;
    return i;
}

/* The next part, trimmed. As in Moodle the first one is skipped when nothing, or 0 alone, stands in it. */
static bool next_part(struct parts *p, struct str *part)
{
    while (!p->done) {
        size_t stop = next_separator(p, p->opened ? 1 : 0);
        *part = gift_trim((struct str){p->rest.p, stop});
        bool first = p->first;
        p->first = false;
        p->done = stop == p->rest.n;
        if (!p->done) {
            p->opened = p->choice && p->rest.p[stop] == '=';
            size_t skip = p->opened ? stop : stop + 1;
            p->rest = (struct str){p->rest.p + skip, p->rest.n - skip};
        }
        bool nothing = part->n == 0 || (part->n == 1 && part->p[0] == '0');
        if (!first || !nothing)
            return true;
    }
    return false;
}

static size_t count_parts(struct str between, bool choice)
{
    struct parts p = {.rest = between, .choice = choice, .first = true};
    struct str part;
    size_t n = 0;
    while (n <= ANSWERS_MOST && next_part(&p, &part))
        n++;
    return n;
}

/* Room for the answers of q; false when there are fewer than least or too many. */
static bool make_answers(struct gift *g, struct question *q, struct str between, bool choice, size_t least)
{
    size_t n = count_parts(between, choice);
    if (n < least) {
        gift_report(g, SEVERITY_ERROR, between.p,
                    least > 1 ? "write at least two answers, each after = or ~" : "write the right answer after =",
                    least > 1 ? "fewer than two answers" : "no answer (to Moodle, 0 without = before it is none)");
        return false;
    }
    if (n > ANSWERS_MOST) {
        gift_report(g, SEVERITY_ERROR, between.p, "split the question", "more than %d answers", ANSWERS_MOST);
        return false;
    }
    q->answers = arena_array(g->a, n + 1, sizeof *q->answers);
    g->out_of_memory |= q->answers == NULL;
    return q->answers != NULL;
}

/* The weights that Moodle knows (question/engine/bank.php), in percent, above 0. */
static const double known_weights[] = {
    100,      90,       83.33333, 80, 75,       70,       66.66667, 60,       50, 40, 33.33333,
    30,       25,       20,       16.66667, 14.28571, 12.5,     11.11111, 10,       5,
};

/* The known weight nearest to w, with w's sign. */
static double nearest_weight(double w)
{
    double best = 0;
    for (size_t i = 0; i < sizeof known_weights / sizeof *known_weights; i++)
        if (fabs(fabs(w) - known_weights[i]) < fabs(fabs(w) - best))
            best = known_weights[i];
    return w < 0 ? -best : best;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The length of a %weight% at the start of part, 0 where none stands there. sign counts the minus signs. */
static size_t weight_length(struct str part, size_t *sign)
{
    *sign = 0;
    if (part.n == 0 || part.p[0] != '%')
        return 0;
    size_t i = 1;
    while (i < part.n && part.p[i] == '-')
        i++;
    *sign = i - 1;
    size_t digits = i;
    while (i < part.n && is_digit(part.p[i]))
        i++;
    if (i == digits)
        return 0;
    if (i < part.n && part.p[i] == '.')
        i++;
    while (i < part.n && is_digit(part.p[i]))
        i++;
    return i < part.n && part.p[i] == '%' ? i + 1 : 0;
}

/* Takes a %weight% off the start of part. false when Moodle refuses it (reported). */
static bool take_weight(struct gift *g, struct str *part, double *weight)
{
    size_t sign;
    size_t n = weight_length(*part, &sign);
    if (n == 0) {
        if (part->n > 0 && part->p[0] == '%')
            gift_report(g, SEVERITY_WARNING, part->p, "write a number of one or two digits, or 100, between the signs",
                        "this is no weight, so the %% is part of the answer");
        return true;
    }
    double value = 0;
    number_prefix((struct str){part->p + 1 + sign, n - 2 - sign}, &value);
    value = sign > 0 ? -value : value;
    double known = nearest_weight(value);
    if (sign > 1 || fabs(value - known) >= 0.001) {
        char nearest[32], todo[96];
        number_format(known, nearest, sizeof nearest);
        snprintf(todo, sizeof todo, "the nearest one that Moodle takes is %%%s%%", nearest);
        gift_report(g, SEVERITY_ERROR, part->p, todo, "the weight %s is not one that Moodle takes",
                    excerpt_of(g, (struct str){part->p, n}).text);
        return false;
    }
    *weight = known;
    *part = gift_trim((struct str){part->p + n, part->n - n});
    return true;
}

/* Parts text from feedback at the first #. */
static struct str take_feedback(struct str *part)
{
    size_t hash = gift_find(*part, "#");
    struct str feedback = {"", 0};
    if (hash < part->n)
        feedback = gift_trim((struct str){part->p + hash + 1, part->n - hash - 1});
    *part = gift_trim((struct str){part->p, hash});
    return feedback;
}

/* Text and feedback of one answer; part stands after its weight. */
static bool take_texts(struct gift *g, const struct question *q, struct str part, struct answer *a)
{
    struct str feedback = take_feedback(&part);
    a->text = gift_formatted(g, part, q->stem.format);
    a->feedback = gift_formatted(g, feedback, q->stem.format);
    return !g->out_of_memory;
}

/* One answer whose weight is standard unless it says otherwise. */
static bool take_answer(struct gift *g, const struct question *q, struct str part, double standard, struct answer *a)
{
    *a = (struct answer){.weight = standard};
    gift_place(g, (size_t)(part.p - g->work), &a->line, &a->column);
    return take_weight(g, &part, &a->weight) && take_texts(g, q, part, a);
}

/* One answer of a choice. After = a weight is text to Moodle. */
static bool take_option(struct gift *g, const struct question *q, struct str part, struct answer *a)
{
    if (part.n == 0 || part.p[0] != '=')
        return take_answer(g, q, part, 0, a);
    *a = (struct answer){.weight = 100};
    gift_place(g, (size_t)(part.p - g->work), &a->line, &a->column);
    part = gift_trim((struct str){part.p + 1, part.n - 1});
    size_t sign;
    if (weight_length(part, &sign) > 0)
        gift_report(g, SEVERITY_WARNING, part.p, "write ~ before a weight; = is always 100 %",
                    "a weight after = in a choice is part of the answer's text");
    return take_texts(g, q, part, a);
}

static void check_weights(struct gift *g, const struct question *q, struct str between)
{
    double sum = 0, most = 0;
    for (size_t i = 0; i < q->answer_count; i++) {
        double w = q->answers[i].weight;
        sum += w > 0 ? w : 0;
        most = w > most ? w : most;
    }
    char text[32];
    if (q->type == QUESTION_MULTICHOICE && fabs(round(sum) - 100) > 0.5) {
        number_format(sum, text, sizeof text);
        gift_report(g, SEVERITY_WARNING, between.p, "make the weights above 0 add up to 100 %",
                    "choosing all right answers gives %s %%", text);
    } else if (q->type != QUESTION_MULTICHOICE && most < 99.999) {
        number_format(most, text, sizeof text);
        gift_report(g, SEVERITY_WARNING, between.p, "give the best answer 100 %", "no answer gives more than %s %%",
                    text);
    }
}

static bool take_choice(struct gift *g, struct question *q, struct str between)
{
    bool single = memchr(between.p, '=', between.n) != NULL;
    q->type = single ? QUESTION_CHOICE : QUESTION_MULTICHOICE;
    if (!make_answers(g, q, between, true, 2))
        return false;
    struct parts parts = {.rest = between, .choice = true, .first = true};
    struct str part;
    while (next_part(&parts, &part)) {
        struct answer *a = &q->answers[q->answer_count];
        const char *start = part.p;
        if (!take_option(g, q, part, a))
            return false;
        if (a->text.text[0] != '\0')
            q->answer_count++;
        else
            gift_report(g, SEVERITY_WARNING, start, "write its text, or take the ~ or = away",
                        "an answer without text is left out");
    }
    if (q->answer_count == 0) {
        gift_report(g, SEVERITY_ERROR, between.p, "write at least two answers, each after = or ~",
                    "no answer has a text");
        return false;
    }
    check_weights(g, q, between);
    return true;
}

/* The index of a right side among the choices; a new one when the text is new. Small tables: at most 1,000. */
static size_t choice_of(struct question *q, const char *right)
{
    for (size_t i = 0; i < q->choice_count; i++)
        if (strcmp(q->choices[i], right) == 0)
            return i;
    q->choices[q->choice_count] = right;
    return q->choice_count++;
}

static bool take_pair(struct gift *g, struct question *q, struct str part)
{
    size_t arrow = gift_find(part, "->");
    if (arrow == part.n) {
        gift_report(g, SEVERITY_ERROR, part.p, "write = left -> right; a = inside the text is written \\=",
                    "\"%s\" has no ->", excerpt_of(g, part).text);
        return false;
    }
    struct pair *p = &q->pairs[q->pair_count];
    p->left = gift_formatted(g, (struct str){part.p, arrow}, q->stem.format);
    p->right = gift_text(g, (struct str){part.p + arrow + 2, part.n - arrow - 2});
    if (g->out_of_memory)
        return false;
    if (p->right[0] == '\0' && p->left.text[0] != '\0') {
        gift_report(g, SEVERITY_ERROR, part.p, "write the right side after ->", "\"%s\" has nothing that matches it",
                    excerpt_of(g, (struct str){part.p, arrow}).text);
        return false;
    }
    if (p->right[0] != '\0') {
        p->choice = choice_of(q, p->right);
        q->pair_count++;
    }
    return true;
}

static bool take_match(struct gift *g, struct question *q, struct str between)
{
    q->type = QUESTION_MATCH;
    if (!make_answers(g, q, between, false, 2))
        return false;
    q->answers = NULL;
    size_t n = count_parts(between, false);
    q->pairs = arena_array(g->a, n, sizeof *q->pairs);
    q->choices = arena_array(g->a, n, sizeof *q->choices);
    if (q->pairs == NULL || q->choices == NULL) {
        g->out_of_memory = true;
        return false;
    }
    struct parts parts = {.rest = between, .first = true};
    struct str part;
    size_t left = 0;
    while (next_part(&parts, &part)) {
        if (!take_pair(g, q, part))
            return false;
        left += q->pair_count > 0 && q->pairs[q->pair_count - 1].left.text[0] != '\0';
    }
    if (left == 0) {
        gift_report(g, SEVERITY_ERROR, between.p, "write = left -> right", "no pair has a left side");
        return false;
    }
    return true;
}

static bool is_word(struct str s, const char *word)
{
    return str_eq(s, str_of(word));
}

static bool is_truth(struct str s, bool *truth)
{
    *truth = is_word(s, "T") || is_word(s, "TRUE");
    return *truth || is_word(s, "F") || is_word(s, "FALSE");
}

/* ANSWER # feedback when wrong # feedback when right */
static bool take_truefalse(struct gift *g, struct question *q, struct str between)
{
    struct str answer = between;
    struct str wrong = take_feedback(&answer);
    struct str right = take_feedback(&wrong);
    q->type = QUESTION_TRUEFALSE;
    struct question_text when_wrong = gift_formatted(g, wrong, q->stem.format);
    struct question_text when_right = gift_formatted(g, right, q->stem.format);
    q->if_true = q->truth ? when_right : when_wrong;
    q->if_false = q->truth ? when_wrong : when_right;
    return !g->out_of_memory;
}

static bool take_shortanswer(struct gift *g, struct question *q, struct str between)
{
    q->type = QUESTION_SHORTANSWER;
    if (!make_answers(g, q, between, false, 1))
        return false;
    struct parts parts = {.rest = between, .first = true};
    struct str part;
    while (next_part(&parts, &part)) {
        struct answer *a = &q->answers[q->answer_count];
        if (!take_answer(g, q, part, 100, a))
            return false;
        a->text.format = FORMAT_PLAIN;
        q->answer_count++;
        if (a->text.text[0] == '\0')
            gift_report(g, SEVERITY_WARNING, part.p, "write a text after =", "an empty answer fits nothing");
    }
    const char *text = q->answers[0].text.text;
    if (q->answer_count == 1 && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0 || strcmp(text, "True") == 0 ||
                                 strcmp(text, "False") == 0))
        gift_report(g, SEVERITY_WARNING, between.p, "write TRUE or FALSE in capitals for a true/false question",
                    "\"%s\" is a short answer, not true/false", text);
    check_weights(g, q, between);
    return true;
}

static struct str part_of(struct str s, size_t from, size_t to)
{
    return str_trim((struct str){s.p + from, to - from});
}

/* MIN..MAX. PHP computes with the number that a text begins with; so do we, and say so. */
static bool take_range(struct gift *g, const char *where, struct str text, size_t dots, struct answer *a)
{
    struct str ends[2] = {part_of(text, 0, dots), part_of(text, dots + 2, text.n)};
    double values[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        size_t n = number_prefix(ends[i], &values[i]);
        if (n == 0) {
            gift_report(g, SEVERITY_ERROR, where, "write a range as 1.5..2.5", "\"%s\" is not a range of numbers",
                        a->text.text);
            return false;
        }
        if (n < ends[i].n)
            gift_report(g, SEVERITY_WARNING, where, "write the number alone", "what follows a number is ignored");
    }
    a->value = (values[0] + values[1]) / 2;
    a->tolerance = fabs(values[1] - a->value);
    a->least = fmin(values[0], values[1]);
    a->most = fmax(values[0], values[1]);
    return true;
}

/* MIN..MAX, VALUE:TOLERANCE or VALUE. */
static bool take_value(struct gift *g, const char *where, struct answer *a)
{
    struct str text = str_of(a->text.text);
    size_t dots = gift_find(text, ".."), colon = gift_find(text, ":");
    if (dots > 0 && dots < text.n)
        return take_range(g, where, text, dots, a);
    struct str value = text;
    if (colon > 0 && colon < text.n) {
        value = part_of(text, 0, colon);
        if (!number_parse(part_of(text, colon + 1, text.n), &a->tolerance)) {
            gift_report(g, SEVERITY_ERROR, where,
                        "write value:tolerance, both plain numbers with a point, as 3.14:0.01",
                        "the tolerance in \"%s\" is not a number", a->text.text);
            return false;
        }
        a->tolerance = fabs(a->tolerance);
    }
    if (!number_parse(value, &a->value)) {
        a->any = true;
        a->tolerance = 0;
        if (!is_word(value, "*"))
            gift_report(g, SEVERITY_WARNING, where, "write a plain number with a point and no unit, as 2.5",
                        "\"%s\" is not a number, so Moodle takes every number for this answer", a->text.text);
        return true;
    }
    a->least = a->value - a->tolerance;
    a->most = a->value + a->tolerance;
    return true;
}

static bool take_numerical(struct gift *g, struct question *q, struct str between)
{
    q->type = QUESTION_NUMERICAL;
    struct str rest = {between.p + 1, between.n - 1};
    size_t tilde = gift_find(rest, "~");
    struct str wrong = {rest.p + tilde, rest.n - tilde};
    rest.n = tilde;
    if (!make_answers(g, q, rest, false, 1))
        return false;
    struct parts parts = {.rest = rest, .first = true};
    struct str part;
    while (next_part(&parts, &part)) {
        struct answer *a = &q->answers[q->answer_count];
        const char *where = part.p;
        if (!take_answer(g, q, part, 100, a) || !take_value(g, where, a))
            return false;
        q->answer_count++;
    }
    if (wrong.n > 0) { /* ~#feedback: what to say to every other number */
        const char *where = wrong.p;
        struct answer *a = &q->answers[q->answer_count++];
        *a = (struct answer){.any = true, .text = {"*", FORMAT_PLAIN}};
        gift_place(g, (size_t)(where - g->work), &a->line, &a->column);
        a->feedback = gift_formatted(g, take_feedback(&wrong), q->stem.format);
    }
    check_weights(g, q, between);
    return !g->out_of_memory;
}

bool gift_answers(struct gift *g, struct question *q, struct str between)
{
    if (between.n == 0) {
        q->type = QUESTION_ESSAY;
        return true;
    }
    if (between.p[0] == '#')
        return take_numerical(g, q, between);
    if (memchr(between.p, '~', between.n) != NULL)
        return take_choice(g, q, between);
    if (memchr(between.p, '=', between.n) != NULL && gift_find(between, "->") < between.n)
        return take_match(g, q, between);
    struct str word = between;
    take_feedback(&word);
    if (is_truth(word, &q->truth))
        return take_truefalse(g, q, between);
    return take_shortanswer(g, q, between);
}
