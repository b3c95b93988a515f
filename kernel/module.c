/* SPDX-License-Identifier: BSD-2-Clause */
/* Starts the modules of the image in the order that was computed at build time. */
#include "kernel/module.h"

#include <errno.h>
#include <stdbool.h>

#include "kernel/heap.h"
#define LOG_MODULE "module"
#include "kernel/log.h"
#include "kernel/timer.h"

/* The first need that has not started; NULL = all have. */
static const char *missing_need(const struct module *m, const bool *started)
{
	for (unsigned i = 0; i < m->n_needs; i++) {
		if (!started[m->needs[i]])
			return modtab[m->needs[i]].name;
	}
	return NULL;
}

static int start(const struct module *m)
{
	uint64_t begin_ns = clock_ns();
	int result = m->start();

	if (result < 0)
		log_error("%s does not start (error %d)", m->name, -result);
	else
		log_debug("%s started in %u us", m->name,
			(unsigned)((clock_ns() - begin_ns) / NS_PER_US));
	return result;
}

int module_start_all(void)
{
	bool *started = kzalloc(modtab_n);
	int first_error = 0;

	if (!started)
		return -ENOMEM;
	for (unsigned i = 0; i < modtab_n; i++) {
		const char *missing = missing_need(&modtab[i], started);
		int result = 0;

		if (missing)
			log_error("%s is left out: it needs %s", modtab[i].name, missing);
		else
			result = start(&modtab[i]);
		started[i] = !missing && result >= 0;
		if (result < 0 && first_error == 0)
			first_error = result;
	}
	kfree(started);
	return first_error;
}
