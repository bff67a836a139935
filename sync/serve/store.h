/* store: the server's own database: statements and what they are found by, and who may send and read them.
 *
 * One connection writes, any number read; each is used by one thread. */
#ifndef CRIB_SERVE_STORE_H
#define CRIB_SERVE_STORE_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/strings.h"
#include "core/record/event.h"
#include "sync/serve/expected.h"
#include "sync/serve/leading.h"
#include "sync/serve/statement.h"
#include "sync/site/people.h"
#include "sync/site/token.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

/* Opens dir/serve.db (made, with dir, where there is none); a commit is on disk when it returns. reader: read only, of a
 * database that is there. NULL on failure. */
struct store *store_open(const char *dir, bool reader, struct error *err);
void store_close(struct store *s);

/* Is there one in that directory? EX_NOINPUT, naming it, where there is none: whoever asks what a server knows, or changes it,
 * means one that is there. */
bool store_there(const char *dir, struct error *err);

bool store_begin(struct store *s, struct error *err);
bool store_commit(struct store *s, struct error *err); /* durable when it returns true; rolled back when not */
void store_rollback(struct store *s);

/* What is committed is in a log (SQLite's WAL) until it is moved into the database's file, which takes many times as long as
 * a commit. store_log: how many pages the log has after the last commit. store_tidy moves them, by a connection of its own
 * while another one commits; what is left then, SIZE_MAX where it could not. A log with nothing left is written from its
 * beginning again. */
size_t store_log(const struct store *s);
size_t store_tidy(struct store *s);

enum store_result { STORE_OK, STORE_CONFLICT, STORE_FORBIDDEN, STORE_FAILED };

/* Puts the statements in, all of them or (STORE_CONFLICT: *which has an id that another statement has; STORE_FORBIDDEN: it
 * would void another client's) none; between store_begin and store_commit. One that is there already, the same, stays as it
 * is. One that voids what is not here yet counts once that comes from the same client. Each new one is stamped with a moment
 * later than all before, and not before now_us. On STORE_FAILED roll back. */
enum store_result store_put(struct store *s, struct statement *list, size_t count, int64_t client, int64_t now_us,
                            size_t *which, struct error *err);

/* Erases these statements of the client's, between store_begin and store_commit: id and moment stay. *erased: how many are
 * erased now; the others are nobody's, or another client's. store_put takes an erased one that comes again for one that is
 * there. After the commit store_overwrite empties the write-ahead log, which still holds what was erased; false where
 * a reader was in the way for all of wait_ms: to be tried again. */
bool store_erase(struct store *s, const struct uuid *ids, size_t count, int64_t client, size_t *erased, struct error *err);
bool store_overwrite(struct store *s, int wait_ms);

/* The latest moment given by store_put. */
int64_t store_last(const struct store *s);

enum { QUERY_TERMS = 4, QUERY_LIMIT = 500, QUERY_BYTES = 4 * 1024 * 1024 };

struct query {
    const char *id;  /* one statement; NULL: many */
    bool voided;     /* id is a voided one's */
    struct term terms[QUERY_TERMS]; /* all of them hold; broad: related ones too */
    size_t count;
    int64_t after, until; /* stored in (after, until] */
    size_t limit;         /* 1 to QUERY_LIMIT */
    bool ascending;
    int64_t client; /* only what this one sent; 0: everybody's */
};

/* Appends the one statement to out and fills *stored; *found is false where there is none. */
bool store_one(struct store *s, const struct query *q, struct buf *out, int64_t *stored, bool *found, struct error *err);

/* Appends the statements, parted by commas. *more: the `stored` of the last one where others follow, else 0. At most
 * about QUERY_BYTES at a time. */
bool store_many(struct store *s, const struct query *q, struct buf *out, int64_t *more, struct error *err);

/* ---- clients ---- */

enum { ACCOUNT_SIZE = 201 };

struct client {
    int64_t id;
    bool reads_all; /* or only what it sent itself */
    char account[ACCOUNT_SIZE]; /* whose it is, and for whom alone it speaks; "": for everybody, as a kiosk does */
};

/* Makes a client and its token (shown once; only its BLAKE2b-256 is kept). A client of that name that was revoked gets a
 * new token, and has no key of its own (store_box_set) any more. false with EX_USAGE where the name is taken or no name. */
