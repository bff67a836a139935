/* clock: the times that events and screens need. */
#ifndef CRIB_BASE_CLOCK_H
#define CRIB_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Milliseconds since 1970-01-01 UTC. The environment variable CRIB_CLOCK (ISO 8601 or milliseconds), where set,
 * stands in for the wall clock: tests and demonstrations need a fixed today. */
int64_t clock_wall_ms(void);

/* Milliseconds of a clock that never jumps; its zero is the machine's start. */
int64_t clock_monotonic_ms(void);

/* Minutes east of UTC of local time at that moment. */
int clock_offset_minutes(int64_t wall_ms);

/* `2026-11-23T04:31:09.123+01:00` (RFC 3339) into out; size at least 30. */
void clock_format(int64_t wall_ms, int offset_minutes, char *out, size_t size);

/* `2026-11-23`, local, into out; size at least 11. */
void clock_format_day(int64_t wall_ms, char *out, size_t size);

/* When the local day of that moment begins, and when the next one does. */
void clock_local_day(int64_t wall_ms, int64_t *begins_ms, int64_t *ends_ms);

/* Reads `2026-11-23` or an RFC 3339 time; false when it is neither. A bare day is midnight UTC. */
bool clock_parse(const char *text, int64_t *wall_ms);

/* The moment so long after wall_ms: `12 months`, `2 years`, `90 days`, `6 weeks` (one number, then the unit, with or without
 * its s). Months and years go by the calendar in UTC, the day cut to the month's last. false for any other text, and beyond
 * the year 9999. */
bool clock_after(int64_t wall_ms, const char *span, int64_t *after_ms);

/* Days since 1970-01-01 of a civil date, proleptic Gregorian; false when there is no such day. */
bool clock_days(int year, int month, int day, int64_t *days);

/* An id of this boot of the machine, at most 64 characters ("" where the system has none). */
void clock_boot_id(char *out, size_t size);

#endif
