#include "core/base/output.h"

#include "core/base/arena.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

bool output_is_terminal(void)
{
    return isatty(STDOUT_FILENO) == 1;
}

bool output_has_screen(void)
{
    const char *term = getenv("TERM");
    return output_is_terminal() && (term == NULL || strcmp(term, "dumb") != 0);
}

void output_take_locale(void)
{
    if (setlocale(LC_CTYPE, "") != NULL)
        return;
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value == NULL || value[0] == '\0')
            continue;
        if (strstr(value, "UTF-8") != NULL || strstr(value, "utf8") != NULL)
            setlocale(LC_CTYPE, "C.UTF-8");
        return;
    }
}

bool output_is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static bool is_latin1(void)
{
    const char *set = nl_langinfo(CODESET);
    return strcmp(set, "ISO-8859-1") == 0 || strcmp(set, "ISO-8859-15") == 0;
}

unsigned output_text_flags(void)
{
    if (!output_is_terminal() || output_is_utf8())
        return 0;
    return TEXT_ASCII | (is_latin1() ? TEXT_LATIN1 : 0U);
}

int output_colours(void)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM"), *depth = getenv("COLORTERM");
    if (!output_is_terminal() || (no_color != NULL && no_color[0] != '\0') || term == NULL || term[0] == '\0' ||
        strcmp(term, "dumb") == 0 || strncmp(term, "vt", 2) == 0)
        return 0;
    if (depth != NULL && (strcmp(depth, "truecolor") == 0 || strcmp(depth, "24bit") == 0))
        return 1 << 24;
    if (strstr(term, "256color") != NULL || strstr(term, "kitty") != NULL || strstr(term, "alacritty") != NULL)
        return 256;
    return 8;
}

static bool window(struct winsize *size)
{
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, size) == 0 && size->ws_col > 0 && size->ws_row > 0;
}

size_t output_columns(void)
{
    const char *set = getenv("COLUMNS");
    struct winsize size;
    if (set != NULL) {
        long n = strtol(set, NULL, 10);
        if (n >= 20 && n <= 1000)
            return (size_t)n;
    }
    return window(&size) ? size.ws_col : 80;
}

size_t output_rows(void)
{
    struct winsize size;
    return window(&size) ? size.ws_row : 24;
}

static bool write_all(int fd, const char *text, size_t n, struct error *err)
{
    while (n > 0) {
        ssize_t k = write(fd, text, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return errno == EPIPE || error_errno(err, errno, "cannot write the output", NULL, NULL);
        text += k;
        n -= (size_t)k;
    }
    return true;
}

/* Runs the pager with the text as its input; false where none could be started. */
static bool through_pager(const char *pager, const char *text, size_t n)
{
    int ends[2];
    if (pipe(ends) != 0)
        return false;
    pid_t child = fork();
    if (child < 0) {
        close(ends[0]);
        close(ends[1]);
        return false;
    }
    if (child == 0) {
        if (dup2(ends[0], STDIN_FILENO) < 0)
            _exit(127);
        close(ends[0]);
        close(ends[1]);
        setenv("LESS", "RFX", 0);
        setenv("LESSCHARSET", output_is_utf8() ? "utf-8" : "latin1", 0);
        execl("/bin/sh", "sh", "-c", pager, (char *)NULL);
        _exit(127);
    }
    close(ends[0]);
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, &before);
    write_all(ends[1], text, n, NULL);
    close(ends[1]);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    sigaction(SIGPIPE, &before, NULL);
    return WIFEXITED(status) && WEXITSTATUS(status) != 127 && WEXITSTATUS(status) != 126;
}

static bool longer_than_screen(const char *text, size_t n)
{
    size_t lines = 0, rows = output_rows();
    for (size_t i = 0; i < n && lines < rows; i++)
        lines += text[i] == '\n';
    return lines + 1 >= rows;
}

/* Latin-1's characters above ASCII are a byte each. */
static void add_latin1(struct buf *out, const char *text, size_t n)
{
    struct buf safe = {0};
    text_safe(&safe, text, n, TEXT_ASCII | TEXT_LATIN1);
    for (size_t i = 0; i < safe.len;) {
        uint32_t c;
        i += text_decode(safe.data + i, safe.len - i, &c);
        buf_addc(out, (char)(unsigned char)c);
    }
    buf_free(&safe);
}

