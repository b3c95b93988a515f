/* SPDX-License-Identifier: BSD-2-Clause */
/* A command that would return more each time if its variables kept their values. */
#include "same_names.h"

static int zero;
static int table[3] = {0, 0, 1};

int main(int argc, char **argv)
{
	(void)argv;
	zero++;
	table[2]++;
	return next_result() + zero + table[2] + argc - 4;
}
