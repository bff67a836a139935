/* Installing a published channel from memory: what comes, what stays, and what is known from the catalogue alone. */
#include "core/library/channel.h"
#include "core/library/library_programme.h"
#include "core/library/search.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static const char url[] = "https://example.com/plant/";
static const char head[] = "id: plant\nname: Plant\n";
static const char pump[] = "---\ntitle: Prime a pump\nproblem: No flow.\noutcome: Prime it.\nminutes: 5\n"
                           "triggers: [{code: E-204}]\n---\n## Bleed\n\nOpen the vent.\n\n## Start\n\nListen.\n";
static const char pump_new[] = "---\ntitle: Prime a pump\nproblem: No flow.\noutcome: Prime it.\nminutes: 5\n"
                               "triggers: [{code: E-204}]\n---\n## Bleed\n\nOpen it slowly.\n\n## Start\n\nListen.\n";
static const char weld[] = "---\ntitle: Weld a seam\nproblem: It cracked.\noutcome: Weld it.\nminutes: 9\n"
                           "roles: [welder]\n---\n";
static const char weld_whole[] = "---\ntitle: Weld a seam\nproblem: It cracked.\noutcome: Weld it.\nminutes: 9\n"
                                 "roles: [welder]\n---\n## Grind\n\nGrind it out.\n";

static char root[64];
static struct arena *a;
static struct error err;
static struct library *l;
static struct library_result result;

static void at_day(int day)
{
    char text[32];
    snprintf(text, sizeof text, "2026-11-%02dT12:00:00Z", day);
    setenv("CRIB_CLOCK", text, 1);
}

static void set_up(void)
{
    suite_dir(root, sizeof root, "archive");
    a = arena_open();
    err = (struct error){0};
    at_day(1);
    const struct places places = {root, root, root, "/nonexistent", "/nonexistent"};
    l = library_open(&places, LIBRARY_WRITE | LIBRARY_ALONE, "", &err);
    ck_assert_msg(l != NULL, "%s: %s", err.what, err.why);
}

static void tear_down(void)
{
    library_close(l);
    arena_close(a);
    suite_remove(root);
}

struct pair {
    const char *path, *text;
    bool catalogue;
};

/* Installs what is listed, up to an entry without a path; hash is the first byte of its one pack's. */
static bool install_from(const char *where, const struct pair *pairs, unsigned char hash)
{
    struct channel_entry entries[8];
    size_t n = 0;
    for (; pairs[n].path != NULL; n++)
        entries[n] = (struct channel_entry){pairs[n].path, str_of(pairs[n].text), pairs[n].catalogue};
    const struct channel_archive archive = {entries, n};
    const struct library_pack pack = {"all", {hash}};
    const struct library_published published = {where, hash, 1000, 2000, &pack, 1};
    return library_install_archive(l, &archive, &published, NULL, NULL, a, &result, &err);
}

static void install(const struct pair *pairs, unsigned char hash)
{
    ck_assert_msg(install_from(url, pairs, hash), "%s: %s: %s", err.what, err.where, err.why);
}

static const struct pair first[] = {{"channel.yaml", head, false},
                                    {"files/plan.txt", "P1", false},
                                    {"modules/pump.md", pump, false},
                                    {"modules/weld.md", weld, true},
                                    {"pages/linux/disk full.md", "# Disk full\n\nLook with df.\n", false},
                                    {NULL, NULL, false}};

static bool on_device(const char *words)
{
    struct search *s = search_open(library_index_dir(l, 0), &err);
    ck_assert_msg(s != NULL, "%s: %s", err.what, err.why);
    struct search_hit hit;
    const struct search_query q = {.text = words, .other_roles = true};
    ck_assert_uint_eq(search_find(s, &q, &hit, 1, NULL), 1);
    bool is = search_on_device(s, hit.doc);
    search_close(s);
    return is;
}

