/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The contract of arch/arch.h for native tests: threads are contexts of this process,
 * time is a number, and an upcall is a call made when the event flag comes on.
 */
#include "arch/arch.h"

#include <sanitizer/common_interface_defs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "kernel/thread.h"
#include "kernel/timer.h"
#include "tests/fake/fake.h"

/* There with the address sanitizer only. */
#pragma weak __sanitizer_start_switch_fiber
#pragma weak __sanitizer_finish_switch_fiber

#define STACK_BYTES (256 * 1024) /* host libc and sanitizers need plenty */

struct boot_info boot_info;

/* --- events and time ---------------------------------------------------------------- */

static bool irq_on = true;
static bool upcall_pending;
static uint64_t now_ns = 1000 * NS_PER_S;
static uint64_t timer_ns = UINT64_MAX;
static unsigned n_timer_hypercalls;
static void (*upcall_handler)(void);
static void (*timer_handler)(void) = timer_interrupt;
static void (*idle_handler)(void);
static bool (*xen_pending)(void);
static void (*xen_block)(void);
static unsigned inject_one_in;
static uint64_t inject_state;
static void (*inject_handler)(void);

uint64_t fake_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 33;
}

static bool event_pending(void)
{
	return upcall_pending || (xen_pending && xen_pending());
}

static void deliver(void)
{
	while (irq_on && (event_pending() || timer_ns <= now_ns)) {
		irq_on = false;
		thread_upcall_enter();
		if (timer_ns <= now_ns) {
			timer_ns = UINT64_MAX;
			timer_handler();
		}
		if (event_pending()) {
			upcall_pending = false;
			if (upcall_handler)
				upcall_handler();
			if (inject_handler)
				inject_handler();
		}
		thread_upcall_leave();
		irq_on = true;
	}
}

static void maybe_inject(void)
{
	if (irq_on && inject_one_in && fake_random(&inject_state) % inject_one_in == 0) {
		upcall_pending = true;
		deliver();
	}
}

unsigned long arch_irq_save(void)
{
	bool was_on;

	maybe_inject();
	was_on = irq_on;
	irq_on = false;
	return was_on ? 0 : 1;
}

void arch_irq_restore(unsigned long flags)
{
	irq_on = flags == 0;
	deliver();
	maybe_inject();
}

bool arch_irq_enabled(void)
{
	return irq_on;
}

void arch_set_upcall_handler(void (*handler)(void))
{
	upcall_handler = handler;
}

void arch_traps_init(void)
{
}

void arch_block(void)
{
	if (xen_block)
		xen_block();
	if (!event_pending() && timer_ns == UINT64_MAX && idle_handler)
		idle_handler();
	if (!event_pending() && timer_ns == UINT64_MAX) {
		thread_dump();
		fprintf(stderr, "%severy thread sleeps and nothing can wake one\n",
			fake_console());
		abort();
	}
	if (!event_pending() && timer_ns > now_ns)
		now_ns = timer_ns;
	irq_on = true;
	deliver();
}

uint64_t arch_clock_ns(void)
{
	return now_ns;
}

uint64_t arch_tsc(void)
{
	return now_ns;
}

void arch_set_timer(uint64_t deadline_ns)
{
	n_timer_hypercalls++;
	timer_ns = deadline_ns;
}

void fake_advance(uint64_t ns)
{
	uint64_t end_ns = now_ns + ns;

	while (timer_ns <= end_ns && irq_on) {
		if (timer_ns > now_ns)
			now_ns = timer_ns;
		deliver();
		if (now_ns >= end_ns) /* other threads have used up the time */
			return;
	}
	now_ns = end_ns;
}

void fake_raise(void)
{
	upcall_pending = true;
	deliver();
}

void fake_on_timer(void (*fn)(void))
{
	timer_handler = fn;
}

void fake_set_xen(bool (*pending)(void), void (*block)(void))
{
	xen_pending = pending;
	xen_block = block;
}

void fake_on_idle(void (*fn)(void))
{
	idle_handler = fn;
}

void fake_inject(unsigned one_in_n, uint64_t seed, void (*fn)(void))
{
	inject_one_in = one_in_n;
	inject_state = seed;
	inject_handler = fn;
}

unsigned fake_timer_hypercalls(void)
{
	return n_timer_hypercalls;
}

