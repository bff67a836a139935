#include "core/record/keep.h"

#include "core/base/account.h"
#include "core/base/clock.h"
#include "core/base/yaml.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DAYS = 7, WEEKS = 4, MOST = 3660, DAY_TEXT = 10, COPIES_MOST = 20000 };

/* ---- configuration ---- */

static bool mistake(const struct config_value *v, const struct yaml *node, const char *why, const char *todo, struct error *err)
{
    char where[400];
    snprintf(where, sizeof where, "%s:%zu", v->where, node->line);
    return error_set(err, EX_CONFIG, "cannot read backup", where, why, todo);
}

static bool take_count(const struct config_value *v, const struct yaml *node, long *count, struct error *err)
{
    return yaml_number(node, 0, MOST, v->where, NULL, count) ||
           mistake(v, node, "that is no number of copies", "write a whole number from 0 to 3660", err);
}

static bool read_mapping(struct arena *a, const struct config_value *v, struct keep *keep, struct error *err)
{
    for (const struct yaml *node = v->mapping->first; node != NULL; node = node->next) {
        bool ok = true;
        if (strcmp(node->key, "days") == 0)
            ok = take_count(v, node, &keep->days, err);
        else if (strcmp(node->key, "weeks") == 0)
            ok = take_count(v, node, &keep->weeks, err);
        else if (strcmp(node->key, "dir") != 0)
            ok = mistake(v, node, "it takes dir, days and weeks", NULL, err);
        else if (node->kind != YAML_SCALAR || node->text[0] != '/')
            ok = mistake(v, node, "dir is no absolute path", "begin it with a slash", err);
        else if ((keep->dir = arena_strdup(a, node->text)) == NULL)
            ok = error_memory(err);
        else
            keep->own_dir = false;
        if (!ok)
            return false;
    }
    return true;
}

static const char *file_account(struct arena *a)
{
    const char *name = account_name(a);
    char *safe = name != NULL ? arena_strdup(a, name) : NULL;
    for (char *c = safe; c != NULL && *c != '\0'; c++)
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._", *c) == NULL)
            *c = '_';
    return safe;
}

bool keep_read(struct arena *a, const struct places *places, const struct config *config, struct keep *keep, struct error *err)
{
    *keep = (struct keep){.days = DAYS, .weeks = WEEKS, .own_dir = true};
    keep->dir = file_join(a, places->data, "backups");
    keep->account = file_account(a);
    if (keep->dir == NULL || keep->account == NULL)
        return error_memory(err);
    const struct config_value *v = config != NULL ? config_get(config, CONFIG_BACKUP) : NULL;
    return v == NULL || v->mapping == NULL || read_mapping(a, v, keep, err);
}

/* ---- the copies ---- */

/* `record-ACCOUNT-2026-11-28.db`: the day, or NULL for any other name. */
static const char *day_of(struct arena *a, const struct keep *keep, const char *name)
{
    static const char before[] = "record-", behind[] = ".db";
    size_t n = strlen(name), account = strlen(keep->account);
    size_t head = sizeof before - 1 + account + 1;
    int64_t at;
    if (n != head + DAY_TEXT + sizeof behind - 1 || strncmp(name, before, sizeof before - 1) != 0 ||
        strncmp(name + sizeof before - 1, keep->account, account) != 0 || name[head - 1] != '-' ||
        strcmp(name + head + DAY_TEXT, behind) != 0)
        return NULL;
    const char *day = arena_copy(a, name + head, DAY_TEXT);
    return day != NULL && strlen(day) == DAY_TEXT && clock_parse(day, &at) ? day : NULL;
}

static int newest_first(const void *a, const void *b)
{
    return strcmp(((const struct kept_copy *)b)->day, ((const struct kept_copy *)a)->day);
}

