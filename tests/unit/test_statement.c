/* statement: what is a statement and what is not (xAPI 1.0.3, Part Two), what is kept of it, and which two are the same. */
#include "core/base/buf.h"
#include "core/base/iri.h"
#include "sync/serve/statement.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

static const struct {
    bool (*check)(const char *);
    const char *good[12], *bad[16];
} values[] = {
    {xapi_uuid,
     {"12345678-1234-4234-8234-123456789abc", "ABCDEFAB-CDEF-1234-1234-ABCDEFABCDEF"},
     {"", "12345678-1234-4234-8234-123456789ab", "12345678-1234-4234-8234-123456789abcd", "12345678123442348234123456789abc",
      "{12345678-1234-4234-8234-123456789abc}", "g2345678-1234-4234-8234-123456789abc"}},
    {iri_valid,
     {"http://example.com/a", "https://example.com/\xC3\xA9", "urn:uuid:1", "tag:x,2026:y", "a:b", "http://x/%20"},
     {"", "example.com/a", "//example.com", ":a", "a:", "1a:b", "http://x/a b", "http://x/<a>", "http://x/\"", "ab=c://x",
      "http://x/%2", "http://x/%zz", "http://x/\n"}},
    {xapi_mailbox,
     {"mailto:a@example.com", "mailto:a.b+c@x"},
     {"", "a@example.com", "mailto:", "mailto:a", "mailto:@x", "mailto:a@", "mailto:a b@x", "mailto:a@b@c", "MAILTO:a@x", "mailto:a@.x"}},
    {xapi_sha1,
     {"0123456789abcdef0123456789ABCDEF01234567"},
     {"", "0123", "0123456789abcdef0123456789abcdef0123456g", "0123456789abcdef0123456789abcdef012345678"}},
    {xapi_language,
     {"en", "en-US", "de-CH-1996", "zh-Hant-TW", "x-private", "sl-rozaj-biske", "i-klingon", "haw"},
     {"", "e", "en_US", "en-", "-en", "en--US", "toolonglanguage", "1n", "en US", "x"}},
    {xapi_duration,
     {"PT0S", "P1Y", "P1Y2M3DT4H5M6S", "PT1.5S", "PT0.33S", "P4W", "P0.5Y", "PT36H", "PT1,5M"},
     {"", "P", "PT", "1S", "P1S", "PT1Y", "PT1.5M2S", "P1W2D", "P1D1W", "-PT1S", "PT1.S", "PT.5S", "P1YT", "PT1S ", "P1Y1Y"}},
};

static bool is_timestamp(const char *text)
{
    return xapi_timestamp(text, NULL);
}

START_TEST(plain_values)
{
    for (size_t k = 0; k < 12 && values[_i].good[k] != NULL; k++)
        ck_assert_msg(values[_i].check(values[_i].good[k]), "%s", values[_i].good[k]);
    for (size_t k = 0; k < 16 && values[_i].bad[k] != NULL; k++)
        ck_assert_msg(!values[_i].check(values[_i].bad[k]), "%s", values[_i].bad[k]);
}
END_TEST

static const struct {
    const char *text;
    int64_t us; /* -1: none */
} moments[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"1970-01-01T00:00:00.000001Z", 1},
    {"1970-01-01T00:00:00.0000019Z", 1},
    {"1970-01-01T01:00:00+01:00", 0},
    {"1970-01-01T01:00:00+0100", 0},
    {"1970-01-01T01:00:00+01", 0},
    {"1969-12-31T19:30:00-04:30", 0},
    {"1970-01-01T00:00:00+00:00", 0},
    {"1970-01-01T00:00:01", 1000000},
    {"2026-11-23T12:00:00Z", 1795435200000000},
    {"1970-01-01T00:00:00-00:00", -1},
    {"1970-01-01T00:00:00-0000", -1},
    {"1970-01-01T00:00:00-00", -1},
    {"", -1},
    {"2026", -1},
    {"2026-11-23", -1},
    {"2026-11-23 12:00:00Z", -1},
    {"2026-02-30T12:00:00Z", -1},
    {"2026-13-01T12:00:00Z", -1},
    {"2026-11-23T24:00:00Z", -1},
    {"2026-11-23T12:60:00Z", -1},
    {"2026-11-23T12:00:00+25:00", -1},
    {"2026-11-23T12:00:00+01:", -1},
    {"2026-11-23T12:00:00ZZ", -1},
    {"20261123T120000Z", -1},
    {"not a time", -1},
};

