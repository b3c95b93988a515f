/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens the files that are served and makes their entity tags. */
#include "apps/httpd/document.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apps/httpd/limits.h"
#include "apps/httpd/out.h"

#define ROOT_MAX    255
#define INDEX_NAME  "index.html"
#define GZIP_ENDING ".gz"

static char root[ROOT_MAX + 1];
static size_t root_len;

int document_set_root(const char *path)
{
	struct stat st;
	size_t len = strlen(path);

	if (len > ROOT_MAX)
		return -ENAMETOOLONG;
	if (stat(path, &st))
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	while (len && path[len - 1] == '/')
		len--;
	memcpy(root, path, len);
	root[len] = '\0';
	root_len = len;
	return 0;
}

const char *document_root(void)
{
	return root;
}

/* Opened without blocking, so that a FIFO below the root cannot stop us; only plain files are kept. */
static int open_plain(struct document *d, const char *name)
{
	struct stat st;
	int error = 0;

	d->fd = open(name, O_RDONLY | O_NONBLOCK);
	if (d->fd < 0)
		return -errno;
	if (fstat(d->fd, &st))
		error = -errno;
	else if (S_ISDIR(st.st_mode))
		error = -EISDIR;
	else if (!S_ISREG(st.st_mode))
		error = -ENOENT;
	if (error) {
		document_close(d);
		return error;
	}
	d->size_bytes = (uint64_t)st.st_size;
	d->mtime_s = st.st_mtime > 0 ? st.st_mtime : 0;
	return 0;
}

/* Time and size name the state of a file; the coding names which form of it. RFC 9110, 8.8.3. */
static void make_etag(struct document *d)
{
	struct out o = {.buf = d->etag, .size = sizeof(d->etag)};

	out_text(&o, "\"");
	out_hex(&o, (uint64_t)d->mtime_s);
	out_text(&o, "-");
	out_hex(&o, d->size_bytes);
	if (d->gzip)
		out_text(&o, "-gz");
	out_text(&o, "\"");
	d->etag_len = o.len;
}

int document_open(struct document *d, struct slice path, bool gzip_okay)
{
	static char name[ROOT_MAX + LIMIT_PATH_BYTES + sizeof(INDEX_NAME GZIP_ENDING)];
	struct out o = {.buf = name, .size = sizeof(name) - 1};
	size_t plain_len;
	int error = -ENOENT;

	*d = (struct document){.fd = -1};
	out_slice(&o, (struct slice){root, root_len});
	out_slice(&o, path);
	if (path.p[path.len - 1] == '/')
		out_text(&o, INDEX_NAME);
	d->media = path_media((struct slice){name, o.len});
	plain_len = o.len;
	out_text(&o, GZIP_ENDING);
	if (o.full)
		return -ENAMETOOLONG;
	name[o.len] = '\0';

	if (d->media->compressible && gzip_okay) {
		error = open_plain(d, name);
		d->gzip = d->varies = error == 0;
	} else if (d->media->compressible) {
		d->varies = access(name, R_OK) == 0;
	}
	if (error) {
		name[plain_len] = '\0';
		error = open_plain(d, name);
	}
	if (error == 0)
		make_etag(d);
	return error;
}

void document_close(struct document *d)
{
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
}
