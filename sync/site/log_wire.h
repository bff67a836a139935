/* log_wire: a part of a log (core/record/part.h) on its way: from the device that made it to its site, and from there, sealed
 * (sealed.h), to the others.
 *
 *   message = "crib-log-1" 00
 *             length of what was packed     4 bytes
 *             its SHA-256                  32 bytes
 *             packed: one frame of zstd
 *
 *   unpacked = log                         16 bytes
 *              key                         32 bytes
 *              link of the event before    32 bytes
 *              seq of the first event       8 bytes
 *              how many events              4 bytes
 *              how many contents            4 bytes
 *              signature of the checkpoint 64 bytes
 *              each event:   id 16, length of kind 1, kind, 00, link 32, shared 1, then
 *                            where shared is 1: salt 32, length of payload 4, payload, 00
 *                            where it is 0:     commitment 32
 *              each content: length of hash 1, hash, 00, length 4, bytes, 00
 *
 * All numbers are big-endian. A commitment whose payload goes along is not sent: it follows. Both ends take each other for
 * hostile; that the part holds is log_part_check's to say. */
#ifndef CRIB_SYNC_SITE_LOG_WIRE_H
#define CRIB_SYNC_SITE_LOG_WIRE_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/record/part.h"

#define LOG_TAG "crib-log-1"

enum {
    LOG_EVENTS_MOST = 1024,
    LOG_CONTENTS_MOST = 256,
    LOG_PLAIN_MOST = 7 << 20, /* unpacked */
    LOG_EVENTS_BYTES = 4 << 20 /* of its events' payloads together, but that one event may have more */
};

/* Appends the message from behind its tag. Contents that are not what their hash says, and those for which there is no room,
 * are left out: an attempt that was started on them goes on where it was left. EX_DATAERR where the events are too many. */
bool log_write(const struct log_part *part, struct buf *out, struct error *err);

/* Reads a message from behind its tag; texts in the arena. EX_DATAERR for what is none: lengths that don't add up, kinds of
 * other letters than crib's, payloads that are no text, contents that are not what their hash says. */
bool log_read(struct arena *a, const char *bytes, size_t n, struct log_part *part, struct error *err);

#endif
