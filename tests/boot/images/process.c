/* SPDX-License-Identifier: BSD-2-Clause */
/* Several programs in one image: they begin, run apart, and leave nothing behind. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libc-glue/program.h"
#include "process_programs.h"
#include "tests/test.h"

TEST(a_child_runs_a_program_and_its_status_is_waited_for)
{
	int status;
	pid_t pid;

	programs_start();
	pid = run_program("/bin/status", "7", NULL);
	CHECK(pid > 1);
	status = status_of(pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	CHECK(waitpid(pid, &status, 0) == -1 && errno == ECHILD);
	CHECK(waitpid(-1, &status, WNOHANG) == -1 && errno == ECHILD);
}

TEST(vfork_returns_twice_on_the_parents_frame)
{
	volatile int local = 1;
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		local = 2;
		_exit(getpid() != 1 && getppid() == 1 ? 6 : 1);
	}
	CHECK_EQ(local, 2);
	CHECK_EQ(getpid(), 1);
	CHECK(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 6);
}

TEST(an_unknown_program_is_said_in_the_child_which_exits)
{
	volatile int error = 0;
	pid_t pid = vfork();

	if (pid == 0) {
		char *const words[] = {"nothing", NULL};

		execv("nothing", words);
		error = errno;
		exit(1);
	}
	CHECK_EQ(error, ENOENT);
	CHECK_EQ(WEXITSTATUS(status_of(pid)), 1);
}

/*
 * Less than anything that a child could leave, times the number of children: the network has
 * a packet more at one time than at another, and the direct map grows by a page table.
 */
static bool nothing_left(const struct footprint *before, const struct footprint *after)
{
	return after->kernel_blocks < before->kernel_blocks + 10 &&
	       after->free_pages + 10 > before->free_pages &&
	       after->threads == before->threads &&
	       after->processes == before->processes && after->files == before->files;
}

TEST(hundreds_of_children_leave_nothing_behind)
{
	struct footprint before, after;

	programs_start();
	CHECK_EQ(status_of(run_program("litter", NULL)),
		0); /* what is made once, is made */
	before = footprint();
	for (int i = 0; i < 300; i++)
		CHECK_EQ(status_of(run_program("litter", NULL)), 0);
	after = footprint();
	CHECK(nothing_left(&before, &after));
}

/* --- what is apart ----------------------------------------------------------------------- */

/* A connection with oneself: both ends. */
static bool connected_pair(int ends[2])
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(addr);
	int l = socket(AF_INET, SOCK_STREAM, 0);

	ends[0] = socket(AF_INET, SOCK_STREAM, 0);
	bind(l, (struct sockaddr *)&addr, sizeof(addr));
	getsockname(l, (struct sockaddr *)&addr, &len);
	listen(l, 1);
	if (connect(ends[0], (struct sockaddr *)&addr, sizeof(addr)))
		return false;
	ends[1] = accept(l, NULL, NULL);
	close(l);
	return ends[1] >= 0;
}

/* As a CGI server does it: one buffer for all requests, and nobody waits. */
static pid_t start_cgi(int sock, const char *method, const char *query)
{
	static char variables[64];
	char *const words[] = {"cgi", NULL};
	pid_t pid = vfork();

	if (pid == 0) {
		dup2(sock, 0);
		dup2(sock, 1);
		close(sock);
		snprintf(variables, sizeof(variables), "REQUEST_METHOD=%s", method);
		putenv(variables);
		snprintf(variables, sizeof(variables), "QUERY_STRING=%s", query);
		putenv(variables);
		execv("cgi", words);
		exit(1);
	}
	close(sock);
	return pid;
}

static ssize_t read_all(int fd, char *buf, size_t size)
{
	size_t got = 0;
	ssize_t n;

	while (got < size - 1 && (n = read(fd, buf + got, size - 1 - got)) > 0)
		got += (size_t)n;
	buf[got] = '\0';
	return (ssize_t)got;
}

TEST(each_child_has_its_environment_and_its_standard_output)
{
	char buf[128];
	int a[2], b[2];

	programs_start();
	CHECK(connected_pair(a) && connected_pair(b));
	start_cgi(a[1], "GET", "one");
	start_cgi(b[1], "POST", "two");
	read_all(b[0], buf, sizeof(buf)); /* ends: nobody keeps the connection open */
	CHECK_STR(buf, "HTTP/1.1 200\r\n\r\nPOST two 1 cgi");
	read_all(a[0], buf, sizeof(buf));
	CHECK_STR(buf, "HTTP/1.1 200\r\n\r\nGET one 1 cgi");
	CHECK(!getenv("REQUEST_METHOD"));
	close(a[0]);
	close(b[0]);
	CHECK(wait(NULL) > 1 && wait(NULL) > 1);
}

