/* SPDX-License-Identifier: BSD-2-Clause */
/* Tasks by number. */
#ifndef KERNEL_TASK_TASK_TABLE_H
#define KERNEL_TASK_TASK_TABLE_H

#include <kernel/task.h>

static inline struct task *task_table_get(int tid)
{
	return tid > 0 ? embox_task_get(tid) : NULL;
}

#endif
