/* What crib says of its events in xAPI: verb, object, result, context, for each kind of event and each type of question.
 * Expected members follow xAPI 1.0.3, Data, 2.4, and the table in sync/xapi/statement.h. */
#include "sync/xapi/statement.h"

#include "core/quiz/gift.h"
#include "tests/unit/suite.h"
#include "tests/unit/xapi_rules.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static struct arena *a;

static void set_up(void)
{
    a = arena_open();
    ck_assert_ptr_nonnull(a);
}

static void tear_down(void)
{
    arena_close(a);
}

static struct said usual_said(void)
{
    return (struct said){.at = "2026-11-23T04:31:09.123+01:00", .boot = "b", .module = "plant/pumps/prime", .anchor = "", .iri = "",
                         .title = "Prime a pump", .language = "en", .revision = "r1", .query = "", .stage = "", .asset = "", .order = "",
                         .programme = "", .element = "", .session = "", .attempt = "", .question = "", .question_revision = "",
                         .type = "", .response = "", .purpose = "quiz", .by = "scan", .about = "wrong", .text = "open a quarter \"turn\"", .note_asset = "", .attestation = "", .method = "", .valid_until = "", .signoff = "", .material = "", .content = "", .hash = "", .channel = "plant",
                         .at_ms = 1795404669123};
}

static struct outbox_event event_of(const char *kind)
{
    struct outbox_event e = {.seq = 7, .kind = kind};
    ck_assert(uuid_parse("0193a000-0000-7000-8000-00000000000a", &e.id));
    memset(e.log, 0xAB, sizeof e.log);
    memset(e.link, 0xCD, sizeof e.link);
    return e;
}

