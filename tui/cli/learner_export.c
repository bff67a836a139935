#include "tui/cli/learner.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/base/text.h"
#include "core/record/held.h"

#include <string.h>
#include <sys/stat.h>

enum { PIECE = 64 << 10 };

/* Where it goes: a file, or standard output; a piece at a time. */
struct export {
    struct file_new *file; /* NULL: standard output */
    bool as_json;
    bool safe; /* a terminal sees it */
    struct buf out;
    struct json json;
    const char *part;  /* that rows are written of */
    bool begun;        /* its heading is written */
};

static bool flush(struct export *e, size_t least, struct error *err)
{
    if (!buf_ok(&e->out))
        return error_memory(err);
    if (e->out.len < least)
        return true;
    bool ok;
    if (e->file != NULL) {
        ok = file_new_add(e->file, buf_text(&e->out), e->out.len, err);
    } else if (e->safe) {
        struct buf safe = {0};
        text_safe(&safe, buf_text(&e->out), e->out.len, TEXT_KEEP_NEWLINES);
        ok = (buf_ok(&safe) || error_memory(err)) && output_text(buf_text(&safe), safe.len, false, err);
        buf_free(&safe);
    } else {
        ok = output_text(buf_text(&e->out), e->out.len, false, err);
    }
    buf_clear(&e->out);
    return ok;
}

/* ---- JSON ---- */

static void raw_json(struct json *j, const char *key, struct str text)
{
    if (text.p == NULL) {
        json_null(j, key);
        return;
    }
    buf_addf(j->out, "%s\"%s\":", j->comma ? "," : "", key);
    buf_add(j->out, text.p, text.n);
    j->comma = true;
}

static void value_json(struct json *j, const struct held_value *v)
{
    char at[40];
    switch (v->type) {
    case HELD_NUMBER:
        json_int(j, v->name, v->number);
        break;
    case HELD_REAL:
        json_double(j, v->name, v->real);
        break;
    case HELD_FLAG:
        json_bool(j, v->name, v->number != 0);
        break;
    case HELD_TIME:
        if (v->number != 0)
            clock_format(v->number, clock_offset_minutes(v->number), at, sizeof at);
        json_string(j, v->name, v->number != 0 ? at : NULL);
        break;
    case HELD_JSON:
        raw_json(j, v->name, v->text);
        break;
    default:
        json_text(j, v->name, v->text.p, v->text.n);
        break;
    }
}

static bool row_json(struct export *e, const struct held_row *row, struct error *err)
{
    struct json *j = &e->json;
    if (row->count == 0) {
        if (e->part != NULL)
            json_close_array(j);
        e->part = row->part;
        buf_addc(&e->out, '\n');
        json_open_array(j, row->part);
        return true;
    }
    buf_addc(&e->out, '\n'); /* a line a row, for people and for diff */
    json_open_object(j, NULL);
    for (size_t i = 0; i < row->count; i++)
        value_json(j, &row->values[i]);
    json_close_object(j);
    return flush(e, PIECE, err);
}

/* ---- text ---- */

/* Empty where there is nothing to say. */
static void value_words(struct buf *out, const struct held_value *v)
{
    char at[40];
    switch (v->type) {
    case HELD_NUMBER:
        buf_addf(out, "%lld", (long long)v->number);
        break;
    case HELD_REAL:
        buf_addf(out, "%.6g", v->real);
        break;
    case HELD_FLAG:
        buf_adds(out, v->number != 0 ? "yes" : "no");
        break;
    case HELD_TIME:
        if (v->number == 0)
            break;
        clock_format(v->number, clock_offset_minutes(v->number), at, sizeof at);
        at[10] = ' ';
        at[16] = '\0';
        buf_adds(out, at);
        break;
    default:
        text_safe(out, v->text.p != NULL ? v->text.p : "", v->text.n, TEXT_KEEP_NEWLINES);
        break;
    }
}

/* A text of several lines goes on under its first one. */
static void add_indented(struct buf *out, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_addc(out, text[i]);
        if (text[i] == '\n')
            buf_adds(out, "      ");
    }
    buf_addc(out, '\n');
}

static bool row_words(struct export *e, const struct held_row *row, struct error *err)
{
    if (row->count == 0) {
        e->begun = false;
        return true;
    }
    if (!e->begun)
        buf_addf(&e->out, "\n%s\n", row->heading);
    e->begun = true;
    for (size_t i = 0; i < row->count; i++) {
        struct buf words = {0};
        value_words(&words, &row->values[i]);
        bool ok = buf_ok(&words);
        if (ok && (words.len > 0 || i == 0)) {
            buf_adds(&e->out, i == 0 ? "\n  " : "    ");
            for (const char *c = row->values[i].name; i > 0 && *c != '\0'; c++)
                buf_addc(&e->out, *c == '_' ? ' ' : *c);
            buf_adds(&e->out, i > 0 ? ": " : "");
            add_indented(&e->out, buf_text(&words), words.len);
        }
        buf_free(&words);
        if (!ok)
            return error_memory(err);
    }
    return flush(e, PIECE, err);
}

/* ---- the whole ---- */

static bool visit(void *context, const struct held_row *row, struct error *err)
{
    struct export *e = context;
    return e->as_json ? row_json(e, row, err) : row_words(e, row, err);
}

static bool write_all(struct export *e, struct record *r, int64_t learner, struct error *err)
{
    char now[40];
    int64_t at = clock_wall_ms();
    clock_format(at, clock_offset_minutes(at), now, sizeof now);
    e->json.out = &e->out;
    if (e->as_json) {
        json_open_object(&e->json, NULL);
        json_int(&e->json, "crib-learner", 1);
        json_string(&e->json, "at", now);
        json_int(&e->json, "learner", learner);
    } else {
        buf_addf(&e->out, "All that crib holds of you on this device, %.10s %.5s\n", now, now + 11);
    }
    bool ok = r == NULL || learner == 0 || record_held(r, learner, visit, e, err);
    if (e->as_json && ok) {
        if (e->part != NULL)
            json_close_array(&e->json);
        json_close_object(&e->json);
        buf_addc(&e->out, '\n');
    } else if (ok && (r == NULL || learner == 0)) {
        buf_adds(&e->out, "\nNothing.\n");
    }
    ok = ok && flush(e, 0, err);
    buf_free(&e->out);
    return ok;
}

static bool write_file(struct record *r, int64_t learner, const char *path, bool as_json, struct error *err)
{
    struct file_new file;
    struct export e = {.file = &file, .as_json = as_json};
    if (!file_new_open(&file, path, err))
        return false;
    if (!write_all(&e, r, learner, err)) {
        file_new_drop(&file);
        return false;
    }
    return file_new_done(&file, 0600, err);
}

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool ends_in(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

bool learner_export(struct app *app, const char *where, bool json, struct error *err)
{
    struct record *r = app_record_if_any(app, err);
    if (r == NULL && err->code != 0)
        return false;
    if (where == NULL) {
        struct export e = {.as_json = json, .safe = output_is_terminal()};
        return write_all(&e, r, app->learner, err);
    }
    if (!is_directory(where))
        return write_file(r, app->learner, where, json || ends_in(where, ".json"), err);
    const char *text = file_join(app->arena, where, "crib-learner.txt"), *data = file_join(app->arena, where, "crib-learner.json");
    if (text == NULL || data == NULL)
        return error_memory(err);
    return write_file(r, app->learner, text, false, err) && write_file(r, app->learner, data, true, err);
}
