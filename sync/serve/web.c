#include "sync/serve/web.h"

#include "sync/serve/connections.h"
#include "sync/serve/web_quiz.h"
#include "sync/serve/web_request.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* All forms that are on their way hold no more than ALL_FORMS: no crowd of senders fills the memory. */
enum { THREADS = 2, WAITING = 256, QUERY_FIELDS = 32, BODY_MS = 20000, FORM_BUFFER = 4096, ALL_FORMS = 8 * 1024 * 1024 };

struct web {
    struct web_library *library;
    const char *url;
    struct strings origins;
    atomic_size_t forms; /* bytes that they hold */
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct web_request *first, **end;
    size_t waiting, threads;
    bool closing;
    pthread_t thread[THREADS];
};

/* ---- the threads ---- */

static struct web_request *take(struct web *w)
{
    pthread_mutex_lock(&w->lock);
    while (w->first == NULL && !w->closing)
        pthread_cond_wait(&w->filled, &w->lock);
    struct web_request *q = w->first;
    if (q != NULL) {
        w->first = q->next;
        w->waiting--;
        if (w->first == NULL)
            w->end = &w->first;
    }
    pthread_mutex_unlock(&w->lock);
    return q;
}

static void *answer_on(void *cls)
{
    struct web *w = cls;
    struct web_reader reader = {.source = w->library};
    for (struct web_request *q; (q = take(w)) != NULL;) {
        web_answer(q, &reader);
        q->phase = WEB_READY;
        MHD_resume_connection(q->connection);
    }
    web_reader_close(&reader);
    return NULL;
}

static bool add(struct web *w, struct web_request *q)
{
    pthread_mutex_lock(&w->lock);
    bool ok = !w->closing && w->waiting < WAITING;
    if (ok) {
        q->next = NULL;
        *w->end = q;
        w->end = &q->next;
        w->waiting++;
        pthread_cond_signal(&w->filled);
    }
    pthread_mutex_unlock(&w->lock);
    return ok;
}

/* ---- its life ---- */

static bool check_origins(struct strings origins, struct error *err)
{
    for (size_t i = 0; i < origins.count; i++)
        if (!web_origin_valid(origins.items[i]))
            return error_set(err, EX_USAGE, "this is no site", origins.items[i], "small letters, no path, no slash at the end",
                             "write it as https://tickets.example.com");
    return true;
}

struct web *web_open(const struct web_options *options, struct error *err)
{
    struct web *w = check_origins(options->origins, err) ? calloc(1, sizeof *w) : NULL;
    if (w == NULL) {
        if (check_origins(options->origins, err))
            error_memory(err);
        return NULL;
    }
    w->url = options->url;
    w->origins = options->origins;
    w->end = &w->first;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->filled, NULL);
    bool ok = (w->library = web_library_open(options->files, options->data, err)) != NULL;
    while (ok && w->threads < THREADS) {
        ok = pthread_create(&w->thread[w->threads], NULL, answer_on, w) == 0 || error_memory(err);
        w->threads += ok;
    }
    if (ok)
        return w;
    web_close(w);
    return NULL;
}

void web_finish(struct web *w)
{
    pthread_mutex_lock(&w->lock);
    w->closing = true;
    pthread_cond_broadcast(&w->filled);
    pthread_mutex_unlock(&w->lock);
    for (; w->threads > 0; w->threads--)
        pthread_join(w->thread[w->threads - 1], NULL);
}

void web_close(struct web *w)
{
    if (w == NULL)
        return;
    web_finish(w);
    web_library_close(w->library);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->filled);
    free(w);
}

bool web_is(const char *path)
{
    return web_route(path, NULL) != WEB_NONE;
}

/* ---- a request ---- */

static void forget(struct request *request)
{
    struct web_request *q = (struct web_request *)(void *)request;
    if (q->form != NULL)
        MHD_destroy_post_processor(q->form);
    atomic_fetch_sub(&q->web->forms, q->counted);
    buf_free(&q->body);
    arena_close(q->arena);
    free(q);
}

