/* What a learner types on one line. */
#include "core/base/text.h"
#include "core/quiz/number.h"
#include "core/quiz/response.h"

#include <string.h>
#include <strings.h>
#include <sysexits.h>

static size_t left_count(const struct question *q)
{
    size_t n = 0;
    for (size_t i = 0; i < q->pair_count; i++)
        n += q->pairs[i].left.text[0] != '\0';
    return n;
}

void response_prompt(const struct question *q, struct buf *out)
{
    char last[16];
    switch (q->type) {
    case QUESTION_CHOICE:
        buf_addf(out, "a number from 1 to %zu", q->answer_count);
        break;
    case QUESTION_MULTICHOICE:
        buf_addf(out, "one or more numbers from 1 to %zu, as 1 2, or the word none", q->answer_count);
        break;
    case QUESTION_TRUEFALSE:
        buf_adds(out, "t for true or f for false");
        break;
    case QUESTION_SHORTANSWER:
        buf_adds(out, "a word or a few");
        break;
    case QUESTION_MATCH:
        response_letters(q->choice_count - 1, last, sizeof last);
        buf_addf(out, "a letter from a to %s for each of 1 to %zu, as 1b 2a", last, left_count(q));
        break;
    case QUESTION_NUMERICAL:
        buf_adds(out, "a number, without a unit");
        break;
    case QUESTION_ESSAY:
        buf_adds(out, "your answer in your own words, or press Enter alone");
        break;
    case QUESTION_DESCRIPTION:
        buf_adds(out, "Enter");
        break;
    }
}

static struct response *refuse(const struct question *q, struct error *err, const char *why)
{
    struct buf todo = {0};
    buf_adds(&todo, "type ");
    response_prompt(q, &todo);
    error_set(err, EX_USAGE, "this is no answer", NULL, why, buf_text(&todo));
    buf_free(&todo);
    return NULL;
}

static bool parts_words(char c)
{
    return c == ' ' || c == '\t' || c == ',' || c == ';' || c == '\r' || c == '\n';
}

/* The next word, parted by blanks and commas; false at the end. */
static bool next_word(struct str *rest, struct str *word)
{
    while (rest->n > 0 && parts_words(rest->p[0]))
        *rest = (struct str){rest->p + 1, rest->n - 1};
    size_t n = 0;
    while (n < rest->n && !parts_words(rest->p[n]))
        n++;
    *word = (struct str){rest->p, n};
    *rest = (struct str){rest->p + n, rest->n - n};
    return n > 0;
}

/* Digits at the start of s, as a number from 1 (0: none, or absurdly large). */
static size_t take_number(struct str *s)
{
    size_t value = 0, n = 0;
    while (n < s->n && n < 6 && s->p[n] >= '0' && s->p[n] <= '9')
        value = value * 10 + (size_t)(s->p[n++] - '0');
    *s = (struct str){s->p + n, s->n - n};
    return value;
}

/* Letters at the start of s, as an index; false where none stand there. */
static bool take_letters(struct str *s, size_t *index)
{
    size_t value = 0, n = 0;
    for (; n < s->n && n < 4; n++) {
        char c = s->p[n];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c < 'a' || c > 'z')
            break;
        value = value * 26 + (size_t)(c - 'a') + 1;
    }
    *s = (struct str){s->p + n, s->n - n};
    *index = value - 1;
    return n > 0;
}

static struct response *line_choice(struct arena *a, const struct question *q, const size_t *order, struct str line,
                                    struct error *err)
{
    size_t *picks = arena_array(a, q->answer_count + 1, sizeof *picks);
    if (picks == NULL) {
        error_memory(err);
        return NULL;
    }
    size_t count = 0;
    struct str word;
    bool none = q->type == QUESTION_MULTICHOICE && line.n == 4 && strncasecmp(line.p, "none", 4) == 0;
    while (!none && next_word(&line, &word)) {
        size_t number = take_number(&word);
        if (word.n > 0 || number == 0 || number > q->answer_count)
            return refuse(q, err, "there is no such answer");
        size_t pick = order != NULL ? order[number - 1] : number - 1;
        for (size_t i = 0; i < count; i++)
            if (picks[i] == pick)
                return refuse(q, err, "an answer is named twice");
        picks[count++] = pick;
    }
    if (count == 0 && !none)
        return refuse(q, err, "nothing is chosen");
    if (q->type == QUESTION_CHOICE && count > 1)
        return refuse(q, err, "only one answer can be chosen");
    return response_picks(a, q, picks, count, err);
}

static struct response *line_truth(struct arena *a, const struct question *q, struct str line, struct error *err)
{
    static const char *const words[] = {"true", "t", "yes", "y", "1", "false", "f", "no", "n", "2"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == line.n && strncasecmp(words[i], line.p, line.n) == 0)
            return response_truth(a, q, i < 5, err);
    return refuse(q, err, "it is neither true nor false");
}

/* The pair that is shown under a number (those without a left side are not shown); pair_count where there is none. */
static size_t pair_at(const struct question *q, size_t number)
{
    size_t seen = 0;
    for (size_t i = 0; i < q->pair_count; i++)
        if (q->pairs[i].left.text[0] != '\0' && ++seen == number)
            return i;
    return q->pair_count;
}

