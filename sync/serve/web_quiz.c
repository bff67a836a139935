#include "sync/serve/web_quiz.h"

#include "core/base/hex.h"
#include "core/base/html.h"
#include "core/library/document_html.h"
#include "core/quiz/question_markdown.h"
#include "core/quiz/run.h"
#include "sync/serve/web_page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { SEED_MOST = INT32_MAX };

struct form {
    struct arena *arena;
    const struct web_content *content;
    const struct web_fields *posted; /* NULL: nothing was sent */
    struct run *run;
    struct buf *out;
    bool done;         /* handed in */
    size_t check;      /* the one question that is to be checked; SIZE_MAX for none */
};

/* ---- fields ---- */

/* `q3`: a question's answer; `s3`: how its essay was judged; `c3`: it was checked before. */
static const char *field_of(const struct form *f, char what, size_t i)
{
    char name[32];
    snprintf(name, sizeof name, "%c%zu", what, i);
    return f->posted != NULL ? web_field(f->posted, name) : NULL;
}

static bool number_of(const char *text, size_t below, size_t *value)
{
    struct web_field field = {"n", text != NULL ? text : ""};
    unsigned long long n = 0;
    if (below == 0 || !web_field_number(&(struct web_fields){&field, 1}, "n", below - 1, &n))
        return false;
    *value = (size_t)n;
    return true;
}

static bool was_checked(const struct form *f, size_t i)
{
    return f->done || f->check == i || field_of(f, 'c', i) != NULL;
}

/* ---- from the form to a response; NULL where there is none ---- */

static struct response *read_picks(const struct form *f, const struct question *q, size_t i, struct error *err)
{
    char name[32];
    size_t *picks = arena_array(f->arena, q->answer_count, sizeof *picks), n = 0;
    snprintf(name, sizeof name, "q%zu", i);
    for (size_t k = 0; picks != NULL && k < f->posted->count; k++) {
        size_t pick;
        if (strcmp(f->posted->items[k].name, name) != 0 || !number_of(f->posted->items[k].value, q->answer_count, &pick))
            continue;
        bool again = false;
        for (size_t j = 0; j < n; j++)
            again |= picks[j] == pick;
        if (!again)
            picks[n++] = pick;
    }
    if (picks == NULL || n == 0) /* to choose none of several is worth nothing: it was passed over */
        return NULL;
    return response_picks(f->arena, q, picks, q->type == QUESTION_CHOICE ? 1 : n, err);
}

static struct response *read_matches(const struct form *f, const struct question *q, size_t i, struct error *err)
{
    long *matches = arena_array(f->arena, q->pair_count, sizeof *matches);
    bool any = false;
    for (size_t k = 0; matches != NULL && k < q->pair_count; k++) {
        char name[48];
        size_t choice;
        snprintf(name, sizeof name, "q%zu.%zu", i, k);
        bool chosen = number_of(web_field(f->posted, name), q->choice_count, &choice);
        matches[k] = chosen ? (long)choice : RESPONSE_NONE;
        any |= chosen;
    }
    return any ? response_matches(f->arena, q, matches, q->pair_count, err) : NULL;
}

static struct response *read_essay(const struct form *f, const struct question *q, size_t i, const char *text,
                                   struct error *err)
{
    static const double judgements[] = {0, 0.5, 1};
    size_t judged;
    struct response *r = response_text(f->arena, q, text, strlen(text), err);
    if (r == NULL || !number_of(field_of(f, 's', i), 3, &judged))
        return r;
    return response_judge(f->arena, r, judgements[judged], err);
}

static struct response *read_response(const struct form *f, size_t i, struct error *err)
{
    const struct question *q = run_question(f->run, i);
    if (q->type == QUESTION_DESCRIPTION)
        return response_seen(f->arena, q, err);
    if (q->type == QUESTION_MATCH)
        return read_matches(f, q, i, err);
    if (q->type == QUESTION_CHOICE || q->type == QUESTION_MULTICHOICE)
        return read_picks(f, q, i, err);
    const char *text = field_of(f, 'q', i);
    if (text == NULL || text[strspn(text, " \t\r\n")] == '\0')
        return NULL;
    switch (q->type) {
    case QUESTION_TRUEFALSE:
        return response_truth(f->arena, q, strcmp(text, "t") == 0, err);
    case QUESTION_NUMERICAL:
        return response_parse_line(f->arena, q, NULL, text, err);
    case QUESTION_ESSAY:
        return read_essay(f, q, i, text, err);
    default:
        return response_text(f->arena, q, text, strlen(text), err);
    }
}

/* ---- texts ---- */

