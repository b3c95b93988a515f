/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration's system_start.inc. */
#include <embox/unit.h>
#include <lib/libds/array.h>

#include "embox/start.h"

EMBOX_UNIT_INIT(system_start_init);

static const char *const lines[] = {
#include <system_start.inc>
};

static int system_start_init(void)
{
	static struct start_script script = {
		.lines = lines,
		.n_lines = ARRAY_SIZE(lines),
		.shell = "",
		.stop_on_error = OPTION_GET(BOOLEAN, stop_on_error),
	};

	start_script_add(&script);
	return 0;
}
