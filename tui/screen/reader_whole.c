#include "tui/screen/reader_whole.h"

#include "tui/screen/page.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { STACK = 1 << 20 }; /* some C libraries give a thread too little to parse with */

struct reader_whole {
    struct content *begun;
    size_t width;
    unsigned flags;
    pthread_t thread;
    bool threaded;
    atomic_bool ready; /* then what follows is the taker's */
    struct content *content;
    struct lines *lines;
    struct error err;
};

static void *make(void *argument)
{
    struct reader_whole *w = argument;
    struct error unused;
    w->content = content_whole(w->begun, &w->err);
    if (w->content != NULL)
        w->lines = page_lines(w->content, w->width, w->flags, &unused);
    atomic_store(&w->ready, true);
    return NULL;
}

struct reader_whole *reader_whole_start(struct content *begun, size_t width, unsigned flags)
{
    struct reader_whole *w = calloc(1, sizeof *w);
    if (w == NULL)
        return NULL;
    w->begun = begun;
    w->width = width;
    w->flags = flags;
    atomic_init(&w->ready, false);
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0)
        return w;
    w->threaded = pthread_attr_setstacksize(&attributes, STACK) == 0 &&
                  pthread_create(&w->thread, &attributes, make, w) == 0;
    pthread_attr_destroy(&attributes);
    return w;
}

bool reader_whole_ready(struct reader_whole *w)
{
    return !w->threaded || atomic_load(&w->ready);
}

struct content *reader_whole_take(struct reader_whole *w, struct lines **lines, size_t *width, struct error *err)
{
    if (w->threaded)
        pthread_join(w->thread, NULL);
    else
        make(w);
    struct content *content = w->content;
    *lines = w->lines;
    *width = w->width;
    if (content == NULL)
        *err = w->err;
    free(w);
    return content;
}
