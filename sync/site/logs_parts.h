/* logs_parts: what the files of logs_take.h have in common. Internal to sync/site/logs_*.c. */
#ifndef CRIB_SYNC_SITE_LOGS_PARTS_H
#define CRIB_SYNC_SITE_LOGS_PARTS_H

#include "sync/site/logs_take.h"
#include "sync/xapi/http.h"

struct exchanging {
    struct arena *arena;
    const struct lrs *site;
    const struct people_keys *keys;
    struct record *record;
    const struct people_passes *told;
    struct http *http; /* opened when it is needed */
    struct http_response answer;
    struct site_logs kept;          /* of earlier syncs */
    struct own_log *own;            /* how far the site has them */
    uint64_t own_end;               /* up to where the last of them, which is appended to, is here */
    size_t own_count;
    struct own_log *dropped;        /* here, and to be asked for once more */
    size_t dropped_count;
    struct refused_log *refused;    /* in this one */
    size_t refused_count;
    int64_t until_ms; /* of the monotonic clock */
    bool away; /* the site can't be reached any more, or is none that keeps logs: for the next sync */
    struct logs_moved *moved;
};

/* For as long as there is time. */
bool logs_go_on(struct exchanging *x);

/* A request whose answer says something, in x->answer; x->away where there is none. */
bool logs_ask_site(struct exchanging *x, const char *path, const struct buf *body, struct error *err);

/* Something does not hold: said when it is new, and remembered. */
bool logs_refuse(struct exchanging *x, const unsigned char id[EVENT_LOG], const struct error *why, struct error *err);

/* How far the site has that log of this device's own, as it said. */
uint64_t logs_told_last(const struct exchanging *x, const unsigned char id[EVENT_LOG]);

/* logs_back.c: does the site know better than this record where its log ends (core/record/foreign.h)? *back: it does, and a new log
 * goes on: that one is to be handed in, too. */
bool logs_set_back(struct exchanging *x, bool *back, struct error *err);

/* logs_hand.c: hands in what is new in this device's own logs; x->own is how far the site has them then. */
bool logs_hand_in(struct exchanging *x, struct error *err);

#endif
