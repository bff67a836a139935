/* What writing and checking a proof share. Internal to core/record. */
#ifndef CRIB_RECORD_PROOF_PARTS_H
#define CRIB_RECORD_PROOF_PARTS_H

#include "core/base/buf.h"
#include "core/base/text.h"
#include "core/record/event.h"

#include <sqlite3.h>

/* What the last line of a proof begins with, behind its "by". */
#define PROOF_SIGNATURE ",\"signature\":\""

/* The message that a proof's signature is over. */
enum { PROOF_MESSAGE = 13 + EVENT_HASH };
void proof_message(const char *bytes, size_t n, unsigned char message[PROOF_MESSAGE]);

/* Appends the lines, each ended by LF, that say one event's payload to people; nothing for kinds that say nothing. db: any
 * connection, for SQLite's JSON. false where that fails, or the payload is no JSON. */
bool proof_lines(sqlite3 *db, const char *kind, const char *id, struct str payload, struct buf *out);

#endif
