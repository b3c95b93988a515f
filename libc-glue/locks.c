/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The locks that picolibc takes around stdio, the environment, atexit and the like. All
 * of its lock functions have to be in one object, or its own empty ones are linked as
 * well.
 */
#include <sys/lock.h>

#include "kernel/heap.h"
#include "kernel/sync.h"

struct __lock {
	struct mutex mutex;
	unsigned depth; /* further times that the owner holds it */
};

struct __lock __lock___libc_recursive_mutex = {
	MUTEX_INIT(__lock___libc_recursive_mutex.mutex),
	0,
};

/* There is no way to report a failure: without memory the new lock is the global one,
 * which is coarse and right. */
void __retarget_lock_init_recursive(_LOCK_T *lock)
{
	_LOCK_T l = kmalloc(sizeof(*l));

	*lock = l ? l : &__lock___libc_recursive_mutex;
	if (l) {
		mutex_init(&l->mutex);
		l->depth = 0;
	}
}

void __retarget_lock_close_recursive(_LOCK_T lock)
{
	if (lock != &__lock___libc_recursive_mutex)
		kfree(lock);
}

void __retarget_lock_acquire_recursive(_LOCK_T lock)
{
	if (mutex_held(&lock->mutex))
		lock->depth++;
	else
		mutex_lock(&lock->mutex);
}

void __retarget_lock_release_recursive(_LOCK_T lock)
{
	if (lock->depth)
		lock->depth--;
	else
		mutex_unlock(&lock->mutex);
}

/* The plain ones may be the global lock too, so they nest as well. */
void __retarget_lock_init(_LOCK_T *lock)
{
	__retarget_lock_init_recursive(lock);
}

void __retarget_lock_close(_LOCK_T lock)
{
	__retarget_lock_close_recursive(lock);
}

void __retarget_lock_acquire(_LOCK_T lock)
{
	__retarget_lock_acquire_recursive(lock);
}

void __retarget_lock_release(_LOCK_T lock)
{
	__retarget_lock_release_recursive(lock);
}
