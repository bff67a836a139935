/* learner: names, badges, roles and rights: what is taken, what is refused, and that the events alone say it. */
#include "record_fixture.h"

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/record/binding.h"
#include "core/record/erase.h"
#include "core/record/learner.h"
#include "core/record/pin.h"
#include "tests/unit/suite.h"

#include <strings.h>

static struct error err;
static struct record *r;
static struct arena *a;

static void set_up(void)
{
    memset(&err, 0, sizeof err);
    fixture_make();
    a = arena_open();
    OK(r = record_open(fixture_path, &err));
}

static void tear_down(void)
{
    record_close(r);
    arena_close(a);
    fixture_remove();
}

static struct strings list(const char *text)
{
    struct strings items;
    ck_assert(strings_split(a, text, &items));
    if (items.items == NULL)
        items.items = arena_alloc(a, sizeof *items.items);
    return items;
}

static int64_t add(const char *name, const char *badge, const char *roles, unsigned rights)
{
    int64_t number = 0;
    struct learner_row row = {.name = name, .badge = badge, .roles = list(roles), .rights = rights};
    OK(learner_add(r, &row, 0, &number, &err));
    return number;
}

static struct learner get(int64_t number)
{
    struct learner who;
    OK(learner_get(r, a, number, &who, &err));
    return who;
}

/* `number|name|roles|rights|badge pin removed`, a line each. */
static const char *everybody(void)
{
    struct learner *rows;
    size_t count;
    struct buf out = {0};
    OK(learner_list(r, a, LEARNERS_REMOVED | LEARNERS_ACCOUNTS, &rows, &count, &err));
    for (size_t i = 0; i < count; i++) {
        buf_addf(&out, "%d|%s|", (int)rows[i].number, rows[i].name);
        for (size_t k = 0; k < rows[i].roles.count; k++)
            buf_addf(&out, "%s%s", k > 0 ? "," : "", rows[i].roles.items[k]);
        buf_addf(&out, "|%s|%s%s%s%s\n", rights_text(a, rows[i].rights), rows[i].badge ? "b" : "", rows[i].pin ? "p" : "",
                 rows[i].removed ? "r" : "", rows[i].site ? "s" : "");
    }
    const char *text = arena_strdup(a, buf_text(&out));
    buf_free(&out);
    return text;
}

START_TEST(a_badge_is_one_badge_whatever_scans_it)
{
    static const struct {
        const char *said;
        bool fits;
    } scans[] = {
        {"AB 12-7", true},    {"ab12-7", true},   {"  aB12 -7 \t", true}, {"\xEF\xBC\xA1\xEF\xBC\xA2\x31\x32-7", true},
        {"AB12 7", false},    {"AB12-77", false}, {"", false},            {"   ", false},
        {"Kim", false},
    };
    int64_t kim = add("Kim", "AB 12-7", "", 0), number;
    for (size_t i = 0; i < sizeof scans / sizeof *scans; i++) {
        OK(learner_by_badge(r, scans[i].said, &number, &err));
        ck_assert_msg(number == (scans[i].fits ? kim : 0), "'%s' is %lld", scans[i].said, (long long)number);
    }
}
END_TEST

/* In small letters or large. */
static bool holds(const struct buf *bytes, const char *text)
{
    size_t n = strlen(text), i = 0;
    while (i + n <= bytes->len && ((bytes->data[i] | 0x20) != (text[0] | 0x20) || strncasecmp(bytes->data + i, text, n) != 0))
        i++;
    return i + n <= bytes->len;
}

START_TEST(the_badge_itself_is_nowhere)
{
    add("Kim", "SECRETBADGE9", "", 0);
    record_close(r);
    r = NULL;
    struct buf out = {0};
    OK(file_read(fixture_path, 1 << 24, &out, &err));
    ck_assert(!holds(&out, "secretbadge9"));
    buf_free(&out);
}
END_TEST

