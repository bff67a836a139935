/* trigger_command: a command line as words, and whether a command trigger fits it.
 *
 * Read as a shell would, without expanding anything: quotes and backslashes, `;`, `|`, `&&`, brackets. A trigger's first
 * word is a command's name, without directories; its other words stand behind it in their order, with anything in between:
 * `systemctl restart pumpd` fits `sudo systemctl --no-block restart pumpd.service`. A command's name may stand behind
 * `sudo`, `env`, `ssh HOST` and their like, and behind variables that are set. `--name` also fits `--name=value`, `-L` also
 * `-NL` and `-L8080`, and a word also itself with `.service`. */
#ifndef CRIB_LIBRARY_TRIGGER_COMMAND_H
#define CRIB_LIBRARY_TRIGGER_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { COMMAND_WORDS = 96, COMMAND_BYTES = 4096, COMMAND_FORMS = 10, COMMAND_FORM_MOST = 64 };

struct command_word {
    const char *text; /* without its quotes */
    uint16_t command; /* which command of the line it belongs to */
    bool names;       /* may be a command's name */
};

/* A line, read. What is beyond COMMAND_BYTES or COMMAND_WORDS is left out. */
struct command_line {
    struct command_word words[COMMAND_WORDS];
    size_t count;
    uint16_t commands;
    size_t used;
    char text[COMMAND_BYTES];
};

void command_line_read(struct command_line *c, const char *line, size_t n);

/* The part of a command's name behind its last slash. */
const char *command_base(const char *word);

/* A trigger's text in the form that command_fits takes: words with one blank between, the first without directories.
 * Returns the length; 0 where it has no word. Longer ones are cut at a word. */
size_t command_normal(const char *text, char *out, size_t size);

/* What a trigger in that form is looked up by: its first and last word. Returns the length. */
size_t command_key(const char *normal, char *out, size_t size);

/* The forms of a trigger's word that fit a word of a line: forms[0..count). Returns count. */
size_t command_forms(const char *word, char forms[COMMAND_FORMS][COMMAND_FORM_MOST]);

/* Does the trigger fit the command whose name is words[from]? *skipped takes how many words without `-` stand between its
 * words and before the last of them. */
bool command_fits(const char *normal, const struct command_line *c, size_t from, unsigned *skipped);

#endif
