#include "tui/cli/doctor.h"

#include "core/base/clock.h"
#include "core/base/syncing.h"
#include "core/record/heal.h"
#include "core/record/outbox.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

enum {
    READ_MOST = 512 << 20, /* bytes of a record that is read through here and now */
    COPY_DAYS = 2,         /* a copy that is older is said to be */
    WAIT_DAYS = 7,         /* so is what waits, and a sync that reached nobody */
    BEHIND_MS = 10 * 60 * 1000
};

static const char *printed(struct app *app, const char *text)
{
    return text != NULL ? text : app->places.data;
}

/* ---- the record ---- */

/* What is damaged heals, as at any opening: it was only that nobody came by the place yet. */
static bool healed_now(struct findings *f, struct app *app, const char *path, const struct error *why)
{
    struct healing healing = {0};
    struct error err = {0};
    struct keep keep;
    const struct config *config = app_config(app, &err);
    record_close(app->record);
    app->record = NULL;
    bool ok = config != NULL && keep_read(app->arena, &app->places, config, &keep, &err) &&
              heal_check(path, app->arena, &keep, &healing, &err);
    if (healing.told.len > 0)
        say(f, WORTH_KNOWING, "record", buf_text(&healing.told), "look after the disk that it lies on");
    else
        say_error(f, "record", ok ? why : &err);
    ok = ok && healing.told.len > 0;
    buf_free(&healing.told);
    return ok;
}

static void look_through(struct findings *f, struct app *app, const char *path, const struct stat *st, struct copy_found *found)
{
    struct error err = {0};
    if (st->st_size > READ_MOST) {
        const char *text = arena_printf(app->arena, "large, %" PRId64 " MB: its nightly copy is read through, and it is not read now",
                                        (int64_t)st->st_size / 1000000);
        say(f, FINE, "record", printed(app, text), "crib audit verify does so");
        return;
    }
    if (!copy_check(path, found, &err) && !healed_now(f, app, path, &err))
        return;
    if (err.code != 0 && !copy_check(path, found, &err)) {
        say_error(f, "record", &err);
        return;
    }
    const char *text = arena_printf(app->arena, "whole: %" PRIu64 " event%s in %zu log%s, %" PRIu64 " erased", found->events,
                                    found->events == 1 ? "" : "s", found->logs, found->logs == 1 ? "" : "s", found->erased);
    if (text != NULL && found->foreign_logs > 0)
        text = arena_printf(app->arena, "%s; and %" PRIu64 " of other devices in %zu log%s, %" PRId64 " KB", text, found->foreign_events,
                            found->foreign_logs, found->foreign_logs == 1 ? "" : "s", (found->foreign_bytes + 1023) / 1024);
    say(f, FINE, "record", printed(app, text), "");
}

/* The newest event tells of a moment that was: a clock before it is wrong, or was. */
static void look_at_clock(struct findings *f, struct app *app, const struct copy_found *found)
{
    char day[16];
    if (!found->own || found->newest_ms <= clock_wall_ms() + BEHIND_MS)
        return;
    clock_format_day(found->newest_ms, day, sizeof day);
    const char *text = arena_printf(app->arena, "before %s, when something was recorded here last", day);
    say(f, WORTH_KNOWING, "clock", printed(app, text), "set it; where it was ahead once, this passes");
}

/* ---- its copies ---- */

static void look_at_room(struct findings *f, struct app *app, const char *dir, int64_t bytes)
{
    struct statvfs disk;
    if (statvfs(dir, &disk) != 0 || (int64_t)disk.f_bavail * (int64_t)disk.f_frsize > 2 * bytes)
        return;
    const char *text = arena_printf(app->arena, "%s has no room for another copy", dir);
    say(f, WORTH_KNOWING, "backup", printed(app, text), "free some disk space there, or name another `dir` under `backup`");
}

/* Not the disk's doing is a newer crib's copy, or one that belongs to somebody else. */
static void say_useless(struct findings *f, struct app *app, const struct kept_copy *copy, const struct error *err)
{
    struct error ignored;
    struct buf why = {0};
    bool damaged = false;
    (void)heal_damaged(copy->path, &damaged, &why, &ignored);
    buf_free(&why);
    const char *text = arena_printf(app->arena, damaged ? "the copy of %s is damaged: %s" : "the copy of %s can't be used: %s", copy->day, err->why);
    say(f, BROKEN, "backup", printed(app, text), !damaged && err->todo[0] != '\0' ? err->todo
            : "look after the disk that it lies on; crib backup --nightly makes a good one now");
}

static void look_at_newest(struct findings *f, struct app *app, const struct keep *keep, const struct kept_copy *newest, size_t count)
{
    int64_t at = 0;
    struct stat st;
    struct error err = {0};
    (void)clock_parse(newest->day, &at);
    int64_t days = (clock_wall_ms() - at) / DAY_MS;
    const char *text = arena_printf(app->arena, "the newest verified copy is of %s, %zu in %s", newest->day, count, keep->dir);
    bool there = stat(newest->path, &st) == 0;
    if (there && st.st_size <= READ_MOST && !copy_check(newest->path, NULL, &err))
        say_useless(f, app, newest, &err);
    else if (days > COPY_DAYS)
        say(f, WORTH_KNOWING, "backup", printed(app, text), "systemctl --user enable --now crib-backup.timer; crib backup --nightly makes one now");
    else
        say(f, FINE, "backup", printed(app, text), keep->own_dir ? "beside the record: `backup: {dir: DIR}` names another disk" : "");
    if (!there)
        return;
    if ((st.st_mode & 077) != 0)
        say(f, WORTH_KNOWING, "backup", "others can read the copies", "chmod 600 them, and 700 their directory");
    look_at_room(f, app, keep->dir, (int64_t)st.st_size);
}