static json_t *written(const struct statement *s)
{
    struct buf out = {0};
    struct error err = {0};
    ck_assert_msg(statement_write(s, &out, &err), "%s: %s", err.what, err.why);
    json_t *root = json_loadb(buf_text(&out), out.len, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_msg(root != NULL, "%s", buf_text(&out));
    buf_free(&out);
    return root;
}

static struct statement statement_of(const struct outbox_event *e, const struct said *said)
{
    return (struct statement){.event = e, .said = said, .actor = {"https://example.com", "kim"}, .iri = "https://example.com/plant/",
                              .title = "", .language = "", .at_ms = said->at_ms};
}

/* The member at a path as "result.score.raw", "context.contextActivities.parent.0.id", as JSON text; "" where there is none.
 * A slash stands for a dot in a name. */
static const char *at(const json_t *root, const char *path)
{
    static char text[8][1000];
    static size_t next;
    char *out = text[next++ % 8];
    const json_t *v = root;
    char name[200];
    while (*path != '\0' && v != NULL) {
        size_t n = strcspn(path, ".");
        snprintf(name, sizeof name, "%.*s", (int)n, path);
        v = json_is_array(v) ? json_array_get(v, (size_t)atoi(name)) : json_object_get(v, name);
        path += n + (path[n] == '.');
    }
    out[0] = '\0';
    char *dumped = v != NULL ? json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    snprintf(out, sizeof text[0], "%s", dumped != NULL ? dumped : "");
    free(dumped);
    return out;
}

/* ---- verbs ---- */

static const struct {
    const char *kind, *purpose;
    bool passed;
    const char *verb, *object, *result;
} verbs[] = {
    {"attempt.started", "quiz", false, "http://adlnet.gov/expapi/verbs/initialized", "https://example.com/plant/m/pumps/prime", ""},
    {"attempt.resumed", "quiz", false, "http://adlnet.gov/expapi/verbs/resumed", "https://example.com/plant/m/pumps/prime", ""},
    {"attempt.abandoned", "quiz", false, "https://w3id.org/xapi/adl/verbs/abandoned", "https://example.com/plant/m/pumps/prime", ""},
    {"attempt.finished", "quiz", true, "http://adlnet.gov/expapi/verbs/passed", "https://example.com/plant/m/pumps/prime",
     "{\"score\":{\"scaled\":0.875,\"raw\":87.5,\"min\":0,\"max\":100},\"success\":true,\"duration\":\"PT1M5.12S\"}"},
    {"attempt.finished", "quiz", false, "http://adlnet.gov/expapi/verbs/failed", "https://example.com/plant/m/pumps/prime",
     "{\"score\":{\"scaled\":0.875,\"raw\":87.5,\"min\":0,\"max\":100},\"success\":false,\"duration\":\"PT1M5.12S\"}"},
    {"attempt.finished", "retry", true, "http://adlnet.gov/expapi/verbs/terminated", "https://example.com/plant/m/pumps/prime",
     "{\"score\":{\"scaled\":0.875,\"raw\":87.5,\"min\":0,\"max\":100},\"duration\":\"PT1M5.12S\"}"},
    {"module.completed", "", false, "http://adlnet.gov/expapi/verbs/completed", "https://example.com/plant/m/pumps/prime",
     "{\"completion\":true}"},
    {"section.done", "", false, "http://adlnet.gov/expapi/verbs/experienced",
     "https://example.com/plant/m/pumps/prime#bleed%20%C3%BC", "{\"duration\":\"PT31S\"}"},
};

START_TEST(each_verb)
{
    struct outbox_event e = event_of(verbs[_i].kind);
    struct said said = usual_said();
    struct attempt attempt = {.started_at = said.at_ms - 65120};
    char quoted[120];
    said.purpose = verbs[_i].purpose;
    said.passed = verbs[_i].passed;
    said.score = 87.5;
    said.anchor = "bleed \xC3\xBC";
    said.ms = 31000;
    struct statement s = statement_of(&e, &said);
    s.attempt = &attempt;
    ck_assert(statement_leaves(e.kind, &said));
    json_t *root = written(&s);
    snprintf(quoted, sizeof quoted, "\"%s\"", verbs[_i].verb);
    ck_assert_str_eq(at(root, "verb.id"), quoted);
    snprintf(quoted, sizeof quoted, "\"%s\"", verbs[_i].object);
    ck_assert_str_eq(at(root, "object.id"), quoted);
    const char *result = at(root, "result");
    if (strcmp(verbs[_i].kind, "section.done") == 0)
        ck_assert_msg(strstr(result, "PT31") != NULL, "%s", result);
    else
        ck_assert_str_eq(result, verbs[_i].result);
    json_decref(root);
}
END_TEST

/* Said to others, because somebody chose to. */
static const struct {
    const char *kind, *anchor, *asset;
    bool solved;
    const char *verb, *object, *type, *result, *note, *found, *named;
} chosen[] = {
    {"note.filed", "bleed", "", false, "commented", "https://example.com/plant/m/pumps/prime#bleed", "lesson",
     "{\"response\":\"open a quarter \\\"turn\\\"\"}", "\"wrong\"", "", "\"P-1\""},
    {"note.filed", "", "P-7", false, "commented", "https://example.com/plant/m/pumps/prime", "module",
     "{\"response\":\"open a quarter \\\"turn\\\"\"}", "\"wrong\"", "", "\"P-7\""},
    {"module.solved", "", "", true, "responded", "https://example.com/plant/m/pumps/prime", "module", "{\"response\":\"yes\"}", "",
     "\"scan\"", "\"P-1\""},
    {"module.solved", "", "", false, "responded", "https://example.com/plant/m/pumps/prime", "module", "{\"response\":\"no\"}", "",
     "\"scan\"", "\"P-1\""},
};

START_TEST(what_was_said_to_others)
{
    struct outbox_event e = event_of(chosen[_i].kind);
    struct said said = usual_said();
    char quoted[120];
    said.anchor = chosen[_i].anchor;
    said.asset = "P-1";
    said.note_asset = chosen[_i].asset;
    said.solved = chosen[_i].solved;
    struct statement s = statement_of(&e, &said);
    json_t *root = written(&s);
    snprintf(quoted, sizeof quoted, "\"http://adlnet.gov/expapi/verbs/%s\"", chosen[_i].verb);
    ck_assert_str_eq(at(root, "verb.id"), quoted);
    snprintf(quoted, sizeof quoted, "\"%s\"", chosen[_i].object);
    ck_assert_str_eq(at(root, "object.id"), quoted);
    snprintf(quoted, sizeof quoted, "\"http://adlnet.gov/expapi/activities/%s\"", chosen[_i].type);
    ck_assert_str_eq(at(root, "object.definition.type"), quoted);
    ck_assert_str_eq(at(root, "result"), chosen[_i].result);
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:note"), chosen[_i].note);
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:found-by"), chosen[_i].found);
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:asset"), chosen[_i].named);
    json_decref(root);
    said.module = "";
    ck_assert(strcmp(e.kind, "note.filed") != 0 || !statement_leaves(e.kind, &said));
}
END_TEST

/* Nobody's business. */
START_TEST(what_stays)
{
    static const char *const kinds[] = {"module.opened", "section.seen", "share.on", "share.off", "news.read", "fetch.queued",
                                        "learner.added", "learner.bound", "recall.retired", "erased", "log.begun", "nonsense"};
    struct said said = usual_said();
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        ck_assert_msg(!statement_leaves(kinds[i], &said) && !statement_leaves(kinds[i], NULL), "%s", kinds[i]);
    /* By somebody's leave alone, which the event has to tell of itself. */
    static const char *const by_leave[] = {"search.missed", "code.missed", "hint.offered", "hint.opened", "hint.later", "hint.never"};
    for (size_t i = 0; i < sizeof by_leave / sizeof *by_leave; i++) {
        said.shared = false;
        ck_assert_msg(!statement_leaves(by_leave[i], &said), "%s", by_leave[i]);
        said.shared = true;
        ck_assert_msg(statement_leaves(by_leave[i], &said), "%s", by_leave[i]);
    }
    said.type = "description";
    ck_assert(!statement_leaves("attempt.answered", &said));
}
END_TEST

/* ---- questions ---- */

static const struct {
    const char *gift, *stored;
    double fraction;
    const char *type, *patterns, *response, *success, *components; /* "choices", "source" or "" */
} questions[] = {
    {"::q::C{~a =b}", "choice 2", 1, "\"choice\"", "[\"2\"]", "\"2\"", "true", "choices"},
    {"::q::C{~%50%a ~b ~%50%c}", "choice 1 2", 0.5, "\"choice\"", "[\"1[,]3\"]", "\"1[,]2\"", "false", "choices"},
    {"::q::T{F}", "true", 0, "\"true-false\"", "[\"false\"]", "\"true\"", "false", ""},
    {"::q::S{=Frog =toad}", "text frog", 1, "\"fill-in\"", "[\"{case_matters=false}Frog\",\"{case_matters=false}toad\"]", "\"frog\"",
     "true", ""},
    {"::q::M{=one->1 =two->2 =three->3}", "match 1 2 3", 1, "\"matching\"", "[\"1[.]a[,]2[.]b[,]3[.]c\"]",
     "\"1[.]a[,]2[.]b[,]3[.]c\"", "true", "source"},
    {"::q::N{#5:1}", "number 4.5", 1, "\"numeric\"", "[\"4[:]6\"]", "\"4.5\"", "true", ""},
    {"::q::Miss {=this ~that} word.", "choice 1", 1, "\"choice\"", "[\"1\"]", "\"1\"", "true", "choices"},
    {"::q::E{}", "essay 1 two\\nlines", 1, "\"long-fill-in\"", "", "\"two\\nlines\"", "true", ""},
};

START_TEST(each_type_of_question)
{
    struct question_list list;
    struct outbox_event e = event_of(_i % 2 == 0 ? "attempt.answered" : "recall.answered");
    struct said said = usual_said();
    ck_assert(gift_parse(a, NULL, "q", questions[_i].gift, strlen(questions[_i].gift), 1, &list));
    ck_assert_uint_eq(list.count, 1);
    said.question = "q \xE2\x86\x92";
    said.question_revision = "qr";
    said.type = question_type_name(list.items[0]->type);
    said.response = questions[_i].stored;
    said.fraction = questions[_i].fraction;
    said.ms = 12340;
    struct statement s = statement_of(&e, &said);
    s.question = list.items[0];
    json_t *root = written(&s);
    ck_assert_str_eq(at(root, "verb.id"), "\"http://adlnet.gov/expapi/verbs/answered\"");
    ck_assert_str_eq(at(root, "object.id"), "\"https://example.com/plant/m/pumps/prime/q/q%20%E2%86%92\"");
    ck_assert_str_eq(at(root, "object.definition.type"), "\"http://adlnet.gov/expapi/activities/cmi.interaction\"");
    ck_assert_str_eq(at(root, "object.definition.interactionType"), questions[_i].type);
    ck_assert_str_eq(at(root, "object.definition.correctResponsesPattern"), questions[_i].patterns);
    ck_assert_str_eq(at(root, "object.definition.name"), "{\"en\":\"q\"}");
    ck_assert_str_ne(at(root, "object.definition.description.en"), "");
    ck_assert_int_eq(at(root, "object.definition.choices.1.description.en")[0] != '\0', strcmp(questions[_i].components, "choices") == 0);
    ck_assert_int_eq(at(root, "object.definition.source.1.description.en")[0] != '\0', strcmp(questions[_i].components, "source") == 0);
    ck_assert_int_eq(at(root, "object.definition.target.1.id")[0] != '\0', strcmp(questions[_i].components, "source") == 0);
    ck_assert_str_eq(at(root, "result.response"), questions[_i].response);
    ck_assert_str_eq(at(root, "result.success"), questions[_i].success);
    ck_assert_str_eq(at(root, "result.duration"), "\"PT12.34S\"");
    ck_assert_str_eq(at(root, "result.score.min"), "0");
    ck_assert_double_eq_tol(atof(at(root, "result.score.max")), 1, 0.000001);
    ck_assert_double_eq_tol(atof(at(root, "result.score.raw")), questions[_i].fraction, 0.000001);
    ck_assert_double_eq_tol(atof(at(root, "result.score.scaled")), questions[_i].fraction, 0.000001);
    ck_assert_str_eq(at(root, "context.contextActivities.parent.0.id"), "\"https://example.com/plant/m/pumps/prime\"");
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:question"), "\"qr\"");
    json_decref(root);
}
END_TEST

