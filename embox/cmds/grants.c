/* SPDX-License-Identifier: BSD-2-Clause */
/* The grant table in numbers. */
#include <stdio.h>

#include "xen/grant.h"

int main(void)
{
	struct grant_stats s;

	grant_get_stats(&s);
	printf("%u grants in use, %u of them kept back, %u entries now, at most %u\n",
		s.in_use, s.quarantined, s.capacity, s.max);
	return 0;
}
