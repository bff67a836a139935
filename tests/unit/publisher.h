/* A publisher for the tests of those who take channels: `crib publish` without its care, for what no publisher would do. */
#ifndef CRIB_TESTS_PUBLISHER_H
#define CRIB_TESTS_PUBLISHER_H

#include "core/base/file.h"
#include "core/library/channel.h"
#include "sync/channel/minisign.h"
#include "sync/channel/pack.h"
#include "sync/channel/pointer.h"
#include "sync/channel/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct publishing {
    const char *out;
    const struct secret_key *key; /* signs channel.json */
    int64_t version, published_ms, expires_ms, key_set;
};

static void published(bool ok, const char *what, const struct error *err)
{
    if (ok)
        return;
    fprintf(stderr, "publisher: %s: %s: %s: %s\n", what, err->what, err->where, err->why);
    exit(1);
}

static inline void publish_file(struct arena *a, const char *out, const char *path, const char *bytes, size_t n)
{
    struct error err = {0};
    const struct outdir o = {.arena = a, .dir = out, .lock = -1};
    published(outdir_write(&o, path, (struct str){bytes, n}, &err), path, &err);
}

/* Signs the pointer and puts it into place, whatever stands there. */
static void publish_pointer(struct arena *a, const struct publishing *p, const struct pointer *pointer)
{
    struct error err = {0};
    struct outdir o;
    struct edition next = {.pointer = *pointer};
    size_t size;
    published(outdir_open(&o, a, p->out, PUBLISH_VERSIONS, true, &err), p->out, &err);
    published(publish_edition(&o, &next, p->key, &size, false, &err), p->out, &err);
    outdir_close(&o);
}

/* Publishes the groups as the channel of that id. */
static inline void publish_gathered(struct arena *a, const char *id, const struct gathered *gathered, const struct publishing *p)
{
    struct error err = {0};
    struct outdir o;
    struct build build;
    struct progress progress;
    progress_open(&progress, true);
    published(outdir_open(&o, a, p->out, PUBLISH_VERSIONS, true, &err), p->out, &err);
    published(build_plan(&build, &o, gathered, &err) && build_run(&build, false, &progress, &err), "build", &err);
    outdir_close(&o);
    publish_pointer(a, p, &(struct pointer){id, p->version, p->published_ms, p->expires_ms, p->key_set,
                                            build_groups(&build), build.count});
}

/* Publishes the files (sorted by path). */
static inline void publish_files(struct arena *a, const char *id, const struct pack_files *source, const struct publishing *p)
{
    struct error err = {0};
    struct gathered gathered;
    published(gather_files(a, id, source, &gathered, &err), "gather", &err);
    publish_gathered(a, id, &gathered, p);
}

#endif