START_TEST(what_was_scanned_or_typed)
{
    int64_t kim = add("Kim Lee", "1001", "", 0), alex = add("Alex", NULL, "", 0), first = add("Jo", "1002", "", 0);
    add("Jo", "1003", "", 0);
    int64_t gone = add("Gone", "1004", "", 0);
    OK(learner_remove(r, gone, 0, &err));
    const struct {
        const char *said;
        bool names;
        enum learner_found found;
        int64_t number;
    } cases[] = {
        {"1001", true, LEARNER_BADGE, kim},      {"1001", false, LEARNER_BADGE, kim},  {"kim  LEE", true, LEARNER_NAME, kim},
        {"K\xC3\xADm Lee", true, LEARNER_NAME, kim}, {"kim lee", false, LEARNER_NOBODY, 0}, {"Kim", true, LEARNER_NOBODY, 0},
        {"alex", true, LEARNER_NAME, alex},      {"jo", true, LEARNER_SEVERAL, 0},     {"1002", true, LEARNER_BADGE, first},
        {"1004", true, LEARNER_NOBODY, 0},       {"Gone", true, LEARNER_NOBODY, 0},    {"", true, LEARNER_NOBODY, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum learner_found found;
        int64_t number;
        OK(learner_find(r, cases[i].said, cases[i].names, &found, &number, &err));
        ck_assert_msg(found == cases[i].found && number == cases[i].number, "'%s': %d, %lld", cases[i].said, (int)found,
                      (long long)number);
    }
}
END_TEST

START_TEST(what_is_not_added)
{
    static const struct {
        const char *name, *badge;
        int code;
        const char *why;
    } cases[] = {
        {"", NULL, EX_USAGE, "it is empty"},
        {" \t", NULL, EX_USAGE, "it is empty"},
        {"a\x1b[31m", NULL, EX_USAGE, "it holds control characters"},
        {"Sam", "10 01", EX_DATAERR, "it is worn by this learner"},
        {"KIM", NULL, EX_DATAERR, "there is a learner of this name, without badge"},
        {"Sam", " ", EX_DATAERR, "it is empty, longer than 200 bytes, or holds what no badge holds"},
        {"Sam", "1\n2", EX_DATAERR, "it is empty, longer than 200 bytes, or holds what no badge holds"},
        {"12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901", NULL,
         EX_USAGE, "it is longer than 100 bytes"},
    };
    add("Alex", "1001", "", 0);
    add("Kim", NULL, "", 0);
    const char *before = everybody();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t number;
        struct learner_row row = {.name = cases[i].name, .badge = cases[i].badge};
        ck_assert_msg(!learner_add(r, &row, 0, &number, &err), "%zu was added", i);
        ck_assert_int_eq(err.code, cases[i].code);
        ck_assert_str_eq(err.why, cases[i].why);
    }
    ck_assert_str_eq(before, everybody());
    add("Alex", "1005", "", 0); /* another one, with another badge */
}
END_TEST

START_TEST(who_came_before_badges_goes_on_with_their_own_record)
{
    int64_t self, again, old;
    OK(record_learner(r, "name:old hand", &old, &err)); /* by an older crib */
    OK(learner_self(r, " Kim  Lee ", &self, &err));
    OK(learner_self(r, "kim lee", &again, &err));
    ck_assert_int_eq(self, again);
    ck_assert_str_eq(get(self).name, "Kim Lee");
    ck_assert_int_eq(add("Kim Lee", "7", "operator", 0), self);
    ck_assert_int_eq(add("Old Hand", "8", "", 0), old);
    ck_assert_str_eq(get(old).name, "Old Hand");
    OK(learner_self(r, "Kim Lee", &again, &err));
    ck_assert_int_eq(self, again);
    OK(learner_self(r, "B-0042", &self, &err)); /* scanned, before there were badges */
    ck_assert_int_eq(add("Sam", "b-0042", "", 0), self);
    ck_assert_str_eq(get(self).name, "Sam");
    OK(learner_badge_set(r, self, "b-0043", 0, &err));
    ck_assert(!learner_self(r, "B-0042", &again, &err)); /* the lost badge is nobody's name */
    ck_assert_str_eq(err.why, "somebody had it who has another one now");
}
END_TEST

START_TEST(who_was_removed_stays_out_until_taken_back)
{
    int64_t kim = add("Kim", "7", "operator", RIGHT_LEARNER | RIGHT_TRAINER), number;
    OK(learner_pin_set(r, kim, "1234", 0, &err));
    OK(learner_remove(r, kim, 0, &err));
    ck_assert(get(kim).removed);
    ck_assert(!get(kim).pin);
    ck_assert(!learner_self(r, "kim", &number, &err));
    ck_assert_str_eq(err.why, "this learner was removed");
    ck_assert_int_ne(add("Kim", "8", "", 0), kim); /* another Kim */
    ck_assert_int_eq(add("Kim", "7", "", 0), kim);
    ck_assert(!get(kim).removed);
    OK(learner_remove(r, kim, 0, &err));
    int64_t sam = add("Sam", "7", "", 0); /* the badge was free */
    ck_assert_int_ne(sam, kim);
    OK(learner_by_badge(r, "7", &number, &err));
    ck_assert_int_eq(number, sam);
}
END_TEST

