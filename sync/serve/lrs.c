#include "sync/serve/lrs.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "sync/serve/connections.h"
#include "sync/serve/credentials.h"
#include "sync/serve/device.h"
#include "sync/serve/erasure.h"
#include "sync/serve/exchange.h"
#include "sync/serve/http.h"
#include "sync/serve/lrs_query.h"
#include "sync/serve/notices.h"
#include "sync/serve/rate.h"
#include "sync/serve/statement_ids.h"

#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A body has BODY_MS, and a second more for each kilobyte: the slowest line that is of use. All bodies together are held to
 * ALL_BODIES, so that no crowd of senders fills the memory. */
enum { BODY_MS = 30000, MS_A_KILOBYTE = 1000, ALL_BODIES = 256 * 1024 * 1024 };

enum { A_SECOND = 20, BURST = 100 };

struct lrs *lrs_open(struct workers *workers, const char *home)
{
    struct lrs *l = calloc(1, sizeof *l);
    char *copy = strdup(home);
    struct rate *rate = rate_open(A_SECOND, BURST);
    if (l == NULL || copy == NULL || rate == NULL) {
        free(l);
        rate_close(rate);
        free(copy);
        return NULL;
    }
    l->workers = workers;
    l->home = copy;
    l->rate = rate;
    return l;
}

void lrs_offer(struct lrs *l, const struct offered *channels, size_t count)
{
    l->offered = channels;
    l->offered_count = count;
}

void lrs_rooms(struct lrs *l, struct rooms *rooms)
{
    l->rooms = rooms;
}

void lrs_close(struct lrs *l)
{
    if (l == NULL)
        return;
    rate_close(l->rate);
    free(l->home);
    free(l);
}

void lrs_finish(struct lrs *l)
{
    workers_finish(l->workers);
}

bool lrs_is(const char *path)
{
    return strncmp(path, "/xapi/", 6) == 0 || strcmp(path, "/enrol") == 0 || strcmp(path, "/roles") == 0 || strcmp(path, "/learners") == 0 ||
           strncmp(path, "/results/", 9) == 0 || strncmp(path, "/logs", 5) == 0;
}

/* ---- the beginning of a request ---- */

/* libmicrohttpd's own look-up takes StatementId for statementId, the specification does not. */
static const char *argument(const struct exchange *x, const char *name)
{
    for (size_t i = 0; i < x->parameter_count; i++)
        if (strcmp(x->parameters[i].name, name) == 0)
            return x->parameters[i].value;
    return NULL;
}

/* Is the text that version or a patch of it: 1.0, 1.0.3? */
static bool is_version(const char *text, const char *version)
{
    size_t n = strlen(version);
    const char *rest = text + n;
    return strncmp(text, version, n) == 0 &&
           (rest[0] == '\0' || (rest[0] == '.' && rest[1] != '\0' && rest[1 + strspn(rest + 1, "0123456789")] == '\0'));
}

static void read_version(struct exchange *x, bool needed)
{
    const char *v = exchange_header(x, "X-Experience-API-Version");
    if (v == NULL) {
        if (needed)
            exchange_refuse(x, MHD_HTTP_BAD_REQUEST, "the header X-Experience-API-Version is missing");
        return;
    }
    bool one = is_version(v, "1.0"), two = is_version(v, "2.0");
    x->version = two ? XAPI_2_0 : XAPI_1_0;
    if (!one && !two && needed)
        exchange_refuse(x, MHD_HTTP_BAD_REQUEST, "X-Experience-API-Version: 1.0.x and 2.0.x are spoken here");
}

/* Who reads everybody's records (0) is trusted not to flood the server. */
static void slow_down(struct exchange *x, int64_t client)
{
    if (client != 0 && !rate_take(x->lrs->rate, client, clock_monotonic_ms()))
        exchange_refuse(x, MHD_HTTP_TOO_MANY_REQUESTS, "so many requests a second are too many");
}

static void read_client(struct exchange *x)
{
    struct error err = {0};
    if (credentials_read(x->lrs->workers, x->arena, exchange_header(x, MHD_HTTP_HEADER_AUTHORIZATION), &x->client, &x->name, &err)) {
        slow_down(x, x->client.reads_all ? 0 : x->client.id);
        return;
    }
    if (err.code != 0)
        exchange_refuse_error(x, &err);
    exchange_refuse(x, MHD_HTTP_UNAUTHORIZED, "a name and a token that are known here are needed");
}

static bool is_json(const char *type)
{
    static const char json[] = "application/json";
    size_t n = sizeof json - 1;
    return type != NULL && strncasecmp(type, json, n) == 0 && (type[n] == '\0' || type[n] == ';' || type[n] == ' ');
}

