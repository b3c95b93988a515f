/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names of signals. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "kernel/thread.h"
#include "libc-glue/posix.h"
#include "libc-glue/pthread_private.h"
#include "libc-glue/task.h"
#include "libc-glue/time.h"

int kill(pid_t pid, int sig)
{
	return posix_int(process_signal(pid, sig));
}

int killpg(pid_t group, int sig)
{
	return posix_int(group > 1 ? process_signal(-group, sig) : -EINVAL);
}

int raise(int sig)
{
	return posix_int(signal_thread(thread_self(), sig));
}

int sigqueue(pid_t pid, int sig, const union sigval value)
{
	return posix_int(signal_queue(pid, sig, value));
}

/* As in BSD: the handler stays, and calls go on after it. */
_sig_func_ptr signal(int sig, _sig_func_ptr handler)
{
	struct sigaction new = {.sa_handler = handler, .sa_flags = SA_RESTART}, old;

	return posix_int(signal_action(sig, &new, &old)) ? SIG_ERR : old.sa_handler;
}

int sigaction(
	int sig, const struct sigaction *restrict act, struct sigaction *restrict old)
{
	return posix_int(signal_action(sig, act, old));
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	return posix_int(signal_mask(how, set, old));
}

int pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
	int err = signal_mask(how, set, old);

	posix_attend();
	return -err;
}

int pthread_kill(struct __pthread *t, int sig)
{
	int err = t ? signal_thread(t->thread, sig) : -ESRCH;

	posix_attend();
	return -err;
}

int sigpending(sigset_t *set)
{
	*set = signal_pending();
	return posix_int(0);
}

int sigsuspend(const sigset_t *mask)
{
	return posix_int(signal_suspend(mask));
}

int pause(void)
{
	return posix_int(signal_suspend(NULL));
}

int sigwait(const sigset_t *set, int *sig)
{
	siginfo_t info;
	int result;

	do
		result = signal_wait(*set, &info, TIME_FOREVER);
	while (result == -EINTR);
	*sig = result;
	return 0;
}

int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
	uint64_t ns, deadline_ns = TIME_FOREVER;
	siginfo_t unwanted;
	int result;

	if (timeout) {
		if (time_to_ns(timeout, &ns))
			return posix_int(-EINVAL);
		deadline_ns = time_deadline_in(ns);
	}
	result = signal_wait(*set, info ? info : &unwanted, deadline_ns);
	return posix_int(result == -ETIMEDOUT ? -EAGAIN : result);
}

int sigwaitinfo(const sigset_t *set, siginfo_t *info)
{
	return sigtimedwait(set, info, NULL);
}

/* Programs that take the address of what <signal.h> also has as macros. */
#undef sigemptyset
int sigemptyset(sigset_t *set)
{
	*set = 0;
	return 0;
}

#undef sigfillset
int sigfillset(sigset_t *set)
{
	*set = ~(sigset_t)0;
	return 0;
}

#undef sigaddset
int sigaddset(sigset_t *set, const int sig)
{
	if (sig <= 0 || sig >= _NSIG)
		return posix_int(-EINVAL);
	*set |= (sigset_t)1 << sig;
	return 0;
}

#undef sigdelset
int sigdelset(sigset_t *set, const int sig)
{
	if (sig <= 0 || sig >= _NSIG)
		return posix_int(-EINVAL);
	*set &= ~((sigset_t)1 << sig);
	return 0;
}

#undef sigismember
int sigismember(const sigset_t *set, int sig)
{
	return sig > 0 && sig < _NSIG && *set >> sig & 1;
}
