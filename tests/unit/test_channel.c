/* Directories as experts, and attackers, leave them. */
#include "core/base/file.h"
#include "core/library/channel.h"
#include "core/library/module.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static char root[64], dir[96];
static struct arena *a;
static struct diags *d;
static struct error err;

static const char *at(const char *name)
{
    return arena_printf(a, "%s/%s", dir, name);
}

static void write_file(const char *name, const char *text)
{
    char *path = arena_printf(a, "%s/%s", dir, name);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    ck_assert(file_make_dirs(path, &err));
    *slash = '/';
    ck_assert_msg(file_write(path, text, strlen(text), 0600, &err), "%s", err.why);
}

static void set_up(void)
{
    suite_dir(root, sizeof root, "channel");
    snprintf(dir, sizeof dir, "%s/My Plant (2)", root);
    ck_assert(mkdir(dir, 0700) == 0);
    a = arena_open();
    d = diags_open();
    err = (struct error){0};
}

static void tear_down(void)
{
    suite_remove(root);
    arena_close(a);
    diags_close(d);
}

/* The listed files as one text: a letter for the kind, the path, the name. */
static const char *listed(void)
{
    struct channel c;
    struct channel_files files;
    ck_assert_msg(channel_read(a, dir, &c, d, &err), "%s: %s", err.what, err.why);
    ck_assert_msg(channel_list(a, &c, &files, d, &err), "%s: %s", err.what, err.why);
    const char *text = "";
    for (size_t i = 0; i < files.count; i++)
        text = arena_printf(a, "%s%c %s (%s)\n", text, "mplyf"[files.items[i].kind], files.items[i].path,
                            files.items[i].name);
    return text;
}

static bool said(const char *text)
{
    for (size_t i = 0; i < diags_count(d); i++)
        if (strstr(diags_at(d, i)->text, text) != NULL)
            return true;
    return false;
}

START_TEST(reads_channel_yaml)
{
    struct channel c;
    write_file("channel.yaml",
               "id: plant\niri: https://example.com/plant\nname: Plant North\nroles: [operator]\n"
               "stages: {install: Installing, operate: Operating}\nlanguages: en\npages: [./docs/, wiki]\n"
               "lrs: {endpoint: https://lrs.example.com}\n");
    ck_assert(channel_read(a, dir, &c, d, &err));
    ck_assert_uint_eq(diags_count(d), 0);
    ck_assert_str_eq(c.id, "plant");
    ck_assert_str_eq(c.iri, "https://example.com/plant");
    ck_assert_str_eq(c.name, "Plant North");
    ck_assert_str_eq(c.lrs, "https://lrs.example.com");
    ck_assert_uint_eq(c.stages.count, 2);
    ck_assert_str_eq(c.stages.items[1], "operate");
    ck_assert_str_eq(c.languages.items[0], "en");
    ck_assert_str_eq(c.pages.items[0], "docs");
    ck_assert(!c.implied);
}
END_TEST

START_TEST(makes_an_id_of_the_name)
{
    struct channel c;
    ck_assert(!channel_read(a, dir, &c, d, &err));
    ck_assert_int_eq(err.code, EX_NOINPUT);
    write_file("deep/down/x.md", "x");
    ck_assert(channel_read(a, dir, &c, d, &err));
    ck_assert_str_eq(c.id, "my-plant-2");
    ck_assert(c.implied);
    write_file("channel.yaml", "id: My Plant\n");
    ck_assert(channel_read(a, dir, &c, d, &err));
    ck_assert_str_eq(c.id, "my-plant-2");
    ck_assert(!c.implied && said("is no id"));
}
END_TEST

START_TEST(lists_what_counts)
{
    write_file("channel.yaml", "id: plant\n");
    write_file("modules/b.md", "");
    write_file("modules/a.md", "");
    write_file("modules/.hidden.md", "");
    write_file("modules/notes.txt", "");
    write_file("modules/sub/c.md", "");
    write_file("pages/x/y z.md", "");
    write_file("pages/.git/x.md", "");
    write_file("programmes/p.yaml", "");
    write_file("README.md", "");
    write_file("pages/common/..md", ""); /* of the command `.` */
    write_file("pages/.md", "");
    write_file("modules/d.markdown", "");
    ck_assert_str_eq(listed(), "m modules/a.md (a.md)\nm modules/b.md (b.md)\np pages/common/..md (common/..md)\n"
                               "p pages/x/y z.md (x/y z.md)\ny programmes/p.yaml (p.yaml)\n");
    ck_assert(said("modules lie in modules/ itself"));
    ck_assert(said("it isn't read"));
}
END_TEST

