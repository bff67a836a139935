/* Parts of logs on their way: what is written is read, on the one device that it is sealed to; nothing else is taken. */
#include "sync/site/log_wire.h"

#include "core/quiz/question.h"
#include "sync/site/people.h"
#include "tests/unit/log_fixture.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdlib.h>

static struct log_fixture whole;
static struct arena *arena;
static struct buf out;

static void setup(void)
{
    ck_assert_int_ge(sodium_init(), 0);
    arena = arena_open();
    log_make(&whole, 7);
}

static void teardown(void)
{
    buf_free(&out);
    arena_close(arena);
}

static void same(const struct log_event *e, const struct log_event *want)
{
    ck_assert_uint_eq(e->seq, want->seq);
    ck_assert_str_eq(e->kind, want->kind);
    ck_assert(uuid_equal(&e->id, &want->id));
    ck_assert_mem_eq(e->commitment, want->commitment, EVENT_HASH);
    ck_assert_mem_eq(e->link, want->link, EVENT_HASH);
    ck_assert_int_eq(e->payload == NULL, want->payload == NULL);
    if (want->payload == NULL)
        return;
    ck_assert_mem_eq(e->salt, want->salt, EVENT_SALT);
    ck_assert_str_eq(e->payload, want->payload);
}

START_TEST(there_and_back)
{
    struct log_part part, read;
    struct error err = {0};
    const char *text = "# A pump\n";
    const struct log_content contents[] = {{"0123", "not what the hash says", 22},
                                           {question_hash(arena, "crib-pin-1", text, strlen(text)), text, strlen(text)}};
    log_withhold(&whole.events[6]);
    part = log_part_of(&whole, 3, 7);
    part.contents = contents;
    part.content_count = 2;
    ck_assert(log_write(&part, &out, &err));
    ck_assert_msg(log_read(arena, buf_text(&out), out.len, &read, &err), "%s", err.why);
    ck_assert_uint_eq(read.count, 7);
    for (size_t i = 0; i < read.count; i++)
        same(&read.events[i], &whole.events[3 + i]);
    ck_assert_mem_eq(read.log, whole.id, EVENT_LOG);
    ck_assert_mem_eq(read.key, whole.key, EVENT_KEY);
    ck_assert_mem_eq(read.before, whole.events[2].link, EVENT_HASH);
    ck_assert(log_part_check(&read, NULL, &err));
    ck_assert_uint_eq(read.content_count, 1); /* the other one is what it isn't called */
    ck_assert_str_eq(read.contents[0].bytes, text);
    ck_assert_str_eq(read.contents[0].hash, contents[1].hash);
}
END_TEST

/* A payload that was changed keeps its link: the check names it. */
START_TEST(changed_payload)
{
    struct log_part part = log_part_of(&whole, 0, LOG_EVENTS), read;
    struct error err = {0};
    uint64_t bad;
    whole.payloads[4][2] = 'L';
    ck_assert(log_write(&part, &out, &err));
    ck_assert(log_read(arena, buf_text(&out), out.len, &read, &err));
    ck_assert(!log_part_check(&read, &bad, &err));
    ck_assert_uint_eq(bad, 5);
}
END_TEST

START_TEST(damaged)
{
    struct log_part part = log_part_of(&whole, 0, LOG_EVENTS), read;
    struct error err = {0};
    ck_assert(log_write(&part, &out, &err));
    for (size_t n = 0; n < out.len; n++) {
        ck_assert(!log_read(arena, buf_text(&out), n, &read, &err));
        ck_assert_int_eq(err.code, EX_DATAERR);
        out.data[n]++; /* a bit that zstd doesn't look at changes nothing */
        ck_assert(!log_read(arena, buf_text(&out), out.len, &read, &err) || log_part_check(&read, NULL, &err));
        out.data[n]--;
    }
    buf_addc(&out, 'x');
    ck_assert(!log_read(arena, buf_text(&out), out.len, &read, &err));
}
END_TEST

static void control_in_kind(void)
{
    whole.events[4].kind = "module\033[2J";
}

static void no_kind(void)
{
    whole.events[4].kind = "";
}

static void no_text(void)
{
    whole.payloads[4][3] = '\xff';
}

static void nul_within(void)
{
    whole.payloads[4][3] = '\0';
}

static void (*const hostile[])(void) = {control_in_kind, no_kind, no_text, nul_within};

START_TEST(refused)
{
    struct log_part part = log_part_of(&whole, 0, LOG_EVENTS), read;
    struct error err = {0};
    hostile[_i]();
    ck_assert(log_write(&part, &out, &err));
    ck_assert(!log_read(arena, buf_text(&out), out.len, &read, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
}
END_TEST

START_TEST(too_large)
{
    struct log_part part = log_part_of(&whole, 0, LOG_EVENTS);
    struct error err = {0};
    char *large = malloc(LOG_PLAIN_MOST);
    ck_assert_ptr_nonnull(large);
    memset(large, 'a', LOG_PLAIN_MOST);
    whole.events[2].payload = large;
    whole.events[2].payload_len = LOG_PLAIN_MOST;
    ck_assert(!log_write(&part, &out, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
    part.count = 0;
    ck_assert(!log_write(&part, &out, &err));
    free(large);
}
END_TEST

START_TEST(sealed)
{
    struct people_keys keys = {.enrolled = true}, other;
    unsigned char signing[SIGNING_KEY];
    struct buf plain = {0};
    struct str message;
    struct error err = {0};
    crypto_box_keypair(keys.box, keys.box_secret);
    crypto_sign_keypair(keys.site, signing);
    sealed_begin(&plain, LOG_TAG);
    buf_adds(&plain, "what is said");
    ck_assert(sealed_end(&plain, signing, keys.box, &out, &err));
    buf_free(&plain);
    ck_assert(sealed_open(arena, buf_text(&out), out.len, &keys, LOG_TAG, &message, &err));
    ck_assert(str_eq(message, STR("what is said")));
    ck_assert(!sealed_open(arena, buf_text(&out), out.len, &keys, "crib-logs-1", &message, &err));
    other = keys;
    other.site[0]++;
    ck_assert(!sealed_open(arena, buf_text(&out), out.len, &other, LOG_TAG, &message, &err));
    other = keys;
    other.box_secret[4]++;
    ck_assert(!sealed_open(arena, buf_text(&out), out.len, &other, LOG_TAG, &message, &err));
    ck_assert(!sealed_open(arena, buf_text(&out), 40, &keys, LOG_TAG, &message, &err));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("log_wire");
    TCase *t = tcase_create("parts");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, there_and_back);
    tcase_add_test(t, changed_payload);
    tcase_add_test(t, damaged);
    tcase_add_loop_test(t, refused, 0, sizeof hostile / sizeof *hostile);
    tcase_add_test(t, too_large);
    tcase_add_test(t, sealed);
    suite_add_tcase(s, t);
    return suite_run(s);
}
