/* config: config.yaml and what overrides it, each value with where it came from.
 *
 * Flags beat the environment, the environment beats the user's file, that beats what was chosen last by a key (theme and
 * stage, in the state directory: nobody's file is rewritten for it), that the system's file, and that what the site
 * answered last (roles). Loading costs three failed look-ups where no file exists. Keys: roles, stage, theme, mouse,
 * homepage, account, lrs, backup, site, shared_accounts, names, pins, guests, language, editor, viewer, ascii, sync, scan_prefix,
 * scan_suffix, patterns, kiosk, slow, escape_ms, flow_control, share, gaps. */
#ifndef CRIB_BASE_CONFIG_H
#define CRIB_BASE_CONFIG_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/strings.h"

#include <stdbool.h>
#include <stddef.h>

struct yaml;

enum config_key {
    CONFIG_ROLES,           /* list; CRIB_ROLES, parted by commas */
    CONFIG_STAGE,           /* text; CRIB_STAGE */
    CONFIG_THEME,           /* text; CRIB_THEME */
    CONFIG_MOUSE,           /* yes or no; CRIB_MOUSE */
    CONFIG_HOMEPAGE,        /* text: xAPI's account homePage; an https or http IRI */
    CONFIG_ACCOUNT,         /* text; CRIB_ACCOUNT: the learner's name there; "" for the operating-system account's */
    CONFIG_LRS,             /* mapping: where statements may go (core/record/accepted.h) */
    CONFIG_SITE,            /* mapping: the server that this device is enrolled at (core/record/accepted.h) */
    CONFIG_BACKUP,          /* mapping: where the record's copies lie, and how many (core/record/keep.h) */
    CONFIG_SHARED_ACCOUNTS, /* list of operating-system accounts that several people use */
    CONFIG_NAMES,           /* text: add, known or no: whether a name will do in a shared account, and whose */
    CONFIG_PINS,            /* yes or no: everybody in a shared account has a PIN */
    CONFIG_GUESTS,          /* yes or no: who says no name in a shared account may learn, and nothing is kept of it */
    CONFIG_LANGUAGE,        /* text; CRIB_LANGUAGE: picks translations ("pt-BR") */
    CONFIG_EDITOR,          /* text; VISUAL, EDITOR */
    CONFIG_VIEWER,          /* text: a program and its options, for files of a channel */
    CONFIG_ASCII,           /* yes or no; CRIB_ASCII: no line drawing, no other character than ASCII */
    CONFIG_SYNC,            /* auto, no, minutes, or seconds as in 30s; CRIB_SYNC: how often the hub syncs by itself */
    CONFIG_SCAN_PREFIX,     /* text: what a barcode scanner sends before what it read */
    CONFIG_SCAN_SUFFIX,     /* text: what it sends behind it, before Enter */
    CONFIG_PATTERNS,        /* list; CRIB_PATTERNS: published channels whose output patterns may run */
    CONFIG_KIOSK,           /* mapping: what the kiosk says, and when it badges out (tui/kiosk.h) */
    CONFIG_SLOW,            /* auto, yes or no; CRIB_SLOW: the line to the terminal is thin */
    CONFIG_ESCAPE_MS,       /* auto, or one of some; CRIB_ESCAPE_MS: how long the rest of a key may come after an Esc */
    CONFIG_FLOW_CONTROL,    /* yes or no; CRIB_FLOW_CONTROL: Ctrl-S and Ctrl-Q are the terminal's */
    CONFIG_SHARE,           /* yes or no: of a file no alone counts, of the system's or the user's: see config_share */
    CONFIG_RETENTION,       /* text, as clock_after reads it: how long a sign-off is kept; "" for ten years */
    CONFIG_SESSION_NAMES,   /* yes or no, of the system's file alone: a trainer sees whose answers they are */
    CONFIG_GAPS,            /* text, "no" or "send": may what was looked for in vain leave? */
    CONFIG_KEYS,
};

