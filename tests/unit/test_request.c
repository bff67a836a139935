/* The table of keys: nothing needs a key that some terminals don't have, and where text is typed no letter is a key. */
#include "tui/screen/request.h"
#include "tui/screen/terminal.h"
#include "tests/unit/suite.h"

#include <check.h>

static const enum place places[] = {PLACE_BOX, PLACE_LIST, PLACE_READER, PLACE_QUIZ, PLACE_RESULT, PLACE_MENU,
                                    PLACE_PROMPT, PLACE_SYNC};
enum { PLACES = sizeof places / sizeof *places };

static bool typing(enum place p)
{
    return p == PLACE_BOX || p == PLACE_PROMPT;
}

/* Every keyboard has letters and Ctrl: no arrow, function, Home, Page or Escape key. */
static bool plain(uint32_t key, enum place p)
{
    if (key == K_ENTER || key == K_TAB)
        return true;
    return key < 0x20 ? key != 0x1B : key < 0x7F && !typing(p);
}

START_TEST(every_request_has_a_plain_key)
{
    for (int r = REQ_NONE + 1; r < REQ_COUNT; r++) {
        size_t n;
        const struct binding *all = bindings_all(&n);
        bool bound = false, can = false;
        for (size_t i = 0; i < n; i++)
            if (all[i].request == (enum request)r && request_for(all[i].key, places[_i]) == (enum request)r) {
                bound = true;
                can = can || plain(all[i].key, places[_i]);
            }
        /* By its name, else: the commands list what can be done here. */
        bool listed = (request_info((enum request)r)->places & (unsigned)places[_i]) != 0 && r != REQ_PALETTE;
        bool moves = r <= REQ_BOTTOM && !(typing(places[_i]) && (r == REQ_PAGE_UP || r == REQ_PAGE_DOWN)); /* Ctrl-K, Ctrl-F */
        ck_assert_msg(!bound || can || (listed && !moves), "%s in place %d", request_info((enum request)r)->name, places[_i]);
    }
    ck_assert_int_eq(request_for(K_CONTROL('X'), places[_i]), REQ_PALETTE);
    ck_assert_int_eq(request_for(K_CONTROL('G'), places[_i]), REQ_BACK);
}
END_TEST

START_TEST(letters_are_text_where_text_is_typed)
{
    for (uint32_t key = 0x20; key < 0x7F; key++)
        ck_assert_msg(!typing(places[_i]) || request_for(key, places[_i]) == REQ_NONE, "%c", (int)key);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("request");
    TCase *t = tcase_create("request");
    tcase_add_loop_test(t, every_request_has_a_plain_key, 0, PLACES);
    tcase_add_loop_test(t, letters_are_text_where_text_is_typed, 0, PLACES);
    suite_add_tcase(s, t);
    return suite_run(s);
}
