/* sandbox: what this process can do from now on, whatever its code is brought to do: read what it needs, write its own
 * data, talk to its terminal. For good: nothing takes it back.
 *
 * Linux alone has it, in two halves. Landlock bounds files (5.13 and newer; TCP ports from 6.7, abstract sockets and
 * signals to others from 6.12); seccomp bounds system calls: no program is started, no process made, no socket. What is
 * refused fails with EPERM or EACCES, which crib says like any other failure; refused calls are in the kernel's log.
 * Where the kernel lacks a half, crib goes on without it, and `crib kiosk status` says so. */
#ifndef CRIB_TUI_SANDBOX_H
#define CRIB_TUI_SANDBOX_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct sandbox_path {
    const char *path;
    bool write; /* files below it may be made, written and removed; else they are read alone */
};

struct sandbox {
    int files;        /* Landlock's version that holds; 0: files are not bounded */
    bool calls;       /* system calls are bounded */
    char why_not[164]; /* of what does not hold; "" when both do */
};

/* Bounds the process: to these paths (those that aren't there are left out), to threads and no other process, and to the
 * descriptors that are open. */
void sandbox_enter(struct sandbox *s, const struct sandbox_path *paths, size_t count);

/* Appends "files (Landlock 7) and system calls (seccomp) are bounded", or what is not, and why. */
void sandbox_words(const struct sandbox *s, struct buf *out);

#endif
