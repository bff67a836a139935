/* Fixed inputs give fixed bytes: the layout that event.h defines can't change unnoticed. The expected values come from
 * an independent computation (Python's hashlib.blake2b over the documented bytes). */
#include "core/record/event.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static void hex_is(const unsigned char *bytes, size_t n, const char *want)
{
    char hex[200];
    ck_assert_str_eq(sodium_bin2hex(hex, sizeof hex, bytes, n), want);
}

static void fill(unsigned char *bytes, size_t n, unsigned char first)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = (unsigned char)(first + i);
}

START_TEST(vectors)
{
    unsigned char salt[EVENT_SALT], log[EVENT_LOG], zero[EVENT_HASH] = {0}, c[EVENT_HASH], first[EVENT_HASH],
        second[EVENT_HASH];
    struct uuid id;
    static const char payload[] = "{\"learner\":1}";
    fill(salt, sizeof salt, 0);
    fill(log, sizeof log, 0x10);
    ck_assert(uuid_parse("018f3c5e-7b2a-7c3d-9e4f-0123456789ab", &id));
    event_commit(salt, payload, strlen(payload), c);
    hex_is(c, sizeof c, "ccf9eae11f312e30f49715429cf82c93ab7365a523c1e9e82d9758802282540b");
    ck_assert(event_link(log, 1, &id, "note.filed", 10, c, zero, first));
    hex_is(first, sizeof first, "d1ffee0ec14972980ac5293385fbf72f9f2f8054248599724baba41c08d054ee");
    ck_assert(event_link(log, 0x0102030405060708, &id, "x", 1, c, first, second));
    hex_is(second, sizeof second, "e1197656d521c386fe4bedbd397ece686b171f85b89021d20d375a240beb40d0");
}
END_TEST

START_TEST(long_payloads)
{
    unsigned char salt[EVENT_SALT] = {0}, c[EVENT_HASH], want[EVENT_HASH];
    static const size_t sizes[] = {0, 1, 2047, 2048, 2049, 100000};
    unsigned char *whole = calloc(1, 100000 + EVENT_SALT);
    ck_assert_ptr_nonnull(whole);
    memset(whole + EVENT_SALT, 'a', 100000);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        event_commit(salt, (const char *)whole + EVENT_SALT, sizes[i], c);
        crypto_generichash(want, sizeof want, whole, EVENT_SALT + sizes[i], NULL, 0);
        ck_assert_mem_eq(c, want, sizeof want);
    }
    free(whole);
}
END_TEST

START_TEST(kinds_that_do_not_fit)
{
    unsigned char log[EVENT_LOG] = {0}, h[EVENT_HASH] = {0}, link[EVENT_HASH];
    struct uuid id = {{0}};
    char kind[EVENT_KIND_MOST + 1];
    memset(kind, 'k', sizeof kind);
    ck_assert(!event_link(log, 1, &id, "", 0, h, h, link));
    ck_assert(event_link(log, 1, &id, kind, EVENT_KIND_MOST, h, h, link));
    ck_assert(!event_link(log, 1, &id, kind, EVENT_KIND_MOST + 1, h, h, link));
}
END_TEST

START_TEST(signatures)
{
    unsigned char seed[32], key[EVENT_KEY], secret[EVENT_SECRET], log[EVENT_LOG], head[EVENT_HASH],
        signature[EVENT_SIGNATURE];
    fill(seed, sizeof seed, 1);
    fill(log, sizeof log, 2);
    fill(head, sizeof head, 3);
    crypto_sign_seed_keypair(key, secret, seed);
    event_sign(secret, log, 256, head, signature);
    ck_assert(event_signed(key, log, 256, head, signature));
    ck_assert(!event_signed(key, log, 257, head, signature));
    head[0] ^= 1;
    ck_assert(!event_signed(key, log, 256, head, signature));
    head[0] ^= 1;
    log[15] ^= 1;
    ck_assert(!event_signed(key, log, 256, head, signature));
}
END_TEST

START_TEST(uuid_texts)
{
    struct uuid id;
    char text[UUID_TEXT];
    static const char *const wrong[] = {"", "018f3c5e", "018f3c5e-7b2a-7c3d-9e4f-0123456789a", NULL,
                                        "018f3c5e-7b2a-7c3d-9e4f-0123456789abc", "018f3c5e+7b2a-7c3d-9e4f-0123456789ab",
                                        "018f3c5e-7b2a-7c3d-9e4f-0123456789ag", "018f3c5e7-b2a-7c3d-9e4f-0123456789ab"};
    ck_assert(uuid_parse("018F3C5E-7B2A-7C3D-9E4F-0123456789AB", &id));
    uuid_text(&id, text);
    ck_assert_str_eq(text, "018f3c5e-7b2a-7c3d-9e4f-0123456789ab");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert(!uuid_parse(wrong[i], &id));
}
END_TEST

static bool follows(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) < 0;
}

START_TEST(uuid_order)
{
    static const struct {
        int64_t step; /* of the clock */
        bool above;   /* the id before */
        bool own_time;
    } rows[] = {{0, true, false}, {0, true, false},      {5, true, true},       {-3, true, false},
                {-9000, true, false}, {20000, true, true}, {-10001, false, true}, {1, true, true}};
    unsigned char random[10];
    fill(random, sizeof random, 0xF0);
    int64_t now = 1764000000000;
    struct uuid last = {{0}};
    uuid_next(&last, now, random);
    ck_assert_int_eq(uuid_ms(&last), now);
    ck_assert_int_eq(last.bytes[6] >> 4, 7);
    ck_assert_int_eq(last.bytes[8] >> 6, 2);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct uuid before = last;
        now += rows[i].step;
        uuid_next(&last, now, random);
        ck_assert_msg(follows(&before, &last) == rows[i].above, "row %zu", i);
        ck_assert_msg((uuid_ms(&last) == now) == rows[i].own_time || rows[i].step == 0, "row %zu", i);
        ck_assert_int_eq(last.bytes[6] >> 4, 7);
        ck_assert_int_eq(last.bytes[8] >> 6, 2);
    }
}
END_TEST

START_TEST(uuid_full)
{
    unsigned char random[10];
    memset(random, 0xFF, sizeof random);
    struct uuid last = {{0}};
    uuid_next(&last, 1000, random);
    struct uuid before = last;
    uuid_next(&last, 1000, random);
    ck_assert(follows(&before, &last));
    ck_assert_int_eq(uuid_ms(&last), 1001);
    ck_assert_int_eq(last.bytes[6], 0x70);
    ck_assert_int_eq(last.bytes[8], 0x80);
    uuid_next(&last, -5, random);
    ck_assert_int_eq(uuid_ms(&last), 1001);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("event");
    TCase *t = tcase_create("bytes");
    tcase_add_test(t, vectors);
    tcase_add_test(t, long_payloads);
    tcase_add_test(t, kinds_that_do_not_fit);
    tcase_add_test(t, signatures);
    tcase_add_test(t, uuid_texts);
    tcase_add_test(t, uuid_order);
    tcase_add_test(t, uuid_full);
    suite_add_tcase(s, t);
    return suite_run(s);
}
