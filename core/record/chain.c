#include "core/record/chain.h"

#include "core/base/clock.h"
#include "core/record/fact.h"
#include "core/record/learner_events.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

/* What tells this file on this machine from a copy of it. The device's number counts only within one boot, since many
 * file systems get another one at each. */
struct identity {
    const char *machine, *boot;
    int64_t inode, device;
};

/* A hash of machine-id under crib's own name: the id itself is not to be handed out (machine-id(5)). */
static void find_machine(struct record *r)
{
    static const char name[] = "crib-machine-1";
    unsigned char text[sizeof name + 64] = {0};
    memcpy(text, name, sizeof name);
    int fd = open("/etc/machine-id", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, text + sizeof name, 64) : -1;
    if (fd >= 0)
        close(fd);
    unsigned char hash[16];
    crypto_generichash(hash, sizeof hash, text, sizeof name + (got > 0 ? (size_t)got : 0), NULL, 0);
    sodium_bin2hex(r->machine, sizeof r->machine, hash, sizeof hash);
}

static bool find_identity(struct record *r, struct identity *now, struct error *err)
{
    struct stat st;
    if (stat(r->path, &st) != 0)
        return error_errno(err, errno, "cannot find the record", r->path, NULL);
    if (r->machine[0] == '\0') {
        find_machine(r);
        clock_boot_id(r->boot, sizeof r->boot);
    }
    *now = (struct identity){r->machine, r->boot, (int64_t)st.st_ino, (int64_t)st.st_dev};
    return true;
}

struct listed {
    int64_t number;
    const char *person;
};

static bool read_listed(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct listed *who = row;
    *who = (struct listed){sqlite3_column_int64(s, 0), column_copy(a, s, 1)};
    return who->person != NULL;
}

/* A log says by itself whom its numbers stand for: other devices may never see the one before it (foreign.h). */
static bool say_people_again(struct record *r, struct error *err)
{
    size_t count = 0;
    struct arena *a = arena_open();
    sqlite3_stmt *s = db_statement(r->db, "SELECT number, person FROM learner WHERE person <> '' AND removed = 0 ORDER BY number", err);
    const struct listed *all = a != NULL && s != NULL ? rows_read(r, a, s, sizeof *all, read_listed, &count, err) : NULL;
    bool ok = all != NULL;
    for (size_t i = 0; ok && i < count; i++)
        ok = say_person(r, all[i].number, all[i].person, err);
    arena_close(a);
    return ok;
}

/* A new log in this transaction; its first event holds its key and, where it continues one, the old log's head. */
static bool begin_log(struct record *r, const struct identity *now, const char *reason, struct error *err)
{
    unsigned char key[EVENT_KEY], old_log[EVENT_LOG], old_head[EVENT_HASH];
    uint64_t old_seq = r->seq;
    memcpy(old_log, r->log, sizeof old_log);
    memcpy(old_head, r->head, sizeof old_head);
    randombytes_buf(r->log, sizeof r->log);
    crypto_sign_keypair(key, r->secret);
    /* The secret of the log before is dropped: in a copy nobody may go on signing for the original. */
    if (!db_run(r->db, err, "UPDATE log SET secret_key = NULL", "") ||
        !db_run(r->db, err,
                "INSERT INTO log (id, public_key, secret_key, machine, inode, device, boot) VALUES (?, ?, ?, ?, ?, ?, ?)",
                "bbbsiis", r->log, sizeof r->log, key, sizeof key, r->secret, sizeof r->secret, now->machine, now->inode,
                now->device, now->boot))
        return false;
    r->log_number = sqlite3_last_insert_rowid(db_handle(r->db));
    r->seq = 0;
    memset(r->head, 0, sizeof r->head);
    memset(&r->last, 0, sizeof r->last);
    struct json *j = chain_event(r, reason != NULL ? "log.continued" : "log.begun", 0, NULL, NULL);
    json_hex(j, "log", r->log, sizeof r->log);
    json_hex(j, "key", key, sizeof key);
    if (reason != NULL) {
        json_string(j, "reason", reason);
        json_open_object(j, "from");
        json_hex(j, "log", old_log, sizeof old_log);
        json_int(j, "seq", (int64_t)old_seq);
        json_hex(j, "head", old_head, sizeof old_head);
        json_close_object(j);
    }
    return chain_append(r, NULL, err) && (reason == NULL || say_people_again(r, err));
}

static bool read_head(struct record *r, struct error *err)
{
    r->seq = 0;
    memset(r->head, 0, sizeof r->head);
    memset(&r->last, 0, sizeof r->last);
    sqlite3_stmt *s = db_statement(
        r->db, "SELECT position, id, link FROM event WHERE position BETWEEN ?1 AND ?2 ORDER BY position DESC LIMIT 1",
        err);
    if (s == NULL || !db_bind(s, "ii", position_of(r->log_number, 0), position_of(r->log_number + 1, 0) - 1))
        return false;
    int got = db_step(r->db, s, err);
    if (got > 0 && sqlite3_column_bytes(s, 1) == 16 && sqlite3_column_bytes(s, 2) == EVENT_HASH) {
        r->seq = (uint64_t)(sqlite3_column_int64(s, 0) - position_of(r->log_number, 0));
        memcpy(r->last.bytes, sqlite3_column_blob(s, 1), 16);
        memcpy(r->head, sqlite3_column_blob(s, 2), EVENT_HASH);
    }
    sqlite3_reset(s);
    return got >= 0;
}

