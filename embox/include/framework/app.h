/* SPDX-License-Identifier: BSD-2-Clause */
/* A command marked @App: its variables have their first values each time that it runs. */
#ifndef FRAMEWORK_APP_H
#define FRAMEWORK_APP_H

#include <stddef.h>

/* Written by the reader for each such command; the places are made by embox/reader/partial.py. */
struct embox_app {
	int (*main)(int argc, char **argv);
	char *data, *data_end; /* variables with a value */
	char *bss, *bss_end;   /* and those of zeroes */
	char *first;           /* copy of data, made before the first run */
};

/**
 * Run the command with fresh variables, and leave them fresh.
 *
 * Of two runs at the same time the second takes the first one's variables away, as in Embox.
 *
 * @app   the command
 * @argc  words of argv
 * @argv  as for main()
 * Returns what main() returns, or -ENOMEM when there is no memory for the copy.
 * Context: thread. Source: own design.
 */
int embox_app_run(struct embox_app *app, int argc, char **argv);

#endif
