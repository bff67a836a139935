/* escape: what a key sends that the terminal's description doesn't name, as Ctrl-Right, or an arrow where TERM is not
 * quite the terminal. Without this its bytes would be taken for the Escape key and letters typed after it. Pure.
 *
 * Source: ECMA-48, 5.4 (control sequences); XTerm Control Sequences, "PC-Style Function Keys". */
#ifndef CRIB_SCREEN_ESCAPE_H
#define CRIB_SCREEN_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ESCAPE_MOST = 32 }; /* bytes behind the escape; a longer sequence is no key's */

/* Whether bytes[0..n), as they came behind an escape, can go on to be a sequence: "[" and "O" begin one. */
bool escape_begins(const char *bytes, size_t n);

/* Whether they are a whole one; only asked where escape_begins. */
bool escape_ends(const char *bytes, size_t n);

/* The key of a whole sequence, whatever was held down with it; 0 for one that means nothing here. */
uint32_t escape_key(const char *bytes, size_t n);

/* The key of a name in the terminal's description beyond the standard ones, as "kLFT5" (user_caps(5)); 0 for others. */
uint32_t escape_key_named(const char *name);

#endif
