#include "sync/site/log_wire.h"

#include "core/base/text.h"
#include "sync/channel/pack.h"

#include <string.h>
#include <sysexits.h>

enum { HASH_DIGITS = 2 * EVENT_HASH, HEAD = 4 + PACK_HASH };

static bool refuse(const char *why, struct error *err)
{
    return error_set(err, EX_DATAERR, "that is no part of a log", NULL, why, NULL);
}

/* ---- writing ---- */

static void put(struct buf *out, const void *bytes, size_t n)
{
    buf_add(out, (const char *)bytes, n);
}

static void put_number(struct buf *out, uint64_t value, size_t n)
{
    while (n-- > 0)
        buf_addc(out, (char)(unsigned char)(value >> (8 * n)));
}

static void put_text(struct buf *out, const char *bytes, size_t n, size_t length_bytes)
{
    put_number(out, n, length_bytes);
    put(out, bytes, n);
    buf_addc(out, '\0');
}

static void put_event(struct buf *out, const struct log_event *e)
{
    put(out, e->id.bytes, sizeof e->id.bytes);
    put_text(out, e->kind, strlen(e->kind), 1);
    put(out, e->link, EVENT_HASH);
    buf_addc(out, e->payload != NULL);
    if (e->payload == NULL) {
        put(out, e->commitment, EVENT_HASH);
        return;
    }
    put(out, e->salt, EVENT_SALT);
    put_text(out, e->payload, e->payload_len, 4);
}

/* Which of them go along, and how many. */
static size_t choose(const struct log_part *part, size_t room, bool *chosen)
{
    size_t count = 0;
    for (size_t i = 0; i < part->content_count && count < LOG_CONTENTS_MOST; i++) {
        const struct log_content *c = &part->contents[i];
        size_t need = c->len + strlen(c->hash) + 8;
        chosen[i] = need <= room && log_content_fits(c);
        if (!chosen[i])
            continue;
        room -= need;
        count++;
    }
    return count;
}

static bool write_plain(struct arena *a, const struct log_part *part, struct buf *out, struct error *err)
{
    struct buf events = {0};
    bool *chosen = arena_array(a, part->content_count + 1, sizeof *chosen);
    for (size_t i = 0; i < part->count; i++)
        put_event(&events, &part->events[i]);
    bool fits = part->count > 0 && part->count <= LOG_EVENTS_MOST && events.len <= LOG_PLAIN_MOST - 4096;
    if (chosen == NULL || !buf_ok(&events) || !fits) {
        bool full = chosen != NULL && buf_ok(&events);
        buf_free(&events);
        return full ? refuse("its events are too many, or too large", err) : error_memory(err);
    }
    size_t contents = choose(part, LOG_PLAIN_MOST - 4096 - events.len, chosen);
    put(out, part->log, EVENT_LOG);
    put(out, part->key, EVENT_KEY);
    put(out, part->before, EVENT_HASH);
    put_number(out, part->events[0].seq, 8);
    put_number(out, part->count, 4);
    put_number(out, contents, 4);
    put(out, part->signature, EVENT_SIGNATURE);
    put(out, buf_text(&events), events.len);
    buf_free(&events);
    for (size_t i = 0; i < part->content_count; i++) {
        if (!chosen[i])
            continue;
        put_text(out, part->contents[i].hash, strlen(part->contents[i].hash), 1);
        put_text(out, part->contents[i].bytes, part->contents[i].len, 4);
    }
    return buf_ok(out) || error_memory(err);
}

bool log_write(const struct log_part *part, struct buf *out, struct error *err)
{
    struct arena *a = arena_open();
    struct buf plain = {0};
    unsigned char hash[PACK_HASH];
    bool ok = a != NULL ? write_plain(a, part, &plain, err) : error_memory(err);
    if (ok) {
        struct str whole = {buf_text(&plain), plain.len};
        pack_hash(whole, hash);
        put_number(out, plain.len, 4);
        put(out, hash, sizeof hash);
        ok = pack_compress(whole, (struct str){NULL, 0}, PACK_QUICK, out, err);
    }
    buf_free(&plain);
    arena_close(a);
    return ok;
}

/* ---- reading ---- */

struct reading {
    const unsigned char *at, *end;
    bool short_of; /* it ended too early, or a text has no NUL at its end */
};

/* n bytes, or zeros that nobody reads on from. */
static const unsigned char *get(struct reading *r, size_t n)
{
    static const unsigned char nothing[64];
    const unsigned char *at = r->at;
    if (r->short_of || (size_t)(r->end - r->at) < n) {
        r->short_of = true;
        return nothing;
    }
    r->at += n;
    return at;
}

static uint64_t get_number(struct reading *r, size_t n)
{
    const unsigned char *at = get(r, n);
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++)
        value = value << 8 | at[i];
    return value;
}

