/* SPDX-License-Identifier: BSD-2-Clause */
/* Hypercalls: what they refuse, with which error, and what the others answer. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <xen/callback.h>
#include <xen/errno.h>
#include <xen/event_channel.h>
#include <xen/features.h>
#include <xen/grant_table.h>
#include <xen/memory.h>
#include <xen/physdev.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/version.h>

#include "host/clock.h"
#include "host/domain.h"
#include "host/hv.h"
#include "host/hypercall.h"
#include "tests/test.h"
#include "tests/unit/host/guest_memory.h"

#define ARG      (BASE + PAGE_SIZE) /* where arguments lie */
#define NOWHERE  0x123000ul
#define FREE     33u
#define READONLY (BASE + ROOT * PAGE_SIZE)

static void put(const void *arg, size_t bytes)
{
	memcpy(frame_ptr(1), arg, bytes);
}

static long call(unsigned nr, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4)
{
	return hypercall_do(nr, a1, a2, a3, a4);
}

/* With an argument of its own in guest memory. */
#define CALL2(nr, cmd, ...)                                                              \
	({                                                                               \
		__auto_type arg_ = __VA_ARGS__;                                          \
		put(&arg_, sizeof(arg_));                                                \
		call(nr, cmd, ARG, 0, 0);                                                \
	})

static void start(void)
{
	guest_memory_make();
	clock_start();
}

/* --- pointers ------------------------------------------------------------------------------------ */

TEST(arguments_that_are_not_mapped_fault)
{
	static const struct {
		unsigned nr;
		uint64_t a1, a2, a3;
	} rows[] = {
		{__HYPERVISOR_mmu_update, NOWHERE, 1, 0},
		{__HYPERVISOR_mmuext_op, NOWHERE, 1, 0},
		{__HYPERVISOR_set_trap_table, NOWHERE, 0, 0},
		{__HYPERVISOR_set_gdt, NOWHERE, 512, 0},
		{__HYPERVISOR_memory_op, XENMEM_machphys_mapping, NOWHERE, 0},
		{__HYPERVISOR_memory_op, XENMEM_decrease_reservation, NOWHERE, 0},
		{__HYPERVISOR_multicall, NOWHERE, 1, 0},
		{__HYPERVISOR_event_channel_op, EVTCHNOP_send, NOWHERE, 0},
		{__HYPERVISOR_event_channel_op, EVTCHNOP_alloc_unbound, NOWHERE, 0},
		{__HYPERVISOR_grant_table_op, GNTTABOP_query_size, NOWHERE, 1},
		{__HYPERVISOR_xen_version, XENVER_capabilities, NOWHERE, 0},
		{__HYPERVISOR_xen_version, XENVER_get_features, NOWHERE, 0},
		{__HYPERVISOR_sched_op, SCHEDOP_poll, NOWHERE, 0},
		{__HYPERVISOR_sched_op, SCHEDOP_shutdown, NOWHERE, 0},
		{__HYPERVISOR_callback_op, CALLBACKOP_register, NOWHERE, 0},
		{__HYPERVISOR_physdev_op, PHYSDEVOP_set_iopl, NOWHERE, 0},
		{__HYPERVISOR_vcpu_op, VCPUOP_set_singleshot_timer, 0, NOWHERE},
		{__HYPERVISOR_vcpu_op, VCPUOP_get_runstate_info, 0, NOWHERE},
		{__HYPERVISOR_vcpu_op, VCPUOP_get_runstate_info, 0, READONLY},
		{__HYPERVISOR_xen_version, XENVER_extraversion, READONLY, 0},
		{__HYPERVISOR_memory_op, XENMEM_machphys_mapping, READONLY, 0},
		{__HYPERVISOR_event_channel_op, EVTCHNOP_send, ~0ull - 1, 0},
		{__HYPERVISOR_xen_version, XENVER_changeset, 0xffff800000000000, 0},
	};

	start();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row("hypercall %u %llu", rows[i].nr, (unsigned long long)rows[i].a1);
		CHECK_EQ(call(rows[i].nr, rows[i].a1, rows[i].a2, rows[i].a3, DOMID_SELF),
			-XEN_EFAULT);
	}
}

/* --- numbers and commands ---------------------------------------------------------------------- */

