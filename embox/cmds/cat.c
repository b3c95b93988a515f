/* SPDX-License-Identifier: BSD-2-Clause */
/* Files to the standard output. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int write_all(const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDOUT_FILENO, data, len);

		if (n < 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static int copy(int from)
{
	char data[2048];
	ssize_t n;

	while ((n = read(from, data, sizeof(data))) > 0) {
		if (write_all(data, (size_t)n) < 0)
			return -1;
	}
	return n < 0 ? -1 : 0;
}

static int show(const char *path)
{
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY);
	int result = fd < 0 ? -1 : copy(fd);

	if (result < 0)
		fprintf(stderr, "cat: %s: %s\n", path, strerror(errno));
	if (fd > STDIN_FILENO)
		close(fd);
	return result < 0;
}

int main(int argc, char **argv)
{
	int failed = argc < 2 ? show("-") : 0;

	for (int i = 1; i < argc; i++)
		failed |= show(argv[i]);
	return failed;
}
