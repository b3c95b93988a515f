/* SPDX-License-Identifier: BSD-2-Clause */
/* Says which lines and signals the console's keys became, until a line "end" or the end of file. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t n_interrupts;

static void interrupted(int sig)
{
	(void)sig;
	n_interrupts++;
}

int main(void)
{
	struct sigaction action = {
		.sa_handler = interrupted}; /* no SA_RESTART: read() ends */
	char line[128];
	ssize_t n;

	sigaction(SIGINT, &action, NULL);
	tcsetpgrp(STDIN_FILENO, getpid());
	printf("type, please\n");
	fflush(stdout);
	for (;;) {
		n = read(STDIN_FILENO, line, sizeof(line) - 1);
		if (n < 0 && errno == EINTR) {
			printf("interrupted, %d\n", (int)n_interrupts);
		} else if (n <= 0) {
			break;
		} else {
			line[n] = '\0';
			line[strcspn(line, "\n")] = '\0';
			printf("read <%s>\n", line);
			if (strcmp(line, "end") == 0)
				break;
		}
		fflush(stdout);
	}
	printf("over\n");
	return 0;
}
