/* SPDX-License-Identifier: BSD-2-Clause */
/* Timers that send signals: alarm(), setitimer(), timer_create(). */
#include <errno.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "kernel/heap.h"
#include "kernel/irq.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "libc-glue/posix.h"
#include "libc-glue/task.h"
#include "libc-glue/time.h"

#define PERIOD_MIN_NS (100 * NS_PER_US) /* a shorter one would leave no time for others */

static bool is_set(const struct timer *timer)
{
	return timer->fire && !list_empty(&timer->link);
}

static uint64_t checked_period(uint64_t ns)
{
	return ns && ns < PERIOD_MIN_NS ? PERIOD_MIN_NS : ns;
}

/* --- the one timer that every process has ---------------------------------------------- */

static void alarm_fires(struct timer *timer)
{
	struct task *t = container_of(timer, struct task, alarm);

	signal_send(t, SIGALRM, NULL);
	if (t->alarm_period_ns)
		timer_set(timer, timer->deadline_ns + t->alarm_period_ns);
}

/* Set it anew; returns what was left of it in ns, and its period. 0 = off. */
static uint64_t alarm_set(uint64_t in_ns, uint64_t period_ns, uint64_t *old_period_ns)
{
	struct task *t = task_self();
	unsigned long flags = irq_save();
	uint64_t now = clock_ns(), left = 0;

	if (is_set(&t->alarm))
		left = t->alarm.deadline_ns > now ? t->alarm.deadline_ns - now : 1;
	*old_period_ns = t->alarm_period_ns;
	if (!t->alarm.fire)
		timer_setup(&t->alarm, alarm_fires);
	timer_cancel(&t->alarm);
	t->alarm_period_ns = checked_period(period_ns);
	if (in_ns)
		timer_set(&t->alarm, time_deadline_in(in_ns));
	irq_restore(flags);
	return left;
}

unsigned alarm(unsigned seconds)
{
	uint64_t period, left = alarm_set(seconds * NS_PER_S, 0, &period);

	return (unsigned)((left + NS_PER_S - 1) / NS_PER_S);
}

static uint64_t timeval_ns(const struct timeval *tv)
{
	return (uint64_t)tv->tv_sec * NS_PER_S + (uint64_t)tv->tv_usec * NS_PER_US;
}

static struct timeval ns_timeval(uint64_t ns)
{
	return (struct timeval){.tv_sec = (time_t)(ns / NS_PER_S),
		.tv_usec = (suseconds_t)(ns % NS_PER_S / NS_PER_US)};
}

/* There is no clock of a process's own time. */
int setitimer(
	int which, const struct itimerval *restrict new, struct itimerval *restrict old)
{
	uint64_t left, period;

	if (which != ITIMER_REAL)
		return posix_int(-EINVAL);
	left = alarm_set(
		timeval_ns(&new->it_value), timeval_ns(&new->it_interval), &period);
	if (old)
		*old = (struct itimerval){ns_timeval(period), ns_timeval(left)};
	return posix_int(0);
}

int getitimer(int which, struct itimerval *it)
{
	const struct task *t = task_self();
	unsigned long flags;
	uint64_t now = clock_ns(), left = 0;

	if (which != ITIMER_REAL)
		return posix_int(-EINVAL);
	flags = irq_save();
	if (is_set(&t->alarm) && t->alarm.deadline_ns > now)
		left = t->alarm.deadline_ns - now;
	irq_restore(flags);
	*it = (struct itimerval){ns_timeval(t->alarm_period_ns), ns_timeval(left)};
	return posix_int(0);
}

/* --- those that a program makes ---------------------------------------------------------- */

struct posix_timer {
	struct list link;
	struct task *task;
	struct timer timer;
	clockid_t clock;
	int sig; /* 0 = none */
	union sigval value;
	uint64_t period_ns;
	int overrun; /* expirations since the signal was last taken */
};

static void posix_timer_fires(struct timer *timer)
{
	struct posix_timer *p = container_of(timer, struct posix_timer, timer);
	siginfo_t info = {.si_signo = p->sig, .si_code = SI_TIMER, .si_value = p->value};

	if (p->period_ns)
		timer_set(timer, timer->deadline_ns + p->period_ns);
	if (!p->sig)
		return;
	if (p->task->pending >> p->sig & 1)
		p->overrun++;
	else
		p->overrun = 0;
	signal_send(p->task, p->sig, &info);
}

