/* reader_file: links of the text that is open to files of its channel. */
#ifndef CRIB_SCREEN_READER_FILE_H
#define CRIB_SCREEN_READER_FILE_H

#include "core/library/library_file.h"
#include "tui/screen/reader_state.h"

/* Hands out what was followed: in the configured viewer, else asks where to save it. */
void reader_hand_out(struct reader *r, const struct library_file *f);

/* Where the link leads to a file, says its name and size. */
void reader_say_file(struct reader *r, const char *target);

#endif
