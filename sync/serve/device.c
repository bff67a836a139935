#include "sync/serve/device.h"

#include "core/base/hex.h"
#include "core/base/json.h"
#include "sync/serve/http.h"
#include "sync/serve/rooms.h"
#include "sync/serve/notices.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { ETAG_HALF = 12 };

bool device_prepare(struct exchange *x, struct error *err)
{
    char digits[2 * BOX_KEY + 1];
    char *code = arena_alloc(x->arena, CODE_SIZE), *chosen = arena_alloc(x->arena, TOKEN_SIZE);
    if (code == NULL || chosen == NULL)
        return error_memory(err);
    const char *text = buf_text(&x->body);
    if (!statement_text_member(text, x->body.len, "code", code, CODE_SIZE))
        return error_set(err, EX_DATAERR, "not an enrolment", NULL, "it is {\"code\": \"...\"}", NULL);
    x->job.code = code;
    if (statement_text_member(text, x->body.len, "token", chosen, TOKEN_SIZE))
        x->job.chosen = chosen;
    if (statement_text_member(text, x->body.len, "box", digits, sizeof digits)) {
        unsigned char *box = arena_alloc(x->arena, BOX_KEY);
        if (box == NULL)
            return error_memory(err);
        if (!hex_read(digits, box, BOX_KEY))
            return error_set(err, EX_DATAERR, "not an enrolment", NULL, "its key is none", NULL);
        x->job.box = box;
    }
    return x->job.chosen == NULL || token_fits(chosen) ||
           error_set(err, EX_DATAERR, "not an enrolment", NULL, "its token is none", NULL);
}

static bool add_roles(struct exchange *x, struct json *j, const char *name, bool sessions)
{
    struct strings roles;
    struct error err = {0};
    if (!workers_roles(x->lrs->workers, x->arena, name, &roles, &err)) {
        exchange_refuse_error(x, &err);
        return false;
    }
    json_strings(j, "roles", roles);
    if (sessions && x->lrs->rooms != NULL)
        rooms_on(x->lrs->rooms, roles, j);
    return true;
}

/* Whose it is; or, of one that many share, the keys by which their list comes. */
static void add_people(struct exchange *x, struct json *j)
{
    const char *account, *site, *badges;
    struct error err = {0};
    if (!workers_account(x->lrs->workers, x->arena, x->job.name, &account, &err))
        return;
    if (account[0] != '\0') {
        json_string(j, "account", account);
        return;
    }
    if (!workers_people_told(x->lrs->workers, x->arena, x->job.name, &site, &badges, &err) || site == NULL)
        return;
    json_open_object(j, "people");
    json_string(j, "site", site);
    json_string(j, "badges", badges);
    json_close_object(j);
}

/* The token counts, whatever becomes of the roles: they are asked for again. */
enum MHD_Result device_answer_enrolled(struct exchange *x)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    notices_enrolled(x->job.name);
    json_open_object(&j, NULL);
    json_string(&j, "name", x->job.name);
    json_string(&j, "token", x->job.token);
    json_string(&j, "home", x->lrs->home);
    (void)add_roles(x, &j, x->job.name, false);
    add_people(x, &j);
    json_open_array(&j, "channels");
    for (size_t i = 0; i < x->lrs->offered_count; i++) {
        json_open_object(&j, NULL);
        json_string(&j, "id", x->lrs->offered[i].id);
        if (x->lrs->offered[i].key[0] != '\0')
            json_string(&j, "key", x->lrs->offered[i].key);
        json_close_object(&j);
    }
    json_close_array(&j);
    json_close_object(&j);
    return exchange_answer_out(x, &out);
}

/* The bytes' hash: the same roles give the same tag, after a restart too. */
static void tag_of(const struct buf *text, char etag[2 * ETAG_HALF + 3])
{
    unsigned char hash[crypto_generichash_BYTES];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)buf_text(text), text->len, NULL, 0);
    etag[0] = '"';
    sodium_bin2hex(etag + 1, 2 * ETAG_HALF + 1, hash, ETAG_HALF);
    etag[2 * ETAG_HALF + 1] = '"';
    etag[2 * ETAG_HALF + 2] = '\0';
}

enum MHD_Result device_answer_roles(struct exchange *x)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    char etag[2 * ETAG_HALF + 3];
    json_open_object(&j, NULL);
    bool ok = add_roles(x, &j, x->name, true);
    json_close_object(&j);
    if (!ok) {
        buf_free(&out);
        return exchange_answer_refusal(x);
    }
    tag_of(&out, etag);
    x->kept = true;
    const char *known = exchange_header(x, MHD_HTTP_HEADER_IF_NONE_MATCH);
    bool same = known != NULL && http_etag_listed(known, etag);
    enum MHD_Result done =
        !buf_ok(&out) ? MHD_NO
                      : exchange_answer(x, same ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, "application/json",
                                        same ? "" : buf_text(&out), same ? 0 : out.len, MHD_HTTP_HEADER_ETAG, etag);
    buf_free(&out);
    return done;
}

