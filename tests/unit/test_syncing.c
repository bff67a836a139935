/* What crib-sync tells crib: what is written is read, and whatever else stands there harms nobody. */
#include "core/base/syncing.h"
#include "core/base/text.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdio.h>
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

static void parse(const char *text, struct syncing *s)
{
    ck_assert(syncing_parse(a, text, strlen(text), s));
}

START_TEST(progress_is_read_as_written)
{
    struct buf out = {0};
    struct syncing_progress p;
    syncing_progress_write(&(struct syncing_progress){"plant", STEP_FETCH, 16384, 98304}, &out);
    ck_assert_str_eq(buf_text(&out), "{\"channel\":\"plant\",\"step\":\"fetch\",\"done\":16384,\"total\":98304}\n");
    ck_assert(syncing_progress_read(a, buf_text(&out), out.len - 1, &p));
    ck_assert_str_eq(p.channel, "plant");
    ck_assert_int_eq(p.step, STEP_FETCH);
    ck_assert_int_eq(p.done, 16384);
    ck_assert_int_eq(p.total, 98304);
    buf_free(&out);
}
END_TEST

START_TEST(a_line_that_could_be_torn_is_not_written)
{
    char name[SYNCING_LINE];
    struct buf out = {0};
    memset(name, '\x01', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    syncing_progress_write(&(struct syncing_progress){name, STEP_DONE, 0, 0}, &out);
    ck_assert_uint_eq(out.len, 0);
    memset(name, 'x', sizeof name - 1);
    syncing_progress_write(&(struct syncing_progress){name, STEP_DONE, 0, 0}, &out);
    ck_assert_uint_gt(out.len, 0);
    ck_assert_uint_le(out.len, SYNCING_LINE);
    buf_free(&out);
}
END_TEST

static const char *const no_progress[] = {
    "",
    "x",
    "{",
    "[]",
    "{}",
    "{\"channel\":\"plant\"}",
    "{\"channel\":\"plant\",\"step\":\"dance\"}",
    "{\"step\":\"done\"}",
    "{\"channel\":\"plant\",\"step\":[\"done\"]}",
    "{\"channel\":\"plant\",\"step\":\"done\"} more",
    "{\"channel\":*a,\"step\":\"done\"}",
    "{\"channel\":\"plant\",\"step\":\"done\"",
    "channel: plant",
};

START_TEST(nothing_else_is_progress)
{
    struct syncing_progress p;
    ck_assert_msg(!syncing_progress_read(a, no_progress[_i], strlen(no_progress[_i]), &p), "%s", no_progress[_i]);
}
END_TEST

START_TEST(amounts_that_cannot_be_are_none)
{
    static const char *const values[] = {"-1", "1.5", "\"7\"", "[7]", "99999999999999999999", "9223372036854775807", "0x10", "null", "1e3"};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char line[120];
        struct syncing_progress p;
        snprintf(line, sizeof line, "{\"channel\":\"x\",\"step\":\"fetch\",\"done\":%s}", values[i]);
        ck_assert(syncing_progress_read(a, line, strlen(line), &p));
        ck_assert_msg(p.done == 0, "%s", values[i]);
    }
}
END_TEST

static const char *const titles[] = {"Prime a \"centrifugal\" pump", "Pr\xC3\xBC" "fen: 4\xE2\x80\x93" "20 mA \\ {x}"};

static struct syncing whole(void)
{
    static struct syncing_channel channels[] = {
        {.id = "plant", .url = "https://example.com/plant/", .key = "RWQx", .version = 12, .published_ms = 5, .expires_ms = 6,
         .tried_ms = 7, .reached_ms = 8, .error = "", .todo = "", .ahead_s = -3600, .changed_ms = 9, .added = 1, .changed = 2,
         .removed = 3, .came = {titles, 2}},
        {.id = "", .url = "file:///media/stick/", .key = "", .error = "not allowed to fetch", .todo = "ask", .denied = true},
    };
    static struct syncing_store stores[] = {{"https://lrs.example.com/xapi", 1, 2, "it answered 500", "wait", false}};
    static struct syncing_end ends[] = {{1, RESULT_OFFLINE, 1, 0, 0, 0, 0, "no network"}, {2, RESULT_OK, 2, 3, 4, 5, 6, ""}};
    return (struct syncing){channels, 2, {"https://site.example.com", 3, 4, "it does not know this device", "enrol", true}, {titles, 2}, stores, 1, ends, 2};
}

