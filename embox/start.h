/* SPDX-License-Identifier: BSD-2-Clause */
/* What an image does once its modules are enabled. */
#ifndef EMBOX_START_H
#define EMBOX_START_H

#include <stdbool.h>
#include <stddef.h>

/* Lines of a configuration, kept by the module that includes its file. */
struct start_script {
	const char *const *lines;
	size_t n_lines;
	const char *shell;  /* which one runs them; "" = any */
	bool echo;          /* show each line, unless it begins with @ */
	bool stop_on_error; /* the first line that fails is the last */
	bool run_shell;     /* afterwards, on the console */
	struct start_script *next;
};

/**
 * Run a script after the run levels, behind those that were added before. The init
 * function of the module with the script calls it.
 *
 * @script  stays valid
 * Context: thread, before main() gets that far.
 */
void start_script_add(struct start_script *script);

/**
 * Run all of them.
 *
 * Returns the name of the shell that one wants on the console, or NULL. Context: thread,
 * sleeps.
 */
const char *start_scripts_run(void);

/** Were there any? Context: any. */
bool start_has_scripts(void);

#endif