static void look_at_copies(struct findings *f, struct app *app)
{
    struct error err = {0};
    struct keep keep;
    struct kept_copy *copies;
    size_t count;
    const struct config *config = app_config(app, &err);
    if (config == NULL || !keep_read(app->arena, &app->places, config, &keep, &err) ||
        !keep_list(app->arena, &keep, &copies, &count, &err)) {
        say_error(f, "backup", &err);
        return;
    }
    if (keep.days == 0)
        say(f, WORTH_KNOWING, "backup", "switched off: there is no copy of the record", "`days: 7` under `backup` in the configuration");
    else if (count == 0)
        say(f, WORTH_KNOWING, "backup", "there is no copy of the record",
            "systemctl --user enable --now crib-backup.timer; crib backup --nightly makes one now");
    else
        look_at_newest(f, app, &keep, &copies[0], count);
}

/* What was moved aside waits for somebody to look at it. */
static void look_at_aside(struct findings *f, struct app *app)
{
    static const char *const begin[] = {"record.db.corrupt-", "record.db.replaced-"};
    size_t count[2] = {0};
    int64_t bytes = 0;
    DIR *dir = opendir(app->places.data);
    const struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL)
        for (size_t i = 0; i < 2; i++) {
            struct stat st;
            const char *path = strncmp(entry->d_name, begin[i], strlen(begin[i])) == 0
                                   ? file_join(app->arena, app->places.data, entry->d_name)
                                   : NULL;
            if (path == NULL || lstat(path, &st) != 0)
                continue;
            bytes += (int64_t)st.st_size;
            count[i] += strchr(entry->d_name + strlen(begin[i]), '-') == NULL; /* not its -wal, -shm */
        }
    if (dir != NULL)
        closedir(dir);
    if (count[0] + count[1] == 0)
        return;
    const char *text = arena_printf(app->arena, "%zu damaged and %zu replaced ones are kept beside it, %" PRId64 " MB in all", count[0],
                                    count[1], (bytes + 999999) / 1000000);
    say(f, count[0] > 0 ? WORTH_KNOWING : FINE, "record", printed(app, text),
        count[0] > 0 ? "look after the disk; remove record.db.corrupt-* when nobody wants them" : "remove record.db.replaced-* when nobody wants them");
}

/* ---- what leaves ---- */

static void look_at_outbox(struct findings *f, struct app *app, struct record *record)
{
    struct error err = {0};
    struct outbox_counts counts;
    int64_t oldest = 0;
    char day[16] = "";
    if (!outbox_counts(record, &counts, &err) || !outbox_oldest(record, &oldest, &err)) {
        say_error(f, "outbox", &err);
        return;
    }
    clock_format_day(oldest, day, sizeof day);
    const char *text = counts.waiting > 0 ? arena_printf(app->arena, "%" PRId64 " to send, the oldest since %s", counts.waiting, day)
                                          : "nothing waits";
    bool old = oldest > 0 && clock_wall_ms() - oldest > WAIT_DAYS * DAY_MS;
    say(f, old ? WORTH_KNOWING : FINE, "outbox", printed(app, text), old ? "crib sync sends it, or says why not" : "");
    if (counts.aside == 0)
        return;
    text = arena_printf(app->arena, "%" PRId64 " refused by their store", counts.aside);
    say(f, WORTH_KNOWING, "outbox", printed(app, text), "crib outbox shows them, with the store's words");
}

static void look_at_last_sync(struct findings *f, struct app *app)
{
    struct syncing known = {0};
    const char *path = syncing_path(app->arena, &app->places);
    int64_t reached = 0;
    char day[16];
    if (path == NULL || !syncing_read(app->arena, path, &known))
        return;
    for (size_t i = 0; i < known.channel_count; i++)
        reached = known.channels[i].reached_ms > reached ? known.channels[i].reached_ms : reached;
    for (size_t i = 0; i < known.store_count; i++)
        reached = known.stores[i].reached_ms > reached ? known.stores[i].reached_ms : reached;
    if (reached == 0 || clock_wall_ms() - reached <= WAIT_DAYS * DAY_MS)
        return;
    clock_format_day(reached, day, sizeof day);
    const char *text = arena_printf(app->arena, "the last sync that reached anybody was on %s", day);
    say(f, WORTH_KNOWING, "sync", printed(app, text), "crib sync; where no network comes, crib outbox export and a USB stick");
}

void look_at_care(struct findings *f, struct app *app)
{
    struct error err = {0};
    struct copy_found found = {0};
    struct stat st;
    const char *path = file_join(app->arena, app->places.data, "record.db");
    struct record *record = app_record_if_any(app, &err);
    if (record != NULL && path != NULL && stat(path, &st) == 0) {
        look_through(f, app, path, &st, &found);
        look_at_clock(f, app, &found);
        look_at_copies(f, app);
        if ((record = app_record_if_any(app, &err)) != NULL)
            look_at_outbox(f, app, record);
    }
    look_at_aside(f, app);
    look_at_last_sync(f, app);
}
