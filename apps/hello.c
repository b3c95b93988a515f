/* SPDX-License-Identifier: BSD-2-Clause */
/* The smallest program: prints its arguments and ends, which powers the domain off. */
#include <stdio.h>

int main(int argc, char **argv)
{
	printf("hello from %s\n", argv[0]);
	for (int i = 1; i < argc; i++)
		printf("argument %d: %s\n", i, argv[i]);
	return 0;
}
