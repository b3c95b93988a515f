/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does what its first argument says, which must end the domain; tests/boot/violate.job
 * looks at how.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "kernel/page.h"
#include "kernel/pagetable.h"
#include "kernel/log.h"

extern const char text_start[], hypercall_page[]; /* linker script */

typedef void function(void);

static const int constant = 1;
static int variable = 1;
static unsigned char code_in_data[] = {0xc3}; /* ret */

static void write_to(const void *where)
{
	*(volatile char *)where = 0;
}

static void call(const void *where)
{
	((function *)where)();
}

static void write_text(void)
{
	write_to(text_start);
}

static void write_hypercall_page(void)
{
	write_to(hypercall_page);
}

static void write_constant(void)
{
	write_to(&constant);
}

static void write_page_table(void)
{
	write_to(arch_pt_root());
}

static void write_mapping(void)
{
	write_to(mmap(NULL, PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static void execute_data(void)
{
	call(code_in_data);
}

static void execute_heap(void)
{
	unsigned char *code = malloc(1);

	*code = code_in_data[0];
	call(code);
}

static void execute_stack(void)
{
	volatile unsigned char code = code_in_data[0];

	call((const void *)&code);
}

static void execute_new_page(void)
{
	unsigned char *code = page_alloc(64);

	*code = code_in_data[0];
	call(code);
}

static void read_null(void)
{
	volatile int *volatile null = NULL;

	variable = null[2];
}

static void call_null(void)
{
	function *volatile null = NULL;

	null();
}

static void invalid_opcode(void)
{
	__asm__ volatile("ud2");
}

static void divide_by_zero(void)
{
	volatile int zero = 0;

	variable /= zero;
}

static void fail_assertion(void)
{
	assert(variable == 2);
}

static void call_abort(void)
{
	abort();
}

/* Says where the guard page of this stack is, and runs into it. */
static __attribute__((noinline)) int recurse(int depth)
{
	volatile int frame[32];

	frame[0] = depth;
	return depth < 0 ? 0 : recurse(depth + 1) + frame[0];
}

static void overflow_stack(void)
{
	uintptr_t page = (uintptr_t)__builtin_frame_address(0) & PAGE_MASK;

	while (pt_walk(vaddr(page), NULL, NULL))
		page -= PAGE_SIZE;
	printf("guard page at 0x%lx\n", (unsigned long)page);
	fflush(stdout);
	variable = recurse(0);
}

static const struct {
	const char *name;
	function *run;
} violations[] = {
	{"write-text", write_text},
	{"write-hypercall-page", write_hypercall_page},
	{"write-constant", write_constant},
	{"write-page-table", write_page_table},
	{"write-mapping", write_mapping},
	{"execute-data", execute_data},
	{"execute-heap", execute_heap},
	{"execute-stack", execute_stack},
	{"execute-new-page", execute_new_page},
	{"read-null", read_null},
	{"call-null", call_null},
	{"invalid-opcode", invalid_opcode},
	{"divide-by-zero", divide_by_zero},
	{"fail-assertion", fail_assertion},
	{"call-abort", call_abort},
	{"overflow-stack", overflow_stack},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(violations); i++)
		if (strcmp(argv[1], violations[i].name) == 0)
			violations[i].run();
	printf("still alive\n");
	return 1;
}
