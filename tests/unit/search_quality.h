/* search_quality: the questions of tests/data/search against the sample channel, installed in a directory of its own.
 * A line is: question, answer, a second right answer or nothing, kind. */
#ifndef CRIB_TESTS_SEARCH_QUALITY_H
#define CRIB_TESTS_SEARCH_QUALITY_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/file.h"
#include "core/library/library.h"
#include "core/library/search.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct quality_set {
    const char *name, *files[2];
    double goal;
};

enum { QUALITY_SETS = 2, QUALITY_TOP = 3 };

static const struct quality_set quality_sets[QUALITY_SETS] = {
    {"as asked", {"questions.tsv", "held-out.tsv"}, 0.95},
    {"with a letter wrong", {"typo.tsv", "typo-held-out.tsv"}, 0.90},
};

struct quality {
    char home[256];
    struct arena *arena;
    struct library *library;
    struct search *search;
    struct error err;
};

static int quality_remove(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

static inline void quality_close(struct quality *q)
{
    search_close(q->search);
    library_close(q->library);
    arena_close(q->arena);
    if (q->home[0] != '\0')
        nftw(q->home, quality_remove, 16, FTW_DEPTH | FTW_PHYS);
    memset(q, 0, sizeof *q);
}

/* top: the directory above assets. */
static inline bool quality_open(struct quality *q, const char *top)
{
    memset(q, 0, sizeof *q);
    const char *base = getenv("TMPDIR");
    snprintf(q->home, sizeof q->home, "%s/crib-quality-XXXXXX", base != NULL ? base : "/tmp");
    q->arena = arena_open();
    if (q->arena == NULL || mkdtemp(q->home) == NULL)
        return false;
    struct places places = {q->home, q->home, q->home, "/nonexistent", "/nonexistent"};
    struct diags *diags = diags_open();
    struct library_result result;
    char sample[512];
    snprintf(sample, sizeof sample, "%s/assets/sample", top);
    q->library = library_open(&places, LIBRARY_WRITE | LIBRARY_ALONE, "", &q->err);
    bool ok = diags != NULL && q->library != NULL &&
              library_install(q->library, sample, NULL, diags, q->arena, &result, &q->err) &&
              (q->search = search_open(library_index_dir(q->library, 0), &q->err)) != NULL;
    diags_close(diags);
    return ok;
}

static inline bool quality_finds(struct quality *q, const char *question, const char *answer, const char *other)
{
    struct search_hit hits[QUALITY_TOP];
    const struct search_query query = {.text = question, .other_roles = true};
    size_t n = search_find(q->search, &query, hits, QUALITY_TOP, NULL);
    for (size_t i = 0; i < n; i++) {
        const char *id = search_id(q->search, hits[i].doc);
        if (strcmp(id, answer) == 0 || (other[0] != '\0' && strcmp(id, other) == 0))
            return true;
    }
    return false;
}

/* The share of a set's questions that find their answer; misses (NULL: none) are written there. -1: no questions. */
static inline double quality_share(struct quality *q, const char *top, const struct quality_set *set, FILE *misses)
{
    size_t asked = 0, found = 0;
    for (size_t i = 0; i < 2; i++) {
        char path[512], line[512];
        snprintf(path, sizeof path, "%s/tests/data/search/%s", top, set->files[i]);
        FILE *f = fopen(path, "r");
        while (f != NULL && fgets(line, sizeof line, f) != NULL) {
            char *fields[4] = {line, NULL, NULL, NULL};
            for (int k = 1; k < 4 && fields[k - 1] != NULL; k++)
                if ((fields[k] = strchr(fields[k - 1], '\t')) != NULL)
                    *fields[k]++ = '\0';
            if (fields[2] == NULL)
                continue;
            bool hit = quality_finds(q, fields[0], fields[1], fields[2]);
            asked++;
            found += hit;
            if (!hit && misses != NULL)
                fprintf(misses, "%s: %s -> %s\n", set->name, fields[0], fields[1]);
        }
        if (f != NULL)
            fclose(f);
    }
    return asked > 0 ? (double)found / (double)asked : -1;
}

#endif
