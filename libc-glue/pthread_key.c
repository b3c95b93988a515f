/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that each thread has of its own, by keys. */
#include <errno.h>
#include <stdbool.h>

#include "kernel/thread.h"
#include "libc-glue/pthread_private.h"

static struct {
	bool used;
	void (*destroy)(void *value);
} keys[PTHREAD_KEYS_MAX];

/* Destructors may set values again: a few rounds, as POSIX has it. */
void pthread_destroy_values(struct __pthread *p)
{
	bool again = true;

	for (int round = 0; again && round < PTHREAD_DESTRUCTOR_ITERATIONS; round++) {
		again = false;
		for (unsigned k = 0; k < PTHREAD_KEYS_MAX; k++) {
			void *value = p->value[k];

			if (!value || !keys[k].used || !keys[k].destroy)
				continue;
			p->value[k] = NULL;
			keys[k].destroy(value);
			again = true;
		}
	}
}

int pthread_key_create(pthread_key_t *key, void (*destroy)(void *value))
{
	int err = EAGAIN;

	preempt_disable();
	for (pthread_key_t k = 0; k < PTHREAD_KEYS_MAX && err; k++) {
		if (keys[k].used)
			continue;
		keys[k].used = true;
		keys[k].destroy = destroy;
		*key = k;
		err = 0;
	}
	preempt_enable();
	return err;
}

/* Values that threads still have are theirs to free, says POSIX. */
int pthread_key_delete(pthread_key_t key)
{
	if (key >= PTHREAD_KEYS_MAX || !keys[key].used)
		return EINVAL;
	keys[key].used = false;
	return 0;
}

void *pthread_getspecific(pthread_key_t key)
{
	struct __pthread *p = thread_get_local();

	return p && key < PTHREAD_KEYS_MAX && keys[key].used ? p->value[key] : NULL;
}

int pthread_setspecific(pthread_key_t key, const void *value)
{
	struct __pthread *p = pthread_record();

	if (key >= PTHREAD_KEYS_MAX || !keys[key].used)
		return EINVAL;
	if (!p)
		return ENOMEM;
	p->value[key] = (void *)value;
	return 0;
}
