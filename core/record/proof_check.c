#include "core/record/proof.h"

#include "core/base/hex.h"
#include "core/record/proof_parts.h"
#include "core/record/signoff.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>
#include <sysexits.h>

/* A check under way. The database is in memory: it reads the JSON, and finds a payload's event. */
struct check {
    sqlite3 *db;
    struct arena *a;
    struct str file;
    struct proof_found *found;
    struct error *err;
    struct buf readable;
};

static bool broken(struct check *c, const char *where, const char *why)
{
    return error_set(c->err, EX_DATAERR, "the proof does not hold", where, why, "ask for a fresh export from the device");
}

static sqlite3_stmt *prepare(struct check *c, const char *sql)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(c->db, sql, -1, &s, NULL) != SQLITE_OK ||
        (sqlite3_bind_parameter_count(s) > 0 &&
         sqlite3_bind_text64(s, 1, c->file.p, c->file.n, SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK)) {
        broken(c, NULL, sqlite3_errmsg(c->db));
        sqlite3_finalize(s);
        return NULL;
    }
    return s;
}

static const char *text_of(sqlite3_stmt *s, int column)
{
    const char *text = (const char *)sqlite3_column_text(s, column);
    return text != NULL ? text : "";
}

/* ---- the file ---- */

/* The signature at the very end, and what it is over. */
static bool take_signature(struct check *c, unsigned char signature[EVENT_SIGNATURE], size_t *signed_len)
{
    static const char end[] = "\"}\n";
    const size_t tail = sizeof PROOF_SIGNATURE - 1 + 2 * EVENT_SIGNATURE + sizeof end - 1;
    char hex[2 * EVENT_SIGNATURE + 1];
    if (c->file.n < tail)
        return broken(c, "its end", "it is cut off, or no proof");
    const char *at = c->file.p + c->file.n - tail;
    memcpy(hex, at + sizeof PROOF_SIGNATURE - 1, sizeof hex - 1);
    hex[sizeof hex - 1] = '\0';
    if (memcmp(at, PROOF_SIGNATURE, sizeof PROOF_SIGNATURE - 1) != 0 || memcmp(at + tail - sizeof end + 1, end, sizeof end - 1) != 0 ||
        !hex_read(hex, signature, EVENT_SIGNATURE))
        return broken(c, "its end", "it is cut off, or no proof");
    *signed_len = c->file.n - tail;
    return true;
}

static bool add_key(struct check *c, const char *key)
{
    if (strings_has(c->found->keys, key))
        return true;
    const char **keys = arena_array(c->a, c->found->keys.count + 1, sizeof *keys);
    const char *copy = arena_strdup(c->a, key);
    if (keys == NULL || copy == NULL)
        return error_memory(c->err);
    for (size_t i = 0; i < c->found->keys.count; i++)
        keys[i] = c->found->keys.items[i];
    keys[c->found->keys.count] = copy;
    c->found->keys = (struct strings){keys, c->found->keys.count + 1};
    return true;
}

static bool check_signature(struct check *c, const char *wanted_key)
{
    unsigned char signature[EVENT_SIGNATURE], key[EVENT_KEY], message[PROOF_MESSAGE];
    size_t signed_len = 0;
    if (!take_signature(c, signature, &signed_len))
        return false;
    sqlite3_stmt *s = prepare(c, "SELECT json_extract(?1, '$.\"crib-proof\"'), json_extract(?1, '$.key') WHERE json_valid(?1)");
    if (s == NULL)
        return false;
    bool ok = sqlite3_step(s) == SQLITE_ROW && sqlite3_column_int(s, 0) == 1;
    if (!ok)
        broken(c, "its beginning", "it is no proof that this crib knows");
    else if (!hex_read(text_of(s, 1), key, sizeof key))
        ok = broken(c, "key", "it is no key");
    else if (wanted_key != NULL && strcmp(wanted_key, text_of(s, 1)) != 0)
        ok = broken(c, "key", "another device's key signed it");
    else
        ok = add_key(c, text_of(s, 1));
    sqlite3_finalize(s);
    if (!ok)
        return false;
    proof_message(c->file.p, signed_len, message);
    return crypto_sign_verify_detached(signature, message, sizeof message, key) == 0 ||
           broken(c, "its signature", "something in the file was changed since it was signed");
}

