#include "tui/screen/quiz_draw.h"

#include "core/base/clock.h"
#include "tui/screen/notes.h"
#include "tui/screen/quiz_held.h"
#include "tui/screen/reader.h"
#include "tui/screen/sign.h"
#include "tui/taking_words.h"
#include "tui/visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { SLOW_MS = 150 }; /* a disk that took so long last time gets a "saving" beforehand */

static const struct question *question_of(const struct quiz *z)
{
    return run_question(z->taking->run, z->at);
}

/* ---- from question to question ---- */

static void ask_question(struct quiz *z, size_t i)
{
    struct error err;
    z->at = i;
    z->state = QUIZ_ASKING;
    z->after = (struct question_after){0};
    arena_reset(z->arena);
    question_view_reset(&z->view);
    if (!question_edit_start(&z->edit, question_of(z), run_order(z->taking->run, i))) {
        error_memory(&err);
        screens_fail(z->screen.stack, &err);
        screens_pop(z->screen.stack, &z->screen);
    }
    z->shown_ms = clock_monotonic_ms();
    z->unsaved = z->told_open = false;
}

/* The answer was touched: its time goes on from where it stood when it could not be saved. */
static void touched(struct quiz *z)
{
    z->view.follow = true;
    if (z->unsaved)
        z->shown_ms = clock_monotonic_ms() - z->took_ms;
    z->unsaved = z->told_open = false;
}

/* What could not be written: first that it is not saved and which key tries again, as narrow screens cut the rest. An
 * attempt that ended elsewhere meanwhile takes nothing more, however often it is tried. */
static void say_unsaved(struct quiz *z, const char *key, const struct error *err)
{
    struct buf line = {0};
    const char *why = err->why[0] != '\0' ? err->why : err->what;
    if (err->code == EX_USAGE)
        buf_addf(&line, "Not saved: %s. Esc leaves.", why);
    else
        buf_addf(&line, "Not saved, %s tries again: %s", key, why);
    if (err->code != EX_USAGE && err->todo[0] != '\0')
        buf_addf(&line, " (%s)", err->todo);
    screens_say(z->screen.stack, STYLE_ERROR, buf_text(&line));
    buf_free(&line);
}

static void show_result(struct quiz *z)
{
    struct error err;
    if (!taking_finish(z->taking, &err)) {
        z->state = QUIZ_ANSWERED;
        say_unsaved(z, "Enter", &err);
        return;
    }
    if (taking_held(z->taking)) {
        z->state = QUIZ_HELD;
        return;
    }
    if (!quiz_result_fill(&z->result, z->taking)) {
        error_memory(&err);
        screens_fail(z->screen.stack, &err);
        return;
    }
    z->state = QUIZ_RESULT;
}

static void go_on(struct quiz *z)
{
    size_t next = run_next(z->taking->run, z->at);
    if (next < run_count(z->taking->run))
        ask_question(z, next);
    else
        show_result(z);
}

/* What is said after an answer. */
static void tell(struct quiz *z)
{
    z->state = QUIZ_ANSWERED;
    z->after.told = run_options(z->taking->run)->feedback == FEEDBACK_ANSWER;
    z->after.explained = taking_explains(z->taking, z->at);
    buf_clear(&z->section);
    taking_section_words(z->taking, z->at, &z->section);
    z->after.section = z->section.len > 0 ? buf_text(&z->section) : NULL;
    z->view.follow = true;
    if (!z->after.told || question_of(z)->type == QUESTION_DESCRIPTION || question_of(z)->type == QUESTION_ESSAY)
        go_on(z);
}

/* On disk first; what was answered stays on the screen when that fails, and Enter tries again. */
static bool save(struct quiz *z, const struct response *response)
{
    struct error err;
    if (z->save_ms > SLOW_MS && z->taking->recorded) {
        struct terminal *t = screens_terminal(z->screen.stack);
        terminal_puts(t, terminal_rows(t) - 1, 1, terminal_columns(t) - 1, STYLE_DIM, "saving ...");
        terminal_show(t);
    }
    int64_t before = clock_monotonic_ms();
    bool ok = taking_answer(z->taking, z->at, response, z->took_ms, &z->after.grade, &err);
    z->save_ms = clock_monotonic_ms() - before;
    z->unsaved = !ok;
    if (!ok) {
        say_unsaved(z, "Enter", &err);
        return false;
    }
    z->after.response = run_response(z->taking->run, z->at);
    return true;
}