TEST(a_child_of_a_process_without_an_environment_has_none)
{
	programs_start();
	CHECK_EQ(clearenv(), 0);
	CHECK_EQ(WEXITSTATUS(status_of(run_program("status", "7", NULL))), 7);
	CHECK_EQ(setenv("A", "1", 0), 0);
	CHECK_STR(getenv("A"), "1");
	CHECK_EQ(clearenv(), 0);
}

TEST(directory_and_descriptors_are_the_childs_own)
{
	char cwd[16];

	programs_start();
	CHECK_EQ(fcntl(dup2(1, 20), F_SETFD, FD_CLOEXEC), 0);
	CHECK_EQ(status_of(run_program("chdir", NULL)), 0);
	CHECK_STR(getcwd(cwd, sizeof(cwd)), "/");
	CHECK_EQ(close(20), 0);
}

TEST(two_programs_parse_options_at_a_time)
{
	pid_t a, b;

	programs_start();
	optind = 5; /* what others did with it does not matter */
	a = run_program("options", "-ab", "20", "-c", "word", NULL);
	b = run_program("options", "-cb40", "-a", "--", "word", NULL);
	CHECK_EQ(WEXITSTATUS(status_of(a)), 31);
	CHECK_EQ(WEXITSTATUS(status_of(b)), 51);
	CHECK_EQ(optind, 5);
}

TEST(handlers_of_exit_belong_to_a_process)
{
	programs_start();
	CHECK_EQ(WEXITSTATUS(status_of(run_program("handlers", NULL))), 4);
	CHECK_EQ(program_steps, 10);
	CHECK_EQ(WEXITSTATUS(status_of(run_program("status", "3", NULL))), 3);
	CHECK_EQ(program_steps, 10);
}

/* --- ends -------------------------------------------------------------------------------- */

TEST(a_child_that_aborts_ends_and_nothing_else)
{
	int status;

	programs_start();
	status = status_of(run_program("abort", NULL));
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

TEST(threads_end_with_their_process_wherever_they_are)
{
	struct footprint before, after;

	programs_start();
	before = footprint();
	CHECK_EQ(WEXITSTATUS(status_of(run_program("threads", NULL))), 8);
	after = footprint();
	CHECK_EQ(after.threads, before.threads);
	CHECK_EQ(program_steps, 4);
}

TEST(exec_without_vfork_replaces_the_program)
{
	programs_start();
	CHECK_EQ(WEXITSTATUS(status_of(run_program("exec", NULL))), 5);
	CHECK_EQ(program_steps, 1);
}

TEST(a_signal_during_exec_is_for_the_new_program)
{
	static const int signals[] = {SIGTERM, SIGKILL};

	for (unsigned i = 0; i < 2; i++) {
		int status = 0;
		pid_t pid;

		test_row("signal %d", signals[i]);
		programs_start();
		pid = run_program("late_exec", NULL);
		CHECK(reached(&program_steps, 1));
		usleep(30000); /* it is in exec() by now */
		CHECK_EQ(kill(pid, signals[i]), 0);
		program_steps = 50;
		usleep(100000);
		CHECK_EQ(waitpid(pid, &status, WNOHANG), pid);
		CHECK(WIFSIGNALED(status) && WTERMSIG(status) == signals[i]);
	}
}

TEST(a_child_of_vfork_that_is_killed_gives_its_parents_thread_back)
{
	volatile int mine = 5;
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		kill(getpid(), SIGKILL);
		mine = 6; /* not reached: kill() does not return */
		_exit(1);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WTERMSIG(status) == SIGKILL);
	CHECK_EQ(mine, 5);
	CHECK_EQ(usleep(1000), 0); /* our own calls are not interrupted */
}

static int zombies;

static int count_zombie(const struct process_info *info, void *arg)
{
	(void)arg;
	zombies += info->state == PROCESS_ZOMBIE;
	return 0;
}

TEST(children_that_nobody_waits_for_are_bounded)
{
	struct footprint before, after;
	int n = 0;

	programs_start();
	before = footprint();
	for (int i = 0; i < 100; i++) {
		CHECK(run_program("status", "0", NULL) > 1);
		usleep(100); /* it ends meanwhile */
	}
	usleep(50000);
	zombies = 0;
	process_foreach(count_zombie, NULL);
	CHECK_EQ(zombies, 16);
	while (wait(NULL) > 0)
		n++;
	CHECK_EQ(n, 16);
	after = footprint();
	CHECK(nothing_left(&before, &after));
}