START_TEST(how_things_stand_is_read_as_written)
{
    const struct syncing wrote = whole();
    struct syncing s;
    struct buf text = {0}, again = {0};
    syncing_text(&wrote, &text);
    ck_assert(syncing_parse(a, buf_text(&text), text.len, &s));
    syncing_text(&s, &again);
    ck_assert_str_eq(buf_text(&text), buf_text(&again));
    ck_assert_uint_eq(s.channel_count, 2);
    ck_assert_int_eq(s.channels[0].ahead_s, -3600);
    ck_assert_int_eq(s.channels[0].removed, 3);
    ck_assert_uint_eq(s.channels[0].came.count, 2);
    ck_assert_str_eq(s.channels[0].came.items[0], titles[0]);
    ck_assert_str_eq(s.channels[0].came.items[1], titles[1]);
    ck_assert_str_eq(s.channels[1].error, "not allowed to fetch");
    ck_assert(s.channels[1].denied && !s.channels[0].denied && s.site.denied && !s.stores[0].denied);
    ck_assert_str_eq(s.site.endpoint, "https://site.example.com");
    ck_assert_str_eq(s.site.error, "it does not know this device");
    ck_assert_int_eq(s.site.reached_ms, 4);
    ck_assert(s.sessions.count == 2 && strcmp(s.sessions.items[1], titles[1]) == 0);
    ck_assert_uint_eq(s.store_count, 1);
    ck_assert_str_eq(s.stores[0].todo, "wait");
    ck_assert_uint_eq(s.end_count, 2);
    ck_assert_int_eq(s.ends[0].result, RESULT_OFFLINE);
    ck_assert_int_eq(s.ends[1].aside, 6);
    buf_free(&text);
    buf_free(&again);
}
END_TEST

START_TEST(the_log_is_bounded_and_keeps_the_newest)
{
    struct syncing_end ends[SYNCING_LOG + 10];
    struct syncing many = {.ends = ends, .end_count = SYNCING_LOG + 10}, s;
    struct buf text = {0};
    for (int i = 0; i < SYNCING_LOG + 10; i++)
        ends[i] = (struct syncing_end){.ended_ms = i + 1, .error = ""};
    syncing_text(&many, &text);
    buf_adds(&text, "{\"ended\":1000,\"result\":\"failed\"}\n");
    ck_assert(syncing_parse(a, buf_text(&text), text.len, &s));
    ck_assert_uint_eq(s.end_count, SYNCING_LOG);
    ck_assert_int_eq(s.ends[SYNCING_LOG - 1].ended_ms, 1000);
    ck_assert_int_eq(s.ends[0].ended_ms, 12);
    buf_free(&text);
}
END_TEST

START_TEST(what_is_broken_is_passed_over)
{
    struct syncing s;
    parse("garbage\n{\"ended\":1,\"result\":\"ok\"}\n{\"url\":\n\x01\x02\n{\"url\":[1]}\n{\"ended\":{\"a\":1},\"result\":\"?\"}", &s);
    ck_assert_uint_eq(s.end_count, 2);
    ck_assert_int_eq(s.ends[0].result, RESULT_OK);
    ck_assert_int_eq(s.ends[1].ended_ms, 0);
    ck_assert_int_eq(s.ends[1].result, RESULT_FAILED);
    ck_assert_uint_eq(s.channel_count, 1);
    ck_assert_str_eq(s.channels[0].url, "");
}
END_TEST

START_TEST(texts_are_cut_and_made_safe)
{
    struct syncing s;
    struct buf text = {0};
    buf_adds(&text, "{\"channel\":\"p\\u001b[31m\\u202e\",\"url\":\"");
    buf_addn(&text, 'x', 3 * SYNCING_TEXT);
    buf_adds(&text, "\"}");
    ck_assert(syncing_parse(a, buf_text(&text), text.len, &s));
    ck_assert_uint_eq(s.channel_count, 1);
    ck_assert_uint_eq(strlen(s.channels[0].url), SYNCING_TEXT);
    ck_assert_uint_eq(text_control(s.channels[0].id, strlen(s.channels[0].id)), strlen(s.channels[0].id));
    buf_free(&text);
}
END_TEST

START_TEST(without_a_file_nothing_is_known)
{
    struct syncing s;
    ck_assert(syncing_read(a, "/nonexistent/sync.jsonl", &s));
    ck_assert_uint_eq(s.channel_count + s.store_count + s.end_count, 0);
    const struct places places = {.state = "/x"};
    ck_assert_str_eq(syncing_path(a, &places), "/x/sync.jsonl");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("syncing");
    TCase *tc = tcase_create("syncing");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, progress_is_read_as_written);
    tcase_add_test(tc, a_line_that_could_be_torn_is_not_written);
    tcase_add_loop_test(tc, nothing_else_is_progress, 0, sizeof no_progress / sizeof *no_progress);
    tcase_add_test(tc, amounts_that_cannot_be_are_none);
    tcase_add_test(tc, how_things_stand_is_read_as_written);
    tcase_add_test(tc, the_log_is_bounded_and_keeps_the_newest);
    tcase_add_test(tc, what_is_broken_is_passed_over);
    tcase_add_test(tc, texts_are_cut_and_made_safe);
    tcase_add_test(tc, without_a_file_nothing_is_known);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
