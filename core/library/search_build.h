/* search_build: documents -> the bytes of a segment (search_file.h). */
#ifndef CRIB_LIBRARY_SEARCH_BUILD_H
#define CRIB_LIBRARY_SEARCH_BUILD_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/library/search_writer.h"

#include <stdbool.h>
#include <stddef.h>

struct builder;

struct builder *builder_open(struct error *err);
void builder_close(struct builder *b); /* NULL is allowed */

bool builder_add(struct builder *b, const struct search_doc *doc, struct error *err);
size_t builder_count(const struct builder *b);

/* The key of the i-th document added. */
int64_t builder_key(const struct builder *b, size_t i);

/* Appends the finished segment to out; the builder can only be closed afterwards. */
bool builder_finish(struct builder *b, struct buf *out, struct error *err);

#endif
