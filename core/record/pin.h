/* pin: the four to twelve digits that a learner may have beside the badge.
 *
 * Kept is Argon2id's hash with its parameters and salt (19 MiB, two passes: about 30 ms on a machine of today, below half
 * a second on an old terminal), in this record and nowhere else: no event holds it, nothing exports it, it never leaves the
 * device. Whoever can read the record's file can try all PINs against it: the file is its owner's alone (0600), and a PIN
 * keeps the people at the terminal apart, not the terminal's owner out.
 *
 * Attempts are counted before they are looked at, and the count is on disk by then: a kill, a power cut or a second crib
 * saves none. Three are free. After the third wrong one the next may be made ten seconds later, then 20, 40, ... up to 15
 * minutes; a right one starts anew. What has passed is measured by the monotonic clock within one boot of the machine
 * and counts from the start of the machine in another one: setting the clock forward, or back, changes nothing, and
 * switching off and on saves nothing (it costs: the wait starts anew). */
#ifndef CRIB_RECORD_PIN_H
#define CRIB_RECORD_PIN_H

#include "core/record/record.h"

enum { PIN_LEAST = 4, PIN_MOST = 12, PIN_FREE = 3 };

enum pin_state {
    PIN_NONE,  /* the learner has no PIN */
    PIN_ASK,   /* has one, and an attempt may be made now */
    PIN_RIGHT,
    PIN_WRONG,
    PIN_WAIT,  /* no attempt may be made yet: nothing was counted */
};

struct pin_result {
    enum pin_state state;
    int left;        /* attempts before there is a wait */
    int64_t wait_ms; /* until the next attempt; 0: none */
    int64_t wrong;   /* attempts in a row */
};

/* Whether there is a PIN, and whether it may be tried now: PIN_NONE, PIN_ASK or PIN_WAIT. */
bool learner_pin_state(struct record *r, int64_t learner, struct pin_result *result, struct error *err);

/* Tries a PIN: never PIN_ASK. Blanks around it don't count. */
bool learner_pin_check(struct record *r, int64_t learner, const char *pin, struct pin_result *result, struct error *err);

/* What is left of the wait after so many wrong attempts in a row, the last of which was at `then` of the monotonic clock, in
 * the boot of the machine that it now shows `now` in, or in another one. */
int64_t learner_pin_wait(int64_t wrong, bool same_boot, int64_t then, int64_t now);

/* EX_DATAERR where it is not four to twelve digits. */
bool learner_pin_fits(const char *pin, struct error *err);

/* Event `learner.pin` {"set": true | false, "by": N}; setting one anew takes waits away. by: who does it, 0 for the
 * account that the record is of. Resetting takes the PIN away. */
bool learner_pin_set(struct record *r, int64_t learner, const char *pin, int64_t by, struct error *err);
bool learner_pin_reset(struct record *r, int64_t learner, int64_t by, struct error *err);

#endif
