/* yaml: small YAML documents (front matter, configuration, channel.yaml) as a tree, read through libyaml.
 *
 * Bounded on purpose, since the bytes are hostile: at most 64 KiB, 16 levels, 5,000 nodes; aliases are refused (they
 * are how a few bytes become gigabytes), and so is a key that stands twice in one mapping. Each node knows its line
 * and column. YAML 1.1 as libyaml reads it; scalars stay text: what a value means is the reader's business. */
#ifndef CRIB_BASE_YAML_H
#define CRIB_BASE_YAML_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/strings.h"

#include <stdbool.h>
#include <stddef.h>

enum { YAML_MOST_BYTES = 65536, YAML_MOST_LEVELS = 16, YAML_MOST_NODES = 5000 };

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };

struct yaml {
    enum yaml_kind kind;
    size_t line, column;     /* from 1, in the file (first_line of yaml_parse counted in) */
    const char *key;         /* inside a mapping: the key; else NULL */
    size_t key_line, key_column;
    const char *text;        /* of a scalar; "" else */
    bool quoted;             /* the scalar stood in quotes: '5' is a text, never a number */
    const struct yaml *first; /* children of a sequence or mapping, in order */
    const struct yaml *next;
    size_t count;            /* children */
};

/* Parses one document of n bytes into the arena. file is the name in messages, first_line the line of the file on
 * which the bytes start. Returns NULL after reporting one error to diags; an empty document gives an empty mapping. */
const struct yaml *yaml_parse(struct arena *a, const char *bytes, size_t n, const char *file, size_t first_line,
                              struct diags *diags);

/* The child of a mapping with that key; NULL where there is none or node is no mapping. */
const struct yaml *yaml_get(const struct yaml *node, const char *key);

/* Is the scalar empty, `~` or `null`? */
bool yaml_is_null(const struct yaml *node);

/* Typed reading. Each reports what the node is not to diags (an error at its line and column, file and the node's key
 * named) and returns false; *out is untouched then. */
bool yaml_text(const struct yaml *node, const char *file, struct diags *diags, const char **out);
/* true false yes no on off */
bool yaml_bool(const struct yaml *node, const char *file, struct diags *diags, bool *out);
bool yaml_number(const struct yaml *node, long least, long most, const char *file, struct diags *diags, long *out);
bool yaml_day(const struct yaml *node, const char *file, struct diags *diags, const char **out); /* 2027-06-01 */
/* A sequence of scalars, or one scalar as a list of one. */
bool yaml_strings(const struct yaml *node, struct arena *a, const char *file, struct diags *diags, struct strings *out);

/* Reports each key of a mapping that is none of known, with the nearest known one, as warnings. */
void yaml_unknown(const struct yaml *node, struct strings known, const char *file, struct diags *diags);

#endif
