/* keyfile: the keys of a publisher, in files as minisign writes them. */
#ifndef CRIB_SYNC_CHANNEL_KEYFILE_H
#define CRIB_SYNC_CHANNEL_KEYFILE_H

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "sync/channel/minisign.h"

#include <stdbool.h>

/* Where the secret key is when nothing else is said: channel.key beside config.yaml. NULL when memory is out. */
const char *keyfile_place(struct arena *a, const struct places *places);

/* The name of the public key's file that goes with it: .pub in place of .key, or behind it. NULL when memory is out. */
const char *keyfile_public_place(struct arena *a, const char *secret);

/* A public key from the command line: its base64, or a file that holds it. EX_DATAERR when it is neither. */
bool keyfile_public(const char *text, struct public_key *key, struct error *err);

/* Reads a secret key. Where it is locked, its passphrase comes from that file or, with NULL, from the person at the
 * terminal. EX_NOPERM for a wrong passphrase, and for a key without one that every account can read. */
bool keyfile_secret(const char *path, const char *passphrase_file, struct secret_key *key, struct error *err);

/* `crib channel key [FILE]`: makes a pair of files, neither of which was there, and prints the public key. */
bool keyfile_command(struct arena *a, const struct places *places, const struct args *args, struct error *err);

#endif
