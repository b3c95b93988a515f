/* SPDX-License-Identifier: BSD-2-Clause */
/* What each command of the control socket does. */
#ifndef HOST_CONTROL_COMMANDS_H
#define HOST_CONTROL_COMMANDS_H

#include <stdio.h>

/**
 * Do one command.
 *
 * @line    a line without its end; is cut into words
 * @answer  gets what there is to say, in whole lines
 * Returns NULL, or what is wrong with it (until the next call).
 */
const char *control_command(char *line, FILE *answer);

#endif
