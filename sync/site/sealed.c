#include "sync/site/sealed.h"

#include "sync/site/people.h"

#include <sodium.h>
#include <string.h>
#include <sysexits.h>

enum { SIGNATURE = crypto_sign_BYTES, SEAL = crypto_box_SEALBYTES };

void sealed_begin(struct buf *plain, const char *tag)
{
    static const char room[SIGNATURE];
    buf_add(plain, room, sizeof room);
    buf_add(plain, tag, strlen(tag) + 1); /* its NUL is signed too */
}

bool sealed_end(struct buf *plain, const unsigned char signing[SIGNING_KEY], const unsigned char box[BOX_KEY], struct buf *out,
                struct error *err)
{
    if (!buf_ok(plain) || !buf_reserve(out, plain->len + SEAL))
        return error_memory(err);
    unsigned char *bytes = (unsigned char *)plain->data;
    crypto_sign_detached(bytes, NULL, bytes + SIGNATURE, plain->len - SIGNATURE, signing);
    crypto_box_seal((unsigned char *)out->data + out->len, bytes, plain->len, box);
    out->len += plain->len + SEAL;
    out->data[out->len] = '\0';
    return true;
}

static bool refuse(const char *why, struct error *err)
{
    return error_set(err, EX_DATAERR, "what came from the site can't be taken", NULL, why, "the next sync asks again; tell who runs the site");
}

bool sealed_open(struct arena *a, const char *bytes, size_t n, const struct people_keys *keys, const char *tag, struct str *message,
                 struct error *err)
{
    size_t tag_size = strlen(tag) + 1;
    if (n < SEAL + SIGNATURE + tag_size)
        return refuse("it is too short", err);
    size_t m = n - SEAL;
    unsigned char *plain = arena_alloc(a, m);
    if (plain == NULL)
        return error_memory(err);
    if (crypto_box_seal_open(plain, (const unsigned char *)bytes, n, keys->box, keys->box_secret) != 0)
        return refuse("it is not sealed to this device", err);
    if (crypto_sign_verify_detached(plain, plain + SIGNATURE, m - SIGNATURE, keys->site) != 0)
        return refuse("it is not signed by this device's site", err);
    if (memcmp(plain + SIGNATURE, tag, tag_size) != 0)
        return refuse("it is something else that the site has signed", err);
    *message = (struct str){(const char *)plain + SIGNATURE + tag_size, m - SIGNATURE - tag_size};
    return true;
}
