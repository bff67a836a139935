/* notes: field notes, written and listed. */
#ifndef CRIB_SCREEN_NOTES_H
#define CRIB_SCREEN_NOTES_H

#include "core/record/note.h"
#include "tui/app.h"
#include "tui/screen/screen.h"

/* Asks for the kind and one line, and keeps it. subject (copied) may be NULL, anchor "". */
void note_ask(struct screens *s, struct app *app, const struct subject *subject, const char *anchor);

/* The notes on a module (NULL: all), newest first. */
void notes_open(struct screens *s, struct app *app, const char *module);

#endif
