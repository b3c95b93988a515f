/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines that contain a text. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool inverted, found;

static void search(FILE *f, const char *text)
{
	char line[1024];

	while (fgets(line, sizeof(line), f)) {
		if ((strstr(line, text) != NULL) == inverted)
			continue;
		found = true;
		fputs(line, stdout);
	}
}

static int search_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "r");

	if (!f) {
		fprintf(stderr, "grep: %s: %s\n", path, strerror(errno));
		return 2;
	}
	search(f, text);
	fclose(f);
	return 0;
}

int main(int argc, char **argv)
{
	int first = argc > 1 && strcmp(argv[1], "-v") == 0 ? 2 : 1, status = 0;

	inverted = first == 2;
	found = false;
	if (argc <= first) {
		fputs("grep [-v] TEXT [FILE...]\n", stderr);
		return 2;
	}
	if (argc == first + 1)
		search(stdin, argv[first]);
	for (int i = first + 1; i < argc; i++)
		status |= search_file(argv[i], argv[first]);
	return status ? status : !found;
}
