/* SPDX-License-Identifier: BSD-2-Clause */
/* Hypercalls in words: describe.h. Arguments are read from the guest, as it left them. */
#include "host/describe.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <xen/callback.h>
#include <xen/errno.h>
#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/memory.h>
#include <xen/physdev.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/version.h>
#include <xen/xen.h>

#include "host/mmu.h"
#include "host/trace.h"

struct text {
	char *at;
	size_t left;
};

static void add(struct text *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct text *t, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(t->at, t->left, fmt, args);
	va_end(args);
	if (n < 0)
		return;
	if ((size_t)n >= t->left)
		n = (int)t->left - 1;
	t->at += n;
	t->left -= (size_t)n;
}

/* An operation's name, or its number. */
#define ADD_NAME(t, names, i) add_name(t, names, sizeof(names) / sizeof((names)[0]), i)

static void add_name(struct text *t, const char *const *names, size_t n, uint64_t i)
{
	if (i < n && names[i])
		add(t, "%s", names[i]);
	else
		add(t, "command %u", (unsigned)i);
}

/* --- one family each ------------------------------------------------------------------ */

static void evtchn(struct text *t, const uint64_t *a)
{
	static const char *const names[] = {"bind_interdomain", "bind_virq", "bind_pirq",
		"close", "send", "status", "alloc_unbound", "bind_ipi", "bind_vcpu",
		"unmask", "reset", "init_control", "expand_array", "set_priority"};
	union {
		evtchn_bind_interdomain_t interdomain;
		evtchn_bind_virq_t virq;
		evtchn_alloc_unbound_t unbound;
		evtchn_bind_ipi_t ipi;
		evtchn_send_t send; /* close, unmask: the port is first too */
	} op = {0};

	ADD_NAME(t, names, a[0]);
	(void)guest_read(
		&op, a[1], sizeof(op.send)); /* all of them are longer than that */
	switch (a[0]) {
	case EVTCHNOP_send:
	case EVTCHNOP_close:
	case EVTCHNOP_unmask:
		add(t, " port=%u", op.send.port);
		break;
	case EVTCHNOP_bind_virq:
		if (guest_read(&op, a[1], sizeof(op.virq)) == 0)
			add(t, " virq=%u port=%u", op.virq.virq, op.virq.port);
		break;
	case EVTCHNOP_alloc_unbound:
		if (guest_read(&op, a[1], sizeof(op.unbound)) == 0)
			add(t, " remote=%u port=%u", op.unbound.remote_dom,
				op.unbound.port);
		break;
	case EVTCHNOP_bind_interdomain:
		if (guest_read(&op, a[1], sizeof(op.interdomain)) == 0)
			add(t, " remote=%u:%u port=%u", op.interdomain.remote_dom,
				op.interdomain.remote_port, op.interdomain.local_port);
		break;
	default:
		break;
	}
}

static void sched(struct text *t, const uint64_t *a)
{
	static const char *const names[] = {"yield", "block", "shutdown", "poll",
		"remote_shutdown", "shutdown_code", "watchdog", "pin_override"};
	static const char *const reasons[] = {
		"poweroff", "reboot", "suspend", "crash", "watchdog", "soft_reset"};
	struct sched_shutdown s;
	struct sched_poll p;

	ADD_NAME(t, names, a[0]);
	if (a[0] == SCHEDOP_shutdown && guest_read(&s, a[1], sizeof(s)) == 0) {
		add(t, " ");
		ADD_NAME(t, reasons, s.reason);
	} else if (a[0] == SCHEDOP_poll && guest_read(&p, a[1], sizeof(p)) == 0) {
		add(t, " ports=%u until=%" PRIu64, p.nr_ports, p.timeout);
	}
}

