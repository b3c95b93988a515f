/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's vCPU while it is not running: its registers, and the ways in and out.
 *
 *   hypercall   call into the hypercall page, which jumps to host_hypercall (entry.S)
 *   event       a signal handler (signals.c) moves the registers here and lets the kernel
 *               return to host_event (entry.S): so that all work is done on our own stack
 *               with signals open, as if there had been no signal
 *   out         by a plain return after a hypercall, else by iretq of the whole frame
 */
#ifndef HOST_GUEST_H
#define HOST_GUEST_H

#define LEFT_BY_HYPERCALL 0 /* rip is the word on top of the guest's stack */
#define LEFT_AGAIN        1 /* the same, but nothing is asked for: a signal came */
#define LEFT_BY_EVENT     2 /* rip, rsp and flags are complete */

#define SELECTOR_CODE 0x33 /* Linux's, of a 64-bit process */
#define SELECTOR_DATA 0x2b

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As entry.S pushes it, lowest address first. */
struct guest_regs {
	uint64_t r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
	uint64_t left; /* LEFT_… */
	uint64_t rip, cs, rflags, rsp, ss;
};

/* What a signal told of the guest. */
struct guest_event {
	int signal;
	unsigned vector; /* x86 exception */
	uint64_t error, address;
	int syscall; /* of SIGSYS */
};

/* --- entry.S --------------------------------------------------------------------------- */

void host_hypercall(void); /* what the hypercall page jumps to; not a C function */
void host_event(void);

/** Run the guest from this state on; returns after guest_leave(). */
void guest_enter(const struct guest_regs *start);

/** Never run the guest again: guest_enter() returns. On the host's stack only. */
void guest_leave(void) __attribute__((noreturn));

extern uint32_t host_inside;                   /* 1: not the guest's code is running */
extern uint32_t host_attention;                /* a signal came meanwhile */
extern uint64_t host_stack;                    /* where the frame of registers ends */
extern char host_out_first[], host_out_last[]; /* in between the frame is on our stack */

/** The registers, while the guest is not running. */
static inline struct guest_regs *guest_regs(void)
{
	return (struct guest_regs *)host_stack - 1;
}

/* --- hypercall.c ------------------------------------------------------------------------- */

/**
 * Called by entry.S whenever the guest has been left. Returns whether the frame is
 * complete and to be loaded as it is.
 */
bool guest_left(struct guest_regs *r);

/* --- context.c --------------------------------------------------------------------------- */

/** Find out how this processor saves its registers. Returns 0 or a host_status. */
int context_start(void);

/** Put back what host_full() has saved, before the guest goes on. */
void host_lean(void);

/** Set the guest's fs base. */
void guest_set_fs(uint64_t base);
uint64_t guest_get_fs(void);

/** Does what the guest sets by instruction survive Linux's switching of processes? */
bool guest_may_set_fs(void);

/** The same for gs, which is the guest's all the time. */
void guest_set_gs(uint64_t base);
uint64_t guest_get_gs(void);

/* --- trap.c -------------------------------------------------------------------------------- */

/** The registers are in the frame completely from now on. */
void guest_complete(struct guest_regs *r);

/** Push a frame as Xen does and go to the guest's handler of an exception. */
void guest_trap(struct guest_regs *r, unsigned vector, uint64_t error);

/** Deliver the event upcall if one is due. */
void guest_upcall_if_due(struct guest_regs *r);

long trap_set_table(uint64_t table);
long trap_set_callback(unsigned type, uint64_t address, unsigned flags);

/** Handle what a signal has brought. */
void guest_event(struct guest_regs *r, const struct guest_event *e);

/* --- emulate.c ---------------------------------------------------------------------------- */

/** After a general protection fault: do what Xen does for a PV guest. */
bool emulate_privileged(struct guest_regs *r);

/** After a page fault: read m2p at the address where it is on Xen. */
bool emulate_m2p_read(struct guest_regs *r, uint64_t address);

/** After an invalid opcode: Xen's cpuid. */
bool emulate_cpuid(struct guest_regs *r);

/** Let the guest use I/O ports, which are not there. */
void emulate_set_iopl(unsigned level);

/* --- signals.c --------------------------------------------------------------------------- */

/* What the last signal has left to guest_event(); signal is 0 when nothing. */
extern struct guest_event guest_pending;

/** Signals of the guest come to us from now on. Returns 0 or a host_status. */
int signals_start(void);
void signals_stop(void);

/* --- sched.c ------------------------------------------------------------------------------ */

/** Xen ends the domain: prints why, and its registers. */
void domain_crash(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
#endif
