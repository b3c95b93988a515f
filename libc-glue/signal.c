/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signals: a bit of a process (or a thread), and a thread that is interrupted to see it.
 *
 *   signal_send()  ->  pending bit  ->  thread_interrupt() of a thread that does not block it
 *                                         | its sleep ends with -EINTR, or it computes on
 *                                         v
 *   posix_attend(), at the end of every POSIX call  ->  signal_attend(): handler, or the end
 *
 * Handlers so run on the program's own stack with no lock of ours held, and may do what a
 * program may do. A thread that makes no calls sees no signals.
 */
#include <errno.h>
#include <string.h>

#include "kernel/irq.h"
#include "kernel/thread.h"
#include "libc-glue/posix.h"
#include "libc-glue/task.h"

#define BIT(sig) (1ul << (sig))

/* Their default is to do nothing; there is no job control, so nothing stops. */
#define IGNORED                                                                          \
	(BIT(SIGCHLD) | BIT(SIGURG) | BIT(SIGWINCH) | BIT(SIGCONT) | BIT(SIGSTOP) |      \
		BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU) | BIT(SIGIO))

/* --- sending -------------------------------------------------------------------------- */

static bool is_ignored(const struct task *t, int sig)
{
	const struct sigaction *a = &t->actions[sig];

	if (a->sa_handler == SIG_DFL)
		return t == task_first() || IGNORED & BIT(sig);
	return a->sa_handler == SIG_IGN;
}

struct search {
	const struct process *process;
	unsigned long bit;
	struct thread *taker; /* a thread that can take it at once */
};

static bool look_for_taker(struct thread *thread, void *arg)
{
	struct search *s = arg;
	const struct thread_signals *own = thread_signals(thread);

	if (thread_process(thread) != s->process || own->leaves)
		return true;
	if (own->blocked & s->bit && !(own->awaited & s->bit))
		return true;
	s->taker = thread;
	return false;
}

static void set_pending(struct task *t, int sig, const siginfo_t *info)
{
	t->pending |= BIT(sig);
	t->info[sig] = info ? *info : (siginfo_t){.si_signo = sig};
}

void signal_send(struct task *t, int sig, const siginfo_t *info)
{
	struct search s = {t->process, BIT(sig), NULL};

	if (sig == SIGKILL && t == task_first())
		return;
	if (t->state != PROCESS_RUNS) {
		if (t->next_image) /* the old program ends; this is for the new one */
			set_pending(t, sig, info);
		return;
	}
	if (sig == SIGKILL) {
		task_end(t, SIGKILL);
		return;
	}
	thread_for_each(look_for_taker, &s);
	if (is_ignored(t, sig) && s.taker &&
		!(thread_signals(s.taker)->awaited & BIT(sig)))
		return;
	if (s.taker && t->actions[sig].sa_handler == SIG_DFL &&
		!(thread_signals(s.taker)->awaited & BIT(sig))) {
		task_end(t, sig);
		return;
	}
	set_pending(t, sig, info);
	if (s.taker)
		thread_interrupt(s.taker);
}

struct target {
	int pid, group, sig;
	const struct task *self;
	bool found;
	siginfo_t info;
};

static bool send_if_meant(struct task *t, void *arg)
{
	struct target *target = arg;
	bool meant;

	if (target->pid > 0)
		meant = t->process->pid == target->pid;
	else if (target->pid == -1)
		meant = t != task_first() && t != target->self;
	else
		meant = t->group == target->group;
	if (!meant)
		return true;
	target->found = true;
	if (target->sig)
		signal_send(t, target->sig, &target->info);
	return true;
}

static int send_to(int pid, int sig, const siginfo_t *info)
{
	struct target target = {
		.pid = pid, .sig = sig, .self = task_self(), .info = *info};

	if (sig < 0 || sig >= _NSIG)
		return -EINVAL;
	target.group = pid == 0 ? target.self->group : -pid;
	task_for_each(send_if_meant, &target);
	return target.found ? 0 : -ESRCH;
}

int process_signal(int pid, int sig)
{
	siginfo_t info = {
		.si_signo = sig, .si_code = SI_USER, .si_pid = process_self()->pid};

	return send_to(pid, sig, &info);
}

int signal_queue(int pid, int sig, union sigval value)
{
	siginfo_t info = {
		.si_signo = sig,
		.si_code = SI_QUEUE,
		.si_pid = process_self()->pid,
		.si_value = value,
	};

	return send_to(pid, sig, &info);
}

int signal_thread(struct thread *thread, int sig)
{
	unsigned long flags;

	if (sig < 0 || sig >= _NSIG)
		return -EINVAL;
	if (sig == 0)
		return 0;
	flags = irq_save();
	thread_signals(thread)->pending |= BIT(sig);
	thread_interrupt(thread);
	irq_restore(flags);
	return 0;
}

/* --- attending ------------------------------------------------------------------------ */

