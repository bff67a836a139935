/* Where a learner stands with the elements of a programme, and who was in its sessions. */
#include "core/record/element.h"
#include "tests/unit/record_fixture.h"
#include "tests/unit/suite.h"

static struct record *r;
static struct arena *a;
static struct error err;
static int64_t kim, lee;

static const struct element week_elements[] = {
    {.id = "read", .kind = ELEMENT_MODULE, .phase = PHASE_BEFORE, .title = "", .module = "prime-pump", .starts = "", .where = "", .after_days = -1},
    {.id = "workshop", .kind = ELEMENT_SESSION, .phase = PHASE_DURING, .title = "", .module = "", .starts = "2027-03-04T09:00Z",
     .starts_ms = 1804150800000, .where = "", .after_days = -1},
    {.id = "check", .kind = ELEMENT_ASSESSMENT, .phase = PHASE_DURING, .title = "", .module = "prime-pump", .starts = "", .where = "", .after_days = -1},
    {.id = "try", .kind = ELEMENT_FOLLOW_UP, .phase = PHASE_AFTER, .title = "", .module = "prime-pump", .starts = "", .where = "", .after_days = 7},
    {.id = "retained", .kind = ELEMENT_ASSESSMENT, .phase = PHASE_AFTER, .title = "", .module = "prime-pump", .starts = "", .where = "", .after_days = 30},
};
enum { READ, WORKSHOP, CHECK, TRY, RETAINED, ELEMENTS };
static const struct programme week = {.id = "pump-week", .title = "Pump week", .problem = "", .outcome = "",
                                      .elements = week_elements, .count = ELEMENTS};

static void at(const char *time)
{
    setenv("CRIB_CLOCK", time, 1);
}

static void set_up(void)
{
    setenv("TZ", "UTC", 1);
    at("2027-03-01T10:00:00Z");
    r = fixture_open(&a, &err);
    OK(record_learner(r, "kim", &kim, &err));
    OK(record_learner(r, "lee", &lee, &err));
}

static void tear_down(void)
{
    fixture_close(r, a);
}

static void from(const char *element)
{
    const struct circumstances c = {.programme = element != NULL ? "acme/pump-week" : NULL, .element = element};
    OK(record_circumstances(r, &c, &err));
}

static void quiz(double score)
{
    struct uuid id;
    OK(record_attempt_start(r, kim, &pump, &pump_start, &id, &err));
    if (score < 0)
        return; /* left half-way */
    OK(record_attempt_finish(r, &id, &pump, score, score >= 80, &err));
}

static void read_all(void)
{
    OK(record_opened(r, kim, &pump, NULL, &err));
    for (size_t i = 0; i < 3; i++)
        OK(record_section(r, kim, &pump, &sections_1[i], SECTION_DONE, 20, 9000, &err));
}

static void attend(const char *time)
{
    at(time);
    OK(record_session_joined(r, kim, &fixture_session, false, &err));
}

/* What is done at each of the moments, and what it says then. A step: Q, P fail and pass the quiz, L leaves it half-way, R reads all, O opens,
 * J joins; a capital of an element in front of it (K check, T retained) is where it was opened from. */
static const struct {
    const char *steps;
    const char *wanted; /* a letter an element: . open, b begun, f failed, d done; ! behind: due */
} stories[] = {
    {"", "....."},
    {"2027-03-01T10:00:00Z O", "....."},
    {"2027-03-01T10:00:00Z P", "d...."},                                                  /* before the session: no assessment */
    {"2027-03-04T10:00:00Z P", "d.dd."},                                                  /* on its day it is one */
    {"2027-03-01T10:00:00Z KP", "d.d.."},                                                 /* begun from there it is one at any time */
    {"2027-03-04T10:00:00Z Q", "b.f.."},
    {"2027-03-04T10:00:00Z L", "b.b.."},
    {"2027-04-03T10:00:00Z KL", "b.b.!.!"},                                               /* begun from the one is not the other */
    {"2027-03-04T10:00:00Z Q 2027-03-04T10:30:00Z P", "d.dd."},
    {"2027-03-04T10:00:00Z P 2027-03-04T10:30:00Z Q", "d.dd."},                           /* passed stays passed */
    {"2027-03-04T09:05:00Z J", ".d..."},
    {"2027-03-11T00:00:00Z", "....!."},
    {"2027-03-10T23:59:00Z", "....."},
    {"2027-04-03T00:00:00Z", "....!.!"},
    {"2027-04-03T08:00:00Z P", "d.ddd"},                                               /* late for all of it, and done */
    {"2027-04-03T08:00:00Z TP", "d..dd"},                                              /* the retention check alone */
    {"2027-04-03T08:00:00Z TQ", "b...!f!"},
    {"2027-03-01T10:00:00Z P 2027-03-12T08:00:00Z O", "d..d."},                           /* read again, after the session */
    {"2027-04-01T09:00:00Z J 2027-04-03T00:00:00Z", ".d..."},                              /* it was held later: all else is due later */
    {"2027-04-01T09:00:00Z J 2027-04-08T00:00:00Z", ".d..!."},
};