static struct posix_timer *timer_of(timer_t id)
{
	struct task *t = task_self();

	list_for_each(&t->timers, link)
	{
		struct posix_timer *p = list_entry(link, struct posix_timer, link);

		if (p == (struct posix_timer *)(uintptr_t)id)
			return p;
	}
	return NULL;
}

/* A new thread for each expiration is not offered: ENOTSUP. */
int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict id)
{
	struct posix_timer *p;
	struct timespec now;
	unsigned long flags;
	int err = time_get(clock, &now);

	if (!err && event && event->sigev_notify == SIGEV_THREAD)
		err = -ENOTSUP;
	if (!err && event && event->sigev_notify == SIGEV_SIGNAL &&
		(event->sigev_signo <= 0 || event->sigev_signo >= _NSIG))
		err = -EINVAL;
	p = err ? NULL : kzalloc(sizeof(*p));
	if (!p)
		return posix_int(err ? err : -EAGAIN);
	p->task = task_self();
	p->clock = clock;
	p->sig = !event                                ? SIGALRM
		 : event->sigev_notify == SIGEV_SIGNAL ? event->sigev_signo
						       : 0;
	if (event)
		p->value = event->sigev_value;
	timer_setup(&p->timer, posix_timer_fires);
	*id = (timer_t)(uintptr_t)p;
	if (!event)
		p->value.sival_ptr = p;
	flags = irq_save();
	list_append(&p->task->timers, &p->link);
	irq_restore(flags);
	return posix_int(0);
}

static void posix_timer_free(struct posix_timer *p)
{
	unsigned long flags = irq_save();

	timer_cancel(&p->timer);
	list_remove(&p->link);
	irq_restore(flags);
	kfree(p);
}

int timer_delete(timer_t id)
{
	struct posix_timer *p = timer_of(id);

	if (!p)
		return posix_int(-EINVAL);
	posix_timer_free(p);
	return posix_int(0);
}

static struct itimerspec timer_left(const struct posix_timer *p)
{
	uint64_t now = clock_ns(), left = 0;

	if (is_set(&p->timer))
		left = p->timer.deadline_ns > now ? p->timer.deadline_ns - now : 1;
	return (struct itimerspec){time_from_ns(p->period_ns), time_from_ns(left)};
}

int timer_gettime(timer_t id, struct itimerspec *it)
{
	const struct posix_timer *p = timer_of(id);

	if (!p)
		return posix_int(-EINVAL);
	*it = timer_left(p);
	return posix_int(0);
}

int timer_settime(timer_t id, int flags, const struct itimerspec *restrict new,
	struct itimerspec *restrict old)
{
	struct posix_timer *p = timer_of(id);
	uint64_t value_ns, period_ns, deadline_ns = 0;
	unsigned long irq;

	if (!p || time_to_ns(&new->it_value, &value_ns) ||
		time_to_ns(&new->it_interval, &period_ns))
		return posix_int(-EINVAL);
	if (flags & TIMER_ABSTIME)
		(void)time_deadline_at(p->clock, &new->it_value, &deadline_ns);
	else
		deadline_ns = time_deadline_in(value_ns);
	irq = irq_save();
	if (old)
		*old = timer_left(p);
	timer_cancel(&p->timer);
	p->period_ns = checked_period(period_ns);
	p->overrun = 0;
	if (value_ns)
		timer_set(&p->timer, deadline_ns);
	irq_restore(irq);
	return posix_int(0);
}

int timer_getoverrun(timer_t id)
{
	const struct posix_timer *p = timer_of(id);

	return posix_int(p ? p->overrun : -EINVAL);
}

void signal_timers_stop(struct task *t)
{
	if (t->alarm.fire)
		timer_cancel(&t->alarm);
	t->alarm_period_ns = 0;
	while (!list_empty(&t->timers))
		posix_timer_free(list_entry(t->timers.next, struct posix_timer, link));
}
