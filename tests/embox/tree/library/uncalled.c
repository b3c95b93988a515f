/* SPDX-License-Identifier: BSD-2-Clause */
/* The member that nobody calls: its constructor would tell if it were linked. */
#include <domik/test/archive.h>

__attribute__((constructor)) static void count(void)
{
	archive_n_objects++;
}

int archive_uncalled(void)
{
	return 8;
}
