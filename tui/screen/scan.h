/* scan: tells a barcode scanner, which is a keyboard, from a person at the keys.
 *
 * A scan is a burst of characters that ends in Enter, each at most SCAN_GAP_MS after the one before. A scanner sends one every
 * 1 to 20 ms; who types 120 words a minute strikes one every 100 ms, and pairs of keys come 30 ms apart at times, never
 * SCAN_LEAST and an Enter in a row. A key held down repeats one character; SCAN_LEAST equal ones at the beginning are no scan.
 * A paste is none where the terminal marks it (bracketed paste); elsewhere it can't be told from a scan of the same text.
 *
 * Where letters are text, they are passed on at once, and the caller takes them back when it was a scan. Where they are
 * commands, the first one is held for SCAN_FIRST_MS (which nobody feels, and most scanners stay below), unless it repeats the
 * key before it: a scan must not press buttons. With a prefix (what the scanner is set to send first) a scan begins with that
 * alone, and no other key ever waits.
 *
 * Line after line without a pause is neither a scan nor a person: a file that was pasted where pastes are not marked, or a cable that
 * hums. From SCAN_FLOOD lines on its keys are nobody's, until one comes behind a pause. */
#ifndef CRIB_SCREEN_SCAN_H
#define CRIB_SCREEN_SCAN_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SCAN_GAP_MS = 30,
    SCAN_FIRST_MS = 12,
    SCAN_LEAST = 3,    /* characters, where there is no prefix */
    SCAN_SURELY = 6,   /* so many without a blank that came as commands are no person's, whatever they mean */
    SCAN_MOST = 512,   /* a link in a QR code is long */
    SCAN_AFFIX = 16,
    SCAN_REPEAT_MS = 1000,
    SCAN_FLOOD = 20,   /* lines */
};

struct scan {
    uint32_t prefix[SCAN_AFFIX], suffix[SCAN_AFFIX];
    size_t prefix_count, suffix_count;
    uint32_t keys[SCAN_MOST + 1];
    size_t count;
    bool held;     /* the keys were not passed on yet */
    uint32_t last; /* the newest key that was */
    size_t lines;  /* that came without a pause */
    bool line;     /* there is something of the next one */
};

/* What the scanner is set to send around its text: UTF-8, at most SCAN_AFFIX characters; "" for nothing. The Enter comes
 * behind the suffix. */
void scan_set(struct scan *scan, const char *prefix, const char *suffix);

enum scan_next {
    SCAN_PASS,    /* the key is to act now */
    SCAN_HOLD,    /* it is kept: call again within scan_patience with the next one, or scan_quiet */
    SCAN_RELEASE, /* keys[0..count), of which it is the last, are to act now, in order; then scan_clear */
    SCAN_ENDS,    /* it is the Enter that ends a scan (keys has no Enter): then scan_clear */
};

/* A key (as INPUT_KEY has it) that was waited for so long. typing: letters are text at this moment. */
enum scan_next scan_key(struct scan *scan, uint32_t key, int64_t waited_ms, bool typing);

/* Is the key one of a flood? Then it is to do nothing, nor is what was held: scan_clear. Ask of each, before scan_key. */
bool scan_floods(struct scan *scan, uint32_t key, int64_t waited_ms);

/* How long what is held waits for the next key. */
int64_t scan_patience(const struct scan *scan);

/* So long no key came: true when the held ones are to act now (as SCAN_RELEASE). */
bool scan_quiet(const struct scan *scan, int64_t waited_ms);

/* Appends what was scanned, without prefix and suffix. */
void scan_text(const struct scan *scan, struct buf *out);

void scan_clear(struct scan *scan);

#endif
