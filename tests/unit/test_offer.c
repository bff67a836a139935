/* offer and hint: what the spool and the file beside it say, what they don't say when they are damaged, and that what was
 * offered comes into the record once. */
#include "record_fixture.h"

#include "core/base/file.h"
#include "core/record/hint.h"
#include "tests/unit/suite.h"

#include <fcntl.h>
#include <sys/stat.h>

#define HOUR ((int64_t)3600000)
#define DAY (24 * HOUR)

static char state[220];
static struct error err;
static const int64_t now = 1795000000000;
static const unsigned char revision[8] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF};

static void set_up(void)
{
    fixture_make();
    snprintf(state, sizeof state, "%s/state", fixture_dir);
    err = (struct error){0};
}

static void tear_down(void)
{
    suite_remove(state);
    fixture_remove();
}

static void write_file(const char *name, const char *text)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", state, name);
    ck_assert(file_make_dirs(state, &err));
    ck_assert(file_write(path, text, strlen(text), 0600, &err));
}

/* `MS` of a line is written as hours before now. */
static const struct {
    const char *known, *spool;
    enum offer_state state;
} cases[] = {
    {"", "", OFFER_FREE},
    {"", "@0.5 offered 1 plant/pump command x\n", OFFER_RECENT},
    {"@0.5 offered 1 plant/pump command x\n", "", OFFER_RECENT},
    {"", "@0.5 opened 1 plant/pump x\n", OFFER_RECENT},
    {"", "@1 offered 1 plant/pump x\n", OFFER_FREE},
    {"", "@0.5 offered 1 plant/pump2 x\n", OFFER_FREE},
    {"", "@0.5 offered 1 plant/pump", OFFER_FREE}, /* cut off */
    {"", "@0.5 unheard 1 plant/pump x\n", OFFER_FREE},
    {"", "x offered 1 plant/pump x\n\n \n99999999999999999999 offered 1 plant/pump x\n", OFFER_FREE},
    {"", "@-0.5 offered 1 plant/pump x\n", OFFER_RECENT}, /* the clock went back a little, */
    {"", "@-5 offered 1 plant/pump x\n", OFFER_FREE},     /* or far */
    {"", "@2 later 1 plant/pump x\n", OFFER_PUT_OFF},
    {"", "@24 later 1 plant/pump x\n", OFFER_FREE},
    {"", "@2 later 1 plant/pump x\n@1.5 again 1  \n", OFFER_FREE},
    {"@9000 never 1 plant/pump x\n", "", OFFER_REFUSED},
    {"@9000 never 1 plant/pump x\n", "@2 again 1  \n", OFFER_FREE},
    {"@9000 never 1 plant/pump x\n@8000 again 1  \n", "@2 never 1 plant/pump x\n", OFFER_REFUSED},
    {"passed plant/pump 0123456789abcdef @48\n", "", OFFER_PASSED},
    {"passed plant/pump 0123456789abcdee @48\n", "", OFFER_FREE}, /* it changed */
    {"passed plant/pump 0123456789abcdef @2400\n", "", OFFER_FREE}, /* long ago */
    {"passed plant/pump\npassed plant/pump2 0123456789abcdef @48\n", "", OFFER_FREE},
    {"", "passed plant/pump 0123456789abcdef @48\n", OFFER_FREE}, /* nobody but crib says so */
};

static const char *with_times(const char *text, char out[600])
{
    size_t n = 0;
    while (*text != '\0') {
        if (*text != '@') {
            out[n++] = *text++;
            continue;
        }
        char *end;
        double hours = strtod(text + 1, &end);
        n += (size_t)snprintf(out + n, 30, "%lld", (long long)(now - (int64_t)(hours * (double)HOUR)));
        text = end;
    }
    out[n] = '\0';
    return out;
}