/* A page's name is its id, and goes to terminals and shells. */
START_TEST(refuses_names_that_terminals_obey)
{
    write_file("channel.yaml", "id: plant\n");
    static const char *const names[] = {"pages/\033[31m.md", "pages/\302\233J.md", "pages/\342\200\256.md",
                                        "pages/\377.md", "pages/\n.md"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        write_file(names[i], "");
    write_file("pages/größe.md", "");
    ck_assert_str_eq(listed(), "p pages/größe.md (größe.md)\n");
    ck_assert_uint_eq(diags_errors(d), sizeof names / sizeof *names);
}
END_TEST

START_TEST(lists_a_plain_directory)
{
    write_file("modules/a.md", "");
    write_file("pages/b.md", "");
    write_file("c.md", "");
    write_file("d/e.md", "");
    ck_assert_str_eq(listed(), "l c.md (c.md)\nl d/e.md (d/e.md)\nm modules/a.md (a.md)\np pages/b.md (b.md)\n");
}
END_TEST

START_TEST(stays_inside)
{
    write_file("channel.yaml", "id: plant\n");
    write_file("pages/a.md", "inside");
    char outside[128];
    snprintf(outside, sizeof outside, "%s/outside.md", root);
    ck_assert(file_write(outside, "secret", 6, 0600, &err));
    ck_assert(symlink(outside, at("pages/out.md")) == 0);
    ck_assert(symlink("a.md", at("pages/in.md")) == 0);
    ck_assert(symlink("nowhere.md", at("pages/broken.md")) == 0);
    ck_assert(symlink(root, at("pages/up.md")) == 0);
    ck_assert(symlink(".", at("pages/loop")) == 0);
    ck_assert(mkfifo(at("pages/fifo.md"), 0600) == 0);
    ck_assert_str_eq(listed(), "p pages/a.md (a.md)\np pages/in.md (in.md)\n");
    ck_assert(said("a link that leaves the channel's directory"));
    ck_assert(said("a link that leads nowhere"));
    ck_assert(said("not a regular file"));
}
END_TEST

START_TEST(reads_below_the_directory_alone)
{
    struct channel c;
    struct buf bytes = {0};
    char outside[128];
    snprintf(outside, sizeof outside, "%s/outside.md", root);
    ck_assert(file_write(outside, "secret", 6, 0600, &err));
    write_file("channel.yaml", "id: plant\n");
    write_file("pages/sub/a.md", "text");
    ck_assert(channel_read(a, dir, &c, d, &err));
    struct channel_reader *r = channel_reader_open(&c, &err);
    ck_assert(r != NULL);
    struct channel_file file = {.path = "pages/sub/a.md", .real = "pages/sub/a.md"};
    ck_assert(channel_reader_read(r, &file, &bytes, &err));
    ck_assert_str_eq(buf_text(&bytes), "text");
    /* Somebody swaps the file for a link, and then the directory. */
    ck_assert(unlink(at("pages/sub/a.md")) == 0 && symlink("/etc/passwd", at("pages/sub/a.md")) == 0);
    ck_assert(!channel_reader_read(r, &file, &bytes, &err));
    ck_assert_int_eq(err.code, EX_NOINPUT);
    channel_reader_close(r);
    ck_assert(rename(at("pages/sub"), at("pages/gone")) == 0 && symlink("/etc", at("pages/sub")) == 0);
    r = channel_reader_open(&c, &err);
    file.path = file.real = "pages/sub/passwd";
    ck_assert(!channel_reader_read(r, &file, &bytes, &err));
    file.path = file.real = "pages/../../outside.md";
    ck_assert(!channel_reader_read(r, &file, &bytes, &err));
    channel_reader_close(r);
    buf_free(&bytes);
}
END_TEST

START_TEST(refuses_large_files)
{
    struct channel c;
    struct buf bytes = {0};
    write_file("pages/a.md", "");
    ck_assert(truncate(at("pages/a.md"), (off_t)MODULE_MOST_BYTES + 1) == 0);
    ck_assert(channel_read(a, dir, &c, d, &err));
    struct channel_reader *r = channel_reader_open(&c, &err);
    const struct channel_file file = {.path = "pages/a.md", .real = "pages/a.md"};
    ck_assert(!channel_reader_read(r, &file, &bytes, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
    channel_reader_close(r);
    buf_free(&bytes);
}
END_TEST

START_TEST(survives_depth)
{
    struct buf path = {0};
    write_file("channel.yaml", "id: plant\n");
    buf_adds(&path, "pages");
    for (int i = 0; i < 40; i++)
        buf_adds(&path, "/d");
    buf_adds(&path, "/x.md");
    write_file(buf_text(&path), "");
    buf_free(&path);
    ck_assert_str_eq(listed(), "");
    ck_assert(said("more than 32 levels deep"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("channel");
    TCase *t = tcase_create("channel");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, reads_channel_yaml);
    tcase_add_test(t, makes_an_id_of_the_name);
    tcase_add_test(t, lists_what_counts);
    tcase_add_test(t, refuses_names_that_terminals_obey);
    tcase_add_test(t, lists_a_plain_directory);
    tcase_add_test(t, stays_inside);
    tcase_add_test(t, reads_below_the_directory_alone);
    tcase_add_test(t, refuses_large_files);
    tcase_add_test(t, survives_depth);
    suite_add_tcase(s, t);
    return suite_run(s);
}
