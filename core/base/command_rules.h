/* command_rules: which options exclude each other, and which belong to one form of a command. One table for all commands:
 * args_parse refuses what it forbids, so that no option is ever taken and then passed over. */
#ifndef CRIB_BASE_COMMAND_RULES_H
#define CRIB_BASE_COMMAND_RULES_H

#include "core/base/command.h"

enum command_relation { RULE_EXCLUDES, RULE_NEEDS };

struct command_rule {
    const char *command;
    const char *options;        /* parted by blanks: any of them */
    enum command_relation relation;
    const char *others;         /* any of: `json` an option, `=export` the first word, `+` a word, `-` no word at all */
};

const struct command_rule *command_rules_all(size_t *count);

/* Appends, for people, which options of the command exclude each other: sentences; nothing where none do. */
void command_rules_tell(const struct command *command, struct buf *out);

/* EX_USAGE where what was given can't stand together. */
bool command_rules_hold(const struct args *args, struct error *err);

#endif
