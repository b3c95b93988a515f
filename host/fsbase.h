/* SPDX-License-Identifier: BSD-2-Clause */
/* The thread pointer (fs base): one register for the guest's and the host's. Lean code. */
#ifndef HOST_FSBASE_H
#define HOST_FSBASE_H

#include <stdbool.h>
#include <stdint.h>

/** Find out how it is set on this machine; the host's is in place, and stays. */
void fs_start(void);

/** From here to fs_stop() the guest may run. Both are called with the host's in place. */
void fs_begin(void);
void fs_stop(void);

/** Put the host's, the guest's in place. */
void fs_to_host(void);
void fs_to_guest(void);

/** Around a system call that will sleep, with the host's in place. */
void fs_sleep_begin(void);
void fs_sleep_end(void);

/**
 * After a page fault: was it only that Linux has forgotten what is in place? Then it is
 * back, and the instruction is to be tried again.
 */
bool fs_repair(uint64_t address);

#endif
