#include "tui/cli/cli.h"
#include "tui/cli/sure.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/notice.h"
#include "core/base/output.h"
#include "core/record/erase.h"
#include "core/record/heal.h"
#include "core/record/tidy.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static void hex_of(const unsigned char *bytes, size_t n, char *out, size_t size)
{
    sodium_bin2hex(out, size, bytes, n);
}

/* The same of a copy that was made and of one that was restored. */
static void in_json(struct json *j, const char *path, const struct copy_found *found)
{
    char log[2 * EVENT_LOG + 1], head[2 * EVENT_HASH + 1];
    hex_of(found->log, EVENT_LOG, log, sizeof log);
    hex_of(found->head, EVENT_HASH, head, sizeof head);
    json_string(j, "file", path);
    json_int(j, "events", (int64_t)found->events);
    json_int(j, "bytes", found->bytes);
    json_string(j, "log", found->own ? log : NULL);
    json_int(j, "seq", (int64_t)found->seq);
    json_string(j, "head", found->own ? head : NULL);
}

static void in_words(struct buf *out, const char *path, const struct copy_found *found)
{
    char log[2 * EVENT_LOG + 1], head[2 * EVENT_HASH + 1];
    hex_of(found->log, EVENT_LOG, log, sizeof log);
    hex_of(found->head, EVENT_HASH, head, sizeof head);
    buf_addf(out, "%s: %" PRIu64 " event%s, %" PRId64 " bytes", path, found->events, found->events == 1 ? "" : "s", found->bytes);
    if (found->own)
        buf_addf(out, "; log %.8s up to %" PRIu64 ", head %.16s", log, found->seq, head);
    buf_adds(out, "; verified\n");
}

/* A damaged record is healed first: what is copied then is what goes on. The learner is nobody's business here. */
static bool heal_first(struct app *app, const char *record, const struct keep *keep, struct error *err)
{
    struct healing healing = {0};
    struct record *r = heal_open(record, HEAL_READ, app->arena, keep, &healing, err);
    if (healing.told.len > 0)
        app->healed = arena_strdup(app->arena, buf_text(&healing.told));
    buf_free(&healing.told);
    record_close(r);
    return r != NULL;
}

/* Damage that nobody came by yet shows when everything is read (err says so): then it is healed, and the copy made of that. */
static bool heal_now(struct app *app, const char *record, const struct keep *keep, struct error *err)
{
    struct healing healing = {0};
    struct error why = {0};
    bool ok = err->code == EX_DATAERR && heal_check(record, app->arena, keep, &healing, &why) && healing.told.len > 0;
    if (ok)
        app->healed = arena_strdup(app->arena, buf_text(&healing.told));
    if (ok || why.code != 0)
        *err = why;
    buf_free(&healing.told);
    return ok;
}

/* The record's place and what is configured of its copies. */
static bool look(struct app *app, const char **record, struct keep *keep, struct error *err)
{
    const struct config *config = app_config(app, err);
    *record = file_join(app->arena, app->places.data, "record.db");
    return config != NULL && (*record != NULL || error_memory(err)) && keep_read(app->arena, &app->places, config, keep, err);
}

static int print_copy(const char *path, const struct copy_found *found, size_t dropped, bool as_json)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    struct error err = {0};
    if (as_json) {
        json_open_object(&j, NULL);
        in_json(&j, path, found);
        json_int(&j, "dropped", (int64_t)dropped);
        json_close_object(&j);
        output_end_json(&out);
    } else {
        in_words(&out, path, found);
        if (dropped > 0)
            buf_addf(&out, "%zu older cop%s went\n", dropped, dropped == 1 ? "y" : "ies");
    }
    return output_buf(&out, false, &err) ? EX_OK : app_fail(&err);
}

/* ---- crib backup FILE ---- */

static bool is_free(const char *path, struct error *err)
{
    struct stat st;
    if (lstat(path, &st) == 0)
        return error_set(err, EX_CANTCREAT, "cannot write", path, "it is there already", "name another file");
    return errno == ENOENT || error_errno(err, errno, "cannot write", path, NULL);
}

static bool is_none(struct app *app, const char *record, const struct keep *keep)
{
    struct stat st;
    return stat(record, &st) != 0 || (st.st_size == 0 && !heal_emptied(record, app->arena, keep));
}

static int to_file(struct app *app, const char *record, const struct keep *keep, const char *path, bool as_json)
{
    struct copy_found found;
    struct error err = {0};
    if (is_none(app, record, keep))
        error_set(&err, EX_NOINPUT, "nothing to copy", NULL, "there is no record here yet", "it begins with the first quiz or note");
    if (err.code != 0 || !is_free(path, &err) || !heal_first(app, record, keep, &err) ||
        (!copy_make(record, path, &found, &err) && (!heal_now(app, record, keep, &err) || !copy_make(record, path, &found, &err))))
        return app_fail(&err);
    notice(NOTICE_INFO, "a copy of the record was made: %" PRIu64 " events", found.events);
    return print_copy(path, &found, 0, as_json);
}

