/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Xen and XenStore refuse, and with which error: the referee for the models of host/.
 * The same cases must pass on real Xen and on domik-host.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <xen/errno.h>
#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/io/xs_wire.h>

#include "arch/arch.h"
#include "arch/hypercall.h"
#include "kernel/heap.h"
#include "kernel/page.h"
#include "kernel/util.h"
#include "tests/test.h"
#include "xen/grant.h"
#include "xen/xenstore.h"
#include "xen/xs_ring.h"

#define NT XS_NO_TRANSACTION

/* --- XenStore ----------------------------------------------------------- */

static int ask(uint32_t type, xs_transaction t, const char *body, size_t n)
{
	struct xs_part part = {body, n};
	struct xs_message *reply = NULL;
	int err = xs_request(type, t, &part, 1, &reply);

	kfree(reply);
	return err;
}

struct shape {
	uint32_t type;
	const char *body;
	size_t n;
};

static void refused(const struct shape *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		test_row("type %u, %u bytes, row %u", (unsigned)rows[i].type,
			(unsigned)rows[i].n, (unsigned)i);
		CHECK_EQ(ask(rows[i].type, NT, rows[i].body, rows[i].n), -EINVAL);
	}
}

/* Not tried: misshapen requests to read, after a list of which the lab's xenstored was gone. */
TEST(xenstore_refuses_misshapen_watches)
{
	static const struct shape rows[] = {
		{XS_WATCH, "data", 5},
		{XS_WATCH, "data\0t", 6},
		{XS_WATCH, "data\0t\0u", 9},
		{XS_UNWATCH, "data", 5},
	};

	refused(rows, ARRAY_SIZE(rows));
}

TEST(xenstore_refuses_misshapen_requests)
{
	static const struct shape rows[] = {
		{XS_DIRECTORY_PART, "data", 5},
		{XS_WRITE, "data/a", 6},
		{XS_SET_PERMS, "data", 5},
		{XS_SET_PERMS, "data\0x7", 8},
		{XS_TRANSACTION_END, "X", 2},
	};

	refused(rows, ARRAY_SIZE(rows));
}

TEST(xenstore_refuses_requests_that_are_none_or_not_for_us)
{
	static const struct {
		uint32_t type;
		int err;
	} rows[] = {
		{XS_CONTROL, -EACCES},
		{XS_INTRODUCE, -EACCES},
		{XS_RELEASE, -EACCES},
		{XS_RESUME, -EACCES},
		{XS_SET_TARGET, -EACCES},
		{XS_WATCH_EVENT, -ENOSYS},
		{20, -ENOSYS},
		{77, -ENOSYS},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		test_row("type %u", (unsigned)rows[i].type);
		CHECK_EQ(ask(rows[i].type, NT, "x", 2), rows[i].err);
	}
}

TEST(xenstore_refuses_paths_that_are_none)
{
	static const char *const paths[] = {
		"", "//", "data/", "da ta", "data/\x01", "data:x", "@releaseDomain"};
	static char longer[2060];

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		test_row("row %u", (unsigned)i);
		CHECK_EQ(ask(XS_READ, NT, paths[i], strlen(paths[i]) + 1), -EINVAL);
	}
	test_row("too long");
	memset(longer, 'p', sizeof(longer) - 1);
	CHECK_EQ(ask(XS_READ, NT, longer, sizeof(longer)), -EINVAL);
	longer[2048] = '\0';
	test_row("the longest");
	CHECK_EQ(ask(XS_READ, NT, longer, 2049), -ENOENT);
}

TEST(xenstore_refuses_what_is_not_ours)
{
	CHECK_EQ(ask(XS_RM, NT, "/", 2), -EACCES);
	CHECK_EQ(ask(XS_RM, NT, "/local", 7), -EACCES);
	CHECK_EQ(ask(XS_WRITE, NT, "/\0x", 3), -EACCES);
	CHECK_EQ(ask(XS_WRITE, NT, "new\0x", 5), -EACCES);
	CHECK_EQ(ask(XS_DIRECTORY, NT, "/local/domain", 14), -EACCES);
	CHECK_EQ(ask(XS_READ, NT, "/local/domain/0/nothing", 24), -EACCES);
	CHECK_EQ(ask(XS_SET_PERMS, NT, "domid\0n0", 9), -EACCES);
	CHECK_EQ(ask(XS_SET_PERMS, NT, "data\0n32000", 12), -ENOENT); /* no such domain */
	CHECK_EQ(ask(XS_MKDIR, NT, "data/p", 7), 0);
	CHECK_EQ(ask(XS_SET_PERMS, NT, "data/p\0n0", 10), -EPERM);
	CHECK_EQ(ask(XS_SET_PERMS, NT, "data/p\0x3", 10), -EINVAL);
	CHECK_EQ(ask(XS_SET_PERMS, NT, "data/p\0n", 9), -EINVAL);
	CHECK_EQ(ask(XS_RM, NT, "data/p", 7), 0);
}

