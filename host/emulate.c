/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions that a PV guest may not execute itself and that Xen does for it: control
 * registers, model-specific registers, I/O ports, hlt, Xen's cpuid, iretq with Xen's
 * selectors; and reads of m2p at the address where it is on Xen.
 */
#include <cpuid.h>
#include <stdint.h>
#include <xen/xen.h>

#include "host/guest.h"
#include "host/hv.h"
#include "host/lean.h"
#include "host/mmu.h"
#include "host/sched.h"
#include "host/stats.h"

#define INSTRUCTION_MAX 15

#define MSR_FS_BASE   0xc0000100u
#define MSR_GS_BASE   0xc0000101u
#define MSR_KERNEL_GS 0xc0000102u
#define MSR_EFER      0xc0000080u
#define EFER          0xd01u /* SCE LME LMA NXE */

#define CR0 0x8005003bu /* PG AM WP NE ET TS MP PE */
#define CR4 0x660u      /* OSXMMEXCPT OSFXSR MCE PAE */

#define FEATURES_LEAF 7u
#define FSGSBASE      1u /* ebx */

#define XEN_LEAF   0x40000000u
#define XEN_LEAVES 2u

static unsigned iopl;
static uint64_t kernel_gs;

void emulate_set_iopl(unsigned level)
{
	iopl = level;
}

/* --- decoding ------------------------------------------------------------------------------ */

struct instruction {
	uint8_t bytes[INSTRUCTION_MAX];
	unsigned n_bytes; /* that could be read */
	unsigned at;      /* after prefixes */
	uint8_t rex;
};

static bool fetch(const struct guest_regs *r, struct instruction *in)
{
	in->n_bytes = INSTRUCTION_MAX;
	while (in->n_bytes > 0 && guest_read(in->bytes, r->rip, in->n_bytes) != 0)
		in->n_bytes--; /* the page ends */
	in->at = 0;
	in->rex = 0;
	if (in->n_bytes > 0 && (in->bytes[0] & 0xf0) == 0x40)
		in->rex = in->bytes[in->at++];
	for (unsigned i = in->n_bytes; i < INSTRUCTION_MAX; i++)
		in->bytes[i] = 0;
	return in->n_bytes > in->at;
}

static uint64_t *reg(struct guest_regs *r, unsigned n)
{
	uint64_t *const regs[] = {&r->rax, &r->rcx, &r->rdx, &r->rbx, &r->rsp, &r->rbp,
		&r->rsi, &r->rdi, &r->r8, &r->r9, &r->r10, &r->r11, &r->r12, &r->r13,
		&r->r14, &r->r15};

	return regs[n & 15];
}

/* The register of the middle field of a ModRM byte. */
static unsigned middle(const struct instruction *in, uint8_t modrm)
{
	return (modrm >> 3 & 7) | (in->rex & 4 ? 8 : 0);
}

/* Bytes of a ModRM byte and what belongs to it. */
static unsigned modrm_bytes(const uint8_t *p)
{
	unsigned mod = p[0] >> 6, rm = p[0] & 7, n = 1;

	if (mod == 3)
		return n;
	if (rm == 4) {
		if (mod == 0 && (p[1] & 7) == 5)
			n += 4;
		n++;
	} else if (rm == 5 && mod == 0) {
		n += 4;
	}
	return n + (mod == 1 ? 1 : mod == 2 ? 4 : 0);
}

static void done(struct guest_regs *r, unsigned bytes)
{
	r->rip += bytes;
	stats.emulated++;
}

/* --- control registers ---------------------------------------------------------------------- */

static bool control_read(struct guest_regs *r, unsigned cr, uint64_t *to)
{
	(void)r;
	switch (cr) {
	case 0:
		*to = CR0 & ~8ull;
		return true;
	case 2:
		*to = hv_shared_info()->vcpu_info[0].arch.cr2;
		return true;
	case 3:
		*to = frame_mfn(mmu_root) << PAGE_SHIFT;
		return true;
	case 4:
		*to = CR4;
		return true;
	default:
		return false;
	}
}

static bool control_write(unsigned cr, uint64_t value)
{
	switch (cr) {
	case 0: /* only TS could change, and no state of ours depends on it */
	case 4: /* what the processor or Xen do not offer stays off */
		return true;
	case 2:
		hv_shared_info()->vcpu_info[0].arch.cr2 = value;
		return true;
	case 3:
		return mmu_load_root(value >> PAGE_SHIFT) == 0;
	default:
		return false;
	}
}

/* --- model-specific registers --------------------------------------------------------------- */

static bool msr_read(struct guest_regs *r)
{
	uint64_t v;

	switch ((uint32_t)r->rcx) {
	case MSR_FS_BASE:
		v = guest_get_fs();
		break;
	case MSR_GS_BASE:
		v = guest_get_gs();
		break;
	case MSR_KERNEL_GS:
		v = kernel_gs;
		break;
	case MSR_EFER:
		v = EFER;
		break;
	default:
		REFUSE("rdmsr %#x", (uint32_t)r->rcx);
		return false;
	}
	r->rax = (uint32_t)v;
	r->rdx = v >> 32;
	return true;
}

static bool msr_write(struct guest_regs *r)
{
	uint64_t v = r->rdx << 32 | (uint32_t)r->rax;

	switch ((uint32_t)r->rcx) {
	case MSR_FS_BASE:
		guest_set_fs(v);
		return true;
	case MSR_GS_BASE:
		guest_set_gs(v);
		return true;
	case MSR_KERNEL_GS:
		kernel_gs = v;
		return true;
	default:
		REFUSE("wrmsr %#x", (uint32_t)r->rcx);
		return false;
	}
}