START_TEST(moment)
{
    int64_t us = 0;
    bool ok = xapi_timestamp(moments[_i].text, &us);
    ck_assert_msg(ok == (moments[_i].us >= 0), "%s", moments[_i].text);
    if (ok)
        ck_assert_int_eq(us, moments[_i].us);
    ck_assert(is_timestamp(moments[_i].text) == ok);
}
END_TEST

START_TEST(moment_text)
{
    char text[XAPI_TIME_SIZE];
    xapi_time_text(1795435200123456, text);
    ck_assert_str_eq(text, "2026-11-23T12:00:00.123456Z");
    int64_t us;
    ck_assert(xapi_timestamp(text, &us) && us == 1795435200123456);
}
END_TEST

/* ---- statements ---- */

#define ACTOR "\"actor\":{\"mbox\":\"mailto:a@example.com\"}"
#define VERB "\"verb\":{\"id\":\"http://example.com/did\"}"
#define OBJECT "\"object\":{\"id\":\"http://example.com/a\"}"
#define BASE ACTOR "," VERB "," OBJECT
#define ID "\"id\":\"12345678-1234-4234-8234-123456789abc\""
#define GIVEN_ACTOR(a) "{\"actor\":" a "," VERB "," OBJECT "}"
#define GIVEN_OBJECT(o) "{" ACTOR "," VERB ",\"object\":" o "}"
#define GIVEN_DEFINITION(d) GIVEN_OBJECT("{\"id\":\"http://x/a\",\"definition\":" d "}")
#define GIVEN(p) "{" BASE "," p "}"
#define SUB(rest) GIVEN_OBJECT("{\"objectType\":\"SubStatement\"," BASE rest "}")

static const char *const good[] = {
    "{" BASE "}",
    GIVEN(ID),
    GIVEN_ACTOR("{\"objectType\":\"Agent\",\"name\":\"A\",\"account\":{\"homePage\":\"https://x\",\"name\":\"a\"}}"),
    GIVEN_ACTOR("{\"openid\":\"https://x/a\"}"),
    GIVEN_ACTOR("{\"mbox_sha1sum\":\"0123456789abcdef0123456789abcdef01234567\"}"),
    GIVEN_ACTOR("{\"objectType\":\"Group\",\"member\":[{\"openid\":\"https://x/a\"}]}"),
    GIVEN_ACTOR("{\"objectType\":\"Group\",\"mbox\":\"mailto:g@x\",\"member\":[]}"),
    GIVEN_OBJECT("{\"objectType\":\"Activity\",\"id\":\"http://x/a\"}"),
    GIVEN_OBJECT("{\"objectType\":\"Agent\",\"mbox\":\"mailto:b@x\"}"),
    GIVEN_OBJECT("{\"objectType\":\"StatementRef\",\"id\":\"12345678-1234-4234-8234-123456789abc\"}"),
    SUB(""),
    SUB(",\"result\":{\"success\":true},\"timestamp\":\"2026-11-23T12:00:00Z\""),
    GIVEN_DEFINITION("{\"name\":{\"en\":\"A\"},\"description\":{\"de\":\"B\"},\"type\":\"http://x/t\",\"moreInfo\":\"http://x/m\"}"),
    GIVEN_DEFINITION("{\"interactionType\":\"choice\",\"correctResponsesPattern\":[\"a\"],\"choices\":[{\"id\":\"a\",\"description\":{\"en\":\"A\"}}]}"),
    GIVEN_DEFINITION("{\"extensions\":{\"http://x/e\":null,\"http://x/f\":{\"a\":[null,1]}}}"),
    GIVEN("\"result\":{\"score\":{\"scaled\":-1,\"raw\":5,\"min\":0,\"max\":10},\"success\":true,\"completion\":false,"
          "\"response\":\"\",\"duration\":\"PT1M\",\"extensions\":{}}"),
    GIVEN("\"context\":{\"registration\":\"12345678-1234-4234-8234-123456789abc\",\"instructor\":{\"mbox\":\"mailto:i@x\"},"
          "\"team\":{\"objectType\":\"Group\",\"mbox\":\"mailto:t@x\"},\"revision\":\"1\",\"platform\":\"p\",\"language\":\"en\","
          "\"contextActivities\":{\"parent\":{\"id\":\"http://x/p\"},\"grouping\":[],\"category\":[{\"id\":\"http://x/c\"}],"
          "\"other\":[]},\"statement\":{\"objectType\":\"StatementRef\",\"id\":\"12345678-1234-4234-8234-123456789abc\"}}"),
    GIVEN("\"version\":\"1.0.3\""), GIVEN("\"version\":\"1.0\""), GIVEN("\"stored\":\"2026-11-23T12:00:00Z\""),
    GIVEN("\"authority\":{\"objectType\":\"Group\",\"member\":[{\"mbox\":\"mailto:a@x\"},{\"mbox\":\"mailto:b@x\"}]}"),
    GIVEN("\"attachments\":[{\"usageType\":\"http://x/u\",\"display\":{\"en\":\"d\"},\"contentType\":\"text/plain\",\"length\":3,"
          "\"sha2\":\"ab\",\"fileUrl\":\"http://x/f\"}]"),
    "{" ACTOR ",\"verb\":{\"id\":\"http://adlnet.gov/expapi/verbs/voided\"},\"object\":{\"objectType\":\"StatementRef\","
    "\"id\":\"12345678-1234-4234-8234-123456789abc\"}}",
    "{" BASE ",\"result\":{\"score\":{\"raw\":123456789012345678901234567890}}}",
    " \n{ " BASE " } \n",
};

