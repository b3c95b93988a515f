/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of processes start: each program shows one thing about its own process. */
#define _GNU_SOURCE
#include "process_programs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/heap.h"
#include "kernel/page.h"
#include "kernel/thread.h"
#include "libc-glue/fd.h"
#include "libc-glue/program.h"

volatile int program_steps;

static int do_status(int argc, char **argv)
{
	return argc > 1 ? atoi(argv[1]) : 99;
}

/* Everything that a program can leave behind. */
static void *sleeper(void *arg)
{
	(void)arg;
	program_steps++;
	pause();
	return NULL;
}

static int do_litter(int argc, char **argv)
{
	pthread_t t;
	FILE *f = fdopen(dup(1), "w");

	(void)argc, (void)argv;
	if (!malloc(100) || !malloc(100000) || !f || setenv("LITTER", "yes", 1))
		return 1;
	fputs("", f);
	return pthread_create(&t, NULL, sleeper, NULL) ||
	       socket(AF_INET, SOCK_STREAM, 0) < 0;
}

/* A CGI program: the answer on standard output, not flushed by itself. */
static int do_cgi(int argc, char **argv)
{
	char *method = getenv("REQUEST_METHOD"), *query = getenv("QUERY_STRING");

	printf("HTTP/1.1 200\r\n\r\n%s %s %d %s", method ? method : "?",
		query ? query : "?", argc, argv[0]);
	return 0;
}

static void say_farewell(void)
{
	program_steps += 10;
}

static int do_handlers(int argc, char **argv)
{
	(void)argc, (void)argv;
	atexit(say_farewell);
	return 4;
}

static int do_abort(int argc, char **argv)
{
	(void)argc, (void)argv;
	abort();
}

/* Sleeps in the call that is named until something ends it. */
pthread_mutex_t program_lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static int sleep_in(const char *call)
{
	struct sockaddr_in any = {.sin_family = AF_INET};
	int s = socket(AF_INET, SOCK_STREAM, 0), status;
	struct pollfd p = {.fd = s, .events = POLLIN};
	sem_t sem;

	sem_init(&sem, 0, 0);
	bind(s, (struct sockaddr *)&any, sizeof(any));
	listen(s, 1);
	program_steps++;
	if (strcmp(call, "accept") == 0)
		return accept(s, NULL, NULL);
	if (strcmp(call, "poll") == 0)
		return poll(&p, 1, -1);
	if (strcmp(call, "usleep") == 0)
		return usleep(100000000);
	if (strcmp(call, "sem_wait") == 0)
		return sem_wait(&sem);
	if (strcmp(call, "waitpid") == 0)
		return waitpid(run_program("pause", NULL), &status, 0);
	if (strcmp(call, "cond") == 0) {
		pthread_mutex_lock(&lock);
		for (;;)
			pthread_cond_wait(&never, &lock);
	}
	if (strcmp(call, "lock") == 0)
		return pthread_mutex_lock(&program_lock) ||
		       pthread_mutex_lock(&program_lock) || pause();
	if (strcmp(call, "count") == 0)
		for (;;)
			program_steps += close(-1) == 0; /* never: only the call counts */
	return pause();
}

static int do_sleep(int argc, char **argv)
{
	return argc > 1 ? sleep_in(argv[1]) : 1;
}

static void note(int sig)
{
	(void)sig;
	program_steps += 100;
}

/* The same with a handler; 42 = the call was interrupted. */
static int do_interrupted(int argc, char **argv)
{
	const struct sigaction a = {.sa_handler = note};

	sigaction(SIGUSR1, &a, NULL);
	return sleep_in(argc > 1 ? argv[1] : "") == -1 && errno == EINTR ? 42 : 1;
}

static int do_pause(int argc, char **argv)
{
	(void)argc, (void)argv;
	program_steps++;
	return pause();
}

/* Threads that sleep, that wait for a lock, for a condition, for another thread. */
static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;

static void *wait_for_lock(void *arg)
{
	(void)arg;
	program_steps++;
	pthread_mutex_lock(&held);
	program_steps += 100; /* not reached: the process ends before the lock is free */
	return NULL;
}

static void *wait_for_cond(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&lock);
	program_steps++;
	while (program_steps < 1000) /* it never is */
		pthread_cond_wait(&never, &lock);
	return NULL;
}

static void *wait_for_thread(void *other)
{
	program_steps++;
	pthread_join(other, NULL);
	return NULL;
}

