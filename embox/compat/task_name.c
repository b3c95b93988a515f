/* SPDX-License-Identifier: BSD-2-Clause */
/* Renames a process. A file of its own, since a task is another thing here. */
#include "embox/compat/task_name.h"

#include <errno.h>
#include <string.h>

#include "kernel/irq.h"
#include "libc-glue/task.h"

int embox_task_rename(int pid, const char *name)
{
	unsigned long flags = irq_save();
	struct task *t = task_find(pid);

	if (t) {
		strncpy(t->name, name, sizeof(t->name) - 1);
		t->name[sizeof(t->name) - 1] = '\0';
	}
	irq_restore(flags);
	return t ? 0 : -ESRCH;
}
