#include "tui/cli/quiz_lines.h"

#include "core/base/clock.h"
#include "core/base/output.h"
#include "core/base/text.h"
#include "tui/cli/listen.h"
#include "tui/render/ansi.h"
#include "tui/render/question_lines.h"
#include "tui/screen/question_view.h"
#include "tui/taking_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

struct talk {
    struct taking *taking;
    struct arena *arena; /* the response at hand */
    struct buf out;
    char *line; /* as getline keeps it */
    size_t cap;
    unsigned safe;
    bool echo; /* the input is no terminal: nobody else ends the line of a prompt */
    bool ended;
};

static bool flush(struct talk *k, struct error *err)
{
    bool ok = buf_ok(&k->out) ? output_text(buf_text(&k->out), k->out.len, false, err) : error_memory(err);
    buf_clear(&k->out);
    return ok;
}

static void add_safe(struct talk *k, const char *text)
{
    text_safe(&k->out, text, strlen(text), k->safe);
}

static void add_line(struct talk *k, const char *text)
{
    add_safe(k, text);
    buf_addc(&k->out, '\n');
}

/* Behind a label, the further lines indented. */
static void add_text(struct talk *k, const char *label, const struct question_text *text)
{
    struct error err;
    size_t columns = output_columns(), wide = strlen(label);
    struct render_options options = {
        .width = (columns > 100 ? 100 : columns) - wide,
        .flags = RENDER_PLAIN | RENDER_URLS | render_flags_of(k->safe)};
    struct lines *lines = question_lines(text, &options, &err);
    buf_adds(&k->out, label);
    for (size_t i = 0; lines != NULL && i < lines->count; i++) {
        if (i > 0 && lines->items[i].length > 0)
            buf_addn(&k->out, ' ', wide);
        ansi_line(&k->out, lines, i, &(struct ansi_options){0});
    }
    if (lines == NULL || lines->count == 0)
        buf_addc(&k->out, '\n');
    lines_close(lines);
}

static void add_options(struct talk *k, const struct question *q, const size_t *order)
{
    char label[24], letters[16];
    if (q->type == QUESTION_TRUEFALSE)
        return;
    for (size_t i = 0, n = 0; i < q->pair_count; i++) {
        if (q->pairs[i].left.text[0] == '\0')
            continue;
        snprintf(label, sizeof label, "%zu. ", ++n);
        add_text(k, label, &q->pairs[i].left);
    }
    for (size_t i = 0; i < question_option_count(q); i++) {
        size_t source = order != NULL ? order[i] : i;
        response_letters(i, letters, sizeof letters);
        if (q->type == QUESTION_MATCH)
            snprintf(label, sizeof label, "%s) ", letters);
        else
            snprintf(label, sizeof label, "%zu) ", i + 1);
        struct question_text right = {q->type == QUESTION_MATCH ? q->choices[source] : "", FORMAT_PLAIN};
        add_text(k, label, q->type == QUESTION_MATCH ? &right : &q->answers[source].text);
    }
}

static void add_question(struct talk *k, size_t i)
{
    const struct question *q = run_question(k->taking->run, i);
    char where[64];
    run_place(k->taking->run, i, where, sizeof where);
    buf_addf(&k->out, "\n%s", where);
    const struct content *c;
    const char *anchor;
    if (k->taking->kind == TAKING_RECALL && taking_section(k->taking, i, &c, &anchor)) {
        buf_adds(&k->out, ", from ");
        add_safe(k, c->module->facts.title);
    }
    buf_addc(&k->out, '\n');
    add_text(k, "", &q->stem);
    add_options(k, q, run_order(k->taking->run, i));
}

/* Prints what waits and a prompt, and reads a line; false at the end of the input or when output fails. */
static bool ask_line(struct talk *k, const char *prompt, struct error *err)
{
    char asked[200];
    snprintf(asked, sizeof asked, "%s: ", prompt);
    add_safe(k, asked);
    if (!flush(k, err))
        return false;
    ssize_t n = listen_line(asked, &k->line, &k->cap);
    if (k->echo || n < 0)
        buf_addc(&k->out, '\n');
    while (n > 0 && (k->line[n - 1] == '\n' || k->line[n - 1] == '\r'))
        k->line[--n] = '\0';
    if (n < 0 || strcmp(k->line, ".") == 0) {
        k->ended = true;
        flush(k, err);
        return false;
    }
    return true;
}

static struct response *read_response(struct talk *k, size_t i, struct error *err)
{
    const struct question *q = run_question(k->taking->run, i);
    if (q->type == QUESTION_ESSAY && strspn(k->line, " \t") == strlen(k->line))
        return response_text(k->arena, q, "-", 1, err); /* thought through, not written down */
    return response_parse_line(k->arena, q, run_order(k->taking->run, i), k->line, err);
}

