/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The contract of a target: every function that the kernel calls and each target
 * provides (pv32, pv64; the tests have a fake one). Nothing else in the tree knows
 * registers, segment selectors or start_info.
 */
#ifndef ARCH_ARCH_H
#define ARCH_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/addr.h"
#include "kernel/util.h"
#include "target.h" /* PT_LEVELS, VIRT_BASE, VIRT_LIMIT, struct arch_context, ... */

/* --- what the domain was started with ---------------------------------------------- */

struct shared_info; /* public/xen.h */

/* Copied out of start_info before anything else; see arch/pv/start.c. */
struct boot_info {
	size_t n_pages;   /* the domain's memory */
	pfn_t first_free; /* first page after everything that the toolstack placed */
	pfn_t pt_first;   /* the toolstack's page tables: mapped read-only, in use */
	size_t pt_n_pages;
	const char *cmdline; /* NUL-terminated, at most 1023 bytes */
	const void *ramdisk; /* start of the RAM disk in the direct map, NULL = none */
	size_t ramdisk_bytes;
	void *console_page; /* struct xencons_interface; NULL as domain 0 */
	uint32_t console_port;
	void *xenstore_page; /* struct xenstore_domain_interface */
	uint32_t xenstore_port;
	uint64_t entry_tsc; /* time stamp counter at the first instruction */
};
extern struct boot_info boot_info;

/* Where the linker has put the parts of the image, each on pages of its own. */
struct arch_image {
	uintptr_t text_start, text_end;
	uintptr_t rodata_start, rodata_end;
	uintptr_t boot_stack; /* the stack's lowest page: its guard, from pt_init() on */
	uintptr_t end;
};

/** The image; starts at VIRT_BASE. */
struct arch_image arch_image(void);

/**
 * Xen's shared page, mapped. Valid from kernel_main() on. Source: public/xen.h, struct
 * shared_info.
 */
extern struct shared_info *arch_shared_info;

/* --- translation ------------------------------------------------------------------- */

/**
 * Machine frame of one of our pages; MFN_NONE when pfn is out of range. Source:
 * start_info mfn_list.
 */
mfn_t pfn_to_mfn(pfn_t p);

/**
 * Our number of a machine frame; PFN_NONE when it is not ours. Source:
 * XENMEM_machphys_mapping.
 */
pfn_t mfn_to_pfn(mfn_t m);

/**
 * Where a page is mapped in the direct map (whether or not it is mapped yet), and back.
 */
static inline vaddr_t pfn_to_vaddr(pfn_t p)
{
	return vaddr(VIRT_BASE + ((uintptr_t)p.v << PAGE_SHIFT));
}

static inline pfn_t vaddr_to_pfn(vaddr_t v)
{
	return pfn((v.v - VIRT_BASE) >> PAGE_SHIFT);
}

/** Machine frame behind a pointer into the direct map (heap, pages, image). */
static inline mfn_t ptr_to_mfn(const void *p)
{
	return pfn_to_mfn(vaddr_to_pfn(ptr_vaddr(p)));
}

/** How many pages arch_p2m_publish() wants. */
size_t arch_p2m_list_pages(void);

/**
 * Show the toolstack where p2m lies, so that it can dump our memory.
 *
 * @pages  zeroed, in use from now on
 * Source: public/arch-x86/xen.h, pfn_to_mfn_frame_list_list.
 */
void arch_p2m_publish(void *pages);

/* --- page-table entries ------------------------------------------------------------ */

typedef uint64_t pte_t;

#define PTE_PRESENT    0x1ull
#define PTE_WRITE      0x2ull
#define PTE_USER       0x4ull /* pv64 guests run in ring 3: every entry needs it */
#define PTE_ACCESSED   0x20ull
#define PTE_DIRTY      0x40ull
#define PTE_NX         (1ull << 63)
#define PTE_FRAME_MASK 0x000ffffffffff000ull

struct pte_update {
	maddr_t where; /* machine address of the entry */
	pte_t value;
};

/**
 * Change page-table entries at any level, in order, in as few hypercalls as possible,
 * then flush what has to be flushed. Returns 0 or -errno of the first refused (Xen says
 * why only on its own console).
 * Source: public/xen.h, HYPERVISOR_mmu_update, MMU_NORMAL_PT_UPDATE.
 */
int arch_pte_write(const struct pte_update *u, size_t n);

/**
 * Change the leaf entry of one address and flush that address: one hypercall. Returns 0
 * or -errno.
 */
int arch_pte_write_at(vaddr_t v, pte_t value);

/** The top-level table, as our (read-only) mapping of it. */
const pte_t *arch_pt_root(void);

/** The flags of a leaf entry for these rights on this target. */
pte_t arch_pte_flags(bool write, bool execute);

/** The flags of an entry at this level (2 .. PT_LEVELS) that points to a lower table. */
pte_t arch_pte_table_flags(int level);