static const struct {
    const char *text, *where;
} bad[] = {
    {"", ""},
    {"{", ""},
    {"3", ""},
    {"null", ""},
    {"{}", "actor"},
    {"{" ACTOR "," VERB "}", "object"},
    {"{" ACTOR "," OBJECT "}", "verb"},
    {"{" VERB "," OBJECT "}", "actor"},
    {"{" BASE "," BASE "}", ""},
    {GIVEN("\"Result\":{}"), "Result"},
    {GIVEN("\"result\":null"), "result"},
    {GIVEN("\"id\":\"1\""), "id"},
    {GIVEN("\"id\":1"), "id"},
    {GIVEN("\"timestamp\":\"yesterday\""), "timestamp"},
    {GIVEN("\"version\":\"0.9\""), "version"},
    {GIVEN("\"version\":\"1.1\""), "version"},
    {GIVEN("\"version\":\"2.0.0\""), "version"},
    {GIVEN("\"authority\":{\"objectType\":\"Group\",\"mbox\":\"mailto:g@x\"}"), "authority"},
    {GIVEN_ACTOR("\"a\""), "actor"},
    {GIVEN_ACTOR("{}"), "actor"},
    {GIVEN_ACTOR("{\"name\":\"A\"}"), "actor"},
    {GIVEN_ACTOR("{\"mbox\":\"a@x\"}"), "actor.mbox"},
    {GIVEN_ACTOR("{\"mbox\":null}"), "actor.mbox"},
    {GIVEN_ACTOR("{\"mbox\":\"mailto:a@x\",\"openid\":\"http://x\"}"), "actor"},
    {GIVEN_ACTOR("{\"account\":{\"name\":\"a\"}}"), "actor.account.homePage"},
    {GIVEN_ACTOR("{\"account\":{\"homePage\":\"x\",\"name\":\"a\"}}"), "actor.account.homePage"},
    {GIVEN_ACTOR("{\"objectType\":\"agent\",\"mbox\":\"mailto:a@x\"}"), "actor"},
    {GIVEN_ACTOR("{\"objectType\":\"Group\"}"), "actor"},
    {GIVEN_ACTOR("{\"objectType\":\"Group\",\"member\":[]}"), "actor"},
    {GIVEN_ACTOR("{\"objectType\":\"Group\",\"member\":[{\"objectType\":\"Group\",\"mbox\":\"mailto:a@x\"}]}"), "actor.member.0"},
    {GIVEN_OBJECT("{}"), "object.id"},
    {GIVEN_OBJECT("{\"id\":\"a\"}"), "object.id"},
    {GIVEN_OBJECT("{\"objectType\":\"Thing\",\"id\":\"http://x/a\"}"), "object"},
    {GIVEN_OBJECT("{\"objectType\":3,\"id\":\"http://x/a\"}"), "object"},
    {GIVEN_OBJECT("{\"objectType\":\"StatementRef\",\"id\":\"x\"}"), "object.id"},
    {SUB("," ID), "object.id"},
    {SUB(",\"version\":\"1.0.0\""), "object.version"},
    {GIVEN_OBJECT("{\"objectType\":\"SubStatement\"," ACTOR "," VERB ",\"object\":{\"objectType\":\"SubStatement\"," BASE "}}"),
     "object.object"},
    {GIVEN_DEFINITION("{\"name\":\"A\"}"), "object.definition.name"},
    {GIVEN_DEFINITION("{\"name\":{\"en_US\":\"A\"}}"), "object.definition.name.en_US"},
    {GIVEN_DEFINITION("{\"name\":{\"en\":1}}"), "object.definition.name.en"},
    {GIVEN_DEFINITION("{\"type\":\"t\"}"), "object.definition.type"},
    {GIVEN_DEFINITION("{\"interactionType\":\"guess\"}"), "object.definition.interactionType"},
    {GIVEN_DEFINITION("{\"choices\":[]}"), "object.definition"},
    {GIVEN_DEFINITION("{\"interactionType\":\"choice\",\"choices\":[{\"id\":\"a\"},{\"id\":\"a\"}]}"), "object.definition.choices"},
    {GIVEN_DEFINITION("{\"extensions\":{\"e\":1}}"), "object.definition.extensions.e"},
    {GIVEN("\"result\":{\"score\":{\"scaled\":1.01}}"), "result.score"},
    {GIVEN("\"result\":{\"score\":{\"scaled\":\"1\"}}"), "result.score.scaled"},
    {GIVEN("\"result\":{\"score\":{\"min\":5,\"max\":5}}"), "result.score"},
    {GIVEN("\"result\":{\"score\":{\"raw\":6,\"max\":5}}"), "result.score"},
    {GIVEN("\"result\":{\"score\":{\"raw\":1,\"min\":5}}"), "result.score"},
    {GIVEN("\"result\":{\"success\":\"true\"}"), "result.success"},
    {GIVEN("\"result\":{\"duration\":\"1 minute\"}"), "result.duration"},
    {GIVEN("\"context\":{\"registration\":\"x\"}"), "context.registration"},
    {GIVEN("\"context\":{\"team\":{\"mbox\":\"mailto:a@x\"}}"), "context.team.objectType"},
    {GIVEN("\"context\":{\"contextActivities\":{\"child\":[]}}"), "context.contextActivities.child"},
    {GIVEN("\"context\":{\"contextAgents\":[]}"), "context.contextAgents"},
    {GIVEN("\"attachments\":[{\"usageType\":\"http://x/u\",\"display\":{\"en\":\"d\"},\"contentType\":\"text/plain\",\"length\":3,"
           "\"sha2\":\"ab\"}]"), "attachments"},
    {"{" ACTOR "," VERB ",\"object\":{\"objectType\":\"Agent\",\"mbox\":\"mailto:b@x\"},\"context\":{\"revision\":\"1\"}}", ""},
    {"{" ACTOR ",\"verb\":{\"id\":\"http://adlnet.gov/expapi/verbs/voided\"}," OBJECT "}", ""},
    {"{" ACTOR "," VERB ",\"object\":{\"id\":\"http://x/\\u0000\"}}", ""},
    {"{" ACTOR "," VERB ",\"object\":{\"id\":\"http://x/\xFF\"}}", ""},
};