/* Why the log can't be appended to here: "machine", "file", or NULL when it can. *moved: the boot or device changed. */
static const char *differs(sqlite3_stmt *s, const struct identity *now, bool *moved)
{
    bool same_boot = strcmp(db_text(s, 6), now->boot) == 0;
    bool same_device = sqlite3_column_int64(s, 5) == now->device;
    *moved = !same_boot || !same_device;
    if (strcmp(db_text(s, 3), now->machine) != 0)
        return "machine";
    return sqlite3_column_int64(s, 4) != now->inode || (same_boot && !same_device) ? "file" : NULL;
}

static bool find_log(struct record *r, struct error *err)
{
    struct identity now;
    if (!find_identity(r, &now, err))
        return false;
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT number, id, secret_key, machine, inode, device, boot FROM log"
                                   " WHERE secret_key IS NOT NULL ORDER BY number DESC LIMIT 1",
                                   err);
    if (s == NULL)
        return false;
    int got = db_step(r->db, s, err);
    if (got < 0)
        return false;
    if (got == 0)
        return begin_log(r, &now, NULL, err);
    bool left = sqlite3_column_bytes(s, 2) == 0; /* a copy: the key stayed with the original (copy.h) */
    if (sqlite3_column_bytes(s, 1) != EVENT_LOG || (!left && sqlite3_column_bytes(s, 2) != EVENT_SECRET)) {
        sqlite3_reset(s);
        return error_set(err, EX_DATAERR, "cannot append to the record", r->path, "its log's key is damaged",
                         "keep the file and restore a backup beside it");
    }
    r->log_number = sqlite3_column_int64(s, 0);
    memcpy(r->log, sqlite3_column_blob(s, 1), EVENT_LOG);
    if (!left)
        memcpy(r->secret, sqlite3_column_blob(s, 2), EVENT_SECRET);
    bool moved;
    const char *reason = differs(s, &now, &moved);
    if (left)
        reason = r->reason != NULL ? r->reason : "restore";
    sqlite3_reset(s);
    if (!read_head(r, err))
        return false;
    if (reason != NULL) /* what stands behind the last checkpoint could be signed by nobody later */
        return (left || r->seq == 0 || chain_sign(r, err)) && begin_log(r, &now, reason, err);
    return !moved || db_run(r->db, err, "UPDATE log SET device = ?, boot = ? WHERE number = ?", "isi", now.device,
                            now.boot, r->log_number);
}

