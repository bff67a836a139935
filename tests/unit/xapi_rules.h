/* What xAPI 1.0.3 (Data, 2.2 to 2.4 and 4) demands of a statement such as crib makes, as a checker of its own. */
#ifndef CRIB_TESTS_XAPI_RULES_H
#define CRIB_TESTS_XAPI_RULES_H

#include <jansson.h>
#include <regex.h>
#include <stdbool.h>
#include <string.h>

static inline bool rules_fit(const json_t *text, const char *pattern)
{
    regex_t re;
    if (!json_is_string(text) || regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    bool fits = regexec(&re, json_string_value(text), 0, NULL, 0) == 0;
    regfree(&re);
    return fits;
}

#define RULES_UUID "^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
#define RULES_IRI "^[A-Za-z][A-Za-z0-9+.-]*:[^ <>\"{}|\\^`]+$"
#define RULES_TIME "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}(Z|[+-][0-9]{2}:[0-9]{2})$"
#define RULES_DURATION "^PT([0-9]+H)?([0-9]+M)?([0-9]+\\.[0-9]{2}S)?$"

/* Every member's name is one of the words; no value is null (2.2). */
static inline bool rules_members(const json_t *object, const char *words)
{
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return false;
    json_object_foreach((json_t *)object, key, value)
    {
        const char *at = strstr(words, key);
        size_t n = strlen(key);
        if (json_is_null(value) || at == NULL || (at != words && at[-1] != ' ') || (at[n] != ' ' && at[n] != '\0'))
            return false;
    }
    return true;
}

static inline bool rules_map(const json_t *map)
{
    const char *key;
    json_t *value;
    if (!json_is_object(map) || json_object_size(map) == 0)
        return false;
    json_object_foreach((json_t *)map, key, value)
    {
        json_t *tag = json_string(key);
        bool ok = json_is_string(value) && rules_fit(tag, "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$");
        json_decref(tag);
        if (!ok)
            return false;
    }
    return true;
}

static inline bool rules_extensions(const json_t *extensions)
{
    const char *key;
    json_t *value;
    if (!json_is_object(extensions))
        return false;
    json_object_foreach((json_t *)extensions, key, value)
    {
        json_t *iri = json_string(key);
        bool ok = rules_fit(iri, RULES_IRI);
        json_decref(iri);
        if (!ok || value == NULL)
            return false;
    }
    return true;
}

/* 2.4.4.1: interaction activities. */
static inline const char *rules_interaction(const json_t *d)
{
    static const char types[] = "^(true-false|choice|fill-in|long-fill-in|matching|performance|sequencing|likert|numeric|other)$";
    const char *type = json_string_value(json_object_get(d, "interactionType"));
    const char *const lists[] = {"choices", "source", "target"};
    if (!rules_fit(json_object_get(d, "interactionType"), types))
        return "interactionType";
    const json_t *patterns = json_object_get(d, "correctResponsesPattern");
    size_t i;
    json_t *item;
    if (patterns != NULL && json_array_size(patterns) == 0)
        return "a pattern that says that no answer is right";
    json_array_foreach((json_t *)patterns, i, item) if (!json_is_string(item)) return "correctResponsesPattern";
    for (size_t k = 0; k < 3; k++) {
        const json_t *list = json_object_get(d, lists[k]);
        bool fits = k == 0 ? strcmp(type, "choice") == 0 : strcmp(type, "matching") == 0;
        if (list != NULL && !fits)
            return "a component list that its type does not have";
        json_array_foreach((json_t *)list, i, item)
        {
            if (!rules_members(item, "id description") || !rules_fit(json_object_get(item, "id"), "^[^ ]+$") ||
                !rules_map(json_object_get(item, "description")))
                return "a component";
            for (size_t m = 0; m < i; m++)
                if (json_equal(json_object_get(item, "id"), json_object_get(json_array_get(list, m), "id")))
                    return "a component's id stands twice";
        }
    }
    return NULL;
}

static inline const char *rules_activity(const json_t *a)
{
    if (!rules_members(a, "objectType id definition") || !rules_fit(json_object_get(a, "id"), RULES_IRI))
        return "activity";
    const json_t *d = json_object_get(a, "definition");
    if (d == NULL)
        return NULL;
    if (!rules_members(d, "type name description interactionType correctResponsesPattern choices source target"))
        return "definition";
    if (!rules_fit(json_object_get(d, "type"), RULES_IRI))
        return "definition's type";
    const json_t *name = json_object_get(d, "name"), *description = json_object_get(d, "description");
    if ((name != NULL && !rules_map(name)) || (description != NULL && !rules_map(description)))
        return "a language map";
    if (strstr(json_string_value(json_object_get(d, "type")), "cmi.interaction") != NULL)
        return rules_interaction(d);
    return json_object_get(d, "interactionType") != NULL ? "interactionType of what is none" : NULL;
}

static inline const char *rules_result(const json_t *r)
{
    if (!rules_members(r, "score success completion response duration extensions"))
        return "result";
    const json_t *score = json_object_get(r, "score");
    if (score != NULL) {
        double scaled = json_number_value(json_object_get(score, "scaled")), raw = json_number_value(json_object_get(score, "raw"));
        double min = json_number_value(json_object_get(score, "min")), max = json_number_value(json_object_get(score, "max"));
        if (!rules_members(score, "scaled raw min max") || scaled < -1 || scaled > 1 || min >= max || raw < min || raw > max)
            return "score";
    }
    const json_t *duration = json_object_get(r, "duration");
    if (duration != NULL && (!rules_fit(duration, RULES_DURATION) || strcmp(json_string_value(duration), "PT") == 0))
        return "duration";
    const json_t *success = json_object_get(r, "success"), *completion = json_object_get(r, "completion");
    if ((success != NULL && !json_is_boolean(success)) || (completion != NULL && !json_is_boolean(completion)))
        return "success or completion";
    return json_object_get(r, "response") != NULL && !json_is_string(json_object_get(r, "response")) ? "response" : NULL;
}

/* Of what is under nobody's name (anonymous) nothing may lead to anybody. */
static inline const char *rules_context(const json_t *c, bool anonymous)
{
    if (!rules_members(c, "registration revision platform language contextActivities extensions"))
        return "context";
    if (anonymous)
        return rules_members(c, "platform contextActivities") ? NULL : "context of nobody";
    if (!rules_fit(json_object_get(c, "registration"), RULES_UUID))
        return "registration";
    const json_t *lists = json_object_get(c, "contextActivities");
    if (!rules_members(lists, "parent grouping category other"))
        return "contextActivities";
    const char *key;
    json_t *list, *item;
    json_object_foreach((json_t *)lists, key, list)
    {
        size_t i;
        if (!json_is_array(list))
            return "contextActivities";
        json_array_foreach(list, i, item) if (rules_activity(item) != NULL) return key;
    }
    const json_t *language = json_object_get(c, "language");
    if (language != NULL && !rules_fit(language, "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"))
        return "language";
    return rules_extensions(json_object_get(c, "extensions")) ? NULL : "extensions";
}

/* What is wrong with the statement; NULL when nothing is. */
static inline const char *rules_broken(const json_t *s)
{
    if (!rules_members(s, "id actor verb object result context timestamp"))
        return "members";
    if (!rules_fit(json_object_get(s, "id"), RULES_UUID))
        return "id";
    const json_t *actor = json_object_get(s, "actor"), *account = json_object_get(actor, "account");
    if (!rules_members(actor, "objectType account") || !rules_members(account, "homePage name") ||
        !rules_fit(json_object_get(account, "homePage"), RULES_IRI) || !rules_fit(json_object_get(account, "name"), "."))
        return "actor";
    const json_t *verb = json_object_get(s, "verb");
    if (!rules_members(verb, "id display") || !rules_fit(json_object_get(verb, "id"), RULES_IRI) ||
        !rules_map(json_object_get(verb, "display")))
        return "verb";
    const char *why = rules_activity(json_object_get(s, "object"));
    const json_t *result = json_object_get(s, "result");
    if (why == NULL && result != NULL)
        why = rules_result(result);
    if (why == NULL)
        why = rules_context(json_object_get(s, "context"),
                            strcmp(json_string_value(json_object_get(account, "name")), "anonymous") == 0);
    return why != NULL ? why : rules_fit(json_object_get(s, "timestamp"), RULES_TIME) ? NULL : "timestamp";
}

#endif
