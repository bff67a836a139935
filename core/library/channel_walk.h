/* channel_walk: finding a channel's files. */
#ifndef CRIB_LIBRARY_CHANNEL_WALK_H
#define CRIB_LIBRARY_CHANNEL_WALK_H

#include "core/library/channel.h"

#include <stdbool.h>

/* Is there any Markdown file in the channel's directory or below? Looks no further than the first one. */
bool channel_walk_any(const struct channel *channel);

#endif
