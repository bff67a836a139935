#include "sync/serve/web_request.h"

#include "core/base/json.h"
#include "sync/serve/http.h"
#include "sync/serve/web_card.h"
#include "sync/serve/web_page.h"
#include "sync/serve/web_programme.h"
#include "sync/serve/web_quiz.h"

#include <sodium.h>
#include <string.h>
#include <sysexits.h>

static const char style[] =
#include "assets/web/crib.css.inc"
    ;
static const char html_type[] = "text/html; charset=utf-8", json_type[] = "application/json", css_type[] = "text/css; charset=utf-8";

/* ---- what is said ---- */

void web_refuse(struct web_request *q, unsigned status, const char *words)
{
    buf_clear(&q->body);
    q->status = status;
    if (q->route == WEB_SUGGEST) {
        struct json j = {.out = &q->body};
        q->type = json_type;
        json_open_object(&j, NULL);
        json_string(&j, "error", words);
        json_close_object(&j);
        buf_addc(&q->body, '\n');
        return;
    }
    q->type = html_type;
    web_page_problem(&q->body, status == MHD_HTTP_NOT_FOUND ? "Not here" : "This can't be shown", words);
}

static void refuse_error(struct web_request *q, const struct error *err)
{
    struct buf words = {0};
    unsigned status = MHD_HTTP_SERVICE_UNAVAILABLE;
    error_words(err, &words);
    if (err->code == EX_DATAERR)
        status = MHD_HTTP_BAD_REQUEST;
    else if (err->code == EX_NOINPUT || err->code == EX_UNAVAILABLE)
        status = MHD_HTTP_NOT_FOUND;
    /* Of what went wrong here, nobody outside is told the details. */
    web_refuse(q, status,
               status == MHD_HTTP_NOT_FOUND                    ? "There is no such module, programme, section or quiz."
               : status == MHD_HTTP_BAD_REQUEST && buf_ok(&words) ? buf_text(&words)
                                                               : "The channels can't be read just now.");
    buf_free(&words);
}

static bool answer_ask(struct web_request *q, struct web_reader *r, struct error *err)
{
    struct web_ask ask;
    const struct web_fields fields = {q->fields, q->field_count};
    bool card = q->route == WEB_EMBED;
    q->type = card ? html_type : json_type;
    return web_ask_read(&fields, card ? CARD_USUAL : ASK_USUAL, &ask, err) && web_reader_ready(r, err) &&
           (card ? web_card(r, q->arena, &ask, &q->body, err)
                 : web_suggest_json(r, q->arena, &ask, q->base, &q->body, err));
}

static bool answer_content(struct web_request *q, struct web_reader *r, struct error *err)
{
    struct web_content c = {0};
    const struct web_fields fields = {q->fields, q->field_count};
    q->type = html_type;
    if (!web_reader_ready(r, err))
        return false;
    if (q->route == WEB_CHANNELS)
        return web_page_channels(r, &q->body, err);
    if (q->route == WEB_MODULE && q->id[0] == '\0')
        return web_page_list(r, q->arena, q->channel, &fields, &q->body, err);
    if (q->route == WEB_PROGRAMME)
        return web_programme_page(r, q->arena, q->channel, q->id, &q->body, err);
    bool ok = web_content_open(r, q->arena, q->channel, q->id, &c, err);
    if (ok && q->route == WEB_QUIZ)
        ok = web_quiz(q->arena, &c, q->posts ? &fields : NULL, randombytes_random(), &q->body, err);
    else if (ok)
        ok = web_page_module(r, q->arena, &c, web_field(&fields, "section"), &q->body, err);
    web_content_close(&c);
    if (!ok && err->code == EX_DATAERR)
        err->code = EX_SOFTWARE; /* ours, not the asker's */
    return ok;
}

void web_answer(struct web_request *q, struct web_reader *r)
{
    struct error err = {0};
    bool ok = true;
    q->status = MHD_HTTP_OK;
    if (q->route == WEB_STYLE) {
        q->type = css_type;
        buf_add(&q->body, style, sizeof style - 1);
    } else {
        ok = q->route == WEB_SUGGEST || q->route == WEB_EMBED ? answer_ask(q, r, &err) : answer_content(q, r, &err);
    }
    if (!ok)
        refuse_error(q, &err);
    else if (!buf_ok(&q->body))
        web_refuse(q, MHD_HTTP_SERVICE_UNAVAILABLE, "There is no memory left for this.");
}

