/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of config.c share: one setting at work, and what may be said about it. */
#ifndef HOST_CONFIG_PRIVATE_H
#define HOST_CONFIG_PRIVATE_H

#include "host/config.h"
#include "host/config_parse.h"

struct config_work {
	struct config *c;
	const char *path;
	const struct setting *s;
	char *root, *extra; /* make a command line if there is none */
};

/** Tell what is wrong with the setting; returns STATUS_CONFIG. */
int config_bad(const struct config_work *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** Tell something about the setting and go on. */
void config_note(const struct config_work *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** Take the setting "vif". Returns 0 or a host_status. */
int config_take_vif(struct config_work *w);

#endif
