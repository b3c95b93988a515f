/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors as pointers: the last page of the address space is never an object's. */
#ifndef UTIL_ERR_H
#define UTIL_ERR_H

#include <stdint.h>

/* A pointer that means an error, from its positive number. */
static inline void *err2ptr(long error)
{
	return (void *)(intptr_t)-error;
}

/* 0 for a pointer to something, else the negative number of the error. */
static inline int ptr2err(const void *ptr)
{
	return (uintptr_t)ptr > (uintptr_t)-4096 ? (int)(intptr_t)ptr : 0;
}

#endif
