/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of a thread: create, end, join, detach; its stack, its reports.
 *
 *       guard page                                 stack     TLS block
 *     | not mapped |            <-------------------- top | tdata tbss TP |
 *                  ^ thread->stack                                        ^ + stack_pages
 *
 * A thread cannot free the stack it stands on. Whoever runs after its last switch does
 * that (thread_reap), so a joined or detached thread is gone, pages and all, before
 * anybody else could look. The struct lives on until the creator's reference is dropped
 * too.
 */
#include "kernel/thread.h"

#include <errno.h>
#include <string.h>

#include "kernel/heap.h"
#define LOG_MODULE "thread"
#include "kernel/log.h"
#include "kernel/page.h"
#include "kernel/pagetable.h"
#include "kernel/sched.h"

#define STACK_FILL 0x5au /* what an unused stack byte holds */

static struct thread boot_thread;
static struct list all_threads = LIST_INIT(all_threads);
static unsigned n_threads;

static const struct thread_attr default_attr = {0};

static void set_name(struct thread *t, const char *name)
{
	size_t n = 0;

	for (; name[n] && n < THREAD_NAME_BYTES - 1; n++)
		t->name[n] = name[n];
	t->name[n] = '\0';
}

static void setup(struct thread *t, const char *name, int priority)
{
	set_name(t, name);
	t->priority = t->own_priority = priority;
	list_init(&t->link);
	waitq_init(&t->end);
	sync_thread_setup(t);
}

static void add_to_all(struct thread *t)
{
	list_append(&all_threads, &t->all);
	n_threads++;
}

/* The boot stack stays the idle thread's; pt_init() has made its guard page. */
void thread_init(void)
{
	struct thread *t = &boot_thread;
	size_t tls_bytes = arch_tls_bytes();
	void *tls = heap_alloc_aligned(kernel_heap, ARCH_TLS_ALIGN, tls_bytes);

	if (!tls)
		panic("no memory for the first thread: give the domain more memory");
	setup(t, "idle", THREAD_PRIO_IDLE);
	t->refs = 1;
	add_to_all(t);
	arch_context_adopt(&t->context, arch_tls_init(tls));
	sched_init(t);
}

static void first_step(void *arg)
{
	struct thread *t = arg;

	sched_enter();
	thread_exit(t->entry(t->arg));
}

static void stack_free(void *stack, size_t n_pages)
{
	char *guard = (char *)stack - PAGE_SIZE;

	pt_unguard_page(ptr_vaddr(guard));
	page_free(guard, n_pages + 1);
}

/* Returns the first usable byte, or NULL. */
static void *stack_alloc(size_t n_pages)
{
	char *guard = page_alloc(n_pages + 1);

	if (!guard)
		return NULL;
	if (pt_guard_page(ptr_vaddr(guard)) < 0) {
		page_free(guard, n_pages + 1);
		return NULL;
	}
	memset(guard + PAGE_SIZE, STACK_FILL, n_pages * PAGE_SIZE);
	return guard + PAGE_SIZE;
}

static struct thread *prepare(const struct thread_attr *attr, size_t n_pages)
{
	struct thread *t = kzalloc(sizeof(*t));

	if (!t)
		return NULL;
	t->stack = stack_alloc(n_pages);
	if (!t->stack) {
		kfree(t);
		return NULL;
	}
	t->stack_pages = n_pages;
	setup(t, attr->name ? attr->name : "thread",
		attr->priority ? attr->priority : thread_self()->own_priority);
	t->process = thread_self()->process;
	t->refs = 2;
	return t;
}

struct thread *thread_create(
	const struct thread_attr *attr, void *(*entry)(void *arg), void *arg)
{
	const struct thread_attr *a = attr ? attr : &default_attr;
	size_t stack_bytes = a->stack_bytes ? a->stack_bytes : THREAD_STACK_DEFAULT;
	struct thread *t;
	unsigned long flags;
	char *tls;

	assert(a->priority >= 0 && a->priority <= THREAD_PRIO_MAX);
	if (stack_bytes > PTRDIFF_MAX - 2 * PAGE_SIZE)
		return NULL;
	t = prepare(a, bytes_to_pages(stack_bytes + arch_tls_bytes()));
	if (!t)
		return NULL;
	if (t->own_priority == THREAD_PRIO_IDLE) /* created by boot */
		t->priority = t->own_priority = THREAD_PRIO_DEFAULT;
	t->entry = entry;
	t->arg = arg;
	tls = (char *)t->stack + pages_to_bytes(t->stack_pages) - arch_tls_bytes();
	arch_context_init(&t->context, tls, first_step, t, arch_tls_init(tls));

	flags = irq_save();
	add_to_all(t);
	sched_wake(t);
	irq_restore(flags);
	return t;
}

static void put(struct thread *t)
{
	if (--t->refs == 0)
		kfree(t);
}

