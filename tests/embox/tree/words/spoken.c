/* SPDX-License-Identifier: BSD-2-Clause */
/* A module that logs: what is above its level must not even be formatted. */
#include <util/log.h>

#include "../suite.h"

int spoken_evaluate(void)
{
	int n = 0;

	log_warning("a warning of a module, number %d", ++n);
	return n;
}

int spoken_level(void)
{
	return log_level_self();
}
