#include "sync/serve/exchange.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

const char *exchange_header(struct exchange *x, const char *name)
{
    return MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name);
}

static bool add_headers(struct exchange *x, struct MHD_Response *r, const char *type)
{
    char moment[XAPI_TIME_SIZE];
    xapi_time_text(workers_consistent(x->lrs->workers), moment);
    return MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type) == MHD_YES &&
           MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, x->kept ? "private, no-cache" : "no-store") == MHD_YES &&
           MHD_add_response_header(r, "X-Experience-API-Version", x->version == XAPI_2_0 ? "2.0.0" : "1.0.3") == MHD_YES &&
           MHD_add_response_header(r, "X-Experience-API-Consistent-Through", moment) == MHD_YES;
}

enum MHD_Result exchange_answer(struct exchange *x, unsigned status, const char *type, const char *text, size_t n,
                                const char *name, const char *value)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(n, (void *)(size_t)text, MHD_RESPMEM_MUST_COPY);
    if (r == NULL)
        return MHD_NO;
    bool ok = add_headers(x, r, type) && (name == NULL || MHD_add_response_header(r, name, value) == MHD_YES);
    enum MHD_Result done = ok ? MHD_queue_response(x->connection, status, r) : MHD_NO;
    MHD_destroy_response(r);
    return done;
}

enum MHD_Result exchange_answer_refusal(struct exchange *x)
{
    char text[sizeof x->why + 2];
    int n = snprintf(text, sizeof text, "%s\n", x->why);
    const char *name = NULL, *value = NULL;
    if (x->refusal == MHD_HTTP_UNAUTHORIZED) {
        name = MHD_HTTP_HEADER_WWW_AUTHENTICATE;
        value = "Basic realm=\"crib\", charset=\"UTF-8\"";
    } else if (x->refusal == MHD_HTTP_TOO_MANY_REQUESTS) {
        name = MHD_HTTP_HEADER_RETRY_AFTER;
        value = "1";
    } else if (x->refusal == MHD_HTTP_SERVICE_UNAVAILABLE) {
        name = MHD_HTTP_HEADER_RETRY_AFTER;
        value = "5";
    } else if (x->refusal == MHD_HTTP_METHOD_NOT_ALLOWED) {
        name = MHD_HTTP_HEADER_ALLOW;
        value = "GET, HEAD, PUT, POST";
    }
    return exchange_answer(x, x->refusal, "text/plain; charset=utf-8", text, (size_t)n, name, value);
}

void exchange_refuse(struct exchange *x, unsigned status, const char *why)
{
    if (x->refusal != 0)
        return;
    x->refusal = status;
    snprintf(x->why, sizeof x->why, "%s", why);
}

void exchange_refuse_error(struct exchange *x, const struct error *err)
{
    char why[sizeof x->why];
    snprintf(why, sizeof why, "%s%s%s%s%s", err->what, err->where[0] != '\0' ? ": " : "", err->where,
             err->why[0] != '\0' ? ": " : "", err->why);
    exchange_refuse(x, err->code == EX_DATAERR ? MHD_HTTP_BAD_REQUEST : MHD_HTTP_SERVICE_UNAVAILABLE, why);
}

enum MHD_Result exchange_answer_out(struct exchange *x, struct buf *out)
{
    enum MHD_Result done =
        buf_ok(out) ? exchange_answer(x, MHD_HTTP_OK, "application/json", buf_text(out), out->len, NULL, NULL) : MHD_NO;
    buf_free(out);
    return done;
}
