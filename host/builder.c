/* SPDX-License-Identifier: BSD-2-Clause */
/* The domain builder: from an image and a configuration to a domain ready to run. */
#define _GNU_SOURCE
#include "host/builder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <stdint.h>
#include <xen/xen.h>

#include "host/clock.h"
#include "host/domain.h"
#include "host/elf.h"
#include "host/hv.h"
#include "host/layout.h"
#include "host/mmu.h"
#include "host/say.h"
#include "host/stats.h"
#include "host/status.h"

#define PAGES_PER_MB         256u
#define HYPERCALL_STUB_BYTES 32
#define HYPERCALL_STUBS      128
#define FLAGS_AT_START       0x202u /* interrupts on */

/* Initial entries as the toolstack makes them; Xen adds what it wants to have. */
#define LEAF  (PTE_PRESENT | PTE_WRITE | PTE_ACCESSED)
#define TABLE (PTE_PRESENT | PTE_WRITE | PTE_ACCESSED | PTE_DIRTY | PTE_USER)

static struct layout layout;
static struct image image;
static int image_fd = -1;
static uint64_t watchdog_s;

/* --- files ---------------------------------------------------------------------------------- */

struct file {
	int fd;
	const uint8_t *bytes; /* mapped */
	size_t n_bytes;
};

static int file_open(const char *path, const char *what, struct file *f)
{
	struct stat st;
	void *p;

	f->fd = open(path, O_RDONLY | O_CLOEXEC |
				   O_NONBLOCK); /* a pipe is refused, not waited for */
	if (f->fd < 0 || fstat(f->fd, &st) != 0) {
		host_say("%s %s: %s", what, path, strerror(errno));
		return STATUS_NO_FILE;
	}
	if (!S_ISREG(st.st_mode)) {
		host_say("%s %s: not a file", what, path);
		return STATUS_NO_FILE;
	}
	f->n_bytes = (size_t)st.st_size;
	f->bytes = NULL;
	if (f->n_bytes == 0)
		return 0;
	p = mmap(NULL, f->n_bytes, PROT_READ, MAP_PRIVATE, f->fd, 0);
	if (p == MAP_FAILED) {
		host_say("%s %s: %s", what, path, strerror(errno));
		return STATUS_NO_FILE;
	}
	f->bytes = p;
	return 0;
}

/* --- checks that need to know this machine -------------------------------------------------- */

