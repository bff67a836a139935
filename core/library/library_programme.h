/* library_programme: the programmes that are installed (programme.h), of both libraries; results live in the arena. */
#ifndef CRIB_LIBRARY_LIBRARY_PROGRAMME_H
#define CRIB_LIBRARY_LIBRARY_PROGRAMME_H

#include "core/library/library.h"
#include "core/library/programme.h"

struct library_programme {
    const char *channel; /* id */
    const char *iri;     /* the channel's */
    const char *address; /* `channel/id`, as the record and statements have it */
    const char *path;    /* of the source file, absolute; "" where the channel isn't a local directory */
    struct programme programme;
    int64_t added_ms;    /* when it came to this device */
    int64_t changed_ms;
    bool news;           /* it came, or changed, after its channel's first installation */
    bool on_device;      /* false: it is for other roles, and known from the channel's catalogue */
};

/* Those for the roles and for everyone (NULL: all), by title. */
bool library_programmes(struct library *l, struct arena *a, const struct strings *roles,
                        struct library_programme **items, size_t *count, struct error *err);

/* The one at an address, `channel/id` or, where only one channel has it, `id`. *found is NULL where there is none; false
 * (EX_DATAERR) where the short form fits in several channels, and on failure. */
bool library_programme_find(struct library *l, struct arena *a, const char *address,
                            const struct library_programme **found, struct error *err);

/* The same; NULL with EX_NOINPUT and the nearest id where there is none. */
const struct library_programme *library_programme(struct library *l, struct arena *a, const char *address,
                                                  struct error *err);

/* What its elements are called, one each: as the programme says, else as their modules, else by their kind. NULL when memory
 * is out. */
const char *const *library_element_titles(struct library *l, struct arena *a, const struct library_programme *p,
                                          struct error *err);

/* A session, and the programme that it belongs to. */
struct library_session {
    const struct library_programme *programme;
    const struct element *session;
};

/* The sessions that start within from <= time < until of the programmes for these roles (NULL: all), by time. */
bool library_sessions(struct library *l, struct arena *a, const struct strings *roles, int64_t from_ms,
                      int64_t until_ms, struct library_session **items, size_t *count, struct error *err);

/* Those of the local day that the moment falls in: what an attract screen shows as today's programme. */
bool library_sessions_today(struct library *l, struct arena *a, const struct strings *roles, int64_t now_ms,
                            struct library_session **items, size_t *count, struct error *err);

/* Programmes that came or changed since then, newest first; what a channel brought with its first installation is not
 * news. */
bool library_programme_news(struct library *l, struct arena *a, int64_t since_ms, struct library_programme **items,
                            size_t *count, struct error *err);

#endif
