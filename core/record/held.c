#include "core/record/held.h"

#include "core/record/chain.h"
#include "core/record/event.h"

#include <string.h>

enum { COLUMNS_MOST = 16 };

/* types: a letter a column: s text, n number, r real, f flag, t time, u a UUID's 16 bytes, x other bytes, j JSON. The
 * names are the columns' own. */
static const struct part {
    const char *name, *heading, *types, *sql;
} parts[] = {
    {"accounts", "Who you are here", "sn", "SELECT account, number FROM learner WHERE number = ?1"},
    {"people", "Your name, badge, PIN, roles and rights", "sffssf",
     "SELECT name, badge IS NOT NULL AS badge, EXISTS (SELECT 1 FROM pin WHERE learner = number) AS pin, roles,"
     " 'learner' || iif(rights & 2, ', trainer', '') || iif(rights & 4, ', supervisor', '') || iif(rights & 8, ', author', '')"
     " || iif(rights & 16, ', administrator', '') AS rights, removed FROM learner WHERE number = ?1 AND name <> ''"},
    {"bindings", "Under which account your statements leave", "ss",
     "SELECT home_page, name FROM binding WHERE learner = ?1"},
    {"modules", "Modules", "ssttttfrs",
     "SELECT module, title, opened_at, begun_at, completed_at, passed_at, has_quiz, nullif(score, -1) AS score, revision FROM module"
     " WHERE learner = ?1 ORDER BY module"},
    {"sections", "Sections met, seen and done", "ssst",
     "SELECT module, anchor, CASE state WHEN 0 THEN 'met' WHEN 1 THEN 'seen' ELSE 'done' END AS state, at FROM section"
     " WHERE learner = ?1 ORDER BY module, anchor, hash"},
    {"openings", "When modules were opened, lately", "st",
     "SELECT module, at FROM opening WHERE learner = ?1 ORDER BY module, position"},
    {"positions", "Where you were", "ssn", "SELECT module, anchor, line FROM position WHERE learner = ?1 ORDER BY module"},
    {"news", "News that you were shown", "sss",
     "SELECT module, revision, through FROM news WHERE learner = ?1 ORDER BY module"},
    {"attempts", "Attempts at quizzes", "susstntrfsj",
     "SELECT module, coalesce(said, id) AS id, CASE purpose WHEN 0 THEN 'quiz' ELSE 'retry' END AS purpose, CASE state WHEN 0 THEN 'open'"
     " WHEN 1 THEN 'finished' ELSE 'abandoned' END AS state, started_at, pass_mark, ended_at, nullif(score, -1) AS score, passed, revision,"
     " questions FROM attempt WHERE learner = ?1 ORDER BY started_at, id"},
    {"answers", "Answers", "sussrnntss",
     "SELECT question, coalesce(said, id) AS attempt, type, response, fraction, ms, rating, answer.at, module, question_revision"
     " FROM (SELECT attempt, question, question_revision, type, response, fraction, ms, rating, position, at FROM answer UNION ALL"
     " SELECT attempt, question, question_revision, type, response, fraction, ms, rating, position, at FROM answer_other) answer"
     " JOIN attempt ON attempt.id = answer.attempt WHERE learner = ?1 ORDER BY started_at, attempt, answer.position"},
    {"pace", "Time taken for right answers", "sn",
     "SELECT type, ms FROM pace WHERE learner = ?1 ORDER BY type, position"},
    {"recall", "What is likely remembered", "ssrrsttn",
     "SELECT question, module, stability, difficulty, algorithm, reviewed_at, due_at, reviews FROM recall"
     " WHERE learner = ?1 AND reviews > 0 ORDER BY module, question"},
    {"notes", "Notes", "sustssss",
     "SELECT text, id, kind, at, module, anchor, asset, revision FROM note WHERE learner = ?1 ORDER BY at, id"},
    {"fetches", "Modules to be fetched", "st", "SELECT module, at FROM fetch WHERE learner = ?1 ORDER BY at, module"},
    {"searches", "Searches that found nothing", "snt",
     "SELECT query, times, at FROM gap WHERE learner = ?1 AND kind = 0 ORDER BY at, folded"},
    {"codes", "Codes that no module knows", "snt",
     "SELECT query, times, at FROM gap WHERE learner = ?1 AND kind = 1 ORDER BY at, folded"},
    {"asked", "When you were asked whether a module solved it", "ss",
     "SELECT module, day FROM asked WHERE learner = ?1 ORDER BY module"},
    {"hints", "What was offered to you",  "sst",
     "SELECT module, CASE act WHEN 0 THEN 'offered' WHEN 1 THEN 'opened' WHEN 2 THEN 'later' ELSE 'never' END AS act, at"
     " FROM hint WHERE learner = ?1 ORDER BY at, module, hint.act"},
    {"sharing", "Since when what was offered to you may leave", "t", "SELECT at FROM share WHERE learner = ?1"},
    {"sessions", "Live sessions that you were in", "sssttf",
     "SELECT programme, element, session, joined_at, left_at, late FROM attendance WHERE learner = ?1 ORDER BY joined_at, session"},
    {"roll", "Live sessions that whoever led them saw you in", "ssssffnnr",
     "SELECT programme, element, session, name, came, late, done, nullif(of, -1) AS of, nullif(score, -1) AS score FROM roll WHERE learner = ?1 ORDER BY programme, element, session, place"},
    {"solved", "Whether modules solved it", "snn", "SELECT module, yes, no FROM solved WHERE learner = ?1 ORDER BY module"},
    {"shown", "Sections shown to you before you sign", "ssn",
     "SELECT module, hash, position & 1099511627775 AS seq FROM shown WHERE learner = ?1 ORDER BY module, hash, position"},
    {"signoffs", "What you signed off", "susssssrtttfts",
     "SELECT module, coalesce(said, id) AS id, title, revision, signer, attestation, CASE method WHEN 0 THEN 'pin' ELSE 'name' END AS method, score, at,"
     " valid_until, retain_until, countersign, countersigned_at, countersigner FROM signoff WHERE learner = ?1 ORDER BY position"},
    {"rooms", "Live sessions that you joined or led lately", "ssstttf",
     "SELECT code, name, title, begun, joined_at, left_at, leads FROM room WHERE learner = ?1 ORDER BY begun, id"},
    {"statements", "Statements for a learning record store", "usstssj",
     "SELECT o.id, o.channel, CASE o.state WHEN 0 THEN 'waiting' WHEN 1 THEN 'acknowledged' WHEN 2 THEN 'set aside'"
     " WHEN 3 THEN 'dropped' ELSE 'to be erased' END AS state, o.at, o.lrs, o.answer, iif(json_valid(o.statement), o.statement, NULL) AS statement FROM event e"
     " JOIN outbox o USING (position) WHERE json_extract(e.payload, '$.learner') = ?1 ORDER BY position"},
    {"events", "Events", "suxnj",
     "SELECT e.kind, e.id, l.id AS log, e.position & 1099511627775 AS seq, e.payload AS payload FROM event e JOIN log l"
     " ON l.number = e.position >> 40 WHERE json_extract(e.payload, '$.learner') = ?1 ORDER BY e.position"},
    {"foreign_events", "Events of other devices", "suxnj",
     "SELECT e.kind, e.id, g.id AS log, e.position & 1099511627775 AS seq, e.payload AS payload FROM learner l CROSS JOIN foreign_person p"
     " ON p.person = l.person CROSS JOIN foreign_event e ON e.whose = p.number AND e.position BETWEEN p.log << 40 AND ((p.log + 1) << 40) - 1"
     " JOIN foreign_log g ON g.number = p.log WHERE l.number = ?1 AND l.person <> '' ORDER BY e.position"},
};

