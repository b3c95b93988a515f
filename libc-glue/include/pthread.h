/* SPDX-License-Identifier: BSD-2-Clause */
/* POSIX threads. Objects that hold only zeroes are initialised; they set themselves up at first use. */
#ifndef _PTHREAD_H
#define _PTHREAD_H

#include <sched.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

typedef struct __pthread *pthread_t;
typedef unsigned pthread_key_t;

typedef struct {
	void *stack;
	size_t stack_bytes;
	int detached;
	int priority; /* 0 = that of the creator */
	int policy;
	int inherit;
} pthread_attr_t;

typedef struct {
	int kind;
	int shared, protocol, ceiling;
} pthread_mutexattr_t;

typedef struct {
	clockid_t clock;
	int shared;
} pthread_condattr_t;

typedef struct {
	int shared;
} pthread_rwlockattr_t;

typedef struct {
	int shared;
} pthread_barrierattr_t;

typedef struct {
	int kind;
	unsigned depth;
	int ready;
	void *__lock[6];
} pthread_mutex_t;

typedef struct {
	clockid_t clock;
	int ready;
	void *__waiters[2];
} pthread_cond_t;

typedef struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int readers, writing, writers_waiting;
} pthread_rwlock_t;

typedef struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned wanted, arrived, round;
} pthread_barrier_t;

typedef struct {
	int done;
	pthread_mutex_t lock;
} pthread_once_t;

typedef pthread_mutex_t
	pthread_spinlock_t; /* one processor: spinning would only waste it */

enum { PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_ERRORCHECK };
#define PTHREAD_MUTEX_DEFAULT PTHREAD_MUTEX_NORMAL

#define PTHREAD_MUTEX_INITIALIZER                                                        \
	{                                                                                \
		0                                                                        \
	}
#define PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP                                           \
	{                                                                                \
		.kind = PTHREAD_MUTEX_RECURSIVE                                          \
	}
#define PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP                                          \
	{                                                                                \
		.kind = PTHREAD_MUTEX_ERRORCHECK                                         \
	}
#define PTHREAD_COND_INITIALIZER                                                         \
	{                                                                                \
		0                                                                        \
	}
#define PTHREAD_RWLOCK_INITIALIZER                                                       \
	{                                                                                \
		{0}, {0}, 0, 0, 0                                                        \
	}
#define PTHREAD_ONCE_INIT                                                                \
	{                                                                                \
		0,                                                                       \
		{                                                                        \
			0                                                                \
		}                                                                        \
	}

#define PTHREAD_CREATE_JOINABLE       0
#define PTHREAD_CREATE_DETACHED       1
#define PTHREAD_PROCESS_PRIVATE       0
#define PTHREAD_PROCESS_SHARED        1
#define PTHREAD_BARRIER_SERIAL_THREAD (-1)
#define PTHREAD_KEYS_MAX              32
#define PTHREAD_DESTRUCTOR_ITERATIONS 4
#define PTHREAD_STACK_MIN             8192

#define PTHREAD_INHERIT_SCHED       0
#define PTHREAD_EXPLICIT_SCHED      1
#define PTHREAD_SCOPE_SYSTEM        0
#define PTHREAD_SCOPE_PROCESS       1
#define PTHREAD_PRIO_NONE           0
#define PTHREAD_PRIO_INHERIT        1
#define PTHREAD_PRIO_PROTECT        2
#define PTHREAD_CANCEL_ENABLE       0
#define PTHREAD_CANCEL_DISABLE      1
#define PTHREAD_CANCEL_DEFERRED     0
#define PTHREAD_CANCEL_ASYNCHRONOUS 1
#define PTHREAD_CANCELED            ((void *)-1)

struct __pthread_cleanup {
	void (*fn)(void *arg);
	void *arg;
	struct __pthread_cleanup *next;
};

/* Both in one block of the program: what one opens the other closes. */
#define __PTHREAD_NAME(line) __cleanup_##line
#define __PTHREAD_PUSH(name, function, argument)                                         \
	do {                                                                             \
		struct __pthread_cleanup name = {(function), (argument), 0};             \
	__pthread_cleanup_push(&name)
#define __PTHREAD_PUSH_AT(line, function, argument)                                      \
	__PTHREAD_PUSH(__PTHREAD_NAME(line), function, argument)
#define pthread_cleanup_push(function, argument)                                         \
	__PTHREAD_PUSH_AT(__LINE__, function, argument)
#define pthread_cleanup_pop(run)                                                         \
	__pthread_cleanup_pop(run);                                                      \
	}                                                                                \
	while (0)

#ifdef __cplusplus
extern "C" {
#endif
int pthread_create(
	pthread_t *t, const pthread_attr_t *attr, void *(*entry)(void *arg), void *arg);
int pthread_join(pthread_t t, void **result);
int pthread_detach(pthread_t t);
void pthread_exit(void *result) __attribute__((noreturn));
pthread_t pthread_self(void);
int pthread_equal(pthread_t a, pthread_t b);
int pthread_yield(void);

int pthread_attr_init(pthread_attr_t *a);
int pthread_attr_destroy(pthread_attr_t *a);
int pthread_attr_setstacksize(pthread_attr_t *a, size_t bytes);
int pthread_attr_getstacksize(const pthread_attr_t *a, size_t *bytes);
int pthread_attr_setdetachstate(pthread_attr_t *a, int state);
int pthread_attr_getdetachstate(const pthread_attr_t *a, int *state);
int pthread_attr_setschedparam(pthread_attr_t *a, const struct sched_param *p);
int pthread_attr_getschedparam(const pthread_attr_t *a, struct sched_param *p);

int pthread_mutexattr_init(pthread_mutexattr_t *a);
int pthread_mutexattr_destroy(pthread_mutexattr_t *a);
int pthread_mutexattr_settype(pthread_mutexattr_t *a, int kind);
int pthread_mutexattr_gettype(const pthread_mutexattr_t *a, int *kind);
int pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *a);
int pthread_mutex_destroy(pthread_mutex_t *m);
int pthread_mutex_lock(pthread_mutex_t *m);
int pthread_mutex_trylock(pthread_mutex_t *m);
int pthread_mutex_timedlock(pthread_mutex_t *m, const struct timespec *until);
int pthread_mutex_unlock(pthread_mutex_t *m);

