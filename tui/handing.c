#include "tui/handing.h"

#include "core/base/text.h"
#include "tui/child.h"
#include "tui/kiosk.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool handing_save(struct app *app, const struct library_file *f, const char *dest, struct arena *a, const char **saved, struct error *err)
{
    if (app->kiosk != NULL)
        return kiosk_refuse("cannot save a file", err);
    *saved = dest[0] == '\0' ? f->name : is_directory(dest) ? file_join(a, dest, f->name) : arena_strdup(a, dest);
    if (*saved == NULL)
        return error_memory(err);
    struct buf bytes = {0};
    bool ok = library_file_read(f, &bytes, err) && file_write_new(*saved, buf_text(&bytes), bytes.len, 0644, err);
    buf_free(&bytes);
    return ok;
}

bool handing_has_viewer(struct app *app)
{
    return app->kiosk == NULL && config_text(app->config, CONFIG_VIEWER)[0] != '\0';
}

/* The viewer's words and the path, ending in NULL; NULL when memory is out. */
static const char **arguments(struct arena *a, const char *viewer, const char *path)
{
    size_t count = 0;
    const char **argv = arena_array(a, strlen(viewer) / 2 + 3, sizeof *argv);
    for (const char *at = viewer + strspn(viewer, " "); argv != NULL && *at != '\0'; at += strspn(at, " ")) {
        size_t n = strcspn(at, " ");
        if ((argv[count++] = arena_copy(a, at, n)) == NULL)
            return NULL;
        at += n;
    }
    if (argv != NULL)
        argv[count] = path;
    return argv;
}

static bool view(struct arena *a, const char *viewer, const struct library_file *f, void (*forked)(void),
                 struct error *err)
{
    struct buf bytes = {0};
    bool whole = library_file_read(f, &bytes, err); /* a viewer gets what was published, or nothing */
    buf_free(&bytes);
    if (!whole)
        return false;
    const char **argv = arguments(a, viewer, f->stored);
    if (argv == NULL)
        return error_memory(err);
    return child_run(argv, forked) || error_set(err, EX_UNAVAILABLE, "the viewer failed", viewer, NULL,
                                                "`crib config set viewer` names another, `crib open --save` saves the file");
}

bool handing_view(struct app *app, const struct library_file *f, void (*forked)(void), struct error *err)
{
    if (app->kiosk != NULL)
        return kiosk_refuse("cannot open a file", err);
    const char *viewer = config_text(app->config, CONFIG_VIEWER);
    viewer += strspn(viewer, " ");
    if (viewer[0] == '\0') {
        char todo[200];
        snprintf(todo, sizeof todo, "`crib open --save %.120s` saves it; `crib config set viewer PROGRAM` names one", f->path);
        return error_set(err, EX_UNAVAILABLE, "no viewer is configured", f->path, NULL, todo);
    }
    struct arena *a = arena_open();
    bool ok = a != NULL ? view(a, viewer, f, forked, err) : error_memory(err);
    arena_close(a);
    return ok;
}

void handing_words(const struct library_file *f, struct buf *out)
{
    text_safe(out, f->name, strlen(f->name), 0);
    if (f->size < 10 * 1024)
        buf_addf(out, ", %" PRIu64 " byte%s", f->size, f->size == 1 ? "" : "s");
    else
        buf_addf(out, ", %" PRIu64 " KiB", f->size / 1024);
}