static void add_text(struct form *f, const struct question_text *text)
{
    struct buf markdown = {0};
    struct error err;
    question_markdown(text, &markdown);
    struct document *d = document_parse(buf_text(&markdown), markdown.len, 1, &err);
    const struct html_options options = {.deeper = 3};
    if (d != NULL)
        document_html(d, 1, d->count, &options, f->out);
    else
        f->out->failed = true;
    document_close(d);
    buf_free(&markdown);
}

/* The same within a label: a lone paragraph goes without its element. */
static void add_label(struct form *f, const struct question_text *text)
{
    static const char start[] = "<p>", close[] = "</p>\n";
    size_t from = f->out->len, head = sizeof start - 1, tail = sizeof close - 1;
    add_text(f, text);
    if (!buf_ok(f->out) || f->out->len < from + head + tail)
        return;
    char *p = f->out->data + from;
    size_t n = f->out->len - from;
    if (memcmp(p, start, head) != 0 || memcmp(p + n - tail, close, tail) != 0 || strstr(p + head, start) != NULL)
        return;
    memmove(p, p + head, n - head - tail);
    f->out->len -= head + tail;
    f->out->data[f->out->len] = '\0';
}

/* Each in a block of its own: a browser of text knows no style sheet, and would put all choices into one paragraph. */
static void add_input(struct form *f, const char *type, size_t i, const char *value, bool checked)
{
    buf_addf(f->out, "<div><label class=\"choice\"><input type=\"%s\" name=\"q%zu\" value=\"%s\"%s>", type, i, value,
             checked ? " checked" : "");
}

static void add_choices(struct form *f, size_t i, const struct response *r)
{
    const struct question *q = run_question(f->run, i);
    const size_t *order = run_order(f->run, i);
    const char *type = q->type == QUESTION_CHOICE ? "radio" : "checkbox";
    for (size_t k = 0; k < q->answer_count; k++) {
        size_t at = order != NULL ? order[k] : k;
        bool picked = false;
        char value[24];
        snprintf(value, sizeof value, "%zu", at);
        for (size_t p = 0; r != NULL && p < r->pick_count; p++)
            picked |= r->picks[p] == at;
        add_input(f, type, i, value, picked);
        buf_adds(f->out, "<span>");
        add_label(f, &q->answers[at].text);
        buf_adds(f->out, "</span></label></div>\n");
    }
}

static void add_truth(struct form *f, size_t i, const struct response *r)
{
    add_input(f, "radio", i, "t", r != NULL && r->truth);
    buf_adds(f->out, "<span>True</span></label></div>\n");
    add_input(f, "radio", i, "f", r != NULL && !r->truth);
    buf_adds(f->out, "<span>False</span></label></div>\n");
}

static void add_matching(struct form *f, size_t i, const struct response *r)
{
    const struct question *q = run_question(f->run, i);
    const size_t *order = run_order(f->run, i);
    for (size_t k = 0; k < q->pair_count; k++) {
        if (q->pairs[k].left.text[0] == '\0')
            continue;
        buf_adds(f->out, "<div><label>");
        add_label(f, &q->pairs[k].left);
        buf_addf(f->out, " <select name=\"q%zu.%zu\"><option value=\"\">choose</option>", i, k);
        for (size_t c = 0; c < q->choice_count; c++) {
            size_t at = order != NULL ? order[c] : c;
            bool chosen = r != NULL && k < r->match_count && r->matches[k] == (long)at;
            buf_addf(f->out, "<option value=\"%zu\"%s>", at, chosen ? " selected" : "");
            html_string(f->out, q->choices[at]);
            buf_adds(f->out, "</option>");
        }
        buf_adds(f->out, "</select></label></div>\n");
    }
}

static void add_typed(struct form *f, size_t i)
{
    bool essay = run_question(f->run, i)->type == QUESTION_ESSAY;
    const char *typed = field_of(f, 'q', i);
    buf_addf(f->out, "<div><label>Your answer %s", essay ? "<textarea rows=\"6\" maxlength=\"20000\"" :
             "<input type=\"text\" maxlength=\"1000\" autocomplete=\"off\"");
    buf_addf(f->out, essay ? " name=\"q%zu\">\n" : " name=\"q%zu\" value=\"", i);
    html_string(f->out, typed != NULL ? typed : "");
    buf_adds(f->out, essay ? "</textarea></label></div>\n" : "\"></label></div>\n");
}

static void add_judgement(struct form *f, size_t i)
{
    static const char *const words[] = {"Not yet", "Partly", "I had it"};
    size_t judged = 3;
    (void)number_of(field_of(f, 's', i), 3, &judged);
    buf_addf(f->out, "<div><label>Compare: how was yours? <select name=\"s%zu\"><option value=\"\">choose</option>", i);
    for (size_t k = 0; k < 3; k++)
        buf_addf(f->out, "<option value=\"%zu\"%s>%s</option>", k, k == judged ? " selected" : "", words[k]);
    buf_adds(f->out, "</select></label></div>\n");
}

