#include <jansson.h>

#include "sync/xapi/parcel.h"

#include "core/base/file.h"
#include "core/base/hex.h"
#include "core/base/json.h"
#include "core/library/module.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static const char first_line[] = "{\"crib-outbox\":1}\n";

enum { AT_ONCE = 500 };

/* ---- writing ---- */

static void write_line(struct buf *out, const struct outbox_handed *h)
{
    struct json j = {.out = out};
    char id[UUID_TEXT];
    uuid_text(&h->id, id);
    json_open_object(&j, NULL);
    json_hex(&j, "log", h->log, sizeof h->log);
    json_hex(&j, "key", h->key, sizeof h->key);
    json_int(&j, "seq", (int64_t)h->seq);
    json_string(&j, "id", id);
    json_string(&j, "channel", h->channel);
    json_text(&j, "statement", h->statement, h->len);
    json_close_object(&j);
    buf_addc(out, '\n');
}

static bool write_lines(struct record *r, struct buf *out, size_t *count, struct error *err)
{
    int64_t after = 0;
    bool ok = true;
    *count = 0;
    for (size_t got = 1; ok && got > 0;) {
        struct outbox_handed *items;
        struct arena *a = arena_open();
        ok = a != NULL ? outbox_to_hand(r, a, after, AT_ONCE, &items, &got, err) : error_memory(err);
        for (size_t i = 0; ok && i < got; i++)
            write_line(out, &items[i]);
        after = ok && got > 0 ? items[got - 1].position : after;
        *count += ok ? got : 0;
        arena_close(a);
        if (ok && out->len > PARCEL_MOST)
            ok = error_set(err, EX_DATAERR, "cannot hand the outbox over", NULL, "it is larger than one file may be", "hand over a part, or let the device reach a network once");
    }
    return ok && (buf_ok(out) || error_memory(err));
}

static void hash_of(const char *bytes, size_t n, unsigned char hash[EVENT_HASH])
{
    crypto_generichash(hash, EVENT_HASH, (const unsigned char *)bytes, n, NULL, 0);
}

static bool sign(struct record *r, struct buf *out, struct error *err)
{
    unsigned char hash[EVENT_HASH], key[EVENT_KEY], signature[EVENT_SIGNATURE];
    struct json j = {.out = out};
    hash_of(buf_text(out), out->len, hash);
    if (!outbox_sign(r, hash, key, signature, err))
        return false;
    json_open_object(&j, NULL);
    json_hex(&j, "key", key, sizeof key);
    json_hex(&j, "signature", signature, sizeof signature);
    json_close_object(&j);
    buf_addc(out, '\n');
    return buf_ok(out) || error_memory(err);
}

bool parcel_export(struct outgoing *o, const char *path, size_t *count, struct error *err)
{
    struct buf out = {0};
    buf_adds(&out, first_line);
    bool ok = outgoing_prepare(o, err) && write_lines(o->record, &out, count, err) && sign(o->record, &out, err) &&
              file_write(path, buf_text(&out), out.len, 0600, err);
    buf_free(&out);
    return ok;
}

/* ---- reading ---- */

static bool take_hex(const json_t *object, const char *name, unsigned char *out, size_t n)
{
    return hex_read(json_string_value(json_object_get(object, name)), out, n);
}

/* Does the statement say that it is this one: its id, and its place in its log? */
static bool fits(const struct outbox_handed *h)
{
    json_t *s = json_loadb(h->statement, h->len, JSON_REJECT_DUPLICATES, NULL);
    const json_t *audit = json_object_get(json_object_get(json_object_get(s, "context"), "extensions"), "urn:crib:xapi:audit");
    const char *text = json_string_value(json_object_get(s, "id"));
    unsigned char log[EVENT_LOG];
    struct uuid id;
    bool ok = text != NULL && uuid_parse(text, &id) && uuid_equal(&id, &h->id) && take_hex(audit, "log", log, sizeof log) &&
              memcmp(log, h->log, sizeof log) == 0 &&
              (uint64_t)json_integer_value(json_object_get(audit, "seq")) == h->seq;
    json_decref(s);
    return ok;
}

