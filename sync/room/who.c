#include "sync/room/who.h"

#include "core/base/account.h"
#include "core/base/config.h"
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

struct who who_is(struct arena *a, const struct places *places, struct record *r, int64_t learner)
{
    struct learner found;
    struct error ignored;
    if (!learner_get(r, a, learner, &found, &ignored) || found.number == 0)
        return (struct who){"", ""};
    return (struct who){found.person, account_of(a, places, r, &found)};
}
