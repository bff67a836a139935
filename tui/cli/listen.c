#include "tui/cli/listen.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct listener *other;

void listen_by(const struct listener *listener)
{
    other = listener;
}

ssize_t listen_line(const char *asked, char **line, size_t *room)
{
    return other != NULL ? other->line(other->context, asked, LISTEN_LINE, line, room) : getline(line, room, stdin);
}

ssize_t listen_badge(const char *asked, char **line, size_t *room)
{
    return other != NULL ? other->line(other->context, asked, LISTEN_BADGE, line, room) : getline(line, room, stdin);
}

bool listen_hidden(const char *asked, char *line, size_t size, bool *got)
{
    char *said = NULL;
    size_t room = 0;
    if (other == NULL)
        return false;
    ssize_t n = other->line(other->context, asked, LISTEN_HIDDEN, &said, &room);
    *got = n >= 0;
    snprintf(line, size, "%.*s", n > 0 ? (int)strcspn(said, "\r\n") : 0, n > 0 ? said : "");
    if (said != NULL)
        sodium_memzero(said, room);
    free(said);
    return true;
}

bool listen_pause(int ms)
{
    const struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    if (other != NULL)
        return other->pause(other->context, ms);
    nanosleep(&t, NULL);
    return true;
}
