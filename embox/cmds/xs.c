/* SPDX-License-Identifier: BSD-2-Clause */
/* XenStore from the shell. */
#include "embox/cmds/xs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/heap.h"
#include "xen/xenstore.h"

#define DEPTH_MAX 16 /* of a tree that is shown */

static const char usage[] = "xs ls|tree [PATH]   xs read PATH...   xs write PATH VALUE\n"
			    "xs rm PATH   xs watch PATH [COUNT]\n";

int xs_complain(const char *path, int error)
{
	fprintf(stderr, "xs: %s: %s\n", path, strerror(-error));
	return 1;
}

/* A value is any bytes: what a terminal would act upon is shown as \xNN. */
static void show_value(const char *value, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)value[i];

		if (c < ' ' || c == 0x7f || c == '\\')
			printf("\\x%02x", c);
		else
			putchar(c);
	}
}

/* @below  what is joined to path by "/", or NULL */
static int read_node(const char *path, const char *below, char **value, size_t *len)
{
	char full[XENSTORE_PATH_MAX];

	if (below)
		snprintf(full, sizeof(full), strcmp(path, "/") ? "%s/%s" : "%s%s", path,
			below);
	else
		snprintf(full, sizeof(full), "%s", path);
	return xenstore_read(XS_NO_TRANSACTION, full, value, len);
}

static int list(const char *path, int depth, bool whole_tree);

static void list_child(const char *path, const char *name, int depth, bool whole_tree)
{
	char full[XENSTORE_PATH_MAX];
	char *value;
	size_t len;

	printf("%*s%s", 2 * depth, "", name);
	if (read_node(path, name, &value, &len) == 0) {
		printf(" = \"");
		show_value(value, len);
		putchar('"');
		kfree(value);
	}
	putchar('\n');
	if (!whole_tree || depth + 1 >= DEPTH_MAX)
		return;
	snprintf(full, sizeof(full), strcmp(path, "/") ? "%s/%s" : "%s%s", path, name);
	list(full, depth + 1, true); /* a node that we may not read has no children */
}

static int list(const char *path, int depth, bool whole_tree)
{
	char **names;
	size_t n;
	int result = xenstore_directory(XS_NO_TRANSACTION, path, &names, &n);

	if (result < 0)
		return result;
	for (size_t i = 0; i < n; i++)
		list_child(path, names[i], depth, whole_tree);
	kfree(names);
	return 0;
}

/* Our own node, for ls without a path. */
static const char *home(void)
{
	static char path[32];

	snprintf(path, sizeof(path), "/local/domain/%d", xenstore_domid());
	return path;
}

static int command_list(int argc, char **argv)
{
	const char *path = argc > 2 ? argv[2] : home();
	int result = list(path, 0, strcmp(argv[1], "tree") == 0);

	return result < 0 ? xs_complain(path, result) : 0;
}

static int command_read(int argc, char **argv)
{
	int failed = 0;

	for (int i = 2; i < argc; i++) {
		char *value;
		size_t len;
		int result = read_node(argv[i], NULL, &value, &len);

		if (result < 0) {
			failed = xs_complain(argv[i], result);
			continue;
		}
		show_value(value, len);
		putchar('\n');
		kfree(value);
	}
	return failed;
}

static int command_write(int argc, char **argv)
{
	int result = xenstore_write(XS_NO_TRANSACTION, argv[2], argv[3], strlen(argv[3]));

	(void)argc;
	return result < 0 ? xs_complain(argv[2], result) : 0;
}

static int command_rm(int argc, char **argv)
{
	int result = xenstore_rm(XS_NO_TRANSACTION, argv[2]);

	(void)argc;
	return result < 0 ? xs_complain(argv[2], result) : 0;
}

static int command_watch(int argc, char **argv)
{
	int result = xs_watch(argv[2], argc > 3 ? strtoul(argv[3], NULL, 10) : 0);

	return result < 0 ? xs_complain(argv[2], result) : 0;
}

static const struct {
	const char *name;
	int words_min, words_max; /* behind the name */
	int (*run)(int argc, char **argv);
} commands[] = {
	{"ls", 0, 1, command_list},
	{"tree", 0, 1, command_list},
	{"read", 1, 64, command_read},
	{"write", 2, 2, command_write},
	{"rm", 1, 1, command_rm},
	{"watch", 1, 2, command_watch},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name) == 0 &&
			argc - 2 >= commands[i].words_min &&
			argc - 2 <= commands[i].words_max)
			return commands[i].run(argc, argv);
	}
	fputs(usage, stderr);
	return 2;
}
