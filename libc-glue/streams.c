/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Streams belong to a process: its own standard input, output and error, with buffers of
 * their own, and a list of those that it opened, so that its end can flush them.
 */
#include "libc-glue/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio-bufio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/heap.h"
#include "kernel/list.h"
#include "kernel/thread.h"
#include "libc-glue/task.h"

int __stdio_flags(const char *mode, int *open_flags); /* stdio.c */

/* One that fopen() or fdopen() made: a block of the heap of its process. */
struct stream {
	struct __file_bufio file; /* first: a FILE is this */
	struct list link;
	char buf[BUFSIZ];
};

struct streams {
	struct __file_bufio standard[3];
	struct list opened;
	char in[BUFSIZ], out[BUFSIZ], err[1];
};

void *stream_of(struct task *t, int fd)
{
	return &t->streams->standard[fd].xfile.cfile.file;
}

/* --- of a process --------------------------------------------------------------------- */

static void bufio_setup(
	struct __file_bufio *f, int fd, char *buf, int size, int flags, int bflags)
{
	*f = (struct __file_bufio)FDEV_SETUP_BUFIO(fd, buf, size, read, write, lseek,
		close, (uint8_t)flags, (uint8_t)bflags);
}

static void standard_setup(struct streams *s)
{
	bufio_setup(&s->standard[0], 0, s->in, sizeof(s->in), __SRD, 0);
	bufio_setup(&s->standard[1], 1, s->out, sizeof(s->out), __SWR, __BLBF);
	bufio_setup(&s->standard[2], 2, s->err, sizeof(s->err), __SWR, __BLBF);
}

int streams_create(struct task *t)
{
	t->streams = kzalloc(sizeof(*t->streams));
	if (!t->streams)
		return -ENOMEM;
	list_init(&t->streams->opened);
	standard_setup(t->streams);
	return 0;
}

void streams_begin(struct task *t)
{
	if (!isatty(1))
		t->streams->standard[1].bflags &= (uint8_t)~__BLBF;
}

static void lock_drop(struct __file_bufio *f)
{
	if (f->lock)
		__lock_close(f->lock);
	f->lock = NULL;
}

/* The locks are blocks of the kernel's heap, and do not go with that of the process. */
static void locks_drop(struct streams *s)
{
	for (unsigned i = 0; i < ARRAY_SIZE(s->standard); i++)
		lock_drop(&s->standard[i]);
	list_for_each(&s->opened, link)
	{
		lock_drop(&list_entry(link, struct stream, link)->file);
	}
}

void streams_reset(struct task *t)
{
	locks_drop(t->streams);
	list_init(&t->streams->opened);
	standard_setup(t->streams);
}

void streams_destroy(struct task *t)
{
	if (t->streams)
		locks_drop(t->streams);
	kfree(t->streams);
	t->streams = NULL;
}

void streams_flush(struct task *t)
{
	struct streams *s = t->streams;

	for (unsigned i = 1; i < ARRAY_SIZE(s->standard); i++)
		fflush(&s->standard[i].xfile.cfile.file);
	list_for_each(&s->opened, link)
	{
		struct stream *f = list_entry(link, struct stream, link);

		if (f->file.dir == __SWR)
			fflush(&f->file.xfile.cfile.file);
	}
}

/* --- the names -------------------------------------------------------------------------- */

int fflush(FILE *f)
{
	if (f)
		return f->flush ? f->flush(f) : 0;
	streams_flush(task_self());
	return 0;
}

/* Like the library's own, which would give the block to free() without our list. */
static int stream_close(FILE *file)
{
	struct stream *f = (struct stream *)file;
	int result = fflush(file), closed;

	if (f->file.bflags & __BALL)
		free(f->file.buf);
	preempt_disable();
	list_remove(&f->link);
	preempt_enable();
	lock_drop(&f->file);
	closed = close((int)(intptr_t)f->file.ptr);
	free(f);
	return result ? result : closed;
}

FILE *fdopen(int fd, const char *mode)
{
	int open_flags, flags = __stdio_flags(mode, &open_flags);
	struct stream *f = flags ? calloc(1, sizeof(*f)) : NULL;

	if (!f)
		return NULL;
	bufio_setup(&f->file, fd, f->buf, sizeof(f->buf), flags, __BFALL);
	f->file.xfile.cfile.close = stream_close;
	preempt_disable();
	list_append(&task_self()->streams->opened, &f->link);
	preempt_enable();
	if (open_flags & O_APPEND)
		(void)fseeko(&f->file.xfile.cfile.file, 0, SEEK_END);
	return &f->file.xfile.cfile.file;
}

FILE *fopen(const char *path, const char *mode)
{
	int open_flags, fd;
	FILE *f;

	if (!__stdio_flags(mode, &open_flags))
		return NULL;
	fd = open(path, open_flags, 0666);
	f = fd < 0 ? NULL : fdopen(fd, mode);
	if (fd >= 0 && !f)
		close(fd);
	return f;
}
