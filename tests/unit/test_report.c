/* Reports of a small class whose numbers were computed by hand. */
#include "core/record/report.h"
#include "core/record/chain.h"
#include "core/record/learner.h"
#include "core/record/roll.h"
#include "tests/unit/record_fixture.h"
#include "tests/unit/suite.h"

static struct record *r;
static struct arena *a;
static struct error err;
static int64_t kim, lee, max, pat, idle;

static const struct element week_elements[] = {
    {.id = "read", .kind = ELEMENT_MODULE, .phase = PHASE_BEFORE, .title = "", .module = "prime-pump", .starts = "", .where = "", .after_days = -1},
    {.id = "workshop", .kind = ELEMENT_SESSION, .phase = PHASE_DURING, .title = "", .module = "", .starts = "2027-03-04T09:00Z",
     .starts_ms = 1804150800000, .where = "", .after_days = -1},
    {.id = "check", .kind = ELEMENT_ASSESSMENT, .phase = PHASE_DURING, .title = "", .module = "prime-pump", .starts = "", .where = "", .after_days = -1},
    {.id = "try", .kind = ELEMENT_FOLLOW_UP, .phase = PHASE_AFTER, .title = "", .module = "prime-pump", .starts = "", .where = "", .after_days = 7},
    {.id = "retained", .kind = ELEMENT_ASSESSMENT, .phase = PHASE_AFTER, .title = "", .module = "prime-pump", .starts = "", .where = "", .after_days = 30},
};
enum { ELEMENTS = sizeof week_elements / sizeof *week_elements };
static const char *const week_roles[] = {"fitter"};
static const char *const titles[] = {"Prime", "At the pump", "What stuck", "Try it", "What is left"};
static struct library_programme week = {
    .channel = "acme", .iri = "https://acme.example/learn", .address = "acme/pump-week", .path = "",
    .programme = {.id = "pump-week", .title = "Pump week", .problem = "", .outcome = "", .elements = week_elements, .count = ELEMENTS}};

static void at(const char *time)
{
    setenv("CRIB_CLOCK", time, 1);
}

static int64_t somebody(const char *account)
{
    int64_t number;
    OK(record_learner(r, account, &number, &err));
    return number;
}

static void from(const char *element)
{
    const struct circumstances c = {.programme = element != NULL ? "acme/pump-week" : NULL, .element = element};
    OK(record_circumstances(r, &c, &err));
}

/* One question of ten is worth ten; q1 takes so long. */
static void quiz(int64_t who, double score, double first, int64_t ms, const char *revision)
{
    struct uuid id;
    struct given g = given_of("q1", first, ms), h = given_of("q2", 1, 2000);
    g.question_revision = revision;
    OK(record_attempt_start(r, who, &pump, &pump_start, &id, &err));
    OK(record_answer(r, &id, &g, &err));
    OK(record_answer(r, &id, &h, &err));
    OK(record_attempt_finish(r, &id, &pump, score, score >= 80, &err));
}

static void attend(int64_t who, const char *time, bool late, const char *until)
{
    at(time);
    OK(record_session_joined(r, who, &fixture_session, late, &err));
    at(until);
    OK(record_session_left(r, who, &fixture_session, &err));
}

/*          before the session     session      check    after      retained
 * kim      40, then 90            09:00-10:30  90       opened     70
 * lee      60                     late         80       (then passed for the first time) -
 * max      -                      -            -        -          -        (has the role)
 * pat      -                      09:10-10:00  50       -          -
 * idle     nothing, no role */
static void live_class(void)
{
    at("2027-03-01T10:00:00Z");
    OK(record_opened(r, kim, &pump, NULL, &err));
    quiz(kim, 40, 0, 30000, "old");
    at("2027-03-02T10:00:00Z");
    quiz(kim, 90, 1, 10000, "qr");
    at("2027-03-03T10:00:00Z");
    OK(record_opened(r, lee, &pump, NULL, &err));
    quiz(lee, 60, 0, 20000, "qr");
    attend(kim, "2027-03-04T09:00:00Z", false, "2027-03-04T10:30:00Z");
    attend(lee, "2027-03-04T09:20:00Z", true, "2027-03-04T10:30:00Z");
    attend(pat, "2027-03-04T09:10:00Z", false, "2027-03-04T10:00:00Z");
    from("check");
    at("2027-03-04T10:10:00Z");
    quiz(kim, 90, 1, 9000, "qr");
    quiz(lee, 80, 1, 9000, "qr");
    quiz(pat, 50, 0, 40000, "qr");
    from(NULL);
    at("2027-03-12T10:00:00Z");
    OK(record_opened(r, kim, &pump, NULL, &err));
    from("retained");
    at("2027-04-05T10:00:00Z");
    quiz(kim, 70, 1, 8000, "qr");
    from(NULL);
}

