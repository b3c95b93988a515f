/* SPDX-License-Identifier: BSD-2-Clause */
/* Notes that tests take in threads and upcalls alike. */
#include <framework/test/emit.h>

#include "kernel/irq.h"

void test_emit_into(struct test_emit_buffer *b, char c)
{
	unsigned long flags = irq_save();

	if (test_emit_buffer_full(b)) {
		b->ptr++; /* overflown, and stays so */
	} else if (!test_emit_buffer_overflown(b)) {
		*b->ptr++ = c;
		*b->ptr = '\0';
	}
	irq_restore(flags);
}
