#include "sync/channel/transfer.h"

#include "core/base/text.h"
#include "sync/channel/url.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum {
    STALL_S = 60,
    CONNECT_S = 30,
    MOST_TRIES = 4, /* of a transfer that breaks; one that got further may break as often again */
    MOST_REDIRECTS = 5,
    SMALL_PIECES = 1024, /* bytes read at once where there is a limit to keep */
};

/* ---- what comes ---- */

static void drop_bytes(struct transfer *t)
{
    t->bytes.len = 0;
    t->from = 0;
    if (t->part_fd >= 0 && (ftruncate(t->part_fd, 0) != 0 || lseek(t->part_fd, 0, SEEK_SET) != 0)) {
        close(t->part_fd);
        t->part_fd = -1;
    }
}

/* Whatever a server announces, no more than `most` is taken. */
static void announce(struct transfer *t)
{
    curl_off_t length = 0;
    if (t->announced || t->all->report == NULL)
        return;
    t->announced = true;
    if (curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length) == CURLE_OK && length > 0)
        t->all->report(t->all->report_context, t->source, 0,
                         (uint64_t)length < t->most ? (size_t)length : t->most);
}

/* At the first byte: does the answer go on where we asked? A server that has no ranges begins anew. */
static void begin(struct transfer *t)
{
    long status = 0;
    t->begun = true;
    if (t->from > 0 && !url_is_file(t->url) &&
        (curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK || status != 206))
        drop_bytes(t);
    announce(t);
}

/* Bytes of an answer that is an error's page are left unread. */
static bool wanted(const struct transfer *t)
{
    long status = 0;
    if (url_is_file(t->url))
        return true;
    return curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status >= 200 && status < 300;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *t = context;
    size_t n = size * count;
    if (!wanted(t))
        return n;
    if (!t->begun)
        begin(t);
    if (n > t->most - t->bytes.len) {
        t->too_large = true;
        return CURL_WRITEFUNC_ERROR;
    }
    buf_add(&t->bytes, bytes, n);
    /* A part that can't be written is no part; the transfer goes on. */
    if (t->part_fd >= 0 && write(t->part_fd, bytes, n) != (ssize_t)n) {
        close(t->part_fd);
        t->part_fd = -1;
    }
    t->all->received += n;
    if (t->all->report != NULL)
        t->all->report(t->all->report_context, t->source, n, 0);
    return buf_ok(&t->bytes) ? n : CURL_WRITEFUNC_ERROR;
}

/* "bytes 100-199/200": a range that begins elsewhere is not what was asked for. */
static bool range_fits(const struct transfer *t, const char *value)
{
    unsigned long long at = 0;
    return sscanf(value, " bytes %llu-", &at) == 1 && at == t->from;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *t = context;
    size_t n = size * count;
    char line[ETAG_MOST + 40];
    if (n >= 5 && strncasecmp(bytes, "HTTP/", 5) == 0)
        t->etag[0] = '\0'; /* of a redirect */
    if (n >= sizeof line)
        return n;
    memcpy(line, bytes, n);
    line[n] = '\0';
    if (strncasecmp(line, "ETag:", 5) == 0) {
        struct str value = str_trim(str_of(line + 5));
        if (value.n < sizeof t->etag && text_printable(value.p, value.n)) {
            memcpy(t->etag, value.p, value.n);
            t->etag[value.n] = '\0';
        }
    } else if (strncasecmp(line, "Date:", 5) == 0) {
        time_t date = curl_getdate(line + 5, NULL);
        t->date_ms = date > 0 ? (int64_t)date * 1000 : 0;
    } else if (strncasecmp(line, "Content-Range:", 14) == 0 && !range_fits(t, line + 14)) {
        t->unfit = true;
        return CURL_WRITEFUNC_ERROR;
    }
    return n;
}

/* ---- asking ---- */

static bool add_header(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (longer != NULL)
        *list = longer;
    return longer != NULL;
}

