#include "sync/xapi/outgoing.h"

#include "core/base/account.h"
#include "core/base/iri.h"
#include "core/record/attempt.h"
#include "core/record/share.h"
#include "core/record/verify.h"
#include "sync/xapi/statement.h"

#include <stdlib.h>
#include <string.h>

enum {
    AT_ONCE = 500,           /* events at a time: a transaction of them is quick */
    CLOCK_TOLERANCE_MS = 2000 /* a Date has whole seconds, and took its time to come */
};

const char *outgoing_lack_text(enum outgoing_lack lack)
{
    switch (lack) {
    case LACK_LRS:
        return "no LRS is accepted for the channel (lrs in config.yaml)";
    case LACK_IRI:
        return "the channel is not installed, or its channel.yaml has no iri";
    case LACK_ACCOUNT:
        return "the learner has no account (homepage in config.yaml; in a shared one `crib learner account WHO NAME`)";
    default:
        return "";
    }
}

/* ---- opening ---- */

static bool find_account(struct outgoing *o, const struct config *c, struct error *err)
{
    const char *system = account_name(o->arena);
    if (system == NULL)
        return error_memory(err);
    if (iri_valid(config_text(c, CONFIG_HOMEPAGE)))
        o->home_page = config_text(c, CONFIG_HOMEPAGE);
    if (strings_has(config_list(c, CONFIG_SHARED_ACCOUNTS), system))
        return true;
    const char *home = config_text(c, CONFIG_HOMEPAGE), *name = config_text(c, CONFIG_ACCOUNT);
    if (home[0] != '\0' && !iri_valid(home))
        return error_set(err, EX_CONFIG, "homepage", home, "it is no absolute address",
                         "write it as in https://example.com");
    if (home[0] != '\0')
        o->account = (struct binding){home, name[0] != '\0' ? name : system};
    return record_learner_known(o->record, system, &o->learner, err);
}

static bool read_channels(struct outgoing *o, const struct places *places, struct error *err)
{
    struct library_channel *items = NULL;
    struct library *l = library_open(places, LIBRARY_READ, "", err);
    bool ok = l != NULL && library_channels(l, o->arena, &items, &o->channel_count, err);
    o->channels = items;
    library_close(l);
    return ok;
}

bool outgoing_open(struct outgoing *o, struct arena *a, const struct places *places, struct record *record,
                   struct error *err)
{
    *o = (struct outgoing){.arena = a, .record = record, .account = {"", ""}, .home_page = "", .pinned = {.record = record}};
    struct config *c = config_load(a, places, NULL, err);
    if (c == NULL)
        return false;
    o->share = config_share(c);
    o->gaps = strcmp(config_text(c, CONFIG_GAPS), "send") == 0;
    return accepted_read(a, c, &o->accepted, err) && find_account(o, c, err) &&
           read_channels(o, places, err);
}

void outgoing_close(struct outgoing *o)
{
    pinned_close(&o->pinned);
}

/* ---- one event ---- */

static const struct library_channel *find_channel(const struct outgoing *o, const char *id)
{
    for (size_t i = 0; i < o->channel_count; i++)
        if (strcmp(o->channels[i].id, id) == 0)
            return &o->channels[i];
    return NULL;
}

static bool find_actor(struct outgoing *o, struct arena *a, int64_t learner, struct binding *actor, struct error *err)
{
    if (learner != 0 && learner == o->learner && o->account.home_page[0] != '\0') {
        *actor = o->account;
        return true;
    }
    const char *own = "";
    if (o->home_page[0] != '\0' && !record_own_account(o->record, a, learner, &own, err))
        return false;
    if (own[0] != '\0') {
        *actor = (struct binding){o->home_page, own};
        return true;
    }
    return record_binding(o->record, a, learner, actor, err);
}

/* What has a moment of its own (a hint) was not of the clocks' that the event tells of. */
static bool find_time(struct outgoing *o, const struct said *said, const struct uuid *id, int64_t *at, struct error *err)
{
    int64_t corrected;
    *at = said->at_ms != 0 ? said->at_ms : uuid_ms(id);
    if (said->when > 0)
        return true;
    if (!record_clock_corrected(o->record, said->boot, said->mono, *at, &corrected, err))
        return false;
    if (corrected != 0 && llabs((long long)(corrected - *at)) > CLOCK_TOLERANCE_MS)
        *at = corrected;
    return true;
}