void chain_wait(struct record *r, bool waits)
{
    /* The level is taken when the pragma is compiled, so it can't be a kept statement. */
    sqlite3_exec(db_handle(r->db), waits ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL", NULL, NULL, NULL);
}

bool chain_fail(struct record *r)
{
    db_rollback(r->db);
    return false;
}

bool chain_begin(struct record *r, struct error *err)
{
    if (r->read_only)
        return error_set(err, EX_NOPERM, "cannot write to the record", r->path, "it was opened to read", NULL);
    if (!event_crypto_ready(err) || !db_begin(r->db, err))
        return false;
    return find_log(r, err) || chain_fail(r);
}

bool chain_continue(struct record *r, const char *reason, struct error *err)
{
    struct identity now;
    return (find_identity(r, &now, err) && begin_log(r, &now, reason, err)) || chain_fail(r);
}

bool chain_commit(struct record *r, struct error *err)
{
    return db_commit(r->db, err);
}

void chain_give_way(struct record *r, int64_t held_ms)
{
    enum { LEAST_MS = 1, MOST_MS = 50 };
    record_rest(r);
    int64_t ms = held_ms < LEAST_MS ? LEAST_MS : held_ms > MOST_MS ? MOST_MS : held_ms;
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
}

static void optional(struct json *j, const char *key, const char *text)
{
    if (text != NULL && text[0] != '\0')
        json_string(j, key, text);
}

struct json *chain_event(struct record *r, const char *kind, int64_t learner, const struct subject *s,
                         const char *anchor)
{
    buf_clear(&r->payload);
    r->json = (struct json){.out = &r->payload};
    r->kind = kind;
    r->learner = learner;
    struct json *j = &r->json;
    char at[40];
    int64_t now = clock_wall_ms();
    clock_format(now, clock_offset_minutes(now), at, sizeof at);
    json_open_object(j, NULL);
    if (learner != 0)
        json_int(j, "learner", learner);
    json_string(j, "at", at);
    optional(j, "boot", r->boot);
    json_int(j, "mono", clock_monotonic_ms());
    if (s != NULL) {
        optional(j, "module", s->module);
        optional(j, "anchor", anchor);
        optional(j, "iri", s->iri);
        optional(j, "title", s->title);
        optional(j, "language", s->language);
        optional(j, "revision", s->revision);
    }
    buf_add(&r->payload, buf_text(&r->circumstances), r->circumstances.len);
    return j;
}

void chain_sections(struct json *j, const struct subject *s)
{
    if (s == NULL || s->section_count == 0)
        return;
    json_open_array(j, "sections");
    for (size_t i = 0; i < s->section_count; i++) {
        json_open_array(j, NULL);
        json_string(j, NULL, s->sections[i].anchor);
        json_string(j, NULL, s->sections[i].hash);
        json_close_array(j);
    }
    json_close_array(j);
}

bool chain_sign(struct record *r, struct error *err)
{
    unsigned char signature[EVENT_SIGNATURE];
    event_sign(r->secret, r->log, r->seq, r->head, signature);
    return db_run(r->db, err, "INSERT OR IGNORE INTO checkpoint (position, head, signature) VALUES (?, ?, ?)", "ibb",
                  position_of(r->log_number, r->seq), r->head, sizeof r->head, signature, sizeof signature);
}

static bool store(struct record *r, struct uuid *id, struct error *err)
{
    unsigned char random[10 + EVENT_SALT], commitment[EVENT_HASH], link[EVENT_HASH];
    const unsigned char *salt = random + 10;
    randombytes_buf(random, sizeof random);
    uuid_next(&r->last, clock_wall_ms(), random);
    event_commit(salt, r->payload.data, r->payload.len, commitment);
    if (!event_link(r->log, r->seq + 1, &r->last, r->kind, strlen(r->kind), commitment, r->head, link))
        return error_set(err, EX_SOFTWARE, "cannot write the event", r->kind, "the kind's name does not fit", NULL);
    struct str payload = {r->payload.data, r->payload.len};
    int64_t position = position_of(r->log_number, r->seq + 1);
    if (!db_run(r->db, err,
                "INSERT INTO event (position, id, kind, commitment, link, salt, payload) VALUES (?, ?, ?, ?, ?, ?, ?)",
                "ibsbbbt", position, r->last.bytes, sizeof r->last.bytes, r->kind, commitment, sizeof commitment, link,
                sizeof link, salt, (size_t)EVENT_SALT, payload))
        return false;
    r->seq++;
    memcpy(r->head, link, sizeof r->head);
    if (id != NULL)
        *id = r->last;
    return fact_derive(r, position, &r->last, r->kind, payload.p, payload.n, err);
}

/* Another process may have forgotten the learner whom this one still has in mind. */
static bool learner_there(struct record *r, struct error *err)
{
    int64_t there;
    if (r->learner == 0 || strcmp(r->kind, "learner.added") == 0 || strcmp(r->kind, "erased") == 0)
        return true;
    if (!db_number(r->db, &there, 0, err, "SELECT 1 FROM learner WHERE number = ?", "i", r->learner))
        return false;
    return there != 0 || error_set(err, EX_NOUSER, "cannot record it", NULL, "this learner was forgotten here",
                                   "end this crib and start it again");
}

bool chain_append(struct record *r, struct uuid *id, struct error *err)
{
    json_close_object(&r->json);
    if (!buf_ok(&r->payload)) {
        error_memory(err);
        return chain_fail(r);
    }
    if (!learner_there(r, err) || !store(r, id, err) || (r->seq % EVENT_SIGN_EVERY == 0 && !chain_sign(r, err)))
        return chain_fail(r);
    return true;
}

const char *column_copy(struct arena *a, sqlite3_stmt *s, int column)
{
    const char *text = db_text(s, column);
    return arena_copy(a, text, strlen(text));
}

void *rows_grown(struct arena *a, void *rows, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return rows;
    size_t wider = *cap == 0 ? 16 : *cap * 2;
    void *more = arena_array(a, wider, size);
    if (more != NULL && count > 0)
        memcpy(more, rows, count * size);
    *cap = wider;
    return more;
}

bool row_text(struct arena *a, sqlite3_stmt *s, void *row)
{
    const char *text = column_copy(a, s, 0);
    *(const char **)row = text;
    return text != NULL;
}

void *rows_read(struct record *r, struct arena *a, sqlite3_stmt *s, size_t size, row_read *read, size_t *count,
                struct error *err)
{
    size_t cap = 0;
    char *rows = rows_grown(a, NULL, 0, &cap, size);
    int got = 0;
    *count = 0;
    while (rows != NULL && (got = db_step(r->db, s, err)) > 0) {
        rows = rows_grown(a, rows, *count, &cap, size);
        if (rows == NULL || !read(a, s, rows + *count * size)) {
            rows = NULL;
            break;
        }
        ++*count;
    }
    if (rows == NULL)
        error_memory(err);
    sqlite3_reset(s);
    return got < 0 ? NULL : rows;
}
