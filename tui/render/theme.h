/* theme: what a text means -> how it looks. Pure data, shared by the screens (curses) and `crib show` (SGR).
 *
 * No theme carries meaning by colour alone: states have letters or marks beside them, call-outs their word. */
#ifndef CRIB_RENDER_THEME_H
#define CRIB_RENDER_THEME_H

#include <stddef.h>

enum style {
    STYLE_TEXT,
    /* documents */
    STYLE_TITLE, STYLE_HEADING_1, STYLE_HEADING_2, STYLE_HEADING_3, /* 3: and deeper */
    STYLE_EMPH, STYLE_STRONG, STYLE_STRONG_EMPH, STYLE_CODE, STYLE_CODE_BLOCK, STYLE_LINK, STYLE_IMAGE, STYLE_QUOTE,
    STYLE_RULE, STYLE_TABLE_HEAD, STYLE_MARKER, /* list markers, task boxes */
    STYLE_DANGER, STYLE_WARNING, STYLE_CAUTION, STYLE_NOTE, STYLE_TIP, /* the bar and word of a call-out */
    STYLE_DONE, STYLE_CHANGED, /* marks on sections */
    STYLE_MATCH, STYLE_FOCUS,  /* a found word; the link that Enter follows */
    /* screens */
    STYLE_BAR, STYLE_BAR_STRONG, STYLE_DIM, STYLE_KEY, STYLE_PROMPT, STYLE_SELECTED, STYLE_BADGE,
    STYLE_FADING, STYLE_RIGHT, STYLE_PARTLY, STYLE_WRONG, STYLE_ERROR,
    STYLE_COUNT
};

enum look_attribute { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_ITALIC = 4, LOOK_UNDERLINE = 8, LOOK_REVERSE = 16 };

struct look {
    short fg, bg; /* a colour of the terminal's palette (0..255), or -1 for its default */
    unsigned attributes;
};

struct theme {
    const char *name; /* dark, light, 16, mono, contrast */
    int colours;      /* how many it needs: 256, 16, 8 or 0 */
    struct look looks[STYLE_COUNT];
};

/* The themes, in the order in which a key goes through them. */
const struct theme *themes_all(size_t *count);

/* By name; NULL for an unknown one. */
const struct theme *theme_find(const char *name);

/* The theme for a terminal of so many colours: the named one where the terminal can show it; for NULL or "auto" the
 * best fit (NO_COLOR and no colours give mono, fewer than 256 give 16, else dark or, by COLORFGBG, light). */
const struct theme *theme_choose(const char *name, int colours);

/* The colour of a palette of 256 as 0xRRGGBB, for a terminal that shows that: what it is for all but the first 16, which
 * terminals and people change; of those, what is meant by them. -1 stays -1. */
long theme_exact(short colour);

static inline struct look theme_look(const struct theme *t, enum style s)
{
    return t->looks[s];
}

#endif
