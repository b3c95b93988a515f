/* SPDX-License-Identifier: BSD-2-Clause */
/* In which order units were started. */
#include <string.h>

#include "../suite.h"

static char order[16];

void unit_record(const char *letter)
{
	strncat(order, letter, sizeof(order) - strlen(order) - 1);
}

const char *unit_order(void)
{
	return order;
}
