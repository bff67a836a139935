#include "core/library/stream.h"

#include "core/base/text.h"
#include "core/library/code_word.h"
#include "core/library/stream_codes.h"
#include "core/library/stream_literals.h"
#include "core/library/stream_pattern.h"

#include <stdlib.h>
#include <string.h>

enum { MATCHES = 8, MEMOS = 256, MEMO_TEXT = 62 };

struct output {
    struct trigger_match match;
    struct stream_pattern *pattern; /* NULL: its literal says it all */
    bool word;                    /* a code of letters alone: where its literal stands, trigger_words tells */
    uint64_t tried;               /* end of the line it was tried on last, of all texts so far, + 1 */
};

/* What trigger_words found in a few words: the same come again and again, most of all when each line is an alarm. */
struct memo {
    uint8_t n, count; /* n: bytes of text; 0: nothing is kept here */
    char text[MEMO_TEXT];
    struct trigger_match matches[MATCHES];
};

struct stream {
    const struct triggers *triggers;
    struct stream_codes *codes;
    struct stream_literals *literals;
    struct output *outputs;
    size_t count;
    size_t *unaided; /* outputs without a literal: tried on every line */
    size_t unaided_count;
    size_t refused, waiting;
    struct memo *memos;      /* MEMOS, by the hash of the text */
    uint64_t before;         /* how long all texts before this one were, each with one more */
    struct stream_hit *hits; /* of one text */
    size_t hit_count, room;
    bool failed;
};

/* ---- opening ---- */

static bool add_output(struct stream *s, const struct trigger_output *o, struct error *err)
{
    struct output *out = &s->outputs[s->count];
    *out = (struct output){.match = {o->module, TRIGGER_OUTPUT, o->pattern, "", 0}};
    if (!o->plain && (out->pattern = stream_pattern_open(o->pattern)) == NULL) {
        s->refused++;
        return true;
    }
    for (size_t i = 0; i < o->literal_count; i++)
        if (!stream_literals_add(s->literals, o->literals[i], strlen(o->literals[i]), o->caseless, (uint32_t)s->count, err)) {
            stream_pattern_close(out->pattern);
            return false;
        }
    if (o->literal_count == 0)
        s->unaided[s->unaided_count++] = s->count;
    s->count++;
    return true;
}

static bool is_word(const struct trigger_match *m)
{
    return m->kind == TRIGGER_CODE && code_word_counts(m->pattern);
}

static size_t count_words(const struct triggers *t)
{
    struct trigger_match m;
    size_t count = 0;
    for (size_t i = 0; i < triggers_entries(t); i++)
        count += trigger_at(t, i, &m) && is_word(&m);
    return count;
}

static bool add_word(struct stream *s, const struct trigger_match *m, struct error *err)
{
    s->outputs[s->count] = (struct output){.match = *m, .word = true};
    return stream_literals_add(s->literals, m->pattern, strlen(m->pattern), code_word_caseless(m->pattern), (uint32_t)s->count++, err);
}

static bool add_outputs(struct stream *s, stream_consent *consent, void *context, struct error *err)
{
    size_t n = triggers_outputs(s->triggers);
    struct trigger_output o;
    struct trigger_module m;
    s->outputs = calloc(n + count_words(s->triggers) + 1, sizeof *s->outputs);
    s->unaided = calloc(n + 1, sizeof *s->unaided);
    if (s->outputs == NULL || s->unaided == NULL)
        return error_memory(err);
    for (size_t i = 0; i < n; i++) {
        if (!trigger_output(s->triggers, i, &o))
            continue;
        trigger_module(s->triggers, o.module, &m);
        if (!o.plain && !consent(context, m.channel))
            s->waiting++;
        else if (!add_output(s, &o, err))
            return false;
    }
    return true;
}

struct stream *stream_open(const struct triggers *t, stream_consent *consent, void *context, struct error *err)
{
    struct trigger_match m;
    struct stream *s = calloc(1, sizeof *s);
    if (s == NULL) {
        error_memory(err);
        return NULL;
    }
    s->triggers = t;
    s->memos = calloc(MEMOS, sizeof *s->memos);
    s->codes = s->memos != NULL || error_memory(err) ? stream_codes_open(err) : NULL;
    s->literals = s->codes != NULL ? stream_literals_open(err) : NULL;
    bool ok = s->literals != NULL && add_outputs(s, consent, context, err);
    for (size_t i = 0; ok && i < triggers_entries(t); i++) {
        if (!trigger_at(t, i, &m))
            continue;
        if (m.kind == TRIGGER_CODE || m.kind == TRIGGER_ASSET)
            stream_codes_add(s->codes, m.key, m.pattern);
        ok = !is_word(&m) || add_word(s, &m, err);
    }
    ok = ok && stream_literals_ready(s->literals, err);
    if (!ok) {
        stream_close(s);
        return NULL;
    }
    return s;
}

void stream_close(struct stream *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->count; i++)
        stream_pattern_close(s->outputs[i].pattern);
    free(s->outputs);
    free(s->unaided);
    free(s->memos);
    free(s->hits);
    stream_codes_close(s->codes);
    stream_literals_close(s->literals);
    free(s);
}

size_t stream_refused(const struct stream *s)
{
    return s->refused;
}

