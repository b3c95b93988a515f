/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports of what should not have happened, and the end of the domain. The report
 * trusts nothing that may be broken: it allocates nothing, reads foreign words by
 * arch_probe(), and a fault while it prints ends it.
 */
#include "kernel/panic.h"

#include "kernel/format.h"
#include "kernel/irq.h"
#include "kernel/log.h"
#include "kernel/pagetable.h"
#include "kernel/thread.h"

#define LINE_BYTES    160
#define BACKTRACE_MAX 32 /* frames */
#define REGS_PER_LINE 3

static void (*flush_console)(void);
static unsigned n_reports; /* begun */

void panic_set_flush(void (*flush)(void))
{
	flush_console = flush;
}

static void print(const char *fmt, ...) PRINTF_LIKE(1, 2);

static void print_v(const char *fmt, va_list args)
{
	char line[LINE_BYTES];
	size_t n = format_text_v(line, sizeof(line), fmt, args);

	log_puts(line, n < sizeof(line) ? n : sizeof(line) - 1);
}

static void print(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_v(fmt, args);
	va_end(args);
}

/* The second report says only that there was one, the third nothing. */
static void report_begin(void)
{
	(void)irq_save();
	n_reports++;
	if (n_reports > 2)
		arch_crash();
	if (n_reports == 2) {
		log_set_sink(NULL);
		print("fault in the report of a fault\n");
		arch_crash();
	}
}

static NORETURN void report_end(void)
{
	if (flush_console)
		flush_console();
	arch_crash();
}

static void print_frames(uintptr_t ip, uintptr_t fp)
{
	unsigned n = 0;

	do
		print("  #%u 0x%lx\n", n++, (unsigned long)ip);
	while (n < BACKTRACE_MAX && arch_frame_next(&fp, &ip));
}

void backtrace_print(void)
{
	uintptr_t ip, fp = (uintptr_t)__builtin_frame_address(0);

	print("backtrace:\n");
	if (arch_frame_next(&fp, &ip))
		print_frames(ip, fp);
}

static void print_thread(void)
{
	const struct thread *t = thread_self();

	print("in thread \"%s\"\n", t ? thread_name(t) : "boot");
}

void panic(const char *fmt, ...)
{
	va_list args;

	report_begin();
	print("\npanic: ");
	va_start(args, fmt);
	print_v(fmt, args);
	va_end(args);
	print("\n");
	print_thread();
	backtrace_print();
	report_end();
}

void assert_fail(const char *expr, const char *file, int line)
{
	report_begin();
	print("\npanic: assertion failed: %s (%s:%d)\n", expr, file, line);
	print_thread();
	backtrace_print();
	report_end();
}

/* --- exceptions -------------------------------------------------------------------- */

#define VECTOR_PAGE_FAULT 14
#define FAULT_PRESENT     0x1ul /* bits of the page fault's error code */
#define FAULT_WRITE       0x2ul
#define FAULT_RESERVED    0x8ul
#define FAULT_FETCH       0x10ul

static const char *const exception_names[] = {
	[0] = "divide error",
	[1] = "debug trap",
	[2] = "non-maskable interrupt",
	[3] = "breakpoint",
	[4] = "overflow",
	[5] = "bound range exceeded",
	[6] = "invalid opcode",
	[7] = "no floating-point unit",
	[8] = "double fault",
	[10] = "invalid TSS",
	[11] = "segment not present",
	[12] = "stack segment fault",
	[13] = "general protection fault",
	[VECTOR_PAGE_FAULT] = "page fault",
	[16] = "floating-point error",
	[17] = "alignment check",
	[18] = "machine check",
	[19] = "SIMD floating-point error",
};

static void print_step(const struct pt_step *step, void *arg)
{
	(void)arg;
	print("  level %d entry %3u at machine 0x%010llx: 0x%016llx%s%s%s\n", step->level,
		step->index, (unsigned long long)step->where.v,
		(unsigned long long)step->entry,
		step->entry & PTE_PRESENT ? "" : " not present",
		step->entry & PTE_WRITE ? " write" : "",
		step->entry & PTE_NX ? " no-execute" : "");
}

static void print_page_fault(const struct arch_fault *fault)
{
	const char *what = fault->error & FAULT_FETCH   ? "execution of"
			   : fault->error & FAULT_WRITE ? "write to"
							: "read of";
	const char *why = fault->error & FAULT_RESERVED ? "with a broken page-table entry"
			  : !(fault->error & FAULT_PRESENT) ? "which is not mapped"
			  : fault->error & FAULT_FETCH      ? "which is not executable"
							    : "which is read-only";

	print("%s 0x%lx, %s%s; its page walk:\n", what, (unsigned long)fault->address,
		why, fault->address < PAGE_SIZE ? " (null pointer)" : "");
	pt_walk(vaddr(fault->address), print_step, NULL);
}

static void print_regs(const struct arch_regs *regs)
{
	struct arch_reg list[ARCH_REGS_MAX];
	size_t n = arch_regs_list(regs, list);

	for (size_t i = 0; i < n; i++)
		print(" %6s %0*lx%s", list[i].name, (int)sizeof(long) * 2, list[i].value,
			i % REGS_PER_LINE == REGS_PER_LINE - 1 || i == n - 1 ? "\n" : "");
}

void kernel_fault(const struct arch_fault *fault)
{
	const char *name = fault->vector < ARRAY_SIZE(exception_names)
				   ? exception_names[fault->vector]
				   : NULL;

	report_begin();
	print("\npanic: %s (exception %u, error code 0x%lx) at 0x%lx\n",
		name ? name : "unknown exception", fault->vector, fault->error,
		(unsigned long)fault->ip);
	if (fault->vector == VECTOR_PAGE_FAULT)
		print_page_fault(fault);
	print_thread();
	print_regs(fault->regs);
	print("backtrace:\n");
	print_frames(fault->ip, fault->fp);
	report_end();
}
