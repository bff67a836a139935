/* Where the programs lie, and how crib starts crib-sync. */
#include "tui/app.h"

#include "tui/kiosk.h"
#include "tui/screen/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

extern char **environ;

enum { PIPE_FD = 3 /* as the variable says it */, LATER = 5 };

static const char *own_path(const struct app *app, struct arena *a)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = '\0';
    return n > 0 ? arena_strdup(a, self) : app->program;
}

const char *app_own_path(struct app *app)
{
    return own_path(app, app->arena);
}

/* The compiled-in place; while crib itself is not installed, the one beside it: wherever the system says that this
 * program lies (it may have been started through PATH or a link), else where it was started. */
static const char *sync_path(const struct app *app, struct arena *a)
{
    if (access(CRIB_SYNC_PATH, X_OK) == 0)
        return CRIB_SYNC_PATH;
    const char *program = own_path(app, a), *slash = program != NULL ? strrchr(program, '/') : NULL;
    if (slash == NULL)
        return CRIB_SYNC_PATH;
    const char *beside = arena_printf(a, "%.*s/crib-sync", (int)(slash - program), program);
    return beside != NULL && access(beside, X_OK) == 0 ? beside : CRIB_SYNC_PATH;
}

static char **sync_argv(struct arena *a, const char *const *arguments)
{
    size_t count = 0;
    while (arguments[count] != NULL)
        count++;
    char **argv = arena_array(a, count + 2, sizeof *argv);
    if (argv == NULL || (argv[0] = arena_strdup(a, "crib-sync")) == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if ((argv[i + 1] = arena_strdup(a, arguments[i])) == NULL)
            return NULL;
    return argv;
}

static bool not_installed(const char *path, struct error *err)
{
    return error_set(err, EX_UNAVAILABLE, "cannot start", path, "it is not installed", "install crib whole: `make install`");
}

/* Its path and what it is started with, in app's arena. */
static bool ready(struct app *app, const char *const *arguments, const char **path, char ***argv, struct error *err)
{
    if (app->kiosk != NULL) {
        (void)kiosk_refuse("cannot sync", err);
        return false;
    }
    *path = sync_path(app, app->arena);
    *argv = sync_argv(app->arena, arguments);
    return *argv != NULL || error_memory(err);
}

bool app_become_sync(struct app *app, const char *const *arguments, struct error *err)
{
    const char *path;
    char **argv;
    if (!ready(app, arguments, &path, &argv, err))
        return false;
    execv(path, argv);
    return errno == ENOENT ? not_installed(path, err) : error_errno(err, errno, "cannot start", path, NULL);
}

bool app_run_sync(struct app *app, const char *const *arguments, struct error *err)
{
    const char *path;
    char **argv;
    if (!ready(app, arguments, &path, &argv, err))
        return false;
    pid_t child = fork();
    if (child < 0)
        return error_errno(err, errno, "cannot start", path, NULL);
    if (child == 0) {
        execv(path, argv);
        _exit(APP_NOT_STARTED);
    }
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return error_errno(err, errno, "lost", path, NULL);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;
    if (code == APP_NOT_STARTED)
        return not_installed(path, err);
    return error_set(err, code, "crib-sync did not finish", NULL, NULL, "do it again");
}

/* The environment with one variable more, which says where the pipe is. */
static char **sync_environment(struct arena *a, char *variable)
{
    size_t count = 0;
    while (environ[count] != NULL)
        count++;
    char **all = arena_array(a, count + 2, sizeof *all);
    if (all != NULL) {
        memcpy(all, environ, count * sizeof *all);
        all[count] = variable;
    }
    return all;
}

/* Between fork and exec: nothing of the terminal's is left to it but the clock. */
static void leave_terminal(int pipe_fd)
{
    (void)setsid();
    (void)setpriority(PRIO_PROCESS, 0, LATER); /* who reads comes first */
    signals_forked();
    int nowhere = open("/dev/null", O_RDWR);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        (void)dup2(nowhere, fd);
    if (pipe_fd == PIPE_FD)
        (void)fcntl(pipe_fd, F_SETFD, 0);
    else
        (void)dup2(pipe_fd, PIPE_FD);
}

static bool open_pipe(int ends[2], struct error *err)
{
    if (pipe(ends) != 0)
        return error_errno(err, errno, "cannot start", "crib-sync", NULL);
    for (int i = 0; i < 2; i++)
        (void)fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return true;
}

static bool start_sync(struct app *app, struct arena *a, const char *const *arguments, pid_t *child, int *fd,
                       struct error *err)
{
    static char variable[] = "CRIB_PROGRESS_FD=3";
    const char *path = sync_path(app, a);
    char **argv = sync_argv(a, arguments), **environment = sync_environment(a, variable);
    int ends[2];
    if (argv == NULL || environment == NULL)
        return error_memory(err);
    if (!open_pipe(ends, err))
        return false;
    *child = fork();
    if (*child == 0) {
        leave_terminal(ends[1]);
        execve(path, argv, environment);
        _exit(APP_NOT_STARTED);
    }
    close(ends[1]);
    *fd = ends[0];
    if (*child > 0)
        return true;
    int why = errno;
    close(ends[0]);
    *child = 0;
    *fd = -1;
    return error_errno(err, why, "cannot start", path, NULL);
}

bool app_start_sync(struct app *app, const char *const *arguments, pid_t *child, int *fd, struct error *err)
{
    if (app->kiosk != NULL)
        return kiosk_refuse("cannot sync", err);
    struct arena *a = arena_open();
    bool ok = a != NULL ? start_sync(app, a, arguments, child, fd, err) : error_memory(err);
    arena_close(a);
    return ok;
}
