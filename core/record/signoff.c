#include "core/record/signoff.h"

#include "core/base/clock.h"
#include "core/base/hex.h"
#include "core/base/text.h"
#include "core/record/fact.h"
#include "core/record/row_id.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static const int64_t day_ms = 86400000;

static const char *const methods[] = {"pin", "name"};
static const char *const states[] = {"current", "lapsing", "lapsed", "changed", "waiting"};

const char *signoff_method_name(enum signoff_method method)
{
    return methods[method];
}

const char *signoff_state_name(enum signoff_state state)
{
    return states[state];
}

/* ---- what lapses ---- */

void signoff_mark(const struct signoff_change *changes, size_t count, char out[SIGNOFF_MARK])
{
    const char *newest = "";
    size_t material = 0;
    int64_t ignored;
    out[0] = '\0';
    for (size_t i = 0; i < count; i++)
        if (changes[i].material && strlen(changes[i].on) == 10 && clock_parse(changes[i].on, &ignored)) {
            material++;
            if (strcmp(changes[i].on, newest) > 0)
                newest = changes[i].on;
        }
    if (material > 0)
        snprintf(out, SIGNOFF_MARK, "%s/%zu", newest, material);
}

/* Is there a material change in `now` that `then` hasn't: a newer day, or one more on the same. Lines that authors drop
 * from the end of a long list make nothing lapse. */
static bool changed(const char *then, const char *now)
{
    if (now[0] == '\0')
        return false;
    int days = strncmp(then, now, 10);
    return days < 0 || (days == 0 && atol(now + 11) > (strlen(then) > 11 ? atol(then + 11) : 0));
}

enum signoff_state signoff_state(const struct signoff *s, const char *mark, int64_t now_ms)
{
    if (mark != NULL && changed(s->material, mark))
        return SIGNOFF_CHANGED;
    if (s->valid_until != 0 && s->valid_until <= now_ms)
        return SIGNOFF_LAPSED;
    if (s->countersign && s->countersigned_at == 0)
        return SIGNOFF_WAITING;
    return s->valid_until != 0 && s->valid_until - now_ms <= SIGNOFF_LAPSING_DAYS * day_ms ? SIGNOFF_LAPSING : SIGNOFF_CURRENT;
}

/* ---- reading ---- */

#define COLUMNS                                                                                                       \
    "SELECT id, learner, module, title, revision, content, signer, attestation, method, score, at, valid_until,"      \
    " retain_until, material, countersign, countersigned_at, countersigner, coalesce(said, id) FROM signoff s"

static bool read_signoff(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct signoff *out = row;
    *out = (struct signoff){
        .learner = sqlite3_column_int64(s, 1),
        .module = column_copy(a, s, 2),
        .title = column_copy(a, s, 3),
        .revision = column_copy(a, s, 4),
        .content = column_copy(a, s, 5),
        .signer = column_copy(a, s, 6),
        .attestation = column_copy(a, s, 7),
        .method = sqlite3_column_int(s, 8) == SIGNOFF_PIN ? SIGNOFF_PIN : SIGNOFF_NAME,
        .score = sqlite3_column_double(s, 9),
        .at = sqlite3_column_int64(s, 10),
        .valid_until = sqlite3_column_int64(s, 11),
        .retain_until = sqlite3_column_int64(s, 12),
        .material = column_copy(a, s, 13),
        .countersign = sqlite3_column_int(s, 14) != 0,
        .countersigned_at = sqlite3_column_int64(s, 15),
        .countersigner = column_copy(a, s, 16),
    };
    if (sqlite3_column_bytes(s, 0) == (int)sizeof out->id.bytes)
        memcpy(out->id.bytes, sqlite3_column_blob(s, 0), sizeof out->id.bytes);
    if (sqlite3_column_bytes(s, 17) == (int)sizeof out->said.bytes)
        memcpy(out->said.bytes, sqlite3_column_blob(s, 17), sizeof out->said.bytes);
    return out->module != NULL && out->title != NULL && out->revision != NULL && out->content != NULL && out->signer != NULL &&
           out->attestation != NULL && out->material != NULL && out->countersigner != NULL;
}