static void memory_op(struct text *t, const uint64_t *a)
{
	static const char *const names[] = {
		[XENMEM_increase_reservation] = "increase_reservation",
		[XENMEM_decrease_reservation] = "decrease_reservation",
		[XENMEM_populate_physmap] = "populate_physmap",
		[XENMEM_maximum_ram_page] = "maximum_ram_page",
		[XENMEM_current_reservation] = "current_reservation",
		[XENMEM_maximum_reservation] = "maximum_reservation",
		[XENMEM_machphys_mfn_list] = "machphys_mfn_list",
		[XENMEM_add_to_physmap] = "add_to_physmap",
		[XENMEM_memory_map] = "memory_map",
		[XENMEM_machine_memory_map] = "machine_memory_map",
		[XENMEM_machphys_mapping] = "machphys_mapping",
		[XENMEM_exchange] = "exchange"};

	ADD_NAME(t, names, a[0] & 0x3f);
}

static void grant(struct text *t, const uint64_t *a)
{
	static const char *const names[] = {"map_grant_ref", "unmap_grant_ref",
		"setup_table", "dump_table", "transfer", "copy", "query_size",
		"unmap_and_replace", "set_version", "get_status_frames", "get_version",
		"swap_grant_ref", "cache_flush"};
	union {
		gnttab_setup_table_t setup;
		gnttab_query_size_t size;
	} op;

	ADD_NAME(t, names, a[0]);
	if (a[0] == GNTTABOP_setup_table && guest_read(&op, a[1], sizeof(op.setup)) == 0)
		add(t, " frames=%u status=%d", op.setup.nr_frames, op.setup.status);
	else if (a[0] == GNTTABOP_query_size &&
		 guest_read(&op, a[1], sizeof(op.size)) == 0)
		add(t, " frames=%u max=%u", op.size.nr_frames, op.size.max_nr_frames);
	else
		add(t, " count=%u", (unsigned)a[2]);
}

static void mmuext(struct text *t, const uint64_t *a)
{
	static const char *const names[] = {"pin_l1", "pin_l2", "pin_l3", "pin_l4",
		"unpin", "new_baseptr", "tlb_flush_local", "invlpg_local",
		"tlb_flush_multi", "invlpg_multi", "tlb_flush_all", "invlpg_all",
		"flush_cache", "set_ldt", [MMUEXT_NEW_USER_BASEPTR] = "new_user_baseptr",
		[MMUEXT_CLEAR_PAGE] = "clear_page", [MMUEXT_COPY_PAGE] = "copy_page"};
	struct mmuext_op op;

	if (guest_read(&op, a[0], sizeof(op)) == 0) {
		ADD_NAME(t, names, op.cmd);
		if (op.cmd <= MMUEXT_NEW_BASEPTR)
			add(t, " mfn=%#lx", op.arg1.mfn);
		else if (op.cmd == MMUEXT_INVLPG_LOCAL || op.cmd == MMUEXT_INVLPG_ALL)
			add(t, " va=%#lx", op.arg1.linear_addr);
	}
	if (a[1] != 1)
		add(t, " … count=%u", (unsigned)a[1]);
}

static void vcpu(struct text *t, const uint64_t *a)
{
	static const char *const names[] = {"initialise", "up", "down", "is_up",
		"get_runstate_info", "register_runstate", "set_periodic_timer",
		"stop_periodic_timer", "set_singleshot_timer", "stop_singleshot_timer",
		"register_vcpu_info", "send_nmi"};
	struct vcpu_set_singleshot_timer timer;

	ADD_NAME(t, names, a[0]);
	if (a[0] == VCPUOP_set_singleshot_timer &&
		guest_read(&timer, a[2], sizeof(timer)) == 0)
		add(t, " at=%.6f s", (double)timer.timeout_abs_ns / 1e9);
}

static void version(struct text *t, const uint64_t *a)
{
	static const char *const names[] = {"version", "extraversion", "compile_info",
		"capabilities", "changeset", "platform_parameters", "get_features",
		"pagesize", "guest_handle", "commandline", "build_id"};

	ADD_NAME(t, names, a[0]);
}

static void callback(struct text *t, const uint64_t *a)
{
	static const char *const names[] = {"register", "unregister"};
	static const char *const types[] = {"event", "failsafe", "syscall",
		"sysenter-old", "nmi", "sysenter", "syscall32"};
	struct callback_register r;

	ADD_NAME(t, names, a[0]);
	if (a[0] != CALLBACKOP_register || guest_read(&r, a[1], sizeof(r)) != 0)
		return;
	add(t, " ");
	ADD_NAME(t, types, r.type);
	add(t, " address=%#lx", (unsigned long)r.address);
}

