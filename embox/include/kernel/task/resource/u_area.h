/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose a task is: there is one user. */
#ifndef KERNEL_TASK_RESOURCE_U_AREA_H
#define KERNEL_TASK_RESOURCE_U_AREA_H

#include <sys/types.h>

struct task;

struct task_u_area {
	uid_t reuid, euid, regid, egid;
};

/** All zeroes. Context: any. */
struct task_u_area *task_resource_u_area(const struct task *t);

static inline struct task_u_area *task_self_resource_u_area(void)
{
	return task_resource_u_area((const struct task *)0);
}

#endif
