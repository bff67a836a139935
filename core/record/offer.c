#include "core/record/offer.h"

#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { KNOWN_MOST = 16 << 20, PATH_MOST = 4096 };

static const int64_t day_ms = 86400000;

enum { PASSED_DAYS = 90 };

static const char *const acts[] = {"offered", "opened", "later", "never", "again"};

static bool path_of(const char *dir, const char *name, char path[PATH_MOST])
{
    int n = snprintf(path, PATH_MOST, "%s/%s", dir, name);
    return n > 0 && n < PATH_MOST;
}

static bool read_if_any(const char *dir, const char *name, size_t most, struct buf *out, struct error *err)
{
    char path[PATH_MOST];
    struct error why = {0};
    if (!path_of(dir, name, path))
        return error_set(err, EX_CONFIG, "cannot read what was offered", dir, "the path is too long", NULL);
    if (file_read(path, most, out, &why) || why.code == EX_NOINPUT)
        return true;
    if (err != NULL)
        *err = why;
    return false;
}

bool offers_wanted(const char *state_dir)
{
    static const char *const signs[] = {OFFERS_LINES_DIR, "hints", "hints.known", "hints.moving"};
    char path[PATH_MOST];
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (path_of(state_dir, signs[i], path) && access(path, F_OK) == 0)
            return true;
    return false;
}

bool offers_open(const char *state_dir, struct offers *o, struct error *err)
{
    memset(o, 0, sizeof *o);
    if (read_if_any(state_dir, "hints.known", KNOWN_MOST, &o->known, err) &&
        read_if_any(state_dir, "hints", OFFER_SPOOL_MOST, &o->spool, err))
        return true;
    offers_close(o);
    return false;
}

void offers_close(struct offers *o)
{
    buf_free(&o->known);
    buf_free(&o->spool);
}

/* ---- lines ---- */

static struct str next_word(struct str *line)
{
    const char *blank = line->n > 0 ? memchr(line->p, ' ', line->n) : NULL;
    size_t n = blank != NULL ? (size_t)(blank - line->p) : line->n;
    struct str word = {line->p, n};
    line->p += n + (blank != NULL);
    line->n -= n + (blank != NULL);
    return word;
}

static bool number_of(struct str word, int64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] < '0' || word.p[i] > '9' || i > 15)
            return false;
        *value = *value * 10 + (word.p[i] - '0');
    }
    return word.n > 0;
}

static bool act_of(struct str word, enum offer_act *act)
{
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (str_eq(word, str_of(acts[i]))) {
            *act = (enum offer_act)i;
            return true;
        }
    return false;
}

static bool next_line(const struct buf *text, size_t *at, struct str *line)
{
    if (*at >= text->len)
        return false;
    const char *start = text->data + *at, *end = memchr(start, '\n', text->len - *at);
    if (end == NULL)
        return false; /* half a line: it was cut off */
    *line = (struct str){start, (size_t)(end - start)};
    *at += line->n + 1;
    return true;
}

static bool read_offer(struct str line, struct offer *o)
{
    int64_t shell;
    if (!number_of(next_word(&line), &o->at) || !act_of(next_word(&line), &o->act) || !number_of(next_word(&line), &shell))
        return false;
    o->shell = (long)shell;
    o->address = next_word(&line);
    o->what = line;
    return o->address.n > 0 || o->act == OFFER_AGAIN;
}

bool offer_next(const struct buf *text, size_t *at, struct offer *offer)
{
    struct str line;
    while (next_line(text, at, &line))
        if (read_offer(line, offer))
            return true;
    return false;
}

/* The next line of hints.known that begins with the word; what follows it. */
static bool next_fact(const struct buf *text, size_t *at, const char *word, struct str *rest)
{
    struct str line;
    while (next_line(text, at, &line))
        if (str_eq(next_word(&line), str_of(word))) {
            *rest = line;
            return true;
        }
    return false;
}

