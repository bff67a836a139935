/* Two indexes joined: what is found, and in which order, is what one index of all their documents gives. */
#include "core/library/search.h"
#include "core/library/search_writer.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST, SECOND, ALL, DIRS };

static const int64_t MARK = (int64_t)1 << 62;

static char dirs[DIRS][128];

static struct search_writer *writers[DIRS];

static void make_dirs(void)
{
    const char *base = getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp";
    for (int i = 0; i < DIRS; i++) {
        snprintf(dirs[i], sizeof dirs[i], "%s/crib-both-XXXXXX", base);
        ck_assert_ptr_nonnull(mkdtemp(dirs[i]));
        ck_assert_ptr_nonnull(writers[i] = search_writer_open(dirs[i], NULL, NULL));
    }
}

static void remove_dirs(void)
{
    for (int i = 0; i < DIRS; i++) {
        search_writer_close(writers[i]);
        DIR *d = opendir(dirs[i]);
        ck_assert_ptr_nonnull(d);
        for (struct dirent *e; (e = readdir(d)) != NULL;) {
            char path[640];
            snprintf(path, sizeof path, "%s/%s", dirs[i], e->d_name);
            if (e->d_name[0] != '.')
                ck_assert_int_eq(unlink(path), 0);
        }
        closedir(d);
        ck_assert_int_eq(rmdir(dirs[i]), 0);
    }
}

static void commit(uint64_t generation)
{
    for (int i = 0; i < DIRS; i++)
        ck_assert(search_writer_commit(writers[i], generation, NULL));
}

/* Each library numbers its documents from 1; the one of all holds them in the order in which they were added. */
static void add(int where, struct search_doc doc, const char *title, const char *text)
{
    static int64_t next = 1;
    struct search_section section = {"a", "", text, strlen(text)};
    doc.title = title;
    doc.problem = doc.outcome = "";
    doc.sections = &section;
    doc.section_count = 1;
    doc.on_device = true;
    doc.key = next;
    ck_assert(search_writer_replace(writers[where], &doc, NULL));
    doc.key = next++;
    ck_assert(search_writer_replace(writers[ALL], &doc, NULL));
}

static struct search *open_one(int which)
{
    struct error err = {0};
    struct search *s = search_open(dirs[which], &err);
    ck_assert_msg(s != NULL, "%s: %s", err.what, err.why);
    return s;
}

static struct search *open_both(struct strings hidden)
{
    struct error err = {0};
    struct search *s = open_one(FIRST);
    ck_assert_msg(search_join(s, open_one(SECOND), MARK, hidden, &err), "%s: %s", err.what, err.why);
    return s;
}

/* ---- a table of merges ---- */

static const struct sample {
    int where;
    const char *channel, *id, *title, *text, *code, *asset;
    int64_t updated;
} samples[] = {
    {FIRST, "own", "e-204-in-words", "What E-204 says", "E-204 is often read as E-2O4. E-204, E-204.", NULL, NULL, 30},
    {FIRST, "own", "valve", "Valve positions", "A valve stands open or shut.", NULL, NULL, 10},
    {FIRST, "own", "rota", "The rota", "Who is on call.", NULL, "K-7*", 40},
    {FIRST, "own", "start", "Start a motor", "Press the green button.", NULL, NULL, 5},
    {FIRST, "shared", "mine", "A shared thing, changed here", "Torque wrench.", NULL, NULL, 6},
    {SECOND, "plant", "prime", "Prime a pump", "Vent it.", "E-204", NULL, 20},
    {SECOND, "plant", "value", "Value of a sensor", "Read the value at the display.", NULL, NULL, 25},
    {SECOND, "plant", "press", "The press", "Its tag is on the frame.", NULL, "K-71", 15},
    {SECOND, "plant", "start", "Start a motor", "Press the green button.", NULL, NULL, 5},
    {SECOND, "shared", "theirs", "A shared thing", "Torque wrench.", "E-999", NULL, 50},
};

static void add_samples(void)
{
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const struct sample *s = &samples[i];
        const struct trigger trigger = {.kind = s->code != NULL ? TRIGGER_CODE : TRIGGER_ASSET,
                                        .pattern = s->code != NULL ? s->code : s->asset};
        struct search_doc doc = {.channel = s->channel, .id = s->id, .kind = KIND_MODULE, .updated = s->updated,
                                 .triggers = &trigger, .trigger_count = s->code != NULL || s->asset != NULL};
        add(s->where, doc, s->title, s->text);
    }
    commit(1);
}

