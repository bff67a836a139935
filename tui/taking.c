#include "tui/taking_private.h"

#include "core/quiz/gift.h"
#include "core/record/recall.h"
#include "tui/hints.h"
#include "tui/left.h"
#include "tui/session.h"
#include "tui/visit.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { BANK_MOST_BYTES = 16 << 20 };

uint64_t taking_seed(void)
{
    uint64_t seed;
    randombytes_buf(&seed, sizeof seed);
    return seed;
}

struct taking *taking_begin(struct app *app, enum taking_kind kind, size_t contents, struct error *err)
{
    struct taking *t = calloc(1, sizeof *t);
    if (t == NULL || (t->arena = arena_open()) == NULL ||
        (t->contents = arena_array(t->arena, contents + 1, sizeof *t->contents)) == NULL) {
        taking_close(t);
        error_memory(err);
        return NULL;
    }
    if (!event_crypto_ready(err)) {
        taking_close(t);
        return NULL;
    }
    t->app = app;
    t->kind = kind;
    return t;
}

void taking_close(struct taking *t)
{
    if (t == NULL)
        return;
    run_close(t->run);
    for (size_t i = t->content_count; i > 0; i--) /* a pinned text borrows from the one before it */
        content_close(t->contents[i - 1]);
    arena_close(t->arena);
    free(t);
}

/* ---- a module's quiz ---- */

static bool open_run(struct taking *t, const struct question_list *list, uint64_t seed, struct error *err)
{
    const struct quiz_settings *quiz = &t->pinned->module->quiz;
    struct run_options options = {
        .seed = seed, .shuffle = quiz->shuffle, .pass = quiz->pass, .feedback = taking_held(t) ? FEEDBACK_NONE : quiz->feedback};
    struct run *run = run_open(list, &options, err);
    if (run == NULL)
        return false;
    run_close(t->run);
    t->run = run;
    return true;
}

/* The questions with these ids, in that order; those that are not in the content are left out. */
static bool pick(struct taking *t, const char *const *ids, size_t count, struct question_list *list, struct error *err)
{
    list->count = 0;
    list->items = arena_array(t->arena, count + 1, sizeof *list->items);
    if (list->items == NULL)
        return error_memory(err);
    const struct question_list *all = &t->pinned->questions;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < all->count; k++)
            if (strcmp(all->items[k]->id, ids[i]) == 0) {
                list->items[list->count++] = all->items[k];
                break;
            }
    return true;
}

static const char *quiz_revision(struct taking *t)
{
    struct buf all = {0};
    for (size_t i = 0; i < t->pinned->questions.count; i++)
        buf_addf(&all, "%s\n", t->pinned->questions.items[i]->revision);
    const char *hash = buf_ok(&all) ? question_hash(t->arena, "crib-quiz-1", buf_text(&all), all.len) : NULL;
    buf_free(&all);
    return hash;
}

/* Tells the record of a new attempt over `run`. */
static bool start(struct taking *t, const struct run *run, enum attempt_purpose purpose, struct error *err)
{
    struct record *record = app_record(t->app, err);
    if (record == NULL)
        return false;
    struct buf pin = {0};
    content_pin(t->pinned, &pin);
    size_t count = run_count(run);
    const char **ids = arena_array(t->arena, count + 1, sizeof *ids);
    t->pin = buf_ok(&pin) ? question_hash(t->arena, "crib-pin-1", buf_text(&pin), pin.len) : NULL;
    struct attempt_start s = {
        .purpose = purpose,
        .content = buf_text(&pin),
        .content_len = pin.len,
        .content_hash = t->pin,
        .quiz_revision = quiz_revision(t),
        .feedback = feedback_policy_name(run_options(run)->feedback),
        .seed = run_options(run)->seed,
        .pass_mark = (int64_t)run_options(run)->pass,
        .questions = ids,
        .question_count = count,
    };
    bool ok = ids != NULL && t->pin != NULL && s.quiz_revision != NULL;
    for (size_t i = 0; ok && i < count; i++)
        ids[i] = run_question(run, i)->id;
    ok = ok ? record_attempt_start(record, t->app->learner, &t->now->subject, &s, &t->attempt, err) : error_memory(err);
    buf_free(&pin);
    return ok;
}

static bool start_new(struct taking *t, struct error *err)
{
    t->resumed = false;
    return open_run(t, &t->pinned->questions, taking_seed(), err) &&
           (!t->recorded || start(t, t->run, ATTEMPT_QUIZ, err));
}

