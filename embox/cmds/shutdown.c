/* SPDX-License-Identifier: BSD-2-Clause */
/* Ends the domain. */
#include <stdio.h>
#include <string.h>

#include <hal/platform.h>

int main(int argc, char **argv)
{
	if (argc == 1)
		platform_shutdown(SHUTDOWN_MODE_HALT);
	if (argc == 2 && strcmp(argv[1], "-r") == 0)
		platform_shutdown(SHUTDOWN_MODE_REBOOT);
	fputs("shutdown [-r]\n", stderr);
	return 2;
}
