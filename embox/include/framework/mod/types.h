/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the framework knows of a module. The objects come from two sides, which meet at
 * link time by the module's id (its full name, dots replaced by "__"):
 *
 *     embox.net.thing   the reader writes    struct mod __mod__embox__net__thing
 *                       its own source has   const struct embox_unit __unit__...
 *                       or                   const struct test_suite __test_suite__...
 *
 * A source that defines neither leaves the reader's reference NULL.
 */
#ifndef FRAMEWORK_MOD_TYPES_H
#define FRAMEWORK_MOD_TYPES_H

#include <stddef.h>
#include <stdint.h>

#define MOD_STAT_ENABLED (1u << 0)
#define MOD_STAT_FAILED  (1u << 1)

struct test_suite;

/* What EMBOX_UNIT() defines; either may be NULL. 0, or -errno. */
struct embox_unit {
	int (*init)(void);
	int (*fini)(void);
};

struct mod {
	const char *pkg_name; /* "embox.cmd.net" */
	const char *mod_name; /* "httpd" */
	int runlevel;         /* 0 to 4; 4 is never reached by itself */
	const struct embox_unit *unit;
	const struct test_suite *suite;
	uint16_t stat; /* MOD_STAT_*, written by embox/mod.c */
};

/* Where a module's parts lie in memory. */
struct mod_section {
	char *vma;
	size_t len;
};
struct mod_label {
	struct mod_section text, rodata, data, bss;
};

/* How much one module says: messages up to this level (util/log.h). */
struct mod_logger {
	const char *mod_name;
	int level;
};

/* All modules of the image, in the order in which they are enabled. By the reader. */
extern struct mod *const embox_mods[];
extern const unsigned embox_mods_n;

#endif
