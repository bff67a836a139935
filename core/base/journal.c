#include "core/base/journal.h"

#include "core/base/clock.h"
#include "core/base/text.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct journal {
    sqlite3 *db;
    sqlite3_stmt *parts, *bytes;
};

static const char query[] =
    "SELECT json_extract(?1, '$.MESSAGE'),"
    " coalesce(json_extract(?1, '$.SYSLOG_IDENTIFIER'), json_extract(?1, '$._COMM'), json_extract(?1, '$._SYSTEMD_UNIT'), '-'),"
    " coalesce(json_extract(?1, '$._PID'), json_extract(?1, '$.SYSLOG_PID')),"
    " CAST(json_extract(?1, '$.__REALTIME_TIMESTAMP') AS INTEGER),"
    " json_type(?1, '$.MESSAGE') = 'array'"
    " WHERE json_valid(?1)";

/* A message with bytes that are no text comes as an array of numbers. */
static const char bytes_query[] = "SELECT value FROM json_each(?1, '$.MESSAGE')";

struct journal *journal_open(struct error *err)
{
    struct journal *j = calloc(1, sizeof *j);
    if (j == NULL) {
        error_memory(err);
        return NULL;
    }
    if (sqlite3_open_v2(":memory:", &j->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(j->db, query, -1, &j->parts, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(j->db, bytes_query, -1, &j->bytes, NULL) != SQLITE_OK) {
        error_set(err, EX_UNAVAILABLE, "cannot read JSON", NULL, j->db != NULL ? sqlite3_errmsg(j->db) : NULL, NULL);
        journal_close(j);
        return NULL;
    }
    return j;
}

void journal_close(struct journal *j)
{
    if (j == NULL)
        return;
    sqlite3_finalize(j->parts);
    sqlite3_finalize(j->bytes);
    sqlite3_close(j->db);
    free(j);
}

static void add_column(sqlite3_stmt *s, int column, struct buf *out)
{
    const char *text = (const char *)sqlite3_column_text(s, column);
    int n = sqlite3_column_bytes(s, column);
    if (text != NULL && n > 0)
        text_safe(out, text, (size_t)n, 0);
}

static void add_bytes(sqlite3_stmt *s, const char *entry, size_t n, struct buf *out)
{
    struct buf bytes = {0};
    if (sqlite3_bind_text(s, 1, entry, (int)n, SQLITE_STATIC) == SQLITE_OK)
        while (sqlite3_step(s) == SQLITE_ROW)
            buf_addc(&bytes, (char)sqlite3_column_int(s, 0));
    text_safe(out, buf_text(&bytes), bytes.len, 0);
    buf_free(&bytes);
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
}

static void add_entry(const struct journal *j, const char *entry, size_t n, struct buf *out)
{
    sqlite3_stmt *s = j->parts;
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char at[40];
    clock_format(sqlite3_column_int64(s, 3) / 1000, 0, at, sizeof at);
    size_t month = strlen(at) > 19 ? (size_t)((at[5] - '0') * 10 + at[6] - '0') : 0;
    if (sqlite3_column_type(s, 3) == SQLITE_INTEGER && month >= 1 && month <= 12)
        buf_addf(out, "%s %.2s %.8s ", months[month - 1], at + 8, at + 11);
    add_column(s, 1, out);
    if (sqlite3_column_type(s, 2) != SQLITE_NULL) {
        buf_addc(out, '[');
        add_column(s, 2, out);
        buf_addc(out, ']');
    }
    buf_adds(out, ": ");
    if (sqlite3_column_int(s, 4) != 0)
        add_bytes(j->bytes, entry, n, out);
    else
        add_column(s, 0, out);
}

void journal_line(struct journal *j, const char *entry, size_t n, struct buf *out)
{
    bool is_entry = n <= INT_MAX && sqlite3_bind_text(j->parts, 1, entry, (int)n, SQLITE_STATIC) == SQLITE_OK &&
                    sqlite3_step(j->parts) == SQLITE_ROW && sqlite3_column_type(j->parts, 0) != SQLITE_NULL;
    if (is_entry)
        add_entry(j, entry, n, out);
    else
        text_safe(out, entry, n, 0);
    buf_addc(out, '\n');
    sqlite3_reset(j->parts);
    sqlite3_clear_bindings(j->parts);
}
