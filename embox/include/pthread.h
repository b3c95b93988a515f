/* SPDX-License-Identifier: BSD-2-Clause */
/* pthread.h with Embox's name of a recursive mutex. */
#ifndef PTHREAD_H
#define PTHREAD_H

#include_next <pthread.h>

#define PTHREAD_RMUTEX_INITIALIZER PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP

#endif
