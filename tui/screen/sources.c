#include "tui/screen/sources.h"

#include "core/base/file.h"
#include "core/library/attached.h"
#include "core/library/linked.h"
#include "tui/child.h"
#include "tui/kiosk.h"
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

bool source_file(struct app *app, struct arena *a, const struct content *c, const char *target,
                 struct library_file *file, struct error *err)
{
    const char *path = attached_link(a, target);
    if (path == NULL)
        return error_set(err, EX_NOINPUT, "the link leads to no file", target, NULL, "tell its author: `!` writes a note");
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
    struct library *library = app_library(app, err);
    const char *what = library == NULL || strncmp(target, "crib:", 5) == 0
                           ? target
                           : library_linked(library, a, c->module->facts.key, target, err);
    struct target *found;
    size_t count;
    if (library == NULL || what == NULL || !library_resolve(library, a, what, &found, &count, err))
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
    if (app->kiosk != NULL)
        return kiosk_refuse("cannot edit", err);
    struct stat st;
    if (path[0] == '\0' || stat(path, &st) != 0)
        return error_set(err, EX_UNAVAILABLE, "cannot edit", path, "the source is not on this machine", "`!` writes a note to its author");
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
