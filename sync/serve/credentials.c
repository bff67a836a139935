#include "sync/serve/credentials.h"

#include "sync/serve/notices.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

static void tell(struct workers *w, const char *name)
{
    bool named, revoked;
    struct error ignored;
    if (workers_known(w, name, &named, &revoked, &ignored))
        notices_refused(name, named, revoked);
}

bool credentials_read(struct workers *w, struct arena *a, const char *given, struct client *who, const char **name,
                      struct error *err)
{
    unsigned char plain[300];
    size_t n = 0;
    if (given == NULL || strncasecmp(given, "Basic ", 6) != 0 || strlen(given) >= 400 ||
        sodium_base642bin(plain, sizeof plain - 1, given + 6, strlen(given + 6), " ", &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
        return false;
    plain[n] = '\0';
    char *colon = strchr((char *)plain, ':');
    if (colon == NULL)
        return false;
    *colon = '\0';
    *name = arena_strdup(a, (const char *)plain);
    struct error why = {0};
    bool known = *name != NULL && workers_client(w, *name, colon + 1, who, &why);
    sodium_memzero(plain, sizeof plain);
    if (!known && *name != NULL && why.code == 0)
        tell(w, *name);
    if (why.code != 0 && err != NULL)
        *err = why;
    return known;
}
