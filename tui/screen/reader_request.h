/* reader_request: what keys ask the reader for. */
#ifndef CRIB_SCREEN_READER_REQUEST_H
#define CRIB_SCREEN_READER_REQUEST_H

#include "tui/screen/reader_state.h"

/* As a screen's request, once the text is laid out. */
bool reader_request(struct reader *r, enum request q);

/* Goes where the focused link leads: section, module, page, file or URL; without one, on in the text. */
void reader_follow(struct reader *r);

#endif
