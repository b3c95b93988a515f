/* SPDX-License-Identifier: BSD-2-Clause */
/* The one command that a configuration names as an option. */
#include <embox/unit.h>

#include "embox/start.h"

EMBOX_UNIT_INIT(start_cmd_init);

static int start_cmd_init(void)
{
	static const char *const lines[] = {OPTION_STRING_GET(cmd)};
	static struct start_script script = {.lines = lines, .n_lines = 1, .shell = ""};

	start_script_add(&script);
	return 0;
}
