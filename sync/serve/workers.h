/* workers: the threads that use the store, so that no thread that serves sockets ever waits for a disk.
 *
 * One thread writes: it takes all that wait, puts them into one transaction, and tells all of them when the one commit is
 * on disk (group commit). Two threads read. */
#ifndef CRIB_SERVE_WORKERS_H
#define CRIB_SERVE_WORKERS_H

#include "core/base/error.h"
#include "sync/serve/logs.h"
#include "sync/serve/store.h"
#include "sync/serve/store_logs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct workers;

enum job_result { JOB_DONE, JOB_CONFLICT, JOB_FORBIDDEN, JOB_NOT_FOUND, JOB_FAILED };

/* Something to be done; the caller's, and untouched by it from workers_add until done is called (in another thread). */
struct job {
    void (*done)(struct job *job);
    bool writes;
    int64_t client; /* who asks */
    /* a write: */
    struct statement *list;
    size_t count;
    /* an enrolment, which is a write, too: */
    const char *code, *chosen; /* NULL: none; chosen: store_enrol's */
    const unsigned char *box;  /* the device's public key; NULL: it told none */
    char name[NAME_SIZE], token[TOKEN_SIZE];
    /* an erasure (of count statements), which is a write, too: */
    const struct uuid *erase; /* NULL: none */
    size_t erased;
    /* a part of a log that was handed in (of count events), which is a write, too: */
    const struct log_part *part; /* NULL: none */
    enum log_result log;
    uint64_t last;
    /* what a device asks of logs, a query, too: */
    const struct logs_ask *ask; /* NULL: nothing */
    const char *device;
    bool told; /* it told a key */
    /* what its people passed elsewhere, a query, too (people_passes_for): */
    bool passes;
    int64_t after;
    /* a query: */
    struct query query;
    struct buf out;
    int64_t stored, more;
    /* all: */
    enum job_result result;
    size_t which; /* JOB_CONFLICT, JOB_FORBIDDEN */
    struct error err;
    struct job *next; /* the queue's */
};

/* Opens the store in dir and starts the threads. NULL on failure. */
struct workers *workers_open(const char *dir, struct error *err);

/* Does all that waits, then ends the threads: every job was told, further ones are refused. */
void workers_finish(struct workers *w);

/* The same, and frees it. NULL is allowed. */
void workers_close(struct workers *w);

/* false where too much waits already. */
bool workers_add(struct workers *w, struct job *job);

/* All statements stored until this moment (microseconds) can be read. */
int64_t workers_consistent(struct workers *w);

/* How many commits there were, for measuring. */
size_t workers_commits(const struct workers *w);

/* store_client, from any thread. */
bool workers_client(struct workers *w, const char *name, const char *token, struct client *out, struct error *err);

/* Somebody from there (a number for the address) is not known here: may they be told so now? A hundred at once, then one a second. */
bool workers_stranger(struct workers *w, int64_t address);

/* store_known, from any thread. */
bool workers_known(struct workers *w, const char *name, bool *known, bool *revoked, struct error *err);

/* people_told, people_version and people_for, from any thread. */
bool workers_people_told(struct workers *w, struct arena *a, const char *device, const char **site, const char **badges,
                         struct error *err);
bool workers_people_version(struct workers *w, struct arena *a, int64_t *version, struct error *err);
bool workers_people_for(struct workers *w, struct arena *a, const char *device, struct buf *out, struct error *err);

/* store_may_lead and store_account_listed, from any thread. */
bool workers_account_listed(struct workers *w, const char *person, char *account, size_t size, struct error *err);
bool workers_may_lead(struct workers *w, const char *person, const char *account, enum may_lead *may, struct error *err);

/* store_expected, from any thread. */
bool workers_expected(struct workers *w, struct arena *a, struct strings roles, struct strings before, size_t most,
                      struct expected **list, size_t *count, struct error *err);

/* store_people, from any thread. */
bool workers_people(struct workers *w, struct arena *a, struct site_person **people, size_t *count, struct error *err);

/* store_account, from any thread. */
bool workers_account(struct workers *w, struct arena *a, const char *name, const char **account, struct error *err);

/* store_roles, from any thread. */
bool workers_roles(struct workers *w, struct arena *a, const char *name, struct strings *roles, struct error *err);

#endif
