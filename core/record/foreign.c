#include "core/record/foreign.h"

#include "core/base/clock.h"
#include "core/record/fact.h"
#include "core/record/foreign_parts.h"
#include "core/record/verify.h"

#include <string.h>
#include <sysexits.h>

/* Everything below the queries runs within the transaction of record_foreign_take, which rolls it back when something fails. */

struct taking {
    struct record *r;
    const struct log_part *part;
    int64_t number;   /* of the foreign log; 0: it isn't here yet */
    int64_t own;      /* the number of a log that was made here, of which this is the rest; 0: it is another device's */
    uint64_t own_last; /* up to where that one is here itself */
    uint64_t through; /* up to where all of it is here */
    bool gone; /* some of it was erased here before it was dropped */
    size_t taken;
};

static const char number_of[] = "SELECT number FROM foreign_log WHERE id = ?";
static const char own_number_of[] = "SELECT number FROM log WHERE id = ?";

static bool find_last(struct record *r, const char *sql, int64_t number, uint64_t *seq, struct error *err)
{
    int64_t position;
    *seq = 0;
    if (number == 0)
        return true;
    if (!db_number(r->db, &position, 0, err, sql, "ii", position_of(number, 0), position_of(number + 1, 0) - 1))
        return false;
    *seq = seq_of(position);
    return true;
}

static bool find_through(struct taking *t, struct error *err)
{
    if (!find_last(t->r, "SELECT max(position) FROM foreign_event WHERE position BETWEEN ? AND ?", t->number, &t->through, err) ||
        !find_last(t->r, "SELECT max(position) FROM event WHERE position BETWEEN ? AND ?", t->own, &t->own_last, err))
        return false;
    if (t->through < t->own_last)
        t->through = t->own_last;
    return true;
}

bool record_foreign_through(struct record *r, const unsigned char log[EVENT_LOG], uint64_t *seq, struct error *err)
{
    struct taking t = {.r = r};
    bool ok = db_number(r->db, &t.number, 0, err, number_of, "b", log, (size_t)EVENT_LOG) &&
              db_number(r->db, &t.own, 0, err, own_number_of, "b", log, (size_t)EVENT_LOG) && find_through(&t, err);
    *seq = t.through;
    return ok;
}

/* ---- does it go on from what is here? ---- */

static bool find_log(struct taking *t, struct error *err)
{
    const struct log_part *part = t->part;
    int64_t same = 1, newest = 0;
    if (!db_number(t->r->db, &t->own, 0, err, own_number_of, "b", part->log, sizeof part->log) ||
        !db_number(t->r->db, &newest, 0, err, "SELECT max(number) FROM log", "") ||
        !db_number(t->r->db, &t->number, 0, err, number_of, "b", part->log, sizeof part->log) ||
        !db_number(t->r->db, &same, 1, err,
                   "SELECT min(k = ?3) FROM (SELECT public_key AS k FROM foreign_log WHERE number = ?1 UNION ALL SELECT public_key"
                   " FROM log WHERE number = ?2)",
                   "iib", t->number, t->own, part->key, sizeof part->key))
        return false;
    if (t->own != 0 && t->own == newest)
        return foreign_refuse(part->log, part->events[0].seq, "this log was made here", err);
    int64_t gone;
    if (!db_number(t->r->db, &gone, 0, err, "SELECT EXISTS (SELECT 1 FROM foreign_gone WHERE id = ?)", "b", part->log, sizeof part->log))
        return false;
    t->gone = gone != 0;
    if (same == 0 && (t->own != 0 || t->number != 0))
        return foreign_refuse(part->log, part->events[0].seq, "its key is another one than before", err);
    return find_through(t, err);
}

static bool link_is(struct taking *t, uint64_t seq, const unsigned char link[EVENT_HASH], bool *same, struct error *err)
{
    int64_t there = 1;
    bool own = seq <= t->own_last;
    if (seq > 0 && !db_number(t->r->db, &there, 0, err,
                              own ? "SELECT 1 FROM event WHERE position = ? AND link = ?"
                                  : "SELECT 1 FROM foreign_event WHERE position = ? AND link = ?",
                              "ib", position_of(own ? t->own : t->number, seq), link, (size_t)EVENT_HASH))
        return false;
    *same = there != 0;
    return true;
}

/* The link before, and of what is here already the last event that the part has as well: a link holds all before it. */
static bool goes_on(struct taking *t, struct error *err)
{
    const struct log_part *part = t->part;
    uint64_t first = part->events[0].seq, last = part->events[part->count - 1].seq;
    uint64_t both = last < t->through ? last : t->through;
    bool same = true;
    if (first > t->through + 1)
        return foreign_refuse(part->log, t->through + 1, break_text(BREAK_SEQ), err);
    if (!link_is(t, first - 1, part->before, &same, err))
        return false;
    if (!same)
        return foreign_refuse(part->log, first, break_text(BREAK_LINK), err);
    if (both >= first && !link_is(t, both, part->events[both - first].link, &same, err))
        return false;
    return same || foreign_refuse(part->log, both, "it is another one than came before: somebody forked the log", err);
}

static bool add_log(struct taking *t, struct error *err)
{
    if (t->number != 0)
        return true;
    if (!db_number(t->r->db, &t->number, 0, err, "SELECT max(coalesce(max(number) + 1, ?1), ?1) FROM foreign_log", "i",
                   (int64_t)FOREIGN_FIRST))
        return false;
    if (t->number > FOREIGN_LAST)
        return foreign_refuse(t->part->log, 1, "there are too many logs", err);
    return db_run(t->r->db, err, "INSERT INTO foreign_log (number, id, public_key) VALUES (?, ?, ?)", "ibb", t->number, t->part->log,
                  sizeof t->part->log, t->part->key, sizeof t->part->key) &&
           foreign_people_kept(t->r, err);
}

