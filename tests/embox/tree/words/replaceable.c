/* SPDX-License-Identifier: BSD-2-Clause */
/* One of two implementations; the configuration names the one called "replaced". */
#include "../suite.h"

const char *implementation_name(void)
{
	return "replaceable";
}