/* ---- how it is sent ---- */

static bool add(struct MHD_Response *r, const char *name, const char *value)
{
    return MHD_add_response_header(r, name, value) == MHD_YES;
}

static bool add_policy(const struct web_request *q, struct MHD_Response *r, struct strings origins)
{
    struct buf policy = {0};
    buf_adds(&policy, "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors");
    bool framed = q->route == WEB_EMBED && origins.count > 0;
    for (size_t i = 0; framed && i < origins.count; i++)
        buf_addf(&policy, " %s", origins.items[i]);
    if (!framed)
        buf_adds(&policy, " 'none'");
    bool ok = buf_ok(&policy) && add(r, "Content-Security-Policy", buf_text(&policy)) &&
              (framed || add(r, "X-Frame-Options", "DENY")) && add(r, "Cross-Origin-Opener-Policy", "same-origin");
    buf_free(&policy);
    return ok;
}

/* A program in a page of another site may read the answer where that site is one of those named. */
static bool add_sharing(const struct web_request *q, struct MHD_Response *r, struct strings origins)
{
    const char *origin = MHD_lookup_connection_value(q->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ORIGIN);
    return add(r, MHD_HTTP_HEADER_VARY, "Origin") && (origin == NULL || !strings_has(origins, origin) ||
           (add(r, "Access-Control-Allow-Origin", origin) && add(r, "Access-Control-Allow-Methods", "GET")));
}

static bool describe(const struct web_request *q, struct MHD_Response *r, const char *etag, struct strings origins)
{
    bool fine = q->status == MHD_HTTP_OK && !q->posts;
    return (!fine || add(r, MHD_HTTP_HEADER_ETAG, etag)) &&
           add(r, MHD_HTTP_HEADER_CACHE_CONTROL, fine && q->route != WEB_QUIZ ? "no-cache" : "no-store") &&
           (q->status != MHD_HTTP_SERVICE_UNAVAILABLE || add(r, MHD_HTTP_HEADER_RETRY_AFTER, "2")) &&
           (q->status != MHD_HTTP_METHOD_NOT_ALLOWED ||
            add(r, MHD_HTTP_HEADER_ALLOW, q->route == WEB_QUIZ ? "GET, HEAD, POST" : "GET, HEAD")) &&
           add(r, "X-Content-Type-Options", "nosniff") && add(r, "Referrer-Policy", "no-referrer") &&
           (q->route != WEB_SUGGEST || add_sharing(q, r, origins)) &&
           (q->type == NULL || add(r, MHD_HTTP_HEADER_CONTENT_TYPE, q->type)) &&
           (q->type != html_type || add_policy(q, r, origins));
}

enum MHD_Result web_send(struct web_request *q, struct strings origins)
{
    unsigned char hash[16];
    char etag[sizeof hash * 2 + 3] = "\"";
    (void)crypto_generichash(hash, sizeof hash, (const unsigned char *)buf_text(&q->body), q->body.len, NULL, 0);
    (void)sodium_bin2hex(etag + 1, sizeof etag - 2, hash, sizeof hash);
    etag[sizeof etag - 2] = '"';
    const char *known = MHD_lookup_connection_value(q->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_IF_NONE_MATCH);
    bool same = q->status == MHD_HTTP_OK && !q->posts && known != NULL && http_etag_listed(known, etag);
    struct MHD_Response *r =
        MHD_create_response_from_buffer(same ? 0 : q->body.len, (void *)(size_t)buf_text(&q->body), MHD_RESPMEM_MUST_COPY);
    bool ok = r != NULL && describe(q, r, etag, origins);
    enum MHD_Result done = ok ? MHD_queue_response(q->connection, same ? MHD_HTTP_NOT_MODIFIED : q->status, r) : MHD_NO;
    if (r != NULL)
        MHD_destroy_response(r);
    return done;
}