static void set_up(void)
{
    setenv("TZ", "UTC", 1);
    at("2027-02-01T10:00:00Z");
    r = fixture_open(&a, &err);
    kim = somebody("Kim");
    lee = somebody("lee");
    max = somebody("Max");
    pat = somebody("pat");
    idle = somebody("idle");
    const struct strings roles = {week_roles, 1};
    OK(learner_roles_set(r, max, roles, 0, &err));
    week.programme.roles = (struct strings){0};
}

static void tear_down(void)
{
    fixture_close(r, a);
}

static struct report_scope everybody(void)
{
    return (struct report_scope){.now_ms = clock_ms_of("2027-04-06T12:00:00Z"), .source = "This device",
                                 .synced_ms = clock_ms_of("2027-04-06T11:00:00Z")};
}

static const char *written(const struct report *report, enum report_form form, const char *part)
{
    struct buf out = {0};
    OK(report_write(report, form, part, &(struct report_look){.columns = 80, .ascii = true, .bars = true}, &out, &err));
    const char *text = arena_strdup(a, buf_text(&out));
    buf_free(&out);
    return text;
}

static const char head[] = "name,account,home_page,before,before_of,session,sessions,sessions_of,joined,left,late,first,assessment,"
                           "passed,after,after_of,retained,check_due,gain,device,synced,from\r\n";
#define SYNC "2027-04-06T11:00:00.000+00:00"
#define MARCH_4_MS(hour, minute) (INT64_C(1804118400000) + ((hour) * 60 + (minute)) * INT64_C(60000))
#define MARCH_4(time) "2027-03-04T" time ":00.000+00:00"
static const char kim_row[] = "Kim,\"\",\"\",1,1,yes,1,1," MARCH_4("09:00") "," MARCH_4("10:30") ",no,40,90,yes,1,1,70,2027-04-03,30,\"\"," SYNC ",\"\"\r\n";
static const char lee_row[] = "lee,\"\",\"\",1,1,late,1,1," MARCH_4("09:20") "," MARCH_4("10:30") ",yes,60,80,yes,1,1,\"\",2027-04-03,20,\"\"," SYNC ",\"\"\r\n";
static const char max_row[] = "Max,\"\",\"\",0,1,no,0,1,\"\",\"\",\"\",\"\",\"\",\"\",0,1,\"\",2027-04-03,\"\",\"\"," SYNC ",\"\"\r\n";
static const char pat_row[] = "pat,\"\",\"\",0,1,yes,1,1," MARCH_4("09:10") "," MARCH_4("10:00") ",no,\"\",50,no,0,1,\"\",2027-04-03,\"\",\"\"," SYNC ",\"\"\r\n";

START_TEST(a_programme_has_a_row_a_person)
{
    struct report report;
    struct report_scope scope = everybody();
    live_class();
    OK(report_programme(r, a, &scope, &week, titles, &report, &err));
    ck_assert_str_eq(written(&report, REPORT_CSV, NULL), arena_printf(a, "%s%s%s%s", head, kim_row, lee_row, pat_row));
    week.programme.roles = (struct strings){week_roles, 1}; /* who is to take part and did nothing is seen, too */
    OK(report_programme(r, a, &scope, &week, titles, &report, &err));
    ck_assert_str_eq(written(&report, REPORT_CSV, NULL), arena_printf(a, "%s%s%s%s%s", head, kim_row, lee_row, max_row, pat_row));
    scope.learner = max; /* nobody was away from what is still to be */
    scope.now_ms = clock_ms_of("2027-03-01T00:00:00Z");
    OK(report_programme(r, a, &scope, &week, titles, &report, &err));
    ck_assert_ptr_nonnull(strstr(written(&report, REPORT_CSV, NULL), "Max,\"\",\"\",0,1,to come,0,1,"));
    scope = everybody();
    scope.learner = lee;
    OK(report_programme(r, a, &scope, &week, titles, &report, &err));
    ck_assert_str_eq(written(&report, REPORT_CSV, NULL), arena_printf(a, "%s%s", head, lee_row));
}
END_TEST

