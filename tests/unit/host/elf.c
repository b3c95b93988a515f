/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader of images: a good one, and every way in which a file can be bad. */
#include "host/elf.h"

#include <elf.h>
#include <stdint.h>
#include <stdlib.h>
#include <xen/elfnote.h>

#include "host/status.h"
#include "tests/test.h"

#define BASE       0x400000u
#define TEXT_BYTES 8192u

/* A small image: header, two segments, notes, and text with the hypercall page in it. */
struct file {
	Elf64_Ehdr header;
	Elf64_Phdr load, note;
	struct {
		Elf64_Nhdr header;
		char name[4];
		char text[8];
	} version, loader;
	struct {
		Elf64_Nhdr header;
		char name[4];
		uint64_t value;
	} __attribute__((packed)) base, offset, entry, page;
	uint8_t text[TEXT_BYTES];
};

#define NOTE(type, bytes)                                                                \
	{                                                                                \
		.n_namesz = 4, .n_descsz = (bytes), .n_type = (type)                     \
	}
#define NUMBER(type, v)                                                                  \
	{                                                                                \
		.header = NOTE(type, 8), .name = "Xen", .value = (v)                     \
	}

static struct file *file;

static void make(void)
{
	free(file);
	file = malloc(sizeof(*file));
	memset(file, 0, sizeof(*file));
	memcpy(file->header.e_ident, ELFMAG, SELFMAG);
	file->header.e_ident[EI_CLASS] = ELFCLASS64;
	file->header.e_ident[EI_DATA] = ELFDATA2LSB;
	file->header.e_machine = EM_X86_64;
	file->header.e_phoff = offsetof(struct file, load);
	file->header.e_phentsize = sizeof(Elf64_Phdr);
	file->header.e_phnum = 2;
	file->load = (Elf64_Phdr){.p_type = PT_LOAD,
		.p_flags = PF_R | PF_X,
		.p_offset = offsetof(struct file, text),
		.p_vaddr = BASE,
		.p_paddr = BASE,
		.p_filesz = TEXT_BYTES,
		.p_memsz = 2 * TEXT_BYTES};
	file->note = (Elf64_Phdr){.p_type = PT_NOTE,
		.p_offset = offsetof(struct file, version),
		.p_filesz = offsetof(struct file, text) - offsetof(struct file, version)};
	file->version = (__typeof__(file->version)){
		NOTE(XEN_ELFNOTE_XEN_VERSION, 8), "Xen", "xen-3.0"};
	file->loader =
		(__typeof__(file->loader)){NOTE(XEN_ELFNOTE_LOADER, 8), "Xen", "generic"};
	file->base = (__typeof__(file->base))NUMBER(XEN_ELFNOTE_VIRT_BASE, BASE);
	file->offset = (__typeof__(file->offset))NUMBER(XEN_ELFNOTE_PADDR_OFFSET, BASE);
	file->entry = (__typeof__(file->entry))NUMBER(XEN_ELFNOTE_ENTRY, BASE + 16);
	file->page =
		(__typeof__(file->page))NUMBER(XEN_ELFNOTE_HYPERCALL_PAGE, BASE + 4096);
}

static struct image image;
static const char *why;

static int parse(size_t bytes)
{
	why = NULL;
	return image_parse(&image, file, bytes, &why);
}

TEST(a_good_image_is_understood)
{
	make();
	CHECK_EQ(parse(sizeof(*file)), 0);
	CHECK_EQ(image.n_segments, 1);
	CHECK_EQ(image.segment[0].vaddr, BASE);
	CHECK_EQ(image.segment[0].file_bytes, TEXT_BYTES);
	CHECK(image.segment[0].execute);
	CHECK_EQ(image.start, BASE);
	CHECK_EQ(image.end, BASE + 2 * TEXT_BYTES);
	CHECK_EQ(image.virt_base, BASE);
	CHECK_EQ(image.entry, BASE + 16);
	CHECK(image.has_hypercall_page);
	CHECK_EQ(image.hypercall_page, BASE + 4096);
	CHECK(!image.module_by_pfn);
}

TEST(without_notes_of_places_pfn_0_is_at_0_and_the_entry_is_the_files)
{
	make();
	file->base.header.n_type = file->offset.header.n_type =
		18; /* one without effect */
	file->entry.header.n_type = 18;
	file->header.e_entry = BASE + 4;
	CHECK_EQ(parse(sizeof(*file)), 0);
	CHECK_EQ(image.virt_base, 0);
	CHECK_EQ(image.entry, BASE + 4);
	CHECK_EQ(image.start, BASE);
}

static void status_is(int want)
{
	int status = parse(sizeof(*file));

	if (status != want || !why || strlen(why) < 10)
		test_fail(__FILE__, __LINE__, "status %d (%s), not %d", status,
			why ? why : "no words", want);
}

