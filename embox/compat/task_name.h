/* SPDX-License-Identifier: BSD-2-Clause */
/* Renames a process. */
#ifndef EMBOX_COMPAT_TASK_NAME_H
#define EMBOX_COMPAT_TASK_NAME_H

/** Call a process by another name in reports. Returns 0 or -ESRCH. Context: any. */
int embox_task_rename(int pid, const char *name);

#endif
