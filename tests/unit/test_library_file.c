/* Files that are handed out: how they are called and linked, how they come, change and go, and what a kill leaves. */
#include "core/base/file.h"
#include "core/library/attached.h"
#include "core/library/channel.h"
#include "core/library/library.h"
#include "core/library/library_file.h"
#include "tests/unit/library_fixture.h"

#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

static void set_up(void)
{
    plant_make("file");
    write_file("channel.yaml", "id: plant\nname: Plant\n");
    write_file("modules/pump.md", "---\ntitle: P\nproblem: It fails.\noutcome: Mend it.\nminutes: 5\n---\n[p](../files/p.pdf)\n");
    write_file("files/p.pdf", "first");
    write_file("files/deep/settings.conf", "x = 1\n");
    reopen(LIBRARY_WRITE);
}

/* The bytes at an address; NULL where it gives none, with err. */
static const char *bytes_of(const char *address)
{
    struct library_file f;
    struct buf bytes = {0};
    err = (struct error){0};
    if (!library_file(l, a, address, &f, &err) || !library_file_read(&f, &bytes, &err)) {
        buf_free(&bytes);
        return NULL;
    }
    ck_assert_uint_eq(f.size, bytes.len);
    const char *copy = arena_copy(a, buf_text(&bytes), bytes.len);
    buf_free(&bytes);
    return copy;
}

/* How many files lie in the library's directory of bytes. */
static size_t stored(void)
{
    DIR *at = opendir(arena_printf(a, "%s/files", home));
    size_t n = 0;
    const struct dirent *entry;
    while (at != NULL && (entry = readdir(at)) != NULL)
        n += entry->d_name[0] != '.';
    if (at != NULL)
        closedir(at);
    return n;
}

/* ---- names and links ---- */

static const struct {
    const char *target, *path; /* NULL: no file of the channel */
} links[] = {
    {"files/p.pdf", "files/p.pdf"},
    {"../files/p.pdf", "files/p.pdf"},
    {"./../../files/a/b c.pdf", "files/a/b c.pdf"},
    {"../files/a%20b.pdf#page=2", "files/a b.pdf"},
    {"files/x?raw", "files/x"},
    {"files/Plan.MD", NULL},
    {"files/", NULL},
    {"../files", NULL},
    {"files/../channel.yaml", NULL},
    {"files/%2e%2e/channel.yaml", NULL},
    {"files/a/%2E./x", NULL},
    {"files/.bashrc", NULL},
    {"files/.ssh/id", NULL},
    {"files/-rf", NULL},
    {"files/a//b", NULL},
    {"files/a%0ab", NULL},
    {"files/a%1b[2J", NULL},
    {"files/a\\b", NULL},
    {"files/a\xE2\x80\xAE" "fdp.exe", NULL},
    {"/files/p.pdf", NULL},
    {"other/files/p.pdf", NULL},
    {"https://example.com/files/p.pdf", NULL},
    {".../files/p.pdf", NULL},
    {"", NULL},
};

START_TEST(a_link_leads_to_a_file)
{
    const char *path = attached_link(a, links[_i].target);
    if (links[_i].path == NULL)
        ck_assert_msg(path == NULL, "%s: %s", links[_i].target, path);
    else
        ck_assert_msg(path != NULL && strcmp(path, links[_i].path) == 0, "%s: %s", links[_i].target, path);
}
END_TEST

START_TEST(only_files_that_may_be_called_so_are_taken)
{
    write_file("files/.hidden", "h");
    write_file("files/-rf", "r");
    write_file("files/note.md", "# N\n");
    write_file("files/a\033[2Jb", "e");
    ck_assert_int_eq(symlink("/etc/hostname", arena_printf(a, "%s/files/out", dir)), 0);
    install_from(dir);
    ck_assert_uint_eq(result.files, 2);
    ck_assert_uint_eq(stored(), 2);
    ck_assert_ptr_null(bytes_of("files/out"));
    ck_assert_ptr_null(bytes_of("files/-rf"));
    ck_assert_uint_eq(diags_errors(d), 3); /* the dash, the escape, the link */
}
END_TEST

/* ---- coming, changing, going ---- */

