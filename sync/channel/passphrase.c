#include "sync/channel/passphrase.h"

#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

enum { CTRL_C = 3, LOOK_MS = 200 };

void passphrase_wipe(struct passphrase *p)
{
    sodium_memzero(p, sizeof *p);
}

/* ---- a terminal ---- */

static bool given_up(struct error *err)
{
    return error_set(err, EX_TEMPFAIL, "no passphrase was given", NULL, NULL, "type it, or name a file: --passphrase-file FILE");
}

static bool stopped(void)
{
    sigset_t pending;
    return sigpending(&pending) == 0 && (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGHUP) == 1 ||
                                         sigismember(&pending, SIGINT) == 1);
}

/* One line; the terminal ends it at Ctrl-C too. */
static bool read_line(int tty, struct passphrase *p, struct error *err)
{
    struct pollfd wait = {.fd = tty, .events = POLLIN};
    size_t n = 0;
    for (;;) {
        int ready = poll(&wait, 1, LOOK_MS);
        if (stopped())
            return given_up(err);
        if (ready <= 0)
            continue;
        char byte;
        ssize_t got = read(tty, &byte, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || byte == CTRL_C)
            return given_up(err);
        if (byte == '\n')
            break;
        if (n == PASSPHRASE_MOST)
            return error_set(err, EX_DATAERR, "the passphrase is too long", NULL, "1,024 bytes are the most", "choose a shorter one");
        p->text[n++] = byte;
    }
    p->text[n] = '\0';
    return true;
}

static void say(int tty, const char *text)
{
    ssize_t lost = write(tty, text, strlen(text));
    (void)lost; /* a terminal that is gone shows nothing */
}

/* Keys that would end or stop the program are bytes like others meanwhile: nobody is left with a terminal that is mute. */
static bool ask_quietly(int tty, const struct termios *before, const char *prompt, struct passphrase *p,
                        struct error *err)
{
    struct termios quiet = *before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL | ISIG);
    quiet.c_lflag |= ICANON;
    quiet.c_cc[VEOL] = CTRL_C;
    if (tcsetattr(tty, TCSAFLUSH, &quiet) != 0)
        return error_errno(err, errno, "cannot ask for the passphrase", NULL, NULL);
    say(tty, prompt);
    bool ok = read_line(tty, p, err);
    (void)tcsetattr(tty, TCSAFLUSH, before);
    say(tty, "\n");
    return ok;
}

bool passphrase_ask(struct passphrase *p, const char *prompt, struct error *err)
{
    struct termios before;
    sigset_t ends, mask;
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty < 0 || tcgetattr(tty, &before) != 0) {
        if (tty >= 0)
            close(tty);
        return error_set(err, EX_NOINPUT, "the secret key needs its passphrase", NULL, "there is no terminal to ask on",
                         "name a file that holds it: --passphrase-file FILE");
    }
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, &mask);
    bool ok = ask_quietly(tty, &before, prompt, p, err);
    close(tty);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    if (!ok)
        passphrase_wipe(p);
    return ok;
}

bool passphrase_ask_new(struct passphrase *p, struct error *err)
{
    enum { TRIES = 3 };
    struct passphrase again;
    const char *prompt = "A passphrase for the secret key: ";
    for (int i = 0; i < TRIES; i++) {
        if (!passphrase_ask(p, prompt, err))
            return false;
        if (p->text[0] == '\0')
            return error_set(err, EX_NOINPUT, "no passphrase was given", NULL, NULL,
                             "a key without one is made with --no-passphrase");
        bool ok = passphrase_ask(&again, "The same again: ", err), same = ok && strcmp(p->text, again.text) == 0;
        passphrase_wipe(&again);
        if (same)
            return true;
        passphrase_wipe(p);
        if (!ok)
            return false;
        prompt = "They were not the same. A passphrase: ";
    }
    return error_set(err, EX_NOINPUT, "no passphrase was given", NULL, "the two were never the same", "begin again, and type it slowly");
}

/* ---- a file ---- */

bool passphrase_read(struct passphrase *p, const char *file, struct error *err)
{
    struct stat st;
    if (stat(file, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & S_IROTH) != 0)
        return error_set(err, EX_NOPERM, "will not use the passphrase in", file,
                         "every account of this machine can read it", "chmod o-r the file, and change the passphrase");
    struct buf bytes = {0};
    bool ok = file_read(file, 2L * PASSPHRASE_MOST, &bytes, err);
    size_t n = ok ? strcspn(buf_text(&bytes), "\r\n") : 0;
    if (ok && (n == 0 || n > PASSPHRASE_MOST))
        ok = error_set(err, EX_DATAERR, "no passphrase in", file, "its first line is empty or too long", "write it into the file's first line");
    if (ok) {
        memcpy(p->text, buf_text(&bytes), n);
        p->text[n] = '\0';
    }
    if (bytes.data != NULL)
        sodium_memzero(bytes.data, bytes.cap);
    buf_free(&bytes);
    return ok;
}
