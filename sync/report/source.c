#include <jansson.h>

#include "sync/report/source.h"

#include "sync/xapi/http.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

enum { STALL_S = 60, TRIES = 8, WAIT_MOST_S = 10 };

struct source {
    struct http *http;   /* at the origin, or NULL */
    const char *path;    /* of the endpoint below it */
    const char *where;   /* for messages */
    struct store *store; /* or NULL */
};

/* ---- opening ---- */

/* https://host:port of an endpoint: what a page's `more` is below. */
static size_t origin_length(const char *endpoint)
{
    const char *host = strstr(endpoint, "://");
    return host != NULL ? (size_t)(host + 3 - endpoint) + strcspn(host + 3, "/") : strlen(endpoint);
}

struct source *source_server(struct arena *a, const struct lrs *lrs, struct error *err)
{
    const char *authorization;
    struct source *s = calloc(1, sizeof *s);
    if (s == NULL) {
        error_memory(err);
        return NULL;
    }
    size_t n = origin_length(lrs->endpoint);
    const char *origin = arena_copy(a, lrs->endpoint, n);
    s->path = lrs->endpoint + n;
    s->where = lrs->endpoint;
    if (origin != NULL && accepted_authorization(a, lrs, &authorization, err))
        s->http = http_open(origin, authorization, lrs->ca, STALL_S, err);
    if (s->http != NULL)
        return s;
    source_close(s);
    return NULL;
}

struct source *source_data(const char *dir, struct error *err)
{
    struct source *s = calloc(1, sizeof *s);
    if (s == NULL) {
        error_memory(err);
        return NULL;
    }
    s->where = dir;
    if (store_there(dir, err) && (s->store = store_open(dir, true, err)) != NULL)
        return s;
    source_close(s);
    return NULL;
}

void source_close(struct source *s)
{
    if (s == NULL)
        return;
    http_close(s->http);
    if (s->store != NULL)
        store_close(s->store);
    free(s);
}

/* ---- a page ---- */

static bool give(const json_t *statements, source_take *take, void *context, struct error *err)
{
    for (size_t i = 0; i < json_array_size(statements); i++)
        if (json_is_object(json_array_get(statements, i)) && !take(context, json_array_get(statements, i), err))
            return false;
    return true;
}

static bool refused(const struct source *s, const struct http_response *r, struct error *err)
{
    char why[60];
    if (r->status == 0)
        return error_set(err, EX_UNAVAILABLE, "cannot reach the learning record store", s->where, r->failure, "try again later");
    if (r->status == 401 || r->status == 403)
        return error_set(err, EX_NOPERM, "the learning record store refuses", s->where, NULL,
                         "name a file that holds the `NAME:TOKEN` of a client who reads all (`crib serve --client NAME`) with --credentials");
    snprintf(why, sizeof why, "status %ld", r->status);
    return error_set(err, EX_UNAVAILABLE, "the learning record store does not answer as one", s->where, why, "is the address right?");
}

/* A server that is asked too much at once says when to come again. */
static bool get(const struct source *s, const char *path, struct http_response *response, struct error *err)
{
    for (int i = 0; i < TRIES; i++) {
        if (!http_request(s->http, path, NULL, 0, response, err))
            return false;
        if (!http_busy(response->status))
            break;
        const struct timespec wait = {response->retry_after_s < 1 ? 1 : response->retry_after_s > WAIT_MOST_S ? WAIT_MOST_S : response->retry_after_s, 0};
        nanosleep(&wait, NULL);
    }
    return response->status == 200 || refused(s, response, err);
}

static bool ask_server(const struct source *s, const struct parameter *list, size_t count, bool all, source_take *take,
                       void *context, struct error *err)
{
    struct buf path = {0};
    struct http_response response = {0};
    buf_addf(&path, "%s/statements?", s->path);
    lrs_query_text(&path, list, count);
    bool ok = true;
    while (ok && path.len > 0) {
        ok = (buf_ok(&path) || error_memory(err)) && get(s, buf_text(&path), &response, err);
        json_t *page = ok ? json_loadb(buf_text(&response.body), response.body.len, 0, NULL) : NULL;
        const json_t *statements = json_object_get(page, "statements");
        if (ok && !json_is_array(statements))
            ok = error_set(err, EX_PROTOCOL, "the learning record store does not answer as one", s->where, NULL, "is the address right?");
        ok = ok && give(statements, take, context, err);
        const char *more = json_string_value(json_object_get(page, "more"));
        buf_clear(&path);
        if (all && more != NULL && more[0] == '/') /* another host is nothing that the credentials are for */
            buf_adds(&path, more);
        json_decref(page);
    }
    buf_free(&response.body);
    buf_free(&path);
    return ok;
}

