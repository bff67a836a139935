/* handing: a channel's files (drawings, documents, settings) handed out: saved, or opened in the configured viewer. */
#ifndef CRIB_TUI_HANDING_H
#define CRIB_TUI_HANDING_H

#include "core/library/library_file.h"
#include "tui/app.h"

/* Writes the file to dest: into it where that is a directory, under its own name in the working directory where it is "".
 * Mode 0644. What stands there is never replaced (EX_CANTCREAT). *saved, in a, is where it went. */
bool handing_save(struct app *app, const struct library_file *f, const char *dest, struct arena *a, const char **saved,
                  struct error *err);

/* Is there a viewer in the configuration? Never in a kiosk, where nothing is saved either. */
bool handing_has_viewer(struct app *app);

/* Runs the viewer on the file, with this terminal, and waits for it: its setting is a program and its options, parted by
 * blanks, and no shell looks at them. forked as child_run. EX_UNAVAILABLE where it fails, or there is none. */
bool handing_view(struct app *app, const struct library_file *f, void (*forked)(void), struct error *err);

/* Appends "p-101.pdf, 12 KiB". */
void handing_words(const struct library_file *f, struct buf *out);

#endif
