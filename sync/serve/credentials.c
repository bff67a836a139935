#include "sync/serve/credentials.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

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
    bool known = *name != NULL && workers_client(w, *name, colon + 1, who, err);
    sodium_memzero(plain, sizeof plain);
    return known;
}
