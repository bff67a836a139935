#include <jansson.h>

#include "sync/report/retell.h"

#include "core/base/json.h"
#include "core/quiz/question.h"
#include "sync/xapi/value.h"

#include <stdlib.h>
#include <string.h>

#define EXTENSION "urn:crib:xapi:"

struct reading {
    struct arena *a;
    const json_t *statement, *context, *extensions, *result;
    const char *verb;   /* the last word of its IRI */
    const char *module; /* `channel/module`, NULL where it is about none */
    const char *anchor, *question;
    struct buf said;
    struct json j;
};

/* ---- reading ---- */

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static const char *extension(const struct reading *r, const char *name)
{
    char key[60];
    snprintf(key, sizeof key, EXTENSION "%s", name);
    return text_of(r->extensions, key);
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static const char *decoded(struct arena *a, const char *text, size_t n)
{
    char *out = arena_alloc(a, n + 1);
    size_t used = 0;
    for (size_t i = 0; out != NULL && i < n; i++) {
        bool is = text[i] == '%' && i + 2 < n && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
        int byte = is ? digit(text[i + 1]) * 16 + digit(text[i + 2]) : text[i];
        i += is ? 2 : 0;
        out[used++] = byte != 0 ? (char)byte : '?';
    }
    return out;
}

/* <iri>/m/<module>, with #anchor or /q/question behind it. */
static bool find_module(struct reading *r, const char *id, const struct library_channel *channels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(channels[i].iri);
        n -= n > 0 && channels[i].iri[n - 1] == '/';
        if (n == 0 || strncmp(id, channels[i].iri, n) != 0 || strncmp(id + n, "/m/", 3) != 0)
            continue;
        const char *module = id + n + 3, *question = strstr(module, "/q/");
        size_t length = question != NULL ? (size_t)(question - module) : strcspn(module, "#");
        const char *name = decoded(r->a, module, length);
        const char *rest = question != NULL ? question + 3 : module[length] == '#' ? module + length + 1 : "";
        const char *part = decoded(r->a, rest, strlen(rest));
        if (name == NULL || part == NULL)
            return false;
        r->module = arena_printf(r->a, "%s/%s", channels[i].id, name);
        r->question = question != NULL ? part : "";
        r->anchor = question != NULL ? "" : part;
        return r->module != NULL;
    }
    return true;
}

static bool is_ours(const json_t *context)
{
    const json_t *list = json_object_get(json_object_get(context, "contextActivities"), "category");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(text_of(json_array_get(list, i), "id"), "urn:crib:xapi") == 0)
            return true;
    return false;
}

/* PT1H2M3.04S, as statements have it. */
static int64_t duration_of(const char *text)
{
    double ms = 0;
    char *end;
    for (const char *at = strncmp(text, "PT", 2) == 0 ? text + 2 : ""; *at != '\0'; at = end + 1) {
        double n = strtod(at, &end);
        if (end == at || n < 0 || n > 1e9)
            return 0;
        ms += n * (*end == 'H' ? 3600000 : *end == 'M' ? 60000 : *end == 'S' ? 1000 : 0);
        if (*end == '\0')
            break;
    }
    return (int64_t)ms;
}

static double scaled(const struct reading *r)
{
    const json_t *score = json_object_get(json_object_get(r->result, "score"), "scaled");
    double n = json_is_number(score) ? json_number_value(score) : 0;
    return n > 0 ? n < 1 ? n : 1 : 0;
}

/* A registration that was made up is no attempt's (statement.h): its version is 8. */
static const char *attempt_of(const struct reading *r)
{
    const char *id = text_of(r->context, "registration");
    return xapi_uuid(id) && id[14] != '8' ? id : NULL;
}

/* ---- telling ---- */

static const char *first_text(const json_t *map)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)map, key, value) /* it isn't changed */
        return json_string_value(value);
    return NULL;
}

static const char *tell_answer(struct reading *r)
{
    const char *attempt = attempt_of(r);
    double fraction = scaled(r);
    if (r->question[0] == '\0')
        return NULL;
    if (attempt != NULL)
        json_string(&r->j, "attempt", attempt);
    json_string(&r->j, "question", r->question);
    json_string(&r->j, "question_revision", extension(r, "question"));
    json_string(&r->j, "type", question_type_name(QUESTION_CHOICE)); /* of all types alike, here */
    json_double(&r->j, "fraction", fraction);
    json_int(&r->j, "ms", duration_of(text_of(r->result, "duration")));
    json_int(&r->j, "rating", fraction > 0.999 ? 3 : fraction > 0 ? 2 : 1);
    return attempt != NULL ? "attempt.answered" : "recall.answered";
}

static const char *tell_finish(struct reading *r, bool passed)
{
    const char *attempt = attempt_of(r);
    if (attempt == NULL)
        return NULL;
    json_string(&r->j, "attempt", attempt);
    json_string(&r->j, "purpose", "quiz");
    json_double(&r->j, "score", scaled(r) * 100);
    json_bool(&r->j, "passed", passed);
    return "attempt.finished";
}

static const char *tell_signoff(struct reading *r)
{
    const json_t *as = json_object_get(r->extensions, EXTENSION "signoff");
    const char *under = text_of(as, "signoff"), *until = text_of(as, "valid-until");
    if (!json_is_object(as))
        return NULL;
    json_string(&r->j, "signer", text_of(json_object_get(json_object_get(r->statement, "actor"), "account"), "name"));
    json_string(&r->j, "method", text_of(as, "method"));
    if (under[0] != '\0') {
        json_string(&r->j, "signoff", under);
        return "signoff.countersigned";
    }
    json_string(&r->j, "content", text_of(as, "content"));
    json_string(&r->j, "material", text_of(as, "material"));
    json_bool(&r->j, "countersign", json_is_true(json_object_get(as, "countersign")));
    if (until[0] != '\0')
        json_string(&r->j, "valid_until", until);
    return "signoff.signed";
}

