/* statement: one event of the record as one xAPI statement.
 *
 * What leaves, and as which verb (all from ADL's vocabulary and cmi5's; no claim of cmi5, since no LMS launched crib):
 *
 *   attempt.started    initialized   the module; registration = the attempt
 *   attempt.resumed    resumed       the module
 *   attempt.abandoned  abandoned     the module
 *   attempt.answered   answered      the question; response, success, score, duration (a description: nothing)
 *   recall.answered    answered      the question
 *   attempt.finished   passed, failed  the module; score, success, duration. Practice (the missed ones again): terminated
 *   section.done       experienced   the section
 *   module.completed   completed     the module; completion
 *   note.filed         commented     the section, else the module; response, the note. About no module: nothing
 *   module.solved      responded     the module; response, "yes" or "no", to whether it solved what it was opened for.
 *                                    It is no success or failure of the learner's
 *   session.joined     attended      the programme's session; who came late: urn:crib:xapi:attendance "late"
 *
 *   signoff.signed     satisfied     the module; success. Where a supervisor has to sign, too, it is satisfied by that, and
 *                                    this is responded, response "signed"
 *   signoff.countersigned  satisfied the module; success
 *
 * Notes and answers to whether it solved it go because the person chose to say them to others. What follows goes by leave alone, where the event itself is
 * marked `shared`: hints by the learner's own (core/record/share.h), what was looked for in vain by the configuration's.
 *
 *   hint.offered       was offered   the module; receive
 *   hint.opened        opened        the module; open
 *   hint.later         put off       the module; ignore
 *   hint.never         refused       the module; reject: the verbs of Activity Streams 1.0. No circumstances, nor what the
 *                                    hint was offered for: it came into the record later, and elsewhere
 *   search.missed, code.missed  searched  `urn:crib:xapi:search:<text>`, `urn:crib:xapi:code:<text>`, percent-encoded as below,
 *                                    of type `urn:crib:xapi:gap`, named as it was typed; success false. The actor is
 *                                    `anonymous` at the home page, for everybody there, the time is the day's beginning (UTC),
 *                                    and neither place in the chain nor circumstances travel with it. The id is a UUID
 *                                    (version 8) made of the event's: BLAKE2b-128 over `crib-gap-1` 00 and its 16 bytes
 *
 * All other events stay on the device: what was opened, looked for or read at work is nobody's business.
 *
 * Activities: `<iri>/m/<module>`, `<iri>/m/<module>#<anchor>`, `<iri>/m/<module>/q/<question>`, `<iri>/p/<programme>`,
 * `<iri>/p/<programme>/e/<element>`, where iri is the channel's (one slash at its end left out); in all but <module>, every
 * byte that is not a letter, a digit or one of -._~ is percent-encoded. The id is the event's. What happened within a
 * programme has that among the grouping activities of its context, behind the channel; a session has it as its parent. A
 * registration is the attempt, or else a UUID (version 8) made of actor and module (of a session: its programme):
 * BLAKE2b-128 over `crib-registration-1` 00 homePage 00 name 00 activity.
 *
 * Extensions of the context; the keys are IRIs of this format, and nothing is to be found there:
 *   urn:crib:xapi:audit        {log, seq, link}: the event's place in its log's chain (core/record/event.h)
 *   urn:crib:xapi:checkpoint   {log, seq, head, signature, key}: now and then, the log's signature over its chain
 *   urn:crib:xapi:signoff      {method, attestation, content, valid-until, material, countersign}: pin or name; BLAKE2b-256 of the
 *                              attestation; the key of the module's text (core/record/signoff.h); until when (left out: for
 *                              ever); its newest material change (signoff_mark). The revision is the context's. Of the second signature {method, signoff}: under which
 *   urn:crib:xapi:section      hash of the section's text
 *   urn:crib:xapi:question     revision of the question: the hash of its source
 *   urn:crib:xapi:note         what kind of note: note, wrong, unclear, missing
 *   urn:crib:xapi:attendance   late
 *   urn:crib:xapi:found-by     what led to the module: name, search, scan, hint
 *   urn:crib:xapi:device-time  the device's own time, where the timestamp was corrected
 *   urn:crib:xapi:stage, :asset, :order, :programme, :element, :session   circumstances of the event
 *                              (the asset of a note is the one that it names)
 * The category `urn:crib:xapi` marks all of crib's statements.
 *
 * The bytes are valid for 1.0.3 and for 2.0 (IEEE 9274.1.1): they differ, for what crib says, in the header of the
 * request alone. Both take RFC 3339 times with milliseconds; 2.0 wants a statement's own `version` to be 2.0.x and 1.0.3
 * to be 1.0.x, so it is left out, as both allow. Durations have hundredths of a second, the most that 1.0.3 compares.
 * Sources: github.com/adlnet/xAPI-Spec (1.0.3), xAPI-Data.md, 2.2 and 2.4. */
#ifndef CRIB_SYNC_XAPI_STATEMENT_H
#define CRIB_SYNC_XAPI_STATEMENT_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/quiz/question.h"
#include "core/record/attempt.h"
#include "core/record/binding.h"
#include "core/record/outbox.h"
#include "sync/xapi/said.h"

#include <stdbool.h>

struct statement {
    const struct outbox_event *event;
    const struct said *said; /* of the event's payload */
    struct binding actor;
    const char *iri;                 /* the channel's, required */
    const char *title;               /* of the module, "" where it isn't known */
    const char *language;            /* BCP 47, "" where it isn't known */
    const struct attempt *attempt;   /* that the event belongs to; NULL where there is none */
    const struct question *question; /* as it was asked; NULL where its source is not kept */
    int64_t at_ms;                   /* corrected time; said->at_ms where nothing was learnt */
    const struct outbox_checkpoint *checkpoint; /* to travel in this one; NULL for none */
};

/* Does the event leave the device at all? said may be NULL: then the kind alone decides. */
bool statement_leaves(const char *kind, const struct said *said);

/* Is it one of a hint, which leaves by the learner's own yes alone (core/record/share.h)? */
bool statement_shared(const char *kind);

/* Does such an event leave under nobody's name? Then actor and title are not looked at, but for the actor's home page, and the
 * statement is no place for a checkpoint. */
bool statement_anonymous(const char *kind);

/* Is it about a programme's session, and about no module? Its channel is the programme's. */
bool statement_of_session(const char *kind);

/* The id of the event's statement. */
struct uuid statement_id(const struct outbox_event *event);

/* Appends the statement's JSON. The event must be one that leaves. false when memory is out, or the question's stored
 * response does not fit its question (EX_DATAERR). */
bool statement_write(const struct statement *s, struct buf *out, struct error *err);

#endif
