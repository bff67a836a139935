#define PCRE2_CODE_UNIT_WIDTH 8
#include "core/library/code_word.h"
#include "core/library/lint_private.h"

#include <pcre2.h>
#include <string.h>

enum { DEEPEST = 64 };

/* Is there an unbounded quantifier at s: `*`, `+`, `{3,}`? *n takes its length. */
static bool unbounded(const char *s, size_t *n)
{
    *n = 1;
    if (*s == '*' || *s == '+')
        return true;
    if (*s != '{')
        return false;
    size_t digits = strspn(s + 1, "0123456789");
    if (digits == 0 || s[1 + digits] != ',' || s[2 + digits] != '}')
        return false;
    *n = digits + 3;
    return true;
}

/* The end of a character class that begins at s. */
static const char *after_class(const char *s)
{
    s++;
    if (*s == '^')
        s++;
    if (*s == ']')
        s++;
    while (*s != '\0' && *s != ']')
        s += *s == '\\' && s[1] != '\0' ? 2 : 1;
    return *s != '\0' ? s + 1 : s;
}

/* Does a repeated group hold a repetition, as in (a+)+ or (a|b*)*? Such a pattern may try exponentially many ways on a
 * line that almost fits. A possessive or atomic one can't, and is let through. */
static bool can_explode(const char *s)
{
    bool repeats[DEEPEST] = {false}, atomic[DEEPEST] = {false};
    size_t depth = 0;
    while (*s != '\0') {
        size_t n = 1;
        if (*s == '\\') {
            n = s[1] != '\0' ? 2 : 1;
        } else if (*s == '[') {
            n = (size_t)(after_class(s) - s);
        } else if (*s == '(') {
            if (++depth == DEEPEST)
                return true;
            repeats[depth] = false;
            atomic[depth] = strncmp(s, "(?>", 3) == 0;
        } else if (*s == ')' && depth > 0) {
            size_t k;
            bool again = unbounded(s + 1, &k) && s[1 + k] != '+';
            if (again && repeats[depth] && !atomic[depth])
                return true;
            bool held = repeats[depth] && !atomic[depth];
            depth--;
            repeats[depth] = repeats[depth] || held || again;
        } else if (unbounded(s, &n)) {
            if (s[n] == '+')
                n++;
            else
                repeats[depth] = true;
        }
        s += n;
    }
    return false;
}

static bool fits_nothing(const pcre2_code *code)
{
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
    bool fits = data != NULL && pcre2_match(code, (PCRE2_SPTR) "", 0, 0, 0, data, NULL) >= 0;
    pcre2_match_data_free(data);
    return fits;
}

static void check(struct lint *l, const struct lint_file *f, const struct trigger *t)
{
    int error;
    size_t at;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)t->pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF, &error, &at, NULL);
    if (code == NULL) {
        char why[128] = "";
        pcre2_get_error_message(error, (PCRE2_UCHAR *)why, sizeof why);
        diags_add(l->diags, SEVERITY_ERROR, f->label, t->line, t->column, "see pcre2pattern(3); quote it with '...'",
                  "the output pattern does not compile: %s (at its character %zu)", why, at + 1);
        return;
    }
    if (fits_nothing(code))
        diags_add(l->diags, SEVERITY_WARNING, f->label, t->line, t->column, "make it name something",
                  "the output pattern fits every line");
    if (can_explode(t->pattern))
        diags_add(l->diags, SEVERITY_WARNING, f->label, t->line, t->column,
                  "repeat only one of the two, or make the inner one possessive (`++`)",
                  "the output pattern repeats a repetition: it may take for ever on some lines");
    pcre2_code_free(code);
}

static void check_code(struct lint *l, const struct lint_file *f, const struct trigger *t)
{
    const char *why = code_word_ignored(t->pattern);
    if (why != NULL)
        diags_add(l->diags, SEVERITY_WARNING, f->label, t->line, t->column, "for logs write an `output:` trigger with more of the line",
                  "the code `%s` is found by who asks for it, never in logs and command lines: %s", t->pattern, why);
}

void lint_patterns(struct lint *l, const struct lint_file *f)
{
    for (size_t i = 0; i < f->module->trigger_count; i++) {
        const struct trigger *t = &f->module->triggers[i];
        if (t->kind == TRIGGER_OUTPUT)
            check(l, f, t);
        else if (t->kind == TRIGGER_CODE)
            check_code(l, f, t);
    }
}