/* A form in a page of another site can post text, but no JSON without being asked first. */
static void want_json(struct exchange *x)
{
    if (!is_json(exchange_header(x, MHD_HTTP_HEADER_CONTENT_TYPE)))
        exchange_refuse(x, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "the Content-Type has to be application/json");
}

static enum MHD_Result count_parameter(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct exchange *x = cls;
    (void)kind;
    if (x->parameter_count == PARAMETERS) {
        exchange_refuse(x, MHD_HTTP_BAD_REQUEST, "the parameters are too many");
        return MHD_NO;
    }
    x->parameters[x->parameter_count++] = (struct parameter){name, value != NULL ? value : ""};
    return MHD_YES;
}

/* How long the body is, as the headers say; SIZE_MAX where they don't. */
static size_t body_length(struct exchange *x)
{
    const char *length = exchange_header(x, MHD_HTTP_HEADER_CONTENT_LENGTH);
    if (length != NULL)
        return (size_t)strtoull(length, NULL, 10);
    return exchange_header(x, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL ? SIZE_MAX : 0;
}

static void check_statements(struct exchange *x, const char *method)
{
    x->put = strcmp(method, MHD_HTTP_METHOD_PUT) == 0;
    bool post = strcmp(method, MHD_HTTP_METHOD_POST) == 0;
    x->job.writes = x->put || post;
    x->most = x->job.writes ? LRS_BODY_BYTES : 0;
    read_version(x, true);
    read_client(x);
    if (!x->job.writes && strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        exchange_refuse(x, MHD_HTTP_METHOD_NOT_ALLOWED, "statements are put, posted and got");
    MHD_get_connection_values(x->connection, MHD_GET_ARGUMENT_KIND, count_parameter, x);
    if (x->job.writes && !is_json(exchange_header(x, MHD_HTTP_HEADER_CONTENT_TYPE)))
        exchange_refuse(x, MHD_HTTP_BAD_REQUEST, "the Content-Type has to be application/json: attachments' content is not kept here");
    const char *id = argument(x, "statementId");
    if (x->put && (id == NULL || !xapi_uuid(id) || x->parameter_count != 1))
        exchange_refuse(x, MHD_HTTP_BAD_REQUEST, "a statement is put with statementId, a UUID, and nothing else");
    if (post && x->parameter_count > 0)
        exchange_refuse(x, MHD_HTTP_BAD_REQUEST, "statements are posted without parameters");
}

static void check_enrol(struct exchange *x, const char *method)
{
    x->job.writes = true;
    x->enrols = true;
    x->most = DEVICE_CODE_BYTES;
    slow_down(x, -1);
    if (strcmp(method, MHD_HTTP_METHOD_POST) != 0)
        exchange_refuse(x, MHD_HTTP_METHOD_NOT_ALLOWED, "a code is posted");
    want_json(x);
}

static void want_reading(struct exchange *x, const char *method)
{
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        exchange_refuse(x, MHD_HTTP_METHOD_NOT_ALLOWED, "this is for GET and HEAD");
    x->phase = PHASE_READY;
}

static void check_asked(struct exchange *x, const char *method)
{
    read_client(x);
    want_reading(x, method);
}

/* Who the others are, and what they do, is nothing that one person's device needs. */
static void check_shared(struct exchange *x)
{
    if (x->client.account[0] != '\0')
        exchange_refuse(x, MHD_HTTP_NOT_FOUND, "this device is one person's");
}

static void check_erasure(struct exchange *x, const char *method)
{
    x->job.writes = true;
    x->erases = true;
    x->most = LRS_BODY_BYTES;
    read_version(x, false);
    read_client(x);
    if (strcmp(method, MHD_HTTP_METHOD_POST) != 0)
        exchange_refuse(x, MHD_HTTP_METHOD_NOT_ALLOWED, "erasures are posted");
    want_json(x);
}

static void check_logs(struct exchange *x, const char *path, const char *method)
{
    bool post = strcmp(method, MHD_HTTP_METHOD_POST) == 0, whole = path[0] == '\0';
    x->hands_in = post && whole;
    x->job.writes = x->hands_in;
    x->most = x->hands_in ? LRS_BODY_BYTES : 0;
    read_client(x);
    if (!whole && (path[0] != '/' || !logs_ask_read(path + 1, &x->asks_logs)))
        exchange_refuse(x, MHD_HTTP_NOT_FOUND, "there is no such resource");
    else if (post != whole || (!post && strcmp(method, MHD_HTTP_METHOD_GET) != 0))
        exchange_refuse(x, MHD_HTTP_METHOD_NOT_ALLOWED, "parts of logs are posted to /logs, and got behind it");
    /* A form in a page of another site can't post this without being asked first. */
    const char *type = exchange_header(x, MHD_HTTP_HEADER_CONTENT_TYPE);
    if (post && (type == NULL || strcmp(type, "application/octet-stream") != 0))
        exchange_refuse(x, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "the Content-Type has to be application/octet-stream");
    if (!post)
        x->job.ask = &x->asks_logs;
}

static void forget(struct request *request)
{
    struct exchange *x = (struct exchange *)(void *)request;
    atomic_fetch_sub(&x->lrs->bodies, x->counted);
    buf_free(&x->body);
    buf_free(&x->job.out);
    arena_close(x->arena);
    free(x);
}

static void refuse_large(struct exchange *x)
{
    exchange_refuse(x, MHD_HTTP_CONTENT_TOO_LARGE,
                    x->most == LRS_BODY_BYTES ? "the content is too large: send fewer statements at a time"
                                              : "the content is larger than what is taken here");
}

/* How long a body may take, and whether it is one that is taken. A refusal waits for what is sent meanwhile, so that it arrives,
 * but no longer than a short one takes. */
static bool expect_body(struct exchange *x)
{
    size_t length = body_length(x);
    int64_t longest = BODY_MS;
    if (x->refusal == 0 && length == SIZE_MAX && x->most > 0)
        longest = 2 * BODY_MS;
    else if (x->refusal == 0 && length <= x->most)
        longest = BODY_MS + (int64_t)(length / 1024) * MS_A_KILOBYTE;
    connections_begin(x->connection, length == 0 ? 0 : longest);
    return length == SIZE_MAX || length <= (x->refusal == 0 ? x->most : LRS_BODY_BYTES);
}

static enum MHD_Result begin(struct lrs *l, struct MHD_Connection *c, const char *path, const char *method,
                             struct request **request)
{
    struct exchange *x = calloc(1, sizeof *x);
    struct arena *a = arena_open();
    if (x == NULL || a == NULL) {
        free(x);
        arena_close(a);
        return MHD_NO;
    }
    x->lrs = l;
    x->connection = c;
    x->arena = a;
    x->request.forget = forget;
    *request = &x->request;
    if (strcmp(path, "/xapi/about") == 0) {
        read_version(x, false);
        want_reading(x, method);
    } else if (strcmp(path, "/xapi/statements") == 0) {
        check_statements(x, method);
    } else if (strcmp(path, "/xapi/erasures") == 0) {
        check_erasure(x, method);
    } else if (strcmp(path, "/enrol") == 0) {
        check_enrol(x, method);
    } else if (strcmp(path, "/roles") == 0) {
        x->asks_roles = true;
        check_asked(x, method);
    } else if (strcmp(path, "/learners") == 0) {
        x->asks_learners = true;
        check_asked(x, method);
        check_shared(x);
    } else if (strncmp(path, "/logs", 5) == 0) {
        check_logs(x, path + 5, method);
        check_shared(x);
    } else if (strncmp(path, "/results/", 9) == 0) {
        x->asks_results = true;
        x->after = strtoll(path + 9, NULL, 10);
        check_asked(x, method);
        check_shared(x);
    } else {
        read_version(x, true);
        exchange_refuse(x, MHD_HTTP_NOT_FOUND, "there is no such resource");
    }
    if (expect_body(x))
        return MHD_YES;
    refuse_large(x);
    x->refusal = MHD_HTTP_CONTENT_TOO_LARGE;
    return exchange_answer_refusal(x); /* before the body: the connection ends with it */
}

static void add_body(struct exchange *x, const char *bytes, size_t n)
{
    if (x->refusal != 0)
        return; /* it is read and forgotten, so that the answer arrives */
    if (x->body.len + n > x->most) {
        refuse_large(x);
    } else if (atomic_fetch_add(&x->lrs->bodies, n) + n > ALL_BODIES) {
        atomic_fetch_sub(&x->lrs->bodies, n);
        exchange_refuse(x, MHD_HTTP_SERVICE_UNAVAILABLE, "too much is being sent at once");
    } else {
        x->counted += n;
        buf_add(&x->body, bytes, n);
        if (!buf_ok(&x->body))
            exchange_refuse(x, MHD_HTTP_SERVICE_UNAVAILABLE, "out of memory");
    }
    if (x->refusal != 0)
        buf_free(&x->body);
}

/* ---- the work ---- */

static void job_done(struct job *job)
{
    struct exchange *x = (struct exchange *)(void *)((char *)job - offsetof(struct exchange, job));
    x->phase = PHASE_READY;
    MHD_resume_connection(x->connection);
}

/* {"objectType":"Agent","account":{...}} of the client that sends. */
static const char *authority(struct exchange *x)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_object(&j, NULL);
    json_string(&j, "objectType", "Agent");
    json_open_object(&j, "account");
    json_string(&j, "homePage", x->lrs->home);
    json_string(&j, "name", x->name);
    json_close_object(&j);
    json_close_object(&j);
    const char *text = buf_ok(&out) ? arena_strdup(x->arena, buf_text(&out)) : NULL;
    buf_free(&out);
    return text;
}

static bool prepare_erasure(struct exchange *x, struct error *err)
{
    struct uuid *ids;
    if (!erasure_read(x->arena, buf_text(&x->body), x->body.len, &ids, &x->job.count, err))
        return false;
    x->job.erase = ids;
    return true;
}

static bool prepare_part(struct exchange *x, struct error *err)
{
    struct log_part *part = arena_alloc(x->arena, sizeof *part);
    if (part == NULL)
        return error_memory(err);
    if (!logs_read(x->arena, buf_text(&x->body), x->body.len, part, err))
        return false;
    buf_free(&x->body);
    x->job.part = part;
    x->job.count = part->count;
    return true;
}

/* One person's device speaks for nobody else. */
static bool own_alone(const struct exchange *x, struct error *err)
{
    for (size_t i = 0; x->client.account[0] != '\0' && i < x->job.count; i++)
        if (!statement_is_by(&x->job.list[i], x->client.account))
            return error_set(err, EX_DATAERR, "somebody else's statement", x->job.list[i].id, "this device is one person's, and speaks for them alone",
                             NULL);
    return true;
}

static bool prepare(struct exchange *x, struct error *err)
{
    x->job.client = x->client.id;
    x->job.done = job_done;
    x->job.device = x->name;
    if (x->job.ask != NULL)
        return true;
    if (x->hands_in)
        return prepare_part(x, err);
    if (!x->job.writes) {
        if (!lrs_query(x->arena, x->parameters, x->parameter_count, &x->asked, err))
            return false;
        x->job.query = x->asked.query;
        x->job.query.client = x->client.reads_all ? 0 : x->client.id;
        return true;
    }
    if (x->enrols)
        return device_prepare(x, err);
    if (x->erases)
        return prepare_erasure(x, err);
    const char *who = authority(x);
    if (who == NULL)
        return error_memory(err);
    x->job.list = statements_read(x->arena, buf_text(&x->body), x->body.len, x->put ? argument(x, "statementId") : NULL,
                                  x->version, who, &x->job.count, &x->array, err);
    buf_free(&x->body);
    return x->job.list != NULL && own_alone(x, err);
}

static enum MHD_Result work(struct exchange *x)
{
    struct error err = {0};
    if (x->refusal == 0 && !prepare(x, &err))
        exchange_refuse_error(x, &err);
    if (x->refusal != 0)
        return exchange_answer_refusal(x);
    x->phase = PHASE_WAITING;
    MHD_suspend_connection(x->connection); /* before anybody can resume it */
    if (workers_add(x->lrs->workers, &x->job))
        return MHD_YES;
    exchange_refuse(x, MHD_HTTP_SERVICE_UNAVAILABLE, "too much is waiting to be stored");
    x->phase = PHASE_READY;
    MHD_resume_connection(x->connection);
    return MHD_YES;
}

/* ---- results ---- */

static enum MHD_Result answer_about(struct exchange *x)
{
    static const char about[] =
        "{\"version\":[\"1.0.3\",\"2.0.0\"],\"extensions\":{\"" ERASURE_EXTENSION "\":\"/xapi/erasures\"}}";
    return exchange_answer(x, MHD_HTTP_OK, "application/json", about, sizeof about - 1, NULL, NULL);
}

static enum MHD_Result answer_written(struct exchange *x)
{
    if (x->enrols)
        return device_answer_enrolled(x);
    if (x->put)
        return exchange_answer(x, MHD_HTTP_NO_CONTENT, "application/json", "", 0, NULL, NULL);
    struct buf out = {0};
    if (x->erases) {
        erasure_answer(&out, x->job.erased, x->job.count);
        return exchange_answer_out(x, &out);
    }
    struct json j = {.out = &out};
    json_open_array(&j, NULL);
    for (size_t i = 0; i < x->job.count; i++)
        json_string(&j, NULL, x->job.list[i].id);
    json_close_array(&j);
    return exchange_answer_out(x, &out);
}

/* attachments=true asks for parts; there is the one with the statements. */
static enum MHD_Result answer_json(struct exchange *x, const struct buf *text, const char *name, const char *value)
{
    if (!buf_ok(text))
        return MHD_NO;
    if (!x->asked.attachments)
        return exchange_answer(x, MHD_HTTP_OK, "application/json", buf_text(text), text->len, name, value);
    unsigned char random[16];
    char boundary[33];
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(boundary, sizeof boundary, random, sizeof random);
    struct buf parts = {0}, type = {0};
    buf_addf(&type, "multipart/mixed; boundary=%s", boundary);
    buf_addf(&parts, "--%s\r\nContent-Type: application/json\r\n\r\n", boundary);
    buf_add(&parts, buf_text(text), text->len);
    buf_addf(&parts, "\r\n--%s--\r\n", boundary);
    bool ok = buf_ok(&parts) && buf_ok(&type);
    enum MHD_Result done = ok ? exchange_answer(x, MHD_HTTP_OK, buf_text(&type), buf_text(&parts), parts.len, name, value) : MHD_NO;
    buf_free(&parts);
    buf_free(&type);
    return done;
}

static enum MHD_Result answer_read(struct exchange *x)
{
    if (x->asked.ids) {
        struct buf reduced = {0};
        bool ok = statement_ids(&reduced, buf_text(&x->job.out), x->job.out.len);
        buf_free(&x->job.out);
        x->job.out = reduced;
        if (!ok)
            return MHD_NO;
    }
    if (x->job.query.id != NULL) {
        char date[HTTP_DATE_SIZE];
        http_date((time_t)(x->job.stored / 1000000), date);
        return answer_json(x, &x->job.out, MHD_HTTP_HEADER_LAST_MODIFIED, date);
    }
    struct buf text = {0};
    buf_adds(&text, "{\"statements\":[");
    buf_add(&text, buf_text(&x->job.out), x->job.out.len);
    buf_adds(&text, "],\"more\":\"");
    if (x->job.more > 0) {
        buf_adds(&text, "/xapi/statements?");
        lrs_query_more(&text, x->parameters, x->parameter_count, x->job.more);
    }
    buf_adds(&text, "\"}");
    enum MHD_Result done = answer_json(x, &text, NULL, NULL);
    buf_free(&text);
    return done;
}

/* The request is refused for the one statement that `which` names. */
static void refuse_statement(struct exchange *x, unsigned status, const char *why)
{
    exchange_refuse(x, status, why);
    snprintf(x->why + strlen(x->why), sizeof x->why - strlen(x->why), "%s", x->job.list[x->job.which].id);
}

static enum MHD_Result answer_job(struct exchange *x)
{
    switch (x->job.result) {
    case JOB_DONE:
        if (x->job.ask != NULL)
            return device_answer_logs(x);
        if (x->hands_in)
            return device_answer_handed_in(x);
        return x->job.writes ? answer_written(x) : answer_read(x);
    case JOB_CONFLICT:
        refuse_statement(x, MHD_HTTP_CONFLICT, "another statement has this id: ");
        break;
    case JOB_FORBIDDEN:
        refuse_statement(x, MHD_HTTP_FORBIDDEN, "only who stored a statement may void it: ");
        break;
    case JOB_NOT_FOUND:
        if (x->enrols)
            notices_code_refused();
        if (x->enrols)
            exchange_refuse(x, MHD_HTTP_FORBIDDEN, "the code is unknown, was used, or is too old");
        else
            exchange_refuse(x, MHD_HTTP_NOT_FOUND, "there is no such statement");
        break;
    default:
        x->job.err.code = EX_IOERR;
        exchange_refuse(x, MHD_HTTP_SERVICE_UNAVAILABLE, "it could not be stored or read");
        break;
    }
    return exchange_answer_refusal(x);
}

enum MHD_Result lrs_handle(struct lrs *l, struct MHD_Connection *c, const char *path, const char *method, const char *upload,
                           size_t *upload_size, struct request **request)
{
    if (*request == NULL)
        return begin(l, c, path, method, request);
    struct exchange *x = (struct exchange *)(void *)*request;
    if (*upload_size > 0) {
        add_body(x, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    connections_received(c);
    if (x->refusal != 0)
        return exchange_answer_refusal(x);
    if (x->phase == PHASE_BODY)
        return work(x);
    if (x->phase == PHASE_WAITING)
        return MHD_YES;
    if (x->job.done != NULL)
        return answer_job(x);
    if (x->asks_roles)
        return device_answer_roles(x);
    if (x->asks_learners)
        return device_answer_learners(x);
    if (x->asks_results)
        return device_answer_results(x);
    return answer_about(x);
}