static bool find_question(struct outgoing *o, struct statement *s, struct error *err)
{
    const char *content = s->said->content[0] != '\0' ? s->said->content
                          : s->attempt != NULL        ? s->attempt->content_hash
                                                      : NULL;
    return s->said->question[0] == '\0' || pinned_question(&o->pinned, content, s->said->question,
                                                           s->said->question_revision, &s->question, err);
}

static bool write_statement(struct arena *a, struct statement *s, const char **text, struct error *err)
{
    struct buf out = {0};
    struct error why = {0};
    bool ok = statement_write(s, &out, &why);
    if (!ok && why.code == EX_DATAERR && s->question != NULL) { /* then as if the question were not kept */
        s->question = NULL;
        buf_clear(&out);
        ok = statement_write(s, &out, &why);
    }
    *text = ok ? arena_copy(a, buf_text(&out), out.len) : NULL;
    buf_free(&out);
    if (!ok && err != NULL)
        *err = why;
    return ok && (*text != NULL || error_memory(err));
}

bool outgoing_leave(const struct outgoing *o, const char *kind)
{
    return statement_anonymous(kind) ? o->gaps : !statement_shared(kind) || o->share;
}

/* Is it the learner's yes that holds now by which a hint may go, and not one before? */
static bool has_leave(struct outgoing *o, const struct outbox_event *event, const struct said *said, bool *leave,
                      struct error *err)
{
    struct share share;
    *leave = outgoing_leave(o, event->kind);
    if (!*leave || !statement_shared(event->kind))
        return true;
    if (!record_shared(o->record, said->learner, &share, err))
        return false;
    *leave = share.since != 0 && share.since < event->position;
    return true;
}

static enum outgoing_lack find_lack(const struct outgoing *o, const struct said *said, const struct statement *s, bool anonymous)
{
    if (accepted_for(&o->accepted, said->channel) == NULL)
        return LACK_LRS;
    if (!anonymous && !iri_valid(s->iri))
        return LACK_IRI;
    return s->actor.home_page[0] == '\0' ? LACK_ACCOUNT : LACK_NOTHING;
}

bool outgoing_make(struct outgoing *o, struct arena *a, const struct outbox_event *event,
                   const struct outbox_checkpoint *checkpoint, struct outgoing_made *made, struct error *err)
{
    *made = (struct outgoing_made){0};
    if (event->payload == NULL || !statement_leaves(event->kind, NULL))
        return true;
    if (!said_read(a, event->payload, event->payload_len, &made->said, err))
        return false;
    const struct said *said = &made->said;
    bool anonymous = statement_anonymous(event->kind);
    if (!statement_leaves(event->kind, said))
        return true;
    if (statement_of_session(event->kind) &&
        (made->said.channel = arena_copy(a, said->programme, strcspn(said->programme, "/"))) == NULL)
        return error_memory(err);
    if (!has_leave(o, event, said, &made->leaves, err))
        return false;
    if (!made->leaves)
        return true;
    made->id = statement_id(event);
    struct statement s = {.event = event, .said = said, .checkpoint = checkpoint, .title = "", .language = ""};
    const struct library_channel *channel = find_channel(o, said->channel);
    s.iri = said->iri[0] != '\0' ? said->iri : channel != NULL ? channel->iri : "";
    if (channel != NULL && channel->languages.count > 0)
        s.language = channel->languages.items[0];
    s.actor = (struct binding){o->home_page, ""};
    if (!anonymous && !find_actor(o, a, said->learner, &s.actor, err))
        return false;
    made->lack = find_lack(o, said, &s, anonymous);
    if (made->lack != LACK_NOTHING)
        return true;
    struct uuid attempt;
    if (uuid_parse(said->attempt, &attempt) && !record_attempt(o->record, a, said->learner, &attempt, &s.attempt, err))
        return false;
    return find_time(o, said, &event->id, &s.at_ms, err) && find_question(o, &s, err) &&
           write_statement(a, &s, &made->statement, err);
}

/* ---- all of them ---- */

