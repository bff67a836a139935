/* plain: the hub as a dialogue of lines, for screen readers and terminals that only append: everything that the screens do
 * is a word here. Each prompt says where one is, each list how long it is; nothing moves, nothing is told by place.
 *
 * plain.c talks; plain_list.c finds and lists; plain_read.c reads a module section by section. */
#ifndef CRIB_CLI_PLAIN_H
#define CRIB_CLI_PLAIN_H

#include "tui/app.h"
#include "tui/screen/hub_rows.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct plain {
    struct app *app;
    struct buf out;
    char *line; /* what was said, as getline keeps it */
    size_t room;
    unsigned safe; /* for text_safe */
    bool echo;     /* the input is no terminal: nobody else ends the line of a prompt */
    bool ended;
    bool unread;   /* line was said in place of an answer: the next plain_ask takes it */
    struct hub_rows *rows;
    struct hub_filters filters;
    char looked[512]; /* what the list was found by */
    size_t shown;     /* rows of it that were read out */
};

/* The dialogue, until quit or the end of the input; an exit status. first is the line that was read already, or NULL. */
int plain_hub(struct app *app, const char *first);

/* What is said next: text is made safe. plain_flush prints it; false when that fails. */
void plain_say(struct plain *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool plain_flush(struct plain *p);
void plain_fail(struct plain *p, const struct error *err);

/* Prints what waits and the prompt, and reads a line into p->line, without blanks around it; false at the end. */
bool plain_ask(struct plain *p, const char *prompt);

/* Asks for y or n; Enter is neither. What else is said lets the question go, and acts: as in a screen (screens_ask). */
enum plain_answer { PLAIN_NEITHER, PLAIN_NO, PLAIN_YES };
enum plain_answer plain_yes_or_no(struct plain *p, const char *question);

/* Does the line begin with this word? *rest is what follows. */
bool plain_word(const char *line, const char *word, const char **rest);

/* What is said where nothing is open: a word of the hub's, a command, a search. false: it ends the dialogue. */
bool plain_line(struct plain *p, const char *said);

/* Runs the command line; words are parted by blanks. --plain is added where the command has it. */
void plain_command(struct plain *p, const char *line);

/* Lists what fits the text ("" for the home list), filtered, from the start; ten at a time. */
void plain_list(struct plain *p, const char *text);
void plain_more(struct plain *p);
/* The row of that number in the list, from 1; NULL and said where there is none. */
const struct hub_row *plain_row(struct plain *p, const char *number);
/* A line that sets a filter: stage, role, capability, format, state, modules, all, clear; false for another. */
bool plain_filter(struct plain *p, const char *line);

/* Reads a module or page until one goes back. found: a search led here. */
void plain_read(struct plain *p, int64_t key, const char *anchor, bool found);

/* Names the programmes, and opens the one that is chosen by its number. */
void plain_programmes(struct plain *p);

/* Reads a programme out and opens its elements until one goes back. */
void plain_programme(struct plain *p, const char *address);

#endif