START_TEST(says_whether_to_offer)
{
    char text[600];
    struct offers o;
    write_file("hints.known", with_times(cases[_i].known, text));
    write_file("hints", with_times(cases[_i].spool, text));
    ck_assert(offers_open(state, &o, &err));
    ck_assert_msg(offers_state(&o, "plant/pump", revision, now) == cases[_i].state, "%d: %d", _i,
                  (int)offers_state(&o, "plant/pump", revision, now));
    offers_close(&o);
}
END_TEST

START_TEST(roles_and_language)
{
    struct offers o;
    char language[8];
    write_file("hints.known", OFFERS_FIRST_LINE "language pt-BR\nrole operator\nrole admin\n");
    ck_assert(offers_open(state, &o, &err));
    offers_language(&o, language, sizeof language);
    ck_assert_str_eq(language, "pt-BR");
    ck_assert(!offers_other_role(&o, ""));
    ck_assert(!offers_other_role(&o, "\ndriver\nadmin\n"));
    ck_assert(offers_other_role(&o, "\ndriver\nadmi\n"));
    ck_assert(offers_other_role(&o, "\nadministrator\n"));
    offers_close(&o);
    write_file("hints.known", "language a-tag-that-is-too-long\n");
    ck_assert(offers_open(state, &o, &err));
    offers_language(&o, language, sizeof language);
    ck_assert_str_eq(language, "");
    ck_assert(!offers_other_role(&o, "\ndriver\n"));
    offers_close(&o);
}
END_TEST

static void add(int64_t at, enum offer_act act, long shell, const char *address, const char *what)
{
    ck_assert_msg(offer_add(state, &(struct offer){at, act, shell, str_of(address), str_of(what)}, &err), "%s", err.why);
}

START_TEST(keeps_lines)
{
    struct offers o;
    struct offer last;
    char path[300];
    struct stat st;
    ck_assert(!offers_wanted(state));
    add(now - HOUR, OFFER_OFFERED, 7, "plant/pump", "command a\nb \x1b[31m");
    add(now, OFFER_OFFERED, 8, "plant/bad name", "");
    ck_assert(offers_wanted(state));
    snprintf(path, sizeof path, "%s/hints", state);
    ck_assert(stat(path, &st) == 0 && (st.st_mode & 077) == 0);
    ck_assert(offers_open(state, &o, &err));
    ck_assert(offers_last(&o, 7, now - 2 * HOUR, &last));
    ck_assert(str_eq(last.address, str_of("plant/pump")) && str_eq(last.what, str_of("command a?b ?[31m")));
    ck_assert(offers_last(&o, 0, 0, &last) && str_eq(last.address, str_of("plant/bad?name")));
    ck_assert(!offers_last(&o, 7, now - HOUR / 2, &last));
    ck_assert(!offers_last(&o, 9, 0, &last));
    offers_close(&o);
    /* What can't be written is said. */
    ck_assert(unlink(path) == 0 && mkdir(path, 0700) == 0);
    ck_assert(!offer_add(state, &(struct offer){now, OFFER_OFFERED, 1, STR("a/b"), STR("")}, &err));
    ck_assert(rmdir(path) == 0);
}
END_TEST

/* Nobody moves it: it is shortened, and goes on counting. */
START_TEST(a_long_spool_is_shortened)
{
    struct buf text = {0};
    struct offers o;
    char path[300];
    while (text.len < OFFER_SPOOL_MOST / 2)
        buf_addf(&text, "%lld offered 1 plant/old command of another day\n", (long long)(now - 2 * DAY));
    buf_addf(&text, "%lld offered 1 plant/pump x\n%lld never 1 plant/valve x\n", (long long)(now - HOUR / 2), (long long)(now - 9 * DAY));
    write_file("hints", buf_text(&text));
    write_file("hints.known", OFFERS_FIRST_LINE "role operator\n");
    ck_assert(offers_open(state, &o, &err));
    OK(offers_shorten(state, &o, now, &err));
    offers_close(&o);
    ck_assert(offers_open(state, &o, &err));
    ck_assert(o.spool.len == 0 && o.known.len < 200);
    ck_assert_int_eq(offers_state(&o, "plant/pump", revision, now), OFFER_RECENT);
    ck_assert_int_eq(offers_state(&o, "plant/valve", revision, now), OFFER_REFUSED);
    ck_assert(offers_other_role(&o, "\nadmin\n"));
    snprintf(path, sizeof path, "%s/hints", state);
    ck_assert_int_eq(access(path, F_OK), -1);
    OK(offers_shorten(state, &o, now, &err)); /* nothing to do */
    offers_close(&o);
    buf_free(&text);
}
END_TEST

