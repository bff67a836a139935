/* A handed-over outbox, and an event's payload, from hostile hands. The signature is made to fit, so that the lines
 * behind it are read too. */
#include "core/record/outbox.h"
#include "sync/xapi/parcel.h"
#include "sync/xapi/same.h"
#include "sync/xapi/said.h"

#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void read_signed(struct arena *a, const uint8_t *data, size_t size)
{
    static const char label[] = "crib-outbox-1";
    unsigned char key[EVENT_KEY], secret[EVENT_SECRET], seed[32] = {1}, text[sizeof label + EVENT_HASH], signature[EVENT_SIGNATURE];
    char hex[2 * EVENT_SIGNATURE + 1];
    struct buf file = {0};
    struct outbox_handed *items;
    size_t count;
    crypto_sign_seed_keypair(key, secret, seed);
    buf_adds(&file, "{\"crib-outbox\":1}\n");
    buf_add(&file, (const char *)data, size);
    buf_addc(&file, '\n');
    memcpy(text, label, sizeof label);
    crypto_generichash(text + sizeof label, EVENT_HASH, (const unsigned char *)buf_text(&file), file.len, NULL, 0);
    crypto_sign_detached(signature, NULL, text, sizeof text, secret);
    buf_addf(&file, "{\"key\":\"%s\",", sodium_bin2hex(hex, sizeof hex, key, sizeof key));
    buf_addf(&file, "\"signature\":\"%s\"}\n", sodium_bin2hex(hex, sizeof hex, signature, sizeof signature));
    struct error err;
    if (buf_ok(&file) && parcel_read(a, buf_text(&file), file.len, &items, &count, &err))
        for (size_t i = 0; i < count; i++)
            if (items[i].seq == 0 || items[i].statement[items[i].len] != '\0')
                abort();
    buf_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err;
    struct said said;
    struct outbox_handed *items;
    size_t count;
    struct arena *a = arena_open();
    if (a == NULL || sodium_init() < 0)
        return 0;
    (void)said_read(a, (const char *)data, size, &said, &err);
    (void)parcel_read(a, (const char *)data, size, &items, &count, &err);
    (void)statements_agree((const char *)data, size / 2, (const char *)data + size / 2, size - size / 2);
    read_signed(a, data, size);
    arena_close(a);
    return 0;
}
