/* The compiled triggers follow the library: what is installed, changed and removed; and are made again where they are lost,
 * damaged or behind. */
#include "core/base/file.h"
#include "core/library/library.h"
#include "core/library/trigger.h"
#include "core/library/trigger_file.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char root[64], home[96], dir[96], index_dir[128];
static struct arena *a;
static struct error err;
static struct places places;
static struct library *l;

static void write_module(const char *channel, const char *id, const char *triggers)
{
    const char *where = arena_printf(a, "%s/%s/modules", dir, channel);
    ck_assert(file_make_dirs(where, &err));
    const char *name = arena_printf(a, "id: %s\nname: N\n", channel);
    ck_assert(file_write(arena_printf(a, "%s/%s/channel.yaml", dir, channel), name, strlen(name), 0600, &err));
    const char *text = arena_printf(a, "---\ntitle: T %s\nproblem: P\noutcome: O\nminutes: 3\nstages: [operate]\ntriggers:\n%s---\n\nText.\n",
                                    id, triggers);
    ck_assert(file_write(arena_printf(a, "%s/%s.md", where, id), text, strlen(text), 0600, &err));
}

static void install(const char *channel)
{
    struct library_result result;
    library_close(l);
    l = library_open(&places, LIBRARY_WRITE | LIBRARY_ALONE, "", &err);
    ck_assert_msg(l != NULL, "%s: %s", err.what, err.why);
    ck_assert_msg(library_install(l, arena_printf(a, "%s/%s", dir, channel), NULL, NULL, a, &result, &err), "%s: %s", err.what, err.why);
}

static void set_up(void)
{
    suite_dir(root, sizeof root, "store");
    snprintf(home, sizeof home, "%s/home", root);
    snprintf(dir, sizeof dir, "%s/source", root);
    snprintf(index_dir, sizeof index_dir, "%s/home/index", root);
    places = (struct places){home, home, home, "/nonexistent", "/nonexistent"};
    a = arena_open();
    l = NULL;
    setenv("CRIB_CLOCK", "2026-11-28T12:00:00Z", 1);
    write_module("plant", "prime", "  - code: E-204\n  - asset: P-1*\n  - output: 'a (b|c)'\n");
    write_module("plant", "plain", "  - command: ssh -L\n");
    install("plant");
}

static void tear_down(void)
{
    library_close(l);
    arena_close(a);
    suite_remove(root);
}

/* The addresses that a text's codes lead to. */
static const char *found(const char *text)
{
    struct error left_out = {0};
    struct triggers *t = triggers_open(index_dir, NULL, "", &left_out, &err);
    if (t == NULL || !triggers_whole(t)) {
        triggers_close(t);
        return "damaged";
    }
    struct trigger_match matches[8];
    struct buf out = {0};
    size_t n = trigger_words(t, text, strlen(text), matches, 8);
    for (size_t i = 0; i < n; i++) {
        struct trigger_module m;
        trigger_module(t, matches[i].module, &m);
        buf_addf(&out, "%s%s/%s%s", i > 0 ? " " : "", m.channel, m.id, m.only ? "" : " (several)");
    }
    triggers_close(t);
    const char *copy = arena_strdup(a, buf_text(&out));
    buf_free(&out);
    return copy;
}

START_TEST(follows_the_library)
{
    ck_assert_str_eq(found("E-204"), "plant/prime");
    struct triggers *t = triggers_open(index_dir, NULL, "", NULL, &err);
    struct trigger_match match;
    struct trigger_module m;
    ck_assert_uint_eq(trigger_code(t, "E-204", 5, &match, 1), 1);
    trigger_module(t, match.module, &m);
    ck_assert_str_eq(m.title, "T prime");
    ck_assert_str_eq(m.stages, "\noperate\n");
    ck_assert(m.minutes == 3 && m.on_device && !m.system && m.kind == KIND_MODULE);
    const struct library_module *whole = library_module(l, a, "prime", &err);
    ck_assert(whole != NULL && memcmp(whole->revision, m.revision, sizeof m.revision) == 0 && whole->facts.key == m.key);
    ck_assert_uint_eq(triggers_outputs(t), 1);
    triggers_close(t);
    write_module("plant", "prime", "  - code: E-300\n");
    install("plant");
    ck_assert_str_eq(found("E-204"), "");
    ck_assert_str_eq(found("E-300 P-101"), "plant/prime");
    write_module("vendor", "prime", "  - code: E-300\n");
    install("vendor");
    ck_assert_str_eq(found("E-300"), "plant/prime (several) vendor/prime (several)");
    ck_assert(library_remove(l, "plant", &err));
    ck_assert_str_eq(found("E-300"), "vendor/prime");
}
END_TEST

