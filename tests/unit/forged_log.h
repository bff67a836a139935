/* A log that no record wrote: whole and signed, with payloads that crib would never write. */
#ifndef CRIB_TESTS_FORGED_LOG_H
#define CRIB_TESTS_FORGED_LOG_H

#include "core/base/arena.h"
#include "core/base/hex.h"
#include "core/record/foreign.h"

#include <sodium.h>
#include <string.h>

enum { FORGED_MOST = 64 };

struct forged {
    struct arena *a;
    unsigned char secret[EVENT_SECRET];
    struct log_part part;
    struct log_event events[FORGED_MOST];
    struct uuid last;
};

/* With that id; NULL: with one of its own. */
static inline void forged_add_as(struct forged *f, const char *kind, const char *payload, const struct uuid *id)
{
    unsigned char random[10], before[EVENT_HASH] = {0};
    struct log_event *e = &f->events[f->part.count];
    unsigned char *salt = arena_alloc(f->a, EVENT_SALT);
    if (f->part.count > 0)
        memcpy(before, e[-1].link, sizeof before);
    randombytes_buf(random, sizeof random);
    randombytes_buf(salt, EVENT_SALT);
    uuid_next(&f->last, 1793600000000, random);
    *e = (struct log_event){.seq = ++f->part.count, .id = id != NULL ? *id : f->last, .kind = kind, .salt = salt, .payload = payload,
                            .payload_len = strlen(payload)};
    event_commit(salt, payload, e->payload_len, e->commitment);
    event_link(f->part.log, e->seq, &e->id, kind, strlen(kind), e->commitment, before, e->link);
    f->part.events = f->events;
    event_sign(f->secret, f->part.log, e->seq, e->link, f->part.signature);
}

/* *id (NULL allowed) takes the event's. */
static inline void forged_add(struct forged *f, const char *kind, const char *payload, struct uuid *id)
{
    forged_add_as(f, kind, payload, NULL);
    if (id != NULL)
        *id = f->events[f->part.count - 1].id;
}

/* Begun, and with people 1, 2, ... of these ids. */
static inline void forged_begin(struct forged *f, struct arena *arena, const char *const *people, size_t count)
{
    *f = (struct forged){.a = arena};
    randombytes_buf(f->part.log, sizeof f->part.log);
    crypto_sign_keypair(f->part.key, f->secret);
    forged_add(f, "log.begun", arena_printf(arena, "{\"log\":\"%s\",\"key\":\"%s\"}", hex_text(arena, f->part.log, EVENT_LOG),
                                            hex_text(arena, f->part.key, EVENT_KEY)), NULL);
    for (size_t i = 0; i < count; i++)
        forged_add(f, "learner.site", arena_printf(arena, "{\"learner\":%zu,\"person\":\"%s\"}", i + 1, people[i]), NULL);
}

#endif
