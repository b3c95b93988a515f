/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals, timers, and the ends of threads that something waits in. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "process_programs.h"
#include "tests/test.h"

static volatile int n_signals, last_signal;

static void count_signal(int sig)
{
	n_signals++;
	last_signal = sig;
}

static void handle(int sig, int flags)
{
	const struct sigaction a = {.sa_handler = count_signal, .sa_flags = flags};

	n_signals = 0;
	sigaction(sig, &a, NULL);
}

/* --- children --------------------------------------------------------------------------- */

TEST(a_signal_ends_a_child_in_any_call_that_waits)
{
	static const char *const calls[] = {"accept", "poll", "usleep", "sem_wait",
		"waitpid", "cond", "count", "pause"};

	for (unsigned i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		int sig = i % 2 ? SIGKILL : SIGTERM, status;
		pid_t pid;

		test_row("%s", calls[i]);
		programs_start();
		pid = run_program("sleep", calls[i], NULL);
		CHECK(reached(&program_steps, 1));
		CHECK_EQ(waitpid(pid, &status, WNOHANG), 0);
		CHECK_EQ(kill(pid, sig), 0);
		status = status_of(pid);
		CHECK(WIFSIGNALED(status) && WTERMSIG(status) == sig);
	}
	CHECK_EQ(kill(-1, SIGKILL), 0); /* the child of the one in waitpid */
}

TEST(a_handler_runs_in_the_child_and_its_call_is_interrupted)
{
	static const char *const calls[] = {
		"accept", "poll", "usleep", "sem_wait", "waitpid", "pause"};

	for (unsigned i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		pid_t pid;

		test_row("%s", calls[i]);
		programs_start();
		pid = run_program("interrupted", calls[i], NULL);
		CHECK(reached(&program_steps, strcmp(calls[i], "waitpid") ? 1 : 2));
		usleep(1000);
		CHECK_EQ(kill(pid, SIGUSR1), 0);
		CHECK_EQ(WEXITSTATUS(status_of(pid)), 42);
		CHECK(program_steps >= 100);
	}
	(void)kill(-1, SIGKILL);
}

