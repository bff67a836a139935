#include "core/library/trigger.h"

#include "core/base/text.h"
#include "core/library/code_word.h"
#include "core/library/tokens.h"
#include "core/library/trigger_command.h"
#include "core/library/trigger_file.h"

#include <stdlib.h>
#include <string.h>

enum { FILES = 2, CHUNKS_MOST = 128, CHUNK_MOST = 96 };

/* Exact ones count more than wild ones; of wild ones those that say more. */
enum { RANK_EXACT = 1000, RANK_WILD = 500, RANK_WORD = 16 };

struct triggers {
    struct trig_file files[FILES];
    uint32_t bases[FILES + 1]; /* number of a file's first module */
    bool *hidden;              /* channels of the second file */
    char language[32];
};

/* ---- opening ---- */

static bool has_channel(const struct trig_file *f, const char *id)
{
    for (size_t i = 0; i < f->channel_count; i++)
        if (strcmp(trig_text(f, f->channels[i]), id) == 0)
            return true;
    return false;
}

static bool hide(struct triggers *t, struct error *err)
{
    const struct trig_file *f = &t->files[1];
    t->hidden = calloc(f->channel_count + 1, sizeof *t->hidden);
    if (t->hidden == NULL)
        return error_memory(err);
    for (size_t i = 0; i < f->channel_count; i++)
        t->hidden[i] = has_channel(&t->files[0], trig_text(f, f->channels[i]));
    return true;
}

static bool open_files(struct triggers *t, const char *const dirs[FILES], struct error *left_out, struct error *err)
{
    struct error why = {0};
    size_t wanted = 0, failed = 0;
    for (size_t i = 0; i < FILES; i++) {
        if (dirs[i] == NULL)
            continue;
        wanted++;
        failed += !trig_open(dirs[i], &t->files[i], &why);
    }
    if (failed > 0 && failed == wanted) {
        if (err != NULL)
            *err = why;
        return false;
    }
    if (failed > 0 && left_out != NULL)
        *left_out = why;
    return true;
}

struct triggers *triggers_open(const char *dir, const char *system_dir, const char *language, struct error *left_out,
                               struct error *err)
{
    struct triggers *t = calloc(1, sizeof *t);
    if (t == NULL) {
        error_memory(err);
        return NULL;
    }
    bool same = dir != NULL && system_dir != NULL && strcmp(dir, system_dir) == 0;
    const char *const dirs[FILES] = {dir, same ? NULL : system_dir};
    if (language != NULL && strlen(language) < sizeof t->language)
        memcpy(t->language, language, strlen(language));
    if (!open_files(t, dirs, left_out, err) || !hide(t, err)) {
        triggers_close(t);
        return NULL;
    }
    t->bases[1] = (uint32_t)t->files[0].module_count;
    t->bases[2] = t->bases[1] + (uint32_t)t->files[1].module_count;
    return t;
}

void triggers_close(struct triggers *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < FILES; i++)
        trig_close(&t->files[i]);
    free(t->hidden);
    free(t);
}

bool triggers_whole(const struct triggers *t)
{
    return trig_whole(&t->files[0]) && trig_whole(&t->files[1]);
}

/* ---- modules ---- */

void trigger_module(const struct triggers *t, uint32_t module, struct trigger_module *m)
{
    size_t i = module >= t->bases[1];
    const struct trig_file *f = &t->files[i];
    *m = (struct trigger_module){.channel = "", .id = "", .title = "", .problem = "", .language = "", .roles = "", .stages = ""};
    if (module - t->bases[i] >= f->module_count)
        return;
    const struct trig_module *x = &f->modules[module - t->bases[i]];
    *m = (struct trigger_module){.key = x->key,
                                 .system = i == 1,
                                 .channel = x->channel < f->channel_count ? trig_text(f, f->channels[x->channel]) : "",
                                 .id = trig_text(f, x->id),
                                 .title = trig_text(f, x->title),
                                 .problem = trig_text(f, x->problem),
                                 .language = trig_text(f, x->language),
                                 .roles = trig_text(f, x->roles),
                                 .stages = trig_text(f, x->stages),
                                 .minutes = x->minutes,
                                 .kind = x->kind <= KIND_EVENT ? (enum module_kind)x->kind : KIND_MODULE,
                                 .format = x->format <= FORMAT_COURSE ? (enum module_format)x->format : FORMAT_NONE,
                                 .on_device = x->on_device != 0,
                                 .only = x->only != 0};
    memcpy(m->revision, x->revision, sizeof m->revision);
}

size_t triggers_modules(const struct triggers *t)
{
    return t->bases[FILES];
}

