#include "core/library/trigger_command.h"

#include <string.h>

/* ---- reading ---- */

struct reader {
    struct command_line *c;
    bool open;      /* a word is under way */
    bool quoted;    /* with a quote in it */
    size_t at;      /* where it begins */
    bool expects;   /* the next word names a command */
    bool wrapped;   /* ... and so may each that follows in this command */
    bool remote;    /* ... a quoted one holds a command line of its own */
    const char *inner[8]; /* such lines */
    size_t inner_count;
};

static bool one_of(const char *word, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp(word, *list) == 0)
            return true;
    return false;
}

/* Commands that run another one, which is named in their arguments. */
static bool wraps(const char *name)
{
    static const char *const wrappers[] = {"sudo",    "doas",  "env",    "nice",   "ionice", "nohup",  "time",    "timeout",
                                           "exec",    "command", "builtin", "setsid", "stdbuf", "unbuffer", "xargs", "watch",
                                           "chronic", "ssh",   "su",     "sh",     "bash",   "zsh",    "dash",    "chroot",
                                           "strace",  "flock", "script", "mosh",   "runuser", NULL};
    return one_of(name, wrappers);
}

static bool takes_lines(const char *name)
{
    static const char *const shells[] = {"ssh", "su", "sh", "bash", "zsh", "dash", "watch", "script", "mosh", "runuser", NULL};
    return one_of(name, shells);
}

static bool is_keyword(const char *word)
{
    static const char *const keywords[] = {"if", "then", "elif", "else", "while", "until", "do", "!", "{", "and", "or", "not", "begin", NULL};
    return one_of(word, keywords);
}

/* NAME=value */
static bool is_assignment(const char *word)
{
    size_t n = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");
    return n > 0 && word[n] == '=' && !(word[0] >= '0' && word[0] <= '9');
}

static void put(struct reader *r, char byte)
{
    struct command_line *c = r->c;
    if (!r->open) {
        r->open = true;
        r->at = c->used;
    }
    if (c->used + 1 < COMMAND_BYTES)
        c->text[c->used++] = byte;
}

static void end_word(struct reader *r)
{
    struct command_line *c = r->c;
    if (!r->open)
        return;
    c->text[c->used < COMMAND_BYTES ? c->used++ : COMMAND_BYTES - 1] = '\0';
    const char *word = c->text + r->at;
    bool quoted = r->quoted;
    r->open = r->quoted = false;
    if (c->count == COMMAND_WORDS || c->used >= COMMAND_BYTES || is_assignment(word))
        return;
    if (quoted && r->remote && strpbrk(word, " ;|&") != NULL && r->inner_count < sizeof r->inner / sizeof *r->inner)
        r->inner[r->inner_count++] = word;
    c->words[c->count++] = (struct command_word){word, c->commands, (r->expects || r->wrapped) && word[0] != '-'};
    if (r->expects && !is_keyword(word)) {
        r->expects = false;
        r->wrapped = wraps(command_base(word));
        r->remote = takes_lines(command_base(word));
    } else if (r->wrapped && word[0] != '-') {
        r->remote = r->remote || takes_lines(command_base(word));
    }
}

static void end_command(struct reader *r)
{
    end_word(r);
    r->c->commands++;
    r->expects = true;
    r->wrapped = r->remote = false;
}

/* Takes a quoted run that begins at line[i]; returns where it ends. */
static size_t take_quoted(struct reader *r, const char *line, size_t n, size_t i)
{
    char quote = line[i++];
    if (!r->open) {
        r->open = true;
        r->at = r->c->used;
    }
    r->quoted = true;
    while (i < n && line[i] != quote) {
        if (quote == '"' && line[i] == '\\' && i + 1 < n)
            i++;
        put(r, line[i++]);
    }
    return i < n ? i + 1 : n;
}

static void read_line(struct command_line *c, const char *line, size_t n, const char **inner, size_t *inner_count)
{
    struct reader r = {.c = c, .expects = true};
    for (size_t i = 0; i < n && line[i] != '\0' && c->used + 2 < COMMAND_BYTES;) {
        char b = line[i];
        if (b == '\'' || b == '"') {
            i = take_quoted(&r, line, n, i);
            continue;
        }
        if (b == '\\' && i + 1 < n) {
            if (line[i + 1] != '\n')
                put(&r, line[i + 1]);
            i += 2;
            continue;
        }
        bool redirects = b == '&' && ((i > 0 && strchr("<>", line[i - 1]) != NULL) || (i + 1 < n && line[i + 1] == '>'));
        if (strchr(" \t<>", b) != NULL || redirects)
            end_word(&r);
        else if (strchr(";|&()\n`", b) != NULL)
            end_command(&r);
        else if (b == '#' && !r.open)
            break;
        else
            put(&r, b);
        i++;
    }
    end_command(&r);
    *inner_count = r.inner_count;
    for (size_t i = 0; i < r.inner_count; i++)
        inner[i] = r.inner[i];
}