static const char authority[] = "{\"objectType\":\"Agent\",\"account\":{\"homePage\":\"http://lrs/\",\"name\":\"d\"}}";

static struct statement *read_one(struct arena *a, const char *text, size_t *count, struct error *err)
{
    bool array;
    return statements_read(a, text, strlen(text), NULL, XAPI_1_0, authority, count, &array, err);
}

START_TEST(taken)
{
    struct arena *a = arena_open();
    struct error err = {0};
    size_t count = 0;
    struct statement *s = read_one(a, good[_i], &count, &err);
    ck_assert_msg(s != NULL, "%s: %s: %s", good[_i], err.where, err.why);
    ck_assert_uint_eq(count, 1);
    statement_stamp(s, 1795435200123456);
    struct statement again = {0};
    ck_assert_msg(statement_terms(a, s->text, s->length, &again), "%s", s->text); /* what is kept is JSON */
    ck_assert_ptr_nonnull(strstr(s->text, "\"stored\":\"2026-11-23T12:00:00.123456Z\""));
    ck_assert_ptr_nonnull(strstr(s->text, authority));
    ck_assert(statements_agree(s->text, s->length, s->text, s->length));
    arena_close(a);
}
END_TEST

START_TEST(refused)
{
    struct arena *a = arena_open();
    struct error err = {0};
    size_t count = 0;
    ck_assert_msg(read_one(a, bad[_i].text, &count, &err) == NULL, "%s", bad[_i].text);
    ck_assert_int_eq(err.code, EX_DATAERR);
    ck_assert_str_eq(err.where, bad[_i].where);
    ck_assert(err.why[0] != '\0');
    arena_close(a);
}
END_TEST

