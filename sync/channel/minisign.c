#include "sync/channel/minisign.h"

#include "core/base/text.h"

#include <sodium.h>
#include <stdint.h>
#include <string.h>
#include <sysexits.h>

enum {
    LINE_MOST = 1024, /* of a comment */
    PUBLIC_BYTES = 2 + KEY_ID + KEY_PUBLIC,
    SIGNED_BYTES = 2 + KEY_ID + crypto_sign_BYTES,
    CHECKSUM = 32,
    SALT = crypto_pwhash_scryptsalsa208sha256_SALTBYTES,
    HIDDEN = KEY_ID + KEY_SECRET + CHECKSUM, /* what the passphrase hides */
    SECRET_BYTES = 6 + SALT + 8 + 8 + HIDDEN,
    BASE64_MOST = 256,
};
#define MEMORY_MOST ((uint64_t)2 << 30)

/* A secret key's file, decoded (minisign, "Secret key format"). */
struct secret_file {
    unsigned char signature[2]; /* "Ed" */
    unsigned char kdf[2];       /* "Sc" for scrypt, zeros for none */
    unsigned char checksum[2];  /* "B2" for BLAKE2b */
    unsigned char salt[SALT];
    uint64_t operations, memory;
    unsigned char hidden[HIDDEN];
};

/* ---- lines and base64 ---- */

/* Takes the next line off the text; false at its end or for a line that is too long. A CR before the LF goes. */
static bool next_line(const char **text, const char *end, struct str *line)
{
    if (*text == end)
        return false;
    const char *stop = memchr(*text, '\n', (size_t)(end - *text));
    size_t n = (size_t)((stop != NULL ? stop : end) - *text);
    *line = (struct str){*text, n > 0 && (*text)[n - 1] == '\r' ? n - 1 : n};
    *text = stop != NULL ? stop + 1 : end;
    return line->n <= LINE_MOST;
}

static bool starts(struct str s, const char *with)
{
    size_t n = strlen(with);
    return s.n >= n && memcmp(s.p, with, n) == 0;
}

static bool decode(struct str base64, unsigned char *out, size_t n)
{
    size_t got;
    return sodium_base642bin(out, n, base64.p, base64.n, NULL, &got, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
           got == n;
}

static void encode(struct buf *out, const unsigned char *bytes, size_t n)
{
    char text[BASE64_MOST + 64];
    buf_adds(out, sodium_bin2base64(text, sizeof text, bytes, n, sodium_base64_VARIANT_ORIGINAL));
    sodium_memzero(text, sizeof text);
}

/* minisign prints an id as one number, the last byte first. */
static void id_text(const unsigned char *id, char *out)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < KEY_ID; i++) {
        out[2 * i] = digits[id[KEY_ID - 1 - i] >> 4];
        out[2 * i + 1] = digits[id[KEY_ID - 1 - i] & 15];
    }
    out[2 * KEY_ID] = '\0';
}

/* ---- public keys ---- */

bool key_read(const char *text, struct public_key *key, struct error *err)
{
    const char *end = text + strlen(text);
    struct str line = {text, 0};
    bool found = next_line(&text, end, &line);
    if (found && starts(line, "untrusted comment:"))
        found = next_line(&text, end, &line);
    unsigned char bytes[PUBLIC_BYTES];
    if (!found || !decode(str_trim(line), bytes, sizeof bytes) || memcmp(bytes, "Ed", 2) != 0)
        return error_set(err, EX_DATAERR, "this is no public key", NULL, "minisign's begin with RW",
                         "copy it from the .pub file of the channel's publisher");
    memcpy(key->id, bytes + 2, KEY_ID);
    memcpy(key->bytes, bytes + 2 + KEY_ID, KEY_PUBLIC);
    return true;
}

static void public_bytes(const struct public_key *key, unsigned char *bytes)
{
    memcpy(bytes, "Ed", 2);
    memcpy(bytes + 2, key->id, KEY_ID);
    memcpy(bytes + 2 + KEY_ID, key->bytes, KEY_PUBLIC);
}

