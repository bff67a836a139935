#include "core/record/part.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static bool refuse(const struct log_part *part, uint64_t seq, const char *why, uint64_t *bad, struct error *err)
{
    char log[2 * EVENT_LOG + 1], where[sizeof log + 40];
    sodium_bin2hex(log, sizeof log, part->log, EVENT_LOG);
    snprintf(where, sizeof where, "log %s, event %llu", log, (unsigned long long)seq);
    if (bad != NULL)
        *bad = seq;
    return error_set(err, EX_DATAERR, "a log of the site does not hold", where, why, NULL);
}

/* A payload is JSON as crib writes it: a quote within a text is escaped, so that this is a member. */
static bool has_member(const struct log_event *e, const char *name, const unsigned char *value, size_t n)
{
    char hex[2 * EVENT_KEY + 1], member[sizeof hex + 16];
    sodium_bin2hex(hex, sizeof hex, value, n);
    snprintf(member, sizeof member, "\"%s\":\"%s\"", name, hex);
    return e->payload != NULL && strlen(e->payload) == e->payload_len && strstr(e->payload, member) != NULL;
}

/* Why the event does not hold behind that link; NULL where it does. */
static const char *broken(const struct log_part *part, const struct log_event *e, const unsigned char before[EVENT_HASH])
{
    unsigned char hash[EVENT_HASH];
    if (e->payload != NULL) {
        event_commit(e->salt, e->payload, e->payload_len, hash);
        if (memcmp(hash, e->commitment, EVENT_HASH) != 0)
            return "the payload differs from its commitment";
    }
    if (!event_link(part->log, e->seq, &e->id, e->kind, strlen(e->kind), e->commitment, before, hash) ||
        memcmp(hash, e->link, EVENT_HASH) != 0)
        return "its link differs from what it links";
    if (e->seq == 1 && (!has_member(e, "log", part->log, EVENT_LOG) || !has_member(e, "key", part->key, EVENT_KEY)))
        return "the log's key is not the one in its first event";
    return NULL;
}

bool log_part_check(const struct log_part *part, uint64_t *bad, struct error *err)
{
    static const unsigned char none[EVENT_HASH];
    const unsigned char *before = part->before;
    if (part->count == 0 || part->events[0].seq == 0)
        return refuse(part, 0, "there is nothing in it", bad, err);
    if (part->events[0].seq == 1 && memcmp(before, none, EVENT_HASH) != 0)
        return refuse(part, 1, "its link differs from what it links", bad, err);
    for (size_t i = 0; i < part->count; i++) {
        const struct log_event *e = &part->events[i];
        const char *why = e->seq != part->events[0].seq + i ? "an event is missing before it" : broken(part, e, before);
        if (why != NULL)
            return refuse(part, e->seq, why, bad, err);
        before = e->link;
    }
    const struct log_event *last = &part->events[part->count - 1];
    return event_signed(part->key, part->log, last->seq, last->link, part->signature) ||
           refuse(part, last->seq, "the checkpoint's signature is not the log's", bad, err);
}
