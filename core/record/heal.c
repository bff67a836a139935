#include "core/record/heal.h"

#include "core/base/clock.h"
#include "core/base/notice.h"
#include "core/record/chain.h"
#include "core/record/salvage.h"
#include "core/record/swap.h"
#include "core/record/verify.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* ---- is it damaged? ---- */

static bool says_damage(int code)
{
    return (code & 0xFF) == SQLITE_CORRUPT || (code & 0xFF) == SQLITE_NOTADB;
}

/* SQLITE_OK with what quick_check says, else SQLite's code. */
static int check_pages(sqlite3 *handle, struct buf *said)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(handle, "PRAGMA quick_check(1)", -1, &s, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(s);
    if (code == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(s, 0);
        buf_adds(said, text != NULL ? text : "");
        code = SQLITE_OK;
    }
    sqlite3_finalize(s);
    return code;
}

bool heal_damaged(const char *path, bool *damaged, struct buf *why, struct error *err)
{
    sqlite3 *handle = NULL;
    struct stat st;
    *damaged = false;
    if (stat(path, &st) != 0)
        return error_errno(err, errno, "cannot check the record", path, NULL);
    int code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK) {
        sqlite3_busy_timeout(handle, 5000);
        sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        code = check_pages(handle, why);
    }
    bool told = code == SQLITE_OK || says_damage(code);
    *damaged = says_damage(code) || (code == SQLITE_OK && strcmp(buf_text(why), "ok") != 0);
    if (says_damage(code))
        buf_adds(why, sqlite3_errmsg(handle));
    if (!told)
        error_set(err, code == SQLITE_BUSY ? EX_TEMPFAIL : EX_IOERR, "cannot check the record", path,
                  handle != NULL ? sqlite3_errmsg(handle) : "out of memory", "try again");
    sqlite3_close(handle);
    return told;
}

bool heal_emptied(const char *path, struct arena *a, const struct keep *keep)
{
    struct stat st;
    struct kept_copy *copies;
    size_t count = 0;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0 && keep_list(a, keep, &copies, &count, NULL) && count > 0;
}

/* ---- making what takes its place ---- */

static bool making_path(const struct swap *s, char out[SWAP_PATH + 16], struct error *err)
{
    int n = snprintf(out, SWAP_PATH + 16, "%s.making", s->next);
    return (n > 0 && n < SWAP_PATH + 16) || error_set(err, EX_CONFIG, "cannot restore the record", s->record, "the path is too long", NULL);
}

static void remove_made(const char *making)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char path[SWAP_PATH + 32];
        snprintf(path, sizeof path, "%s%s", making, ends[i]);
        unlink(path);
    }
}

/* The new log's first event, and all of it in one file. */
static bool continue_log(struct record *r, const char *reason, struct error *err)
{
    r->reason = reason;
    bool ok = chain_begin(r, err) && (chain_sign(r, err) || chain_fail(r)) && chain_commit(r, err);
    r->reason = NULL;
    return ok;
}