TEST(who_does_not_want_to_know_has_no_zombies)
{
	programs_start();
	signal(SIGCHLD, SIG_IGN);
	CHECK(run_program("status", "0", NULL) > 1);
	CHECK(wait(NULL) == -1 && errno == ECHILD);
	signal(SIGCHLD, SIG_DFL);
}

/* Programs that are in the middle of anything when the signal comes. */
TEST(children_killed_at_any_moment_leave_nothing_behind)
{
	static const char *const names[] = {"litter", "threads", "options", "abort",
		"handlers", "parent", "exec", "pause"};
	struct footprint before, after;

	programs_start();
	status_of(run_program("litter", NULL));
	before = footprint();
	for (int i = 0; i < 400; i++) {
		pid_t pid = run_program(names[i % 8], NULL);

		CHECK(pid > 1);
		usleep((useconds_t)(rand() % 300));
		kill(pid, i % 3 ? SIGKILL : SIGTERM);
		if (i % 5 == 0)
			kill(-1, SIGKILL);
		CHECK(status_of(pid) >= 0);
	}
	kill(-1, SIGKILL);
	after = footprint();
	CHECK(nothing_left(&before, &after));
}

static pid_t orphan;

static int find_orphan(const struct process_info *info, void *arg)
{
	(void)arg;
	if (strcmp(info->name, "pause") == 0 && info->parent == 1)
		orphan = info->pid;
	return 0;
}

TEST(orphans_are_the_first_processs_and_go_by_themselves)
{
	struct footprint before, after;

	programs_start();
	before = footprint();
	CHECK_EQ(status_of(run_program("parent", NULL)), 0);
	orphan = 0;
	process_foreach(find_orphan, NULL);
	CHECK(orphan > 1);
	CHECK(wait(NULL) == -1 && errno == ECHILD);
	CHECK_EQ(kill(orphan, SIGKILL), 0);
	after = footprint();
	CHECK_EQ(after.processes, before.processes);
	CHECK(kill(orphan, 0) == -1 && errno == ESRCH);
}

TEST(too_many_processes_are_refused)
{
	pid_t pids[80];
	int n = 0;

	programs_start();
	while (n < 80 && (pids[n] = run_program("pause", NULL)) > 0)
		n++;
	CHECK(n == 63 && errno == EAGAIN);
	for (int i = 0; i < n; i++) {
		CHECK_EQ(kill(pids[i], SIGTERM), 0);
		CHECK_EQ(WTERMSIG(status_of(pids[i])), SIGTERM);
	}
	CHECK_EQ(WEXITSTATUS(status_of(run_program("status", "2", NULL))), 2);
}

TEST(system_cuts_a_line_into_words)
{
	programs_start();
	CHECK(system(NULL));
	CHECK_EQ(WEXITSTATUS(system("/bin/status 3")), 3);
	CHECK_EQ(WEXITSTATUS(system("options  '-a'\t-b \"30\" w\\ord")), 31);
	CHECK_EQ(WEXITSTATUS(system("nothing at all")), 127);
	CHECK_EQ(system(""), 0);
}

static int priority;

static int find_priority(const struct process_info *info, void *pid)
{
	if (info->pid == *(pid_t *)pid)
		priority = info->priority;
	return 0;
}

TEST(niceness_becomes_a_priority_of_threads)
{
	pid_t pid;

	programs_start();
	pid = run_program("pause", NULL);
	CHECK_EQ(setpriority(PRIO_PROCESS, (id_t)pid, 10), 0);
	CHECK_EQ(getpriority(PRIO_PROCESS, (id_t)pid), 10);
	process_foreach(find_priority, &pid);
	CHECK_EQ(priority, 11);
	CHECK_EQ(getpriority(PRIO_PROCESS, 0), 0);
	CHECK(setpriority(PRIO_PROCESS, 30000, 1) == -1 && errno == ESRCH);
	kill(pid, SIGKILL);
	CHECK_EQ(WTERMSIG(status_of(pid)), SIGKILL);
}

TEST(groups_and_sessions_are_inherited_and_left)
{
	pid_t a, b;
	int status;

	programs_start();
	a = run_program("pause", NULL);
	b = run_program("pause", NULL);
	CHECK_EQ(getpgid(a), getpgrp());
	CHECK_EQ(setpgid(a, 0), 0);
	CHECK_EQ(setpgid(b, a), 0);
	CHECK(getpgid(b) == a && getsid(b) == getsid(0));
	CHECK_EQ(kill(-a, SIGTERM), 0);
	CHECK(waitpid(-a, &status, 0) > 1 && waitpid(-a, &status, 0) > 1);
	CHECK_EQ(WTERMSIG(status), SIGTERM);
}