/* --- the instructions that fault ------------------------------------------------------------- */

static bool emulate_0f(struct guest_regs *r, const struct instruction *in)
{
	const uint8_t *p = &in->bytes[in->at + 1];
	unsigned n = in->at + 2;

	switch (p[0]) {
	case 0x06: /* clts */
		break;
	case 0x08: /* invd */
	case 0x09: /* wbinvd */
		break;
	case 0x20: /* mov from control register */
		if (!control_read(r, middle(in, p[1]),
			    reg(r, (p[1] & 7) | (in->rex & 1 ? 8 : 0))))
			return false;
		n++;
		break;
	case 0x22:
		if (!control_write(middle(in, p[1]),
			    *reg(r, (p[1] & 7) | (in->rex & 1 ? 8 : 0))))
			return false;
		n++;
		break;
	case 0x30:
		if (!msr_write(r))
			return false;
		break;
	case 0x32:
		if (!msr_read(r))
			return false;
		break;
	default:
		return false;
	}
	done(r, n);
	return true;
}

/* Ports are not there: reads give ones. Without the right to use them Xen lets it fault. */
static bool emulate_port(struct guest_regs *r, uint8_t opcode, unsigned at)
{
	unsigned n = at + (opcode < 0xe8 ? 2 : 1); /* with the port's number in it */
	bool out = opcode & 2;

	if (iopl == 0)
		return false;
	if (!out && opcode & 1)
		r->rax = 0xffffffffu;
	else if (!out)
		r->rax |= 0xff;
	done(r, n);
	return true;
}

/* Back by the instruction to where a frame of Xen's says. */
static bool emulate_iretq(struct guest_regs *r)
{
	uint64_t f[5];

	if (guest_read(f, r->rsp, sizeof(f)) != 0)
		return false;
	if ((f[1] & 3) == 3 && (f[1] & 0xffff) != FLAT_KERNEL_CS)
		return false;
	r->rip = f[0];
	r->rflags = (f[2] & 0xcd5) | 0x202;
	r->rsp = f[3];
	stats.emulated++;
	return true;
}

bool emulate_privileged(struct guest_regs *r)
{
	struct instruction in;
	uint8_t opcode;

	if (!fetch(r, &in))
		return false;
	opcode = in.bytes[in.at];
	switch (opcode) {
	case 0x0f:
		return emulate_0f(r, &in);
	case 0xcf:
		return in.rex & 8 && emulate_iretq(r);
	case 0xf4: /* hlt */
		done(r, in.at + 1);
		sched_block();
		return true;
	case 0xfa: /* cli, sti: nothing, for who may use ports */
	case 0xfb:
		if (iopl == 0)
			return false;
		done(r, in.at + 1);
		return true;
	case 0xe4 ... 0xe7:
	case 0xec ... 0xef:
		return emulate_port(r, opcode, in.at);
	default:
		return false;
	}
}

/* --- m2p where Xen has it --------------------------------------------------------------------- */

bool emulate_m2p_read(struct guest_regs *r, uint64_t address)
{
	uint64_t offset = address - MACH2PHYS_VIRT_START, value;
	struct instruction in;

	if (offset >= memory_mfn_end() * sizeof(uint64_t) || !fetch(r, &in) ||
		in.bytes[in.at] != 0x8b)
		return false;
	value = memory.m2p[offset / sizeof(uint64_t)];
	if (!(in.rex & 8))
		value = (uint32_t)(value >> (offset & 4 ? 32 : 0));
	*reg(r, middle(&in, in.bytes[in.at + 1])) = value;
	done(r, in.at + 1 + modrm_bytes(&in.bytes[in.at + 1]));
	return true;
}

/* --- cpuid with Xen's prefix: ud2a; .ascii "xen"; cpuid ------------------------------------------ */

static void xen_leaf(struct guest_regs *r, uint32_t leaf)
{
	static const uint8_t signature[12] = "XenVMMXenVMM";
	uint32_t s[3];

	__builtin_memcpy(s, signature, sizeof(s));
	r->rax = r->rbx = r->rcx = r->rdx = 0;
	if (leaf == XEN_LEAF) {
		r->rax = XEN_LEAF + XEN_LEAVES;
		r->rbx = s[0];
		r->rcx = s[1];
		r->rdx = s[2];
	} else if (leaf == XEN_LEAF + 1) {
		r->rax = 4 << 16 | 17;
	}
}

bool emulate_cpuid(struct guest_regs *r)
{
	static const uint8_t prefixed[] = {0x0f, 0x0b, 'x', 'e', 'n', 0x0f, 0xa2};
	struct instruction in;
	uint32_t leaf = (uint32_t)r->rax, a, b, c, d;

	if (!fetch(r, &in) || in.n_bytes < sizeof(prefixed))
		return false;
	for (unsigned i = 0; i < sizeof(prefixed); i++) {
		if (in.bytes[i] != prefixed[i])
			return false;
	}
	if (leaf >= XEN_LEAF && leaf <= XEN_LEAF + XEN_LEAVES) {
		xen_leaf(r, leaf);
	} else {
		__cpuid_count(leaf, (uint32_t)r->rcx, a, b, c, d);
		if (leaf == FEATURES_LEAF && (uint32_t)r->rcx == 0 && !guest_may_set_fs())
			b &= ~FSGSBASE;
		r->rax = a;
		r->rbx = b;
		r->rcx = c;
		r->rdx = d;
	}
	done(r, sizeof(prefixed));
	return true;
}
