/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Variables of the C library that each process has of its own: the standard streams, the
 * environment, how far getopt() is.
 *
 * Programs and the library itself use them by their names, so they are what the names say
 * for the process that runs: when the processor goes to another process, its values are put
 * there. <stdio.h> declares the streams as constants, which for a process they are; it is
 * not included here, where they change.
 */
#include "libc-glue/task.h"

#include <string.h>

#include "kernel/irq.h"
#include "libc-glue/streams.h"

void *stdin, *stdout, *stderr;
static char *no_environment[1];
char **environ = no_environment;
char *optarg;
int optind = 1, opterr = 1, optopt;
int getopt_at; /* getopt.c: where in a word of several options */

static struct task *loaded;

static void save(struct task *t)
{
	t->library = (struct library){environ, optarg, optind, opterr, optopt, getopt_at};
}

static void load(struct task *t)
{
	const struct library *l = &t->library;

	stdin = stream_of(t, 0);
	stdout = stream_of(t, 1);
	stderr = stream_of(t, 2);
	environ = l->environ;
	optarg = l->optarg;
	optind = l->optind;
	opterr = l->opterr;
	optopt = l->optopt;
	getopt_at = l->opt_at;
}

void library_load(struct task *t)
{
	unsigned long flags;

	if (t == loaded)
		return;
	flags = irq_save();
	if (loaded)
		save(loaded);
	loaded = t;
	if (t)
		load(t);
	irq_restore(flags);
}

void library_reset(struct task *t)
{
	t->library =
		(struct library){.environ = no_environment, .optind = 1, .opterr = 1};
	t->environ_is_ours = false;
}