/* ---- what they say ---- */

struct standing {
    int64_t offered, later;
    bool never;
};

static void take_line(struct standing *s, const struct offer *o, struct str address)
{
    if (!str_eq(o->address, address) && (o->act != OFFER_AGAIN || o->address.n > 0))
        return;
    if (o->act == OFFER_OFFERED || o->act == OFFER_OPENED)
        s->offered = o->at > s->offered ? o->at : s->offered;
    s->later = o->act == OFFER_LATER ? o->at : o->act == OFFER_AGAIN ? 0 : s->later;
    s->never = o->act == OFFER_NEVER || (s->never && o->act != OFFER_AGAIN);
}

/* A clock that went back must not silence anything for long. */
static bool within(int64_t at, int64_t now_ms, int64_t span_ms)
{
    return at != 0 && at - span_ms < now_ms && now_ms - at < span_ms;
}

static bool passed_lately(const struct offers *o, struct str address, const unsigned char revision[8], int64_t now_ms)
{
    char hex[17];
    size_t at = 0;
    struct str rest;
    int64_t passed;
    for (size_t i = 0; i < 8; i++)
        snprintf(hex + 2 * i, 3, "%02x", revision[i]);
    while (next_fact(&o->known, &at, "passed", &rest))
        if (str_eq(next_word(&rest), address))
            return str_eq(next_word(&rest), str_of(hex)) && number_of(rest, &passed) &&
                   within(passed, now_ms, PASSED_DAYS * day_ms);
    return false;
}

enum offer_state offers_state(const struct offers *o, const char *address, const unsigned char revision[8], int64_t now_ms)
{
    const struct buf *const texts[] = {&o->known, &o->spool};
    struct standing s = {0};
    struct offer line;
    for (size_t i = 0; i < 2; i++)
        for (size_t at = 0; offer_next(texts[i], &at, &line);)
            take_line(&s, &line, str_of(address));
    if (s.never)
        return OFFER_REFUSED;
    if (within(s.offered, now_ms, OFFER_HOUR_MS))
        return OFFER_RECENT;
    if (within(s.later, now_ms, day_ms))
        return OFFER_PUT_OFF;
    return passed_lately(o, str_of(address), revision, now_ms) ? OFFER_PASSED : OFFER_FREE;
}

void offers_language(const struct offers *o, char *out, size_t size)
{
    size_t at = 0;
    struct str rest;
    out[0] = '\0';
    if (next_fact(&o->known, &at, "language", &rest) && rest.n < size) {
        memcpy(out, rest.p, rest.n);
        out[rest.n] = '\0';
    }
}

bool offers_other_role(const struct offers *o, const char *roles)
{
    size_t at = 0;
    struct str role;
    bool any = false;
    while (next_fact(&o->known, &at, "role", &role)) {
        any = true;
        for (const char *s = strchr(roles, '\n'); s != NULL && s[1] != '\0'; s = strchr(s + 1, '\n'))
            if (strncmp(s + 1, role.p, role.n) == 0 && s[1 + role.n] == '\n')
                return false;
    }
    return any && roles[0] != '\0';
}

bool offers_last(const struct offers *o, long shell, int64_t since_ms, struct offer *offer)
{
    const struct buf *const texts[] = {&o->known, &o->spool};
    struct offer line;
    bool found = false;
    for (size_t i = 0; i < 2; i++)
        for (size_t at = 0; offer_next(texts[i], &at, &line);)
            if (line.act == OFFER_OFFERED && (shell == 0 || line.shell == shell) && line.at >= since_ms &&
                (!found || line.at >= offer->at)) {
                *offer = line;
                found = true;
            }
    return found;
}

/* ---- writing ---- */

static void add_text(struct buf *line, struct str text, bool blanks)
{
    size_t n = text_cut(text.p, text.n, OFFER_WHAT_MOST);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        buf_addc(line, c < 0x20 || c == 0x7F || (c == ' ' && !blanks) ? '?' : (char)c);
    }
}

