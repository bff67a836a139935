#include "core/library/trigger_literal.h"

#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 32 };

/* Alternatives of which one must stand in the line: as a whole they are as good as the shortest one is long. */
struct set {
    char items[LITERALS_MOST][LITERAL_BYTES + 1];
    size_t count;
};

struct parser {
    const char *at;
    size_t depth;
    bool caseless, exact_case; /* letters met: without, with regard to their case */
    bool odd;                  /* something isn't understood */
    bool special;              /* something but literal characters was met */
};

static size_t worth(const struct set *s)
{
    size_t least = 0;
    for (size_t i = 0; i < s->count; i++) {
        size_t n = strlen(s->items[i]);
        if (i == 0 || n < least)
            least = n;
    }
    return least;
}

static void keep_better(struct set *best, const struct set *s)
{
    size_t new = worth(s), old = worth(best);
    if (new > old || (new == old && new > 0 && s->count < best->count))
        *best = *s;
}

/* The run of characters under way, as a set of one. */
struct run {
    char text[LITERAL_BYTES + 1];
    size_t n, last; /* last: bytes of its last character, which a quantifier would take away */
};

static void end_run(struct run *run, struct set *best)
{
    struct set s = {.count = 1};
    run->text[run->n] = '\0';
    memcpy(s.items[0], run->text, run->n + 1);
    if (run->n > 0)
        keep_better(best, &s);
    run->n = run->last = 0;
}

static void add_character(struct parser *p, struct run *run, struct set *best, const char *bytes, size_t n, bool caseless)
{
    if (run->n + n > LITERAL_BYTES)
        end_run(run, best);
    for (size_t i = 0; i < n; i++) {
        char c = bytes[i];
        bool upper = c >= 'A' && c <= 'Z', letter = upper || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
        if (letter)
            *(caseless ? &p->caseless : &p->exact_case) = true;
        if (caseless && (unsigned char)c >= 0x80)
            p->odd = true; /* its other case is beyond ASCII */
        run->text[run->n++] = upper && caseless ? (char)(c + 32) : c;
    }
    run->last = n;
}

/* What a quantifier at p->at says, and passes it: may the item be missing, may it come again? */
static bool quantifier(struct parser *p, bool *optional, bool *again)
{
    const char *s = p->at;
    *optional = *s == '*' || *s == '?';
    *again = *s == '*' || *s == '+';
    if (*s == '{') {
        size_t digits = strspn(s + 1, "0123456789"), more = s[1 + digits] == ',' ? 1 + strspn(s + 2 + digits, "0123456789") : 0;
        if (digits == 0 || s[1 + digits + more] != '}') {
            p->odd |= strchr(", U", s[1]) != NULL; /* a quantifier of newer libraries, \N{U+...}; or it stands for itself */
            return false;
        }
        *optional = strtoul(s + 1, NULL, 10) == 0;
        *again = true;
        s += digits + more + 1;
    } else if (!*optional && !*again) {
        return false;
    }
    s++;
    if (*s == '?' || *s == '+')
        s++;
    p->at = s;
    p->special = true;
    return true;
}

static void skip_class(struct parser *p)
{
    const char *s = p->at + 1;
    if (*s == '^')
        s++;
    if (*s == ']')
        s++;
    while (*s != '\0' && *s != ']') {
        if (*s == '[' && (s[1] == ':' || s[1] == '.' || s[1] == '=')) {
            const char *end = strchr(s + 2, ']');
            s = end != NULL ? end + 1 : s + 1;
            continue;
        }
        if (*s == '\\' && (s[1] == 'Q' || s[1] == 'E'))
            p->odd = true;
        s += *s == '\\' && s[1] != '\0' ? 2 : 1;
    }
    p->odd |= *s == '\0';
    p->at = *s != '\0' ? s + 1 : s;
}

static struct set alternatives(struct parser *p, bool caseless);

/* `(?i)` and its kin hold to the end of the group; letters that aren't known here make the pattern odd. */
static bool options(struct parser *p, bool *caseless)
{
    const char *s = p->at + 2;
    bool on = true, i = *caseless;
    for (; *s != '\0' && *s != ')' && *s != ':'; s++) {
        if (*s == '-')
            on = false;
        else if (*s == 'i')
            i = on;
        else if (*s != 'm' && *s != 's')
            return false;
    }
    if (*s == '\0')
        return false;
    p->at = s;
    *caseless = i;
    return true;
}

/* A group at p->at, which is behind it afterwards; what must stand in it. *scope: `(?i)`, a group of no length that
 * changes what follows. */
