/* crib kiosk install: puts what makes a machine a kiosk, and takes exactly that away again.
 *
 * What was put stands in etc/crib/kiosk.installed, a line each: `file HASH PATH`, `link TARGET PATH`, `dir - PATH`,
 * `account - NAME`. What somebody changed since is theirs: it stays, and is named. */
#include "tui/cli/kiosk.h"

#include "core/base/hex.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "tui/child.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define ACCOUNT "crib-kiosk"
#define HOME KIOSK_HOME
#define LIST "/etc/crib/kiosk.installed"

enum { HASH = 16, LIST_MOST = 65536, PATH_SIZE = 4096, LINES_MOST = 100 };

enum piece_kind { PIECE_DIR, PIECE_FILE, PIECE_LINK };

struct piece {
    enum piece_kind kind;
    const char *path;
    const char *text; /* of a file, with @CRIB@; of a link where it leads, with @TTY@ as its path may have */
    mode_t mode;
    bool account;     /* belongs to it, not to root */
};

static const struct piece pieces[] = {
    {PIECE_DIR, "/etc/crib", NULL, 0755, false},
    {PIECE_DIR, "/var", NULL, 0755, false},
    {PIECE_DIR, "/var/lib", NULL, 0755, false},
    {PIECE_DIR, HOME, NULL, 0700, true},
    {PIECE_FILE, HOME "/config.yaml",
#include "assets/kiosk/config.yaml.inc"
     , 0600, true},
    {PIECE_DIR, "/etc/systemd", NULL, 0755, false},
    {PIECE_DIR, "/etc/systemd/system", NULL, 0755, false},
    {PIECE_FILE, "/etc/systemd/system/crib-kiosk@.service",
#include "assets/kiosk/crib-kiosk@.service.inc"
     , 0644, false},
    {PIECE_FILE, "/etc/systemd/system/crib-kiosk-sync.service",
#include "assets/kiosk/crib-kiosk-sync.service.inc"
     , 0644, false},
    {PIECE_FILE, "/etc/systemd/system/crib-kiosk-sync.timer",
#include "assets/kiosk/crib-kiosk-sync.timer.inc"
     , 0644, false},
    {PIECE_FILE, "/etc/systemd/system/crib-kiosk-room.service",
#include "assets/kiosk/crib-kiosk-room.service.inc"
     , 0644, false},
    {PIECE_DIR, "/etc/systemd/system/multi-user.target.wants", NULL, 0755, false},
    {PIECE_LINK, "/etc/systemd/system/multi-user.target.wants/crib-kiosk-room.service",
     "/etc/systemd/system/crib-kiosk-room.service", 0, false},
    {PIECE_DIR, "/etc/systemd/system/getty.target.wants", NULL, 0755, false},
    {PIECE_LINK, "/etc/systemd/system/getty.target.wants/crib-kiosk@@TTY@.service",
     "/etc/systemd/system/crib-kiosk@.service", 0, false},
    {PIECE_DIR, "/etc/systemd/system/timers.target.wants", NULL, 0755, false},
    {PIECE_LINK, "/etc/systemd/system/timers.target.wants/crib-kiosk-sync.timer",
     "/etc/systemd/system/crib-kiosk-sync.timer", 0, false},
    {PIECE_LINK, "/etc/systemd/system/ctrl-alt-del.target", "/dev/null", 0, false},
    {PIECE_DIR, "/etc/systemd/logind.conf.d", NULL, 0755, false},
    {PIECE_FILE, "/etc/systemd/logind.conf.d/crib-kiosk.conf",
#include "assets/kiosk/logind.conf.inc"
     , 0644, false},
    {PIECE_DIR, "/etc/sysctl.d", NULL, 0755, false},
    {PIECE_FILE, "/etc/sysctl.d/90-crib-kiosk.conf",
#include "assets/kiosk/sysctl.conf.inc"
     , 0644, false},
    {PIECE_DIR, "/etc/ssh", NULL, 0755, false},
    {PIECE_DIR, "/etc/ssh/sshd_config.d", NULL, 0755, false},
    {PIECE_FILE, "/etc/ssh/sshd_config.d/crib-kiosk.conf",
#include "assets/kiosk/sshd.conf.inc"
     , 0644, false},
};
enum { PIECES = sizeof pieces / sizeof *pieces };

