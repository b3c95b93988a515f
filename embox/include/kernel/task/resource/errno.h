/* SPDX-License-Identifier: BSD-2-Clause */
/* errno belongs to a thread here, so there is nothing to ask of a task. */
#ifndef KERNEL_TASK_RESOURCE_ERRNO_H
#define KERNEL_TASK_RESOURCE_ERRNO_H

#include <errno.h>

#endif
