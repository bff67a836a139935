#include "core/library/lint_private.h"

#include "core/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { WORDS_A_MINUTE = 180, MOST_WORDS = 64 };

size_t lint_line(struct str yaml, const char *key)
{
    size_t n = strlen(key), line = 1;
    for (const char *at = yaml.p, *end = yaml.p + yaml.n; at < end; line++) {
        const char *lf = memchr(at, '\n', (size_t)(end - at));
        if ((size_t)(end - at) > n && strncmp(at, key, n) == 0 && at[n] == ':')
            return line;
        at = lf != NULL ? lf + 1 : end;
    }
    return 1;
}

static struct str front_of(const struct module *m)
{
    return (struct str){m->source.p, m->body.p > m->source.p ? (size_t)(m->body.p - m->source.p) : 0};
}

size_t lint_key_line(const struct module *m, const char *key)
{
    return lint_line(front_of(m), key);
}

static void warn(struct lint *l, const struct lint_file *f, const char *key, const char *todo, const char *text)
{
    diags_add(l->diags, SEVERITY_WARNING, f->label, lint_key_line(f->module, key), 1, todo, "%s", text);
}

/* ---- problem and outcome ---- */

/* The words of a text, folded; short ones (the, of, it) left out when content alone counts. */
struct words {
    struct buf text;
    struct str items[MOST_WORDS];
    size_t count;
};

static void split_words(struct words *w, const char *text, size_t shortest)
{
    *w = (struct words){0};
    text_fold(&w->text, text, strlen(text));
    const char *at = buf_text(&w->text);
    while (*at != '\0' && w->count < MOST_WORDS) {
        size_t n = 0;
        while (at[n] != '\0' && (isalnum((unsigned char)at[n]) || at[n] == '\'' || (unsigned char)at[n] >= 0x80))
            n++;
        if (n > 0 && n >= shortest)
            w->items[w->count++] = (struct str){at, n};
        at += n + (at[n] != '\0');
    }
}

static bool is_one_of(struct str word, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strlen(*list) == word.n && strncasecmp(*list, word.p, word.n) == 0)
            return true;
    return false;
}

static bool ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* A difficulty says that something is, or isn't, or does; a topic names a thing. English alone can be judged so: other
 * languages pass. */
static bool is_topic(const char *problem)
{
    static const char *const openers[] = {"introduction", "overview", "basics", "fundamentals",  "principles", "guide",
                                          "training",     "learn",    "about",  "understanding", NULL};
    static const char *const verbs[] = {
        "is",    "are",    "was",    "were",     "be",     "has",   "have",  "had",    "do",     "does",    "did",
        "can",   "can't",  "cannot", "could",    "will",   "won't", "would", "should", "must",   "may",     "might",
        "isn't", "aren't", "don't",  "doesn't",  "didn't", "no",    "not",   "never",  "nobody", "nothing", "needs",
        "need",  "keeps",  "fails",  "says",     "shows",  "runs",  "stops", "gets",   "goes",   "comes",   "i",
        "you",   "we",     "they",   "somebody", "who",    "why",   "when",  "if",     "it",     "there",   "something", NULL};
    /* With three words and a full stop what follows one of these does something: "The pump leaks." */
    static const char *const things[] = {"the", "a", "an", "my", "our", "your", "this", "that", "these", "those", NULL};
    if (!ascii(problem))
        return false;
    struct words w;
    split_words(&w, problem, 1);
    size_t n = strlen(problem);
    bool sentence = n > 0 && strchr(".!?", problem[n - 1]) != NULL, verb = false;
    for (size_t i = 0; i < w.count; i++)
        verb = verb || is_one_of(w.items[i], verbs);
    bool clause = sentence && (w.count > 3 || (w.count == 3 && is_one_of(w.items[0], things)));
    bool topic = w.count > 0 && (is_one_of(w.items[0], openers) || (!verb && !clause));
    buf_free(&w.text);
    return topic;
}

/* Do the texts share most of their longer words? */
static bool repeats(const char *a, const char *b)
{
    struct words x, y;
    split_words(&x, a, 4);
    split_words(&y, b, 4);
    size_t shared = 0, least = x.count < y.count ? x.count : y.count;
    for (size_t i = 0; i < x.count; i++)
        for (size_t k = 0; k < y.count; k++)
            if (str_eq(x.items[i], y.items[k])) {
                shared++;
                break;
            }
    buf_free(&x.text);
    buf_free(&y.text);
    return strcasecmp(a, b) == 0 || (least >= 3 && shared * 5 >= least * 4);
}

static void check_two_questions(struct lint *l, const struct lint_facts *f)
{
    if (is_topic(f->problem))
        diags_add(l->diags, SEVERITY_WARNING, f->label, lint_line(f->yaml, "problem"), 1,
                  "say what goes wrong, or what somebody can't do: \"The pump runs but delivers no flow.\"",
                  "`problem` names a topic, not a difficulty");
    if (f->problem[0] != '\0' && repeats(f->problem, f->outcome))
        diags_add(l->diags, SEVERITY_WARNING, f->label, lint_line(f->yaml, "outcome"), 1,
                  "say what the reader can do afterwards", "`outcome` repeats `problem`");
}

/* ---- minutes ---- */

