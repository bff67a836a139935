/* An answer while it is made: what each key gives, by type of question. */
#include "tui/screen/question_edit.h"
#include "tui/screen/terminal.h"
#include "tests/unit/question_fixture.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <string.h>

/* Keys as a text: characters stand for themselves, ^ v < > for arrows, _ for Space, D for Delete. */
static void press(struct question_edit *e, const char *keys)
{
    for (; *keys != '\0'; keys++) {
        static const struct {
            char c;
            enum request request;
        } requests[] = {{'^', REQ_UP}, {'v', REQ_DOWN}, {'<', REQ_LEFT}, {'>', REQ_RIGHT}, {'_', REQ_SELECT}};
        bool moved = false;
        for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
            if (requests[i].c == *keys) {
                question_edit_request(e, requests[i].request);
                moved = true;
            }
        if (!moved)
            question_edit_key(e, *keys == 'D' ? (uint32_t)K_DELETE : (uint32_t)(unsigned char)*keys);
    }
}

static const struct {
    const char *gift, *keys;
    size_t order[4];
    const char *stored; /* NULL: no answer yet */
} table[] = {
    {"q{=a~b~c~d}", "2", {0, 1, 2, 3}, "choice 2"},
    {"q{=a~b~c~d}", "2", {3, 2, 1, 0}, "choice 3"},
    {"q{=a~b~c~d}", "21", {0, 1, 2, 3}, "choice 1"},
    {"q{=a~b~c~d}", "", {0, 1, 2, 3}, NULL},       /* an Enter too many answers nothing */
    {"q{=a~b~c~d}", "9xyz", {0, 1, 2, 3}, NULL},   /* keys that mean nothing */
    {"q{=a~b~c~d}", "v", {0, 1, 2, 3}, "choice 1"},
    {"q{=a~b~c~d}", "vv", {0, 1, 2, 3}, "choice 2"},
    {"q{=a~b~c~d}", "^", {0, 1, 2, 3}, "choice 4"},
    {"q{=a~b~c~d}", "vvvvvvv", {0, 1, 2, 3}, "choice 4"},
    {"q{=a~b~c~d}", "3^", {0, 1, 2, 3}, "choice 2"}, /* what is marked is what Enter gives */
    {"q{~%50%a~%50%b~%-50%c}", "13", {0, 1, 2, 0}, "choice 1 3"},
    {"q{~%50%a~%50%b~%-50%c}", "131", {0, 1, 2, 0}, "choice 3"},
    {"q{~%50%a~%50%b~%-50%c}", "_v_", {2, 1, 0, 0}, "choice 2 3"},
    {"q{~%50%a~%50%b~%-50%c}", "vvv", {0, 1, 2, 0}, NULL}, /* moving alone chooses none of several */
    {"q{T}", "1", {0, 0, 0, 0}, "true"},
    {"q{T}", "2", {0, 0, 0, 0}, "false"},
    {"q{T}", "f", {0, 0, 0, 0}, "false"},
    {"q{T}", "ft", {0, 0, 0, 0}, "true"},
    {"q{T}", "", {0, 0, 0, 0}, NULL},
    {"q{=a->1 =b->2 =c->3}", "", {0, 1, 2, 0}, NULL},
    {"q{=a->1 =b->2 =c->3}", "bac", {0, 1, 2, 0}, "match 2 1 3"},
    {"q{=a->1 =b->2 =c->3}", "bac", {2, 1, 0, 0}, "match 2 3 1"},
    {"q{=a->1 =b->2 =c->3}", "3a", {0, 1, 2, 0}, "match - - 1"},
    {"q{=a->1 =b->2 =c->3}", "ab1D", {0, 1, 2, 0}, "match - 2 -"},
    {"q{=a->1 =b->2 =c->3}", ">>v<", {0, 1, 2, 0}, "match 2 3 -"},
    {"q{=a->1 =b->2 =c->3}", "zq9", {0, 1, 2, 0}, NULL},
    {"q{=a->1 =b->2 =c->3 =->4}", "bad", {0, 1, 2, 3}, "match 2 1 4 -"}, /* a distractor is no row */
    {"q{#3}", "2,5", {0, 0, 0, 0}, "number 2.5"},
    {"q{#3}", "2 bar", {0, 0, 0, 0}, NULL},
    {"q{#3}", "", {0, 0, 0, 0}, NULL},
    {"q{=word}", " hjkl? ", {0, 0, 0, 0}, "text hjkl?"}, /* letters are text in a box */
    {"q{=word}", "", {0, 0, 0, 0}, NULL},
    {"q{}", "a line", {0, 0, 0, 0}, "essay - a line"},
    {"q{}", "", {0, 0, 0, 0}, "essay - -"}, /* thought through, not written down */
    {"only text", "x1", {0, 0, 0, 0}, "seen"},
};