static void say_missing(struct quiz *z, const struct error *err)
{
    screens_say(z->screen.stack, STYLE_DIM, err->todo[0] != '\0' ? err->todo : err->what);
}

/* A letter and Enter is a habit: what is matched in part is handed in by a second Enter alone. */
static bool says_open(struct quiz *z)
{
    size_t open = z->told_open ? 0 : question_edit_open_rows(&z->edit);
    char line[80];
    if (open == 0)
        return false;
    snprintf(line, sizeof line, "%zu open; Enter again hands it in", open);
    screens_say(z->screen.stack, STYLE_DIM, line);
    z->told_open = true;
    z->view.follow = true;
    return true;
}

static void confirm(struct quiz *z)
{
    struct error err;
    if (says_open(z))
        return;
    arena_reset(z->arena);
    struct response *response = question_edit_response(&z->edit, z->arena, &err);
    if (response == NULL) {
        say_missing(z, &err);
        return;
    }
    if (!z->unsaved)
        z->took_ms = clock_monotonic_ms() - z->shown_ms;
    if (question_of(z)->type == QUESTION_ESSAY) {
        z->after = (struct question_after){.response = response, .judging = true, .judgement = JUDGEMENTS};
        z->after.grade.matched = GRADE_NO_MATCH;
        z->state = QUIZ_JUDGING;
        z->view.follow = true;
    } else if (save(z, response)) {
        tell(z);
    }
}

static void judge(struct quiz *z)
{
    static const double worth[JUDGEMENTS] = {0, 0.5, 1};
    struct error err;
    if (z->after.judgement >= JUDGEMENTS) {
        screens_say(z->screen.stack, STYLE_DIM, "1 not yet, 2 partly, 3 got it");
        return;
    }
    struct response *judged = response_judge(z->arena, z->after.response, worth[z->after.judgement], &err);
    if (judged == NULL)
        screens_fail(z->screen.stack, &err);
    else if (save(z, judged)) {
        z->after.judging = false;
        tell(z);
    }
}

static void leave(struct quiz *z)
{
    struct screens *s = z->screen.stack;
    const struct run *run = z->taking->run;
    char said[120] = "";
    bool waits = z->state != QUIZ_RESULT && z->state != QUIZ_HELD && z->taking->recorded && z->taking->kind != TAKING_RECALL;
    if (waits && run_answered(run) == 0)
        snprintf(said, sizeof said, "The quiz waits for you.");
    else if (waits)
        snprintf(said, sizeof said, "The quiz waits for you: %zu of %zu answered, all saved.", run_answered(run),
                 run_scored(run));
    screens_pop(s, &z->screen);
    if (said[0] != '\0')
        screens_say(s, STYLE_DIM, said);
}

/* ---- the section that answers ---- */

static void say_gone(struct quiz *z)
{
    char line[80];
    snprintf(line, sizeof line, "The module is %s.", z->taking->gone);
    screens_say(z->screen.stack, STYLE_DIM, line);
}

static void jump(struct quiz *z)
{
    struct error err;
    size_t i = z->state == QUIZ_RESULT ? quiz_result_selected(&z->result) : z->at;
    const struct content *c;
    const char *anchor;
    if (z->taking->gone != NULL)
        say_gone(z);
    else if (z->state == QUIZ_ASKING || z->state == QUIZ_JUDGING || taking_held(z->taking))
        screens_say(z->screen.stack, STYLE_DIM, taking_held(z->taking) ? "the sections open when the assessment is closed" : "s opens the section once you have answered");
    else if (i == SIZE_MAX || !taking_section(z->taking, i, &c, &anchor))
        screens_say(z->screen.stack, STYLE_DIM, "no section belongs to it");
    else if (!reader_open(z->screen.stack, z->app, c->module->facts.key, anchor, NULL, &err))
        screens_fail(z->screen.stack, &err);
}

/* ---- keys ---- */

static bool typing(const struct quiz *z)
{
    return z->state == QUIZ_ASKING && question_edit_has_box(&z->edit);
}

static enum place quiz_place(const struct screen *s)
{
    const struct quiz *z = (const struct quiz *)s;
    return z->state == QUIZ_RESULT ? PLACE_RESULT : typing(z) ? PLACE_PROMPT : PLACE_QUIZ;
}