/**
 * Read a word that may not be mapped; false instead of a fault. Context: any, once
 * traps are on.
 */
bool arch_probe(const unsigned long *word, unsigned long *value);

/* --- events and CPU state ---------------------------------------------------------- */

/**
 * Turn event delivery off / back; see kernel/irq.h. The flags are 0 (IRQ_ON) when it
 * was on, else 1.
 */
unsigned long arch_irq_save(void);
void arch_irq_restore(unsigned long flags);
bool arch_irq_enabled(void);

/** The function that the upcall calls, with events off (xen/evtchn.c). */
void arch_set_upcall_handler(void (*handler)(void));

/**
 * Sleep in Xen until an event is pending; delivery is on afterwards. Called with events
 * off. SCHEDOP_block.
 */
void arch_block(void);

/**
 * Install exception handlers and the upcall, and see to TLS and the timer. Delivery
 * stays off. Early boot, once.
 */
void arch_traps_init(void);

/**
 * Monotonic ns, from the shared time record and the TSC. Source: public/xen.h, struct
 * vcpu_time_info.
 */
uint64_t arch_clock_ns(void);

/**
 * Ask for the timer event at a monotonic time; UINT64_MAX = no more.
 * VCPUOP_set_singleshot_timer.
 */
void arch_set_timer(uint64_t deadline_ns);

uint64_t arch_tsc(void);

/** A difference of time stamps in ns. */
uint64_t arch_ticks_to_ns(uint64_t ticks);

/* --- threads ----------------------------------------------------------------------- */

/**
 * Build the state of a thread that will call entry(arg) on this stack when first
 * switched to, events off.
 *
 * @tls  its thread pointer, from arch_tls_init()
 */
void arch_context_init(struct arch_context *c, void *stack_top, void (*entry)(void *arg),
	void *arg, void *tls);

/**
 * Make the running code (boot) the owner of *c: its thread pointer is tls from now on.
 */
void arch_context_adopt(struct arch_context *c, void *tls);

/**
 * Save the running thread into *from, continue *to. Called with events off. What a
 * function call may destroy need not be kept; the floating-point control words are
 * kept.
 */
void arch_switch(struct arch_context *from, struct arch_context *to);

/**
 * The same out of an upcall, in the middle of any code: all vector and floating-point
 * state is kept as well, and *to finds it as at a function call (x87 stack empty).
 */
void arch_switch_preempted(struct arch_context *from, struct arch_context *to);

#define ARCH_TLS_ALIGN 64u

/**
 * Bytes of a thread's block of thread-local variables, a multiple of ARCH_TLS_ALIGN; 0
 * when there are none.
 */
size_t arch_tls_bytes(void);

/**
 * Fill a block of that size and alignment; returns the thread pointer. Source: ELF TLS
 * ABI, variant II.
 */
void *arch_tls_init(void *block);

/* --- what the kernel provides to a target ------------------------------------------ */

/**
 * kernel/main.c: the whole boot. Called once, on the boot stack, with boot_info filled
 * and events off.
 */
void kernel_main(void) NORETURN;

/**
 * kernel/sched.c: the bracket around the work of every upcall, events off. The second
 * may switch to another thread, by arch_switch_preempted().
 */
void thread_upcall_enter(void);
void thread_upcall_leave(void);

struct arch_regs; /* target.h */

struct arch_fault {
	unsigned vector;     /* x86 exception number */
	unsigned long error; /* its error code, 0 if it has none */
	uintptr_t ip, fp;    /* where, and the frame pointer there */
	uintptr_t address;   /* page fault: the address that was touched */
	const struct arch_regs *regs;
};

#define ARCH_REGS_MAX 20

struct arch_reg {
	const char *name;
	unsigned long value;
};

/** The registers at a fault, by name; returns how many. */
size_t arch_regs_list(const struct arch_regs *r, struct arch_reg list[ARCH_REGS_MAX]);

/** kernel/panic.c: report an exception and end the domain. Events are off. */
void kernel_fault(const struct arch_fault *fault) NORETURN;

/* --- the end, and the beginning ---------------------------------------------------- */

/** Print before or beside the console driver, polling the ring. Context: any. */
void arch_early_puts(const char *text, size_t len_bytes);

/**
 * One step of a backtrace: from a frame pointer to the caller's, and where the function
 * returns to.
 * Returns false at the end, or where the stack makes no sense. Context: any.
 */
bool arch_frame_next(uintptr_t *fp, uintptr_t *ip);

/** End the domain so that Xen and the toolstack see a crash. */
void arch_crash(void) NORETURN;

/**
 * Copy @entropy bytes of hardware randomness; returns how many were had (0 without
 * RDRAND).
 */
size_t arch_random(void *buf, size_t len_bytes);

#endif
