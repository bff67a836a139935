/* signing: a module that asks for a sign-off, when somebody wants to sign it. No screen.
 *
 * Who signs gives a PIN where they have one, else types their full name. In an account that several people share a name is
 * no signature: there one needs badge and PIN, and proves both anew under the text, whoever badged in before: they may have
 * left. The supervisor's signature under it takes badge, PIN, and the right. Where the site takes names, the name that a badge
 * stands for does for the badge. */
#ifndef CRIB_TUI_SIGNING_H
#define CRIB_TUI_SIGNING_H

#include "core/library/library_signing.h"
#include "core/record/learner.h"
#include "core/record/pin.h"
#include "core/record/signoff.h"
#include "tui/content.h"

struct signing {
    struct app *app;
    struct arena *arena;
    struct content *content;
    const struct library_signing *text;
    const struct signoff_standing *standing;
    char mark[SIGNOFF_MARK];
    int64_t valid_until;          /* of a signature now; 0: for ever */
    enum signoff_method method;   /* how this person signs */
    const char *person;           /* with SIGNOFF_PIN: their name */
    bool badge;                   /* is asked for before the PIN */
    bool proved;                  /* ... and was given */
};

/* NULL with err: it asks for none, a preview and a guest sign nothing (EX_NOPERM), nor does, where an account is shared, who
 * has no badge and PIN. The caller closes it. */
struct signing *signing_open(struct app *app, int64_t key, struct error *err);
void signing_close(struct signing *s); /* NULL is allowed */

/* Is the learner's last signature good still, or waiting for the supervisor's? */
bool signing_holds(const struct signing *s, enum signoff_state *state);

/* What is missing: so many things; each a section's index, or SIZE_MAX for the quiz. */
size_t signing_missing(const struct signing *s);
size_t signing_missing_at(const struct signing *s, size_t i);
void signing_missing_words(const struct signing *s, size_t i, struct buf *out);

/* In one line: "2 sections not shown in full: Why, Isolate; quiz not passed". Nothing where nothing is missing. */
void signing_missing_line(const struct signing *s, struct buf *out);

/* How the last signature stands, in one line: "Signed by Kim Lee on 2026-11-28, valid until 2027-11-28". "" for none. */
void signing_last_line(const struct signing *s, struct buf *out);

/* The line that says until when a signature now holds, and that which names the text. */
void signing_valid_line(const struct signing *s, struct buf *out);
void signing_text_line(const struct signing *s, struct buf *out);

/* Where s->badge: comes before each try of a PIN. EX_NOPERM where it is not that of who is here. */
bool signing_badge(struct signing *s, const char *said, struct error *err);

/* How it is asked for: "To sign, your badge or name:". */
const char *signing_badge_question(const struct signing *s);

/* Sign; on disk when true. With a PIN that is not right *result says how it stands, and nothing was signed. */
bool signing_by_name(struct signing *s, const char *name, struct uuid *id, struct error *err);
bool signing_by_pin(struct signing *s, const char *pin, struct pin_result *result, struct uuid *id, struct error *err);

/* ---- the supervisor's signature ---- */

/* Who may give it, by badge or name: EX_NOUSER, or EX_NOPERM without the right or a PIN. */
bool signing_supervisor(struct app *app, const char *said, struct learner *who, struct error *err);
bool signing_countersign(struct app *app, const struct uuid *signoff, const struct learner *who, const char *pin,
                         struct pin_result *result, struct error *err);

/* Those that wait for it, the oldest first. NULL on failure; without a record none. */
const struct signoff *signing_waiting(struct app *app, struct arena *a, size_t *count, struct error *err);

/* ---- how a module stands for the learner ---- */

/* The module's newest material change as it is installed here: its mark (signoff_mark), and in words (NULL: none). false
 * where it is not installed. */
bool signing_mark(struct app *app, struct arena *a, const char *address, char mark[SIGNOFF_MARK], const char **change);

/* Behind "sign-off": "due", "lapses 2027-05-12", "lapsed: changed 2026-10-02: ...", "signed, waits for a supervisor's signature",
 * "signed, valid until ...";
 * "" of a module that asks for none, or where nobody in particular learns. *act: something is to be done. */
void signing_standing_words(struct app *app, int64_t key, const char *address, struct buf *out, bool *act);

#endif