/* Is a module of a file one that may be told? */
static bool is_told(const struct triggers *t, size_t file, uint32_t module)
{
    const struct trig_file *f = &t->files[file];
    if (module >= f->module_count)
        return false;
    const struct trig_module *m = &f->modules[module];
    if (m->channel >= f->channel_count || (file == 1 && t->hidden[m->channel]))
        return false;
    const char *language = trig_text(f, m->language);
    return language[0] == '\0' || strcmp(language, t->language) == 0;
}

/* ---- gathering ---- */

struct gathered {
    const struct triggers *t;
    struct trigger_match *matches;
    size_t count, most;
};

/* Are two modules one, perhaps in two languages? */
static bool same_module(const struct triggers *t, uint32_t left, uint32_t right)
{
    struct trigger_module a, b;
    if (left == right)
        return true;
    trigger_module(t, left, &a);
    trigger_module(t, right, &b);
    return a.system == b.system && strcmp(a.id, b.id) == 0 && strcmp(a.channel, b.channel) == 0;
}

/* Of those that fit as well, the user's own come first, and what has been here longer: whichever order a file has. */
static bool before(const struct triggers *t, const struct trigger_match *a, const struct trigger_match *b)
{
    struct trigger_module left, right;
    if (a->rank != b->rank)
        return a->rank > b->rank;
    trigger_module(t, a->module, &left);
    trigger_module(t, b->module, &right);
    return left.system != right.system ? right.system : left.key < right.key;
}

/* Keeps the best ones in order; of one module the best match, and its translation where there is one. */
static void gather(struct gathered *g, const struct trigger_match *m)
{
    struct trigger_match new = *m;
    for (size_t i = 0; i < g->count; i++) {
        if (!same_module(g->t, g->matches[i].module, m->module))
            continue;
        struct trigger_module old, now;
        trigger_module(g->t, g->matches[i].module, &old);
        trigger_module(g->t, m->module, &now);
        if (old.language[0] != '\0' && now.language[0] == '\0')
            new.module = g->matches[i].module;
        if (g->matches[i].rank >= new.rank) {
            g->matches[i].module = now.language[0] != '\0' ? m->module : g->matches[i].module;
            return;
        }
        memmove(&g->matches[i], &g->matches[i + 1], (g->count - i - 1) * sizeof *g->matches);
        g->count--;
        break;
    }
    size_t at = g->count;
    while (at > 0 && before(g->t, &new, &g->matches[at - 1]))
        at--;
    if (at == g->most)
        return;
    if (g->count == g->most)
        g->count--;
    memmove(&g->matches[at + 1], &g->matches[at], (g->count - at) * sizeof *g->matches);
    g->matches[at] = new;
    g->count++;
}

static void gather_entry(struct gathered *g, size_t file, const struct trig_entry *e, unsigned rank)
{
    const struct trig_file *f = &g->t->files[file];
    if (e->kind > TRIGGER_OUTPUT || !is_told(g->t, file, e->module))
        return;
    gather(g, &(struct trigger_match){g->t->bases[file] + e->module, (enum trigger_kind)e->kind, trig_text(f, e->text),
                                      trig_text(f, e->key), rank});
}

/* ---- codes and assets ---- */

struct kinds {
    bool codes, assets;
};

static bool wanted(struct kinds kinds, const struct trig_entry *e)
{
    return (kinds.codes && e->kind == TRIGGER_CODE) || (kinds.assets && e->kind == TRIGGER_ASSET);
}

static void look_exact(struct gathered *g, struct kinds kinds, const char *key, size_t n)
{
    for (size_t i = 0; i < FILES; i++) {
        const struct trig_file *f = &g->t->files[i];
        size_t at, end;
        trig_bucket(&f->exact, text_hash(key, n), &at, &end);
        for (; at < end; at++)
            if (wanted(kinds, &f->exact.entries[at]) && strcmp(trig_text(f, f->exact.entries[at].key), key) == 0)
                gather_entry(g, i, &f->exact.entries[at], RANK_EXACT + (f->exact.entries[at].kind == TRIGGER_CODE));
    }
}

/* Wild ones stand under their beginnings: each beginning of the key is asked for. */
static void look_wild(struct gathered *g, const char *key, size_t n)
{
    for (size_t i = 0; i < FILES; i++) {
        const struct trig_file *f = &g->t->files[i];
        for (size_t k = 0; f->wild.count > 0 && k <= n; k++) {
            size_t at, end;
            trig_bucket(&f->wild, text_hash(key, k), &at, &end);
            for (; at < end; at++) {
                const char *pattern = trig_text(f, f->wild.entries[at].key);
                if (strcspn(pattern, "*?") == k && strncmp(pattern, key, k) == 0 && text_glob(pattern, key, n))
                    gather_entry(g, i, &f->wild.entries[at], RANK_WILD + (unsigned)k);
            }
        }
    }
}

