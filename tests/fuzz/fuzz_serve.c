/* Any bytes: as a statement or a batch, as an erasure, as an enrolment's code, what a site answers to it and what roles and
 * sessions it says, as the parameters of a query of statements and of pages, as an origin, as a path, one of logs, too, and as the headers
 * of a conditional GET. */
#include "core/base/text.h"
#include "sync/serve/erasure.h"
#include "sync/serve/files.h"
#include "sync/serve/http.h"
#include "sync/serve/logs.h"
#include "sync/serve/lrs_query.h"
#include "sync/serve/statement.h"
#include "sync/serve/store.h"
#include "sync/serve/web_ask.h"
#include "sync/site/site.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* What is taken can be kept: it is JSON, has the terms that it had, and is the same as itself. */
static void check_statements(struct arena *a, const char *text, size_t n, enum xapi_version version)
{
    static const char authority[] = "{\"mbox\":\"mailto:a@example.com\"}";
    size_t count = 0;
    bool array;
    struct error err = {0};
    struct statement *list = statements_read(a, text, n, NULL, version, authority, &count, &array, &err);
    must(list != NULL || err.what[0] != '\0');
    for (size_t i = 0; list != NULL && i < count; i++) {
        struct statement again = {0};
        must(xapi_uuid(list[i].id));
        statement_stamp(&list[i], 1795435200123456);
        must(statement_terms(a, list[i].text, list[i].length, &again));
        must(again.count == list[i].count && strcmp(again.target, list[i].target) == 0);
        must(statements_agree(list[i].text, list[i].length, list[i].text, list[i].length));
    }
}

static void check_roles(struct strings roles)
{
    must(roles.count <= SITE_ROLES_MOST);
    for (size_t i = 0; i < roles.count; i++)
        must(roles.items[i][0] != '\0' && text_control(roles.items[i], strlen(roles.items[i])) == strlen(roles.items[i]));
}

/* What either side is told in an enrolment: a name for a file of credentials, ids for addresses, roles for a terminal. */
static void check_enrolment(struct arena *a, const char *text, size_t n)
{
    char code[CODE_SIZE];
    struct enrolment e;
    struct strings roles;
    if (statement_text_member(text, n, "code", code, sizeof code))
        must(strlen(code) < sizeof code);
    if (site_read_enrolment(a, text, n, &e, NULL)) {
        must(strpbrk(e.name, ":\r\n") == NULL && strpbrk(e.token, "\r\n") == NULL && e.count <= SITE_CHANNELS_MOST);
        for (size_t i = 0; i < e.count; i++)
            must(strpbrk(e.channels[i].id, "/?#% ") == NULL && e.channels[i].id[0] != '.');
        check_roles(e.roles);
    }
    if (site_read_roles(a, text, n, &roles, NULL))
        check_roles(roles);
    if (site_read_sessions(a, text, n, &roles)) {
        must(roles.count <= SITE_SESSIONS_MOST);
        check_roles(roles);
    }
}

/* What a page asks for can be shown, and put into a header or an address. */
static void check_ask(const struct parameter *list, size_t n)
{
    struct web_field fields[16];
    struct web_ask ask;
    for (size_t i = 0; i < n; i++)
        fields[i] = (struct web_field){list[i].name, list[i].value};
    if (!web_ask_read(&(struct web_fields){fields, n}, ASK_USUAL, &ask, NULL))
        return;
    must(ask.limit >= 1 && ask.limit <= ASK_MOST);
    const char *const texts[] = {ask.role, ask.stage, ask.code, ask.asset, ask.q};
    for (size_t i = 0; i < 5; i++)
        must(strlen(texts[i]) <= ASK_BYTES && text_control(texts[i], strlen(texts[i])) == strlen(texts[i]));
}

static void check_path(const char *text)
{
    const char *id = NULL;
    enum web_route route = web_route(text, &id);
    if (route >= WEB_MODULE)
        must(text[0] == '/' && text[1] != '/' && id > text && id <= text + strlen(text));
    struct logs_ask ask;
    if (logs_ask_read(text, &ask))
        must(ask.after >= 0 && strspn(text, "0123456789abcdefABCDEF/") == strlen(text));
    if (web_origin_valid(text))
        must(strpbrk(text, " ;,'\"\r\n*") == NULL);
}

static void check_query(struct arena *a, char *text)
{
    struct parameter list[16];
    size_t n = 0;
    for (char *at = text; at != NULL && n < 16; n++) {
        char *next = strchr(at, '&');
        if (next != NULL)
            *next++ = '\0';
        char *value = strchr(at, '=');
        if (value != NULL)
            *value++ = '\0';
        list[n] = (struct parameter){at, value != NULL ? value : ""};
        at = next;
    }
    check_ask(list, n);
    struct asked asked;
    if (!lrs_query(a, list, n, &asked, NULL))
        return;
    must(asked.query.count <= QUERY_TERMS && asked.query.limit >= 1 && asked.query.limit <= QUERY_LIMIT);
    struct buf more = {0};
    lrs_query_more(&more, list, n, 7);
    must(more.len > 0 && text_printable(more.data, more.len));
    buf_free(&more);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 65536)
        return 0;
    struct arena *a = arena_open();
    char *text = a != NULL ? arena_copy(a, (const char *)data, size) : NULL;
    must(text != NULL);
    check_statements(a, text, size, XAPI_1_0);
    check_statements(a, text, size, XAPI_2_0);
    struct uuid *ids;
    size_t asked = 0;
    if (erasure_read(a, text, size, &ids, &asked, NULL))
        must(asked > 0 && asked <= ERASURE_MOST);
    check_enrolment(a, text, size);
    uint64_t first = 0, count = 0;
    if (http_range(text, 1000, &first, &count) == HTTP_RANGE_PART)
        must(count > 0 && first < 1000 && count <= 1000 - first);
    (void)http_etag_listed(text, "\"a\"");
    check_path(text);
    if (files_kind(text) != FILES_NONE)
        must(strstr(text, "..") == NULL || strchr(text, '/') == strrchr(text, '/'));
    must(http_unescape(text) <= size);
    check_query(a, text);
    arena_close(a);
    return 0;
}