/* Whose source is not kept: the answer as it is stored. */
START_TEST(a_question_that_is_gone)
{
    struct outbox_event e = event_of("attempt.answered");
    struct said said = usual_said();
    said.question = "q";
    said.response = "choice 2";
    struct statement s = statement_of(&e, &said);
    json_t *root = written(&s);
    ck_assert_str_eq(at(root, "object.definition.interactionType"), "\"other\"");
    ck_assert_str_eq(at(root, "object.definition.correctResponsesPattern"), "");
    ck_assert_str_eq(at(root, "result.response"), "\"choice 2\"");
    json_decref(root);
}
END_TEST

/* ---- programmes ---- */

START_TEST(attendance_names_the_session)
{
    struct outbox_event e = event_of("session.joined");
    struct said said = usual_said();
    struct statement s = statement_of(&e, &said);
    said.module = "";
    said.title = "At the pump";
    said.programme = "plant/pump-week";
    said.element = "work shop";
    said.session = "0193a000-0000-7000-8000-00000000000c";
    said.late = true;
    json_t *root = written(&s);
    ck_assert_msg(rules_broken(root) == NULL, "%s", rules_broken(root));
    ck_assert_str_eq(at(root, "verb.id"), "\"http://adlnet.gov/expapi/verbs/attended\"");
    ck_assert_str_eq(at(root, "object.id"), "\"https://example.com/plant/p/pump-week/e/work%20shop\"");
    ck_assert_str_eq(at(root, "object.definition.type"), "\"http://adlnet.gov/expapi/activities/meeting\"");
    ck_assert_str_eq(at(root, "object.definition.name"), "{\"en\":\"At the pump\"}");
    ck_assert_str_eq(at(root, "context.contextActivities.parent.0.id"), "\"https://example.com/plant/p/pump-week\"");
    ck_assert_str_eq(at(root, "context.contextActivities.grouping.1"), "");
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:session"), "\"0193a000-0000-7000-8000-00000000000c\"");
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:attendance"), "\"late\"");
    ck_assert_str_eq(at(root, "result"), "");
    json_decref(root);
    said.element = "";
    ck_assert(!statement_leaves("session.joined", &said));
    ck_assert(!statement_leaves("session.left", &said));
    said.element = "workshop";
    ck_assert(!statement_leaves("attempt.started", &said)); /* it would be about no module */
}
END_TEST

