/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stack frames: with frame pointers each function's frame starts with its caller's,
 * then the return address.
 */
#include "arch/arch.h"

bool arch_frame_next(uintptr_t *fp, uintptr_t *ip)
{
	const unsigned long *frame = (const unsigned long *)*fp;
	unsigned long caller_fp, return_ip;

	if (*fp % sizeof(long) != 0 || !arch_probe(&frame[0], &caller_fp) ||
		!arch_probe(&frame[1], &return_ip))
		return false;
	/*
	 * Stacks grow down: a frame that is not above the last one would go round in
	 * circles.
	 */
	if (return_ip == 0 || (caller_fp != 0 && caller_fp <= *fp))
		return false;
	*fp = caller_fp;
	*ip = return_ip;
	return true;
}