static enum keyboard quiz_keyboard(const struct screen *s)
{
    const struct quiz *z = (const struct quiz *)s;
    bool digits = typing(z) && z->edit.question->type == QUESTION_NUMERICAL;
    return !typing(z) ? KEYBOARD_NONE : digits ? KEYBOARD_DIGITS : KEYBOARD_LETTERS;
}

static bool quiz_key(struct screen *s, uint32_t key)
{
    struct quiz *z = (struct quiz *)s;
    if (z->state == QUIZ_JUDGING && key >= '1' && key < '1' + JUDGEMENTS) {
        z->after.judgement = key - '1';
        z->view.follow = true;
        return true;
    }
    if (z->state != QUIZ_ASKING || !question_edit_key(&z->edit, key))
        return false;
    touched(z);
    return true;
}

static void quiz_paste(struct screen *s, const char *text, size_t len)
{
    struct quiz *z = (struct quiz *)s;
    if (!typing(z))
        screens_say(s->stack, STYLE_DIM, "pasted text was left out: there is no box here");
    else if (question_edit_paste(&z->edit, text, len))
        touched(z);
}

static bool result_request(struct quiz *z, enum request q)
{
    struct error err;
    if (quiz_result_request(&z->result, q))
        return true;
    if (z->taking->gone != NULL && (q == REQ_QUIZ || q == REQ_SIGN || q == REQ_NOTE)) {
        say_gone(z);
        return true;
    }
    switch (q) {
    case REQ_RETRY:
        if (taking_retry(z->taking, &err))
            ask_question(z, 0);
        else if (err.code == EX_USAGE)
            say_missing(z, &err);
        else
            say_unsaved(z, "r", &err);
        return true;
    case REQ_QUIZ: {
        if (z->taking->kind == TAKING_BANK || z->taking->kind == TAKING_RECALL)
            return true;
        struct taking *again = taking_quiz(z->app, z->taking->now->module->facts.key, QUIZ_AGAIN, &err);
        if (again == NULL) {
            say_unsaved(z, "a", &err);
            return true;
        }
        taking_close(z->taking);
        z->taking = again;
        ask_question(z, 0);
        return true;
    }
    case REQ_SIGN:
        if (z->taking->now != NULL)
            sign_open(z->screen.stack, z->app, z->taking->now->module->facts.key);
        return true;
    case REQ_NOTE: {
        size_t i = quiz_result_selected(&z->result);
        const struct content *c;
        const char *anchor;
        if (i != SIZE_MAX && taking_section(z->taking, i, &c, &anchor))
            note_ask(z->screen.stack, z->app, &c->subject, anchor);
        return true;
    }
    case REQ_OPEN:
        jump(z);
        return true;
    default:
        return false;
    }
}

static bool answered_request(struct quiz *z, enum request q)
{
    if (q == REQ_UP || q == REQ_DOWN) {
        question_view_scroll(&z->view, q == REQ_UP ? -1 : 1);
        return true;
    }
    if (q != REQ_OPEN && q != REQ_SELECT)
        return false;
    if (q == REQ_OPEN || !question_view_scroll(&z->view, (long)z->view.height - 1))
        go_on(z);
    return true;
}

static bool judging_request(struct quiz *z, enum request q)
{
    size_t *j = &z->after.judgement;
    if (q == REQ_UP)
        *j = *j == JUDGEMENTS ? JUDGEMENTS - 1 : *j > 0 ? *j - 1 : 0;
    else if (q == REQ_DOWN)
        *j = *j == JUDGEMENTS ? 0 : *j + 1 < JUDGEMENTS ? *j + 1 : *j;
    else if (q == REQ_OPEN)
        judge(z);
    else
        return false;
    z->view.follow = true;
    return true;
}

static bool asking_request(struct quiz *z, enum request q)
{
    bool goes_on = q == REQ_OPEN || (q == REQ_SELECT && question_of(z)->type == QUESTION_DESCRIPTION);
    if (goes_on) {
        confirm(z);
        return true;
    }
    if (question_edit_request(&z->edit, q)) {
        touched(z);
        return true;
    }
    if (q == REQ_UP || q == REQ_DOWN)
        question_view_scroll(&z->view, q == REQ_UP ? -1 : 1);
    return q == REQ_UP || q == REQ_DOWN;
}