START_TEST(batches)
{
    struct arena *a = arena_open();
    struct error err = {0};
    size_t count = 7;
    bool array;
    const char *two = " [ {" BASE "} , {" BASE "," ID "} ] ";
    struct statement *s = statements_read(a, two, strlen(two), NULL, XAPI_1_0, authority, &count, &array, &err);
    ck_assert_msg(s != NULL && array && count == 2, "%s: %s", err.where, err.why);
    ck_assert_str_eq(s[1].id, "12345678-1234-4234-8234-123456789abc");
    ck_assert(xapi_uuid(s[0].id));
    ck_assert_ptr_nonnull(statements_read(a, "[]", 2, NULL, XAPI_1_0, authority, &count, &array, &err));
    ck_assert_uint_eq(count, 0);
    const char *twice = "[{" BASE "," ID "},{" BASE "," ID "}]";
    ck_assert_ptr_null(statements_read(a, twice, strlen(twice), NULL, XAPI_1_0, authority, &count, &array, &err));
    const char *second = "[{" BASE "},{" BASE ",\"x\":1}]";
    ck_assert_ptr_null(statements_read(a, second, strlen(second), NULL, XAPI_1_0, authority, &count, &array, &err));
    ck_assert_str_eq(err.where, "1: x");
    arena_close(a);
}
END_TEST

/* Version 2.0 knows more; what it knows is refused before. */
START_TEST(version_two)
{
    const char *text = GIVEN("\"version\":\"2.0.0\",\"context\":{\"contextAgents\":[{\"objectType\":\"contextAgent\","
                             "\"agent\":{\"mbox\":\"mailto:c@x\"},\"relevantTypes\":[\"http://x/t\"]}],"
                             "\"contextGroups\":[{\"objectType\":\"contextGroup\",\"group\":{\"objectType\":\"Group\","
                             "\"mbox\":\"mailto:g@x\"}}]}");
    struct arena *a = arena_open();
    struct error err = {0};
    size_t count;
    bool array;
    struct statement *s = statements_read(a, text, strlen(text), NULL, XAPI_2_0, authority, &count, &array, &err);
    ck_assert_msg(s != NULL, "%s: %s", err.where, err.why);
    bool agent = false, group = false;
    for (size_t i = 0; i < s->count; i++) {
        agent = agent || (strcmp(s->terms[i].text, "ammailto:c@x") == 0 && s->terms[i].broad);
        group = group || (strcmp(s->terms[i].text, "ammailto:g@x") == 0 && s->terms[i].broad);
    }
    ck_assert(agent && group);
    ck_assert_ptr_null(read_one(a, text, &count, &err));
    arena_close(a);
}
END_TEST

