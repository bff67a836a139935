/* Configuration: which value wins, where it came from, and what is said about mistakes. */
#include "core/base/config.h"
#include "core/base/context.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

static char root[64], user_file[128], system_file[128];
static struct arena *a;
static struct diags *d;
static struct error err;
static struct places places;

static void write_file(const char *path, const char *text)
{
    ck_assert_msg(file_write(path, text, strlen(text), 0600, &err), "%s", err.why);
}

static void set_up(void)
{
    static const char *const variables[] = {"CRIB_ROLES",    "CRIB_STAGE", "CRIB_THEME", "CRIB_MOUSE", "CRIB_HOMEPAGE",
                                            "CRIB_LANGUAGE", "VISUAL",     "EDITOR",     "CRIB_ASCII", "CRIB_SYNC"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        unsetenv(variables[i]);
    suite_dir(root, sizeof root, "config");
    snprintf(user_file, sizeof user_file, "%s/config.yaml", root);
    snprintf(system_file, sizeof system_file, "%s/system.yaml", root);
    places = (struct places){root, root, root, root, system_file};
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

static struct config *load(void)
{
    struct config *c = config_load(a, &places, d, &err);
    ck_assert_msg(c != NULL, "%s: %s", err.what, err.why);
    return c;
}

START_TEST(defaults_without_files)
{
    const struct config *c = load();
    ck_assert_str_eq(config_text(c, CONFIG_THEME), "auto");
    ck_assert(!config_yes(c, CONFIG_MOUSE));
    ck_assert_uint_eq(config_list(c, CONFIG_ROLES).count, 0);
    for (int i = 0; i < CONFIG_KEYS; i++)
        ck_assert_int_eq(config_get(c, (enum config_key)i)->origin, ORIGIN_DEFAULT);
}
END_TEST

static const struct {
    const char *text;
    bool good;
    long seconds;
} every[] = {
    {"auto", true, -1}, {"AUTO", true, -1}, {"yes", true, -1},  {"no", true, 0},      {"off", true, 0},
    {"0", true, 0},     {"1", true, 60},    {"15", true, 900},  {"30s", true, 30},    {"10080", true, 604800},
    {"10081", false, 0}, {"604801s", false, 0}, {"-5", false, 0}, {"15m", false, 0},  {"s", false, 0},
    {"1.5", false, 0},  {"often", false, 0}, {"\"\"", false, 0},    {"9999999", false, 0}, {"5 s", false, 0},
};

START_TEST(how_often_is_a_word_or_a_number)
{
    struct config *c = load();
    ck_assert_int_eq(config_seconds(c, CONFIG_SYNC), -1);
    ck_assert_str_eq(config_text(c, CONFIG_SYNC), "auto");
    ck_assert_msg(config_override(c, CONFIG_SYNC, every[_i].text, "--sync", &err) == every[_i].good, "%s", every[_i].text);
    ck_assert_int_eq(config_seconds(c, CONFIG_SYNC), every[_i].good ? every[_i].seconds : -1);
    ck_assert(config_set(&places, "sync", every[_i].text, &err) == every[_i].good);
    c = load();
    ck_assert_int_eq(config_seconds(c, CONFIG_SYNC), every[_i].good ? every[_i].seconds : -1);
    char file[80];
    snprintf(file, sizeof file, "sync: %s\n", every[_i].text);
    write_file(user_file, file);
    c = load();
    ck_assert_int_eq(config_seconds(c, CONFIG_SYNC), every[_i].good ? every[_i].seconds : -1);
}
END_TEST

START_TEST(the_nearer_one_wins)
{
    write_file(system_file, "stage: install\ntheme: dark\nroles: [operator]\nshared_accounts: [kiosk]\nmouse: yes\n");
    write_file(user_file, "# mine\nstage: operate\ntheme: light\n");
    setenv("CRIB_STAGE", "maintain", 1);
    struct config *c = load();
    ck_assert(config_override(c, CONFIG_STAGE, "troubleshoot", "--stage", &err));
    ck_assert_str_eq(config_text(c, CONFIG_STAGE), "troubleshoot");
    ck_assert_int_eq(config_get(c, CONFIG_STAGE)->origin, ORIGIN_FLAG);
    ck_assert_str_eq(config_text(c, CONFIG_THEME), "light");
    ck_assert_int_eq(config_get(c, CONFIG_THEME)->origin, ORIGIN_USER);
    ck_assert_uint_eq(config_get(c, CONFIG_THEME)->line, 3);
    ck_assert_str_eq(config_get(c, CONFIG_THEME)->where, user_file);
    ck_assert(config_yes(c, CONFIG_MOUSE));
    ck_assert_int_eq(config_get(c, CONFIG_MOUSE)->origin, ORIGIN_SYSTEM);
    ck_assert_str_eq(config_list(c, CONFIG_SHARED_ACCOUNTS).items[0], "kiosk");
    c = load();
    ck_assert_str_eq(config_text(c, CONFIG_STAGE), "maintain");
    ck_assert_str_eq(config_get(c, CONFIG_STAGE)->where, "CRIB_STAGE");
    ck_assert_uint_eq(diags_count(d), 0);
}
END_TEST

/* Whether hints may leave: a file can only forbid it, the system's as well as the user's. */
static const struct {
    const char *system, *user;
    bool may;
    size_t said; /* how many mistakes */
} sharing[] = {
    {"", "", true, 0},
    {"share: no\n", "", false, 0},
    {"", "share: off\n", false, 0},
    {"share: no\n", "share: yes\n", false, 1},
    {"share: yes\n", "share: no\n", false, 1},
    {"share: yes\n", "share: true\n", true, 2},
    {"", "share: perhaps\n", false, 1},
    {"", "share: [yes]\n", false, 1},
    {"share: [unclosed", "", false, 1},
    {"", "share: [unclosed", false, 1},
};

START_TEST(sharing_can_only_be_forbidden)
{
    write_file(system_file, sharing[_i].system);
    write_file(user_file, sharing[_i].user);
    const struct config *c = load();
    ck_assert_int_eq(config_share(c), sharing[_i].may);
    ck_assert(!config_yes(c, CONFIG_SHARE));
    ck_assert_str_eq(config_text(c, CONFIG_SHARE), "no");
    ck_assert_uint_eq(diags_count(d), sharing[_i].said);
    if (sharing[_i].may)
        ck_assert_int_eq(config_get(c, CONFIG_SHARE)->origin, ORIGIN_DEFAULT);
}
END_TEST

START_TEST(no_file_is_made_to_say_yes)
{
    ck_assert(!config_set(&places, "share", "yes", &err));
    ck_assert_int_eq(err.code, EX_USAGE);
    ck_assert(access(user_file, F_OK) != 0);
    ck_assert(config_share(load()));
    ck_assert(config_set(&places, "share", "no", &err));
    ck_assert(!config_share(load()));
    ck_assert(!config_set(&places, "gaps", "yes", &err));
    ck_assert_str_eq(config_text(load(), CONFIG_GAPS), "no");
    ck_assert(config_set(&places, "gaps", "send", &err));
    ck_assert_str_eq(config_text(load(), CONFIG_GAPS), "send");
}
END_TEST

START_TEST(lists_from_the_environment)
{
    setenv("CRIB_ROLES", " operator ,, field-technician,", 1);
    const struct config *c = load();
    ck_assert_uint_eq(config_list(c, CONFIG_ROLES).count, 2);
    ck_assert_str_eq(config_list(c, CONFIG_ROLES).items[0], "operator");
    ck_assert_str_eq(config_list(c, CONFIG_ROLES).items[1], "field-technician");
}
END_TEST

/* A mistake is said once and skipped; the rest of the file counts. */
static const struct {
    const char *text, *said, *todo;
    size_t line;
} mistakes[] = {
    {"tehme: dark\nascii: true\n", "unknown key `tehme`", "theme", 1},
    {"mouse: perhaps\nascii: true\n", "`mouse` must be true or false", "", 1},
    {"roles: {a: b}\nascii: true\n", "`roles` must be a list", "", 1},
    {"theme: [a]\nascii: true\n", "`theme` must be a text", "", 1},
    {"theme: drak\nascii: true\n", "`theme` is `drak`: it is none of auto, dark", "", 1},
};

START_TEST(skips_mistakes)
{
    write_file(user_file, mistakes[_i].text);
    const struct config *c = load();
    ck_assert(config_yes(c, CONFIG_ASCII));
    ck_assert_uint_eq(diags_count(d), 1);
    ck_assert_msg(strstr(diags_at(d, 0)->text, mistakes[_i].said) != NULL, "%s", diags_at(d, 0)->text);
    ck_assert(strstr(diags_at(d, 0)->todo, mistakes[_i].todo) != NULL);
    ck_assert_uint_eq(diags_at(d, 0)->line, mistakes[_i].line);
}
END_TEST

START_TEST(survives_what_is_no_yaml)
{
    write_file(user_file, "a: [b\n\t- *x");
    ck_assert_str_eq(config_text(load(), CONFIG_THEME), "auto");
    write_file(user_file, "- a\n");
    ck_assert_str_eq(config_text(load(), CONFIG_THEME), "auto");
    write_file(user_file, "");
    ck_assert_str_eq(config_text(load(), CONFIG_THEME), "auto");
    ck_assert_uint_eq(diags_count(d), 2);
    setenv("CRIB_MOUSE", "perhaps", 1);
    ck_assert(!config_yes(load(), CONFIG_MOUSE));
    ck_assert_uint_eq(diags_count(d), 3);
}
END_TEST

/* What the file holds before, the act, and what it holds afterwards. */
static const struct {
    const char *before, *key, *value, *after;
} acts[] = {
    {"", "theme", "dark", "theme: \"dark\"\n"},
    {"# mine\nmouse: yes # x\n", "theme", "dark", "# mine\nmouse: yes # x\ntheme: \"dark\"\n"},
    {"theme: light # old\nmouse: yes\n", "theme", "dark", "theme: \"dark\"\nmouse: yes\n"},
    {"mouse: yes", "mouse", "no", "mouse: false\n"},
    {"", "roles", " [c, d d] ", "roles: [\"c\", \"d d\"]\n"},
    {"roles:\n  - a\n  - b\ntheme: light\n", "roles", "c, d", "roles: [\"c\", \"d\"]\ntheme: light\n"},
    {"roles:\n- a\n- b\n\ntheme: light\n", "roles", "c", "roles: [\"c\"]\n\ntheme: light\n"},
    {"roles:\n  - a\n\n  - b\n# not its\nmouse: yes\n", "roles", "c", "roles: [\"c\"]\n# not its\nmouse: yes\n"},
    {"roles:\n- a\n# why\n \n-\n  b\n# not its\n", "roles", "c", "roles: [\"c\"]\n# not its\n"},
    {"roles: [a,\r\n\r\n  b]\r\n\r\nmouse: yes\r\n", "roles", "c", "roles: [\"c\"]\n\r\nmouse: yes\r\n"},
    {"", "homepage", "a\"b\\c: #d", "homepage: \"a\\\"b\\\\c: #d\"\n"},
};

START_TEST(sets_one_key)
{
    struct buf text = {0};
    if (acts[_i].before[0] != '\0')
        write_file(user_file, acts[_i].before);
    ck_assert_msg(config_set(&places, acts[_i].key, acts[_i].value, &err), "%s: %s", err.what, err.why);
    ck_assert(file_read(user_file, 4096, &text, &err));
    ck_assert_str_eq(buf_text(&text), acts[_i].after);
    buf_free(&text);
    (void)load();
    ck_assert_uint_eq(diags_count(d), 0);
}
END_TEST

START_TEST(refuses_to_set_nonsense)
{
    ck_assert(!config_set(&places, "tehme", "dark", &err));
    ck_assert_int_eq(err.code, EX_USAGE);
    ck_assert_str_eq(err.todo, "did you mean theme?");
    ck_assert(!config_set(&places, "mouse", "perhaps", &err));
    ck_assert(!config_set(&places, "theme", "drak", &err));
    ck_assert_str_eq(err.why, "it is none of auto, dark, light, 16, mono, contrast");
    write_file(user_file, "a: [b\n");
    ck_assert(!config_set(&places, "theme", "dark", &err));
    ck_assert_int_eq(err.code, EX_CONFIG);
    write_file(user_file, "{theme: light}\n");
    ck_assert(!config_set(&places, "theme", "dark", &err));
}
END_TEST

START_TEST(finds_the_context_above)
{
    char path[160], deep[160];
    struct context c;
    snprintf(path, sizeof path, "%s/.crib", root);
    snprintf(deep, sizeof deep, "%s/a/b", root);
    ck_assert(file_make_dirs(deep, &err));
    write_file(path, "stage: commission\nasset: P-101\nwork_order: 4711\norder: x\n");
    context_find(a, deep, &c, d);
    ck_assert_str_eq(c.stage, "commission");
    ck_assert_str_eq(c.asset, "P-101");
    ck_assert_str_eq(c.work_order, "4711");
    ck_assert(strstr(c.from, "/.crib") != NULL);
    ck_assert_uint_eq(diags_warnings(d), 1);
    setenv("CRIB_STAGE", "operate", 1);
    context_find(a, deep, &c, NULL);
    ck_assert_str_eq(c.stage, "operate");
    ck_assert_str_eq(c.from, "CRIB_STAGE");
    ck_assert_str_eq(c.asset, "P-101");
}
END_TEST

START_TEST(keeps_what_a_key_chose)
{
    char path[128];
    write_file(user_file, "# mine\nroles: [operator] # for now\n");
    write_file(system_file, "theme: dark\n");
    ck_assert(config_choose(&places, CONFIG_THEME, "light", &err));
    ck_assert(config_choose(&places, CONFIG_STAGE, "maintain", &err));
    ck_assert(config_choose(&places, CONFIG_THEME, "mono", &err));
    const struct config *c = load();
    snprintf(path, sizeof path, "%s/chosen.yaml", root);
    ck_assert_str_eq(config_text(c, CONFIG_THEME), "mono");
    ck_assert_str_eq(config_text(c, CONFIG_STAGE), "maintain");
    ck_assert_int_eq(config_get(c, CONFIG_THEME)->origin, ORIGIN_CHOSEN);
    ck_assert_str_eq(config_get(c, CONFIG_THEME)->where, path);
    ck_assert_str_eq(config_origin_name(ORIGIN_CHOSEN), "chosen");
    write_file(user_file, "theme: contrast\n"); /* by hand: nobody's line is beaten by a key pressed last week */
    ck_assert_str_eq(config_text(load(), CONFIG_THEME), "contrast");
    ck_assert(config_choose(&places, CONFIG_STAGE, "", &err));
    ck_assert_str_eq(config_text(load(), CONFIG_STAGE), "");
    ck_assert_int_eq(config_get(load(), CONFIG_STAGE)->origin, ORIGIN_CHOSEN);
    ck_assert(!config_choose(&places, CONFIG_ROLES, "operator", &err));
    ck_assert(!config_choose(&places, CONFIG_THEME, "pink", &err));
    ck_assert_int_eq(err.code, EX_USAGE);
    ck_assert_uint_eq(diags_count(d), 0);
}
END_TEST

START_TEST(a_broken_chosen_file_is_begun_anew)
{
    char path[128];
    snprintf(path, sizeof path, "%s/chosen.yaml", root);
    write_file(path, "theme: [unclosed\n");
    ck_assert_str_eq(config_text(load(), CONFIG_THEME), "auto");
    ck_assert_msg(config_choose(&places, CONFIG_THEME, "light", &err), "%s", err.why);
    ck_assert_str_eq(config_text(load(), CONFIG_THEME), "light");
    write_file(path, "roles: [operator]\ntheme: dark\n"); /* no key writes roles there */
    ck_assert_uint_eq(config_list(load(), CONFIG_ROLES).count, 0);
}
END_TEST

/* An enrolment writes a mapping: all other lines stay, its own are replaced, and texts stay texts. */
START_TEST(a_mapping_is_written)
{
    const struct config_pair one[] = {{"url", "https://a.example/"}, {"credentials", "site.key"}, {"ca", NULL}};
    const struct config_pair two[] = {{"url", "b\n\"x\": y"}, {"ca", "/etc/ca.pem"}};
    write_file(user_file, "# mine\nroles: [operator] # for now\nlrs:\n  vendor: no\n");
    ck_assert_msg(config_set_mapping(&places, CONFIG_SITE, one, 3, &err), "%s", err.why);
    struct config *c = load();
    ck_assert_str_eq(config_text(c, CONFIG_SITE), "{url: https://a.example/, credentials: site.key}");
    ck_assert_str_eq(config_text(c, CONFIG_LRS), "{vendor: no}");
    ck_assert_msg(config_set_mapping(&places, CONFIG_SITE, two, 2, &err), "%s", err.why);
    c = load();
    ck_assert_str_eq(config_text(c, CONFIG_SITE), "{url: b\n\"x\": y, ca: /etc/ca.pem}");
    struct buf text = {0};
    ck_assert(file_read(user_file, 4096, &text, &err));
    ck_assert_ptr_nonnull(strstr(buf_text(&text), "# mine\nroles: [operator] # for now\nlrs:\n  vendor: no\nsite:\n"));
    ck_assert_ptr_null(strstr(buf_text(&text), "a.example"));
    buf_free(&text);
    ck_assert_uint_eq(diags_count(d), 0);
}
END_TEST

/* What the site said counts where nothing else says it, and while the device is enrolled there. */
START_TEST(roles_from_the_site)
{
    const char *const two[] = {"operator", "a, \"b\""};
    const struct config_pair site[] = {{"url", "https://a.example/"}};
    ck_assert_str_eq(config_site_etag(a, &places), "");
    ck_assert_msg(config_keep_site(&places, (struct strings){two, 2}, "\"7\"", &err), "%s", err.why);
    ck_assert_str_eq(config_site_etag(a, &places), "\"7\"");
    ck_assert_uint_eq(config_list(load(), CONFIG_ROLES).count, 0);
    ck_assert(config_set_mapping(&places, CONFIG_SITE, site, 1, &err));
    const struct config *c = load();
    ck_assert_uint_eq(config_list(c, CONFIG_ROLES).count, 2);
    ck_assert_str_eq(config_list(c, CONFIG_ROLES).items[1], two[1]);
    ck_assert_str_eq(config_origin_name(config_get(c, CONFIG_ROLES)->origin), "site");
    write_file(system_file, "roles: [fitter]\n");
    ck_assert_str_eq(config_text(load(), CONFIG_ROLES), "fitter");
    setenv("CRIB_ROLES", "electrician", 1);
    ck_assert_str_eq(config_text(load(), CONFIG_ROLES), "electrician");
    unsetenv("CRIB_ROLES");
    ck_assert_int_eq(unlink(system_file), 0);
    char path[128];
    snprintf(path, sizeof path, "%s/site.yaml", root);
    write_file(path, "roles: [unclosed\n"); /* broken: as if nothing had been said */
    ck_assert_uint_eq(config_list(load(), CONFIG_ROLES).count, 0);
    ck_assert_uint_eq(diags_count(d), 0);
    ck_assert(config_keep_site(&places, (struct strings){0}, "", &err));
    ck_assert_uint_eq(config_list(load(), CONFIG_ROLES).count, 0);
}
END_TEST

/* What stands in the file's place is no file: everything else counts, and nothing is written over it. */
START_TEST(goes_on_without_what_cant_be_read)
{
    char path[160], target[160];
    struct stat st;
    struct buf text = {0};
    ck_assert_ptr_null(config_unread(load(), ORIGIN_USER));
    ck_assert_int_eq(mkdir(user_file, 0700), 0);
    write_file(system_file, "theme: dark\n");
    const struct config *c = load();
    ck_assert_str_eq(config_text(c, CONFIG_THEME), "dark");
    ck_assert_ptr_null(config_unread(c, ORIGIN_SYSTEM));
    ck_assert_str_eq(config_unread(c, ORIGIN_USER)->where, user_file);
    ck_assert_str_ne(config_unread(c, ORIGIN_USER)->why, "");
    ck_assert_str_ne(config_unread(c, ORIGIN_USER)->todo, "");
    ck_assert(!config_set(&places, "theme", "light", &err));
    ck_assert_int_eq(rmdir(user_file), 0);
    snprintf(target, sizeof target, "%s/elsewhere.yaml", root);
    ck_assert_int_eq(symlink("elsewhere.yaml", user_file), 0);
    ck_assert_str_eq(config_unread(load(), ORIGIN_USER)->why, "it is a link that leads nowhere");
    ck_assert(!config_set(&places, "theme", "light", &err));
    ck_assert_int_ne(stat(target, &st), 0);
    write_file(target, "mouse: yes\n"); /* a link to a file is as good as the file, and stays a link */
    ck_assert_msg(config_set(&places, "theme", "light", &err), "%s", err.why);
    ck_assert_int_eq(lstat(user_file, &st), 0);
    ck_assert(S_ISLNK(st.st_mode));
    ck_assert(file_read(target, 4096, &text, &err));
    ck_assert_str_eq(buf_text(&text), "mouse: yes\ntheme: \"light\"\n");
    buf_free(&text);
    ck_assert_ptr_null(config_unread(load(), ORIGIN_USER));
    write_file(system_file, "a: [b\n");
    ck_assert_str_eq(config_text(load(), CONFIG_THEME), "light");
    ck_assert_str_eq(config_unread(load(), ORIGIN_SYSTEM)->where, system_file);
    write_file(system_file, "");
    ck_assert_ptr_null(config_unread(load(), ORIGIN_SYSTEM));
    snprintf(path, sizeof path, "%s/chosen.yaml", root);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert_str_eq(config_text(load(), CONFIG_THEME), "light");
}
END_TEST

/* Nobody may read it; root reads everything, so the test becomes somebody else. */
START_TEST(goes_on_without_the_right_to_read)
{
    write_file(user_file, "theme: dark\n");
    ck_assert_int_eq(chmod(user_file, 0), 0);
    ck_assert_int_eq(chmod(root, 0755), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(2);
        const struct config *c = config_load(a, &places, NULL, &err);
        const struct error *unread = c != NULL ? config_unread(c, ORIGIN_USER) : NULL;
        bool ok = unread != NULL && strcmp(unread->why, strerror(EACCES)) == 0 &&
                  strcmp(config_text(c, CONFIG_THEME), "auto") == 0 && !config_set(&places, "theme", "light", &err);
        _exit(ok ? 0 : 1);
    }
    int status = -1;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

int main(void)
{
    Suite *s = suite_create("config");
    TCase *t = tcase_create("config");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, defaults_without_files);
    tcase_add_test(t, the_nearer_one_wins);
    tcase_add_loop_test(t, how_often_is_a_word_or_a_number, 0, sizeof every / sizeof *every);
    tcase_add_test(t, lists_from_the_environment);
    tcase_add_loop_test(t, sharing_can_only_be_forbidden, 0, sizeof sharing / sizeof *sharing);
    tcase_add_test(t, no_file_is_made_to_say_yes);
    tcase_add_loop_test(t, skips_mistakes, 0, COUNT(mistakes));
    tcase_add_test(t, survives_what_is_no_yaml);
    tcase_add_loop_test(t, sets_one_key, 0, COUNT(acts));
    tcase_add_test(t, refuses_to_set_nonsense);
    tcase_add_test(t, finds_the_context_above);
    tcase_add_test(t, keeps_what_a_key_chose);
    tcase_add_test(t, a_broken_chosen_file_is_begun_anew);
    tcase_add_test(t, a_mapping_is_written);
    tcase_add_test(t, roles_from_the_site);
    tcase_add_test(t, goes_on_without_what_cant_be_read);
    tcase_add_test(t, goes_on_without_the_right_to_read);
    suite_add_tcase(s, t);
    return suite_run(s);
}
