/* people: a site's list of learners: sealed to a device, signed by its site; and taken into a record as a whole. */
#include "record_fixture.h"

#include "core/base/buf.h"
#include "core/record/chain.h"
#include "core/record/elsewhere.h"
#include "core/record/learner_site.h"
#include "core/record/verify.h"
#include "core/record/pin.h"
#include "sync/site/people.h"
#include "tests/unit/suite.h"

#include <sodium.h>

static struct error err;
static struct record *r;
static struct arena *a;
static unsigned char signing[SIGNING_KEY], badges[4][SITE_BADGE];
static struct people_keys keys;

static void set_up(void)
{
    ck_assert_int_ge(sodium_init(), 0);
    r = fixture_open(&a, &err);
    keys = (struct people_keys){.enrolled = true};
    crypto_box_keypair(keys.box, keys.box_secret);
    crypto_sign_keypair(keys.site, signing);
    randombytes_buf(keys.badges, sizeof keys.badges);
    static const char *const said[4] = {"AB 1", "2", "3", "4"};
    for (size_t i = 0; i < 4; i++)
        OK(learner_site_badge(keys.badges, said[i], badges[i], &err));
}

static void tear_down(void)
{
    fixture_close(r, a);
}

static struct site_list list_of(int64_t version, const struct site_person *people, size_t count)
{
    struct site_list list = {.version = version, .people = people, .count = count};
    memcpy(list.site, keys.site, sizeof list.site);
    memcpy(list.secret, keys.badges, sizeof list.secret);
    return list;
}

static struct site_taken take(int64_t version, const struct site_person *people, size_t count)
{
    struct site_taken taken;
    struct site_list list = list_of(version, people, count);
    OK(learner_site_take(r, &list, &taken, &err));
    return taken;
}

/* `number|name|person|rights|account|badge removed`, a line each. */
static const char *everybody(void)
{
    struct learner *rows;
    size_t count;
    struct buf out = {0};
    OK(learner_list(r, a, LEARNERS_REMOVED, &rows, &count, &err));
    for (size_t i = 0; i < count; i++)
        buf_addf(&out, "%d|%s|%s|%s|%s|%s%s\n", (int)rows[i].number, rows[i].name, rows[i].person, rights_text(a, rows[i].rights),
                 rows[i].sent_as, rows[i].badge ? "b" : "", rows[i].removed ? "r" : "");
    const char *text = arena_strdup(a, buf_text(&out));
    buf_free(&out);
    return text;
}

static int64_t wears(const char *badge)
{
    int64_t number;
    OK(learner_by_badge(r, badge, &number, &err));
    return number;
}

START_TEST(what_is_sealed_is_what_is_opened)
{
    static const char *const roles[] = {"fitter", "wel\"der"};
    const struct site_person people[] = {
        {"p1", "Kim \xC3\x85s", badges[0], {roles, 2}, RIGHT_LEARNER | RIGHT_TRAINER, "kim", false},
        {"p2", "Gone", badges[1], {0}, RIGHT_LEARNER, "", true},
        {"p3", "Sam", NULL, {0}, RIGHT_LEARNER, "", false},
    };
    struct site_list list = list_of(12, people, 3), got;
    struct buf sealed = {0};
    OK(people_seal(&list, signing, keys.box, &sealed, &err));
    OK(people_open(a, buf_text(&sealed), sealed.len, &keys, &got, &err));
    ck_assert_int_eq(got.version, 12);
    ck_assert_uint_eq(got.count, 2);
    ck_assert_str_eq(got.people[0].name, "Kim \xC3\x85s");
    ck_assert_mem_eq(got.people[0].badge, badges[0], SITE_BADGE);
    ck_assert_str_eq(got.people[0].roles.items[1], "wel\"der");
    ck_assert_uint_eq(got.people[0].rights, RIGHT_LEARNER | RIGHT_TRAINER);
    ck_assert_str_eq(got.people[0].account, "kim");
    ck_assert_ptr_null(got.people[1].badge);
    ck_assert_mem_eq(got.site, keys.site, SITE_KEY);
    buf_free(&sealed);
}
END_TEST

