/* minisign: the signatures of channels, in minisign's own formats, so that `minisign -V` checks what crib signs.
 *
 * Ed25519 over the BLAKE2b-512 of the signed bytes (the prehashed form; the older form over the bytes themselves is
 * refused). A signature's trusted comment is signed with it. A secret key's file is encrypted with a passphrase through
 * scrypt. Formats: https://jedisct1.github.io/minisign/, "Signature format", "Public key format", "Secret key format".
 *
 * Each caller starts libsodium itself (sodium_init) before its first call. */
#ifndef CRIB_SYNC_CHANNEL_MINISIGN_H
#define CRIB_SYNC_CHANNEL_MINISIGN_H

#include "core/base/buf.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    KEY_ID = 8,           /* bytes: tells keys apart, proves nothing */
    KEY_PUBLIC = 32,      /* bytes, Ed25519 */
    KEY_SECRET = 64,      /* bytes, as libsodium keeps it: seed and public key */
    KEY_TEXT = 57,        /* the size of a public key's base64, with its NUL */
    SIGNATURE_MOST = 4096 /* bytes of a signature's file */
};

struct public_key {
    unsigned char id[KEY_ID];
    unsigned char bytes[KEY_PUBLIC];
};

/* Wipe it with key_wipe when it is done. */
struct secret_key {
    unsigned char id[KEY_ID];
    unsigned char bytes[KEY_SECRET];
};

/* Reads a public key: its base64 (RWQ...) or the file that holds it below a comment. EX_DATAERR when it is neither. */
bool key_read(const char *text, struct public_key *key, struct error *err);

/* Its base64 into out, KEY_TEXT bytes. */
void key_text(const struct public_key *key, char *out);

/* The file for it: a comment, and the base64. */
void key_file(const struct public_key *key, struct buf *out);

/* A new pair. */
void key_make(struct public_key *public_key, struct secret_key *secret);
struct public_key key_public(const struct secret_key *secret);
void key_wipe(struct secret_key *secret);

/* How much work a passphrase's guess costs. */
enum key_cost {
    KEY_COST_SENSITIVE, /* minisign's: 1 GiB and some seconds; less memory where the machine hasn't that much */
    KEY_COST_QUICK,     /* 16 MiB: for tests */
};

/* The file for a secret key; an empty passphrase leaves it unencrypted (as `minisign -W` does). out holds secrets: wipe
 * it. false when memory is out. */
bool secret_write(const struct secret_key *secret, const char *passphrase, enum key_cost cost, struct buf *out,
                  struct error *err);

/* Is a passphrase needed to read this file? */
bool secret_locked(const char *text);

/* Reads a secret key's file. EX_NOPERM for a wrong passphrase, EX_DATAERR for what is no such file or asks for more than
 * 2 GiB of memory. where is the file's name. */
bool secret_read(const char *text, const char *passphrase, const char *where, struct secret_key *secret,
                 struct error *err);

/* Appends the signature file of the bytes. comment is the trusted one: one line of printable text. */
bool sign(const struct secret_key *secret, const char *bytes, size_t n, const char *comment, struct buf *out,
          struct error *err);

/* Is text[0..text_n) the signature of the bytes by one of the keys? EX_DATAERR when it is no signature file, EX_NOPERM
 * when the key is none of these or the signature doesn't fit; where names what was signed. */
bool verify(const struct public_key *keys, size_t count, const char *bytes, size_t n, const char *text, size_t text_n,
            const char *where, struct error *err);

#endif
