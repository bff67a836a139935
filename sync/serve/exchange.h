/* exchange: one request to the learning record store and its answer; what the parts of lrs share. */
#ifndef CRIB_SERVE_EXCHANGE_H
#define CRIB_SERVE_EXCHANGE_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "sync/serve/lrs.h"
#include "sync/serve/lrs_query.h"
#include "sync/serve/rate.h"
#include "sync/serve/request.h"
#include "sync/serve/workers.h"

#include <microhttpd.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum { PARAMETERS = 32 };

struct lrs {
    struct workers *workers;
    char *home;
    const struct offered *offered;
    size_t offered_count;
    struct rooms *rooms; /* NULL: no sessions are held */
    struct rate *rate;       /* by client */
    struct rate *enrolments; /* by where they come from */
    atomic_size_t bodies;
};

enum phase { PHASE_BODY, PHASE_WAITING, PHASE_READY };

struct exchange {
    struct request request;
    struct lrs *lrs;
    struct MHD_Connection *connection;
    struct arena *arena;
    enum phase phase;
    enum xapi_version version;
    struct client client;
    const char *name; /* the client's */
    struct buf body;
    size_t most;    /* bytes of it that are taken */
    size_t counted; /* of lrs->bodies */
    unsigned refusal;
    char why[1100];
    struct job job;
    bool array, put, enrols, erases, asks_roles, asks_learners;
    struct logs_ask asks_logs; /* where job.ask is this */
    bool hands_in; /* a part of a log */
    bool kept; /* the answer may be kept, by who asked: it has an ETag */
    struct asked asked;
    struct parameter parameters[PARAMETERS];
    size_t parameter_count;
};

/* The value of a header of the request, or NULL. */
const char *exchange_header(struct exchange *x, const char *name);

/* Queues the text, which is copied; one more header where name is not NULL. */
enum MHD_Result exchange_answer(struct exchange *x, unsigned status, const char *type, const char *text, size_t n,
                                const char *name, const char *value);

/* The same with JSON (200), which is freed. */
enum MHD_Result exchange_answer_out(struct exchange *x, struct buf *out);

/* It will be refused so, where no reason came before. */
void exchange_refuse(struct exchange *x, unsigned status, const char *why);
void exchange_refuse_error(struct exchange *x, const struct error *err); /* 400 for EX_DATAERR, else 503 */
enum MHD_Result exchange_answer_refusal(struct exchange *x);

#endif