static bool quiz_request(struct screen *s, enum request q)
{
    struct quiz *z = (struct quiz *)s;
    if (q == REQ_BACK) {
        leave(z);
        return true;
    }
    if (q == REQ_JUMP && z->state != QUIZ_HELD) {
        jump(z);
        return true;
    }
    if (z->state == QUIZ_HELD)
        return false;
    if (z->state == QUIZ_RESULT)
        return result_request(z, q);
    if (q == REQ_PAGE_UP || q == REQ_PAGE_DOWN) {
        long page = z->view.height > 1 ? (long)z->view.height - 1 : 1;
        question_view_scroll(&z->view, q == REQ_PAGE_UP ? -page : page);
        return true;
    }
    switch (z->state) {
    case QUIZ_ASKING:
        return asking_request(z, q);
    case QUIZ_JUDGING:
        return judging_request(z, q);
    default:
        return answered_request(z, q);
    }
}

static void quiz_mouse(struct screen *s, int y, int x, int wheel)
{
    struct quiz *z = (struct quiz *)s;
    if (z->state == QUIZ_HELD)
        return;
    if (z->state == QUIZ_RESULT) {
        quiz_result_mouse(&z->result, y, x, wheel);
        return;
    }
    if (wheel != 0) {
        question_view_scroll(&z->view, wheel);
        return;
    }
    bool right;
    size_t option = question_view_option(&z->view, y, x, screens_terminal(s->stack), &right);
    if (option == SIZE_MAX)
        return;
    if (z->state == QUIZ_ASKING && right)
        question_edit_click_right(&z->edit, option);
    else if (z->state == QUIZ_ASKING)
        question_edit_click(&z->edit, option);
    else if (z->state == QUIZ_JUDGING && option < JUDGEMENTS)
        z->after.judgement = option;
}

/* The trainer closed it: what was answered is handed in, and told. */
static void quiz_changed(struct screen *s)
{
    struct quiz *z = (struct quiz *)s;
    if (z->taking->room == 0 || z->state == QUIZ_RESULT || taking_held(z->taking))
        return;
    taking_release(z->taking);
    show_result(z);
    if (z->state == QUIZ_RESULT)
        screens_say(s->stack, STYLE_DIM, "The assessment is closed.");
}

static void quiz_close(struct screen *s)
{
    struct quiz *z = (struct quiz *)s;
    question_edit_free(&z->edit);
    question_view_free(&z->view);
    quiz_result_free(&z->result);
    buf_free(&z->section);
    arena_close(z->arena);
    taking_close(z->taking);
    free(z);
}

static const struct screen_ops quiz_ops = {
    .name = "quiz",
    .place = quiz_place,
    .keyboard = quiz_keyboard,
    .draw = quiz_draw,
    .key = quiz_key,
    .request = quiz_request,
    .paste = quiz_paste,
    .mouse = quiz_mouse,
    .changed = quiz_changed,
    .close = quiz_close,
};

/* ---- opening ---- */

bool quiz_open_taking(struct screens *s, struct app *app, struct taking *taking, struct error *err)
{
    struct quiz *z = taking != NULL ? calloc(1, sizeof *z) : NULL;
    if (z == NULL || (z->arena = arena_open()) == NULL) {
        if (taking != NULL)
            error_memory(err);
        free(z);
        taking_close(taking);
        return false;
    }
    z->screen.ops = &quiz_ops;
    z->app = app;
    z->taking = taking;
    screens_push(s, &z->screen);
    size_t first = run_next(taking->run, 0);
    if (taking->resumed && run_answered(taking->run) > 0 && first < run_count(taking->run)) {
        char said[160];
        bool narrow = terminal_columns(screens_terminal(s)) < 60, gone = taking->gone != NULL;
        snprintf(said, sizeof said, "You go on%s: %zu of %zu answered.%s%s%s", narrow || gone ? "" : " where you stopped",
                 run_answered(taking->run), run_scored(taking->run), gone ? " The module is " : "", gone ? taking->gone : "",
                 gone ? "." : "");
        screens_say(s, STYLE_DIM, said);
    }
    /* An attempt that was cut off between its last answer and its result has nothing left to ask. */
    if (first < run_count(taking->run))
        ask_question(z, first);
    else
        show_result(z);
    return true;
}
