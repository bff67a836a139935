/* error: what went wrong, as a value.
 *
 * A function that can fail takes `struct error *err` last and returns bool (false) or NULL on failure. The
 * place that knows fills the error once with error_set; callers pass it on or add context with error_add. The
 * top of the program prints one line: `crib: what went wrong: why (what to do)`. Success leaves it untouched. */
#ifndef CRIB_BASE_ERROR_H
#define CRIB_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sysexits.h>

struct error {
    int code;        /* an exit status of sysexits.h: EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_IOERR, ... */
    char what[320];  /* what went wrong, in the user's words: "cannot open the record" */
    char where[320]; /* the file, line, table or address concerned; empty where there is none */
    char why[320];   /* the cause: "disk full", strerror's text, SQLite's message */
    char todo[320];  /* what to do about it; empty where nothing can be said */
};

/* What the functions below do; they are inline so that compilers and analysers know that they return false. */
void error_fill(struct error *err, int code, const char *what, const char *where, const char *why, const char *todo);
void error_fill_errno(struct error *err, int errno_value, const char *what, const char *where, const char *todo);
void error_prefix(struct error *err, const char *context);

/* Fills err (what, where, why and todo may each be NULL) and returns false, so that `return error_set(...)`
 * ends a function. Texts that are too long are cut at a character's end. err may be NULL: then nothing is kept. */
static inline bool error_set(struct error *err, int code, const char *what, const char *where, const char *why,
                             const char *todo)
{
    error_fill(err, code, what, where, why, todo);
    return false;
}

/* error_set with strerror(errno_value) as the cause, an exit status that fits it and, without todo, what is commonly to do. */
static inline bool error_errno(struct error *err, int errno_value, const char *what, const char *where,
                               const char *todo)
{
    error_fill_errno(err, errno_value, what, where, todo);
    return false;
}

/* error_set for memory that ran out. */
static inline bool error_memory(struct error *err)
{
    error_fill(err, EX_OSERR, "out of memory", NULL, NULL, "close other programs and try again");
    return false;
}

/* Puts `context: ` before what. Returns false. */
static inline bool error_add(struct error *err, const char *context)
{
    error_prefix(err, context);
    return false;
}

/* Appends `what: where: why`, without the parts that are empty. */
struct buf;
void error_words(const struct error *err, struct buf *out);

/* Appends the one line as error_print has it, without its end; flags are text_safe's. */
void error_line(const struct error *err, const char *program, unsigned flags, struct buf *out);

/* Prints the one line, safe for a terminal (and ASCII for one without UTF-8), to out: `program: what: where: why (todo)`. */
void error_print(const struct error *err, const char *program, FILE *out);

#endif
