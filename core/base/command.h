/* command: the one table of sub-commands and their options.
 *
 * It feeds both programs' parsing and --help, `crib help`, the completions and the manual, so that none of them
 * can drift from what the programs accept. */
#ifndef CRIB_BASE_COMMAND_H
#define CRIB_BASE_COMMAND_H

#include "core/base/buf.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct json;

enum program { PROGRAM_CRIB, PROGRAM_SYNC };

/* What an argument completes to. */
enum argument_kind { ARGUMENT_NONE, ARGUMENT_WHAT, ARGUMENT_PATH, ARGUMENT_DIRECTORY, ARGUMENT_COMMAND, ARGUMENT_WORDS };

struct option_spec {
    const char *name;    /* long, without dashes */
    char letter;         /* short, or '\0' */
    const char *value;   /* the value's name in help, or NULL for a switch; with "..." it may be given several times */
    const char *choices; /* the allowed values, parted by blanks, or NULL for any */
    const char *help;
};

enum { COMMAND_OPTIONS = 24, ARGS_EARLIER = 32 };

struct command {
    const char *name;
    enum program owner;
    const char *arguments; /* as the synopsis shows them: "WHAT", "[DIR|FILE...]" */
    size_t least, most;    /* how many positional arguments */
    enum argument_kind kind;
    const char *summary; /* one line, starts small, no full stop */
    const char *about;   /* paragraphs parted by an empty line */
    struct option_spec options[COMMAND_OPTIONS]; /* ends with a NULL name */
};

/* The table, in the order of help. */
const struct command *commands_all(size_t *count);

/* By exact name; NULL where there is none. */
const struct command *command_find(const char *name);

/* Is it the name of a command that a later version will have? Such a word is no search either: a script that says
 * `crib backup` must not be shown a page on backups, and go on. */
bool command_reserved(const char *name);

/* The name nearest to a mistyped one (at most two letters off), or NULL. */
const char *command_nearest(const char *name);

struct args {
    const struct command *command;
    const char *values[COMMAND_OPTIONS]; /* "" for a switch that is set; NULL for one that is not */
    const char *const *words;            /* positional arguments, borrowed from argv (reordered in place) */
    size_t count;
    bool help;
    struct {
        size_t option;
        const char *value;
    } earlier[ARGS_EARLIER]; /* of options that may be given several times: all values but the last, in order */
    size_t earlier_count;
};

/* Parses argv after the sub-command's name. Options and arguments may mix; `--` ends the options; --name=value,
 * --name value, -n value and -nvalue are accepted. EX_USAGE with a remedy on failure, also of options that can't stand
 * together (command_rules.h). */
bool args_parse(struct args *args, const struct command *command, int argc, char **argv, struct error *err);

bool args_flag(const struct args *args, const char *name);        /* was the switch given? */
const char *args_value(const struct args *args, const char *name); /* the value, or NULL */

/* Sets an option as if it had been given ("" for a switch); one that the command doesn't have is passed over. */
void args_set(struct args *args, const char *name, const char *value);

/* All values of an option that may be given several times, in order; how many (0 to ARGS_EARLIER + 1). */
size_t args_values(const struct args *args, const char *name, const char *values[ARGS_EARLIER + 1]);

/* A value that is a whole number from least to most; fallback where the option is not given. */
bool args_number(const struct args *args, const char *name, long least, long most, long fallback, long *value,
                 struct error *err);

/* The positional arguments joined by blanks. */
void args_join(const struct args *args, struct buf *out);

void command_help(const struct command *command, struct buf *out, size_t columns); /* --help of one command */
void commands_overview(struct buf *out, size_t columns);                            /* `crib help` */
void commands_roff(struct buf *out);                                                /* the manual's COMMANDS section */
void command_json(const struct command *command, struct json *j); /* {"name", "arguments", "summary", "about", "options": [...]} */
void commands_json(struct json *j);                               /* an array of them */

/* Appends the words that may stand first behind the command and mean what is to be done (`verify show export`), parted by
 * blanks, as its synopsis has them. */
void command_acts(const struct command *command, struct buf *out);

/* The shell's completion script: "bash", "zsh" or "fish"; false for another name. */
bool commands_completion(const char *shell, struct buf *out);

#endif
