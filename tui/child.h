/* child: a program that has the terminal until it ends. */
#ifndef CRIB_TUI_CHILD_H
#define CRIB_TUI_CHILD_H

#include <stdbool.h>
#include <stddef.h>

/* Runs argv[0] (found in PATH where it holds no slash; no shell looks at anything) and waits for it. forked (NULL allowed)
 * is called in the child before. True when it ended with status 0. */
bool child_run(const char *const *argv, void (*forked)(void));

/* The same, with its output in a pipe: answer takes what it printed first. */
bool child_ask(const char *const *argv, char *answer, size_t size);

#endif