TEST(what_does_not_exist_is_refused_in_words)
{
	static const struct {
		unsigned nr;
		uint64_t a1;
		long err;
	} rows[] = {
		{11, 0, XEN_ENOSYS},
		{63, 0, XEN_ENOSYS},
		{1000, 0, XEN_ENOSYS},
		{~0u, 0, XEN_ENOSYS},
		{__HYPERVISOR_hvm_op, 0, XEN_ENOSYS},
		{__HYPERVISOR_platform_op, 0, XEN_EPERM},
		{__HYPERVISOR_domctl, 0, XEN_EPERM},
		{__HYPERVISOR_sysctl, 0, XEN_EPERM},
		{__HYPERVISOR_console_io, 0, XEN_EPERM},
		{__HYPERVISOR_sched_op, 77, XEN_ENOSYS},
		{__HYPERVISOR_sched_op, SCHEDOP_remote_shutdown, XEN_EPERM},
		{__HYPERVISOR_event_channel_op, 77, XEN_ENOSYS},
		{__HYPERVISOR_event_channel_op, ~0ull, XEN_ENOSYS},
		{__HYPERVISOR_grant_table_op, 77, XEN_ENOSYS},
		{__HYPERVISOR_xen_version, 77, XEN_ENOSYS},
		{__HYPERVISOR_memory_op, XENMEM_exchange, XEN_ENOSYS},
		{__HYPERVISOR_vcpu_op, 77, XEN_ENOSYS},
		{__HYPERVISOR_physdev_op, 77, XEN_ENOSYS},
		{__HYPERVISOR_set_segment_base, 77, XEN_EINVAL},
	};

	start();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row("hypercall %u %lld", rows[i].nr, (long long)rows[i].a1);
		CHECK_EQ(call(rows[i].nr, rows[i].a1,
				 rows[i].nr == __HYPERVISOR_vcpu_op ? 0 : ARG, 0, 0),
			-rows[i].err);
		CHECK(refusals() > 0);
	}
}

/* --- page tables --------------------------------------------------------------------------------- */

TEST(mmu_update_counts_what_it_has_done)
{
	struct mmu_update u[3] = {
		{entry_where(LEAVES, 300), 0}, {entry_where(LEAVES, 301), 0}, {0, 0}};
	unsigned done = 77;

	start();
	u[0] = (struct mmu_update){entry_where(LEAVES, 300), page_entry(3, PTE_PAGE)};
	u[1] = (struct mmu_update){entry_where(LEAVES, 301), page_entry(ROOT, PTE_PAGE)};
	u[2] = (struct mmu_update){entry_where(LEAVES, 302), page_entry(4, PTE_PAGE)};
	put(u, sizeof(u));
	CHECK_EQ(call(__HYPERVISOR_mmu_update, ARG, 3, page_va(2), DOMID_SELF),
		-XEN_EBUSY);
	CHECK_EQ(guest_read(&done, page_va(2), sizeof(done)), 0);
	CHECK_EQ(done, 1);
	CHECK(*entry_ptr(LEAVES, 300) != 0 && *entry_ptr(LEAVES, 302) == 0);
}

TEST(mmu_update_has_commands_in_the_low_bits)
{
	struct mmu_update u;

	start();
	u = (struct mmu_update){page_mfn(3) << PAGE_SHIFT | MMU_MACHPHYS_UPDATE, 55};
	put(&u, sizeof(u));
	CHECK_EQ(call(__HYPERVISOR_mmu_update, ARG, 1, 0, DOMID_SELF), 0);
	CHECK_EQ(memory.m2p[page_mfn(3)], 55);
	u.ptr = 0 | MMU_MACHPHYS_UPDATE;
	put(&u, sizeof(u));
	CHECK_EQ(call(__HYPERVISOR_mmu_update, ARG, 1, 0, DOMID_SELF), -XEN_EINVAL);
	u.ptr = entry_where(LEAVES, 300) | 7;
	put(&u, sizeof(u));
	CHECK_EQ(call(__HYPERVISOR_mmu_update, ARG, 1, 0, DOMID_SELF), -XEN_ENOSYS);
}

TEST(frames_of_other_domains_are_not_there)
{
	start();
	CHECK_EQ(call(__HYPERVISOR_mmu_update, ARG, 0, 0, 5), -XEN_ESRCH);
	CHECK_EQ(call(__HYPERVISOR_mmu_update, ARG, 0, 0, DOMID_IO), -XEN_EPERM);
	CHECK_EQ(call(__HYPERVISOR_mmu_update, ARG, 0, 0, 5u << 16 | DOMID_SELF),
		-XEN_ESRCH);
	CHECK_EQ(call(__HYPERVISOR_mmu_update, ARG, 0, 0, HV_DOMID), 0);
	CHECK_EQ(call(__HYPERVISOR_mmuext_op, ARG, 0, 0, 5), -XEN_ESRCH);
}

