#include "sync/serve/store_private.h"

#include "core/base/clock.h"

#include <sodium.h>
#include <string.h>

enum { HASH_BYTES = crypto_generichash_BYTES, SECRET_BYTES = 32 };

/* A token holds 256 random bits: nobody guesses it from its hash, which a password would need a slow one for. */
static void hash(const char *token, unsigned char out[HASH_BYTES])
{
    crypto_generichash(out, HASH_BYTES, (const unsigned char *)token, strlen(token), NULL, 0);
}

static bool fit_name(const char *name)
{
    size_t n = strlen(name);
    return n > 0 && n <= 100 && strchr(name, ':') == NULL && text_control(name, n) == n;
}

bool store_add_client(struct store *s, const char *name, bool reads_all, char token[TOKEN_SIZE], struct error *err)
{
    if (!fit_name(name))
        return error_set(err, EX_USAGE, "cannot name a client so", name, "a name is short and has no colon", NULL);
    unsigned char secret[SECRET_BYTES], hashed[HASH_BYTES];
    randombytes_buf(secret, sizeof secret);
    sodium_bin2base64(token, TOKEN_SIZE, secret, sizeof secret, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(secret, sizeof secret);
    hash(token, hashed);
    if (!db_run(s->db, err,
                "INSERT INTO client (name, reads_all, token, made) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name) DO UPDATE SET"
                " reads_all = ?2, token = ?3, made = ?4, revoked = NULL WHERE revoked IS NOT NULL",
                "sibi", name, (int64_t)reads_all, hashed, sizeof hashed, clock_wall_ms()))
        return false;
    return sqlite3_changes(db_handle(s->db)) > 0 ||
           error_set(err, EX_USAGE, "cannot add the client", name, "there is one of that name", "revoke it first, or choose another name");
}

bool store_client(struct store *s, const char *name, const char *token, struct client *out, struct error *err)
{
    unsigned char hashed[HASH_BYTES];
    hash(token, hashed);
    sqlite3_stmt *q = db_statement(s->db, "SELECT id, reads_all, token FROM client WHERE name = ? AND revoked IS NULL", err);
    if (q == NULL || !db_bind(q, "s", name))
        return false;
    bool found = false;
    if (db_step(s->db, q, err) == 1) {
        *out = (struct client){sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1) != 0};
        found = sqlite3_column_bytes(q, 2) == HASH_BYTES && sodium_memcmp(sqlite3_column_blob(q, 2), hashed, HASH_BYTES) == 0;
        sqlite3_reset(q);
    }
    return found;
}

bool store_revoke(struct store *s, const char *name, struct error *err)
{
    if (!db_run(s->db, err, "UPDATE client SET revoked = ? WHERE name = ? AND revoked IS NULL", "is", clock_wall_ms(), name))
        return false;
    return sqlite3_changes(db_handle(s->db)) > 0 ||
           error_set(err, EX_USAGE, "cannot revoke the client", name, "there is none of that name", NULL);
}