/* Linux keeps the first pages from whom it does not trust. */
static int low_pages_check(const char *path)
{
	uint64_t low = image.virt_base;
	void *p;

	if (low >= 1 << 20)
		return 0;
	p = mmap((void *)low, PAGE_SIZE, PROT_NONE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (p == (void *)low) {
		munmap(p, PAGE_SIZE);
		return 0;
	}
	host_say("%s: its memory begins at %#lx, which this user may not map: run it as "
		 "root, "
		 "or link it at 64 KiB or above",
		path, low);
	return STATUS_TOO_LOW;
}

static int image_open(const char *path)
{
	struct file f;
	const char *why = "";
	int status = file_open(path, "image", &f);

	if (status)
		return status;
	status = image_parse(&image, f.bytes, f.n_bytes, &why);
	if (status) {
		host_say("%s: %s", path, why);
		return status;
	}
	if (image.end >= GUEST_END || image.end + (1ull << 40) >= GUEST_END) {
		host_say("%s: linked at %#lx; only images below %#llx can run in a "
			 "process",
			path, image.start, GUEST_END - (1ull << 40));
		return STATUS_TOO_LOW;
	}
	image_fd = f.fd;
	return low_pages_check(path);
}

/* --- contents ---------------------------------------------------------------------------------- */

static uint64_t va_of(size_t pfn)
{
	return layout.virt_base + pages_to_bytes(pfn);
}

static void segments_load(void)
{
	for (unsigned i = 0; i < image.n_segments; i++) {
		const struct image_segment *s = &image.segment[i];

		if (s->file_bytes > 0)
			memcpy(memory.ptr + (s->vaddr - image.virt_base),
				image.file + s->offset, s->file_bytes);
	}
}

/*
 * If a segment lies in the file as in memory, page by page, its pages can be mapped from
 * the file as long as they have not been changed.
 */
static void text_offer(void)
{
	for (unsigned i = 0; i < image.n_segments; i++) {
		const struct image_segment *s = &image.segment[i];
		uint64_t first = (s->vaddr + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
		uint64_t end = (s->vaddr + s->file_bytes) & ~(uint64_t)(PAGE_SIZE - 1);

		if (!s->execute || (s->vaddr - s->offset) % PAGE_SIZE != 0 ||
			end <= first)
			continue;
		tlb_set_image(image_fd, s->offset + (first - s->vaddr),
			(first - image.virt_base) / PAGE_SIZE, (end - first) / PAGE_SIZE,
			image.file + s->offset + (first - s->vaddr));
		return;
	}
}

/*
 * A stub for each number: mov $nr, %eax; jmp *where. iret's pushes what belongs in front
 * of the frame.
 */
static void hypercall_page_fill(void)
{
	static const uint8_t pushes[] = {0x51, 0x41, 0x53, 0x50}; /* rcx r11 rax */
	uint64_t where = (uint64_t)host_hypercall;
	uint8_t *page = memory.ptr + (image.hypercall_page - image.virt_base);

	if (!image.has_hypercall_page)
		return;
	memset(page, 0xcc, PAGE_SIZE);
	for (uint32_t nr = 0; nr < HYPERCALL_STUBS; nr++) {
		uint8_t *p = page + nr * HYPERCALL_STUB_BYTES;

		if (nr == __HYPERVISOR_iret) {
			memcpy(p, pushes, sizeof(pushes));
			p += sizeof(pushes);
		}
		*p++ = 0xb8;
		memcpy(p, &nr, sizeof(nr));
		p += sizeof(nr);
		memcpy(p, "\xff\x25\0\0\0\0", 6);
		memcpy(p + 6, &where, sizeof(where));
	}
}

static void p2m_fill(void)
{
	uint64_t *p2m = frame_ptr(layout.p2m);

	for (size_t i = 0; i < layout.n_pages; i++)
		p2m[i] = frame_mfn(i);
}

static pte_t entry(size_t pfn, pte_t flags)
{
	return frame_mfn(pfn) << PAGE_SHIFT | flags;
}

/* Tables of one level lie one after the other, the higher levels first. */
static void tables_fill(void)
{
	size_t table = layout.tables;

	for (int level = PTE_LEVELS; level > 1; level--) {
		size_t lower = table + layout.n_level[level];
		pte_t *e = frame_ptr(table);
		unsigned slot = pte_slot(layout.virt_base, level);

		for (size_t i = 0; i < layout.n_level[level - 1]; i++)
			e[slot + i] = entry(lower + i, TABLE);
		table = lower;
	}
	for (uint64_t va = layout.virt_base; va < layout.virt_end; va += PAGE_SIZE) {
		size_t pfn = (va - layout.virt_base) >> PAGE_SHIFT;
		bool is_table =
			pfn >= layout.tables && pfn < layout.tables + layout.n_tables;
		pte_t *e = frame_ptr(table);

		e[pte_slot(layout.virt_base, 1) + pfn] =
			entry(pfn, is_table ? LEAF & ~PTE_WRITE : LEAF);
	}
}

static void start_info_fill(const char *cmdline, uint64_t ramdisk_bytes, bool by_pfn)
{
	struct start_info *s = frame_ptr(layout.start_info);

	snprintf(s->magic, sizeof(s->magic), "xen-3.0-x86_64");
	s->nr_pages = layout.n_pages;
	s->shared_info = memory_shared_info_mfn() << PAGE_SHIFT;
	s->store_mfn = frame_mfn(layout.xenstore);
	s->console.domU.mfn = frame_mfn(layout.console);
	s->pt_base = va_of(layout.tables);
	s->nr_pt_frames = layout.n_tables;
	s->mfn_list = va_of(layout.p2m);
	if (ramdisk_bytes > 0) {
		s->mod_start = by_pfn ? layout.ramdisk : va_of(layout.ramdisk);
		s->mod_len = ramdisk_bytes;
		s->flags |= by_pfn ? SIF_MOD_START_PFN : 0;
	}
	strncpy((char *)s->cmd_line, cmdline ? cmdline : "", sizeof(s->cmd_line) - 1);
}

/* --- all of it --------------------------------------------------------------------------------- */

static int lay_out(const struct domain_config *c, const struct file *ramdisk)
{
	size_t n_pages = (size_t)c->memory_mb * PAGES_PER_MB;
	int err;

	if (!layout_compute(&layout, image.virt_base, image.end, n_pages,
		    ramdisk->n_bytes, !image.module_by_pfn)) {
		host_say("%u MB are too little for %s%s%s and the page tables",
			c->memory_mb, c->kernel, c->ramdisk ? ", " : "",
			c->ramdisk ? c->ramdisk : "");
		return STATUS_TOO_BIG;
	}
	err = memory_create(n_pages);
	if (err) {
		host_say("no %u MB of memory on this machine: %s", c->memory_mb,
			strerror(-err));
		return STATUS_HOST;
	}
	return 0;
}

static int fill(const struct domain_config *c, const struct file *ramdisk)
{
	memory_touch(memory.ptr, pages_to_bytes(layout.stack));
	segments_load();
	if (ramdisk->n_bytes > 0)
		memcpy(frame_ptr(layout.ramdisk), ramdisk->bytes, ramdisk->n_bytes);
	hypercall_page_fill();
	p2m_fill();
	tables_fill();
	start_info_fill(c->cmdline, ramdisk->n_bytes, image.module_by_pfn);
	text_offer();
	if (mmu_start(layout.tables) != 0) {
		host_say("%s: the initial page tables are refused", c->kernel);
		return STATUS_HOST;
	}
	return 0;
}

int domain_build(const struct domain_config *c)
{
	struct file ramdisk = {.n_bytes = 0};
	int status = context_start();

	if (!status)
		status = image_open(c->kernel);
	if (!status && c->ramdisk)
		status = file_open(c->ramdisk, "RAM disk", &ramdisk);
	if (!status)
		status = lay_out(c, &ramdisk);
	if (!status)
		status = fill(c, &ramdisk);
	if (status)
		return status;
	if (c->ramdisk)
		close(ramdisk.fd);
	watchdog_s = c->watchdog_s;
	tlb_keep_stale(c->stale_tlb);
	clock_start();
	return 0;
}

void *domain_store_page(void)
{
	return frame_ptr(layout.xenstore);
}

void *domain_console_page(void)
{
	return frame_ptr(layout.console);
}

void domain_set_ports(uint32_t store, uint32_t console)
{
	struct start_info *s = frame_ptr(layout.start_info);

	s->store_evtchn = store;
	s->console.domU.evtchn = console;
}

void builder_start_state(struct guest_regs *r)
{
	*r = (struct guest_regs){
		.left = LEFT_BY_EVENT,
		.rip = image.entry,
		.cs = SELECTOR_CODE,
		.rflags = FLAGS_AT_START,
		.rsp = va_of(layout.stack + 1),
		.ss = SELECTOR_DATA,
		.rsi = va_of(layout.start_info),
	};
}

uint64_t builder_watchdog_s(void)
{
	return watchdog_s;
}