TEST(who_only_computes_keeps_nobody_and_ends_at_its_next_call)
{
	int status;
	pid_t pid;

	programs_start();
	pid = run_program("compute", NULL);
	CHECK(reached(&program_steps, 1)); /* time slices let us run beside it */
	CHECK_EQ(kill(pid, SIGKILL), 0);
	usleep(30000);
	CHECK_EQ(waitpid(pid, &status, WNOHANG), 0);
	program_steps = 50;
	status = status_of(pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	CHECK_EQ(program_steps, 50);
}

TEST(the_lock_of_a_thread_that_was_ended_is_passed_on)
{
	for (int i = 0; i < 3; i++) { /* they use one lock, of the program's memory */
		pid_t pid;

		programs_start();
		pid = run_program("sleep", "cond", NULL);
		CHECK(reached(&program_steps, 1));
		CHECK_EQ(kill(pid, SIGKILL), 0);
		CHECK_EQ(WTERMSIG(status_of(pid)), SIGKILL);
	}
}

TEST(how_often_a_thread_that_was_ended_had_locked_is_forgotten)
{
	int (*const lock[])(pthread_mutex_t *) = {
		pthread_mutex_lock, pthread_mutex_trylock};
	pid_t pid;

	for (unsigned i = 0; i < sizeof(lock) / sizeof(lock[0]); i++) {
		program_steps = 0;
		pid = run_program("sleep", "lock", NULL);
		CHECK(reached(&program_steps, 1));
		usleep(1000);
		CHECK_EQ(pthread_mutex_trylock(&program_lock), EBUSY);
		kill(pid, SIGKILL);
		CHECK_EQ(status_of(pid), SIGKILL);
		CHECK_EQ(lock[i](&program_lock), 0);
		CHECK_EQ(pthread_mutex_unlock(&program_lock), 0);
		CHECK_EQ(pthread_mutex_unlock(&program_lock), EPERM);
	}
}

TEST(the_parent_hears_of_a_childs_end)
{
	programs_start();
	handle(SIGCHLD, 0);
	CHECK_EQ(WEXITSTATUS(status_of(run_program("status", "1", NULL))), 1);
	CHECK_EQ(n_signals, 1);
	CHECK_EQ(last_signal, SIGCHLD);
	signal(SIGCHLD, SIG_DFL);
}

TEST(the_first_process_outlives_what_it_does_not_handle)
{
	CHECK_EQ(raise(SIGTERM), 0);
	CHECK_EQ(kill(1, SIGINT), 0);
	CHECK_EQ(kill(getpid(), SIGKILL), 0);
	CHECK(kill(12345, SIGTERM) == -1 && errno == ESRCH);
	CHECK(kill(1, 99) == -1 && errno == EINVAL);
}

/* --- handlers, masks --------------------------------------------------------------------- */

TEST(a_blocked_signal_waits)
{
	sigset_t set, old, pending;

	handle(SIGUSR1, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	CHECK_EQ(sigprocmask(SIG_BLOCK, &set, &old), 0);
	CHECK_EQ(raise(SIGUSR1), 0);
	CHECK_EQ(n_signals, 0);
	CHECK(sigpending(&pending) == 0 && sigismember(&pending, SIGUSR1));
	CHECK_EQ(sigprocmask(SIG_SETMASK, &old, NULL), 0);
	CHECK_EQ(n_signals, 1);
	CHECK_EQ(sigpending(&pending), 0);
	CHECK(!sigismember(&pending, SIGUSR1));
	signal(SIGUSR1, SIG_DFL);
}

TEST(sigsuspend_and_sigwait_take_what_is_blocked)
{
	union sigval value = {.sival_int = 77};
	const struct timespec soon = {.tv_nsec = 5000000};
	sigset_t set, none, old;
	siginfo_t info;
	int sig;

	handle(SIGUSR1, 0);
	sigemptyset(&none);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &old);
	raise(SIGUSR1);
	CHECK(sigsuspend(&none) == -1 && errno == EINTR);
	CHECK_EQ(n_signals, 1);
	raise(SIGUSR1);
	CHECK(sigwait(&set, &sig) == 0 && sig == SIGUSR1);
	CHECK_EQ(sigqueue(getpid(), SIGUSR1, value), 0);
	CHECK_EQ(sigwaitinfo(&set, &info), SIGUSR1);
	CHECK(info.si_value.sival_int == 77 && info.si_pid == 1);
	CHECK(sigtimedwait(&set, &info, &soon) == -1 && errno == EAGAIN);
	CHECK_EQ(n_signals, 1);
	sigprocmask(SIG_SETMASK, &old, NULL);
	signal(SIGUSR1, SIG_DFL);
}

/* --- timers ------------------------------------------------------------------------------ */

TEST(alarms_interrupt_and_repeat)
{
	const struct itimerval every = {{0, 5000}, {0, 5000}}, off = {{0, 0}, {0, 0}};
	struct itimerval left;

	handle(SIGALRM, 0);
	CHECK_EQ(setitimer(ITIMER_REAL, &every, NULL), 0);
	CHECK(usleep(10000000) == -1 && errno == EINTR);
	CHECK(reached(&n_signals, 3));
	CHECK_EQ(setitimer(ITIMER_REAL, &off, &left), 0);
	CHECK_EQ(left.it_interval.tv_usec, 5000);
	CHECK_EQ(alarm(100), 0);
	CHECK_EQ(alarm(0), 100);
	signal(SIGALRM, SIG_DFL);
}

static volatile int value_seen;

static void take_value(int sig, siginfo_t *info, void *context)
{
	(void)context;
	last_signal = sig;
	value_seen = info->si_value.sival_int;
}

TEST(timers_of_a_program_send_their_signal_and_value)
{
	const struct sigaction a = {.sa_sigaction = take_value, .sa_flags = SA_SIGINFO};
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2};
	const struct itimerspec soon = {.it_value = {.tv_nsec = 300000000}};
	struct itimerspec left;
	timer_t id;

	event.sigev_value.sival_int = 12;
	value_seen = 0;
	sigaction(SIGUSR2, &a, NULL);
	CHECK_EQ(timer_create(CLOCK_MONOTONIC, &event, &id), 0);
	CHECK_EQ(timer_settime(id, 0, &soon, NULL), 0);
	CHECK(timer_gettime(id, &left) == 0 && left.it_value.tv_nsec > 0);
	CHECK(reached(&value_seen, 12));
	CHECK_EQ(last_signal, SIGUSR2);
	CHECK(timer_gettime(id, &left) == 0 && left.it_value.tv_nsec == 0);
	CHECK_EQ(timer_delete(id), 0);
	CHECK(timer_delete(id) == -1 && errno == EINVAL);
	signal(SIGUSR2, SIG_DFL);
}