static enum MHD_Result add_parameter(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct web_request *q = cls;
    (void)kind;
    if (q->field_count == QUERY_FIELDS) {
        web_refuse(q, MHD_HTTP_BAD_REQUEST, "The parameters are too many.");
        return MHD_NO;
    }
    q->fields[q->field_count++] = (struct web_field){name, value != NULL ? value : ""};
    return MHD_YES;
}

/* The last field's value with one more piece behind it; NULL when memory is out. The room doubles: a value may come in as many
 * pieces as it has bytes. */
static const char *lengthen(struct web_request *q, const char *value, const char *data, size_t n)
{
    char *to = (char *)(uintptr_t)value;
    if (q->value_room - q->value_bytes <= n) {
        q->value_room = 2 * (q->value_bytes + n + 1);
        if ((to = arena_alloc(q->arena, q->value_room)) == NULL)
            return NULL;
        memcpy(to, value, q->value_bytes);
    }
    memcpy(to + q->value_bytes, data, n);
    q->value_bytes += n;
    to[q->value_bytes] = '\0';
    return to;
}

/* A field of the form, or, where it is long, one more piece of it. */
static enum MHD_Result add_form_field(void *cls, enum MHD_ValueKind kind, const char *key, const char *file, const char *type,
                                      const char *encoding, const char *data, uint64_t at, size_t n)
{
    struct web_request *q = cls;
    (void)kind;
    (void)file;
    (void)type;
    (void)encoding;
    bool more = at > 0 && q->field_count > 0 && strcmp(q->fields[q->field_count - 1].name, key) == 0;
    if (q->status != 0 || (!more && q->field_count == QUIZ_FIELDS))
        return MHD_NO;
    struct web_field *f = &q->fields[more ? q->field_count - 1 : q->field_count];
    const char *name = more ? f->name : arena_strdup(q->arena, key);
    if (!more)
        q->value_bytes = q->value_room = 0;
    const char *value = lengthen(q, more ? f->value : "", data, n);
    if (name == NULL || value == NULL)
        return MHD_NO;
    *f = (struct web_field){name, value};
    q->field_count += !more;
    return MHD_YES;
}

