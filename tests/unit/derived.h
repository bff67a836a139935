/* All that a record derives from its events, as one text: to compare what stands there with what a rebuild gives. Every
 * table counts but those named here, so that a new one is compared from its first day. */
#ifndef CRIB_TESTS_DERIVED_H
#define CRIB_TESTS_DERIVED_H

#include "core/base/buf.h"

#include <sqlite3.h>
#include <string.h>

/* The truth itself, and what is neither event nor derived. */
static inline bool derived_is(const char *table)
{
    static const char *const others[] = {
        "log",      "event",    "checkpoint",  "vouch",       "content", "learner_last", "position",     "outbox_log",
        "outbox",   "retained", "overwriting", "forgetting", "clock_learnt", "asked",   "badge_secret", "pin",
        "room",     "room_person", "room_question", "foreign_log", "foreign_event", "foreign_checkpoint"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(table, others[i]) == 0)
            return false;
    return strncmp(table, "sqlite_", 7) != 0;
}

static inline void derived_add(struct buf *out, sqlite3 *db, const char *table)
{
    char sql[100];
    sqlite3_stmt *s;
    snprintf(sql, sizeof sql, "SELECT * FROM \"%.60s\"", table);
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK) {
        out->failed = true;
        return;
    }
    buf_addf(out, "%s\n", table);
    while (sqlite3_step(s) == SQLITE_ROW) {
        for (int c = 0; c < sqlite3_column_count(s); c++) {
            int n = sqlite3_column_bytes(s, c);
            const unsigned char *bytes = sqlite3_column_blob(s, c);
            bool raw = sqlite3_column_type(s, c) == SQLITE_BLOB;
            buf_addf(out, "%d:", n);
            for (int i = 0; raw && i < n; i++)
                buf_addf(out, "%02x", bytes[i]);
            if (!raw && n > 0)
                buf_add(out, (const char *)bytes, (size_t)n);
            buf_addc(out, '|');
        }
        buf_addc(out, '\n');
    }
    sqlite3_finalize(s);
}

/* buf_free it. Not buf_ok: it could not be read. */
static inline struct buf derived_text(sqlite3 *db)
{
    struct buf out = {0};
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(db, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", -1, &s, NULL) != SQLITE_OK) {
        out.failed = true;
        return out;
    }
    while (sqlite3_step(s) == SQLITE_ROW)
        if (derived_is((const char *)sqlite3_column_text(s, 0)))
            derived_add(&out, db, (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    return out;
}

#endif