void key_text(const struct public_key *key, char *out)
{
    unsigned char bytes[PUBLIC_BYTES];
    public_bytes(key, bytes);
    sodium_bin2base64(out, KEY_TEXT, bytes, sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
}

void key_file(const struct public_key *key, struct buf *out)
{
    char id[2 * KEY_ID + 1], text[KEY_TEXT];
    id_text(key->id, id);
    key_text(key, text);
    buf_addf(out, "untrusted comment: minisign public key %s\n%s\n", id, text);
}

/* ---- secret keys ---- */

void key_make(struct public_key *public_key, struct secret_key *secret)
{
    randombytes_buf(secret->id, KEY_ID);
    crypto_sign_keypair(public_key->bytes, secret->bytes);
    memcpy(public_key->id, secret->id, KEY_ID);
}

struct public_key key_public(const struct secret_key *secret)
{
    struct public_key key;
    memcpy(key.id, secret->id, KEY_ID);
    crypto_sign_ed25519_sk_to_pk(key.bytes, secret->bytes);
    return key;
}

void key_wipe(struct secret_key *secret)
{
    sodium_memzero(secret, sizeof *secret);
}

/* BLAKE2b-256 over the algorithm, the id and the key: tells a wrong passphrase. */
static void checksum(const unsigned char *id, const unsigned char *bytes, unsigned char *out)
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, CHECKSUM);
    crypto_generichash_update(&state, (const unsigned char *)"Ed", 2);
    crypto_generichash_update(&state, id, KEY_ID);
    crypto_generichash_update(&state, bytes, KEY_SECRET);
    crypto_generichash_final(&state, out, CHECKSUM);
}

/* Hides or shows again: the same act. */
static bool mask(struct secret_file *f, const char *passphrase)
{
    unsigned char stream[HIDDEN];
    if (crypto_pwhash_scryptsalsa208sha256(stream, sizeof stream, passphrase, strlen(passphrase), f->salt,
                                           f->operations, (size_t)f->memory) != 0)
        return false;
    for (size_t i = 0; i < HIDDEN; i++)
        f->hidden[i] ^= stream[i];
    sodium_memzero(stream, sizeof stream);
    return true;
}

static void put_number(unsigned char *out, uint64_t n)
{
    for (size_t i = 0; i < 8; i++)
        out[i] = (unsigned char)(n >> (8 * i));
}

static uint64_t get_number(const unsigned char *bytes)
{
    uint64_t n = 0;
    for (size_t i = 0; i < 8; i++)
        n |= (uint64_t)bytes[i] << (8 * i);
    return n;
}

static void write_secret_file(const struct secret_file *f, struct buf *out)
{
    unsigned char bytes[SECRET_BYTES];
    memcpy(bytes, f->signature, 2);
    memcpy(bytes + 2, f->kdf, 2);
    memcpy(bytes + 4, f->checksum, 2);
    memcpy(bytes + 6, f->salt, SALT);
    put_number(bytes + 6 + SALT, f->operations);
    put_number(bytes + 14 + SALT, f->memory);
    memcpy(bytes + 22 + SALT, f->hidden, HIDDEN);
    buf_adds(out, "untrusted comment: minisign encrypted secret key\n");
    encode(out, bytes, sizeof bytes);
    buf_addc(out, '\n');
    sodium_memzero(bytes, sizeof bytes);
}

static bool read_secret_file(const char *text, struct secret_file *f)
{
    const char *end = text + strlen(text);
    struct str line;
    unsigned char bytes[SECRET_BYTES];
    if (!next_line(&text, end, &line) || !starts(line, "untrusted comment:") || !next_line(&text, end, &line) ||
        !decode(str_trim(line), bytes, sizeof bytes))
        return false;
    memcpy(f->signature, bytes, 2);
    memcpy(f->kdf, bytes + 2, 2);
    memcpy(f->checksum, bytes + 4, 2);
    memcpy(f->salt, bytes + 6, SALT);
    f->operations = get_number(bytes + 6 + SALT);
    f->memory = get_number(bytes + 14 + SALT);
    memcpy(f->hidden, bytes + 22 + SALT, HIDDEN);
    sodium_memzero(bytes, sizeof bytes);
    return memcmp(f->signature, "Ed", 2) == 0 && memcmp(f->checksum, "B2", 2) == 0 &&
           (memcmp(f->kdf, "Sc", 2) == 0 || memcmp(f->kdf, "\0", 2) == 0);
}

