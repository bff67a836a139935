/* kiosk: a terminal that is left alone among many people: what holds there and nowhere else.
 *
 * `app->kiosk` is NULL but in `crib kiosk`. There nothing that crib can do leads out: no other program is started (editor,
 * viewer, pager, shell, crib-sync), no file is written where a person says, nothing that one person chose is kept for the
 * next one. kiosk_refuse stands at each such place; the sandbox (sandbox.h) stands behind all of them. */
#ifndef CRIB_TUI_KIOSK_H
#define CRIB_TUI_KIOSK_H

#include "core/base/diag.h"
#include "core/record/pin.h"
#include "tui/app.h"
#include "tui/notify.h"
#include "tui/sandbox.h"

#include <stdbool.h>
#include <stdint.h>

/* `kiosk:` in the configuration. */
struct kiosk_settings {
    const char *name, *text; /* what the screen says while nobody is there */
    long idle_s;             /* so long nobody touches anything, then the countdown begins */
    long countdown_s;        /* so long it lasts, then they are badged out */
    bool touch;              /* for fingers (screen/touch.h) */
    bool plain;              /* as a dialogue of lines, for screen readers */
};

/* What is not set, or can't be taken (told to diags; NULL allowed), is as it is without. Texts are the configuration's. */
void kiosk_settings(const struct config *config, struct kiosk_settings *s, struct diags *diags);

struct attract;

struct kiosk {
    struct attract *attract; /* its first screen (screen/attract.h) */
    char account[256]; /* the system's name of this account, which no program can be asked for any more */
    char terminal[80];
    struct sandbox sandbox;
    struct notify notify;
    int lock;                   /* held as long as it runs: what it told of itself counts so long */
    bool left;                  /* an administrator has ended it */
    int64_t began_ms, visit_ms; /* since when it runs, and somebody is badged in (0: nobody) */
};

/* Sets the error of what a kiosk doesn't do. Returns false. */
bool kiosk_refuse(const char *what, struct error *err);

/* Opens the kiosk's run, apart from its screens: finds what needs other programs, tells the service manager, and goes to
 * the data directory, so that no place says what the work is. */
bool kiosk_open(struct kiosk *k, struct app *app, struct error *err);

/* Bounds the process, once the terminal is open. */
void kiosk_bound(struct kiosk *k, struct app *app);

/* status: what the program ends with. */
void kiosk_close(struct kiosk *k, struct app *app, int status);

/* Somebody could not badge in, or gave a wrong PIN: the system's log has how often, never who, and no badge. Nothing where app is
 * no kiosk. */
void kiosk_refused(const struct app *app, const struct error *err);
void kiosk_wrong_pin(const struct app *app, const struct pin_result *pin);

/* Somebody came (visit true) or went: whoever asks for the kiosk's status is told. */
void kiosk_tell(struct kiosk *k, struct app *app, bool visit);

/* Nothing of a visit is left in memory: databases, configuration and all that was found with them are opened anew. No
 * screen may hold anything of app's. */
bool kiosk_renew(struct app *app, struct error *err);

/* What `crib kiosk status` knows of a kiosk on this device: of its file in STATE/kiosk/. */
struct kiosk_state {
    long pid;
    int64_t began_ms, visit_ms;
    const char *terminal, *sandbox;
    bool bounded; /* both halves */
    long watchdog_s;
};

/* Those that run now, in a; files of those that don't any more are passed over. */
bool kiosk_states(struct app *app, struct arena *a, struct kiosk_state **states, size_t *count, struct error *err);

#endif