START_TEST(a_signoff_is_satisfied_by_its_last_signature)
{
    struct outbox_event e = event_of("signoff.signed");
    struct said said = usual_said();
    struct statement s = statement_of(&e, &said);
    said.attestation = "I lock with my own lock.";
    said.method = "pin";
    said.material = "2026-10-02/1";
    said.content = "aa";
    said.revision = "4f";
    said.valid_until = "2027-11-28T12:00:00.000Z";
    json_t *root = written(&s);
    ck_assert_msg(rules_broken(root) == NULL, "%s", rules_broken(root));
    ck_assert_str_eq(at(root, "verb.id"), "\"https://w3id.org/xapi/adl/verbs/satisfied\"");
    ck_assert_str_eq(at(root, "result.success"), "true");
    ck_assert_str_eq(at(root, "context.revision"), "\"4f\"");
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:signoff"),
                     "{\"method\":\"pin\",\"attestation\":\"825a5968e4d9b2fa2e866ff5a21339e5d0cfd4a479cd2e0c4b4308d0056f95e7\",\"content\":\"aa\","
                     "\"valid-until\":\"2027-11-28T12:00:00.000Z\",\"material\":\"2026-10-02/1\",\"countersign\":false}");
    json_decref(root);
    said.countersign = true; /* half of it */
    root = written(&s);
    ck_assert_msg(rules_broken(root) == NULL, "%s", rules_broken(root));
    ck_assert_str_eq(at(root, "verb.id"), "\"http://adlnet.gov/expapi/verbs/responded\"");
    ck_assert_str_eq(at(root, "result.response"), "\"signed\"");
    json_decref(root);
    e = event_of("signoff.countersigned");
    said.signoff = "0193a000-0000-7000-8000-00000000000c";
    s = statement_of(&e, &said);
    root = written(&s);
    ck_assert_msg(rules_broken(root) == NULL, "%s", rules_broken(root));
    ck_assert_str_eq(at(root, "verb.id"), "\"https://w3id.org/xapi/adl/verbs/satisfied\"");
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:signoff"),
                     "{\"method\":\"pin\",\"signoff\":\"0193a000-0000-7000-8000-00000000000c\"}");
    json_decref(root);
    ck_assert(!statement_leaves("section.shown", &said));
}
END_TEST

