/* Taking one file into the library. */
#include "core/library/library_install.h"

#include "core/library/library_index.h"
#include "core/library/library_signing.h"
#include "core/quiz/gift.h"

#include <sodium.h>
#include <string.h>

/* A section as it stood before. */
struct old_section {
    const char *anchor;
    unsigned char hash[SECTION_HASH];
    int64_t since_ms;
    bool changed;
};

struct taking {
    struct install *in;
    const struct channel_file *file;
    const char *label;
    struct module *module;
    const struct sections *sections;
    size_t questions;
    const char *title;
    int64_t key; /* 0 until it is known */
    int64_t added_ms;
    int64_t old_shelf; /* where it stood before */
    struct old_section *olds;
    size_t old_count;
};

static const char *tail(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* ---- parsing ---- */

static bool parse_module(struct taking *t, struct error *err)
{
    struct install *in = t->in;
    bool loose = t->file->kind == CHANNEL_LOOSE;
    enum module_kind kind = t->file->kind == CHANNEL_MODULE ? KIND_MODULE : KIND_PAGE;
    t->module = module_parse(in->scratch, buf_text(&in->bytes), in->bytes.len, t->file->name, kind, t->label,
                             loose ? NULL : in->diags, err);
    if (!loose || t->module == NULL)
        return t->module != NULL;
    const char *id, *language;
    if (t->module->problem[0] != '\0' && module_name(in->scratch, tail(t->file->name), KIND_MODULE, &id, &language))
        t->module = module_parse(in->scratch, buf_text(&in->bytes), in->bytes.len, tail(t->file->name), KIND_MODULE,
                                 t->label, in->diags, err);
    else
        t->module = module_parse(in->scratch, buf_text(&in->bytes), in->bytes.len, t->file->name, KIND_PAGE, t->label,
                                 in->diags, err);
    return t->module != NULL;
}

static const char *title_of(struct taking *t)
{
    if (t->module->title[0] != '\0')
        return t->module->title;
    for (size_t i = 0; i < t->sections->count; i++)
        if (t->sections->items[i].title[0] != '\0')
            return t->sections->items[i].title;
    return tail(t->module->id);
}

static bool count_questions(struct taking *t, struct error *err)
{
    for (size_t i = 0; i < t->sections->gift_count; i++) {
        const struct section_gift *gift = &t->sections->gifts[i];
        struct question_list list;
        if (!gift_parse(t->in->scratch, NULL, t->label, gift->text, gift->len, gift->line, &list))
            return error_memory(err);
        for (size_t q = 0; q < list.count; q++)
            t->questions += question_scored(list.items[q]);
    }
    return true;
}

/* ---- before and after ---- */

static bool load_old(struct taking *t, struct error *err)
{
    struct db *db = t->in->db;
    if (!db_number(db, &t->added_ms, 0, err, "SELECT added_ms FROM module WHERE key = ?", "i", t->key) ||
        !db_number(db, &t->old_shelf, 0, err, "SELECT shelf FROM module WHERE key = ?  ", "i", t->key))
        return false;
    if (t->old_shelf == SHELF_CATALOGUE)
        t->added_ms = t->in->now_ms;
    sqlite3_stmt *s =
        db_statement(db, "SELECT anchor, hash, since_ms, changed FROM section WHERE module = ? ORDER BY position", err);
    if (s == NULL || !db_bind(s, "i", t->key))
        return false;
    int row;
    void *list = NULL;
    while ((row = db_step(db, s, err)) > 0) {
        struct old_section *old = grow(t->in->scratch, &list, &t->old_count, sizeof *old, err);
        if (old == NULL || (old->anchor = column_text(s, 0, t->in->scratch, err)) == NULL) {
            sqlite3_reset(s);
            return false;
        }
        if (sqlite3_column_bytes(s, 1) == SECTION_HASH)
            memcpy(old->hash, sqlite3_column_blob(s, 1), SECTION_HASH);
        old->since_ms = sqlite3_column_int64(s, 2);
        old->changed = sqlite3_column_int(s, 3) != 0;
    }
    t->olds = list;
    return row == 0;
}

/* Since when a section stands as it does, and whether it took another text's place. */
static bool date_section(struct taking *t, const struct section *s, int64_t *since_ms, bool *changed, struct error *err)
{
    bool same_anchor = false;
    for (size_t i = 0; i < t->old_count; i++) {
        if (memcmp(t->olds[i].hash, s->hash, SECTION_HASH) == 0) {
            *since_ms = t->olds[i].since_ms;
            *changed = t->olds[i].changed;
            return true;
        }
        same_anchor = same_anchor || strcmp(t->olds[i].anchor, s->anchor) == 0;
    }
    *since_ms = t->in->now_ms;
    *changed = same_anchor;
    if (t->old_count > 0)
        return true;
    /* A module that comes back, from another file perhaps: what stood in it before isn't new. */
    return db_number(t->in->db, since_ms, t->in->now_ms, err,
                     "SELECT since_ms FROM section_before WHERE channel = ? AND id = ? AND hash = ?", "ssb",
                     t->in->channel->id, t->module->id, (const void *)s->hash, (size_t)SECTION_HASH);
}

/* Notes that a module came, changed or goes. */
static void install_touch(struct install *in, int64_t key)
{
    in->touched = true;
    if (in->key_count < TOUCHED_MOST)
        in->keys[in->key_count] = key;
    if (in->key_count <= TOUCHED_MOST)
        in->key_count++;
}

bool install_remove(struct install *in, int64_t key, struct error *err)
{
    install_touch(in, key);
    search_writer_remove(in->index, key);
    return db_run(in->db, err,
                  "INSERT OR IGNORE INTO section_before SELECT c.id, m.id, x.hash, x.since_ms FROM section x "
                  "JOIN module m ON m.key = x.module JOIN channel c ON c.number = m.channel WHERE m.key = ?",
                  "i", key) &&
           db_run(in->db, err, "DELETE FROM module WHERE key = ?", "i", key);
}

/* ---- writing ---- */

static int64_t words_of(const struct sections *sections)
{
    size_t words = 0;
    for (size_t i = 0; i < sections->count; i++)
        words += sections->items[i].words;
    return (int64_t)words;
}

static int64_t shelf_of(const struct taking *t)
{
    if (t->file->entry != NULL && t->file->entry->catalogue)
        return SHELF_CATALOGUE;
    return t->module->kind == KIND_PAGE ? SHELF_PAGES : SHELF_MODULES;
}

static bool write_facts(struct taking *t, const unsigned char *revision, int64_t changed_ms, struct error *err)
{
    struct install *in = t->in;
    const struct module *m = t->module;
    struct buf sort = {0};
    text_fold(&sort, t->title, strlen(t->title));
    const char *roles = list_join(in->scratch, m->roles, err), *stages = list_join(in->scratch, m->stages, err),
               *capabilities = list_join(in->scratch, m->capabilities, err);
    bool ok = buf_ok(&sort) && roles != NULL && stages != NULL && capabilities != NULL;
    if (!ok)
        error_memory(err);
    ok = ok &&
         db_run(in->db, err,
                "INSERT INTO module VALUES (nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                "iissiissss"
                "iiissssss"
                "iiiiiiiii"
                "ssssss"
                "ib",
                t->key, in->number, m->id, m->language, (int64_t)m->kind, shelf_of(t),
                buf_text(&sort), t->title, m->problem, m->outcome, (int64_t)m->minutes, (int64_t)m->format,
                (int64_t)m->status, roles, stages, capabilities, m->owner, m->review_by, t->file->path,
                words_of(t->sections), (int64_t)t->sections->count, (int64_t)t->questions, (int64_t)m->sign_off,
                t->added_ms, changed_ms, (int64_t)m->quiz.pass, (int64_t)m->quiz.shuffle, (int64_t)m->quiz.feedback,
                m->reviewed_by, m->reviewed_on, m->valid, m->where, m->when, m->link, (int64_t)m->body_line,
                (const void *)revision, (size_t)FILE_HASH);
    buf_free(&sort);
    if (ok && t->key == 0)
        t->key = sqlite3_last_insert_rowid(db_handle(in->db));
    return ok && db_run(in->db, err, "INSERT INTO body VALUES (?, ?)", "it", t->key, m->body) &&
           (!m->sign_off || library_signing_write(in->db, t->key, m, err));
}

static bool write_sections(struct taking *t, struct error *err)
{
    for (size_t i = 0; i < t->sections->count; i++) {
        const struct section *s = &t->sections->items[i];
        int64_t since_ms;
        bool changed;
        if (!date_section(t, s, &since_ms, &changed, err) ||
            !db_run(t->in->db, err, "INSERT INTO section VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", "iissiiiib", t->key,
                    (int64_t)i, s->anchor, s->title, (int64_t)s->level, (int64_t)s->line, since_ms, (int64_t)changed,
                    (const void *)s->hash, (size_t)SECTION_HASH))
            return false;
    }
    return true;
}

static bool write_triggers(struct taking *t, struct error *err)
{
    const struct module *m = t->module;
    for (size_t i = 0; i < m->trigger_count; i++) {
        const struct trigger *x = &m->triggers[i];
        struct buf folded = {0};
        if (x->kind == TRIGGER_CODE || x->kind == TRIGGER_ASSET)
            text_fold(&folded, x->pattern, strlen(x->pattern));
        bool wild = x->kind == TRIGGER_ASSET && strpbrk(x->pattern, "*?") != NULL;
        bool ok = buf_ok(&folded)
                      ? db_run(t->in->db, err, "INSERT INTO module_trigger VALUES (?, ?, ?, ?, ?, ?)", "iiissi", t->key,
                               (int64_t)i, (int64_t)x->kind, x->pattern, buf_text(&folded), (int64_t)wild)
                      : error_memory(err);
        buf_free(&folded);
        if (!ok)
            return false;
    }
    return true;
}

static bool write_changes(struct taking *t, struct error *err)
{
    for (size_t i = 0; i < t->module->change_count; i++) {
        const struct change *c = &t->module->changes[i];
        if (!db_run(t->in->db, err, "INSERT INTO change VALUES (?, ?, ?, ?, ?)", "iissi", t->key, (int64_t)i, c->on,
                    c->what, (int64_t)c->material))
            return false;
    }
    return true;
}

static bool write_index(struct taking *t, struct error *err)
{
    const struct module *m = t->module;
    const struct facts facts = {
        .key = t->key,
        .channel = t->in->channel->id,
        .id = m->id,
        .kind = m->kind,
        .title = t->title,
        .problem = m->problem,
        .outcome = m->outcome,
        .minutes = m->minutes,
        .format = m->format,
        .roles = m->roles,
        .stages = m->stages,
        .capabilities = m->capabilities,
        .changed_ms = t->in->now_ms,
        .on_device = shelf_of(t) != SHELF_CATALOGUE,
    };
    return index_replace(t->in->index, &facts, m->triggers, m->trigger_count, t->sections, t->in->scratch, err);
}

/* What is known from the catalogue alone is neither added nor changed; what goes back there is removed. */
static void count_change(struct taking *t, bool changed)
{
    struct library_result *r = t->in->result;
    bool was = t->key != 0 && t->old_shelf != SHELF_CATALOGUE, is = shelf_of(t) != SHELF_CATALOGUE;
    if (!changed)
        r->unchanged++;
    else if (was != is)
        *(is ? &r->added : &r->removed) += 1;
    else if (is)
        r->changed++;
}

static bool write_module(struct taking *t, const unsigned char *revision, bool changed, struct error *err)
{
    int64_t changed_ms = t->in->now_ms;
    bool fresh = t->key == 0;
    if (t->key != 0 && !load_old(t, err))
        return false;
    count_change(t, changed);
    if (t->key != 0) {
        if (!changed && !db_number(t->in->db, &changed_ms, changed_ms, err,
                                   "SELECT changed_ms FROM module WHERE key = ?", "i", t->key))
            return false;
        if (!install_remove(t->in, t->key, err))
            return false;
    } else {
        t->added_ms = t->in->now_ms;
    }
    if (!write_facts(t, revision, changed_ms, err))
        return false;
    if (fresh)
        install_touch(t->in, t->key);
    return write_sections(t, err) && write_triggers(t, err) && write_changes(t, err) && write_index(t, err);
}

bool install_note_file(struct install *in, const struct channel_file *file, const unsigned char *hash, int64_t module,
                       struct error *err)
{
    return db_run(in->db, err,
                  "INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?, nullif(?, 0)) ON CONFLICT DO UPDATE SET "
                  "size = excluded.size, mtime_ns = excluded.mtime_ns, inode = excluded.inode, "
                  "checked_ms = excluded.checked_ms, hash = excluded.hash, module = excluded.module",
                  "isiiiibi", in->number, file->path, (int64_t)file->size, file->mtime_ns, (int64_t)file->inode,
                  in->now_ms, (const void *)hash, (size_t)FILE_HASH, module);
}

/* ---- one file ---- */

/* Does another file hold this id? Then the one that was there first keeps it. */
static bool id_is_free(struct taking *t, bool *is_free, struct error *err)
{
    struct db *db = t->in->db;
    sqlite3_stmt *s =
        db_statement(db, "SELECT path FROM module WHERE id = ? AND channel = ? AND language = ? AND key <> ?", err);
    if (s == NULL || !db_bind(s, "sisi", t->module->id, t->in->number, t->module->language, t->key))
        return false;
    int row = db_step(db, s, err);
    *is_free = row == 0;
    if (row > 0) {
        diags_add(t->in->diags, SEVERITY_ERROR, t->label, 0, 0, "rename one of the files", "the id `%s` is taken by %s",
                  t->module->id, db_text(s, 0));
        sqlite3_reset(s);
    }
    return row >= 0;
}

/* May the parsed file be taken in? A draft isn't; its former text leaves the library then. */
static bool acceptable(struct taking *t, bool *yes, struct error *err)
{
    struct install *in = t->in;
    const char *id, *language;
    *yes = false;
    if (t->module->kind != KIND_PAGE && !module_name(in->scratch, tail(t->file->name), KIND_MODULE, &id, &language))
        diags_add(in->diags, SEVERITY_ERROR, t->label, 0, 0, "rename it: small letters, digits and dashes, 64 at most",
                  "the file's name gives no id");
    else if (!t->module->broken)
        return id_is_free(t, yes, err);
    return true;
}

static bool take_parsed(struct taking *t, const struct known *known, const unsigned char *hash, struct error *err)
{
    struct install *in = t->in;
    bool yes;
    if (!acceptable(t, &yes, err))
        return false;
    if (!yes) {
        in->result->refused++;
        return true;
    }
    if (t->module->status == STATUS_DRAFT && !in->drafts) {
        in->result->drafts++;
        return (t->key == 0 || install_remove(in, t->key, err)) && install_note_file(in, t->file, hash, 0, err);
    }
    bool changed = known == NULL || memcmp(known->hash, hash, FILE_HASH) != 0;
    return write_module(t, hash, changed, err) && install_note_file(in, t->file, hash, t->key, err);
}

static bool parse_and_take(struct install *in, const struct channel_file *file, const struct known *known,
                           const unsigned char *hash, struct error *err)
{
    struct taking t = {.in = in, .file = file, .key = known != NULL ? known->module : 0};
    t.label = channel_label(in->scratch, in->channel, file->path);
    if (!parse_module(&t, err))
        return false;
    struct document *d = document_parse(t.module->body.p, t.module->body.n, t.module->body_line, err);
    if (d == NULL)
        return false;
    t.sections = sections_of(d, in->scratch, t.label, in->diags, err);
    bool ok = t.sections != NULL && count_questions(&t, err);
    if (ok) {
        t.title = title_of(&t);
        ok = take_parsed(&t, known, hash, err);
    }
    document_close(d);
    return ok;
}

/* A module that comes after its catalogue entry is another file, even when it has no more text than that. The key of programmes is
 * another one than that under which an older crib took their entries for the programmes themselves. */
static void hash_file(const struct install *in, const struct channel_file *file, unsigned char hash[FILE_HASH])
{
    static const unsigned char of_modules[] = "crib-catalogue-1", of_programmes[] = "crib-catalogue-2";
    const unsigned char *key = file->kind == CHANNEL_PROGRAMME ? of_programmes : of_modules;
    bool catalogue = file->entry != NULL && file->entry->catalogue;
    crypto_generichash(hash, FILE_HASH, (const unsigned char *)buf_text(&in->bytes), in->bytes.len,
                       catalogue ? key : NULL, catalogue ? sizeof of_modules - 1 : 0);
}

bool install_file(struct install *in, const struct channel_file *file, const struct known *known, struct error *err)
{
    arena_reset(in->scratch);
    buf_clear(&in->bytes);
    struct error why = {0};
    if (!channel_reader_read(in->reader, file, &in->bytes, &why)) {
        /* One unreadable file is its author's to mend, not a reason to keep all others from the learners. */
        diags_add(in->diags, SEVERITY_ERROR, channel_label(in->scratch, in->channel, file->path), 0, 0, why.todo,
                  "%s: %s", why.what, why.why);
        in->result->refused++;
        return true;
    }
    unsigned char hash[FILE_HASH];
    hash_file(in, file, hash);
    if (file->kind == CHANNEL_ATTACHED)
        return attached_take(in, file, known, hash, err);
    if (known != NULL && !in->all && memcmp(known->hash, hash, FILE_HASH) == 0) {
        in->result->unchanged++;
        return file->entry != NULL || install_note_file(in, file, hash, known->module, err);
    }
    return file->kind == CHANNEL_PROGRAMME ? install_programme(in, file, hash, err)
                                           : parse_and_take(in, file, known, hash, err);
}
