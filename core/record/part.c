#include "core/record/part.h"

#include "core/base/hex.h"
#include "core/record/verify.h"

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
    return error_set(err, EX_DATAERR, "cannot take another device's log", where, why,
                     "whoever looks after the site has to see to it");
}

/* A payload is JSON as crib writes it: a quote within a text is escaped, so that this is a member. */
static bool has_member(const struct log_event *e, const char *name, const unsigned char *value, size_t n)
{
    char hex[2 * EVENT_KEY + 1], member[sizeof hex + 16];
    sodium_bin2hex(hex, sizeof hex, value, n);
    snprintf(member, sizeof member, "\"%s\":\"%s\"", name, hex);
    return e->payload != NULL && strlen(e->payload) == e->payload_len && strstr(e->payload, member) != NULL;
}

static bool kind_fits(const char *kind)
{
    size_t n = strspn(kind, "abcdefghijklmnopqrstuvwxyz.");
    return n > 0 && n <= EVENT_KIND_MOST && kind[n] == '\0';
}

/* Why the event does not hold behind that link; NULL where it does. */
static const char *broken(const struct log_part *part, const struct log_event *e, const unsigned char before[EVENT_HASH])
{
    unsigned char hash[EVENT_HASH];
    if ((e->salt == NULL) != (e->payload == NULL))
        return break_text(BREAK_COMMITMENT);
    if (!kind_fits(e->kind) || e->id.bytes[6] >> 4 != 7)
        return "its kind or its id is none";
    if (!event_link(part->log, e->seq, &e->id, e->kind, strlen(e->kind), e->commitment, before, hash) ||
        memcmp(hash, e->link, EVENT_HASH) != 0)
        return break_text(BREAK_LINK);
    if (e->payload != NULL) {
        event_commit(e->salt, e->payload, e->payload_len, hash);
        if (memcmp(hash, e->commitment, EVENT_HASH) != 0)
            return break_text(BREAK_COMMITMENT);
    }
    if (e->seq == 1 && (strncmp(e->kind, "log.", 4) != 0 || !has_member(e, "log", part->log, EVENT_LOG) || !has_member(e, "key", part->key, EVENT_KEY)))
        return break_text(BREAK_KEY);
    return NULL;
}

bool log_part_check(const struct log_part *part, uint64_t *bad, struct error *err)
{
    static const unsigned char none[EVENT_HASH];
    const unsigned char *before = part->before;
    if (part->count == 0 || part->events[0].seq == 0)
        return refuse(part, 0, "there is nothing in it", bad, err);
    if (part->events[0].seq == 1 && memcmp(before, none, EVENT_HASH) != 0)
        return refuse(part, 1, break_text(BREAK_LINK), bad, err);
    for (size_t i = 0; i < part->count; i++) {
        const struct log_event *e = &part->events[i];
        const char *why = e->seq != part->events[0].seq + i ? break_text(BREAK_SEQ) : broken(part, e, before);
        if (why != NULL)
            return refuse(part, part->events[0].seq + i, why, bad, err);
        before = e->link;
    }
    const struct log_event *last = &part->events[part->count - 1];
    return event_signed(part->key, part->log, last->seq, last->link, part->signature) ||
           refuse(part, last->seq, break_text(BREAK_SIGNATURE), bad, err);
}

static bool hashes_to(const struct log_content *c, const char *label)
{
    unsigned char hash[EVENT_HASH], named[EVENT_HASH];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    crypto_generichash_update(&state, (const unsigned char *)label, strlen(label) + 1);
    crypto_generichash_update(&state, (const unsigned char *)c->bytes, c->len);
    crypto_generichash_final(&state, hash, sizeof hash);
    return hex_read(c->hash, named, sizeof named) && memcmp(hash, named, sizeof hash) == 0;
}

bool log_content_fits(const struct log_content *c)
{
    return hashes_to(c, "crib-pin-1") || hashes_to(c, "crib-signed-1");
}
