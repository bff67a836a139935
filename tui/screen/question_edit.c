#include "tui/screen/question_edit.h"

#include "core/base/text.h"
#include "tui/screen/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

void question_edit_free(struct question_edit *e)
{
    free(e->chosen);
    free(e->matches);
    free(e->lefts);
    prompt_free(&e->box);
    *e = (struct question_edit){0};
}

bool question_edit_start(struct question_edit *e, const struct question *q, const size_t *order)
{
    question_edit_free(e);
    e->question = q;
    e->order = order;
    e->options = question_option_count(q);
    e->chosen = calloc(e->options + 1, sizeof *e->chosen);
    e->matches = calloc(q->pair_count + 1, sizeof *e->matches);
    e->lefts = calloc(q->pair_count + 1, sizeof *e->lefts);
    if (e->chosen == NULL || e->matches == NULL || e->lefts == NULL) {
        question_edit_free(e);
        return false;
    }
    e->rows = q->type == QUESTION_MATCH ? 0 : e->options;
    for (size_t i = 0; i < q->pair_count; i++) {
        e->matches[i] = RESPONSE_NONE;
        if (q->pairs[i].left.text[0] != '\0')
            e->lefts[e->rows++] = i;
    }
    return true;
}

bool question_edit_has_box(const struct question_edit *e)
{
    switch (e->question->type) {
    case QUESTION_SHORTANSWER:
    case QUESTION_NUMERICAL:
    case QUESTION_ESSAY:
        return true;
    default:
        return false;
    }
}

bool question_edit_any(const struct question_edit *e)
{
    for (size_t i = 0; i < e->options; i++)
        if (e->chosen[i])
            return true;
    return false;
}

static void choose(struct question_edit *e, size_t option, bool toggle)
{
    if (option >= e->options)
        return;
    e->at = option;
    if (e->question->type == QUESTION_MULTICHOICE) {
        e->chosen[option] = toggle ? !e->chosen[option] : true;
        return;
    }
    memset(e->chosen, 0, e->options * sizeof *e->chosen);
    e->chosen[option] = true;
}

/* The next row that has no right side yet; the same one where all have. */
static size_t next_open(const struct question_edit *e)
{
    for (size_t i = 1; i < e->rows; i++) {
        size_t row = (e->at + i) % e->rows;
        if (e->matches[e->lefts[row]] == RESPONSE_NONE)
            return row;
    }
    return e->at;
}

size_t question_edit_open_rows(struct question_edit *e)
{
    size_t open = 0, first = e->at;
    for (size_t i = e->rows; e->question->type == QUESTION_MATCH && i > 0; i--)
        if (e->matches[e->lefts[i - 1]] == RESPONSE_NONE) {
            open++;
            first = i - 1;
        }
    if (open == 0 || open == e->rows)
        return 0;
    e->at = first;
    return open;
}

static bool match(struct question_edit *e, size_t right)
{
    if (e->rows == 0 || right >= e->options)
        return false;
    e->matches[e->lefts[e->at]] = (long)right;
    e->at = next_open(e);
    return true;
}

static bool match_letter(struct question_edit *e, uint32_t key)
{
    return match(e, key >= 'a' && key <= 'z' ? key - 'a' : key >= 'A' && key <= 'Z' ? key - 'A' : SIZE_MAX);
}

static bool match_key(struct question_edit *e, uint32_t key)
{
    if (key >= '1' && key <= '9' && key - '1' < e->rows) {
        e->at = key - '1';
        return true;
    }
    if ((key == K_BACKSPACE || key == K_DELETE || key == '-') && e->rows > 0) {
        e->matches[e->lefts[e->at]] = RESPONSE_NONE;
        return true;
    }
    return match_letter(e, key);
}

bool question_edit_key(struct question_edit *e, uint32_t key)
{
    bool changed;
    if (question_edit_has_box(e))
        return prompt_key(&e->box, key, &changed);
    if (e->question->type == QUESTION_MATCH)
        return match_key(e, key);
    if (key >= '1' && key <= '9' && key - '1' < e->options) {
        choose(e, key - '1', true);
        return true;
    }
    if (e->question->type == QUESTION_TRUEFALSE && (key == 't' || key == 'f')) {
        choose(e, key == 'f', true);
        return true;
    }
    return false;
}

/* The right side after or before that of this row; none stands between the last and the first. */
static void turn(struct question_edit *e, bool forward)
{
    long *m = &e->matches[e->lefts[e->at]];
    long last = (long)e->options - 1;
    if (forward)
        *m = *m == last ? RESPONSE_NONE : *m + 1;
    else
        *m = *m == RESPONSE_NONE ? last : *m - 1;
}

/* Where one option alone can be chosen, moving chooses: what is marked is what Enter gives. Nothing is marked at first,
 * so that an Enter too many answers nothing. */