/* Of one module (?2) or all, the newest (?3) or all. */
#define OF_MODULE                                                                                                     \
    " AND (?2 IS NULL OR module = ?2) AND (?3 = 0 OR NOT EXISTS (SELECT 1 FROM signoff t WHERE t.learner = s.learner" \
    " AND t.module = s.module AND (t.ordered, t.position) > (s.ordered, s.position))) ORDER BY ordered, position"

const struct signoff *record_signoffs(struct record *r, struct arena *a, int64_t learner, const char *module, bool newest,
                                      size_t *count, struct error *err)
{
    static const char of_all[] = COLUMNS " WHERE ?1 = 0" OF_MODULE;
    static const char of_one[] = COLUMNS " WHERE learner = ?1" OF_MODULE;
    *count = 0;
    sqlite3_stmt *s = db_statement(r->db, learner != 0 ? of_one : of_all, err);
    if (s == NULL || !db_bind(s, "isi", learner, module, (int64_t)newest))
        return NULL;
    return rows_read(r, a, s, sizeof(struct signoff), read_signoff, count, err);
}

const struct signoff *record_signoffs_waiting(struct record *r, struct arena *a, int64_t now_ms, size_t *count, struct error *err)
{
    *count = 0;
    sqlite3_stmt *s = db_statement(r->db,
                                   COLUMNS " INDEXED BY signoff_waits WHERE countersign = 1 AND countersigned_at = 0 AND (valid_until = 0 OR"
                                           " valid_until > ?) AND NOT EXISTS (SELECT 1 FROM signoff t WHERE t.learner = s.learner"
                                           " AND t.module = s.module AND (t.ordered, t.position) > (s.ordered, s.position))"
                                           " ORDER BY ordered, position",
                                   err);
    return s != NULL && db_bind(s, "i", now_ms) ? rows_read(r, a, s, sizeof(struct signoff), read_signoff, count, err) : NULL;
}

bool record_signoff_find(struct record *r, struct arena *a, const struct uuid *id, const struct signoff **signoff,
                         struct error *err)
{
    size_t count;
    *signoff = NULL;
    sqlite3_stmt *s = db_statement(r->db, COLUMNS " WHERE id = ?", err);
    if (s == NULL || !db_bind(s, "b", id->bytes, sizeof id->bytes))
        return false;
    const struct signoff *rows = rows_read(r, a, s, sizeof(struct signoff), read_signoff, &count, err);
    if (rows != NULL && count > 0)
        *signoff = rows;
    return rows != NULL;
}

/* ---- what a signature rests on ---- */

/* Where and when the learner signed the module last; 0: never. What came after it: in the same log by its place, in another
 * one by its time. */
struct since {
    int64_t position, at;
};

#define AFTER(position, at, since_position, since_at) \
    "iif(" position " >> 40 = " since_position " >> 40, " position " > " since_position ", " at " > " since_at ")"

static bool last_signed(struct record *r, int64_t learner, const char *module, struct since *since, struct error *err)
{
    *since = (struct since){0};
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT position, at FROM signoff WHERE module = ? AND learner = ?"
                                   " ORDER BY ordered DESC, position DESC LIMIT 1",
                                   err);
    if (s == NULL || !db_bind(s, "si", module, learner))
        return false;
    int got = db_step(r->db, s, err);
    if (got > 0)
        *since = (struct since){sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1)};
    sqlite3_reset(s);
    return got >= 0;
}

static bool shown_since(struct record *r, int64_t learner, const char *module, const char *hash, const struct since *since, bool *shown,
                        struct error *err)
{
    int64_t there;
    if (!db_number(r->db, &there, 0, err,
                   "SELECT 1 FROM shown WHERE learner = ?1 AND module = ?2 AND hash = ?3 AND " AFTER("position", "at", "?4", "?5"),
                   "issii", learner, module, hash, since->position, since->at))
        return false;
    *shown = there != 0;
    return true;
}