/* Take a signal that is in the set, lowest first; 0 if none is pending. Events off. */
static int take(unsigned long set, siginfo_t *info)
{
	struct thread_signals *own = thread_signals(thread_self());
	struct task *t = task_self();
	unsigned long pending = (own->pending | t->pending) & set;
	int sig = pending ? __builtin_ctzl(pending) : 0;

	if (!sig)
		return 0;
	*info = t->pending & BIT(sig) ? t->info[sig] : (siginfo_t){.si_signo = sig};
	own->pending &= ~BIT(sig);
	t->pending &= ~BIT(sig);
	return sig;
}

/* What the program says shall happen; true when that lets an interrupted call go on. */
static bool act(int sig, const struct sigaction *a, siginfo_t *info)
{
	struct thread_signals *own = thread_signals(thread_self());
	unsigned long blocked = own->blocked;
	int saved_errno = errno;

	own->blocked |= a->sa_mask | (a->sa_flags & SA_NODEFER ? 0 : BIT(sig));
	own->handled++;
	if (a->sa_flags & SA_SIGINFO)
		a->sa_sigaction(sig, info, NULL);
	else
		a->sa_handler(sig);
	own->blocked = blocked;
	errno = saved_errno;
	return a->sa_flags & SA_RESTART;
}

bool signal_attend(void)
{
	struct task *t = task_self();
	bool again = true;

	for (;;) {
		struct sigaction a;
		siginfo_t info;
		unsigned long flags;
		int sig;

		flags = irq_save(); /* an end that came after the look would be attended to unseen */
		if (t->process->ending) {
			irq_restore(flags);
			task_thread_end();
		}
		sig = take(~thread_signals(thread_self())->blocked, &info);
		if (sig) {
			a = t->actions[sig];
			if (a.sa_flags & SA_RESETHAND)
				t->actions[sig].sa_handler = SIG_DFL;
		} else
			thread_attend(); /* also what came while handlers ran */
		irq_restore(flags);
		if (!sig)
			return again;
		if (a.sa_handler != SIG_DFL && a.sa_handler != SIG_IGN)
			again = act(sig, &a, &info) && again;
		else if (a.sa_handler == SIG_DFL && !is_ignored(t, sig))
			task_exit(sig);
	}
}

int signal_wait(unsigned long set, siginfo_t *info, uint64_t deadline_ns)
{
	struct thread_signals *own = thread_signals(thread_self());
	struct waitq nobody_wakes;
	unsigned long flags;
	unsigned handled = own->handled;
	int result = 0;

	waitq_init(&nobody_wakes);
	flags = irq_save();
	own->awaited = set;
	while (!(result = take(set, info))) {
		result = waitq_sleep(&nobody_wakes, deadline_ns);
		if (result == -ETIMEDOUT)
			break;
		irq_restore(flags);
		posix_attend();
		flags = irq_save();
		result = -EINTR;
		if (own->handled != handled)
			break;
	}
	own->awaited = 0;
	irq_restore(flags);
	return result;
}

/* --- actions and masks ---------------------------------------------------------------- */

int signal_action(int sig, const struct sigaction *act, struct sigaction *old)
{
	struct task *t = task_self();
	unsigned long flags;

	if (sig <= 0 || sig >= _NSIG || (act && (sig == SIGKILL || sig == SIGSTOP)))
		return -EINVAL;
	flags = irq_save();
	if (old)
		*old = t->actions[sig];
	if (act) {
		t->actions[sig] = *act;
		if (is_ignored(t, sig))
			t->pending &= ~BIT(sig);
	}
	irq_restore(flags);
	return 0;
}

int signal_mask(int how, const sigset_t *set, sigset_t *old)
{
	struct thread_signals *own = thread_signals(thread_self());
	unsigned long blocked = own->blocked;

	if (old)
		*old = blocked;
	if (!set)
		return 0;
	if (how == SIG_BLOCK)
		blocked |= *set;
	else if (how == SIG_UNBLOCK)
		blocked &= ~*set;
	else if (how == SIG_SETMASK)
		blocked = *set;
	else
		return -EINVAL;
	own->blocked = blocked & ~(BIT(SIGKILL) | BIT(SIGSTOP));
	if ((own->pending | task_self()->pending) & ~own->blocked)
		thread_interrupt(thread_self());
	return 0;
}

unsigned long signal_pending(void)
{
	const struct thread_signals *own = thread_signals(thread_self());

	return (own->pending | task_self()->pending) & own->blocked;
}

int signal_suspend(const sigset_t *mask)
{
	struct thread_signals *own = thread_signals(thread_self());
	unsigned long blocked = own->blocked;
	unsigned handled = own->handled;

	if (mask)
		signal_mask(SIG_SETMASK, mask, NULL);
	do {
		thread_sleep_until(TIME_FOREVER);
		posix_attend();
	} while (own->handled == handled);
	own->blocked = blocked;
	if ((own->pending | task_self()->pending) & ~blocked)
		thread_interrupt(thread_self());
	return -EINTR;
}

/* --- children, exec --------------------------------------------------------------------- */

void signal_copy(struct task *to, const struct task *from)
{
	memcpy(to->actions, from->actions, sizeof(to->actions));
}

void signal_exec(struct task *t)
{
	for (unsigned sig = 0; sig < _NSIG; sig++)
		if (t->actions[sig].sa_handler != SIG_IGN)
			t->actions[sig] = (struct sigaction){.sa_handler = SIG_DFL};
}
