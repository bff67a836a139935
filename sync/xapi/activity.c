#include "sync/xapi/activity.h"

#include "core/quiz/interaction.h"

#include <string.h>

/* ---- names ---- */

static void add_encoded(struct buf *out, const char *text, bool slashes)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    for (const char *c = text; *c != '\0'; c++) {
        if (strchr(plain, *c) != NULL || (slashes && *c == '/'))
            buf_addc(out, *c);
        else
            buf_addf(out, "%%%02X", (unsigned)(unsigned char)*c);
    }
}

static void add_channel(struct buf *out, const char *iri)
{
    size_t n = strlen(iri);
    buf_add(out, iri, n > 0 && iri[n - 1] == '/' ? n - 1 : n);
}

void activity_of_module(struct buf *out, const char *iri, const char *module)
{
    add_channel(out, iri);
    buf_adds(out, "/m/");
    add_encoded(out, module, true);
}

/* The module's address has its channel before the first slash. */
void activity_module(struct buf *out, const struct statement *s)
{
    const char *module = s->said->module;
    activity_of_module(out, s->iri, module + strlen(s->said->channel) + (module[strlen(s->said->channel)] == '/'));
}

void activity_programme(struct buf *out, const struct statement *s)
{
    const char *programme = s->said->programme, *slash = strchr(programme, '/');
    if (programme[0] == '\0')
        return;
    add_channel(out, s->iri);
    buf_adds(out, "/p/");
    add_encoded(out, slash != NULL ? slash + 1 : programme, false);
}

/* <iri>/p/<programme>/e/<element> */
static void add_element(struct buf *out, const struct statement *s)
{
    activity_programme(out, s);
    buf_adds(out, "/e/");
    add_encoded(out, s->said->element, false);
}

static void add_activity(struct buf *out, const struct statement *s, enum about about)
{
    if (about == ABOUT_GAP) {
        buf_adds(out, strcmp(s->event->kind, "code.missed") == 0 ? "urn:crib:xapi:code:" : "urn:crib:xapi:search:");
        add_encoded(out, s->said->text, false);
        return;
    }
    if (about == ABOUT_SESSION) {
        add_element(out, s);
        return;
    }
    activity_module(out, s);
    if (about == ABOUT_SECTION && s->said->anchor[0] != '\0') {
        buf_addc(out, '#');
        add_encoded(out, s->said->anchor, false);
    } else if (about == ABOUT_QUESTION) {
        buf_adds(out, "/q/");
        add_encoded(out, s->said->question, false);
    }
}

/* ---- definitions ---- */

const char *activity_language(const struct statement *s)
{
    return s->said->language[0] != '\0' ? s->said->language : s->language[0] != '\0' ? s->language : "und";
}

static void language_map(struct json *j, const char *key, const struct statement *s, const char *text)
{
    json_open_object(j, key);
    json_string(j, activity_language(s), text);
    json_close_object(j);
}

static void titled_definition(struct json *j, const struct statement *s, const char *type)
{
    const char *title = s->said->title[0] != '\0' ? s->said->title : s->title;
    json_open_object(j, "definition");
    json_string(j, "type", type);
    if (title[0] != '\0')
        language_map(j, "name", s, title);
    json_close_object(j);
}

static void gap_definition(struct json *j, const struct statement *s)
{
    json_open_object(j, "definition");
    json_string(j, "type", "urn:crib:xapi:gap");
    json_open_object(j, "name");
    json_string(j, "und", s->said->query);
    json_close_object(j);
    json_close_object(j);
}

static void components(struct json *j, const char *key, const struct statement *s,
                       const struct interaction_component *items, size_t count)
{
    if (count == 0)
        return;
    json_open_array(j, key);
    for (size_t i = 0; i < count; i++) {
        json_open_object(j, NULL);
        json_string(j, "id", items[i].id);
        language_map(j, "description", s, items[i].text);
        json_close_object(j);
    }
    json_close_array(j);
}