TEST(what_is_no_pv_image_is_told_as_such)
{
	make();
	file->header.e_ident[0] = 'X';
	status_is(STATUS_NOT_PV);
	make();
	file->header.e_machine = EM_AARCH64;
	status_is(STATUS_NOT_PV);
	make();
	file->header.e_ident[EI_CLASS] = ELFCLASS32;
	status_is(STATUS_32_BIT);
	make();
	file->note.p_type = PT_NULL;
	status_is(STATUS_NOT_PV);
	make();
	file->version.text[5] = '4';
	status_is(STATUS_NOT_PV);
	make();
	file->version.header.n_type = XEN_ELFNOTE_PHYS32_ENTRY;
	status_is(STATUS_NOT_PV);
	make();
	file->loader.text[0] = 'x';
	status_is(STATUS_NOT_PV);
	make();
	memcpy(file->version.name, "GNU", 4); /* somebody else's note with this number */
	status_is(STATUS_NOT_PV);
}

TEST(damaged_places_are_told_as_such)
{
	make();
	file->header.e_phoff = sizeof(*file) - 8;
	status_is(STATUS_DAMAGED);
	make();
	file->header.e_phoff = ~0ull - 4;
	status_is(STATUS_DAMAGED);
	make();
	file->header.e_phentsize = 32;
	status_is(STATUS_DAMAGED);
	make();
	file->load.p_offset = sizeof(*file) - TEXT_BYTES + 1;
	status_is(STATUS_DAMAGED);
	make();
	file->load.p_filesz = ~0ull - 100;
	file->load.p_memsz = ~0ull;
	status_is(STATUS_DAMAGED);
	make();
	file->load.p_memsz = TEXT_BYTES - 1;
	status_is(STATUS_DAMAGED);
	make();
	file->load.p_memsz = ~0ull;
	status_is(STATUS_DAMAGED);
	make();
	file->load.p_type = PT_NULL;
	status_is(STATUS_DAMAGED);
}

TEST(entry_base_and_hypercall_page_must_lie_in_the_image)
{
	make();
	file->entry.value = BASE - 1;
	status_is(STATUS_DAMAGED);
	make();
	file->entry.value = BASE + 2 * TEXT_BYTES + 1;
	status_is(STATUS_DAMAGED);
	make();
	file->base.value = file->offset.value = BASE + 4096;
	status_is(STATUS_DAMAGED);
	make();
	file->base.value = file->offset.value = BASE - 8;
	status_is(STATUS_DAMAGED);
	make();
	file->page.value = BASE + 2 * TEXT_BYTES - 4095;
	status_is(STATUS_DAMAGED);
	make();
	file->page.value = BASE + 64;
	status_is(STATUS_DAMAGED);
	make();
	file->page.value = BASE - 4096;
	status_is(STATUS_DAMAGED);
}

TEST(a_file_cut_anywhere_before_its_end_is_refused)
{
	make();
	for (size_t bytes = 0; bytes < sizeof(*file) && !test_failed(); bytes++) {
		/* A copy of just that length: the sanitizer sees each byte too many. */
		void *cut = malloc(bytes ? bytes : 1);

		memcpy(cut, file, bytes);
		test_row("%zu bytes", bytes);
		if (image_parse(&image, cut, bytes, &why) == 0)
			test_fail(__FILE__, __LINE__, "taken");
		free(cut);
	}
}

TEST(no_value_of_any_byte_of_the_tables_is_read_past_the_file)
{
	size_t n = offsetof(struct file, text);

	for (size_t i = 0; i < n; i++) {
		for (unsigned v = 0; v < 256; v += 17) {
			make();
			((uint8_t *)file)[i] = (uint8_t)v;
			(void)parse(sizeof(*file));
			((uint8_t *)file)[(i * 7 + v) % n] ^= 0xff;
			(void)parse(sizeof(*file));
		}
	}
	free(file);
	file = NULL;
}

TEST(too_many_segments_are_refused)
{
	enum { N = IMAGE_SEGMENTS_MAX + 1 };
	size_t bytes;
	uint8_t *big;

	make();
	bytes = sizeof(*file) + (N + 1) * sizeof(Elf64_Phdr);
	big = malloc(bytes);
	file->header.e_phoff = sizeof(*file);
	file->header.e_phnum = N;
	memcpy(big, file, sizeof(*file));
	for (size_t i = 0; i <= N; i++) {
		Elf64_Phdr ph = file->load;

		if (i == 0)
			ph = file->note;
		else
			ph.p_vaddr = ph.p_paddr = BASE + (i - 1) * 2 * TEXT_BYTES;
		memcpy(big + sizeof(*file) + i * sizeof(ph), &ph, sizeof(ph));
	}
	CHECK_EQ(image_parse(&image, big, bytes, &why), 0);
	((Elf64_Ehdr *)big)->e_phnum = N + 1;
	CHECK_EQ(image_parse(&image, big, bytes, &why), STATUS_DAMAGED);
	free(big);
}