TEST(update_va_mapping_needs_a_leaf_table)
{
	start();
	CHECK_EQ(call(__HYPERVISOR_update_va_mapping, page_va(3), 0, UVMF_INVLPG, 0), 0);
	CHECK_EQ(call(__HYPERVISOR_update_va_mapping, 1ull << 40, 0, 0, 0), -XEN_EINVAL);
	CHECK_EQ(call(__HYPERVISOR_update_va_mapping, ~0ull, 0, 0, 0), -XEN_EINVAL);
	CHECK_EQ(call(__HYPERVISOR_update_va_mapping, page_va(3),
			 page_entry(LEAVES, PTE_PAGE), 0, 0),
		-XEN_EBUSY);
}

static long ext(unsigned cmd, uint64_t mfn, uint64_t arg2)
{
	struct mmuext_op op = {.cmd = cmd, .arg1.mfn = mfn, .arg2.src_mfn = arg2};

	put(&op, sizeof(op));
	return call(__HYPERVISOR_mmuext_op, ARG, 1, 0, DOMID_SELF);
}

TEST(pins_are_held_once_and_keep_a_table_a_table)
{
	start();
	CHECK_EQ(ext(MMUEXT_UNPIN_TABLE, page_mfn(FREE), 0), -XEN_EINVAL);
	CHECK_EQ(ext(MMUEXT_PIN_L2_TABLE, page_mfn(FREE), 0), 0);
	CHECK_EQ(ext(MMUEXT_PIN_L2_TABLE, page_mfn(FREE), 0), -XEN_EINVAL);
	CHECK_EQ(ext(MMUEXT_PIN_L1_TABLE, page_mfn(FREE), 0), -XEN_EINVAL);
	CHECK_EQ(page_map(FREE, PTE_PAGE), -XEN_EBUSY);
	CHECK_EQ(ext(MMUEXT_UNPIN_TABLE, page_mfn(FREE), 0), 0);
	CHECK_EQ(ext(MMUEXT_UNPIN_TABLE, page_mfn(FREE), 0), -XEN_EINVAL);
	CHECK_EQ(page_map(FREE, PTE_PAGE), 0);
	CHECK_EQ(ext(MMUEXT_PIN_L1_TABLE, 0, 0), -XEN_EINVAL);
	CHECK_EQ(ext(MMUEXT_PIN_L4_TABLE, page_mfn(3), 0), -XEN_EINVAL); /* writable */
}

TEST(another_top_table_can_be_loaded_and_the_old_one_is_given_up)
{
	start();
	CHECK_EQ(ext(MMUEXT_NEW_BASEPTR, page_mfn(LEAVES), 0), -XEN_EINVAL);
	CHECK_EQ(ext(MMUEXT_NEW_BASEPTR, 0, 0), -XEN_EINVAL);
	memcpy(frame_ptr(FREE), frame_ptr(ROOT), PAGE_SIZE);
	CHECK_EQ(ext(MMUEXT_NEW_BASEPTR, page_mfn(FREE), 0), 0);
	CHECK_EQ(mmu_root, FREE);
	CHECK_EQ(page_map(ROOT, PTE_PAGE), -XEN_EBUSY); /* still pinned */
	CHECK_EQ(ext(MMUEXT_UNPIN_TABLE, page_mfn(ROOT), 0), 0);
	CHECK_EQ(page_map(ROOT, PTE_PAGE), 0);
	CHECK_EQ(ext(MMUEXT_NEW_USER_BASEPTR, page_mfn(LEAVES), 0), -XEN_EINVAL);
	CHECK_EQ(ext(MMUEXT_NEW_USER_BASEPTR, page_mfn(FREE), 0), 0);
	CHECK_EQ(ext(MMUEXT_NEW_USER_BASEPTR, 0, 0), 0);
}

