/* local: the commands on channels: directories on this device, and, through remote.h and remote_sync.h, what is published elsewhere. */
#ifndef CRIB_SYNC_CHANNEL_LOCAL_H
#define CRIB_SYNC_CHANNEL_LOCAL_H

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "sync/told.h"

/* `crib-sync channel add DIR | add URL | list | remove ID | key [FILE]`; `crib-sync sync`. Results go to standard output,
 * progress to standard error or the pipe that CRIB_PROGRESS_FD names. told takes what became of the sync; the texts in it
 * live in a. false with err on failure. */
bool channel_command(struct arena *a, const struct places *places, const struct args *args, struct error *err);
bool sync_command(struct arena *a, const struct places *places, const struct args *args, struct told *told,
                  struct error *err);

/* What `crib channel add URL --key KEY` does; ca NULL for the system's certificates. */
bool channel_add(struct arena *a, const struct places *places, const char *url, const char *key, const char *ca, bool quiet,
                 struct error *err);

#endif