static void add_refusal(struct talk *k, const struct error *err)
{
    buf_adds(&k->out, "No answer yet: ");
    add_safe(k, err->why[0] != '\0' ? err->why : err->what);
    if (err->todo[0] != '\0') {
        buf_adds(&k->out, " (");
        add_safe(k, err->todo);
        buf_adds(&k->out, ")");
    }
    buf_addc(&k->out, '\n');
}

/* The model answer, and how the learner's own compares with it. */
static struct response *judge(struct talk *k, const struct question *q, const struct response *r, struct error *err)
{
    buf_adds(&k->out, q->general.text[0] != '\0' ? "A good answer:\n" : "The author gives no model answer.\n");
    if (q->general.text[0] != '\0')
        add_text(k, "  ", &q->general);
    double self;
    for (;;) {
        if (!ask_line(k, "How does yours compare? 1 not yet, 2 partly, 3 got it", err))
            return NULL;
        if (response_parse_judgement(k->line, &self, err))
            return response_judge(k->arena, r, self, err);
        add_refusal(k, err);
    }
}

static void add_address(struct talk *k, const char *before, size_t i)
{
    const struct content *c;
    const char *anchor;
    if (!taking_section(k->taking, i, &c, &anchor))
        return;
    buf_adds(&k->out, before);
    add_safe(k, c->address);
    if (anchor[0] != '\0') {
        buf_addc(&k->out, '#');
        add_safe(k, anchor);
    }
}

static void add_feedback(struct talk *k, size_t i, const struct grade *g)
{
    const struct question *q = run_question(k->taking->run, i);
    if (q->type == QUESTION_DESCRIPTION || q->type == QUESTION_ESSAY)
        return;
    buf_addf(&k->out, "%s.\n", verdict_word(g->verdict));
    const struct question_text *text;
    const size_t *order = run_order(k->taking->run, i);
    bool explained = taking_explains(k->taking, i);
    for (size_t n = 0; explained && (text = grade_feedback(q, run_response(k->taking->run, i), g, order, n)) != NULL; n++) {
        char label[40] = "  ";
        for (size_t o = 0; q->type == QUESTION_MULTICHOICE && o < q->answer_count; o++)
            if (&q->answers[order != NULL ? order[o] : o].feedback == text)
                snprintf(label, sizeof label, "  %zu: ", o + 1);
        add_text(k, label, text);
    }
    if (g->verdict == VERDICT_RIGHT)
        return;
    struct buf right = {0};
    if (explained)
        taking_right_words(q, &right);
    struct question_text words = {buf_text(&right), FORMAT_PLAIN};
    if (right.len > 0)
        add_text(k, "Right answer: ", &words);
    buf_free(&right);
    size_t before = k->out.len;
    add_address(k, "To read: crib show ", i);
    if (k->out.len > before)
        buf_addc(&k->out, '\n');
}

/* One question until it is answered; false at the end of input (k->ended) or with err. */
static bool ask_question(struct talk *k, size_t i, struct error *err)
{
    const struct question *q = run_question(k->taking->run, i);
    struct buf prompt = {0};
    if (q->type == QUESTION_DESCRIPTION)
        buf_adds(&prompt, "Enter goes on");
    else
        buf_adds(&prompt, "Type ");
    if (q->type != QUESTION_DESCRIPTION)
        response_prompt(q, &prompt);
    struct response *r = NULL;
    add_question(k, i);
    int64_t shown = clock_monotonic_ms();
    while (r == NULL && ask_line(k, buf_text(&prompt), err)) {
        r = read_response(k, i, err);
        if (r == NULL)
            add_refusal(k, err);
    }
    buf_free(&prompt);
    int64_t took = clock_monotonic_ms() - shown;
    if (r != NULL && q->type == QUESTION_ESSAY)
        r = judge(k, q, r, err);
    struct grade g;
    if (r == NULL)
        return false;
    if (!taking_answer(k->taking, i, r, took, &g, err))
        return error_add(err, "the answer is not saved");
    if (run_options(k->taking->run)->feedback == FEEDBACK_ANSWER)
        add_feedback(k, i, &g);
    arena_reset(k->arena);
    return true;
}

static void add_missed(struct talk *k)
{
    const struct run *run = k->taking->run;
    size_t *missed = calloc(run_count(run) + 1, sizeof *missed);
    size_t count = missed != NULL ? run_missed(run, missed) : 0;
    for (size_t n = 0; n < count; n++) {
        size_t i = missed[n];
        struct buf name = {0};
        struct grade g = {0};
        (void)run_grade(run, i, &g);
        taking_name(run_question(run, i), &name);
        if (n == 0)
            buf_adds(&k->out, "Missed:\n");
        buf_addf(&k->out, "  %zu  ", run_number(run, i));
        add_safe(k, buf_text(&name));
        add_address(k, ": crib show ", i);
        buf_addc(&k->out, '\n');
        if (run_options(run)->feedback == FEEDBACK_END)
            add_feedback(k, i, &g);
        buf_free(&name);
    }
    free(missed);
}

