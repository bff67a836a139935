/* session: live sessions as crib sees them: beginning one, joining one, how it stands (core/record/room.h). No screen.
 *
 * crib opens no socket: crib-sync follows the sessions of this record in a process of its own, which is started here (in a
 * kiosk it runs beside, as a service), outlives the terminal, and writes into the record how they stand. */
#ifndef CRIB_TUI_SESSION_H
#define CRIB_TUI_SESSION_H

#include "core/library/library_programme.h"
#include "core/record/attempt.h"
#include "core/record/room.h"
#include "tui/app.h"

/* Sees to it that the sessions are followed: starts crib-sync where nobody does. Call it once a second while one is open. */
bool session_follow(struct app *app, struct error *err);

/* Does a process follow them now, whoever started it? */
bool session_followed(struct app *app);

/* Whether another process, the follower it may be, wrote to the record since *version, which is set to what it is now. */
bool session_moved(struct app *app, int64_t *version);

/* Joins by a code, as a person types it: *id is the session's in this record. EX_USAGE for what is no code; EX_NOPERM where
 * nobody has said who learns. */
bool session_join(struct app *app, const char *code, int64_t *id, struct error *err);

/* Begins a session of the programme: of that element (NULL: the one of today, else the only one, else the next). here: on this
 * host, whatever the site. EX_USAGE where it has none, or one has to be chosen. */
bool session_start(struct app *app, const struct library_programme *p, const char *element, bool here, int64_t *id,
                   struct error *err);

/* The session of this record that a trainer has open elsewhere, for who shares it: they join without a code. *code "" where there is none. */
bool session_open_here(struct app *app, char code[ROOM_CODE + 1], char *title, size_t size);

/* The session that who is here was in last, some hours ago at most, and that nobody has heard the end of: by that code they are in it
 * again. */
bool session_left(struct app *app, char code[ROOM_CODE + 1], char *title, size_t size);

/* Is the attempt part of a live session's assessment that, as far as is known here, is not closed? Then it goes on there alone:
 * nothing is told of its answers. code: how one gets back in, "" where that was on another device. */
bool session_keeps(struct app *app, const struct attempt *attempt, char code[ROOM_CODE + 1]);

/* Of what a sync left (core/base/syncing.h): a live session that is on at the site, as far as that was reached in the last two hours.
 * NULL where none is. */
struct syncing;
const char *session_at_site(const struct syncing *known);

/* Does somebody of this record lead or take part in one? */
bool session_is_in_one(struct app *app);

/* The one with that code that this record's account leads; NULL with EX_NOINPUT where there is none. In a. */
const struct room *session_led(struct app *app, struct arena *a, const char *code, struct error *err);

/* Is the session's assessment still to be closed? */
bool session_held(struct app *app, int64_t id);

/* "KMX WPQ": as it is shown and read aloud. size at least 8. */
void session_code_words(const char *code, char *out);

/* Whether somebody is there, in a few words: "here, late", "gone", "not here yet", and once it is over "did not come". */
const char *session_person_words(const struct room *room, const struct room_person *p);

/* Where it stands, in a few words: "waiting", "the assessment is open". */
const char *session_phase_words(enum room_phase phase);

#endif