/* Closed, so that nothing is left in a write-ahead log, and on the disk under its name. */
static bool close_made(struct record *r, const char *making, const struct swap *s, struct error *err)
{
    struct stat st;
    char wal[SWAP_PATH + 32];
    bool single = sqlite3_exec(db_handle(r->db), "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) == SQLITE_OK;
    record_close(r);
    snprintf(wal, sizeof wal, "%s-wal", making);
    if (!single || (stat(wal, &st) == 0 && st.st_size > 0))
        return error_set(err, EX_IOERR, "cannot restore the record", making, "it can't be closed", "try again");
    return rename(making, s->next) == 0 || error_errno(err, errno, "cannot restore the record", s->next, NULL);
}

/* The first copy that holds; without one an empty file, for a new record. */
static bool take_copy(const char *making, struct arena *a, const struct keep *keep, const struct kept_copy **copy, size_t *there, struct error *err)
{
    struct kept_copy *copies = NULL;
    size_t count = 0;
    *copy = NULL;
    remove_made(making);
    (void)keep_list(a, keep, &copies, &count, NULL);
    *there = count;
    for (size_t i = 0; i < count; i++) {
        struct error why = {0};
        if (copy_make(copies[i].path, making, NULL, &why)) {
            *copy = &copies[i];
            return true;
        }
        if (why.code == EX_IOERR)
            return err == NULL || ((void)(*err = why), false);
    }
    return true;
}

struct made {
    const struct kept_copy *copy; /* NULL: there was none that holds */
    size_t copies;                /* that there are */
    struct salvaged salvaged;
};

/* In two tries: what was salvaged may prove itself and yet leave a gap (an erased payload whose `erased` event is lost). Then
 * the copy alone counts. */
static bool make_next(struct swap *s, struct arena *a, const struct keep *keep, struct made *made, struct error *err)
{
    char making[SWAP_PATH + 16];
    if (!making_path(s, making, err))
        return false;
    for (int tries = 0; tries < 2; tries++) {
        *made = (struct made){0};
        struct record *r = take_copy(making, a, keep, &made->copy, &made->copies, err) ? record_open(making, err) : NULL;
        if (r == NULL)
            return false;
        r->copy = true;
        bool ok = tries == 1 || (salvage(r, s->aside, made->copy != NULL ? made->copy->path : NULL, &made->salvaged, err) && record_verify(r, NULL, NULL, err));
        if (ok && continue_log(r, "healed", err))
            return close_made(r, making, s, err);
        record_close(r);
    }
    return false;
}

/* ---- healing ---- */

static void tell(struct healing *healing, const struct swap *s, const struct made *made)
{
    const char *slash = strrchr(s->aside, '/');
    struct buf *out = &healing->told;
    buf_addf(out, "the record was damaged: it is kept as %s; ", slash != NULL ? slash + 1 : s->aside);
    if (made->copy != NULL)
        buf_addf(out, "restored from the copy of %s", made->copy->day);
    else
        buf_adds(out, made->copies > 0 ? "none of its copies holds" : "there is no copy of it");
    buf_addf(out, made->copy != NULL ? ", and %lld newer event%s that could be read" : "; %lld event%s could be read and stay",
             (long long)made->salvaged.events, made->salvaged.events == 1 ? "" : "s");
    if (made->salvaged.foreign > 0)
        buf_addf(out, "; so could %lld of other devices", (long long)made->salvaged.foreign);
    if (made->salvaged.foreign_short)
        buf_adds(out, "; what is missing of other devices' logs comes back with the next sync");
    notice(NOTICE_WARNING, "%s", buf_text(out));
}

static bool heal_now(struct swap *s, struct arena *a, const struct keep *keep, struct healing *healing, struct error *err)
{
    struct made made = {0};
    if (swap_placed(s))
        return swap_clear(s, err);
    if (!swap_aside(s, err)) {
        if (!s->pending)
            swap_ask_check(s->record); /* who has it open looks at that, and heals it */
        return false;
    }
    swap_let_go(s);
    bool waits = access(s->next, F_OK) == 0; /* made whole by somebody who was ended */
    if (!waits && !make_next(s, a, keep, &made, err))
        return false;
    if (!swap_place(s, err))
        return false;
    if (waits)
        buf_adds(&healing->told, "the record is in its place again: a restore had been interrupted");
    else
        tell(healing, s, &made);
    return true;
}

/* Under the lock: somebody else may have done it meanwhile. */
bool heal_check(const char *path, struct arena *a, const struct keep *keep, struct healing *healing, struct error *err)
{
    struct swap s;
    struct buf why = {0};
    bool damaged = false;
    if (!swap_begin(&s, path, "corrupt", err))
        return false;
    bool ok = s.pending || heal_damaged(path, &damaged, &why, err);
    damaged = damaged || heal_emptied(path, a, keep);
    if (ok && (s.pending || damaged))
        ok = heal_now(&s, a, keep, healing, err) || error_add(err, "the record is damaged");
    else if (ok)
        ok = swap_clear(&s, err);
    swap_end(&s);
    buf_free(&why);
    return ok;
}

static struct record *open_as(const char *path, unsigned flags, struct error *err)
{
    return (flags & HEAL_READ) != 0 ? record_open_read(path, err) : record_open(path, err);
}

struct record *heal_open(const char *path, unsigned flags, struct arena *a, const struct keep *keep, struct healing *healing,
                         struct error *err)
{
    struct error why = {0};
    bool emptied = heal_emptied(path, a, keep);
    struct record *r = emptied ? NULL : open_as(path, flags, &why);
    if (r == NULL && (emptied || why.code == EX_DATAERR) && heal_check(path, a, keep, healing, &why)) {
        why = (struct error){0};
        r = open_as(path, flags, &why);
    }
    if (r == NULL && err != NULL)
        *err = why;
    return r;
}

/* ---- restoring by hand ---- */

/* What nobody could say twice: that the person who restores meant this copy, and which log goes on. */
static bool make_restored(struct swap *s, const char *copy, struct restored *restored, struct error *err)
{
    char making[SWAP_PATH + 16];
    if (!making_path(s, making, err))
        return false;
    remove_made(making);
    if (!copy_make(copy, making, &restored->found, err))
        return false;
    struct record *r = record_open(making, err);
    if (r != NULL)
        r->copy = true;
    bool ok = r != NULL && salvage_forgotten(r, s->record, clock_wall_ms(), err) && continue_log(r, NULL, err);
    if (!ok)
        record_close(r);
    ok = ok && close_made(r, making, s, err);
    if (!ok)
        remove_made(making);
    return ok;
}

bool heal_restore(const char *path, const char *copy, struct restored *restored, struct error *err)
{
    struct swap s;
    struct stat st;
    *restored = (struct restored){0};
    if (!swap_begin(&s, path, "replaced", err))
        return false;
    bool there = stat(path, &st) == 0;
    bool ok = !s.pending || error_set(err, EX_TEMPFAIL, "cannot restore the record", path, "another one was interrupted",
                                      "start crib once, and try again");
    ok = ok && make_restored(&s, copy, restored, err) && swap_aside(&s, err) && swap_place(&s, err);
    if (ok && there)
        snprintf(restored->aside, sizeof restored->aside, "%s", s.aside);
    if (ok)
        notice(NOTICE_INFO, "the record was restored from a copy of %llu events", (unsigned long long)restored->found.events);
    swap_end(&s);
    return ok;
}
