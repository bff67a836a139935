#include "sync/serve/lrs_query.h"

#include "core/base/iri.h"
#include "core/record/event.h"
#include "sync/xapi/value.h"

#include <jansson.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct arena *arena;
    struct asked *out;
    const char *agent, *verb, *activity, *registration;
    bool related_agents, related_activities, filtered;
    int64_t from;
    struct error *err;
};

static bool refuse(const struct reading *r, const char *name, const char *why)
{
    return error_set(r->err, EX_DATAERR, "not a query", name, why, NULL);
}

static bool yes_or_no(const struct reading *r, const char *name, const char *value, bool *to)
{
    *to = strcmp(value, "true") == 0;
    return *to || strcmp(value, "false") == 0 || refuse(r, name, "it is true or false");
}

static bool whole(const char *text, int64_t *to)
{
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    *to = n;
    return errno == 0 && text[0] >= '0' && text[0] <= '9' && *end == '\0';
}

static bool id(struct reading *r, const char *name, const char *value, bool voided)
{
    if (r->out->query.id != NULL)
        return refuse(r, name, "one id is asked for at a time");
    if (!xapi_uuid(value))
        return refuse(r, name, "it has to be a UUID");
    r->out->query.id = value;
    r->out->query.voided = voided;
    return true;
}

static bool agent(struct reading *r, const char *value)
{
    json_t *v = json_loads(value, JSON_REJECT_DUPLICATES, NULL);
    bool ok = v != NULL && statement_check_agent(v, NULL);
    if (ok)
        r->agent = statement_agent_key(r->arena, v);
    json_decref(v);
    return ok ? r->agent != NULL || error_memory(r->err) : refuse(r, "agent", "it has to be an agent or an identified group");
}

static bool format(const struct reading *r, const char *value)
{
    r->out->ids = strcmp(value, "ids") == 0;
    return r->out->ids || strcmp(value, "exact") == 0 ||
           refuse(r, "format", "statements are given exact or as ids, not canonical");
}

static bool registration(struct reading *r, const char *value)
{
    struct uuid id;
    char small[UUID_TEXT];
    if (!uuid_parse(value, &id))
        return refuse(r, "registration", "it has to be a UUID");
    uuid_text(&id, small);
    r->registration = arena_printf(r->arena, "r%s", small);
    return r->registration != NULL || error_memory(r->err);
}

static bool iri(struct reading *r, const char *name, const char *value, char kind, const char **to)
{
    if (!iri_valid(value))
        return refuse(r, name, "it has to be an IRI");
    *to = arena_printf(r->arena, "%c%s", kind, value);
    return *to != NULL || error_memory(r->err);
}

static bool take(struct reading *r, const char *name, const char *value)
{
    struct query *q = &r->out->query;
    if (strcmp(name, "statementId") == 0)
        return id(r, name, value, false);
    if (strcmp(name, "voidedStatementId") == 0)
        return id(r, name, value, true);
    if (strcmp(name, "format") == 0)
        return format(r, value);
    if (strcmp(name, "attachments") == 0)
        return yes_or_no(r, name, value, &r->out->attachments);
    r->filtered = true;
    if (strcmp(name, "agent") == 0)
        return agent(r, value);
    if (strcmp(name, "verb") == 0)
        return iri(r, name, value, 'v', &r->verb);
    if (strcmp(name, "activity") == 0)
        return iri(r, name, value, 'i', &r->activity);
    if (strcmp(name, "registration") == 0)
        return registration(r, value);
    if (strcmp(name, "related_agents") == 0)
        return yes_or_no(r, name, value, &r->related_agents);
    if (strcmp(name, "related_activities") == 0)
        return yes_or_no(r, name, value, &r->related_activities);
    if (strcmp(name, "ascending") == 0)
        return yes_or_no(r, name, value, &q->ascending);
    if (strcmp(name, "since") == 0)
        return xapi_timestamp(value, &q->after) || refuse(r, name, "it has to be an ISO 8601 date and time");
    if (strcmp(name, "until") == 0)
        return xapi_timestamp(value, &q->until) || refuse(r, name, "it has to be an ISO 8601 date and time");
    if (strcmp(name, "from") == 0)
        return whole(value, &r->from) || refuse(r, name, "it is a place in an earlier answer");
    int64_t limit;
    if (strcmp(name, "limit") != 0)
        return refuse(r, name, "there is no such parameter");
    if (!whole(value, &limit))
        return refuse(r, name, "it has to be a whole number");
    q->limit = limit == 0 || limit > QUERY_LIMIT ? QUERY_LIMIT : (size_t)limit;
    return true;
}

static void filter(struct query *q, const char *text, bool broad)
{
    if (text != NULL)
        q->terms[q->count++] = (struct term){text, broad};
}

bool lrs_query(struct arena *a, const struct parameter *list, size_t count, struct asked *out, struct error *err)
{
    struct reading r = {.arena = a, .out = out, .err = err};
    *out = (struct asked){.query = {.after = INT64_MIN, .until = INT64_MAX, .limit = QUERY_LIMIT}};
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++)
            if (strcmp(list[k].name, list[i].name) == 0)
                return refuse(&r, list[i].name, "it stands twice");
        if (!take(&r, list[i].name, list[i].value))
            return false;
    }
    struct query *q = &out->query;
    if (q->id != NULL && r.filtered)
        return refuse(&r, "statementId", "it goes with format and attachments alone");
    /* The rarest first: it drives the search. */
    filter(q, r.registration, false);
    filter(q, r.agent, r.related_agents);
    filter(q, r.activity, r.related_activities);
    filter(q, r.verb, false);
    if (r.from > 0 && q->ascending && r.from > q->after)
        q->after = r.from;
    else if (r.from > 0 && !q->ascending && r.from <= q->until)
        q->until = r.from - 1;
    return true;
}

static void add_escaped(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || strchr("-._~", c) != NULL)
            buf_addc(out, *text);
        else
            buf_addf(out, "%%%02X", c);
    }
}

void lrs_query_text(struct buf *out, const struct parameter *list, size_t count)
{
    size_t before = out->len;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i].name, "from") == 0)
            continue;
        buf_adds(out, out->len > before ? "&" : "");
        add_escaped(out, list[i].name);
        buf_addc(out, '=');
        add_escaped(out, list[i].value);
    }
}

void lrs_query_more(struct buf *out, const struct parameter *list, size_t count, int64_t stored)
{
    size_t before = out->len;
    lrs_query_text(out, list, count);
    buf_addf(out, "%sfrom=%" PRId64, out->len > before ? "&" : "", stored);
}