/* The whole question, where its source is kept. */
static bool interaction(struct json *j, struct arena *a, const struct statement *s)
{
    struct interaction_components c;
    const char **patterns;
    size_t count;
    if (!interaction_components(a, s->question, &c) || !interaction_patterns(a, s->question, &patterns, &count))
        return false;
    language_map(j, "description", s, s->question->stem.text);
    json_string(j, "interactionType", interaction_type(s->question));
    if (count > 0) { /* an empty array would say that no answer is right */
        json_open_array(j, "correctResponsesPattern");
        for (size_t i = 0; i < count; i++)
            json_string(j, NULL, patterns[i]);
        json_close_array(j);
    }
    components(j, "choices", s, c.choices, c.choice_count);
    components(j, "source", s, c.source, c.source_count);
    components(j, "target", s, c.target, c.target_count);
    return true;
}

static bool question_definition(struct json *j, struct arena *a, const struct statement *s)
{
    json_open_object(j, "definition");
    json_string(j, "type", ADL "activities/cmi.interaction");
    if (s->question == NULL || s->question->title != NULL)
        language_map(j, "name", s, s->question != NULL ? s->question->title : s->said->question);
    bool ok = true;
    if (s->question != NULL)
        ok = interaction(j, a, s);
    else
        json_string(j, "interactionType", "other"); /* one is required, and the stored response is no known one */
    json_close_object(j);
    return ok;
}

bool activity_object(struct json *j, struct arena *a, const struct statement *s, enum about about)
{
    struct buf id = {0};
    add_activity(&id, s, about);
    json_open_object(j, "object");
    json_string(j, "objectType", "Activity");
    json_string(j, "id", buf_text(&id));
    bool ok = buf_ok(&id);
    buf_free(&id);
    if (about == ABOUT_QUESTION) {
        ok = ok && question_definition(j, a, s);
    } else if (about == ABOUT_MODULE || about == ABOUT_SESSION) {
        titled_definition(j, s, about == ABOUT_MODULE ? ADL "activities/module" : ADL "activities/meeting");
    } else if (about == ABOUT_GAP) {
        gap_definition(j, s);
    } else {
        json_open_object(j, "definition");
        json_string(j, "type", ADL "activities/lesson");
        json_close_object(j);
    }
    json_close_object(j);
    return ok;
}

/* ---- where it belongs ---- */

static void activity(struct json *j, const char *id, const char *type)
{
    json_open_object(j, NULL);
    json_string(j, "objectType", "Activity");
    json_string(j, "id", id);
    if (type != NULL) {
        json_open_object(j, "definition");
        json_string(j, "type", type);
        json_close_object(j);
    }
    json_close_object(j);
}

bool activity_context(struct json *j, const struct statement *s, enum about about)
{
    static const char course[] = ADL "activities/course";
    struct buf id = {0}, programme = {0};
    if (!statement_shared(s->event->kind)) /* nor has it other circumstances */
        activity_programme(&programme, s);
    json_open_object(j, "contextActivities");
    if (about != ABOUT_MODULE && about != ABOUT_GAP) {
        if (about != ABOUT_SESSION)
            activity_module(&id, s);
        json_open_array(j, "parent");
        activity(j, buf_text(about == ABOUT_SESSION ? &programme : &id), about == ABOUT_SESSION ? course : NULL);
        json_close_array(j);
    }
    if (about != ABOUT_GAP) {
        json_open_array(j, "grouping");
        activity(j, s->iri, NULL);
        if (programme.len > 0 && about != ABOUT_SESSION)
            activity(j, buf_text(&programme), course);
        json_close_array(j);
    }
    json_open_array(j, "category");
    json_open_object(j, NULL);
    json_string(j, "objectType", "Activity");
    json_string(j, "id", "urn:crib:xapi");
    json_open_object(j, "definition");
    json_string(j, "type", ADL "activities/profile");
    json_close_object(j);
    json_close_object(j);
    json_close_array(j);
    json_close_object(j);
    bool ok = buf_ok(&id) && buf_ok(&programme);
    buf_free(&id);
    buf_free(&programme);
    return ok;
}
