#include "tui/cli/hint_shell.h"

#include "core/base/output.h"
#include "core/record/offer.h"
#include "tui/child.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

extern char **environ; /* POSIX leaves its declaration to the program */

static const char bash_part[] =
#include "assets/shell/hint.bash.inc"
    ;
static const char zsh_part[] =
#include "assets/shell/hint.zsh.inc"
    ;
static const char fish_part[] =
#include "assets/shell/hint.fish.inc"
    ;

/* Between single quotes, as POSIX shells and fish both read it. */
static void add_quoted(struct buf *out, const char *text)
{
    buf_addc(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            buf_adds(out, "'\"'\"'");
        else
            buf_addc(out, *text);
    }
    buf_addc(out, '\'');
}

/* Appends a shell's part with the program and the directory, quoted, where it says @PROGRAM@ and @DIR@. */
static void fill_in(struct buf *out, const char *part, const char *program, const char *dir)
{
    static const char program_mark[] = "@PROGRAM@", dir_mark[] = "@DIR@";
    while (*part != '\0') {
        bool is_program = strncmp(part, program_mark, sizeof program_mark - 1) == 0,
             is_dir = strncmp(part, dir_mark, sizeof dir_mark - 1) == 0;
        if (is_program || is_dir)
            add_quoted(out, is_program ? program : dir);
        else
            buf_addc(out, *part);
        part += is_program ? sizeof program_mark - 1 : is_dir ? sizeof dir_mark - 1 : 1;
    }
}

int hint_init(struct app *app, const char *shell)
{
    struct error err;
    struct buf out = {0};
    const char *program = app_own_path(app), *dir = file_join(app->arena, app->places.state, OFFERS_LINES_DIR);
    if (program == NULL || dir == NULL) {
        error_memory(&err);
        return app_fail(&err);
    }
    (void)file_make_dirs(dir, NULL); /* else there are no hints in bash: no reason to say so at each shell's beginning */
    fill_in(&out, strcmp(shell, "bash") == 0 ? bash_part : strcmp(shell, "zsh") == 0 ? zsh_part : fish_part, program, dir);
    return output_buf(&out, false, &err) ? EX_OK : app_fail(&err);
}

/* ---- opening ---- */

bool hint_popups(const char *version)
{
    char *end;
    const char *at = version + strcspn(version, "0123456789");
    long major = strtol(at, &end, 10), minor = *end == '.' ? strtol(end + 1, NULL, 10) : 0;
    return major > 3 || (major == 3 && minor >= 2);
}

/* Does the server of the tmux that we are in know popups, and is somebody there to see one? */
static bool has_popups(void)
{
    static const char *const argv[] = {"tmux", "display-message", "-p", "#{session_attached} #{version}", NULL};
    char answer[64], *end;
    return getenv("TMUX") != NULL && child_ask(argv, answer, sizeof answer) && strtol(answer, &end, 10) != 0 &&
           hint_popups(end);
}

/* The popup's command runs in the server's environment: what crib goes by is handed on. */
static void add_environment(struct buf *out)
{
    static const char *const prefixes[] = {"CRIB_", "XDG_", "LC_ALL=", "LANG=", "HOME=", "NO_COLOR="};
    for (char **e = environ; *e != NULL; e++)
        for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
            const char *equals = strchr(*e, '=');
            if (equals == NULL || strncmp(*e, prefixes[i], strlen(prefixes[i])) != 0)
                continue;
            buf_add(out, *e, (size_t)(equals + 1 - *e));
            add_quoted(out, equals + 1);
            buf_addc(out, ' ');
        }
}

static int popup(const char *program, const char *address, struct error *err)
{
    struct buf command = {0};
    add_environment(&command);
    buf_adds(&command, "exec ");
    add_quoted(&command, program);
    buf_adds(&command, " open -- ");
    add_quoted(&command, address);
    if (buf_ok(&command))
        execlp("tmux", "tmux", "display-popup", "-E", "-w", "95%", "-h", "95%", "-d", "#{pane_current_path}",
               buf_text(&command), (char *)NULL);
    buf_free(&command);
    error_errno(err, errno, "cannot start", "tmux", errno == ENOENT ? "is it installed?" : NULL);
    return app_fail(err);
}

int hint_open(struct app *app, const char *address)
{
    struct error err;
    const char *program = app_own_path(app);
    if (program == NULL) {
        error_memory(&err);
        return app_fail(&err);
    }
    setenv(HINT_FOUND_BY, "hint", 1);
    if (has_popups())
        return popup(program, address, &err);
    execl(program, "crib", "open", "--", address, (char *)NULL);
    error_errno(&err, errno, "cannot start", program, errno == ENOENT ? "is it installed?" : NULL);
    return app_fail(&err);
}