static const char *tell_response(struct reading *r)
{
    if (json_is_object(json_object_get(r->extensions, EXTENSION "signoff")))
        return tell_signoff(r);
    json_bool(&r->j, "solved", strcmp(text_of(r->result, "response"), "yes") == 0);
    return "module.solved";
}

/* A quiz that was passed says so itself: only what has none is done by being read. */
static const char *tell_completion(struct reading *r)
{
    json_bool(&r->j, "quiz", attempt_of(r) != NULL);
    return "module.completed";
}

static const char *tell_note(struct reading *r)
{
    json_string(&r->j, "about", extension(r, "note"));
    json_string(&r->j, "text", text_of(r->result, "response"));
    return "note.filed";
}

static const char *tell(struct reading *r)
{
    const char *verb = r->verb;
    if (strcmp(verb, "attended") == 0) {
        json_bool(&r->j, "late", strcmp(extension(r, "attendance"), "late") == 0);
        return "session.joined";
    }
    if (r->module == NULL)
        return NULL;
    if (strcmp(verb, "initialized") == 0) {
        json_string(&r->j, "purpose", "quiz");
        return "attempt.started";
    }
    if (strcmp(verb, "experienced") == 0) {
        json_string(&r->j, "hash", extension(r, "section"));
        return "section.done";
    }
    return strcmp(verb, "answered") == 0    ? tell_answer(r)
           : strcmp(verb, "passed") == 0    ? tell_finish(r, true)
           : strcmp(verb, "failed") == 0    ? tell_finish(r, false)
           : strcmp(verb, "completed") == 0 ? tell_completion(r)
           : strcmp(verb, "satisfied") == 0 ? tell_signoff(r)
           : strcmp(verb, "responded") == 0 ? tell_response(r)
           : strcmp(verb, "commented") == 0 ? tell_note(r)
           : strcmp(verb, "abandoned") == 0 && attempt_of(r) != NULL
               ? (json_string(&r->j, "attempt", attempt_of(r)), "attempt.abandoned")
               : NULL;
}

static void tell_common(struct reading *r)
{
    static const char *const circumstances[] = {"programme", "element", "session"};
    const json_t *definition = json_object_get(json_object_get(r->statement, "object"), "definition");
    const char *title = first_text(json_object_get(definition, "name"));
    r->j = (struct json){.out = &r->said};
    json_string(&r->j, "at", text_of(r->statement, "timestamp"));
    if (r->module != NULL) {
        json_string(&r->j, "module", r->module);
        json_string(&r->j, "anchor", r->anchor);
        json_string(&r->j, "revision", text_of(r->context, "revision"));
        json_string(&r->j, "title", title != NULL ? title : "");
    }
    for (size_t i = 0; i < sizeof circumstances / sizeof *circumstances; i++)
        if (extension(r, circumstances[i])[0] != '\0')
            json_string(&r->j, circumstances[i], extension(r, circumstances[i]));
}

static bool keep(struct reading *r, struct retold *out)
{
    const json_t *account = json_object_get(json_object_get(r->statement, "actor"), "account");
    const json_t *authority = json_object_get(r->statement, "authority");
    const json_t *audit = json_object_get(r->extensions, EXTENSION "audit");
    const json_t *definition = json_object_get(json_object_get(r->statement, "object"), "definition");
    const char *stem = r->question != NULL && r->question[0] != '\0' ? first_text(json_object_get(definition, "description")) : NULL;
    char *whole = json_dumps(authority, JSON_COMPACT);
    int64_t stored = 0;
    xapi_timestamp(text_of(r->statement, "stored"), &stored);
    out->home_page = arena_strdup(r->a, text_of(account, "homePage"));
    out->name = arena_strdup(r->a, text_of(account, "name"));
    out->device = arena_strdup(r->a, text_of(json_object_get(authority, "account"), "name"));
    out->authority = arena_strdup(r->a, whole != NULL ? whole : "");
    out->log = arena_strdup(r->a, text_of(audit, "log"));
    out->seq = json_integer_value(json_object_get(audit, "seq"));
    out->said = arena_strdup(r->a, buf_text(&r->said));
    out->question = r->question;
    out->text = stem != NULL ? arena_strdup(r->a, stem) : NULL;
    out->stored_ms = stored / 1000;
    free(whole);
    return out->home_page != NULL && out->name != NULL && out->device != NULL && out->authority != NULL && out->log != NULL &&
           out->said != NULL && (stem == NULL || out->text != NULL);
}

bool retell(struct arena *a, const struct json_t *statement, const struct library_channel *channels, size_t count,
            struct retold *out, bool *known)
{
    struct reading r = {.a = a, .statement = statement, .context = json_object_get(statement, "context"),
                        .result = json_object_get(statement, "result")};
    const char *verb = text_of(json_object_get(statement, "verb"), "id"), *slash = strrchr(verb, '/');
    *out = (struct retold){0};
    *known = false;
    r.extensions = json_object_get(r.context, "extensions");
    r.verb = slash != NULL ? slash + 1 : verb;
    const json_t *account = json_object_get(json_object_get(statement, "actor"), "account");
    if (!is_ours(r.context) || text_of(account, "name")[0] == '\0' || !uuid_parse(text_of(statement, "id"), &out->id))
        return true;
    if (!find_module(&r, text_of(json_object_get(statement, "object"), "id"), channels, count))
        return false;
    tell_common(&r);
    out->kind = tell(&r);
    bool ok = buf_ok(&r.said) && (out->kind == NULL || keep(&r, out));
    *known = ok && out->kind != NULL;
    buf_free(&r.said);
    return ok;
}
