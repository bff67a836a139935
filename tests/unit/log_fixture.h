/* log_fixture: a log as a device makes it, and parts of it, for the tests of what travels. */
#ifndef CRIB_TESTS_LOG_FIXTURE_H
#define CRIB_TESTS_LOG_FIXTURE_H

#include "core/record/part.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { LOG_EVENTS = 12 };

struct log_fixture {
    unsigned char id[EVENT_LOG], key[EVENT_KEY], secret[EVENT_SECRET];
    struct log_event events[LOG_EVENTS];
    unsigned char salts[LOG_EVENTS][EVENT_SALT];
    char payloads[LOG_EVENTS][400];
};

/* The payload and the kind of an event are there: its salt, commitment and link follow. */
static inline void log_link(struct log_fixture *f, size_t i)
{
    static const unsigned char none[EVENT_HASH];
    struct log_event *e = &f->events[i];
    e->seq = i + 1;
    memset(e->id.bytes, (int)i + 1, sizeof e->id.bytes);
    e->id.bytes[6] = 0x70;
    memset(f->salts[i], (int)i + 100, EVENT_SALT);
    e->salt = f->salts[i];
    e->payload = f->payloads[i];
    e->payload_len = strlen(f->payloads[i]);
    event_commit(e->salt, e->payload, e->payload_len, e->commitment);
    (void)event_link(f->id, e->seq, &e->id, e->kind, strlen(e->kind), e->commitment, i == 0 ? none : f->events[i - 1].link, e->link);
}

/* A log whose id begins with that byte, of LOG_EVENTS events. */
static inline void log_make(struct log_fixture *f, unsigned char which)
{
    char log[2 * EVENT_LOG + 1], key[2 * EVENT_KEY + 1];
    unsigned char seed[crypto_sign_SEEDBYTES] = {which};
    memset(f, 0, sizeof *f);
    memset(f->id, which, sizeof f->id);
    crypto_sign_seed_keypair(f->key, f->secret, seed);
    sodium_bin2hex(log, sizeof log, f->id, sizeof f->id);
    sodium_bin2hex(key, sizeof key, f->key, sizeof f->key);
    snprintf(f->payloads[0], sizeof f->payloads[0], "{\"at\":\"2026-11-23T12:00:00Z\",\"log\":\"%s\",\"key\":\"%s\"}", log, key);
    f->events[0].kind = "log.begun";
    for (size_t i = 1; i < LOG_EVENTS; i++) {
        snprintf(f->payloads[i], sizeof f->payloads[i], "{\"learner\":1,\"n\":%zu}", i);
        f->events[i].kind = "module.opened";
    }
    for (size_t i = 0; i < LOG_EVENTS; i++)
        log_link(f, i);
}

/* The events behind `after`, `count` of them, with their checkpoint. */
static inline struct log_part log_part_of(const struct log_fixture *f, size_t after, size_t count)
{
    struct log_part p = {.events = f->events + after, .count = count};
    memcpy(p.log, f->id, sizeof p.log);
    memcpy(p.key, f->key, sizeof p.key);
    if (after > 0)
        memcpy(p.before, f->events[after - 1].link, sizeof p.before);
    event_sign(f->secret, f->id, after + count, f->events[after + count - 1].link, p.signature);
    return p;
}

/* It is not shared. */
static inline void log_withhold(struct log_event *e)
{
    e->salt = NULL;
    e->payload = NULL;
    e->payload_len = 0;
}

#endif
