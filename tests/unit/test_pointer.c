/* channel.json: what is written is read back, and nothing else is taken. */
#include "sync/channel/minisign.h"
#include "sync/channel/pointer.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static struct arena *a;
static struct error err;
static struct pointer p;

static void set_up(void)
{
    ck_assert_int_ge(sodium_init(), 0);
    a = arena_open();
    err = (struct error){0};
}

static void tear_down(void)
{
    arena_close(a);
}

#define HASH "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define HEAD "{\"crib\":1,\"id\":\"plant\",\"version\":12,\"published\":\"2026-11-24T01:00:00Z\","
#define TIMES HEAD "\"expires\":\"2027-02-22T01:00:00Z\",\"keys\":3,"
#define ALL "{\"name\":\"all\",\"roles\":[],\"hash\":\"" HASH "\",\"size\":20480}"
#define CATALOGUE "{\"name\":\"catalogue\",\"roles\":[],\"hash\":\"" HASH "\",\"size\":512}"
#define FITTER "{\"name\":\"fitter.welder\",\"roles\":[\"fitter\",\"welder\"],\"hash\":\"" HASH "\",\"size\":0}"
#define WHOLE TIMES "\"groups\":[" ALL "," CATALOGUE "," FITTER "]}\n"

static bool reads(const char *text)
{
    return pointer_read(a, text, strlen(text), "channel.json", &p, &err);
}

START_TEST(what_is_written_is_read)
{
    ck_assert_msg(reads(WHOLE), "%s: %s", err.what, err.why);
    ck_assert_str_eq(p.id, "plant");
    ck_assert_int_eq(p.version, 12);
    ck_assert_int_eq(p.key_set, 3);
    ck_assert_int_eq(p.published_ms, INT64_C(1795482000000));
    ck_assert_uint_eq(p.count, 3);
    const struct pointer_group *group = pointer_group(&p, "fitter.welder");
    ck_assert_ptr_nonnull(group);
    ck_assert_uint_eq(group->roles.count, 2);
    ck_assert_uint_eq(group->hash[31], 31);
    ck_assert_ptr_null(pointer_group(&p, "welder"));
    struct buf out = {0};
    pointer_write(&p, &out);
    ck_assert_str_eq(buf_text(&out), WHOLE);
    buf_free(&out);
}
END_TEST

START_TEST(unknown_members_are_skipped)
{
    ck_assert(reads(TIMES "\"note\":{\"x\":[1]},\"groups\":[" ALL "," CATALOGUE "]}"));
}
END_TEST

static const char *const bad[] = {
    "",
    "[]",
    "null",
    "<html>log in</html>",
    "{}",
    "{\"crib\":2}",
    HEAD "}",
    TIMES "\"groups\":[]}",
    TIMES "\"groups\":[" ALL "]}",
    TIMES "\"groups\":[" CATALOGUE "," ALL "]}",
    TIMES "\"groups\":[" ALL "," ALL "," CATALOGUE "]}",
    TIMES "\"id\":\"plant\",\"groups\":[" ALL "," CATALOGUE "]}",
    TIMES "\"groups\":{\"0\":" ALL "}}",
    TIMES "\"groups\":[" ALL "," CATALOGUE ",{\"name\":\"x\",\"roles\":[\"y\"],\"hash\":\"" HASH "\",\"size\":1}]}",
    TIMES "\"groups\":[" ALL "," CATALOGUE ",{\"name\":\"y.x\",\"roles\":[\"y\",\"x\"],\"hash\":\"" HASH "\",\"size\":1}]}",
    TIMES "\"groups\":[{\"name\":\"all\",\"roles\":[\"x\"],\"hash\":\"" HASH "\",\"size\":1}," CATALOGUE "]}",
    TIMES "\"groups\":[{\"name\":\"all\",\"roles\":[],\"hash\":\"00\",\"size\":1}," CATALOGUE "]}",
    TIMES "\"groups\":[{\"name\":\"all\",\"roles\":[],\"hash\":\"" HASH "\",\"size\":-1}," CATALOGUE "]}",
    TIMES "\"groups\":[{\"name\":\"all\",\"roles\":[],\"hash\":\"" HASH "\",\"size\":67108865}," CATALOGUE "]}",
    TIMES "\"groups\":[{\"name\":\"all\",\"roles\":[],\"hash\":\"" HASH "\",\"size\":1e3}," CATALOGUE "]}",
    TIMES "\"groups\":[{\"name\":\"../all\",\"roles\":[],\"hash\":\"" HASH "\",\"size\":1}," CATALOGUE "]}",
    HEAD "\"expires\":\"2026-11-24T01:00:00Z\",\"keys\":0,\"groups\":[" ALL "," CATALOGUE "]}",
    HEAD "\"expires\":\"soon\",\"keys\":0,\"groups\":[" ALL "," CATALOGUE "]}",
    "{\"crib\":1,\"id\":\"../x\",\"version\":1,\"published\":\"2026-11-24\",\"expires\":\"2027-11-24\",\"keys\":0,"
    "\"groups\":[" ALL "," CATALOGUE "]}",
    "{\"crib\":1,\"id\":\"x\",\"version\":0,\"published\":\"2026-11-24\",\"expires\":\"2027-11-24\",\"keys\":0,"
    "\"groups\":[" ALL "," CATALOGUE "]}",
};

