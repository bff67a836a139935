/* config_private: what reading (config.c) and writing (config_write.c) share. */
#ifndef CRIB_BASE_CONFIG_PRIVATE_H
#define CRIB_BASE_CONFIG_PRIVATE_H

#include "core/base/config.h"

struct config_spec {
    const char *name;
    enum config_type type;
    const char *variables[3];   /* the first that is set counts */
    const char *const *choices; /* what it can be; NULL: anything */
};

extern const struct config_spec config_specs[CONFIG_KEYS];

/* Is there a key of the program's that chooses it? */
bool config_chosen_by_key(enum config_key key);

bool config_parse_yes(const char *text, bool *yes);

/* How often: `auto` (-1), `no` (0), minutes up to a week, or seconds as in `30s`. */
bool config_parse_every(const char *text, long *seconds);
#define CONFIG_EVERY_WRONG "it is neither auto, no, nor a number of minutes"

/* A list as a variable or `crib config set` says it: parted by commas, in brackets or not, as in the files. false: no memory. */
bool config_parse_list(struct arena *a, const char *text, struct strings *list);

/* Is it one of the choices? If not, why says which there are. */
bool config_among(const char *const *choices, const char *text, char *why, size_t size);

/* The names of all keys, in names. */
struct strings config_key_names(const char *names[CONFIG_KEYS]);

/* The three files that the program writes; NULL when memory is out. */
const char *config_user_file(struct arena *a, const struct places *places);
const char *config_chosen_file(struct arena *a, const struct places *places);
const char *config_site_file(struct arena *a, const struct places *places);

#endif
