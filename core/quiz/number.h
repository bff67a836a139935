/* number: decimal numbers as text, the same in every locale. */
#ifndef CRIB_QUIZ_NUMBER_H
#define CRIB_QUIZ_NUMBER_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* Reads `[+-] digits [. digits] [e[+-]digits]` (a point with no digit on one of its sides is fine) at the start of s.
 * Returns how many bytes it takes, 0 where there is no number or it is too large for a double. */
size_t number_prefix(struct str s, double *value);

/* A whole text that is a number, blanks around it allowed: what PHP's is_numeric accepts. */
bool number_parse(struct str s, double *value);

/* The shortest text that reads back as the same number, with a point; size at least 32. */
void number_format(double value, char *out, size_t size);

/* For people: 12 digits at most, so that 10.3 + 0.3 is 10.6; size at least 32. */
void number_show(double value, char *out, size_t size);

#endif
