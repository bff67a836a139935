/* parcel: the outbox as a file, for a device that never gets a network: `crib outbox export FILE` here, `crib outbox
 * import FILE` on a device that sends it.
 *
 * Lines of JSON, UTF-8:
 *   {"crib-outbox":1}
 *   {"log":HEX,"key":HEX,"seq":N,"id":UUID,"channel":ID,"statement":TEXT}     for each statement
 *   {"key":HEX,"signature":HEX}
 * TEXT is the statement's bytes as one string; log and key are the log's id and public key. The signature is Ed25519, by
 * the key of the log that the device writes to now, over `crib-outbox-1` 00 and the BLAKE2b-256 of all lines before the
 * last one, line feeds included. It proves that nothing was changed on the way, and which device wrote it; whether that
 * device may be believed is the question of who imports. A statement is known by (log, seq): importing a file twice, or
 * a later one that holds the same again, adds what is new. */
#ifndef CRIB_SYNC_XAPI_PARCEL_H
#define CRIB_SYNC_XAPI_PARCEL_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/record/outbox.h"
#include "sync/xapi/outgoing.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    PARCEL_MOST = 256 << 20,      /* bytes of a file */
    PARCEL_STATEMENT_MOST = 1 << 20
};

/* Makes what may leave, and writes all that waits to the file. The outbox stays as it is: a file is no acknowledgement. */
bool parcel_export(struct outgoing *o, const char *path, size_t *count, struct error *err);

/* Reads such a file, checks all of it, and stores what is new. *count: statements in it. */
bool parcel_import(struct record *r, const char *path, size_t *count, size_t *added, struct error *err);

/* The statements of a file's bytes, in the arena. EX_DATAERR, with the line, for what is none. */
bool parcel_read(struct arena *a, const char *bytes, size_t n, struct outbox_handed **items, size_t *count,
                 struct error *err);

#endif
