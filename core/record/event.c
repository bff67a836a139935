#include "core/record/event.h"

#include "core/base/hex.h"

#include <sodium.h>
#include <string.h>
#include <sysexits.h>

static const char link_tag[] = "crib-event-1";            /* its NUL is hashed too */
static const char checkpoint_tag[] = "crib-checkpoint-1"; /* likewise */

enum {
    BACKWARDS_MS = 10000, /* a clock that is less behind than this goes on counting from the last id */
    LINK_MOST = sizeof link_tag + EVENT_LOG + 8 + 16 + 2 + EVENT_KIND_MOST + EVENT_HASH + EVENT_HASH,
    CHECKPOINT_SIZE = sizeof checkpoint_tag + EVENT_LOG + 8 + EVENT_HASH,
    PAYLOAD_INLINE = 2048 /* payloads up to here are hashed in one piece, which is quicker */
};

static unsigned char *put(unsigned char *at, const void *bytes, size_t n)
{
    memcpy(at, bytes, n);
    return at + n;
}

static unsigned char *put_number(unsigned char *at, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        at[i] = (unsigned char)(value >> (8 * (n - 1 - i)));
    return at + n;
}

void uuid_text(const struct uuid *id, char out[UUID_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    char *p = out;
    for (size_t i = 0; i < sizeof id->bytes; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *p++ = '-';
        *p++ = digits[id->bytes[i] >> 4];
        *p++ = digits[id->bytes[i] & 15];
    }
    *p = '\0';
}

bool uuid_parse(const char *text, struct uuid *id)
{
    if (text == NULL || strlen(text) != UUID_TEXT - 1)
        return false;
    for (size_t i = 0; i < sizeof id->bytes; i++) {
        if ((i == 4 || i == 6 || i == 8 || i == 10) && *text++ != '-')
            return false;
        int high = hex_value(text[0]), low = hex_value(text[1]);
        if (high < 0 || low < 0)
            return false;
        id->bytes[i] = (unsigned char)(high * 16 + low);
        text += 2;
    }
    return true;
}

bool uuid_equal(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

int64_t uuid_ms(const struct uuid *id)
{
    int64_t ms = 0;
    for (size_t i = 0; i < 6; i++)
        ms = ms << 8 | id->bytes[i];
    return ms;
}

/* Counts the random part up by one, skipping the bits of version and variant; a full one carries into the time. */
static void count_up(struct uuid *id)
{
    for (size_t i = sizeof id->bytes; i-- > 0;) {
        unsigned char fixed = i == 6 ? 0xF0 : i == 8 ? 0xC0 : 0;
        unsigned char counted = (unsigned char)((id->bytes[i] + 1) & (0xFF & ~fixed));
        id->bytes[i] = (unsigned char)((id->bytes[i] & fixed) | counted);
        if (counted != 0)
            return;
    }
}

void uuid_next(struct uuid *last, int64_t wall_ms, const unsigned char random[10])
{
    static const struct uuid none;
    int64_t behind = uuid_ms(last) - wall_ms;
    if (!uuid_equal(last, &none) && behind >= 0 && behind < BACKWARDS_MS) {
        count_up(last);
        return;
    }
    put_number(last->bytes, wall_ms < 0 ? 0 : (uint64_t)wall_ms, 6);
    memcpy(last->bytes + 6, random, 10);
    last->bytes[6] = (unsigned char)(0x70 | (last->bytes[6] & 0x0F));
    last->bytes[8] = (unsigned char)(0x80 | (last->bytes[8] & 0x3F));
}

void event_commit(const unsigned char salt[EVENT_SALT], const char *payload, size_t n,
                  unsigned char commitment[EVENT_HASH])
{
    if (n <= PAYLOAD_INLINE) {
        unsigned char whole[EVENT_SALT + PAYLOAD_INLINE];
        put(put(whole, salt, EVENT_SALT), payload, n);
        crypto_generichash(commitment, EVENT_HASH, whole, EVENT_SALT + n, NULL, 0);
        return;
    }
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, EVENT_HASH);
    crypto_generichash_update(&state, salt, EVENT_SALT);
    crypto_generichash_update(&state, (const unsigned char *)payload, n);
    crypto_generichash_final(&state, commitment, EVENT_HASH);
}

bool event_link(const unsigned char log[EVENT_LOG], uint64_t seq, const struct uuid *id, const char *kind,
                size_t kind_len, const unsigned char commitment[EVENT_HASH], const unsigned char before[EVENT_HASH],
                unsigned char link[EVENT_HASH])
{
    if (kind_len == 0 || kind_len > EVENT_KIND_MOST)
        return false;
    unsigned char whole[LINK_MOST];
    unsigned char *p = put(whole, link_tag, sizeof link_tag);
    p = put_number(put(p, log, EVENT_LOG), seq, 8);
    p = put_number(put(p, id->bytes, sizeof id->bytes), kind_len, 2);
    p = put(put(put(p, kind, kind_len), commitment, EVENT_HASH), before, EVENT_HASH);
    crypto_generichash(link, EVENT_HASH, whole, (size_t)(p - whole), NULL, 0);
    return true;
}

static void checkpoint_message(unsigned char message[CHECKPOINT_SIZE], const unsigned char log[EVENT_LOG], uint64_t seq,
                               const unsigned char head[EVENT_HASH])
{
    unsigned char *p = put(message, checkpoint_tag, sizeof checkpoint_tag);
    put(put_number(put(p, log, EVENT_LOG), seq, 8), head, EVENT_HASH);
}

void event_sign(const unsigned char secret[EVENT_SECRET], const unsigned char log[EVENT_LOG], uint64_t seq,
                const unsigned char head[EVENT_HASH], unsigned char signature[EVENT_SIGNATURE])
{
    unsigned char message[CHECKPOINT_SIZE];
    checkpoint_message(message, log, seq, head);
    crypto_sign_detached(signature, NULL, message, sizeof message, secret);
}

bool event_signed(const unsigned char key[EVENT_KEY], const unsigned char log[EVENT_LOG], uint64_t seq,
                  const unsigned char head[EVENT_HASH], const unsigned char signature[EVENT_SIGNATURE])
{
    unsigned char message[CHECKPOINT_SIZE];
    checkpoint_message(message, log, seq, head);
    return crypto_sign_verify_detached(signature, message, sizeof message, key) == 0;
}

bool event_crypto_ready(struct error *err)
{
    if (sodium_init() >= 0)
        return true;
    return error_set(err, EX_OSERR, "cannot prepare cryptography", NULL, "the system gives no random numbers", NULL);
}