struct install {
    struct app *app;
    const char *root; /* "" for this machine */
    const char *tty, *crib;
    bool apply;
    struct buf said;  /* what is done, or would be */
    struct buf list;  /* what was put before, and is put now */
};

static bool no_memory(struct error *err)
{
    return error_memory(err);
}

/* The text with @CRIB@ and @TTY@ filled in; NULL when memory is out. */
static const char *filled(struct install *in, const char *text)
{
    struct buf out = {0};
    while (*text != '\0') {
        if (strncmp(text, "@CRIB@", 6) == 0) {
            buf_adds(&out, in->crib);
            text += 6;
        } else if (strncmp(text, "@TTY@", 5) == 0) {
            buf_adds(&out, in->tty);
            text += 5;
        } else {
            buf_addc(&out, *text++);
        }
    }
    const char *kept = buf_ok(&out) ? arena_copy(in->app->arena, buf_text(&out), out.len) : NULL;
    buf_free(&out);
    return kept;
}

static const char *in_root(struct install *in, const char *path)
{
    return arena_printf(in->app->arena, "%s%s", in->root, path);
}

static void hash_text(const char *text, size_t n, char out[2 * HASH + 1])
{
    unsigned char hash[HASH];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)text, n, NULL, 0);
    sodium_bin2hex(out, 2 * HASH + 1, hash, sizeof hash);
}

/* ---- the list of what was put ---- */

static bool read_list(struct install *in, struct buf *out, struct error *err)
{
    const char *path = in_root(in, LIST);
    struct error why = {0};
    if (path == NULL)
        return no_memory(err);
    if (file_read(path, LIST_MOST, out, &why) || why.code == EX_NOINPUT)
        return true;
    if (err != NULL)
        *err = why;
    return false;
}

static bool listed(const struct buf *list, const char *line)
{
    const char *at = list->len > 0 ? strstr(list->data, line) : NULL;
    return at != NULL && (at == list->data || at[-1] == '\n') && at[strlen(line)] == '\n';
}

static void add_line(struct install *in, const char *kind, const char *what, const char *path)
{
    struct buf line = {0};
    buf_addf(&line, "%s %s %s", kind, what, path);
    if (buf_ok(&line) && !listed(&in->list, buf_text(&line)))
        buf_addf(&in->list, "%s\n", buf_text(&line));
    buf_free(&line);
}

/* Kept after each step: what is put is on the list, whenever it ends. */
static bool write_list(struct install *in, struct error *err)
{
    const char *path = in_root(in, LIST);
    return path != NULL ? file_write(path, buf_text(&in->list), in->list.len, 0644, err) : no_memory(err);
}

/* ---- putting ---- */

enum there { THERE_NOT, THERE_SAME, THERE_OURS, THERE_THEIRS };

static enum there look_at_file(struct install *in, const struct piece *p, const char *path, const char *text)
{
    struct buf old = {0}, line = {0};
    struct stat st;
    char hash[2 * HASH + 1];
    enum there there = THERE_THEIRS;
    if (lstat(path, &st) != 0)
        return THERE_NOT;
    if (S_ISREG(st.st_mode) && file_read(path, LIST_MOST, &old, NULL)) {
        hash_text(buf_text(&old), old.len, hash);
        buf_addf(&line, "file %s %s", hash, p->path);
        there = strcmp(buf_text(&old), text) == 0            ? THERE_SAME
                : listed(&in->list, buf_text(&line)) ? THERE_OURS
                                                     : THERE_THEIRS;
    }
    buf_free(&old);
    buf_free(&line);
    return there;
}

static enum there look_at_link(const char *path, const char *target)
{
    char leads[PATH_SIZE];
    struct stat st;
    if (lstat(path, &st) != 0)
        return THERE_NOT;
    ssize_t n = readlink(path, leads, sizeof leads - 1);
    leads[n > 0 ? n : 0] = '\0';
    return n > 0 && strcmp(leads, target) == 0 ? THERE_SAME : THERE_THEIRS;
}

static enum there look_at(struct install *in, const struct piece *p, const char *path, const char *text)
{
    struct stat st;
    if (p->kind == PIECE_FILE)
        return look_at_file(in, p, path, text);
    if (p->kind == PIECE_LINK)
        return look_at_link(path, text);
    return stat(path, &st) != 0 ? THERE_NOT : S_ISDIR(st.st_mode) ? THERE_SAME : THERE_THEIRS;
}

