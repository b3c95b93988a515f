/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads an ELF image and its Xen notes. The file is whatever somebody passed: nothing in
 * it is believed before it has been compared with the file's length.
 */
#include "host/elf.h"

#include <elf.h>
#include <string.h>
#include <stdint.h>
#include <xen/elfnote.h>

#include "host/status.h"
#include "kernel/addr.h"

#define NOTE_TYPES 19u /* those that we know of */
#define NOTE_TEXT  64u

/* What the notes say; a type that does not occur has length 0. */
struct notes {
	bool any;
	struct {
		bool present;
		uint64_t number;
		char text[NOTE_TEXT];
	} note[NOTE_TYPES];
};

static bool within(const struct image *image, uint64_t offset, uint64_t bytes)
{
	return offset <= image->bytes && bytes <= image->bytes - offset;
}

static uint32_t get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* --- notes --------------------------------------------------------------------------- */

static void note_take(
	struct notes *notes, uint32_t type, const uint8_t *data, uint32_t bytes)
{
	uint64_t number = 0;
	size_t n = bytes < NOTE_TEXT - 1 ? bytes : NOTE_TEXT - 1;

	if (type >= NOTE_TYPES)
		return;
	notes->any = true;
	notes->note[type].present = true;
	memcpy(&number, data, bytes < sizeof(number) ? bytes : sizeof(number));
	notes->note[type].number = number;
	memcpy(notes->note[type].text, data, n);
	notes->note[type].text[n] = '\0';
}

/* One table of notes: header, name and data of each, both padded to four bytes. */
static void notes_read(struct notes *notes, const uint8_t *p, uint64_t bytes)
{
	while (bytes >= 12) {
		uint64_t name = get32(p), data = get32(p + 4);
		uint64_t all = 12 + ((name + 3) & ~3ull) + ((data + 3) & ~3ull);

		if (12 + ((name + 3) & ~3ull) + data > bytes)
			return;
		if (name == 4 && memcmp(p + 12, "Xen", 4) == 0)
			note_take(notes, get32(p + 8), p + 16, (uint32_t)data);
		if (all >= bytes)
			return;
		p += all;
		bytes -= all;
	}
}

static void notes_of_segments(
	const struct image *image, const Elf64_Ehdr *header, struct notes *notes)
{
	for (unsigned i = 0; i < header->e_phnum; i++) {
		Elf64_Phdr ph;

		memcpy(&ph, image->file + header->e_phoff + i * sizeof(ph), sizeof(ph));
		if (ph.p_type == PT_NOTE && ph.p_offset != 0 &&
			within(image, ph.p_offset, ph.p_filesz))
			notes_read(notes, image->file + ph.p_offset, ph.p_filesz);
	}
}

/* Where there is no segment of notes a section of them counts. */
static void notes_of_sections(
	const struct image *image, const Elf64_Ehdr *header, struct notes *notes)
{
	if (header->e_shentsize != sizeof(Elf64_Shdr) ||
		!within(image, header->e_shoff,
			(uint64_t)header->e_shnum * sizeof(Elf64_Shdr)))
		return;
	for (unsigned i = 0; i < header->e_shnum; i++) {
		Elf64_Shdr sh;

		memcpy(&sh, image->file + header->e_shoff + i * sizeof(sh), sizeof(sh));
		if (sh.sh_type == SHT_NOTE && within(image, sh.sh_offset, sh.sh_size))
			notes_read(notes, image->file + sh.sh_offset, sh.sh_size);
	}
}

static int notes_check(const struct notes *notes, const char **why)
{
	if (!notes->any) {
		*why = "no Xen notes in it: not a Xen PV image";
		return STATUS_NOT_PV;
	}
	if (strncmp(notes->note[XEN_ELFNOTE_XEN_VERSION].text, "xen-3.0", 7) != 0) {
		*why = notes->note[XEN_ELFNOTE_PHYS32_ENTRY].present
			       ? "its notes name a PVH entry only: not a Xen PV image"
			       : "its notes do not say \"xen-3.0\": not a Xen PV image";
		return STATUS_NOT_PV;
	}
	if (strncmp(notes->note[XEN_ELFNOTE_LOADER].text, "generic", 7) != 0 &&
		strncmp(notes->note[XEN_ELFNOTE_GUEST_OS].text, "linux", 5) != 0) {
		*why = "its notes name a loader that is not \"generic\"";
		return STATUS_NOT_PV;
	}
	return 0;
}

/* --- header and segments --------------------------------------------------------------- */