/* Takes the text that the attempt was started on. false where it is not kept. */
static bool take_pinned(struct taking *t, const struct attempt *attempt, struct error *err)
{
    struct record *record = app_record(t->app, err);
    const char *bytes = NULL;
    size_t len = 0;
    t->pin = attempt->content_hash;
    if (t->gone != NULL)
        return true; /* it is all that there is */
    if (record == NULL || !record_content(record, t->arena, attempt->content_hash, &bytes, &len, err))
        return false;
    if (bytes == NULL)
        return error_set(err, EX_DATAERR, "the text of this attempt is not kept", t->now->address, NULL, "begin anew: `crib quiz WHAT --again`");
    struct content *pinned = content_open_pinned(t->now, bytes, len, err);
    if (pinned == NULL)
        return false;
    t->contents[t->content_count++] = pinned;
    t->pinned = pinned;
    return true;
}

/* The run of an attempt as it stood, with its answers. */
static bool restore(struct taking *t, const struct attempt *attempt, struct error *err)
{
    struct question_list list;
    if (!take_pinned(t, attempt, err) || !pick(t, attempt->questions, attempt->question_count, &list, err) ||
        !open_run(t, &list, attempt->seed, err))
        return false;
    for (size_t i = 0; i < attempt->answer_count; i++) {
        const struct attempt_answer *a = &attempt->answers[i];
        /* An answer that can't be read again is asked for again. */
        (void)run_restore(t->run, a->question, a->response, a->fraction, err);
    }
    t->kind = attempt->purpose == ATTEMPT_RETRY ? TAKING_RETRY : TAKING_QUIZ;
    return run_count(t->run) > 0 || error_set(err, EX_DATAERR, "no question of this attempt is left", NULL, NULL, "begin anew: `crib quiz WHAT --again`");
}

static bool take_last(struct taking *t, struct record *record, struct error *err)
{
    const struct attempt *attempt = NULL;
    if (!record_attempt_last(record, t->arena, t->app->learner, t->now->address, &attempt, err))
        return false;
    t->finished = true;
    return attempt != NULL ? restore(t, attempt, err)
                           : error_set(err, EX_NOINPUT, "there is no result", t->title, "no quiz of it was finished here", "take it first");
}

/* Outside of the session its answers would be judged while others are still asked. */
static bool kept_by_session(struct taking *t, const struct attempt *attempt, struct error *err)
{
    char code[ROOM_CODE + 1], words[8];
    if (!session_keeps(t->app, attempt, code))
        return false;
    session_code_words(code, words);
    error_set(err, EX_TEMPFAIL, "this quiz goes on in its live session", t->title, NULL,
              code[0] != '\0' ? arena_printf(t->arena, "join that again: %s", words) : "join that again, by its trainer's code");
    return true;
}

static bool take(struct taking *t, enum quiz_way way, struct error *err)
{
    const struct attempt *attempt = NULL;
    struct record *record = t->recorded ? app_record(t->app, err) : NULL;
    if (t->recorded && record == NULL)
        return false;
    if (record != NULL && way == QUIZ_TAKE &&
        !record_attempt_unfinished(record, t->arena, t->app->learner, t->now->address, &attempt, err))
        return false;
    if (way == QUIZ_LAST)
        return record != NULL && take_last(t, record, err);
    if (attempt != NULL && taking_signs(t) && strcmp(attempt->revision, t->now->revision) != 0)
        attempt = NULL; /* nobody can sign for a text that is another one by now */
    if (attempt != NULL && t->room == 0 && kept_by_session(t, attempt, err))
        return false;
    if (attempt != NULL && restore(t, attempt, err)) {
        t->attempt = attempt->id;
        t->resumed = true;
        return record_attempt_resume(record, &t->attempt, &t->now->subject, err);
    }
    if (way == QUIZ_MISSED && taking_signs(t))
        return error_set(err, EX_USAGE, "the missed ones are not told", t->title, "the quiz is for a sign-off", "take the whole quiz");
    if (way != QUIZ_MISSED) {
        t->kind = TAKING_QUIZ;
        t->pinned = t->now;
        return start_new(t, err);
    }
    if (record != NULL &&
        !record_attempt_last(record, t->arena, t->app->learner, t->now->address, &attempt, err))
        return false;
    if (attempt == NULL)
        return error_set(err, EX_NOINPUT, "nothing was missed", t->title, "no quiz of it was finished here", "take it first");
    if (!restore(t, attempt, err))
        return false;
    t->finished = true;
    return taking_retry(t, err);
}

struct taking *taking_quiz(struct app *app, int64_t key, enum quiz_way way, struct error *err)
{
    return taking_assessment(app, key, way, 0, err);
}