START_TEST(comes_into_the_record_once)
{
    struct buf taken = {0}, again = {0}, known = {0};
    struct arena *a = arena_open();
    int64_t learner;
    size_t count;
    add(now - 2 * HOUR, OFFER_OFFERED, 7, "plant/pump", "command x");
    add(now - HOUR / 2, OFFER_OPENED, 7, "plant/pump", "command x");
    add(now - HOUR / 2, OFFER_OFFERED, 7, "plant/valve", "line E-1");
    add(now - HOUR / 3, OFFER_NEVER, 7, "plant/valve", "line E-1");
    add(now, OFFER_AGAIN, 7, "", "");
    struct record *r = record_open(fixture_path, &err);
    ck_assert_msg(r != NULL, "%s", err.why);
    OK(record_learner(r, "kim", &learner, &err));
    OK(offers_take(state, &taken, &err));
    OK(record_hints(r, learner, &taken, true, &err));
    /* Killed before it was done with: the same lines come again, with newer ones behind. */
    add(now + 1, OFFER_OFFERED, 7, "plant/pump", "command x");
    OK(offers_take(state, &again, &err));
    ck_assert(again.len == taken.len && memcmp(again.data, taken.data, taken.len) == 0);
    OK(record_hints(r, learner, &again, true, &err));
    offers_moved(state);
    buf_clear(&again);
    OK(offers_take(state, &again, &err));
    OK(record_hints(r, learner, &again, true, &err));
    offers_moved(state);
    for (int round = 0; round < 2; round++) {
        const struct hint_count *counts = record_hint_counts(r, a, learner, 10, &count, &err);
        ck_assert(counts != NULL && count == 2);
        ck_assert_str_eq(counts[0].module, "plant/pump");
        ck_assert(counts[0].offered == 2 && counts[0].opened == 1 && counts[0].at == now + 1 && counts[0].never == 0);
        ck_assert(counts[1].offered == 1 && counts[1].never == 1 && counts[1].opened == 0);
        OK(record_rebuild(r, &err));
    }
    /* What still counts is kept for the prompts. */
    buf_adds(&known, OFFERS_FIRST_LINE);
    offers_keep(&taken, now, &known);
    ck_assert(strstr(buf_text(&known), "offered 7 plant/pump") == NULL && strstr(buf_text(&known), "offered 7 plant/valve") != NULL);
    OK(offers_know(state, &known, &err));
    struct offers o;
    ck_assert(offers_open(state, &o, &err));
    ck_assert_int_eq(offers_state(&o, "plant/valve", revision, now + 1), OFFER_RECENT);
    ck_assert_int_eq(offers_state(&o, "plant/valve", revision, now + 2 * HOUR), OFFER_FREE);
    offers_close(&o);
    record_close(r);
    arena_close(a);
    buf_free(&taken);
    buf_free(&again);
    buf_free(&known);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("offer");
    TCase *t = tcase_create("offer");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_loop_test(t, says_whether_to_offer, 0, (int)(sizeof cases / sizeof *cases));
    tcase_add_test(t, roles_and_language);
    tcase_add_test(t, keeps_lines);
    tcase_add_test(t, a_long_spool_is_shortened);
    tcase_add_test(t, comes_into_the_record_once);
    suite_add_tcase(s, t);
    return suite_run(s);
}
