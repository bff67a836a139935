/* account: who the operating system says runs this: a learner needs no login of ours. */
#ifndef CRIB_BASE_ACCOUNT_H
#define CRIB_BASE_ACCOUNT_H

#include "core/base/arena.h"

/* The name of the effective account, or `uid-1234` where it has none, in the arena; NULL when memory is out. The record
 * knows its learner by it: whoever looks the learner up asks here. */
const char *account_name(struct arena *a);

#endif
