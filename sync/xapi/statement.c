#include "sync/xapi/statement.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/quiz/interaction.h"
#include "sync/xapi/activity.h"

#include <math.h>
#include <sodium.h>
#include <string.h>

/* ---- verbs ---- */

#define CMI5 "https://w3id.org/xapi/adl/"
#define STREAMS "http://activitystrea.ms/schema/1.0/"

static const struct said_as {
    const char *kind;
    enum about about;
    const char *verb, *word;
} verbs[] = {
    {"attempt.abandoned", ABOUT_MODULE, CMI5 "verbs/abandoned", "abandoned"},
    {"attempt.answered", ABOUT_QUESTION, ADL "verbs/answered", "answered"},
    {"attempt.finished", ABOUT_MODULE, ADL "verbs/failed", "failed"},
    {"attempt.resumed", ABOUT_MODULE, ADL "verbs/resumed", "resumed"},
    {"attempt.started", ABOUT_MODULE, ADL "verbs/initialized", "initialized"},
    {"code.missed", ABOUT_GAP, STREAMS "search", "searched"},
    {"hint.later", ABOUT_MODULE, STREAMS "ignore", "put off"},
    {"hint.never", ABOUT_MODULE, STREAMS "reject", "refused"},
    {"hint.offered", ABOUT_MODULE, STREAMS "receive", "was offered"},
    {"hint.opened", ABOUT_MODULE, STREAMS "open", "opened"},
    {"module.completed", ABOUT_MODULE, ADL "verbs/completed", "completed"},
    {"module.solved", ABOUT_MODULE, ADL "verbs/responded", "responded"},
    {"note.filed", ABOUT_SECTION, ADL "verbs/commented", "commented"},
    {"recall.answered", ABOUT_QUESTION, ADL "verbs/answered", "answered"},
    {"search.missed", ABOUT_GAP, STREAMS "search", "searched"},
    {"section.done", ABOUT_SECTION, ADL "verbs/experienced", "experienced"},
    {"session.joined", ABOUT_SESSION, ADL "verbs/attended", "attended"},
    {"signoff.countersigned", ABOUT_MODULE, CMI5 "verbs/satisfied", "satisfied"},
    {"signoff.signed", ABOUT_MODULE, CMI5 "verbs/satisfied", "satisfied"},
};
static const struct said_as passed = {"attempt.finished", ABOUT_MODULE, ADL "verbs/passed", "passed"};
static const struct said_as practised = {"attempt.finished", ABOUT_MODULE, ADL "verbs/terminated", "terminated"};

/* Not satisfied before a supervisor has signed, too. */
static const struct said_as half_signed = {"signoff.signed", ABOUT_MODULE, ADL "verbs/responded", "responded"};

static const struct said_as commented = {"note.filed", ABOUT_MODULE, ADL "verbs/commented", "commented"};

bool statement_shared(const char *kind)
{
    return strncmp(kind, "hint.", strlen("hint.")) == 0;
}

bool statement_anonymous(const char *kind)
{
    const char *dot = strchr(kind, '.');
    return dot != NULL && strcmp(dot, ".missed") == 0;
}

bool statement_of_session(const char *kind)
{
    return strncmp(kind, "session.", strlen("session.")) == 0;
}

static const struct said_as *find_verb(const char *kind, const struct said *said)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i].kind, kind) != 0)
            continue;
        if (said == NULL)
            return &verbs[i];
        if (verbs[i].about == ABOUT_SESSION)
            return said->programme[0] != '\0' && said->element[0] != '\0' ? &verbs[i] : NULL;
        if (said->module[0] == '\0' && verbs[i].about != ABOUT_GAP)
            return NULL;
        if (verbs[i].about == ABOUT_QUESTION &&
            strcmp(said->type, question_type_name(QUESTION_DESCRIPTION)) == 0)
            return NULL;
        if ((statement_shared(kind) || statement_anonymous(kind)) && !said->shared)
            return NULL;
        if (strcmp(kind, passed.kind) == 0)
            return strcmp(said->purpose, "retry") == 0 ? &practised : said->passed ? &passed : &verbs[i];
        if (strcmp(kind, half_signed.kind) == 0 && said->countersign)
            return &half_signed;
        if (strcmp(kind, commented.kind) == 0)
            return said->anchor[0] == '\0' ? &commented : &verbs[i];
        return &verbs[i];
    }
    return NULL;
}

