/* foreign.h: does a part prove itself? Everything in it is from outside. */
#include "core/record/foreign_parts.h"

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

bool foreign_proves(struct record *r, const struct log_part *part, struct error *err)
{
    const struct log_event *first = &part->events[0];
    if (part->count > FOREIGN_EVENTS_MOST || first->seq == 0 || (first->seq + part->count) >> LOG_SHIFT != 0)
        return foreign_refuse(part->log, first->seq, "these are more events than a part has", err);
    if (!log_part_check(part, NULL, err))
        return false;
    for (size_t i = 0; i < part->count; i++) {
        bool fits = true;
        if (part->events[i].payload != NULL && !payload_fits(r, &part->events[i], &fits, err))
            return false;
        if (!fits)
            return foreign_refuse(part->log, part->events[i].seq, "its payload is none", err);
    }
    for (size_t i = 0; i < part->content_count; i++) {
        const struct log_content *c = &part->contents[i];
        if (c->hash == NULL || c->bytes == NULL || c->len > FOREIGN_CONTENT_MOST || !log_content_fits(c))
            return foreign_refuse(part->log, first->seq, "a text that came with it is not the one that it is named by", err);
    }
    return true;
}