static bool find_passed(struct record *r, int64_t learner, const struct subject *s, const struct since *since,
                        struct signoff_standing *to,
                        struct error *err)
{
    sqlite3_stmt *q = db_statement(r->db,
                                   "SELECT coalesce(said, id), score, pass_mark FROM attempt WHERE learner = ?1 AND module = ?2 AND revision = ?3"
                                   " AND " AFTER("position", "started_at", "?4", "?5")
                                   " AND purpose = 0 AND state = 1 AND passed = 1 AND feedback = 'none'"
                                   " ORDER BY ended_at DESC, position DESC LIMIT 1",
                                   err);
    if (q == NULL || !db_bind(q, "issii", learner, s->module, s->revision != NULL ? s->revision : "", since->position, since->at))
        return false;
    int got = db_step(r->db, q, err);
    if (got > 0) {
        to->passed = true;
        if (sqlite3_column_bytes(q, 0) == (int)sizeof to->attempt.bytes)
            memcpy(to->attempt.bytes, sqlite3_column_blob(q, 0), sizeof to->attempt.bytes);
        to->score = sqlite3_column_double(q, 1);
        to->pass_mark = sqlite3_column_int64(q, 2);
        sqlite3_reset(q);
    }
    return got >= 0;
}

const struct signoff_standing *record_signoff_standing(struct record *r, struct arena *a, int64_t learner,
                                                       const struct subject *s, struct error *err)
{
    struct since since;
    size_t count;
    struct signoff_standing *to = arena_alloc(a, sizeof *to);
    bool *shown = arena_array(a, s->section_count + 1, sizeof *shown);
    if (to == NULL || shown == NULL) {
        error_memory(err);
        return NULL;
    }
    *to = (struct signoff_standing){.shown = shown};
    const struct signoff *last = record_signoffs(r, a, learner, s->module, true, &count, err);
    if (last == NULL || !last_signed(r, learner, s->module, &since, err) || !find_passed(r, learner, s, &since, to, err))
        return NULL;
    if (count > 0)
        to->last = last;
    for (size_t i = 0; i < s->section_count; i++) {
        if (!shown_since(r, learner, s->module, s->sections[i].hash, &since, &shown[i], err))
            return NULL;
        to->missing += !shown[i];
    }
    return to;
}

/* ---- acts ---- */

bool record_shown(struct record *r, int64_t learner, const struct subject *s, const struct section_ref *section, int64_t words,
                  int64_t ms, struct error *err)
{
    struct since since;
    bool shown;
    if (!last_signed(r, learner, s->module, &since, err) ||
        !shown_since(r, learner, s->module, section->hash, &since, &shown, err))
        return false;
    if (shown)
        return true;
    if (!chain_begin(r, err))
        return false;
    struct json *j = chain_event(r, "section.shown", learner, s, section->anchor);
    json_string(j, "hash", section->hash);
    json_int(j, "words", words);
    json_int(j, "ms", ms);
    return chain_append(r, NULL, err) && chain_commit(r, err);
}

const char *signoff_content(struct arena *a, const char *source, size_t len)
{
    static const char label[] = "crib-signed-1";
    unsigned char hash[EVENT_HASH];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    crypto_generichash_update(&state, (const unsigned char *)label, sizeof label);
    crypto_generichash_update(&state, (const unsigned char *)source, len);
    crypto_generichash_final(&state, hash, sizeof hash);
    return hex_text(a, hash, sizeof hash);
}

static void json_time(struct json *j, const char *key, int64_t ms)
{
    char text[40];
    clock_format(ms, clock_offset_minutes(ms), text, sizeof text);
    json_string(j, key, text);
}

static bool refuse(const char *why, const char *remedy, struct error *err)
{
    return error_set(err, EX_USAGE, "cannot sign", NULL, why, remedy);
}

/* A name that a person could have. */
static bool signer_fits(const char *signer, struct error *err)
{
    struct str said = str_trim(str_of(signer));
    if (said.n == 0 || said.n > SIGNOFF_NAME_MOST || text_control(said.p, said.n) < said.n)
        return refuse("that is no name", "sign with your full name", err);
    return true;
}

