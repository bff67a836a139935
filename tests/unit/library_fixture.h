/* A library in a directory of its own, beside the source of one channel. */
#ifndef CRIB_TESTS_LIBRARY_FIXTURE_H
#define CRIB_TESTS_LIBRARY_FIXTURE_H

#include "core/base/file.h"
#include "core/library/library.h"
#include "tests/unit/suite.h"

#include <string.h>

static char root[64], home[96], dir[96]; /* dir: the channel's */
static struct arena *a;
static struct diags *d;
static struct error err;
static struct places places;
static struct library *l;
static struct library_result result;

static inline void write_in(const char *where, const char *name, const char *text)
{
    char *path = arena_printf(a, "%s/%s", where, name);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    ck_assert(file_make_dirs(path, &err));
    *slash = '/';
    ck_assert_msg(file_write(path, text, strlen(text), 0600, &err), "%s", err.why);
}

static inline void write_file(const char *name, const char *text)
{
    write_in(dir, name, text);
}

static inline void reopen(unsigned flags)
{
    library_close(l);
    l = library_open(&places, flags | LIBRARY_ALONE, "", &err);
    ck_assert_msg(l != NULL, "%s: %s: %s", err.what, err.where, err.why);
}

static inline void install_from(const char *from)
{
    ck_assert_msg(library_install(l, from, NULL, d, a, &result, &err), "%s: %s: %s", err.what, err.where, err.why);
}

static inline void install(void)
{
    install_from(dir);
}

/* Nothing is open yet. */
static inline void plant_make(const char *name)
{
    suite_dir(root, sizeof root, name);
    snprintf(home, sizeof home, "%s/home", root);
    snprintf(dir, sizeof dir, "%s/plant", root);
    places = (struct places){home, home, home, "/nonexistent", "/nonexistent"};
    a = arena_open();
    d = diags_open();
    err = (struct error){0};
    l = NULL;
}

static inline void plant_remove(void)
{
    library_close(l);
    suite_remove(root);
    arena_close(a);
    diags_close(d);
}

#endif