TEST(a_sleep_that_is_interrupted_says_what_is_left)
{
	/* Again and again: on a busy machine the first may come before the sleep. */
	const struct itimerval every = {{0, 5000}, {0, 5000}}, off = {{0, 0}, {0, 0}};
	const struct timespec hour = {.tv_sec = 3600};
	struct timespec left = {0};

	handle(SIGALRM, SA_RESTART);
	setitimer(ITIMER_REAL, &every, NULL);
	CHECK(nanosleep(&hour, &left) == -1 && errno == EINTR);
	setitimer(ITIMER_REAL, &off, NULL);
	CHECK(left.tv_sec >= 3590 && left.tv_sec < 3600);
	signal(SIGALRM, SIG_DFL);
}

TEST(a_call_goes_on_after_a_handler_that_wants_it)
{
	const struct itimerval once = {{0, 0}, {0, 5000}};
	sem_t sem;
	struct timespec until;

	handle(SIGALRM, SA_RESTART);
	sem_init(&sem, 0, 0);
	setitimer(ITIMER_REAL, &once, NULL);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	CHECK(sem_timedwait(&sem, &until) == -1 && errno == ETIMEDOUT);
	CHECK_EQ(n_signals, 1);
	signal(SIGALRM, SIG_DFL);
}

/* --- threads ----------------------------------------------------------------------------- */

static volatile int cleaned;

static void clean(void *arg)
{
	cleaned = cleaned * 10 + (int)(intptr_t)arg;
}

static void *wait_to_be_cancelled(void *arg)
{
	pthread_cleanup_push(clean, (void *)1);
	pthread_cleanup_push(clean, (void *)2);
	sem_post(arg);
	pause();
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
	return NULL;
}

TEST(a_cancelled_thread_cleans_up)
{
	pthread_t t;
	sem_t begun;
	void *result;

	cleaned = 0;
	sem_init(&begun, 0, 0);
	CHECK_EQ(pthread_create(&t, NULL, wait_to_be_cancelled, &begun), 0);
	sem_wait(&begun);
	CHECK_EQ(pthread_cancel(t), 0);
	CHECK_EQ(pthread_join(t, &result), 0);
	CHECK(result == PTHREAD_CANCELED);
	CHECK_EQ(cleaned, 21);
}

static void *defer_cancel(void *arg)
{
	int old;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
	sem_post(arg);
	usleep(20000);
	cleaned = old == PTHREAD_CANCEL_ENABLE;
	pthread_setcancelstate(old, NULL);
	pthread_testcancel();
	cleaned = 99;
	return NULL;
}

TEST(cancelling_waits_until_it_is_allowed)
{
	pthread_t t;
	sem_t begun;
	void *result;

	cleaned = 0;
	sem_init(&begun, 0, 0);
	CHECK_EQ(pthread_create(&t, NULL, defer_cancel, &begun), 0);
	sem_wait(&begun);
	CHECK_EQ(pthread_cancel(t), 0);
	CHECK_EQ(pthread_join(t, &result), 0);
	CHECK(result == PTHREAD_CANCELED);
	CHECK_EQ(cleaned, 1);
}

