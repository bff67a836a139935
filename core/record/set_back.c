/* foreign.h: the record is an older state of itself, and the site knows better. */
#include "core/record/foreign_parts.h"

#include <string.h>

/* The link at that seq of the log that is appended to; r->head where it is its end. */
static bool link_is(struct record *r, uint64_t seq, const unsigned char link[EVENT_HASH], bool *same, struct error *err)
{
    int64_t there;
    if (!db_number(r->db, &there, 0, err, "SELECT 1 FROM event WHERE position = ? AND link = ?", "ib", position_of(r->log_number, seq), link,
                   (size_t)EVENT_HASH))
        return false;
    *same = there != 0;
    return true;
}

/* Within the transaction: what does a part that holds say of the log that is appended to? */
static bool compare(struct record *r, const struct log_part *part, enum set_back *found, struct error *err)
{
    uint64_t first = part->events[0].seq, last = part->events[part->count - 1].seq;
    bool same = true;
    if (memcmp(part->log, r->log, EVENT_LOG) != 0 || first > r->seq + 1)
        return true;
    if (last <= r->seq) {
        if (!link_is(r, last, part->events[part->count - 1].link, &same, err))
            return false;
    } else {
        same = memcmp(first > r->seq ? part->before : part->events[r->seq - first].link, r->head, EVENT_HASH) == 0;
    }
    if (!same)
        *found = SET_BACK_FORKED;
    else if (last > r->seq)
        *found = SET_BACK_BEHIND;
    return true;
}

bool record_set_back(struct record *r, const struct log_part *part, enum set_back *found, struct error *err)
{
    int64_t ours;
    struct error ignored = {0};
    *found = SET_BACK_NOT;
    if (part->count == 0 || !log_part_check(part, NULL, &ignored))
        return true;
    if (!db_number(r->db, &ours, 0, err, "SELECT 1 FROM log WHERE id = ? AND public_key = ?", "bb", part->log, (size_t)EVENT_LOG, part->key,
                   (size_t)EVENT_KEY))
        return false;
    if (ours == 0)
        return true;
    if (!chain_begin(r, err))
        return false;
    if (!compare(r, part, found, err))
        return chain_fail(r);
    if (*found == SET_BACK_NOT) {
        (void)chain_fail(r);
        return true;
    }
    return chain_continue(r, *found == SET_BACK_FORKED ? "forked" : "behind", err) && chain_commit(r, err);
}
