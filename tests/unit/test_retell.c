/* Statements told back: what each says of an event, and what says nothing. */
#include <jansson.h>

#include "core/record/report.h"
#include "core/record/scratch.h"
#include "sync/report/retell.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <string.h>

static struct arena *a;
static struct error err;
static const struct library_channel channels[] = {{.id = "acme", .name = "Acme", .iri = "https://acme.example/learn/"},
                                                  {.id = "none", .name = "None", .iri = ""}};

static void set_up(void)
{
    a = arena_open();
    err = (struct error){0};
}

static void tear_down(void)
{
    arena_close(a);
}

#define ACTOR "\"actor\":{\"account\":{\"homePage\":\"https://example.com\",\"name\":\"kim\"}}"
#define OURS "\"contextActivities\":{\"category\":[{\"id\":\"urn:crib:xapi\"}]}"
#define AUDIT "\"urn:crib:xapi:audit\":{\"log\":\"ab\",\"seq\":7}"
#define ADL "http://adlnet.gov/expapi/verbs/"
#define MODULE "https://acme.example/learn/m/prime-pump"
#define ATTEMPT "0193a000-0000-7000-8000-00000000000c"
#define MADE "0193a000-0000-8000-8000-00000000000c"

/* verb, object's id, registration, extensions, result; what it tells. NULL: nothing. */
static const struct {
    const char *verb, *object, *registration, *extensions, *result;
    const char *kind, *said;
} cases[] = {
    {ADL "initialized", MODULE, ATTEMPT, "", "", "attempt.started", "\"module\":\"acme/prime-pump\""},
    {ADL "passed", MODULE, ATTEMPT, "", "\"score\":{\"scaled\":0.9}", "attempt.finished", "\"purpose\":\"quiz\",\"score\":90,\"passed\":true"},
    {ADL "failed", MODULE, ATTEMPT, "", "\"score\":{\"scaled\":0.4}", "attempt.finished", "\"score\":40,\"passed\":false"},
    {ADL "passed", MODULE, ATTEMPT, "", "\"score\":{\"scaled\":1e300}", "attempt.finished", "\"score\":100,"},
    {ADL "passed", MODULE, ATTEMPT, "", "\"score\":\"much\"", "attempt.finished", "\"score\":0,"},
    {ADL "passed", MODULE, "none", "", "\"score\":{\"scaled\":0.9}", NULL, NULL},
    {ADL "terminated", MODULE, ATTEMPT, "", "\"score\":{\"scaled\":0.9}", NULL, NULL}, /* practice */
    {ADL "answered", MODULE "/q/The%20vent%2F2", ATTEMPT, ",\"urn:crib:xapi:question\":\"r1\"",
     "\"score\":{\"scaled\":0.5},\"duration\":\"PT1M2.50S\"", "attempt.answered",
     "\"question\":\"The vent/2\",\"question_revision\":\"r1\",\"type\":\"choice\",\"fraction\":0.5,\"ms\":62500,\"rating\":2"},
    {ADL "answered", MODULE "/q/vent", MADE, "", "\"score\":{\"scaled\":1}", "recall.answered", "\"rating\":3"},
    {ADL "answered", MODULE, ATTEMPT, "", "\"score\":{\"scaled\":1}", NULL, NULL}, /* to no question */
    {ADL "completed", MODULE, MADE, "", "", "module.completed", "\"quiz\":false"},
    {ADL "experienced", MODULE "#bleed", MADE, ",\"urn:crib:xapi:section\":\"aa\"", "", "section.done", "\"hash\":\"aa\""},
    {ADL "attended", "https://acme.example/learn/p/pump-week/e/workshop", MADE,
     ",\"urn:crib:xapi:programme\":\"acme/pump-week\",\"urn:crib:xapi:element\":\"workshop\",\"urn:crib:xapi:session\":\"s1\","
     "\"urn:crib:xapi:attendance\":\"late\"", "", "session.joined",
     "\"programme\":\"acme/pump-week\",\"element\":\"workshop\",\"session\":\"s1\",\"late\":true"},
    {ADL "responded", MODULE, MADE, "", "\"response\":\"no\"", "module.solved", "\"solved\":false"},
    {ADL "commented", MODULE "#bleed", MADE, ",\"urn:crib:xapi:note\":\"wrong\"", "\"response\":\"left\"", "note.filed", "\"about\":\"wrong\",\"text\":\"left\""},
    {"https://w3id.org/xapi/adl/verbs/satisfied", MODULE, ATTEMPT, ",\"urn:crib:xapi:signoff\":{\"method\":\"pin\",\"valid-until\":\"2027-01-01T00:00:00Z\"}", "",
     "signoff.signed", "\"method\":\"pin\""},
    {"https://w3id.org/xapi/adl/verbs/satisfied", MODULE, ATTEMPT, "", "", NULL, NULL},
    {ADL "passed", "https://other.example/m/prime-pump", ATTEMPT, "", "\"score\":{\"scaled\":0.9}", NULL, NULL}, /* another's channel */
    {ADL "passed", "https://acme.example/learning/m/prime-pump", ATTEMPT, "", "\"score\":{\"scaled\":0.9}", NULL, NULL},
    {"launched", MODULE, ATTEMPT, "", "", NULL, NULL},
};

