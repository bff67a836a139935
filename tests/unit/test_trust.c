/* Trust: what stands once something was accepted, and what can't be taken back. */
#include "core/base/file.h"
#include "core/library/trust.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static const char url[] = "https://example.com/plant/", key[] = "RWQkey", other_key[] = "RWQother";

static char dir[64];
static struct arena *a;
static struct trust *t;
static struct error err;

static void set_up(void)
{
    suite_dir(dir, sizeof dir, "trust");
    a = arena_open();
    err = (struct error){0};
    t = trust_open(dir, &err);
    ck_assert_msg(t != NULL, "%s: %s", err.what, err.why);
}

static void tear_down(void)
{
    trust_close(t);
    arena_close(a);
    suite_remove(dir);
}

static bool add(const char *where, const char *whose)
{
    const struct trust_channel c = {.url = where, .pinned = whose, .credentials = "", .ca = ""};
    return trust_add(t, &c, &err);
}

static int64_t number_of(const char *what)
{
    const struct trust_channel *c = trust_find(t, a, what, &err);
    ck_assert_msg(c != NULL, "%s: %s", err.what, err.why);
    return c->number;
}

static bool accept(const char *where, const char *id, int64_t version, int64_t key_set)
{
    static const char *const keys[] = {"RWQone", "RWQtwo"};
    const struct trust_seen seen = {.id = id,
                                    .key_set = key_set,
                                    .keys = {keys, key_set > 0 ? 2 : 0},
                                    .version = version,
                                    .published_ms = version * 1000,
                                    .expires_ms = version * 1000 + 500,
                                    .pointer = STR("{\0}")};
    return trust_accept(t, number_of(where), &seen, "\"tag\"", &err);
}

