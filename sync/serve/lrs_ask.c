#include "sync/serve/lrs_ask.h"

#include "core/base/clock.h"
#include "sync/serve/address.h"
#include "sync/serve/connections.h"
#include "sync/serve/credentials.h"
#include "sync/serve/device.h"
#include "sync/serve/http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A body has BODY_MS, and a second more for each kilobyte: the slowest line that is of use. */
enum { BODY_MS = 30000, MS_A_KILOBYTE = 1000 };

/* libmicrohttpd's own look-up takes StatementId for statementId, the specification does not. */
const char *lrs_argument(const struct exchange *x, const char *name)
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
    const char *why = NULL;
    unsigned refused = credentials_read(x->lrs->workers, x->arena, x->connection, &x->client, &x->name, &why);
    if (refused != 0)
        exchange_refuse(x, refused, why);
    else
        slow_down(x, x->client.reads_all ? 0 : x->client.id);
}

/* A form in a page of another site can post text, but no JSON without being asked first. */
static void want_json(struct exchange *x)
{
    if (!http_is_json(exchange_header(x, MHD_HTTP_HEADER_CONTENT_TYPE)))
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
    if (x->job.writes && !http_is_json(exchange_header(x, MHD_HTTP_HEADER_CONTENT_TYPE)))
        exchange_refuse(x, MHD_HTTP_BAD_REQUEST, "the Content-Type has to be application/json: attachments' content is not kept here");
    const char *id = lrs_argument(x, "statementId");
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
    if (!rate_take(x->lrs->enrolments, address_number(x->connection), clock_monotonic_ms()))
        exchange_refuse(x, MHD_HTTP_TOO_MANY_REQUESTS, "so many requests a second are too many");
    if (strcmp(method, MHD_HTTP_METHOD_POST) != 0)
        exchange_refuse(x, MHD_HTTP_METHOD_NOT_ALLOWED, "a code is posted");
    want_json(x);
}

static void want_reading(struct exchange *x, const char *method)
{
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        exchange_refuse(x, MHD_HTTP_METHOD_NOT_ALLOWED, "this is for GET and HEAD");
}

static void check_asked(struct exchange *x, const char *method)
{
    read_client(x);
    want_reading(x, method);
    x->phase = PHASE_READY;
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

void lrs_refuse_large(struct exchange *x)
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

bool lrs_ask(struct exchange *x, const char *path, const char *method)
{
    if (strcmp(path, "/xapi/about") == 0) {
        read_version(x, false);
        want_reading(x, method);
        x->phase = PHASE_READY;
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
        x->job.passes = true;
        x->job.after = strtoll(path + 9, NULL, 10);
        read_client(x);
        want_reading(x, method);
        check_shared(x);
    } else {
        read_version(x, true);
        exchange_refuse(x, MHD_HTTP_NOT_FOUND, "there is no such resource");
    }
    return expect_body(x);
}
