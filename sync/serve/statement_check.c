#include "sync/serve/statement_check.h"

#include "core/base/iri.h"
#include "sync/xapi/same.h"
#include "sync/xapi/value.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 300, MOST_DEPTH = 64 };

struct look {
    enum xapi_version version;
    struct error *err;
    char path[PATH_BYTES];
    size_t length;
};

typedef bool (*value_check)(struct look *l, const json_t *v);

struct property {
    const char *name;
    value_check check;
    bool required;
};

static bool refuse(const struct look *l, const char *why)
{
    return error_set(l->err, EX_DATAERR, "not a statement", l->path, why, NULL);
}

static size_t enter(struct look *l, const char *name)
{
    size_t before = l->length;
    int n = snprintf(l->path + before, sizeof l->path - before, "%s%.60s", before > 0 ? "." : "", name);
    l->length = n > 0 && before + (size_t)n < sizeof l->path ? before + (size_t)n : before;
    return before;
}

static void leave(struct look *l, size_t before)
{
    l->length = before;
    l->path[before] = '\0';
}

/* Each member of v is in the table, each required one of the table in v, and each fits. */
static bool members(struct look *l, const json_t *v, const struct property *table)
{
    if (!json_is_object(v))
        return refuse(l, "it has to be an object");
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(size_t)v, key, value) {
        const struct property *p = table;
        while (p->name != NULL && strcmp(p->name, key) != 0)
            p++;
        size_t before = enter(l, key);
        if (p->name == NULL)
            return refuse(l, "there is no such property");
        if (!p->check(l, value))
            return false;
        leave(l, before);
    }
    for (const struct property *p = table; p->name != NULL; p++)
        if (p->required && json_object_get(v, p->name) == NULL) {
            enter(l, p->name);
            return refuse(l, "it is missing");
        }
    return true;
}

static bool each(struct look *l, const json_t *v, value_check check)
{
    if (!json_is_array(v))
        return refuse(l, "it has to be an array");
    for (size_t i = 0; i < json_array_size(v); i++) {
        char at[32];
        snprintf(at, sizeof at, "%zu", i);
        size_t before = enter(l, at);
        if (!check(l, json_array_get(v, i)))
            return false;
        leave(l, before);
    }
    return true;
}

/* ---- plain values ---- */

static bool fits(struct look *l, const json_t *v, bool (*check)(const char *), const char *why)
{
    const char *text = json_string_value(v);
    return (text != NULL && check(text)) || refuse(l, why);
}

static bool text(struct look *l, const json_t *v)
{
    return json_is_string(v) || refuse(l, "it has to be a string");
}

static bool boolean(struct look *l, const json_t *v)
{
    return json_is_boolean(v) || refuse(l, "it has to be true or false");
}

static bool number(struct look *l, const json_t *v)
{
    return json_is_number(v) || refuse(l, "it has to be a number");
}

static bool iri(struct look *l, const json_t *v)
{
    return fits(l, v, iri_valid, "it has to be an IRI with a scheme");
}

static bool uuid(struct look *l, const json_t *v)
{
    return fits(l, v, xapi_uuid, "it has to be a UUID");
}

static bool mailbox(struct look *l, const json_t *v)
{
    return fits(l, v, xapi_mailbox, "it has to be mailto: and an address");
}

static bool sha1(struct look *l, const json_t *v)
{
    return fits(l, v, xapi_sha1, "it has to be 40 hexadecimal digits");
}

static bool language(struct look *l, const json_t *v)
{
    return fits(l, v, xapi_language, "it has to be a language tag (RFC 5646)");
}

static bool duration(struct look *l, const json_t *v)
{
    return fits(l, v, xapi_duration, "it has to be an ISO 8601 duration");
}

static bool moment(const char *value)
{
    return xapi_timestamp(value, NULL);
}

static bool timestamp(struct look *l, const json_t *v)
{
    return fits(l, v, moment, "it has to be an ISO 8601 date and time");
}

static bool language_map(struct look *l, const json_t *v)
{
    if (!json_is_object(v))
        return refuse(l, "it has to be an object of languages");
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(size_t)v, key, value) {
        size_t before = enter(l, key);
        if (!xapi_language(key))
            return refuse(l, "it has to be a language tag (RFC 5646)");
        if (!text(l, value))
            return false;
        leave(l, before);
    }
    return true;
}

static bool extensions(struct look *l, const json_t *v)
{
    if (!json_is_object(v))
        return refuse(l, "it has to be an object");
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(size_t)v, key, value)
        if (!iri_valid(key)) {
            enter(l, key);
            return refuse(l, "an extension's name has to be an IRI");
        }
    return true;
}