/* Kept as it was written: digits, escapes, order, blanks. What is the server's to say is replaced. */
START_TEST(kept_as_written)
{
    const char *text = "{\"result\":{\"score\":{\"raw\":0.10, \"max\" : 1e2},\"response\":\"\\u00e9\\n,}]\"}," BASE
                       ",\"stored\":\"2020-01-01T00:00:00Z\",\"authority\":{\"mbox\":\"mailto:liar@x\"}," ID "}";
    struct arena *a = arena_open();
    size_t count;
    struct statement *s = read_one(a, text, &count, NULL);
    ck_assert_ptr_nonnull(s);
    ck_assert_ptr_nonnull(strstr(s->text, "\"result\":{\"score\":{\"raw\":0.10, \"max\" : 1e2},\"response\":\"\\u00e9\\n,}]\"}"));
    ck_assert_ptr_null(strstr(s->text, "liar"));
    ck_assert_ptr_null(strstr(s->text, "2020-01-01"));
    const char *escaped = "{\"\\u0069d\":\"12345678-1234-4234-8234-123456789abc\",\"\\u0073tored\":\"2020-01-01T00:00:00Z\"," BASE "}";
    s = read_one(a, escaped, &count, NULL);
    ck_assert_ptr_nonnull(s);
    ck_assert_ptr_null(strstr(s->text, "2020-01-01"));
    ck_assert_str_eq(s->id, "12345678-1234-4234-8234-123456789abc");
    const char *single = GIVEN("\"context\":{\"contextActivities\":{\"parent\":{\"id\":\"http://x/p\"}}}");
    s = read_one(a, single, &count, NULL);
    ck_assert_ptr_nonnull(strstr(s->text, "\"parent\":[{\"id\":\"http://x/p\"}]"));
    arena_close(a);
}
END_TEST

static const struct {
    const char *one, *two;
    bool same;
} pairs[] = {
    {"{" BASE "}", "{" OBJECT "," VERB "," ACTOR "}", true},
    {"{" BASE "}", GIVEN("\"timestamp\":\"2026-11-23T12:00:00Z\""), true}, /* the server would have given one */
    {GIVEN("\"timestamp\":\"2026-11-23T12:00:00Z\""), GIVEN("\"timestamp\":\"2026-11-23T13:00:00.000+01:00\""), true},
    {GIVEN("\"timestamp\":\"2026-11-23T12:00:00Z\""), GIVEN("\"timestamp\":\"2026-11-23T12:00:01Z\""), false},
    {GIVEN("\"result\":{\"score\":{\"raw\":1}}"), GIVEN("\"result\":{\"score\":{\"raw\":1.0}}"), true},
    {GIVEN("\"result\":{\"score\":{\"raw\":1}}"), GIVEN("\"result\":{\"score\":{\"raw\":2}}"), false},
    {GIVEN("\"result\":{\"duration\":\"PT60S\"}"), GIVEN("\"result\":{\"duration\":\"PT1M\"}"), false},
    {GIVEN("\"result\":{\"response\":\"\\u00e9\"}"), GIVEN("\"result\":{\"response\":\"\xC3\xA9\"}"), true},
    {GIVEN_ACTOR("{\"mbox\":\"mailto:a@X\"}"), GIVEN_ACTOR("{\"mbox\":\"mailto:a@x\"}"), true},
    {GIVEN_ACTOR("{\"mbox\":\"mailto:A@x\"}"), GIVEN_ACTOR("{\"mbox\":\"mailto:a@x\"}"), false},
    {GIVEN_ACTOR("{\"objectType\":\"Agent\",\"mbox\":\"mailto:a@x\"}"), GIVEN_ACTOR("{\"mbox\":\"mailto:a@x\"}"), true},
    {GIVEN_ACTOR("{\"objectType\":\"Group\",\"member\":[{\"mbox\":\"mailto:a@x\"},{\"mbox\":\"mailto:b@x\"}]}"),
     GIVEN_ACTOR("{\"objectType\":\"Group\",\"member\":[{\"mbox\":\"mailto:b@x\"},{\"mbox\":\"mailto:a@x\"}]}"), true},
    {GIVEN_DEFINITION("{\"name\":{\"en\":\"A\"}}"), GIVEN_DEFINITION("{\"name\":{\"en\":\"B\"}}"), true},
    {GIVEN_OBJECT("{\"id\":\"http://x/a\"}"), GIVEN_OBJECT("{\"id\":\"http://x/b\"}"), false},
    {GIVEN("\"context\":{\"contextActivities\":{\"parent\":{\"id\":\"http://x/p\"}}}"),
     GIVEN("\"context\":{\"contextActivities\":{\"parent\":[{\"id\":\"http://x/p\",\"definition\":{}}]}}"), true},
    {GIVEN("\"context\":{\"registration\":\"ABCDEFAB-1234-4234-8234-123456789abc\"}"),
     GIVEN("\"context\":{\"registration\":\"abcdefab-1234-4234-8234-123456789abc\"}"), true},
};