static const char *statement(size_t i, const char *category, const char *actor)
{
    return arena_printf(a,
                        "{\"id\":\"0193a000-0000-7000-8000-0000000000%02zx\",%s,\"verb\":{\"id\":\"%s\"},\"object\":{\"id\":\"%s\"},"
                        "\"result\":{%s},\"context\":{\"registration\":\"%s\",%s,\"extensions\":{" AUDIT "%s}},"
                        "\"timestamp\":\"2026-11-28T04:45:13.000Z\",\"stored\":\"2026-11-28T05:00:00.000000Z\","
                        "\"authority\":{\"account\":{\"homePage\":\"https://lrs.example\",\"name\":\"at-gate\"}}}",
                        i, actor, cases[i].verb, cases[i].object, cases[i].result, cases[i].registration, category, cases[i].extensions);
}

static struct retold told(const char *text, bool *known)
{
    struct retold out;
    json_t *v = json_loads(text, 0, NULL);
    ck_assert_msg(v != NULL, "%s", text);
    ck_assert(retell(a, v, channels, 2, &out, known));
    json_decref(v);
    return out;
}

START_TEST(what_statements_tell)
{
    bool known;
    struct retold out = told(statement((size_t)_i, OURS, ACTOR), &known);
    ck_assert_int_eq(known, cases[_i].kind != NULL);
    if (!known)
        return;
    ck_assert_str_eq(out.kind, cases[_i].kind);
    ck_assert_msg(strstr(out.said, cases[_i].said) != NULL, "%s", out.said);
    ck_assert_str_eq(out.name, "kim");
    ck_assert_str_eq(out.device, "at-gate");
    ck_assert_str_eq(out.log, "ab");
    ck_assert_int_eq(out.seq, 7);
    ck_assert_int_eq(out.stored_ms, 1795842000000);
    struct record *r = scratch_open(&err);
    ck_assert_ptr_nonnull(r);
    const char *payload = arena_printf(a, "{\"learner\":1,%s}", out.said);
    ck_assert_msg(scratch_tell(r, 1, &out.id, out.kind, payload, strlen(payload), &err), "%s", err.why);
    record_close(r);
}
END_TEST

START_TEST(what_others_say_tells_nothing)
{
    static const char *const texts[] = {"{}", "{\"id\":1,\"verb\":[],\"context\":[],\"object\":7,\"actor\":\"x\"}",
                                        "{\"context\":{\"contextActivities\":{\"category\":{\"id\":\"urn:crib:xapi\"}}}}"};
    bool known;
    told(statement(1, "\"contextActivities\":{\"category\":[{\"id\":\"https://w3id.org/xapi/cmi5\"}]}", ACTOR), &known);
    ck_assert(!known);
    told(statement(1, OURS, "\"actor\":{\"mbox\":\"mailto:kim@example.com\"}"), &known);
    ck_assert(!known);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        told(texts[i], &known);
        ck_assert(!known);
    }
}
END_TEST

START_TEST(accounts_are_people)
{
    int64_t kim, lee, again;
    size_t count;
    struct record *r = scratch_open(&err);
    ck_assert(scratch_person(r, "https://example.com", "kim", &kim, &err) && scratch_person(r, "https://other.example", "kim", &lee, &err));
    ck_assert(scratch_person(r, "https://example.com", "kim", &again, &err));
    ck_assert_int_ne(kim, lee);
    ck_assert_int_eq(kim, again);
    ck_assert(scratch_heard(r, kim, "gate", 5, &err) && scratch_heard(r, kim, "hall", 9, &err) && scratch_heard(r, kim, "gate", 7, &err));
    ck_assert(scratch_device(r, "gate", 20, &err) && scratch_device(r, "hall", 12, &err));
    const struct report_scope scope = {.learner = kim, .site = true, .source = ""};
    const struct report_human *who = report_people(r, a, &scope, &count, &err);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(who[0].device, "hall"); /* where they learned last, and when that one was heard of */
    ck_assert_int_eq(who[0].synced_ms, 12);
    record_close(r);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("retell");
    TCase *c = tcase_create("retell");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_loop_test(c, what_statements_tell, 0, sizeof cases / sizeof *cases);
    tcase_add_test(c, what_others_say_tells_nothing);
    tcase_add_test(c, accounts_are_people);
    suite_add_tcase(s, c);
    return suite_run(s);
}
