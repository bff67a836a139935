/* signoff: a learner's signature under a module that asks for one (`sign_off: true`).
 *
 * It rests on what happened since the learner's signature before, on whichever device of the site (foreign.h): each section of
 * the text shown for real (events `section.shown`), and its quiz passed with no feedback on the way. The event `signoff.signed` says by itself who signed
 * what: its payload, behind what every event says,
 *
 *   {..., "module", "title", "revision", "content": KEY, "attempt": ID, "score", "pass_mark", "sections": [[anchor, hash],
 *    ...], "attestation", "signer": NAME, "method": "pin" or "name", "valid_until": TIME (left out: for ever),
 *    "retain_until": TIME, "countersign": BOOL, "material": MARK}
 *
 * content is the key of the module's whole source, kept in the record until retain_until: BLAKE2b-256 over
 * `crib-signed-1`, NUL, and the source. `signoff.countersigned` names the sign-off it is under, whose learner it carries:
 *
 *   {..., "module", "title", "revision", "signoff": ID, "by": NUMBER, "signer", "method", "retain_until"}
 *
 * The log is signed (a checkpoint) in the transaction of each. */
#ifndef CRIB_RECORD_SIGNOFF_H
#define CRIB_RECORD_SIGNOFF_H

#include "core/record/event.h"
#include "core/record/record.h"

enum { SIGNOFF_NAME_MOST = 200, SIGNOFF_LAPSING_DAYS = 30, SIGNOFF_MARK = 32 };

/* Event `section.shown`: each line of it was on the screen, and for long enough (design: words / 600 minutes). Writes
 * nothing where it was shown since the last signature already. For modules that ask for a sign-off alone. */
bool record_shown(struct record *r, int64_t learner, const struct subject *s, const struct section_ref *section, int64_t words,
                  int64_t ms, struct error *err);

enum signoff_method { SIGNOFF_PIN, SIGNOFF_NAME };

/* "pin", "name". */
const char *signoff_method_name(enum signoff_method method);

struct signoff {
    struct uuid id;   /* here; record_signoff_find takes it */
    struct uuid said; /* as events call it: nearly always the same (row_id.h) */
    int64_t learner;
    const char *module, *title, *revision, *content;
    const char *signer;      /* as signed */
    const char *attestation; /* what was signed */
    enum signoff_method method;
    double score;
    int64_t at, valid_until, retain_until; /* valid_until 0: for ever */
    const char *material;    /* signoff_mark of the text signed */
    bool countersign;        /* asked for */
    int64_t countersigned_at; /* 0: not yet */
    const char *countersigner;
};

/* The newest material change of a text as a mark, `2026-10-02/3`: its day, and how many there are. "" for none. */
struct signoff_change {
    const char *on;
    bool material;
};
void signoff_mark(const struct signoff_change *changes, size_t count, char out[SIGNOFF_MARK]);

enum signoff_state {
    SIGNOFF_CURRENT,
    SIGNOFF_LAPSING, /* within SIGNOFF_LAPSING_DAYS */
    SIGNOFF_LAPSED,  /* its time is over */
    SIGNOFF_CHANGED, /* the text changed materially since */
    SIGNOFF_WAITING, /* for the supervisor's signature */
};

/* "current", "lapsing", "lapsed", "changed", "waiting". */
const char *signoff_state_name(enum signoff_state state);

/* mark: of the text as it is now, NULL where it isn't known here. Pure. */
enum signoff_state signoff_state(const struct signoff *s, const char *mark, int64_t now_ms);

/* What a signature at this moment would rest on. */
struct signoff_standing {
    const struct signoff *last; /* the learner's newest at this module, of whatever text; NULL: none */
    bool *shown;                /* of the subject's sections, in their order */
    size_t missing;             /* sections that were not shown */
    bool passed;                /* the quiz, on this text, since the last signature, with no feedback on the way */
    struct uuid attempt;        /* that did */
    double score;
    int64_t pass_mark;
};
const struct signoff_standing *record_signoff_standing(struct record *r, struct arena *a, int64_t learner,
                                                       const struct subject *s, struct error *err);

struct signoff_signature {
    const char *signer; /* the person's name: with SIGNOFF_NAME as typed */
    enum signoff_method method;
    const char *attestation;
    const char *source; /* of the module, whole */
    size_t source_len;
    int64_t valid_until; /* 0: for ever */
    int64_t retain_until;
    const char *mark; /* signoff_mark */
    bool countersign;
};

/* Signs, where the standing is whole (else EX_USAGE, naming what is missing). *id is the sign-off's. */
bool record_signoff(struct record *r, int64_t learner, const struct subject *s, const struct signoff_signature *signature,
                    struct uuid *id, struct error *err);

/* A supervisor signs under a sign-off that asks for it. Nobody countersigns for themselves, nor twice (EX_USAGE). The caller
 * has seen to it that `by` has the right. */
bool record_countersign(struct record *r, const struct uuid *signoff, int64_t by, const char *signer,
                        enum signoff_method method, struct error *err);

/* Everybody's (learner 0) or one learner's, of all modules (NULL) or one; only the newest of each learner at each module,
 * or all; the oldest first. NULL on failure. */
const struct signoff *record_signoffs(struct record *r, struct arena *a, int64_t learner, const char *module, bool newest,
                                      size_t *count, struct error *err);

/* Those that wait for a supervisor's signature and are good still, the newest of each learner at each module; the oldest
 * first. NULL on failure. */
const struct signoff *record_signoffs_waiting(struct record *r, struct arena *a, int64_t now_ms, size_t *count, struct error *err);

/* By its id; *signoff is NULL where there is none. */
bool record_signoff_find(struct record *r, struct arena *a, const struct uuid *id, const struct signoff **signoff,
                         struct error *err);

/* The key of a source in the record's contents, 64 digits in the arena; NULL when memory is out. */
const char *signoff_content(struct arena *a, const char *source, size_t len);

#endif
