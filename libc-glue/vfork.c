/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vfork(): the child runs on its parent's thread and stack, as another process, until it
 * calls exec() or _exit(); then the same thread returns once more from the same call.
 *
 *     parent's thread   vfork() = 0 | child: dup2, putenv, execv | vfork() = pid | ...
 *     child's thread                                             '---- main() ----->
 */
#include <errno.h>

#include "kernel/thread.h"
#include "libc-glue/task.h"

/** From vfork.S: 0 in the child, -1 with errno. */
int vfork_begin(const struct vfork_frame *frame);

int vfork_begin(const struct vfork_frame *frame)
{
	struct thread *self = thread_self();
	int err;
	struct task *t = task_create(&err);

	if (!t) {
		errno = -err;
		return -1;
	}
	t->vfork = (struct vfork){
		.frame = *frame,
		.priority = thread_get_priority(self),
		.blocked = thread_signals(self)->blocked,
	};
	t->borrows = true;
	task_switch(t->process);
	return 0;
}

void vfork_resume(const struct vfork *v, int pid)
{
	struct thread *self = thread_self();

	thread_signals(self)->blocked = v->blocked;
	thread_set_priority(self, v->priority);
	/* What was for the process meanwhile did not find this thread. */
	if (process_self()->ending || task_self()->pending)
		thread_interrupt(self);
	arch_vfork_return(&v->frame, pid);
}
