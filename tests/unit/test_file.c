/* file: limits, what is no file, writing that never leaves half a file, places. */
#include "core/base/file.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

static char dir[64];
static struct arena *arena;

static void set_up(void)
{
    suite_dir(dir, sizeof dir, "file");
    ck_assert_ptr_nonnull(arena = arena_open());
}

static const char *at(const char *name)
{
    return file_join(arena, dir, name);
}

static void tear_down(void)
{
    static const char *const files[] = {"a", "fifo", "link", "deep/er/file"};
    static const char *const dirs[] = {"deep/er/est", "deep/er", "deep", "closed", ""};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(at(files[i]));
    for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++)
        rmdir(at(dirs[i]));
    ck_assert_msg(access(dir, F_OK) != 0, "something was left in %s", dir);
    arena_close(arena);
}

static void fails(const char *path, size_t most, int code, const char *why)
{
    struct buf out = {0};
    struct error err = {0};
    buf_adds(&out, "kept");
    ck_assert(!file_read(path, most, &out, &err));
    ck_assert_msg(err.code == code && strstr(err.why, why) != NULL, "%s: %d: %s", path, err.code, err.why);
    ck_assert_str_eq(err.where, path);
    ck_assert(strncmp(buf_text(&out), "kept", 4) == 0);
    buf_free(&out);
}

START_TEST(round_trip)
{
    static const char bytes[] = "a\0b\r\n\xFF";
    struct buf out = {0};
    ck_assert(file_write(at("a"), bytes, sizeof bytes, 0600, NULL));
    buf_adds(&out, ">");
    ck_assert(file_read(at("a"), sizeof bytes, &out, NULL));
    ck_assert(out.len == 1 + sizeof bytes && memcmp(out.data + 1, bytes, sizeof bytes) == 0);
    ck_assert(file_write(at("a"), "", 0, 0600, NULL));
    buf_clear(&out);
    ck_assert(file_read(at("a"), 0, &out, NULL));
    ck_assert_uint_eq(out.len, 0);
    buf_free(&out);
}
END_TEST

START_TEST(limits)
{
    struct buf out = {0};
    ck_assert(file_write(at("a"), "12345678", 8, 0600, NULL));
    ck_assert(file_read(at("a"), 8, &out, NULL));
    buf_free(&out);
    fails(at("a"), 7, EX_DATAERR, "larger than");
    ck_assert(truncate(at("a"), 10L << 30) == 0); /* a hole: must not be read, nor room made for it */
    fails(at("a"), 1 << 20, EX_DATAERR, "larger than 1024 KiB");
}
END_TEST

START_TEST(no_files)
{
    fails(at("none"), 10, EX_NOINPUT, "No such file");
    fails(dir, 10, EX_NOINPUT, "not a regular file");
    fails("/dev/zero", 10, EX_NOINPUT, "not a regular file");
    ck_assert(mkfifo(at("fifo"), 0600) == 0);
    fails(at("fifo"), 10, EX_NOINPUT, "not a regular file"); /* and does not wait for a writer */
    ck_assert(symlink("link", at("link")) == 0);
    fails(at("link"), 10, EX_IOERR, "symbolic links");
    fails("", 10, EX_NOINPUT, "No such file");
}
END_TEST

START_TEST(modes)
{
    static const mode_t wanted[] = {0600, 0644, 0400};
    mode_t before = umask(077);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct stat st;
        ck_assert(file_write(at("a"), "x", 1, wanted[i], NULL));
        ck_assert(stat(at("a"), &st) == 0);
        ck_assert_int_eq(st.st_mode & 0777, wanted[i]);
    }
    umask(before);
}
END_TEST

/* Whoever has the old file open keeps reading the old file: it is replaced, not written over. */
START_TEST(replaces)
{
    ck_assert(file_write(at("a"), "old", 3, 0600, NULL));
    FILE *f = fopen(at("a"), "r");
    ck_assert_ptr_nonnull(f);
    ck_assert(file_write(at("a"), "new and longer", 14, 0600, NULL));
    char text[32];
    ck_assert_ptr_nonnull(fgets(text, sizeof text, f));
    ck_assert_str_eq(text, "old");
    fclose(f);
}
END_TEST

START_TEST(fails_to_write)
{
    struct error err = {0};
    ck_assert(!file_write(at("none/a"), "x", 1, 0600, &err));
    ck_assert_int_eq(err.code, EX_NOINPUT);
    ck_assert(mkdir(at("closed"), 0700) == 0);
    ck_assert(!file_write(at("closed"), "x", 1, 0600, &err)); /* a directory stands there */
    ck_assert(strstr(err.where, "closed") != NULL);
    char name[5000];
    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = '\0';
    ck_assert(!file_write(name, "x", 1, 0600, &err));
    ck_assert_str_eq(err.why, "the path is too long");
}
END_TEST

START_TEST(directories)
{
    ck_assert(file_make_dirs(at("deep/er/est"), NULL));
    ck_assert(file_make_dirs(at("deep/er/est"), NULL));
    ck_assert(file_make_dirs("/", NULL));
    struct stat st;
    ck_assert(stat(at("deep/er/est"), &st) == 0 && S_ISDIR(st.st_mode));
    ck_assert_int_eq(st.st_mode & 0777, 0700);
    ck_assert(file_write(at("deep/er/file"), "x", 1, 0600, NULL));
    struct error err = {0};
    ck_assert(!file_make_dirs(at("deep/er/file"), &err));
    ck_assert(strstr(err.where, "file") != NULL && err.todo[0] != '\0');
    ck_assert(!file_make_dirs(at("deep/er/file/below"), &err));
    char name[5000];
    memset(name, '/', sizeof name);
    name[sizeof name - 1] = '\0';
    ck_assert(!file_make_dirs(name, &err));
}
END_TEST