/* A text and the NUL behind it; "" where there is none. */
static const char *get_text(struct reading *r, size_t length_bytes, size_t *n)
{
    *n = (size_t)get_number(r, length_bytes);
    const char *text = (const char *)get(r, *n);
    if (*get(r, 1) != 0)
        r->short_of = true;
    if (r->short_of)
        *n = 0;
    return r->short_of ? "" : text;
}

static bool kind_fits(const char *kind, size_t n)
{
    return n > 0 && n <= EVENT_KIND_MOST && strspn(kind, "abcdefghijklmnopqrstuvwxyz.") == n;
}

static bool read_event(struct reading *r, uint64_t seq, struct log_event *e, struct error *err)
{
    size_t n;
    *e = (struct log_event){.seq = seq};
    memcpy(e->id.bytes, get(r, sizeof e->id.bytes), sizeof e->id.bytes);
    e->kind = get_text(r, 1, &n);
    bool fits = kind_fits(e->kind, n);
    memcpy(e->link, get(r, EVENT_HASH), EVENT_HASH);
    uint64_t shared = get_number(r, 1);
    if (shared == 0) {
        memcpy(e->commitment, get(r, EVENT_HASH), EVENT_HASH);
    } else {
        e->salt = get(r, EVENT_SALT);
        e->payload = get_text(r, 4, &e->payload_len);
    }
    if (r->short_of)
        return refuse("it is too short", err);
    if (!fits || shared > 1)
        return refuse("an event in it has no kind, or is neither shared nor not", err);
    if (e->payload == NULL)
        return true;
    if (text_invalid(e->payload, e->payload_len) != e->payload_len)
        return refuse("an event in it holds what is no text", err);
    event_commit(e->salt, e->payload, e->payload_len, e->commitment);
    return true;
}

static bool read_content(struct reading *r, struct log_content *c, struct error *err)
{
    size_t n;
    c->hash = get_text(r, 1, &n);
    c->bytes = get_text(r, 4, &c->len);
    if (r->short_of)
        return refuse("it is too short", err);
    return (n == HASH_DIGITS && log_content_fits(c)) || refuse("a content in it is not what its hash says", err);
}

static bool read_plain(struct arena *a, struct reading *r, struct log_part *part, struct error *err)
{
    memcpy(part->log, get(r, EVENT_LOG), EVENT_LOG);
    memcpy(part->key, get(r, EVENT_KEY), EVENT_KEY);
    memcpy(part->before, get(r, EVENT_HASH), EVENT_HASH);
    uint64_t first = get_number(r, 8), count = get_number(r, 4), contents = get_number(r, 4);
    memcpy(part->signature, get(r, EVENT_SIGNATURE), EVENT_SIGNATURE);
    if (r->short_of || first == 0 || first >> 39 != 0 || count == 0 || count > LOG_EVENTS_MOST || contents > LOG_CONTENTS_MOST)
        return refuse("it has no events, or too many", err);
    struct log_event *events = arena_array(a, count, sizeof *events);
    struct log_content *items = arena_array(a, contents, sizeof *items);
    if (events == NULL || items == NULL)
        return error_memory(err);
    for (size_t i = 0; i < count; i++)
        if (!read_event(r, first + i, &events[i], err))
            return false;
    for (size_t i = 0; i < contents; i++)
        if (!read_content(r, &items[i], err))
            return false;
    part->events = events;
    part->count = count;
    part->contents = items;
    part->content_count = contents;
    return r->at == r->end || refuse("something follows it", err);
}

bool log_read(struct arena *a, const char *bytes, size_t n, struct log_part *part, struct error *err)
{
    struct reading head = {(const unsigned char *)bytes, (const unsigned char *)bytes + n, false};
    size_t size = (size_t)get_number(&head, 4);
    const unsigned char *hash = get(&head, PACK_HASH);
    struct buf plain = {0};
    struct error why = {0};
    *part = (struct log_part){0};
    if (head.short_of || size == 0 || size > LOG_PLAIN_MOST)
        return refuse("it is too short, or too large", err);
    const struct str packed = {(const char *)head.at, n - HEAD};
    if (!pack_expand(packed, (struct str){NULL, 0}, size, hash, NULL, &plain, &why)) {
        buf_free(&plain);
        return why.code == EX_DATAERR ? refuse("it can't be unpacked: it was damaged on its way", err) : error_memory(err);
    }
    const char *kept = arena_copy(a, buf_text(&plain), plain.len);
    buf_free(&plain);
    if (kept == NULL)
        return error_memory(err);
    struct reading r = {(const unsigned char *)kept, (const unsigned char *)kept + size, false};
    return read_plain(a, &r, part, err);
}