static const struct {
    const char *query;
    const char *addresses; /* of all that is found, best first */
    enum match_kind kind;  /* of the first */
} merges[] = {
    /* An exact code in the second library comes before a title and a text full of it in the first. */
    {"E-204", "plant/prime own/e-204-in-words", MATCH_CODE},
    {"e204 vent", "plant/prime", MATCH_CODE},
    /* An exact asset tag in the second before a wild one in the first. */
    {"K-71", "plant/press own/rota", MATCH_ASSET},
    {"K-72", "own/rota", MATCH_ASSET},
    /* What stands as typed in one library is no mistake in the other. */
    {"value ", "plant/value", MATCH_TITLE},
    {"valve ", "own/valve", MATCH_TITLE},
    {"vallve ", "own/valve", MATCH_TITLE},
    /* A title in either before a text in the other. */
    {"press ", "plant/press own/start plant/start", MATCH_TITLE},
    /* Of equals the first library's lead. */
    {"start motor", "own/start plant/start", MATCH_TITLE},
    /* A channel of the first's hides the second's of the same id, with its codes. */
    {"torque", "shared/mine", MATCH_TEXT},
    {"E-999", "", MATCH_NONE},
    {"nowhere", "", MATCH_NONE},
    /* With nothing typed, the newest of both first. */
    {"", "own/rota own/e-204-in-words plant/value plant/prime plant/press own/valve shared/mine own/start plant/start",
     MATCH_NONE},
};

START_TEST(test_merges)
{
    static const char *const hidden[] = {"shared"};
    add_samples();
    struct search *s = open_both((struct strings){hidden, 1});
    struct search_hit hits[20];
    struct search_query q = {.text = merges[_i].query};
    struct buf found = {0};
    size_t total, n = search_find(s, &q, hits, 20, &total);
    for (size_t i = 0; i < n; i++)
        buf_addf(&found, "%s%s/%s", i > 0 ? " " : "", search_channel(s, hits[i].doc), search_id(s, hits[i].doc));
    ck_assert_str_eq(buf_text(&found), merges[_i].addresses);
    ck_assert_uint_eq(total, n);
    if (n > 0)
        ck_assert_int_eq((int)hits[0].kind, (int)merges[_i].kind);
    for (size_t i = 0; i < n; i++)
        ck_assert(((search_key(s, hits[i].doc) & MARK) != 0) == (strcmp(search_channel(s, hits[i].doc), "plant") == 0));
    ck_assert_uint_eq(search_count(s), sizeof samples / sizeof *samples - 1);
    buf_free(&found);
    search_close(s);
}
END_TEST

/* ---- beside one index of everything ---- */

static void random_text(char *out, size_t size, int words)
{
    static const char *const vocabulary[] = {"pump", "valve", "seal", "motor", "fuse", "relay", "cable", "bearing"};
    out[0] = '\0';
    for (int i = 0; i < words; i++) {
        size_t n = strlen(out);
        snprintf(out + n, size - n, "%s%s%d", i > 0 ? " " : "", vocabulary[rand() % 8], rand() % 5);
    }
}

static void compare(struct search *both, struct search *all, const char *text)
{
    struct search_hit found[100], expected[100];
    size_t total, expected_total;
    const char *role = "fitter";
    struct search_query q = {.text = text, .roles = {&role, 1}, .other_roles = rand() % 2 == 0, .stage = "operate"};
    size_t n = search_find(both, &q, found, 100, &total);
    ck_assert_uint_eq(search_find(all, &q, expected, 100, &expected_total), n);
    ck_assert_msg(total == expected_total, "`%s`: %zu, not %zu", text, total, expected_total);
    for (size_t i = 0; i < n; i++) {
        int64_t key = search_key(both, found[i].doc) & ~MARK;
        ck_assert_msg(key == search_key(all, expected[i].doc), "`%s`: hit %zu", text, i);
        ck_assert_msg(!(found[i].score < expected[i].score) && !(found[i].score > expected[i].score),
                      "`%s`: hit %zu: %g, not %g", text, i, (double)found[i].score, (double)expected[i].score);
        ck_assert_int_eq((int)found[i].kind, (int)expected[i].kind);
        ck_assert_int_eq((int)found[i].typo, (int)expected[i].typo);
    }
}