TEST(pages_are_cleared_and_copied_unless_they_are_tables)
{
	start();
	memset(frame_ptr(3), 1, PAGE_SIZE);
	CHECK_EQ(ext(MMUEXT_COPY_PAGE, page_mfn(4), page_mfn(3)), 0);
	CHECK(memcmp(frame_ptr(4), frame_ptr(3), PAGE_SIZE) == 0);
	CHECK_EQ(ext(MMUEXT_CLEAR_PAGE, page_mfn(4), 0), 0);
	CHECK_EQ(*(char *)frame_ptr(4), 0);
	CHECK_EQ(ext(MMUEXT_CLEAR_PAGE, page_mfn(ROOT), 0), -XEN_EINVAL);
	CHECK_EQ(ext(MMUEXT_COPY_PAGE, page_mfn(LEAVES), page_mfn(3)), -XEN_EINVAL);
	CHECK_EQ(ext(MMUEXT_COPY_PAGE, page_mfn(4), 1), -XEN_EINVAL);
}

TEST(other_operations_on_tables_answer_as_xen_does_a_domu)
{
	start();
	CHECK_EQ(ext(MMUEXT_TLB_FLUSH_LOCAL, 0, 0), 0);
	CHECK_EQ(ext(MMUEXT_INVLPG_ALL, 0, 0), 0);
	CHECK_EQ(ext(MMUEXT_FLUSH_CACHE, 0, 0), -XEN_EACCES);
	CHECK_EQ(ext(MMUEXT_MARK_SUPER, 0, 0), -XEN_EOPNOTSUPP);
	CHECK_EQ(ext(99, 0, 0), -XEN_ENOSYS);
	CHECK_EQ(ext(MMUEXT_SET_LDT, 0, 0), 0);
	CHECK_EQ(ext(MMUEXT_SET_LDT, 8, 10), -XEN_EINVAL);
	CHECK_EQ(ext(MMUEXT_SET_LDT, page_va(3), 8193), -XEN_EINVAL);
}

/* --- descriptors, bases, callbacks ------------------------------------------------------------- */

TEST(a_descriptor_table_is_not_writable_at_the_same_time)
{
	uint64_t frames[15];

	start();
	frames[0] = page_mfn(FREE);
	put(frames, sizeof(frames[0]));
	CHECK_EQ(call(__HYPERVISOR_set_gdt, ARG, 512, 0, 0), 0);
	CHECK_EQ(page_map(FREE, PTE_PAGE), -XEN_EBUSY);
	CHECK_EQ(call(__HYPERVISOR_update_descriptor, page_mfn(FREE) << PAGE_SHIFT | 16,
			 7, 0, 0),
		0);
	CHECK_EQ(((uint64_t *)frame_ptr(FREE))[2], 7);
	frames[0] = page_mfn(3); /* writable */
	put(frames, sizeof(frames[0]));
	CHECK_EQ(call(__HYPERVISOR_set_gdt, ARG, 512, 0, 0), -XEN_EINVAL);
	CHECK_EQ(page_map(FREE, PTE_PAGE), 0); /* the old table is gone anyhow */
	CHECK_EQ(call(__HYPERVISOR_set_gdt, ARG, 14 * 512 + 1, 0, 0), -XEN_EINVAL);
	CHECK_EQ(call(__HYPERVISOR_set_gdt, ARG, UINT32_MAX, 0, 0), -XEN_EINVAL);
	CHECK_EQ(call(__HYPERVISOR_set_gdt, ARG, 0, 0, 0), 0);
}

TEST(descriptors_are_not_written_into_tables_or_others_frames)
{
	start();
	CHECK_EQ(call(__HYPERVISOR_update_descriptor, entry_where(LEAVES, 3), 0, 0, 0),
		-XEN_EINVAL);
	CHECK_EQ(call(__HYPERVISOR_update_descriptor, 0, 0, 0, 0), -XEN_EINVAL);
	CHECK_EQ(call(__HYPERVISOR_update_descriptor, (page_mfn(3) << PAGE_SHIFT) + 4, 0,
			 0, 0),
		-XEN_EINVAL);
}

TEST(segment_bases_are_addresses)
{
	start();
	CHECK_EQ(call(__HYPERVISOR_set_segment_base, SEGBASE_FS, 0x1234, 0, 0), 0);
	CHECK_EQ(guest_get_fs(), 0x1234);
	CHECK_EQ(call(__HYPERVISOR_set_segment_base, SEGBASE_FS, 1ull << 47, 0, 0),
		-XEN_EINVAL);
	CHECK_EQ(call(__HYPERVISOR_set_segment_base, SEGBASE_FS, ~0ull << 47, 0, 0), 0);
	CHECK_EQ(call(__HYPERVISOR_set_segment_base, SEGBASE_GS_KERNEL, 7, 0, 0), 0);
	CHECK_EQ(guest_get_gs(), 7);
	CHECK_EQ(call(__HYPERVISOR_set_segment_base, SEGBASE_GS_USER_SEL, 3, 0, 0),
		-XEN_EINVAL);
}

