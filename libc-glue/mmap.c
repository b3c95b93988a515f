/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory mappings: the list of them, and the rights of their pages. */
#include "libc-glue/mmap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "kernel/heap.h"
#include "kernel/page.h"
#include "kernel/pagetable.h"
#include "kernel/sync.h"
#include "libc-glue/fd.h"
#include "libc-glue/process.h"
#include "libc-glue/vfs.h"

struct mapping {
	struct list link; /* in mappings */
	char *start, *end;
	struct process *owner;
	bool is_shared;    /* MAP_SHARED, of a file */
	bool lent;         /* pages of the RAM disk, not ours */
	bool own_rights;   /* some page is not mapped as the page allocator has it */
	struct file *file; /* counted: to write back to; NULL = nothing to write */
	bool may_differ;   /* from the file: it could be written at some time */
	off_t at;          /* of the first byte in the file */
};

static struct list mappings = LIST_INIT(mappings);
static struct mutex mmap_lock = MUTEX_INIT(mmap_lock); /* before the locks of files */

/* --- rights ----------------------------------------------------------------------------------------------------- */

static int page_protect(char *page, int prot)
{
	vaddr_t v = ptr_vaddr(page);

	if (!(prot & (PROT_READ | PROT_WRITE | PROT_EXEC)))
		return pt_guard_page(v);
	return pt_map(
		v, pfn_to_mfn(vaddr_to_pfn(v)), prot & PROT_WRITE, prot & PROT_EXEC);
}

static int range_protect(struct mapping *m, char *from, char *to, int prot)
{
	int err = 0;

	m->may_differ |= prot & PROT_WRITE;
	if (prot == (PROT_READ | PROT_WRITE) && !m->own_rights)
		return 0; /* as it is */
	m->own_rights = true;
	for (char *page = from; page < to && !err; page += PAGE_SIZE)
		err = page_protect(page, prot);
	return err;
}

/* --- files ------------------------------------------------------------------------------------------------------ */

/* Bytes from `from` to `to`, as far as the file reaches; pages that may not be read have not been written. */
static int write_back(const struct mapping *m, const char *from, const char *to)
{
	off_t at = m->at + (from - m->start);
	struct stat st = {.st_size = 0};
	int err = m->file->ops->stat(m->file, &st);

	for (; !err && from < to && at < st.st_size; from += PAGE_SIZE, at += PAGE_SIZE) {
		size_t len = st.st_size - at < (off_t)PAGE_SIZE
				     ? (size_t)(st.st_size - at)
				     : PAGE_SIZE;
		ssize_t n = 0;

		if (!pt_walk(ptr_vaddr(from), NULL, NULL))
			continue;
		n = m->file->ops->pwrite(m->file, from, len, at);
		if (n < 0)
			err = (int)n;
	}
	return err;
}

/* Fill the pages from the file. */
static int read_in(struct file *f, char *pages, size_t len, off_t at)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = f->ops->pread(f, pages + got, len - got, at + (off_t)got);

		if (n < 0)
			return (int)n;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	memset(pages + got, 0, len - got);
	return 0;
}

static bool is_writable(const struct file *f)
{
	return (f->flags & O_ACCMODE) == O_RDWR && f->ops->pwrite;
}

/* Why a file may not be mapped so; 0 if it may. */
static int file_refusal(const struct file *f, int prot, int flags)
{
	bool writes = (flags & MAP_TYPE) == MAP_SHARED && prot & PROT_WRITE;

	if (!f->ops->pread || !f->ops->stat)
		return -ENODEV;
	if ((f->flags & O_ACCMODE) == O_WRONLY || (writes && !is_writable(f)))
		return -EACCES;
	return 0;
}

/* --- making ----------------------------------------------------------------------------------------------------- */

static void mapping_free(struct mapping *m)
{
	if (m->file)
		file_put(m->file);
	kfree(m);
}

/* The pages of the RAM disk themselves, when they hold nothing else. */
static char *borrow(struct file *f, size_t len, int prot, int flags, off_t at)
{
	size_t there;
	const char *data;

	if (prot != PROT_READ || (flags & MAP_TYPE) != MAP_SHARED || !f->ops->inode)
		return NULL;
	data = file_data(f, (uint64_t)at, &there);
	if (!data || there < len || page_offset((uintptr_t)data))
		return NULL;
	return (char *)data;
}

/* Pages for a mapping of a file. */
static int fill_from_file(
	struct mapping *m, struct file *f, size_t len, int prot, int flags, off_t at)
{
	int err = file_refusal(f, prot, flags);

	if (err)
		return err;
	m->at = at;
	m->is_shared = (flags & MAP_TYPE) == MAP_SHARED;
	m->start = borrow(f, len, prot, flags, at);
	m->lent = m->start != NULL;
	if (!m->start)
		m->start = page_alloc(bytes_to_pages(len));
	if (!m->start)
		return -ENOMEM;
	m->end = m->start + len;
	if (m->lent)
		return 0;
	err = read_in(f, m->start, len, at);
	if (err)
		page_free(m->start, bytes_to_pages(len));
	else if ((flags & MAP_TYPE) == MAP_SHARED && is_writable(f))
		m->file = file_get(f);
	return err;
}

static int fill(struct mapping *m, size_t len, int prot, int flags, int fd, off_t at)
{
	struct file *f;
	int err;

	if (flags & MAP_ANONYMOUS) {
		m->start = page_alloc_zeroed(bytes_to_pages(len));
		m->end = m->start + len;
		return m->start ? 0 : -ENOMEM;
	}
	f = fd_get(fd);
	if (!f)
		return -EBADF;
	err = fill_from_file(m, f, len, prot, flags, at);
	file_put(f);
	return err;
}

