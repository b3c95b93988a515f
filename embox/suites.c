/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The choice of suites on the command line. One that ends the domain takes those after it
 * along; who counts suites starts the image again for these, with suites=after:NAME.
 */
#include "embox/suites.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <framework/mod/api.h>

#define AFTER "after:"

static const struct mod *only, *last_omitted;

/* Modules are enabled in the order of the table. */
static unsigned position(const struct mod *m)
{
	unsigned i = 0;

	while (i < embox_mods_n && embox_mods[i] != m)
		i++;
	return i;
}

int suites_choose(const char *value)
{
	bool is_after = strncmp(value, AFTER, strlen(AFTER)) == 0;
	const struct mod *m = mod_lookup(is_after ? value + strlen(AFTER) : value);

	if (!m || !m->suite)
		return -EINVAL;
	only = is_after ? NULL : m;
	last_omitted = is_after ? m : NULL;
	return 0;
}

bool suites_want(const struct mod *m)
{
	if (only)
		return m == only;
	return !last_omitted || position(m) > position(last_omitted);
}
