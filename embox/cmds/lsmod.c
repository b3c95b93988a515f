/* SPDX-License-Identifier: BSD-2-Clause */
/* The modules of the image. */
#include <stdio.h>
#include <string.h>

#include <framework/mod/api.h>

#include "kernel/module.h"

static char mark(const struct mod *m)
{
	if (m->stat & MOD_STAT_FAILED)
		return '!';
	return mod_is_running(m) ? '*' : ' ';
}

int main(int argc, char **argv)
{
	const struct mod *m;

	if (argc > 1 && strcmp(argv[1], "-d") == 0) {
		for (unsigned i = 0; i < modtab_n; i++)
			puts(modtab[i].name);
		return 0;
	}
	mod_foreach(m) printf("%c %d %s.%s%s\n", mark(m), m->runlevel, mod_pkg_name(m),
		mod_name(m),
		m->suite  ? " (tests)"
		: m->unit ? " (unit)"
			  : "");
	return 0;
}
