/* entry: the terminal's description, so that curses sends fewer bytes with it.
 *
 * Curses never moves a line down by a line feed, which a terminal driver might change, and so by an address, 4 to 6 bytes a
 * row; most terminals' entries have CUD, whose count may be left out: 3. Nor does it change one attribute where the entry has
 * `sgr`, which sets all of them and the character set: 7 to 15 bytes for one of 4. A page costs an eighth less without both. */
#ifndef CRIB_SCREEN_ENTRY_H
#define CRIB_SCREEN_ENTRY_H

#include "core/base/buf.h"

/* Puts such an entry of TERM's value name (a compiled one, as terminfo's directories hold it) into out, as TERMINFO takes it
 * from ncurses 6.1 on: `hex:...`. false where there is no entry, or nothing to gain, or where
 * the entry has other names alone: ncurses would not take it so. */
bool entry_thrifty(const char *name, struct buf *out);

/* The same for an entry's bytes (term(5)): for tests. */
bool entry_thrifty_of(const char *name, const char *bytes, size_t n, struct buf *out);

#endif
