/* SPDX-License-Identifier: BSD-2-Clause */
/* The corpus of the httpd's fuzz target: as it is, cut short everywhere, and with each byte changed. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>

#include "tests/test.h"

enum { INPUT_MAX = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static size_t load(const char *name, uint8_t *data)
{
	char path[512];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", CORPUS, name);
	f = fopen(path, "rb");
	if (!f)
		return 0;
	n = fread(data, 1, INPUT_MAX, f);
	fclose(f);
	return n;
}

static void run_with_changes(uint8_t *data, size_t len)
{
	static const uint8_t changes[] = {
		'\0', '\n', '\r', ' ', ':', '/', '%', '.', 0xff};

	for (size_t n = 0; n <= len; n++)
		LLVMFuzzerTestOneInput(data, n);
	for (size_t i = 0; i < len; i++) {
		uint8_t original = data[i];

		for (size_t c = 0; c < sizeof(changes); c++) {
			data[i] = changes[c];
			LLVMFuzzerTestOneInput(data, len);
		}
		data[i] = original;
	}
}

TEST(the_parser_keeps_its_promises_on_the_corpus)
{
	uint8_t data[INPUT_MAX];
	struct dirent *e;
	int n_inputs = 0;
	DIR *dir = opendir(CORPUS);

	CHECK(dir != NULL);
	while ((e = readdir(dir))) {
		size_t len = load(e->d_name, data);

		if (len == 0)
			continue;
		run_with_changes(data, len);
		n_inputs++;
	}
	closedir(dir);
	CHECK(n_inputs >= 9);
}
