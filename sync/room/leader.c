#include "sync/room/leader.h"

#include "core/base/account.h"
#include "core/base/config.h"
#include "core/base/json.h"
#include "core/record/binding.h"
#include "core/record/learner.h"

/* Of an account of the operating system that nobody shares it is what the configuration says. */
static const char *account_of(struct arena *a, const struct places *places, struct record *r, const struct learner *who)
{
    struct error ignored;
    const struct config *c = config_load(a, places, NULL, &ignored);
    const char *system = account_name(a);
    int64_t own = 0;
    if (who->sent_as[0] != '\0')
        return who->sent_as;
    if (c == NULL || system == NULL || strings_has(config_list(c, CONFIG_SHARED_ACCOUNTS), system) ||
        !record_learner_known(r, system, &own, &ignored) || own != who->number)
        return "";
    return config_text(c, CONFIG_ACCOUNT)[0] != '\0' ? config_text(c, CONFIG_ACCOUNT) : system;
}

void leader_say(struct arena *a, const struct places *places, struct record *r, int64_t learner, struct json *j)
{
    struct learner who;
    struct error ignored;
    if (!learner_get(r, a, learner, &who, &ignored) || who.number == 0)
        return;
    json_string(j, "person", who.person);
    json_string(j, "account", account_of(a, places, r, &who));
}