TEST(handlers_lie_where_the_guest_lies)
{
	trap_info_t table[2] = {{.vector = 3, .address = GUEST_END}, {.address = 0}};

	start();
	put(table, sizeof(table));
	CHECK_EQ(call(__HYPERVISOR_set_trap_table, ARG, 0, 0, 0), -XEN_EINVAL);
	CHECK_EQ(call(__HYPERVISOR_set_callbacks, GUEST_END, 0, 0, 0), -XEN_EINVAL);
	CHECK_EQ(CALL2(__HYPERVISOR_callback_op, CALLBACKOP_register,
			 (struct callback_register){.type = 99}),
		-XEN_ENOSYS);
	CHECK_EQ(CALL2(__HYPERVISOR_callback_op, CALLBACKOP_unregister,
			 (struct callback_unregister){.type = CALLBACKTYPE_event}),
		-XEN_EINVAL);
}

TEST(port_rights_and_assists_are_checked)
{
	start();
	CHECK_EQ(CALL2(__HYPERVISOR_physdev_op, PHYSDEVOP_set_iopl,
			 (struct physdev_set_iopl){.iopl = 4}),
		-XEN_EINVAL);
	CHECK_EQ(CALL2(__HYPERVISOR_physdev_op, PHYSDEVOP_set_iopl,
			 (struct physdev_set_iopl){.iopl = 1}),
		0);
	CHECK_EQ(call(__HYPERVISOR_vm_assist, VMASST_CMD_enable,
			 VMASST_TYPE_writable_pagetables, 0, 0),
		-XEN_EINVAL);
	CHECK_EQ(call(__HYPERVISOR_vm_assist, VMASST_CMD_enable,
			 VMASST_TYPE_pae_extended_cr3, 0, 0),
		0);
	CHECK_EQ(call(__HYPERVISOR_vm_assist, 5, 0, 0, 0), -XEN_EINVAL);
}

/* --- what is told ----------------------------------------------------------------------------------- */

TEST(version_and_features_are_those_of_4_17)
{
	struct xen_feature_info f;

	start();
	CHECK_EQ(call(__HYPERVISOR_xen_version, XENVER_version, 0, 0, 0), 4 << 16 | 17);
	CHECK_EQ(call(__HYPERVISOR_xen_version, XENVER_pagesize, 0, 0, 0), PAGE_SIZE);
	CHECK_EQ(call(__HYPERVISOR_xen_version, XENVER_capabilities, ARG, 0, 0), 0);
	CHECK_STR(frame_ptr(1), "xen-3.0-x86_64 ");
	CHECK_EQ(call(__HYPERVISOR_xen_version, XENVER_commandline, ARG, 0, 0),
		-XEN_EPERM);
	CHECK_EQ(CALL2(__HYPERVISOR_xen_version, XENVER_get_features,
			 (struct xen_feature_info){.submap_idx = 0}),
		0);
	memcpy(&f, frame_ptr(1), sizeof(f));
	CHECK(f.submap & 1u << XENFEAT_mmu_pt_update_preserve_ad);
	CHECK(!(f.submap & 1u << XENFEAT_auto_translated_physmap));
	CHECK(!(f.submap & 1u << XENFEAT_dom0));
}

static long reservation(unsigned cmd, unsigned n, unsigned order)
{
	struct xen_memory_reservation r = {
		.nr_extents = n, .extent_order = order, .domid = DOMID_SELF};

	set_xen_guest_handle(r.extent_start, (xen_pfn_t *)page_va(2));
	return CALL2(__HYPERVISOR_memory_op, cmd, r);
}

