/* SPDX-License-Identifier: BSD-2-Clause */
/* A variable and a function that another command of the image has too. */
#include <framework/mod/options.h>

#include "same_names.h"

int same_name = OPTION_GET(NUMBER, first);

int next_result(void)
{
	return same_name++;
}