/* ---- what is kept ---- */

static bool keep_event(struct taking *t, const struct log_event *e, struct error *err)
{
    int64_t position = position_of(t->number, e->seq);
    struct str payload = {e->payload, e->payload_len};
    bool shared = e->payload != NULL && fact_shared(e->kind);
    if (e->seq <= t->own_last)
        return true;
    if (e->seq <= t->through)
        return !shared || db_run(t->r->db, err,
                                 "UPDATE foreign_event SET salt = ?2, payload = ?3, whose = iif(json_type(?3, '$.learner') ="
                                 " 'integer', json_extract(?3, '$.learner'), NULL) WHERE position = ?1 AND payload IS NULL"
                                 " AND whose IS NULL", /* 0: it was erased here */
                                 "ibt", position, e->salt, (size_t)EVENT_SALT, payload);
    t->taken++;
    int64_t gone = 0;
    if (t->gone && !db_number(t->r->db, &gone, 0, err, "SELECT max(last) >= ?2 FROM foreign_gone WHERE id = ?1 AND first <= ?2", "bi",
                              t->part->log, sizeof t->part->log, (int64_t)e->seq))
        return false;
    if (!shared || gone != 0)
        return db_run(t->r->db, err, "INSERT INTO foreign_event (position, id, kind, commitment, link, whose) VALUES (?, ?, ?, ?, ?, iif(?, 0, NULL))",
                      "ibsbbi", position, e->id.bytes, sizeof e->id.bytes, e->kind, e->commitment, sizeof e->commitment, e->link,
                      sizeof e->link, gone);
    return db_run(t->r->db, err,
                  "INSERT INTO foreign_event (position, id, kind, commitment, link, salt, payload, whose) VALUES (?1, ?2, ?3, ?4,"
                  " ?5, ?6, ?7, iif(json_type(?7, '$.learner') = 'integer', json_extract(?7, '$.learner'), NULL))",
                  "ibsbbbt", position, e->id.bytes, sizeof e->id.bytes, e->kind, e->commitment, sizeof e->commitment, e->link,
                  sizeof e->link, e->salt, (size_t)EVENT_SALT, payload);
}

static bool keep_contents(struct taking *t, struct error *err)
{
    for (size_t i = 0; i < t->part->content_count; i++) {
        const struct log_content *c = &t->part->contents[i];
        if (!chain_pin(t->r, c->hash, c->bytes, c->len, err))
            return false;
    }
    return true;
}

static bool keep_all(struct taking *t, struct error *err)
{
    const struct log_part *part = t->part;
    const struct log_event *last = &part->events[part->count - 1];
    for (size_t i = 0; i < part->count; i++)
        if (!keep_event(t, &part->events[i], err))
            return false;
    return keep_contents(t, err) &&
           db_run(t->r->db, err, "INSERT OR IGNORE INTO foreign_checkpoint (position, head, signature) VALUES (?, ?, ?)", "ibb",
                  position_of(t->number, last->seq), last->link, sizeof last->link, part->signature, sizeof part->signature);
}

/* ---- what follows ---- */

/* Whose numbers the part is the first to name: their events before it count as well, as soon as there is time. */
static bool meet_people(struct taking *t, struct error *err)
{
    int64_t first = position_of(t->number, t->part->events[0].seq);
    for (size_t i = 0; i < t->part->count; i++) {
        const struct log_event *e = &t->part->events[i];
        int64_t number;
        bool anew;
        if (e->payload == NULL || strcmp(e->kind, "learner.site") != 0)
            continue;
        if (!foreign_person(t->r, t->number, (struct str){e->payload, e->payload_len}, &number, &anew, err) ||
            (anew && !foreign_wait(t->r, t->number, number, first, err)))
            return false;
    }
    return true;
}

static bool derive_part(struct taking *t, struct error *err)
{
    if (!meet_people(t, err))
        return false;
    for (size_t i = 0; i < t->part->count; i++)
        if (t->part->events[i].payload != NULL && !foreign_derive(t->r, position_of(t->number, t->part->events[i].seq), err))
            return false;
    return foreign_erased(t->r, t->number, t->part, err);
}

/* ---- taking ---- */

bool record_foreign_take(struct record *r, const struct log_part *part, size_t *taken, struct error *err)
{
    enum { SHORT_MS = 5 }; /* nobody minds, though another part follows at once */
    struct taking t = {.r = r, .part = part};
    *taken = 0;
    if (part->count == 0)
        return true;
    if (r->read_only)
        return error_set(err, EX_NOPERM, "cannot write to the record", r->path, "it was opened to read", NULL);
    if (!event_crypto_ready(err) || !foreign_proves(r, part, err) || !db_begin(r->db, err))
        return false;
    int64_t begun = clock_monotonic_ms();
    if (!find_log(&t, err) || !goes_on(&t, err) || !add_log(&t, err) || !keep_all(&t, err) || !derive_part(&t, err))
        return chain_fail(r);
    *taken = t.taken;
    if (!chain_commit(r, err))
        return false;
    int64_t held = clock_monotonic_ms() - begun;
    if (held > SHORT_MS)
        chain_give_way(r, held);
    return record_foreign_follow(r, err);
}