/* ---- chains ---- */

/* A segment as it is walked. */
struct segment {
    char name[2 * EVENT_LOG + 1];
    unsigned char log[EVENT_LOG], key[EVENT_KEY], link[EVENT_HASH], signature[EVENT_SIGNATURE];
    int64_t from, seq; /* the last event's */
};

static bool at_event(struct check *c, const struct segment *g, int64_t seq, const char *why)
{
    return broken(c, arena_printf(c->a, "log %s, event %" PRId64, g->name, seq), why);
}

static bool remember(struct check *c, const struct segment *g, sqlite3_stmt *row)
{
    sqlite3_stmt *s = NULL;
    bool ok = sqlite3_prepare_v2(c->db, "INSERT INTO event (log, seq, id, kind, commitment) VALUES (?, ?, ?, ?, ?)", -1, &s, NULL) ==
                  SQLITE_OK &&
              sqlite3_bind_text(s, 1, g->name, -1, SQLITE_STATIC) == SQLITE_OK && sqlite3_bind_int64(s, 2, g->seq) == SQLITE_OK &&
              sqlite3_bind_text(s, 3, text_of(row, 1), -1, SQLITE_TRANSIENT) == SQLITE_OK &&
              sqlite3_bind_text(s, 4, text_of(row, 2), -1, SQLITE_TRANSIENT) == SQLITE_OK &&
              sqlite3_bind_text(s, 5, text_of(row, 3), -1, SQLITE_TRANSIENT) == SQLITE_OK && sqlite3_step(s) == SQLITE_DONE;
    sqlite3_finalize(s);
    return ok || at_event(c, g, g->seq, "it stands there twice");
}

/* Columns: seq, id, kind, commitment, link. */
static bool check_event(struct check *c, struct segment *g, sqlite3_stmt *s)
{
    unsigned char commitment[EVENT_HASH], link[EVENT_HASH], made[EVENT_HASH];
    struct uuid id;
    int64_t seq = sqlite3_column_int64(s, 0), expected = g->seq + 1;
    const char *kind = text_of(s, 2);
    if (seq != expected)
        return at_event(c, g, expected, seq > expected ? "it is missing" : "another one stands in its place");
    g->seq = seq;
    if (!uuid_parse(text_of(s, 1), &id) || !hex_read(text_of(s, 3), commitment, sizeof commitment) ||
        !hex_read(text_of(s, 4), link, sizeof link) ||
        !event_link(g->log, (uint64_t)seq, &id, kind, strlen(kind), commitment, g->link, made) || memcmp(link, made, sizeof made) != 0)
        return at_event(c, g, seq, "its link differs from what it links");
    memcpy(g->link, link, sizeof link);
    c->found->events++;
    return remember(c, g, s);
}

static bool check_segment(struct check *c, struct segment *g, const char *events, size_t n)
{
    struct str file = c->file;
    c->file = (struct str){events, n};
    sqlite3_stmt *s = prepare(c, "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),"
                                 " json_extract(value, '$[3]'), json_extract(value, '$[4]') FROM json_each(?1)");
    c->file = file;
    int got = SQLITE_DONE;
    bool ok = s != NULL;
    g->seq = g->from - 1;
    while (ok && (got = sqlite3_step(s)) == SQLITE_ROW)
        ok = check_event(c, g, s);
    sqlite3_finalize(s);
    if (!ok)
        return false;
    if (got != SQLITE_DONE || g->seq < g->from)
        return at_event(c, g, g->from, "its events can't be read");
    return event_signed(g->key, g->log, (uint64_t)g->seq, g->link, g->signature) ||
           at_event(c, g, g->seq, "the checkpoint's signature is not the log's");
}

/* The log, and columns: from, before, signature, events. */
static bool check_segment_row(struct check *c, const struct segment *log, sqlite3_stmt *s)
{
    static const unsigned char nothing[EVENT_HASH] = {0};
    struct segment g = *log;
    g.from = sqlite3_column_int64(s, 0);
    if (g.from < 1 || !hex_read(text_of(s, 1), g.link, sizeof g.link) || !hex_read(text_of(s, 2), g.signature, sizeof g.signature))
        return broken(c, "logs", "a part of a log can't be read");
    if (g.from == 1 && memcmp(g.link, nothing, sizeof nothing) != 0)
        return at_event(c, &g, 1, "something stands before the first event");
    return check_segment(c, &g, text_of(s, 3), (size_t)sqlite3_column_bytes(s, 3));
}

