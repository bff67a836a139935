#include "core/base/context.h"

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *text_of(const struct yaml *root, const char *key, const char *file, struct diags *diags)
{
    const struct yaml *node = yaml_get(root, key);
    const char *text = "";
    if (node != NULL)
        (void)yaml_text(node, file, diags, &text);
    return text;
}

static void read_context(struct arena *a, const char *path, struct context *c, struct diags *diags)
{
    static const char *const known[] = {"stage", "asset", "work_order"};
    struct buf bytes = {0};
    struct error why = {0};
    const char *file = arena_strdup(a, path);
    if (file != NULL && file_read(path, YAML_MOST_BYTES, &bytes, &why)) {
        const struct yaml *root = yaml_parse(a, buf_text(&bytes), bytes.len, file, 1, diags);
        yaml_unknown(root, (struct strings){known, sizeof known / sizeof *known}, file, diags);
        c->file = file;
        c->stage = text_of(root, "stage", file, diags);
        c->asset = text_of(root, "asset", file, diags);
        c->work_order = text_of(root, "work_order", file, diags);
        c->from = c->stage[0] != '\0' ? file : "";
    }
    buf_free(&bytes);
}

/* In a directory that all may write to (/tmp), a stranger could plant a file. */
static bool trusted(const struct stat *file, const char *dir)
{
    struct stat parent;
    return S_ISREG(file->st_mode) && (file->st_uid == getuid() || file->st_uid == 0 ||
                                      (stat(dir, &parent) == 0 && file->st_uid == parent.st_uid));
}

static void search_up(struct arena *a, char *dir, struct context *c, struct diags *diags)
{
    for (;;) {
        char path[4200];
        struct stat st;
        int n = snprintf(path, sizeof path, "%s/.crib", strcmp(dir, "/") == 0 ? "" : dir);
        if (n > 0 && (size_t)n < sizeof path && stat(path, &st) == 0 && trusted(&st, dir)) {
            read_context(a, path, c, diags);
            return;
        }
        char *slash = strrchr(dir, '/');
        if (slash == NULL || dir[1] == '\0')
            return;
        slash[slash == dir] = '\0';
    }
}

void context_find(struct arena *a, const char *dir, struct context *context, struct diags *diags)
{
    *context = (struct context){"", "", "", "", ""};
    char *real = realpath(dir != NULL ? dir : ".", NULL);
    if (real != NULL)
        search_up(a, real, context, diags);
    free(real);
    const char *stage = getenv("CRIB_STAGE");
    if (stage != NULL && stage[0] != '\0') {
        context->stage = stage;
        context->from = "CRIB_STAGE";
    }
}
