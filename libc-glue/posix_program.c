/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names of starting programs and waiting for them; groups, sessions, priorities. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/irq.h"
#include "kernel/thread.h"
#include "libc-glue/posix.h"
#include "libc-glue/task.h"
#include "libc-glue/words.h"

/* --- exec ------------------------------------------------------------------------------ */

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

int execve(const char *path, char *const argv[], char *const env[])
{
	static char *const nothing[] = {NULL};
	program_main *main = program_find(path);
	struct image *i;
	int err = -ENOENT;

	if (!main)
		return posix_int(err);
	i = image_create(
		main, last_part(path), argv ? argv : nothing, env ? env : nothing, &err);
	if (!i)
		return posix_int(err);
	err = task_exec(i);
	image_destroy(i);
	return posix_int(err);
}

int execv(const char *path, char *const argv[])
{
	return execve(path, argv, environ);
}

/* Names are looked up in the table of programs: there is no search through folders. */
int execvp(const char *file, char *const argv[])
{
	return execve(file, argv, environ);
}

int execvpe(const char *file, char *const argv[], char *const env[])
{
	return execve(file, argv, env);
}

/* The words of a call with a list; for execle() the environment that follows. */
static int exec_list(const char *path, const char *first, va_list args, bool with_env)
{
	char *argv[PROCESS_ARGS_MAX / 2];
	unsigned n = 0;

	argv[n] = (char *)first;
	while (argv[n]) {
		if (++n == ARRAY_SIZE(argv))
			return posix_int(-E2BIG);
		argv[n] = va_arg(args, char *);
	}
	return execve(path, argv, with_env ? va_arg(args, char *const *) : environ);
}

int execl(const char *path, const char *arg, ...)
{
	va_list args;
	int result;

	va_start(args, arg);
	result = exec_list(path, arg, args, false);
	va_end(args);
	return result;
}

int execlp(const char *file, const char *arg, ...)
{
	va_list args;
	int result;

	va_start(args, arg);
	result = exec_list(file, arg, args, false);
	va_end(args);
	return result;
}

int execle(const char *path, const char *arg, ...)
{
	va_list args;
	int result;

	va_start(args, arg);
	result = exec_list(path, arg, args, true);
	va_end(args);
	return result;
}

/* --- waiting --------------------------------------------------------------------------- */

pid_t waitpid(pid_t pid, int *status, int options)
{
	return (pid_t)posix_result(POSIX_RESTART(process_wait(pid, status, options)));
}

pid_t wait(int *status)
{
	return waitpid(-1, status, 0);
}

static int run_and_wait(char *line)
{
	char *words[PROCESS_ARGS_MAX / 4 + 1];
	int n = words_split(line, words, (int)ARRAY_SIZE(words) - 1), pid, status;
	program_main *main;

	if (n <= 0)
		return n;
	main = program_find(words[0]);
	if (!main)
		return 127 << 8; /* what a shell says that knows no such command */
	pid = process_spawn(main, last_part(words[0]), words);
	if (pid < 0)
		return pid;
	return waitpid(pid, &status, 0) == pid ? status : -errno;
}

/* A command with its words; nothing else that a shell does. */
int system(const char *command)
{
	char *line;
	int result;

	if (!command)
		return 1;
	line = strdup(command);
	if (!line)
		return -1;
	result = run_and_wait(line);
	free(line);
	return posix_int(result);
}

/* --- groups and sessions ----------------------------------------------------------------- */

pid_t getppid(void)
{
	const struct task *t = task_self();

	return t == t->parent ? 0 : t->parent->process->pid;
}

/* The calling process (0), or a child of it. Events off. */
static struct task *own_or_child(pid_t pid)
{
	struct task *self = task_self(), *t = pid ? task_find(pid) : self;

	return t && (t == self || t->parent == self) ? t : NULL;
}

int setpgid(pid_t pid, pid_t group)
{
	unsigned long flags = irq_save();
	struct task *t = own_or_child(pid);
	int err = !t ? -ESRCH : group < 0 ? -EINVAL : 0;

	if (!err)
		t->group = group ? group : t->process->pid;
	irq_restore(flags);
	return posix_int(err);
}

int setpgrp(void)
{
	return setpgid(0, 0);
}

static int group_or_session(pid_t pid, bool session)
{
	unsigned long flags = irq_save();
	const struct task *t = pid ? task_find(pid) : task_self();
	int result = !t ? -ESRCH : session ? t->session : t->group;

	irq_restore(flags);
	return posix_int(result);
}

pid_t getpgid(pid_t pid)
{
	return group_or_session(pid, false);
}

pid_t getpgrp(void)
{
	return task_self()->group;
}

pid_t getsid(pid_t pid)
{
	return group_or_session(pid, true);
}

pid_t setsid(void)
{
	struct task *t = task_self();

	if (t->group == t->process->pid)
		return posix_int(-EPERM);
	t->session = t->group = t->process->pid;
	return t->session;
}

/* --- priorities and limits ----------------------------------------------------------------- */

static bool set_thread_priority(struct thread *thread, void *arg)
{
	const struct task *t = arg;

	if (thread_process(thread) == t->process)
		thread_set_priority(thread, task_priority(t));
	return true;
}

struct nice_call {
	int which, who, value; /* of all that are meant: the most urgent */
	bool set, found;
};

static bool nice_step(struct task *t, void *arg)
{
	struct nice_call *c = arg;

	if (c->which == PRIO_PROCESS    ? t->process->pid != c->who
		: c->which == PRIO_PGRP ? t->group != c->who
					: c->who != 0)
		return true;
	if (c->set) {
		t->nice = c->value;
		thread_for_each(set_thread_priority, t);
	} else if (!c->found || t->nice < c->value) {
		c->value = t->nice;
	}
	c->found = true;
	return true;
}

static int nice_all(struct nice_call *c)
{
	if (c->which != PRIO_PROCESS && c->which != PRIO_PGRP && c->which != PRIO_USER)
		return -EINVAL;
	if (c->who == 0 && c->which != PRIO_USER)
		c->who = c->which == PRIO_PROCESS ? process_self()->pid
						  : task_self()->group;
	task_for_each(nice_step, c);
	return c->found ? 0 : -ESRCH;
}

/* -1 is a value too: the caller clears errno before. */
int getpriority(int which, id_t who)
{
	struct nice_call c = {.which = which, .who = (int)who};
	int err = nice_all(&c);

	if (err)
		return posix_int(err);
	return c.value;
}

int setpriority(int which, id_t who, int value)
{
	struct nice_call c = {.which = which, .who = (int)who, .set = true};

	c.value = value < PRIO_MIN ? PRIO_MIN : value > PRIO_MAX ? PRIO_MAX : value;
	return posix_int(nice_all(&c));
}

int nice(int by)
{
	if (setpriority(PRIO_PROCESS, 0, task_self()->nice + by))
		return -1;
	return task_self()->nice;
}
