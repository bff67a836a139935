/* lobby: what a kiosk says to whoever comes by: the site's name and text, today's sessions, what is new, what is here. With a screen (screen/attract.h) and without (cli/kiosk_plain.h). */
#ifndef CRIB_TUI_LOBBY_H
#define CRIB_TUI_LOBBY_H

#include "core/library/library_programme.h"
#include "core/record/room.h"
#include "tui/app.h"
#include "tui/kiosk.h"
#include "tui/whatsnew.h"

enum {
    LOBBY_NEWS = 6,           /* titles that are shown */
    LOBBY_TODAY = 4,          /* sessions */
    LOBBY_CHANNELS = 4,
    LOBBY_TYPED_MS = 20000,   /* what somebody began to type, and left, stands so long */
};

struct lobby {
    struct app *app;
    struct kiosk_settings settings;
    struct arena *arena; /* of what is new */
    struct news_item *news;
    size_t news_count;
    struct library_session *today;
    size_t today_count;
    struct library_channel *channels;
    size_t channel_count;
    char code[ROOM_CODE + 1]; /* of a session that a trainer of this record has open; "" for none */
    char session[200];        /* what that is called */
    char at_site[200];        /* the same of one that the site said is on, at the last sync; "" for none */
    bool guests;              /* may learn, too */
    int64_t day;              /* which it is */
    int64_t looked_ms;        /* for a session, of the monotonic clock */
    int64_t read_ms;          /* for one at the site */
};

/* Finds all of it (anew). What can't be read is left out: it is doctor's to tell. */
void lobby_load(struct lobby *l, struct app *app);
void lobby_close(struct lobby *l);

/* Call now and then while nobody is here: true when something of it is another one by now (a day, a session). */
bool lobby_turn(struct lobby *l);

/* Appends "On now: Start-up day, code KMX WPQ. Badge in to join it." or, of one elsewhere at the site, "On now: Start-up day. Badge in, and
 * type the code that its trainer shows."; nothing where none is. */
void lobby_session_line(const struct lobby *l, struct buf *out);

/* Appends "09:00 Start-up day: The walk, hall 3" of today's i-th. */
void lobby_today_line(const struct lobby *l, size_t i, struct buf *out);

/* Appends "Field crib: 49 modules, 1 page, 2 programmes" of the i-th channel. */
void lobby_channel_line(const struct lobby *l, size_t i, struct buf *out);

#endif
