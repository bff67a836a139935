/* clients: who is known to the server: `crib serve --data DIR` with --device, --client, --invite, --revoke, --roles and
 * --list. A server that runs knows of a change at once. */
#ifndef CRIB_SERVE_CLIENTS_H
#define CRIB_SERVE_CLIENTS_H

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/error.h"
#include "sync/serve/store.h"

#include <stdbool.h>

/* Does what these options ask for, and prints what came of it. *asked: was there any of them? With --init, --roles alone is
 * done here: then the server goes on. */
bool clients_command(struct arena *a, const struct args *args, bool *asked, struct error *err);

/* Where devices reach the server, as far as is known: --url, what --init was told, where it was reached last; NULL in *url
 * where nothing is known. */
bool clients_url(struct arena *a, struct store *s, const struct args *args, const char **url, struct error *err);

/* Makes an invitation and gives the line that the device pastes: `crib enrol URL CODE`. name NULL: the first `device-N` that
 * nobody has. Texts in the arena. */
bool clients_invite(struct arena *a, struct store *s, const char *name, const char *url, const char **invited, const char **line,
                    struct error *err);

#endif
