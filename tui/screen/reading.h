/* reading: which sections were really read: each line was on the screen, and long enough.
 *
 * Long enough is words / 600 minutes (design, section 9): nobody reads faster, so nothing is marked by scrolling past.
 * Time counts for a section while any line of it shows, at most a minute between two keys. */
#ifndef CRIB_SCREEN_READING_H
#define CRIB_SCREEN_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { READING_IDLE_MS = 60000 };

struct reading;

/* words[i]: of section i; the caller frees with reading_close. NULL when memory is out. */
struct reading *reading_open(const size_t *words, size_t sections);
void reading_close(struct reading *r); /* NULL is allowed */

/* The lines were laid out anew: section_of[i] is line i's section (SIZE_MAX for none). What was seen of a section in
 * full stays seen; half-seen ones start again. false when memory is out (nothing is tracked then). */
bool reading_layout(struct reading *r, const size_t *section_of, size_t lines);

/* Lines [from, to) are on the screen from now on (a monotonic time). */
void reading_shows(struct reading *r, size_t from, size_t to, int64_t now_ms);

/* Was every line of the section on the screen, and long enough? */
bool reading_complete(const struct reading *r, size_t section);

int64_t reading_ms(const struct reading *r, size_t section); /* spent on it so far */

#endif
