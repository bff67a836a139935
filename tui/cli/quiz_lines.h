/* quiz_lines: a quiz as lines on standard input and output: for screen readers, serial lines and scripts. */
#ifndef CRIB_CLI_QUIZ_LINES_H
#define CRIB_CLI_QUIZ_LINES_H

#include "tui/taking.h"

enum { QUIZ_NOT_PASSED = 1 }; /* the exit status of a quiz that was not passed, or left */

/* Asks what is left to ask, then prints the result. again: the command that goes on after an end of input, NULL where
 * none does. Returns an exit status. */
int quiz_lines(struct taking *t, const char *again);

#endif
