#include "tui/render/theme.h"

#include <stdlib.h>
#include <string.h>

#define B LOOK_BOLD
#define I LOOK_ITALIC
#define U LOOK_UNDERLINE
#define R LOOK_REVERSE

/* Each has WCAG AA's contrast (test_theme.c). With eight colours a terminal's background may be dark or light, and no
 * colour of the palette can be read on both: "16" has coloured text only on a background of its own. Reversed text has
 * nothing besides: the Linux console would make it grey on grey. */
static const struct theme themes[] = {
    {"dark", 256, {
        [STYLE_TEXT] = {-1, -1, 0}, [STYLE_TITLE] = {153, -1, B}, [STYLE_HEADING_1] = {153, -1, B},
        [STYLE_HEADING_2] = {-1, -1, B}, [STYLE_HEADING_3] = {-1, -1, U}, [STYLE_EMPH] = {-1, -1, I},
        [STYLE_STRONG] = {-1, -1, B}, [STYLE_STRONG_EMPH] = {-1, -1, B | I}, [STYLE_CODE] = {3, -1, 0},
        [STYLE_CODE_BLOCK] = {3, -1, 0}, [STYLE_LINK] = {-1, -1, U}, [STYLE_IMAGE] = {245, -1, I},
        [STYLE_QUOTE] = {250, -1, 0}, [STYLE_RULE] = {242, -1, 0}, [STYLE_TABLE_HEAD] = {-1, -1, B},
        [STYLE_MARKER] = {-1, -1, 0}, [STYLE_DANGER] = {203, -1, 0}, [STYLE_WARNING] = {215, -1, 0},
        [STYLE_CAUTION] = {221, -1, 0}, [STYLE_NOTE] = {111, -1, 0}, [STYLE_TIP] = {114, -1, 0},
        [STYLE_DONE] = {2, -1, 0}, [STYLE_CHANGED] = {215, -1, 0}, [STYLE_MATCH] = {221, -1, B | U},
        [STYLE_FOCUS] = {16, 117, 0}, [STYLE_BAR] = {248, 236, 0}, [STYLE_BAR_STRONG] = {255, 236, B},
        [STYLE_DIM] = {245, -1, 0}, [STYLE_KEY] = {153, 236, 0}, [STYLE_PROMPT] = {255, -1, B},
        [STYLE_SELECTED] = {15, 24, 0}, [STYLE_BADGE] = {3, -1, 0},
        [STYLE_FADING] = {146, -1, 0}, [STYLE_RIGHT] = {114, -1, B}, [STYLE_PARTLY] = {221, -1, B},
        [STYLE_WRONG] = {209, -1, B}, [STYLE_ERROR] = {203, -1, B}}},
    {"light", 256, {
        [STYLE_TEXT] = {-1, -1, 0}, [STYLE_TITLE] = {24, -1, B}, [STYLE_HEADING_1] = {24, -1, B},
        [STYLE_HEADING_2] = {-1, -1, B}, [STYLE_HEADING_3] = {-1, -1, U}, [STYLE_EMPH] = {-1, -1, I},
        [STYLE_STRONG] = {-1, -1, B}, [STYLE_STRONG_EMPH] = {-1, -1, B | I}, [STYLE_CODE] = {94, -1, 0},
        [STYLE_CODE_BLOCK] = {94, -1, 0}, [STYLE_LINK] = {-1, -1, U}, [STYLE_IMAGE] = {242, -1, I},
        [STYLE_QUOTE] = {239, -1, 0}, [STYLE_RULE] = {243, -1, 0}, [STYLE_TABLE_HEAD] = {-1, -1, B},
        [STYLE_MARKER] = {-1, -1, 0}, [STYLE_DANGER] = {160, -1, 0}, [STYLE_WARNING] = {88, -1, 0},
        [STYLE_CAUTION] = {94, -1, 0}, [STYLE_NOTE] = {26, -1, 0}, [STYLE_TIP] = {22, -1, 0},
        [STYLE_DONE] = {22, -1, 0}, [STYLE_CHANGED] = {94, -1, 0}, [STYLE_MATCH] = {88, -1, B | U},
        [STYLE_FOCUS] = {231, 26, 0}, [STYLE_BAR] = {239, 254, 0}, [STYLE_BAR_STRONG] = {16, 254, B},
        [STYLE_DIM] = {242, -1, 0}, [STYLE_KEY] = {25, 254, 0}, [STYLE_PROMPT] = {16, -1, B},
        [STYLE_SELECTED] = {0, 153, 0}, [STYLE_BADGE] = {94, -1, 0},
        [STYLE_FADING] = {61, -1, 0}, [STYLE_RIGHT] = {22, -1, B}, [STYLE_PARTLY] = {94, -1, B},
        [STYLE_WRONG] = {124, -1, B}, [STYLE_ERROR] = {160, -1, B}}},
    {"16", 8, {
        [STYLE_TEXT] = {-1, -1, 0}, [STYLE_TITLE] = {-1, -1, B}, [STYLE_HEADING_1] = {-1, -1, B},
        [STYLE_HEADING_2] = {-1, -1, B}, [STYLE_HEADING_3] = {-1, -1, U}, [STYLE_EMPH] = {-1, -1, U},
        [STYLE_STRONG] = {-1, -1, B}, [STYLE_STRONG_EMPH] = {-1, -1, B | U}, [STYLE_CODE] = {-1, -1, B},
        [STYLE_CODE_BLOCK] = {-1, -1, 0}, [STYLE_LINK] = {-1, -1, U}, [STYLE_IMAGE] = {-1, -1, 0},
        [STYLE_QUOTE] = {-1, -1, 0}, [STYLE_RULE] = {-1, -1, 0}, [STYLE_TABLE_HEAD] = {-1, -1, B},
        [STYLE_MARKER] = {-1, -1, 0}, [STYLE_DANGER] = {7, 1, B}, [STYLE_WARNING] = {0, 6, 0},
        [STYLE_CAUTION] = {0, 6, 0}, [STYLE_NOTE] = {7, 4, B}, [STYLE_TIP] = {0, 2, 0},
        [STYLE_DONE] = {0, 2, 0}, [STYLE_CHANGED] = {0, 6, 0}, [STYLE_MATCH] = {0, 6, 0},
        [STYLE_FOCUS] = {-1, -1, R}, [STYLE_BAR] = {-1, -1, R}, [STYLE_BAR_STRONG] = {-1, -1, R},
        [STYLE_DIM] = {-1, -1, 0}, [STYLE_KEY] = {7, 4, B}, [STYLE_PROMPT] = {-1, -1, B},
        [STYLE_SELECTED] = {-1, -1, R}, [STYLE_BADGE] = {-1, -1, 0},
        [STYLE_FADING] = {-1, -1, B}, [STYLE_RIGHT] = {0, 2, 0}, [STYLE_PARTLY] = {0, 6, 0},
        [STYLE_WRONG] = {7, 1, B}, [STYLE_ERROR] = {7, 1, B}}},
    {"mono", 0, {
        [STYLE_TEXT] = {-1, -1, 0}, [STYLE_TITLE] = {-1, -1, B}, [STYLE_HEADING_1] = {-1, -1, B},
        [STYLE_HEADING_2] = {-1, -1, B}, [STYLE_HEADING_3] = {-1, -1, U}, [STYLE_EMPH] = {-1, -1, U},
        [STYLE_STRONG] = {-1, -1, B}, [STYLE_STRONG_EMPH] = {-1, -1, B | U}, [STYLE_CODE] = {-1, -1, 0},
        [STYLE_CODE_BLOCK] = {-1, -1, 0}, [STYLE_LINK] = {-1, -1, U}, [STYLE_IMAGE] = {-1, -1, 0},
        [STYLE_QUOTE] = {-1, -1, 0}, [STYLE_RULE] = {-1, -1, 0}, [STYLE_TABLE_HEAD] = {-1, -1, B},
        [STYLE_MARKER] = {-1, -1, 0}, [STYLE_DANGER] = {-1, -1, R}, [STYLE_WARNING] = {-1, -1, B},
        [STYLE_CAUTION] = {-1, -1, B}, [STYLE_NOTE] = {-1, -1, B}, [STYLE_TIP] = {-1, -1, B},
        [STYLE_DONE] = {-1, -1, 0}, [STYLE_CHANGED] = {-1, -1, B}, [STYLE_MATCH] = {-1, -1, B | U},
        [STYLE_FOCUS] = {-1, -1, R}, [STYLE_BAR] = {-1, -1, 0}, [STYLE_BAR_STRONG] = {-1, -1, B},
        [STYLE_DIM] = {-1, -1, 0}, [STYLE_KEY] = {-1, -1, R}, [STYLE_PROMPT] = {-1, -1, B},
        [STYLE_SELECTED] = {-1, -1, R}, [STYLE_BADGE] = {-1, -1, 0},
        [STYLE_FADING] = {-1, -1, 0}, [STYLE_RIGHT] = {-1, -1, B}, [STYLE_PARTLY] = {-1, -1, B},
        [STYLE_WRONG] = {-1, -1, B}, [STYLE_ERROR] = {-1, -1, B}}},
    {"contrast", 8, {
        [STYLE_TEXT] = {7, 0, B}, [STYLE_TITLE] = {3, 0, B}, [STYLE_HEADING_1] = {3, 0, B},
        [STYLE_HEADING_2] = {3, 0, B}, [STYLE_HEADING_3] = {3, 0, B | U}, [STYLE_EMPH] = {7, 0, B | U},
        [STYLE_STRONG] = {3, 0, B}, [STYLE_STRONG_EMPH] = {3, 0, B | U}, [STYLE_CODE] = {6, 0, B},
        [STYLE_CODE_BLOCK] = {6, 0, B}, [STYLE_LINK] = {6, 0, B | U}, [STYLE_IMAGE] = {7, 0, B},
        [STYLE_QUOTE] = {7, 0, B}, [STYLE_RULE] = {7, 0, B}, [STYLE_TABLE_HEAD] = {3, 0, B},
        [STYLE_MARKER] = {3, 0, B}, [STYLE_DANGER] = {7, 1, B}, [STYLE_WARNING] = {0, 6, 0},
        [STYLE_CAUTION] = {0, 6, 0}, [STYLE_NOTE] = {7, 4, B}, [STYLE_TIP] = {0, 2, 0},
        [STYLE_DONE] = {2, 0, B}, [STYLE_CHANGED] = {3, 0, B}, [STYLE_MATCH] = {0, 6, 0},
        [STYLE_FOCUS] = {0, 2, 0}, [STYLE_BAR] = {0, 7, 0}, [STYLE_BAR_STRONG] = {0, 7, 0},
        [STYLE_DIM] = {7, 0, B}, [STYLE_KEY] = {7, 4, B}, [STYLE_PROMPT] = {7, 0, B},
        [STYLE_SELECTED] = {0, 6, 0}, [STYLE_BADGE] = {6, 0, B},
        [STYLE_FADING] = {7, 0, B}, [STYLE_RIGHT] = {2, 0, B}, [STYLE_PARTLY] = {3, 0, B},
        [STYLE_WRONG] = {7, 1, B}, [STYLE_ERROR] = {7, 1, B}}},
};

