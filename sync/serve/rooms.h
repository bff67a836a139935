/* rooms: live sessions where they are held: by `crib serve` for a site, by the follower of a trainer's record for one host.
 *
 * A request is a path below /room/ and JSON, an answer a status of HTTP and JSON (or a line that says why not):
 *
 *   /room/start  {"key", "session", "programme", "element", "iri", "title", "module", "test", "starts", "names", "name", "person", "account", "roles": [...],
 *                "before": [activity, ...], "questions": [["id", "revision"], ...]}   roles: of the programme; before: what is to be done before the session
 *   /room/lead   {"key", "session", "wish": "open", "close" or "end"}        the trainer asks how things stand
 *     both: {"code", "phase", "people": [{"name", "via", "here", "late", "done", "of", "answered", "score"}],
 *            "questions": [{"id", "answers", "right", "other"}], "choices": [{"id", "choice", "picks"}], "expected": [{"name", "done", "of"}]}
 *            expected: those on a site's list of learners who have not joined; left out where nobody has a list (expected.h)
 *   /room/look   {"code"}                                                  is there such a session?
 *   /room/here   {"key", "code", "session", "name", "person", "account", "here", "done", "of", "answers": [["id", fraction, [choice, ...], "revision"], ...], "score"}
 *     both: {"session", "programme", "element", "iri", "title", "module", "test", "starts", "names", "phase", "people", "late"}
 *
 * Where a site has a list of learners, it holds a session (start) for a trainer or an administrator on it alone (leading.h).
 *
 * Who joins by two devices is one person, where an account or the site's list tells: a device says it until it was answered once.
 * The newest one counts, what was done before the session on the one that did most of it, answers of each; a question counts once.
 *
 * A choice is its number in the question's source, from 1 (true is 1, false 2); left out of an answer that is none. How many chose
 * what is told where three have answered, or the session was begun with names. Who answered another revision of the question than it
 * was begun with (options may stand in another order there) is not among them: `other` says how many.
 *
 * A key is chosen by whoever asks, 32 hexadecimal digits, and counts from that asker alone; each request may be sent again.
 * A code lives as long as its session; wrong ones can be tried 30 at once, then one a second. An asker may ask 800 times at once, then
 * 200 a second, and each millisecond that an answer takes counts as one time more (429 until then); is behind 100 of a session's 500 people at most; has 16 sessions on at a time, and 200 that are over. Nobody gets others' answers: a
 * trainer gets sums, and a person's own alone where the session was begun with names. A person who has not been heard of for
 * some seconds is not here. */
#ifndef CRIB_SERVE_ROOMS_H
#define CRIB_SERVE_ROOMS_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "sync/serve/expected.h"
#include "sync/serve/leading.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rooms;

enum { ROOMS_BODY_MOST = 64 * 1024 };

/* Opens dir/room.db, made where there is none. What is over for a month goes. NULL on failure. */
struct rooms *rooms_open(const char *dir, struct error *err);
void rooms_close(struct rooms *r); /* NULL is allowed */

/* Whom a site expects; before the first request. Borrowed. */
void rooms_expecting(struct rooms *r, const struct expecting *from);

/* Who may hold a session at a site; before the first request. Borrowed. */
void rooms_leading(struct rooms *r, const struct leading *who);

/* Who asks: a site's client, or an account of this host. */
struct asker {
    int64_t id;
    const char *name;
    const char *account; /* for whom alone it speaks; "": for whomever it says */
};

/* Answers one request, from any thread: the status; out takes the content. */
unsigned rooms_answer(struct rooms *r, const struct asker *who, const char *path, const char *body, size_t n, struct buf *out);

/* Adds "sessions": [title, ...] of those that are on and for one of these roles (none: any); nothing where there is none. */
struct json;
void rooms_on(struct rooms *r, struct strings roles, struct json *j);

/* Is one on, or has one just ended and not everybody who was there heard of it? */
bool rooms_busy(struct rooms *r);

#endif