/* The most memory that this machine gives, down to 16 MiB. */
static bool hide(struct secret_file *f, const char *passphrase, enum key_cost cost)
{
    memcpy(f->kdf, "Sc", 2);
    randombytes_buf(f->salt, SALT);
    f->operations = crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE;
    f->memory = crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE;
    if (cost == KEY_COST_QUICK) {
        f->operations = crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_MIN;
        f->memory = crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_MIN;
    }
    while (!mask(f, passphrase)) {
        f->operations /= 2;
        f->memory /= 2;
        if (f->memory < crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_MIN)
            return false;
    }
    return true;
}

bool secret_write(const struct secret_key *secret, const char *passphrase, enum key_cost cost, struct buf *out,
                  struct error *err)
{
    struct secret_file f = {.signature = {'E', 'd'}, .checksum = {'B', '2'}};
    memcpy(f.hidden, secret->id, KEY_ID);
    memcpy(f.hidden + KEY_ID, secret->bytes, KEY_SECRET);
    checksum(secret->id, secret->bytes, f.hidden + KEY_ID + KEY_SECRET);
    bool ok = passphrase[0] == '\0' || hide(&f, passphrase, cost);
    if (ok)
        write_secret_file(&f, out);
    sodium_memzero(&f, sizeof f);
    return (ok && buf_ok(out)) || error_memory(err);
}

bool secret_locked(const char *text)
{
    struct secret_file f;
    bool locked = read_secret_file(text, &f) && memcmp(f.kdf, "Sc", 2) == 0;
    sodium_memzero(&f, sizeof f);
    return locked;
}

static bool take_secret(struct secret_file *f, const char *passphrase, const char *where, struct secret_key *secret,
                        struct error *err)
{
    bool locked = memcmp(f->kdf, "Sc", 2) == 0;
    if (locked && f->memory > MEMORY_MOST)
        return error_set(err, EX_DATAERR, "cannot read the secret key", where, "it asks for more than 2 GiB of memory",
                         "make a key with `crib channel key`");
    if (locked && !mask(f, passphrase))
        return error_memory(err);
    unsigned char check[CHECKSUM];
    const unsigned char *written = f->hidden + KEY_ID + KEY_SECRET;
    checksum(f->hidden, f->hidden + KEY_ID, check);
    /* minisign leaves the checksum out where there is no passphrase. */
    if (sodium_memcmp(check, written, CHECKSUM) != 0 && (locked || !sodium_is_zero(written, CHECKSUM)))
        return error_set(err, locked ? EX_NOPERM : EX_DATAERR, "cannot read the secret key", where,
                         locked ? "the passphrase is wrong" : "it is damaged",
                         locked ? "type it again" : "take the copy that was kept elsewhere");
    memcpy(secret->id, f->hidden, KEY_ID);
    memcpy(secret->bytes, f->hidden + KEY_ID, KEY_SECRET);
    return true;
}

bool secret_read(const char *text, const char *passphrase, const char *where, struct secret_key *secret,
                 struct error *err)
{
    struct secret_file f;
    bool ok = read_secret_file(text, &f)
                  ? take_secret(&f, passphrase, where, secret, err)
                  : error_set(err, EX_DATAERR, "this is no secret key", where, "minisign would not read it either",
                              "`crib channel key` makes a pair");
    sodium_memzero(&f, sizeof f);
    return ok;
}

/* ---- signatures ---- */

static void prehash(const char *bytes, size_t n, unsigned char *out)
{
    crypto_generichash(out, crypto_generichash_BYTES_MAX, (const unsigned char *)bytes, n, NULL, 0);
}

/* What the second signature is over: the first one and the comment. */
static void whole(unsigned char *out, const unsigned char *signature, const char *comment, size_t n)
{
    memcpy(out, signature, crypto_sign_BYTES);
    memcpy(out + crypto_sign_BYTES, comment, n);
}

