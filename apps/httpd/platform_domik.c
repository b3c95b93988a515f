/* SPDX-License-Identifier: BSD-2-Clause */
/* Running as the only program of a domain: there is nobody to end it but the toolstack. */
#include "apps/httpd/platform.h"

#include "kernel/boot.h"

const struct platform platform = {
	.port = 80,
	.root = "/",
	.no_files_hint = "give the domain a tar of them: ramdisk=\"site.tar\" in its "
			 "configuration",
};

void platform_prepare(unsigned max_conns)
{
	(void)max_conns; /* no signals, and descriptors as long as there is memory */
}

bool platform_must_stop(void)
{
	return false;
}

bool platform_boot_time(uint64_t *elapsed_ns, uint64_t *busy_ns)
{
	*elapsed_ns = boot_elapsed_ns();
	*busy_ns = *elapsed_ns - boot_idle_ns();
	return true;
}
