#include <jansson.h>

#include "sync/site/site.h"

#include "core/base/config.h"
#include "core/base/iri.h"
#include "core/base/text.h"
#include "sync/channel/minisign.h"
#include "sync/site/people.h"

#include <string.h>
#include <sysexits.h>

enum { NAME_MOST = 200, TITLE_MOST = 300, TOKEN_MOST = 200, HOME_MOST = 1000, ID_MOST = 64 };

static bool refuse(const char *why, struct error *err)
{
    return error_set(err, EX_DATAERR, "what came is no answer of a site", NULL, why, "is the address right?");
}

/* A string member, copied; NULL where it is missing, too long or holds what no name does. */
static const char *text_of(struct arena *a, const json_t *object, const char *name, size_t most)
{
    const char *text = json_string_value(json_object_get(object, name));
    size_t n = json_string_length(json_object_get(object, name));
    return text != NULL && n > 0 && n <= most && strlen(text) == n && text_control(text, n) == n ? arena_copy(a, text, n) : NULL;
}

static bool read_roles(struct arena *a, const json_t *root, struct strings *roles, struct error *err)
{
    const json_t *array = json_object_get(root, "roles");
    size_t n = json_array_size(array);
    const char **items = arena_array(a, n, sizeof *items);
    if (items == NULL)
        return error_memory(err);
    if (!json_is_array(array) || n > SITE_ROLES_MOST)
        return refuse("it names no roles, or too many", err);
    for (size_t i = 0; i < n; i++) {
        const char *text = json_string_value(json_array_get(array, i));
        size_t length = json_string_length(json_array_get(array, i));
        if (text == NULL || length == 0 || length > NAME_MOST || text_control(text, length) != length)
            return refuse("a role is no word", err);
        if ((items[i] = arena_copy(a, text, length)) == NULL)
            return error_memory(err);
    }
    *roles = (struct strings){items, n};
    return true;
}

bool site_read_roles(struct arena *a, const char *bytes, size_t n, struct strings *roles, struct error *err)
{
    json_t *root = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, NULL);
    bool ok = json_is_object(root) ? read_roles(a, root, roles, err) : refuse("it is no JSON", err);
    json_decref(root);
    return ok;
}

bool site_read_sessions(struct arena *a, const char *bytes, size_t n, struct strings *sessions)
{
    json_t *root = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, NULL);
    const json_t *list = json_object_get(root, "sessions");
    const char **items = arena_array(a, SITE_SESSIONS_MOST, sizeof *items);
    *sessions = (struct strings){items, 0};
    for (size_t i = 0; items != NULL && i < json_array_size(list) && sessions->count < SITE_SESSIONS_MOST; i++) {
        const char *title = json_string_value(json_array_get(list, i));
        size_t length = json_string_length(json_array_get(list, i));
        if (title != NULL && length > 0 && length <= TITLE_MOST && text_control(title, length) == length &&
            (items[sessions->count] = arena_copy(a, title, length)) != NULL)
            sessions->count++;
    }
    json_decref(root);
    return items != NULL;
}

/* An id becomes a part of an address. */
static bool plain_id(const char *id)
{
    return id != NULL && id[strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")] == '\0' && id[0] != '.';
}

static bool read_channels(struct arena *a, const json_t *root, struct enrolment *e, struct error *err)
{
    const json_t *array = json_object_get(root, "channels");
    size_t n = json_array_size(array);
    struct site_channel *items = arena_array(a, n, sizeof *items);
    if (items == NULL)
        return error_memory(err);
    if ((array != NULL && !json_is_array(array)) || n > SITE_CHANNELS_MOST)
        return refuse("its channels are none, or too many", err);
    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_array_get(array, i);
        const char *key = text_of(a, one, "key", KEY_TEXT);
        struct public_key parsed;
        items[i] = (struct site_channel){text_of(a, one, "id", ID_MOST), key != NULL ? key : ""};
        if (!plain_id(items[i].id) || (json_object_get(one, "key") != NULL && (key == NULL || !key_read(key, &parsed, NULL))))
            return refuse("a channel has no id, or a key that is none", err);
    }
    e->channels = items;
    e->count = n;
    return true;
}

bool site_read_enrolment(struct arena *a, const char *bytes, size_t n, struct enrolment *e, struct error *err)
{
    json_t *root = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, NULL);
    *e = (struct enrolment){.name = text_of(a, root, "name", NAME_MOST), .token = text_of(a, root, "token", TOKEN_MOST),
                            .home = text_of(a, root, "home", HOME_MOST), .account = text_of(a, root, "account", NAME_MOST)};
    bool ok = e->name != NULL && strchr(e->name, ':') == NULL && e->token != NULL
                  ? read_channels(a, root, e, err)
                  : refuse("it gives no name and token", err);
    if (ok && e->home != NULL && !iri_valid(e->home))
        ok = refuse("its homepage is no address", err);
    const json_t *people = json_object_get(root, "people");
    if (ok && people != NULL) {
        e->site = text_of(a, people, "site", 2 * SITE_KEY);
        e->badges = text_of(a, people, "badges", 2 * SECRET_SEALED);
        ok = (e->site != NULL && e->badges != NULL) || refuse("its keys for learners are none", err);
    }
    if (ok && json_object_get(root, "roles") != NULL)
        ok = read_roles(a, root, &e->roles, err);
    json_decref(root);
    return ok;
}

/* ---- roles ---- */

struct asking {
    struct arena *arena;
    const struct places *places;
    bool dry;
    struct site_asked *asked;
};

/* What is no answer of a site may be a captive portal's: as if there were no network. */
static void take_roles(struct asking *q, const struct fetch_result *result)
{
    struct strings roles;
    if (!site_read_roles(q->arena, result->bytes.p, result->bytes.n, &roles, &q->asked->away))
        return;
    q->asked->answered = site_read_sessions(q->arena, result->bytes.p, result->bytes.n, &q->asked->sessions);
    if (!q->dry)
        (void)config_keep_site(q->places, roles, result->etag, &q->asked->err);
}

static void roles_came(void *context, const struct fetch_result *result)
{
    struct asking *q = context;
    if (result->outcome == FETCH_WHOLE)
        take_roles(q, result);
    else if (result->outcome == FETCH_FAILED && result->error->code == EX_NOPERM)
        error_set(&q->asked->err, EX_NOPERM, "the site does not know this device", q->asked->url, "its token was revoked, or is another's",
                  "ask who runs the site for a new code, then `crib enrol URL CODE`; nothing is lost, and learning goes on");
    else if (result->outcome != FETCH_SAME)
        q->asked->away = *result->error;
}

bool site_ask_roles(struct arena *a, const struct places *places, const struct lrs *site, bool dry, struct fetch *f,
                    struct site_asked *asked)
{
    struct asking q = {a, places, dry, asked};
    struct fetch_source source = {.url = arena_printf(a, "%s/", site->endpoint), .ca = site->ca};
    const char *etag = config_site_etag(a, places);
    asked->url = site->endpoint;
    if (source.url == NULL || etag == NULL)
        return error_memory(&asked->err);
    if (!accepted_authorization(a, site, &source.authorization, &asked->err))
        return false;
    const struct fetch_file request = {&source, "roles", etag, SITE_ANSWER_MOST, NULL, roles_came, &q};
    return fetch_add(f, &request, &asked->err) && fetch_run(f, &asked->err) && asked->err.code == 0;
}
