/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals to processes. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	int number;
} signals[] = {{"HUP", SIGHUP}, {"INT", SIGINT}, {"KILL", SIGKILL}, {"TERM", SIGTERM},
	{"USR1", SIGUSR1}, {"USR2", SIGUSR2}, {"STOP", SIGSTOP}, {"CONT", SIGCONT}};

/* Returns -1 for what is no signal. */
static int parse(const char *text)
{
	char *end;
	long number = strtol(text, &end, 10);

	if (*text && !*end)
		return number >= 0 && number < NSIG ? (int)number : -1;
	if (strncmp(text, "SIG", 3) == 0)
		text += 3;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (strcmp(text, signals[i].name) == 0)
			return signals[i].number;
	}
	return -1;
}

static int send(const char *text, int number)
{
	char *end;
	long pid = strtol(text, &end, 10);

	if (!*text || *end)
		errno = EINVAL;
	else if (kill((pid_t)pid, number) == 0)
		return 0;
	fprintf(stderr, "kill: %s: %s\n", text, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	int first = argc > 1 && argv[1][0] == '-' && argv[1][1] ? 2 : 1;
	int number = first == 2 ? parse(argv[1] + 1) : SIGTERM, failed = 0;

	if (argc <= first || number < 0) {
		fputs("kill [-SIGNAL] PID...\n", stderr);
		return 2;
	}
	for (int i = first; i < argc; i++)
		failed |= send(argv[i], number);
	return failed;
}
