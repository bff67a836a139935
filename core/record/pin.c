#include "core/record/pin.h"

#include "core/base/clock.h"
#include "core/record/chain.h"

#include <sodium.h>
#include <string.h>
#include <sysexits.h>

enum { PASSES = 2, MEMORY = 19 << 20, FIRST_WAIT_MS = 10000, MOST_WAIT_MS = 15 * 60 * 1000 };

struct kept {
    char hash[crypto_pwhash_STRBYTES]; /* "" where there is no PIN */
    int64_t wrong, mono;
    char boot[65];
};

static bool read_kept(struct record *r, int64_t learner, struct kept *k, struct error *err)
{
    *k = (struct kept){.hash = ""};
    sqlite3_stmt *s = db_statement(r->db, "SELECT hash, wrong, mono, boot FROM pin WHERE learner = ?", err);
    if (s == NULL || !db_bind(s, "i", learner))
        return false;
    int got = db_step(r->db, s, err);
    if (got <= 0)
        return got == 0;
    size_t hash = strlen(db_text(s, 0)), boot = strlen(db_text(s, 3));
    memcpy(k->hash, db_text(s, 0), hash < sizeof k->hash ? hash : 0); /* zeroed behind it */
    memcpy(k->boot, db_text(s, 3), boot < sizeof k->boot ? boot : 0);
    k->wrong = sqlite3_column_int64(s, 1);
    k->mono = sqlite3_column_int64(s, 2);
    sqlite3_reset(s);
    return true;
}

static int64_t wait_of(int64_t wrong)
{
    int64_t wait = wrong >= PIN_FREE ? FIRST_WAIT_MS : 0;
    for (int64_t i = PIN_FREE; i < wrong && wait < MOST_WAIT_MS; i++)
        wait *= 2;
    return wait < MOST_WAIT_MS ? wait : MOST_WAIT_MS;
}

/* In another boot only that one's time counts: the attempt was before it. */
int64_t learner_pin_wait(int64_t wrong, bool same_boot, int64_t then, int64_t now)
{
    int64_t passed = same_boot && now >= then ? now - then : now, wait = wait_of(wrong);
    return passed < wait ? wait - passed : 0;
}

static struct pin_result result_of(const struct kept *k)
{
    struct pin_result result = {.state = PIN_NONE};
    char boot[65];
    if (k->hash[0] == '\0')
        return result;
    clock_boot_id(boot, sizeof boot);
    result.wait_ms = learner_pin_wait(k->wrong, strcmp(k->boot, boot) == 0, k->mono, clock_monotonic_ms());
    result.state = result.wait_ms > 0 ? PIN_WAIT : PIN_ASK;
    result.left = k->wrong < PIN_FREE ? PIN_FREE - (int)k->wrong : 0;
    result.wrong = k->wrong;
    return result;
}

bool learner_pin_state(struct record *r, int64_t learner, struct pin_result *result, struct error *err)
{
    struct kept k;
    if (!read_kept(r, learner, &k, err))
        return false;
    *result = result_of(&k);
    return true;
}

/* One transaction: is an attempt allowed, and if so it is counted as a wrong one. */
static bool count_attempt(struct record *r, int64_t learner, struct kept *k, struct pin_result *result, struct error *err)
{
    if (r->read_only)
        return error_set(err, EX_NOPERM, "cannot check the PIN", r->path, "the record was opened to read", NULL);
    if (!db_begin(r->db, err))
        return false;
    if (!read_kept(r, learner, k, err))
        return chain_fail(r);
    *result = result_of(k);
    if (result->state != PIN_ASK) {
        db_rollback(r->db);
        return true;
    }
    k->wrong++;
    k->mono = clock_monotonic_ms();
    clock_boot_id(k->boot, sizeof k->boot);
    return (db_run(r->db, err, "UPDATE pin SET wrong = ?, mono = ?, boot = ? WHERE learner = ?", "iisi", k->wrong, k->mono,
                   k->boot, learner) ||
            chain_fail(r)) &&
           db_commit(r->db, err);
}

bool learner_pin_check(struct record *r, int64_t learner, const char *pin, struct pin_result *result, struct error *err)
{
    struct kept k;
    struct str said = str_trim(str_of(pin));
    if (!event_crypto_ready(err) || !count_attempt(r, learner, &k, result, err))
        return false;
    if (result->state != PIN_ASK)
        return true;
    if (crypto_pwhash_str_verify(k.hash, said.p, said.n) != 0) {
        *result = result_of(&k);
        result->state = PIN_WRONG;
        return true;
    }
    *result = (struct pin_result){.state = PIN_RIGHT, .left = PIN_FREE};
    /* Unless it was set anew meanwhile. */
    return db_run(r->db, err, "UPDATE pin SET wrong = 0 WHERE learner = ? AND hash = ?", "is", learner, k.hash);
}

bool learner_pin_fits(const char *pin, struct error *err)
{
    size_t n = strlen(pin);
    return (n >= PIN_LEAST && n <= PIN_MOST && strspn(pin, "0123456789") == n) ||
           error_set(err, EX_DATAERR, "cannot take that PIN", NULL, "a PIN is 4 to 12 digits", "choose another one");
}

static bool say(struct record *r, int64_t learner, bool set, int64_t by, struct error *err)
{
    struct json *j = chain_event(r, "learner.pin", learner, NULL, NULL);
    json_bool(j, "set", set);
    if (by != 0)
        json_int(j, "by", by);
    return chain_append(r, NULL, err);
}

bool learner_pin_set(struct record *r, int64_t learner, const char *pin, int64_t by, struct error *err)
{
    char hash[crypto_pwhash_STRBYTES];
    if (!learner_pin_fits(pin, err) || !event_crypto_ready(err))
        return false;
    if (crypto_pwhash_str(hash, pin, strlen(pin), PASSES, MEMORY) != 0)
        return error_memory(err);
    return chain_begin(r, err) && say(r, learner, true, by, err) &&
           (db_run(r->db, err, "INSERT OR REPLACE INTO pin (learner, hash) VALUES (?, ?)", "is", learner, hash) ||
            chain_fail(r)) &&
           chain_commit(r, err);
}

bool learner_pin_reset(struct record *r, int64_t learner, int64_t by, struct error *err)
{
    return chain_begin(r, err) && say(r, learner, false, by, err) &&
           (db_run(r->db, err, "DELETE FROM pin WHERE learner = ?", "i", learner) || chain_fail(r)) && chain_commit(r, err);
}
