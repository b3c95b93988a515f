/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A module that starts something:
 *
 *     EMBOX_UNIT_INIT(thing_init);
 *     static int thing_init(void) { return 0; }
 *
 * once per module, at file scope. The functions return 0 or -errno.
 */
#ifndef EMBOX_UNIT_H
#define EMBOX_UNIT_H

#include <stddef.h>
#include <sys/cdefs.h>

#include <framework/mod/options.h>
#include <framework/mod/self.h>

#define EMBOX_UNIT_OBJECT(init_fn, fini_fn)                                              \
	extern const struct embox_unit __MOD_UNIT(__EMBUILD_MOD__);                      \
	const struct embox_unit __MOD_UNIT(__EMBUILD_MOD__) = {                          \
		.init = init_fn, .fini = fini_fn}

#define EMBOX_UNIT_INIT(init_fn)                                                         \
	static int init_fn(void);                                                        \
	EMBOX_UNIT_OBJECT(init_fn, NULL)
#define EMBOX_UNIT_FINI(fini_fn)                                                         \
	static int fini_fn(void);                                                        \
	EMBOX_UNIT_OBJECT(NULL, fini_fn)
#define EMBOX_UNIT(init_fn, fini_fn)                                                     \
	static int init_fn(void);                                                        \
	static int fini_fn(void);                                                        \
	EMBOX_UNIT_OBJECT(init_fn, fini_fn)

#endif
