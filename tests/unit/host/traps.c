/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames on the guest's stack, the iret hypercall, and the small emulator. */
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <xen/callback.h>
#include <xen/xen.h>

#include "host/clock.h"
#include "host/domain.h"
#include "host/hv.h"
#include "tests/test.h"
#include "tests/unit/host/guest_memory.h"

#define HANDLER page_va(20)
#define STACK   (page_va(10) + 0x808)
#define CODE    page_va(5)

static struct guest_regs regs; /* where the host's stack would be */

static struct vcpu_info *vcpu(void)
{
	return &hv_shared_info()->vcpu_info[0];
}

static void start(void)
{
	guest_memory_make();
	clock_start();
	host_stack = (uint64_t)(&regs + 1);
	regs = (struct guest_regs){.left = LEFT_BY_EVENT,
		.rip = CODE,
		.rsp = STACK,
		.rflags = 0x10347, /* RF IF TF ZF PF CF */
		.rcx = 0xc0c0,
		.r11 = 0x1111};
}

static void handler_set(unsigned vector, bool mask)
{
	trap_info_t table[2] = {{.vector = (uint8_t)vector, .address = HANDLER}};

	TI_SET_IF(&table[0], mask);
	memcpy(frame_ptr(1), table, sizeof(table));
	if (trap_set_table(page_va(1)) != 0)
		test_fail(__FILE__, __LINE__, "the table is refused");
}

/* --- frames ------------------------------------------------------------------------------------ */

TEST(an_exception_without_error_code_pushes_seven_words)
{
	uint64_t f[7];

	start();
	handler_set(6, false);
	guest_trap(&regs, 6, 99);
	CHECK_EQ(regs.rip, HANDLER);
	CHECK_EQ(regs.rsp, (STACK & ~15ull) - sizeof(f));
	CHECK_EQ(guest_read(f, regs.rsp, sizeof(f)), 0);
	CHECK_EQ(f[0], 0xc0c0);
	CHECK_EQ(f[1], 0x1111);
	CHECK_EQ(f[2], CODE);
	CHECK_EQ(f[3], 0xe030 | 1ull << 32); /* events were masked */
	CHECK_EQ(f[4], 0x10147);             /* so no IF; all other flags */
	CHECK_EQ(f[5], STACK);
	CHECK_EQ(f[6], 0xe02b);
	CHECK_EQ(regs.rflags & 0x10100, 0); /* RF and TF off in the handler */
}

TEST(one_with_an_error_code_pushes_it_after_the_registers)
{
	uint64_t f[8];

	start();
	handler_set(13, true);
	vcpu()->evtchn_upcall_mask = 0;
	guest_trap(&regs, 13, 0x123);
	CHECK_EQ(guest_read(f, regs.rsp, sizeof(f)), 0);
	CHECK_EQ(f[2], 0x123);
	CHECK_EQ(f[3], CODE);
	CHECK_EQ(f[4], 0xe030);
	CHECK_EQ(f[5] & 0x200, 0x200);
	CHECK_EQ(vcpu()->evtchn_upcall_mask, 1); /* as the handler asked for */
}

TEST(without_a_handler_the_domain_dies)
{
	start();
	CHECK_EQ(trap_set_table(0), 0);
	CHECK(ENDS(guest_trap(&regs, 6, 0)));
	CHECK_EQ(guest_end_why, END_DIED);
}

TEST(without_a_stack_the_domain_dies)
{
	start();
	handler_set(6, false);
	regs.rsp = page_va(N_MAPPED) + 64;
	CHECK(ENDS(guest_trap(&regs, 6, 0)));
	regs.rsp = page_va(ROOT) + 512; /* a page table */
	CHECK(ENDS(guest_trap(&regs, 6, 0)));
	regs.rsp = 24; /* wraps */
	CHECK(ENDS(guest_trap(&regs, 6, 0)));
}

TEST(an_upcall_comes_when_pending_not_masked_and_asked_for)
{
	start();
	CHECK_EQ(trap_set_callback(CALLBACKTYPE_event, HANDLER, 0), 0);
	guest_upcall_if_due(&regs);
	CHECK_EQ(regs.rip, CODE);
	vcpu()->evtchn_upcall_pending = 1;
	guest_upcall_if_due(&regs);
	CHECK_EQ(regs.rip, CODE);
	vcpu()->evtchn_upcall_mask = 0;
	guest_upcall_if_due(&regs);
	CHECK_EQ(regs.rip, HANDLER);
	CHECK_EQ(vcpu()->evtchn_upcall_mask, 1);
	CHECK_EQ(vcpu()->evtchn_upcall_pending, 1); /* the guest clears it */
}

