/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of domik-host, and the plan that it and a configuration make. */
#ifndef HOST_OPTIONS_H
#define HOST_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "host/config.h"

#define OPTIONS_NETS_MAX CONFIG_VIFS_MAX

/* As given; NULL and 0: not given. Texts are the command line's own. */
struct options {
	const char *config, *image, *name, *ramdisk, *cmdline;
	unsigned memory_mb, watchdog_s;
	const char *net[OPTIONS_NETS_MAX];
	unsigned n_nets;
	const char *trace, *trace_json, *control;
	const char *store;       /* file of keys for XenStore */
	const char *without;     /* features that back ends do not offer */
	unsigned queues;         /* of a vif at most */
	unsigned conflict_every; /* every n-th transaction of XenStore conflicts */
	bool stats, help, gdb;
	bool stale_tlb; /* pages are kept until the guest flushes */
};

/** Returns 0, or STATUS_USAGE after one line that says what is wrong. */
int options_parse(struct options *o, int argc, char **argv);

/** What --help prints, and --gdb. */
void options_help(FILE *f);
void options_gdb(FILE *f);

/**
 * Put what the command line says over what the configuration says: image, memory, RAM
 * disk, command line, name, and a vif for each --net.
 *
 * Returns 0, or a host_status after one line.
 */
int options_apply(const struct options *o, struct config *c);

#endif
