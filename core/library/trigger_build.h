/* trigger_build: makes the bytes of the file that trigger_file.h explains. Internal to core/library. */
#ifndef CRIB_LIBRARY_TRIGGER_BUILD_H
#define CRIB_LIBRARY_TRIGGER_BUILD_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/library/module.h"
#include "core/library/trigger_file.h"

#include <stdbool.h>
#include <stdint.h>

struct trig_builder;

/* A module with triggers; texts are copied. channel is a number that trig_builder_channel gave. */
struct trig_source {
    int64_t key;
    const unsigned char *revision; /* at least TRIG_REVISION bytes */
    uint32_t channel;
    const char *id, *title, *problem, *language;
    const char *roles, *stages; /* as the library's tables keep lists */
    int minutes;
    enum module_kind kind;
    enum module_format format;
    bool on_device, only;
};

struct trig_builder *trig_builder_open(struct error *err);
void trig_builder_close(struct trig_builder *b); /* NULL is allowed */

uint32_t trig_builder_channel(struct trig_builder *b, const char *id);

/* Takes over what a file says of its modules, but for those whose keys are given (in order, each once); twice: ids (in
 * order) of which several channels have a module. Call it once, after the channels and before the modules. False, with
 * nothing taken, where the file has other channels, or too much in it of modules that are gone; then the builder still is
 * as it was. */
bool trig_builder_take(struct trig_builder *b, const struct trig_file *f, const int64_t *keys, size_t count,
                       struct strings twice);

/* The module that the triggers which follow belong to. */
void trig_builder_module(struct trig_builder *b, const struct trig_source *m);

/* One that can never fit (no letter or digit in a code, no word in a command) is left out. */
void trig_builder_add(struct trig_builder *b, enum trigger_kind kind, const char *pattern);

/* Appends the file to out (empty before). Fails when memory is out, at this point or before. */
bool trig_builder_finish(struct trig_builder *b, uint64_t generation, struct buf *out, struct error *err);

#endif
