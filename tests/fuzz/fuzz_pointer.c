/* channel.json and sets of keys: what is read can be written, and is then read as the same. */
#include "sync/channel/pointer.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct error err;
    struct pointer p, again;
    struct key_set set;
    struct buf out = {0};
    if (a == NULL)
        return 0;
    if (pointer_read(a, (const char *)data, size, "channel.json", &p, &err)) {
        pointer_write(&p, &out);
        if (buf_ok(&out) && p.published_ms / 1000 < p.expires_ms / 1000 && p.published_ms >= 0 &&
            !pointer_read(a, buf_text(&out), out.len, "channel.json", &again, &err))
            abort();
    }
    (void)key_set_read(a, (const char *)data, size, "keys", &set, &err);
    buf_free(&out);
    arena_close(a);
    return 0;
}
