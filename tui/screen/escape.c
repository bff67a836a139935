#include "tui/screen/escape.h"

#include "tui/screen/terminal.h"

#include <string.h>

static bool is_final(char c)
{
    return c >= 0x40 && c <= 0x7E;
}

bool escape_begins(const char *bytes, size_t n)
{
    if (n == 0 || n > ESCAPE_MOST || (bytes[0] != '[' && bytes[0] != 'O'))
        return false;
    for (size_t i = 1; i < n; i++)
        if (bytes[i] < 0x20 || bytes[i] > 0x7E)
            return false;
    return true;
}

bool escape_ends(const char *bytes, size_t n)
{
    if (n < 2 || (n == 2 && bytes[1] == '[')) /* "[[A" is how the Linux console tells F1 */
        return false;
    return is_final(bytes[n - 1]);
}

static uint32_t key_of_number(const char *bytes, size_t n)
{
    unsigned number = 0;
    for (size_t i = 1; i < n && bytes[i] >= '0' && bytes[i] <= '9' && number < 1000; i++)
        number = number * 10 + (unsigned)(bytes[i] - '0');
    switch (number) {
    case 1:
    case 7:
        return K_HOME;
    case 3:
        return K_DELETE;
    case 4:
    case 8:
        return K_END;
    case 5:
        return K_PAGE_UP;
    case 6:
        return K_PAGE_DOWN;
    case 11:
        return K_F1;
    default:
        return 0;
    }
}

uint32_t escape_key(const char *bytes, size_t n)
{
    if (n < 2 || bytes[1] == '[' || bytes[1] == '<' || bytes[1] == '?')
        return n == 3 && bytes[1] == '[' && bytes[2] == 'A' ? K_F1 : 0;
    switch (bytes[n - 1]) {
    case 'A':
        return K_UP;
    case 'B':
        return K_DOWN;
    case 'C':
        return K_RIGHT;
    case 'D':
        return K_LEFT;
    case 'F':
        return K_END;
    case 'H':
        return K_HOME;
    case 'M':
        return bytes[0] == 'O' ? K_ENTER : 0; /* the number pad's */
    case 'P':
        return K_F1;
    case 'Z':
        return K_BACK_TAB;
    case '~':
        return bytes[0] == '[' ? key_of_number(bytes, n) : 0;
    default:
        return 0;
    }
}

uint32_t escape_key_named(const char *name)
{
    static const struct {
        const char *name;
        uint32_t key;
    } named[] = {{"kUP", K_UP},   {"kDN", K_DOWN}, {"kLFT", K_LEFT},  {"kRIT", K_RIGHT},    {"kHOM", K_HOME},
                 {"kEND", K_END}, {"kDC", K_DELETE}, {"kPRV", K_PAGE_UP}, {"kNXT", K_PAGE_DOWN}};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        size_t n = strlen(named[i].name); /* a digit behind it says what was held down */
        if (strncmp(name, named[i].name, n) == 0 && name[n] >= '2' && name[n] <= '8' && name[n + 1] == '\0')
            return named[i].key;
    }
    return 0;
}
