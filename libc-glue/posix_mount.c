/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX and Linux names around mounts. */
#include <mntent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include "libc-glue/mount.h"
#include "libc-glue/posix.h"
#include "libc-glue/vfs.h"

int mount(const char *source, const char *target, const char *kind, unsigned long flags,
	const void *data)
{
	if (flags & (MS_REMOUNT | MS_BIND | MS_MOVE) || !target || !kind)
		return posix_int(-EINVAL);
	return posix_int(mount_new(
		kind, source ? source : "none", data, flags & MS_RDONLY, target));
}

int umount2(const char *target, int flags)
{
	return posix_int(flags ? -EINVAL : mount_off(target));
}

int umount(const char *target)
{
	return umount2(target, 0);
}

/* --- room -------------------------------------------------------------------------------------------------------- */

/* f_fsid is an index into this. */
static char *const kind_names[] = {"?", "tarfs", "ramfs", "devfs"};

char *fsid2fsname(unsigned long fsid)
{
	return kind_names[fsid < ARRAY_SIZE(kind_names) ? fsid : 0];
}

unsigned long fsname2fsid(const char *name)
{
	for (unsigned long i = 1; i < ARRAY_SIZE(kind_names); i++)
		if (strcmp(kind_names[i], name) == 0)
			return i;
	return 0;
}

static void fill(const struct inode *i, struct statvfs *v)
{
	struct mount_space s;

	mount_space_of(i, &s);
	memset(v, 0, sizeof(*v));
	v->f_bsize = v->f_frsize = (unsigned long)s.block_bytes;
	v->f_blocks = (fsblkcnt_t)s.blocks;
	v->f_bfree = v->f_bavail = (fsblkcnt_t)s.free_blocks;
	v->f_files = (fsfilcnt_t)s.files;
	v->f_ffree = v->f_favail = (fsfilcnt_t)s.free_files;
	v->f_fsid = fsname2fsid(i->mount->kind);
	v->f_flag = inode_refusal(i) ? ST_RDONLY : 0;
	v->f_namemax = VFS_NAME_MAX;
}

int statvfs(const char *restrict path, struct statvfs *restrict v)
{
	struct inode *i;
	int err = path_lookup(path, 0, &i);

	if (err)
		return posix_int(err);
	fill(i, v);
	inode_put(i);
	return 0;
}

int fstatvfs(int fd, struct statvfs *v)
{
	struct file *f = fd_get(fd);
	struct inode *i = f ? file_inode(f) : NULL;

	if (i)
		fill(i, v);
	if (f)
		file_put(f);
	return posix_int(i ? 0 : f ? -ENOSYS : -EBADF);
}

/* --- the table ------------------------------------------------------------------------------------------------------ */

#define LINE_MAX_BYTES (VFS_PATH_MAX + 256)

static int print_line(const struct mount_info *m, void *table)
{
	fprintf(table, "%s %s %s %s 0 0\n", m->source, m->path, m->kind,
		m->read_only ? "ro" : "rw");
	return 0;
}

static int count_bytes(const struct mount_info *m, void *total)
{
	*(size_t *)total += strlen(m->source) + strlen(m->path) + strlen(m->kind) + 16;
	return 0;
}

FILE *setmntent(const char *name, const char *mode)
{
	size_t room = 256; /* for a mount that comes meanwhile */
	FILE *f;

	if (strcmp(name, MOUNTED) != 0 && strcmp(name, "/proc/mounts") != 0)
		return fopen(name, mode);
	mount_foreach(count_bytes, &room);
	f = fmemopen(NULL, room, "w+");
	if (!f)
		return NULL;
	mount_foreach(print_line, f);
	fflush(f);
	rewind(f);
	return f;
}

struct mntent *getmntent(FILE *table)
{
	static char line[LINE_MAX_BYTES];
	static struct mntent m;
	char *rest = line;

	if (!fgets(line, sizeof(line), table) || line[0] == '\0')
		return NULL;
	m.mnt_fsname = strtok_r(rest, " \t\n", &rest);
	m.mnt_dir = strtok_r(NULL, " \t\n", &rest);
	m.mnt_type = strtok_r(NULL, " \t\n", &rest);
	m.mnt_opts = strtok_r(NULL, " \t\n", &rest);
	m.mnt_freq = m.mnt_passno = 0;
	return m.mnt_opts ? &m : NULL;
}

int endmntent(FILE *table)
{
	fclose(table);
	return 1;
}

char *hasmntopt(const struct mntent *m, const char *option)
{
	return strstr(m->mnt_opts, option);
}
