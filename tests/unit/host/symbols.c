/* SPDX-License-Identifier: BSD-2-Clause */
/* Names from symbol tables: of this program itself, and of files that are none. */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/symbols.h"
#include "tests/test.h"

/* A file with one symbol table: "first" at 0x1000, "second" at 0x1010. */
struct small {
	Elf64_Ehdr header;
	Elf64_Shdr section[3];
	Elf64_Sym symbol[4];
	char strings[32];
};

static void make(struct small *s)
{
	memset(s, 0, sizeof(*s));
	memcpy(s->header.e_ident, ELFMAG, SELFMAG);
	s->header.e_ident[EI_CLASS] = ELFCLASS64;
	s->header.e_shoff = offsetof(struct small, section);
	s->header.e_shentsize = sizeof(Elf64_Shdr);
	s->header.e_shnum = 3;
	s->section[1] = (Elf64_Shdr){.sh_type = SHT_SYMTAB,
		.sh_offset = offsetof(struct small, symbol),
		.sh_size = sizeof(s->symbol),
		.sh_link = 2};
	s->section[2] = (Elf64_Shdr){.sh_type = SHT_STRTAB,
		.sh_offset = offsetof(struct small, strings),
		.sh_size = sizeof(s->strings)};
	memcpy(s->strings, "\0first\0second\0data", 19);
	s->symbol[1] = (Elf64_Sym){
		.st_name = 7, .st_value = 0x1010, .st_shndx = 1, .st_info = STT_FUNC};
	s->symbol[2] = (Elf64_Sym){
		.st_name = 1, .st_value = 0x1000, .st_shndx = 1, .st_info = STT_FUNC};
	s->symbol[3] = (Elf64_Sym){
		.st_name = 14, .st_value = 0x1008, .st_shndx = 1, .st_info = STT_OBJECT};
}

static size_t load(const void *bytes, size_t n)
{
	char path[] = "/tmp/domik-symbols-XXXXXX";
	int fd = mkstemp(path);
	ssize_t done = write(fd, bytes, n);
	size_t found = done == (ssize_t)n ? symbols_load(path) : 0;

	close(fd);
	unlink(path);
	return found;
}

TEST(addresses_get_the_function_that_they_are_in)
{
	struct small s;
	char text[64];

	make(&s);
	CHECK_EQ(load(&s, sizeof(s)), 2);
	CHECK(symbols_name(0x1000, text, sizeof(text)) > 0);
	CHECK_STR(text, "first+0");
	CHECK(symbols_name(0x100f, text, sizeof(text)) > 0);
	CHECK_STR(text, "first+0xf");
	CHECK_EQ(symbols_name(0x1012, text, sizeof(text)), strlen("second+0x2"));
	CHECK_STR(text, "second+0x2");
	CHECK_EQ(symbols_name(0xfff, text, sizeof(text)), 0);
	CHECK_EQ(symbols_name(0x1012, text, 5), 4);
	CHECK_STR(text, "seco");
	symbols_free();
	CHECK_EQ(symbols_name(0x1012, text, sizeof(text)), 0);
}

TEST(files_without_a_table_have_no_names)
{
	CHECK_EQ(symbols_load("/no/such/file.elf"), 0);
	CHECK_EQ(symbols_load("/"), 0);
	CHECK_EQ(load("", 0), 0);
	CHECK_EQ(load("\x7f"
		      "ELF",
			 4),
		0);
}

TEST(damaged_tables_are_not_believed)
{
	struct small good, s;
	unsigned seed = 3;

	make(&good);
	for (unsigned i = 0; i < 3000; i++) {
		s = good;
		for (unsigned k = 0; k < 1 + i % 3; k++) {
			seed = seed * 1103515245 + 12345;
			((uint8_t *)&s)[(seed >> 8) % sizeof(s)] = (uint8_t)(seed >> 20);
		}
		if (load(&s, i % 7 ? sizeof(s) : (seed >> 5) % sizeof(s))) {
			char text[64];

			symbols_name(0x1005, text, sizeof(text));
		}
	}
	symbols_free();
}