void command_line_read(struct command_line *c, const char *line, size_t n)
{
    const char *inner[8], *deeper[8];
    size_t count, none;
    c->count = c->used = c->commands = 0;
    read_line(c, line, n, inner, &count);
    for (size_t i = 0; i < count; i++)
        read_line(c, inner[i], strlen(inner[i]), deeper, &none);
}

/* ---- triggers ---- */

const char *command_base(const char *word)
{
    const char *slash = strrchr(word, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : word;
}

size_t command_normal(const char *text, char *out, size_t size)
{
    size_t len = 0;
    const char *at = text + strspn(text, " \t");
    size_t first = strcspn(at, " \t");
    for (size_t i = first; i > 0; i--)
        if (at[i - 1] == '/' && i < first) {
            at += i;
            break;
        }
    while (*at != '\0') {
        size_t n = strcspn(at, " \t");
        if (len + n + 2 > size)
            break;
        if (len > 0)
            out[len++] = ' ';
        memcpy(out + len, at, n);
        len += n;
        at += n;
        at += strspn(at, " \t");
    }
    out[len] = '\0';
    return len;
}

size_t command_key(const char *normal, char *out, size_t size)
{
    const char *first = strchr(normal, ' '), *last = strrchr(normal, ' ');
    size_t head = first != NULL ? (size_t)(first - normal) : strlen(normal), tail = last != NULL ? strlen(last) : 0;
    if (head + tail + 1 > size)
        return 0;
    memcpy(out, normal, head);
    if (tail > 0)
        memcpy(out + head, last, tail);
    out[head + tail] = '\0';
    return head + tail;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* `-tlnp`: short options in one word. */
static size_t cluster(const char *word)
{
    size_t n = 0;
    if (word[0] != '-' || word[1] == '-')
        return 0;
    while (is_letter(word[1 + n]))
        n++;
    return word[1 + n] == '\0' && n <= 6 ? n : 0;
}

static void add_form(char forms[COMMAND_FORMS][COMMAND_FORM_MOST], size_t *count, const char *text, size_t n)
{
    if (*count == COMMAND_FORMS || n == 0 || n >= COMMAND_FORM_MOST)
        return;
    memcpy(forms[*count], text, n);
    forms[(*count)++][n] = '\0';
}

size_t command_forms(const char *word, char forms[COMMAND_FORMS][COMMAND_FORM_MOST])
{
    static const char suffix[] = ".service";
    size_t count = 0, n = strlen(word), k = cluster(word);
    add_form(forms, &count, word, n);
    const char *equals = strchr(word, '=');
    if (word[0] == '-' && word[1] == '-' && equals != NULL)
        add_form(forms, &count, word, (size_t)(equals - word));
    if (n > sizeof suffix - 1 && strcmp(word + n - (sizeof suffix - 1), suffix) == 0)
        add_form(forms, &count, word, n - (sizeof suffix - 1));
    for (size_t i = 1; i <= k && n > 2; i++) {
        const char option[] = {'-', word[i]};
        add_form(forms, &count, option, 2);
    }
    if (k == 0 && n > 2 && word[0] == '-' && word[1] != '-')
        add_form(forms, &count, word, 2);
    return count;
}

static bool word_fits(const char *wanted, size_t n, const char *word)
{
    char forms[COMMAND_FORMS][COMMAND_FORM_MOST];
    if (strncmp(wanted, word, n) == 0 && word[n] == '\0')
        return true;
    size_t count = command_forms(word, forms);
    for (size_t i = 1; i < count; i++)
        if (strncmp(wanted, forms[i], n) == 0 && forms[i][n] == '\0')
            return true;
    return false;
}

bool command_fits(const char *normal, const struct command_line *c, size_t from, unsigned *skipped)
{
    size_t n = strcspn(normal, " "), at = from + 1;
    const char *base = command_base(c->words[from].text);
    *skipped = 0;
    if (strncmp(normal, base, n) != 0 || base[n] != '\0')
        return false;
    for (const char *wanted = normal + n; *wanted != '\0'; wanted += n) {
        wanted++;
        n = strcspn(wanted, " ");
        for (;; at++) {
            if (at >= c->count || c->words[at].command != c->words[from].command)
                return false;
            if (word_fits(wanted, n, c->words[at].text))
                break;
            *skipped += c->words[at].text[0] != '-';
        }
        at++;
    }
    return true;
}
