/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The modules of an image, in boot order: a table that kernel/modgen.py writes from the
 * declarations in Meson.
 */
#ifndef KERNEL_MODULE_H
#define KERNEL_MODULE_H

struct cmdline_word;

/* Only modules that start something are in the table. */
struct module {
	const char *name;
	int (*start)(void);         /* 0 or -errno */
	const unsigned char *needs; /* indices of the modules that must have started */
	unsigned n_needs;
	const struct cmdline_word *words; /* of the command line; or NULL */
};

/* Written at build time: ends with an entry without a name. */
extern const struct module modtab[];
extern const unsigned modtab_n;
extern const char image_name[];

/**
 * Start all modules in order. One that fails is logged, those that need it are skipped
 * with a line saying why.
 *
 * Returns 0 when all have started, else the first error: the image then lacks something
 * that its app needs.
 * Context: thread.
 */
int module_start_all(void);

#endif
