/* module_facts: what the front matter of a module says of it, key by key. */
#ifndef CRIB_LIBRARY_MODULE_FACTS_H
#define CRIB_LIBRARY_MODULE_FACTS_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/library/module.h"

#include <stdbool.h>

/* Reads them into m, of which the source and the kind are there, and says where its body begins. What can't be read is said
 * in diags, and has its default. False when memory is out. */
bool module_facts(struct arena *a, struct module *m, const char *file, struct diags *diags);

#endif