/* ---- who, when, in what ---- */

START_TEST(actor_time_and_context)
{
    struct outbox_event e = event_of("attempt.finished");
    struct said said = usual_said();
    said.attempt = "0193A000-0000-7000-8000-00000000000B";
    said.stage = "operate";
    said.asset = "P-101";
    said.programme = "plant/onboarding";
    said.element = "check";
    struct statement s = statement_of(&e, &said);
    json_t *root = written(&s);
    ck_assert_str_eq(at(root, "id"), "\"0193a000-0000-7000-8000-00000000000a\"");
    ck_assert_str_eq(at(root, "actor"), "{\"objectType\":\"Agent\",\"account\":{\"homePage\":\"https://example.com\",\"name\":\"kim\"}}");
    ck_assert_str_eq(at(root, "timestamp"), "\"2026-11-23T03:31:09.123+00:00\"");
    ck_assert_str_eq(at(root, "version"), "");
    ck_assert_str_eq(at(root, "object.definition.name"), "{\"en\":\"Prime a pump\"}");
    ck_assert_str_eq(at(root, "context.registration"), "\"0193a000-0000-7000-8000-00000000000b\"");
    ck_assert_str_eq(at(root, "context.revision"), "\"r1\"");
    ck_assert_str_eq(at(root, "context.language"), "\"en\"");
    ck_assert_str_eq(at(root, "context.contextActivities.parent"), "");
    ck_assert_str_eq(at(root, "context.contextActivities.grouping.0.id"), "\"https://example.com/plant/\"");
    ck_assert_str_eq(at(root, "context.contextActivities.category.0.id"), "\"urn:crib:xapi\"");
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:stage"), "\"operate\"");
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:asset"), "\"P-101\"");
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:programme"), "\"plant/onboarding\"");
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:element"), "\"check\"");
    ck_assert_str_eq(at(root, "context.contextActivities.grouping.1.id"), "\"https://example.com/plant/p/onboarding\"");
    ck_assert_str_eq(at(root, "context.contextActivities.grouping.1.definition.type"),
                     "\"http://adlnet.gov/expapi/activities/course\"");
    ck_assert_msg(rules_broken(root) == NULL, "%s", rules_broken(root));
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:device-time"), "");
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:audit.seq"), "7");
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:audit.log"), "\"abababababababababababababababab\"");
    ck_assert_uint_eq(strlen(at(root, "context.extensions.urn:crib:xapi:audit.link")), 66);
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:checkpoint"), "");
    json_decref(root);
    /* corrected: what the device itself showed is kept; and the chain's signature travels */
    struct outbox_checkpoint checkpoint = {.seq = 6};
    s.at_ms += 3600000;
    s.checkpoint = &checkpoint;
    root = written(&s);
    ck_assert_str_eq(at(root, "timestamp"), "\"2026-11-23T04:31:09.123+00:00\"");
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:device-time"), "\"2026-11-23T04:31:09.123+01:00\"");
    ck_assert_str_eq(at(root, "context.extensions.urn:crib:xapi:checkpoint.seq"), "6");
    json_decref(root);
}
END_TEST