struct taking *taking_assessment(struct app *app, int64_t key, enum quiz_way way, int64_t room, struct error *err)
{
    struct taking *t = taking_begin(app, TAKING_QUIZ, 2, err);
    struct content *now = t != NULL ? content_open(app, key, err) : NULL;
    if (now == NULL) {
        taking_close(t);
        return NULL;
    }
    t->contents[t->content_count++] = t->now = t->pinned = now;
    t->title = now->module->facts.title;
    t->recorded = visit_kept(app);
    t->room = room;
    bool ok = now->questions.count > 0 ||
              error_set(err, EX_NOINPUT, "there is no quiz", t->title, "it has no questions", "reading it is all that it asks");
    if (!ok || !take(t, way, err)) {
        taking_close(t);
        return NULL;
    }
    return t;
}

static bool take_gone(struct taking *t, const char *address, struct error *err)
{
    const struct attempt *attempt = NULL;
    struct record *record = app_record(t->app, err);
    if (record == NULL || !record_attempt_unfinished(record, t->arena, t->app->learner, address, &attempt, err))
        return false;
    if (attempt == NULL)
        return error_set(err, EX_NOINPUT, "nothing was left half-way", address, "it was finished meanwhile", NULL);
    t->now = left_content(record, attempt, err);
    if (t->now == NULL)
        return false;
    t->contents[t->content_count++] = t->pinned = t->now;
    t->title = t->now->module->facts.title;
    if (!restore(t, attempt, err))
        return false;
    t->attempt = attempt->id;
    t->resumed = true;
    return record_attempt_resume(record, &t->attempt, &t->now->subject, err);
}

struct taking *taking_left(struct app *app, const struct left_quiz *left, struct error *err)
{
    if (left->gone == NULL)
        return taking_quiz(app, left->key, QUIZ_TAKE, err);
    struct taking *t = taking_begin(app, TAKING_QUIZ, 1, err);
    if (t == NULL)
        return NULL;
    t->gone = left->gone;
    t->recorded = true;
    if (!take_gone(t, left->address, err)) {
        taking_close(t);
        return NULL;
    }
    return t;
}

/* ---- a bare bank ---- */

struct taking *taking_bank(struct app *app, const char *path, struct diags *diags, struct error *err)
{
    struct taking *t = taking_begin(app, TAKING_BANK, 0, err);
    if (t == NULL)
        return NULL;
    struct buf bytes = {0};
    struct question_list list = {0};
    const char *slash = strrchr(path, '/');
    t->title = arena_strdup(t->arena, slash != NULL ? slash + 1 : path);
    bool ok = file_read(path, BANK_MOST_BYTES, &bytes, err);
    if (ok && (t->title == NULL || !gift_parse(t->arena, diags, path, buf_text(&bytes), bytes.len, 1, &list)))
        ok = error_memory(err);
    if (ok && list.count == 0)
        ok = error_set(err, EX_DATAERR, "no question can be asked", path, "none was found in it", "see crib-module(5)");
    struct run_options options = {.seed = taking_seed(), .pass = 80, .feedback = FEEDBACK_ANSWER};
    if (ok)
        t->run = run_open(&list, &options, err);
    buf_free(&bytes);
    if (t->run == NULL) {
        taking_close(t);
        return NULL;
    }
    return t;
}

/* ---- answering ---- */

static const struct content *content_with(const struct taking *t, const struct question *q)
{
    for (size_t i = 0; i < t->content_count; i++)
        for (size_t k = 0; k < t->contents[i]->questions.count; k++)
            if (t->contents[i]->questions.items[k] == q)
                return t->contents[i];
    return NULL;
}

static bool keep_recall(struct taking *t, const struct question *q, const struct given *given, struct error *err)
{
    struct record *record = app_record(t->app, err);
    const struct content *c = content_with(t, q);
    if (record == NULL || c == NULL)
        return false;
    struct buf pin = {0};
    content_pin(c, &pin);
    const char *hash = buf_ok(&pin) ? question_hash(t->arena, "crib-pin-1", buf_text(&pin), pin.len) : NULL;
    bool ok = hash != NULL ? record_recall_answer(record, t->app->learner, &c->subject, given, buf_text(&pin), pin.len,
                                                  hash, err)
                           : error_memory(err);
    buf_free(&pin);
    return ok;
}

