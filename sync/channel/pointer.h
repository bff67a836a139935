/* pointer: channel.json, the one file of a published channel that changes, and the sets of keys beside it.
 *
 *     {"crib": 1, "id": "plant", "version": 12, "published": "2026-11-24T01:00:00Z", "expires": "2027-02-22T01:00:00Z",
 *      "keys": 0, "groups": [{"name": "all", "roles": [], "hash": "<64 digits>", "size": 20480}, ...]}
 *
 * A group is the modules with exactly these roles; `all` holds those without, channel.yaml and the pages. `catalogue` has
 * no roles and is for every device: modules/ID.md of all modules with the front matter alone, cut down, and programmes/ID.yaml (catalogue.h). hash
 * and size are the tar's (pack.h), SHA-256. "keys" is the number of the set of keys whose signature counts; 0 is the one key
 * that a device was given by hand.
 *
 * keys/<n>.json: {"crib": 1, "set": 3, "keys": ["RWQ...", ...]}, signed in keys/<n>.json.minisig by a key of set n-1.
 *
 * Names of files carry the first 16 digits of hashes: the whole hash is checked anyway. Same values give the same bytes;
 * unknown members are skipped. */
#ifndef CRIB_SYNC_CHANNEL_POINTER_H
#define CRIB_SYNC_CHANNEL_POINTER_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/strings.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    POINTER_MOST = 256 * 1024, /* bytes of channel.json */
    POINTER_GROUPS_MOST = 512,
    POINTER_ROLES_MOST = 64, /* of a group */
    POINTER_ROLE_MOST = 256, /* bytes of a role */
    POINTER_NAME_MOST = 80,  /* of a group, with its NUL */
    KEY_SET_MOST = 8 * 1024, /* bytes of a set of keys */
    KEYS_MOST = 16,          /* in a set */
    POINTER_HASH = 32,
};

#define GROUP_ALL "all"
#define GROUP_CATALOGUE "catalogue"

struct pointer_group {
    const char *name;
    struct strings roles; /* sorted */
    unsigned char hash[POINTER_HASH];
    size_t size;          /* of the tar */
};

struct pointer {
    const char *id;
    int64_t version; /* from 1 */
    int64_t published_ms, expires_ms;
    int64_t key_set;
    const struct pointer_group *groups; /* sorted by name; `all` and `catalogue` are always among them */
    size_t count;
};

/* Appends channel.json; times are written to the second. */
void pointer_write(const struct pointer *p, struct buf *out);

/* Reads it; where names it in messages. EX_DATAERR for anything that pointer_write would not write, but for unknown
 * members: a wrong type, a missing value, a number or text out of bounds, a name that isn't its roles', repeats, an order
 * that is none. Texts live in the arena. */
bool pointer_read(struct arena *a, const char *bytes, size_t n, const char *where, struct pointer *p,
                  struct error *err);

/* The group of that name, or NULL. */
const struct pointer_group *pointer_group(const struct pointer *p, const char *name);

/* A group's name: `all`, or its roles (sorted) joined by dots; where that is long, or holds other characters than
 * letters, digits, `-` and `_`, or would be another group's, `g-` and 16 digits of their SHA-256. NULL when memory is out. */
const char *group_name(struct arena *a, struct strings roles);

struct key_set {
    int64_t number; /* from 1 */
    struct strings keys; /* base64, as key_text writes it; at least one */
};

void key_set_write(const struct key_set *set, struct buf *out);
bool key_set_read(struct arena *a, const char *bytes, size_t n, const char *where, struct key_set *set,
                  struct error *err);

/* The names of files, relative to channel.json's directory. NULL when memory is out. */
const char *signature_path(struct arena *a, const char *bytes, size_t n); /* of channel.json with these bytes */
const char *pack_path(struct arena *a, const char *group, const unsigned char hash[POINTER_HASH]);
const char *delta_path(struct arena *a, const char *group, const unsigned char from[POINTER_HASH],
                       const unsigned char to[POINTER_HASH]);
const char *key_set_path(struct arena *a, int64_t number); /* its signature: the same with .minisig */

#endif