static const char *const breakages[] = {
    "rm '%s/triggers'",
    ": > '%s/triggers'",
    "echo broken > '%s/triggers'",
    "dd if=/dev/zero of='%s/triggers' bs=1 seek=40 count=8 conv=notrunc 2>/dev/null",
    "printf '\\377' | dd of='%s/triggers' bs=1 seek=600 conv=notrunc 2>/dev/null",
    "cp '%s/../../older' '%s/triggers'",
    "rm -r '%s'",
};

START_TEST(is_made_again)
{
    ck_assert_int_eq(system(arena_printf(a, "cp '%s/triggers' '%s/older'", index_dir, root)), 0);
    write_module("plant", "other", "  - code: E-301\n");
    install("plant");
    char command[400];
    snprintf(command, sizeof command, breakages[_i], index_dir, index_dir); /* the second one mostly unused */
    ck_assert_int_eq(system(command), 0);
    ck_assert_str_ne(found("E-301"), "plant/other");
    install("plant"); /* nothing has changed */
    ck_assert_str_eq(found("E-301"), "plant/other");
}
END_TEST

/* All that the file says, in an order that doesn't depend on how it was made. */
static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static const char *dump(void)
{
    const char *lines[200];
    size_t n = 0;
    struct trigger_match match;
    struct trigger_output o;
    struct trigger_module m;
    struct triggers *t = triggers_open(index_dir, NULL, "", NULL, &err);
    ck_assert(t != NULL && triggers_whole(t));
    for (size_t i = 0; i < triggers_entries(t); i++) {
        ck_assert(trigger_at(t, i, &match));
        trigger_module(t, match.module, &m);
        lines[n++] = arena_printf(a, "%s/%s %lld %d %d %s %s", m.channel, m.id, (long long)m.key, m.only, (int)match.kind, match.pattern, match.key);
    }
    for (size_t i = 0; i < triggers_outputs(t); i++) {
        ck_assert(trigger_output(t, i, &o));
        trigger_module(t, o.module, &m);
        lines[n] = arena_printf(a, "%s/%s %s", m.channel, m.title, o.pattern);
        for (size_t k = 0; k < o.literal_count; k++)
            lines[n] = arena_printf(a, "%s|%s", lines[n], o.literals[k]);
        n++;
    }
    triggers_close(t);
    qsort(lines, n, sizeof *lines, by_text);
    const char *all = "";
    for (size_t i = 0; i < n; i++)
        all = arena_printf(a, "%s%s\n", all, lines[i]);
    return all;
}

/* Small changes, each taken over from the file before, say what a file made anew says, and find it. */
START_TEST(follows_in_small_steps)
{
    unsigned seed = 7;
    size_t taken_over = 0;
    for (int round = 0; round < 40; round++) {
        seed = seed * 1103515245U + 12345U;
        unsigned r = seed >> 16, which = r % 7;
        const char *id = arena_printf(a, "m%u", which);
        if (r % 5 == 0)
            (void)unlink(arena_printf(a, "%s/plant/modules/%s.md", dir, id));
        else
            write_module("plant", id, r % 11 == 0 ? "" : arena_printf(a, "  - code: E-%u\n  - asset: P-%u*\n  - command: run %u x\n  - output: 'lost (%u|now)'\n  - output: '(pump|valve) %u'\n",
                                                                   r % 100, r % 10, r % 30, r % 50, round));
        install("plant");
        const char *followed = dump();
        struct trig_file f;
        ck_assert(trig_open(index_dir, &f, &err));
        taken_over += f.made_bytes != f.string_bytes;
        trig_close(&f);
        ck_assert_int_eq(system(arena_printf(a, "mv '%s/triggers' '%s/followed'", index_dir, root)), 0);
        install("plant");
        ck_assert_str_eq(followed, dump());
        ck_assert_int_eq(system(arena_printf(a, "mv '%s/followed' '%s/triggers'", root, index_dir)), 0);
        if (r % 5 != 0 && r % 11 != 0)
            ck_assert_ptr_nonnull(strstr(found(arena_printf(a, "E-%u", r % 100)), arena_printf(a, "plant/%s", id)));
    }
    ck_assert(taken_over > 20);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("trigger_store");
    TCase *t = tcase_create("trigger_store");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, follows_the_library);
    tcase_add_loop_test(t, is_made_again, 0, (int)(sizeof breakages / sizeof *breakages));
    tcase_add_test(t, follows_in_small_steps);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return suite_run(s);
}