/* As xterm defines them: a cube, greys. No colour is below 8: to a terminal's description these are its own first eight. */
long theme_exact(short colour)
{
    static const long steps[] = {0, 95, 135, 175, 215, 255};
    static const long first[] = {0x080808, 0xC75C5C, 0x5FC75F, 0xD7B75F, 0x6C8EEF, 0xC77FD7, 0x5FC7C7, 0xD0D0D0,
                                 0x808080, 0xFF6F6F, 0x87E787, 0xFFE787, 0x87AFFF, 0xE79FF7, 0x87E7E7, 0xFFFFFF};
    if (colour < 0)
        return -1;
    if (colour < 16)
        return first[colour];
    int i = colour - 16;
    long exact = colour < 232 ? steps[i / 36] << 16 | steps[i / 6 % 6] << 8 | steps[i % 6] : (8 + 10 * (colour - 232L)) * 0x010101L;
    return exact < 8 ? first[0] : exact;
}

enum { THEMES = sizeof themes / sizeof *themes, MONO = 3 };

const struct theme *themes_all(size_t *count)
{
    *count = THEMES;
    return themes;
}

const struct theme *theme_find(const char *name)
{
    for (size_t i = 0; i < THEMES; i++)
        if (strcmp(themes[i].name, name) == 0)
            return &themes[i];
    return NULL;
}

/* COLORFGBG is "foreground;background" or "foreground;default;background", as rxvt and its kin set it. */
static int light_background(void)
{
    const char *set = getenv("COLORFGBG");
    const char *last = set != NULL ? strrchr(set, ';') : NULL;
    return last != NULL && (strcmp(last, ";7") == 0 || strcmp(last, ";15") == 0);
}

const struct theme *theme_choose(const char *name, int colours)
{
    const char *no_color = getenv("NO_COLOR");
    if (no_color != NULL && no_color[0] != '\0')
        colours = 0;
    const struct theme *named = name != NULL ? theme_find(name) : NULL;
    if (named != NULL && named->colours <= colours)
        return named;
    if (colours < 8)
        return &themes[MONO];
    if (colours < 256)
        return theme_find("16");
    return theme_find(light_background() ? "light" : "dark");
}
