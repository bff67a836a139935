/* Who is whom in a session: a person is one, by however many devices they take part. */
#include "sync/serve/rooms_private.h"

#include <stdio.h>
#include <string.h>

bool rooms_who(struct asking *q, const char *key, char who[WHO_MOST + 1])
{
    const char *person = rooms_text(q, "person", TEXT_MOST), *account = rooms_text(q, "account", TEXT_MOST);
    const struct leading *list = q->rooms->leading;
    char listed[TEXT_MOST + 1] = "";
    bool alone = q->who->account[0] != '\0';
    person = person != NULL && !alone ? person : "";
    account = alone ? q->who->account : account != NULL ? account : "";
    if (person[0] != '\0' && list != NULL && !list->account(list->context, person, listed, sizeof listed, &q->err))
        return false;
    account = listed[0] != '\0' ? listed : account;
    const char *kind = account[0] != '\0' ? "account " : person[0] != '\0' ? "person " : "";
    snprintf(who, WHO_MOST + 1, "%s%s", kind, account[0] != '\0' ? account : person[0] != '\0' ? person : key);
    return true;
}

static bool mark_newest(struct asking *q, const char *session, const char *who)
{
    return db_run(q->rooms->db, &q->err,
                  "UPDATE person SET newest = number = (SELECT max(number) FROM person WHERE session = ?1 AND who = ?2)"
                  " WHERE session = ?1 AND who = ?2",
                  "ss", session, who);
}

bool rooms_is_who(struct asking *q, const char *session, int64_t person, const char *who)
{
    char before[WHO_MOST + 1] = "";
    sqlite3_stmt *s = db_statement(q->rooms->db, "SELECT who FROM person WHERE number = ?", &q->err);
    int got = s != NULL && db_bind(s, "i", person) ? db_step(q->rooms->db, s, &q->err) : -1;
    if (got > 0) {
        snprintf(before, sizeof before, "%s", db_text(s, 0));
        sqlite3_reset(s);
    }
    if (got < 0 || strcmp(before, who) == 0)
        return got >= 0;
    return db_run(q->rooms->db, &q->err, "UPDATE person SET who = ? WHERE number = ?", "si", who, person) &&
           mark_newest(q, session, before) && mark_newest(q, session, who);
}
