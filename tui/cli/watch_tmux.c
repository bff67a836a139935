#include "tui/cli/watch_tmux.h"

#include "core/base/clock.h"
#include "tui/cli/hint_line.h"
#include "tui/cli/hint_shell.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum { PANE_MOST = 1 << 20, COLUMNS = 80 };

#define STATUS_SECONDS "15" /* how long a hint stands on the status line, unless another one comes */

/* ---- starting tmux ---- */

static void become_tmux(const char *const *argv, int output)
{
    int nowhere = open("/dev/null", O_RDWR);
    sigset_t none;
    (void)dup2(nowhere, STDIN_FILENO);
    (void)dup2(output >= 0 ? output : nowhere, STDOUT_FILENO);
    (void)dup2(nowhere, STDERR_FILENO);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

/* A child of a child: nobody has to wait for it. */
static bool start_tmux(const char *const *argv)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        pid_t other = fork();
        if (other == 0)
            become_tmux(argv, -1);
        _exit(other < 0);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return child > 0 && status == 0;
}

/* What it prints, appended to out. False where it failed. */
static bool ask_tmux(const char *const *argv, struct buf *out)
{
    int ends[2], status = -1;
    char bytes[4096];
    ssize_t n;
    if (pipe(ends) != 0)
        return false;
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        become_tmux(argv, ends[1]);
    }
    close(ends[1]);
    while (child > 0 && ((n = read(ends[0], bytes, sizeof bytes)) > 0 || (n < 0 && errno == EINTR)))
        if (n > 0 && out->len < PANE_MOST)
            buf_add(out, bytes, (size_t)n);
    close(ends[0]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- messages ---- */

/* A pane's name is tmux's, `%` and a number: nothing else gets on a command line. */
static bool is_pane(const char *pane)
{
    return pane[0] == '%' && pane[1] != '\0' && pane[1 + strspn(pane + 1, "0123456789")] == '\0';
}

/* tmux expands `#` (commands too) and `%` in what it shows, and `;` at an argument's end is its own: none of them gets there. */
static const char *harmless(struct buf *text)
{
    for (size_t i = 0; i < text->len; i++)
        if (strchr("#%;", text->data[i]) != NULL)
            text->data[i] = ' ';
    return buf_text(text);
}

/* While a message of tmux is shown, nothing else on the screen moves, and no key but the first arrives: such a one is for what a
 * key asked for alone, or where there is no other place. */
static bool show_message(const char *pane, const char *text)
{
    const char *argv[] = {"tmux", "display-message", "-d", "2000", "-t", pane, text, NULL};
    return start_tmux(argv);
}

/* Does the pane's session have a status line, and its server commands that wait (as popups, since 3.2)? */
static bool has_status(const char *pane)
{
    struct buf answer = {0};
    const char *argv[] = {"tmux", "display-message", "-p", "-t", pane, "#{status} #{version}", NULL};
    bool has = ask_tmux(argv, &answer) && buf_ok(&answer) && strncmp(buf_text(&answer), "off ", 4) != 0 && hint_popups(buf_text(&answer));
    buf_free(&answer);
    return has;
}

/* tmux reads formats once in what run-shell does later, and at once: `##` is for the time when it is done.
 *
 * At the right end of the status line, whose other content stays beside it as far as there is room (tmux cuts that at its left):
 * what the pane shows goes on, and so do the keys. */
static bool show_status(const char *pane, const char *text)
{
    char number[24], place[192], over[128];
    (void)snprintf(number, sizeof number, "%lld", (long long)clock_monotonic_ms());
    (void)snprintf(place, sizeof place,
                   "set-option -F -t %s status-right '#{status-right}##{?@crib_hint, ##{@crib_hint},}' ; "
                   "set-option -t %s status-right-length 100",
                   pane, pane);
    (void)snprintf(over, sizeof over, "if-shell -F -t %s '##{==:##{@crib_hint_number},%s}' 'set-option -u -t %s @crib_hint'", pane,
                   number, pane);
    const char *argv[] = {"tmux", "if-shell", "-F", "-t", pane, "#{m:*@crib_hint*,#{status-right}}", "", place,
                          ";", "set-option", "-t", pane, "@crib_hint", text,
                          ";", "set-option", "-t", pane, "@crib_hint_number", number,
                          ";", "run-shell", "-b", "-d", STATUS_SECONDS, "-t", pane, "-C", over, NULL};
    return start_tmux(argv);
}

bool tmux_message(struct watch *w, const struct watch_mark *mark)
{
    struct buf text = {0};
    const char *pane = w->source != NULL ? w->source : getenv("TMUX_PANE");
    if (getenv("TMUX") == NULL || pane == NULL || !is_pane(pane))
        return false;
    hint_line(&text, "crib", &mark->module, NULL, COLUMNS, false);
    if (buf_ok(&text))
        (void)(has_status(pane) ? show_status(pane, harmless(&text)) : show_message(pane, harmless(&text)));
    buf_free(&text);
    return true;
}

/* ---- panes ---- */

static bool check_pane(const char *pane, struct error *err)
{
    if (getenv("TMUX") == NULL)
        return error_set(err, EX_UNAVAILABLE, "no tmux here", NULL, NULL, "run it inside tmux, or pipe what is to be watched into `crib watch`");
    if (is_pane(pane))
        return true;
    return error_set(err, EX_USAGE, "no pane of tmux", pane, NULL, "`tmux list-panes -a -F '#{pane_id}'` lists them");
}

static bool read_pane(const char *pane, struct buf *out)
{
    const char *argv[] = {"tmux", "capture-pane", "-p", "-J", "-t", pane, NULL};
    return ask_tmux(argv, out) && buf_ok(out);
}

/* crib.conf's key notes at the pane that it is watched, and takes the note away when it is pressed again. */
static bool has_note(const char *pane)
{
    struct buf note = {0};
    const char *argv[] = {"tmux", "display-message", "-p", "-t", pane, "#{@crib_watch}", NULL};
    bool has = ask_tmux(argv, &note) && note.len > 0 && note.data[0] != '\n';
    buf_free(&note);
    return has;
}

static void tell(void *context, struct watch *w, const struct watch_mark *mark)
{
    (void)context;
    if (mark->offered)
        (void)tmux_message(w, mark);
}

int tmux_watch_pane(struct watch *w, const char *pane)
{
    struct error err;
    struct buf seen = {0}, now = {0};
    if (!check_pane(pane, &err))
        return app_fail(&err);
    w->marked = tell;
    w->source = pane;
    bool noted = has_note(pane);
    while ((!noted || has_note(pane)) && read_pane(pane, &now)) {
        if (now.len != seen.len || memcmp(buf_text(&now), buf_text(&seen), now.len) != 0) {
            watch_take(w, buf_text(&now), now.len);
            watch_rest(w);
        }
        struct buf other = seen;
        seen = now;
        now = other;
        buf_clear(&now);
        (void)nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    }
    buf_free(&seen);
    buf_free(&now);
    return EX_OK;
}

/* The newest line that means something wins; in it what fits best. */
static void take_newest(void *context, struct watch *w, const struct watch_mark *mark)
{
    const char **address = context;
    if (mark->module.on_device)
        *address = library_address(w->app->arena, mark->module.channel, mark->module.id, "");
}

int tmux_open_pane(struct app *app, const char *pane)
{
    struct error err;
    struct watch w;
    struct buf text = {0};
    const char *address = NULL;
    if (!check_pane(pane, &err) || !watch_open(app, &w, NULL, &err))
        return app_fail(&err);
    (void)setenv("TMUX_PANE", pane, 1); /* the popup belongs over this one, in the session that shows it */
    w.every = w.asked = true;
    w.marked = take_newest;
    w.context = &address;
    if (read_pane(pane, &text)) {
        watch_take(&w, buf_text(&text), text.len);
        watch_rest(&w);
    }
    watch_close(&w);
    if (address == NULL) {
        buf_clear(&text);
        buf_adds(&text, "crib: nothing on this screen is the trigger of a module");
        if (buf_ok(&text))
            (void)show_message(pane, harmless(&text));
    }
    buf_free(&text);
    if (address == NULL)
        return 1;
    (void)offer_add(app->places.state, &(struct offer){clock_wall_ms(), OFFER_OPENED, 0, str_of(address), STR("watch")}, NULL);
    return hint_open(app, address);
}
