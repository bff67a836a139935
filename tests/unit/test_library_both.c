/* The user's library and the system-wide one as one: what is found, listed and news; what is hidden; and that one that
 * is missing, empty or damaged keeps nobody from the other. */
#include "core/base/file.h"
#include "core/library/library.h"
#include "core/library/library_list.h"
#include "core/library/library_news.h"
#include "core/library/search.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static char root[64], own[96], all[96], source[96];
static struct arena *a;
static struct error err;
static struct places places;
static struct library *l;

static void at_day(int day)
{
    char text[32];
    snprintf(text, sizeof text, "2026-11-%02dT12:00:00Z", day);
    setenv("CRIB_CLOCK", text, 1);
}

static void write_file(const char *path, const char *text)
{
    ck_assert_msg(file_write(path, text, strlen(text), 0600, &err), "%s: %s", path, err.why);
}

/* Writes a module of a channel; its text is its title's. */
static void write_module(const char *channel, const char *id, const char *title, const char *code)
{
    char *dir = arena_printf(a, "%s/%s/modules", source, channel);
    ck_assert(file_make_dirs(dir, &err));
    write_file(arena_printf(a, "%s/%s/channel.yaml", source, channel), arena_printf(a, "id: %s\n", channel));
    write_file(arena_printf(a, "%s/%s.md", dir, id),
               arena_printf(a, "---\ntitle: %s\nproblem: A.\noutcome: B.\nminutes: 3\ntriggers: [{code: %s}]\n---\n"
                               "## %s\n\n%s\n",
                            title, code, title, title));
}

/* Installs it, into the user's library or the system-wide one. A copy of a channel is one from another directory. */
static void install(const char *where, const char *channel)
{
    const struct places there = {where, where, where, all, ""};
    struct library_result result;
    struct library *writer = library_open(&there, LIBRARY_WRITE, "", &err);
    ck_assert_msg(writer != NULL, "%s: %s", err.what, err.why);
    const char *dir = arena_printf(a, "%s/%s", source, channel);
    ck_assert_msg(library_install(writer, dir, NULL, NULL, a, &result, &err), "%s: %s", err.what, err.why);
    library_close(writer);
}

static void set_up(void)
{
    suite_dir(root, sizeof root, "libraries");
    snprintf(own, sizeof own, "%s/own", root);
    snprintf(all, sizeof all, "%s/all", root);
    snprintf(source, sizeof source, "%s/source", root);
    a = arena_open();
    err = (struct error){0};
    places = (struct places){.data = own, .config = own, .state = own, .system_data = all, .system_config = ""};
    l = NULL;
    at_day(1);
    write_module("plant", "prime", "Prime a pump", "E-204");
    write_module("plant", "banana", "banana Plugs", "E-300");
    write_module("mine", "vent", "Vent a pump", "X-1");
    write_module("mine", "apple", "apple crates", "X-2");
    install(all, "plant");
    install(own, "mine");
}

static void tear_down(void)
{
    library_close(l);
    arena_close(a);
    suite_remove(root);
}

static void reopen(void)
{
    library_close(l);
    l = library_open(&places, LIBRARY_READ, "", &err);
    ck_assert_msg(l != NULL, "%s: %s: %s", err.what, err.where, err.why);
}

/* The addresses of what is found, best first. */
static const char *found(const char *text)
{
    struct error left_out = {0};
    struct search *s = library_search(l, &left_out, &err);
    ck_assert_msg(s != NULL, "%s: %s: %s", err.what, err.where, err.why);
    struct buf out = {0};
    struct search_hit hits[20];
    struct search_query q = {.text = text};
    size_t n = search_find(s, &q, hits, 20, NULL);
    for (size_t i = 0; i < n; i++) {
        int64_t key = search_key(s, hits[i].doc);
        const struct facts *f = library_facts(l, a, key, &err);
        ck_assert_ptr_nonnull(f);
        ck_assert_str_eq(f->id, search_id(s, hits[i].doc));
        buf_addf(&out, "%s%s/%s%s", i > 0 ? " " : "", f->channel, f->id, library_is_system(key) ? "*" : "");
    }
    search_close(s);
    const char *copy = arena_strdup(a, buf_text(&out));
    buf_free(&out);
    return copy;
}

