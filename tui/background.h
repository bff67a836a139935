/* background: the sync that an open crib starts by itself: crib-sync, in a process of its own.
 *
 * Nothing here waits: crib-sync is started apart from the terminal, tells on a pipe how far it is (core/base/syncing.h) and
 * leaves in STATE/sync.jsonl how things stand; the main loop watches the pipe, and reaps. crib itself opens no socket. The
 * process outlives crib: it ends what it began, and what it began is whole or not there.
 *
 * It syncs by itself as `sync` in the configuration says: every 15 minutes where a channel was published elsewhere (each
 * time a fifth sooner or later, so that a site's devices don't come all at once), rarer while nobody can be reached, never
 * in a preview or where this account can't write. Where another crib was quicker, it waits for the next time. */
#ifndef CRIB_TUI_BACKGROUND_H
#define CRIB_TUI_BACKGROUND_H

#include "core/base/buf.h"
#include "core/base/syncing.h"
#include "tui/app.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct background;

/* Starts nothing yet; costs no look at the disk. NULL when memory is out. */
struct background *background_open(struct app *app);
void background_close(struct background *b); /* NULL is allowed */

/* To be watched for input; -1 for nothing. */
int background_fd(const struct background *b);

/* What is due: starts, reads, reaps, looks after the file. Call it once a second, and when there is input. Returns whether
 * what there is to be said is another than before. */
bool background_turn(struct background *b);

/* The learner did something: what waits is counted anew at the next turn. NULL is allowed. */
void background_recount(struct background *b);

/* Syncs now, whatever the configuration says, or once more when the one that runs has ended. false where it can't. */
bool background_now(struct background *b, struct error *err);

/* Ends the sync that runs; what came stays, and is gone on with the next time. */
void background_stop(struct background *b);

bool background_running(const struct background *b);

/* The interval in seconds; 0: it doesn't sync by itself. */
long background_every(const struct background *b);

/* How long until the next time, in seconds; -1 where none is set. */
long background_next(const struct background *b);

/* How far the sync that runs is; of those that it told of, the first on top. */
enum { BACKGROUND_STEPS = 32 };
const struct syncing_progress *background_steps(const struct background *b, size_t *count);

/* How things stood at the last look. Valid until the next turn. */
const struct syncing *background_known(const struct background *b);

/* Why the last one ended without telling, "" where it told: "stopped", "crib-sync is not installed". */
const char *background_trouble(const struct background *b);

/* For a status line: "offline since 09:12", "synced 09:12", "syncing", "sync failed"; nothing where nothing ever comes from
 * elsewhere. And how much is to be sent: "3 to send". */
void background_status(const struct background *b, struct buf *out);
void background_sending(const struct background *b, struct buf *out);

/* "09:12" of today, else "2026-11-23". */
void background_moment(int64_t at_ms, char *out, size_t size);

#endif