static bool whole(const struct signoff_standing *standing, struct arena *a, struct error *err)
{
    if (standing->missing > 0)
        return refuse(standing->missing == 1 ? "a section was not shown in full yet"
                                             : arena_printf(a, "%zu sections were not shown in full yet", standing->missing),
                      "read them to their ends, then sign", err);
    if (!standing->passed)
        return refuse("its quiz is not passed on this text", "take the quiz, then sign", err);
    return true;
}

static bool sign_event(struct record *r, struct arena *a, int64_t learner, const struct subject *s,
                       const struct signoff_standing *standing, const struct signoff_signature *g, struct uuid *id,
                       struct error *err)
{
    char attempt[UUID_TEXT];
    const char *content = signoff_content(a, g->source, g->source_len);
    if (content == NULL)
        return error_memory(err) || chain_fail(r);
    if (!chain_pin(r, content, g->source, g->source_len, err))
        return chain_fail(r);
    uuid_text(&standing->attempt, attempt);
    struct json *j = chain_event(r, "signoff.signed", learner, s, NULL);
    json_string(j, "content", content);
    json_string(j, "attempt", attempt);
    json_double(j, "score", standing->score);
    json_int(j, "pass_mark", standing->pass_mark);
    chain_sections(j, s);
    json_string(j, "attestation", g->attestation);
    struct str signer = str_trim(str_of(g->signer));
    json_text(j, "signer", signer.p, signer.n);
    json_string(j, "method", methods[g->method]);
    if (g->valid_until != 0)
        json_time(j, "valid_until", g->valid_until);
    json_time(j, "retain_until", g->retain_until);
    json_bool(j, "countersign", g->countersign);
    json_string(j, "material", g->mark);
    return chain_append(r, id, err) && (chain_sign(r, err) || chain_fail(r));
}

bool record_signoff(struct record *r, int64_t learner, const struct subject *s, const struct signoff_signature *signature,
                    struct uuid *id, struct error *err)
{
    if (!signer_fits(signature->signer, err) || !event_crypto_ready(err))
        return false;
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    bool ok = chain_begin(r, err);
    if (ok) { /* looked at within the transaction: nobody signs twice for one reading */
        const struct signoff_standing *standing = record_signoff_standing(r, a, learner, s, err);
        ok = (standing != NULL && whole(standing, a, err)) || chain_fail(r);
        ok = ok && sign_event(r, a, learner, s, standing, signature, id, err) && chain_commit(r, err);
    }
    arena_close(a);
    return ok;
}

static bool countersign_fits(const struct signoff *under, int64_t by, struct error *err)
{
    if (under == NULL)
        return refuse("there is no such sign-off here", "`crib audit show` lists them", err);
    if (!under->countersign)
        return refuse("it asks for no second signature", NULL, err);
    if (under->countersigned_at != 0)
        return refuse("it is countersigned already", NULL, err);
    if (under->learner == by)
        return refuse("nobody countersigns for themselves", "another supervisor has to", err);
    return true;
}

static bool countersign_event(struct record *r, const struct signoff *under, int64_t by, const char *signer,
                              enum signoff_method method, struct error *err)
{
    char text[UUID_TEXT];
    struct subject s = {.module = under->module, .title = under->title, .revision = under->revision};
    struct str said = str_trim(str_of(signer));
    uuid_text(&under->said, text);
    struct json *j = chain_event(r, "signoff.countersigned", under->learner, &s, NULL);
    json_string(j, "signoff", text);
    json_int(j, "by", by);
    json_text(j, "signer", said.p, said.n);
    json_string(j, "method", methods[method]);
    json_time(j, "retain_until", under->retain_until);
    return chain_append(r, NULL, err) && (chain_sign(r, err) || chain_fail(r));
}

bool record_countersign(struct record *r, const struct uuid *signoff, int64_t by, const char *signer,
                        enum signoff_method method, struct error *err)
{
    if (!signer_fits(signer, err))
        return false;
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    const struct signoff *under = NULL;
    bool ok = chain_begin(r, err);
    if (ok) {
        ok = (record_signoff_find(r, a, signoff, &under, err) && countersign_fits(under, by, err)) || chain_fail(r);
        ok = ok && countersign_event(r, under, by, signer, method, err) && chain_commit(r, err);
    }
    arena_close(a);
    return ok;
}