/* A session that was led here, and is over; the same as who joined it by this record. */
static void led(int64_t who, const char *session, bool names, const struct room_person *people, size_t count)
{
    const struct room_plan plan = {.programme = "acme/pump-week", .element = "workshop", .iri = "", .title = "At the pump",
                                   .module = "acme/prime-pump", .test = "check", .names = names};
    const struct room *room;
    int64_t id;
    OK(room_lead(r, who, &plan, "trainer", 0, &id, &err));
    OK(db_run(r->db, &err, "UPDATE room SET session = ? WHERE id = ?", "si", session, id));
    OK(room_people_heard(r, id, people, count, true, &err));
    OK(room_get(r, a, id, &room, &err));
    OK(roll_keep(r, room, &err));
    OK(roll_keep(r, room, &err)); /* as after a crash: it is there once */
}

static const struct room_person in_class[] = {
    {.name = "ann", .state = ROOM_GONE, .late = true, .done = 1, .of = 1, .answered = 2, .score = 50},
    {.name = "Sam", .state = ROOM_HERE, .done = 0, .of = 1, .answered = 2, .score = 100},
    {.name = "sam", .state = ROOM_HERE, .done = 0, .of = -1, .answered = 0, .score = -1},
    {.name = "KIM", .state = ROOM_HERE, .late = true, .done = 0, .of = 1, .answered = 2, .score = 10},
    {.name = "max", .state = ROOM_HERE, .done = 1, .of = 1, .answered = 2, .score = 90},
    {.name = "eve", .state = ROOM_EXPECTED, .done = 0, .of = -1, .answered = 0, .score = -1},
};

/* Who took part with a record of their own is known by the session's word; what this record has itself is better. */
START_TEST(a_programme_as_its_session_told)
{
    struct report report;
    struct report_scope scope = everybody();
    live_class();
    led(idle, fixture_session.session, _i == 1, in_class, sizeof in_class / sizeof *in_class);
    OK(report_programme(r, a, &scope, &week, titles, &report, &err));
    const char *max_told = _i == 1 ? "Max,\"\",\"\",1,1,yes,1,1,\"\",\"\",no,\"\",90," : "Max,\"\",\"\",1,1,yes,1,1,\"\",\"\",no,\"\",\"\",";
    const char *ann_told = _i == 1 ? "ann,\"\",\"\",1,1,late,1,1,\"\",\"\",yes,\"\",50,\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",session\r\n"
                                   : "ann,\"\",\"\",1,1,late,1,1,\"\",\"\",yes,\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",session\r\n";
    const char *csv = written(&report, REPORT_CSV, NULL);
    for (int turn = 0; turn < 2; turn++) {
        ck_assert_msg(strstr(csv, kim_row) != NULL && strstr(csv, lee_row) != NULL && strstr(csv, pat_row) != NULL, "%s", csv);
        ck_assert_msg(strstr(csv, max_told) != NULL && strstr(csv, ann_told) != NULL, "%s", csv);
        ck_assert_msg(strstr(csv, "Sam,") != NULL && strstr(csv, "sam,\"\",\"\",\"\",\"\",yes,") != NULL, "%s", csv);
        ck_assert_msg(strstr(csv, "eve,\"\",\"\",\"\",\"\",no,0,1,") != NULL && strstr(csv, "KIM") == NULL && strstr(csv, "idle") == NULL, "%s", csv);
        OK(record_rebuild(r, &err));
        OK(report_programme(r, a, &scope, &week, titles, &report, &err));
        ck_assert_str_eq(written(&report, REPORT_CSV, NULL), csv);
    }
    ck_assert_ptr_nonnull(strstr(written(&report, REPORT_TABLE, NULL), "from session: as its trainer saw it"));
    ck_assert_ptr_nonnull(strstr(written(&report, REPORT_CSV, "elements"), "At the pump,session,during,7,8,"));
    ck_assert_ptr_nonnull(strstr(written(&report, REPORT_CSV, "elements"), "Prime,module,before,2,4,")); /* of those whose record this is */
    const char *last = csv;
    for (size_t i = 0; i < 4; i++) { /* those whom the session alone knows are behind them, by name */
        static const char *const names[] = {"\nann,", "\neve,", "\nSam,", "\nsam,"};
        last = strstr(last, names[i]);
        ck_assert_msg(last != NULL, "%s: %s", names[i], csv);
    }
    int64_t theirs; /* nothing of what this record has itself is told twice: it goes when they are forgotten */
    OK(db_number(r->db, &theirs, -1, &err, "SELECT count(*) FROM event WHERE kind = 'session.held' AND payload LIKE '%KIM%'", ""));
    ck_assert_int_eq(theirs, 0);
}
END_TEST