/* The account's numbers, as the root's own passwd has them. */
static bool account_numbers(struct install *in, uid_t *uid, gid_t *gid)
{
    const char *path = in_root(in, "/etc/passwd");
    FILE *file = path != NULL ? fopen(path, "re") : NULL;
    char line[1024];
    bool found = false;
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        char *end, *at = strncmp(line, ACCOUNT ":", sizeof ACCOUNT) == 0 ? strchr(line + sizeof ACCOUNT, ':') : NULL;
        if (at == NULL)
            continue;
        *uid = (uid_t)strtoul(at + 1, &end, 10);
        found = *end == ':';
        *gid = found ? (gid_t)strtoul(end + 1, NULL, 10) : 0;
    }
    if (file != NULL)
        (void)fclose(file);
    return found;
}

static bool give_away(struct install *in, const char *path, struct error *err)
{
    uid_t uid;
    gid_t gid;
    if (!account_numbers(in, &uid, &gid))
        return error_set(err, EX_NOUSER, "no account", ACCOUNT, NULL, "make it: useradd --system " ACCOUNT);
    return chown(path, uid, gid) == 0 || error_errno(err, errno, "cannot give to " ACCOUNT, path, NULL);
}

static bool put(struct install *in, const struct piece *p, const char *name, const char *path, const char *text, struct error *err)
{
    char hash[2 * HASH + 1];
    bool ok;
    if (p->kind == PIECE_DIR) {
        ok = file_make_dirs_mode(path, p->mode, err);
        add_line(in, "dir", "-", name);
    } else if (p->kind == PIECE_FILE) {
        ok = file_write(path, text, strlen(text), p->mode, err);
        hash_text(text, strlen(text), hash);
        add_line(in, "file", hash, name);
    } else {
        ok = symlink(text, path) == 0 || error_errno(err, errno, "cannot make the link", path, NULL);
        add_line(in, "link", text, name);
    }
    return ok && (!p->account || give_away(in, path, err)) && write_list(in, err);
}

static bool add_account(struct install *in, struct error *err)
{
    uid_t uid;
    gid_t gid;
    if (account_numbers(in, &uid, &gid))
        return true;
    buf_addf(&in->said, "%s account %s\n", in->apply ? "added" : "would add", ACCOUNT);
    if (!in->apply)
        return true;
    const char *argv[] = {"useradd", "--prefix", in->root, "--system", "--user-group", "--home-dir", HOME, "--no-create-home",
                          "--shell", "/bin/sh", "--password", "*", "--comment", "crib kiosk", ACCOUNT, NULL};
    static const char *const here[] = {"useradd", "--system", "--user-group", "--home-dir", HOME, "--no-create-home",
                                       "--shell", "/bin/sh", "--password", "*", "--comment", "crib kiosk", ACCOUNT, NULL};
    if (!child_run(in->root[0] != '\0' ? argv : here, NULL) || !account_numbers(in, &uid, &gid))
        return error_set(err, EX_OSERR, "cannot add the account", ACCOUNT, "useradd failed", "add it by hand, and try again");
    add_line(in, "account", "-", ACCOUNT);
    return true;
}

/* Nothing is done while something stands in the way. */
static bool check_way(struct install *in, struct error *err)
{
    for (size_t i = 0; i < PIECES; i++) {
        const char *name = filled(in, pieces[i].path), *path = name != NULL ? in_root(in, name) : NULL;
        const char *text = filled(in, pieces[i].text != NULL ? pieces[i].text : "");
        if (path == NULL || text == NULL)
            return no_memory(err);
        if (look_at(in, &pieces[i], path, text) == THERE_THEIRS && strcmp(name, HOME "/config.yaml") != 0)
            return error_set(err, EX_CANTCREAT, "cannot install the kiosk", path, "something else is there",
                             "move it away, or make it what you want by hand");
    }
    return true;
}

static bool install_all(struct install *in, struct error *err)
{
    if (!read_list(in, &in->list, err) || !check_way(in, err) || !add_account(in, err))
        return false;
    for (size_t i = 0; i < PIECES; i++) {
        const struct piece *p = &pieces[i];
        const char *name = filled(in, p->path), *path = name != NULL ? in_root(in, name) : NULL;
        const char *text = filled(in, p->text != NULL ? p->text : "");
        if (path == NULL || text == NULL)
            return no_memory(err);
        enum there there = look_at(in, p, path, text);
        if (there == THERE_SAME || there == THERE_THEIRS)
            continue;
        const char *words = there == THERE_OURS ? (in->apply ? "renewed" : "would renew") : in->apply ? "put" : "would put";
        buf_addf(&in->said, "%s %s%s%s\n", words, path, p->kind == PIECE_LINK ? " -> " : "", p->kind == PIECE_LINK ? text : "");
        if (in->apply && !put(in, p, name, path, text, err))
            return false;
    }
    return true;
}