START_TEST(an_archive_becomes_a_channel)
{
    install(first, 1);
    ck_assert_str_eq(result.channel, "plant");
    ck_assert_uint_eq(result.modules, 1);
    ck_assert_uint_eq(result.pages, 1);
    ck_assert_uint_eq(result.files, 1);
    ck_assert_uint_eq(result.added, 3);
    const struct library_module *m = library_module(l, a, "plant/pump", &err);
    ck_assert_ptr_nonnull(m);
    ck_assert_str_eq(m->facts.path, "");
    ck_assert(m->facts.on_device);
    struct library_channel *channels;
    size_t count;
    ck_assert(library_channels(l, a, &channels, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(channels[0].url, url);
    ck_assert_str_eq(channels[0].dir, "");
    ck_assert_int_eq(channels[0].expires_ms, 2000);
}
END_TEST

START_TEST(what_it_was_made_from_is_kept)
{
    struct library_pack *packs;
    size_t count;
    install(first, 1);
    install(first, 7);
    ck_assert_uint_eq(result.unchanged, 5 - 1); /* channel.yaml is no content of the library's */
    ck_assert(library_packs(l, a, "plant", &packs, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(packs[0].name, "all");
    ck_assert_uint_eq(packs[0].hash[0], 7);
    ck_assert(library_packs(l, a, "nobody", &packs, &count, &err));
    ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(the_catalogue_is_found_but_not_opened)
{
    install(first, 1);
    ck_assert(!on_device("weld a seam"));
    ck_assert(on_device("prime a pump"));
    ck_assert_ptr_null(library_module(l, a, "weld", &err));
    ck_assert_int_eq(err.code, EX_UNAVAILABLE);
}
END_TEST

START_TEST(a_module_takes_its_catalogue_entrys_place_and_back)
{
    struct pair files[6];
    memcpy(files, first, sizeof files);
    install(first, 1);
    at_day(3);
    files[3] = (struct pair){"modules/weld.md", weld_whole, false};
    install(files, 2);
    ck_assert_uint_eq(result.added, 1);
    ck_assert_uint_eq(result.changed, 0);
    ck_assert(on_device("weld a seam"));
    const struct library_module *m = library_module(l, a, "weld", &err);
    ck_assert_ptr_nonnull(m);
    ck_assert_int_gt(m->facts.added_ms, library_module(l, a, "pump", &err)->facts.added_ms);
    install(first, 3);
    ck_assert_uint_eq(result.removed, 1);
    ck_assert(!on_device("weld a seam"));
}
END_TEST

static size_t programmes(bool *here)
{
    struct library_programme *items;
    struct library_channel *channels;
    size_t count, n;
    ck_assert(library_programmes(l, a, NULL, &items, &count, &err));
    ck_assert(library_channels(l, a, &channels, &n, &err));
    *here = count > 0 && items[0].on_device;
    ck_assert_uint_eq(channels[0].programmes, *here);
    ck_assert_uint_eq(result.programmes, *here);
    return count;
}

START_TEST(a_programme_takes_its_catalogue_entrys_place_and_back)
{
    static const char week[] = "title: Pump week\nproblem: A.\noutcome: B.\nroles: [fitter]\nelements:\n  - {id: w, kind: session, starts: 2027-03-04T09:00Z}\n";
    struct pair files[] = {first[0], first[2], {"programmes/week.yaml", week, true}, {NULL, NULL, false}}, without[] = {first[0], first[2], {NULL, NULL, false}};
    struct library_programme *news;
    struct library_session *sessions;
    size_t count;
    bool here;
    install(files, 1);
    ck_assert_uint_eq(result.added, 1);
    ck_assert(programmes(&here) == 1 && !here);
    ck_assert(library_sessions(l, a, NULL, 0, INT64_MAX, &sessions, &count, &err));
    ck_assert_uint_eq(count, 0); /* it is others' */
    at_day(3);
    files[2].catalogue = false;
    install(files, 2);
    ck_assert(result.added == 1 && result.changed == 0);
    ck_assert(programmes(&here) == 1 && here);
    ck_assert(library_programme_news(l, a, 0, &news, &count, &err));
    ck_assert_uint_eq(count, 1);
    files[2].catalogue = true;
    install(files, 3);
    ck_assert(result.removed == 1 && result.changed == 0);
    ck_assert(programmes(&here) == 1 && !here);
    ck_assert(library_programme_news(l, a, 0, &news, &count, &err));
    ck_assert_uint_eq(count, 0);
    install(without, 4);
    ck_assert(programmes(&here) == 0);
}
END_TEST

START_TEST(the_same_text_in_the_catalogue_is_not_the_module)
{
    struct pair files[6];
    memcpy(files, first, sizeof files);
    install(first, 1);
    files[3].catalogue = false;
    install(files, 2);
    ck_assert(on_device("weld a seam"));
}
END_TEST

START_TEST(unchanged_sections_keep_their_day)
{
    struct pair files[6];
    memcpy(files, first, sizeof files);
    install(first, 1);
    at_day(5);
    files[2].text = pump_new;
    install(files, 2);
    ck_assert_uint_eq(result.changed, 1);
    struct library_section *sections;
    size_t count;
    const struct library_module *m = library_module(l, a, "pump", &err);
    ck_assert_ptr_nonnull(m);
    ck_assert(library_sections(l, a, m->facts.key, &sections, &count, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert(sections[0].changed);
    ck_assert(!sections[1].changed);
    ck_assert_int_lt(sections[1].since_ms, sections[0].since_ms);
}
END_TEST

START_TEST(files_that_are_gone_leave)
{
    install(first, 1);
    static const struct pair less[] = {
        {"channel.yaml", head, false}, {"modules/pump.md", pump, false}, {NULL, NULL, false}};
    install(less, 2);
    ck_assert_uint_eq(result.modules, 1);
    ck_assert_uint_eq(result.pages, 0);
    ck_assert_ptr_null(library_module(l, a, "weld", &err));
    ck_assert_int_eq(err.code, EX_NOINPUT);
}
END_TEST

START_TEST(an_id_is_not_taken_over)
{
    install(first, 1);
    ck_assert(!install_from("https://elsewhere.example/", first, 2));
    ck_assert_int_eq(err.code, EX_DATAERR);
    ck_assert_str_eq(err.why, url);
}
END_TEST

START_TEST(an_archive_without_channel_is_refused)
{
    static const struct pair none[] = {{"modules/pump.md", pump, false}, {NULL, NULL, false}},
                             no_id[] = {{"channel.yaml", "name: Plant\n", false}, {NULL, NULL, false}},
                             empty[] = {{NULL, NULL, false}};
    ck_assert(!install_from(url, none, 1));
    ck_assert_int_eq(err.code, EX_DATAERR);
    ck_assert(!install_from(url, no_id, 1));
    ck_assert(!install_from(url, empty, 1));
}
END_TEST

START_TEST(content_that_is_no_content_is_left_alone)
{
    static const struct pair odd[] = {{"channel.yaml", head, false},
                                      {"modules/deep/er.md", pump, false},
                                      {"modules/pump.txt", pump, false},
                                      {"pagesx/a.md", "# A\n", false},
                                      {NULL, NULL, false}};
    install(odd, 1);
    ck_assert_uint_eq(result.modules + result.pages, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("archive");
    TCase *tc = tcase_create("archive");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, an_archive_becomes_a_channel);
    tcase_add_test(tc, what_it_was_made_from_is_kept);
    tcase_add_test(tc, the_catalogue_is_found_but_not_opened);
    tcase_add_test(tc, a_module_takes_its_catalogue_entrys_place_and_back);
    tcase_add_test(tc, a_programme_takes_its_catalogue_entrys_place_and_back);
    tcase_add_test(tc, the_same_text_in_the_catalogue_is_not_the_module);
    tcase_add_test(tc, unchanged_sections_keep_their_day);
    tcase_add_test(tc, files_that_are_gone_leave);
    tcase_add_test(tc, an_id_is_not_taken_over);
    tcase_add_test(tc, an_archive_without_channel_is_refused);
    tcase_add_test(tc, content_that_is_no_content_is_left_alone);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
