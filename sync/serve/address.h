/* address: where a request comes from, for what is counted by it. */
#ifndef CRIB_SERVE_ADDRESS_H
#define CRIB_SERVE_ADDRESS_H

#include <microhttpd.h>
#include <netinet/in.h>
#include <stdint.h>

enum { ADDRESS_TEXT = INET6_ADDRSTRLEN + 4 };

/* A number for it; of IPv6 for the network, where whoever is in it has as many addresses as they like. */
int64_t address_number(struct MHD_Connection *c);

/* `192.0.2.7`, `2001:db8::/64`; "this machine" for a socket of this host. */
void address_text(struct MHD_Connection *c, char out[ADDRESS_TEXT]);

#endif