TEST(iret_takes_back_what_was_pushed)
{
	struct iret_context c;
	uint64_t f[7];

	start();
	CHECK_EQ(trap_set_callback(CALLBACKTYPE_event, HANDLER, 0), 0);
	vcpu()->evtchn_upcall_pending = 1;
	vcpu()->evtchn_upcall_mask = 0;
	guest_upcall_if_due(&regs);
	vcpu()->evtchn_upcall_pending = 0;
	CHECK_EQ(guest_read(f, regs.rsp, sizeof(f)), 0);
	c = (struct iret_context){.rax = 0xaa,
		.r11 = f[1],
		.rcx = f[0],
		.rip = f[2],
		.cs = f[3],
		.rflags = f[4],
		.rsp = f[5],
		.ss = f[6]};
	CHECK_EQ(guest_write(page_va(12), &c, sizeof(c)), 0);
	regs.rsp = page_va(12);
	regs.rax = __HYPERVISOR_iret;
	regs.left = LEFT_BY_HYPERCALL;
	CHECK(guest_left(&regs));
	CHECK_EQ(regs.rip, CODE);
	CHECK_EQ(regs.rsp, STACK);
	CHECK_EQ(regs.rax, 0xaa);
	CHECK_EQ(regs.rcx, 0xc0c0);
	CHECK_EQ(regs.r11, 0x1111);
	CHECK_EQ(vcpu()->evtchn_upcall_mask, 0);
}

TEST(iret_delivers_what_came_while_masked)
{
	struct iret_context c = {
		.rip = CODE, .cs = 0xe030, .rflags = 0x202, .rsp = STACK};

	start();
	CHECK_EQ(trap_set_callback(CALLBACKTYPE_event, HANDLER, 0), 0);
	vcpu()->evtchn_upcall_pending = 1;
	CHECK_EQ(guest_write(page_va(12), &c, sizeof(c)), 0);
	regs.rsp = page_va(12);
	regs.rax = __HYPERVISOR_iret;
	regs.left = LEFT_BY_HYPERCALL;
	CHECK(guest_left(&regs));
	CHECK_EQ(regs.rip, HANDLER);
	CHECK_EQ(vcpu()->evtchn_upcall_mask, 1);
}

TEST(iret_with_a_bad_frame_or_to_user_mode_ends_the_domain)
{
	struct iret_context c = {
		.rip = CODE, .cs = 0xe033, .rflags = 0x202, .rsp = STACK};

	start();
	regs.rax = __HYPERVISOR_iret;
	regs.left = LEFT_BY_HYPERCALL;
	regs.rsp = 0x1000;
	CHECK(ENDS(guest_left(&regs)));
	CHECK_EQ(guest_write(page_va(12), &c, sizeof(c)), 0);
	regs.rsp = page_va(12);
	CHECK(ENDS(guest_left(&regs)));
}

TEST(a_hypercall_returns_by_its_return_address_or_by_the_frame)
{
	uint64_t back = CODE + 7;

	start();
	CHECK_EQ(trap_set_callback(CALLBACKTYPE_event, HANDLER, 0), 0);
	CHECK_EQ(guest_write(STACK - 8, &back, sizeof(back)), 0);
	regs.rsp = STACK - 8;
	regs.rax = __HYPERVISOR_xen_version;
	regs.rdi = 0;
	regs.left = LEFT_BY_HYPERCALL;
	CHECK(!guest_left(&regs));
	CHECK_EQ(regs.rax, 4 << 16 | 17);
	vcpu()->evtchn_upcall_pending = 1;
	vcpu()->evtchn_upcall_mask = 0;
	regs.rax = __HYPERVISOR_xen_version;
	CHECK(guest_left(&regs)); /* an upcall: all of the frame counts */
	CHECK_EQ(regs.rip, HANDLER);
	CHECK_EQ(regs.rax, 4 << 16 | 17);
	CHECK_EQ(guest_read(&back, regs.rsp + 16, sizeof(back)), 0);
	CHECK_EQ(back, CODE + 7);
	CHECK_EQ(guest_read(&back, regs.rsp + 40, sizeof(back)), 0);
	CHECK_EQ(back, STACK);
}

/* --- faults ------------------------------------------------------------------------------------- */

static void fault(uint64_t address, uint64_t error)
{
	guest_pending = (struct guest_event){
		.signal = SIGSEGV, .vector = 14, .error = error, .address = address};
	regs.left = LEFT_BY_EVENT;
	guest_left(&regs);
}

TEST(a_page_fault_tells_address_and_error_as_xen_does_a_kernel)
{
	uint64_t error;

	start();
	handler_set(14, true);
	fault(0x8, 4 | 2); /* a user's write, as Linux sees it */
	CHECK_EQ(vcpu()->arch.cr2, 8);
	CHECK_EQ(guest_read(&error, regs.rsp + 16, sizeof(error)), 0);
	CHECK_EQ(error, 2);
	start();
	handler_set(14, true);
	fault(page_va(ROOT), 4 | 2); /* mapped by the guest, read-only */
	CHECK_EQ(guest_read(&error, regs.rsp + 16, sizeof(error)), 0);
	CHECK_EQ(error, 3);
}

/* --- the emulator -------------------------------------------------------------------------------- */

static bool protection(const char *code, size_t bytes)
{
	memcpy((char *)frame_ptr(5), code, bytes);
	regs.rip = CODE;
	return emulate_privileged(&regs);
}

