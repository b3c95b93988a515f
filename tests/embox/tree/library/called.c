/* SPDX-License-Identifier: BSD-2-Clause */
/* The member of the archive that the suite calls. */
#include <domik/test/archive.h>

int archive_n_objects;

__attribute__((constructor)) static void count(void)
{
	archive_n_objects++;
}

int archive_called(void)
{
	return 7;
}