TEST(pages_are_given_back_and_got_again)
{
	uint64_t list[3], *guest;

	start();
	guest = frame_ptr(2);
	list[0] = page_mfn(FREE);
	list[1] = page_mfn(FREE + 1);
	list[2] = 1; /* not the domain's */
	memcpy(guest, list, sizeof(list));
	CHECK_EQ(reservation(XENMEM_decrease_reservation, 3, 0), 2);
	CHECK_EQ(call(__HYPERVISOR_memory_op, XENMEM_current_reservation, ARG, 0, 0),
		N_PAGES - 2);
	CHECK_EQ(page_map(FREE, PTE_PAGE), -XEN_EBUSY); /* it is nobody's now */
	guest[0] = 500;
	guest[1] = 501;
	guest[2] = 502;
	CHECK_EQ(reservation(XENMEM_populate_physmap, 3, 0), 2);
	CHECK_EQ(memory.m2p[guest[0]], 500);
	CHECK_EQ(memory.m2p[guest[1]], 501);
	CHECK_EQ(reservation(XENMEM_populate_physmap, 1, 9), 0);
}

/* --- time and the vCPU ---------------------------------------------------------------------------- */

TEST(vcpu_op_knows_one_vcpu)
{
	start();
	CHECK_EQ(call(__HYPERVISOR_vcpu_op, VCPUOP_is_up, 0, 0, 0), 1);
	CHECK_EQ(call(__HYPERVISOR_vcpu_op, VCPUOP_is_up, 1, 0, 0), -XEN_ENOENT);
}

static long singleshot(uint64_t when, unsigned flags)
{
	struct vcpu_set_singleshot_timer t = {.timeout_abs_ns = when, .flags = flags};

	put(&t, sizeof(t));
	return call(__HYPERVISOR_vcpu_op, VCPUOP_set_singleshot_timer, 0, ARG, 0);
}

TEST(a_timer_in_the_past_fires_at_once_or_is_refused)
{
	struct evtchn_bind_virq bind = {.virq = VIRQ_TIMER};
	uint32_t port;

	start();
	CHECK_EQ(CALL2(__HYPERVISOR_event_channel_op, EVTCHNOP_bind_virq, bind), 0);
	memcpy(&port, (char *)frame_ptr(1) + offsetof(struct evtchn_bind_virq, port),
		sizeof(port));
	CHECK_EQ(singleshot(1, VCPU_SSHOTTMR_future), -XEN_ETIME);
	CHECK(!hv_port_pending(port));
	CHECK_EQ(singleshot(1, 0), 0);
	CHECK(hv_port_pending(port));
	CHECK(hv_event_pending());
	CHECK_EQ(CALL2(__HYPERVISOR_event_channel_op, EVTCHNOP_close,
			 (struct evtchn_close){.port = port}),
		0);
}

TEST(a_period_is_at_least_a_millisecond)
{
	struct vcpu_set_periodic_timer t = {.period_ns = 999999};

	start();
	put(&t, sizeof(t));
	CHECK_EQ(call(__HYPERVISOR_vcpu_op, VCPUOP_set_periodic_timer, 0, ARG, 0),
		-XEN_EINVAL);
}

TEST(block_opens_events_and_returns_when_one_waits)
{
	start();
	hv_shared_info()->vcpu_info[0].evtchn_upcall_pending = 1;
	CHECK_EQ(call(__HYPERVISOR_sched_op, SCHEDOP_block, 0, 0, 0), 0);
	CHECK_EQ(hv_shared_info()->vcpu_info[0].evtchn_upcall_mask, 0);
}

TEST(poll_ends_at_its_time_and_refuses_ports_that_are_none)
{
	struct sched_poll op = {.nr_ports = 1, .timeout = 1};
	evtchn_port_t port = 4095;
	uint64_t begin;

	start();
	set_xen_guest_handle(op.ports, (evtchn_port_t *)page_va(2));
	memcpy(frame_ptr(2), &port, sizeof(port));
	CHECK_EQ(CALL2(__HYPERVISOR_sched_op, SCHEDOP_poll, op), 0);
	begin = hv_now_ns();
	op.timeout = begin + 2000000;
	CHECK_EQ(CALL2(__HYPERVISOR_sched_op, SCHEDOP_poll, op), 0);
	CHECK(hv_now_ns() >= op.timeout);
	port = 4096;
	memcpy(frame_ptr(2), &port, sizeof(port));
	CHECK_EQ(CALL2(__HYPERVISOR_sched_op, SCHEDOP_poll, op), -XEN_EINVAL);
	op.nr_ports = 129;
	CHECK_EQ(CALL2(__HYPERVISOR_sched_op, SCHEDOP_poll, op), -XEN_EINVAL);
}