static void look_key(struct gathered *g, struct kinds kinds, const char *key, size_t n)
{
    if (n == 0)
        return;
    look_exact(g, kinds, key, n);
    if (kinds.assets)
        look_wild(g, key, n);
}

static size_t look_up(const struct triggers *t, struct kinds kinds, const char *text, size_t n,
                      struct trigger_match *matches, size_t most)
{
    char key[TRIG_KEY_MOST + 1];
    struct gathered g = {t, matches, 0, most};
    size_t len = token_key(text, n, false, key, TRIG_KEY_MOST);
    key[len] = '\0';
    look_key(&g, kinds, key, len);
    return g.count;
}

size_t trigger_code(const struct triggers *t, const char *text, size_t n, struct trigger_match *matches, size_t most)
{
    return look_up(t, (struct kinds){.codes = true}, text, n, matches, most);
}

size_t trigger_asset(const struct triggers *t, const char *text, size_t n, struct trigger_match *matches, size_t most)
{
    return look_up(t, (struct kinds){.assets = true}, text, n, matches, most);
}

/* ---- words ---- */

/* A run of what codes are made of, without joiners at its ends. */
struct chunk {
    const char *p;
    size_t n;
    bool follows; /* a single blank stands between it and the one before */
};

static bool is_part(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

static bool is_joiner(char c)
{
    return c == '-' || c == '_' || c == '.' || c == '+';
}

static size_t cut_chunks(const char *text, size_t n, struct chunk chunks[CHUNKS_MOST])
{
    size_t count = 0;
    for (size_t i = 0; i < n && count < CHUNKS_MOST;) {
        size_t from = i;
        if (!is_part(text[i])) {
            i++;
            continue;
        }
        while (i < n && (is_part(text[i]) || is_joiner(text[i])))
            i++;
        size_t end = i;
        while (is_joiner(text[end - 1]))
            end--;
        bool follows = count > 0 && from > 0 && text[from - 1] == ' ' && chunks[count - 1].p + chunks[count - 1].n + 1 == text + from;
        chunks[count++] = (struct chunk){text + from, end - from, follows};
    }
    return count;
}

/* A code has a letter and a digit: numbers alone stand in too many lines; of letters alone see look_word. */
static bool may_be_code(const char *key)
{
    return strpbrk(key, "0123456789") != NULL && key[strspn(key, "0123456789")] != '\0';
}

/* A word that may be a code of letters alone, as code_word.h explains. */
static void look_word(struct gathered *g, const char *key, size_t n, const char *word, size_t length)
{
    for (size_t i = 0; i < FILES; i++) {
        const struct trig_file *f = &g->t->files[i];
        size_t at, end;
        trig_bucket(&f->exact, text_hash(key, n), &at, &end);
        for (; at < end; at++) {
            const struct trig_entry *e = &f->exact.entries[at];
            const char *pattern = trig_text(f, e->text);
            if (e->kind == TRIGGER_CODE && strcmp(trig_text(f, e->key), key) == 0 && code_word_counts(pattern) &&
                code_word_fits(pattern, word, length))
                gather_entry(g, i, e, RANK_EXACT + 1);
        }
    }
}

/* whole: it is a word of its own, no part or pair of words. */
static void look_chunk(struct gathered *g, const char *p, size_t n, bool whole)
{
    char key[TRIG_KEY_MOST + 1];
    if (n > CHUNK_MOST)
        return;
    size_t len = token_key(p, n, false, key, TRIG_KEY_MOST);
    key[len] = '\0';
    if (may_be_code(key))
        look_key(g, (struct kinds){true, true}, key, len);
    else if (whole && len > 0)
        look_word(g, key, len, p, n);
}

size_t trigger_words(const struct triggers *t, const char *text, size_t n, struct trigger_match *matches, size_t most)
{
    struct chunk chunks[CHUNKS_MOST];
    struct gathered g = {t, matches, 0, most};
    size_t count = cut_chunks(text, n, chunks);
    for (size_t i = 0; i < count; i++) {
        const struct chunk *c = &chunks[i];
        look_chunk(&g, c->p, c->n, true);
        size_t stem = c->n; /* `P-101.log` */
        while (stem > 0 && c->p[stem - 1] != '.')
            stem--;
        if (stem > 1)
            look_chunk(&g, c->p, stem - 1, false);
        if (c->follows) /* `E 204` */
            look_chunk(&g, c[-1].p, (size_t)(c->p + c->n - c[-1].p), false);
    }
    return g.count;
}

/* ---- commands ---- */

/* The triggers that are looked up under a key, for the command whose name is words[from]. */
static void look_command(struct gathered *g, const struct command_line *c, size_t from, const char *key, size_t n)
{
    for (size_t i = 0; i < FILES; i++) {
        const struct trig_file *f = &g->t->files[i];
        size_t at, end;
        trig_bucket(&f->commands, text_hash(key, n), &at, &end);
        for (; at < end; at++) {
            const char *normal = trig_text(f, f->commands.entries[at].key);
            unsigned skipped, words = 1;
            if (!command_fits(normal, c, from, &skipped))
                continue;
            for (const char *s = normal; (s = strchr(s, ' ')) != NULL; s++)
                words++;
            gather_entry(g, i, &f->commands.entries[at], words * RANK_WORD - (skipped < RANK_WORD ? skipped : RANK_WORD - 1));
        }
    }
}

static void look_name(struct gathered *g, const struct command_line *c, size_t from)
{
    char key[COMMAND_FORM_MOST * 2 + 2], forms[COMMAND_FORMS][COMMAND_FORM_MOST];
    const char *name = command_base(c->words[from].text);
    size_t n = strlen(name);
    if (n == 0 || n >= COMMAND_FORM_MOST)
        return;
    memcpy(key, name, n);
    look_command(g, c, from, key, n);
    key[n] = ' ';
    for (size_t i = from + 1; i < c->count && c->words[i].command == c->words[from].command; i++) {
        size_t count = command_forms(c->words[i].text, forms);
        for (size_t k = 0; k < count; k++) {
            size_t len = strlen(forms[k]);
            memcpy(key + n + 1, forms[k], len);
            look_command(g, c, from, key, n + 1 + len);
        }
    }
}

size_t trigger_command(const struct triggers *t, const char *line, size_t n, struct trigger_match *matches, size_t most)
{
    struct command_line c;
    struct gathered g = {t, matches, 0, most};
    command_line_read(&c, line, n);
    for (size_t i = 0; i < c.count; i++)
        if (c.words[i].names)
            look_name(&g, &c, i);
    return g.count;
}

size_t trigger_merge(const struct triggers *t, struct trigger_match *matches, size_t count, size_t most,
                     const struct trigger_match *others, size_t other_count, unsigned more)
{
    struct gathered g = {t, matches, count, most};
    for (size_t i = 0; i < other_count; i++) {
        struct trigger_match m = others[i];
        m.rank += more;
        gather(&g, &m);
    }
    return g.count;
}

/* ---- all of them ---- */

size_t triggers_entries(const struct triggers *t)
{
    size_t n = 0;
    for (size_t i = 0; i < FILES; i++)
        n += t->files[i].exact.count + t->files[i].wild.count + t->files[i].commands.count;
    return n;
}

bool trigger_at(const struct triggers *t, size_t i, struct trigger_match *match)
{
    for (size_t file = 0; file < FILES; file++) {
        const struct trig_file *f = &t->files[file];
        const struct trig_table *const tables[] = {&f->exact, &f->wild, &f->commands};
        for (size_t k = 0; k < 3; k++) {
            if (i < tables[k]->count) {
                struct gathered g = {t, match, 0, 1};
                gather_entry(&g, file, &tables[k]->entries[i], 0);
                return g.count == 1;
            }
            i -= tables[k]->count;
        }
    }
    return false;
}

size_t triggers_outputs(const struct triggers *t)
{
    return t->files[0].output_count + t->files[1].output_count;
}

bool trigger_output(const struct triggers *t, size_t i, struct trigger_output *o)
{
    size_t file = i >= t->files[0].output_count;
    const struct trig_file *f = &t->files[file];
    i -= file == 1 ? t->files[0].output_count : 0;
    if (i >= f->output_count || !is_told(t, file, f->outputs[i].module))
        return false;
    const struct trig_output *x = &f->outputs[i];
    *o = (struct trigger_output){.module = t->bases[file] + x->module,
                                 .pattern = trig_text(f, x->text),
                                 .caseless = (x->flags & TRIG_CASELESS) != 0};
    if (x->literals > f->literal_count || x->literal_count > f->literal_count - x->literals ||
        x->literal_count > TRIGGER_LITERALS_MOST)
        return true;
    for (size_t k = 0; k < x->literal_count; k++)
        o->literals[o->literal_count++] = trig_text(f, f->literals[x->literals + k]);
    o->plain = o->literal_count == 1 && (x->flags & TRIG_PLAIN) != 0;
    return true;
}
