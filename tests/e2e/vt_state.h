/* vt_state: what the test terminal's files share: what it knows (vt_learn.c), what becomes of it (vt_screen.c). */
#ifndef CRIB_TESTS_VT_STATE_H
#define CRIB_TESTS_VT_STATE_H

#include "tests/e2e/vt.h"

#include <wchar.h>

enum { MOST_COLUMNS = 300, MOST_ROWS = 100, DEFAULT = -1, PENDING = 64, SAME_SET = 2 /* of LOOK: whatever characters are on */ };

enum cap {
    NOTHING, CUP, HOME, CLEAR, EL, EL1, ED, CR, IND, RI, NEL, CUF, CUB, CUU, CUD, HPA, VPA, HT, CBT, IL, DL, ICH, DCH, SMIR,
    RMIR, ECH, REP, CSR, INDN, RIN, SC, RC, SGR0, LOOK, FG, BG, OP, SMACS, RMACS, QUIET, MODE_ON, MODE_OFF, SMCUP, RMCUP,
    CIVIS, CNORM, SMAM, RMAM
};

enum mode { MODE_KEYPAD, MODE_MOUSE, MODE_PASTE, MODES };
enum encoding { UTF8, LATIN1, ASCII };

struct cell {
    wchar_t text; /* 0: the right half of a wide one */
    bool look;    /* bold, reversed, ... */
    int fg, bg;
};

/* A node of the tree of sequences. */
struct node {
    unsigned char byte;
    int child, next; /* 0: none */
    enum cap cap;
    int a, b;
};

struct screen {
    struct cell cells[MOST_ROWS][MOST_COLUMNS];
};

struct vt {
    char term[64];
    enum encoding encoding;
    int wide, high, y, x, saved_y, saved_x, top, bottom;
    bool wraps, holds; /* am, xenl */
    bool full;         /* in the last column, to wrap at the next character */
    bool insert, acs, hidden, wrap_off, other;
    bool modes[MODES];
    bool ends;  /* nothing follows any more */
    bool exact; /* it has colours of 24 bits: of itself, or as the environment says */
    bool look;
    int fg, bg;
    wchar_t last;
    struct screen screens[2]; /* the usual one, the other */
    struct node *nodes;
    int count, room;
    char fault[300];
    char held[PENDING]; /* of a sequence or a character that is not whole yet */
    size_t held_n;
};

/* Fills the tree with all that the entry knows, for this size. */
void vt_learn(struct vt *v);
int vt_child(const struct vt *v, int node, unsigned char byte); /* 0: none */
const char *vt_string(const char *name);                        /* of the entry; NULL where it has none */

#endif
