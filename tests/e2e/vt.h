/* vt: a terminal that understands what one terminfo entry says, for tests.
 *
 * All sequences of the entry are expanded for the screen's size and kept in a tree; a byte that is neither text nor leads
 * to one of them is a fault: it is what the real terminal would print as rubbish, or do something unexpected at. */
#ifndef CRIB_TESTS_VT_H
#define CRIB_TESTS_VT_H

#include <stdbool.h>
#include <stddef.h>

struct vt;

struct vt *vt_open(const char *term, const char *encoding); /* utf8, latin1, ascii; NULL for an unknown one */
void vt_close(struct vt *v);
bool vt_resize(struct vt *v, int columns, int rows); /* keeps what fits; call it before the first vt_feed, too */
void vt_feed(struct vt *v, const char *bytes, size_t n);

const char *vt_fault(const struct vt *v); /* the first thing that the terminal did not understand, or NULL */
bool vt_shows(const struct vt *v, const char *text); /* in one row */
bool vt_coloured(const struct vt *v);
size_t vt_exact_colours(const struct vt *v); /* cells whose text has a colour of 24 bits */
void vt_text(const struct vt *v, char *out, size_t size); /* the rows, without blanks at their ends, in UTF-8 */

/* As it was: no mode is on, and the first line alone, or nothing, is on the screen. Else a fault. */
bool vt_left(struct vt *v);

#endif
