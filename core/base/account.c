#include "core/base/account.h"

#include <pwd.h>
#include <unistd.h>

const char *account_name(struct arena *a)
{
    const struct passwd *entry = getpwuid(geteuid());
    return entry != NULL && entry->pw_name[0] != '\0' ? arena_strdup(a, entry->pw_name)
                                                      : arena_printf(a, "uid-%ld", (long)geteuid());
}