/* Columns: log, key, segments. Each part of the file is read by itself: asked for piece by piece, SQLite would read the whole
 * of it for each. */
static bool check_log(struct check *c, sqlite3_stmt *row)
{
    struct segment log = {.from = 0};
    if (!hex_read(text_of(row, 0), log.log, sizeof log.log) || !hex_read(text_of(row, 1), log.key, sizeof log.key))
        return broken(c, "logs", "a part of a log can't be read");
    memcpy(log.name, text_of(row, 0), sizeof log.name);
    if (!add_key(c, text_of(row, 1)))
        return false;
    struct str file = c->file;
    c->file = (struct str){text_of(row, 2), (size_t)sqlite3_column_bytes(row, 2)};
    sqlite3_stmt *s = prepare(c, "SELECT json_extract(value, '$.from'), json_extract(value, '$.before'),"
                                 " json_extract(value, '$.signature'), json_extract(value, '$.events') FROM json_each(?1)");
    c->file = file;
    int got = SQLITE_DONE;
    bool ok = s != NULL;
    while (ok && (got = sqlite3_step(s)) == SQLITE_ROW)
        ok = check_segment_row(c, &log, s);
    sqlite3_finalize(s);
    return ok && (got == SQLITE_DONE || broken(c, "logs", "a part of a log can't be read"));
}

static bool each(struct check *c, const char *sql, const char *where, bool (*check)(struct check *c, sqlite3_stmt *s))
{
    sqlite3_stmt *s = prepare(c, sql);
    int got = SQLITE_DONE;
    bool ok = s != NULL;
    while (ok && (got = sqlite3_step(s)) == SQLITE_ROW)
        ok = check(c, s);
    if (ok && got != SQLITE_DONE)
        ok = broken(c, where, sqlite3_errmsg(c->db));
    sqlite3_finalize(s);
    return ok;
}

/* ---- payloads and contents ---- */

/* Columns: log, seq, salt, payload, and of its event kind, id, commitment. */
static bool check_payload(struct check *c, sqlite3_stmt *s)
{
    unsigned char salt[EVENT_SALT], commitment[EVENT_HASH], made[EVENT_HASH];
    struct segment g = {.name = ""};
    struct str payload = {text_of(s, 3), (size_t)sqlite3_column_bytes(s, 3)};
    memcpy(g.name, text_of(s, 0), strnlen(text_of(s, 0), sizeof g.name - 1));
    int64_t seq = sqlite3_column_int64(s, 1);
    if (sqlite3_column_type(s, 4) == SQLITE_NULL)
        return at_event(c, &g, seq, "a payload is there, but not its event");
    if (!hex_read(text_of(s, 2), salt, sizeof salt) || !hex_read(text_of(s, 6), commitment, sizeof commitment))
        return at_event(c, &g, seq, "its payload can't be read");
    event_commit(salt, payload.p, payload.n, made);
    if (memcmp(made, commitment, sizeof made) != 0)
        return at_event(c, &g, seq, "the payload differs from its commitment");
    if (!proof_lines(c->db, text_of(s, 4), text_of(s, 5), payload, &c->readable))
        return at_event(c, &g, seq, "its payload can't be read");
    c->found->signoffs += strcmp(text_of(s, 4), "signoff.signed") == 0;
    return true;
}

/* Columns: key, source. */
static bool check_content(struct check *c, sqlite3_stmt *s)
{
    const char *key = signoff_content(c->a, text_of(s, 1), (size_t)sqlite3_column_bytes(s, 1));
    if (key == NULL)
        return error_memory(c->err);
    if (strcmp(key, text_of(s, 0)) != 0)
        return broken(c, arena_printf(c->a, "content %.64s", text_of(s, 0)), "the text is another one");
    sqlite3_stmt *keep = NULL;
    bool ok = sqlite3_prepare_v2(c->db, "INSERT OR IGNORE INTO content (key) VALUES (?)", -1, &keep, NULL) == SQLITE_OK &&
              sqlite3_bind_text(keep, 1, key, -1, SQLITE_STATIC) == SQLITE_OK && sqlite3_step(keep) == SQLITE_DONE;
    sqlite3_finalize(keep);
    return ok || error_memory(c->err);
}