/* ---- taking away ---- */

/* What is still as it was put. */
static bool untouched(const char *path, const char *kind, const char *what)
{
    struct buf now = {0};
    char hash[2 * HASH + 1] = "";
    if (strcmp(kind, "link") == 0)
        return look_at_link(path, what) == THERE_SAME;
    if (strcmp(kind, "file") != 0)
        return true;
    if (file_read(path, LIST_MOST, &now, NULL))
        hash_text(buf_text(&now), now.len, hash);
    buf_free(&now);
    return strcmp(hash, what) == 0;
}

static bool remove_account(struct install *in)
{
    const char *home = in_root(in, HOME);
    const char *argv[] = {"userdel", "--prefix", in->root, ACCOUNT, NULL};
    static const char *const here[] = {"userdel", ACCOUNT, NULL};
    if (home != NULL && access(home, F_OK) == 0) {
        buf_addf(&in->said, "kept the account %s: what it owns in %s is people's record\n", ACCOUNT, home);
        return false;
    }
    buf_addf(&in->said, "removed account %s\n", ACCOUNT);
    return child_run(in->root[0] != '\0' ? argv : here, NULL);
}

/* One line of the list; true when it is done with. */
static bool take_away(struct install *in, char *line)
{
    struct stat st;
    char *what = strchr(line, ' '), *name = what != NULL ? strchr(what + 1, ' ') : NULL;
    if (name == NULL)
        return true;
    *what++ = *name++ = '\0';
    const char *path = in_root(in, name);
    if (strcmp(line, "account") == 0)
        return in->apply ? remove_account(in) : (buf_addf(&in->said, "would remove account %s\n", name), true);
    if (path == NULL || lstat(path, &st) != 0)
        return true;
    if (!untouched(path, line, what)) {
        buf_addf(&in->said, "kept %s: somebody changed it\n", path);
        return true;
    }
    bool dir = strcmp(line, "dir") == 0;
    if (!in->apply) {
        buf_addf(&in->said, dir ? "would remove %s where it is empty\n" : "would remove %s\n", path);
    } else if ((dir ? rmdir(path) : unlink(path)) == 0) {
        buf_addf(&in->said, "removed %s\n", path);
    } else if (!dir || (errno != ENOTEMPTY && errno != EEXIST)) {
        buf_addf(&in->said, "kept %s: %s\n", path, strerror(errno));
    } else {
        buf_addf(&in->said, "kept %s: it is not empty\n", path);
        return false;
    }
    return true;
}

/* What stays is listed for the next time, and the list's directory with it where it is gone. */
static bool keep_list(struct install *in, const char *path, const struct buf *left, struct error *err)
{
    struct buf list = {0};
    const char *dir = in_root(in, "/etc/crib");
    if (dir != NULL && access(dir, F_OK) != 0)
        buf_adds(&list, "dir - /etc/crib\n");
    buf_add(&list, buf_text(left), left->len);
    bool ok = (dir != NULL && buf_ok(&list)) ? file_make_dirs_mode(dir, 0755, err) && file_write(path, buf_text(&list), list.len, 0644, err)
                                             : no_memory(err);
    buf_free(&list);
    return ok;
}

/* From the last one back; the account when all that it owned is gone. */
static bool remove_all(struct install *in, struct error *err)
{
    struct buf list = {0}, left = {0};
    char *lines[LINES_MOST];
    bool stays[LINES_MOST] = {false};
    size_t count = 0;
    const char *path = in_root(in, LIST);
    if (path == NULL)
        return no_memory(err);
    if (!read_list(in, &list, err))
        return false;
    if (in->apply)
        (void)unlink(path); /* its directory may go, too; what stays is listed anew */
    for (char *at = list.data, *end; count < sizeof lines / sizeof *lines && at != NULL && *at != '\0'; at = end + 1) {
        if ((end = strchr(at, '\n')) == NULL)
            break;
        *end = '\0';
        lines[count++] = at;
    }
    for (int accounts = 0; accounts < 2; accounts++)
        for (size_t i = count; i-- > 0;) {
            bool account = strncmp(lines[i], "account ", 8) == 0;
            char *copy = account == (accounts == 1) ? arena_strdup(in->app->arena, lines[i]) : NULL;
            stays[i] = copy != NULL ? !take_away(in, copy) : stays[i];
        }
    for (size_t i = 0; i < count; i++)
        if (stays[i])
            buf_addf(&left, "%s\n", lines[i]);
    if (count == 0)
        buf_adds(&in->said, "Nothing was installed here.\n");
    bool ok = !in->apply || left.len == 0 || keep_list(in, path, &left, err);
    buf_free(&list);
    buf_free(&left);
    return ok;
}

