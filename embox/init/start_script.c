/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration's start_script.inc. */
#include <embox/unit.h>
#include <lib/libds/array.h>

#include "embox/start.h"

EMBOX_UNIT_INIT(start_script_init);

static const char *const lines[] = {
#include <start_script.inc>
};

static int start_script_init(void)
{
	static struct start_script script = {
		.lines = lines,
		.n_lines = ARRAY_SIZE(lines),
		.shell = OPTION_STRING_GET(shell_name),
		.echo = true,
		.stop_on_error = OPTION_GET(BOOLEAN, stop_on_error),
		.run_shell = OPTION_GET(NUMBER, shell_start),
	};

	start_script_add(&script);
	return 0;
}
