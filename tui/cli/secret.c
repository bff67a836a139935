#include "tui/cli/secret.h"

#include "tui/cli/listen.h"

#include <errno.h>
#include <stdio.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

enum { KEY_INTERRUPT = 3, KEY_END = 4, KEY_BACKSPACE = 8, KEY_CLEAR = 21, KEY_DELETE = 127 };

/* false: given up. Byte by byte, so that no key is an interruption that leaves the terminal mute. */
static bool read_line(char *line, size_t size)
{
    size_t n = 0;
    for (;;) {
        char c;
        ssize_t got = read(STDIN_FILENO, &c, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || c == KEY_INTERRUPT || c == KEY_END)
            return false;
        if (c == '\r' || c == '\n')
            break;
        if (c == KEY_BACKSPACE || c == KEY_DELETE)
            n -= n > 0;
        else if (c == KEY_CLEAR)
            n = 0;
        else if (n + 1 < size)
            line[n++] = c;
    }
    line[n] = '\0';
    return true;
}

static bool none(struct error *err)
{
    return error_set(err, EX_NOPERM, "no PIN was given", NULL, NULL, "type it, then Enter");
}

bool secret_ask(const char *question, char *line, size_t size, struct error *err)
{
    struct termios before, mute;
    bool got;
    line[0] = '\0';
    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return error_set(err, EX_NOPERM, "cannot ask for the PIN", NULL, "there is no terminal to ask on", "run it on a terminal");
    fputs(question, stderr);
    (void)fflush(stderr);
    if (listen_hidden(question, line, size, &got)) {
        fputc('\n', stderr);
        return got || none(err);
    }
    mute = before;
    mute.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
    mute.c_cc[VMIN] = 1;
    mute.c_cc[VTIME] = 0;
    (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &mute);
    bool ok = read_line(line, size);
    (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
    fputc('\n', stderr);
    return ok || none(err);
}