/* Some of the bytes above ASCII are controls to a terminal that reads one byte a character. */
static void add_bytes(struct buf *out, const char *text, size_t n)
{
    bool latin1 = is_latin1();
    for (size_t i = 0; i < n;) {
        size_t from = i;
        while (i < n && (unsigned char)text[i] < 0x80)
            i++;
        buf_add(out, text + from, i - from);
        from = i;
        while (i < n && (unsigned char)text[i] >= 0x80)
            i++;
        if (latin1)
            add_latin1(out, text + from, i - from);
        else
            text_safe(out, text + from, i - from, TEXT_ASCII);
    }
}

static bool print(const char *text, size_t n, bool page, struct error *err)
{
    const char *pager = getenv("PAGER");
    if (pager == NULL)
        pager = "less";
    if (page && output_has_screen() && pager[0] != '\0' && strcmp(pager, "cat") != 0 && longer_than_screen(text, n) &&
        through_pager(pager, text, n))
        return true;
    return write_all(STDOUT_FILENO, text, n, err);
}

bool output_text(const char *text, size_t n, bool page, struct error *err)
{
    if (!output_is_terminal() || output_is_utf8())
        return print(text, n, page, err);
    struct buf ascii = {0};
    add_bytes(&ascii, text, n);
    bool ok = buf_ok(&ascii) ? print(buf_text(&ascii), ascii.len, page, err) : error_memory(err);
    buf_free(&ascii);
    return ok;
}

bool output_buf(struct buf *text, bool page, struct error *err)
{
    bool ok = buf_ok(text) ? output_text(buf_text(text), text->len, page, err) : error_memory(err);
    buf_free(text);
    return ok;
}

void output_end_json(struct buf *json)
{
    buf_addc(json, '\n');
    if (!output_is_terminal() || output_is_utf8() || !buf_ok(json))
        return;
    struct buf ascii = {0};
    json_add_ascii(&ascii, buf_text(json), json->len);
    buf_free(json);
    *json = ascii;
}

struct table {
    struct arena *arena;
    struct table_column columns[TABLE_COLUMNS];
    size_t widths[TABLE_COLUMNS];
    size_t count;
    const char **cells;
    size_t used, cap;
    bool failed;
};

struct table *table_open(const struct table_column *columns, size_t count)
{
    struct table *t = calloc(1, sizeof *t);
    if (t == NULL || count == 0 || count > TABLE_COLUMNS) {
        free(t);
        return NULL;
    }
    t->arena = arena_open();
    t->count = count;
    memcpy(t->columns, columns, count * sizeof *columns);
    t->failed = t->arena == NULL;
    for (size_t i = 0; i < count; i++)
        t->widths[i] = text_width(columns[i].name, strlen(columns[i].name));
    return t;
}

void table_close(struct table *t)
{
    if (t == NULL)
        return;
    arena_close(t->arena);
    free(t->cells);
    free(t);
}

void table_add(struct table *t, const char *cell)
{
    if (t->used == t->cap) {
        size_t cap = t->cap == 0 ? 64 : t->cap * 2;
        const char **grown = realloc(t->cells, cap * sizeof *grown);
        if (grown == NULL) {
            t->failed = true;
            return;
        }
        t->cells = grown;
        t->cap = cap;
    }
    struct buf safe = {0};
    const char *text = cell != NULL ? cell : "";
    text_safe(&safe, text, strlen(text), output_text_flags());
    char *kept = t->failed || !buf_ok(&safe) ? NULL : arena_copy(t->arena, buf_text(&safe), safe.len);
    if (kept == NULL)
        t->failed = true;
    else {
        size_t width = text_width(kept, safe.len), column = t->used % t->count;
        if (width > t->widths[column])
            t->widths[column] = width;
        t->cells[t->used++] = kept;
    }
    buf_free(&safe);
}

