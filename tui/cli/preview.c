#include "tui/cli/cli.h"

#include "core/base/output.h"
#include "tui/screen/problems.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static const char prefix[] = "crib-preview-";

static const char *base_of_places(void)
{
    const char *base = getenv("TMPDIR");
    return base != NULL && base[0] == '/' ? base : "/tmp";
}

/* A library of its own in a private directory, gone afterwards: what is previewed touches nothing. */
static bool make_place(struct app *app, struct error *err)
{
    char *dir = arena_printf(app->arena, "%s/%s%ld-XXXXXX", base_of_places(), prefix, (long)getpid());
    if (dir == NULL)
        return error_memory(err);
    if (mkdtemp(dir) == NULL)
        return error_errno(err, errno, "cannot make a place for the preview", dir, "set TMPDIR");
    app->places.data = dir;
    return true;
}

/* The library's files are all plain files in the directory, or in one directory below it. */
static void remove_below(int parent, const char *name, int depth)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (dir == NULL) {
        if (fd >= 0)
            close(fd);
        return;
    }
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (unlinkat(fd, e->d_name, 0) != 0 && depth > 0)
            remove_below(fd, e->d_name, depth - 1);
    }
    closedir(dir);
    unlinkat(parent, name, AT_REMOVEDIR);
}

/* Is it the place of a preview of this account whose process is no more? */
static bool is_left_over(int parent, const char *name)
{
    struct stat st;
    if (strncmp(name, prefix, sizeof prefix - 1) != 0)
        return false;
    char *end;
    long process = strtol(name + sizeof prefix - 1, &end, 10);
    return process > 1 && *end == '-' && kill((pid_t)process, 0) != 0 && errno == ESRCH &&
           fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid();
}

/* What previews left that were killed. */
static void remove_left_over(void)
{
    DIR *dir = opendir(base_of_places());
    if (dir == NULL)
        return;
    for (struct dirent *e; (e = readdir(dir)) != NULL;)
        if (is_left_over(dirfd(dir), e->d_name))
            remove_below(dirfd(dir), e->d_name, 2);
    closedir(dir);
}

static bool install(struct app *app, const char *dir, struct error *err)
{
    struct library *library = app_library(app, err);
    struct library_result result;
    bool ok = library != NULL && library_install(library, dir, NULL, NULL, app->arena, &result, err);
    if (ok && result.modules + result.pages == 0)
        ok = error_set(err, EX_NOINPUT, "nothing to preview", dir, "no Markdown file in it", "see crib-channel(5)");
    return ok;
}

static int plain(struct app *app)
{
    struct buf line = {0};
    size_t errors, count;
    problems_line(app->preview, "`crib lint`", &line, &errors, &count);
    if (line.len > 0)
        fprintf(stderr, "%s\n", buf_text(&line));
    buf_free(&line);
    return cli_hub_plain(app);
}

int cli_preview(struct app *app, const struct args *args)
{
    struct error err;
    const char *dir = args->count > 0 ? args->words[0] : ".";
    app->preview = dir;
    app->library_flags = LIBRARY_WRITE | LIBRARY_DRAFTS | LIBRARY_ALONE;
    remove_left_over();
    if (!make_place(app, &err))
        return app_fail(&err);
    bool ok = install(app, dir, &err);
    int status = EX_OK;
    if (!ok)
        status = app_fail(&err);
    else if (!output_has_screen())
        status = plain(app);
    else
        status = cli_hub(app, NULL);
    record_close(app->record);
    library_close(app->library);
    app->record = NULL;
    app->library = NULL;
    remove_below(AT_FDCWD, app->places.data, 2);
    return status;
}