/* Nobody came; another time they are the same people. */
START_TEST(several_sessions_told)
{
    struct report report;
    struct report_scope scope = everybody();
    const struct room_person again[] = {
        {.name = "Ann", .state = ROOM_GONE, .of = -1, .score = 70, .joined_at = MARCH_4_MS(9, 10), .left_at = MARCH_4_MS(9, 40)}};
    const struct room_person third[] = {
        {.name = "Ann", .state = ROOM_HERE, .of = -1, .score = 70, .joined_at = MARCH_4_MS(9, 30)}}; /* to its end */
    led(idle, "s0", true, &in_class[5], 1);
    OK(report_programme(r, a, &scope, &week, titles, &report, &err));
    ck_assert_str_eq(written(&report, REPORT_CSV, NULL), head);
    led(idle, "s1", true, in_class, 1);
    led(idle, "s2", true, again, 1);
    OK(report_programme(r, a, &scope, &week, titles, &report, &err));
    ck_assert_str_eq(written(&report, REPORT_CSV, NULL),
                     arena_printf(a, "%sAnn,\"\",\"\",1,1,late,1,1," MARCH_4("09:10") "," MARCH_4("09:40") ",yes,\"\",70,\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",session\r\n", head));
    at("2027-03-04T10:30:00Z");
    led(idle, "s3", true, third, 1);
    OK(record_rebuild(r, &err) && report_programme(r, a, &scope, &week, titles, &report, &err));
    ck_assert_str_eq(written(&report, REPORT_CSV, NULL),
                     arena_printf(a, "%sAnn,\"\",\"\",1,1,late,1,1," MARCH_4("09:10") "," MARCH_4("10:30") ",yes,\"\",70,\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",session\r\n", head));
    scope.learner = max;
    OK(report_programme(r, a, &scope, &week, titles, &report, &err));
    ck_assert_ptr_null(strstr(written(&report, REPORT_CSV, NULL), "Ann"));
}
END_TEST

START_TEST(a_programme_on_a_terminal)
{
    struct report report;
    struct report_scope scope = everybody();
    live_class();
    OK(report_programme(r, a, &scope, &week, titles, &report, &err));
    const char *text = written(&report, REPORT_TABLE, "people");
    ck_assert_msg(strstr(text, "name  before  session  assessment    passed  after   retained  gain\n"
                                       "Kim   1 of 1  yes      #######.  90  yes     1 of 1        70   +30\n"
                                       "lee   1 of 1  late     ######..  80  yes     1 of 1             +20\n"
                                       "pat   0 of 1  yes      ####....  50  no      0 of 1\n") != NULL, "%s", text);
    text = written(&report, REPORT_CSV, "elements");
    ck_assert_str_eq(text, "element,kind,phase,done,done_of,score\r\n"
                           "Prime,module,before,2,3,85\r\n"
                           "At the pump,session,during,3,3,\"\"\r\n"
                           "What stuck,assessment,during,2,3,73\r\n"
                           "Try it,follow-up,after,2,3,85\r\n"
                           "What is left,assessment,after,0,3,70\r\n");
    for (const char *line = written(&report, REPORT_TABLE, NULL); *line != '\0'; line += strcspn(line, "\n") + 1)
        ck_assert_msg(strcspn(line, "\n") <= 96, "%s", line);
}
END_TEST

START_TEST(a_programme_that_nobody_began)
{
    struct report report;
    struct report_scope scope = everybody();
    OK(report_programme(r, a, &scope, &week, titles, &report, &err));
    ck_assert_str_eq(written(&report, REPORT_TABLE, "people"), "Pump week. This device\n\nPeople\nnobody has begun it\n");
    ck_assert_str_eq(written(&report, REPORT_CSV, NULL), head);
}
END_TEST

START_TEST(a_module_has_its_weak_questions)
{
    struct report report;
    struct report_scope scope = everybody();
    const struct report_name names[] = {{"q1", "Where is the vent?"}};
    live_class();
    at("2027-04-05T12:00:00Z");
    OK(record_solved(r, kim, &pump, FOUND_BY_SCAN, true, &err));
    OK(record_solved(r, lee, &pump, FOUND_BY_SCAN, false, &err));
    OK(record_solved(r, lee, &pump, FOUND_BY_SCAN, true, &err));
    OK(record_note(r, lee, &pump, "bleed", NULL, NOTE_WRONG, "the valve is on the left", &err));
    OK(report_module(r, a, &scope, pump.module, "Prime", names, 1, &report, &err));
    /* q1 as it reads now: kim was right in 10 s, lee wrong in 20 s, pat wrong in 40 s; q2: all right in 2 s. */
    ck_assert_str_eq(written(&report, REPORT_CSV, "questions"), "question,id,right,right_of,percent,ms\r\n"
                                                                "Where is the vent?,q1,1,3,33,20000\r\n"
                                                                "q2,q2,3,3,100,2000\r\n");
    ck_assert_str_eq(written(&report, REPORT_CSV, "summary"), "passed,passed_of,solved,solved_of,notes\r\n2,3,2,3,1\r\n");
    ck_assert_str_eq(written(&report, REPORT_CSV, NULL),
                     "name,account,home_page,standing,score,attempts,trend,last,device,synced\r\n"
                     "Kim,\"\",\"\",passed,90,4,40 90 90 70,2027-04-05,\"\"," SYNC "\r\n"
                     "lee,\"\",\"\",fading,80,2,60 80,2027-03-04,\"\"," SYNC "\r\n"
                     "pat,\"\",\"\",begun,50,1,50,2027-03-04,\"\"," SYNC "\r\n");
    scope.learner = lee; /* the others' answers are theirs */
    OK(report_module(r, a, &scope, pump.module, "Prime", names, 1, &report, &err));
    ck_assert_uint_eq(report.count, 1);
    ck_assert_uint_eq(sheet_rows(report.sheets[0]), 1);
}
END_TEST

static const char *no_title(void *context, const char *module)
{
    (void)context;
    (void)module;
    return NULL;
}

START_TEST(a_person_has_modules_and_programmes)
{
    struct report report;
    struct report_scope scope = everybody();
    live_class();
    scope.learner = kim;
    OK(report_person(r, a, &scope, "Kim", &week, 1, no_title, NULL, &report, &err));
    ck_assert_str_eq(written(&report, REPORT_CSV, NULL), "title,module,standing,score,attempts,trend,last\r\n"
                                                         "Prime a centrifugal pump,acme/prime-pump,passed,90,4,40 90 90 70,2027-04-05\r\n");
    ck_assert_str_eq(written(&report, REPORT_CSV, "programmes"), "title,programme,done,done_of,due\r\nPump week,acme/pump-week,4,5,2027-04-03\r\n");
    scope.learner = idle;
    OK(report_person(r, a, &scope, "idle", &week, 1, no_title, NULL, &report, &err));
    ck_assert_str_eq(written(&report, REPORT_TABLE, NULL), "idle. This device\n\nModules\nnothing was begun\n");
}
END_TEST

START_TEST(what_is_retold_says_the_same)
{
    struct report report;
    struct report_scope scope = everybody();
    live_class();
    OK(report_programme(r, a, &scope, &week, titles, &report, &err));
    const char *before = written(&report, REPORT_JSON, NULL);
    OK(record_rebuild(r, &err));
    OK(report_programme(r, a, &scope, &week, titles, &report, &err));
    ck_assert_str_eq(written(&report, REPORT_JSON, NULL), before);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("report");
    TCase *c = tcase_create("report");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, a_programme_has_a_row_a_person);
    tcase_add_test(c, a_programme_on_a_terminal);
    tcase_add_loop_test(c, a_programme_as_its_session_told, 0, 2);
    tcase_add_test(c, several_sessions_told);
    tcase_add_test(c, a_programme_that_nobody_began);
    tcase_add_test(c, a_module_has_its_weak_questions);
    tcase_add_test(c, a_person_has_modules_and_programmes);
    tcase_add_test(c, what_is_retold_says_the_same);
    suite_add_tcase(s, c);
    return suite_run(s);
}
