/* What comes from a publisher or from somebody in between: a tar, a compressed pack, a difference, a signature. */
#include "sync/channel/minisign.h"
#include "sync/channel/pack.h"

#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char base[] = "a tar that was there before: Open the vent, listen, close the vent.";
    const char *bytes = (const char *)data;
    struct arena *a = arena_open();
    struct error err;
    struct pack_files files;
    struct buf out = {0};
    if (a == NULL || sodium_init() < 0)
        return 0;
    if (pack_read(a, (struct str){bytes, size}, "fuzz", &files, &err))
        for (size_t i = 0; i < files.count; i++)
            if (!pack_path_valid(files.items[i].path))
                abort();
    unsigned char hash[PACK_HASH] = {0};
    (void)pack_expand((struct str){bytes, size}, (struct str){NULL, 0}, 4096, hash, "fuzz", &out, &err);
    (void)pack_expand((struct str){bytes, size}, STR(base), 70000, hash, "fuzz", &out, &err);
    if (out.len != 0)
        abort(); /* nobody finds such a hash */
    struct public_key key = {{1}, {2}};
    if (verify(&key, 1, base, sizeof base, bytes, size, "fuzz", &err))
        abort();
    buf_free(&out);
    arena_close(a);
    return 0;
}
