#include "sync/serve/lrs.h"

#include "core/base/json.h"
#include "sync/serve/connections.h"
#include "sync/serve/device.h"
#include "sync/serve/erasure.h"
#include "sync/serve/exchange.h"
#include "sync/serve/http.h"
#include "sync/serve/lrs_ask.h"
#include "sync/serve/lrs_query.h"
#include "sync/serve/notices.h"
#include "sync/serve/rate.h"
#include "sync/serve/statement_ids.h"

#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All bodies together are held to ALL_BODIES, so that no crowd of senders fills the memory. */
enum { ALL_BODIES = 256 * 1024 * 1024 };

enum { A_SECOND = 20, BURST = 100 };

struct lrs *lrs_open(struct workers *workers, const char *home)
{
    struct lrs *l = calloc(1, sizeof *l);
    char *copy = strdup(home);
    struct rate *rate = rate_open(A_SECOND, BURST), *enrolments = rate_open(A_SECOND, BURST);
    if (l == NULL || copy == NULL || rate == NULL || enrolments == NULL) {
        free(l);
        rate_close(rate);
        rate_close(enrolments);
        free(copy);
        return NULL;
    }
    l->workers = workers;
    l->home = copy;
    l->rate = rate;
    l->enrolments = enrolments;
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
    rate_close(l->enrolments);
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
           strncmp(path, "/results/", 9) == 0 || strcmp(path, "/logs") == 0 || strncmp(path, "/logs/", 6) == 0;
}

/* ---- a request comes ---- */

static void forget(struct request *request)
{
    struct exchange *x = (struct exchange *)(void *)request;
    atomic_fetch_sub(&x->lrs->bodies, x->counted);
    buf_free(&x->body);
    buf_free(&x->job.out);
    arena_close(x->arena);
    free(x);
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
    if (lrs_ask(x, path, method))
        return MHD_YES;
    lrs_refuse_large(x);
    x->refusal = MHD_HTTP_CONTENT_TOO_LARGE;
    return exchange_answer_refusal(x); /* before the body: the connection ends with it */
}

static void add_body(struct exchange *x, const char *bytes, size_t n)
{
    if (x->refusal != 0)
        return; /* it is read and forgotten, so that the answer arrives */
    if (x->body.len + n > x->most) {
        lrs_refuse_large(x);
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
    if (x->job.ask != NULL || x->job.passes)
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
    x->job.list = statements_read(x->arena, buf_text(&x->body), x->body.len, x->put ? lrs_argument(x, "statementId") : NULL,
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
        if (x->job.passes)
            return device_answer_results(x);
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
    return answer_about(x);
}
