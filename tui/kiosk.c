#include "tui/kiosk.h"

#include "core/base/account.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/notice.h"
#include "core/base/yaml.h"
#include "core/record/keep.h"
#include "tui/visit.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { IDLE_S = 300, COUNTDOWN_S = 30, IDLE_LEAST_S = 2, IDLE_MOST_S = 24 * 3600, STATES_MOST = 256 };

/* ---- configuration ---- */

/* "5 min", "90 s", or bare minutes. */
static bool time_of(const char *text, long *seconds)
{
    char *end;
    long n = strtol(text, &end, 10);
    while (*end == ' ')
        end++;
    bool minutes = *end == '\0' || strcmp(end, "min") == 0 || strcmp(end, "m") == 0;
    if (end == text || (!minutes && strcmp(end, "s") != 0) || n < 0 || n > IDLE_MOST_S)
        return false;
    n *= minutes ? 60 : 1;
    if (n < IDLE_LEAST_S || n > IDLE_MOST_S)
        return false;
    *seconds = n;
    return true;
}

static void take_time(const struct config_value *v, const char *key, long *seconds, struct diags *diags)
{
    const struct yaml *node = yaml_get(v->mapping, key);
    const char *said = "";
    if (node != NULL && yaml_text(node, v->where, diags, &said) && !time_of(said, seconds))
        diags_add(diags, SEVERITY_ERROR, v->where, node->line, node->column, "write 5 min, or 90 s",
                  "`%s` is `%.40s`: it is no time from 2 s to a day", key, said);
}

void kiosk_settings(const struct config *config, struct kiosk_settings *s, struct diags *diags)
{
    static const char *const known[] = {"name", "text", "idle", "countdown", "plain", "touch"};
    const struct config_value *v = config_get(config, CONFIG_KIOSK);
    const struct yaml *name = yaml_get(v->mapping, "name"), *text = yaml_get(v->mapping, "text");
    const struct yaml *plain = yaml_get(v->mapping, "plain"), *touch = yaml_get(v->mapping, "touch");
    *s = (struct kiosk_settings){.name = "crib", .text = "", .idle_s = IDLE_S, .countdown_s = COUNTDOWN_S};
    yaml_unknown(v->mapping, (struct strings){known, sizeof known / sizeof *known}, v->where, diags);
    if (name != NULL)
        (void)yaml_text(name, v->where, diags, &s->name);
    if (text != NULL)
        (void)yaml_text(text, v->where, diags, &s->text);
    if (plain != NULL)
        (void)yaml_bool(plain, v->where, diags, &s->plain);
    if (touch != NULL)
        (void)yaml_bool(touch, v->where, diags, &s->touch);
    take_time(v, "idle", &s->idle_s, diags);
    take_time(v, "countdown", &s->countdown_s, diags);
}

/* ---- the run ---- */

bool kiosk_refuse(const char *what, struct error *err)
{
    return error_set(err, EX_NOPERM, what, NULL, "not in a kiosk", "do it on a terminal of your own");
}

static const char *status_directory(struct app *app, struct arena *a)
{
    return arena_printf(a, "%s/kiosk", app->places.state);
}

static const char *status_path(struct app *app, struct arena *a, long pid, const char *end)
{
    return arena_printf(a, "%s/kiosk/%ld%s", app->places.state, pid, end);
}

bool kiosk_open(struct kiosk *k, struct app *app, struct error *err)
{
    const char *account = account_name(app->arena), *state = status_directory(app, app->arena);
    const char *lock = status_path(app, app->arena, (long)getpid(), ".lock");
    *k = (struct kiosk){.began_ms = clock_wall_ms(), .notify = {.fd = -1}, .lock = -1};
    if (account == NULL || state == NULL || lock == NULL)
        return error_memory(err);
    const char *terminal = ttyname(STDIN_FILENO);
    snprintf(k->account, sizeof k->account, "%s", account);
    snprintf(k->terminal, sizeof k->terminal, "%s", terminal != NULL ? terminal : "no terminal");
    if (!file_make_dirs(app->places.data, err) || !file_make_dirs(state, err))
        return false;
    if (chdir(app->places.data) != 0)
        return error_errno(err, errno, "cannot go to", app->places.data, NULL);
    k->lock = file_lock(lock, 0, "another kiosk has its number", err);
    if (k->lock < 0)
        return false;
    notify_open(&k->notify);
    notice_open();
    app->kiosk = k;
    app->account = k->account;
    return true;
}

