/* SPDX-License-Identifier: BSD-2-Clause */
/* picolibc's usage of resources, plus priorities and limits. */
#ifndef GLUE_SYS_RESOURCE_H
#define GLUE_SYS_RESOURCE_H

#include <sys/types.h>

#include_next <sys/resource.h>

#define PRIO_PROCESS 0
#define PRIO_PGRP    1
#define PRIO_USER    2
#define PRIO_MIN     (-20)
#define PRIO_MAX     20

typedef unsigned long rlim_t;
struct rlimit {
	rlim_t rlim_cur, rlim_max;
};

#define RLIM_INFINITY (~0ul)
#define RLIMIT_CPU    0
#define RLIMIT_FSIZE  1
#define RLIMIT_DATA   2
#define RLIMIT_STACK  3
#define RLIMIT_CORE   4
#define RLIMIT_NPROC  6
#define RLIMIT_NOFILE 7
#define RLIMIT_AS     9

#ifdef __cplusplus
extern "C" {
#endif
int getpriority(int which, id_t who);
int setpriority(int which, id_t who, int value);
int getrlimit(int resource, struct rlimit *limit);
int setrlimit(int resource, const struct rlimit *limit);
#ifdef __cplusplus
}
#endif

#endif
