/* content: a module or page with all that is derived from its text, loaded at once: document, sections, questions. */
#ifndef CRIB_TUI_CONTENT_H
#define CRIB_TUI_CONTENT_H

#include "core/library/document.h"
#include "core/library/section.h"
#include "core/quiz/question.h"
#include "tui/app.h"

#include <stddef.h>
#include <stdint.h>

struct content {
    struct arena *arena;
    struct library_module *module;
    struct document *document;
    const struct sections *sections;
    struct question_list questions; /* of all gift blocks, in order */
    const char *address;            /* channel/id */
    const char *revision;           /* hex */
    struct section_ref *refs;       /* one a section */
    struct subject subject;         /* as the record takes it */
};

/* Loads the module with this key. NULL on failure (EX_NOINPUT when it is gone). The caller owns it. */
struct content *content_open(struct app *app, int64_t key, struct error *err);

/* The same over a bare text, as `crib quiz FILE.gift` and a pinned attempt need it: bytes is a whole module file, or
 * with gift a bare question bank. name stands for the address. */
struct content *content_of_text(const char *name, const char *bytes, size_t n, bool gift, struct error *err);

void content_close(struct content *c); /* NULL is allowed */

/* Finds the one thing that WHAT means. 1: *key and *anchor (in a) are it; 0: nothing fits; more: how many fit
 * (the choices in *targets); -1: failed. */
int content_resolve(struct app *app, struct arena *a, const char *what, struct target **targets, struct error *err);

#endif
