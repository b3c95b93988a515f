/* SPDX-License-Identifier: BSD-2-Clause */
/* picolibc's signal.h, plus the signals of threads. */
#ifndef GLUE_SIGNAL_H
#define GLUE_SIGNAL_H

#include_next <signal.h>
#include <sys/types.h> /* POSIX: pid_t comes with it */

#ifndef NSIG
#define NSIG _NSIG
#endif

struct __pthread;

#ifdef __cplusplus
extern "C" {
#endif
int pthread_kill(struct __pthread *thread, int sig);
int pthread_sigmask(int how, const sigset_t *set, sigset_t *old);
#ifdef __cplusplus
}
#endif

#endif