static bool set_headers(struct transfer *t)
{
    bool ok = add_header(&t->headers, "Accept:") && (t->given == NULL || add_header(&t->headers, t->given));
    if (ok && t->source->authorization != NULL) {
        struct buf line = {0};
        buf_addf(&line, "Authorization: %s", t->source->authorization);
        ok = buf_ok(&line) && add_header(&t->headers, buf_text(&line));
        buf_free(&line);
    }
    return ok;
}

/* A redirect never leads from https to http, nor from the network into this machine's files. */
static bool set_protocols(struct transfer *t)
{
    bool https = strncasecmp(t->url, "https:", 6) == 0, file = url_is_file(t->url);
    return curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, https ? "https" : file ? "file" : "http") == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_REDIR_PROTOCOLS_STR, https || file ? "https" : "http,https") == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_FOLLOWLOCATION, file ? 0L : 1L) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_MAXREDIRS, (long)MOST_REDIRECTS) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_UNRESTRICTED_AUTH, 0L) == CURLE_OK;
}

static bool set_patience(struct transfer *t)
{
    return curl_easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_LOW_SPEED_TIME, (long)STALL_S) == CURLE_OK &&
           (t->all->limit_rate == 0 || curl_easy_setopt(t->easy, CURLOPT_BUFFERSIZE, (long)SMALL_PIECES) == CURLE_OK);
}

static bool set_callbacks(struct transfer *t, void *private)
{
    return curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_PRIVATE, private) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->failure) == CURLE_OK;
}

static bool set_up(struct transfer *t, void *private)
{
    return (t->easy = curl_easy_init()) != NULL && set_headers(t) &&
           curl_easy_setopt(t->easy, CURLOPT_URL, t->url) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_USERAGENT, "crib/" CRIB_VERSION) == CURLE_OK &&
           (t->source->authorization != NULL ||
            curl_easy_setopt(t->easy, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL) == CURLE_OK) &&
           (t->source->ca[0] == '\0' || curl_easy_setopt(t->easy, CURLOPT_CAINFO, t->source->ca) == CURLE_OK) &&
           set_protocols(t) && set_patience(t) && set_callbacks(t, private);
}