static void check_minutes(struct lint *l, const struct lint_file *f)
{
    static const struct {
        int least, most;
    } range[] = {[FORMAT_REFRESHER] = {1, 2}, [FORMAT_MICRO] = {3, 8}, [FORMAT_COURSE] = {9, MODULE_MINUTES_MOST}};
    const struct module *m = f->module;
    char text[160], todo[160];
    if (m->minutes == 0)
        return;
    if (m->format != FORMAT_NONE && (m->minutes < range[m->format].least || m->minutes > range[m->format].most)) {
        snprintf(text, sizeof text, "%d minutes do not make a %s", m->minutes, module_format_name(m->format));
        snprintf(todo, sizeof todo, "a %s takes %d to %d: change `format` or `minutes`", module_format_name(m->format),
                 range[m->format].least, range[m->format].most);
        warn(l, f, "minutes", todo, text);
    }
    double needed = (double)f->words / WORDS_A_MINUTE + 0.5 * (double)f->questions;
    if (needed > m->minutes) {
        snprintf(text, sizeof text, "%zu words and %zu questions take longer than %d minute%s", f->words, f->questions,
                 m->minutes, m->minutes == 1 ? "" : "s");
        snprintf(todo, sizeof todo, "shorten it, or write minutes: %d", (int)(needed + 0.999));
        warn(l, f, "minutes", todo, text);
    }
}

/* ---- wording ---- */

/* In the facts the bare words; in the text only what speaks of the learning, since protective gloves may well be
 * mandatory. */
static const char *const in_facts[] = {"mandatory", "compulsory", "obligatory", NULL};
static const char *const in_text[] = {"must complete",
                                      "must be completed",
                                      "have to complete",
                                      "required to complete",
                                      "obliged to complete",
                                      "complete this module before",
                                      "prerequisite",
                                      "you must pass the quiz",
                                      "you must pass this",
                                      NULL};
static const char *const duties[] = {"mandatory", "compulsory", "obligatory", "required", NULL};
static const char *const learning[] = {"training", "module", "course", "quiz", "learning", NULL};

/* Phrases begin with a small letter; most places in a text begin none, and are passed over by that. */
static const char *find_any(const char *text, size_t n, const char *const *phrases, size_t *at)
{
    for (; *phrases != NULL; phrases++) {
        size_t k = strlen(*phrases);
        char first = (*phrases)[0];
        for (size_t i = 0; i + k <= n; i++)
            if ((text[i] | ('a' - 'A')) == first && strncasecmp(text + i, *phrases, k) == 0) {
                *at = i;
                return *phrases;
            }
    }
    return NULL;
}

static const char no_duty[] = "offer, don't oblige: people learn what solves their problem";

void lint_duty(struct lint *l, const char *label, size_t line, const char *key, const char *text)
{
    size_t at;
    const char *found = find_any(text, strlen(text), in_facts, &at);
    if (found != NULL)
        diags_add(l->diags, SEVERITY_WARNING, label, line, 1, no_duty, "`%s` says \"%s\"", key, found);
}

/* The last word before at, or the first one from there on; empty at an end of the text. */
static struct str word_beside(const char *text, size_t n, size_t at, bool before)
{
    size_t from = at, to = at;
    if (before) {
        while (to > 0 && !isalpha((unsigned char)text[to - 1]))
            to--;
        for (from = to; from > 0 && isalpha((unsigned char)text[from - 1]);)
            from--;
    } else {
        while (from < n && !isalpha((unsigned char)text[from]))
            from++;
        for (to = from; to < n && isalpha((unsigned char)text[to]);)
            to++;
    }
    return (struct str){text + from, to - from};
}

/* "Mandatory training", "this module is mandatory": what is learnt stands beside the duty. */
static const char *find_duty(const char *text, size_t n, size_t *at)
{
    static const char *const verbs[] = {"is", "are", NULL};
    for (const char *const *duty = duties; *duty != NULL; duty++) {
        const char *const one[] = {*duty, NULL};
        for (size_t from = 0, found; from < n && find_any(text + from, n - from, one, &found) != NULL; from += found + 1) {
            *at = from + found;
            struct str before = word_beside(text, n, *at, true);
            if (is_one_of(before, verbs))
                before = word_beside(text, n, (size_t)(before.p - text), true);
            if (is_one_of(before, learning) || is_one_of(word_beside(text, n, *at + strlen(*duty), false), learning))
                return *duty;
        }
    }
    return NULL;
}

static void check_text(struct lint *l, const struct lint_file *f)
{
    const struct module *m = f->module;
    size_t line = m->body_line, at;
    for (const char *p = m->body.p, *end = p + m->body.n; p < end; line++) {
        const char *lf = memchr(p, '\n', (size_t)(end - p));
        size_t n = lf != NULL ? (size_t)(lf - p) : (size_t)(end - p);
        const char *found = n < 4096 ? find_any(p, n, in_text, &at) : NULL;
        if (found == NULL && n < 4096)
            found = find_duty(p, n, &at);
        if (found != NULL)
            diags_add(l->diags, SEVERITY_WARNING, f->label, line, text_characters(p, at) + 1, no_duty, "the text says \"%s\"", found);
        p += n + 1;
    }
}

void lint_facts_wording(struct lint *l, const struct lint_facts *f)
{
    const char *const facts[][2] = {{"title", f->title}, {"problem", f->problem}, {"outcome", f->outcome}};
    check_two_questions(l, f);
    for (size_t i = 0; i < 3; i++)
        lint_duty(l, f->label, lint_line(f->yaml, facts[i][0]), facts[i][0], facts[i][1]);
}

void lint_wording(struct lint *l, const struct lint_file *f)
{
    const struct module *m = f->module;
    const struct lint_facts facts = {f->label, front_of(m), m->title, m->problem, m->outcome};
    lint_facts_wording(l, &facts);
    check_minutes(l, f);
    check_text(l, f);
}