/* The last statement of a run carries the signature over the chain up to here. */
static bool make_all(struct outgoing *o, struct arena *a, const struct outbox_event *events, size_t count,
                     struct outbox_made *made, struct error *err)
{
    size_t last = count;
    struct uuid *ids = arena_array(a, count, sizeof *ids);
    if (ids == NULL)
        return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        struct outgoing_made m;
        if (!outgoing_make(o, a, &events[i], NULL, &m, err))
            return false;
        ids[i] = m.id;
        made[i] = (struct outbox_made){&events[i], m.leaves ? m.said.channel : NULL, m.statement, &ids[i]};
        if (m.statement != NULL && !statement_anonymous(events[i].kind))
            last = i;
    }
    if (last == count)
        return true;
    struct outbox_checkpoint checkpoint;
    struct outgoing_made m;
    if (!outbox_checkpoint(o->record, events[last].log, &checkpoint, err) ||
        !outgoing_make(o, a, &events[last], &checkpoint, &m, err))
        return false;
    made[last].statement = m.statement;
    return true;
}

typedef bool take_events(struct record *r, struct arena *a, int64_t after, size_t most, struct outbox_event **events,
                         size_t *count, struct error *err);

static bool each_taken(struct outgoing *o, take_events *take, outgoing_visit *visit, void *context, struct error *err)
{
    int64_t after = 0;
    size_t count = 1;
    bool ok = true;
    while (ok && count > 0) {
        struct outbox_event *events;
        struct arena *a = arena_open();
        ok = a != NULL ? take(o->record, a, after, AT_ONCE, &events, &count, err) : error_memory(err);
        if (ok && count > 0) {
            after = events[count - 1].position;
            ok = visit(context, a, events, count, err);
        }
        arena_close(a);
    }
    return ok;
}

bool outgoing_each(struct outgoing *o, outgoing_visit *visit, void *context, struct error *err)
{
    return each_taken(o, outbox_held, visit, context, err) && each_taken(o, outbox_fresh, visit, context, err);
}

bool outgoing_waiting(struct outgoing *o, const char *channel, const size_t *most, size_t bytes, outgoing_visit_waiting *visit,
                      void *context, struct error *err)
{
    int64_t after = 0;
    size_t count = 1;
    bool ok = true;
    while (ok && count > 0) {
        struct outbox_item *items;
        struct arena *a = arena_open();
        ok = a != NULL ? outbox_waiting(o->record, a, channel, after, *most, bytes, &items, &count, err) : error_memory(err);
        if (ok && count > 0) {
            after = items[count - 1].position;
            ok = visit(context, a, items, count, err);
        }
        arena_close(a);
    }
    return ok;
}

static bool prepare(void *context, struct arena *a, const struct outbox_event *events, size_t count, struct error *err)
{
    struct outgoing *o = context;
    struct outbox_made *made = arena_array(a, count, sizeof *made);
    if (made == NULL)
        return error_memory(err);
    return make_all(o, a, events, count, made, err) && outbox_store(o->record, made, count, err);
}

/* A learner who was forgotten since this began needs no account. */
static bool bind_learner(struct outgoing *o, struct error *err)
{
    struct error why = {0};
    if (o->learner == 0 || o->account.home_page[0] == '\0' || record_bind(o->record, o->learner, &o->account, &why) ||
        why.code == EX_NOUSER)
        return true;
    if (err != NULL)
        *err = why;
    return false;
}

bool outgoing_prepare(struct outgoing *o, struct error *err)
{
    struct outbox_event *events;
    size_t count;
    if ((!o->share && !outbox_withdraw(o->record, OUTBOX_HINTS, 0, err)) ||
        (!o->gaps && !outbox_withdraw(o->record, OUTBOX_GAPS, 0, err)))
        return false;
    if (o->accepted.count == 0)
        return true;
    if (!bind_learner(o, err) || (o->home_page[0] != '\0' && !record_bind_people(o->record, o->home_page, err)))
        return false;
    if (!outbox_fresh(o->record, o->arena, 0, 1, &events, &count, err))
        return false;
    if (count > 0 && !record_checkpoint(o->record, err))
        return false;
    return outgoing_each(o, prepare, o, err);
}
