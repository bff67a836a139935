#include <jansson.h>

#include "sync/xapi/said.h"

#include "core/base/clock.h"

#include <string.h>

static bool take_texts(struct arena *a, const json_t *payload, struct said *said)
{
    const struct {
        const char *key, **text;
    } members[] = {
        {"at", &said->at},
        {"boot", &said->boot},
        {"module", &said->module},
        {"anchor", &said->anchor},
        {"iri", &said->iri},
        {"title", &said->title},
        {"language", &said->language},
        {"revision", &said->revision},
        {"stage", &said->stage},
        {"asset", &said->asset},
        {"order", &said->order},
        {"programme", &said->programme},
        {"element", &said->element},
        {"session", &said->session},
        {"attempt", &said->attempt},
        {"question", &said->question},
        {"question_revision", &said->question_revision},
        {"type", &said->type},
        {"response", &said->response},
        {"purpose", &said->purpose},
        {"by", &said->by},
        {"content", &said->content},
        {"hash", &said->hash},
        {"about", &said->about},
        {"text", &said->text},
        {"note_asset", &said->note_asset},
        {"query", &said->query},
        {"attestation", &said->attestation},
        {"method", &said->method},
        {"valid_until", &said->valid_until},
        {"signoff", &said->signoff},
        {"material", &said->material},
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const char *text = json_string_value(json_object_get(payload, members[i].key));
        *members[i].text = text != NULL ? arena_strdup(a, text) : "";
        if (*members[i].text == NULL)
            return false;
    }
    return true;
}

static bool take(struct arena *a, const json_t *payload, struct said *said)
{
    said->learner = json_integer_value(json_object_get(payload, "learner"));
    said->mono = json_integer_value(json_object_get(payload, "mono"));
    said->when = json_integer_value(json_object_get(payload, "when"));
    said->ms = json_integer_value(json_object_get(payload, "ms"));
    said->fraction = json_number_value(json_object_get(payload, "fraction"));
    said->score = json_number_value(json_object_get(payload, "score"));
    said->passed = json_is_true(json_object_get(payload, "passed"));
    said->countersign = json_is_true(json_object_get(payload, "countersign"));
    said->late = json_is_true(json_object_get(payload, "late"));
    said->solved = json_is_true(json_object_get(payload, "solved"));
    said->shared = json_is_true(json_object_get(payload, "shared"));
    if (!take_texts(a, payload, said))
        return false;
    if (!clock_parse(said->at, &said->at_ms))
        said->at_ms = 0;
    if (said->when > 0)
        said->at_ms = said->when;
    said->channel = arena_copy(a, said->module, strcspn(said->module, "/"));
    return said->channel != NULL;
}

bool said_read(struct arena *a, const char *payload, size_t n, struct said *said, struct error *err)
{
    *said = (struct said){0};
    json_error_t why;
    json_t *root = json_loadb(payload, n, JSON_ALLOW_NUL, &why);
    if (!json_is_object(root)) {
        json_decref(root);
        return error_set(err, EX_DATAERR, "cannot read an event", NULL, "its payload is no JSON object",
                         "run `crib audit verify`");
    }
    bool ok = take(a, root, said) || error_memory(err);
    json_decref(root);
    return ok;
}