static bool take_line(struct arena *a, const char *line, size_t n, struct outbox_handed *h, bool *good)
{
    json_t *root = json_loadb(line, n, JSON_REJECT_DUPLICATES, NULL);
    const char *id = json_string_value(json_object_get(root, "id"));
    const char *channel = json_string_value(json_object_get(root, "channel"));
    const json_t *statement = json_object_get(root, "statement");
    const char *text = json_string_value(statement);
    json_int_t seq = json_integer_value(json_object_get(root, "seq"));
    bool ok = true;
    *good = text != NULL && id != NULL && uuid_parse(id, &h->id) && channel != NULL && module_id_valid(channel) && seq > 0 &&
            take_hex(root, "log", h->log, sizeof h->log) && take_hex(root, "key", h->key, sizeof h->key);
    if (*good) {
        h->seq = (uint64_t)seq;
        h->len = json_string_length(statement);
        h->channel = arena_strdup(a, channel);
        h->statement = arena_copy(a, text, h->len);
        ok = h->channel != NULL && h->statement != NULL;
        *good = ok && h->len <= PARCEL_STATEMENT_MOST && text_control(text, h->len) == h->len && fits(h);
    }
    json_decref(root);
    return ok;
}

static bool damaged(size_t line, const char *why, struct error *err)
{
    char where[40];
    snprintf(where, sizeof where, "line %zu", line);
    return error_set(err, EX_DATAERR, "cannot read the handed-over outbox", where, why, "export it again");
}

static bool check_signature(const char *bytes, size_t n, const char *last, size_t len)
{
    unsigned char hash[EVENT_HASH], key[EVENT_KEY], signature[EVENT_SIGNATURE];
    json_t *root = json_loadb(last, len, JSON_REJECT_DUPLICATES, NULL);
    bool ok = take_hex(root, "key", key, sizeof key) && take_hex(root, "signature", signature, sizeof signature);
    json_decref(root);
    hash_of(bytes, n, hash);
    return ok && outbox_signed(hash, key, signature);
}

/* Where the last line begins; lines counts them all. */
static size_t last_line(const char *bytes, size_t n, size_t *lines)
{
    size_t start = 0;
    *lines = 0;
    for (size_t i = 0; i < n; i++)
        if (bytes[i] == '\n') {
            ++*lines;
            start = i + 1 < n ? i + 1 : start;
        }
    return start;
}

bool parcel_read(struct arena *a, const char *bytes, size_t n, struct outbox_handed **items, size_t *count,
                 struct error *err)
{
    size_t lines, at = sizeof first_line - 1, last = last_line(bytes, n, &lines);
    *count = 0;
    if (n < at || memcmp(bytes, first_line, at) != 0)
        return damaged(1, "it is no such file, or of a newer crib", err);
    if (lines < 2 || bytes[n - 1] != '\n' || !check_signature(bytes, last, bytes + last, n - last))
        return damaged(lines, "its signature does not fit: it was cut or changed", err);
    *items = arena_array(a, lines, sizeof **items);
    if (*items == NULL)
        return error_memory(err);
    while (at < last) {
        size_t len = (size_t)((const char *)memchr(bytes + at, '\n', last - at) - (bytes + at));
        bool good;
        if (!take_line(a, bytes + at, len, &(*items)[*count], &good))
            return error_memory(err);
        if (!good)
            return damaged(*count + 2, "it is no statement of a crib", err);
        ++*count;
        at += len + 1;
    }
    return true;
}

bool parcel_import(struct record *r, const char *path, size_t *count, size_t *added, struct error *err)
{
    struct buf bytes = {0};
    struct outbox_handed *items;
    struct arena *a = arena_open();
    bool ok = (a != NULL || error_memory(err)) && event_crypto_ready(err) && file_read(path, PARCEL_MOST, &bytes, err) &&
              (parcel_read(a, buf_text(&bytes), bytes.len, &items, count, err) || error_add(err, path)) &&
              outbox_foreign(r, items, *count, added, err);
    buf_free(&bytes);
    arena_close(a);
    return ok;
}
