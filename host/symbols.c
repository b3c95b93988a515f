/* SPDX-License-Identifier: BSD-2-Clause */
/* The symbol table of an image, sorted by address. */
#define _GNU_SOURCE
#include "host/symbols.h"

#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct symbol {
	uint64_t address;
	const char *name; /* in the mapped file */
};

static struct symbol *table;
static size_t n_symbols;
static const uint8_t *file;
static size_t file_bytes;

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

static bool inside(uint64_t offset, uint64_t bytes)
{
	return offset <= file_bytes && bytes <= file_bytes - offset;
}

/* The text at an offset of a string section, if it ends inside. */
static const char *text_at(const Elf64_Shdr *strings, uint64_t offset)
{
	const char *text;

	if (offset >= strings->sh_size)
		return NULL;
	text = (const char *)file + strings->sh_offset + offset;
	return memchr(text, '\0', strings->sh_size - offset) ? text : NULL;
}

static void take_symbols(const Elf64_Shdr *section, const Elf64_Shdr *strings)
{
	size_t n = section->sh_size / sizeof(Elf64_Sym);

	table = malloc((n ? n : 1) * sizeof(*table));
	for (size_t i = 0; table && i < n; i++) {
		Elf64_Sym s;
		const char *name;

		memcpy(&s, file + section->sh_offset + i * sizeof(s), sizeof(s));
		name = text_at(strings, s.st_name);
		if (ELF64_ST_TYPE(s.st_info) == STT_FUNC && s.st_shndx != SHN_UNDEF &&
			name && *name)
			table[n_symbols++] =
				(struct symbol){.address = s.st_value, .name = name};
	}
	if (n_symbols)
		qsort(table, n_symbols, sizeof(*table), by_address);
}

static void read_table(void)
{
	Elf64_Ehdr h;

	if (!inside(0, sizeof(h)))
		return;
	memcpy(&h, file, sizeof(h));
	if (memcmp(h.e_ident, ELFMAG, SELFMAG) != 0 ||
		h.e_ident[EI_CLASS] != ELFCLASS64 ||
		h.e_shentsize != sizeof(Elf64_Shdr) ||
		!inside(h.e_shoff, (uint64_t)h.e_shnum * sizeof(Elf64_Shdr)))
		return;
	for (unsigned i = 0; i < h.e_shnum && !table; i++) {
		Elf64_Shdr s, strings;

		memcpy(&s, file + h.e_shoff + i * sizeof(s), sizeof(s));
		if (s.sh_type != SHT_SYMTAB || s.sh_link >= h.e_shnum)
			continue;
		memcpy(&strings, file + h.e_shoff + s.sh_link * sizeof(s),
			sizeof(strings));
		if (inside(s.sh_offset, s.sh_size) &&
			inside(strings.sh_offset, strings.sh_size))
			take_symbols(&s, &strings);
	}
}

static bool map_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *p = MAP_FAILED;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return false;
	file = p;
	file_bytes = (size_t)st.st_size;
	return true;
}

static void load(const char *path)
{
	if (!map_file(path))
		return;
	read_table();
	if (n_symbols == 0)
		symbols_free();
}

size_t symbols_load(const char *image)
{
	size_t n = strlen(image);
	char *debug;

	symbols_free();
	if (n > 4 && strcmp(image + n - 4, ".elf") == 0)
		n -= 4;
	if (asprintf(&debug, "%.*s.debug.elf", (int)n, image) >= 0) {
		load(debug);
		free(debug);
	}
	if (n_symbols == 0)
		load(image);
	return n_symbols;
}

void symbols_free(void)
{
	if (file)
		munmap((void *)file, file_bytes);
	free(table);
	table = NULL;
	file = NULL;
	n_symbols = file_bytes = 0;
}

size_t symbols_name(uint64_t address, char *text, size_t bytes)
{
	size_t low = 0, high = n_symbols;
	int n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || bytes == 0)
		return 0;
	n = snprintf(text, bytes, "%s+%#llx", table[low - 1].name,
		(unsigned long long)(address - table[low - 1].address));
	return n < 0 ? 0 : (size_t)n < bytes ? (size_t)n : bytes - 1;
}