bool statement_leaves(const char *kind, const struct said *said)
{
    return find_verb(kind, said) != NULL;
}

/* ---- result ---- */

/* Hundredths of a second, as ISO 8601 writes a duration. Nothing for none. */
static void duration(struct json *j, int64_t ms)
{
    if (ms <= 0)
        return;
    char text[60];
    int64_t hours = ms / 3600000, minutes = ms / 60000 % 60, hundredths = ms % 60000 / 10;
    size_t n = (size_t)snprintf(text, sizeof text, "PT");
    if (hours > 0)
        n += (size_t)snprintf(text + n, sizeof text - n, "%lldH", (long long)hours);
    if (minutes > 0)
        n += (size_t)snprintf(text + n, sizeof text - n, "%lldM", (long long)minutes);
    if (hundredths > 0 || n == 2)
        snprintf(text + n, sizeof text - n, "%lld.%02lldS", (long long)(hundredths / 100), (long long)(hundredths % 100));
    json_string(j, "duration", text);
}

/* raw of 0..max; scaled is the same between 0 and 1. */
static void score(struct json *j, double raw, double max)
{
    raw = isfinite(raw) ? fmin(fmax(raw, 0), max) : 0;
    json_open_object(j, "score");
    json_double(j, "scaled", raw / max);
    json_double(j, "raw", raw);
    json_int(j, "min", 0);
    json_double(j, "max", max);
    json_close_object(j);
}

static bool answer_result(struct json *j, struct arena *a, const struct statement *s, struct error *err)
{
    struct buf text = {0};
    if (s->question != NULL) {
        const struct response *r = response_decode(a, s->question, s->said->response, strlen(s->said->response), err);
        if (r == NULL)
            return error_add(err, "cannot say the answer");
        interaction_response(s->question, r, &text);
    } else {
        buf_adds(&text, s->said->response);
    }
    json_open_object(j, "result");
    score(j, s->said->fraction, 1);
    json_bool(j, "success", s->said->fraction > 0.999999);
    json_string(j, "response", buf_text(&text));
    duration(j, s->said->ms);
    json_close_object(j);
    bool ok = buf_ok(&text);
    buf_free(&text);
    return ok || error_memory(err);
}

static bool result(struct json *j, struct arena *a, const struct statement *s, const struct said_as *verb,
                   struct error *err)
{
    if (verb->about == ABOUT_QUESTION)
        return answer_result(j, a, s, err);
    if (strcmp(verb->kind, passed.kind) == 0) {
        json_open_object(j, "result");
        score(j, s->said->score, 100);
        if (verb != &practised)
            json_bool(j, "success", s->said->passed);
        if (s->attempt != NULL)
            duration(j, s->said->at_ms - s->attempt->started_at);
        json_close_object(j);
    } else if (strcmp(verb->word, "completed") == 0) {
        json_open_object(j, "result");
        json_bool(j, "completion", true);
        json_close_object(j);
    } else if (verb == &half_signed) {
        json_open_object(j, "result");
        json_string(j, "response", "signed");
        json_close_object(j);
    } else if (strcmp(verb->word, "satisfied") == 0) {
        json_open_object(j, "result");
        json_bool(j, "success", true);
        json_close_object(j);
    } else if (verb->about == ABOUT_GAP) {
        json_open_object(j, "result");
        json_bool(j, "success", false);
        json_close_object(j);
    } else if (strcmp(verb->word, "commented") == 0 || strcmp(verb->word, "responded") == 0) {
        json_open_object(j, "result");
        json_string(j, "response", strcmp(verb->word, "commented") == 0 ? s->said->text : s->said->solved ? "yes" : "no");
        json_close_object(j);
    } else if (verb->about == ABOUT_SECTION && s->said->ms > 0) {
        json_open_object(j, "result");
        duration(j, s->said->ms);
        json_close_object(j);
    }
    return true;
}

