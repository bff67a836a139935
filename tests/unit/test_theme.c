/* Themes: everything that is to be read has WCAG AA's contrast (4.5 to 1; 3 to 1 for lines that part) as xterm and the
 * Linux console show it; and no state is told by colour alone. */
#include "tui/render/theme.h"
#include "tui/standing.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned rgb; /* 0xRRGGBB */

struct emulation {
    const char *name;
    rgb palette[16];
    bool bold_is_bright; /* bold text of the first eight colours takes the second eight */
    bool linux_console;  /* and what is reversed keeps its brightness bit */
    bool exact;          /* themes of 256 colours are shown as theme_exact says */
};

#define XTERM {0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5, \
               0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF}
#define CONSOLE {0x000000, 0xAA0000, 0x00AA00, 0xAA5500, 0x0000AA, 0xAA00AA, 0x00AAAA, 0xAAAAAA, \
                 0x555555, 0xFF5555, 0x55FF55, 0xFFFF55, 0x5555FF, 0xFF55FF, 0x55FFFF, 0xFFFFFF}

static const struct emulation emulations[] = {
    {"xterm", XTERM, true, false, false},
    {"xterm, bold not bright", XTERM, false, false, false},
    {"linux", CONSOLE, true, true, false},
    {"true colour", XTERM, false, false, true},
};
enum { EMULATIONS = sizeof emulations / sizeof *emulations };

struct ground {
    rgb fg, bg; /* what the terminal has where nothing is asked for */
};
static const struct ground dark[] = {{0xE5E5E5, 0x000000}, {0xAAAAAA, 0x000000}, {0xD0D0D0, 0x1E1E1E}};
static const struct ground light[] = {{0x000000, 0xFFFFFF}, {0x262626, 0xEEEEEE}};

/* The 256 colours as xterm defines them: the terminal's own 16, a cube, greys. They look the same in true colour. */
static rgb colour(const struct emulation *e, int i)
{
    static const rgb steps[] = {0, 95, 135, 175, 215, 255};
    if (i < 16)
        return e->palette[i];
    if (i < 232)
        return steps[(i - 16) / 36] << 16 | steps[(i - 16) / 6 % 6] << 8 | steps[(i - 16) % 6];
    return (rgb)(8 + 10 * (i - 232)) * 0x010101U;
}

static double channel(rgb c, int shift)
{
    double v = (double)(c >> shift & 0xFF) / 255;
    return v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double luminance(rgb c)
{
    return 0.2126 * channel(c, 16) + 0.7152 * channel(c, 8) + 0.0722 * channel(c, 0);
}

static double contrast(rgb a, rgb b)
{
    double x = luminance(a), y = luminance(b);
    return x > y ? (x + 0.05) / (y + 0.05) : (y + 0.05) / (x + 0.05);
}

static double shown(const struct emulation *e, const struct ground *g, struct look l, bool exact)
{
    rgb fg = g->fg, bg = g->bg;
    if (l.fg >= 0 && exact)
        fg = (rgb)theme_exact(l.fg);
    else if (l.fg >= 0)
        fg = colour(e, l.fg + (l.fg < 8 && e->bold_is_bright && (l.attributes & LOOK_BOLD) != 0 ? 8 : 0));
    if (l.bg >= 0)
        bg = exact ? (rgb)theme_exact(l.bg) : colour(e, l.bg);
    if ((l.attributes & LOOK_DIM) != 0) { /* half of it, or the console's dark grey */
        ck_assert_msg(l.fg < 0, "a dim colour");
        fg = e->linux_console ? e->palette[8] : ((fg >> 1) & 0x7F7F7F) + ((bg >> 1) & 0x7F7F7F);
    }
    if (e->linux_console && (l.attributes & LOOK_REVERSE) != 0 && (l.attributes & (LOOK_BOLD | LOOK_UNDERLINE | LOOK_DIM)) != 0)
        return contrast(e->palette[8], e->palette[7]);
    return contrast(fg, bg);
}

static void check_grounds(const struct theme *t, const struct ground *grounds, size_t n)
{
    for (size_t g = 0; g < n; g++)
        for (size_t i = 0; i < EMULATIONS; i++)
            for (int s = 0; s < STYLE_COUNT; s++) {
                if (t->colours > 16 && emulations[i].linux_console)
                    continue; /* it has eight */
                double ratio = shown(&emulations[i], &grounds[g], theme_look(t, (enum style)s), emulations[i].exact && t->colours > 16);
                ck_assert_msg(ratio >= (s == STYLE_RULE ? 3 : 4.5), "%s: style %d on %06x, %s: %.2f", t->name, s,
                              grounds[g].bg, emulations[i].name, ratio);
            }
}

START_TEST(everything_can_be_read)
{
    size_t count;
    const struct theme *all = themes_all(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, "light") != 0)
            check_grounds(&all[i], dark, sizeof dark / sizeof *dark);
        if (strcmp(all[i].name, "dark") != 0)
            check_grounds(&all[i], light, sizeof light / sizeof *light);
    }
}
END_TEST

