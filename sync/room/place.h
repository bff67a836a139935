/* place: where the live sessions of one host are held: sockets, each in a directory of the account that holds it.
 *
 *     /run/crib/crib-UID/room-HASH       or below /tmp, where there is no /run/crib (mode 1777); $CRIB_SYSTEM/run stands
 *                                        for the first where CRIB_SYSTEM is set
 *
 * HASH stands for the record's directory. A socket counts where it and its directory are that account's and nobody else could
 * have put them there: so its owner is who holds the session. What it says is judged elsewhere. */
#ifndef CRIB_SYNC_ROOM_PLACE_H
#define CRIB_SYNC_ROOM_PLACE_H

#include "core/base/arena.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Where this account holds its sessions: the path of the socket, its directory made. NULL on failure. */
const char *place_own(struct arena *a, const char *data, struct error *err);

struct place {
    const char *path;
    const char *owner; /* an account's name */
};

enum { PLACES_MOST = 64 };

/* Those on this host. *count 0: none. false when memory is out. */
bool place_all(struct arena *a, struct place *places, size_t *count, struct error *err);

#endif