/* What crib, its libraries and the C library read while they run, and nothing else. Of these, what the directory of all
 * users holds is root's to write. */
void kiosk_bound(struct kiosk *k, struct app *app)
{
    const char *shared = arena_printf(app->arena, "%.*s", (int)(strlen(app->places.system_config) - strlen("/config.yaml")),
                                      app->places.system_config);
    struct keep keep; /* copies of the record, from which it heals */
    const char *copies = keep_read(app->arena, &app->places, app->config, &keep, NULL) ? keep.dir : app->places.data;
    const struct sandbox_path paths[] = {
        {app->places.data, true}, {app->places.state, true}, {app->places.config, false}, {app->places.system_data, false},
        {shared != NULL ? shared : "/etc/crib", false}, {"/etc/passwd", false}, {"/etc/machine-id", false},
        {"/etc/localtime", false}, {"/usr/share/zoneinfo", false}, {"/proc/sys/kernel/random/boot_id", false},
        {"/dev/urandom", false}, {"/dev/null", true}, {"/usr/share/terminfo", false}, {"/lib/terminfo", false},
        {"/etc/terminfo", false}, {"/usr/lib/locale", false}, {"/usr/share/locale", false}, {"/usr/share/i18n", false},
        {"/usr/lib/gconv", false}, {copies, strcmp(copies, app->places.data) == 0},
    };
    sandbox_enter(&k->sandbox, paths, sizeof paths / sizeof *paths);
    struct buf bounds = {0};
    sandbox_words(&k->sandbox, &bounds);
    notice(NOTICE_INFO, "the kiosk on %s began; %s", k->terminal, buf_text(&bounds));
    buf_free(&bounds);
    notify_tell(&k->notify, "READY=1\nSTATUS=nobody is badged in");
    kiosk_tell(k, app, false);
}

static void tell_end(const struct kiosk *k, int status)
{
    if (k->left)
        notice(NOTICE_INFO, "the kiosk on %s ended: an administrator ended it", k->terminal);
    else if (status == EX_UNAVAILABLE || status == EX_OK)
        notice(NOTICE_WARNING, "the kiosk on %s ended: its terminal went away, or it was told to", k->terminal);
    else
        notice(NOTICE_ERROR, "the kiosk on %s ended: it failed (status %d)", k->terminal, status);
}

void kiosk_close(struct kiosk *k, struct app *app, int status)
{
    static const char *const ends[] = {".yaml", ".lock"};
    tell_end(k, status);
    notify_tell(&k->notify, "STOPPING=1");
    notify_close(&k->notify);
    for (size_t i = 0; app->arena != NULL && app->places.state != NULL && i < sizeof ends / sizeof *ends; i++) {
        const char *path = status_path(app, app->arena, (long)getpid(), ends[i]);
        if (path != NULL)
            (void)unlink(path);
    }
    close(k->lock);
    app->kiosk = NULL;
}

static void status_text(const struct kiosk *k, struct buf *out)
{
    buf_addf(out, "began: %lld\nvisit: %lld\nterminal: %s\nwatchdog: %lld\nbounded: %s\nsandbox: \"", (long long)k->began_ms,
             (long long)k->visit_ms, k->terminal, (long long)(k->notify.every_ms * 2 / 1000),
             k->sandbox.files > 0 && k->sandbox.calls ? "yes" : "no");
    sandbox_words(&k->sandbox, out);
    buf_adds(out, "\"\n");
}

void kiosk_tell(struct kiosk *k, struct app *app, bool visit)
{
    struct buf text = {0};
    struct arena *a = arena_open();
    const char *path = a != NULL ? status_path(app, a, (long)getpid(), ".yaml") : NULL;
    k->visit_ms = visit ? clock_wall_ms() : 0;
    status_text(k, &text);
    if (path != NULL && buf_ok(&text))
        (void)file_write(path, buf_text(&text), text.len, 0600, NULL); /* a status that is not told keeps nobody out */
    notify_tell(&k->notify, visit ? "STATUS=somebody is badged in" : "STATUS=nobody is badged in");
    buf_free(&text);
    arena_close(a);
}