START_TEST(added_channels_are_kept)
{
    ck_assert(add(url, key));
    trust_close(t);
    t = trust_open(dir, &err);
    ck_assert_ptr_nonnull(t);
    const struct trust_channel *c = trust_find(t, a, url, &err);
    ck_assert_ptr_nonnull(c);
    ck_assert_str_eq(c->pinned, key);
    ck_assert_str_eq(c->seen.id, "");
    ck_assert_uint_eq(c->seen.keys.count, 1);
    ck_assert_str_eq(c->seen.keys.items[0], key);
    ck_assert_uint_eq(c->seen.pointer.n, 0);
    struct stat st;
    ck_assert_int_eq(stat(arena_printf(a, "%s/trust.db", dir), &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
}
END_TEST

START_TEST(a_key_that_was_introduced_is_the_channels)
{
    ck_assert(add(url, key) && accept(url, "plant", 1, 1));
    ck_assert_msg(add(url, "RWQtwo"), "%s: %s", err.what, err.why);
    ck_assert(add(url, key));
    ck_assert_str_eq(trust_find(t, a, url, &err)->pinned, key);
    ck_assert(!add(url, other_key));
    ck_assert_int_eq(err.code, EX_NOPERM);
    ck_assert_str_eq(err.why, "RWQone"); /* one that counts now */
}
END_TEST

START_TEST(a_key_is_not_replaced_by_adding_again)
{
    ck_assert(add(url, key));
    ck_assert(add(url, key));
    ck_assert(!add(url, other_key));
    ck_assert_int_eq(err.code, EX_NOPERM);
    ck_assert_str_eq(trust_find(t, a, url, &err)->pinned, key);
}
END_TEST

START_TEST(what_is_accepted_stands)
{
    ck_assert(add(url, key) && accept(url, "plant", 3, 2));
    const struct trust_channel *c = trust_find(t, a, "plant", &err);
    ck_assert_ptr_nonnull(c);
    ck_assert_str_eq(c->url, url);
    ck_assert_str_eq(c->etag, "\"tag\"");
    ck_assert_int_eq(c->seen.version, 3);
    ck_assert_int_eq(c->seen.key_set, 2);
    ck_assert_uint_eq(c->seen.keys.count, 2);
    ck_assert_str_eq(c->seen.keys.items[1], "RWQtwo");
    ck_assert_uint_eq(c->seen.pointer.n, 3);
    ck_assert_int_eq(memcmp(c->seen.pointer.p, "{\0}", 3), 0);
}
END_TEST

static const struct {
    const char *id;
    int64_t version, key_set;
    bool good;
} later[] = {
    {"plant", 3, 2, true},  {"plant", 4, 2, true},  {"plant", 4, 5, true},
    {"plant", 2, 2, false}, {"plant", 4, 1, false}, {"plants", 4, 2, false}, /* its id changed */
};

START_TEST(nothing_older_replaces_it)
{
    ck_assert(add(url, key) && accept(url, "plant", 3, 2));
    ck_assert_int_eq(accept(url, later[_i].id, later[_i].version, later[_i].key_set), later[_i].good);
    ck_assert_int_eq(trust_find(t, a, url, &err)->seen.version, later[_i].good ? later[_i].version : 3);
}
END_TEST

START_TEST(an_id_belongs_to_one_channel)
{
    ck_assert(add(url, key) && add("https://example.org/", other_key) && accept(url, "plant", 1, 0));
    ck_assert(!accept("https://example.org/", "plant", 9, 0));
    ck_assert_int_eq(err.code, EX_DATAERR);
    ck_assert_str_eq(trust_find(t, a, "plant", &err)->url, url);
}
END_TEST

START_TEST(the_end_of_a_try_is_kept)
{
    ck_assert(add(url, key));
    int64_t number = number_of(url);
    ck_assert(trust_tried(t, number, 100, NULL, &err) && trust_tried(t, number, 200, "no network", &err));
    const struct trust_channel *c = trust_find(t, a, url, &err);
    ck_assert_int_eq(c->tried_ms, 200);
    ck_assert_int_eq(c->synced_ms, 100);
    ck_assert_str_eq(c->error, "no network");
    ck_assert(trust_tried(t, number, 300, NULL, &err));
    ck_assert_str_eq(trust_find(t, a, url, &err)->error, "");
}
END_TEST

START_TEST(wishes_go_with_their_channel)
{
    struct strings wishes;
    ck_assert(add(url, key));
    int64_t number = number_of(url);
    ck_assert(trust_wish(t, number, "weld", &err) && trust_wish(t, number, "crane", &err) &&
              trust_wish(t, number, "weld", &err));
    ck_assert(trust_wishes(t, a, number, &wishes, &err));
    ck_assert_uint_eq(wishes.count, 2);
    ck_assert_str_eq(wishes.items[0], "crane");
    ck_assert(trust_remove(t, number, &err));
    ck_assert(trust_wishes(t, a, number, &wishes, &err));
    ck_assert_uint_eq(wishes.count, 0);
    ck_assert_ptr_null(trust_find(t, a, url, &err));
    ck_assert_int_eq(err.code, EX_NOINPUT);
}
END_TEST

START_TEST(channels_come_in_the_order_of_adding)
{
    struct trust_channel *items;
    size_t count;
    ck_assert(trust_channels(t, a, &items, &count, &err));
    ck_assert_uint_eq(count, 0);
    ck_assert(add("https://b.example/", key) && add("https://a.example/", key));
    ck_assert(trust_channels(t, a, &items, &count, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(items[0].url, "https://b.example/");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trust");
    TCase *tc = tcase_create("trust");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, added_channels_are_kept);
    tcase_add_test(tc, a_key_that_was_introduced_is_the_channels);
    tcase_add_test(tc, a_key_is_not_replaced_by_adding_again);
    tcase_add_test(tc, what_is_accepted_stands);
    tcase_add_loop_test(tc, nothing_older_replaces_it, 0, sizeof later / sizeof *later);
    tcase_add_test(tc, an_id_belongs_to_one_channel);
    tcase_add_test(tc, the_end_of_a_try_is_kept);
    tcase_add_test(tc, wishes_go_with_their_channel);
    tcase_add_test(tc, channels_come_in_the_order_of_adding);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
