/* sandbox_files, sandbox_calls: the sandbox's two halves (sandbox.h). Each fills why, and returns 0 or false, where it can't
 * be had. */
#ifndef CRIB_TUI_SANDBOX_FILES_H
#define CRIB_TUI_SANDBOX_FILES_H

#include "tui/sandbox.h"

int sandbox_files(const struct sandbox_path *paths, size_t count, char *why, size_t size);
bool sandbox_calls(char *why, size_t size);

#endif