START_TEST(joining)
{
    ck_assert_str_eq(file_join(arena, "/a", "b"), "/a/b");
    ck_assert_str_eq(file_join(arena, "/a/", "b"), "/a/b");
    ck_assert_str_eq(file_join(arena, "/a", "/b"), "/b");
    ck_assert_str_eq(file_join(arena, "a", "b/c"), "a/b/c");
}
END_TEST

static const struct {
    const char *crib_home, *home, *xdg_data, *xdg_config, *xdg_state;
    const char *data, *config, *state; /* data NULL: refused */
} place_cases[] = {
    {"/c", "/h", "/d", "/e", "/s", "/c", "/c", "/c"},
    {NULL, "/h", NULL, NULL, NULL, "/h/.local/share/crib", "/h/.config/crib", "/h/.local/state/crib"},
    {NULL, "/h", "/d", "/e", "/s", "/d/crib", "/e/crib", "/s/crib"},
    {"", "/h", "", "", "", "/h/.local/share/crib", "/h/.config/crib", "/h/.local/state/crib"},
    /* Relative paths are invalid and ignored (XDG Base Directory Specification); but who sets CRIB_HOME means it. */
    {NULL, "/h", "d", "/e", "./s", "/h/.local/share/crib", "/e/crib", "/h/.local/state/crib"},
    {"c", "/h", NULL, NULL, NULL, NULL, NULL, NULL},
    {"/c//", "/h", NULL, NULL, NULL, "/c", "/c", "/c"},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL},
    {NULL, "h", NULL, NULL, NULL, NULL, NULL, NULL},
    {"c", "", "/d", "/e", "/s", NULL, NULL, NULL},
};

static void set_variable(const char *name, const char *value)
{
    if (value != NULL)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

START_TEST(one_process_has_a_lock)
{
    struct error err = {0};
    int fd = file_lock(at("a"), 0, "somebody is at it", &err), status;
    ck_assert_int_ge(fd, 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        bool busy = file_locked(at("a")) && !file_locked(at("b")) && file_lock(at("a"), 40, "somebody is at it", &err) < 0 && err.code == EX_TEMPFAIL &&
                    strcmp(err.what, "somebody is at it") == 0;
        _exit(busy ? 0 : 1);
    }
    ck_assert(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(fd);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        _exit(!file_locked(at("a")) && file_lock(at("a"), 0, "somebody is at it", &err) >= 0 ? 0 : 1);
    ck_assert(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    ck_assert_int_lt(file_lock(at("none/a"), 0, "x", &err), 0);
    ck_assert_int_ne(err.code, EX_TEMPFAIL);
}
END_TEST

START_TEST(place_table)
{
    unsetenv("CRIB_SYSTEM");
    set_variable("CRIB_HOME", place_cases[_i].crib_home);
    set_variable("HOME", place_cases[_i].home);
    set_variable("XDG_DATA_HOME", place_cases[_i].xdg_data);
    set_variable("XDG_CONFIG_HOME", place_cases[_i].xdg_config);
    set_variable("XDG_STATE_HOME", place_cases[_i].xdg_state);
    struct places p;
    struct error err = {0};
    bool ok = places_find(arena, &p, &err);
    ck_assert(ok == (place_cases[_i].data != NULL));
    if (ok) {
        ck_assert_str_eq(p.data, place_cases[_i].data);
        ck_assert_str_eq(p.config, place_cases[_i].config);
        ck_assert_str_eq(p.state, place_cases[_i].state);
    } else {
        ck_assert_int_eq(err.code, EX_CONFIG);
        ck_assert(err.todo[0] != '\0');
    }
}
END_TEST

static const struct {
    const char *crib_system, *system_data; /* NULL: refused */
} system_cases[] = {
    {NULL, "/var/lib/crib"}, {"", "/var/lib/crib"}, {"/y", "/y"}, {"/y/z//", "/y/z"}, {"/", "/"}, {"y", NULL},
};

START_TEST(system_table)
{
    struct places p;
    struct error err = {0};
    set_variable("CRIB_HOME", "/c");
    set_variable("CRIB_SYSTEM", system_cases[_i].crib_system);
    bool ok = places_find(arena, &p, &err);
    ck_assert(ok == (system_cases[_i].system_data != NULL));
    if (ok)
        ck_assert_str_eq(p.system_data, system_cases[_i].system_data);
    else
        ck_assert_str_eq(err.why, "CRIB_SYSTEM is not an absolute path");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("file");
    TCase *c = tcase_create("file");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, round_trip);
    tcase_add_test(c, limits);
    tcase_add_test(c, no_files);
    tcase_add_test(c, modes);
    tcase_add_test(c, replaces);
    tcase_add_test(c, fails_to_write);
    tcase_add_test(c, directories);
    tcase_add_test(c, joining);
    tcase_add_test(c, one_process_has_a_lock);
    tcase_add_loop_test(c, place_table, 0, (int)(sizeof place_cases / sizeof *place_cases));
    tcase_add_loop_test(c, system_table, 0, (int)(sizeof system_cases / sizeof *system_cases));
    suite_add_tcase(s, c);
    return suite_run(s);
}