/* One word of a matching answer: `2b`, `2=b`, or `b` for the next pair. */
static const char *match_word(const struct question *q, const size_t *order, struct str word, size_t next,
                              long *matches)
{
    bool numbered = word.p[0] >= '0' && word.p[0] <= '9';
    size_t number = numbered ? take_number(&word) : next;
    if (numbered && word.n > 0 && strchr("=-:.", word.p[0]) != NULL)
        word = (struct str){word.p + 1, word.n - 1};
    size_t pair = number > 0 ? pair_at(q, number) : q->pair_count;
    if (pair == q->pair_count)
        return "there is no such left side";
    size_t letter;
    if (!take_letters(&word, &letter) || word.n > 0 || letter >= q->choice_count)
        return "there is no such letter";
    if (matches[pair] != RESPONSE_NONE)
        return "a left side is named twice";
    matches[pair] = (long)(order != NULL ? order[letter] : letter);
    return NULL;
}

static struct response *line_match(struct arena *a, const struct question *q, const size_t *order, struct str line,
                                   struct error *err)
{
    long *matches = arena_array(a, q->pair_count + 1, sizeof *matches);
    if (matches == NULL) {
        error_memory(err);
        return NULL;
    }
    for (size_t i = 0; i < q->pair_count; i++)
        matches[i] = RESPONSE_NONE;
    size_t words = 0;
    struct str word;
    while (next_word(&line, &word)) {
        const char *why = match_word(q, order, word, ++words, matches);
        if (why != NULL)
            return refuse(q, err, why);
    }
    if (words < left_count(q))
        return refuse(q, err, "not every left side has a letter");
    return response_matches(a, q, matches, q->pair_count, err);
}

/* Blanks that part thousands. */
static size_t blank_length(struct str s)
{
    static const char *const blanks[] = {" ", "\t", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89"};
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
        size_t n = strlen(blanks[i]);
        if (s.n >= n && memcmp(s.p, blanks[i], n) == 0)
            return n;
    }
    return 0;
}

/* x10^ or *10** or U+00D7 10^ before an exponent, at the start of s. */
static size_t times_ten_length(struct str s)
{
    static const char *const forms[] = {"x10^", "*10^", "\xC3\x97" "10^", "x10**", "*10**", "\xC3\x97" "10**"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        size_t n = strlen(forms[i]);
        if (s.n > n && memcmp(s.p, forms[i], n) == 0)
            return n;
    }
    return 0;
}

/* A number as Moodle's numerical question reads it (question/type/numerical/questiontype.php, apply_units): blanks go;
 * with a point, or with several commas, commas part thousands and go, else a comma is the point. */
static bool read_number(struct str line, double *value, bool *unit)
{
    char plain[128];
    size_t n = 0, commas = 0;
    bool point = false;
    while (line.n > 0 && n + 1 < sizeof plain) {
        size_t skip = blank_length(line);
        size_t ten = times_ten_length(line);
        if (skip == 0 && ten > 0) {
            plain[n++] = 'e';
            skip = ten;
        } else if (skip == 0 && line.n >= 3 && memcmp(line.p, "\xE2\x88\x92", 3) == 0) {
            plain[n++] = '-'; /* the minus of typographers */
            skip = 3;
        } else if (skip == 0) {
            plain[n++] = line.p[0];
            commas += line.p[0] == ',';
            point |= line.p[0] == '.';
            skip = 1;
        }
        line = (struct str){line.p + skip, line.n - skip};
    }
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (plain[i] == ',' && (point || commas > 1))
            continue;
        plain[kept++] = plain[i] == ',' ? '.' : plain[i];
    }
    size_t taken = number_prefix((struct str){plain, kept}, value);
    *unit = taken > 0 && (taken < kept || line.n > 0);
    return taken > 0 && !*unit;
}

struct response *response_parse_line(struct arena *a, const struct question *q, const size_t *order, const char *text,
                                     struct error *err)
{
    struct str line = str_trim(str_of(text));
    double number;
    bool unit;
    switch (q->type) {
    case QUESTION_CHOICE:
    case QUESTION_MULTICHOICE:
        return line_choice(a, q, order, line, err);
    case QUESTION_TRUEFALSE:
        return line_truth(a, q, line, err);
    case QUESTION_MATCH:
        return line_match(a, q, order, line, err);
    case QUESTION_NUMERICAL:
        if (read_number(line, &number, &unit))
            return response_number(a, q, number, err);
        return refuse(q, err, unit ? "something follows the number" : "it is no number");
    case QUESTION_SHORTANSWER:
    case QUESTION_ESSAY:
        if (line.n == 0)
            return refuse(q, err, "nothing was typed");
        return response_text(a, q, line.p, line.n, err);
    default:
        return response_seen(a, q, err);
    }
}

bool response_parse_judgement(const char *text, double *self, struct error *err)
{
    static const struct {
        const char *word;
        double self;
    } words[] = {{"1", 0},   {"w", 0},        {"wrong", 0}, {"not yet", 0}, {"2", 0.5},   {"p", 0.5},
                 {"partly", 0.5}, {"3", 1}, {"r", 1},     {"right", 1},   {"got it", 1}};
    struct str line = str_trim(str_of(text));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i].word) == line.n && strncasecmp(words[i].word, line.p, line.n) == 0) {
            *self = words[i].self;
            return true;
        }
    }
    return error_set(err, EX_USAGE, "this is no judgement", NULL, NULL, "type 1 (not yet), 2 (partly) or 3 (got it)");
}