TEST(each_reason_ends_the_domain_in_its_way)
{
	static const struct {
		unsigned reason;
		enum domain_end end;
	} rows[] = {
		{SHUTDOWN_poweroff, END_POWEROFF},
		{SHUTDOWN_reboot, END_REBOOT},
		{SHUTDOWN_suspend, END_SUSPEND},
		{SHUTDOWN_crash, END_CRASH},
		{SHUTDOWN_watchdog, END_WATCHDOG},
		{77, END_DIED},
	};

	start();
	for (volatile size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sched_shutdown op = {.reason = rows[i].reason};

		put(&op, sizeof(op));
		CHECK(ENDS(call(__HYPERVISOR_sched_op, SCHEDOP_shutdown, ARG, 0, 0)));
		CHECK_EQ(guest_end_why, rows[i].end);
	}
}

TEST(watchdogs_are_two_and_end_the_domain_in_time)
{
	struct sched_watchdog w = {.id = 0, .timeout = 0};

	start();
	CHECK_EQ(CALL2(__HYPERVISOR_sched_op, SCHEDOP_watchdog, w), -XEN_EINVAL);
	w.timeout = 100;
	CHECK_EQ(CALL2(__HYPERVISOR_sched_op, SCHEDOP_watchdog, w), 1);
	CHECK_EQ(CALL2(__HYPERVISOR_sched_op, SCHEDOP_watchdog, w), 2);
	CHECK_EQ(CALL2(__HYPERVISOR_sched_op, SCHEDOP_watchdog, w), -XEN_ENOSPC);
	for (w.id = 1; w.id <= 2; w.id++) {
		w.timeout = 0;
		CHECK_EQ(CALL2(__HYPERVISOR_sched_op, SCHEDOP_watchdog, w), 0);
		CHECK_EQ(CALL2(__HYPERVISOR_sched_op, SCHEDOP_watchdog, w), -XEN_EINVAL);
	}
	w.id = 3;
	CHECK_EQ(CALL2(__HYPERVISOR_sched_op, SCHEDOP_watchdog, w), -XEN_EINVAL);
}

/* --- many in one ---------------------------------------------------------------------------------- */

TEST(multicall_leaves_each_result_and_takes_no_second_one)
{
	struct multicall_entry e[3] = {{.op = __HYPERVISOR_xen_version},
		{.op = __HYPERVISOR_multicall}, {.op = __HYPERVISOR_domctl}};

	start();
	put(e, sizeof(e));
	CHECK_EQ(call(__HYPERVISOR_multicall, ARG, 3, 0, 0), 0);
	memcpy(e, frame_ptr(1), sizeof(e));
	CHECK_EQ(e[0].result, 4 << 16 | 17);
	CHECK_EQ((long)e[1].result, -XEN_EINVAL);
	CHECK_EQ((long)e[2].result, -XEN_EPERM);
}

/* --- grants ---------------------------------------------------------------------------------------- */

TEST(the_frames_of_the_grant_table_are_written_where_the_guest_says)
{
	struct gnttab_setup_table op = {.dom = DOMID_SELF, .nr_frames = 3};
	uint64_t frames[3];

	start();
	set_xen_guest_handle(op.frame_list, (xen_pfn_t *)page_va(2));
	put(&op, sizeof(op));
	CHECK_EQ(call(__HYPERVISOR_grant_table_op, GNTTABOP_setup_table, ARG, 1, 0), 0);
	memcpy(&op, frame_ptr(1), sizeof(op));
	CHECK_EQ(op.status, GNTST_okay);
	CHECK_EQ((uintptr_t)op.frame_list.p, page_va(2));
	memcpy(frames, frame_ptr(2), sizeof(frames));
	for (unsigned i = 0; i < 3; i++)
		CHECK_EQ(frames[i], hv_grant_frame(i));
	set_xen_guest_handle(op.frame_list, (xen_pfn_t *)NOWHERE);
	put(&op, sizeof(op));
	CHECK_EQ(call(__HYPERVISOR_grant_table_op, GNTTABOP_setup_table, ARG, 1, 0), 0);
	memcpy(&op, frame_ptr(1), sizeof(op));
	CHECK_EQ(op.status, GNTST_bad_virt_addr);
	op.nr_frames = ~0u;
	put(&op, sizeof(op));
	CHECK_EQ(call(__HYPERVISOR_grant_table_op, GNTTABOP_setup_table, ARG, 1, 0), 0);
	memcpy(&op, frame_ptr(1), sizeof(op));
	CHECK(op.status != GNTST_okay);
}