/* Where the world reaches the server: as it was told, else as the asker calls it, if that is a name at all. */
static const char *base_of(struct web_request *q, bool tls)
{
    const char *url = q->web->url;
    if (url != NULL) {
        size_t n = strlen(url);
        while (n > 0 && url[n - 1] == '/')
            n--;
        return arena_copy(q->arena, url, n);
    }
    const char *host = MHD_lookup_connection_value(q->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
    const char *base = host != NULL ? arena_printf(q->arena, "%s://%s", tls ? "https" : "http", host) : NULL;
    for (const char *p = host; base != NULL && *p != '\0'; p++)
        if (*p >= 'A' && *p <= 'Z')
            return arena_strdup(q->arena, "");
    return base != NULL && web_origin_valid(base) ? base : arena_strdup(q->arena, "");
}

static void begin_form(struct web_request *q)
{
    static const char wanted[] = "application/x-www-form-urlencoded";
    const char *type = MHD_lookup_connection_value(q->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE);
    size_t n = sizeof wanted - 1;
    if (type == NULL || strncmp(type, wanted, n) != 0 || (type[n] != '\0' && type[n] != ';' && type[n] != ' '))
        web_refuse(q, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "A quiz is handed in by its form.");
    else if ((q->form = MHD_create_post_processor(q->connection, FORM_BUFFER, add_form_field, q)) == NULL)
        web_refuse(q, MHD_HTTP_SERVICE_UNAVAILABLE, "There is no memory left for this.");
}

static bool has_body(struct MHD_Connection *c)
{
    const char *length = MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return (length != NULL && strcmp(length, "0") != 0) ||
           MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL;
}

static bool read_request(struct web_request *q, const char *path, const char *method, bool tls)
{
    bool head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
    q->posts = strcmp(method, MHD_HTTP_METHOD_POST) == 0;
    const char *id = "", *copy = arena_strdup(q->arena, path);
    q->fields = arena_array(q->arena, q->posts ? QUIZ_FIELDS : QUERY_FIELDS, sizeof *q->fields);
    q->base = base_of(q, tls);
    if (copy == NULL || q->fields == NULL || q->base == NULL)
        return false;
    q->route = web_route(copy, &id);
    q->id = id;
    q->channel = q->route >= WEB_MODULE ? arena_copy(q->arena, copy + 1, strcspn(copy + 1, "/")) : "";
    if (q->posts && q->route == WEB_QUIZ)
        begin_form(q);
    else if (!head && strcmp(method, MHD_HTTP_METHOD_GET) != 0)
        web_refuse(q, MHD_HTTP_METHOD_NOT_ALLOWED, "This is for GET and HEAD.");
    else
        MHD_get_connection_values(q->connection, MHD_GET_ARGUMENT_KIND, add_parameter, q);
    return q->channel != NULL;
}

static enum MHD_Result begin(struct web *w, struct MHD_Connection *c, const char *path, const char *method, bool tls,
                             struct request **request)
{
    struct web_request *q = calloc(1, sizeof *q);
    if (q == NULL || (q->arena = arena_open()) == NULL) {
        free(q);
        return MHD_NO;
    }
    q->request.forget = forget;
    q->web = w;
    q->connection = c;
    *request = &q->request;
    connections_begin(c, has_body(c) ? BODY_MS : 0);
    if (!read_request(q, path, method, tls))
        return MHD_NO;
    const char *length = MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    bool too_large = length != NULL && strtoull(length, NULL, 10) > QUIZ_FORM_BYTES;
    if ((q->form == NULL || too_large) && has_body(c)) {
        if (q->status == 0)
            web_refuse(q, MHD_HTTP_CONTENT_TOO_LARGE, too_large ? "The form is too large." : "No content is taken here.");
        return web_send(q, w->origins); /* before the body: the connection ends with it */
    }
    return MHD_YES;
}

static void take_body(struct web_request *q, const char *bytes, size_t n)
{
    q->form_bytes += n;
    if (q->status != 0)
        return; /* it is read and forgotten, so that the answer arrives */
    q->counted += n;
    if (atomic_fetch_add(&q->web->forms, n) + n > ALL_FORMS)
        web_refuse(q, MHD_HTTP_SERVICE_UNAVAILABLE, "Too much is being sent at once.");
    else if (q->form_bytes > QUIZ_FORM_BYTES || MHD_post_process(q->form, bytes, n) != MHD_YES)
        web_refuse(q, q->form_bytes > QUIZ_FORM_BYTES ? MHD_HTTP_CONTENT_TOO_LARGE : MHD_HTTP_BAD_REQUEST,
                   "The form is too large, or none.");
}

static enum MHD_Result work(struct web_request *q)
{
    if (q->form != NULL) {
        MHD_destroy_post_processor(q->form); /* it hands out what it still held back */
        q->form = NULL;
    }
    if (q->status != 0)
        return web_send(q, q->web->origins);
    q->phase = WEB_WAITING;
    MHD_suspend_connection(q->connection); /* before anybody can resume it */
    if (add(q->web, q))
        return MHD_YES;
    web_refuse(q, MHD_HTTP_SERVICE_UNAVAILABLE, "Too many are asking just now.");
    q->phase = WEB_READY;
    MHD_resume_connection(q->connection);
    return MHD_YES;
}

enum MHD_Result web_handle(struct web *w, struct MHD_Connection *c, const char *path, const char *method, const char *upload,
                           size_t *upload_size, bool tls, struct request **request)
{
    if (*request == NULL)
        return begin(w, c, path, method, tls, request);
    struct web_request *q = (struct web_request *)(void *)*request;
    if (*upload_size > 0) {
        take_body(q, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    connections_received(c);
    if (q->phase == WEB_BODY)
        return work(q);
    return q->phase == WEB_WAITING ? MHD_YES : web_send(q, w->origins);
}