/* ---- the command ---- */

static void add_next(struct install *in, bool remove)
{
    if (remove || in->said.len == 0)
        buf_adds(&in->said, in->said.len == 0 ? "Everything is as it should be.\n" : "");
    else if (!in->apply)
        buf_adds(&in->said, "\nNothing was done. `crib kiosk install --apply` does it.\n");
    else
        buf_addf(&in->said,
                 "\nNext:\n"
                 "  put the site's name into " HOME "/config.yaml, and add channels and people as the account:\n"
                 "    sudo -u " ACCOUNT " CRIB_HOME=" HOME " crib channel add ...\n"
                 "  systemctl daemon-reload; systemctl restart systemd-logind; sysctl --system\n"
                 "  systemctl start crib-kiosk@%s crib-kiosk-sync.timer crib-kiosk-room\n"
                 "  over SSH: the visitors' keys into /etc/crib/kiosk_authorized_keys; systemctl reload ssh\n",
                 in->tty);
}

/* {"applied", "steps"}: each line that would be said as a text. */
static bool print_json(struct install *in, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_object(&j, NULL);
    json_bool(&j, "applied", in->apply);
    json_open_array(&j, "steps");
    for (const char *at = buf_text(&in->said); *at != '\0';) {
        size_t n = strcspn(at, "\n");
        json_text(&j, NULL, at, n);
        at += n + (at[n] == '\n');
    }
    json_close_array(&j);
    json_close_object(&j);
    output_end_json(&out);
    buf_free(&in->said);
    return output_buf(&out, false, err);
}

/* "tty1", "ttyS0": a part of names, and nothing more. */
static bool tty_fits(const char *tty)
{
    return tty[0] != '\0' && strlen(tty) < 32 &&
           strspn(tty, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == strlen(tty);
}

static bool prepare(struct install *in, const struct args *args, struct error *err)
{
    const char *root = args_value(args, "root"), *tty = args_value(args, "tty");
    in->apply = args_flag(args, "apply") || (args_flag(args, "remove") && !args_flag(args, "dry-run"));
    in->tty = tty != NULL ? tty : "tty1";
    in->root = root == NULL || strcmp(root, "/") == 0 ? "" : root;
    in->crib = app_own_path(in->app);
    if (in->crib == NULL || sodium_init() < 0)
        return no_memory(err);
    if (root != NULL && in->root[0] != '\0')
        in->crib = "/usr/local/bin/crib"; /* where it will lie there */
    if (!tty_fits(in->tty))
        return error_set(err, EX_USAGE, "no console is called", in->tty, NULL, "name one as tty1 or ttyS0");
    if (in->root[0] != '\0' && in->root[0] != '/')
        return error_set(err, EX_USAGE, "no root", root, "it is not an absolute path", "begin it with a slash");
    if (in->apply && geteuid() != 0)
        return error_set(err, EX_NOPERM, "cannot install the kiosk", NULL, "only root can", "sudo crib kiosk install --apply");
    return true;
}

int kiosk_install(struct app *app, const struct args *args)
{
    struct error err;
    struct install in = {.app = app};
    bool remove = args_flag(args, "remove");
    bool ok = prepare(&in, args, &err) && (remove ? remove_all(&in, &err) : install_all(&in, &err));
    struct error unsaid;
    if (args_flag(args, "json"))
        ok = print_json(&in, ok ? &err : &unsaid) && ok;
    else if (ok)
        add_next(&in, remove);
    if (in.said.len > 0 && !output_buf(&in.said, false, ok ? &err : &unsaid) && ok)
        ok = false;
    buf_free(&in.list);
    return ok ? EX_OK : app_fail(&err);
}