static void play(const char *steps)
{
    while (*steps != '\0') {
        const char *element = NULL;
        char time[21];
        snprintf(time, sizeof time, "%s", steps);
        at(time);
        for (steps += 20; *steps == ' '; steps++) {}
        for (; *steps != '\0' && *steps != '2'; steps++) {
            element = *steps == 'K' ? "check" : *steps == 'T' ? "retained" : element;
            from(element);
            if (strchr("PQL", *steps) != NULL)
                quiz(*steps == 'P' ? 90 : *steps == 'Q' ? 40 : -1);
            else if (*steps == 'O')
                OK(record_opened(r, kim, &pump, NULL, &err));
            else if (*steps == 'J')
                attend(time);
        }
    }
}

static const char *stands(int64_t learner)
{
    struct element_progress x[ELEMENTS];
    static char text[2 * ELEMENTS + 1];
    size_t n = 0;
    OK(record_elements(r, a, learner, "acme", &week, clock_wall_ms(), x, &err));
    for (size_t i = 0; i < ELEMENTS; i++) {
        text[n++] = ".bfd"[x[i].state];
        if (x[i].due)
            text[n++] = '!';
        ck_assert_int_eq(x[i].state == ELEMENT_DONE, x[i].done_at != 0);
    }
    text[n] = '\0';
    return text;
}

START_TEST(where_one_stands)
{
    play(stories[_i].steps);
    ck_assert_msg(strcmp(stands(kim), stories[_i].wanted) == 0, "%s: %s, not %s", stories[_i].steps, stands(kim),
                  stories[_i].wanted);
    OK(record_rebuild(r, &err));
    ck_assert_str_eq(stands(kim), stories[_i].wanted);
    ck_assert_ptr_null(strchr(stands(lee), 'd'));
    ck_assert_ptr_null(strchr(stands(0), 'd'));
}
END_TEST

START_TEST(what_it_says_of_each)
{
    struct element_progress x[ELEMENTS];
    read_all();
    attend("2027-03-04T09:05:00Z");
    at("2027-03-04T10:00:00Z");
    quiz(60);
    quiz(100);
    quiz(70);
    OK(record_elements(r, a, kim, "acme", &week, clock_wall_ms(), x, &err));
    ck_assert_int_eq(x[WORKSHOP].joined_at, clock_ms_of("2027-03-04T09:05:00Z"));
    ck_assert_ptr_null(x[WORKSHOP].progress);
    ck_assert_int_eq(x[CHECK].attempts, 3);
    ck_assert(x[CHECK].score > 69 && x[CHECK].score < 71);
    ck_assert_int_eq(x[CHECK].done_at, clock_ms_of("2027-03-04T10:00:00Z"));
    ck_assert_int_eq(x[TRY].due_at, clock_ms_of("2027-03-11T00:00:00Z"));
    ck_assert_int_eq(x[RETAINED].attempts, 0);
    struct progress_count c = progress_compare(x[READ].progress, sections_1, 3, NULL);
    ck_assert_uint_eq(c.done, 3);
}
END_TEST

/* Whoever comes back joins again: the first moment counts, and leaving is open again. */
START_TEST(attendance_is_kept_once)
{
    struct attendance *items;
    size_t count;
    at("2027-03-04T09:20:00Z");
    OK(record_session_joined(r, kim, &fixture_session, true, &err));
    at("2027-03-04T09:40:00Z");
    OK(record_session_left(r, kim, &fixture_session, &err));
    at("2027-03-04T09:50:00Z");
    OK(record_session_joined(r, kim, &fixture_session, false, &err));
    OK(record_session_joined(r, lee, &fixture_session, false, &err));
    for (int rebuilt = 0; rebuilt < 2; rebuilt++) {
        OK(record_attendance(r, a, "acme/pump-week", NULL, 0, &items, &count, &err));
        ck_assert_uint_eq(count, 2);
        ck_assert_int_eq(items[0].learner, kim);
        ck_assert_int_eq(items[0].joined_at, clock_ms_of("2027-03-04T09:20:00Z"));
        ck_assert_int_eq(items[0].left_at, 0);
        ck_assert(items[0].late && !items[1].late);
        ck_assert_str_eq(items[0].element, "workshop");
        OK(record_rebuild(r, &err));
    }
    OK(record_attendance(r, a, "acme/pump-week", "another", 0, &items, &count, &err));
    ck_assert_uint_eq(count, 0);
    OK(record_attendance(r, a, "acme/pump-week", fixture_session.session, lee, &items, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert(!record_session_joined(r, kim, &(struct attending){.programme = "acme/pump-week", .element = "workshop"}, false, &err));
}
END_TEST

/* What was set for the events around stays set. */
START_TEST(joining_leaves_the_circumstances_alone)
{
    from("read");
    OK(record_session_joined(r, kim, &fixture_session, false, &err));
    at("2027-03-04T10:00:00Z");
    quiz(100);
    struct element_progress x[ELEMENTS];
    OK(record_elements(r, a, kim, "acme", &week, clock_wall_ms(), x, &err));
    ck_assert_int_eq(x[CHECK].state, ELEMENT_OPEN); /* the quiz was begun from another element */
}
END_TEST

int main(void)
{
    Suite *s = suite_create("element");
    TCase *c = tcase_create("element");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_loop_test(c, where_one_stands, 0, sizeof stories / sizeof *stories);
    tcase_add_test(c, what_it_says_of_each);
    tcase_add_test(c, attendance_is_kept_once);
    tcase_add_test(c, joining_leaves_the_circumstances_alone);
    suite_add_tcase(s, c);
    return suite_run(s);
}