static void console(struct text *t, const uint64_t *a)
{
	add(t, "%s count=%u", a[0] ? "read" : "write", (unsigned)a[1]);
}

static void mmu(struct text *t, const uint64_t *a)
{
	struct mmu_update u;

	if (guest_read(&u, a[0], sizeof(u)) == 0)
		add(t, "entry=%#lx value=%#lx", (unsigned long)u.ptr,
			(unsigned long)u.val);
	if (a[1] != 1)
		add(t, " … count=%u", (unsigned)a[1]);
}

static void update_va(struct text *t, const uint64_t *a)
{
	static const char *const flush[] = {"", " flush", " invlpg"};

	add(t, "va=%#" PRIx64 " value=%#" PRIx64 "%s", a[0], a[1],
		(a[2] & UVMF_FLUSHTYPE_MASK) < 3 ? flush[a[2] & UVMF_FLUSHTYPE_MASK]
						 : "");
}

static void timer(struct text *t, const uint64_t *a)
{
	add(t, "at=%.6f s", (double)a[0] / 1e9);
}

static void segment(struct text *t, const uint64_t *a)
{
	static const char *const names[] = {
		"fs", "gs_user", "gs_kernel", "gs_user_selector"};

	ADD_NAME(t, names, a[0]);
	add(t, " base=%#" PRIx64, a[1]);
}

static void raw(struct text *t, const uint64_t *a)
{
	add(t, "%#" PRIx64 " %#" PRIx64 " %#" PRIx64 " %#" PRIx64, a[0], a[1], a[2],
		a[3]);
}

/* --- results -------------------------------------------------------------------------- */

static void add_result(struct text *t, long result)
{
	static const char *const names[] = {[XEN_EPERM] = "EPERM",
		[XEN_ENOENT] = "ENOENT",
		[XEN_ESRCH] = "ESRCH",
		[XEN_E2BIG] = "E2BIG",
		[XEN_EAGAIN] = "EAGAIN",
		[XEN_ENOMEM] = "ENOMEM",
		[XEN_EACCES] = "EACCES",
		[XEN_EFAULT] = "EFAULT",
		[XEN_EBUSY] = "EBUSY",
		[XEN_EEXIST] = "EEXIST",
		[XEN_ENODEV] = "ENODEV",
		[XEN_EINVAL] = "EINVAL",
		[XEN_ENOSPC] = "ENOSPC",
		[XEN_ENOSYS] = "ENOSYS",
		[XEN_ETIME] = "ETIME",
		[XEN_EOPNOTSUPP] = "EOPNOTSUPP"};
	const unsigned long n = sizeof(names) / sizeof(names[0]);

	if (result < 0 && -(unsigned long)result < n && names[-result])
		add(t, " = %s", names[-result]);
	else
		add(t, " = %ld", result);
}

void describe_hypercall(unsigned nr, const uint64_t args[4], long result)
{
	static void (*const families[64])(struct text * t, const uint64_t *a) = {
		[__HYPERVISOR_mmu_update] = mmu,
		[__HYPERVISOR_memory_op] = memory_op,
		[__HYPERVISOR_update_va_mapping] = update_va,
		[__HYPERVISOR_set_timer_op] = timer,
		[__HYPERVISOR_xen_version] = version,
		[__HYPERVISOR_console_io] = console,
		[__HYPERVISOR_grant_table_op] = grant,
		[__HYPERVISOR_vcpu_op] = vcpu,
		[__HYPERVISOR_set_segment_base] = segment,
		[__HYPERVISOR_mmuext_op] = mmuext,
		[__HYPERVISOR_sched_op] = sched,
		[__HYPERVISOR_callback_op] = callback,
		[__HYPERVISOR_event_channel_op] = evtchn,
	};
	char said[256];
	struct text t = {said, sizeof(said)};

	(nr < 64 && families[nr] ? families[nr] : raw)(&t, args);
	add_result(&t, result);
	trace_line(TRACE_HYPERCALLS, "%s %s", hypercall_name(nr), said);
}