/* The libraries differ in size, so that a word may be rare in one and frequent in the other. */
START_TEST(test_as_one)
{
    static const char *const role = "fitter", *const stage = "operate";
    srand(7);
    for (int i = 0; i < 300; i++) {
        char title[100], text[300], code[20];
        random_text(title, sizeof title, 3);
        random_text(text, sizeof text, 15);
        snprintf(code, sizeof code, "E-%d", i % 90);
        const struct trigger trigger = {.kind = TRIGGER_CODE, .pattern = code};
        struct search_doc doc = {.channel = "c", .id = "x", .kind = i % 3 == 0 ? KIND_PAGE : KIND_MODULE,
                                 .updated = i % 20, .triggers = &trigger, .trigger_count = i % 2 == 0,
                                 .roles = {&role, i % 5 == 0}, .stages = {&stage, i % 7 == 0}};
        add(i < 60 ? FIRST : SECOND, doc, title, text);
    }
    commit(1);
    struct search *both = open_both((struct strings){0}), *all = open_one(ALL);
    compare(both, all, "");
    for (int i = 0; i < 300; i++) {
        char query[60];
        random_text(query, sizeof query, 1 + rand() % 3);
        size_t n = strlen(query);
        if (i % 4 == 0)
            query[n - 2] = query[n - 3]; /* a wrong letter */
        else if (i % 4 == 1)
            snprintf(query + n, sizeof query - n, " E-%d", rand() % 100);
        else if (i % 4 == 2)
            query[n / 2] = '\0';
        compare(both, all, query);
    }
    search_close(both);
    search_close(all);
}
END_TEST

/* ---- the handle ---- */

START_TEST(test_sees_changes_of_either)
{
    add_samples();
    struct search *s = open_both((struct strings){0});
    for (int where = FIRST; where <= SECOND; where++) {
        ck_assert(!search_changed(s));
        ck_assert(search_whole(s));
        add(where, (struct search_doc){.channel = "own", .id = "late", .kind = KIND_MODULE}, "Come late", "Late.");
        ck_assert(search_writer_commit(writers[where], 2, NULL));
        ck_assert(search_changed(s));
        search_close(s);
        s = open_both((struct strings){0});
    }
    search_close(s);
}
END_TEST

START_TEST(test_joins_nothing)
{
    struct error err = {0};
    struct search_hit hits[10];
    struct search_query q = {.text = "prime"};
    add_samples();
    struct search *s = search_open(NULL, &err); /* no first library */
    ck_assert(search_join(s, open_one(SECOND), MARK, (struct strings){0}, &err));
    ck_assert_uint_eq(search_find(s, &q, hits, 10, NULL), 1);
    ck_assert_uint_eq(search_trigger(s, "E-204", hits, 10), 1);
    struct buf text = {0};
    search_snippet(s, &hits[0], "vent", 40, &text, NULL, NULL);
    ck_assert_str_eq(search_matched_trigger(s, hits[0].doc, "e204"), "E-204");
    buf_free(&text);
    ck_assert(search_join(s, search_open(NULL, &err), MARK, (struct strings){0}, &err)); /* and no further one */
    ck_assert_uint_eq(search_find(s, &q, hits, 10, NULL), 1);
    ck_assert(search_join(s, open_one(FIRST), 0, (struct strings){0}, &err));
    ck_assert_uint_eq(search_count(s), sizeof samples / sizeof *samples);
    ck_assert(!search_join(s, open_one(ALL), 0, (struct strings){0}, &err)); /* two, no more */
    search_close(s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("search_both");
    TCase *t = tcase_create("search_both");
    tcase_add_checked_fixture(t, make_dirs, remove_dirs);
    tcase_add_loop_test(t, test_merges, 0, (int)(sizeof merges / sizeof *merges));
    tcase_add_test(t, test_as_one);
    tcase_add_test(t, test_sees_changes_of_either);
    tcase_add_test(t, test_joins_nothing);
    suite_add_tcase(suite, t);
    return suite_run(suite);
}