enum config_origin {
    ORIGIN_DEFAULT,
    ORIGIN_SITE,        /* site.yaml in the state directory: roles alone, and while `site` is set */
    ORIGIN_SYSTEM,      /* /etc/crib/config.yaml */
    ORIGIN_CHOSEN,      /* chosen.yaml in the state directory: config_choose */
    ORIGIN_USER,        /* the user's config.yaml */
    ORIGIN_ENVIRONMENT, /* where names the variable */
    ORIGIN_FLAG,        /* where names the option */
};

enum config_type { CONFIG_TEXT, CONFIG_YES_NO, CONFIG_LIST, CONFIG_MAPPING, CONFIG_EVERY };

struct config_value {
    enum config_type type;
    const char *text;    /* of a text; of the others as a person would write it: "yes", "a, b" */
    struct strings list; /* of a list */
    bool yes;            /* of a yes or no */
    long seconds;        /* of how often: 0 never, -1 auto */
    const struct yaml *mapping; /* of a mapping; NULL where there is none. Files alone have it */
    enum config_origin origin;
    const char *where; /* file, variable or option; "" for a default */
    size_t line;       /* in the file */
};

struct config;

/* Loads both files and the environment. Unknown keys (with the nearest known one) and values of the wrong type are
 * reported to diags (NULL allowed) and skipped: a typo in a configuration never stops a technician. Neither does a file
 * of which nothing can be taken: the others and the defaults stand, and config_unread says why. The config lives in the
 * arena. NULL when memory is out. */
struct config *config_load(struct arena *a, const struct places *places, struct diags *diags, struct error *err);

/* Why nothing of that file (ORIGIN_SYSTEM, ORIGIN_USER) counts: no right to read it, a directory, a link that leads
 * nowhere, no YAML. NULL where it counts, or there is none. */
const struct error *config_unread(const struct config *c, enum config_origin origin);

/* What a flag of this run says (`--stage X`); option is its name for config_value.where. */
bool config_override(struct config *c, enum config_key key, const char *text, const char *option, struct error *err);

const struct config_value *config_get(const struct config *c, enum config_key key);
const char *config_text(const struct config *c, enum config_key key);
bool config_yes(const struct config *c, enum config_key key);
long config_seconds(const struct config *c, enum config_key key); /* of one that says how often: 0 never, -1 auto */
struct strings config_list(const struct config *c, enum config_key key);

/* May what was offered to a learner leave, if they say so (core/record/share.h)? A file can only forbid it: what it says in
 * favour, or can't be read as, is no yes; and where a file can't be read, nobody knows what it forbids. */
bool config_share(const struct config *c);

const char *config_key_name(enum config_key key);
const char *config_origin_name(enum config_origin origin); /* "default", "system", "chosen", "user", ... */

/* Writes key: value into the user's file, or what it is a link to, leaving every other line as it stands. A list is
 * parted by commas. EX_USAGE for an unknown key (with the nearest) or a value of the wrong type; a file that can't be
 * read stays untouched. */
bool config_set(const struct places *places, const char *key, const char *value, struct error *err);

/* The same for a mapping of texts, one line each: what stood there under the key goes. A pair without a value is left out. */
struct config_pair {
    const char *key, *value;
};
bool config_set_mapping(const struct places *places, enum config_key key, const struct config_pair *pairs, size_t count,
                        struct error *err);

/* Keeps what the site answered: its roles for this learner, and the answer's ETag ("" without). */
bool config_keep_site(const struct places *places, struct strings roles, const char *etag, struct error *err);

/* The ETag that was kept; "" where there is none. NULL when memory is out. */
const char *config_site_etag(struct arena *a, const struct places *places);

/* Keeps what a key of the program chose: CONFIG_THEME or CONFIG_STAGE ("" for none), for the runs to come. EX_USAGE for
 * another key or a value that is none of its choices. */
bool config_choose(const struct places *places, enum config_key key, const char *value, struct error *err);

#endif