static bool read_names(struct arena *a, const struct keep *keep, DIR *dir, struct kept_copy **copies, size_t *count, struct error *err)
{
    size_t room = 0;
    const struct dirent *entry;
    while ((entry = readdir(dir)) != NULL && *count < COPIES_MOST) {
        const char *day = day_of(a, keep, entry->d_name);
        if (day == NULL)
            continue;
        if (*count == room) {
            struct kept_copy *more = arena_array(a, room = room == 0 ? 64 : room * 2, sizeof *more);
            if (more == NULL)
                return error_memory(err);
            if (*count > 0)
                memcpy(more, *copies, *count * sizeof *more);
            *copies = more;
        }
        const char *path = file_join(a, keep->dir, entry->d_name);
        if (path == NULL)
            return error_memory(err);
        (*copies)[(*count)++] = (struct kept_copy){path, day};
    }
    return true;
}

bool keep_list(struct arena *a, const struct keep *keep, struct kept_copy **copies, size_t *count, struct error *err)
{
    *copies = NULL;
    *count = 0;
    DIR *dir = opendir(keep->dir);
    if (dir == NULL)
        return errno == ENOENT || error_errno(err, errno, "cannot read the copies", keep->dir, "make it a directory that you can read");
    bool ok = read_names(a, keep, dir, copies, count, err);
    closedir(dir);
    if (ok && *count > 1)
        qsort(*copies, *count, sizeof **copies, newest_first);
    return ok;
}

/* The Monday that the day's week begins with, as a number. */
static int64_t week_of(const char *day)
{
    enum { MONDAY = 3, WEEK = 7, DAY_S = 86400 }; /* 1970-01-01 was a Thursday */
    int64_t at = 0;
    (void)clock_parse(day, &at);
    return (at / 1000 / DAY_S + MONDAY) / WEEK;
}

static size_t let_go(const struct keep *keep, const struct kept_copy *copies, size_t count)
{
    long weeks = 0;
    size_t dropped = 0;
    int64_t last = -1;
    for (size_t i = 0; i < count; i++) {
        int64_t week = week_of(copies[i].day);
        bool stays = (long)i < keep->days;
        if (!stays && week != last && weeks < keep->weeks) {
            weeks++;
            stays = true;
        }
        last = week;
        if (!stays && unlink(copies[i].path) == 0)
            dropped++;
    }
    return dropped;
}

/* Copies that were under way when the power went: their names end in six letters of their own. */
static void sweep(const struct keep *keep)
{
    enum { OLD_S = 86400 };
    DIR *dir = opendir(keep->dir);
    const struct dirent *entry;
    char begin[300], path[4600];
    snprintf(begin, sizeof begin, "record-%s-", keep->account);
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        const char *part = strstr(entry->d_name, ".db.");
        struct stat st;
        snprintf(path, sizeof path, "%s/%s", keep->dir, entry->d_name);
        if (part != NULL && strncmp(entry->d_name, begin, strlen(begin)) == 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
            time(NULL) - st.st_mtime > OLD_S)
            unlink(path);
    }
    if (dir != NULL)
        closedir(dir);
}

bool keep_make(struct arena *a, const struct keep *keep, const char *record, struct keep_result *result, struct error *err)
{
    char day[16];
    *result = (struct keep_result){.path = ""};
    if (keep->days == 0)
        return true;
    clock_format_day(clock_wall_ms(), day, sizeof day);
    const char *path = arena_printf(a, "%s/record-%s-%s.db", keep->dir, keep->account, day);
    if (path == NULL)
        return error_memory(err);
    struct kept_copy *copies;
    size_t count;
    if (!file_make_dirs(keep->dir, err) || !copy_make(record, path, &result->found, err))
        return false;
    result->path = path;
    sweep(keep);
    if (!keep_list(a, keep, &copies, &count, err))
        return false;
    result->dropped = let_go(keep, copies, count);
    return true;
}

bool keep_if_due(struct arena *a, const struct keep *keep, const char *record, struct keep_result *result, struct error *err)
{
    struct kept_copy *copies;
    struct stat st;
    size_t count;
    char day[16];
    *result = (struct keep_result){.path = ""};
    if (keep->days == 0 || stat(record, &st) != 0 || st.st_size == 0)
        return true;
    if (!keep_list(a, keep, &copies, &count, err))
        return false;
    clock_format_day(clock_wall_ms(), day, sizeof day);
    for (size_t i = 0; i < count; i++)
        if (strcmp(copies[i].day, day) == 0)
            return true;
    return keep_make(a, keep, record, result, err);
}
