/* SPDX-License-Identifier: BSD-2-Clause */
/* Counting semaphores between the threads of a process. */
#ifndef _SEMAPHORE_H
#define _SEMAPHORE_H

#include <sys/types.h>
#include <time.h>

typedef struct {
	void *__opaque[4];
} sem_t;

#define SEM_VALUE_MAX 0x7fffffff
#define SEM_FAILED    ((sem_t *)0)

#ifdef __cplusplus
extern "C" {
#endif
int sem_init(sem_t *s, int shared, unsigned value);
int sem_destroy(sem_t *s);
int sem_wait(sem_t *s);
int sem_trywait(sem_t *s);
int sem_timedwait(sem_t *s, const struct timespec *until);
int sem_post(sem_t *s);
int sem_getvalue(sem_t *s, int *value);
sem_t *sem_open(const char *name, int flags, ...); /* O_CREAT: mode_t, unsigned value */
int sem_close(sem_t *s);
int sem_unlink(const char *name);
#ifdef __cplusplus
}
#endif

#endif