/* Columns: the content that a sign-off names, and whether it is there. */
static bool check_named(struct check *c, sqlite3_stmt *s)
{
    return sqlite3_column_int(s, 1) != 0 ||
           broken(c, arena_printf(c->a, "content %.64s", text_of(s, 0)), "a sign-off is over it, and it is not there");
}

static bool check_line(struct check *c, sqlite3_stmt *s)
{
    buf_addf(&c->readable, "%s\n", text_of(s, 0));
    return buf_ok(&c->readable) || error_memory(c->err);
}

/* What the file says to people is what was checked; that is kept. */
static bool check_readable(struct check *c)
{
    struct buf made = c->readable;
    c->readable = (struct buf){0};
    bool ok = each(c, "SELECT value FROM json_each(?1, '$.readable')", "readable", check_line);
    if (ok && strcmp(buf_text(&made), buf_text(&c->readable)) != 0)
        ok = broken(c, "readable", "it says another thing than the events");
    size_t count = 0, n;
    for (const char *at = buf_text(&made); *at != '\0'; at++)
        count += *at == '\n';
    const char **lines = arena_array(c->a, count + 1, sizeof *lines);
    const char *at = buf_text(&made);
    for (size_t i = 0; ok && i < count; i++, at += n + 1) {
        n = strcspn(at, "\n");
        ok = lines != NULL && (lines[i] = arena_copy(c->a, at, n)) != NULL;
        if (!ok)
            error_memory(c->err);
    }
    c->found->readable = (struct strings){lines, count};
    buf_free(&made);
    return ok;
}

static bool check_all(struct check *c, const char *key)
{
    static const char tables[] = "CREATE TABLE event (log TEXT, seq INTEGER, id TEXT, kind TEXT, commitment TEXT, PRIMARY KEY (log, seq));"
                                 "CREATE TABLE content (key TEXT PRIMARY KEY)";
    if (sqlite3_exec(c->db, tables, NULL, NULL, NULL) != SQLITE_OK)
        return error_memory(c->err);
    return check_signature(c, key) &&
           each(c, "SELECT json_extract(value, '$.log'), json_extract(value, '$.key'), json_extract(value, '$.segments')"
                   " FROM json_each(?1, '$.logs')",
                "logs", check_log) &&
           each(c, "SELECT json_extract(p.value, '$.log'), json_extract(p.value, '$.seq'), json_extract(p.value, '$.salt'),"
                   " json_extract(p.value, '$.payload'), e.kind, e.id, e.commitment FROM json_each(?1, '$.payloads') p LEFT JOIN event e"
                   " ON e.log = json_extract(p.value, '$.log') AND e.seq = json_extract(p.value, '$.seq')",
                "payloads", check_payload) &&
           each(c, "SELECT json_extract(value, '$.key'), json_extract(value, '$.source') FROM json_each(?1, '$.contents')", "contents",
                check_content) &&
           each(c, "SELECT named, EXISTS (SELECT 1 FROM content WHERE key = named) FROM (SELECT json_extract(json_extract(p.value,"
                   " '$.payload'), '$.content') AS named FROM json_each(?1, '$.payloads') p JOIN event e"
                   " ON e.log = json_extract(p.value, '$.log') AND e.seq = json_extract(p.value, '$.seq') WHERE e.kind = 'signoff.signed')",
                "contents", check_named) &&
           check_readable(c);
}

bool proof_check(const char *bytes, size_t n, const char *key, struct arena *a, struct proof_found *found, struct error *err)
{
    struct check c = {.a = a, .file = {bytes, n}, .found = found, .err = err};
    *found = (struct proof_found){0};
    if (n > PROOF_MOST)
        return error_set(err, EX_DATAERR, "the proof does not hold", NULL, "it is larger than 64 MiB", "export fewer sign-offs into one file: --module, --learner or --id");
    if (!event_crypto_ready(err))
        return false;
    bool ok = sqlite3_open(":memory:", &c.db) == SQLITE_OK ? check_all(&c, key) : error_memory(err);
    sqlite3_close(c.db);
    buf_free(&c.readable);
    return ok;
}
