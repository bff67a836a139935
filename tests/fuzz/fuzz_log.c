/* A part of a log from hostile hands: as it comes, and with bytes packed as they should be, so that what is packed is read
 * too. What is taken is within its bounds, reads the same when it is written again, and is checked. */
#include "core/base/text.h"
#include "sync/channel/pack.h"
#include "sync/site/log_wire.h"

#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_event(const struct log_event *e, const struct log_event *again)
{
    size_t n = strlen(e->kind);
    must(n > 0 && n <= EVENT_KIND_MOST && text_printable(e->kind, n) && (e->salt == NULL) == (e->payload == NULL));
    must(e->payload == NULL || strlen(e->payload) == e->payload_len);
    must(strcmp(e->kind, again->kind) == 0 && uuid_equal(&e->id, &again->id) && e->payload_len == again->payload_len);
    must(memcmp(e->commitment, again->commitment, EVENT_HASH) == 0 && memcmp(e->link, again->link, EVENT_HASH) == 0);
}

static void read_one(struct arena *a, const char *bytes, size_t n)
{
    struct log_part part, again;
    struct error err = {0};
    struct buf out = {0};
    if (!log_read(a, bytes, n, &part, &err)) {
        must(err.what[0] != '\0');
        return;
    }
    must(part.count > 0 && part.count <= LOG_EVENTS_MOST && part.content_count <= LOG_CONTENTS_MOST);
    (void)log_part_check(&part, NULL, &err);
    if (log_write(&part, &out, &err)) {
        must(log_read(a, buf_text(&out), out.len, &again, &err));
        must(again.count == part.count && again.content_count == part.content_count);
        for (size_t i = 0; i < part.count; i++)
            check_event(&part.events[i], &again.events[i]);
    }
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct buf packed = {0};
    const struct str plain = {(const char *)data, size};
    unsigned char hash[PACK_HASH];
    if (a == NULL || sodium_init() < 0)
        return 0;
    read_one(a, plain.p, plain.n);
    for (int i = 3; i >= 0; i--)
        buf_addc(&packed, (char)(unsigned char)(size >> (8 * i)));
    pack_hash(plain, hash);
    buf_add(&packed, (const char *)hash, sizeof hash);
    if (pack_compress(plain, (struct str){NULL, 0}, PACK_QUICK, &packed, NULL))
        read_one(a, buf_text(&packed), packed.len);
    buf_free(&packed);
    arena_close(a);
    return 0;
}