/* Beyond the first 16 it is the palette's; none is one of the numbers by which an entry's first eight colours are called. */
START_TEST(exact_colours_are_the_palettes)
{
    ck_assert_int_eq(theme_exact(-1), -1);
    for (short i = 0; i < 256; i++) {
        ck_assert_int_ge(theme_exact(i), 8);
        ck_assert_int_le(theme_exact(i), 0xFFFFFF);
        if (i > 16)
            ck_assert_int_eq(theme_exact(i), colour(&emulations[0], i));
    }
}
END_TEST

/* Half of a pair is the terminal's own: what it is nobody knows. */
START_TEST(a_background_comes_with_its_text)
{
    size_t count;
    const struct theme *all = themes_all(&count);
    for (size_t i = 0; i < count; i++)
        for (int s = 0; s < STYLE_COUNT; s++) {
            struct look l = theme_look(&all[i], (enum style)s);
            ck_assert_msg(l.bg < 0 || l.fg >= 0, "%s: style %d", all[i].name, s);
            ck_assert_msg(l.fg < all[i].colours && l.bg < all[i].colours, "%s: style %d: a colour too many", all[i].name, s);
        }
}
END_TEST

START_TEST(states_have_marks_and_words_of_their_own)
{
    for (int a = STANDING_NEW; a <= STANDING_FADING; a++)
        for (int b = a + 1; b <= STANDING_FADING; b++) {
            ck_assert_str_ne(standing_mark((enum standing)a), standing_mark((enum standing)b));
            ck_assert_str_ne(standing_name((enum standing)a), standing_name((enum standing)b));
        }
}
END_TEST

static const struct {
    int colours;
    const char *asked, *no_color, *fgbg, *name;
} choices[] = {
    {0, NULL, NULL, NULL, "mono"},      {0, "dark", NULL, NULL, "mono"},     {7, NULL, NULL, NULL, "mono"},
    {8, NULL, NULL, NULL, "16"},        {8, "dark", NULL, NULL, "16"},       {16, "contrast", NULL, NULL, "contrast"},
    {256, NULL, NULL, NULL, "dark"},    {256, NULL, NULL, "0;15", "light"},  {256, "light", NULL, NULL, "light"},
    {256, "light", "1", NULL, "mono"},  {1 << 24, NULL, NULL, NULL, "dark"}, {256, "auto", NULL, "15;0", "dark"},
    {88, NULL, NULL, NULL, "16"},       {256, "mono", NULL, NULL, "mono"},
};

START_TEST(fewer_colours_mean_a_simpler_theme)
{
    unsetenv("NO_COLOR");
    unsetenv("COLORFGBG");
    if (choices[_i].no_color != NULL)
        setenv("NO_COLOR", choices[_i].no_color, 1);
    if (choices[_i].fgbg != NULL)
        setenv("COLORFGBG", choices[_i].fgbg, 1);
    ck_assert_str_eq(theme_choose(choices[_i].asked, choices[_i].colours)->name, choices[_i].name);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("theme");
    TCase *t = tcase_create("theme");
    tcase_add_test(t, everything_can_be_read);
    tcase_add_test(t, exact_colours_are_the_palettes);
    tcase_add_test(t, a_background_comes_with_its_text);
    tcase_add_test(t, states_have_marks_and_words_of_their_own);
    tcase_add_loop_test(t, fewer_colours_mean_a_simpler_theme, 0, (int)(sizeof choices / sizeof *choices));
    suite_add_tcase(s, t);
    return suite_run(s);
}