/* ---- crib backup --nightly ---- */

static bool make_nightly(struct app *app, const char *record, const struct keep *keep, struct keep_result *result,
                         struct error *err)
{
    return heal_first(app, record, keep, err) &&
           (keep_make(app->arena, keep, record, result, err) ||
            (heal_now(app, record, keep, err) && keep_make(app->arena, keep, record, result, err)));
}

/* When a copy of it is safe. What can't be tidied tonight can wait. */
static void tidy(const char *record)
{
    struct record *r = record_open(record, NULL);
    int64_t rows = 0;
    if (r != NULL && record_erase_finish(r, clock_wall_ms(), NULL))
        (void)record_overwrite(r, NULL);
    if (r != NULL && record_tidy(r, clock_wall_ms(), &rows, NULL) && rows > 0)
        notice(NOTICE_INFO, "%" PRId64 " rows of the record went whose time was over", rows);
    record_close(r);
}

static int nightly(struct app *app, const char *record, const struct keep *keep, bool as_json)
{
    struct keep_result result;
    struct error err = {0};
    if (keep->days == 0 || is_none(app, record, keep)) {
        fputs(keep->days == 0 ? "Copies are switched off: `days: 0` in the configuration.\n" : "There is no record to copy yet.\n",
              stderr);
        return EX_OK;
    }
    if (!make_nightly(app, record, keep, &result, &err)) {
        notice(NOTICE_ERROR, "no copy of the record was made: %s: %s", err.what, err.why); /* no path: it may name somebody */
        return app_fail(&err);
    }
    notice(NOTICE_INFO, "tonight's copy of the record was made: %" PRIu64 " events, %zu older copies went", result.found.events,
           result.dropped);
    tidy(record);
    return print_copy(result.path, &result.found, result.dropped, as_json);
}

int cli_backup(struct app *app, const struct args *args)
{
    struct error err = {0};
    struct keep keep;
    const char *record;
    bool by_night = args_flag(args, "nightly");
    if (args->count == 0 && !by_night) {
        error_set(&err, EX_USAGE, "backup", NULL, "it takes a file, or --nightly", "crib backup FILE");
        return app_fail(&err);
    }
    if (!look(app, &record, &keep, &err))
        return app_fail(&err);
    bool as_json = args_flag(args, "json");
    return by_night ? nightly(app, record, &keep, as_json) : to_file(app, record, &keep, args->words[0], as_json);
}

/* ---- crib restore FILE ---- */

static bool ask(const char *path, bool *yes, struct error *err)
{
    static const struct sure sure = {"to do so, anything else to leave it", "restore", "nothing was restored", "`crib restore --yes FILE`"};
    struct buf said = {0};
    text_safe(&said, path, strlen(path), 0);
    if (isatty(STDIN_FILENO) == 1)
        fprintf(stderr, "%s takes the record's place; the record that stands there is moved aside.\n", buf_text(&said));
    buf_free(&said);
    return sure_ask(&sure, yes, err);
}

static int print_restored(const char *path, const struct restored *restored, bool as_json)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    struct error err = {0};
    if (as_json) {
        json_open_object(&j, NULL);
        in_json(&j, path, &restored->found);
        json_string(&j, "aside", restored->aside[0] != '\0' ? restored->aside : NULL);
        json_close_object(&j);
        output_end_json(&out);
    } else {
        buf_adds(&out, "restored from ");
        in_words(&out, path, &restored->found);
        if (restored->aside[0] != '\0')
            buf_addf(&out, "what stood there is kept as %s\n", restored->aside);
    }
    return output_buf(&out, false, &err) ? EX_OK : app_fail(&err);
}

int cli_restore(struct app *app, const struct args *args)
{
    struct error err = {0};
    struct restored restored;
    const char *record = file_join(app->arena, app->places.data, "record.db"), *path = args->words[0];
    bool yes = args_flag(args, "yes");
    if (record == NULL) {
        error_memory(&err);
        return app_fail(&err);
    }
    /* What can't be restored is said before anybody is asked. */
    struct stat st, own;
    if (stat(path, &st) != 0) {
        error_errno(&err, errno, "cannot read", path, NULL);
        return app_fail(&err);
    }
    if (stat(record, &own) == 0 && own.st_ino == st.st_ino && own.st_dev == st.st_dev) {
        error_set(&err, EX_USAGE, "nothing was restored", path, "that is the record itself", "name a copy of it: `crib doctor` says where they are");
        return app_fail(&err);
    }
    if (!yes && !ask(path, &yes, &err))
        return app_fail(&err);
    if (!yes)
        return EX_OK;
    if (!file_make_dirs(app->places.data, &err) || !heal_restore(record, path, &restored, &err))
        return app_fail(&err);
    return print_restored(path, &restored, args_flag(args, "json"));
}
