/* fact: an event's payload read back, and what is derived from it. Internal to core/record. */
#ifndef CRIB_RECORD_FACT_H
#define CRIB_RECORD_FACT_H

#include "core/record/chain.h"

/* What a payload says; texts are "" and numbers 0 where it does not. They live until the next fact is read. */
struct fact {
    int64_t position;
    struct uuid id;
    int64_t at;
    int64_t learner;
    struct uuid attempt; /* as the event calls it */
    struct uuid row;     /* of what is about an attempt: where it stands (row_id.h) */
    bool there;          /* ... and it does */
    struct str payload;
    const char *module, *anchor, *title, *revision, *account, *hash, *through;
    const char *purpose, *quiz_revision, *content, *question, *question_revision, *type, *response;
    const char *asset, *about, *text, *query;
    int64_t ms, seed, pass_mark, rating;
    bool quiz, passed;
    double fraction, score;
};

/* Derives from one event. payload may be NULL with n 0: erased, then nothing is derived. */
bool fact_derive(struct record *r, int64_t position, const struct uuid *id, const char *kind, const char *payload,
                 size_t n, struct error *err);

/* Do payloads of this kind travel to the other devices of the site, where their learner is on its list? */
bool fact_shared(const char *kind);

/* How far a section got, as stored. */
enum section_state { STATE_MET, STATE_SEEN, STATE_DONE };

/* One for each kind of event; in the file of its idea. */
bool apply_learner(struct record *r, const struct fact *f, struct error *err);
bool apply_named(struct record *r, const struct fact *f, struct error *err);
bool apply_badge(struct record *r, const struct fact *f, struct error *err);
bool apply_roles(struct record *r, const struct fact *f, struct error *err);
bool apply_rights(struct record *r, const struct fact *f, struct error *err);
bool apply_person(struct record *r, const struct fact *f, struct error *err);
bool apply_listed(struct record *r, const struct fact *f, struct error *err);
bool apply_elsewhere(struct record *r, const struct fact *f, struct error *err);
bool apply_results(struct record *r, const struct fact *f, struct error *err);
bool apply_removed(struct record *r, const struct fact *f, struct error *err);
bool apply_account(struct record *r, const struct fact *f, struct error *err);
bool apply_bound(struct record *r, const struct fact *f, struct error *err);
bool apply_opened(struct record *r, const struct fact *f, struct error *err);
bool apply_section_seen(struct record *r, const struct fact *f, struct error *err);
bool apply_section_done(struct record *r, const struct fact *f, struct error *err);
bool apply_completed(struct record *r, const struct fact *f, struct error *err);
bool apply_news(struct record *r, const struct fact *f, struct error *err);
bool apply_started(struct record *r, const struct fact *f, struct error *err);
bool apply_answered(struct record *r, const struct fact *f, struct error *err);
bool apply_finished(struct record *r, const struct fact *f, struct error *err);
bool apply_abandoned(struct record *r, const struct fact *f, struct error *err);
bool apply_recall(struct record *r, const struct fact *f, struct error *err);
bool apply_retired(struct record *r, const struct fact *f, struct error *err);
bool apply_note(struct record *r, const struct fact *f, struct error *err);
bool apply_solved(struct record *r, const struct fact *f, struct error *err);
bool apply_fetch_queued(struct record *r, const struct fact *f, struct error *err);
bool apply_fetch_done(struct record *r, const struct fact *f, struct error *err);
bool apply_search_missed(struct record *r, const struct fact *f, struct error *err);
bool apply_code_missed(struct record *r, const struct fact *f, struct error *err);
bool apply_hint_offered(struct record *r, const struct fact *f, struct error *err);
bool apply_hint_opened(struct record *r, const struct fact *f, struct error *err);
bool apply_hint_later(struct record *r, const struct fact *f, struct error *err);
bool apply_hint_never(struct record *r, const struct fact *f, struct error *err);
bool apply_held(struct record *r, const struct fact *f, struct error *err);
bool apply_joined(struct record *r, const struct fact *f, struct error *err);
bool apply_left(struct record *r, const struct fact *f, struct error *err);
bool apply_share_on(struct record *r, const struct fact *f, struct error *err);
bool apply_share_off(struct record *r, const struct fact *f, struct error *err);
bool apply_shown(struct record *r, const struct fact *f, struct error *err);
bool apply_signed(struct record *r, const struct fact *f, struct error *err);
bool apply_countersigned(struct record *r, const struct fact *f, struct error *err);
bool apply_erased(struct record *r, const struct fact *f, struct error *err);

/* A module's revision is that of the newest event that says one. Bind the revision and the event's time. */
#define REVISES(revision, at) " AND (revised_at < " at " OR (revised_at = " at " AND revision <= " revision "))"

/* Shared between those: the module's row made where there is none; a module's sections of the payload met. */
bool module_touch(struct record *r, const struct fact *f, struct error *err);
bool module_begun(struct record *r, const struct fact *f, struct error *err);
bool sections_met(struct record *r, const struct fact *f, struct error *err);
bool pace_add(struct record *r, int64_t learner, const char *type, int64_t position, double fraction, int64_t ms,
              struct error *err);

/* One review of a question; what is there already (by its position) changes nothing. */
struct review {
    int64_t position, at;
    int64_t rating; /* enum rating; 0: the question was retired */
};
bool recall_review(struct record *r, int64_t learner, const char *module, const char *question, const char *type,
                   const struct review *review, struct error *err);

/* The review at that position is none any more. */
bool recall_drop(struct record *r, int64_t learner, const char *module, const char *question, int64_t position, struct error *err);

/* Nor are the learner's reviews of a foreign log whose payloads are gone. */
bool recall_drop_log(struct record *r, int64_t learner, int64_t log, struct error *err);

/* The answers of the finished attempts at the module since it was passed enter recall, as far as they did not yet. */
bool attempts_review(struct record *r, int64_t learner, const char *module, struct error *err);

/* What an event of a foreign log says, of the learner who it is here (foreign_parts.h). */
bool fact_derive_foreign(struct record *r, int64_t position, const struct uuid *id, const char *kind, struct str payload,
                         int64_t learner, struct error *err);

/* What the event speaks of isn't here (yet): it is derived again when that comes (apply_started, ...). */
bool fact_await(struct record *r, const char *about, const struct fact *f, struct error *err);

/* ... which is now: they are derived by fact_follow, when the event under way is done with. */
void fact_here(struct record *r, const char *about);
bool fact_follow(struct record *r, struct error *err);

/* Who the number in an event's payload is here: itself, or with an event of a foreign log whoever it stands for; 0: nobody. */
bool fact_person(struct record *r, int64_t position, int64_t named, int64_t *learner, struct error *err);

#endif
