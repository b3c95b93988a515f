/* SPDX-License-Identifier: BSD-2-Clause */
/* A module that is a unit and has a command that it registers itself. */
/* Values are bare words */
/* clang-format off */
#define __EMBUILD_MOD__                        made_up__lib__unit
#define OPTION_NUMBER_made_up__lib__unit__port 80
#define OPTION_STRING_made_up__lib__unit__path /a b/c
/* clang-format on */

#include <getopt.h>
#include <stdio.h>

#include <embox/cmd.h>
#include <embox/unit.h>
#include <framework/mod/options.h>
#include <util/log.h>

#include "tests/unit/embox/modules.h"

int unit_result, unit_inits, unit_finis;

EMBOX_UNIT(unit_init, unit_fini);
EMBOX_CMD(count_options);

static int unit_init(void)
{
	unit_inits++;
	return unit_result;
}

static int unit_fini(void)
{
	unit_finis++;
	return unit_result;
}

/* How many times -x; 100 and more when the options are not those of this module. */
static int count_options(int argc, char **argv)
{
	int n = 0;

	if (OPTION_GET(NUMBER, port) != 80 || OPTION_STRING_GET(path)[1] != 'a')
		return 100;
	while (getopt(argc, argv, "x") == 'x')
		n++;
	return n;
}

void keep_quiet(void)
{
	log_error("an error %d", ++n_evaluated);
	log_debug("a detail %d", ++n_evaluated);
}
