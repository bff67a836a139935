/* command: `crib outbox`: what would leave the device, before it leaves, and what became of the rest. */
#ifndef CRIB_SYNC_XAPI_COMMAND_H
#define CRIB_SYNC_XAPI_COMMAND_H

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/error.h"
#include "core/base/file.h"

/* `crib-sync outbox [retry ID | drop ID | export FILE | import FILE]`. Results go to standard output. false with err on failure. */
bool outbox_command(struct arena *a, const struct places *places, const struct args *args, struct error *err);

/* After `crib sync` has seen to the channels: sends what waits, and says in a line on standard error what went, unless
 * it is to be quiet. false with err where something waits and could not go. */
struct upload_result;
bool outbox_send(struct arena *a, const struct places *places, const struct args *args, struct upload_result *result,
                 struct error *err);

#endif
