#include "core/record/report.h"

#include "core/record/chain.h"

#include <string.h>

static bool read_human(struct arena *a, sqlite3_stmt *s, void *row)
{
    struct report_human *h = row;
    *h = (struct report_human){.number = sqlite3_column_int64(s, 0),
                               .name = column_copy(a, s, 1),
                               .account = column_copy(a, s, 2),
                               .home = column_copy(a, s, 3),
                               .roles = column_copy(a, s, 4),
                               .removed = sqlite3_column_int(s, 5) != 0,
                               .device = column_copy(a, s, 6),
                               .synced_ms = sqlite3_column_int64(s, 7),
                               .known = column_copy(a, s, 8)};
    return h->name != NULL && h->known != NULL && h->account != NULL && h->home != NULL && h->roles != NULL && h->device != NULL;
}

#define PERSON                                                                                                           \
    "SELECT l.number, iif(l.name <> '', l.name, l.account), coalesce(b.name, ''), coalesce(b.home_page, ''), l.roles," \
    " l.removed, "
#define OF_THEM \
    " FROM learner l LEFT JOIN binding b ON b.learner = l.number WHERE ?1 = 0 OR l.number = ?1 ORDER BY 2 COLLATE NOCASE, 1"

struct report_human *report_people(struct record *r, struct arena *a, const struct report_scope *scope, size_t *count,
                                         struct error *err)
{
    static const char here[] = PERSON "'', ?2, l.account" OF_THEM;
    static const char elsewhere[] = PERSON
        "(SELECT device FROM heard h WHERE h.learner = l.number ORDER BY at DESC LIMIT 1),"
        " (SELECT d.at FROM heard h JOIN device d ON d.name = h.device WHERE h.learner = l.number AND ?2 = ?2"
        " ORDER BY h.at DESC LIMIT 1), l.account" OF_THEM;
    sqlite3_stmt *s = db_statement(r->db, scope->site ? elsewhere : here, err);
    if (s == NULL || !db_bind(s, "ii", scope->learner, scope->synced_ms))
        return NULL;
    return rows_read(r, a, s, sizeof(struct report_human), read_human, count, err);
}

bool report_role(const char *roles, struct strings wanted)
{
    for (const char *at = roles; *at != '\0';) {
        at += strspn(at, ", ");
        size_t n = strcspn(at, ",");
        for (size_t i = 0; i < wanted.count; i++)
            if (strlen(wanted.items[i]) == n && memcmp(wanted.items[i], at, n) == 0)
                return true;
        at += n;
    }
    return false;
}

struct taken {
    double score;
    int64_t at;
};

static bool read_taken(struct arena *a, sqlite3_stmt *s, void *row)
{
    (void)a;
    *(struct taken *)row = (struct taken){sqlite3_column_double(s, 0), sqlite3_column_int64(s, 1)};
    return true;
}

bool report_scores(struct record *r, struct arena *a, int64_t learner, const char *module, double **scores, size_t *count,
                   int64_t *last_ms, struct error *err)
{
    sqlite3_stmt *s = db_statement(r->db,
                                   "SELECT score, ended_at FROM attempt WHERE learner = ? AND module = ? AND state = 1"
                                   " AND purpose = 0 ORDER BY ended_at",
                                   err);
    const struct taken *rows =
        s != NULL && db_bind(s, "is", learner, module) ? rows_read(r, a, s, sizeof *rows, read_taken, count, err) : NULL;
    if (rows == NULL)
        return false;
    if ((*scores = arena_array(a, *count, sizeof **scores)) == NULL)
        return error_memory(err);
    for (size_t i = 0; i < *count; i++)
        (*scores)[i] = rows[i].score;
    *last_ms = *count > 0 ? rows[*count - 1].at : 0;
    return true;
}

const char *report_standing(bool passed, bool begun, int64_t fading)
{
    return passed ? fading > 0 ? "fading" : "passed" : begun ? "begun" : "new";
}