/* ---- context ---- */

static void make_version_8(struct uuid *id)
{
    id->bytes[6] = (unsigned char)(0x80 | (id->bytes[6] & 0x0F));
    id->bytes[8] = (unsigned char)(0x80 | (id->bytes[8] & 0x3F));
}

static void registration(struct json *j, const struct statement *s)
{
    static const char name[] = "crib-registration-1";
    char text[UUID_TEXT];
    struct uuid id;
    if (uuid_parse(s->said->attempt, &id) || strcmp(s->event->kind, "attempt.started") == 0) {
        uuid_text(s->said->attempt[0] != '\0' ? &id : &s->event->id, text);
    } else {
        struct buf of = {0};
        buf_add(&of, name, sizeof name);
        buf_add(&of, s->actor.home_page, strlen(s->actor.home_page) + 1);
        buf_add(&of, s->actor.name, strlen(s->actor.name) + 1);
        if (s->said->module[0] != '\0')
            activity_module(&of, s);
        else
            activity_programme(&of, s);
        crypto_generichash(id.bytes, sizeof id.bytes, (const unsigned char *)buf_text(&of), of.len, NULL, 0);
        buf_free(&of);
        make_version_8(&id);
        uuid_text(&id, text);
    }
    json_string(j, "registration", text);
}

/* The attestation itself is the site's; its hash tells which one it was. */
static void signed_as(struct json *j, const struct said *p)
{
    unsigned char hash[32];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)p->attestation, strlen(p->attestation), NULL, 0);
    json_open_object(j, "urn:crib:xapi:signoff");
    json_string(j, "method", p->method);
    if (p->signoff[0] != '\0') {
        json_string(j, "signoff", p->signoff);
    } else {
        json_hex(j, "attestation", hash, sizeof hash);
        json_string(j, "content", p->content);
        if (p->valid_until[0] != '\0')
            json_string(j, "valid-until", p->valid_until);
        if (p->material[0] != '\0')
            json_string(j, "material", p->material);
        json_bool(j, "countersign", p->countersign);
    }
    json_close_object(j);
}

/* A hint has none of the circumstances: they are those of the moment in which it came into the record. */
static void extensions(struct json *j, const struct statement *s)
{
    static const struct said none = {.stage = "", .asset = "", .order = "", .programme = "", .element = "", .session = "",
                                     .hash = "", .question_revision = "", .about = "", .by = "", .note_asset = "", .at = ""};
    const struct said *p = statement_shared(s->event->kind) ? &none : s->said;
    bool note = strcmp(s->event->kind, "note.filed") == 0, solved = strcmp(s->event->kind, "module.solved") == 0;
    const struct {
        const char *key, *text;
    } texts[] = {
        {"urn:crib:xapi:section", p->hash},          {"urn:crib:xapi:question", p->question_revision},
        {"urn:crib:xapi:stage", p->stage},           {"urn:crib:xapi:asset", p->note_asset[0] != '\0' ? p->note_asset : p->asset},
        {"urn:crib:xapi:order", p->order},           {"urn:crib:xapi:programme", p->programme},
        {"urn:crib:xapi:element", p->element},       {"urn:crib:xapi:session", p->session},
        {"urn:crib:xapi:attendance", p->late ? "late" : ""},
        {"urn:crib:xapi:note", note ? p->about : ""},  {"urn:crib:xapi:found-by", solved ? p->by : ""},
        {"urn:crib:xapi:device-time", s->at_ms != s->said->at_ms ? p->at : ""},
    };
    json_open_object(j, "extensions");
    json_open_object(j, "urn:crib:xapi:audit");
    json_hex(j, "log", s->event->log, sizeof s->event->log);
    json_int(j, "seq", (int64_t)s->event->seq);
    json_hex(j, "link", s->event->link, sizeof s->event->link);
    json_close_object(j);
    if (s->checkpoint != NULL && s->checkpoint->seq > 0) {
        json_open_object(j, "urn:crib:xapi:checkpoint");
        json_hex(j, "log", s->event->log, sizeof s->event->log);
        json_int(j, "seq", (int64_t)s->checkpoint->seq);
        json_hex(j, "head", s->checkpoint->head, sizeof s->checkpoint->head);
        json_hex(j, "signature", s->checkpoint->signature, sizeof s->checkpoint->signature);
        json_hex(j, "key", s->checkpoint->key, sizeof s->checkpoint->key);
        json_close_object(j);
    }
    if (strncmp(s->event->kind, "signoff.", strlen("signoff.")) == 0)
        signed_as(j, s->said);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].text[0] != '\0')
            json_string(j, texts[i].key, texts[i].text);
    json_close_object(j);
}

