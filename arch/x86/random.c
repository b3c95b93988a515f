/* SPDX-License-Identifier: BSD-2-Clause */
/* Hardware randomness. */
#include "arch/arch.h"
#include "arch/x86/cpu.h"

#define CPUID1_ECX_RDRAND (1u << 30)
#define RDRAND_TRIES                                                                     \
	10 /* what the manufacturer says is enough unless the unit is broken */

static bool random_word(unsigned long *word)
{
	for (unsigned i = 0; i < RDRAND_TRIES; i++)
		if (cpu_rdrand(word))
			return true;
	return false;
}

size_t arch_random(void *buf, size_t len_bytes)
{
	uint8_t *out = buf;
	size_t done = 0;
	unsigned long word;

	if (!(cpu_id(1, 0).ecx & CPUID1_ECX_RDRAND))
		return 0;
	while (done < len_bytes && random_word(&word))
		for (size_t i = 0; i < sizeof(word) && done < len_bytes; i++, word >>= 8)
			out[done++] = (uint8_t)word;
	return done;
}