/* What an earlier run left of it. */
static void open_part(struct transfer *t)
{
    struct stat st;
    if (t->part == NULL)
        return;
    t->part_fd = open(t->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (t->part_fd < 0 || fstat(t->part_fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0)
        return;
    size_t n = (size_t)st.st_size;
    if (n >= t->most || !buf_reserve(&t->bytes, n) || read(t->part_fd, t->bytes.data, n) != (ssize_t)n) {
        drop_bytes(t);
        return;
    }
    t->bytes.len = n;
    t->bytes.data[n] = '\0';
}

bool transfer_open(struct transfer *t, struct transfers_all *all, const struct fetch_file *request, void *private)
{
    *t = (struct transfer){.all = all, .source = request->source, .most = request->most, .part_fd = -1};
    struct buf url = {0}, given = {0};
    buf_adds(&url, request->source->url);
    url_escape(&url, request->path);
    bool conditional = request->etag != NULL && request->etag[0] != '\0';
    if (conditional)
        buf_addf(&given, "If-None-Match: %s", request->etag);
    bool ok = buf_ok(&url) && buf_ok(&given) && (t->url = strdup(buf_text(&url))) != NULL &&
              (!conditional || (t->given = strdup(buf_text(&given))) != NULL) &&
              (request->part == NULL || (t->part = strdup(request->part)) != NULL);
    buf_free(&url);
    buf_free(&given);
    if (ok)
        open_part(t);
    return ok && set_up(t, private);
}

void transfer_close(struct transfer *t)
{
    curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->headers);
    if (t->part_fd >= 0)
        close(t->part_fd);
    buf_free(&t->bytes);
    free(t->url);
    free(t->part);
    free(t->given);
}

bool transfer_begin(struct transfer *t)
{
    char range[40];
    t->from = t->bytes.len;
    t->begun = t->too_large = t->unfit = false;
    t->failure[0] = t->etag[0] = '\0';
    t->tries++;
    if (t->part_fd >= 0 && lseek(t->part_fd, (off_t)t->from, SEEK_SET) < 0)
        drop_bytes(t);
    snprintf(range, sizeof range, "%zu-", t->from);
    return curl_easy_setopt(t->easy, CURLOPT_RANGE, t->from > 0 ? range : NULL) == CURLE_OK;
}

/* ---- how it ended ---- */

static bool broke(const struct transfer *t, CURLcode code)
{
    curl_off_t connected = 0;
    if (code == CURLE_OPERATION_TIMEDOUT &&
        (curl_easy_getinfo(t->easy, CURLINFO_CONNECT_TIME_T, &connected) != CURLE_OK || connected == 0))
        return false; /* nobody is there */
    return code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR ||
           code == CURLE_GOT_NOTHING || code == CURLE_OPERATION_TIMEDOUT || code == CURLE_HTTP2 ||
           code == CURLE_HTTP2_STREAM;
}

static long status_of(const struct transfer *t)
{
    long status = 0;
    (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

bool transfer_again(struct transfer *t, CURLcode code)
{
    bool further = t->bytes.len > t->from;
    if (t->unfit || (status_of(t) == 416 && t->from > 0))
        drop_bytes(t);
    else if (!broke(t, code))
        return false;
    else if (further)
        t->tries = 1;
    return t->tries < MOST_TRIES;
}

static bool offline(const struct transfer *t, CURLcode code)
{
    return code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY ||
           code == CURLE_OPERATION_TIMEDOUT || broke(t, code);
}

static enum fetch_outcome judge(const struct transfer *t, CURLcode code, struct error *err)
{
    long status = status_of(t);
    char why[300];
    const char *said = t->failure[0] != '\0' ? t->failure : curl_easy_strerror(code);
    if (t->too_large)
        error_set(err, EX_DATAERR, "refused what came", t->url, "it is larger than announced", "tell the publisher");
    else if (code == CURLE_FILE_COULDNT_READ_FILE || code == CURLE_REMOTE_FILE_NOT_FOUND || status == 404 || status == 410) {
        error_set(err, EX_NOINPUT, "there is no such file", t->url, NULL, "is the address right? Else ask who publishes it");
        return FETCH_MISSING;
    } else if (code != CURLE_OK)
        error_set(err, offline(t, code) ? EX_TEMPFAIL : EX_UNAVAILABLE, "cannot fetch", t->url, said,
                  offline(t, code) ? "what is installed stays; try again with a network" : NULL);
    else if (status == 304 && t->given != NULL)
        return FETCH_SAME;
    else if (status == 401 || status == 403)
        error_set(err, EX_NOPERM, "not allowed to fetch", t->url,
                  status == 401 ? "the server asks for credentials" : "the server refuses",
                  "give --credentials FILE with `crib channel add`, or an entry in ~/.netrc");
    else if (!url_is_file(t->url) && (status < 200 || status > 299)) {
        snprintf(why, sizeof why, "the server answers %ld", status);
        error_set(err, status == 429 || status >= 500 ? EX_TEMPFAIL : EX_UNAVAILABLE, "cannot fetch", t->url, why,
                  status >= 500 ? "try again later" : "check the URL");
    } else
        return FETCH_WHOLE;
    return FETCH_FAILED;
}

enum fetch_outcome transfer_end(struct transfer *t, CURLcode code, struct error *err)
{
    enum fetch_outcome outcome = judge(t, code, err);
    /* What came whole, or will never fit, is no part any more. */
    if (t->part != NULL && (outcome != FETCH_FAILED || t->too_large || t->bytes.len == 0))
        (void)unlink(t->part);
    return outcome;
}