int pthread_condattr_init(pthread_condattr_t *a);
int pthread_condattr_destroy(pthread_condattr_t *a);
int pthread_condattr_setclock(pthread_condattr_t *a, clockid_t clock);
int pthread_condattr_getclock(const pthread_condattr_t *a, clockid_t *clock);
int pthread_cond_init(pthread_cond_t *c, const pthread_condattr_t *a);
int pthread_cond_destroy(pthread_cond_t *c);
int pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m);
int pthread_cond_timedwait(
	pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *until);
int pthread_cond_signal(pthread_cond_t *c);
int pthread_cond_broadcast(pthread_cond_t *c);

int pthread_rwlock_init(pthread_rwlock_t *l, const pthread_rwlockattr_t *a);
int pthread_rwlock_destroy(pthread_rwlock_t *l);
int pthread_rwlock_rdlock(pthread_rwlock_t *l);
int pthread_rwlock_tryrdlock(pthread_rwlock_t *l);
int pthread_rwlock_wrlock(pthread_rwlock_t *l);
int pthread_rwlock_trywrlock(pthread_rwlock_t *l);
int pthread_rwlock_unlock(pthread_rwlock_t *l);

int pthread_barrier_init(
	pthread_barrier_t *b, const pthread_barrierattr_t *a, unsigned count);
int pthread_barrier_destroy(pthread_barrier_t *b);
int pthread_barrier_wait(pthread_barrier_t *b);

int pthread_spin_init(pthread_spinlock_t *l, int shared);
int pthread_spin_destroy(pthread_spinlock_t *l);
int pthread_spin_lock(pthread_spinlock_t *l);
int pthread_spin_trylock(pthread_spinlock_t *l);
int pthread_spin_unlock(pthread_spinlock_t *l);

int pthread_once(pthread_once_t *once, void (*fn)(void));
int pthread_key_create(pthread_key_t *key, void (*destroy)(void *value));
int pthread_key_delete(pthread_key_t key);
void *pthread_getspecific(pthread_key_t key);
int pthread_setspecific(pthread_key_t key, const void *value);

int pthread_getschedparam(pthread_t t, int *policy, struct sched_param *p);
int pthread_setschedparam(pthread_t t, int policy, const struct sched_param *p);
int pthread_setschedprio(pthread_t t, int priority);
int pthread_setname_np(pthread_t t, const char *name);
int pthread_getname_np(pthread_t t, char *name, size_t len);
int pthread_tryjoin_np(pthread_t t, void **result);
int pthread_getattr_np(pthread_t t, pthread_attr_t *a);

int pthread_attr_setstack(pthread_attr_t *a, void *stack, size_t bytes);
int pthread_attr_getstack(const pthread_attr_t *a, void **stack, size_t *bytes);
int pthread_attr_setguardsize(pthread_attr_t *a, size_t bytes);
int pthread_attr_getguardsize(const pthread_attr_t *a, size_t *bytes);
int pthread_attr_setschedpolicy(pthread_attr_t *a, int policy);
int pthread_attr_getschedpolicy(const pthread_attr_t *a, int *policy);
int pthread_attr_setinheritsched(pthread_attr_t *a, int inherit);
int pthread_attr_getinheritsched(const pthread_attr_t *a, int *inherit);
int pthread_attr_setscope(pthread_attr_t *a, int scope);
int pthread_attr_getscope(const pthread_attr_t *a, int *scope);

int pthread_cancel(pthread_t t);
int pthread_setcancelstate(int state, int *old);
int pthread_setcanceltype(int type, int *old);
void pthread_testcancel(void);
void __pthread_cleanup_push(struct __pthread_cleanup *c);
void __pthread_cleanup_pop(int run);

int pthread_mutexattr_setpshared(pthread_mutexattr_t *a, int shared);
int pthread_mutexattr_getpshared(const pthread_mutexattr_t *a, int *shared);
int pthread_mutexattr_setprotocol(pthread_mutexattr_t *a, int protocol);
int pthread_mutexattr_getprotocol(const pthread_mutexattr_t *a, int *protocol);
int pthread_condattr_setpshared(pthread_condattr_t *a, int shared);
int pthread_condattr_getpshared(const pthread_condattr_t *a, int *shared);
int pthread_rwlockattr_init(pthread_rwlockattr_t *a);
int pthread_rwlockattr_destroy(pthread_rwlockattr_t *a);
int pthread_rwlockattr_setpshared(pthread_rwlockattr_t *a, int shared);
int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t *a, int *shared);
int pthread_rwlock_timedrdlock(pthread_rwlock_t *l, const struct timespec *until);
int pthread_rwlock_timedwrlock(pthread_rwlock_t *l, const struct timespec *until);
int pthread_barrierattr_init(pthread_barrierattr_t *a);
int pthread_barrierattr_destroy(pthread_barrierattr_t *a);
int pthread_barrierattr_setpshared(pthread_barrierattr_t *a, int shared);
int pthread_barrierattr_getpshared(const pthread_barrierattr_t *a, int *shared);
int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void));
int pthread_setconcurrency(int level);
int pthread_getconcurrency(void);
#ifdef __cplusplus
}
#endif

#endif
