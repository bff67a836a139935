#include "sync/serve/credentials.h"

#include "sync/serve/address.h"
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

static bool is_known(struct workers *w, struct arena *a, const char *given, struct client *who, const char **name, struct error *err)
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
    bool known = *name != NULL ? workers_client(w, *name, colon + 1, who, err) : error_memory(err);
    sodium_memzero(plain, sizeof plain);
    return known;
}

unsigned credentials_read(struct workers *w, struct arena *a, struct MHD_Connection *c, struct client *who, const char **name,
                          const char **why)
{
    struct error err = {0};
    char address[ADDRESS_TEXT];
    *name = NULL;
    if (is_known(w, a, MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION), who, name, &err))
        return 0;
    if (err.code != 0) {
        *why = "it can't be read who is known here";
        return MHD_HTTP_SERVICE_UNAVAILABLE;
    }
    if (!workers_stranger(w, address_number(c))) {
        address_text(c, address);
        notices_strangers(address);
        *why = "so many requests with a wrong name or token are too many";
        return MHD_HTTP_TOO_MANY_REQUESTS;
    }
    if (*name != NULL)
        tell(w, *name);
    *why = "a name and a token that are known here are needed";
    return MHD_HTTP_UNAUTHORIZED;
}