void thread_reap(struct thread *t)
{
	stack_free(t->stack, t->stack_pages);
	t->stack = NULL;
	list_remove(&t->all);
	n_threads--;
	put(t);
}

void thread_exit(void *result)
{
	struct thread *t = thread_self();
	void (*destroy)(void *local) = t->local_destroy;

	assert(t != &boot_thread);
	t->local_destroy = NULL; /* what it calls may end the thread, too */
	if (destroy)
		destroy(t->local);
	if (sched_hooks)
		sched_hooks->ends();
	irq_save();
	assert(list_empty(&t->holds));
	t->result = result;
	t->ended = true;
	waitq_wake_all(&t->end);
	t->state = THREAD_DEAD;
	sched_sleep();
	panic("a dead thread ran");
}

int thread_join(struct thread *t, void **result)
{
	unsigned long flags;
	int err = 0;

	if (t == thread_self())
		return -EDEADLK;
	flags = irq_save();
	while (!t->ended && !err)
		err = waitq_sleep(&t->end, TIME_FOREVER);
	if (t->ended) {
		err = 0;
		if (result)
			*result = t->result;
		put(t);
	}
	irq_restore(flags);
	return err;
}

void thread_detach(struct thread *t)
{
	unsigned long flags = irq_save();

	put(t);
	irq_restore(flags);
}

struct thread *thread_self(void)
{
	return sched_current;
}

int thread_sleep_until(uint64_t deadline_ns)
{
	struct waitq nobody_wakes;
	unsigned long flags;
	int result;

	waitq_init(&nobody_wakes);
	flags = irq_save();
	result = waitq_sleep(&nobody_wakes, deadline_ns);
	irq_restore(flags);
	return result == -EINTR ? result : 0;
}

bool thread_attention(void)
{
	return thread_self()->attention;
}

void thread_attend(void)
{
	struct thread *self = thread_self();

	self->attention = self->interrupted = false;
}

void thread_for_each(bool (*fn)(struct thread *t, void *arg), void *arg)
{
	unsigned long flags = irq_save();

	list_for_each(&all_threads, link)
	{
		if (!fn(list_entry(link, struct thread, all), arg))
			break;
	}
	irq_restore(flags);
}

void thread_set_priority(struct thread *t, int priority)
{
	unsigned long flags;

	assert(priority > THREAD_PRIO_IDLE && priority <= THREAD_PRIO_MAX);
	assert(t != &boot_thread);
	flags = irq_save();
	t->own_priority = priority;
	sync_update_priority(t);
	irq_restore(flags);
}

int thread_get_priority(const struct thread *t)
{
	return t->own_priority;
}

/* A slice that has begun is the last; the first begins now if there is company. */
void thread_set_unsliced(struct thread *t, bool unsliced)
{
	unsigned long flags = irq_save();

	t->unsliced = unsliced;
	if (t == thread_self())
		sched_set_priority(t, t->priority);
	irq_restore(flags);
}

bool thread_is_unsliced(const struct thread *t)
{
	return t->unsliced;
}

void thread_rename(struct thread *t, const char *name)
{
	set_name(t, name);
}

void *thread_stack(const struct thread *t, size_t *len_bytes)
{
	*len_bytes = pages_to_bytes(t->stack_pages);
	return t->stack;
}

const char *thread_name(const struct thread *t)
{
	return t->name;
}

struct process *thread_process(const struct thread *t)
{
	return t->process;
}

void thread_set_process(struct thread *t, struct process *p)
{
	t->process = p;
}

struct thread_signals *thread_signals(struct thread *t)
{
	return &t->signals;
}

void thread_set_hooks(const struct thread_hooks *hooks)
{
	sched_hooks = hooks;
}

void *thread_get_local(void)
{
	return thread_self()->local;
}

void thread_set_local(void *local, void (*destroy)(void *local))
{
	struct thread *t = thread_self();

	t->local = local;
	t->local_destroy = destroy;
}

void thread_get_stats(struct thread_stats *s)
{
	sched_get_stats(s);
	s->threads = n_threads;
}

/* The deepest that the stack has ever been, in bytes; 0 for the boot stack. */
static size_t stack_used(const struct thread *t)
{
	const unsigned char *stack = t->stack;
	size_t n = 0, len_bytes = pages_to_bytes(t->stack_pages);

	while (n < len_bytes && stack[n] == STACK_FILL)
		n++;
	return len_bytes - n;
}

static void dump(const struct thread *t)
{
	static const char *const states[] = {"running", "ready", "sleeping", "dead"};

	log_info("%-15s priority %2d (own %2d) %-8s stack %zu of %zu bytes", t->name,
		t->priority, t->own_priority, states[t->state], stack_used(t),
		pages_to_bytes(t->stack_pages));
}

void thread_dump(void)
{
	unsigned long flags = irq_save();

	list_for_each(&all_threads, link)
	{
		dump(list_entry(link, struct thread, all));
	}
	irq_restore(flags);
}