static void add_result(struct talk *k, const char *again)
{
    struct buf score = {0}, next = {0};
    if (taking_held(k->taking)) {
        buf_adds(&k->out, "\nHanded in. How it went is told when the trainer closes the assessment.\n");
        return;
    }
    if (k->taking->room != 0)
        taking_release(k->taking);
    if (k->taking->gone != NULL)
        again = NULL; /* there is nothing to begin anew with */
    taking_result_words(k->taking, SIZE_MAX, &score, &next);
    buf_addc(&k->out, '\n');
    add_line(k, buf_text(&score));
    if (taking_tells(k->taking))
        add_missed(k);
    if (!taking_tells(k->taking)) {
        if (again != NULL)
            buf_adds(&k->out, "The whole quiz again: ");
        add_line(k, again != NULL ? again : buf_text(&next));
    } else if (!taking_result_good(k->taking) && again != NULL && k->taking->recorded && k->taking->kind != TAKING_RECALL) {
        buf_adds(&k->out, "The missed ones again: ");
        add_safe(k, again);
        buf_adds(&k->out, " --missed\n");
    } else if (taking_signs(k->taking) && again != NULL && k->taking->recorded) {
        buf_adds(&k->out, "To sign it off: ");
        add_safe(k, again);
        buf_adds(&k->out, " --sign\n");
    } else if (taking_result_good(k->taking) || k->taking->kind == TAKING_BANK || k->taking->gone != NULL) {
        add_line(k, buf_text(&next));
    } else if (k->taking->kind == TAKING_RECALL) {
        buf_adds(&k->out, "These come back sooner than the others.\n");
    }
    buf_free(&score);
    buf_free(&next);
}

static void add_head(struct talk *k)
{
    const struct taking *t = k->taking;
    add_safe(k, t->title);
    size_t n = run_scored(t->run);
    buf_addf(&k->out, ": %zu question%s", n, n == 1 ? "" : "s");
    if (t->kind == TAKING_QUIZ)
        buf_addf(&k->out, "; you pass with %d of 100", (int)run_options(t->run)->pass);
    buf_adds(&k->out, t->kind == TAKING_BANK ? ". Of a file nothing is recorded.\n" : ".\n");
    if (!k->echo)
        buf_adds(&k->out, "A line with a dot alone stops.\n");
    if (t->resumed)
        buf_addf(&k->out, "You go on where you stopped: %zu of %zu answered.\n", run_answered(t->run), n);
    if (t->gone != NULL)
        buf_addf(&k->out, "This module is %s: you finish what you began.\n", t->gone);
}

static void add_left(struct talk *k, const char *again)
{
    const struct taking *t = k->taking;
    buf_addf(&k->out, "Stopped: %zu of %zu answered", run_answered(t->run), run_scored(t->run));
    if (t->recorded && run_answered(t->run) > 0)
        buf_adds(&k->out, ", all saved");
    buf_adds(&k->out, ".\n");
    if (again != NULL && t->recorded && t->kind != TAKING_RECALL) {
        buf_adds(&k->out, "To go on: ");
        add_line(k, again);
    }
}

static bool talk_through(struct talk *k, const char *again, struct error *err)
{
    const struct run *run = k->taking->run;
    add_head(k);
    for (size_t i = run_next(run, 0); i < run_count(run); i = run_next(run, i))
        if (!ask_question(k, i, err)) {
            struct error unheard;
            add_left(k, again);
            return k->ended ? flush(k, err) : (flush(k, &unheard), false);
        }
    if (!taking_finish(k->taking, err)) {
        struct error unheard;
        add_left(k, again);
        flush(k, &unheard);
        return error_add(err, "the result is not saved");
    }
    add_result(k, again);
    return flush(k, err);
}

int quiz_lines(struct taking *t, const char *again)
{
    struct error err;
    struct talk k = {.taking = t, .arena = arena_open(), .echo = isatty(STDIN_FILENO) != 1};
    k.safe = output_text_flags();
    bool ok = k.arena != NULL ? talk_through(&k, again, &err) : error_memory(&err);
    int status = EX_OK;
    if (!ok)
        status = app_fail(&err);
    else if (t->kind != TAKING_RECALL && (k.ended || !taking_result_good(t)))
        status = QUIZ_NOT_PASSED;
    buf_free(&k.out);
    free(k.line);
    arena_close(k.arena);
    return status;
}
