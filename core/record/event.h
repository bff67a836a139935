/* event: one entry of the record's append-only chain, and the arithmetic that binds it.
 *
 * Pure functions over bytes: no database, no clock but what is passed in. Layout of everything that is hashed or
 * signed (all integers big-endian; this text is the format's definition):
 *
 *   commitment = BLAKE2b-256( salt[32] || payload bytes )
 *
 *   link       = BLAKE2b-256( "crib-event-1" 00       13 bytes
 *                             log                     16 bytes
 *                             seq                      8 bytes, counts from 1
 *                             id                      16 bytes, UUIDv7
 *                             length of kind           2 bytes
 *                             kind                     so many bytes, ASCII
 *                             commitment              32 bytes
 *                             link of seq - 1         32 bytes; of seq 1: 32 zero bytes )
 *
 *   checkpoint = Ed25519 signature over
 *                             "crib-checkpoint-1" 00  18 bytes
 *                             log                     16 bytes
 *                             seq                      8 bytes
 *                             head = link of seq      32 bytes
 *
 * BLAKE2b is unkeyed with a digest of 32 bytes (RFC 7693), Ed25519 as in RFC 8032. A log's public key stands in the
 * payload of its first event, so the chain itself says who may sign for it. */
#ifndef CRIB_RECORD_EVENT_H
#define CRIB_RECORD_EVENT_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    EVENT_HASH = 32,      /* bytes of a commitment or a link */
    EVENT_SALT = 32,
    EVENT_LOG = 16,       /* bytes of a log's id */
    EVENT_KEY = 32,       /* bytes of a log's public key */
    EVENT_SECRET = 64,    /* bytes of a log's secret key, as libsodium keeps it */
    EVENT_SIGNATURE = 64,
    EVENT_KIND_MOST = 40, /* a kind's letters */
    EVENT_SIGN_EVERY = 256
};

struct uuid {
    unsigned char bytes[16];
};

enum { UUID_TEXT = 37 }; /* 36 characters and a NUL */

/* `018f3c5e-7b2a-7c3d-9e4f-0123456789ab` into out. */
void uuid_text(const struct uuid *id, char out[UUID_TEXT]);

/* Reads that form, either case; false when it is not a UUID. */
bool uuid_parse(const char *text, struct uuid *id);

bool uuid_equal(const struct uuid *a, const struct uuid *b);

/* A UUIDv7 (RFC 9562, 5.7) of that time, never below *last while the clock is less than ten seconds behind it: then the
 * random part of *last is counted up by one (6.2, method 2). A clock further back starts anew at its own time. random
 * fills the 74 random bits (10 bytes are read). *last (all zero at first) is set to the result. */
void uuid_next(struct uuid *last, int64_t wall_ms, const unsigned char random[10]);

/* Milliseconds since 1970 that a UUIDv7 holds. */
int64_t uuid_ms(const struct uuid *id);

void event_commit(const unsigned char salt[EVENT_SALT], const char *payload, size_t n,
                  unsigned char commitment[EVENT_HASH]);

/* The link; false when kind is empty or longer than EVENT_KIND_MOST. */
bool event_link(const unsigned char log[EVENT_LOG], uint64_t seq, const struct uuid *id, const char *kind,
                size_t kind_len, const unsigned char commitment[EVENT_HASH], const unsigned char before[EVENT_HASH],
                unsigned char link[EVENT_HASH]);

void event_sign(const unsigned char secret[EVENT_SECRET], const unsigned char log[EVENT_LOG], uint64_t seq,
                const unsigned char head[EVENT_HASH], unsigned char signature[EVENT_SIGNATURE]);
bool event_signed(const unsigned char key[EVENT_KEY], const unsigned char log[EVENT_LOG], uint64_t seq,
                  const unsigned char head[EVENT_HASH], const unsigned char signature[EVENT_SIGNATURE]);

/* libsodium made ready; false when the system gives no randomness. Cheap after the first call. */
bool event_crypto_ready(struct error *err);

#endif
