/* SPDX-License-Identifier: BSD-2-Clause */
/* A command that returns one more each time. */
#include "same_names.h"

int main(int argc, char **argv)
{
	(void)argv;
	return next_result() + argc - 1;
}
