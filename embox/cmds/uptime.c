/* SPDX-License-Identifier: BSD-2-Clause */
/* How long, and how busy. */
#include <stdio.h>

#include "kernel/boot.h"
#include "kernel/thread.h"
#include "kernel/timer.h"

int main(void)
{
	uint64_t up_ns = boot_elapsed_ns(), idle_ns = boot_idle_ns();
	struct thread_stats s;

	thread_get_stats(&s);
	printf("up %llu.%03llu s, idle %llu.%llu %% of that, %llu switches between %u "
	       "threads\n",
		(unsigned long long)(up_ns / NS_PER_S),
		(unsigned long long)(up_ns / (NS_PER_S / 1000) % 1000),
		(unsigned long long)(idle_ns * 100 / up_ns),
		(unsigned long long)(idle_ns * 1000 / up_ns % 10),
		(unsigned long long)s.switches, s.threads);
	return 0;
}