static int header_check(const struct image *image, Elf64_Ehdr *header, const char **why)
{
	if (image->bytes < EI_NIDENT || memcmp(image->file, ELFMAG, SELFMAG) != 0) {
		*why = "not an ELF file";
		return STATUS_NOT_PV;
	}
	if (image->file[EI_CLASS] == ELFCLASS32) {
		*why = "a 32-bit image: only 64-bit PV images run without Xen";
		return STATUS_32_BIT;
	}
	if (image->bytes < sizeof(*header)) {
		*why = "the file ends within its header";
		return STATUS_DAMAGED;
	}
	memcpy(header, image->file, sizeof(*header));
	if (header->e_ident[EI_CLASS] != ELFCLASS64 ||
		header->e_ident[EI_DATA] != ELFDATA2LSB ||
		header->e_machine != EM_X86_64) {
		*why = "not for x86-64";
		return STATUS_NOT_PV;
	}
	if (header->e_phentsize != sizeof(Elf64_Phdr) ||
		!within(image, header->e_phoff,
			(uint64_t)header->e_phnum * sizeof(Elf64_Phdr))) {
		*why = "the table of segments lies outside the file";
		return STATUS_DAMAGED;
	}
	return 0;
}

static int segment_take(
	struct image *image, const Elf64_Phdr *ph, uint64_t offset, const char **why)
{
	uint64_t vaddr = ph->p_paddr + offset;

	if (ph->p_filesz > ph->p_memsz || !within(image, ph->p_offset, ph->p_filesz)) {
		*why = "a segment lies outside the file: truncated?";
		return STATUS_DAMAGED;
	}
	if (vaddr + ph->p_memsz < vaddr) {
		*why = "a segment wraps around the end of the address space";
		return STATUS_DAMAGED;
	}
	if (image->n_segments == IMAGE_SEGMENTS_MAX) {
		*why = "too many segments";
		return STATUS_DAMAGED;
	}
	image->segment[image->n_segments++] = (struct image_segment){
		.vaddr = vaddr,
		.offset = ph->p_offset,
		.file_bytes = ph->p_filesz,
		.memory_bytes = ph->p_memsz,
		.execute = ph->p_flags & PF_X,
	};
	if (vaddr < image->start)
		image->start = vaddr;
	if (vaddr + ph->p_memsz > image->end)
		image->end = vaddr + ph->p_memsz;
	return 0;
}

/* @offset  what to add to physical addresses of the file */
static int segments_take(
	struct image *image, const Elf64_Ehdr *header, uint64_t offset, const char **why)
{
	image->start = ~0ull;
	for (unsigned i = 0; i < header->e_phnum; i++) {
		Elf64_Phdr ph;
		int status;

		memcpy(&ph, image->file + header->e_phoff + i * sizeof(ph), sizeof(ph));
		if (ph.p_type != PT_LOAD || !(ph.p_flags & (PF_R | PF_W | PF_X)))
			continue;
		status = segment_take(image, &ph, offset, why);
		if (status)
			return status;
	}
	if (image->n_segments == 0) {
		*why = "nothing to load in it";
		return STATUS_DAMAGED;
	}
	return 0;
}

static int places_check(const struct image *image, const char **why)
{
	if (image->virt_base & (PAGE_SIZE - 1)) {
		*why = "its VIRT_BASE is not the start of a page";
		return STATUS_DAMAGED;
	}
	if (image->start < image->virt_base || image->entry < image->start ||
		image->entry > image->end) {
		*why = "its entry point or its start lies outside it";
		return STATUS_DAMAGED;
	}
	if (image->has_hypercall_page &&
		(image->hypercall_page & (PAGE_SIZE - 1) ||
			image->hypercall_page < image->start ||
			image->end - image->start < PAGE_SIZE ||
			image->hypercall_page > image->end - PAGE_SIZE)) {
		*why = "its hypercall page lies outside it";
		return STATUS_DAMAGED;
	}
	return 0;
}

static uint64_t note_or(const struct notes *notes, unsigned type, uint64_t otherwise)
{
	uint64_t n = notes->note[type].number;

	return notes->note[type].present && n != ~0ull ? n : otherwise;
}

int image_parse(struct image *image, const void *file, size_t bytes, const char **why)
{
	struct notes notes = {.any = false};
	Elf64_Ehdr header;
	uint64_t base;
	int status;

	*image = (struct image){.file = file, .bytes = bytes};
	status = header_check(image, &header, why);
	if (status)
		return status;
	notes_of_segments(image, &header, &notes);
	if (!notes.any)
		notes_of_sections(image, &header, &notes);
	status = notes_check(&notes, why);
	if (status)
		return status;
	base = note_or(&notes, XEN_ELFNOTE_VIRT_BASE, 0);
	image->virt_base = base;
	image->entry = note_or(&notes, XEN_ELFNOTE_ENTRY, header.e_entry);
	image->has_hypercall_page = notes.note[XEN_ELFNOTE_HYPERCALL_PAGE].present;
	image->hypercall_page = notes.note[XEN_ELFNOTE_HYPERCALL_PAGE].number;
	image->module_by_pfn = note_or(&notes, XEN_ELFNOTE_MOD_START_PFN, 0) != 0;
	status = segments_take(
		image, &header, base - note_or(&notes, XEN_ELFNOTE_PADDR_OFFSET, 0), why);
	return status ? status : places_check(image, why);
}
