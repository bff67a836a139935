/* offer: which hints were offered lately and what came of them, without opening the record.
 *
 * A shell's prompt can't wait for a database. So who offers a hint appends a line to a spool, and reads from that spool and
 * from a file of a few facts whether to offer it at all. Both lie in the state directory:
 *
 *   hints        the spool, appended to in one write(2): `MS ACT SHELL ADDRESS WHAT`, ACT being offered, opened, later,
 *                never or again, SHELL the process id of a shell (0: none), WHAT what it was offered for
 *   hints.known  what the record and the configuration say, written whole by a crib that had the record open to write
 *                (hints are a convenience: it may be behind): a first line `crib-hints-1`, then `language TAG`, `role NAME`,
 *                `passed ADDRESS REVISION MS` (REVISION: 16 hexadecimal digits), and lines of the spool that still count
 *
 * Times are milliseconds since 1970, addresses `channel/module`. Lines that can't be read count for nothing. */
#ifndef CRIB_RECORD_OFFER_H
#define CRIB_RECORD_OFFER_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum offer_act { OFFER_OFFERED, OFFER_OPENED, OFFER_LATER, OFFER_NEVER, OFFER_AGAIN };

enum { OFFER_WHAT_MOST = 200, OFFER_SPOOL_MOST = 1 << 20, OFFER_HOUR_MS = 60 * 60 * 1000 };

struct offer {
    int64_t at;
    enum offer_act act;
    long shell;
    struct str address; /* "" of again: all */
    struct str what;
};

/* Both files, read. A zeroed struct is one of nothing. */
struct offers {
    struct buf known, spool;
};

/* Does anybody here ask for hints: is the directory there that `crib hint --init` makes, or something of the above? */
bool offers_wanted(const char *state_dir);

/* Missing files are empty ones. False when one can't be read, or the spool is larger than OFFER_SPOOL_MOST. */
bool offers_open(const char *state_dir, struct offers *o, struct error *err);
void offers_close(struct offers *o);

/* Reads the line at *at of text and goes on behind it; skips what is none. False at the end. */
bool offer_next(const struct buf *text, size_t *at, struct offer *offer);

enum offer_state {
    OFFER_FREE,   /* it may be offered */
    OFFER_RECENT, /* it was, within the last hour */
    OFFER_PASSED, /* its quiz was passed in the last 90 days, and it has not changed since */
    OFFER_PUT_OFF, /* not today: the learner said later, within the last 24 hours */
    OFFER_REFUSED, /* the learner said never */
};

/* revision: the beginning of the hash of the module's file, 8 bytes. */
enum offer_state offers_state(const struct offers *o, const char *address, const unsigned char revision[8], int64_t now_ms);

/* The language that the learner wants, copied ("" for none). */
void offers_language(const struct offers *o, char *out, size_t size);

/* Are all of the list's roles (LF before, between and behind the items) others than the learner's? */
bool offers_other_role(const struct offers *o, const char *roles);

/* The newest line that offered something, in this shell (0: in any) and since then; false where there is none. */
bool offers_last(const struct offers *o, long shell, int64_t since_ms, struct offer *offer);

/* Appends a line to the spool, made with its directory where there is none. address and what are cut at 200 bytes and at
 * control characters. */
bool offer_add(const char *state_dir, const struct offer *offer, struct error *err);

/* Where no crib moves the spool for long (an account whose record nobody opens): when it is half as large as it may be, what
 * still counts of it goes into hints.known, and it begins anew. */
bool offers_shorten(const char *state_dir, struct offers *o, int64_t now_ms, struct error *err);

/* Takes the spool away, to be moved into the record: what it holds is appended to text, and it is called by another name
 * until offers_moved. A spool that an earlier run took and didn't finish comes with it. True with nothing appended where
 * there is none. */
bool offers_take(const char *state_dir, struct buf *text, struct error *err);
void offers_moved(const char *state_dir);

/* Removes all three files: who is forgotten in the record is forgotten here. What can't be removed stays. */
void offers_forget(const char *state_dir);

/* Of lines that are taken away from the spool, and of those known before: appends those that still count to out. */
void offers_keep(const struct buf *lines, int64_t now_ms, struct buf *out);

/* Writes hints.known with this text, unless that is what it holds. */
bool offers_know(const char *state_dir, const struct buf *text, struct error *err);

/* Where the shells leave the line of a command, each in a file that is called as its process id. */
#define OFFERS_LINES_DIR "hint"

#define OFFERS_FIRST_LINE "crib-hints-1\n"

#endif