bool store_add_client(struct store *s, const char *name, bool reads_all, char token[TOKEN_SIZE], struct error *err);

enum { CODE_SIZE = 20, NAME_SIZE = 104 };

/* Makes a code that lets one device enrol by this name within so many milliseconds: `K7QF-2M4X-...`. EX_USAGE as above. */
bool store_invite(struct store *s, const char *name, int64_t good_for_ms, char code[CODE_SIZE], struct error *err);

/* Takes the code and makes the device, whose token is `chosen` or (NULL) a new one; between store_begin and store_commit.
 * *known is false for a code that is none, was used, or is too old. A device that chose its token may ask again. false only
 * when the database fails. */
bool store_enrol(struct store *s, const char *code, const char *chosen, char name[NAME_SIZE], char token[TOKEN_SIZE], bool *known,
                 struct error *err);

/* The device's public key, by which lists are sealed to it. *found false: it told none. */
bool store_box_set(struct store *s, const char *name, const unsigned char box[BOX_KEY], struct error *err);
bool store_box(struct store *s, const char *name, unsigned char box[BOX_KEY], bool *found, struct error *err);

/* Who it is that gives this name and token; false where it is nobody, or err was filled. */
bool store_client(struct store *s, const char *name, const char *token, struct client *out, struct error *err);

/* Is, or was (*revoked), there a client of that name? */
bool store_known(struct store *s, const char *name, bool *known, bool *revoked, struct error *err);

/* false with EX_USAGE where there is no such client. */
bool store_revoke(struct store *s, const char *name, struct error *err);

struct client_entry {
    const char *name, *roles, *account; /* parted by commas; whose it is, "" for nobody's */
    int64_t since_ms;         /* when it was made; of an invitation: until when it is good */
    bool reads_all, revoked, invited;
};

/* Everybody, and who is invited, by name; texts in the arena. */
bool store_clients(struct store *s, struct arena *a, struct client_entry **list, size_t *count, struct error *err);

/* ---- the site ---- */

enum { ROLES_MOST = 64 };

/* The client of that name, who may still be to come, has these roles from now on. EX_USAGE for what is no name or role. */
bool store_set_roles(struct store *s, const char *client, struct strings roles, struct error *err);

/* The client of that name, who may still be to come, is this person's alone, by their account; "": nobody's. EX_USAGE for what is
 * no name or account. */
bool store_set_account(struct store *s, const char *client, const char *account, struct error *err);
bool store_account(struct store *s, struct arena *a, const char *client, const char **account, struct error *err);

/* Its roles, sorted, in the arena. */
bool store_roles(struct store *s, struct arena *a, const char *client, struct strings *roles, struct error *err);

/* A setting that outlives the process; NULL in *value where it was never set. */
bool store_set(struct store *s, const char *name, const char *value, struct error *err);
bool store_get(struct store *s, struct arena *a, const char *name, const char **value, struct error *err);

/* ---- the people of the site ---- */

/* In the order of the list, and those who are gone from it; texts in the arena. */
bool store_people(struct store *s, struct arena *a, struct site_person **people, size_t *count, struct error *err);

/* Who is found by the list's id or, where that is "", by account. */
bool store_may_lead(struct store *s, const char *person, const char *account, enum may_lead *may, struct error *err);

/* The account of the person with that id of the list's; "" for none. */
bool store_account_listed(struct store *s, const char *person, char *account, size_t size, struct error *err);

/* All of them, in place of those before; between store_begin and store_commit. */
bool store_people_set(struct store *s, const struct site_person *people, size_t count, struct error *err);

/* expected.h: of the list, at most `most`. Texts in the arena. */
bool store_expected(struct store *s, struct arena *a, struct strings roles, struct strings before, size_t most, struct expected **list,
                    size_t *count, struct error *err);

/* What the people of the list passed, as far as other clients than this one sent it, behind `after`, at most `most` of it, in
 * the order of `through`: where each of it stands, and which of them sent it. Texts in the arena. So far it was looked for as
 * *through says, which is no further where very many of others lie between: *more goes on behind it. */
bool store_passes(struct store *s, struct arena *a, const char *client, int64_t after, size_t most, struct people_pass **list,
                  size_t *count, int64_t *through, bool *more, struct error *err);

#endif