/* --- threads ------------------------------------------------------------------------ */

/*
 * One for each kernel stack that there has ever been; a later thread on the same stack
 * uses it again.
 */
struct fake_context {
	struct fake_context *next;
	void *stack_top; /* of the kernel: only its name here */
	char *stack;
	size_t stack_bytes;
	ucontext_t host;
	void *sanitizer_stack;
	void (*entry)(void *arg);
	void *arg;
	void *tls;
};

static struct fake_context *contexts;
static struct fake_context boot_context;
static struct fake_context *running;
static struct fake_context *came_from;

static struct fake_context *find_context(void *stack_top)
{
	struct fake_context *c = contexts;

	while (c && c->stack_top != stack_top)
		c = c->next;
	if (!c) {
		c = calloc(1, sizeof(*c));
		c->stack_top = stack_top;
		c->stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		c->stack_bytes = STACK_BYTES;
		c->next = contexts;
		contexts = c;
	}
	return c;
}

/* Tell the sanitizer that another stack is in use, and learn where the boot stack is. */
static void arrive(void *sanitizer_stack)
{
	const void *bottom = NULL;
	size_t size = 0;

	if (__sanitizer_finish_switch_fiber)
		__sanitizer_finish_switch_fiber(sanitizer_stack, &bottom, &size);
	if (came_from == &boot_context && bottom) {
		boot_context.stack = (char *)bottom;
		boot_context.stack_bytes = size;
	}
}

static void first_step(void)
{
	arrive(NULL);
	running->entry(running->arg);
	abort();
}

void arch_context_init(struct arch_context *c, void *stack_top, void (*entry)(void *arg),
	void *arg, void *tls)
{
	/* volatile, since getcontext() returns twice */
	struct fake_context *volatile f = find_context(stack_top);

	getcontext(&f->host);
	f->host.uc_stack.ss_sp = f->stack;
	f->host.uc_stack.ss_size = f->stack_bytes;
	f->host.uc_link = NULL;
	makecontext(&f->host, first_step, 0);
	f->sanitizer_stack = NULL;
	f->entry = entry;
	f->arg = arg;
	f->tls = tls;
	c->fake = f;
}

void arch_context_adopt(struct arch_context *c, void *tls)
{
	boot_context.tls = tls;
	c->fake = running = &boot_context;
}

void arch_switch(struct arch_context *from, struct arch_context *to)
{
	struct fake_context *self = from->fake;

	came_from = self;
	running = to->fake;
	if (__sanitizer_start_switch_fiber)
		__sanitizer_start_switch_fiber(
			&self->sanitizer_stack, running->stack, running->stack_bytes);
	swapcontext(&self->host, &running->host);
	arrive(self->sanitizer_stack);
}

void arch_switch_preempted(struct arch_context *from, struct arch_context *to)
{
	arch_switch(from, to);
}

size_t arch_tls_bytes(void)
{
	return 0;
}

void *arch_tls_init(void *block)
{
	return block;
}

struct run {
	void (*test)(void *arg);
	void *arg;
	bool done;
};

static struct run the_run;

static void *run_main(void *arg)
{
	struct run *r = arg;

	r->test(r->arg);
	r->done = true;
	return NULL;
}

/* The idle thread of the fake: as thread_idle(), but it ends with the test. */
static void idle_until_done(void)
{
	while (!the_run.done) {
		arch_irq_save();
		arch_block();
		arch_irq_restore(0);
	}
}

void fake_run(void (*test)(void *arg), void *arg)
{
	struct thread *t;

	the_run = (struct run){.test = test, .arg = arg};
	if (!running)
		thread_init();
	t = thread_create(&(struct thread_attr){.name = "main"}, run_main, &the_run);
	if (!t)
		abort();
	idle_until_done();
	thread_detach(t);
}

/* --- the rest ----------------------------------------------------------------------- */

bool arch_frame_next(uintptr_t *fp, uintptr_t *ip)
{
	(void)fp;
	(void)ip;
	return false;
}

void arch_crash(void)
{
	abort();
}

size_t arch_random(void *buf, size_t len_bytes)
{
	static uint64_t state = 1;
	unsigned char *bytes = buf;

	for (size_t i = 0; i < len_bytes; i++)
		bytes[i] = (unsigned char)fake_random(&state);
	return len_bytes;
}
