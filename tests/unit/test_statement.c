/* statement: an event in, a statement out: for every kind of event that leaves and every type of question. Each one is
 * checked against the specification's rules too (xapi_rules.h). */
#include "tests/unit/xapi_rules.h"

#include "core/quiz/gift.h"
#include "sync/xapi/accepted.h"
#include "sync/xapi/statement.h"

#include <check.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static struct arena *arena;

static void setup(void)
{
    ck_assert_int_ge(sodium_init(), 0);
    arena = arena_open();
    ck_assert_ptr_nonnull(arena);
}

static void teardown(void)
{
    arena_close(arena);
}

#define ATTEMPT "0193a000-0000-7000-8000-00000000000a"
#define MODULE "\"module\":\"acme/prime-pump\""
#define BEFORE                                                                                                        \
    "{\"learner\":1,\"at\":\"2026-11-23T10:00:00.250+01:00\",\"boot\":\"b\",\"mono\":5000," MODULE                    \
    ",\"revision\":\"r1\",\"language\":\"en\",\"stage\":\"operate\","
#define AUDIT                                                                                                         \
    "\"urn:crib:xapi:audit\":{\"log\":\"11111111111111111111111111111111\",\"seq\":7,"                                \
    "\"link\":\"2222222222222222222222222222222222222222222222222222222222222222\"}"

static struct outbox_event event_of(const char *kind, const char *payload)
{
    struct outbox_event e = {.seq = 7, .kind = kind, .payload = payload, .payload_len = strlen(payload)};
    memset(e.log, 0x11, sizeof e.log);
    memset(e.link, 0x22, sizeof e.link);
    ck_assert(uuid_parse("0193a111-2222-7333-8444-555566667777", &e.id));
    return e;
}

static const struct question *question_of(const char *gift)
{
    struct question_list list;
    if (gift == NULL)
        return NULL;
    ck_assert(gift_parse(arena, NULL, "q", gift, strlen(gift), 1, &list));
    ck_assert_uint_eq(list.count, 1);
    return list.items[0];
}

static const struct attempt attempt = {.started_at = 1795424340000, .content_hash = "c"};

/* The statement of that event, checked against the rules. The caller frees it. */
static json_t *make(const char *kind, const char *payload, const char *gift, int64_t corrected,
                    const struct outbox_checkpoint *checkpoint)
{
    struct error err = {0};
    struct said said;
    struct outbox_event e = event_of(kind, payload);
    ck_assert_msg(said_read(arena, payload, strlen(payload), &said, &err), "%s", payload);
    struct statement s = {
        .event = &e,
        .said = &said,
        .actor = {"https://acme.example", "kim"},
        .iri = "https://acme.example/learn/",
        .title = "",
        .language = "",
        .attempt = said.attempt[0] != '\0' ? &attempt : NULL,
        .question = question_of(gift),
        .at_ms = corrected != 0 ? corrected : said.at_ms,
        .checkpoint = checkpoint,
    };
    struct buf out = {0};
    ck_assert_msg(statement_write(&s, &out, &err), "%s: %s: %s", kind, err.what, err.why);
    json_error_t why;
    json_t *root = json_loadb(buf_text(&out), out.len, JSON_REJECT_DUPLICATES, &why);
    ck_assert_msg(root != NULL, "%s: %s", why.text, buf_text(&out));
    const char *broken = rules_broken(root);
    ck_assert_msg(broken == NULL, "%s: %s", broken, buf_text(&out));
    buf_free(&out);
    return root;
}