static bool context(struct json *j, const struct statement *s, enum about about)
{
    json_open_object(j, "context");
    if (about != ABOUT_GAP)
        registration(j, s);
    if (s->said->revision[0] != '\0')
        json_string(j, "revision", s->said->revision);
    json_string(j, "platform", "crib " CRIB_VERSION);
    if (about != ABOUT_GAP && strcmp(activity_language(s), "und") != 0)
        json_string(j, "language", activity_language(s));
    bool ok = activity_context(j, s, about);
    if (about != ABOUT_GAP)
        extensions(j, s);
    json_close_object(j);
    return ok;
}

/* ---- the whole ---- */

static void actor_and_verb(struct json *j, const struct statement *s, const struct said_as *verb)
{
    json_open_object(j, "actor");
    json_string(j, "objectType", "Agent");
    json_open_object(j, "account");
    json_string(j, "homePage", s->actor.home_page);
    json_string(j, "name", verb->about == ABOUT_GAP ? "anonymous" : s->actor.name);
    json_close_object(j);
    json_close_object(j);
    json_open_object(j, "verb");
    json_string(j, "id", verb->verb);
    json_open_object(j, "display");
    json_string(j, "en", verb->word);
    json_close_object(j);
    json_close_object(j);
}

struct uuid statement_id(const struct outbox_event *event)
{
    static const char name[] = "crib-gap-1"; /* its NUL is part of it */
    unsigned char of[sizeof name + sizeof event->id.bytes];
    struct uuid id = event->id;
    if (!statement_anonymous(event->kind))
        return id;
    memcpy(of, name, sizeof name);
    memcpy(of + sizeof name, event->id.bytes, sizeof event->id.bytes);
    crypto_generichash(id.bytes, sizeof id.bytes, of, sizeof of, NULL, 0);
    make_version_8(&id);
    return id;
}

/* The time: of what nobody in particular did, the day. */
static int64_t time_of(const struct statement *s, const struct said_as *verb)
{
    static const int64_t day = 86400000;
    return verb->about == ABOUT_GAP ? s->at_ms - s->at_ms % day : s->at_ms;
}

bool statement_write(const struct statement *s, struct buf *out, struct error *err)
{
    const struct said_as *verb = find_verb(s->event->kind, s->said);
    if (verb == NULL)
        return error_set(err, EX_SOFTWARE, "cannot make a statement", s->event->kind, "such an event does not leave", NULL);
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    char id[UUID_TEXT], at[40];
    struct uuid own = statement_id(s->event);
    uuid_text(&own, id);
    clock_format(time_of(s, verb), 0, at, sizeof at);
    struct json j = {.out = out};
    json_open_object(&j, NULL);
    json_string(&j, "id", id);
    actor_and_verb(&j, s, verb);
    bool ok = activity_object(&j, a, s, verb->about) || error_memory(err);
    ok = ok && result(&j, a, s, verb, err);
    ok = ok && (context(&j, s, verb->about) || error_memory(err));
    json_string(&j, "timestamp", at);
    json_close_object(&j);
    arena_close(a);
    return ok && (buf_ok(out) || error_memory(err));
}
