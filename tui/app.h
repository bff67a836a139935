/* app: what one run of crib has open: places, configuration, library, record, and who is learning.
 *
 * Each is opened at its first use, so that `crib show` never touches the record and `crib help` touches nothing. */
#ifndef CRIB_TUI_APP_H
#define CRIB_TUI_APP_H

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/config.h"
#include "core/base/context.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/library/library.h"
#include "core/library/search.h"
#include "core/record/record.h"

#include <stdbool.h>
#include <sys/types.h>

struct background;
struct kiosk;
struct learner;

struct app {
    struct arena *arena; /* lives as long as the run */
    struct places places;
    const char *program; /* argv[0] */
    const char *preview; /* the source directory that is previewed; NULL otherwise */
    const struct context *context; /* see app_context */
    struct config *config;
    struct library *library;
    struct record *record;
    bool record_read_only;
    struct error left_out; /* one of two libraries that can't be used; code 0 for none: told when the run ends */
    const char *healed;       /* the record was damaged and is healed: a line, told when the run ends; NULL: it was not */
    struct error record_lost; /* why the hub goes on without the record; code 0 for none: told likewise */
    const char *for_now[CONFIG_KEYS]; /* why a choice of this key is not kept: see app_choose */
    int64_t learner; /* valid once the record is open; 0: nobody, see visit.h */
    const char *account; /* of the operating system, once it was looked up */
    struct learner *visitor, *arriving; /* who badged in, and who is to give a PIN (visit.h); NULL for nobody */
    bool guest; /* somebody learns, and nothing of it is kept */
    const char *programme, *element, *session; /* within which one learns; NULL for none: see app_within */
    unsigned library_flags;
    int (*run)(struct app *app, int argc, char **argv); /* a command of the table, as typed: where commands are typed into crib */
    struct background *background; /* the sync beside the screens; NULL where there are none */
    pid_t follower; /* crib-sync, that follows this record's live sessions (session.h); 0: none was started by this run */
    int64_t follower_ms; /* when it was started, of the monotonic clock */
    struct kiosk *kiosk; /* NULL but in one: see kiosk.h */
};

bool app_open(struct app *app, const char *program, struct error *err);
void app_close(struct app *app);

/* Finds the places; everything below needs them. */
bool app_places(struct app *app, struct error *err);

/* The configuration, loaded once; a file that can't be read is one line on standard error, and counts for nothing. */
struct config *app_config(struct app *app, struct error *err);
void app_warn_config(const struct config *config);
struct library *app_library(struct app *app, struct error *err);

/* Looks whether what was left out can be used by now; if so it is, from the next app_search on. */
bool app_take_again(struct app *app);

/* A handle to search in all that is installed, the user's library and the system-wide one. The caller closes it. */
struct search *app_search(struct app *app, struct error *err);

/* The record to write to, made where there is none, with its learner: this operating-system account's, or who badged in
 * (visit.h). EX_NOPERM where nobody did and several people share the account. */
struct record *app_record(struct app *app, struct error *err);

/* The record to write to, before anybody has said who they are: to look people up. */
struct record *app_record_of_nobody(struct app *app, struct error *err);

/* The record to write to what is nobody's in particular (what was searched for in vain, what the next sync is to bring):
 * under the account's own number. */
struct record *app_record_of_account(struct app *app, int64_t *learner, struct error *err);

/* The record to read: NULL with err untouched where there is none yet (an empty file without copies is none: the disk was full). */
struct record *app_record_if_any(struct app *app, struct error *err);

struct kept_copy; /* core/record/keep.h */

/* The copies of the record, newest first. false: there is none. */
bool app_copies(struct app *app, struct kept_copy **copies, size_t *count);

/* From now on, what is recorded happens within this element of the programme at that address, and within that session; NULL for
 * none. The texts are copied. */
bool app_within(struct app *app, const char *programme, const char *element, const char *session, struct error *err);

/* Stage, asset and work order of the place where crib was started (never NULL). */
const struct context *app_context(struct app *app);

/* The learner's roles, a visitor's own where the record says them; the stage of the work: the context's, else the configured one, else "". */
struct strings app_roles(struct app *app);
const char *app_stage(struct app *app);

/* Takes what a key chose, theme or stage: it holds from now on, and is kept for the runs to come, except in a preview.
 * hint (NULL when it is kept) says in a few words why it is not: the user's file or the environment says something
 * else, or the disk does. false when it can't even be taken now. */
bool app_choose(struct app *app, enum config_key key, const char *value, const char **hint, struct error *err);

/* Goes on to the next stage that the installed channels know, in their order, then to none. hint as app_choose. */
bool app_next_stage(struct app *app, const char **hint, struct error *err);

/* Sets the learner's roles (parted by commas), kept in the configuration. EX_NOPERM for a visitor who has them from the
 * record. */
bool app_set_roles(struct app *app, const char *roles, struct error *err);

/* Where this program lies: what calls it later finds it there, whatever PATH and aliases become. NULL when memory is out. */
const char *app_own_path(struct app *app);

/* Runs crib-sync with these arguments (NULL at the end) and waits for it; its output is the terminal's. false when it
 * cannot be started or ends with another status than 0. */
bool app_run_sync(struct app *app, const char *const *arguments, struct error *err);

/* Starts crib-sync with these arguments, apart from the terminal, and does not wait for it. *child is to be reaped; *fd is
 * the end of the pipe on which it tells how far it is (core/base/syncing.h), to be closed; reading it never blocks. The
 * process ends with APP_NOT_STARTED where there is no such program. */
enum { APP_NOT_STARTED = 127 };
bool app_start_sync(struct app *app, const char *const *arguments, pid_t *child, int *fd, struct error *err);

/* Becomes crib-sync with these arguments: signals and the exit status are then its own. Returns (false) only when it
 * cannot be started. */
bool app_become_sync(struct app *app, const char *const *arguments, struct error *err);

/* A sub-command's main: returns an exit status of sysexits.h. */
typedef int (*command_main)(struct app *app, const struct args *args);

/* Prints the error line to standard error; returns its code. */
int app_fail(const struct error *err);

/* From now on this run is a dialogue of lines, in which people read on: a terminal gets app_fail's line broken between words. */
void app_is_dialogue(void);

#endif
