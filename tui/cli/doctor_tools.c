#include "tui/cli/doctor.h"

#include "core/record/offer.h"
#include "tui/child.h"
#include "tui/cli/hint_shell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum { FILE_MOST = 4 << 20 };

static bool holds(const char *path, const char *text)
{
    struct buf bytes = {0};
    bool found = file_read(path, FILE_MOST, &bytes, NULL) && strstr(buf_text(&bytes), text) != NULL;
    buf_free(&bytes);
    return found;
}

/* A file of the user's by what the variable says, else below the home; NULL where neither is set. */
static const char *own_file(struct arena *a, const char *variable, const char *otherwise, const char *name)
{
    const char *dir = getenv(variable), *home = getenv("HOME");
    if (dir != NULL && dir[0] == '/')
        return arena_printf(a, "%s/%s", dir, name);
    return home != NULL && home[0] == '/' ? arena_printf(a, "%s%s/%s", home, otherwise, name) : NULL;
}

/* Does a shell ask for hints? Its file says so; its hook makes a directory when it is read. */
static void look_at_hints(struct findings *f, struct app *app)
{
    struct arena *a = app->arena;
    const char *const files[] = {own_file(a, "HOME", "", ".bashrc"), own_file(a, "ZDOTDIR", "", ".zshrc"),
                                 own_file(a, "XDG_CONFIG_HOME", "/.config", "fish/config.fish"), "/etc/bash.bashrc",
                                 "/etc/zsh/zshrc"};
    const char *dir = file_join(a, app->places.state, OFFERS_LINES_DIR);
    bool asked = dir != NULL && access(dir, F_OK) == 0;
    struct buf found = {0};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (files[i] != NULL && holds(files[i], "hint --init"))
            buf_addf(&found, "%s%s", found.len > 0 ? ", " : asked ? "a shell has asked for them; in " : "from the next shell on; in ", files[i]);
    if (asked && access(dir, W_OK | X_OK) != 0)
        say(f, BROKEN, "hints", dir, "make it a directory that you can write to");
    else if (found.len > 0)
        say(f, FINE, "hints", buf_text(&found), "");
    else
        say(f, FINE, "hints", asked ? "a shell has asked for them" : "no shell asks for them",
            asked ? "" : "eval \"$(crib hint --init bash)\" in ~/.bashrc; crib help hint tells more");
    buf_free(&found);
}

/* The line of ~/.tmux.conf that gives it crib's keys, with the file that was installed beside this program. */
static const char *keys_line(struct app *app)
{
    const char *self = app_own_path(app), *end = self != NULL ? strstr(self, "/bin/crib") : NULL;
    const char *file = end != NULL ? arena_printf(app->arena, "%.*s/share/crib/tmux/crib.conf", (int)(end - self), self) : NULL;
    bool here = file != NULL && access(file, R_OK) == 0;
    const char *line = arena_printf(app->arena, "source-file %s in ~/.tmux.conf gives it crib's keys", here ? file : ".../tmux/crib.conf");
    return line != NULL ? line : "";
}

static void look_at_tmux(struct findings *f, struct app *app)
{
    static const char *const argv[] = {"tmux", "-V", NULL};
    struct arena *a = app->arena;
    const char *const files[] = {own_file(a, "HOME", "", ".tmux.conf"),
                                 own_file(a, "XDG_CONFIG_HOME", "/.config", "tmux/tmux.conf"), "/etc/tmux.conf"};
    char version[64];
    if (!child_ask(argv, version, sizeof version)) {
        say(f, FINE, "tmux", "not installed: hints and codes open on the terminal itself", "");
        return;
    }
    version[strcspn(version, "\n")] = '\0';
    const char *number = strpbrk(version, "0123456789");
    bool keys = false, popups = hint_popups(version);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        keys = keys || (files[i] != NULL && holds(files[i], "crib.conf"));
    const char *found = arena_printf(a, "%s: %s%s", number != NULL ? number : version, popups ? "popups" : "windows instead of popups, which 3.2 has",
                                     keys ? ", crib's keys" : "");
    say(f, FINE, "tmux", found != NULL ? found : version, keys ? "" : keys_line(app));
}

/* Is crib.desktop in one of the directories where desktops look, and does a list there say that it takes links? */
static void look_in(struct arena *a, const char *dir, bool *entry, bool *chosen)
{
    static const char *const lists[] = {"mimeapps.list", "mimeinfo.cache", "defaults.list"};
    const char *path = arena_printf(a, "%s/applications/crib.desktop", dir);
    *entry = *entry || (path != NULL && access(path, R_OK) == 0);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        path = arena_printf(a, "%s/applications/%s", dir, lists[i]);
        *chosen = *chosen || (path != NULL && holds(path, "x-scheme-handler/crib=crib.desktop"));
    }
}

static void look_at_links(struct findings *f, struct app *app)
{
    struct arena *a = app->arena;
    bool entry = false, chosen = false;
    const char *own = own_file(a, "XDG_DATA_HOME", "/.local/share", "."), *all = getenv("XDG_DATA_DIRS"),
               *mine = own_file(a, "XDG_CONFIG_HOME", "/.config", "mimeapps.list");
    if (own != NULL)
        look_in(a, own, &entry, &chosen);
    chosen = chosen || (mine != NULL && holds(mine, "x-scheme-handler/crib=crib.desktop"));
    for (const char *at = all != NULL && all[0] != '\0' ? all : "/usr/local/share:/usr/share"; *at != '\0';) {
        size_t n = strcspn(at, ":");
        const char *dir = arena_copy(a, at, n);
        if (dir != NULL && dir[0] == '/')
            look_in(a, dir, &entry, &chosen);
        at += n + (at[n] == ':');
    }
    if (!entry)
        say(f, FINE, "links", "no desktop hands crib:// links to crib; `crib open -- LINK` opens them", "");
    else
        say(f, FINE, "links", chosen ? "desktops hand crib:// links to crib" : "crib.desktop is here, but no desktop's choice",
            chosen ? "" : "xdg-mime default crib.desktop x-scheme-handler/crib");
}

/* crib-sync loads what draws QR codes: crib itself can't load anything. */
static void look_at_labels(struct findings *f, struct app *app)
{
    pid_t child;
    int fd, status = -1;
    struct error err;
    if (!app_start_sync(app, (const char *const[]){"label", "crib", NULL}, &child, &fd, &err)) {
        say_error(f, "labels", &err);
        return;
    }
    close(fd);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    bool square = WIFEXITED(status) && WEXITSTATUS(status) == EX_OK;
    say(f, FINE, "labels", square ? "QR codes and bars" : "bars alone: QR codes need libqrencode",
        square ? "" : "install it (libqrencode4 on Debian), or say --code128");
}

void look_at_tools(struct findings *f, struct app *app)
{
    look_at_hints(f, app);
    look_at_tmux(f, app);
    look_at_links(f, app);
    look_at_labels(f, app);
}
