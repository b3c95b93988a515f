/* SPDX-License-Identifier: BSD-2-Clause */
/* Hypercalls that tell: xen_version and features; and memory_op. */
#include <stdint.h>
#include <xen/errno.h>
#include <xen/features.h>
#include <xen/memory.h>
#include <xen/version.h>

#include "host/hv.h"
#include "host/hypercall.h"
#include "host/lean.h"
#include "host/mmu.h"

#define VERSION      (4 << 16 | 17)
#define EXTRA        ".0-domik-host"
#define CAPABILITIES "xen-3.0-x86_64 "
#define FEATURES                                                                         \
	(1u << XENFEAT_pae_pgdir_above_4gb | 1u << XENFEAT_mmu_pt_update_preserve_ad |   \
		1u << XENFEAT_highmem_assist | 1u << XENFEAT_gnttab_map_avail_bits |     \
		1u << XENFEAT_memory_op_vnode_supported)

/* --- xen_version ---------------------------------------------------------------------------- */

/* A text that fills a field of fixed size. */
static long text_out(uint64_t arg, const char *text, size_t bytes)
{
	char field[1024];
	size_t n = 0;

	for (; n < bytes && text[n]; n++)
		field[n] = text[n];
	for (; n < bytes; n++)
		field[n] = '\0';
	return guest_write(arg, field, bytes);
}

static long features(uint64_t arg)
{
	struct xen_feature_info f;

	if (guest_read(&f, arg, sizeof(f)) != 0)
		return -XEN_EFAULT;
	f.submap = f.submap_idx == 0 ? FEATURES : 0;
	return guest_write(arg, &f, sizeof(f));
}

long hypercall_version(unsigned cmd, uint64_t arg)
{
	uint64_t virt_start = MACH2PHYS_VIRT_START;

	switch (cmd) {
	case XENVER_version:
		return VERSION;
	case XENVER_extraversion:
		return text_out(arg, EXTRA, sizeof(xen_extraversion_t));
	case XENVER_capabilities:
		return text_out(arg, CAPABILITIES, sizeof(xen_capabilities_info_t));
	case XENVER_changeset:
		return text_out(arg, "domik-host", sizeof(xen_changeset_info_t));
	case XENVER_compile_info:
		return text_out(arg, "", sizeof(struct xen_compile_info));
	case XENVER_guest_handle:
		return text_out(arg, "", sizeof(xen_domain_handle_t));
	case XENVER_platform_parameters:
		return guest_write(arg, &virt_start, sizeof(virt_start));
	case XENVER_get_features:
		return features(arg);
	case XENVER_pagesize:
		return PAGE_SIZE;
	case XENVER_commandline:
		return -XEN_EPERM;
	case XENVER_build_id:
		return -XEN_ENODATA;
	default:
		REFUSE("xen_version has no command %u", cmd);
		return -XEN_ENOSYS;
	}
}

/* --- memory_op: giving pages back and getting others ------------------------------------------ */

static size_t frame_find_free(void)
{
	for (size_t i = 0; i < memory.n_pages; i++) {
		if (!memory.frames[i].domains && memory.frames[i].type_count == 0)
			return i;
	}
	return FRAME_BAD;
}

static bool give_back(uint64_t mfn)
{
	size_t i = domain_frame(mfn);

	if (i == FRAME_BAD || memory.frames[i].shared) {
		REFUSE("decrease_reservation of frame %#lx, which is not the domain's",
			mfn);
		return false;
	}
	if (memory.frames[i].pinned) {
		memory.frames[i].pinned = false;
		type_put(i);
	}
	memory.frames[i].domains = false;
	tlb_flush(); /* a page that is given back may come back as another */
	memory.m2p[mfn] = ~0ull;
	return true;
}

/* @pfn  ~0 when the domain does not say where it will put the page */
static bool get_another(uint64_t pfn, uint64_t *mfn)
{
	size_t i = frame_find_free();
	uint64_t *page;

	if (i == FRAME_BAD) {
		REFUSE("no more pages: the domain has all that it may have");
		return false;
	}
	page = frame_ptr(i);
	for (size_t w = 0; w < PAGE_SIZE / sizeof(*page); w++)
		page[w] = 0;
	memory.frames[i].domains = true;
	*mfn = frame_mfn(i);
	memory.m2p[*mfn] = pfn;
	return true;
}

/* One extent of a reservation; its place in the list is at @where. */
static bool extent(unsigned cmd, uint64_t where)
{
	uint64_t n = ~0ull, mfn;

	if (cmd != XENMEM_increase_reservation && guest_read(&n, where, sizeof(n)) != 0)
		return false;
	if (cmd == XENMEM_decrease_reservation)
		return give_back(n);
	return get_another(n, &mfn) &&
	       (where == 0 || guest_write(where, &mfn, sizeof(mfn)) == 0);
}

static long reservation(unsigned cmd, uint64_t arg)
{
	struct xen_memory_reservation r;
	uint64_t list, i;

	if (guest_read(&r, arg, sizeof(r)) != 0)
		return -XEN_EFAULT;
	if (r.domid != DOMID_SELF && r.domid != HV_DOMID)
		return -XEN_ESRCH;
	if (r.extent_order != 0) {
		REFUSE("memory_op %u of extents of 2^%u pages: only single ones", cmd,
			r.extent_order);
		return 0;
	}
	list = (uint64_t)r.extent_start.p;
	for (i = 0; i < r.nr_extents; i++) {
		if (!extent(cmd, list ? list + i * sizeof(uint64_t) : 0))
			break;
	}
	return (long)i;
}

static long machphys_mapping(uint64_t arg)
{
	struct xen_machphys_mapping m = {
		.v_start = (uint64_t)memory.m2p,
		.v_end = (uint64_t)(memory.m2p + memory_mfn_end()),
		.max_mfn = memory_mfn_end() - 1,
	};

	return guest_write(arg, &m, sizeof(m));
}

static long count_pages(bool limit)
{
	long n = 0;

	for (size_t i = 0; i < memory.n_pages; i++)
		n += limit || memory.frames[i].domains;
	return n;
}

long hypercall_memory(unsigned cmd, uint64_t arg)
{
	switch (cmd & 0x3f) { /* above: where to continue */
	case XENMEM_machphys_mapping:
		return machphys_mapping(arg);
	case XENMEM_maximum_ram_page:
		return (long)memory_mfn_end() - 1;
	case XENMEM_current_reservation:
		return count_pages(false);
	case XENMEM_maximum_reservation:
		return count_pages(true);
	case XENMEM_decrease_reservation:
	case XENMEM_increase_reservation:
	case XENMEM_populate_physmap:
		return reservation(cmd & 0x3f, arg);
	case XENMEM_memory_map: /* the toolstack has set none */
		return -XEN_ENOSYS;
	default:
		REFUSE("memory_op has no command %u here", cmd & 0x3f);
		return -XEN_ENOSYS;
	}
}