static void expect(const json_t *root, const char *path, const char *wanted)
{
    const json_t *at = root;
    char name[80];
    for (const char *p = path; *p != '\0';) {
        size_t n = strcspn(p, "/");
        snprintf(name, sizeof name, "%.*s", (int)n, p);
        at = json_object_get(at, name);
        p += n + (p[n] == '/');
    }
    json_t *want = wanted != NULL ? json_loads(wanted, JSON_DECODE_ANY, NULL) : NULL;
    ck_assert_msg(wanted == NULL || want != NULL, "no JSON: %s", wanted);
    char *got = at != NULL ? json_dumps(at, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    ck_assert_msg(want == NULL ? at == NULL : json_equal(at, want), "%s is %s, not %s", path, got != NULL ? got : "absent",
                  wanted != NULL ? wanted : "absent");
    free(got);
    json_decref(want);
}

#define THE_MODULE                                                                                                    \
    "{\"objectType\":\"Activity\",\"id\":\"https://acme.example/learn/m/prime-pump\",\"definition\":{\"type\":"       \
    "\"http://adlnet.gov/expapi/activities/module\",\"name\":{\"en\":\"Prime a pump\"}}}"
#define THE_MODULE_UNTITLED                                                                                           \
    "{\"objectType\":\"Activity\",\"id\":\"https://acme.example/learn/m/prime-pump\",\"definition\":{\"type\":"       \
    "\"http://adlnet.gov/expapi/activities/module\"}}"
#define TITLE "\"title\":\"Prime a pump\","

static const struct {
    const char *kind, *payload, *verb, *object, *result, *registration;
} kinds[] = {
    {"attempt.started", BEFORE TITLE "\"purpose\":\"quiz\",\"content\":\"c\"}", "http://adlnet.gov/expapi/verbs/initialized",
     THE_MODULE, NULL, "\"0193a111-2222-7333-8444-555566667777\""},
    {"attempt.resumed", BEFORE "\"attempt\":\"" ATTEMPT "\"}", "http://adlnet.gov/expapi/verbs/resumed",
     THE_MODULE_UNTITLED, NULL, "\"" ATTEMPT "\""},
    {"attempt.abandoned", BEFORE "\"attempt\":\"" ATTEMPT "\"}", "https://w3id.org/xapi/adl/verbs/abandoned",
     THE_MODULE_UNTITLED, NULL, "\"" ATTEMPT "\""},
    {"attempt.finished", BEFORE TITLE "\"attempt\":\"" ATTEMPT "\",\"purpose\":\"quiz\",\"score\":87.5,\"passed\":true}",
     "http://adlnet.gov/expapi/verbs/passed", THE_MODULE,
     "{\"score\":{\"scaled\":0.875,\"raw\":87.5,\"min\":0,\"max\":100},\"success\":true,\"duration\":\"PT1M0.25S\"}",
     "\"" ATTEMPT "\""},
    {"attempt.finished", BEFORE TITLE "\"attempt\":\"" ATTEMPT "\",\"purpose\":\"quiz\",\"score\":0,\"passed\":false}",
     "http://adlnet.gov/expapi/verbs/failed", THE_MODULE,
     "{\"score\":{\"scaled\":0,\"raw\":0,\"min\":0,\"max\":100},\"success\":false,\"duration\":\"PT1M0.25S\"}",
     "\"" ATTEMPT "\""},
    {"attempt.finished", BEFORE TITLE "\"attempt\":\"" ATTEMPT "\",\"purpose\":\"retry\",\"score\":100,\"passed\":true}",
     "http://adlnet.gov/expapi/verbs/terminated", THE_MODULE,
     "{\"score\":{\"scaled\":1,\"raw\":100,\"min\":0,\"max\":100},\"duration\":\"PT1M0.25S\"}", "\"" ATTEMPT "\""},
    {"module.completed", BEFORE TITLE "\"by\":\"sections\",\"quiz\":false}", "http://adlnet.gov/expapi/verbs/completed",
     THE_MODULE, "{\"completion\":true}", NULL},
    {"section.done", BEFORE TITLE "\"anchor\":\"bleed it\",\"hash\":\"abcd\",\"words\":90,\"ms\":3661009}",
     "http://adlnet.gov/expapi/verbs/experienced",
     "{\"objectType\":\"Activity\",\"id\":\"https://acme.example/learn/m/prime-pump#bleed%20it\",\"definition\":"
     "{\"type\":\"http://adlnet.gov/expapi/activities/lesson\"}}",
     "{\"duration\":\"PT1H1M1.00S\"}", NULL},
    {"recall.answered", BEFORE "\"question\":\"a/b \\u00fc?\",\"question_revision\":\"qr\",\"type\":\"choice\",\"response\":"
                               "\"choice 1\",\"fraction\":0.5,\"ms\":0,\"content\":\"gone\"}",
     "http://adlnet.gov/expapi/verbs/answered",
     "{\"objectType\":\"Activity\",\"id\":\"https://acme.example/learn/m/prime-pump/q/a%2Fb%20%C3%BC%3F\",\"definition\":"
     "{\"type\":\"http://adlnet.gov/expapi/activities/cmi.interaction\",\"name\":{\"en\":\"a/b \\u00fc?\"},"
     "\"interactionType\":\"other\"}}",
     "{\"score\":{\"scaled\":0.5,\"raw\":0.5,\"min\":0,\"max\":1},\"success\":false,\"response\":\"choice 1\"}", NULL},
};

START_TEST(each_kind_of_event_has_its_statement)
{
    json_t *root = make(kinds[_i].kind, kinds[_i].payload, NULL, 0, NULL);
    char verb[100];
    snprintf(verb, sizeof verb, "\"%s\"", kinds[_i].verb);
    expect(root, "id", "\"0193a111-2222-7333-8444-555566667777\"");
    expect(root, "actor", "{\"objectType\":\"Agent\",\"account\":{\"homePage\":\"https://acme.example\",\"name\":\"kim\"}}");
    expect(root, "verb/id", verb);
    expect(root, "object", kinds[_i].object);
    expect(root, "result", kinds[_i].result);
    expect(root, "context/revision", "\"r1\"");
    expect(root, "context/platform", "\"crib " CRIB_VERSION "\"");
    expect(root, "context/language", "\"en\"");
    expect(root, "timestamp", "\"2026-11-23T09:00:00.250+00:00\"");
    if (kinds[_i].registration != NULL)
        expect(root, "context/registration", kinds[_i].registration);
    expect(root, "version", NULL);
    json_decref(root);
}
END_TEST

/* A question, a stored response; the definition's own members and the result's. */
static const struct {
    const char *gift, *type, *stored, *definition, *response;
} questions[] = {
    {"::Vent::How far?{~Half =A quarter}", "choice", "choice 2",
     "\"name\":{\"en\":\"Vent\"},\"description\":{\"en\":\"How far?\"},\"interactionType\":\"choice\","
     "\"correctResponsesPattern\":[\"2\"],\"choices\":[{\"id\":\"1\",\"description\":{\"en\":\"Half\"}},"
     "{\"id\":\"2\",\"description\":{\"en\":\"A quarter\"}}]",
     "\"2\""},
    {"Which?{~%50%a ~b ~%50%c}", "multichoice", "choice 1 2",
     "\"description\":{\"en\":\"Which?\"},\"interactionType\":\"choice\",\"correctResponsesPattern\":[\"1[,]3\"],"
     "\"choices\":[{\"id\":\"1\",\"description\":{\"en\":\"a\"}},{\"id\":\"2\",\"description\":{\"en\":\"b\"}},"
     "{\"id\":\"3\",\"description\":{\"en\":\"c\"}}]",
     "\"1[,]2\""},
    {"Air binds.{T}", "truefalse", "false",
     "\"description\":{\"en\":\"Air binds.\"},\"interactionType\":\"true-false\",\"correctResponsesPattern\":[\"true\"]",
     "\"false\""},
    {"The {=vent =bleed} valve", "shortanswer", "text Vent",
     "\"description\":{\"en\":\"The _____ valve\"},\"interactionType\":\"fill-in\","
     "\"correctResponsesPattern\":[\"{case_matters=false}vent\",\"{case_matters=false}bleed\"]",
     "\"Vent\""},
    {"Any?{=fr*}", "shortanswer", "text frog", "\"description\":{\"en\":\"Any?\"},\"interactionType\":\"fill-in\"",
     "\"frog\""},
    {"Bar?{#5:1}", "numerical", "number 4.5",
     "\"description\":{\"en\":\"Bar?\"},\"interactionType\":\"numeric\",\"correctResponsesPattern\":[\"4[:]6\"]", "\"4.5\""},
    {"Match.{=one->1 =two->2}", "match", "match 2 -",
     "\"description\":{\"en\":\"Match.\"},\"interactionType\":\"matching\",\"correctResponsesPattern\":"
     "[\"1[.]a[,]2[.]b\"],\"source\":[{\"id\":\"1\",\"description\":{\"en\":\"one\"}},{\"id\":\"2\",\"description\":"
     "{\"en\":\"two\"}}],\"target\":[{\"id\":\"a\",\"description\":{\"en\":\"1\"}},{\"id\":\"b\",\"description\":{\"en\":"
     "\"2\"}}]",
     "\"1[.]b\""},
    {"Why?{}", "essay", "essay 1 two\\\\nlines",
     "\"description\":{\"en\":\"Why?\"},\"interactionType\":\"long-fill-in\"", "\"two\\nlines\""},
};

START_TEST(each_type_of_question_has_its_interaction)
{
    char payload[600], definition[900];
    snprintf(payload, sizeof payload,
             BEFORE "\"attempt\":\"" ATTEMPT "\",\"question\":\"q1\",\"question_revision\":\"qr\",\"type\":\"%s\","
                    "\"response\":\"%s\",\"fraction\":1,\"ms\":61230}",
             questions[_i].type, questions[_i].stored);
    json_t *root = make("attempt.answered", payload, questions[_i].gift, 0, NULL);
    snprintf(definition, sizeof definition, "{\"type\":\"http://adlnet.gov/expapi/activities/cmi.interaction\",%s}",
             questions[_i].definition);
    expect(root, "object/id", "\"https://acme.example/learn/m/prime-pump/q/q1\"");
    expect(root, "object/definition", definition);
    expect(root, "result/response", questions[_i].response);
    expect(root, "result/success", "true");
    expect(root, "result/duration", "\"PT1M1.23S\"");
    expect(root, "context/contextActivities",
           "{\"parent\":[{\"objectType\":\"Activity\",\"id\":\"https://acme.example/learn/m/prime-pump\"}],"
           "\"grouping\":[{\"objectType\":\"Activity\",\"id\":\"https://acme.example/learn/\"}],"
           "\"category\":[{\"objectType\":\"Activity\",\"id\":\"urn:crib:xapi\",\"definition\":"
           "{\"type\":\"http://adlnet.gov/expapi/activities/profile\"}}]}");
    expect(root, "context/extensions", "{" AUDIT ",\"urn:crib:xapi:question\":\"qr\",\"urn:crib:xapi:stage\":\"operate\"}");
    json_decref(root);
}
END_TEST

START_TEST(the_signature_and_the_device_time_travel)
{
    struct outbox_checkpoint c = {.seq = 9};
    memset(c.head, 0x33, sizeof c.head);
    memset(c.signature, 0x44, sizeof c.signature);
    memset(c.key, 0x55, sizeof c.key);
    json_t *root = make("module.completed", BEFORE TITLE "\"by\":\"sections\"}", NULL, 1795424460125, &c);
    expect(root, "timestamp", "\"2026-11-23T09:01:00.125+00:00\"");
    expect(root, "context/extensions/urn:crib:xapi:device-time", "\"2026-11-23T10:00:00.250+01:00\"");
    expect(root, "context/extensions/urn:crib:xapi:checkpoint/seq", "9");
    const json_t *carried =
        json_object_get(json_object_get(json_object_get(root, "context"), "extensions"), "urn:crib:xapi:checkpoint");
    ck_assert_uint_eq(json_string_length(json_object_get(carried, "signature")), 128);
    ck_assert_uint_eq(json_string_length(json_object_get(carried, "key")), 64);
    json_decref(root);
}
END_TEST

/* One learner's way through one module is one registration, on whichever device; another's is another. */
START_TEST(registrations_are_derived)
{
    json_t *a = make("module.completed", BEFORE TITLE "\"by\":\"sections\"}", NULL, 0, NULL);
    json_t *b = make("section.done", BEFORE "\"anchor\":\"x\",\"hash\":\"h\",\"ms\":1}", NULL, 0, NULL);
    json_t *c = make("module.completed", "{\"at\":\"2026-11-23T10:00:00Z\",\"module\":\"acme/other\"}", NULL, 0, NULL);
    const char *of[3] = {
        json_string_value(json_object_get(json_object_get(a, "context"), "registration")),
        json_string_value(json_object_get(json_object_get(b, "context"), "registration")),
        json_string_value(json_object_get(json_object_get(c, "context"), "registration")),
    };
    ck_assert_str_eq(of[0], of[1]);
    ck_assert_str_ne(of[0], of[2]);
    expect(c, "context/language", NULL);
    json_decref(a);
    json_decref(b);
    json_decref(c);
}
END_TEST

START_TEST(what_people_look_up_stays_here)
{
    static const char *const stays[] = {"module.opened",  "section.seen",  "search.missed", "note.filed",    "news.read",
                                        "fetch.queued",   "learner.added", "learner.bound", "recall.retired", "log.begun",
                                        "log.continued",  "erased",        "signoff.signed", "nonsense",      ""};
    for (size_t i = 0; i < sizeof stays / sizeof *stays; i++)
        ck_assert_msg(!statement_leaves(stays[i], NULL), "%s", stays[i]);
    struct said description = {.type = "description", .purpose = ""};
    ck_assert(!statement_leaves("attempt.answered", &description));
    ck_assert(!statement_leaves("recall.answered", &description));
}
END_TEST

START_TEST(a_response_of_another_question_is_refused)
{
    struct error err = {0};
    struct said said;
    static const char payload[] = BEFORE "\"question\":\"q\",\"type\":\"choice\",\"response\":\"choice 9\",\"fraction\":1}";
    struct outbox_event e = event_of("recall.answered", payload);
    ck_assert(said_read(arena, payload, strlen(payload), &said, &err));
    struct statement s = {.event = &e, .said = &said, .actor = {"https://a.example", "k"}, .iri = "https://a.example",
                          .title = "", .language = "", .question = question_of("S{~a =b}")};
    struct buf out = {0};
    ck_assert(!statement_write(&s, &out, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
    buf_free(&out);
    ck_assert(!said_read(arena, "[1]", 3, &said, &err));
    ck_assert(!said_read(arena, "{\"a\":", 5, &said, &err));
    ck_assert(!said_read(arena, "", 0, &said, &err));
}
END_TEST

START_TEST(iris_are_told_from_other_texts)
{
    static const char *const good[] = {"https://a.example", "urn:crib:xapi", "tag:a.example,2026:x", "http://\xC3\xBC.example/"};
    static const char *const bad[] = {"", "a", "acme.example", "https:", ":x", "1a:x", "https://a b", "https://a\n", "x:\x1b[31m",
                                      "https://a.example/<x>"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        ck_assert_msg(iri_valid(good[i]), "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!iri_valid(bad[i]), "%s", bad[i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("statement");
    TCase *t = tcase_create("statement");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, each_kind_of_event_has_its_statement, 0, sizeof kinds / sizeof *kinds);
    tcase_add_loop_test(t, each_type_of_question_has_its_interaction, 0, sizeof questions / sizeof *questions);
    tcase_add_test(t, the_signature_and_the_device_time_travel);
    tcase_add_test(t, registrations_are_derived);
    tcase_add_test(t, what_people_look_up_stays_here);
    tcase_add_test(t, a_response_of_another_question_is_refused);
    tcase_add_test(t, iris_are_told_from_other_texts);
    suite_add_tcase(suite, t);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
