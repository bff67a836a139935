/* hex: bytes as hexadecimal digits. */
#ifndef CRIB_BASE_HEX_H
#define CRIB_BASE_HEX_H

#include "core/base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* What a digit stands for, 0 to 15; -1 when c is none. */
int hex_value(char c);

/* 2 n small digits in the arena; NULL when memory is out. */
const char *hex_text(struct arena *a, const unsigned char *bytes, size_t n);

/* Reads exactly 2 n digits of either case into out; false when text (NULL allowed) is anything else. */
bool hex_read(const char *text, unsigned char *out, size_t n);

/* %20 and its kin taken back, in place; what is malformed, and %00, stays. */
void hex_unescape(char *s);

#endif
