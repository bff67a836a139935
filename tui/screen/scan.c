#include "tui/screen/scan.h"

#include "core/base/text.h"
#include "tui/screen/terminal.h"

#include <string.h>

static size_t decode(const char *text, uint32_t keys[SCAN_AFFIX])
{
    size_t n = 0, len = strlen(text);
    for (size_t at = 0; at < len && n < SCAN_AFFIX;) {
        uint32_t c;
        at += text_decode(text + at, len - at, &c);
        keys[n++] = c;
    }
    return n;
}

void scan_set(struct scan *scan, const char *prefix, const char *suffix)
{
    scan->prefix_count = decode(prefix, scan->prefix);
    scan->suffix_count = decode(suffix, scan->suffix);
}

void scan_clear(struct scan *scan)
{
    if (scan->count > 0)
        scan->last = scan->keys[scan->count - 1];
    scan->count = 0;
    scan->held = false;
}

static bool is_character(uint32_t key)
{
    return key >= 0x20 && key != 0x7F && key < KEYS_START;
}

static bool begins_code(uint32_t key)
{
    return (key >= '0' && key <= '9') || (key >= 'A' && key <= 'Z') || (key >= 'a' && key <= 'z') ||
           (key >= 0xA0 && key < KEYS_START);
}

static bool has_suffix(const struct scan *scan)
{
    size_t n = scan->suffix_count;
    return scan->count >= scan->prefix_count + n &&
           memcmp(scan->keys + scan->count - n, scan->suffix, n * sizeof *scan->keys) == 0;
}

static bool is_whole(const struct scan *scan)
{
    if (!has_suffix(scan))
        return false;
    size_t inner = scan->count - scan->prefix_count - scan->suffix_count;
    return scan->prefix_count > 0 ? inner > 0 : inner >= SCAN_LEAST;
}

/* The key belongs to no scan, so that what was held goes with it. */
static enum scan_next give_up(struct scan *scan, uint32_t key)
{
    if (scan->held) {
        scan->keys[scan->count++] = key;
        return SCAN_RELEASE;
    }
    scan_clear(scan);
    scan->last = key;
    return SCAN_PASS;
}

static enum scan_next begin(struct scan *scan, uint32_t key, int64_t waited_ms, bool typing)
{
    bool again = key == scan->last && waited_ms < SCAN_REPEAT_MS;
    if (scan->prefix_count > 0 ? key != scan->prefix[0] : !begins_code(key) || (again && !typing))
        return give_up(scan, key);
    scan->held = scan->prefix_count > 0 || !typing;
    scan->keys[scan->count++] = key;
    return scan->held ? SCAN_HOLD : SCAN_PASS;
}

static bool is_repeating(const struct scan *scan)
{
    return scan->count == SCAN_LEAST && scan->keys[0] == scan->keys[1] && scan->keys[1] == scan->keys[2];
}

enum scan_next scan_key(struct scan *scan, uint32_t key, int64_t waited_ms, bool typing)
{
    /* What was held waits for the clock of whoever asks: that time may be one in which nobody was let run. */
    if (scan->count > 0 && !scan->held && waited_ms > SCAN_GAP_MS)
        scan_clear(scan);
    if (scan->count == 0)
        return begin(scan, key, waited_ms, typing);
    if (key == K_ENTER && is_whole(scan))
        return SCAN_ENDS;
    bool prefixed = scan->count < scan->prefix_count;
    if (scan->count == SCAN_MOST || (prefixed ? key != scan->prefix[scan->count]
                                              : !is_character(key) && !(scan->suffix_count > 0 && key < 0x20)))
        return give_up(scan, key);
    scan->keys[scan->count++] = key;
    if (!scan->held)
        return SCAN_PASS;
    return scan->prefix_count == 0 && is_repeating(scan) ? SCAN_RELEASE : SCAN_HOLD;
}

bool scan_floods(struct scan *scan, uint32_t key, int64_t waited_ms)
{
    if (waited_ms > SCAN_GAP_MS) {
        scan->lines = 0;
        scan->line = false;
    }
    if (scan->lines >= SCAN_FLOOD)
        return true;
    scan->lines += key == K_ENTER && scan->line;
    scan->line = key != K_ENTER;
    return false;
}

int64_t scan_patience(const struct scan *scan)
{
    return scan->count == 1 && scan->prefix_count == 0 ? SCAN_FIRST_MS : SCAN_GAP_MS;
}

bool scan_quiet(const struct scan *scan, int64_t waited_ms)
{
    return scan->held && waited_ms >= scan_patience(scan);
}

void scan_text(const struct scan *scan, struct buf *out)
{
    for (size_t i = scan->prefix_count; i + scan->suffix_count < scan->count; i++) {
        char bytes[4];
        buf_add(out, bytes, text_encode(scan->keys[i], bytes));
    }
}