/* ---- actors ---- */

static bool account(struct look *l, const json_t *v)
{
    static const struct property table[] = {{"homePage", iri, true}, {"name", text, true}, {NULL, NULL, false}};
    return members(l, v, table);
}

static size_t identifiers(const json_t *v)
{
    static const char *const names[] = {"mbox", "mbox_sha1sum", "openid", "account"};
    size_t n = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        n += json_object_get(v, names[i]) != NULL;
    return n;
}

static bool is_type(const json_t *v, const char *type)
{
    const char *t = json_string_value(json_object_get(v, "objectType"));
    return t != NULL && strcmp(t, type) == 0;
}

static bool agent(struct look *l, const json_t *v)
{
    static const struct property table[] = {{"objectType", text, false}, {"name", text, false}, {"mbox", mailbox, false},
                                            {"mbox_sha1sum", sha1, false}, {"openid", iri, false}, {"account", account, false},
                                            {NULL, NULL, false}};
    if (!members(l, v, table))
        return false;
    if (json_object_get(v, "objectType") != NULL && !is_type(v, "Agent"))
        return refuse(l, "its objectType has to be Agent");
    return identifiers(v) == 1 || refuse(l, "it needs exactly one of mbox, mbox_sha1sum, openid, account");
}

static bool agents(struct look *l, const json_t *v)
{
    return each(l, v, agent);
}

static bool group(struct look *l, const json_t *v)
{
    static const struct property table[] = {{"objectType", text, true},    {"name", text, false},   {"mbox", mailbox, false},
                                            {"mbox_sha1sum", sha1, false}, {"openid", iri, false},  {"account", account, false},
                                            {"member", agents, false},     {NULL, NULL, false}};
    if (!members(l, v, table))
        return false;
    if (!is_type(v, "Group"))
        return refuse(l, "its objectType has to be Group");
    size_t n = identifiers(v);
    if (n > 1)
        return refuse(l, "it may have one of mbox, mbox_sha1sum, openid, account");
    return n == 1 || json_array_size(json_object_get(v, "member")) > 0 || refuse(l, "a group without identifier needs members");
}

static bool actor(struct look *l, const json_t *v)
{
    return is_type(v, "Group") ? group(l, v) : agent(l, v);
}

/* An agent, or the two of OAuth: an anonymous group of exactly two (Part Two, 2.4.9). */
static bool authority(struct look *l, const json_t *v)
{
    if (!actor(l, v))
        return false;
    if (!is_type(v, "Group"))
        return true;
    return (identifiers(v) == 0 && json_array_size(json_object_get(v, "member")) == 2) ||
           refuse(l, "a group here has two members and no identifier");
}

/* ---- verb and activity ---- */

static bool verb(struct look *l, const json_t *v)
{
    static const struct property table[] = {{"id", iri, true}, {"display", language_map, false}, {NULL, NULL, false}};
    return members(l, v, table);
}