TEST(xenstore_ends_no_transaction_twice)
{
	xs_transaction t;

	CHECK_EQ(xenstore_transaction_start(&t), 0);
	CHECK_EQ(ask(XS_TRANSACTION_START, t, "", 1), -EBUSY);
	CHECK_EQ(ask(XS_READ, t + 100, "data", 5), -ENOENT);
	CHECK_EQ(xenstore_transaction_end(t, false), 0);
	CHECK_EQ(xenstore_transaction_end(t, false), -ENOENT);
	CHECK_EQ(xenstore_transaction_end(NT, true), -ENOENT);
}

/* --- event channels ----------------------------------------------------- */

static long evtchn_op(unsigned cmd, void *arg)
{
	return arch_hypercall2(
		__HYPERVISOR_event_channel_op, cmd, (unsigned long)(uintptr_t)arg);
}

TEST(xen_refuses_numbers_that_are_no_ports)
{
	static const uint32_t ports[] = {0, 1000, 0xffffffff};

	for (size_t i = 0; i < ARRAY_SIZE(ports); i++) {
		test_row("%u", (unsigned)ports[i]);
		CHECK_EQ(evtchn_op(EVTCHNOP_close, &(struct evtchn_close){ports[i]}),
			-XEN_EINVAL);
		CHECK_EQ(evtchn_op(EVTCHNOP_send, &(struct evtchn_send){ports[i]}),
			-XEN_EINVAL);
		CHECK_EQ(evtchn_op(EVTCHNOP_bind_vcpu,
				 &(struct evtchn_bind_vcpu){ports[i], 0}),
			-XEN_EINVAL);
	}
	test_row("unmask");
	CHECK_EQ(evtchn_op(EVTCHNOP_unmask, &(struct evtchn_unmask){0xffffffff}),
		-XEN_EINVAL);
}

TEST(xen_refuses_bindings_to_what_is_not_there)
{
	struct evtchn_bind_interdomain nobody = {DOMID_SELF, 1000, 0};
	struct evtchn_bind_interdomain theirs = {0, 1000, 0};
	struct evtchn_bind_virq virq = {NR_VIRQS, 0, 0}, vcpu = {VIRQ_TIMER, 77, 0};
	struct evtchn_bind_ipi ipi = {77, 0};
	struct evtchn_alloc_unbound others = {.dom = 0, .remote_dom = 0};

	CHECK_EQ(evtchn_op(EVTCHNOP_bind_interdomain, &nobody), -XEN_EINVAL);
	CHECK_EQ(evtchn_op(EVTCHNOP_bind_interdomain, &theirs), -XEN_EINVAL);
	CHECK_EQ(evtchn_op(EVTCHNOP_bind_virq, &virq), -XEN_EINVAL);
	CHECK_EQ(evtchn_op(EVTCHNOP_bind_virq, &vcpu), -XEN_ENOENT);
	CHECK_EQ(evtchn_op(EVTCHNOP_bind_ipi, &ipi), -XEN_ENOENT);
	CHECK_EQ(evtchn_op(EVTCHNOP_alloc_unbound, &others), -XEN_EPERM);
	CHECK_EQ(evtchn_op(77, &others), -XEN_ENOSYS);
}

TEST(xen_tells_the_status_of_our_ports_only)
{
	struct evtchn_alloc_unbound open = {.dom = DOMID_SELF, .remote_dom = 0};
	struct evtchn_bind_ipi ipi = {0, 0};
	struct evtchn_status s = {.dom = DOMID_SELF};

	CHECK_EQ(evtchn_op(EVTCHNOP_alloc_unbound, &open), 0);
	CHECK_EQ(evtchn_op(EVTCHNOP_bind_ipi, &ipi), 0);
	s.port = open.port;
	CHECK_EQ(evtchn_op(EVTCHNOP_status, &s), 0);
	CHECK_EQ(s.status, EVTCHNSTAT_unbound);
	CHECK_EQ(s.u.unbound.dom, 0);
	CHECK_EQ(
		evtchn_op(EVTCHNOP_send, &(struct evtchn_send){open.port}), 0); /* lost */
	CHECK_EQ(evtchn_op(EVTCHNOP_bind_vcpu, &(struct evtchn_bind_vcpu){open.port, 0}),
		0);
	CHECK_EQ(evtchn_op(EVTCHNOP_bind_vcpu, &(struct evtchn_bind_vcpu){open.port, 77}),
		-XEN_ENOENT);
	s.port = ipi.port;
	CHECK_EQ(evtchn_op(EVTCHNOP_status, &s), 0);
	CHECK_EQ(s.status, EVTCHNSTAT_ipi);
	CHECK_EQ(evtchn_op(EVTCHNOP_bind_vcpu, &(struct evtchn_bind_vcpu){ipi.port, 0}),
		-XEN_EINVAL);
	CHECK_EQ(evtchn_op(EVTCHNOP_close, &(struct evtchn_close){ipi.port}), 0);
	CHECK_EQ(evtchn_op(EVTCHNOP_close, &(struct evtchn_close){open.port}), 0);
	CHECK_EQ(evtchn_op(EVTCHNOP_status, &s), 0);
	CHECK_EQ(s.status, EVTCHNSTAT_closed);
	s.port = 0xffffffff;
	CHECK_EQ(evtchn_op(EVTCHNOP_status, &s), -XEN_EINVAL);
	s = (struct evtchn_status){.dom = 0, .port = 1};
	CHECK_EQ(evtchn_op(EVTCHNOP_status, &s), -XEN_EPERM);
}

