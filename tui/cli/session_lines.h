/* session_lines: live sessions as lines and JSON. */
#ifndef CRIB_CLI_SESSION_LINES_H
#define CRIB_CLI_SESSION_LINES_H

#include "core/record/room.h"
#include "tui/app.h"

/* How one that is led stands: who is here, how the answers stand. */
void session_text(struct app *app, const struct room *room, struct buf *out);
void session_json(struct app *app, const struct room *room, struct buf *out);

bool session_table(const struct room *rooms, size_t count, struct error *err);
void session_list_json(const struct room *rooms, size_t count, struct buf *out);

/* Takes part by lines on standard input and output: tells what happens, asks the assessment when it opens, tells how it went when
 * it closes; until the session is over. An exit status. */
int session_lines(struct app *app, int64_t id);

#endif