/* ---- deriving ---- */

bool apply_shown(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err, "INSERT OR IGNORE INTO shown (learner, module, hash, position, at) VALUES (?, ?, ?, ?, ?)",
                  "issii", f->learner, f->module, f->hash, f->position, f->at);
}

static int64_t time_in(sqlite3_stmt *s, int column)
{
    int64_t ms;
    return clock_parse(db_text(s, column), &ms) ? ms : 0;
}

bool apply_signed(struct record *r, const struct fact *f, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT json_extract(?1,'$.valid_until'), json_extract(?1,'$.retain_until'),"
                                   " json_extract(?1,'$.method') IS 'name', json_extract(?1,'$.countersign') IS 1",
                                   err);
    if (s == NULL || !db_bind(s, "t", f->payload) || db_step(r->db, s, err) < 0)
        return false;
    int64_t valid = time_in(s, 0), retain = time_in(s, 1), method = sqlite3_column_int64(s, 2), twice = sqlite3_column_int64(s, 3);
    sqlite3_reset(s);
    struct uuid row;
    bool there;
    char id[UUID_TEXT];
    uuid_text(&f->id, id);
    fact_here(r, id);
    if (!row_id(r, ROW_SIGNOFF, &f->id, f->learner, &row, &there, err))
        return false;
    /* ordered: the latest time that the log's signatures under the module showed so far, so that a clock that goes back
     * changes no order within a log. */
    return db_run(r->db, err,
                  "INSERT OR IGNORE INTO signoff (id, position, learner, module, title, revision, content, signer, attestation,"
                  " method, score, at, valid_until, retain_until, material, countersign, ordered, said) VALUES (?1, ?2, ?3, ?4, ?, ?, ?,"
                  " coalesce(json_extract(?8, '$.signer'), ''), coalesce(json_extract(?8, '$.attestation'), ''), ?, ?, ?11, ?, ?,"
                  " coalesce(json_extract(?8, '$.material'), ''), ?, max(?11, coalesce((SELECT max(ordered) FROM signoff WHERE"
                  " learner = ?3 AND module = ?4 AND position < ?2 AND position >> 40 = ?2 >> 40), 0)), nullif(?15, ?1))",
                  "biisssstidiiiib", row.bytes, sizeof row.bytes, f->position, f->learner, f->module, f->title, f->revision,
                  f->content, f->payload, method, f->score, f->at, valid, retain, twice, f->id.bytes, sizeof f->id.bytes);
}

bool apply_countersigned(struct record *r, const struct fact *f, struct error *err)
{
    struct uuid under, row;
    bool there;
    sqlite3_stmt *s =
        db_statement(r->db, "SELECT json_extract(?1,'$.signoff'), json_extract(?1,'$.by')", err);
    if (s == NULL || !db_bind(s, "t", f->payload) || db_step(r->db, s, err) < 0)
        return false;
    bool known = uuid_parse(db_text(s, 0), &under);
    int64_t by = sqlite3_column_int64(s, 1);
    sqlite3_reset(s);
    if (!known)
        return true;
    char id[UUID_TEXT];
    uuid_text(&under, id);
    return fact_person(r, f->position, by, &by, err) && row_id(r, ROW_SIGNOFF, &under, f->learner, &row, &there, err) &&
           db_run(r->db, err,
                  "UPDATE signoff SET countersigned_at = ?2, countersigner = coalesce(json_extract(?3, '$.signer'), ''),"
                  " countersigned_in = ?5 WHERE id = ?1 AND learner <> ?4 AND learner = ?6"
                  " AND (countersigned_at = 0 OR countersigned_at > ?2)",
                  "bitiii", row.bytes, sizeof row.bytes, f->at, f->payload, by, f->position, f->learner) &&
           (there || fact_await(r, id, f, err));
}