bool kiosk_renew(struct app *app, struct error *err)
{
    struct kiosk *k = app->kiosk;
    const struct app before = *app;
    visit_end(app); /* a live session hears of it */
    app_close(app);
    bool ok = app_open(app, before.program, err);
    app->run = before.run;
    app->kiosk = k; /* it goes on, or ends, as a kiosk */
    app->account = k->account;
    ok = ok && app_places(app, err) && app_config(app, err) != NULL;
    if (!ok)
        notice(NOTICE_ERROR, "the kiosk on %s can't go on: %s: %s", k->terminal, err->what, err->why);
    return ok;
}

/* ---- what whoever looks after it should know ---- */

void kiosk_refused(const struct app *app, const struct error *err)
{
    static struct notice_gate unknown, trouble;
    unsigned long kept;
    bool theirs = err->code == EX_NOUSER || err->code == EX_USAGE || strcmp(err->what, "cannot badge in") == 0;
    if (app->kiosk == NULL || !notice_due(theirs ? &unknown : &trouble, theirs ? 10 * 60000 : 60000, &kept))
        return;
    if (theirs)
        notice(NOTICE_WARNING, "on %s somebody gave a badge or name that is not known here, or not plain (%lu more since it was said last)",
               app->kiosk->terminal, kept);
    else
        notice(NOTICE_ERROR, "on %s nobody can badge in: %s: %s", app->kiosk->terminal, err->what, err->why);
}

void kiosk_wrong_pin(const struct app *app, const struct pin_result *pin)
{
    if (app->kiosk != NULL && pin->state == PIN_WRONG && pin->wait_ms > 0)
        notice(NOTICE_WARNING, "on %s a PIN was wrong %lld times in a row: the next one can be tried in %lld s", app->kiosk->terminal,
               (long long)pin->wrong, (long long)((pin->wait_ms + 999) / 1000));
}

/* ---- what others can know of it ---- */

static long long number_of(const struct yaml *root, const char *key)
{
    const struct yaml *node = yaml_get(root, key);
    return node != NULL ? strtoll(node->text, NULL, 10) : 0;
}

static const char *text_of(const struct yaml *root, const char *key)
{
    const struct yaml *node = yaml_get(root, key);
    return node != NULL && node->kind == YAML_SCALAR ? node->text : "";
}

/* Who is gone holds no lock any more; what was left is taken away, where that may be. */
static bool still_runs(const char *path, const char *lock)
{
    int fd = access(lock, F_OK) == 0 ? file_lock(lock, 0, "", NULL) : -1;
    if (fd < 0)
        return access(lock, F_OK) == 0;
    (void)unlink(path);
    (void)unlink(lock);
    close(fd);
    return false;
}

static bool read_state(struct app *app, struct arena *a, const char *name, struct kiosk_state *s)
{
    char *end;
    struct buf bytes = {0};
    *s = (struct kiosk_state){.pid = strtol(name, &end, 10)};
    const char *path = status_path(app, a, s->pid, ".yaml"), *lock = status_path(app, a, s->pid, ".lock");
    if (s->pid <= 0 || strcmp(end, ".yaml") != 0 || path == NULL || lock == NULL || !still_runs(path, lock) ||
        !file_read(path, YAML_MOST_BYTES, &bytes, NULL)) {
        buf_free(&bytes);
        return false;
    }
    const struct yaml *root = yaml_parse(a, buf_text(&bytes), bytes.len, path, 1, NULL);
    s->began_ms = number_of(root, "began");
    s->visit_ms = number_of(root, "visit");
    s->watchdog_s = (long)number_of(root, "watchdog");
    s->terminal = text_of(root, "terminal");
    s->sandbox = text_of(root, "sandbox");
    s->bounded = strcmp(text_of(root, "bounded"), "yes") == 0;
    buf_free(&bytes);
    return root != NULL;
}

bool kiosk_states(struct app *app, struct arena *a, struct kiosk_state **states, size_t *count, struct error *err)
{
    const char *path = status_directory(app, a);
    *states = arena_array(a, STATES_MOST, sizeof **states);
    *count = 0;
    if (path == NULL || *states == NULL)
        return error_memory(err);
    DIR *dir = opendir(path);
    for (struct dirent *e; dir != NULL && *count < STATES_MOST && (e = readdir(dir)) != NULL;)
        if (read_state(app, a, e->d_name, &(*states)[*count]))
            (*count)++;
    if (dir != NULL)
        closedir(dir);
    return true;
}
