#include "sync/serve/store_private.h"

#include "core/base/clock.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { HASH_BYTES = crypto_generichash_BYTES };

/* A token holds 256 random bits: nobody guesses it from its hash, which a password would need a slow one for. */
static void hash(const char *token, unsigned char out[HASH_BYTES])
{
    crypto_generichash(out, HASH_BYTES, (const unsigned char *)token, strlen(token), NULL, 0);
}

bool store_fit_name(const char *name, struct error *err)
{
    size_t n = strlen(name);
    return (n > 0 && n <= 100 && strchr(name, ':') == NULL && text_control(name, n) == n) ||
           error_set(err, EX_USAGE, "cannot name a client so", name, "a name is short and has no colon", "choose another one");
}

static bool add_client(struct store *s, const char *name, bool reads_all, const char *token, struct error *err)
{
    if (!store_fit_name(name, err))
        return false;
    unsigned char hashed[HASH_BYTES];
    hash(token, hashed);
    if (!db_run(s->db, err,
                "INSERT INTO client (name, reads_all, token, made) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name) DO UPDATE SET"
                " reads_all = ?2, token = ?3, made = ?4, revoked = NULL, box = NULL WHERE revoked IS NOT NULL",
                "sibi", name, (int64_t)reads_all, hashed, sizeof hashed, clock_wall_ms()))
        return false;
    return sqlite3_changes(db_handle(s->db)) > 0 ||
           error_set(err, EX_USAGE, "cannot add the client", name, "there is one of that name", "revoke it first, or choose another name");
}

bool store_add_client(struct store *s, const char *name, bool reads_all, char token[TOKEN_SIZE], struct error *err)
{
    token_make(token);
    return add_client(s, name, reads_all, token, err);
}

/* No letter or digit that is taken for another one when it is read aloud or copied by hand. */
static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

static bool name_is_free(struct store *s, const char *name, struct error *err)
{
    int64_t taken = 0;
    if (!store_fit_name(name, err))
        return false;
    if (!db_number(s->db, &taken, 0, err, "SELECT count(*) FROM client WHERE name = ? AND revoked IS NULL", "s", name))
        return false;
    return taken == 0 || error_set(err, EX_USAGE, "cannot invite the device", name, "there is one of that name",
                                   "revoke it first, or choose another name");
}

bool store_invite(struct store *s, const char *name, int64_t good_for_ms, char code[CODE_SIZE], struct error *err)
{
    if (!name_is_free(s, name, err))
        return false;
    unsigned char hashed[HASH_BYTES];
    for (size_t i = 0; i + 1 < CODE_SIZE; i++) /* 16 letters of 5 bits */
        code[i] = i % 5 == 4 ? '-' : letters[randombytes_uniform(32)];
    code[CODE_SIZE - 1] = '\0';
    hash(code, hashed);
    int64_t now = clock_wall_ms();
    return db_run(s->db, err, "DELETE FROM invitation WHERE expires < ? OR name = ?", "is", now, name) &&
           db_run(s->db, err, "INSERT INTO invitation (code, name, expires) VALUES (?, ?, ?)", "bsi", hashed, sizeof hashed, name,
                  now + good_for_ms);
}

/* As it was given, however it was typed: small letters, dashes left out. "" for what is none. */
static void tidy(const char *code, char out[CODE_SIZE])
{
    size_t n = 0;
    for (; *code != '\0' && n + 1 < CODE_SIZE; code++) {
        if (*code == '-' || *code == ' ')
            continue;
        if (n % 5 == 4)
            out[n++] = '-';
        out[n++] = (char)(*code >= 'a' && *code <= 'z' ? *code - 'a' + 'A' : *code);
    }
    out[n] = '\0';
    if (*code != '\0')
        out[0] = '\0';
}

bool store_client(struct store *s, const char *name, const char *token, struct client *out, struct error *err)
{
    unsigned char hashed[HASH_BYTES];
    hash(token, hashed);
    sqlite3_stmt *q = db_statement(s->db, "SELECT id, reads_all, token, (SELECT account FROM person WHERE client = name) FROM client"
                                         " WHERE name = ? AND revoked IS NULL", err);
    if (q == NULL || !db_bind(q, "s", name))
        return false;
    bool found = false;
    if (db_step(s->db, q, err) == 1) {
        *out = (struct client){.id = sqlite3_column_int64(q, 0), .reads_all = sqlite3_column_int64(q, 1) != 0};
        snprintf(out->account, sizeof out->account, "%s", db_text(q, 3));
        found = sqlite3_column_bytes(q, 2) == HASH_BYTES && sodium_memcmp(sqlite3_column_blob(q, 2), hashed, HASH_BYTES) == 0;
        sqlite3_reset(q);
    }
    return found;
}

/* The invitation with this code: its name; *used: a device has enrolled by it. false with *found where there is none. */
static bool find_invitation(struct store *s, const unsigned char *hashed, char name[NAME_SIZE], bool *used, bool *found,
                            struct error *err)
{
    sqlite3_stmt *q = db_statement(s->db, "SELECT name, used FROM invitation WHERE code = ? AND expires >= ?", err);
    *found = false;
    if (q == NULL || !db_bind(q, "bi", hashed, (size_t)HASH_BYTES, clock_wall_ms()))
        return false;
    int row = db_step(s->db, q, err);
    if (row != 1)
        return row == 0;
    snprintf(name, NAME_SIZE, "%s", db_text(q, 0));
    *used = sqlite3_column_int(q, 1) != 0;
    *found = true;
    sqlite3_reset(q);
    return true;
}

bool store_enrol(struct store *s, const char *code, const char *chosen, char name[NAME_SIZE], char token[TOKEN_SIZE], bool *known,
                 struct error *err)
{
    unsigned char hashed[HASH_BYTES];
    char tidied[CODE_SIZE];
    bool used, found;
    tidy(code, tidied);
    hash(tidied, hashed);
    *known = false;
    if (!find_invitation(s, hashed, name, &used, &found, err))
        return false;
    if (!found)
        return true;
    if (chosen != NULL)
        snprintf(token, TOKEN_SIZE, "%s", chosen);
    else
        token_make(token);
    struct client who;
    struct error why = {0};
    if (used) { /* by the same device, which did not hear of it? */
        *known = chosen != NULL && store_client(s, name, chosen, &who, &why);
        return why.code == 0 || error_set(err, why.code, why.what, why.where, why.why, NULL);
    }
    if (!db_run(s->db, err, "UPDATE invitation SET used = 1 WHERE code = ?", "b", hashed, sizeof hashed))
        return false;
    *known = add_client(s, name, false, token, &why); /* EX_USAGE: a token was made by hand meanwhile, the code is used up */
    return *known || why.code == EX_USAGE || error_set(err, why.code, why.what, why.where, why.why, NULL);
}

bool store_known(struct store *s, const char *name, bool *known, bool *revoked, struct error *err)
{
    int64_t found = 0;
    bool ok = db_number(s->db, &found, 0, err, "SELECT 1 + (revoked IS NOT NULL) FROM client WHERE name = ?", "s", name);
    *known = found > 0;
    *revoked = found > 1;
    return ok;
}

bool store_revoke(struct store *s, const char *name, struct error *err)
{
    if (!db_run(s->db, err, "UPDATE client SET revoked = ? WHERE name = ? AND revoked IS NULL", "is", clock_wall_ms(), name))
        return false;
    return sqlite3_changes(db_handle(s->db)) > 0 ||
           error_set(err, EX_USAGE, "cannot revoke the client", name, "there is none of that name", "`crib serve --list` names them");
}
