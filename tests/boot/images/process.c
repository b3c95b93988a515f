/* SPDX-License-Identifier: BSD-2-Clause */
/* Several programs in one image: they begin, run apart, and leave nothing behind. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libc-glue/program.h"
#include "tests/test.h"

static int program_true(int argc, char **argv)
{
	(void)argc, (void)argv;
	return 0;
}

static int program_status(int argc, char **argv)
{
	return argc > 1 ? atoi(argv[1]) : 99;
}

static program_main *find(const char *path)
{
	static const struct {
		const char *name;
		program_main *main;
	} table[] = {{"true", program_true}, {"status", program_status}};

	for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].name, path) == 0)
			return table[i].main;
	return NULL;
}

TEST(a_child_runs_a_program_and_its_status_is_waited_for)
{
	char *const argv[] = {"status", "7", NULL};
	pid_t pid;
	int status;

	program_set_lookup(find);
	pid = vfork();
	if (pid == 0) {
		execv("status", argv);
		exit(1);
	}
	CHECK(pid > 1);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}