/* A run through a module without a quiz is one registration, for one learner, and the same on each device. */
START_TEST(registration_without_an_attempt)
{
    struct outbox_event e = event_of("section.done"), done = event_of("module.completed");
    struct said said = usual_said(), other = usual_said();
    struct statement s = statement_of(&e, &said), completed = statement_of(&done, &said), elsewhere = statement_of(&e, &other);
    char first[60];
    other.module = "plant/other";
    json_t *root = written(&s);
    snprintf(first, sizeof first, "%s", at(root, "context.registration"));
    ck_assert_uint_eq(strlen(first), 38);
    ck_assert_int_eq(first[15], '8'); /* a UUID of version 8 */
    json_decref(root);
    root = written(&completed);
    ck_assert_str_eq(at(root, "context.registration"), first);
    json_decref(root);
    root = written(&elsewhere);
    ck_assert_str_ne(at(root, "context.registration"), first);
    json_decref(root);
    s.actor.name = "alex";
    root = written(&s);
    ck_assert_str_ne(at(root, "context.registration"), first);
    json_decref(root);
}
END_TEST

static const struct {
    int64_t ms;
    const char *text;
} durations[] = {
    {0, ""}, {-5, ""}, {9, "\"PT0.00S\""}, {10, "\"PT0.01S\""}, {59999, "\"PT59.99S\""}, {60000, "\"PT1M\""},
    {61230, "\"PT1M1.23S\""}, {3600000, "\"PT1H\""}, {7384560, "\"PT2H3M4.56S\""}, {360000000, "\"PT100H\""},
};

START_TEST(lengths_of_time)
{
    struct outbox_event e = event_of("section.done");
    struct said said = usual_said();
    said.ms = durations[_i].ms;
    struct statement s = statement_of(&e, &said);
    json_t *root = written(&s);
    ck_assert_str_eq(at(root, "result.duration"), durations[_i].text);
    json_decref(root);
}
END_TEST

#define LENGTH(table) ((int)(sizeof(table) / sizeof *(table)))

int main(void)
{
    Suite *s = suite_create("said");
    TCase *t = tcase_create("said");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_loop_test(t, each_verb, 0, LENGTH(verbs));
    tcase_add_test(t, what_stays);
    tcase_add_loop_test(t, what_was_said_to_others, 0, LENGTH(chosen));
    tcase_add_loop_test(t, each_type_of_question, 0, LENGTH(questions));
    tcase_add_test(t, a_question_that_is_gone);
    tcase_add_test(t, attendance_names_the_session);
    tcase_add_test(t, a_signoff_is_satisfied_by_its_last_signature);
    tcase_add_test(t, actor_time_and_context);
    tcase_add_test(t, registration_without_an_attempt);
    tcase_add_loop_test(t, lengths_of_time, 0, LENGTH(durations));
    suite_add_tcase(s, t);
    return suite_run(s);
}
