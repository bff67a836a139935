/* rooms_private: what the parts of rooms share. */
#ifndef CRIB_SERVE_ROOMS_PRIVATE_H
#define CRIB_SERVE_ROOMS_PRIVATE_H

#include "core/base/db.h"
#include "core/record/room.h"
#include "sync/serve/rate.h"
#include "sync/serve/rooms.h"

#include <pthread.h>

struct json_t; /* jansson's, whose header and json.h do not go together */

enum {
    OK = 200, BAD = 400, FORBIDDEN = 403, NOT_FOUND = 404, GONE = 410, TOO_MANY = 429, FAILED = 503, /* of HTTP */
    KEY = 32,
    TEXT_MOST = 300,
    WHO_MOST = 320,
    LINES_MOST = 200,    /* roles, activities */
    CHOICES_MOST = 2000, /* of all questions */
    ON_MOST = 8,         /* are told of */
    EACH_MOST = 16,      /* sessions that one asker may have on at a time, */
    OVER_MOST = 200,     /* ... and that are over */
    JOIN_MOST = 100,     /* people of a session by one asker: as many as stand at a kiosk, or in a room on one account */
    ASKS_A_SECOND = 200, ASKS = 800, /* each of those people asks twice a second */
    GUESSES = 30,        /* wrong codes at once, then one a second */
    LATE_MS = 5 * 60000, /* who comes so long after the beginning is late */
    TELL_MS = 15000,     /* so long an end is told to who was there */
};

struct rooms {
    struct db *db;
    struct rate *guesses, *asks;
    pthread_mutex_t lock;
    const struct expecting *expecting; /* NULL: there is no list */
    const struct leading *leading;     /* NULL: whoever asks */
    int64_t ended_ms; /* when one ended here, of the monotonic clock; 0: none did */
};

extern const char *const rooms_phases[]; /* by enum room_phase */

/* One request. */
struct asking {
    struct rooms *rooms;
    const struct asker *who;
    const struct json_t *root;
    struct buf *out;
    struct error err;
};

unsigned rooms_refuse(struct asking *q, unsigned status, const char *why);
unsigned rooms_failed(struct asking *q);

/* A text member that could stand on a screen; "" where it is missing; NULL where it can't be taken. */
const char *rooms_text(const struct asking *q, const char *name, size_t most);

/* The same of an element of a list; NULL where it is none. */
const char *rooms_text_of(const struct json_t *value, size_t most);

/* A whole number; `missing` where it is none of these. */
int64_t rooms_number(const struct asking *q, const char *name, int64_t least, int64_t most, int64_t missing);

bool rooms_key(const char *text);

struct found {
    char session[TEXT_MOST + 1];
    char code[ROOM_CODE + 1];
    char key[KEY + 1];
    int64_t phase, starts, names, ended, made;
    bool any;
};

/* The session by its id or, where that is "", by its code. false when the database fails. */
bool rooms_find(struct asking *q, const char *session, const char *code, struct found *f);

/* What is over for a month. */
bool rooms_forget(struct rooms *r, struct error *err);

/* Who was not heard of for ten seconds is not here. */
#define HERE "here = 1 AND seen <= ?2 AND seen > ?2 - 10000"

/* ---- who is whom ---- */

/* As whom the request speaks: by account or the site's list; else by the key alone. */
bool rooms_who(struct asking *q, const char *key, char who[WHO_MOST + 1]);

/* The row is theirs. */
bool rooms_is_who(struct asking *q, const char *session, int64_t person, const char *who);

/* ---- a trainer's ---- */

unsigned rooms_start(struct asking *q);
unsigned rooms_lead(struct asking *q);

#endif
