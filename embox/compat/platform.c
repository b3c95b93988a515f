/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine and the image, under the names that commands use. */
#include <hal/platform.h>

#include <stdlib.h>

#include <debug/buildinfo.h>

#include "kernel/format.h"
#include "kernel/module.h"
#include "xen/shutdown.h"

void platform_shutdown(shutdown_mode_t mode)
{
	if (mode == SHUTDOWN_MODE_ABORT)
		abort();
	shutdown_now(mode == SHUTDOWN_MODE_REBOOT ? SHUTDOWN_REASON_REBOOT
						  : SHUTDOWN_REASON_POWEROFF);
}

char *buildinfo_date(void)
{
	static char text[64];

	format_text(text, sizeof(text), "%s, Domik 0.1", image_name);
	return text;
}
