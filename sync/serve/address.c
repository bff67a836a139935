#include "sync/serve/address.h"

#include "core/base/text.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { NETWORK = 8 /* bytes of an IPv6 address that say which one it is in */ };

static const struct sockaddr *from(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info != NULL ? info->client_addr : NULL;
}

int64_t address_number(struct MHD_Connection *c)
{
    const struct sockaddr *peer = from(c);
    if (peer != NULL && peer->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)peer;
        return text_hash((const char *)&four->sin_addr, sizeof four->sin_addr);
    }
    if (peer != NULL && peer->sa_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)peer;
        /* Of an IPv4 address that is mapped into IPv6 all networks would be one. */
        bool mapped = IN6_IS_ADDR_V4MAPPED(&six->sin6_addr);
        return text_hash((const char *)&six->sin6_addr, mapped ? sizeof six->sin6_addr : NETWORK);
    }
    return 0;
}

void address_text(struct MHD_Connection *c, char out[ADDRESS_TEXT])
{
    const struct sockaddr *peer = from(c);
    snprintf(out, ADDRESS_TEXT, "this machine");
    if (peer != NULL && peer->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)peer;
        (void)inet_ntop(AF_INET, &four->sin_addr, out, ADDRESS_TEXT);
    }
    if (peer != NULL && peer->sa_family == AF_INET6) {
        struct in6_addr six = ((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr;
        bool mapped = IN6_IS_ADDR_V4MAPPED(&six);
        if (!mapped)
            memset(six.s6_addr + NETWORK, 0, sizeof six - NETWORK);
        if (inet_ntop(AF_INET6, &six, out, ADDRESS_TEXT) != NULL && !mapped)
            snprintf(out + strlen(out), ADDRESS_TEXT - strlen(out), "/64");
    }
}
