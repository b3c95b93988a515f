/* SPDX-License-Identifier: BSD-2-Clause */
/* Compiled with the options of the implementation, though the abstract module lists it. */
#include <framework/mod/options.h>

#include "chosen.h"

const char *chosen_who(void)
{
	return OPTION_STRING_GET(who);
}