static bool keep(struct taking *t, const struct question *q, const struct response *response, double fraction,
                 int64_t ms, struct error *err)
{
    if (!t->recorded || (t->kind == TAKING_RECALL && !question_scored(q)))
        return true;
    struct buf encoded = {0};
    response_encode(response, &encoded);
    struct given given = {
        .question = q->id,
        .question_revision = q->revision,
        .type = question_type_name(q->type),
        .response = buf_text(&encoded),
        .fraction = fraction,
        .ms = ms,
    };
    bool ok = buf_ok(&encoded) || error_memory(err);
    if (ok && t->kind == TAKING_RECALL) {
        ok = keep_recall(t, q, &given, err);
    } else if (ok) {
        struct record *record = app_record(t->app, err);
        ok = record != NULL && record_answer(record, &t->attempt, &given, err);
    }
    buf_free(&encoded);
    return ok;
}

bool taking_answer(struct taking *t, size_t i, const struct response *response, int64_t ms, struct grade *g,
                   struct error *err)
{
    const struct question *q = run_question(t->run, i);
    struct grade graded;
    if (!grade(q, response, &graded))
        return error_memory(err);
    if (!keep(t, q, response, graded.fraction, ms, err) || !run_answer(t->run, i, response, &graded, err))
        return false;
    if (g != NULL)
        *g = graded;
    return true;
}

bool taking_finish(struct taking *t, struct error *err)
{
    if (t->finished)
        return true;
    if (t->recorded && t->kind != TAKING_RECALL) {
        struct record *record = app_record(t->app, err);
        if (record == NULL || !record_attempt_finish(record, &t->attempt, &t->now->subject, run_score(t->run),
                                                     run_passed(t->run), err))
            return false;
        if (run_passed(t->run))
            hints_move(t->app); /* a prompt beside this hub must not offer it */
    }
    t->finished = true;
    return true;
}

bool taking_signs(const struct taking *t)
{
    return t->now != NULL && t->now->module->facts.sign_off;
}

bool taking_held(const struct taking *t)
{
    return t->room != 0 && session_held(t->app, t->room);
}

void taking_release(struct taking *t)
{
    if (!taking_signs(t))
        run_set_feedback(t->run, FEEDBACK_ANSWER);
}

bool taking_tells(const struct taking *t)
{
    return !taking_signs(t) || run_passed(t->run);
}

bool taking_explains(const struct taking *t, size_t i)
{
    const struct content *c = t->kind == TAKING_RECALL ? content_with(t, run_question(t->run, i)) : NULL;
    return c == NULL || !c->module->facts.sign_off;
}

bool taking_repeats(const struct taking *t)
{
    bool repeats = !taking_signs(t) && t->gone == NULL;
    for (size_t i = 0; i < run_count(t->run) && repeats; i++)
        repeats = taking_explains(t, i);
    return repeats;
}

bool taking_retry(struct taking *t, struct error *err)
{
    if (t->gone != NULL)
        return error_set(err, EX_USAGE, "they are not asked again", NULL, t->gone, "its module is gone: they are not asked again");
    if (taking_signs(t))
        return error_set(err, EX_USAGE, "the missed ones are not told", NULL, "the quiz is for a sign-off", "a takes the whole quiz");
    if (!taking_repeats(t))
        return error_set(err, EX_USAGE, "they are not asked again now", NULL, "some are of a quiz for a sign-off", "s opens their section");
    struct run *again = run_retry(t->run, taking_seed(), err);
    if (again == NULL)
        return false;
    bool quiz = t->kind == TAKING_QUIZ || t->kind == TAKING_RETRY;
    if (quiz && t->recorded && !start(t, again, ATTEMPT_RETRY, err)) {
        run_close(again);
        return false;
    }
    run_close(t->run);
    t->run = again;
    t->finished = false;
    t->resumed = false;
    if (quiz)
        t->kind = TAKING_RETRY;
    return true;
}

/* The section in whose gift block the question stands, where it has a text of its own. */
static const char *section_around(const struct content *c, const struct question *q)
{
    for (size_t i = c->sections->gift_count; i > 0; i--) {
        const struct section_gift *g = &c->sections->gifts[i - 1];
        if (g->line <= q->first_line) {
            const struct section *s = &c->sections->items[g->section];
            return g->section < c->sections->count && s->text_len > 0 ? s->anchor : "";
        }
    }
    return "";
}

bool taking_section(const struct taking *t, size_t i, const struct content **content, const char **anchor)
{
    const struct question *q = run_question(t->run, i);
    const struct content *c = content_with(t, q);
    if (c == NULL || t->gone != NULL)
        return false;
    *anchor = q->section != NULL ? q->section : section_around(c, q);
    *content = t->now != NULL ? t->now : c;
    if (sections_find((*content)->sections, *anchor) == SIZE_MAX)
        *anchor = ""; /* the section is gone, or named wrongly */
    return true;
}
