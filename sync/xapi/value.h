/* value: the data types of xAPI (1.0.3, Part Two, 4; IEEE 9274.1.1, 4.2.7): is this text one? */
#ifndef CRIB_SYNC_XAPI_VALUE_H
#define CRIB_SYNC_XAPI_VALUE_H

#include <stdbool.h>
#include <stdint.h>

bool xapi_uuid(const char *text);     /* RFC 4122's form, any case */
bool xapi_mailbox(const char *text);  /* mailto:local@domain */
bool xapi_sha1(const char *text);     /* 40 hexadecimal digits */
bool xapi_language(const char *text); /* the shape of an RFC 5646 tag */
bool xapi_duration(const char *text); /* ISO 8601: PnYnMnDTnHnMnS or PnW; a fraction in the last part alone */

/* ISO 8601 date and time, with Z, an offset, or (as UTC) none; `-00`, `-0000` and `-00:00` are refused, as the
 * specification wants it. us: microseconds since 1970-01-01 UTC; digits beyond them are cut. NULL is allowed. */
bool xapi_timestamp(const char *text, int64_t *us);

enum { XAPI_TIME_SIZE = 28 };

/* `2026-11-23T04:31:09.123456Z` into out (XAPI_TIME_SIZE bytes). us from year 0 to 9999. */
void xapi_time_text(int64_t us, char *out);

#endif
