/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first C: copies what Xen's start_info says into boot_info, then hands over to
 * kernel_main().
 *
 * The toolstack has laid our memory out, from VIRT_BASE and pfn 0 up, all of it mapped
 * (public/xen.h, "Start-of-day memory layout"):
 *
 *   image | RAM disk | p2m | start_info | xenstore | console | page tables | stack | free
 *                                                              first_free ->^
 *
 * and the mapping goes on to a multiple of 4 MiB.
 *
 * The boot stack is not used after the first instruction: free memory starts with its
 * page. The page of start_info becomes the window to Xen's shared page.
 */
#include "arch/pv/pv.h"

struct boot_info boot_info;
struct shared_info *arch_shared_info;
uint64_t arch_entry_tsc;

extern const char text_start[], text_end[], rodata_start[], rodata_end[],
	image_end[]; /* linker script */

static char cmdline[MAX_GUEST_CMDLINE];

struct arch_image arch_image(void)
{
	return (struct arch_image){
		.text_start = (uintptr_t)text_start,
		.text_end = (uintptr_t)text_end,
		.rodata_start = (uintptr_t)rodata_start,
		.rodata_end = (uintptr_t)rodata_end,
		.boot_stack = (uintptr_t)boot_stack,
		.end = (uintptr_t)image_end,
	};
}

/* @m  frame of a page that the toolstack gave us; NULL if it is none of ours */
static void *own_frame_ptr(unsigned long m)
{
	pfn_t p = mfn_to_pfn(mfn(m));

	return pfn_eq(p, PFN_NONE) ? NULL : vaddr_ptr(pfn_to_vaddr(p));
}

static void copy_cmdline(const struct start_info *si)
{
	size_t i = 0;

	for (; i < sizeof(cmdline) - 1 && si->cmd_line[i] != 0; i++)
		cmdline[i] = (char)si->cmd_line[i];
	cmdline[i] = '\0';
	boot_info.cmdline = cmdline;
}

static void copy_ramdisk(const struct start_info *si)
{
	if (si->mod_len == 0)
		return;
	boot_info.ramdisk_bytes = si->mod_len;
	boot_info.ramdisk = si->flags & SIF_MOD_START_PFN
				    ? vaddr_ptr(pfn_to_vaddr(pfn(si->mod_start)))
				    : vaddr_ptr(vaddr(si->mod_start));
}

/* As domain 0 there is nobody on the other side of these rings. */
static void find_rings(const struct start_info *si)
{
	if (si->flags & SIF_INITDOMAIN)
		return;
	boot_info.console_page = own_frame_ptr(si->console.domU.mfn);
	boot_info.console_port = si->console.domU.evtchn;
	boot_info.xenstore_page = own_frame_ptr(si->store_mfn);
	boot_info.xenstore_port = si->store_evtchn;
}

/* Map Xen's shared page where start_info was; that page's own frame is not seen again. */
static void map_shared_info(const struct start_info *si)
{
	uintptr_t where = (uintptr_t)si;

	if (arch_update_va_mapping(where, si->shared_info | arch_pte_flags(true, false),
		    UVMF_INVLPG | UVMF_LOCAL) != 0)
		arch_crash();
	arch_shared_info = (struct shared_info *)where;
}

static bool magic_is_good(const struct start_info *si)
{
	return si->magic[0] == 'x' && si->magic[1] == 'e' && si->magic[2] == 'n' &&
	       si->magic[3] == '-';
}

void arch_start(const struct start_info *si)
{
	if (!magic_is_good(si))
		arch_crash();
	boot_info.entry_tsc = arch_entry_tsc;
	boot_info.n_pages = si->nr_pages;
	boot_info.pt_first = vaddr_to_pfn(vaddr(si->pt_base));
	boot_info.pt_n_pages = si->nr_pt_frames;
	boot_info.first_free = pfn_add(boot_info.pt_first, si->nr_pt_frames);
	copy_cmdline(si);
	copy_ramdisk(si);
	translate_start(si);
	find_rings(si);
	map_shared_info(si);
	kernel_main();
}
