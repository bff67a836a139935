/* Two hundred questions with known answers over the sample channel, and the same with a letter wrong. */
#include "tests/unit/search_quality.h"

#include <check.h>

static struct quality q;

START_TEST(answers_lead)
{
    const struct quality_set *set = &quality_sets[_i];
    double share = quality_share(&q, ".", set, stderr);
    ck_assert_msg(share >= set->goal, "%s: %.1f %% find their answer, not %.0f %%", set->name, share * 100,
                  set->goal * 100);
}
END_TEST

int main(void)
{
    bool ready = quality_open(&q, ".");
    if (!ready)
        fprintf(stderr, "cannot install the sample channel: %s\n", q.err.why);
    Suite *s = suite_create("quality");
    TCase *t = tcase_create("questions");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, answers_lead, 0, QUALITY_SETS);
    suite_add_tcase(s, t);
    SRunner *runner = srunner_create(s);
    if (ready)
        srunner_run_all(runner, CK_NORMAL);
    int failed = ready ? srunner_ntests_failed(runner) : 1;
    srunner_free(runner);
    quality_close(&q);
    return failed;
}