static int do_threads(int argc, char **argv)
{
	pthread_t t[4];

	(void)argc, (void)argv;
	pthread_mutex_lock(&held);
	if (pthread_create(&t[0], NULL, sleeper, NULL) ||
		pthread_create(&t[1], NULL, wait_for_lock, NULL) ||
		pthread_create(&t[2], NULL, wait_for_cond, NULL) ||
		pthread_create(&t[3], NULL, wait_for_thread, t[0]))
		return 1;
	reached(&program_steps, 4);
	usleep(1000);
	return 8;
}

/* Computes, without a call, until it is let go. */
static int do_compute(int argc, char **argv)
{
	(void)argc, (void)argv;
	program_steps = 1;
	while (program_steps < 50)
		;
	usleep(1);
	program_steps = 100; /* not reached */
	return 0;
}

static int do_exec(int argc, char **argv)
{
	char *const words[] = {"status", "5", NULL};
	char *block = malloc(1000);

	(void)argc, (void)argv;
	program_steps = block != NULL;
	execv("status", words);
	return 1;
}

/* An exec() takes as long as the last of the old program's threads, which computes. */
static void *compute(void *arg)
{
	do_compute(0, arg);
	return NULL;
}

static int do_late_exec(int argc, char **argv)
{
	char *const words[] = {"pause", NULL};
	pthread_t t;

	(void)argc, (void)argv;
	if (pthread_create(&t, NULL, compute, NULL) || !reached(&program_steps, 1))
		return 1;
	execv("pause", words);
	return 1;
}

/* -a -b VALUE word, slowly, so that two of them are in the middle at a time. */
static int do_options(int argc, char **argv)
{
	int option, sum = 0;

	while ((option = getopt(argc, argv, "ab:c")) != -1) {
		sum += option == 'a'   ? 1
		       : option == 'b' ? atoi(optarg)
		       : option == 'c' ? 10
				       : 100;
		usleep(1000);
	}
	return argc - optind == 1 && strcmp(argv[optind], "word") == 0 ? sum : 99;
}

static int do_parent(int argc, char **argv)
{
	(void)argc, (void)argv;
	return run_program("pause", NULL) < 0;
}

static int do_chdir(int argc, char **argv)
{
	(void)argc, (void)argv;
	return chdir("/dir") || fcntl(20, F_GETFD) != -1;
}

static program_main *find(const char *path)
{
	static const struct {
		const char *name;
		program_main *main;
	} table[] = {
		{"status", do_status},
		{"litter", do_litter},
		{"cgi", do_cgi},
		{"handlers", do_handlers},
		{"abort", do_abort},
		{"sleep", do_sleep},
		{"interrupted", do_interrupted},
		{"pause", do_pause},
		{"threads", do_threads},
		{"compute", do_compute},
		{"exec", do_exec},
		{"late_exec", do_late_exec},
		{"options", do_options},
		{"parent", do_parent},
		{"chdir", do_chdir},
	};

	if (strncmp(path, "/bin/", 5) == 0)
		path += 5;
	for (unsigned i = 0; i < ARRAY_SIZE(table); i++)
		if (strcmp(table[i].name, path) == 0)
			return table[i].main;
	return NULL;
}

void programs_start(void)
{
	program_set_lookup(find);
	program_steps = 0;
}

pid_t run_program(const char *name, ...)
{
	const char *words[8] = {name};
	va_list args;
	pid_t pid;

	va_start(args, name);
	for (unsigned n = 1; n < ARRAY_SIZE(words) && words[n - 1]; n++)
		words[n] = va_arg(args, const char *);
	va_end(args);
	pid = vfork();
	if (pid == 0) {
		execv(name, (char *const *)words);
		_exit(127);
	}
	return pid;
}

int status_of(pid_t pid)
{
	int status;

	return pid > 0 && waitpid(pid, &status, 0) == pid ? status : -1;
}

bool reached(const volatile int *flag, int n)
{
	for (int i = 0; i < 5000 && *flag < n; i++)
		usleep(1000);
	return *flag >= n;
}

static int count_process(const struct process_info *info, void *n)
{
	(void)info;
	++*(unsigned *)n;
	return 0;
}

struct footprint footprint(void)
{
	struct footprint f = {.files = fd_count()};
	struct page_stats pages;
	struct heap_stats heap;
	struct thread_stats threads;

	usleep(20000); /* threads that ended are freed by those that run after them */
	heap_trim(kernel_heap);
	page_get_stats(&pages);
	heap_get_stats(kernel_heap, &heap);
	thread_get_stats(&threads);
	f.free_pages = pages.free;
	f.kernel_blocks = heap.blocks;
	f.threads = threads.threads;
	process_foreach(count_process, &f.processes);
	return f;
}
