/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signals: faults of the guest, and the timer that interrupts it. The handler is lean code
 * (lean.h) on a stack of its own. It maps what the guest's tables allow and only this
 * process lacks, and returns; everything else it leaves to guest_event(), by making the
 * kernel return to host_event in entry.S.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <ucontext.h>
#include <unistd.h>

#include "host/fsbase.h"
#include "host/guest.h"
#include "host/lean.h"
#include "host/lean_syscall.h"
#include "host/mmu.h"
#include "host/stats.h"
#include "host/status.h"
#include "host/terminal.h"

#define STACK_BYTES       (1024 * 1024) /* XenStore walks trees a thousand levels deep */
#define VECTOR_PAGE_FAULT 14
#define ERROR_WRITE       2u
#define ERROR_FETCH       16u
#define NO_PROGRESS       4 /* the same fault so often in a row */
#define FLAGS_OURS        0x202u
#define HOST_SPACE_END    0x7fffffffffffull

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_OFF          0
#define PR_SYS_DISPATCH_ON           1
#endif

static const int sync_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS};
struct guest_event guest_pending;
static char syscalls_blocked = 1; /* SYSCALL_DISPATCH_FILTER_BLOCK, outside our code */

/* --- a page fault that only wants a mapping -------------------------------------------- */

static struct {
	uint64_t va, rip, unmaps;
	unsigned n;
} last_fault;

/* The same fault again and again, with nothing unmapped meanwhile. */
static bool no_progress(uint64_t va, uint64_t rip)
{
	if (va != last_fault.va || rip != last_fault.rip ||
		stats.unmaps != last_fault.unmaps)
		last_fault.n = 0;
	last_fault.va = va;
	last_fault.rip = rip;
	last_fault.unmaps = stats.unmaps;
	return ++last_fault.n > NO_PROGRESS;
}

static bool fill(const greg_t *g)
{
	uint64_t va = (uint64_t)g[REG_CR2], error = (uint64_t)g[REG_ERR];
	pte_t rights, *e;

	if (va >= GUEST_END)
		return false;
	e = walk(va, &rights);
	if (!e || !(*e & PTE_PRESENT) || (error & ERROR_WRITE && !(rights & PTE_WRITE)) ||
		(error & ERROR_FETCH && rights & PTE_NX))
		return false;
	if (no_progress(va, (uint64_t)g[REG_RIP]))
		return false;
	stats.faults_hidden++;
	if (tlb_fill(va, e, rights) == 0)
		return true;
	tlb_drop_all(); /* Linux has no more mappings for us: begin anew */
	return tlb_fill(va, e, rights) == 0;
}

/* --- the handler -------------------------------------------------------------------------- */

static void registers_take(struct guest_regs *r, const greg_t *g)
{
	r->r15 = (uint64_t)g[REG_R15];
	r->r14 = (uint64_t)g[REG_R14];
	r->r13 = (uint64_t)g[REG_R13];
	r->r12 = (uint64_t)g[REG_R12];
	r->rbp = (uint64_t)g[REG_RBP];
	r->rbx = (uint64_t)g[REG_RBX];
	r->r11 = (uint64_t)g[REG_R11];
	r->r10 = (uint64_t)g[REG_R10];
	r->r9 = (uint64_t)g[REG_R9];
	r->r8 = (uint64_t)g[REG_R8];
	r->rax = (uint64_t)g[REG_RAX];
	r->rcx = (uint64_t)g[REG_RCX];
	r->rdx = (uint64_t)g[REG_RDX];
	r->rsi = (uint64_t)g[REG_RSI];
	r->rdi = (uint64_t)g[REG_RDI];
	r->left = LEFT_BY_EVENT;
	r->cs = SELECTOR_CODE;
	r->ss = SELECTOR_DATA;
	/* On the way out these three are in the frame already. */
	if (g[REG_RIP] >= (greg_t)host_out_first && g[REG_RIP] < (greg_t)host_out_last)
		return;
	r->rip = (uint64_t)g[REG_RIP];
	r->rsp = (uint64_t)g[REG_RSP];
	r->rflags = (uint64_t)g[REG_EFL];
}

static bool is_sync(int sig)
{
	return sig != SIGALRM;
}

/* A fault in our own code: an error of the host, or of a guest that wrote over it. */
static void die(int sig, const greg_t *g)
{
	struct sigaction sa = {.sa_handler = SIG_DFL};

	terminal_restore_at_once();
	host_full();
	host_say("signal %d in the host's own code at %#llx, address %#llx: an error of "
		 "the "
		 "host, or the guest has overwritten it",
		sig, g[REG_RIP], g[REG_CR2]);
	sigaction(sig, &sa, NULL);
}

/* Called on the signal stack; __restore_rt of the library does the rest. */
static void signal_came(int sig, siginfo_t *info, void *context)
{
	greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;
	struct guest_regs *r;

	if (sig == SIGSEGV && g[REG_TRAPNO] == VECTOR_PAGE_FAULT &&
		fs_repair((uint64_t)g[REG_CR2]))
		return;
	if (host_inside) {
		if (is_sync(sig))
			die(sig, g);
		host_attention = 1;
		return;
	}
	if (sig == SIGSEGV && g[REG_TRAPNO] == VECTOR_PAGE_FAULT && fill(g))
		return;
	stats.signals++;
	r = guest_regs();
	registers_take(r, g);
	guest_pending = (struct guest_event){
		.signal = sig,
		.vector = (unsigned)g[REG_TRAPNO],
		.error = (uint64_t)g[REG_ERR],
		.address = (uint64_t)g[REG_CR2],
		.syscall = sig == SIGSYS ? info->si_syscall : 0,
	};
	if (sig == SIGALRM)
		host_attention = 1;
	host_inside = 1;
	g[REG_RIP] = (greg_t)host_event;
	g[REG_RSP] = (greg_t)r;
	g[REG_EFL] = FLAGS_OURS;
}

/* --- setting up ------------------------------------------------------------------------- */

/* A guest that uses the syscall instruction instead of the hypercall page. */
static void catch_syscalls(bool on)
{
	if (lean_syscall6(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH,
		    on ? PR_SYS_DISPATCH_ON : PR_SYS_DISPATCH_OFF, on ? GUEST_END : 0,
		    on ? HOST_SPACE_END - GUEST_END : 0,
		    on ? (uint64_t)&syscalls_blocked : 0, 0) != 0 &&
		on)
		host_say("this kernel (before 5.11) cannot catch syscall instructions: a "
			 "guest that does not use its hypercall page would reach Linux");
}

int signals_start(void)
{
	struct sigaction sa = {.sa_sigaction = signal_came,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
	stack_t stack = {.ss_sp = malloc(STACK_BYTES), .ss_size = STACK_BYTES};

	if (!stack.ss_sp || sigaltstack(&stack, NULL) != 0) {
		host_say("no signal stack: %s", strerror(errno));
		return STATUS_HOST;
	}
	sigemptyset(&sa.sa_mask);
	sigaddset(&sa.sa_mask, SIGALRM);
	for (size_t i = 0; i < sizeof(sync_signals) / sizeof(sync_signals[0]); i++)
		sigaction(sync_signals[i], &sa, NULL);
	sa.sa_flags &= ~SA_RESTART;
	sigaction(SIGALRM, &sa, NULL);
	catch_syscalls(true);
	return 0;
}

void signals_stop(void)
{
	catch_syscalls(false);
	signal(SIGALRM, SIG_IGN);
	for (size_t i = 0; i < sizeof(sync_signals) / sizeof(sync_signals[0]); i++)
		signal(sync_signals[i], SIG_DFL);
}
