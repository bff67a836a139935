/* account: who the operating system says runs this: a learner needs no login of ours. */
#ifndef CRIB_BASE_ACCOUNT_H
#define CRIB_BASE_ACCOUNT_H

#include "core/base/arena.h"

/* The name of the effective account, or `uid-1234` where it has none, in the arena; NULL when memory is out. The record
 * knows its learner by it: whoever looks the learner up asks here.
 *
 * Looked up in /etc/passwd; what is not there (a directory service) is asked of `id -un` (POSIX), not of getpwuid(3):
 * that loads libraries which must be of the very C library that a program was linked with, and crib may have taken in
 * another one whole. */
const char *account_name(struct arena *a);

/* The name that a file in passwd(5)'s format has for this user, in the arena; NULL where it has none. */
const char *account_in(struct arena *a, const char *path, unsigned long uid);

#endif
