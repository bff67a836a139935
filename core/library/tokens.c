#include "core/library/tokens.h"

#include "core/base/text.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum { PARTS_MOST = 12, CHUNK_MOST = 256 };

enum class { CLASS_GAP, CLASS_WORD, CLASS_JOINER, CLASS_SINGLE };

static enum class ascii_class(unsigned char c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
        return CLASS_WORD;
    return c == '-' || c == '_' || c == '.' || c == '/' || c == ':' || c == '+' ? CLASS_JOINER : CLASS_GAP;
}

static enum class class_of(uint32_t c)
{
    if (c < 0x80)
        return ascii_class((unsigned char)c);
    if ((c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF))
        return utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LO ? CLASS_SINGLE : CLASS_GAP;
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO ? CLASS_WORD : CLASS_GAP;
}

/* One chunk: parts joined by joiners, in raw bytes. */
struct chunk {
    char bytes[CHUNK_MOST];
    size_t n;
    size_t starts[PARTS_MOST], ends[PARTS_MOST];
    size_t parts;
    bool ascii;
};

static size_t fold_part(const char *raw, size_t n, bool ascii, char out[TOKEN_MOST])
{
    if (ascii) {
        size_t k = n < TOKEN_MOST ? n : TOKEN_MOST;
        for (size_t i = 0; i < k; i++)
            out[i] = raw[i] >= 'A' && raw[i] <= 'Z' ? (char)(raw[i] + 32) : raw[i];
        return k;
    }
    struct buf folded = {0};
    text_fold(&folded, raw, n);
    size_t k = folded.len < TOKEN_MOST ? folded.len : TOKEN_MOST;
    while (k > 0 && k < folded.len && ((unsigned char)folded.data[k] & 0xC0) == 0x80)
        k--;
    if (k > 0)
        memcpy(out, folded.data, k);
    buf_free(&folded);
    return k;
}

static void give(const struct chunk *c, token_take *take, void *context)
{
    char word[TOKEN_MOST], joined[TOKEN_MOST];
    size_t total = 0;
    if (c->parts > 1) {
        for (size_t i = 0; i < c->parts; i++) {
            size_t n = fold_part(c->bytes + c->starts[i], c->ends[i] - c->starts[i], c->ascii, word);
            if (n > TOKEN_MOST - total)
                n = TOKEN_MOST - total;
            memcpy(joined + total, word, n);
            total += n;
        }
        if (total > 0)
            take(context, joined, total, true);
    }
    for (size_t i = 0; i < c->parts; i++) {
        size_t n = fold_part(c->bytes + c->starts[i], c->ends[i] - c->starts[i], c->ascii, word);
        if (n > 0)
            take(context, word, n, false);
    }
}

static void put(struct chunk *c, const char *bytes, size_t n, bool starts_part)
{
    if (c->n + n > CHUNK_MOST)
        return; /* a word longer than any that is looked for */
    if (starts_part) {
        if (c->parts == PARTS_MOST)
            return;
        c->starts[c->parts++] = c->n;
    }
    memcpy(c->bytes + c->n, bytes, n);
    c->n += n;
    c->ends[c->parts - 1] = c->n;
    if ((unsigned char)bytes[0] >= 0x80)
        c->ascii = false;
}

void tokens_of(const char *text, size_t n, token_take *take, void *context)
{
    struct chunk c = {.ascii = true};
    bool in_part = false, joined = false; /* a joiner came after a part: the next part belongs to it */
    for (size_t i = 0; i <= n;) {
        uint32_t point = ' ';
        size_t k = 1;
        enum class class = CLASS_GAP;
        if (i < n) {
            unsigned char b = (unsigned char)text[i];
            if (b < 0x80) {
                class = ascii_class(b);
            } else {
                k = text_decode(text + i, n - i, &point);
                class = class_of(point);
            }
        }
        if (class == CLASS_WORD) {
            if (c.parts == PARTS_MOST && !in_part) {
                give(&c, take, context);
                c = (struct chunk){.ascii = true};
            }
            put(&c, text + i, k, !in_part);
            in_part = true;
            joined = false;
        } else if (class == CLASS_JOINER && in_part && !joined) {
            in_part = false;
            joined = true;
        } else {
            if (c.parts > 0)
                give(&c, take, context);
            c = (struct chunk){.ascii = true};
            in_part = joined = false;
            if (class == CLASS_SINGLE)
                take(context, text + i, k, false);
        }
        i += k;
    }
}

/* Of ASCII alone: what almost every key is, without a detour. False where there is more. */
static bool ascii_key(const char *text, size_t n, bool globs, char *out, size_t size, size_t *len)
{
    *len = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x80)
            return false;
        if (*len < size && (ascii_class(c) == CLASS_WORD || (globs && (c == '*' || c == '?'))))
            out[(*len)++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    return true;
}

size_t token_key(const char *text, size_t n, bool globs, char *out, size_t size)
{
    size_t len;
    if (ascii_key(text, n, globs, out, size, &len))
        return len;
    len = 0;
    struct buf folded = {0};
    text_fold(&folded, text, n);
    for (size_t i = 0; i < folded.len && len < size;) {
        uint32_t c;
        size_t k = text_decode(folded.data + i, folded.len - i, &c);
        if ((class_of(c) >= CLASS_WORD && class_of(c) != CLASS_JOINER) || (globs && (c == '*' || c == '?'))) {
            if (len + k > size)
                break;
            memcpy(out + len, folded.data + i, k);
            len += k;
        }
        i += k;
    }
    buf_free(&folded);
    return len;
}
