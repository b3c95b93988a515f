/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine, which is a domain of Xen. */
#ifndef HAL_PLATFORM_H
#define HAL_PLATFORM_H

typedef enum shutdown_mode {
	SHUTDOWN_MODE_HALT,   /* the domain goes off */
	SHUTDOWN_MODE_REBOOT, /* the toolstack starts it again */
	SHUTDOWN_MODE_ABORT,  /* a crash */
} shutdown_mode_t;

/** End the domain. Context: thread. */
void platform_shutdown(shutdown_mode_t mode) __attribute__((noreturn));

#endif
