/* same: is the statement that an LRS gives back the one that was sent?
 *
 * As xAPI 1.0.3 compares (Data, 2.3.1): what an LRS adds (stored, authority, version) or may give in another language or
 * from another source (verb's display, activities' definitions) does not count, a time is the same in any zone, and
 * numbers are the same in any notation. */
#ifndef CRIB_SYNC_XAPI_SAME_H
#define CRIB_SYNC_XAPI_SAME_H

#include <stdbool.h>
#include <stddef.h>

/* ours: the bytes that were sent; theirs: the answer to GET statements?statementId=. false where either is no JSON. */
bool statement_same(const char *ours, size_t our_len, const char *theirs, size_t their_len);

#endif
