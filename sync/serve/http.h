/* http: the parts of HTTP's grammar that a server of files needs and libmicrohttpd leaves to its user (RFC 9110). */
#ifndef CRIB_SERVE_HTTP_H
#define CRIB_SERVE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum http_range { HTTP_RANGE_WHOLE, HTTP_RANGE_PART, HTTP_RANGE_OUTSIDE };

/* What a Range header asks of a representation of size bytes (RFC 9110, 14.1.2). A part is first..first+count-1. No
 * header, another unit, a header that is no range, and several ranges (a server may ignore them) ask for the whole. */
enum http_range http_range(const char *header, uint64_t size, uint64_t *first, uint64_t *count);

/* Does If-None-Match's list hold the entity tag (quotes included), weakly compared (RFC 9110, 13.1.2)? `*` holds all. */
bool http_etag_listed(const char *header, const char *etag);

/* Does If-Range hold: the same strong entity tag, or exactly the same date (RFC 9110, 13.1.5)? */
bool http_if_range(const char *header, const char *etag, const char *last_modified);

/* Is the Content-Type (NULL: none) that of JSON, whatever its parameters? */
bool http_is_json(const char *type);

enum { HTTP_DATE_SIZE = 30 };

/* `Sun, 06 Nov 1994 08:49:37 GMT` into out (HTTP_DATE_SIZE bytes); "" for a time that no calendar has. */
void http_date(time_t when, char *out);

/* Undoes percent-encoding in place and returns the new length. What would become a control character, and a `%` that two
 * hexadecimal digits do not follow, stay as they are written: no name that is looked for holds a `%`. */
size_t http_unescape(char *text);

#endif