static enum MHD_Result answer_reader(struct exchange *x)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    struct site_person *people;
    size_t count;
    struct error err = {0};
    if (!workers_people(x->lrs->workers, x->arena, &people, &count, &err)) {
        exchange_refuse_error(x, &err);
        return exchange_answer_refusal(x);
    }
    json_open_object(&j, NULL);
    json_open_array(&j, "learners");
    for (size_t i = 0; i < count; i++) {
        if (people[i].gone)
            continue;
        json_open_object(&j, NULL);
        json_string(&j, "name", people[i].name);
        json_string(&j, "account", people[i].account);
        json_strings(&j, "roles", people[i].roles);
        json_close_object(&j);
    }
    json_close_array(&j);
    json_close_object(&j);
    return exchange_answer_out(x, &out);
}

enum MHD_Result device_answer_learners(struct exchange *x)
{
    if (x->client.reads_all)
        return answer_reader(x);
    struct buf out = {0};
    struct error err = {0};
    int64_t version = 0;
    char etag[32];
    bool ok = workers_people_version(x->lrs->workers, x->arena, &version, &err);
    snprintf(etag, sizeof etag, "\"l%lld\"", (long long)version);
    const char *known = exchange_header(x, MHD_HTTP_HEADER_IF_NONE_MATCH);
    bool same = version > 0 && known != NULL && http_etag_listed(known, etag);
    ok = ok && (same || workers_people_for(x->lrs->workers, x->arena, x->name, &out, &err));
    if (!ok)
        exchange_refuse_error(x, &err);
    else if (!same && out.len == 0)
        exchange_refuse(x, MHD_HTTP_NOT_FOUND, "there is no list of learners, or this device told no key when it enrolled");
    if (x->refusal != 0) {
        buf_free(&out);
        return exchange_answer_refusal(x);
    }
    x->kept = true;
    enum MHD_Result done = exchange_answer(x, same ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, "application/octet-stream",
                                           same ? "" : buf_text(&out), out.len, MHD_HTTP_HEADER_ETAG, etag);
    buf_free(&out);
    return done;
}

enum MHD_Result device_answer_results(struct exchange *x)
{
    const struct buf *out = &x->job.out;
    if (out->len == 0) {
        exchange_refuse(x, MHD_HTTP_NOT_FOUND, "this device told no key when it enrolled");
        return exchange_answer_refusal(x);
    }
    return exchange_answer(x, MHD_HTTP_OK, "application/octet-stream", buf_text(out), out->len, NULL, NULL);
}

enum MHD_Result device_answer_logs(struct exchange *x)
{
    const struct buf *out = &x->job.out;
    if (!x->job.told) {
        exchange_refuse(x, MHD_HTTP_NOT_FOUND, "this device told no key when it enrolled");
        return exchange_answer_refusal(x);
    }
    return exchange_answer(x, out->len > 0 ? MHD_HTTP_OK : MHD_HTTP_NO_CONTENT, "application/octet-stream", buf_text(out), out->len, NULL, NULL);
}

enum MHD_Result device_answer_handed_in(struct exchange *x)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    if (x->job.log == LOG_UNTOLD)
        exchange_refuse(x, MHD_HTTP_NOT_FOUND, "this device told no key when it enrolled");
    else if (x->job.log == LOG_OTHERS)
        exchange_refuse(x, MHD_HTTP_FORBIDDEN, "the log is another device's, which was not revoked");
    else if (x->job.log == LOG_TOO_MANY)
        exchange_refuse(x, MHD_HTTP_FORBIDDEN, "this device began too many logs: its record is taken for a copy again and again");
    else if (x->job.log == LOG_DIFFERS)
        exchange_refuse(x, MHD_HTTP_BAD_REQUEST, "the log that is here is another one: it does not go on so");
    if (x->refusal != 0)
        return exchange_answer_refusal(x);
    json_open_object(&j, NULL);
    json_int(&j, "last", (int64_t)x->job.last);
    json_close_object(&j);
    unsigned status = x->job.log == LOG_TAKEN ? MHD_HTTP_OK : MHD_HTTP_CONFLICT;
    enum MHD_Result done = buf_ok(&out) ? exchange_answer(x, status, "application/json", buf_text(&out), out.len, NULL, NULL) : MHD_NO;
    buf_free(&out);
    return done;
}
