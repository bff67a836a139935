#include "tui/screen/quiz_draw.h"

#include "core/base/text.h"
#include "tui/screen/quiz_held.h"
#include "tui/taking_words.h"
#include "tui/visit.h"

#include <stdio.h>
#include <string.h>

static const char *kind_name(const struct quiz *z)
{
    const struct taking *t = z->taking;
    const struct content *c;
    const char *anchor;
    if (t->kind == TAKING_RECALL && z->state != QUIZ_RESULT && taking_section(t, z->at, &c, &anchor))
        return c->module->facts.title;
    if (t->app->preview != NULL)
        return "preview: nothing is recorded";
    if (!visit_kept(t->app))
        return "guest: nothing is recorded";
    switch (t->kind) {
    case TAKING_RETRY:
        return "missed ones";
    case TAKING_RECALL:
        return "recall";
    case TAKING_BANK:
        return "nothing is recorded";
    default:
        return t->gone != NULL ? t->gone : "quiz";
    }
}

static void draw_header(const struct quiz *z, struct terminal *t)
{
    char where[64];
    if (z->state == QUIZ_RESULT)
        snprintf(where, sizeof where, "Result");
    else if (z->state == QUIZ_HELD)
        snprintf(where, sizeof where, "Handed in");
    else
        run_place(z->taking->run, z->at, where, sizeof where);
    struct buf place = {0};
    const char *detail = kind_name(z);
    size_t room = (size_t)(terminal_columns(t) - 4);
    size_t need = strlen(where) + 3 + text_width(z->taking->title, strlen(z->taking->title));
    if (need > room) {
        buf_adds(&place, where); /* where one is beats what it is called */
        detail = need + text_width(detail, strlen(detail)) > 2 * room ? "" : detail;
    } else {
        buf_addf(&place, "%s \xE2\x80\xBA %s", z->taking->title, where);
        detail = need + 2 + text_width(detail, strlen(detail)) > room ? "" : detail;
    }
    screen_header(t, buf_text(&place), detail);
    buf_free(&place);
}

static size_t asking_keys(const struct quiz *z, bool narrow, struct key_label *keys)
{
    static const char *const digits[] = {"", "1", "1 2", "1-3", "1-4", "1-5", "1-6", "1-7", "1-8", "1-9"};
    static const char *const letters[] = {"", "a", "a b", "a-c", "a-d", "a-e", "a-f", "a-g", "a-h", "a-z"};
    size_t n = 0, options = z->edit.options < 9 ? z->edit.options : 9;
    switch (run_question(z->taking->run, z->at)->type) {
    case QUESTION_CHOICE:
    case QUESTION_TRUEFALSE:
        keys[n++] = (struct key_label){digits[options], "choose"};
        break;
    case QUESTION_MULTICHOICE:
        keys[n++] = (struct key_label){digits[options], narrow ? "choose" : "choose some"};
        break;
    case QUESTION_MATCH:
        keys[n++] = (struct key_label){letters[options], "match"};
        break;
    case QUESTION_DESCRIPTION:
        keys[n++] = (struct key_label){"Space", "go on"};
        break;
    default:
        break;
    }
    if (run_question(z->taking->run, z->at)->type != QUESTION_DESCRIPTION)
        keys[n++] = (struct key_label){"Enter", "confirm"};
    return n;
}

static void draw_footer(const struct quiz *z, struct terminal *t)
{
    struct key_label keys[8];
    size_t n = 0;
    bool narrow = terminal_columns(t) < 40;
    bool more = z->state == QUIZ_RESULT ? quiz_result_more(&z->result) : question_view_more(&z->view);
    if (more)
        keys[n++] = (struct key_label){"PgDn", "more"};
    if (z->state == QUIZ_ASKING) {
        n += asking_keys(z, terminal_columns(t) < 60, keys + n);
    } else if (z->state == QUIZ_JUDGING) {
        keys[n++] = (struct key_label){"1 2 3", "judge"};
        keys[n++] = (struct key_label){"Enter", "confirm"};
    } else if (z->state == QUIZ_ANSWERED) {
        keys[n++] = (struct key_label){"Enter", "go on"};
        if (z->after.section != NULL)
            keys[n++] = (struct key_label){"s", "section"};
    } else {
        if (!taking_result_good(z->taking) && taking_tells(z->taking) && taking_repeats(z->taking))
            keys[n++] = (struct key_label){"r", narrow ? "retry" : "retry the missed"};
        if (narrow) /* where little fits: what comes next, and where the rest is said */
            keys[n++] = (struct key_label){"?", "help"};
        if (z->taking->kind != TAKING_BANK && z->taking->gone == NULL && taking_tells(z->taking))
            keys[n++] = (struct key_label){"s", "section"};
        if (taking_signs(z->taking) && z->taking->gone == NULL && z->taking->recorded && taking_result_good(z->taking))
            keys[n++] = (struct key_label){"c", "sign off"};
        if (z->taking->now != NULL && z->taking->gone == NULL && !taking_result_good(z->taking))
            keys[n++] = (struct key_label){"a", "whole quiz"};
    }
    keys[n++] = (struct key_label){"Esc", z->state == QUIZ_RESULT ? "back" : "leave"};
    if (z->state == QUIZ_RESULT ? !narrow : z->state != QUIZ_ASKING || !question_edit_has_box(&z->edit))
        keys[n++] = (struct key_label){"?", "help"};
    char right[48] = "";
    if (z->state != QUIZ_RESULT && terminal_columns(t) >= 60)
        snprintf(right, sizeof right, "%zu of %zu answered", run_answered(z->taking->run), run_scored(z->taking->run));
    screen_footer_labels(t, keys, n, right);
}

void quiz_draw(struct screen *s, struct terminal *t)
{
    struct quiz *z = (struct quiz *)s;
    draw_header(z, t);
    if (z->state == QUIZ_HELD) {
        quiz_held_draw(t, z->taking);
        return;
    }
    if (z->state == QUIZ_RESULT)
        quiz_result_draw(&z->result, t, z->taking);
    else
        question_view_draw(&z->view, t, &z->edit, z->state == QUIZ_ASKING ? NULL : &z->after);
    draw_footer(z, t);
}