static void add_fields(struct form *f, size_t i, const struct response *r)
{
    switch (run_question(f->run, i)->type) {
    case QUESTION_CHOICE:
    case QUESTION_MULTICHOICE:
        add_choices(f, i, r);
        break;
    case QUESTION_TRUEFALSE:
        add_truth(f, i, r);
        break;
    case QUESTION_MATCH:
        add_matching(f, i, r);
        break;
    case QUESTION_DESCRIPTION:
        break;
    default:
        add_typed(f, i);
        break;
    }
}

/* ---- what is said of an answer ---- */

static bool tells(const struct form *f, size_t i)
{
    switch (run_options(f->run)->feedback) {
    case FEEDBACK_ANSWER:
        return was_checked(f, i);
    case FEEDBACK_END:
        return f->done && run_done(f->run);
    default:
        return false;
    }
}

static void add_feedback(struct form *f, size_t i, const struct response *r, const struct grade *g)
{
    static const struct {
        const char *kind, *word;
    } verdicts[] = {[VERDICT_WRONG] = {"danger", "Not right"},
                    [VERDICT_PARTIAL] = {"caution", "Partly right"},
                    [VERDICT_RIGHT] = {"tip", "Right"},
                    [VERDICT_UNASSESSED] = {"note", "Compare"},
                    [VERDICT_NONE] = {"note", "Note"}};
    const struct question *q = run_question(f->run, i);
    const struct question_text *text;
    struct buf right = {0};
    buf_addf(f->out, "<div class=\"call-out %s\" role=\"status\">\n<p class=\"word\">%s</p>\n", verdicts[g->verdict].kind,
             verdicts[g->verdict].word);
    for (size_t k = 0; (text = grade_feedback(q, r, g, run_order(f->run, i), k)) != NULL; k++)
        add_text(f, text);
    if (g->verdict == VERDICT_WRONG || g->verdict == VERDICT_PARTIAL)
        grade_right_answer(q, &right);
    if (right.len > 0) {
        buf_adds(f->out, "<p>Right: ");
        html_string(f->out, buf_text(&right));
        buf_adds(f->out, "</p>\n");
    }
    buf_adds(f->out, "</div>\n");
    buf_free(&right);
}

/* A number that is none, a text that is too long. */
static void add_complaint(struct form *f, const struct error *err)
{
    buf_adds(f->out, "<p class=\"call-out caution\" role=\"status\">");
    html_string(f->out, err->why[0] != '\0' ? err->why : err->what);
    if (err->todo[0] != '\0') {
        buf_adds(f->out, ": ");
        html_string(f->out, err->todo);
    }
    buf_adds(f->out, "</p>\n");
}

/* ---- the page ---- */

static void add_question(struct form *f, size_t i, const struct error *wrong)
{
    const struct question *q = run_question(f->run, i);
    const struct response *r = run_response(f->run, i);
    struct grade g;
    char place[64];
    bool scored = question_scored(q), graded = f->posted != NULL && run_grade(f->run, i, &g);
    run_place(f->run, i, place, sizeof place);
    if (scored)
        buf_addf(f->out, "<fieldset id=\"n%zu\">\n<legend>%s</legend>\n", i, place);
    else
        buf_addf(f->out, "<div id=\"n%zu\">\n", i);
    add_text(f, &q->stem);
    add_fields(f, i, r);
    if (wrong->what[0] != '\0')
        add_complaint(f, wrong);
    else if (scored && graded && (tells(f, i) || (g.verdict == VERDICT_UNASSESSED && was_checked(f, i))))
        add_feedback(f, i, r, &g);
    if (q->type == QUESTION_ESSAY && graded && was_checked(f, i))
        add_judgement(f, i);
    if (scored && was_checked(f, i) && !f->done)
        buf_addf(f->out, "<input type=\"hidden\" name=\"c%zu\" value=\"1\">", i);
    if (scored && run_options(f->run)->feedback == FEEDBACK_ANSWER)
        buf_addf(f->out, "<p><button name=\"check\" value=\"%zu\" formaction=\"#n%zu\">Check this answer</button></p>\n", i, i);
    buf_adds(f->out, scored ? "</fieldset>\n" : "</div>\n");
}

static bool awaits_judgement(const struct form *f)
{
    struct grade g;
    for (size_t i = 0; i < run_count(f->run); i++)
        if (run_grade(f->run, i, &g) && g.verdict == VERDICT_UNASSESSED)
            return true;
    return false;
}