START_TEST(they_come_change_and_go)
{
    install_from(dir);
    ck_assert_uint_eq(result.added, 3);
    ck_assert_uint_eq(result.files, 2);
    ck_assert_str_eq(bytes_of("files/p.pdf"), "first");
    ck_assert_str_eq(bytes_of("plant/files/deep/settings.conf"), "x = 1\n");
    install_from(dir);
    ck_assert_uint_eq(result.added + result.changed + result.removed, 0);
    write_file("files/p.pdf", "second");
    install_from(dir);
    ck_assert_uint_eq(result.changed, 1);
    ck_assert_str_eq(bytes_of("files/p.pdf"), "second");
    ck_assert_uint_eq(stored(), 2); /* the first is collected */
    ck_assert_int_eq(unlink(arena_printf(a, "%s/files/p.pdf", dir)), 0);
    install_from(dir);
    ck_assert_uint_eq(result.removed, 1);
    ck_assert_uint_eq(stored(), 1);
    ck_assert_ptr_null(bytes_of("files/p.pdf"));
    ck_assert_int_eq(err.code, EX_NOINPUT);
    ck_assert(library_remove(l, "plant", &err));
    ck_assert_uint_eq(stored(), 0);
}
END_TEST

START_TEST(the_same_bytes_lie_there_once)
{
    write_file("files/q.pdf", "first");
    write_file("files/q.txt", "first"); /* viewers go by the ending */
    install_from(dir);
    ck_assert_uint_eq(result.files, 4);
    ck_assert_uint_eq(stored(), 3);
    struct library_file f;
    struct stat st;
    ck_assert(library_file(l, a, "files/q.txt", &f, &err));
    ck_assert_str_eq(f.name, "q.txt");
    ck_assert_str_eq(f.stored + strlen(f.stored) - 4, ".txt");
    ck_assert_int_eq(stat(f.stored, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0400);
}
END_TEST

/* Everybody reads the system-wide library's, whatever the umask of who installed it. */
START_TEST(all_users_read_the_files_of_their_library)
{
    struct library_file f;
    struct stat st;
    places.system_data = home;
    mode_t before = umask(077);
    reopen(LIBRARY_WRITE);
    install_from(dir);
    umask(before);
    ck_assert(library_file(l, a, "files/p.pdf", &f, &err));
    ck_assert_int_eq(stat(f.stored, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0444);
    ck_assert_int_eq(stat(arena_printf(a, "%s/files", home), &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0755);
}
END_TEST

START_TEST(an_address_is_full_or_unambiguous)
{
    char other[96];
    snprintf(other, sizeof other, "%s/other", root);
    write_in(other, "channel.yaml", "id: other\n");
    write_in(other, "pages/x.md", "# X\n");
    write_in(other, "files/p.pdf", "theirs");
    install_from(dir);
    install_from(other);
    ck_assert_ptr_null(bytes_of("files/p.pdf"));
    ck_assert_int_eq(err.code, EX_DATAERR);
    ck_assert_str_eq(err.why, "other, plant");
    ck_assert_str_eq(bytes_of("other/files/p.pdf"), "theirs");
    ck_assert_str_eq(bytes_of("plant/files/p.pdf"), "first");
    ck_assert_ptr_null(bytes_of("files/q.pdf"));
    ck_assert_int_eq(err.code, EX_NOINPUT);
    ck_assert_ptr_nonnull(strstr(err.todo, "files/p.pdf"));
    ck_assert(library_file_named("files/x") && library_file_named("plant/files/x"));
    ck_assert(!library_file_named("plant") && !library_file_named("E-204") && !library_file_named("a/b/files/x"));
}
END_TEST

/* What the disk lost comes back; what it changed is not handed out. */
START_TEST(lost_bytes_come_back)
{
    struct library_file f;
    install_from(dir);
    ck_assert(library_file(l, a, "files/p.pdf", &f, &err));
    ck_assert_int_eq(unlink(f.stored), 0);
    ck_assert_ptr_null(bytes_of("files/p.pdf"));
    install_from(dir);
    ck_assert_str_eq(bytes_of("files/p.pdf"), "first");
    ck_assert_int_eq(chmod(f.stored, 0600), 0);
    ck_assert(file_write(f.stored, "F1rst", 5, 0400, &err));
    ck_assert_ptr_null(bytes_of("files/p.pdf"));
    ck_assert_int_eq(err.code, EX_DATAERR);
}
END_TEST

START_TEST(one_too_large_is_refused_and_the_others_come)
{
    struct buf large = {0};
    buf_addn(&large, 'x', (size_t)16 * 1024 * 1024 + 1);
    write_file("files/large.bin", buf_text(&large));
    buf_free(&large);
    install_from(dir);
    ck_assert_uint_eq(result.refused, 1);
    ck_assert_uint_eq(result.files, 2);
    ck_assert_ptr_null(bytes_of("files/large.bin"));
}
END_TEST

/* A publisher's archive holds what it likes. */
START_TEST(an_archives_odd_names_are_left_alone)
{
    const struct channel_entry entries[] = {
        {"channel.yaml", STR("id: far\n"), false},    {"files/-x", STR("1"), false},
        {"files/.bashrc", STR("2"), false},           {"files/ok.txt", STR("3"), false},
        {"modules/pump.md", STR("---\ntitle: P\n---\n"), false},
    };
    const struct channel_archive archive = {entries, sizeof entries / sizeof *entries};
    const struct library_published published = {.url = "https://example.com/far/", .version = 1};
    ck_assert_msg(library_install_archive(l, &archive, &published, NULL, d, a, &result, &err), "%s", err.why);
    ck_assert_uint_eq(result.files, 1);
    ck_assert_str_eq(bytes_of("far/files/ok.txt"), "3");
    ck_assert_uint_eq(stored(), 1);
}
END_TEST

/* ---- kills ---- */

enum { KILLS = 40, SET = 6 };

/* Installs the one version and the other for ever: in each all files say the same number. */
_Noreturn static void install_for_ever(void)
{
    struct library *mine = library_open(&places, LIBRARY_WRITE | LIBRARY_ALONE, "", &err);
    if (mine == NULL)
        _exit(1);
    for (unsigned n = 0;; n++) {
        const char *path[SET];
        struct channel_entry entries[SET + 1] = {{"channel.yaml", STR("id: far\n"), false}};
        struct arena *one = arena_open();
        for (int i = 0; i < SET; i++) {
            path[i] = arena_printf(one, "files/%d.txt", i);
            entries[i + 1] = (struct channel_entry){path[i], str_of(arena_printf(one, "%d of version %u", i, n)), false};
        }
        const struct channel_archive archive = {entries, SET + 1};
        const struct library_published published = {.url = "https://example.com/far/", .version = (int64_t)n + 1};
        struct library_result r;
        if (!library_install_archive(mine, &archive, &published, NULL, NULL, one, &r, &err))
            _exit(1);
        arena_close(one);
    }
}

START_TEST(a_kill_leaves_one_version_whole)
{
    size_t whole = 0;
    library_close(l);
    l = NULL;
    srand(1);
    for (int round = 0; round < KILLS; round++) {
        pid_t child = fork();
        if (child == 0)
            install_for_ever();
        ck_assert_int_gt(child, 0);
        nanosleep(&(struct timespec){.tv_nsec = 1000L * (5000 + rand() % 60000)}, NULL);
        kill(child, SIGKILL);
        int status;
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_msg(WIFSIGNALED(status), "the installer failed by itself");
        reopen(LIBRARY_READ);
        const char *first = bytes_of("far/files/0.txt");
        if (first == NULL)
            ck_assert_int_eq(err.code, EX_NOINPUT);
        whole += first != NULL;
        for (int i = 1; first != NULL && i < SET; i++) {
            const char *other = bytes_of(arena_printf(a, "far/files/%d.txt", i));
            ck_assert_msg(other != NULL, "round %d, file %d: %s: %s", round, i, err.what, err.why);
            ck_assert_str_eq(strstr(other, " of "), strstr(first, " of "));
        }
    }
    ck_assert_uint_gt(whole, KILLS / 4);
    reopen(LIBRARY_WRITE);
    install_from(dir); /* what killed installers left is collected */
    ck_assert_uint_eq(stored(), SET + 2);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("library file");
    TCase *t = tcase_create("files");
    tcase_add_checked_fixture(t, set_up, plant_remove);
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, a_link_leads_to_a_file, 0, (int)(sizeof links / sizeof *links));
    tcase_add_test(t, only_files_that_may_be_called_so_are_taken);
    tcase_add_test(t, they_come_change_and_go);
    tcase_add_test(t, the_same_bytes_lie_there_once);
    tcase_add_test(t, all_users_read_the_files_of_their_library);
    tcase_add_test(t, an_address_is_full_or_unambiguous);
    tcase_add_test(t, lost_bytes_come_back);
    tcase_add_test(t, one_too_large_is_refused_and_the_others_come);
    tcase_add_test(t, an_archives_odd_names_are_left_alone);
    tcase_add_test(t, a_kill_leaves_one_version_whole);
    suite_add_tcase(s, t);
    return suite_run(s);
}
