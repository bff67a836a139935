/* Links between the texts of a channel: they lead to the same place from a directory and from what was published. */
#include "core/base/file.h"
#include "core/library/channel.h"
#include "core/library/library.h"
#include "core/library/linked.h"
#include "tests/unit/library_fixture.h"

#include <check.h>
#include <string.h>
#include <sysexits.h>

#define BYTES(literal) {(literal), sizeof(literal) - 1}
#define MODULE BYTES("---\ntitle: M\nproblem: It fails.\noutcome: Mend it.\nminutes: 5\n---\nText.\n")
#define PAGE BYTES("# Page\nText.\n")

static const struct channel_entry entries[] = {
    {"channel.yaml", BYTES("id: plant\nname: Plant\npages: [docs/runbooks, pages]\n"), false},
    {"docs/runbooks/linux/way-back.md", PAGE, false},
    {"docs/runbooks/way-back.md", PAGE, false},
    {"modules/pump.md", MODULE, false},
    {"modules/valve.md", MODULE, false},
    {"pages/site/windows.md", PAGE, false},
    {"pages/site/with blank.md", PAGE, false},
};
enum { ENTRIES = sizeof entries / sizeof *entries };

static void set_up(void)
{
    plant_make("linked");
    reopen(LIBRARY_WRITE);
}

static void install_directory(void)
{
    for (size_t i = 0; i < ENTRIES; i++)
        write_file(entries[i].path, entries[i].bytes.p);
    install();
}

static void install_archive(void)
{
    const struct channel_archive archive = {entries, ENTRIES};
    const struct library_published published = {.url = "https://example.com/plant/", .version = 1};
    ck_assert_msg(library_install_archive(l, &archive, &published, NULL, NULL, a, &result, &err), "%s", err.why);
}

/* `to` NULL: nowhere. */
static const struct {
    const char *from, *target, *to;
} links[] = {
    {"pump", "valve.md", "plant/valve"},
    {"pump", "valve.md#bleed", "plant/valve"},
    {"pump", "./valve.md?x", "plant/valve"},
    {"pump", "valve", "plant/valve"},
    {"pump", "../pages/site/windows.md", "plant/site/windows"},
    {"pump", "../docs/runbooks/linux/way-back.md", "plant/linux/way-back"},
    {"linux/way-back", "../way-back.md", "plant/way-back"},
    {"linux/way-back", "way-back.md", "plant/linux/way-back"},
    {"linux/way-back", "../../../modules/pump.md", "plant/pump"},
    {"way-back", "linux/way-back.md", "plant/linux/way-back"},
    {"site/windows", "with%20blank.md", "plant/site/with blank"},
    {"site/windows", "site/windows", "plant/site/windows"},
    {"site/windows", "way-back.md", NULL},
    {"site/windows", "/pages/site/windows.md", NULL},
    {"site/windows", "../../../plant/modules/pump.md", NULL},
    {"site/windows", "../..", NULL},
    {"site/windows", "", NULL},
    {"site/windows", "pump and valve", NULL},
};

static void check_links(void)
{
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        const struct library_module *m = library_module(l, a, library_address(a, "plant", links[i].from, ""), &err);
        ck_assert_msg(m != NULL, "%s: %s", links[i].from, err.why);
        err = (struct error){0};
        const char *to = library_linked(l, a, m->facts.key, links[i].target, &err);
        ck_assert_msg((to == NULL) == (links[i].to == NULL) && (to == NULL || strcmp(to, links[i].to) == 0),
                      "%s links to %s: %s", links[i].from, links[i].target, to != NULL ? to : "nowhere");
        ck_assert_int_eq(err.code, to == NULL ? EX_NOINPUT : 0);
    }
}

START_TEST(from_a_directory)
{
    install_directory();
    check_links();
}
END_TEST

START_TEST(from_what_was_published)
{
    install_archive();
    check_links();
}
END_TEST

START_TEST(nothing_is_linked_from_nowhere)
{
    install_directory();
    ck_assert_ptr_null(library_linked(l, a, 4711, "valve.md", &err));
    ck_assert_int_eq(err.code, EX_NOINPUT);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("linked");
    TCase *t = tcase_create("links");
    tcase_add_checked_fixture(t, set_up, plant_remove);
    tcase_add_test(t, from_a_directory);
    tcase_add_test(t, from_what_was_published);
    tcase_add_test(t, nothing_is_linked_from_nowhere);
    suite_add_tcase(s, t);
    return suite_run(s);
}