static const char *listed(size_t offset, size_t most)
{
    struct facts *items;
    size_t count;
    const struct library_filter any = {0};
    struct buf out = {0};
    ck_assert(library_list(l, a, &any, offset, most, &items, &count, &err));
    for (size_t i = 0; i < count; i++)
        buf_addf(&out, "%s%s", i > 0 ? " " : "", items[i].id);
    const char *copy = arena_strdup(a, buf_text(&out));
    buf_free(&out);
    return copy;
}

START_TEST(finds_in_both)
{
    struct target *targets;
    size_t count;
    reopen();
    ck_assert_ptr_null(library_left_out(l));
    ck_assert_str_eq(found("pump"), "mine/vent plant/prime*");
    ck_assert_str_eq(found("prime"), "plant/prime*");
    ck_assert_str_eq(found("e204"), "plant/prime*");
    ck_assert_str_eq(found(""), "mine/apple plant/banana* plant/prime* mine/vent");
    ck_assert(library_resolve(l, a, "pump prime", &targets, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(targets[0].channel, "plant");
    ck_assert(library_is_system(targets[0].key));
    ck_assert_str_eq(listed(0, 10), "apple banana prime vent");
    ck_assert_str_eq(listed(1, 2), "banana prime");
}
END_TEST

/* The user's own copy of a channel, with one module and another title: all of the system's channel is hidden. */
START_TEST(shows_an_address_once)
{
    install(all, "mine");
    reopen();
    ck_assert_str_eq(found("vent"), "mine/vent");
    char before[96];
    snprintf(before, sizeof before, "%s", source);
    snprintf(source, sizeof source, "%s/copy", root);
    write_module("plant", "prime", "Prime our own pump", "E-204");
    install(own, "plant");
    snprintf(source, sizeof source, "%s", before);
    reopen();
    ck_assert_str_eq(found("E-204"), "plant/prime");
    ck_assert_str_eq(found("E-300"), "");
    ck_assert_str_eq(found("banana"), "");
    ck_assert_str_eq(listed(0, 2), "apple prime"); /* no fewer for those that are hidden */
    ck_assert_str_eq(listed(2, 2), "vent");
    struct search *s = library_search(l, NULL, &err);
    ck_assert_uint_eq(search_count(s), 3);
    ck_assert(library_remove(l, "nothing", &err) == false);
    search_close(s);
}
END_TEST

START_TEST(tells_news_of_both_newest_first)
{
    struct library_news *news;
    struct library_change *changes;
    size_t count;
    static const char *const where[] = {"mine", "plant", "mine", "plant"};
    for (int day = 2; day < 6; day++) {
        at_day(day);
        const char *channel = where[day - 2];
        write_module(channel, arena_printf(a, "day-%d", day), arena_printf(a, "Of day %d", day), "Z-1");
        install(strcmp(channel, "mine") == 0 ? own : all, channel);
    }
    reopen();
    ck_assert(library_news(l, a, 0, &news, &count, &err));
    ck_assert_uint_eq(count, 4);
    for (size_t i = 0; i < count; i++)
        ck_assert_str_eq(news[i].facts.id, arena_printf(a, "day-%d", 5 - (int)i));
    ck_assert(library_changes(l, a, 0, 10, &changes, &count, &err));
    ck_assert_uint_eq(count, 0);
}
END_TEST

/* ---- one of them is missing, empty or damaged ---- */

static const struct {
    const char *breakage; /* a shell command, in root */
    const char *pump, *left_out; /* what "pump" finds then; where the warning begins, NULL for none */
} broken[] = {
    {"rm -r all", "mine/vent", NULL},
    {"rm -r own", "plant/prime*", NULL},
    {"rm -r all/* && mkdir all/index", "mine/vent", NULL},
    {": > all/library.db", "mine/vent", NULL},
    {": > own/library.db", "plant/prime*", NULL},
    {"echo 'no database, whatever its name is' > all/library.db", "mine/vent",
     "the library of all users is left out: "},
    {"echo 'no database, whatever its name is' > own/library.db", "plant/prime*", "your own library is left out: "},
    /* No index, and no place to make one. */
    {"rm -r all/index && : > all/index", "mine/vent", "the library of all users is left out: "},
    {"rm -r own/index && : > own/index", "plant/prime*", "your own library is left out: "},
    /* Damaged, and made again. */
    {"for f in all/index/*; do echo broken > $f; done", "mine/vent plant/prime*", NULL},
    {"for f in own/index/*; do echo broken > $f; done", "mine/vent plant/prime*", NULL},
    {"rm -r all/index own/index", "mine/vent plant/prime*", NULL},
};

START_TEST(one_serves_without_the_other)
{
    struct error left_out = {0};
    struct search_hit hits[10];
    struct search_query q = {.text = "pump"};
    struct buf text = {0};
    ck_assert_int_eq(system(arena_printf(a, "cd '%s' && { %s; }", root, broken[_i].breakage)), 0);
    reopen();
    if (library_left_out(l) != NULL)
        left_out = *library_left_out(l);
    struct search *s = library_search(l, &left_out, &err);
    ck_assert_msg(s != NULL, "%s: %s: %s", err.what, err.where, err.why);
    size_t n = search_find(s, &q, hits, 10, NULL);
    for (size_t i = 0; i < n; i++)
        buf_addf(&text, "%s%s/%s%s", i > 0 ? " " : "", search_channel(s, hits[i].doc), search_id(s, hits[i].doc),
                 library_is_system(search_key(s, hits[i].doc)) ? "*" : "");
    search_close(s);
    ck_assert_str_eq(buf_text(&text), broken[_i].pump);
    buf_free(&text);
    if (broken[_i].left_out == NULL) {
        ck_assert_msg(left_out.code == 0, "%s: %s", left_out.what, left_out.why);
        return;
    }
    ck_assert_int_eq(left_out.code, EX_DATAERR);
    ck_assert_int_eq(strncmp(left_out.what, broken[_i].left_out, strlen(broken[_i].left_out)), 0);
    ck_assert_ptr_nonnull(strstr(left_out.where, root));
    ck_assert_str_ne(left_out.todo, "");
}
END_TEST

START_TEST(none_serves)
{
    ck_assert_int_eq(system(arena_printf(a, "cd '%s' && echo none | tee own/library.db > all/library.db", root)), 0);
    ck_assert_ptr_null(library_open(&places, LIBRARY_READ, "", &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
    /* Only the system-wide one, and it has no index: that is said, not that nothing fits. */
    ck_assert_int_eq(system(arena_printf(a, "cd '%s' && rm -r own all", root)), 0);
    install(all, "plant");
    ck_assert_int_eq(system(arena_printf(a, "cd '%s' && rm -r all/index && : > all/index", root)), 0);
    reopen();
    ck_assert_ptr_null(library_search(l, NULL, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
    ck_assert_int_eq(system(arena_printf(a, "rm -r '%s'", all)), 0);
    reopen();
    ck_assert_str_eq(found("pump"), "");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("library_both");
    TCase *t = tcase_create("library_both");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, finds_in_both);
    tcase_add_test(t, shows_an_address_once);
    tcase_add_test(t, tells_news_of_both_newest_first);
    tcase_add_loop_test(t, one_serves_without_the_other, 0, (int)(sizeof broken / sizeof *broken));
    tcase_add_test(t, none_serves);
    suite_add_tcase(s, t);
    return suite_run(s);
}
