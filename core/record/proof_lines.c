#include "core/record/proof_parts.h"

#include <sodium.h>
#include <string.h>

void proof_message(const char *bytes, size_t n, unsigned char message[PROOF_MESSAGE])
{
    static const char tag[] = "crib-proof-1";
    memcpy(message, tag, sizeof tag);
    crypto_generichash(message + sizeof tag, EVENT_HASH, (const unsigned char *)bytes, n, NULL, 0);
}

/* What of each kind is said, by SQLite: one text, with LF between its lines; NULL says nothing. */
static const struct {
    const char *kind, *sql;
} lines[] = {
    {"section.shown", "SELECT '  ' || coalesce(json_extract(?2, '$.at'), '') || ' section shown in full: ' || coalesce(json_extract(?2, '$.anchor'), '') || ' ('"
                      " || coalesce(json_extract(?2, '$.words'), 0) || ' words, ' || (coalesce(json_extract(?2, '$.ms'), 0) / 1000) || ' s)'"},
    {"attempt.started", "SELECT '  ' || coalesce(json_extract(?2, '$.at'), '') || ' quiz begun; feedback on the way: '"
                        " || coalesce(json_extract(?2, '$.feedback'), 'not said')"},
    {"attempt.answered", "SELECT '  ' || coalesce(json_extract(?2, '$.at'), '') || ' answered ' || coalesce(json_extract(?2, '$.question'), '') || ': '"
                         " || CASE WHEN json_extract(?2, '$.fraction') >= 1 THEN 'right' WHEN json_extract(?2, '$.fraction') > 0 THEN 'partly right' ELSE"
                         " 'wrong' END"},
    {"attempt.finished", "SELECT '  ' || coalesce(json_extract(?2, '$.at'), '') || ' quiz ended: ' || coalesce(json_extract(?2, '$.score'), '') || ' of 100, '"
                         " || iif(json_extract(?2, '$.passed'), 'passed', 'not passed')"},
    {"signoff.signed",
     "SELECT 'Sign-off ' || ?1 || char(10) || '  ' || coalesce(json_extract(?2, '$.title'), '') || ' (' || coalesce(json_extract(?2, '$.module'), '')"
     " || '), revision ' || coalesce(json_extract(?2, '$.revision'), '') || char(10) || '  signed ' || coalesce(json_extract(?2, '$.at'), '') || ' by '"
     " || coalesce(json_extract(?2, '$.signer'), '') || iif(json_extract(?2, '$.method') = 'pin', ', with their PIN', ', by name') || char(10) || '  \"'"
     " || coalesce(json_extract(?2, '$.attestation'), '') || '\"' || char(10) || '  quiz: ' || coalesce(json_extract(?2, '$.score'), '') || ' of 100, pass mark '"
     " || coalesce(json_extract(?2, '$.pass_mark'), '') || '; sections: ' || json_array_length(?2, '$.sections') || char(10) || '  valid until '"
     " || coalesce(json_extract(?2, '$.valid_until'), 'it changes') || '; kept until ' || coalesce(json_extract(?2, '$.retain_until'), '') || char(10)"
     " || '  text: content ' || coalesce(json_extract(?2, '$.content'), '') || iif(json_extract(?2, '$.countersign'), char(10)"
     " || '  asks for a second signature', '')"},
    {"signoff.countersigned", "SELECT 'Second signature under ' || coalesce(json_extract(?2, '$.signoff'), '') || char(10) || '  signed '"
                              " || coalesce(json_extract(?2, '$.at'), '') || ' by ' || coalesce(json_extract(?2, '$.signer'), '')"
                              " || iif(json_extract(?2, '$.method') = 'pin', ', with their PIN', ', by name')"},
};

static bool append(sqlite3_stmt *s, struct buf *out)
{
    if (sqlite3_step(s) != SQLITE_ROW || sqlite3_column_text(s, 0) == NULL)
        return false;
    buf_adds(out, (const char *)sqlite3_column_text(s, 0));
    buf_addc(out, '\n');
    return buf_ok(out);
}

bool proof_lines(sqlite3 *db, const char *kind, const char *id, struct str payload, struct buf *out)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (strcmp(lines[i].kind, kind) != 0)
            continue;
        sqlite3_stmt *s = NULL;
        bool ok = sqlite3_prepare_v2(db, lines[i].sql, -1, &s, NULL) == SQLITE_OK &&
                  sqlite3_bind_text(s, 1, id, -1, SQLITE_STATIC) == SQLITE_OK &&
                  sqlite3_bind_text(s, 2, payload.p, (int)payload.n, SQLITE_STATIC) == SQLITE_OK && append(s, out);
        sqlite3_finalize(s);
        return ok;
    }
    return true;
}
