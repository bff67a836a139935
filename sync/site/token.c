#include "sync/site/token.h"

#include <sodium.h>
#include <string.h>

enum { SECRET_BYTES = 32 };

void token_make(char token[TOKEN_SIZE])
{
    unsigned char secret[SECRET_BYTES];
    randombytes_buf(secret, sizeof secret);
    sodium_bin2base64(token, TOKEN_SIZE, secret, sizeof secret, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(secret, sizeof secret);
}

bool token_fits(const char *token)
{
    return strlen(token) == TOKEN_SIZE - 1 &&
           token[strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")] == '\0';
}
