/* SPDX-License-Identifier: BSD-2-Clause */
/* A command whose source registers it itself: EMBOX_CMD(fn); static int fn(int, char **). */
#ifndef FRAMEWORK_CMD_SELF_H
#define FRAMEWORK_CMD_SELF_H

#include <framework/cmd/api.h>
#include <framework/mod/options.h>
#include <framework/mod/self.h>

#define EMBOX_CMD(fn)                                                                    \
	static int fn(int argc, char **argv);                                            \
	extern const struct cmd_desc __MOD_CMD(__EMBUILD_MOD__);                         \
	ARRAY_SPREAD_ADD(__cmd_registry,                                                 \
		{fn, &__MOD_CMD(__EMBUILD_MOD__), &__MOD(__EMBUILD_MOD__)})

#endif
