/* lint_private: what the parts of lint share. */
#ifndef CRIB_LIBRARY_LINT_PRIVATE_H
#define CRIB_LIBRARY_LINT_PRIVATE_H

#include "core/library/channel.h"
#include "core/library/document.h"
#include "core/library/lint.h"
#include "core/library/module.h"
#include "core/library/programme.h"
#include "core/library/section.h"
#include "core/quiz/question.h"

/* One file that was read. */
struct lint_file {
    const char *path;  /* relative to the root */
    const char *label; /* as messages show it */
    const struct module *module;
    const struct sections *sections;
    bool wanted; /* its own mistakes are reported */
    size_t words, questions;
};

/* A file of programmes/. */
struct lint_programme {
    const char *label;
    const struct programme *programme;
    struct str source;
    bool wanted;
};

/* A file of files/. */
struct lint_attached {
    const struct channel_file *file;
    bool linked; /* by a module or page */
};

struct lint {
    struct arena *arena;
    struct diags *diags;
    const char *today;
    const struct channel *channel; /* with implied set where there is no channel.yaml */
    struct lint_file *files;
    size_t count;
    struct lint_programme *programmes;
    size_t programme_count;
    struct lint_attached *attached; /* in the order of their paths */
    size_t attached_count;
    struct strings paths; /* of all files, for the nearest one */
    struct strings ids;
};

/* The line of the YAML on which a top-level key stands; 1 where it doesn't. Of a module: in its front matter. */
size_t lint_line(struct str yaml, const char *key);
size_t lint_key_line(const struct module *m, const char *key);

/* What a module or a programme is for. */
struct lint_facts {
    const char *label;
    struct str yaml; /* in which the keys stand */
    const char *title, *problem, *outcome;
};

/* Is the problem one, is the outcome another thing, is anybody obliged? */
void lint_facts_wording(struct lint *l, const struct lint_facts *f);

/* A fact that says "mandatory" and the like. */
void lint_duty(struct lint *l, const char *label, size_t line, const char *key, const char *text);

/* Problem, outcome, minutes, wording: what makes a module useful. */
void lint_wording(struct lint *l, const struct lint_file *f);

/* What a sign-off needs, and what only one can use. */
void lint_signing(struct lint *l, const struct lint_file *f);

/* Keeps a programme for lint_programmes, and reports what its file says of itself. False when memory is out. */
bool lint_take_programme(struct lint *l, const struct channel_file *file, const char *label, const char *bytes,
                         size_t n, bool wanted, struct error *err);

/* The programmes, when all modules are known. */
void lint_programmes(struct lint *l);

/* The questions of a file's gift blocks: what GIFT says of them, and lint_questions. False when memory is out. */
bool lint_gifts(struct lint *l, struct lint_file *f, struct error *err);

/* Sections that questions point to (NULL: none can be known), titles that stand twice. */
void lint_questions(struct lint *l, const char *label, const struct question_list *list,
                    const struct sections *sections);

/* Output patterns: do they compile, and can they explode? Codes: do they count in texts? */
void lint_patterns(struct lint *l, const struct lint_file *f);

/* Tables that aren't, rows that lose cells, bytes that no terminal gets to see. */
void lint_blocks(struct lint *l, const struct lint_file *f, const struct document *d);

/* Links to sections, modules, pages and files. */
void lint_links(struct lint *l, const struct lint_file *f);

/* The files of files/, when all links are known: what nobody links to, what is too large. */
void lint_attached(struct lint *l);

#endif