static void move(struct question_edit *e, enum request r)
{
    bool single = e->question->type == QUESTION_CHOICE || e->question->type == QUESTION_TRUEFALSE;
    bool first = single && !question_edit_any(e);
    if (r == REQ_TOP || (first && r == REQ_DOWN))
        e->at = 0;
    else if (r == REQ_BOTTOM || (first && r == REQ_UP))
        e->at = e->rows - 1;
    else if (r == REQ_UP)
        e->at -= e->at > 0;
    else
        e->at += e->at + 1 < e->rows;
    if (single)
        choose(e, e->at, false);
}

bool question_edit_request(struct question_edit *e, enum request r)
{
    if (e->rows == 0)
        return false;
    bool matching = e->question->type == QUESTION_MATCH;
    switch (r) {
    case REQ_UP:
    case REQ_DOWN:
    case REQ_TOP:
    case REQ_BOTTOM:
        move(e, r);
        return true;
    case REQ_LEFT:
    case REQ_RIGHT:
        if (matching)
            turn(e, r == REQ_RIGHT);
        return matching;
    case REQ_SELECT:
        if (matching)
            turn(e, true);
        else
            choose(e, e->at, true);
        return true;
    default:
        return false;
    }
}

void question_edit_click(struct question_edit *e, size_t row)
{
    if (row >= e->rows)
        return;
    if (e->question->type == QUESTION_MATCH)
        e->at = row;
    else
        choose(e, row, true);
}

void question_edit_click_right(struct question_edit *e, size_t right)
{
    if (e->question->type == QUESTION_MATCH)
        match(e, right);
}

bool question_edit_paste(struct question_edit *e, const char *text, size_t len)
{
    return question_edit_has_box(e) && prompt_paste(&e->box, text, len);
}

/* ---- the response ---- */

static size_t source_of(const struct question_edit *e, size_t shown)
{
    return e->order != NULL ? e->order[shown] : shown;
}

size_t question_edit_option_of(const struct question_edit *e, const struct question_text *feedback)
{
    for (size_t i = 0; i < e->options && e->question->answer_count == e->options; i++)
        if (&e->question->answers[source_of(e, i)].feedback == feedback)
            return i;
    return SIZE_MAX;
}

static struct response *choice_response(const struct question_edit *e, struct arena *a, struct error *err)
{
    size_t *picks = arena_array(a, e->options + 1, sizeof *picks), count = 0;
    if (picks == NULL) {
        error_memory(err);
        return NULL;
    }
    for (size_t i = 0; i < e->options; i++)
        if (e->chosen[i])
            picks[count++] = source_of(e, i);
    return response_picks(a, e->question, picks, count, err);
}

static struct response *match_response(const struct question_edit *e, struct arena *a, struct error *err)
{
    size_t n = e->question->pair_count, open = 0;
    long *matches = arena_array(a, n + 1, sizeof *matches);
    if (matches == NULL) {
        error_memory(err);
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        matches[i] = e->matches[i] == RESPONSE_NONE ? RESPONSE_NONE : (long)source_of(e, (size_t)e->matches[i]);
    for (size_t i = 0; i < e->rows; i++)
        open += e->matches[e->lefts[i]] == RESPONSE_NONE;
    if (open == e->rows && open > 0) {
        error_set(err, EX_USAGE, "nothing is matched yet", NULL, NULL, "type the letter that belongs to the marked line");
        return NULL;
    }
    return response_matches(a, e->question, matches, n, err);
}

struct response *question_edit_response(const struct question_edit *e, struct arena *a, struct error *err)
{
    const struct question *q = e->question;
    struct str typed = str_trim((struct str){buf_text(&e->box.text), e->box.text.len});
    if (e->options > 0 && q->type != QUESTION_MATCH && !question_edit_any(e)) {
        error_set(err, EX_USAGE, "nothing is chosen yet", NULL, NULL,
                  q->type == QUESTION_MULTICHOICE ? "numbers or Space choose, Enter confirms"
                                                  : "numbers or arrows choose, Enter confirms");
        return NULL;
    }
    switch (q->type) {
    case QUESTION_CHOICE:
    case QUESTION_MULTICHOICE:
        return choice_response(e, a, err);
    case QUESTION_TRUEFALSE:
        return response_truth(a, q, e->chosen[0], err);
    case QUESTION_MATCH:
        return match_response(e, a, err);
    case QUESTION_ESSAY:
        /* Who thought it through without writing it down has answered too. */
        return typed.n > 0 ? response_text(a, q, typed.p, typed.n, err) : response_text(a, q, "-", 1, err);
    case QUESTION_DESCRIPTION:
        return response_seen(a, q, err);
    default:
        return response_parse_line(a, q, e->order, buf_text(&e->box.text), err);
    }
}
