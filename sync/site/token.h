/* token: what a device proves by that it is one of a site: 256 random bits, as text. */
#ifndef CRIB_SYNC_SITE_TOKEN_H
#define CRIB_SYNC_SITE_TOKEN_H

#include <stdbool.h>

enum { TOKEN_SIZE = 44 }; /* with its NUL */

/* A new one. libsodium has to be started. */
void token_make(char token[TOKEN_SIZE]);

/* Has the text a token's form? */
bool token_fits(const char *token);

#endif