size_t stream_waiting(const struct stream *s)
{
    return s->waiting;
}

/* ---- one text ---- */

struct scanning {
    struct stream *s;
    const char *text;
    size_t n;
    stream_wanted *wanted;
    void *context;
    size_t line, end; /* of the line that was found last */
};

static bool is_wanted(const struct scanning *c, uint32_t module)
{
    return c->wanted == NULL || c->wanted(c->context, module);
}

/* The line around text[at..end); most often that of the hit before. */
static void find_line(struct scanning *c, size_t at, size_t end)
{
    if (c->end > 0 && at >= c->line && end <= c->end)
        return;
    c->line = at;
    while (c->line > 0 && c->text[c->line - 1] != '\n')
        c->line--;
    const char *feed = memchr(c->text + end, '\n', c->n - end);
    c->end = feed != NULL ? (size_t)(feed - c->text) : c->n;
}

/* A hit in the line that was found last. */
static void keep(struct scanning *c, const struct trigger_match *match)
{
    struct stream *s = c->s;
    for (size_t i = s->hit_count; i > 0 && s->hits[i - 1].end == c->end; i--)
        if (s->hits[i - 1].match.module == match->module)
            return;
    if (s->hit_count == s->room) {
        size_t room = s->room * 2 + 64;
        struct stream_hit *more = realloc(s->hits, room * sizeof *more);
        if (more == NULL) {
            s->failed = true;
            return;
        }
        s->hits = more;
        s->room = room;
    }
    s->hits[s->hit_count++] = (struct stream_hit){c->line, c->end, *match};
}

static void keep_all(struct scanning *c, size_t at, size_t end, const struct trigger_match *matches, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_wanted(c, matches[i].module))
            continue;
        find_line(c, at, end);
        keep(c, &matches[i]);
    }
}

static void take_codes(void *context, size_t at, size_t end)
{
    struct scanning *c = context;
    struct trigger_match matches[MATCHES];
    const char *text = c->text + at;
    size_t n = end - at;
    if (n > MEMO_TEXT) {
        keep_all(c, at, end, matches, trigger_words(c->s->triggers, text, n, matches, MATCHES));
        return;
    }
    struct memo *m = &c->s->memos[text_hash(text, n) % MEMOS];
    if (m->n != n || memcmp(m->text, text, n) != 0) {
        m->count = (uint8_t)trigger_words(c->s->triggers, text, n, m->matches, MATCHES);
        memcpy(m->text, text, n);
        m->n = (uint8_t)n;
    }
    keep_all(c, at, end, m->matches, m->count);
}

/* Does it fit the line that was found last? */
static bool fits(const struct scanning *c, struct output *o, size_t at)
{
    size_t line = c->line, end = c->end;
    if (o->pattern == NULL)
        return true;
    if (o->tried == c->s->before + end + 1)
        return false;
    o->tried = c->s->before + end + 1;
    if (end - line > STREAM_LINE_MOST) {
        line = at - line > STREAM_LINE_MOST / 2 ? at - STREAM_LINE_MOST / 2 : line;
        end = end - line > STREAM_LINE_MOST ? line + STREAM_LINE_MOST : end;
    }
    if (end > line && c->text[end - 1] == '\r')
        end--;
    return stream_pattern_fits(o->pattern, c->text + line, end - line);
}

static void take_literal(void *context, size_t at, size_t end, uint32_t id)
{
    struct scanning *c = context;
    struct output *o = &c->s->outputs[id];
    if (!is_wanted(c, o->match.module))
        return;
    if (o->word) {
        if (stream_codes_word(c->s->codes, c->text, c->n, &at, &end))
            take_codes(c, at, end);
        return;
    }
    find_line(c, at, end);
    if (fits(c, o, at))
        keep(c, &o->match);
}

static void try_unaided(struct scanning *c)
{
    struct stream *s = c->s;
    for (size_t at = 0; s->unaided_count > 0 && at < c->n;) {
        find_line(c, at, at);
        for (size_t i = 0; i < s->unaided_count; i++) {
            struct output *o = &s->outputs[s->unaided[i]];
            if (is_wanted(c, o->match.module) && fits(c, o, at))
                keep(c, &o->match);
        }
        at = c->end + 1;
    }
}

static int by_line(const void *left, const void *right)
{
    const struct stream_hit *a = left, *b = right;
    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    return a->match.module < b->match.module ? -1 : a->match.module > b->match.module;
}

bool stream_text(struct stream *s, const char *text, size_t n, stream_wanted *wanted, stream_take *take, void *context)
{
    struct scanning c = {s, text, n, wanted, context, 0, 0};
    s->hit_count = 0;
    s->failed = false;
    stream_codes_text(s->codes, STREAM_BEST, text, n, take_codes, &c);
    stream_literals_text(s->literals, STREAM_BEST, text, n, take_literal, &c);
    try_unaided(&c);
    s->before += n + 1;
    if (s->hit_count > 1)
        qsort(s->hits, s->hit_count, sizeof *s->hits, by_line);
    for (size_t i = 0; i < s->hit_count; i++)
        if (i == 0 || s->hits[i].end != s->hits[i - 1].end || s->hits[i].match.module != s->hits[i - 1].match.module)
            take(context, &s->hits[i]);
    return !s->failed;
}
