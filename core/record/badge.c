#include "core/record/badge.h"

#include <sodium.h>
#include <string.h>

enum { SECRETS_MOST = 64 };

void badge_normal(struct buf *out, const char *badge)
{
    struct buf folded = {0};
    text_fold(&folded, badge, strlen(badge));
    for (size_t i = 0; i < folded.len; i++)
        if (folded.data[i] != ' ')
            buf_addc(out, folded.data[i]);
    out->failed = out->failed || folded.failed;
    buf_free(&folded);
}

void badge_hash(const unsigned char secret[BADGE_SECRET], struct str normal, unsigned char hash[BADGE_HASH])
{
    crypto_generichash(hash, BADGE_HASH, (const unsigned char *)normal.p, normal.n, secret, BADGE_SECRET);
}

/* Newest first. */
static bool read_secrets(struct record *r, unsigned char secrets[][BADGE_SECRET], size_t most, size_t *count,
                         struct error *err)
{
    *count = 0;
    sqlite3_stmt *s = db_statement(r->db, "SELECT secret FROM badge_secret ORDER BY number DESC LIMIT ?", err);
    if (s == NULL || !db_bind(s, "i", (int64_t)most))
        return false;
    int got;
    while ((got = db_step(r->db, s, err)) > 0)
        memcpy(secrets[(*count)++], sqlite3_column_blob(s, 0), BADGE_SECRET);
    return got == 0;
}

bool badge_secret(struct record *r, unsigned char secret[BADGE_SECRET], struct error *err)
{
    size_t count;
    if (!read_secrets(r, (unsigned char (*)[BADGE_SECRET])secret, 1, &count, err))
        return false;
    if (count > 0)
        return true;
    randombytes_buf(secret, BADGE_SECRET);
    return db_run(r->db, err, "INSERT INTO badge_secret (secret) VALUES (?)", "b", secret, (size_t)BADGE_SECRET);
}

bool badge_holder(struct record *r, const char *badge, int64_t *learner, struct error *err)
{
    unsigned char secrets[SECRETS_MOST][BADGE_SECRET], hash[BADGE_HASH];
    size_t count;
    struct buf normal = {0};
    *learner = 0;
    badge_normal(&normal, badge);
    bool ok = (buf_ok(&normal) || error_memory(err)) && event_crypto_ready(err) &&
              read_secrets(r, secrets, SECRETS_MOST, &count, err);
    for (size_t i = 0; ok && normal.len > 0 && *learner == 0 && i < count; i++) {
        badge_hash(secrets[i], (struct str){normal.data, normal.len}, hash);
        ok = db_number(r->db, learner, 0, err, "SELECT number FROM learner WHERE badge = ? AND removed = 0", "b", hash,
                       sizeof hash);
    }
    buf_free(&normal);
    sodium_memzero(secrets, sizeof secrets);
    return ok;
}