START_TEST(nobody_else_reads_it_and_nobody_else_writes_it)
{
    const struct site_person people[] = {{"p1", "Kim", badges[0], {0}, RIGHT_LEARNER, "", false}};
    struct site_list list = list_of(1, people, 1), got;
    struct buf sealed = {0};
    OK(people_seal(&list, signing, keys.box, &sealed, &err));
    for (size_t i = 0; i < sealed.len; i += 7) { /* a byte changed, anywhere */
        sealed.data[i] ^= 4;
        ck_assert(!people_open(a, buf_text(&sealed), sealed.len, &keys, &got, &err));
        ck_assert_int_eq(err.code, EX_DATAERR);
        sealed.data[i] ^= 4;
    }
    for (size_t n = 0; n < sealed.len; n += 5)
        ck_assert(!people_open(a, buf_text(&sealed), n, &keys, &got, &err));
    struct people_keys other = keys;
    crypto_box_keypair(other.box, other.box_secret);
    ck_assert(!people_open(a, buf_text(&sealed), sealed.len, &other, &got, &err));
    ck_assert_str_eq(err.why, "it is not sealed to this device");
    buf_clear(&sealed);
    crypto_sign_keypair(other.site, signing); /* another site's */
    OK(people_seal(&list, signing, keys.box, &sealed, &err));
    ck_assert(!people_open(a, buf_text(&sealed), sealed.len, &keys, &got, &err));
    ck_assert_str_eq(err.why, "it is not signed by this device's site");
    buf_free(&sealed);
}
END_TEST

START_TEST(a_list_is_taken_and_taken_back)
{
    const struct site_person first[] = {
        {"p1", "Kim", badges[0], {0}, RIGHT_LEARNER, "kim", false},
        {"p2", "Sam", badges[1], {0}, RIGHT_LEARNER | RIGHT_SUPERVISOR, "", false},
    };
    const struct site_person swapped[] = { /* badges and accounts change hands; Alex comes */
        {"p2", "Sam Ray", badges[0], {0}, RIGHT_LEARNER, "kim", false},
        {"p1", "Kim", badges[1], {0}, RIGHT_LEARNER, "sam", false},
        {"p3", "Alex", NULL, {0}, RIGHT_LEARNER, "", false},
    };
    struct site_taken taken = take(5, first, 2);
    ck_assert_uint_eq(taken.added, 2);
    const char *once = everybody();
    ck_assert_str_eq(once, "1|Kim|p1|learner|kim|b\n2|Sam|p2|supervisor||b\n");
    ck_assert_int_eq(wears("ab1"), 1);
    taken = take(5, swapped, 3); /* the same version says the same */
    ck_assert_uint_eq(taken.added + taken.changed + taken.removed, 0);
    ck_assert_str_eq(everybody(), once);
    taken = take(6, first, 2);
    ck_assert_uint_eq(taken.added + taken.changed + taken.removed, 0);
    taken = take(7, swapped, 3);
    ck_assert_uint_eq(taken.changed, 2);
    ck_assert_str_eq(everybody(), "3|Alex|p3|learner||\n1|Kim|p1|learner|sam|b\n2|Sam Ray|p2|learner|kim|b\n");
    ck_assert_int_eq(wears("ab1"), 2);
    OK(learner_pin_set(r, 2, "1234", 0, &err));
    taken = take(8, swapped + 1, 2);
    ck_assert_uint_eq(taken.removed, 1);
    ck_assert_int_eq(wears("ab1"), 0);
    struct pin_result pin;
    OK(learner_pin_state(r, 2, &pin, &err));
    ck_assert_int_eq(pin.state, PIN_NONE);
    taken = take(9, swapped, 3);
    ck_assert_int_eq(wears("ab1"), 2); /* with their own record */
    const char *before = everybody();
    OK(record_rebuild(r, &err));
    ck_assert_str_eq(everybody(), before);
    int64_t version;
    OK(learner_site_version(r, keys.site, &version, &err));
    ck_assert_int_eq(version, 9);
}
END_TEST