bool sign(const struct secret_key *secret, const char *bytes, size_t n, const char *comment, struct buf *out,
          struct error *err)
{
    unsigned char hash[crypto_generichash_BYTES_MAX], signature[SIGNED_BYTES], second[crypto_sign_BYTES];
    unsigned char over[crypto_sign_BYTES + LINE_MOST];
    size_t comment_n = strlen(comment);
    if (comment_n > LINE_MOST - 32 || text_control(comment, comment_n) != comment_n)
        return error_set(err, EX_DATAERR, "cannot sign", NULL, "the comment is no line of text", NULL);
    prehash(bytes, n, hash);
    memcpy(signature, "ED", 2);
    memcpy(signature + 2, secret->id, KEY_ID);
    crypto_sign_detached(signature + 2 + KEY_ID, NULL, hash, sizeof hash, secret->bytes);
    whole(over, signature + 2 + KEY_ID, comment, comment_n);
    crypto_sign_detached(second, NULL, over, crypto_sign_BYTES + comment_n, secret->bytes);
    char id[2 * KEY_ID + 1];
    id_text(secret->id, id);
    buf_addf(out, "untrusted comment: signature by the crib channel key %s\n", id);
    encode(out, signature, sizeof signature);
    buf_addf(out, "\ntrusted comment: %s\n", comment);
    encode(out, second, sizeof second);
    buf_addc(out, '\n');
    return buf_ok(out) || error_memory(err);
}

/* A signature's file in its parts. */
struct signature {
    unsigned char id[KEY_ID];
    unsigned char bytes[crypto_sign_BYTES];
    struct str comment;
    unsigned char second[crypto_sign_BYTES];
};

static bool read_signature(const char *text, size_t n, struct signature *s)
{
    static const char trusted[] = "trusted comment: ";
    unsigned char bytes[SIGNED_BYTES];
    const char *end = text + n;
    struct str line;
    if (n > SIGNATURE_MOST || !next_line(&text, end, &line) || !starts(line, "untrusted comment:") ||
        !next_line(&text, end, &line) || !decode(line, bytes, sizeof bytes) || memcmp(bytes, "ED", 2) != 0)
        return false;
    memcpy(s->id, bytes + 2, KEY_ID);
    memcpy(s->bytes, bytes + 2 + KEY_ID, crypto_sign_BYTES);
    if (!next_line(&text, end, &line) || !starts(line, trusted))
        return false;
    s->comment = (struct str){line.p + sizeof trusted - 1, line.n - (sizeof trusted - 1)};
    return next_line(&text, end, &line) && decode(line, s->second, sizeof s->second);
}

static bool fits(const struct public_key *key, const struct signature *s, const char *bytes, size_t n)
{
    unsigned char hash[crypto_generichash_BYTES_MAX], over[crypto_sign_BYTES + LINE_MOST];
    prehash(bytes, n, hash);
    whole(over, s->bytes, s->comment.p, s->comment.n);
    return crypto_sign_verify_detached(s->bytes, hash, sizeof hash, key->bytes) == 0 &&
           crypto_sign_verify_detached(s->second, over, crypto_sign_BYTES + s->comment.n, key->bytes) == 0;
}

bool verify(const struct public_key *keys, size_t count, const char *bytes, size_t n, const char *text, size_t text_n,
            const char *where, struct error *err)
{
    struct signature s;
    if (!read_signature(text, text_n, &s))
        return error_set(err, EX_DATAERR, "cannot trust it", where, "its signature is no signature file",
                         "tell the channel's publisher");
    for (size_t i = 0; i < count; i++)
        if (memcmp(keys[i].id, s.id, KEY_ID) == 0)
            return fits(&keys[i], &s, bytes, n) ||
                   error_set(err, EX_NOPERM, "cannot trust it", where, "its signature does not fit",
                             "it was damaged or changed on its way: tell the channel's publisher");
    char id[2 * KEY_ID + 1], why[96];
    id_text(s.id, id);
    snprintf(why, sizeof why, "it is signed by %s, which is no key of this channel", id);
    return error_set(err, EX_NOPERM, "cannot trust it", where, why, "ask the channel's publisher for the right key");
}