START_TEST(nothing_else_is_taken)
{
    ck_assert_msg(!reads(bad[_i]), "%s", bad[_i]);
    ck_assert_int_eq(err.code, EX_DATAERR);
}
END_TEST

START_TEST(deep_and_large_ones_are_refused)
{
    size_t n = POINTER_MOST + 1;
    char *text = malloc(n);
    ck_assert_ptr_nonnull(text);
    memset(text, '[', n);
    ck_assert(!pointer_read(a, text, n, "x", &p, &err));
    ck_assert(!pointer_read(a, text, n - 1, "x", &p, &err));
    ck_assert(!pointer_read(a, "\0", 1, "x", &p, &err));
    free(text);
}
END_TEST

static const struct {
    const char *roles[3];
    const char *name; /* NULL: one made of a hash */
} names[] = {
    {{NULL}, "all"},
    {{"fitter"}, "fitter"},
    {{"fitter", "welder"}, "fitter.welder"},
    {{"all"}, NULL},
    {{"catalogue"}, NULL},
    {{"a.b"}, NULL},
    {{"Betriebsf\xC3\xBChrer"}, NULL},
    {{"g-1"}, NULL},
    {{"-x"}, NULL},
    {{"a-very-long-name-of-a-role-that-nobody-would-want", "another-very-long-name-of-a-role"}, NULL},
};

START_TEST(groups_have_names_that_files_can_have)
{
    size_t n = 0;
    while (n < 3 && names[_i].roles[n] != NULL)
        n++;
    const char *name = group_name(a, (struct strings){(const char **)names[_i].roles, n});
    if (names[_i].name != NULL) {
        ck_assert_str_eq(name, names[_i].name);
    } else {
        ck_assert_int_eq(strncmp(name, "g-", 2), 0);
        ck_assert_uint_eq(strlen(name), 18);
    }
}
END_TEST

START_TEST(names_of_files)
{
    unsigned char from[POINTER_HASH] = {1}, to[POINTER_HASH] = {0xAB, 2};
    ck_assert_str_eq(pack_path(a, "all", to), "pack/all-ab02000000000000.tar.zst");
    ck_assert_str_eq(delta_path(a, "all", from, to), "delta/all-0100000000000000-ab02000000000000.zst");
    ck_assert_str_eq(key_set_path(a, 7), "keys/7.json");
    ck_assert_str_eq(signature_path(a, "abc", 3), "sig/ba7816bf8f01cfea.minisig"); /* FIPS 180-4's example */
}
END_TEST

START_TEST(sets_of_keys)
{
    struct public_key key;
    struct secret_key secret;
    char text[KEY_TEXT];
    key_make(&key, &secret);
    key_wipe(&secret);
    key_text(&key, text);
    const char *const keys[] = {text};
    const struct key_set set = {4, {keys, 1}};
    struct key_set got;
    struct buf out = {0};
    key_set_write(&set, &out);
    ck_assert_msg(key_set_read(a, buf_text(&out), out.len, "keys/4.json", &got, &err), "%s", err.why);
    ck_assert_int_eq(got.number, 4);
    ck_assert_str_eq(got.keys.items[0], text);
    buf_free(&out);
    static const char *const none[] = {"{\"crib\":1,\"set\":1,\"keys\":[]}", "{\"crib\":1,\"set\":0,\"keys\":[\"x\"]}",
                                       "{\"crib\":1,\"set\":1,\"keys\":[\"x\"]}", "{\"crib\":1,\"set\":1}", "x"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        ck_assert(!key_set_read(a, none[i], strlen(none[i]), "keys", &got, &err));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pointer");
    TCase *tc = tcase_create("pointer");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, what_is_written_is_read);
    tcase_add_test(tc, unknown_members_are_skipped);
    tcase_add_loop_test(tc, nothing_else_is_taken, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tc, deep_and_large_ones_are_refused);
    tcase_add_loop_test(tc, groups_have_names_that_files_can_have, 0, sizeof names / sizeof *names);
    tcase_add_test(tc, names_of_files);
    tcase_add_test(tc, sets_of_keys);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