START_TEST(an_older_list_and_a_wrong_one_change_nothing)
{
    const struct site_person people[] = {{"p1", "Kim", badges[0], {0}, RIGHT_LEARNER, "kim", false}};
    const struct site_person wrong[][2] = {
        {{"p1", "Kim", badges[0], {0}, 1, "", false}, {"p1", "Sam", badges[1], {0}, 1, "", false}},
        {{"p1", "Kim", badges[0], {0}, 1, "", false}, {"p2", "Sam", badges[0], {0}, 1, "", false}},
        {{"p1", "Kim", badges[0], {0}, 1, "k", false}, {"p2", "Sam", NULL, {0}, 1, "k", false}},
        {{"p1", "Kim", badges[0], {0}, 1, "", false}, {"", "Sam", NULL, {0}, 1, "", false}},
        {{"p1", "Kim", badges[0], {0}, 1, "", false}, {"p2", "S\x1b[1m", NULL, {0}, 1, "", false}},
        {{"p1", "Kim", badges[0], {0}, 1, "", false}, {"p2", "Sam", NULL, {0}, 1, "\n", false}},
    };
    struct site_taken taken;
    take(5, people, 1);
    const char *before = everybody();
    struct site_list old = list_of(4, people, 0);
    ck_assert(!learner_site_take(r, &old, &taken, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct site_list list = list_of(6, wrong[i], 2);
        ck_assert_msg(!learner_site_take(r, &list, &taken, &err), "%zu is taken", i);
    }
    ck_assert_str_eq(everybody(), before);
    ck_assert_int_eq(wears("ab1"), 1);
}
END_TEST

START_TEST(who_was_here_before_is_not_there_twice)
{
    int64_t kim, sam, alex, bo, self;
    OK(learner_add(r, &(struct learner_row){.name = "K. Lee", .badge = "77", .account = "kim"}, 0, &kim, &err)); /* the same account */
    OK(learner_add(r, &(struct learner_row){.name = "Sam"}, 0, &sam, &err));                                    /* the same name */
    OK(learner_add(r, &(struct learner_row){.name = "Alex", .badge = "9"}, 0, &alex, &err)); /* another Alex, by another badge */
    OK(learner_self(r, "Jo", &self, &err));
    const struct site_person people[] = {
        {"p1", "Kim Lee", badges[0], {0}, RIGHT_LEARNER, "kim", false}, {"p2", "Sam", badges[1], {0}, RIGHT_LEARNER, "", false},
        {"p3", "Alex", badges[2], {0}, RIGHT_LEARNER, "", false},       {"p4", "Jo", badges[3], {0}, RIGHT_LEARNER, "jo", false},
    };
    struct site_taken taken = take(1, people, 4);
    ck_assert_uint_eq(taken.added, 1);
    ck_assert_int_eq(wears("AB1"), kim);
    ck_assert_int_eq(wears("2"), sam);
    ck_assert_int_eq(wears("9"), alex);
    ck_assert_int_eq(wears("4"), self);
    ck_assert(wears("3") != alex && wears("3") != 0);
    /* whom the device adds from now on has a badge that the site knows */
    OK(learner_add(r, &(struct learner_row){.name = "Bo", .badge = "5"}, 0, &bo, &err));
    unsigned char five[SITE_BADGE];
    OK(learner_site_badge(keys.badges, "5", five, &err));
    const struct site_person more[] = {people[0], people[1], people[2], people[3], {"p5", "Bo Berg", five, {0}, RIGHT_LEARNER, "", false}};
    taken = take(2, more, 5);
    ck_assert_uint_eq(taken.added, 0);
    ck_assert_uint_eq(taken.changed, 1);
    ck_assert_int_eq(wears("5"), bo);
    taken = take(3, more, 4); /* and is removed when the list has them no more; the other Alex never was on it */
    ck_assert_uint_eq(taken.removed, 1);
    ck_assert_int_eq(wears("9"), alex);
}
END_TEST

static int64_t secrets(void)
{
    int64_t n;
    OK(db_number(r->db, &n, 0, &err, "SELECT count(*) FROM badge_secret", ""));
    return n;
}

/* The list says which secret its badges are hashed with; an earlier site's doesn't, and then it is that of the enrolment. */
START_TEST(a_new_secret_comes_with_the_list)
{
    unsigned char renewed[SITE_BADGE], enrolled[SITE_SECRET];
    int64_t bo;
    const struct site_person before[] = {{"p1", "Kim", badges[0], {0}, RIGHT_LEARNER, "", false}};
    take(1, before, 1);
    OK(learner_add(r, &(struct learner_row){.name = "Bo", .badge = "9"}, 0, &bo, &err));
    memcpy(enrolled, keys.badges, sizeof enrolled);
    randombytes_buf(keys.badges, sizeof keys.badges);
    OK(learner_site_badge(keys.badges, "ab1", renewed, &err));
    const struct site_person after[] = {{"p1", "Kim", renewed, {0}, RIGHT_LEARNER, "", false}};
    struct site_list list = list_of(2, after, 1), got;
    struct buf sealed = {0};
    OK(people_seal(&list, signing, keys.box, &sealed, &err));
    memcpy(keys.badges, enrolled, sizeof keys.badges); /* what this device knows until then */
    OK(people_open(a, buf_text(&sealed), sealed.len, &keys, &got, &err));
    ck_assert_mem_eq(got.secret, list.secret, SITE_SECRET);
    struct site_taken taken;
    OK(learner_site_take(r, &got, &taken, &err));
    ck_assert_uint_eq(taken.added + taken.removed, 0);
    ck_assert_int_eq(wears("AB 1"), 1);
    ck_assert_int_eq(wears("9"), bo); /* who is this device's own is still known by theirs */
    ck_assert_int_eq(secrets(), 2);
    struct site_list old = list_of(1, before, 1);
    ck_assert(!learner_site_take(r, &old, &taken, &err));
    ck_assert_int_eq(wears("AB 1"), 1);
    /* nobody is left whose badge was hashed with the old one: it goes */
    OK(learner_remove(r, bo, 0, &err));
    got.version = 3;
    OK(learner_site_take(r, &got, &taken, &err));
    ck_assert_int_eq(secrets(), 1);
    ck_assert_int_eq(wears("AB 1"), 1);
    buf_free(&sealed);
}
END_TEST

/* Whoever had one secret after the other still has everybody. */
START_TEST(an_old_secret_that_comes_again_is_the_newest)
{
    unsigned char hashes[2][SITE_BADGE], both[2][SITE_SECRET];
    int64_t own, later;
    struct site_taken taken;
    OK(learner_add(r, &(struct learner_row){.name = "Own", .badge = "9"}, 0, &own, &err)); /* nothing is dropped */
    for (size_t i = 0; i < 2; i++) {
        randombytes_buf(both[i], SITE_SECRET);
        OK(learner_site_badge(both[i], "ab1", hashes[i], &err));
    }
    static const size_t order[] = {0, 1, 0};
    for (size_t i = 0; i < 3; i++) {
        const struct site_person people[] = {{"p1", "Kim", hashes[order[i]], {0}, RIGHT_LEARNER, "", false}};
        struct site_list list = list_of((int64_t)i + 1, people, 1);
        memcpy(list.secret, both[order[i]], SITE_SECRET);
        OK(learner_site_take(r, &list, &taken, &err));
        ck_assert(wears("ab1") != 0 && wears("ab1") != own);
    }
    OK(learner_add(r, &(struct learner_row){.name = "Later", .badge = "7"}, 0, &later, &err));
    unsigned char seven[SITE_BADGE];
    int64_t number;
    OK(learner_site_badge(both[0], "7", seven, &err));
    OK(db_number(r->db, &number, 0, &err, "SELECT number FROM learner WHERE badge = ?", "b", seven, sizeof seven));
    ck_assert_int_eq(number, later);
}
END_TEST

/* `module passed_at score` of each module that the learner passed */
static const char *passed(int64_t learner)
{
    struct buf out = {0};
    sqlite3_stmt *s = db_statement(r->db, "SELECT module, passed_at, score FROM module WHERE learner = ? AND passed_at > 0 ORDER BY module", &err);
    ck_assert(s != NULL && db_bind(s, "i", learner));
    while (db_step(r->db, s, &err) > 0)
        buf_addf(&out, "%s %lld %g\n", db_text(s, 0), (long long)sqlite3_column_int64(s, 1), sqlite3_column_double(s, 2));
    const char *text = arena_strdup(a, buf_text(&out));
    buf_free(&out);
    return text;
}

static int64_t through(const char *channels)
{
    int64_t n;
    OK(record_elsewhere_through(r, keys.site, channels, &n, &err));
    return n;
}

START_TEST(what_was_passed_elsewhere_is_a_union_in_any_order)
{
    const struct site_person people[] = {{"p1", "Kim", badges[0], {0}, RIGHT_LEARNER, "kim", false},
                                         {"p2", "Sam", badges[1], {0}, RIGHT_LEARNER, "sam", false}};
    const struct elsewhere items[] = {
        {"p1", "plant/pump", "r1", 80, 2000, "d1"}, {"p1", "plant/pump", "r2", 100, 9000, "d2"}, {"p1", "plant/pump", "r1", 90, 5000, ""},
        {"p1", "plant/fan", "r1", 85, 4000, "d1"},  {"nobody", "plant/fan", "r1", 85, 4000, "d1"},
    };
    static const size_t orders[][5] = {{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {1, 2, 0, 4, 3}, {2, 0, 3, 1, 4}};
    for (size_t k = 0; k < sizeof orders / sizeof *orders; k++) {
        size_t taken;
        tear_down();
        set_up();
        take(1, people, 2);
        for (size_t i = 0; i < 5; i++)
            OK(record_elsewhere(r, keys.site, &items[orders[k][i]], 1, (int64_t)i + 1, "plant", &taken, &err));
        ck_assert_str_eq(passed(1), "plant/fan 4000 85\nplant/pump 2000 100\n");
        ck_assert_str_eq(passed(2), "");
        OK(record_elsewhere(r, keys.site, items, 5, 6, "plant", &taken, &err)); /* again: no news */
        ck_assert_uint_eq(taken, 0);
        OK(record_rebuild(r, &err));
        ck_assert_str_eq(passed(1), "plant/fan 4000 85\nplant/pump 2000 100\n");
        OK(record_verify(r, NULL, NULL, &err));
        /* all is looked through anew when another channel or person comes, and not when somebody gets a badge */
        ck_assert_int_eq(through("plant"), 6);
        ck_assert_int_eq(through("plant,site"), 0);
        struct site_person more[] = {people[0], people[1], {"p3", "Alex", NULL, {0}, RIGHT_LEARNER, "", false}};
        more[1].badge = badges[2];
        take(2, more, 2);
        ck_assert_int_eq(through("plant"), 6);
        take(3, more, 3);
        ck_assert_int_eq(through("plant"), 0);
    }
}
END_TEST

START_TEST(results_are_sealed_as_the_list_is)
{
    const struct people_pass items[] = {{7, "p1", "https://a.example", "https://a.example/m/pump", "r1", 2000, 80, "lathe-3"},
                                        {9, "p2", "https://a.example", "https://a.example/m/fan", "", 3000, 101, ""}};
    const struct people_passes passes = {.through = 9, .more = true, .items = items, .count = 2};
    struct people_passes got;
    struct site_list list;
    struct buf sealed = {0};
    OK(people_seal_passes(&passes, signing, keys.box, &sealed, &err));
    OK(people_open_passes(a, buf_text(&sealed), sealed.len, &keys, &got, &err));
    ck_assert(got.more && got.through == 9 && got.count == 1); /* nobody has 101 of 100 */
    ck_assert_str_eq(got.items[0].activity, "https://a.example/m/pump");
    ck_assert_int_eq(got.items[0].at, 2000);
    ck_assert_str_eq(got.items[0].device, "lathe-3");
    ck_assert(!got.logs_told && got.own_count == 0); /* an older site */
    ck_assert(!people_open(a, buf_text(&sealed), sealed.len, &keys, &list, &err)); /* they are no list */
    ck_assert_str_eq(err.why, "it is something else that the site has signed");
    sealed.data[sealed.len / 2] ^= 1;
    ck_assert(!people_open_passes(a, buf_text(&sealed), sealed.len, &keys, &got, &err));
    buf_free(&sealed);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("people");
    TCase *t = tcase_create("people");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, what_is_sealed_is_what_is_opened);
    tcase_add_test(t, nobody_else_reads_it_and_nobody_else_writes_it);
    tcase_add_test(t, a_list_is_taken_and_taken_back);
    tcase_add_test(t, an_older_list_and_a_wrong_one_change_nothing);
    tcase_add_test(t, a_new_secret_comes_with_the_list);
    tcase_add_test(t, an_old_secret_that_comes_again_is_the_newest);
    tcase_add_test(t, what_was_passed_elsewhere_is_a_union_in_any_order);
    tcase_add_test(t, results_are_sealed_as_the_list_is);
    tcase_add_test(t, who_was_here_before_is_not_there_twice);
    suite_add_tcase(s, t);
    return suite_run(s);
}