START_TEST(keys_make_answers)
{
    const struct question *q = question(table[_i].gift);
    struct question_edit e = {0};
    struct error err = {0};
    struct buf stored = {0};
    bool ordered = question_option_count(q) > 0 && q->type != QUESTION_TRUEFALSE;
    ck_assert(question_edit_start(&e, q, ordered ? table[_i].order : NULL));
    press(&e, table[_i].keys);
    struct response *r = question_edit_response(&e, arena, &err);
    if (table[_i].stored == NULL) {
        ck_assert_msg(r == NULL, "%s with \"%s\" gave an answer", table[_i].gift, table[_i].keys);
        ck_assert(err.what[0] != '\0');
    } else {
        ck_assert_msg(r != NULL, "%s with \"%s\": %s", table[_i].gift, table[_i].keys, err.what);
        response_encode(r, &stored);
        ck_assert_str_eq(buf_text(&stored), table[_i].stored);
    }
    buf_free(&stored);
    question_edit_free(&e);
}
END_TEST

START_TEST(pastes_go_into_boxes_alone)
{
    struct question_edit e = {0};
    struct error err = {0};
    struct buf stored = {0};
    ck_assert(question_edit_start(&e, question("q{=a~b}"), NULL));
    ck_assert(!question_edit_paste(&e, "2", 1));
    ck_assert(!question_edit_any(&e));
    ck_assert(question_edit_start(&e, question("q{=word}"), NULL));
    ck_assert(question_edit_paste(&e, "one\ntwo\x1b[A", 10));
    struct response *r = question_edit_response(&e, arena, &err);
    ck_assert_ptr_nonnull(r);
    response_encode(r, &stored);
    ck_assert_str_eq(buf_text(&stored), "text one two\xEF\xBF\xBD[A");
    buf_free(&stored);
    question_edit_free(&e);
}
END_TEST

START_TEST(a_click_chooses)
{
    struct question_edit e = {0};
    ck_assert(question_edit_start(&e, question("q{~%50%a~%50%b}"), NULL));
    question_edit_click(&e, 1);
    ck_assert(e.chosen[1]);
    question_edit_click(&e, 1);
    ck_assert(!e.chosen[1]);
    question_edit_click(&e, 99);
    ck_assert(!question_edit_any(&e));
    question_edit_free(&e);
}
END_TEST

START_TEST(clicks_match)
{
    struct question_edit e = {0};
    struct error err = {0};
    struct buf stored = {0};
    static const size_t order[] = {2, 1, 0};
    ck_assert(question_edit_start(&e, question("q{=a->1 =b->2 =c->3}"), order));
    question_edit_click_right(&e, 9);
    question_edit_click(&e, 1);
    question_edit_click_right(&e, 0); /* as shown: 3 */
    ck_assert_uint_eq(e.at, 2);       /* on to the next that is open */
    e.at = 1;
    ck_assert_uint_eq(question_edit_open_rows(&e), 2);
    ck_assert_uint_eq(e.at, 0);
    e.at = 2;
    question_edit_click_right(&e, 2);
    ck_assert_uint_eq(question_edit_open_rows(&e), 1);
    struct response *r = question_edit_response(&e, arena, &err);
    ck_assert_ptr_nonnull(r);
    response_encode(r, &stored);
    ck_assert_str_eq(buf_text(&stored), "match - 3 1");
    ck_assert(question_edit_start(&e, question("q{=a->1 =b->2}"), NULL));
    ck_assert_uint_eq(question_edit_open_rows(&e), 0); /* none is matched: that is said otherwise */
    ck_assert(question_edit_start(&e, question("q{=a~b}"), NULL));
    ck_assert_uint_eq(question_edit_open_rows(&e), 0);
    question_edit_click_right(&e, 0);
    ck_assert(!question_edit_any(&e));
    buf_free(&stored);
    question_edit_free(&e);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("question_edit");
    TCase *t = tcase_create("keys");
    tcase_add_checked_fixture(t, open_arena, close_arena);
    tcase_add_loop_test(t, keys_make_answers, 0, (int)(sizeof table / sizeof *table));
    tcase_add_test(t, pastes_go_into_boxes_alone);
    tcase_add_test(t, a_click_chooses);
    tcase_add_test(t, clicks_match);
    suite_add_tcase(s, t);
    return suite_run(s);
}