START_TEST(same)
{
    struct arena *a = arena_open();
    size_t count;
    struct statement *one = read_one(a, pairs[_i].one, &count, NULL), *two = read_one(a, pairs[_i].two, &count, NULL);
    ck_assert(one != NULL && two != NULL);
    statement_stamp(one, 1795435200123456);
    ck_assert_msg(statements_agree(one->text, one->length, two->text, two->length) == pairs[_i].same, "%s", pairs[_i].two);
    ck_assert_msg(statements_agree(two->text, two->length, one->text, one->length) == pairs[_i].same, "%s", pairs[_i].two);
    arena_close(a);
}
END_TEST

START_TEST(deep_nesting)
{
    enum { DEEP = 100000 };
    struct arena *a = arena_open();
    char *text = malloc(DEEP * 2 + 400);
    size_t n = (size_t)sprintf(text, "{" BASE ",\"result\":{\"extensions\":{\"http://x/e\":");
    memset(text + n, '[', DEEP);
    memset(text + n + DEEP, ']', DEEP);
    strcpy(text + n + 2 * (size_t)DEEP, "}}}");
    size_t count;
    struct error err = {0};
    ck_assert_ptr_null(read_one(a, text, &count, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
    free(text);
    arena_close(a);
}
END_TEST

/* How much work it is to read a statement with so many people in it, each named twice. */
static clock_t work_of(int people, size_t *terms)
{
    struct arena *a = arena_open();
    struct buf text = {0};
    struct error err = {0};
    size_t count;
    buf_adds(&text, "{\"actor\":{\"objectType\":\"Group\",\"member\":[");
    for (int i = 0; i < 2 * people; i++)
        buf_addf(&text, "%s{\"mbox\":\"mailto:m%d@x\"}", i > 0 ? "," : "", i % people);
    buf_adds(&text, "]},\"verb\":{\"id\":\"http://x/v\"},\"object\":{\"id\":\"http://x/a\"}}");
    clock_t before = clock();
    struct statement *s = read_one(a, buf_text(&text), &count, &err);
    clock_t took = clock() - before;
    ck_assert_msg(s != NULL, "%s: %s", err.where, err.why);
    *terms = s->count;
    buf_free(&text);
    arena_close(a);
    return took;
}

/* The work grows as the people do, not as their square: it is done while others wait. */
START_TEST(many_people)
{
    size_t terms;
    clock_t few = work_of(4000, &terms), least = few;
    ck_assert_uint_eq(terms, 4000 + 3); /* and what was done, to what, said by whom */
    for (int i = 0; i < 2; i++) {
        few = work_of(4000, &terms);
        least = few < least ? few : least;
    }
    clock_t many = work_of(32000, &terms);
    ck_assert_uint_eq(terms, 32000 + 3);
    ck_assert_msg(many < 24 * (least + 1000), "%ld for 4,000, %ld for 32,000", (long)least, (long)many);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

int main(void)
{
    Suite *s = suite_create("statement");
    TCase *c = tcase_create("statement");
    tcase_add_loop_test(c, plain_values, 0, COUNT(values));
    tcase_add_loop_test(c, moment, 0, COUNT(moments));
    tcase_add_test(c, moment_text);
    tcase_add_loop_test(c, taken, 0, COUNT(good));
    tcase_add_loop_test(c, refused, 0, COUNT(bad));
    tcase_add_test(c, batches);
    tcase_add_test(c, version_two);
    tcase_add_test(c, kept_as_written);
    tcase_add_loop_test(c, same, 0, COUNT(pairs));
    tcase_add_test(c, deep_nesting);
    tcase_add_test(c, many_people);
    suite_add_tcase(s, c);
    return suite_run(s);
}