static void add_result(struct form *f)
{
    size_t scored = run_scored(f->run), answered = run_answered(f->run);
    if (!f->done)
        return;
    if (!run_done(f->run)) {
        buf_addf(f->out, "<div class=\"call-out caution\" role=\"status\" id=\"result\">\n<p class=\"word\">Not yet</p>\n"
                         "<p>%zu of %zu questions %s answered.%s</p>\n</div>\n",
                 answered, scored, answered == 1 ? "is" : "are",
                 awaits_judgement(f) ? " Compare your text: say below how yours was, and hand in again." : "");
        return;
    }
    bool passed = run_passed(f->run);
    buf_addf(f->out, "<div class=\"call-out %s\" role=\"status\" id=\"result\">\n<p class=\"word\">%s</p>\n"
                     "<p>%d of 100; %.0f passes. Nothing of it was recorded.</p>\n</div>\n",
             passed ? "tip" : "caution", passed ? "Passed" : "Not passed", (int)floor(run_score(f->run) + 0.0001), /* never up to a mark that it misses */
             run_options(f->run)->pass);
}

static void add_page(struct form *f, const char *revision, bool changed, const struct error *wrong)
{
    const struct facts *facts = &f->content->module->facts;
    struct buf title = {0};
    buf_addf(&title, "Quiz: %s", facts->title);
    web_page_begin(f->out, buf_text(&title), f->content->language, "");
    buf_free(&title);
    buf_adds(f->out, "<h1>Quiz: ");
    html_string(f->out, facts->title);
    buf_adds(f->out, "</h1>\n<p>Nothing is recorded here: neither who you are nor what you answer. In crib itself it "
                     "counts.</p>\n");
    web_page_stale(f->out, f->content->channel);
    if (changed)
        buf_adds(f->out, "<p class=\"call-out caution\" role=\"status\">The quiz has changed since you opened it: please begin "
                         "anew.</p>\n");
    add_result(f);
    buf_adds(f->out, "<form method=\"post\" accept-charset=\"utf-8\" action=\"");
    web_address(f->out, "quiz", facts->channel, facts->id, "");
    buf_addf(f->out, "#main\">\n<input type=\"hidden\" name=\"revision\" value=\"%s\">\n"
                     "<input type=\"hidden\" name=\"seed\" value=\"%llu\">\n"
                     "<button hidden></button>\n", /* Enter in a field presses the first one: it checks nothing */
             revision, (unsigned long long)run_options(f->run)->seed);
    for (size_t i = 0; i < run_count(f->run); i++)
        add_question(f, i, &wrong[i]);
    buf_adds(f->out, "<p><button name=\"done\" value=\"1\">Hand in</button></p>\n</form>\n<p><a href=\"");
    web_address(f->out, "m", facts->channel, facts->id, "");
    buf_adds(f->out, "\">Back to the text</a></p>\n");
    web_page_end(f->out);
}

/* Grades what was sent; wrong takes what is no answer. */
static bool take(struct form *f, struct error *wrong, struct error *err)
{
    for (size_t i = 0; f->posted != NULL && i < run_count(f->run); i++) {
        const struct response *r = read_response(f, i, &wrong[i]);
        if (r != NULL && !run_answer(f->run, i, r, NULL, err))
            return false;
    }
    return true;
}

bool web_quiz(struct arena *a, const struct web_content *c, const struct web_fields *posted, uint64_t seed, struct buf *out,
              struct error *err)
{
    const struct quiz_settings *settings = &c->module->quiz;
    const char *revision = hex_text(a, c->module->revision, sizeof c->module->revision), *sent;
    struct error *wrong = arena_array(a, c->questions.count, sizeof *wrong);
    struct form f = {.arena = a, .content = c, .posted = posted, .out = out, .check = SIZE_MAX};
    unsigned long long number = seed % SEED_MOST;
    if (c->questions.count == 0)
        return error_set(err, EX_NOINPUT, "there is no quiz", c->module->facts.title, NULL, NULL);
    if (revision == NULL || wrong == NULL)
        return error_memory(err);
    bool changed = posted != NULL && ((sent = web_field(posted, "revision")) == NULL || strcmp(sent, revision) != 0);
    if (changed)
        f.posted = NULL;
    if (f.posted != NULL) {
        f.done = web_field(posted, "done") != NULL;
        (void)number_of(web_field(posted, "check"), c->questions.count, &f.check);
        (void)web_field_number(posted, "seed", SEED_MOST, &number);
    }
    const struct run_options options = {.seed = number, .shuffle = settings->shuffle, .pass = settings->pass,
                                        .feedback = settings->feedback};
    f.run = run_open(&c->questions, &options, err);
    bool ok = f.run != NULL && take(&f, wrong, err);
    if (ok)
        add_page(&f, revision, changed, wrong);
    run_close(f.run);
    return ok;
}
