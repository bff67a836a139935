/* site: what a server gives for a code, and what it says of roles: taken when it is whole, refused when it is not. */
#include "sync/site/site.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static struct arena *a;
static struct error err;

static void set_up(void)
{
    a = arena_open();
    err = (struct error){0};
}

static void tear_down(void)
{
    arena_close(a);
}

#define KEY "RWTegLskR/YBTyvoS0mDgr001wMF+9Op4mReP4sIupHBqEZ2A81RnrYZ"
#define WHO "\"name\":\"lathe\",\"token\":\"t\""

START_TEST(an_enrolment)
{
    static const char text[] = "{" WHO ",\"home\":\"https://example.com/\",\"roles\":[\"a\",\"b c\"],\"new\":{},"
                               "\"channels\":[{\"id\":\"plant\",\"key\":\"" KEY "\"},{\"id\":\"vendor.2\"}]}";
    struct enrolment e;
    ck_assert_msg(site_read_enrolment(a, text, sizeof text - 1, &e, &err), "%s", err.why);
    ck_assert_str_eq(e.name, "lathe");
    ck_assert_str_eq(e.token, "t");
    ck_assert_str_eq(e.home, "https://example.com/");
    ck_assert_uint_eq(e.roles.count, 2);
    ck_assert_str_eq(e.roles.items[1], "b c");
    ck_assert_uint_eq(e.count, 2);
    ck_assert_str_eq(e.channels[0].key, KEY);
    ck_assert_str_eq(e.channels[1].id, "vendor.2");
    ck_assert_str_eq(e.channels[1].key, "");
    static const char least[] = "{" WHO "}"; /* what an older server gives */
    ck_assert(site_read_enrolment(a, least, sizeof least - 1, &e, &err));
    ck_assert(e.home == NULL && e.roles.count == 0 && e.count == 0);
}
END_TEST

static const char *const bad[] = {
    "", "<html>log in</html>", "[]", "{}", "{\"name\":\"lathe\"}", "{\"name\":\"a:b\",\"token\":\"t\"}",
    "{\"name\":\"a\\nb\",\"token\":\"t\"}", "{\"name\":\"a\",\"token\":\"t\\u0000\"}", "{" WHO ",\"name\":\"x\"}",
    "{" WHO ",\"home\":\"not a home\"}", "{" WHO ",\"roles\":\"a\"}", "{" WHO ",\"roles\":[3]}", "{" WHO ",\"roles\":[\"\"]}",
    "{" WHO ",\"roles\":[\"a\\u001b[2J\"]}", "{" WHO ",\"channels\":{}}", "{" WHO ",\"channels\":[{}]}",
    "{" WHO ",\"channels\":[{\"id\":\"../x\"}]}", "{" WHO ",\"channels\":[{\"id\":\"..\"}]}",
    "{" WHO ",\"channels\":[{\"id\":\"plant\",\"key\":\"RWQ\"}]}", "{" WHO ",\"channels\":[{\"id\":\"plant\",\"key\":3}]}",
};

START_TEST(what_is_none)
{
    struct enrolment e;
    ck_assert_msg(!site_read_enrolment(a, bad[_i], strlen(bad[_i]), &e, &err), "%s", bad[_i]);
    ck_assert_int_eq(err.code, EX_DATAERR);
}
END_TEST

START_TEST(roles)
{
    struct strings list;
    ck_assert(site_read_roles(a, "{\"roles\":[]}", 12, &list, &err));
    ck_assert_uint_eq(list.count, 0);
    ck_assert(!site_read_roles(a, "{}", 2, &list, &err));
    ck_assert(!site_read_roles(a, "{\"roles\":[\"a\"", 13, &list, &err));
    char many[SITE_ROLES_MOST * 4 + 40] = "{\"roles\":[\"x\"";
    for (int i = 0; i < SITE_ROLES_MOST; i++)
        strcat(many, ",\"x\"");
    strcat(many, "]}");
    ck_assert(!site_read_roles(a, many, strlen(many), &list, &err));
}
END_TEST

static const struct {
    const char *answer;
    size_t count;
} said_on[] = {
    {"", 0}, {"{}", 0}, {"{\"roles\":[],\"sessions\":[\"Workshop\",\"Two\"]}", 2}, {"{\"sessions\":\"x\"}", 0},
    {"{\"sessions\":[7,\"\",\"a\\u001b[2J\",\"ok\"]}", 1}, {"{\"sessions\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}", 8},
};

START_TEST(sessions_that_are_on)
{
    struct strings list;
    ck_assert(site_read_sessions(a, said_on[_i].answer, strlen(said_on[_i].answer), &list));
    ck_assert_uint_eq(list.count, said_on[_i].count);
}
END_TEST

int main(void)
{
    if (sodium_init() < 0)
        return EXIT_FAILURE;
    Suite *suite = suite_create("site");
    TCase *t = tcase_create("site");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, an_enrolment);
    tcase_add_loop_test(t, what_is_none, 0, sizeof bad / sizeof *bad);
    tcase_add_test(t, roles);
    tcase_add_loop_test(t, sessions_that_are_on, 0, (int)(sizeof said_on / sizeof *said_on));
    suite_add_tcase(suite, t);
    return suite_run(suite);
}
