/* How syncing stands, in words: clocks that differ, bars, and the lines of a device that knows nothing yet. */
#include "tui/sync_lines.h"
#include "tui/widget/bar.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct arena *a;

static void set_up(void)
{
    a = arena_open();
}

static void tear_down(void)
{
    arena_close(a);
}

static const struct {
    int64_t ahead_s;
    const char *said;
} clocks[] = {
    {0, ""},
    {299, ""},
    {-299, ""},
    {300, "this machine's clock is 5 min behind its server's: one of them is wrong"},
    {-7199, "this machine's clock is 119 min ahead of its server's: one of them is wrong"},
    {7200, "this machine's clock is 2 h behind its server's: one of them is wrong"},
    {-172800, "this machine's clock is 2 days ahead of its server's: one of them is wrong"},
    {INT64_C(999999999999999), "this machine's clock is 11574074074 days behind its server's: one of them is wrong"},
};

START_TEST(clocks_that_differ_are_told)
{
    ck_assert_str_eq(sync_clock_apart(a, clocks[_i].ahead_s), clocks[_i].said);
}
END_TEST

static const struct {
    int64_t done, total;
    int percent;
} bars[] = {
    {0, 0, -1}, {5, 0, -1}, {5, -1, -1},  {0, 10, 0},   {-1, 10, 0}, {1, 3, 33}, {2, 3, 66},
    {3, 3, 100}, {9, 3, 100}, {1, 1000, 0}, {999, 1000, 99}, {INT64_MAX / 2, INT64_MAX, 50},
};

START_TEST(a_bar_is_a_share)
{
    ck_assert_int_eq(bar_percent(bars[_i].done, bars[_i].total), bars[_i].percent);
}
END_TEST

static bool has(const struct sync_line *lines, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(lines[i].text, text) != NULL)
            return true;
    return false;
}

/* Nothing is read but what is passed in: neither library nor record nor configuration are there. */
START_TEST(channels_that_never_came_are_named_with_what_failed)
{
    struct app app;
    struct error err = {0};
    struct syncing_channel channel = {.id = "", .url = "https://example.com/plant/", .key = "", .error = "cannot fetch",
                                      .todo = "try again", .tried_ms = 1, .ahead_s = 3600};
    struct syncing_end ends[] = {{.ended_ms = 1, .result = RESULT_OFFLINE, .error = "x"},
                                 {.ended_ms = 2, .result = RESULT_OK, .files = 2, .bytes = 20480, .sent = 3, .error = ""}};
    const struct syncing known = {.channels = &channel, .channel_count = 1,
                                  .site = {"https://site.example.com", 1, 0, "the site does not know this device", "enrol", true},
                                  .ends = ends, .end_count = 2};
    const struct syncing_progress step = {"https://example.com/plant/", STEP_FETCH, 5, 10};
    size_t count, bars_shown = 0;
    ck_assert(app_open(&app, "crib", &err));
    app.places = (struct places){.data = "/nonexistent", .config = "/nonexistent", .state = "/nonexistent",
                                 .system_data = "/nonexistent", .system_config = "/nonexistent/x"};
    const struct sync_line *lines = sync_lines(&app, a, &known, &step, 1, &count);
    ck_assert_ptr_nonnull(lines);
    ck_assert(has(lines, count, "https://example.com/plant/: not fetched yet"));
    ck_assert(has(lines, count, "cannot fetch (try again)"));
    ck_assert(has(lines, count, "60 min behind"));
    ck_assert(has(lines, count, "2 files came, 20 KiB, 3 sent"));
    ck_assert(has(lines, count, "offline"));
    ck_assert(has(lines, count, "the site does not know this device (enrol)"));
    ck_assert(!has(lines, count, "To send"));
    for (size_t i = 0; i < count; i++)
        if (lines[i].bar) {
            ck_assert_str_eq(lines[i].text, "fetching");
            ck_assert_int_eq(lines[i].done, 5);
            bars_shown++;
        }
    ck_assert_uint_eq(bars_shown, 1);
    app_close(&app);
}
END_TEST

int main(void)
{
    unsetenv("CRIB_HOMEPAGE");
    Suite *suite = suite_create("sync_lines");
    TCase *tc = tcase_create("sync_lines");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, clocks_that_differ_are_told, 0, sizeof clocks / sizeof *clocks);
    tcase_add_loop_test(tc, a_bar_is_a_share, 0, sizeof bars / sizeof *bars);
    tcase_add_test(tc, channels_that_never_came_are_named_with_what_failed);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