static void bytes_text(sqlite3_stmt *s, int column, char letter, char out[2 * EVENT_HASH + 1], struct held_value *v)
{
    const unsigned char *bytes = sqlite3_column_blob(s, column);
    size_t n = (size_t)sqlite3_column_bytes(s, column);
    struct uuid id;
    out[0] = '\0';
    if (letter == 'u' && n == sizeof id.bytes) {
        memcpy(id.bytes, bytes, n);
        uuid_text(&id, out);
    } else {
        static const char digits[] = "0123456789abcdef";
        size_t i;
        for (i = 0; i < n && i < EVENT_HASH; i++) {
            out[2 * i] = digits[bytes[i] >> 4];
            out[2 * i + 1] = digits[bytes[i] & 15];
        }
        out[2 * i] = '\0';
    }
    v->type = HELD_ID;
    v->text = str_of(out);
}

static void read_value(sqlite3_stmt *s, int column, char letter, char id[2 * EVENT_HASH + 1], struct held_value *v)
{
    *v = (struct held_value){.name = sqlite3_column_name(s, column), .type = HELD_JSON};
    if (letter == 'r' && sqlite3_column_type(s, column) == SQLITE_NULL)
        return;
    switch (letter) {
    case 'u':
    case 'x':
        bytes_text(s, column, letter, id, v);
        break;
    case 'r':
        v->type = HELD_REAL;
        v->real = sqlite3_column_double(s, column);
        break;
    case 'n':
    case 'f':
    case 't':
        v->type = letter == 'n' ? HELD_NUMBER : letter == 'f' ? HELD_FLAG : HELD_TIME;
        v->number = sqlite3_column_int64(s, column);
        break;
    default:
        v->type = letter == 'j' ? HELD_JSON : HELD_TEXT;
        v->text.p = (const char *)sqlite3_column_text(s, column);
        v->text.n = (size_t)sqlite3_column_bytes(s, column);
        if (v->text.p == NULL && letter == 's')
            v->text = str_of("");
        break;
    }
}

static bool visit_part(struct record *r, const struct part *part, int64_t learner, held_visit *visit, void *context,
                       struct error *err)
{
    struct held_value values[COLUMNS_MOST];
    char ids[COLUMNS_MOST][2 * EVENT_HASH + 1];
    struct held_row row = {.part = part->name, .heading = part->heading, .values = values};
    if (!visit(context, &row, err))
        return false;
    row.count = strlen(part->types);
    sqlite3_stmt *s = db_statement(r->db, part->sql, err);
    if (s == NULL || !db_bind(s, "i", learner))
        return false;
    int got;
    while ((got = db_step(r->db, s, err)) > 0) {
        for (size_t i = 0; i < row.count; i++)
            read_value(s, (int)i, part->types[i], ids[i], &values[i]);
        if (!visit(context, &row, err)) {
            sqlite3_reset(s);
            return false;
        }
    }
    return got == 0;
}

bool record_held(struct record *r, int64_t learner, held_visit *visit, void *context, struct error *err)
{
    if (!db_run(r->db, err, "BEGIN", "")) /* one moment for all of it */
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof parts / sizeof *parts; i++)
        ok = visit_part(r, &parts[i], learner, visit, context, err);
    db_rollback(r->db);
    return ok;
}
