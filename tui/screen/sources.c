#include "tui/screen/sources.h"

#include "core/base/file.h"
#include "core/library/attached.h"
#include "tui/child.h"
#include "tui/screen/signals.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

static bool is_url(const char *target)
{
    return strncmp(target, "http://", 7) == 0 || strncmp(target, "https://", 8) == 0 ||
           strncmp(target, "mailto:", 7) == 0 || strncmp(target, "ftp://", 6) == 0;
}

/* `dir-of-source/target` with `.` and `..` taken out. */
static const char *normalised(struct arena *a, const char *source, const char *target)
{
    const char *slash = strrchr(source, '/');
    char *joined = target[0] == '/' || slash == NULL
                       ? arena_strdup(a, target)
                       : arena_printf(a, "%.*s/%s", (int)(slash - source), source, target);
    if (joined == NULL)
        return NULL;
    char *out = joined;
    for (const char *at = joined; *at != '\0';) {
        size_t n = strcspn(at, "/");
        bool up = n == 2 && at[0] == '.' && at[1] == '.';
        if (up) {
            while (out > joined && *--out != '/')
                ;
        } else if (n > 0 && !(n == 1 && at[0] == '.')) {
            *out++ = '/';
            memmove(out, at, n);
            out += n;
        }
        at += n + (at[n] == '/');
    }
    *out = '\0';
    return joined;
}

/* The id that a relative target names: a module by its file's name, a page by what follows its pages directory. */
static const char *id_of(struct arena *a, const char *path)
{
    const char *pages = strstr(path, "pages/");
    const char *slash = strrchr(path, '/');
    const char *name = pages != NULL ? pages + strlen("pages/") : slash != NULL ? slash + 1 : path;
    size_t n = strlen(name);
    if (n > 3 && strcmp(name + n - 3, ".md") == 0)
        n -= 3;
    return arena_copy(a, name, n);
}

bool source_file(struct app *app, struct arena *a, const struct content *c, const char *target,
                 struct library_file *file, struct error *err)
{
    const char *path = attached_link(a, target);
    if (path == NULL)
        return error_set(err, EX_NOINPUT, "the link leads to no file", target, NULL, NULL);
    const char *address = arena_printf(a, "%s/%s", c->module->facts.channel, path);
    struct library *library = app_library(app, err);
    return library != NULL && (address != NULL ? library_file(library, a, address, file, err) : error_memory(err));
}

bool source_link(struct app *app, struct arena *a, const struct content *c, const char *target, struct link *link,
                 struct error *err)
{
    *link = (struct link){.anchor = ""};
    if (is_url(target) || source_file(app, a, c, target, &link->file, err))
        return true;
    link->file = (struct library_file){.channel = NULL};
    const char *hash = strchr(target, '#');
    if (hash != NULL)
        link->anchor = hash + 1;
    if (target[0] == '#') {
        link->key = c->module->facts.key;
        return true;
    }
    const char *what = target;
    if (strncmp(target, "crib:", 5) != 0) {
        char *path = arena_copy(a, target, hash != NULL ? (size_t)(hash - target) : strlen(target));
        const char *whole = path != NULL ? normalised(a, c->module->facts.path, path) : NULL;
        const char *id = whole != NULL ? id_of(a, whole) : NULL;
        what = id != NULL ? library_address(a, c->module->facts.channel, id, "") : NULL;
        if (what == NULL)
            return error_memory(err);
    }
    struct library *library = app_library(app, err);
    struct target *found;
    size_t count;
    if (library == NULL || !library_resolve(library, a, what, &found, &count, err))
        return false;
    if (count == 0 || (count > 1 && found[0].reason == TARGET_WORDS))
        return error_set(err, EX_NOINPUT, "the link leads nowhere", target, "no such module, page or file here",
                         "tell its author: ! writes a note");
    link->key = found[0].key;
    if (found[0].anchor[0] != '\0')
        link->anchor = found[0].anchor;
    return true;
}

static bool run_editor(const char *editor, const char *path, size_t line)
{
    /* The editor's setting may hold options; the path goes in as an argument, never as shell text. */
    char command[512], at[32];
    snprintf(command, sizeof command, "exec %s \"$@\"", editor);
    snprintf(at, sizeof at, "+%zu", line);
    return child_run((const char *const[]){"/bin/sh", "-c", command, "sh", at, path, NULL},
                     signals_forked); /* it has to hear of sizes and ends */
}

bool source_refresh(struct app *app)
{
    struct error err;
    struct library_result result;
    struct arena *a = arena_open();
    struct library *library = app_library(app, &err);
    bool changed = a != NULL && library != NULL &&
                   library_install(library, app->preview, NULL, NULL, a, &result, &err) &&
                   result.added + result.changed + result.removed > 0;
    arena_close(a);
    return changed;
}

bool source_edit(struct screens *s, struct app *app, const char *path, size_t line, struct error *err)
{
    struct stat st;
    if (path[0] == '\0' || stat(path, &st) != 0)
        return error_set(err, EX_UNAVAILABLE, "cannot edit", path, "the source is not on this machine", NULL);
    const char *editor = config_text(app->config, CONFIG_EDITOR);
    if (editor[0] == '\0')
        editor = "vi";
    terminal_leave(screens_terminal(s));
    bool ran = run_editor(editor, path, line);
    terminal_return(screens_terminal(s));
    if (!ran)
        return error_set(err, EX_UNAVAILABLE, "the editor failed", editor, NULL, "set EDITOR, or `crib config set editor`");
    if (app->preview == NULL)
        return app_run_sync(app, (const char *[]){"sync", "--quiet", NULL}, err);
    source_refresh(app);
    return true;
}
