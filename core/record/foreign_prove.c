/* foreign.h: does a part prove itself? Everything in it is from outside. */
#include "core/base/hex.h"
#include "core/record/foreign_parts.h"
#include "core/record/verify.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

bool foreign_refuse(const unsigned char log[EVENT_LOG], uint64_t seq, const char *why, struct error *err)
{
    char hex[2 * EVENT_LOG + 1], where[96];
    sodium_bin2hex(hex, sizeof hex, log, EVENT_LOG);
    snprintf(where, sizeof where, "log %s, event %" PRIu64, hex, seq);
    return error_set(err, EX_DATAERR, "cannot take another device's log", where, why, "whoever looks after the site has to see to it");
}

/* ---- an event ---- */

static bool kind_fits(const char *kind)
{
    size_t n = kind != NULL ? strspn(kind, "abcdefghijklmnopqrstuvwxyz.") : 0;
    return n > 0 && n <= EVENT_KIND_MOST && kind[n] == '\0';
}

/* One JSON object in UTF-8, as crib writes them. */
static bool payload_fits(struct record *r, const struct log_event *e, bool *fits, struct error *err)
{
    int64_t object = 0;
    *fits = false;
    if (e->payload_len == 0 || e->payload_len > FOREIGN_PAYLOAD_MOST || memchr(e->payload, '\0', e->payload_len) != NULL ||
        text_invalid(e->payload, e->payload_len) < e->payload_len)
        return true;
    struct str payload = {e->payload, e->payload_len};
    if (!db_number(r->db, &object, 0, err, "SELECT CASE WHEN json_valid(?1) THEN json_type(?1) = 'object' ELSE 0 END", "t", payload))
        return false;
    *fits = object != 0;
    return true;
}

/* The log's first event names it and its key: nobody else can have begun it. */
static bool key_fits(struct record *r, const struct log_part *part, bool *fits, struct error *err)
{
    const struct log_event *e = &part->events[0];
    char log[2 * EVENT_LOG + 1], key[2 * EVENT_KEY + 1];
    int64_t same = 0;
    sodium_bin2hex(log, sizeof log, part->log, sizeof part->log);
    sodium_bin2hex(key, sizeof key, part->key, sizeof part->key);
    struct str payload = {e->payload, e->payload_len};
    *fits = false;
    if (e->payload == NULL || strncmp(e->kind, "log.", 4) != 0)
        return true;
    if (!db_number(r->db, &same, 0, err, "SELECT json_extract(?1, '$.log') IS ?2 AND json_extract(?1, '$.key') IS ?3", "tss", payload,
                   log, key))
        return false;
    *fits = same != 0;
    return true;
}

/* *why: NULL, or what does not hold. before: the link before it; takes its own. */
static bool event_proves(struct record *r, const struct log_part *part, const struct log_event *e, uint64_t seq,
                         unsigned char before[EVENT_HASH], const char **why, struct error *err)
{
    unsigned char hash[EVENT_HASH];
    bool fits = true;
    *why = NULL;
    if (e->seq != seq) {
        *why = break_text(BREAK_SEQ);
    } else if (!kind_fits(e->kind) || e->id.bytes[6] >> 4 != 7) {
        *why = "its kind or its id is none";
    } else if ((e->salt == NULL) != (e->payload == NULL)) {
        *why = break_text(BREAK_COMMITMENT);
    } else if (!event_link(part->log, seq, &e->id, e->kind, strlen(e->kind), e->commitment, before, hash) ||
               memcmp(hash, e->link, sizeof hash) != 0) {
        *why = break_text(BREAK_LINK);
    } else {
        memcpy(before, hash, sizeof hash);
        if (e->payload == NULL)
            return true;
        event_commit(e->salt, e->payload, e->payload_len, hash);
        if (memcmp(hash, e->commitment, sizeof hash) != 0)
            *why = break_text(BREAK_COMMITMENT);
        else if (!payload_fits(r, e, &fits, err))
            return false;
        else if (!fits)
            *why = "its payload is none";
    }
    return true;
}

/* ---- its contents ---- */

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

static bool contents_prove(const struct log_part *part, struct error *err)
{
    for (size_t i = 0; i < part->content_count; i++) {
        const struct log_content *c = &part->contents[i];
        if (c->hash == NULL || c->bytes == NULL || c->len > FOREIGN_CONTENT_MOST ||
            (!hashes_to(c, "crib-pin-1") && !hashes_to(c, "crib-signed-1")))
            return foreign_refuse(part->log, part->events[0].seq, "a text that came with it is not the one that it is named by", err);
    }
    return true;
}

/* ---- the whole ---- */

bool foreign_proves(struct record *r, const struct log_part *part, struct error *err)
{
    unsigned char before[EVENT_HASH];
    const struct log_event *first = &part->events[0], *last = &part->events[part->count - 1];
    const char *why = NULL;
    bool fits = true;
    memcpy(before, part->before, sizeof before);
    if (part->count > FOREIGN_EVENTS_MOST || first->seq == 0 || first->seq >> LOG_SHIFT != 0 ||
        last->seq >> LOG_SHIFT != 0)
        return foreign_refuse(part->log, first->seq, "these are more events than a part has", err);
    for (size_t i = 0; i < part->count; i++) {
        if (!event_proves(r, part, &part->events[i], first->seq + i, before, &why, err))
            return false;
        if (why != NULL)
            return foreign_refuse(part->log, first->seq + i, why, err);
    }
    if (first->seq == 1 && !key_fits(r, part, &fits, err))
        return false;
    if (!fits || (first->seq == 1 && !sodium_is_zero(part->before, sizeof part->before)))
        return foreign_refuse(part->log, 1, fits ? break_text(BREAK_LINK) : break_text(BREAK_KEY), err);
    if (!event_signed(part->key, part->log, last->seq, last->link, part->signature))
        return foreign_refuse(part->log, last->seq, break_text(BREAK_SIGNATURE), err);
    return contents_prove(part, err);
}