/* --- grants ------------------------------------------------------------- */

static long grant_op(unsigned cmd, void *arg)
{
	return arch_hypercall3(
		__HYPERVISOR_grant_table_op, cmd, (unsigned long)(uintptr_t)arg, 1);
}

TEST(xen_refuses_tables_too_large_and_of_others)
{
	static xen_pfn_t frames[4];
	struct gnttab_setup_table large = {.dom = DOMID_SELF, .nr_frames = 100000};
	struct gnttab_setup_table theirs = {.dom = 0, .nr_frames = 1};
	struct gnttab_query_size size = {.dom = 0};
	struct gnttab_set_version version = {.version = 3};

	set_xen_guest_handle(large.frame_list, frames);
	set_xen_guest_handle(theirs.frame_list, frames);
	CHECK_EQ(grant_op(GNTTABOP_setup_table, &large), 0);
	CHECK_EQ(large.status, GNTST_general_error);
	CHECK_EQ(grant_op(GNTTABOP_setup_table, &theirs), 0);
	CHECK_EQ(theirs.status, GNTST_permission_denied);
	CHECK_EQ(grant_op(GNTTABOP_query_size, &size), 0);
	CHECK_EQ(size.status, GNTST_permission_denied);
	CHECK_EQ(grant_op(GNTTABOP_set_version, &version), -XEN_EINVAL);
	CHECK_EQ(grant_op(77, &version), -XEN_ENOSYS);
}

static struct gnttab_copy copy_of(void *from, void *to, unsigned len)
{
	struct gnttab_copy op = {.len = (uint16_t)len};

	op.source.domid = op.dest.domid = DOMID_SELF;
	op.source.u.gmfn = ptr_to_mfn(from).v;
	op.dest.u.gmfn = ptr_to_mfn(to).v;
	return op;
}

/* Returns the operation's status, or Xen's error below -1000. */
static long copied(struct gnttab_copy *op)
{
	long err = grant_op(GNTTABOP_copy, op);

	return err ? err - 1000 : op->status;
}

TEST(xen_copies_between_our_frames_and_no_others)
{
	char *from = page_alloc_zeroed(1), *to = page_alloc_zeroed(1);
	uint16_t self = (uint16_t)xenstore_domid();
	struct gnttab_copy op;
	int ref;

	CHECK(from && to);
	strcpy(from, "copied");
	op = copy_of(from, to, 7);
	CHECK_EQ(copied(&op), GNTST_okay);
	CHECK_STR(to, "copied");
	op.source.offset = 4093;
	CHECK_EQ(copied(&op), GNTST_bad_copy_arg);
	op = copy_of(from, to, 0xffff);
	CHECK_EQ(copied(&op), GNTST_bad_copy_arg);
	op = copy_of(from, to, 7);
	op.source.u.gmfn = 0x7fffffff;
	CHECK_EQ(copied(&op), GNTST_bad_page);
	op = copy_of(from, to, 7);
	op.dest.domid = 0;
	CHECK_EQ(copied(&op), GNTST_permission_denied);
	op.flags = GNTCOPY_dest_gref;
	op.dest.u.ref = 0x1000000;
	CHECK_EQ(copied(&op), GNTST_bad_gntref);

	ref = grant_access(self, ptr_to_mfn(to), GRANT_RW);
	CHECK(ref > 0);
	op = copy_of(from, to, 7);
	op.flags = GNTCOPY_dest_gref;
	op.dest.u.ref = (uint32_t)ref;
	CHECK_EQ(copied(&op), GNTST_okay);
	CHECK_EQ(grant_end((uint32_t)ref), 0);
	CHECK_EQ(copied(&op), GNTST_general_error);
	page_free(from, 1);
	page_free(to, 1);
}

TEST(xen_swaps_entries_and_unmaps_no_handles)
{
	struct gnttab_swap_grant_ref swap = {.ref_a = 500, .ref_b = 0x1000000};
	struct gnttab_unmap_grant_ref unmap = {.handle = 12345};
	struct gnttab_map_grant_ref map = {.dom = 0, .ref = 0x1000000};

	CHECK_EQ(grant_op(GNTTABOP_swap_grant_ref, &swap), 0);
	CHECK_EQ(swap.status, GNTST_bad_gntref);
	CHECK_EQ(grant_op(GNTTABOP_unmap_grant_ref, &unmap), 0);
	CHECK_EQ(unmap.status, GNTST_bad_handle);
	map.flags = GNTMAP_host_map;
	CHECK_EQ(grant_op(GNTTABOP_map_grant_ref, &map), 0);
	CHECK_EQ(map.status, GNTST_bad_gntref);
}
