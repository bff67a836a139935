/* keyring: whose signature counts for a published channel, as its publisher changes it.
 *
 * Before the first change it is the one key that signed channel.json (set 0). A key is introduced, and another one dropped,
 * by the next set (pointer.h); the key that signs stays in it. */
#ifndef CRIB_SYNC_CHANNEL_KEYRING_H
#define CRIB_SYNC_CHANNEL_KEYRING_H

#include "core/base/error.h"
#include "core/base/strings.h"
#include "core/base/text.h"
#include "sync/channel/minisign.h"
#include "sync/channel/outdir.h"

#include <stdbool.h>
#include <stdint.h>

struct keyring {
    int64_t number;
    struct strings keys; /* base64 */
    struct str set, signature; /* the files of a new set; n 0 where there is none */
};

/* The keys that count in the directory now. EX_NOPERM when `mine` is none of them. Texts live in o's arena. */
bool keyring_open(const struct outdir *o, const struct public_key *mine, struct keyring *k, struct error *err);

/* Makes the next set: with the keys of next, without those of drop (each base64 or a file's path). Nothing happens where
 * the set is that already. */
bool keyring_change(const struct outdir *o, struct keyring *k, const struct secret_key *secret, struct strings next,
                    struct strings drop, struct error *err);

/* Writes the new set, if there is one. No device looks at it before a pointer names it. */
bool keyring_write(const struct outdir *o, const struct keyring *k, struct error *err);

/* Bytes of the sets after `from` as they travel. */
size_t keyring_cost(const struct outdir *o, const struct keyring *k, int64_t from);

#endif