static bool append(const char *path, const struct buf *line, struct error *err)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
    if (fd < 0)
        return error_errno(err, errno, "cannot keep what was offered", path, NULL);
    ssize_t n = write(fd, line->data, line->len);
    int why = errno;
    close(fd);
    return n == (ssize_t)line->len || error_errno(err, n < 0 ? why : ENOSPC, "cannot keep what was offered", path, NULL);
}

bool offer_add(const char *state_dir, const struct offer *offer, struct error *err)
{
    char path[PATH_MOST];
    struct buf line = {0};
    buf_addf(&line, "%" PRId64 " %s %ld ", offer->at, acts[offer->act], offer->shell);
    add_text(&line, offer->address, false);
    buf_addc(&line, ' ');
    add_text(&line, offer->what, true);
    buf_addc(&line, '\n');
    bool ok = buf_ok(&line) ? path_of(state_dir, "hints", path) && (append(path, &line, NULL) ||
                                  (file_make_dirs(state_dir, err) && append(path, &line, err)))
                            : error_memory(err);
    buf_free(&line);
    return ok;
}

/* ---- moving them into the record ---- */

bool offers_take(const char *state_dir, struct buf *text, struct error *err)
{
    char spool[PATH_MOST], moving[PATH_MOST];
    struct stat st;
    if (!path_of(state_dir, "hints", spool) || !path_of(state_dir, "hints.moving", moving))
        return true;
    if (stat(moving, &st) != 0 && rename(spool, moving) != 0)
        return errno == ENOENT || error_errno(err, errno, "cannot take what was offered", spool, NULL);
    return read_if_any(state_dir, "hints.moving", 2 * OFFER_SPOOL_MOST, text, err);
}

void offers_moved(const char *state_dir)
{
    char moving[PATH_MOST];
    if (path_of(state_dir, "hints.moving", moving))
        (void)unlink(moving);
}

void offers_forget(const char *state_dir)
{
    static const char *const names[] = {"hints", "hints.moving", "hints.known"};
    char path[PATH_MOST];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (path_of(state_dir, names[i], path))
            (void)unlink(path);
}

void offers_keep(const struct buf *lines, int64_t now_ms, struct buf *out)
{
    struct offer o;
    for (size_t at = 0; offer_next(lines, &at, &o);) {
        bool lasts = o.act == OFFER_NEVER || o.act == OFFER_AGAIN;
        if (!lasts && !within(o.at, now_ms, o.act == OFFER_LATER ? day_ms : OFFER_HOUR_MS))
            continue;
        buf_addf(out, "%" PRId64 " %s %ld %.*s %.*s\n", o.at, acts[o.act], o.shell, (int)o.address.n, o.address.p,
                 (int)o.what.n, o.what.p);
    }
}

bool offers_shorten(const char *state_dir, struct offers *o, int64_t now_ms, struct error *err)
{
    char path[PATH_MOST];
    if (o->spool.len < OFFER_SPOOL_MOST / 2)
        return true;
    offers_keep(&o->spool, now_ms, &o->known);
    if (!buf_ok(&o->known))
        return error_memory(err);
    buf_clear(&o->spool);
    if (!offers_know(state_dir, &o->known, err) || !path_of(state_dir, "hints", path))
        return false;
    (void)unlink(path);
    return true;
}

bool offers_know(const char *state_dir, const struct buf *text, struct error *err)
{
    char path[PATH_MOST];
    struct buf before = {0};
    bool same = read_if_any(state_dir, "hints.known", KNOWN_MOST, &before, NULL) && before.len == text->len &&
                memcmp(buf_text(&before), buf_text(text), text->len) == 0;
    buf_free(&before);
    return same || (path_of(state_dir, "hints.known", path) && file_make_dirs(state_dir, err) &&
                    file_write(path, buf_text(text), text->len, 0600, err));
}
