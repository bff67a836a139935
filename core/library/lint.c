#include "core/library/lint.h"

#include "core/base/command.h"
#include "core/base/file.h"
#include "core/library/lint_private.h"
#include "core/quiz/gift.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { MOST_PARENTS = 16 };

static const char *tail(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool ends_with(const char *path, const char *ending)
{
    size_t n = strlen(path), k = strlen(ending);
    return n > k && strcmp(path + n - k, ending) == 0;
}

/* ---- facts ---- */

/* One finding for all that a module without front matter lacks; what looks like one further down doesn't count. */
static void no_front_matter(struct lint *l, const struct lint_file *f)
{
    const struct str s = f->module->source;
    size_t line = 1, blanks = 0;
    while (blanks < s.n && (s.p[blanks] == ' ' || s.p[blanks] == '\n'))
        line += s.p[blanks++] == '\n';
    if (line > 1 && s.n - blanks > 3 && memcmp(s.p + blanks, "---\n", 4) == 0)
        diags_add(l->diags, SEVERITY_ERROR, f->label, line, 1, "take out the empty lines above it",
                  "front matter begins on the first line, or it is none");
    else
        diags_add(l->diags, SEVERITY_ERROR, f->label, 1, 1,
                  "begin with a line `---`, then `title:`, `problem:`, `outcome:`, `minutes:` one a line, then `---`; or "
                  "keep it under pages/",
                  "no front matter: a module says what it is for");
}

static bool written_large(struct lint *l, const struct lint_file *f, const char *key)
{
    const struct module *m = f->module;
    for (size_t i = 0; i < m->other_count; i++)
        if (strcasecmp(m->others[i].name, key) == 0) {
            diags_add(l->diags, SEVERITY_ERROR, f->label, m->others[i].line, m->others[i].column,
                      "keys are written small", "`%s` isn't `%s`", m->others[i].name, key);
            return true;
        }
    return false;
}

static void check_required(struct lint *l, const struct lint_file *f)
{
    const struct module *m = f->module;
    if (m->broken)
        return; /* said already */
    if (!m->front_matter) {
        no_front_matter(l, f);
        return;
    }
    const struct {
        const char *key, *todo;
        bool missing;
    } required[] = {
        {"title", "add `title: Prime a centrifugal pump`", m->title[0] == '\0'},
        {"problem", "add `problem:`: what goes wrong without it?", m->problem[0] == '\0'},
        {"outcome", "add `outcome:`: what can the reader do afterwards?", m->outcome[0] == '\0'},
        {"minutes", "add `minutes: 5`", m->minutes == 0 && m->kind == KIND_MODULE && lint_key_line(m, "minutes") == 1},
    };
    for (size_t i = 0; i < sizeof required / sizeof *required; i++)
        if (required[i].missing && !written_large(l, f, required[i].key))
            diags_add(l->diags, SEVERITY_ERROR, f->label, 1, 1, required[i].todo, "`%s` is missing", required[i].key);
}

static void check_known(struct lint *l, const struct lint_file *f, const char *key, struct strings used,
                        struct strings known)
{
    for (size_t i = 0; known.count > 0 && i < used.count; i++) {
        if (strings_has(known, used.items[i]))
            continue;
        const char *nearest = strings_nearest(known, used.items[i]);
        diags_add(l->diags, SEVERITY_ERROR, f->label, lint_key_line(f->module, key), 1,
                  nearest != NULL ? arena_printf(l->arena, "did you mean `%s`?", nearest) : "channel.yaml lists them",
                  "`%s` is none of the channel's %s", used.items[i], key);
    }
}

static void check_name(struct lint *l, const struct lint_file *f)
{
    const char *id, *language;
    if (!module_name(l->arena, tail(f->path), KIND_MODULE, &id, &language))
        diags_add(l->diags, SEVERITY_ERROR, f->label, 0, 0, "use small letters, digits and dashes, 64 at most, and .md",
                  "the file's name gives no id");
    else if (command_find(id) != NULL)
        diags_add(l->diags, SEVERITY_WARNING, f->label, 0, 0, arena_printf(l->arena, "rename it; until then `crib open %s` reaches it", id),
                  "`%s` is also a command: `crib %s` runs that", id, id);
    else if (command_reserved(id))
        diags_add(l->diags, SEVERITY_WARNING, f->label, 0, 0, arena_printf(l->arena, "rename it; until then `crib open %s` reaches it", id),
                  "`%s` is kept for a command of a later version", id);
    if (f->module->language[0] != '\0')
        check_known(l, f, "languages", (struct strings){&f->module->language, 1}, l->channel->languages);
}

/* An event is nothing but a pointer: where, when, and who knows more. */
static void check_event(struct lint *l, const struct lint_file *f)
{
    const struct module *m = f->module;
    const struct {
        const char *key, *value, *todo;
    } keys[] = {
        {"where", m->where, "add `where: Training room 2`"},
        {"when", m->when, "add `when: the first Tuesday of each month`"},
        {"link", m->link, "add `link: https://example.com/book`"},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys && !m->broken; i++)
        if (keys[i].value[0] == '\0')
            diags_add(l->diags, SEVERITY_WARNING, f->label, lint_key_line(m, "kind"), 1, keys[i].todo, "an event without `%s`",
                      keys[i].key);
}

static void check_facts(struct lint *l, const struct lint_file *f)
{
    const struct module *m = f->module;
    check_name(l, f);
    check_required(l, f);
    check_known(l, f, "roles", m->roles, l->channel->roles);
    check_known(l, f, "stages", m->stages, l->channel->stages);
    if (m->kind == KIND_MODULE && f->words == 0 && !m->broken)
        diags_add(l->diags, SEVERITY_WARNING, f->label, m->body_line, 1, "write what solves the problem",
                  "there is no text");
    if (m->kind == KIND_EVENT)
        check_event(l, f);
    lint_signing(l, f);
    lint_wording(l, f);
}

static void check_review(struct lint *l, const struct lint_file *f)
{
    const char *by = f->module->review_by;
    if (by[0] != '\0' && strcmp(by, l->today) < 0)
        diags_add(l->diags, SEVERITY_WARNING, f->label, lint_key_line(f->module, "review_by"), 1,
                  "read it again, and write the next day for it", "the review was due on %s", by);
}

/* ---- one file ---- */

static bool load_file(struct lint *l, struct lint_file *f, const char *bytes, size_t n, const struct channel_file *file,
                      struct error *err)
{
    struct diags *diags = f->wanted ? l->diags : NULL;
    enum module_kind kind = file->kind == CHANNEL_MODULE ? KIND_MODULE : KIND_PAGE;
    const char *name = file->name, *id, *language;
    bool loose = file->kind == CHANNEL_LOOSE;
    f->module = module_parse(l->arena, bytes, n, name, kind, f->label, loose ? NULL : diags, err);
    if (f->module != NULL && loose) {
        if (f->module->problem[0] != '\0' && module_name(l->arena, tail(name), KIND_MODULE, &id, &language)) {
            kind = KIND_MODULE;
            name = tail(name);
        }
        f->module = module_parse(l->arena, bytes, n, name, kind, f->label, diags, err);
    }
    if (f->module == NULL)
        return false;
    struct document *d = document_parse(f->module->body.p, f->module->body.n, f->module->body_line, err);
    if (d == NULL)
        return false;
    f->sections = sections_of(d, l->arena, f->label, diags, err);
    bool ok = f->sections != NULL && lint_gifts(l, f, err);
    for (size_t i = 0; ok && i < f->sections->count; i++)
        f->words += f->sections->items[i].words;
    if (ok && f->wanted)
        lint_blocks(l, f, d);
    document_close(d);
    return ok;
}

/* Reads one listed file into l->files; what can't be read is reported and left out. */
static bool take(struct lint *l, struct channel_reader *reader, const struct channel_file *file, bool wanted,
                 struct lint_counts *counts, struct error *err)
{
    struct buf bytes = {0};
    struct error why = {0};
    const char *label = channel_label(l->arena, l->channel, file->path);
    bool ok = true;
    if (!channel_reader_read(reader, file, &bytes, &why)) {
        if (wanted)
            diags_add(l->diags, SEVERITY_ERROR, label, 0, 0, why.todo, "%s: %s", why.what, why.why);
    } else if (file->kind == CHANNEL_PROGRAMME) {
        ok = lint_take_programme(l, file, label, buf_text(&bytes), bytes.len, wanted, err);
        counts->programmes += ok && wanted;
    } else {
        struct lint_file *f = &l->files[l->count];
        *f = (struct lint_file){.path = file->path, .label = label, .wanted = wanted};
        const char *copy = arena_copy(l->arena, buf_text(&bytes), bytes.len);
        ok = copy != NULL ? load_file(l, f, copy, bytes.len, file, err) : error_memory(err);
        l->count += ok;
        if (ok && wanted && f->module != NULL) {
            *(f->module->kind == KIND_PAGE ? &counts->pages : &counts->modules) += 1;
            counts->questions += f->questions;
        }
    }
    buf_free(&bytes);
    return ok;
}

/* ---- between files ---- */

struct code {
    const char *folded;
    const struct lint_file *file;
    const struct trigger *trigger;
};

static int by_code(const void *left, const void *right)
{
    const struct code *a = left, *b = right;
    int order = strcmp(a->folded, b->folded);
    return order != 0 ? order : strcmp(a->file->path, b->file->path);
}

static int by_id(const void *left, const void *right)
{
    const struct module *a = (*(const struct lint_file *const *)left)->module,
                        *b = (*(const struct lint_file *const *)right)->module;
    int order = strcmp(a->id, b->id);
    return order != 0 ? order : strcmp(a->language, b->language);
}

static bool check_ids(struct lint *l, struct error *err)
{
    const struct lint_file **files = arena_array(l->arena, l->count, sizeof *files);
    const char **ids = arena_array(l->arena, l->count, sizeof *ids),
               **paths = arena_array(l->arena, l->count, sizeof *paths);
    if (files == NULL || ids == NULL || paths == NULL)
        return error_memory(err);
    for (size_t i = 0; i < l->count; i++) {
        files[i] = &l->files[i];
        ids[i] = l->files[i].module->id;
        paths[i] = l->files[i].path;
    }
    l->ids = (struct strings){ids, l->count};
    l->paths = (struct strings){paths, l->count};
    qsort(files, l->count, sizeof *files, by_id);
    for (size_t i = 0; i < l->count; i++) {
        const struct lint_file *f = files[i];
        if (i > 0 && by_id(&files[i - 1], &files[i]) == 0 && (f->wanted || files[i - 1]->wanted))
            diags_add(l->diags, SEVERITY_ERROR, f->label, 0, 0, "rename one of the files",
                      "the id `%s` is also that of %s", f->module->id, files[i - 1]->path);
        if (f->wanted && f->module->language[0] != '\0' &&
            (i == 0 || strcmp(files[i - 1]->module->id, f->module->id) != 0))
            diags_add(l->diags, SEVERITY_ERROR, f->label, 0, 0,
                      "add the module itself: the same name without the language",
                      "a translation of `%s`, which isn't there", f->module->id);
    }
    return true;
}

static bool collect_codes(struct lint *l, struct code **codes, size_t *count, struct error *err)
{
    size_t most = 0;
    for (size_t i = 0; i < l->count; i++)
        most += l->files[i].module->trigger_count;
    *codes = arena_array(l->arena, most, sizeof **codes);
    if (*codes == NULL)
        return error_memory(err);
    for (size_t i = 0; i < l->count; i++)
        for (size_t k = 0; k < l->files[i].module->trigger_count; k++) {
            const struct trigger *t = &l->files[i].module->triggers[k];
            if (t->kind != TRIGGER_CODE || l->files[i].module->language[0] != '\0')
                continue;
            struct buf folded = {0};
            text_fold(&folded, t->pattern, strlen(t->pattern));
            const char *copy = buf_ok(&folded) ? arena_strdup(l->arena, buf_text(&folded)) : NULL;
            buf_free(&folded);
            if (copy == NULL)
                return error_memory(err);
            (*codes)[(*count)++] = (struct code){copy, &l->files[i], t};
        }
    return true;
}

static bool check_codes(struct lint *l, struct error *err)
{
    struct code *codes;
    size_t count = 0;
    if (!collect_codes(l, &codes, &count, err))
        return false;
    qsort(codes, count, sizeof *codes, by_code);
    for (size_t i = 1; i < count; i++) {
        const struct code *c = &codes[i], *before = &codes[i - 1];
        if (strcmp(c->folded, before->folded) == 0 && (c->file->wanted || before->file->wanted))
            diags_add(l->diags, SEVERITY_WARNING, c->file->label, c->trigger->line, c->trigger->column,
                      "keep the code where it is solved, or be sure that people should choose",
                      "the code `%s` also stands in %s", c->trigger->pattern, before->file->path);
    }
    return true;
}

static bool check_all(struct lint *l, struct error *err)
{
    if (!check_ids(l, err) || !check_codes(l, err))
        return false;
    lint_programmes(l);
    for (size_t i = 0; i < l->count; i++) {
        const struct lint_file *f = &l->files[i];
        if (!f->wanted)
            continue;
        if (f->module->kind != KIND_PAGE)
            check_facts(l, f);
        check_review(l, f);
        lint_patterns(l, f);
        lint_links(l, f);
    }
    return true;
}

/* ---- a directory, a file ---- */

/* Checks a channel; with only (a path in it) nothing but that file's mistakes are reported. */
static bool lint_channel(struct lint *l, const char *dir, const char *only, struct lint_counts *counts, bool *found,
                         struct error *err)
{
    struct channel channel;
    struct channel_files files;
    struct diags *diags = only == NULL ? l->diags : NULL;
    if (!channel_read(l->arena, dir, &channel, diags, err) || !channel_list(l->arena, &channel, &files, diags, err))
        return false;
    l->files = arena_array(l->arena, files.count, sizeof *l->files);
    l->attached = arena_array(l->arena, files.count, sizeof *l->attached);
    l->programmes = arena_array(l->arena, files.count, sizeof *l->programmes);
    if (l->files == NULL || l->attached == NULL || l->programmes == NULL)
        return error_memory(err);
    l->channel = &channel;
    struct channel_reader *reader = channel_reader_open(&channel, err);
    bool ok = reader != NULL;
    for (size_t i = 0; ok && i < files.count; i++) {
        bool wanted = only == NULL || strcmp(only, files.items[i].path) == 0;
        *found = *found || (only != NULL && wanted);
        if (files.items[i].kind == CHANNEL_ATTACHED) /* not read: name and size are all that is judged */
            l->attached[l->attached_count++].file = &files.items[i];
        else
            ok = take(l, reader, &files.items[i], wanted, counts, err);
    }
    channel_reader_close(reader);
    ok = ok && check_all(l, err);
    if (ok && only == NULL)
        lint_attached(l);
    l->channel = NULL;
    return ok;
}

/* A single Markdown file that lies in no channel. */
static bool lint_alone(struct lint *l, const char *path, struct lint_counts *counts, struct error *err)
{
    struct buf bytes = {0};
    const char *slash = strrchr(path, '/');
    const char *dir = slash == NULL ? "." : slash == path ? "/" : arena_copy(l->arena, path, (size_t)(slash - path));
    const struct channel_file file = {.path = tail(path), .name = tail(path), .kind = CHANNEL_LOOSE};
    const struct channel channel = {.dir = dir, .id = "", .implied = true};
    l->files = arena_array(l->arena, 1, sizeof *l->files);
    if (dir == NULL || l->files == NULL)
        return error_memory(err);
    l->channel = &channel;
    bool ok = file_read(path, MODULE_MOST_BYTES, &bytes, err);
    if (ok) {
        struct lint_file *f = &l->files[l->count++];
        *f = (struct lint_file){.path = tail(path), .label = path, .wanted = true};
        ok = load_file(l, f, buf_text(&bytes), bytes.len, &file, err) && check_all(l, err);
        if (ok && f->module != NULL) {
            *(f->module->kind == KIND_PAGE ? &counts->pages : &counts->modules) += 1;
            counts->questions += f->questions;
        }
    }
    l->channel = NULL;
    buf_free(&bytes);
    return ok;
}

static bool lint_gift(struct lint *l, const char *path, struct lint_counts *counts, struct error *err)
{
    struct buf bytes = {0};
    if (!file_read(path, MODULE_MOST_BYTES, &bytes, err))
        return false;
    struct question_list list;
    bool ok = gift_parse(l->arena, l->diags, path, buf_text(&bytes), bytes.len, 1, &list) || error_memory(err);
    if (ok) {
        lint_questions(l, path, &list, NULL);
        counts->questions += list.count;
    }
    buf_free(&bytes);
    return ok;
}

/* The directory above path that holds channel.yaml, and the rest of the path below it; false where there is none. path
 * is as the caller wrote it, so that messages name the file in the same way. */
static bool channel_above(struct arena *a, const char *path, const char **dir, const char **rest)
{
    size_t n = strlen(path);
    for (int i = 0; i < MOST_PARENTS && n > 0; i++) {
        while (n > 0 && path[n - 1] != '/')
            n--;
        const char *above = n > 1 ? arena_copy(a, path, n - 1) : n == 1 ? "/" : ".";
        const char *yaml = above != NULL ? arena_printf(a, "%s/channel.yaml", above) : NULL;
        if (yaml != NULL && access(yaml, R_OK) == 0) {
            *dir = above;
            *rest = path + n;
            return true;
        }
        if (n > 0)
            n--;
    }
    return false;
}

static bool no_content(const char *path, struct error *err)
{
    return error_set(err, EX_USAGE, "cannot check", path, "neither a directory nor a .md, .gift or programme's .yaml file",
                     "name one of these");
}

/* A module, a page or a programme, in its channel where it lies in one. */
static bool lint_one(struct lint *l, const char *path, struct lint_counts *counts, struct error *err)
{
    const char *dir, *rest;
    bool found = false;
    char *real = path[0] != '/' ? realpath(path, NULL) : NULL;
    const char *full = real != NULL ? arena_strdup(l->arena, real) : NULL;
    free(real);
    if (channel_above(l->arena, path, &dir, &rest) || (full != NULL && channel_above(l->arena, full, &dir, &rest))) {
        if (!lint_channel(l, dir, rest, counts, &found, err))
            return false;
        if (found)
            return true;
        l->count = 0; /* a file beside the channel's own */
        l->programme_count = 0;
    }
    if (!ends_with(path, ".md"))
        return no_content(path, err);
    return lint_alone(l, path, counts, err);
}

bool lint_path(const char *path, const char *today, struct diags *diags, struct lint_counts *counts, struct error *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return error_set(err, EX_NOINPUT, "cannot check", path, "there is no such file or directory", "is the name right?");
    struct lint l = {.arena = arena_open(), .diags = diags, .today = today};
    bool ok, found = false;
    if (l.arena == NULL)
        ok = error_memory(err);
    else if (S_ISDIR(st.st_mode))
        ok = lint_channel(&l, path, NULL, counts, &found, err);
    else if (ends_with(path, ".gift"))
        ok = lint_gift(&l, path, counts, err);
    else if (ends_with(path, ".md") || ends_with(path, ".yaml"))
        ok = lint_one(&l, path, counts, err);
    else
        ok = no_content(path, err);
    arena_close(l.arena);
    return ok;
}