START_TEST(a_list_can_be_taken_again)
{
    const struct learner_row rows[] = {
        {"Kim Lee", "1", list("operator,field-technician"), RIGHT_LEARNER | RIGHT_SUPERVISOR, NULL},
        {"Alex", "2", {0}, 0, NULL},
        {"Sam", NULL, list("operator"), 0, NULL},
        {"Alex", "4", {0}, 0, NULL},
    };
    const struct learner_row later[] = {
        {"Kim Lee-Ray", "1", {0}, 0, NULL},          /* married */
        {"Alex", "2", list("welder"), 0, NULL},      /* the first of two */
        {"Sam", "3", {0}, 0, NULL},                  /* got a badge */
        {"Alex", "4", {0}, 0, NULL},
    };
    struct learner_taken taken;
    size_t bad;
    OK(learner_take(r, rows, 4, 0, true, &taken, &bad, &err));
    ck_assert_uint_eq(taken.added, 4);
    ck_assert_str_eq(everybody(), "");
    OK(learner_take(r, rows, 4, 0, false, &taken, &bad, &err));
    ck_assert_uint_eq(taken.added, 4);
    const char *once = everybody();
    ck_assert_str_eq(once, "2|Alex||learner|bs\n4|Alex||learner|bs\n1|Kim Lee|operator,field-technician|supervisor|bs\n"
                           "3|Sam|operator|learner|s\n");
    OK(learner_take(r, rows, 4, 0, false, &taken, &bad, &err));
    ck_assert_uint_eq(taken.same, 4);
    ck_assert_str_eq(once, everybody());
    OK(learner_take(r, later, 4, 0, false, &taken, &bad, &err));
    ck_assert_uint_eq(taken.changed, 3);
    ck_assert_str_eq(everybody(), "2|Alex|welder|learner|bs\n4|Alex||learner|bs\n"
                                  "1|Kim Lee-Ray|operator,field-technician|supervisor|bs\n3|Sam|operator|learner|bs\n");
}
END_TEST

START_TEST(an_account_is_one_persons)
{
    struct binding b;
    int64_t kim = add("Kim", "1", "", 0), alex;
    OK(record_bind_people(r, "https://acme.example", &err));
    OK(record_binding(r, a, kim, &b, &err));
    ck_assert_str_eq(b.name, "");
    OK(learner_account_set(r, kim, " klee ", 0, &err));
    ck_assert_str_eq(get(kim).sent_as, "klee");
    for (int i = 0; i < 2; i++)
        OK(record_bind_people(r, "https://acme.example", &err));
    OK(record_binding(r, a, kim, &b, &err));
    ck_assert_str_eq(b.home_page, "https://acme.example");
    ck_assert_str_eq(b.name, "klee");
    ck_assert(!learner_add(r, &(struct learner_row){.name = "Alex", .account = "klee"}, 0, &alex, &err));
    ck_assert_str_eq(err.why, "it is another learner's");
    ck_assert_str_eq(everybody(), "1|Kim||learner|bs\n");
    ck_assert(!learner_account_set(r, kim, "k\x1b", 0, &err));
    OK(record_rebuild(r, &err));
    ck_assert_str_eq(get(kim).sent_as, "klee");
    OK(record_binding(r, a, kim, &b, &err));
    ck_assert_str_eq(b.name, "klee");
    OK(learner_account_set(r, kim, "", 0, &err)); /* and no more */
    OK(record_bind_people(r, "https://acme.example", &err));
    OK(record_binding(r, a, kim, &b, &err));
    ck_assert_str_eq(b.name, "");
}
END_TEST

START_TEST(one_bad_row_and_nothing_is_taken)
{
    const struct learner_row rows[] = {{.name = "Kim", .badge = "1"}, {.name = "Alex\x02"}, {.name = "Sam"}};
    struct learner_taken taken;
    size_t bad;
    ck_assert(!learner_take(r, rows, 3, 0, false, &taken, &bad, &err));
    ck_assert_uint_eq(bad, 1);
    ck_assert_str_eq(everybody(), "");
    const struct learner_row twice[] = {{.name = "Kim", .badge = "1"}, {.name = "Sam"}, {.name = "Kim Lee", .badge = "1"}};
    ck_assert(!learner_take(r, twice, 3, 0, false, &taken, &bad, &err));
    ck_assert_uint_eq(bad, 2);
    ck_assert_str_eq(err.why, "the list has this learner twice");
    ck_assert_str_eq(everybody(), "");
    add("Kim", "1", "", 0);
    add("Kim", "2", "", 0);
    ck_assert(!learner_take(r, &(struct learner_row){.name = "kim"}, 1, 0, false, &taken, &bad, &err));
    ck_assert_str_eq(err.why, "several learners have this name");
}
END_TEST

