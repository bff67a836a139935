/* Code 128 (ISO/IEC 15417). */
#include "sync/label/code.h"

#include <string.h>
#include <sysexits.h>

enum { SET_B = 104, SET_C = 105, STOP = 106, CHECK = 103, MARGIN = 10, SYMBOL = 11, STOP_WIDTH = 13 };

/* The widths of bars and spaces in turn, a bar first. */
static const char *const patterns[] = {
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
    "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
    "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
    "212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
    "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
    "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
    "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
    "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
    "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
    "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
};

static size_t add(struct code *code, size_t at, unsigned value)
{
    bool dark = true;
    for (const char *w = patterns[value]; *w != '\0'; w++, dark = !dark)
        for (int n = *w - '0'; n > 0; n--)
            code->dark[at++] = dark;
    return at;
}

static bool is_readable(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] < ' ' || text[i] > '~')
            return false;
    return n > 0;
}

bool code_bars(struct arena *a, const char *text, struct code *code, struct error *err)
{
    size_t n = strlen(text);
    if (!is_readable(text, n) || n > CODE128_MOST)
        return error_set(err, EX_DATAERR, "a Code 128 can't say that", text, n > CODE128_MOST ? "it is too long" : "it takes ASCII alone",
                         "make it a QR code");
    bool pairs = n % 2 == 0 && strspn(text, "0123456789") == n;
    size_t symbols = pairs ? n / 2 : n;
    *code = (struct code){.columns = 2 * MARGIN + (symbols + 2) * SYMBOL + STOP_WIDTH, .rows = 1, .bars = true};
    code->dark = arena_alloc(a, code->columns);
    if (code->dark == NULL)
        return error_memory(err);
    memset(code->dark, 0, code->columns);
    unsigned sum = pairs ? SET_C : SET_B;
    size_t at = add(code, MARGIN, sum);
    for (size_t i = 0; i < symbols; i++) {
        unsigned value = pairs ? (unsigned)(text[2 * i] - '0') * 10 + (unsigned)(text[2 * i + 1] - '0') : (unsigned)(text[i] - ' ');
        at = add(code, at, value);
        sum += value * (unsigned)(i + 1);
    }
    at = add(code, at, sum % CHECK);
    add(code, at, STOP);
    return true;
}
