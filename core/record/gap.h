/* gap: what people looked for here and did not find: what should be written next. Stays on this device where the
 * configuration does not send it (`gaps`); then it leaves under nobody's name (sync/xapi/statement.h). */
#ifndef CRIB_RECORD_GAP_H
#define CRIB_RECORD_GAP_H

#include "core/record/record.h"

enum gap_kind {
    GAP_SEARCH, /* words that found nothing; events `search.missed` */
    GAP_CODE,   /* a code, or what was scanned, that no module knows; events `code.missed` */
};

/* "search", "code". */
const char *gap_kind_name(enum gap_kind kind);

/* The learner gave up. Call once when a search is left, never a keystroke. The same text of the same learner within ten
 * minutes writes nothing, nor does one without a letter or digit. Searches are the same however they are written, codes by
 * their letters and digits. send: the configuration lets it leave; the event is marked `"shared": true`. */
bool record_gap(struct record *r, int64_t learner, enum gap_kind kind, const char *text, bool send, struct error *err);

struct gap {
    enum gap_kind kind;
    const char *text; /* as first typed */
    int64_t times;
    int64_t at; /* last */
};

/* How often this learner looked for something in vain, in all. */
bool record_gap_times(struct record *r, int64_t learner, int64_t *times, struct error *err);

/* Everybody's, most frequent first, of equals the newest. */
const struct gap *record_gaps(struct record *r, struct arena *a, size_t most, size_t *count, struct error *err);

#endif