START_TEST(rights_are_words)
{
    static const struct {
        const char *words;
        unsigned rights; /* 0: refused */
        const char *text; /* or what to do */
    } cases[] = {
        {"", 1, "learner"},
        {"learner", 1, "learner"},
        {"trainer", 3, "trainer"},
        {"administrator, trainer", 19, "trainer, administrator"},
        {"supervisor,author", 13, "supervisor, author"},
        {"superviser", 0, "did you mean supervisor?"},
        {"boss", 0, "it is one of learner, trainer, supervisor, author, administrator"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned rights;
        bool ok = rights_parse(list(cases[i].words), &rights, &err);
        ck_assert_msg(ok == (cases[i].rights != 0) && (!ok || rights == cases[i].rights), "%s", cases[i].words);
        ck_assert_str_eq(ok ? rights_text(a, rights) : err.todo, cases[i].text);
    }
}
END_TEST

START_TEST(the_events_alone_say_it)
{
    int64_t kim = add("Kim", "1", "operator", RIGHT_LEARNER | RIGHT_ADMINISTRATOR), sam = add("Sam", "2", "", 0), self, count;
    OK(record_learner(r, "root", &self, &err));
    OK(learner_self(r, "Jo", &self, &err));
    OK(learner_pin_set(r, kim, "123456", 0, &err));
    OK(learner_roles_set(r, kim, list("welder,fitter"), kim, &err));
    OK(learner_rights_set(r, self, RIGHT_LEARNER | RIGHT_AUTHOR, kim, &err));
    OK(learner_badge_set(r, self, "3", kim, &err));
    OK(learner_badge_set(r, self, "", kim, &err));
    OK(learner_name_set(r, self, "Jo Ray", kim, &err));
    OK(learner_remove(r, sam, kim, &err));
    OK(learner_count(r, RIGHT_ADMINISTRATOR, true, &count, &err));
    ck_assert_int_eq(count, 1);
    OK(learner_count(r, RIGHT_AUTHOR, true, &count, &err));
    ck_assert_int_eq(count, 0);
    const char *before = everybody();
    ck_assert_str_eq(before, "4|Jo Ray||author|s\n1|Kim|welder,fitter|administrator|bps\n3|root||learner|\n2|Sam||learner|brs\n");
    OK(record_rebuild(r, &err));
    ck_assert_str_eq(before, everybody());
}
END_TEST

/* Everything in the file but its free pages, which record_overwrite sees to. */
START_TEST(forgotten_is_forgotten)
{
    int64_t kim = add("Kim Longname", "1", "operator", 0), left;
    struct erase_result gone;
    struct pin_result pin;
    OK(learner_pin_set(r, kim, "123456", 0, &err));
    OK(record_erase(r, kim, 0, &gone, &err));
    OK(record_overwrite(r, &err));
    OK(learner_by_badge(r, "1", &left, &err));
    ck_assert_int_eq(left, 0);
    OK(learner_pin_state(r, kim, &pin, &err));
    ck_assert_int_eq(pin.state, PIN_NONE);
    ck_assert(!learner_roles_set(r, kim, list("operator"), 0, &err));
    ck_assert_int_eq(err.code, EX_NOUSER);
    record_close(r);
    r = NULL;
    struct buf out = {0};
    OK(file_read(fixture_path, 1 << 24, &out, &err));
    ck_assert(!holds(&out, "kim longname"));
    ck_assert(!holds(&out, "$argon2id$v"));
    buf_free(&out);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("learner");
    TCase *t = tcase_create("learner");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, a_badge_is_one_badge_whatever_scans_it);
    tcase_add_test(t, the_badge_itself_is_nowhere);
    tcase_add_test(t, what_was_scanned_or_typed);
    tcase_add_test(t, what_is_not_added);
    tcase_add_test(t, who_came_before_badges_goes_on_with_their_own_record);
    tcase_add_test(t, who_was_removed_stays_out_until_taken_back);
    tcase_add_test(t, a_list_can_be_taken_again);
    tcase_add_test(t, an_account_is_one_persons);
    tcase_add_test(t, one_bad_row_and_nothing_is_taken);
    tcase_add_test(t, rights_are_words);
    tcase_add_test(t, the_events_alone_say_it);
    tcase_add_test(t, forgotten_is_forgotten);
    suite_add_tcase(s, t);
    return suite_run(s);
}
