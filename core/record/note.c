#include "core/record/note.h"

#include "core/base/text.h"
#include "core/record/fact.h"

#include <string.h>
#include <sysexits.h>

static const char *const kind_names[] = {"note", "wrong", "unclear", "missing"};

const char *note_kind_name(enum note_kind kind)
{
    return kind_names[kind];
}

bool note_kind_parse(const char *name, enum note_kind *kind)
{
    for (size_t i = 0; i < sizeof kind_names / sizeof *kind_names; i++)
        if (strcmp(kind_names[i], name) == 0) {
            *kind = (enum note_kind)i;
            return true;
        }
    return false;
}

bool record_note(struct record *r, int64_t learner, const struct subject *s, const char *anchor, const char *asset,
                 enum note_kind kind, const char *text, struct error *err)
{
    struct str trimmed = str_trim(str_of(text));
    if (trimmed.n == 0)
        return error_set(err, EX_USAGE, "cannot file the note", NULL, "it is empty", "write a few words");
    if (trimmed.n > NOTE_TEXT_MOST)
        return error_set(err, EX_USAGE, "cannot file the note", NULL, "it is longer than 4,000 bytes", "shorten it");
    if (!chain_begin(r, err))
        return false;
    struct json *j = chain_event(r, "note.filed", learner, s, anchor);
    json_string(j, "about", note_kind_name(kind));
    json_text(j, "text", trimmed.p, trimmed.n);
    if (asset != NULL && asset[0] != '\0')
        json_string(j, "note_asset", asset);
    return chain_append(r, NULL, err) && chain_commit(r, err);
}

bool apply_note(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err,
                  "INSERT OR IGNORE INTO note (id, learner, module, anchor, revision, asset, kind, text, at)"
                  " VALUES (?, ?, ?, ?, ?, coalesce(json_extract(?, '$.note_asset'), ?), ?, ?, ?)",
                  "bissstsssi", f->id.bytes, sizeof f->id.bytes, f->learner, f->module, f->anchor, f->revision,
                  f->payload, f->asset, f->about, f->text, f->at);
}

static bool read_note(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct note *n = row;
    *n = (struct note){0};
    if (sqlite3_column_bytes(s, 0) == (int)sizeof n->id.bytes)
        memcpy(n->id.bytes, sqlite3_column_blob(s, 0), sizeof n->id.bytes);
    n->learner = sqlite3_column_int64(s, 1);
    n->module = column_copy(a, s, 2);
    n->anchor = column_copy(a, s, 3);
    n->revision = column_copy(a, s, 4);
    n->asset = column_copy(a, s, 5);
    n->text = column_copy(a, s, 7);
    n->at = sqlite3_column_int64(s, 8);
    if (!note_kind_parse(db_text(s, 6), &n->kind))
        n->kind = NOTE_PLAIN;
    return n->module != NULL && n->anchor != NULL && n->revision != NULL && n->asset != NULL && n->text != NULL;
}

const struct note *record_notes(struct record *r, struct arena *a, int64_t learner, const char *module, size_t most,
                                size_t *count, struct error *err)
{
    static const char of_module[] = "SELECT id, learner, module, anchor, revision, asset, kind, text, at FROM note"
                                    " WHERE learner = ?2 AND module = ?3 ORDER BY at DESC, id DESC LIMIT ?1";
    static const char of_all[] = "SELECT id, learner, module, anchor, revision, asset, kind, text, at FROM note"
                                 " WHERE learner = ?2 ORDER BY at DESC, id DESC LIMIT ?1";
    *count = 0;
    sqlite3_stmt *s = db_statement(r->db, module != NULL ? of_module : of_all, err);
    if (s == NULL || !(module != NULL ? db_bind(s, "iis", (int64_t)most, learner, module) : db_bind(s, "ii", (int64_t)most, learner)))
        return NULL;
    return rows_read(r, a, s, sizeof(struct note), read_note, count, err);
}

static const char queued[] = "SELECT 1 FROM fetch WHERE module = ?";

bool record_fetch_queue(struct record *r, int64_t learner, const char *module, struct error *err)
{
    int64_t there;
    if (!chain_begin(r, err))
        return false;
    if (!db_number(r->db, &there, 0, err, queued, "s", module))
        return chain_fail(r);
    if (there != 0)
        return chain_commit(r, err);
    chain_event(r, "fetch.queued", learner, &(struct subject){.module = module}, NULL);
    return chain_append(r, NULL, err) && chain_commit(r, err);
}

bool apply_fetch_queued(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err, "INSERT OR IGNORE INTO fetch (module, learner, at) VALUES (?, ?, ?)", "sii", f->module,
                  f->learner, f->at);
}

bool record_fetch_done(struct record *r, const char *module, struct error *err)
{
    int64_t there;
    if (!chain_begin(r, err))
        return false;
    if (!db_number(r->db, &there, 0, err, queued, "s", module))
        return chain_fail(r);
    if (there == 0)
        return chain_commit(r, err);
    chain_event(r, "fetch.done", 0, &(struct subject){.module = module}, NULL);
    return chain_append(r, NULL, err) && chain_commit(r, err);
}

bool apply_fetch_done(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err, "DELETE FROM fetch WHERE module = ?", "s", f->module);
}

static bool read_fetch(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct fetch_request *f = row;
    *f = (struct fetch_request){column_copy(a, s, 0), sqlite3_column_int64(s, 1), sqlite3_column_int64(s, 2)};
    return f->module != NULL;
}

const struct fetch_request *record_fetches(struct record *r, struct arena *a, size_t *count, struct error *err)
{
    *count = 0;
    sqlite3_stmt *s = db_statement(r->db, "SELECT module, learner, at FROM fetch ORDER BY at, module", err);
    if (s == NULL)
        return NULL;
    return rows_read(r, a, s, sizeof(struct fetch_request), read_fetch, count, err);
}
