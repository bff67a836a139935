/* reader_state: what the files of the reader share: one module or page that is open.
 *
 * reader.c          the screen from its opening to its end
 * reader_request.c  what keys ask for
 * reader_text.c     which text is open: a beginning, the whole, an update
 * reader_place.c    the lines for this terminal, and where the learner is among them
 * reader_find.c     finding words within
 * reader_whole.c    the whole of a long page, made while its beginning shows
 * reader_record.c   what the learner's record is told, and says
 * reader_file.c     links to files of the channel
 * reader_draw.c     what it shows */
#ifndef CRIB_SCREEN_READER_STATE_H
#define CRIB_SCREEN_READER_STATE_H

#include "core/record/solved.h"
#include "tui/app.h"
#include "tui/content.h"
#include "tui/screen/page_find.h"
#include "tui/screen/reader_whole.h"
#include "tui/screen/reading.h"
#include "tui/screen/screen.h"

struct reader {
    struct screen screen; /* first: the reader is a screen */
    struct app *app;
    int64_t key;
    struct content *content;
    enum found_by by; /* what led here */
    bool told; /* the record knows of this opening */

    char *saving; /* the address of the file that is asked about; or NULL */

    /* reader_record */
    struct arena *marks_arena;
    enum section_mark *marks; /* one a section; NULL where memory is out */
    struct progress_count progress;
    struct reading *reading;
    bool *shown;           /* of a module that asks for a sign-off: what the record knows as shown in full; or NULL */
    size_t shown_missing;  /* so many sections are not */
    char signoff[120];     /* how its sign-off stands; "" where it asks for none */
    int64_t opens;  /* in the last 30 days */
    size_t updated; /* sections that the last update changed while this was open */
    enum section_mark *meanwhile; /* owned; one a section: what all such updates did to it. NULL: there was none */

    /* reader_whole: while content is a beginning */
    struct reader_whole *whole; /* on its way; NULL where it is not */
    struct lines *made;         /* the whole's lines for made_width, until they are laid out; or NULL */
    size_t made_width;

    /* reader_place */
    struct page *page; /* NULL before the first draw */
    int laid_width;    /* 0: lay out anew at the next draw */
    char *anchor;      /* to go to at the first draw; NULL once there */
    size_t aim;        /* or the section, and how many lines below its heading; SIZE_MAX for none */
    int64_t aim_source;
    struct page_place place; /* where the learner is: kept over sizes, marks and updates */
    size_t want;       /* the line that shows it: below top only where the page ends before */
    size_t top;        /* the first line on the screen */
    size_t focus;      /* the link that Enter follows; SIZE_MAX for none */

    /* reader_find */
    char found[128];   /* marked where it stands; "" for nothing */
    size_t match;      /* the line that n goes on from; SIZE_MAX for none */
    struct page_find *index; /* of page; NULL before the first search */
    bool finding;      /* / is being typed */
    struct page_place origin; /* where it was begun */
};

#endif
