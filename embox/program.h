/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs by name: the commands of the image, and its shells. */
#ifndef EMBOX_PROGRAM_H
#define EMBOX_PROGRAM_H

/**
 * Tell execv() of the commands and shells. Once, before anything is started. Context:
 * thread.
 */
void program_start_all(void);

/**
 * Start a command or a shell in a process of its own, a child of the caller's.
 *
 * @name  as cmd_lookup() takes it
 * Returns its pid, -ENOENT when there is none or its module is not enabled, or what
 * process_spawn() says. Context: thread.
 */
int program_start(const char *name, char *const argv[]);

#endif
