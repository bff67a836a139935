/* listen: the lines that somebody types into a dialogue.
 *
 * They come from standard input, as the terminal edits them, unless somebody else listens (keys.h: a kiosk, in which the terminal
 * is shut, and a line may never come because the visit is over). Whoever asks for a line prints the question first; `asked` is
 * what stands before the line then, for who has to say it again. */
#ifndef CRIB_CLI_LISTEN_H
#define CRIB_CLI_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum listen_for {
    LISTEN_LINE,
    LISTEN_BADGE,  /* a badge that is scanned is the line */
    LISTEN_HIDDEN, /* nothing of it is shown, not even its end */
};

struct listener {
    /* A line as getline's; -1: there is none. */
    ssize_t (*line)(void *context, const char *asked, enum listen_for what, char **line, size_t *room);
    /* Waits so long; false when there is no use in waiting on. */
    bool (*pause)(void *context, int ms);
    void *context;
};

/* From now on this one listens; NULL: nobody but standard input. */
void listen_by(const struct listener *other);

/* As getline. */
ssize_t listen_line(const char *asked, char **line, size_t *room);
ssize_t listen_badge(const char *asked, char **line, size_t *room);

/* Whether a hidden line is somebody else's to take; then *got says whether one came (without its end, cut to size). */
bool listen_hidden(const char *asked, char *line, size_t size, bool *got);

/* Waits so long; false when the dialogue is over. */
bool listen_pause(int ms);

#endif
