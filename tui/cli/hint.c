#include "tui/cli/cli.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "tui/cli/hint_line.h"
#include "tui/cli/hint_look.h"
#include "tui/cli/hint_shell.h"
#include "tui/cli/hint_told.h"

#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { LINE_MOST = 64 << 10, NOTHING = 1 };

/* Ended by a key, or put aside: no failure to help with. */
static bool by_hand(long status)
{
    return status == 0 || status == 128 + 2 || status == 128 + 3 || status == 128 + 13 || (status >= 128 + 18 && status <= 128 + 22);
}

/* ---- the line ---- */

static bool read_stdin(struct buf *line)
{
    char bytes[4096];
    ssize_t n = 0;
    while (line->len < LINE_MOST && (n = read(STDIN_FILENO, bytes, sizeof bytes)) > 0)
        buf_add(line, bytes, (size_t)n);
    return n >= 0 && buf_ok(line);
}

/* As bash's `history 1` prints it: a number, a star or a blank, a blank, the line. One that begins with a blank itself is
 * meant to be forgotten: some frameworks let the history take it for a while. */
static void cut_number(struct buf *line)
{
    const char *text = buf_text(line);
    size_t n = strspn(text, " \t");
    n += strspn(text + n, "0123456789");
    n += text[n] == '*' || text[n] == ' ';
    n += text[n] == ' ';
    if (text[n] == ' ' || text[n] == '\t')
        n = line->len;
    if (line->len > 0)
        memmove(line->data, line->data + n, line->len - n + 1);
    line->len -= n;
}

static bool read_line(const struct args *args, struct buf *line, struct error *err)
{
    const char *from = args_value(args, "from");
    if (from != NULL) {
        bool ok = file_read(from, LINE_MOST, line, err);
        (void)unlink(from);
        cut_number(line);
        return ok;
    }
    if (args->count > 0)
        args_join(args, line);
    else if (isatty(STDIN_FILENO))
        return error_set(err, EX_USAGE, "no command line to look up", NULL, NULL,
                         "`crib hint 'LINE'`; `crib help hint` has what a shell's file needs");
    else if (!read_stdin(line))
        return error_set(err, EX_IOERR, "cannot read the command line", NULL, NULL, NULL);
    return buf_ok(line) || error_memory(err);
}

/* ---- saying it ---- */

static bool print_hint(const struct trigger_module *m, const char *key, struct error *err)
{
    struct buf out = {0};
    hint_line(&out, "crib", m, key, output_columns(), output_is_terminal());
    buf_addc(&out, '\n');
    return output_buf(&out, false, err);
}

static bool print_json(const struct trigger_module *m, const char *address, const struct trigger_match *match,
                       struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_object(&j, NULL);
    json_string(&j, "module", address);
    json_string(&j, "title", m->title);
    json_int(&j, "minutes", m->minutes);
    json_string(&j, "by", hint_source(match));
    json_string(&j, "trigger", match->pattern);
    json_close_object(&j);
    output_end_json(&out);
    return output_buf(&out, false, err);
}

/* ---- offering ---- */

/* The best match that may be offered; NULL for none. Where a better one was just offered, a worse one says no more; one that
 * fits as well is the second try. */
static const struct trigger_match *choose(struct app *app, const struct hint_look *l, int64_t now_ms, struct trigger_module *m,
                                          const char **address)
{
    for (size_t i = 0, recent = HINT_MATCHES; i < l->count; i++) {
        if (recent < i && l->matches[i].rank < l->matches[recent].rank)
            break;
        *address = hint_address(app, l, &l->matches[i], m);
        enum hint_verdict verdict = *address != NULL ? hint_verdict(l, m, *address, now_ms) : HINT_RECENT;
        if (verdict == HINT_OFFER)
            return &l->matches[i];
        if (verdict == HINT_RECENT)
            recent = i;
    }
    return NULL;
}

static bool note_offer(struct app *app, const char *address, const struct trigger_match *match, long shell, int64_t now_ms,
                       struct error *err)
{
    const char *what = arena_printf(app->arena, "%s %s", hint_source(match), match->pattern);
    return what != NULL ? offer_add(app->places.state, &(struct offer){now_ms, OFFER_OFFERED, shell, str_of(address), str_of(what)}, err)
                        : error_memory(err);
}

/* Nobody is told the same twice: what can't be kept isn't said. */
static int offer(struct app *app, const struct args *args, struct hint_look *l, long shell)
{
    struct error err;
    struct trigger_module m;
    const char *address;
    int64_t now_ms = clock_wall_ms();
    const struct trigger_match *match = choose(app, l, now_ms, &m, &address);
    if (match == NULL)
        return NOTHING;
    if (!offers_shorten(app->places.state, &l->offers, now_ms, &err) || !note_offer(app, address, match, shell, now_ms, &err))
        return app_fail(&err);
    bool ok = args_flag(args, "json") ? print_json(&m, address, match, &err) : print_hint(&m, args_value(args, "key"), &err);
    return ok ? EX_OK : app_fail(&err);
}

static int look(struct app *app, const struct args *args, long status, long shell, bool why)
{
    struct error err;
    struct hint_look l;
    struct buf line = {0};
    if (!read_line(args, &line, &err) || !hint_look_open(app, &l, &err)) {
        buf_free(&line);
        return app_fail(&err);
    }
    if (!by_hand(status))
        hint_look_at(app, &l, buf_text(&line), line.len, status);
    buf_free(&line);
    int result = why ? hint_why_line(app, &l, args_flag(args, "json")) : offer(app, args, &l, shell);
    hint_look_close(&l);
    return result;
}

int cli_hint(struct app *app, const struct args *args)
{
    struct error err;
    long status, shell;
    if (!args_number(args, "status", 0, 255, 1, &status, &err) || !args_number(args, "shell", 0, 1 << 30, 0, &shell, &err))
        return app_fail(&err);
    if (args_value(args, "init") != NULL)
        return hint_init(app, args_value(args, "init"));
    if (args_flag(args, "stats"))
        return hint_stats(app, args_flag(args, "json"));
    if (args_flag(args, "again"))
        return hint_answer(app, OFFER_AGAIN, shell);
    if (args_flag(args, "later") || args_flag(args, "never"))
        return hint_answer(app, args_flag(args, "never") ? OFFER_NEVER : OFFER_LATER, shell);
    if (args_flag(args, "open"))
        return hint_open_last(app, shell);
    if (args_flag(args, "why") && args->count == 0)
        return hint_why(app, shell, args_flag(args, "json"));
    return look(app, args, status, shell, args_flag(args, "why"));
}