static struct set group(struct parser *p, bool *caseless, bool *scope)
{
    struct set s = {0};
    bool inside = *caseless, looks = false;
    *scope = false;
    p->special = true;
    if (p->at[1] == '*' || ++p->depth >= DEEPEST) {
        p->odd = true;
        return s;
    }
    if (p->at[1] != '?') {
        p->at++;
    } else if (strchr(":>|", p->at[2]) != NULL && p->at[2] != '\0') {
        p->at += 3;
    } else if (strchr("=!", p->at[2]) != NULL && p->at[2] != '\0') {
        looks = true;
        p->at += 3;
    } else if (p->at[2] == '<' && (p->at[3] == '=' || p->at[3] == '!')) {
        looks = true;
        p->at += 4;
    } else if (p->at[2] == '<' || p->at[2] == 'P' || p->at[2] == '\'') {
        const char *end = strpbrk(p->at + 3 + (p->at[2] == 'P'), p->at[2] == '\'' ? "'" : ">");
        p->odd |= end == NULL || (p->at[2] == 'P' && p->at[3] != '<');
        p->at = end != NULL ? end + 1 : p->at + strlen(p->at);
    } else if (options(p, &inside)) {
        if (*p->at == ')') {
            *scope = true;
            *caseless = inside;
            p->at++;
            p->depth--;
            return s;
        }
        p->at++;
    } else {
        p->odd = true;
        return s;
    }
    s = alternatives(p, inside);
    p->odd |= *p->at != ')';
    p->at += *p->at == ')';
    p->depth--;
    if (looks)
        s.count = 0;
    return s;
}

/* An escape: a character that stands for itself, a place between characters, or anything else. */
static void escape(struct parser *p, struct run *run, struct set *best, bool caseless)
{
    char c = p->at[1];
    bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    p->special = true;
    if (c == '\0') {
        p->odd = true;
        p->at++;
        return;
    }
    p->at += 2;
    if (!word) {
        if ((unsigned char)c >= 0x80)
            p->odd = true;
        add_character(p, run, best, &c, 1, caseless);
    } else if (c == 't') {
        add_character(p, run, best, "\t", 1, caseless);
    } else if (strchr("bBAzZG", c) != NULL) {
        run->last = 0; /* of no length: the run goes on */
    } else if (strchr("dDwWsShHvVNR", c) != NULL) {
        end_run(run, best);
    } else {
        p->odd = true; /* \x, \p, \Q, \1, ... */
    }
}

static size_t character_bytes(const char *s)
{
    unsigned char c = (unsigned char)*s;
    size_t n = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1, k = 1;
    while (k < n && ((unsigned char)s[k] & 0xC0) == 0x80)
        k++;
    return k;
}

/* After an item: a quantifier may take it out of what must be there. item: the set of a group, or NULL for the last
 * character of the run. */
static void after_item(struct parser *p, struct run *run, struct set *best, const struct set *item)
{
    bool optional, again;
    if (!quantifier(p, &optional, &again)) {
        if (item != NULL)
            keep_better(best, item);
        return;
    }
    if (item != NULL) {
        if (!optional)
            keep_better(best, item);
    } else if (optional) {
        run->n -= run->last;
    }
    end_run(run, best); /* what follows doesn't stand right behind, or not only */
}

/* Items one after the other, up to `|`, `)` or the end. */
static struct set sequence(struct parser *p, bool *caseless)
{
    struct set best = {0};
    struct run run = {.n = 0};
    while (*p->at != '\0' && *p->at != '|' && *p->at != ')' && !p->odd) {
        if (*p->at == '(') {
            bool scope;
            end_run(&run, &best);
            struct set s = group(p, caseless, &scope);
            if (!scope)
                after_item(p, &run, &best, &s);
            continue;
        }
        if (*p->at == '[') {
            p->special = true;
            end_run(&run, &best);
            skip_class(p);
        } else if (*p->at == '.') {
            p->special = true;
            end_run(&run, &best);
            p->at++;
        } else if (*p->at == '^' || *p->at == '$') {
            p->special = true;
            run.last = 0;
            p->at++;
        } else if (*p->at == '\\') {
            escape(p, &run, &best, *caseless);
        } else {
            size_t n = character_bytes(p->at);
            add_character(p, &run, &best, p->at, n, *caseless);
            p->at += n;
        }
        after_item(p, &run, &best, NULL);
    }
    end_run(&run, &best);
    return best;
}

static struct set alternatives(struct parser *p, bool caseless)
{
    struct set all = sequence(p, &caseless);
    while (*p->at == '|' && !p->odd) {
        p->special = true;
        p->at++;
        struct set s = sequence(p, &caseless);
        if (s.count == 0 || all.count == 0 || all.count + s.count > LITERALS_MOST) {
            all.count = 0; /* any line will do, for one of them */
            continue;
        }
        memcpy(all.items[all.count], s.items[0], s.count * sizeof s.items[0]);
        all.count += s.count;
    }
    return all;
}

/* Where a part of the pattern regards case and another doesn't, none of its literals does. */
static void fold(struct set *s)
{
    for (size_t i = 0; i < s->count; i++)
        for (char *c = s->items[i]; *c != '\0'; c++)
            if (*c >= 'A' && *c <= 'Z')
                *c = (char)(*c + 32);
}

void literals_of(const char *pattern, struct literals *l)
{
    struct parser p = {.at = pattern};
    struct set s = alternatives(&p, false);
    memset(l, 0, sizeof *l);
    if (p.odd || *p.at != '\0' || worth(&s) == 0)
        return;
    l->caseless = p.caseless;
    if (l->caseless)
        fold(&s);
    memcpy(l->items, s.items, sizeof l->items);
    l->count = s.count;
    l->plain = !p.special && s.count == 1 && strcmp(pattern, s.items[0]) == 0;
}
