/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole boot, one line per step. The code that Xen enters ends as the idle thread;
 * the modules and the program run in a thread of their own, since they sleep.
 */
#include <stdlib.h>

#include "arch/arch.h"
#include "kernel/boot.h"
#include "kernel/cmdline.h"
#include "kernel/irq.h"
#include "kernel/module.h"
#include "kernel/page.h"
#include "kernel/pagetable.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#define LOG_MODULE "boot"
#include "kernel/log.h"

#define MAIN_STACK_BYTES 32768

int main(int argc, char **argv); /* the image's program */
void __libc_init_array(void);    /* constructors */

uint64_t boot_elapsed_ns(void)
{
	return arch_ticks_to_ns(arch_tsc() - boot_info.entry_tsc);
}

uint64_t boot_idle_ns(void)
{
	struct thread_stats s;

	thread_get_stats(&s);
	return arch_ticks_to_ns(s.idle_ticks);
}

static void log_elapsed(const char *what)
{
	log_debug("%s %llu us after the first instruction", what,
		(unsigned long long)(boot_elapsed_ns() / NS_PER_US));
}

/* Whatever the program is, it would run on a guess, or without something that it needs. */
static NORETURN void refuse(void)
{
	log_error("%s is not started", image_name);
	exit(EXIT_FAILURE);
}

static void *run_program(void *arg)
{
	char **argv;
	int argc;

	(void)arg;
	if (cmdline_parse(boot_info.cmdline) < 0)
		refuse();
	log_elapsed("the kernel stands");
	if (module_start_all() < 0)
		refuse();
	__libc_init_array();
	argc = cmdline_argv(image_name, &argv);
	log_elapsed("the program starts");
	exit(main(argc, argv));
}

/* Two pages in most domains. Without them `xl dump-core` fails, and nothing else. */
static void publish_memory(void)
{
	void *pages = page_alloc_zeroed(arch_p2m_list_pages());

	if (pages)
		arch_p2m_publish(pages);
}

void kernel_main(void)
{
	const struct thread_attr attr = {
		.name = "main",
		.stack_bytes = MAIN_STACK_BYTES,
		.priority = THREAD_PRIO_DEFAULT,
	};
	struct thread *t;

	arch_traps_init(); /* from here on a mistake is reported */
	pt_init();
	page_init();
	publish_memory();
	thread_init();
	irq_restore(IRQ_ON);

	log_info("%s on " ARCH_NAME ", %zu KB of memory", image_name,
		boot_info.n_pages * (PAGE_SIZE / 1024));
	t = thread_create(&attr, run_program, NULL);
	if (!t)
		panic("no memory for the first thread: give the domain more (memory=)");
	thread_detach(t);
	thread_idle();
}
