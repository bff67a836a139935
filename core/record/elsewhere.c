#include "core/record/elsewhere.h"

#include "core/record/fact.h"

#include <sodium.h>

static const char through_of[] = "SELECT through FROM site_list WHERE site = ? AND channels = ?";

bool record_elsewhere_through(struct record *r, const unsigned char site[SITE_KEY], const char *channels, int64_t *through,
                              struct error *err)
{
    char text[2 * SITE_KEY + 1];
    sodium_bin2hex(text, sizeof text, site, SITE_KEY);
    return db_number(r->db, through, 0, err, through_of, "ss", text, channels);
}

bool apply_elsewhere(struct record *r, const struct fact *f, struct error *err)
{
    return module_touch(r, f, err) &&
           db_run(r->db, err,
                  "UPDATE module SET passed_at = iif(passed_at = 0, json_extract(?3, '$.when'),"
                  " min(passed_at, json_extract(?3, '$.when'))), score = max(score, ?4),"
                  " has_quiz = iif(completed_at = 0, 1, has_quiz),"
                  " begun_at = iif(begun_at = 0, json_extract(?3, '$.when'), min(begun_at, json_extract(?3, '$.when'))),"
                  " revision = iif(revision = '', ?5, revision) WHERE learner = ?1 AND module = ?2",
                  "istds", f->learner, f->module, f->payload, f->score, f->revision) &&
           attempts_review(r, f->learner, f->module, err);
}

bool apply_results(struct record *r, const struct fact *f, struct error *err)
{
    return db_run(r->db, err,
                  "UPDATE site_list SET through = coalesce(json_extract(?1, '$.through'), 0),"
                  " channels = coalesce(json_extract(?1, '$.channels'), '')"
                  " WHERE site = json_extract(?1, '$.site')",
                  "t", f->payload);
}

/* Within the transaction: whose it is, and whether it says anything that is not known. */
static bool is_news(struct record *r, const struct elsewhere *e, int64_t *learner, bool *news, struct error *err)
{
    int64_t known = 0;
    *news = false;
    if (!db_number(r->db, learner, 0, err, "SELECT number FROM learner WHERE person = ? AND removed = 0", "s", e->person))
        return chain_fail(r);
    if (*learner == 0)
        return true;
    if (!db_number(r->db, &known, 0, err,
                   "SELECT 1 FROM module WHERE learner = ? AND module = ? AND passed_at <> 0 AND passed_at <= ? AND score >= ?",
                   "isid", *learner, e->module, e->at, e->score))
        return chain_fail(r);
    *news = known == 0;
    return true;
}

static bool take_one(struct record *r, const struct elsewhere *e, size_t *taken, struct error *err)
{
    int64_t learner;
    bool news;
    if (!is_news(r, e, &learner, &news, err))
        return false;
    if (!news)
        return true;
    const struct subject subject = {.module = e->module, .revision = e->revision};
    struct json *j = chain_event(r, "module.elsewhere", learner, &subject, NULL);
    json_double(j, "score", e->score);
    json_int(j, "when", e->at);
    if (e->device[0] != '\0')
        json_string(j, "device", e->device);
    ++*taken;
    return chain_append(r, NULL, err);
}

bool record_elsewhere(struct record *r, const unsigned char site[SITE_KEY], const struct elsewhere *items, size_t count,
                      int64_t through, const char *channels, size_t *taken, struct error *err)
{
    char text[2 * SITE_KEY + 1];
    sodium_bin2hex(text, sizeof text, site, SITE_KEY);
    *taken = 0;
    bool ok = chain_begin(r, err);
    for (size_t i = 0; ok && i < count; i++)
        ok = take_one(r, &items[i], taken, err);
    if (!ok)
        return false;
    struct json *j = chain_event(r, "site.results", 0, NULL, NULL);
    json_string(j, "site", text);
    json_int(j, "through", through);
    json_string(j, "channels", channels);
    return chain_append(r, NULL, err) && chain_commit(r, err);
}
