/* SPDX-License-Identifier: BSD-2-Clause */
/* A configuration from a file, and the files that it names. */
#define _GNU_SOURCE
#include "host/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/status.h"

#define FILE_BYTES_MAX (1u << 20)

/* A path that is not there from here: from the configuration's folder? */
static int find_beside(char **file, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *beside;

	if (!*file || **file == '/' || !slash || access(*file, F_OK) == 0)
		return 0;
	if (asprintf(&beside, "%.*s/%s", (int)(slash - path), path, *file) < 0)
		return STATUS_HOST;
	if (access(beside, F_OK) != 0) {
		free(beside);
		return 0; /* whoever opens it will say so */
	}
	free(*file);
	*file = beside;
	return 0;
}

static int read_all(struct config *c, const char *path, char **text, size_t *bytes)
{
	FILE *f = fopen(path, "r");
	char line[400];

	*text = NULL;
	if (f) {
		*text = malloc(FILE_BYTES_MAX + 1);
		*bytes = *text ? fread(*text, 1, FILE_BYTES_MAX + 1, f) : 0;
	}
	if (!f || !*text || ferror(f))
		snprintf(line, sizeof(line), "%.300s: %s", path, strerror(errno));
	else if (*bytes > FILE_BYTES_MAX)
		snprintf(
			line, sizeof(line), "%.300s: too long for a configuration", path);
	else
		line[0] = '\0';
	if (f)
		fclose(f);
	if (!line[0])
		return 0;
	c->tell(line);
	return STATUS_NO_FILE;
}

int config_read(struct config *c, const char *path)
{
	char *text;
	size_t bytes = 0;
	int status = read_all(c, path, &text, &bytes);

	if (!status)
		status = config_parse(c, text, bytes, path);
	free(text);
	if (!status)
		status = find_beside(&c->kernel, path);
	if (!status)
		status = find_beside(&c->ramdisk, path);
	return status;
}