static void *return_at_once(void *arg)
{
	return arg;
}

TEST(attributes_of_threads_are_kept)
{
	struct sched_param p = {.sched_priority = 12};
	pthread_attr_t a;
	pthread_t t;
	void *stack;
	size_t len;
	int policy;

	pthread_attr_init(&a);
	CHECK_EQ(pthread_attr_setstacksize(&a, 65536), 0);
	CHECK_EQ(pthread_attr_setschedpolicy(&a, SCHED_FIFO), 0);
	CHECK_EQ(pthread_attr_setschedparam(&a, &p), 0);
	CHECK_EQ(pthread_create(&t, &a, return_at_once, NULL), 0);
	CHECK_EQ(pthread_getschedparam(t, &policy, &p), 0);
	CHECK(policy == SCHED_FIFO && p.sched_priority == 12);
	CHECK_EQ(pthread_join(t, NULL), 0);
	CHECK_EQ(pthread_getattr_np(pthread_self(), &a), 0);
	CHECK_EQ(pthread_attr_getstack(&a, &stack, &len), 0);
	CHECK((char *)&a > (char *)stack && (char *)&a < (char *)stack + len);
	CHECK_EQ(pthread_create(&t, NULL, return_at_once, NULL), 0);
	usleep(5000);
	CHECK_EQ(pthread_detach(t), 0); /* it has ended: legal all the same */
	CHECK_EQ(pthread_detach(NULL), ESRCH);
	CHECK(sched_get_priority_min(SCHED_RR) < sched_get_priority_max(SCHED_RR));
}

TEST(waiting_for_a_rwlock_has_an_end)
{
	pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	CHECK_EQ(pthread_rwlock_wrlock(&l), 0);
	CHECK_EQ(pthread_rwlock_timedrdlock(&l, &until), ETIMEDOUT);
	CHECK_EQ(pthread_rwlock_timedwrlock(&l, &until), ETIMEDOUT);
	CHECK_EQ(pthread_rwlock_unlock(&l), 0);
	CHECK_EQ(pthread_rwlock_timedrdlock(&l, &until), 0);
	CHECK_EQ(pthread_rwlock_unlock(&l), 0);
}

TEST(semaphores_are_found_by_their_name)
{
	sem_t *a, *b;
	int value;

	CHECK(sem_open("/s", 0) == SEM_FAILED && errno == ENOENT);
	a = sem_open("/s", O_CREAT | O_EXCL, 0600, 3);
	CHECK(a != SEM_FAILED);
	CHECK(sem_open("/s", O_CREAT | O_EXCL, 0600, 3) == SEM_FAILED && errno == EEXIST);
	b = sem_open("/s", O_CREAT, 0600, 9);
	CHECK(b == a && sem_getvalue(b, &value) == 0 && value == 3);
	CHECK_EQ(sem_unlink("/s"), 0);
	CHECK(sem_open("/s", 0) == SEM_FAILED && errno == ENOENT);
	CHECK_EQ(sem_wait(a), 0);
	CHECK(sem_close(a) == 0 && sem_close(b) == 0);
	CHECK(sem_close(a) == -1 && errno == EINVAL);
}

static void *raise_own(void *arg)
{
	n_signals = 0;
	pthread_kill(pthread_self(), SIGUSR1);
	*(int *)arg = n_signals;
	return NULL;
}

TEST(a_signal_can_be_for_one_thread)
{
	pthread_t t;
	int seen = 0;

	handle(SIGUSR1, 0);
	CHECK_EQ(pthread_create(&t, NULL, raise_own, &seen), 0);
	CHECK_EQ(pthread_join(t, NULL), 0);
	CHECK_EQ(seen, 1);
	signal(SIGUSR1, SIG_DFL);
}