/* The allocator gets its pages back as it gave them. */
static void pages_free(const struct mapping *m, char *from, char *to)
{
	if (m->lent)
		return;
	for (char *page = from; m->own_rights && page < to; page += PAGE_SIZE)
		pt_unguard_page(ptr_vaddr(page));
	page_free(from, bytes_to_pages((size_t)(to - from)));
}

int mmap_map(void **where, size_t len, int prot, int flags, int fd, off_t at)
{
	int type = flags & MAP_TYPE, err;
	struct mapping *m;

	if (len == 0 || len > SIZE_MAX - PAGE_SIZE || at < 0 || at % PAGE_SIZE ||
		flags & MAP_FIXED || (type != MAP_SHARED && type != MAP_PRIVATE))
		return -EINVAL;
	len = align_up(len, PAGE_SIZE);
	m = kzalloc(sizeof(*m));
	if (!m)
		return -ENOMEM;
	m->owner = process_self();
	err = fill(m, len, prot, flags, fd, at);
	if (err) {
		mapping_free(m);
		return err;
	}
	if (!m->lent)
		err = range_protect(m, m->start, m->end, prot);
	if (err) {
		pages_free(m, m->start, m->end);
		mapping_free(m);
		return err;
	}
	*where = m->start;
	process_unmap = mmap_process_end;
	mutex_lock(&mmap_lock);
	list_append(&mappings, &m->link);
	mutex_unlock(&mmap_lock);
	return 0;
}

/* --- changing --------------------------------------------------------------------------------------------------- */

static int check_range(const void *where, size_t *len)
{
	if (page_offset((uintptr_t)where) || *len > SIZE_MAX - PAGE_SIZE ||
		(uintptr_t)where + *len < (uintptr_t)where)
		return -EINVAL;
	*len = align_up(*len, PAGE_SIZE);
	return 0;
}

/* The part of a mapping that lies in a range; false if none does. */
static bool overlap(const struct mapping *m, char **from, char **to)
{
	if (*from < m->start)
		*from = m->start;
	if (*to > m->end)
		*to = m->end;
	return *from < *to;
}

/* Make two of one, the second beginning at `at`. */
static int split(struct mapping *m, char *at)
{
	struct mapping *rest = kmalloc(sizeof(*rest));

	if (!rest)
		return -ENOMEM;
	*rest = *m;
	if (rest->file)
		file_get(rest->file);
	rest->start = m->end = at;
	rest->at += at - m->start;
	list_insert_before(m->link.next, &rest->link);
	return 0;
}

static int unmap_part(struct mapping *m, char *from, char *to)
{
	int err = 0;

	if (!overlap(m, &from, &to))
		return 0;
	if (to < m->end)
		err = split(m, to);
	if (err)
		return err;
	if (m->file && m->may_differ)
		err = write_back(m, from, to);
	pages_free(m, from, to);
	m->end = from;
	if (m->start == m->end) {
		list_remove(&m->link);
		mapping_free(m);
	}
	return err;
}

int mmap_unmap(void *where, size_t len)
{
	int err = len ? check_range(where, &len) : -EINVAL, first_err = 0;

	if (err)
		return err;
	mutex_lock(&mmap_lock);
	list_for_each_safe(&mappings, l)
	{
		err = unmap_part(
			list_entry(l, struct mapping, link), where, (char *)where + len);
		if (err && !first_err)
			first_err = err;
	}
	mutex_unlock(&mmap_lock);
	return first_err;
}

void mmap_process_end(struct process *p)
{
	mutex_lock(&mmap_lock);
	list_for_each_safe(&mappings, l)
	{
		struct mapping *m = list_entry(l, struct mapping, link);

		if (m->owner == p)
			unmap_part(m, m->start, m->end); /* nobody is left to be told */
	}
	mutex_unlock(&mmap_lock);
}

/* Do something to every part of a range; -ENOMEM when some of it is in no mapping. */
static int for_range(void *where, size_t len,
	int (*fn)(struct mapping *m, char *from, char *to, int arg), int arg)
{
	size_t covered = 0;
	int err = 0;

	mutex_lock(&mmap_lock);
	list_for_each(&mappings, l)
	{
		struct mapping *m = list_entry(l, struct mapping, link);
		char *from = where, *to = from + len;

		if (err || !overlap(m, &from, &to))
			continue;
		covered += (size_t)(to - from);
		err = fn(m, from, to, arg);
	}
	mutex_unlock(&mmap_lock);
	return !err && covered < len ? -ENOMEM : err;
}

static int protect_part(struct mapping *m, char *from, char *to, int prot)
{
	if (m->lent || (m->is_shared && !m->file && prot & PROT_WRITE))
		return prot == PROT_READ ? 0 : -EACCES;
	return range_protect(m, from, to, prot);
}

int mmap_protect(void *where, size_t len, int prot)
{
	int err = check_range(where, &len);

	return err ? err : for_range(where, len, protect_part, prot);
}

static int sync_part(struct mapping *m, char *from, char *to, int unused)
{
	(void)unused;
	return m->file && m->may_differ ? write_back(m, from, to) : 0;
}

int mmap_sync(void *where, size_t len)
{
	int err = check_range(where, &len);

	return err ? err : for_range(where, len, sync_part, 0);
}