/* As lrs_query reads them, from the place behind the page before. */
static bool ask_store(const struct source *s, const struct parameter *list, size_t count, bool all, source_take *take,
                      void *context, struct error *err)
{
    struct asked asked;
    struct arena *a = arena_open();
    bool ok = a != NULL ? lrs_query(a, list, count, &asked, err) : error_memory(err);
    int64_t more = ok;
    while (ok && more != 0) {
        struct buf out = {0};
        buf_addc(&out, '[');
        ok = store_many(s->store, &asked.query, &out, &more, err);
        buf_addc(&out, ']');
        ok = ok && (buf_ok(&out) || error_memory(err));
        json_t *page = ok ? json_loadb(buf_text(&out), out.len, 0, NULL) : NULL;
        ok = ok && (page != NULL || error_set(err, EX_DATAERR, "cannot read the statements", s->where, NULL, "ask whoever runs it")) &&
             give(page, take, context, err);
        json_decref(page);
        buf_free(&out);
        if (!all)
            break;
        asked.query.after = asked.query.ascending ? more : asked.query.after;
        asked.query.until = asked.query.ascending ? asked.query.until : more - 1;
    }
    arena_close(a);
    return ok;
}

bool source_ask(struct source *s, const struct parameter *list, size_t count, bool all, source_take *take, void *context,
                struct error *err)
{
    return (s->store != NULL ? ask_store : ask_server)(s, list, count, all, take, context, err);
}

/* ---- the list of learners ---- */

static bool stored_people(const struct source *s, struct arena *a, struct site_person **people, size_t *count, struct error *err)
{
    size_t all, on = 0;
    if (!store_people(s->store, a, people, &all, err))
        return false;
    for (size_t i = 0; i < all; i++)
        if (!(*people)[i].gone)
            (*people)[on++] = (*people)[i];
    *count = on;
    return true;
}

/* ["field-technician", ...] */
static bool read_roles(struct arena *a, const json_t *list, struct strings *roles)
{
    const char **items = arena_array(a, json_array_size(list) + 1, sizeof *items);
    *roles = (struct strings){items, 0};
    for (size_t i = 0; items != NULL && i < json_array_size(list); i++) {
        const char *role = json_string_value(json_array_get(list, i));
        if (role != NULL && (items[roles->count++] = arena_strdup(a, role)) == NULL)
            return false;
    }
    return items != NULL;
}

static bool read_people(struct arena *a, const json_t *list, struct site_person **people, size_t *count)
{
    *people = arena_array(a, json_array_size(list) + 1, sizeof **people);
    for (size_t i = 0; *people != NULL && i < json_array_size(list); i++) {
        const json_t *x = json_array_get(list, i);
        const char *name = json_string_value(json_object_get(x, "name")), *account = json_string_value(json_object_get(x, "account"));
        struct site_person *p = &(*people)[*count];
        if (name == NULL || account == NULL)
            continue;
        *p = (struct site_person){.id = "", .name = arena_strdup(a, name), .account = arena_strdup(a, account)};
        if (p->name == NULL || p->account == NULL || !read_roles(a, json_object_get(x, "roles"), &p->roles))
            return false;
        (*count)++;
    }
    return *people != NULL;
}

/* It stands beside /xapi; another store than crib's has none. */
static bool served_people(const struct source *s, struct arena *a, struct site_person **people, size_t *count, struct error *err)
{
    static const char below[] = "/xapi";
    size_t n = strlen(s->path), m = sizeof below - 1;
    n -= n > 0 && s->path[n - 1] == '/';
    if (n < m || strncmp(s->path + n - m, below, m) != 0)
        return true;
    const char *path = arena_printf(a, "%.*s/learners", (int)(n - m), s->path);
    struct http_response response = {0};
    if (path == NULL)
        return error_memory(err);
    bool ok = http_request(s->http, path, NULL, 0, &response, err);
    json_t *root = ok && response.status == 200 ? json_loadb(buf_text(&response.body), response.body.len, 0, NULL) : NULL;
    ok = ok && (read_people(a, json_object_get(root, "learners"), people, count) || error_memory(err));
    json_decref(root);
    buf_free(&response.body);
    return ok;
}

bool source_people(struct source *s, struct arena *a, struct site_person **people, size_t *count, struct error *err)
{
    *count = 0;
    *people = NULL;
    return (s->store != NULL ? stored_people : served_people)(s, a, people, count, err);
}
