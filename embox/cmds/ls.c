/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists folders. */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PATH_BYTES 512

struct names {
	char **texts;
	size_t n;
};

static bool all, details;

static int complain(const char *path)
{
	fprintf(stderr, "ls: %s: %s\n", path, strerror(errno));
	return 1;
}

static void show_details(const struct stat *st)
{
	static const char rights[] = "rwxrwxrwx";
	char text[10], date[20];
	struct tm t;

	for (int i = 0; i < 9; i++)
		text[i] = st->st_mode & (0400u >> i) ? rights[i] : '-';
	text[9] = '\0';
	gmtime_r(&st->st_mtime, &t);
	strftime(date, sizeof(date), "%Y-%m-%d %H:%M", &t);
	printf("%c%s %10lld %s ",
		S_ISDIR(st->st_mode)   ? 'd'
		: S_ISLNK(st->st_mode) ? 'l'
		: S_ISCHR(st->st_mode) ? 'c'
				       : '-',
		text, (long long)st->st_size, date);
}

static int show(const char *path, const char *name)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return complain(path);
	if (details)
		show_details(&st);
	printf("%s%s\n", name, S_ISDIR(st.st_mode) ? "/" : "");
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int take_names(DIR *dir, struct names *names)
{
	struct dirent *entry;

	while ((entry = readdir(dir))) {
		char **grown;

		if (entry->d_name[0] == '.' && !all)
			continue;
		grown = realloc(names->texts, (names->n + 1) * sizeof(*grown));
		if (!grown)
			return -1;
		names->texts = grown;
		grown[names->n] = strdup(entry->d_name);
		if (!grown[names->n])
			return -1;
		names->n++;
	}
	return 0;
}

static int list(const char *folder)
{
	struct names names = {NULL, 0};
	DIR *dir = opendir(folder);
	int failed;

	if (!dir)
		return errno == ENOTDIR ? show(folder, folder) : complain(folder);
	failed = take_names(dir, &names) < 0 ? complain(folder) : 0;
	closedir(dir);
	qsort(names.texts, names.n, sizeof(*names.texts), compare);
	for (size_t i = 0; i < names.n; i++) {
		char path[PATH_BYTES];

		snprintf(path, sizeof(path), "%s/%s", folder, names.texts[i]);
		failed |= show(path, names.texts[i]);
		free(names.texts[i]);
	}
	free(names.texts);
	return failed;
}

int main(int argc, char **argv)
{
	int option, failed = 0;

	all = false;
	details = false;
	while ((option = getopt(argc, argv, "al")) != -1) {
		if (option == '?')
			return 2;
		all |= option == 'a';
		details |= option == 'l';
	}
	if (optind == argc)
		return list(".");
	for (int i = optind; i < argc; i++) {
		if (argc - optind > 1)
			printf("%s:\n", argv[i]);
		failed |= list(argv[i]);
	}
	return failed;
}
