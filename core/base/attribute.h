/* attribute: the one compiler extension used. gcc and clang check the arguments of functions that format like
 * printf when told so; a wrong format string is otherwise found by a crash. */
#ifndef CRIB_BASE_ATTRIBUTE_H
#define CRIB_BASE_ATTRIBUTE_H

#if defined(__GNUC__)
#define PRINTF_LIKE(format_at, args_at) __attribute__((format(printf, format_at, args_at)))
#else
#define PRINTF_LIKE(format_at, args_at)
#endif

#endif
