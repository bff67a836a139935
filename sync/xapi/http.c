#include "sync/xapi/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct http {
    CURL *easy;
    char *endpoint, *ca, *socket;
    char *authorization; /* the whole header, or NULL */
    const char *version, *content;
    long stall_s;
    bool started; /* libcurl's own set-up was made for us */
};

struct http *http_open(const char *endpoint, const char *authorization, const char *ca, long stall_s, struct error *err)
{
    struct http *h = calloc(1, sizeof *h);
    bool ok = h != NULL && (h->started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    ok = ok && (h->endpoint = strdup(endpoint)) != NULL && (h->ca = strdup(ca)) != NULL && (h->easy = curl_easy_init()) != NULL;
    if (ok && authorization != NULL) {
        size_t size = strlen(authorization) + sizeof "Authorization: ";
        h->authorization = malloc(size);
        ok = h->authorization != NULL;
        if (ok)
            snprintf(h->authorization, size, "Authorization: %s", authorization);
    }
    if (!ok) {
        http_close(h);
        error_memory(err);
        return NULL;
    }
    h->stall_s = stall_s;
    return h;
}

void http_close(struct http *h)
{
    if (h == NULL)
        return;
    curl_easy_cleanup(h->easy);
    if (h->started)
        curl_global_cleanup();
    free(h->authorization);
    free(h->endpoint);
    free(h->ca);
    free(h->socket);
    free(h);
}

void http_version(struct http *h, const char *version)
{
    h->version = version;
}

void http_content(struct http *h, const char *type)
{
    h->content = type;
}

bool http_socket(struct http *h, const char *path, struct error *err)
{
    free(h->socket);
    h->socket = strdup(path);
    return h->socket != NULL || error_memory(err);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct http_response *r = context;
    size_t n = size * count;
    if (n > HTTP_BODY_MOST - r->body.len)
        return 0;
    buf_add(&r->body, bytes, n);
    return buf_ok(&r->body) ? n : 0;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    struct http_response *r = context;
    size_t n = size * count;
    char value[80];
    if (n > 5 && n < sizeof value && strncasecmp(bytes, "Date:", 5) == 0) {
        memcpy(value, bytes + 5, n - 5);
        value[n - 5] = '\0';
        time_t at = curl_getdate(value, NULL);
        r->date_ms = at > 0 ? (int64_t)at * 1000 : 0;
    }
    return n;
}

static bool set_up(struct http *h, const char *url, struct curl_slist *headers, const char *body, size_t len,
                   struct http_response *response, char *failure)
{
    CURL *c = h->easy;
    curl_easy_reset(c);
    bool ok = curl_easy_setopt(c, CURLOPT_URL, url) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, h->stall_s) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, h->stall_s) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_USERAGENT, "crib/" CRIB_VERSION) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_WRITEDATA, response) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_HEADERDATA, response) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_ERRORBUFFER, failure) == CURLE_OK;
    if (ok && h->ca[0] != '\0')
        ok = curl_easy_setopt(c, CURLOPT_CAINFO, h->ca) == CURLE_OK;
    if (ok && h->socket != NULL)
        ok = curl_easy_setopt(c, CURLOPT_UNIX_SOCKET_PATH, h->socket) == CURLE_OK && curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK;
    else if (ok && h->authorization == NULL)
        ok = curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL) == CURLE_OK;
    if (ok && body != NULL)
        ok = curl_easy_setopt(c, CURLOPT_POST, 1L) == CURLE_OK &&
             curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len) == CURLE_OK &&
             curl_easy_setopt(c, CURLOPT_POSTFIELDS, body) == CURLE_OK;
    return ok;
}

static void perform(struct http *h, struct http_response *response, const char *failure)
{
    CURLcode code = curl_easy_perform(h->easy);
    curl_off_t wait = 0;
    if (code == CURLE_OK) {
        curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &response->status);
        curl_easy_getinfo(h->easy, CURLINFO_RETRY_AFTER, &wait);
    } else {
        snprintf(response->failure, sizeof response->failure, "%s", failure[0] != '\0' ? failure : curl_easy_strerror(code));
    }
    response->retry_after_s = wait > 0 && wait < 1000000 ? (long)wait : 0;
}

static bool add_header(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (longer != NULL)
        *list = longer;
    return longer != NULL;
}

bool http_request(struct http *h, const char *path, const char *body, size_t len, struct http_response *response,
                  struct error *err)
{
    char failure[CURL_ERROR_SIZE] = "", version[60], content[60];
    struct buf url = {0};
    struct curl_slist *headers = NULL;
    buf_clear(&response->body);
    *response = (struct http_response){.body = response->body};
    buf_addf(&url, "%s%s", h->endpoint, path);
    snprintf(version, sizeof version, "X-Experience-API-Version: %s", h->version != NULL ? h->version : "1.0.3");
    snprintf(content, sizeof content, "Content-Type: %s", h->content != NULL ? h->content : "application/json");
    /* No `Expect: 100-continue`: a second of waiting for servers that never heard of it. */
    bool ok = buf_ok(&url) && add_header(&headers, version) && add_header(&headers, "Expect:") &&
              add_header(&headers, "Accept: application/json") &&
              (body == NULL || add_header(&headers, content)) &&
              (h->authorization == NULL || add_header(&headers, h->authorization)) &&
              set_up(h, buf_text(&url), headers, body, len, response, failure);
    if (ok)
        perform(h, response, failure);
    curl_slist_free_all(headers);
    buf_free(&url);
    return ok || error_memory(err);
}

bool http_busy(long status)
{
    return status == 429 || status == 503;
}