/* A column in which no cell says anything takes the room of others. */
static void drop_empty(struct table *t)
{
    size_t rows = t->used / t->count, kept = 0;
    bool says[TABLE_COLUMNS] = {false};
    for (size_t i = 0; i < t->used; i++)
        says[i % t->count] = says[i % t->count] || t->cells[i][0] != '\0';
    for (size_t i = 0, n = 0; i < t->used; i++)
        if (says[i % t->count])
            t->cells[n++] = t->cells[i];
    for (size_t i = 0; i < t->count; i++)
        if (says[i]) {
            t->columns[kept] = t->columns[i];
            t->widths[kept++] = t->widths[i];
        }
    if (kept == 0)
        return;
    t->used = rows * kept;
    t->count = kept;
}

static size_t total_width(const struct table *t)
{
    size_t total = 2 * (t->count - 1);
    for (size_t i = 0; i < t->count; i++)
        total += t->widths[i];
    return total;
}

/* False where the columns that may be cut can't give so much. */
static bool fit_to(struct table *t, size_t columns)
{
    size_t total = total_width(t);
    if (total > columns)
        drop_empty(t);
    total = total_width(t);
    for (size_t i = t->count; i-- > 0 && total > columns;) {
        if (!t->columns[i].shrink)
            continue;
        size_t least = 8 < t->widths[i] ? 8 : t->widths[i];
        size_t over = total - columns, give = t->widths[i] - least < over ? t->widths[i] - least : over;
        t->widths[i] -= give;
        total -= give;
    }
    return total <= columns;
}

/* Where it is too wide in any case, each row is some lines: what it says, under its columns' names. */
static void put_records(const struct table *t, struct buf *out)
{
    size_t name = 0;
    for (size_t i = 0; i < t->count; i++) {
        size_t n = text_width(t->columns[i].name, strlen(t->columns[i].name));
        name = n > name ? n : name;
    }
    for (size_t i = 0; i < t->used; i++) {
        const char *of = t->columns[i % t->count].name;
        if (i > 0 && i % t->count == 0)
            buf_addc(out, '\n');
        if (t->cells[i][0] == '\0')
            continue;
        buf_adds(out, of);
        buf_addn(out, ' ', name - text_width(of, strlen(of)) + 2);
        buf_addf(out, "%s\n", t->cells[i]);
    }
}

static void put_cell(const struct table *t, struct buf *out, size_t column, const char *cell)
{
    size_t used, width = t->widths[column], n = text_fit(cell, strlen(cell), width, &used);
    bool last = column + 1 == t->count, cut = cell[n] != '\0' && width > 1;
    if (cut) { /* what is cut says so */
        n = text_fit(cell, strlen(cell), width - 1, &used);
        used++;
    }
    if (t->columns[column].right)
        buf_addn(out, ' ', t->widths[column] - used);
    buf_add(out, cell, n);
    if (cut)
        buf_adds(out, output_is_utf8() ? "\xE2\x80\xA6" : "~");
    if (!last && !t->columns[column].right)
        buf_addn(out, ' ', t->widths[column] - used);
    while (last && out->len > 0 && out->data[out->len - 1] == ' ') /* of cells that say nothing */
        out->len--;
    buf_adds(out, last ? "\n" : "  ");
}

bool table_write(struct table *t, size_t columns, struct buf *out, struct error *err)
{
    if (t->failed || t->count == 0)
        return error_memory(err);
    if (columns > 0 && !fit_to(t, columns)) {
        put_records(t, out);
        return true;
    }
    for (size_t i = 0; i < t->count; i++)
        put_cell(t, out, i, t->columns[i].name);
    for (size_t i = 0; i < t->used; i++)
        put_cell(t, out, i % t->count, t->cells[i]);
    return true;
}

bool table_print(struct table *t, const char *empty, struct error *err)
{
    if (t->failed)
        return error_memory(err);
    if (t->used == 0) {
        fprintf(stderr, "%s\n", empty);
        return true;
    }
    struct buf out = {0};
    if (table_write(t, output_is_terminal() ? output_columns() : 0, &out, err))
        return output_buf(&out, true, err);
    buf_free(&out);
    return false;
}