static bool interaction(struct look *l, const json_t *v)
{
    static const char *const names[] = {"true-false", "choice",     "fill-in",    "long-fill-in", "matching",
                                        "performance", "sequencing", "likert",     "numeric",      "other"};
    const char *name = json_string_value(v);
    for (size_t i = 0; name != NULL && i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return refuse(l, "it has to be one of the interaction types");
}

static bool texts(struct look *l, const json_t *v)
{
    return each(l, v, text);
}

static bool component(struct look *l, const json_t *v)
{
    static const struct property table[] = {{"id", text, true}, {"description", language_map, false}, {NULL, NULL, false}};
    return members(l, v, table);
}

static bool components(struct look *l, const json_t *v)
{
    if (!each(l, v, component))
        return false;
    for (size_t i = 0; i < json_array_size(v); i++)
        for (size_t k = 0; k < i; k++)
            if (json_equal(json_object_get(json_array_get(v, i), "id"), json_object_get(json_array_get(v, k), "id")))
                return refuse(l, "an id stands twice");
    return true;
}

static bool definition(struct look *l, const json_t *v)
{
    static const char *const lists[] = {"correctResponsesPattern", "choices", "scale", "source", "target", "steps"};
    static const struct property table[] = {
        {"name", language_map, false},   {"description", language_map, false}, {"type", iri, false},
        {"moreInfo", iri, false},        {"extensions", extensions, false},    {"interactionType", interaction, false},
        {"correctResponsesPattern", texts, false}, {"choices", components, false}, {"scale", components, false},
        {"source", components, false},   {"target", components, false},        {"steps", components, false},
        {NULL, NULL, false}};
    if (!members(l, v, table))
        return false;
    for (size_t i = 0; json_object_get(v, "interactionType") == NULL && i < sizeof lists / sizeof *lists; i++)
        if (json_object_get(v, lists[i]) != NULL)
            return refuse(l, "an interaction needs its interactionType");
    return true;
}

static bool activity(struct look *l, const json_t *v)
{
    static const struct property table[] = {
        {"objectType", text, false}, {"id", iri, true}, {"definition", definition, false}, {NULL, NULL, false}};
    if (!members(l, v, table))
        return false;
    return json_object_get(v, "objectType") == NULL || is_type(v, "Activity") || refuse(l, "its objectType has to be Activity");
}

static bool activities(struct look *l, const json_t *v)
{
    return json_is_object(v) ? activity(l, v) : each(l, v, activity);
}

static bool reference(struct look *l, const json_t *v)
{
    static const struct property table[] = {{"objectType", text, true}, {"id", uuid, true}, {NULL, NULL, false}};
    return members(l, v, table) && (is_type(v, "StatementRef") || refuse(l, "its objectType has to be StatementRef"));
}

/* ---- result and context ---- */

static bool score(struct look *l, const json_t *v)
{
    static const struct property table[] = {
        {"scaled", number, false}, {"raw", number, false}, {"min", number, false}, {"max", number, false}, {NULL, NULL, false}};
    if (!members(l, v, table))
        return false;
    const json_t *scaled = json_object_get(v, "scaled"), *raw = json_object_get(v, "raw");
    const json_t *min = json_object_get(v, "min"), *max = json_object_get(v, "max");
    if (scaled != NULL && (json_number_value(scaled) < -1 || json_number_value(scaled) > 1))
        return refuse(l, "scaled is from -1 to 1");
    if (min != NULL && max != NULL && json_number_value(min) >= json_number_value(max))
        return refuse(l, "min is less than max");
    if (raw != NULL && ((min != NULL && json_number_value(raw) < json_number_value(min)) ||
                        (max != NULL && json_number_value(raw) > json_number_value(max))))
        return refuse(l, "raw is from min to max");
    return true;
}

static bool result(struct look *l, const json_t *v)
{
    static const struct property table[] = {{"score", score, false},       {"success", boolean, false},
                                            {"completion", boolean, false}, {"response", text, false},
                                            {"duration", duration, false}, {"extensions", extensions, false},
                                            {NULL, NULL, false}};
    return members(l, v, table);
}

static bool context_activities(struct look *l, const json_t *v)
{
    static const struct property table[] = {{"parent", activities, false},   {"grouping", activities, false},
                                            {"category", activities, false}, {"other", activities, false},
                                            {NULL, NULL, false}};
    return members(l, v, table);
}

static bool types(struct look *l, const json_t *v)
{
    return each(l, v, iri) && (json_array_size(v) > 0 || refuse(l, "it needs one type at least"));
}

static bool context_agent(struct look *l, const json_t *v)
{
    static const struct property table[] = {
        {"objectType", text, true}, {"agent", agent, true}, {"relevantTypes", types, false}, {NULL, NULL, false}};
    return members(l, v, table) && (is_type(v, "contextAgent") || refuse(l, "its objectType has to be contextAgent"));
}

static bool context_group(struct look *l, const json_t *v)
{
    static const struct property table[] = {
        {"objectType", text, true}, {"group", group, true}, {"relevantTypes", types, false}, {NULL, NULL, false}};
    return members(l, v, table) && (is_type(v, "contextGroup") || refuse(l, "its objectType has to be contextGroup"));
}

static bool context_agents(struct look *l, const json_t *v)
{
    return l->version == XAPI_2_0 ? each(l, v, context_agent) : refuse(l, "there is no such property before version 2.0");
}

static bool context_groups(struct look *l, const json_t *v)
{
    return l->version == XAPI_2_0 ? each(l, v, context_group) : refuse(l, "there is no such property before version 2.0");
}

static bool context(struct look *l, const json_t *v)
{
    static const struct property table[] = {
        {"registration", uuid, false},     {"instructor", actor, false},  {"team", group, false},
        {"contextActivities", context_activities, false}, {"revision", text, false}, {"platform", text, false},
        {"language", language, false},     {"statement", reference, false}, {"extensions", extensions, false},
        {"contextAgents", context_agents, false}, {"contextGroups", context_groups, false}, {NULL, NULL, false}};
    return members(l, v, table);
}

/* ---- attachments ---- */

static bool content_type(struct look *l, const json_t *v)
{
    const char *t = json_string_value(v), *slash = t != NULL ? strchr(t, '/') : NULL;
    return (slash != NULL && slash != t && slash[1] != '\0') || refuse(l, "it has to be a media type");
}

static bool size(struct look *l, const json_t *v)
{
    double n = json_number_value(v);
    return (json_is_number(v) && n >= 0 && n < 9e15 && n <= (double)(int64_t)n && n >= (double)(int64_t)n) ||
           refuse(l, "it has to be a whole number");
}

static bool attachment(struct look *l, const json_t *v)
{
    static const struct property table[] = {{"usageType", iri, true},   {"display", language_map, true},
                                            {"description", language_map, false}, {"contentType", content_type, true},
                                            {"length", size, true},     {"sha2", text, true},
                                            {"fileUrl", iri, false},    {NULL, NULL, false}};
    return members(l, v, table);
}

static bool attachments(struct look *l, const json_t *v)
{
    return each(l, v, attachment);
}

/* ---- the whole ---- */

static bool object(struct look *l, const json_t *v);
static bool sub_object(struct look *l, const json_t *v);

/* What concerns several properties at once (Part Two, 2.3.2 and 2.4.6). */
static bool together(struct look *l, const json_t *v)
{
    const json_t *of = json_object_get(v, "object"), *where = json_object_get(v, "context");
    const char *type = statement_object_type(of), *what = json_string_value(json_object_get(json_object_get(v, "verb"), "id"));
    if (what != NULL && strcmp(what, XAPI_VOIDED) == 0 && strcmp(type, "StatementRef") != 0)
        return refuse(l, "what voids has a StatementRef for its object");
    if (strcmp(type, "Activity") != 0 &&
        (json_object_get(where, "revision") != NULL || json_object_get(where, "platform") != NULL))
        return refuse(l, "revision and platform belong to an activity");
    return true;
}

static bool sub_statement(struct look *l, const json_t *v)
{
    static const struct property table[] = {
        {"objectType", text, true}, {"actor", actor, true},     {"verb", verb, true},           {"object", sub_object, true},
        {"result", result, false},  {"context", context, false}, {"timestamp", timestamp, false},
        {"attachments", attachments, false}, {NULL, NULL, false}};
    return members(l, v, table) && together(l, v);
}

static bool object_of(struct look *l, const json_t *v, bool nested)
{
    if (!json_is_object(v))
        return refuse(l, "it has to be an object");
    if (json_object_get(v, "objectType") != NULL && !json_is_string(json_object_get(v, "objectType")))
        return refuse(l, "its objectType has to be a string");
    const char *type = statement_object_type(v);
    if (strcmp(type, "Activity") == 0)
        return activity(l, v);
    if (strcmp(type, "Agent") == 0)
        return agent(l, v);
    if (strcmp(type, "Group") == 0)
        return group(l, v);
    if (strcmp(type, "StatementRef") == 0)
        return reference(l, v);
    if (strcmp(type, "SubStatement") == 0 && !nested)
        return sub_statement(l, v);
    return refuse(l, nested ? "it can't be that in a SubStatement" : "there is no such objectType");
}

static bool object(struct look *l, const json_t *v)
{
    return object_of(l, v, false);
}

static bool sub_object(struct look *l, const json_t *v)
{
    return object_of(l, v, true);
}

static bool version(struct look *l, const json_t *v)
{
    const char *t = json_string_value(v);
    bool one = t != NULL && strncmp(t, "1.0", 3) == 0 &&
               (t[3] == '\0' || (t[3] == '.' && t[4] != '\0' && strspn(t + 4, "0123456789") == strlen(t + 4)));
    bool two = t != NULL && l->version == XAPI_2_0 && strncmp(t, "2.0.", 4) == 0 && t[4] != '\0' &&
               strspn(t + 4, "0123456789") == strlen(t + 4);
    return one || two || refuse(l, "it is no version that is understood here");
}

bool statement_check(const json_t *statement, enum xapi_version v, struct error *err)
{
    static const struct property table[] = {
        {"id", uuid, false},         {"actor", actor, true},          {"verb", verb, true},
        {"object", object, true},    {"result", result, false},       {"context", context, false},
        {"timestamp", timestamp, false}, {"stored", timestamp, false}, {"authority", authority, false},
        {"version", version, false}, {"attachments", attachments, false}, {NULL, NULL, false}};
    struct look l = {.version = v, .err = err};
    return members(&l, statement, table) && together(&l, statement);
}

bool statement_check_agent(const json_t *a, struct error *err)
{
    struct look l = {.err = err};
    if (!actor(&l, a))
        return false;
    return identifiers(a) == 1 || refuse(&l, "it needs one of mbox, mbox_sha1sum, openid, account");
}