TEST(control_registers_are_read_and_written)
{
	start();
	CHECK(protection("\x0f\x20\xd8", 3)); /* mov %cr3, %rax */
	CHECK_EQ(regs.rax, page_mfn(ROOT) << PAGE_SHIFT);
	CHECK_EQ(regs.rip, CODE + 3);
	vcpu()->arch.cr2 = 0x77;
	CHECK(protection("\x41\x0f\x20\xd1", 4)); /* mov %cr2, %r9 */
	CHECK_EQ(regs.r9, 0x77);
	regs.rbx = page_mfn(LEAVES) << PAGE_SHIFT;
	CHECK(!protection("\x0f\x22\xdb", 3));     /* mov %rbx, %cr3: no top table */
	CHECK(!protection("\x44\x0f\x20\xc0", 4)); /* cr8 */
}

TEST(ports_need_rights_and_read_ones)
{
	start();
	CHECK(!protection("\xec", 1));
	CHECK(!protection("\xfa", 1));
	emulate_set_iopl(1);
	regs.rax = 0;
	CHECK(protection("\xec", 1)); /* inb */
	CHECK_EQ(regs.rax, 0xff);
	CHECK(protection("\xe5\x60", 2)); /* inl $0x60 */
	CHECK_EQ(regs.rax, 0xffffffff);
	CHECK_EQ(regs.rip, CODE + 2);
	CHECK(protection("\xee", 1));
	CHECK(protection("\xfb", 1));
	emulate_set_iopl(0);
}

TEST(segment_bases_are_reached_as_model_specific_registers)
{
	start();
	regs.rcx = 0xc0000100;
	regs.rax = 0x55667788;
	regs.rdx = 0x11;
	CHECK(protection("\x0f\x30", 2));
	CHECK_EQ(guest_get_fs(), 0x1155667788);
	regs.rax = regs.rdx = 0;
	CHECK(protection("\x0f\x32", 2));
	CHECK_EQ(regs.rax, 0x55667788);
	CHECK_EQ(regs.rdx, 0x11);
	regs.rcx = 0x10;
	CHECK(!protection("\x0f\x32", 2));
}

TEST(iretq_takes_a_frame_of_xens_selectors)
{
	uint64_t f[5] = {CODE + 64, 0xe030, 0x202, STACK, 0xe02b};

	start();
	CHECK_EQ(guest_write(page_va(12), f, sizeof(f)), 0);
	regs.rsp = page_va(12);
	CHECK(protection("\x48\xcf", 2));
	CHECK_EQ(regs.rip, CODE + 64);
	CHECK_EQ(regs.rsp, STACK);
}

TEST(m2p_is_read_at_xens_address)
{
	uint64_t at = 0xffff800000000000 + page_mfn(7) * 8;

	start();
	at = 0xffff800000000000 + page_mfn(7) * 8;
	memcpy(frame_ptr(5), "\x48\x8b\x04\xc2", 4); /* mov (%rdx,%rax,8), %rax */
	CHECK(emulate_m2p_read(&regs, at));
	CHECK_EQ(regs.rax, 7);
	CHECK_EQ(regs.rip, CODE + 4);
	regs.rip = CODE;
	memcpy(frame_ptr(5), "\x8b\x8a\0\0\0\0", 6); /* mov 0(%rdx), %ecx */
	CHECK(emulate_m2p_read(&regs, at));
	CHECK_EQ(regs.rcx, 7);
	CHECK_EQ(regs.rip, CODE + 6);
	regs.rip = CODE;
	CHECK(!emulate_m2p_read(&regs, 0xffff800000000000 + memory_mfn_end() * 8));
	CHECK(!emulate_m2p_read(&regs, 0x1000));
	memcpy(frame_ptr(5), "\x89\x02", 2); /* a store */
	CHECK(!emulate_m2p_read(&regs, at));
}

TEST(cpuid_with_xens_prefix_names_xen)
{
	start();
	memcpy(frame_ptr(5), "\x0f\x0bxen\x0f\xa2", 7);
	regs.rax = 0x40000000;
	CHECK(emulate_cpuid(&regs));
	CHECK_EQ(regs.rbx, 0x566e6558);
	CHECK_EQ(regs.rip, CODE + 7);
	regs.rip = CODE;
	regs.rax = 7;
	regs.rcx = 0;
	CHECK(emulate_cpuid(&regs));
	CHECK_EQ(regs.rbx & 1, 0); /* no fs by instruction when Linux would forget it */
	regs.rip = CODE + 1;
	CHECK(!emulate_cpuid(&regs));
}

TEST(an_instruction_at_the_end_of_what_is_mapped_is_read_as_far_as_it_goes)
{
	start();
	regs.rip = page_va(N_MAPPED) - 1;
	*((uint8_t *)frame_ptr(N_MAPPED - 1) + PAGE_SIZE - 1) = 0x0f;
	CHECK(!emulate_privileged(&regs));
	CHECK(!emulate_cpuid(&regs));
	regs.rip = 0;
	CHECK(!emulate_privileged(&regs));
}
