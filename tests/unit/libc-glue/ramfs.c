/* SPDX-License-Identifier: BSD-2-Clause */
/* The RAM file system, its rules of names, its memory, mounts and devices. */
#define _GNU_SOURCE
#include "libc-glue/ramfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/thread.h"
#include "libc-glue/devfs.h"
#include "libc-glue/file_lock.h"
#include "libc-glue/mount.h"
#include "libc-glue/process.h"
#include "libc-glue/tarfs.h"
#include "tests/fake/thread_test.h"
#include "tests/unit/libc-glue/archive.h"
#include "tests/unit/libc-glue/ramfs_tree.h"

/* --- contents -------------------------------------------------------------------------------------------------- */

THREAD_TEST(what_was_written_is_read)
{
	struct stat st;

	ram_mount(0);
	CHECK_EQ(ram_put_text("/a", "hello"), 0);
	CHECK_STR(ram_text("/a"), "hello");
	CHECK_EQ(ram_put_text("/a", "bye"), 0);
	CHECK_STR(ram_text("/a"), "bye");
	CHECK_EQ(file_stat("/a", true, &st), 0);
	CHECK_EQ(st.st_size, 3);
	CHECK_EQ(st.st_nlink, 1);
	CHECK_EQ(st.st_mode, S_IFREG | 0644);
	CHECK_EQ(st.st_blocks, 8);
	CHECK_EQ(st.st_mtime, 1700000000);
	CHECK_EQ(ram_unlink("/a"), 0);
	ram_unmount();
}

THREAD_TEST(a_hole_reads_as_zeroes_and_takes_no_pages)
{
	char buf[3], zero[3] = {0};
	struct stat st;
	int fd;

	ram_mount(0);
	fd = file_open("/sparse", O_RDWR | O_CREAT);
	CHECK_EQ(fd_pwrite(fd, "end", 3, 5000000000), 3);
	CHECK_EQ(fd_pread(fd, buf, 3, 4999999000), 3);
	EXPECT(memcmp(buf, zero, 3) == 0);
	CHECK_EQ(fd_pread(fd, buf, 3, 5000000000), 3);
	EXPECT(memcmp(buf, "end", 3) == 0);
	CHECK_EQ(fd_pread(fd, buf, 3, 5000000003), 0);
	CHECK_EQ(fd_stat(fd, &st), 0);
	CHECK_EQ(st.st_size, 5000000003);
	CHECK_EQ(st.st_blocks, 8);
	CHECK_EQ(fd_pwrite(fd, "x", 1, INT64_MAX), -EFBIG);
	fd_close(fd);
	ram_unmount();
}

THREAD_TEST(what_lay_behind_a_cut_does_not_come_back)
{
	char buf[8] = {0};
	int fd;

	ram_mount(0);
	fd = file_open("/f", O_RDWR | O_CREAT);
	CHECK_EQ(fd_write(fd, "abcdefgh", 8), 8);
	CHECK_EQ(fd_pwrite(fd, "far", 3, 100000), 3);
	CHECK_EQ(file_truncate_fd(fd, 4), 0);
	CHECK_EQ(file_truncate("/f", 200000), 0);
	CHECK_EQ(fd_pread(fd, buf, 8, 0), 8);
	EXPECT(memcmp(buf, "abcd\0\0\0\0", 8) == 0);
	CHECK_EQ(fd_pread(fd, buf, 3, 100000), 3);
	EXPECT(memcmp(buf, "\0\0\0", 3) == 0);
	CHECK_EQ(file_truncate_fd(fd, -1), -EINVAL);
	fd_close(fd);
	fd = file_open("/f", O_RDONLY);
	CHECK_EQ(file_truncate_fd(fd, 0), -EINVAL);
	CHECK_EQ(fd_pwrite(fd, "x", 1, 0), -EBADF);
	fd_close(fd);
	ram_unmount();
}

THREAD_TEST(appending_writes_at_the_end_wherever_the_position_is)
{
	int a, b;

	ram_mount(0);
	a = file_open("/log", O_RDWR | O_CREAT | O_APPEND);
	b = file_open("/log", O_WRONLY | O_APPEND);
	CHECK_EQ(fd_write(a, "one ", 4), 4);
	CHECK_EQ(fd_write(b, "two ", 4), 4);
	CHECK_EQ(fd_seek(a, 0, SEEK_SET), 0);
	CHECK_EQ(fd_write(a, "three", 5), 5);
	CHECK_EQ(fd_seek(a, 0, SEEK_CUR), 13);
	CHECK_STR(ram_text("/log"), "one two three");
	fd_close(a);
	fd_close(b);
	ram_unmount();
}

/* --- open ------------------------------------------------------------------------------------------------------- */

THREAD_TEST(open_makes_refuses_and_empties_as_its_flags_say)
{
	struct stat st;
	int fd;

	ram_mount(0);
	CHECK_EQ(file_open("/f", O_WRONLY), -ENOENT);
	fd = file_open_at(NULL, "/f", O_WRONLY | O_CREAT | O_EXCL, 0666);
	CHECK(fd >= 0);
	CHECK_EQ(fd_write(fd, "x", 1), 1);
	fd_close(fd);
	CHECK_EQ(file_open("/f", O_WRONLY | O_CREAT | O_EXCL), -EEXIST);
	fd = file_open_at(NULL, "/f", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	fd_close(fd);
	CHECK_STR(ram_text("/f"), "");
	CHECK_EQ(file_stat("/f", true, &st), 0);
	CHECK_EQ(st.st_mode & 0777, 0644);
	CHECK_EQ(file_open("/new/", O_WRONLY | O_CREAT), -EISDIR);
	CHECK_EQ(file_open("/no/new", O_WRONLY | O_CREAT), -ENOENT);
	CHECK_EQ(file_open("/f/new", O_WRONLY | O_CREAT), -ENOTDIR);
	CHECK_EQ(file_open("/", O_WRONLY), -EISDIR);
	CHECK_EQ(file_open("/f", O_RDONLY | O_DIRECTORY), -ENOTDIR);
	fd = file_open_at(NULL, "/secret", O_RDONLY | O_CREAT, 0444);
	CHECK(fd >= 0);
	fd_close(fd);
	CHECK_EQ(file_access_at(NULL, "/secret", W_OK), 0); /* the one user may */
	CHECK_EQ(file_access_at(NULL, "/secret", X_OK), -EACCES);
	ram_unmount();
}

THREAD_TEST(open_makes_the_file_that_a_link_leads_to)
{
	ram_mount(0);
	CHECK_EQ(ram_mkdir("/d"), 0);
	CHECK_EQ(ram_symlink("d/target", "/l1"), 0);
	CHECK_EQ(ram_symlink("/l1", "/l2"), 0);
	CHECK_EQ(file_open("/l2", O_WRONLY | O_CREAT | O_EXCL), -EEXIST);
	CHECK_EQ(file_open("/l2", O_WRONLY | O_CREAT | O_NOFOLLOW), -ELOOP);
	CHECK_EQ(ram_put_text("/l2", "through"), 0);
	CHECK_STR(ram_text("/d/target"), "through");
	CHECK_EQ(ram_symlink("round", "/round"), 0);
	CHECK_EQ(file_open("/round", O_WRONLY | O_CREAT), -ELOOP);
	CHECK_EQ(ram_symlink("/no/where", "/lost"), 0);
	CHECK_EQ(file_open("/lost", O_WRONLY | O_CREAT), -ENOENT);
	ram_unmount();
}

THREAD_TEST(a_file_without_names_lives_until_it_is_closed)
{
	char buf[5];
	uint64_t before;
	struct stat st;
	int fd;

	ram_mount(0);
	before = ram_free_blocks();
	fd = file_open("/f", O_RDWR | O_CREAT);
	CHECK_EQ(fd_write(fd, "still", 5), 5);
	CHECK_EQ(ram_unlink("/f"), 0);
	CHECK_EQ(file_open("/f", O_RDONLY), -ENOENT);
	CHECK_EQ(fd_pread(fd, buf, 5, 0), 5);
	EXPECT(memcmp(buf, "still", 5) == 0);
	CHECK_EQ(fd_stat(fd, &st), 0);
	CHECK_EQ(st.st_nlink, 0);
	EXPECT(ram_free_blocks() < before);
	fd_close(fd);
	CHECK_EQ(ram_free_blocks(), before);
	ram_unmount();
}

/* --- names ------------------------------------------------------------------------------------------------------- */

THREAD_TEST(directories_count_their_links_and_go_only_when_empty)
{
	struct stat st;

	ram_mount(0);
	CHECK_EQ(ram_mkdir("/d"), 0);
	CHECK_EQ(ram_mkdir("/d"), -EEXIST);
	CHECK_EQ(ram_mkdir("/d/e/"), 0);
	CHECK_EQ(ram_put_text("/d/f", ""), 0);
	CHECK_EQ(file_stat("/d", true, &st), 0);
	CHECK_EQ(st.st_nlink, 3);
	CHECK_STR(ram_names("/d"), "e f");
	CHECK_EQ(ram_rmdir("/d"), -ENOTEMPTY);
	CHECK_EQ(ram_unlink("/d/e"), -EISDIR);
	CHECK_EQ(ram_rmdir("/d/f"), -ENOTDIR);
	CHECK_EQ(ram_rmdir("/d/e/."), -EINVAL);
	CHECK_EQ(ram_rmdir("/d/e/.."), -ENOTEMPTY);
	CHECK_EQ(ram_rmdir("/"), -EBUSY);
	CHECK_EQ(ram_unlink("/d/f/"), -ENOTDIR);
	CHECK_EQ(ram_unlink("/d/g/"), -ENOENT);
	CHECK_EQ(ram_rmdir("/d/e"), 0);
	CHECK_EQ(ram_unlink("/d/f"), 0);
	CHECK_EQ(ram_rmdir("/d/"), 0);
	ram_unmount();
}

THREAD_TEST(hard_links_are_names_of_one_file)
{
	struct stat a, b;

	ram_mount(0);
	CHECK_EQ(ram_mkdir("/d"), 0);
	CHECK_EQ(ram_put_text("/f", "one"), 0);
	CHECK_EQ(ram_link("/f", "/d/g"), 0);
	CHECK_EQ(ram_put_text("/d/g", "two"), 0);
	CHECK_STR(ram_text("/f"), "two");
	CHECK_EQ(file_stat("/f", true, &a), 0);
	CHECK_EQ(file_stat("/d/g", true, &b), 0);
	CHECK_EQ(a.st_ino, b.st_ino);
	CHECK_EQ(a.st_nlink, 2);
	CHECK_EQ(ram_link("/d", "/e"), -EPERM);
	CHECK_EQ(ram_link("/f", "/d/g"), -EEXIST);
	CHECK_EQ(ram_rename("/f", "/d/g"), 0); /* the same file: both stay */
	CHECK_STR(ram_names("/"), "d f");
	CHECK_EQ(ram_unlink("/f"), 0);
	CHECK_STR(ram_text("/d/g"), "two");
	ram_unmount();
}

static const struct {
	const char *from, *to;
	int result;
} renames[] = {
	{"/none", "/x", -ENOENT},
	{"/f", "/no/x", -ENOENT},
	{"/f", "/d", -EISDIR},
	{"/d", "/f", -ENOTDIR},
	{"/d", "/full", -ENOTEMPTY},
	{"/full", "/full/in/x", -EINVAL},
	{"/full", "/full/x", -EINVAL},
	{"/full/in", "/full", -ENOTEMPTY},
	{"/f", "/x/", -ENOTDIR},
	{"/f/", "/x", -ENOTDIR},
	{"/.", "/x", -EBUSY},
	{"/d", "/d/..", -EBUSY},
	{"/", "/x", -EBUSY},
	{"", "/x", -ENOENT},
	{"/d", "/d", 0},
	{"/f", "/f", 0},
};

THREAD_TEST(renames_that_posix_forbids_change_nothing)
{
	ram_mount(0);
	CHECK_EQ(ram_mkdir("/d"), 0);
	CHECK_EQ(ram_mkdir("/full"), 0);
	CHECK_EQ(ram_mkdir("/full/in"), 0);
	CHECK_EQ(ram_put_text("/f", "f"), 0);
	for (size_t i = 0; i < sizeof(renames) / sizeof(renames[0]); i++) {
		test_row("%s to %s", renames[i].from, renames[i].to);
		CHECK_EQ(ram_rename(renames[i].from, renames[i].to), renames[i].result);
		CHECK_STR(ram_names("/"), "d full f");
		CHECK_STR(ram_names("/full"), "in");
	}
	ram_unmount();
}

THREAD_TEST(a_rename_replaces_and_moves)
{
	char cwd[32];
	struct stat st;
	int fd;

	ram_mount(0);
	CHECK_EQ(ram_mkdir("/a"), 0);
	CHECK_EQ(ram_mkdir("/a/sub"), 0);
	CHECK_EQ(ram_mkdir("/b"), 0);
	CHECK_EQ(ram_mkdir("/b/empty"), 0);
	CHECK_EQ(ram_put_text("/a/new", "new"), 0);
	CHECK_EQ(ram_put_text("/b/old", "old"), 0);
	fd = file_open("/b/old", O_RDONLY);
	CHECK_EQ(ram_rename("/a/new", "/b/old"), 0);
	CHECK_STR(ram_text("/b/old"), "new");
	CHECK_STR(ram_names("/a"), "sub");
	CHECK_EQ(fd_stat(fd, &st), 0);
	CHECK_EQ(st.st_nlink, 0); /* the one that was replaced, still open */
	fd_close(fd);
	CHECK_EQ(ram_rename("/a/sub", "/b/empty"), 0);
	CHECK_EQ(file_stat("/a", true, &st), 0);
	CHECK_EQ(st.st_nlink, 2);
	CHECK_EQ(file_stat("/b", true, &st), 0);
	CHECK_EQ(st.st_nlink, 3);
	CHECK_EQ(dir_change("/b/empty"), 0);
	CHECK_EQ(ram_rename("/b", "/a/c"), 0);
	CHECK_EQ(dir_current(cwd, sizeof(cwd)), 0);
	CHECK_STR(cwd, "/a/c/empty");
	CHECK_EQ(ram_put_text("../../here", ""), 0);
	CHECK_STR(ram_names("/a"), "c here");
	ram_unmount();
}

THREAD_TEST(a_directory_that_was_removed_has_no_path_and_takes_no_names)
{
	char cwd[32];
	struct file *f;
	struct dir_entry e;
	uint64_t position = 0;
	int fd;

	ram_mount(0);
	CHECK_EQ(ram_mkdir("/d"), 0);
	CHECK_EQ(dir_change("/d"), 0);
	fd = file_open(".", O_RDONLY);
	CHECK_EQ(ram_rmdir("/d"), 0);
	CHECK_EQ(dir_current(cwd, sizeof(cwd)), -ENOENT);
	CHECK_EQ(file_open("f", O_WRONLY | O_CREAT), -ENOENT);
	CHECK_EQ(ram_mkdir("e"), -ENOENT);
	CHECK_EQ(file_open("..", O_RDONLY), -ENOENT);
	f = fd_get(fd);
	CHECK_EQ(dir_read(f, &position, &e), 0);
	file_put(f);
	fd_close(fd);
	ram_unmount();
}

THREAD_TEST(thousands_of_names_are_listed_once_while_half_of_them_go)
{
	enum { N = 5000 };
	static unsigned char seen[N];
	uint64_t position = 0;
	struct dir_entry e;
	struct file *f;
	char path[32];
	int fd, n = 0;

	ram_mount(0);
	memset(seen, 0, sizeof(seen));
	CHECK_EQ(ram_mkdir("/d"), 0);
	for (int i = 0; i < N; i++) {
		snprintf(path, sizeof(path), "/d/n%d", i);
		CHECK_EQ(ram_put(path, "", 0), 0);
	}
	fd = file_open("/d", O_RDONLY);
	f = fd_get(fd);
	while (dir_read(f, &position, &e) > 0) {
		int i = atoi(e.name + 1);

		if (e.name[0] != 'n')
			continue;
		CHECK(!seen[i]);
		seen[i] = 1;
		n++;
		if (i % 2) { /* itself, and one that is still to come */
			snprintf(path, sizeof(path), "/d/n%d", i);
			CHECK_EQ(ram_unlink(path), 0);
		}
	}
	CHECK_EQ(n, N);
	file_put(f);
	fd_close(fd);
	ram_unmount();
}

/* --- memory ------------------------------------------------------------------------------------------------------ */

THREAD_TEST(a_full_file_system_says_so_and_has_room_again_after_a_delete)
{
	static char chunk[65536];
	uint64_t before;
	int fd, n = 0;
	ssize_t done;

	ram_mount(1 << 20);
	memset(chunk, 7, sizeof(chunk));
	before = ram_free_blocks();
	fd = file_open("/big", O_RDWR | O_CREAT);
	while ((done = fd_write(fd, chunk, sizeof(chunk))) == sizeof(chunk))
		n++;
	CHECK_EQ(n, 15);
	EXPECT(done > 0 && done % 4096 == 0); /* what fitted */
	CHECK_EQ(fd_write(fd, chunk, 1), -ENOSPC);
	CHECK_EQ(fd_pwrite(fd, "x", 1, 5), 1); /* a page that is there */
	CHECK_EQ(ram_free_blocks(), 0);
	fd_close(fd);
	CHECK_EQ(ram_unlink("/big"), 0);
	CHECK_EQ(ram_free_blocks(), before);
	CHECK_EQ(ram_put("/again", chunk, sizeof(chunk)), 0);
	ram_unmount();
}

THREAD_TEST(without_memory_nothing_is_half_made)
{
	ram_mount(0);
	CHECK_EQ(ram_put_text("/f", "f"), 0);
	for (size_t n = 0; n < 3; n++) {
		fake_fail_blocks_after(n);
		EXPECT(ram_mkdir("/d") < 0 || n >= 2);
		fake_fail_blocks_after(SIZE_MAX);
		ram_rmdir("/d");
	}
	fake_fail_pages_after(0);
	CHECK_EQ(ram_put_text("/g", "g"), -ENOSPC);
	fake_fail_pages_after(SIZE_MAX);
	CHECK_STR(ram_text("/g"), "");
	CHECK_STR(ram_text("/f"), "f");
	ram_unmount();
}

/* --- over an archive ------------------------------------------------------------------------------------------------ */

THREAD_TEST(a_copied_tree_is_writable_and_leaves_the_archive_alone)
{
	struct archive *a = archive_new();
	static char big[10000];
	struct inode *root;
	struct file *f;
	struct mount *m;
	struct stat st;
	char buf[8];
	size_t len;
	int fd;

	memset(big, 'b', sizeof(big));
	archive_dir(a, "d/");
	archive_file(a, "d/f", "from the archive");
	archive_add(a, '0', "big", NULL, big, sizeof(big));
	archive_add(a, '2', "link", "d/f", NULL, 0);
	archive_end(a);
	CHECK_EQ(archive_mount(a), 0);
	CHECK_EQ(path_lookup("/", 0, &root), 0);
	CHECK_EQ(ramfs_create(0, &m), 0);
	CHECK_EQ(ramfs_copy_tree(m, root), 0);
	inode_put(root);
	mount_set_root(m);
	CHECK_STR(ram_text("/link"), "from the archive");
	CHECK_EQ(file_stat("/d/f", true, &st), 0);
	CHECK_EQ(st.st_mtime, 014000000000);
	CHECK_EQ(st.st_blocks, 0);
	fd = file_open("/big", O_RDWR);
	f = fd_get(fd);
	CHECK(file_data(f, 0, &len) && len == sizeof(big));
	CHECK_EQ(fd_pwrite(fd, "XY", 2, 5000), 2);
	CHECK(!file_data(f, 0, &len));
	file_put(f);
	CHECK_EQ(fd_pread(fd, buf, 4, 4999), 4);
	EXPECT(memcmp(buf, "bXYb", 4) == 0);
	CHECK_EQ(fd_pread(fd, buf, 2, 9998), 2);
	EXPECT(memcmp(buf, "bb", 2) == 0);
	CHECK_EQ(file_truncate_fd(fd, 9000), 0);
	CHECK_EQ(file_truncate_fd(fd, 10000), 0);
	CHECK_EQ(fd_pread(fd, buf, 2, 8999), 2);
	EXPECT(memcmp(buf, "b\0", 2) == 0);
	fd_close(fd);
	CHECK_EQ(ram_rename("/d", "/e"), 0);
	CHECK_EQ(ram_unlink("/e/f"), 0);
	archive_unmount();
}

/* --- mounts -------------------------------------------------------------------------------------------------------- */

static int print_mount(const struct mount_info *m, void *text)
{
	snprintf((char *)text + strlen(text), 100, "%s %s %s%s;", m->source, m->path,
		m->kind, m->read_only ? " ro" : "");
	return 0;
}

THREAD_TEST(a_mount_hides_a_directory_and_goes_when_nobody_uses_it)
{
	struct mount *m;
	char text[256] = "", cwd[32];
	struct stat above, below;
	int fd;

	ram_mount(0);
	CHECK_EQ(ram_mkdir("/mnt"), 0);
	CHECK_EQ(ram_put_text("/mnt/hidden", ""), 0);
	CHECK_EQ(ramfs_create(0, &m), 0);
	CHECK_EQ(mount_at(m, "none", "/"), -EBUSY);
	CHECK_EQ(mount_at(m, "none", "/nothing"), -ENOENT);
	CHECK_EQ(mount_at(m, "none", "/mnt/hidden"), -ENOTDIR);
	CHECK_EQ(mount_at(m, "none", "/mnt/../mnt"), 0);
	CHECK_STR(ram_names("/mnt"), "");
	CHECK_EQ(ram_put_text("/mnt/f", "below"), 0);
	CHECK_EQ(ram_rename("/mnt/f", "/f"), -EXDEV);
	CHECK_EQ(ram_link("/mnt/f", "/f"), -EXDEV);
	CHECK_EQ(ram_rmdir("/mnt"), -EBUSY);
	CHECK_EQ(ram_rename("/mnt", "/x"), -EBUSY);
	CHECK_EQ(file_stat("/", true, &above), 0);
	CHECK_EQ(file_stat("/mnt/..", true, &below), 0);
	EXPECT(above.st_dev == below.st_dev && above.st_ino == below.st_ino);
	CHECK_EQ(file_stat("/mnt", true, &below), 0);
	EXPECT(above.st_dev != below.st_dev);
	mount_foreach(print_mount, text);
	CHECK_STR(text, "ramfs / ramfs;none /mnt ramfs;");
	fd = file_open("/mnt/f", O_RDONLY);
	CHECK_EQ(mount_off("/mnt"), -EBUSY);
	fd_close(fd);
	CHECK_EQ(dir_change("/mnt"), 0);
	CHECK_EQ(dir_current(cwd, sizeof(cwd)), 0);
	CHECK_STR(cwd, "/mnt");
	CHECK_EQ(mount_off("/mnt"), -EBUSY);
	CHECK_EQ(dir_change("/"), 0);
	CHECK_EQ(mount_off("/mnt/f"), -EINVAL);
	CHECK_EQ(mount_off("/"), -EBUSY);
	CHECK_EQ(mount_off("/mnt"), 0);
	CHECK_EQ(mount_off("/mnt"), -EINVAL);
	CHECK_STR(ram_names("/mnt"), "hidden");
	ram_unmount();
}

THREAD_TEST(a_read_only_mount_refuses_changes)
{
	struct mount *m;

	ram_mount(0);
	CHECK_EQ(ram_mkdir("/mnt"), 0);
	CHECK_EQ(ramfs_create(0, &m), 0);
	m->read_only = true;
	CHECK_EQ(mount_at(m, "none", "/mnt"), 0);
	CHECK_EQ(ram_mkdir("/mnt/d"), -EROFS);
	CHECK_EQ(ram_put_text("/mnt/f", ""), -EROFS);
	CHECK_EQ(file_access_at(NULL, "/mnt", W_OK), -EROFS);
	CHECK_EQ(file_access_at(NULL, "/", W_OK), 0);
	CHECK_EQ(mount_off("/mnt"), 0);
	ram_unmount();
}

/* --- devices ---------------------------------------------------------------------------------------------------------- */

THREAD_TEST(devices_are_opened_by_name_and_by_number)
{
	const struct inode_new node = {.mode = S_IFCHR | 0666, .rdev = DEVICE(1, 7)};
	struct mount *m;
	struct stat st;
	char buf[4] = "abc";
	int fd;

	ram_mount(0);
	device_add_standard();
	CHECK_EQ(ram_mkdir("/dev"), 0);
	CHECK_EQ(devfs_create(&m), 0);
	CHECK_EQ(mount_at(m, "devfs", "/dev"), 0);
	CHECK_STR(ram_names("/dev"),
		"null zero full random urandom tty console stdin stdout stderr");
	CHECK_EQ(ram_put_text("/dev/null", "gone"), 0);
	CHECK_STR(ram_text("/dev/null"), "");
	fd = file_open("/dev/zero", O_RDONLY);
	CHECK_EQ(fd_read(fd, buf, 4), 4);
	EXPECT(memcmp(buf, "\0\0\0\0", 4) == 0);
	CHECK_EQ(fd_stat(fd, &st), 0);
	EXPECT(S_ISCHR(st.st_mode) && st.st_rdev == DEVICE(1, 5));
	fd_close(fd);
	fd = file_open("/dev/console", O_RDWR);
	CHECK_EQ(fd_write(fd, "to the console\n", 15), 15);
	fd_close(fd);
	CHECK_EQ(file_open("/dev/new", O_WRONLY | O_CREAT), -EROFS);
	CHECK_EQ(file_create_at(NULL, "/full", &node), 0);
	CHECK_EQ(ram_put_text("/full", "x"), -ENOSPC);
	CHECK_EQ(mount_off("/dev"), 0);
	ram_unmount();
}

THREAD_TEST(a_fifo_without_pipes_is_a_name_that_cannot_be_opened)
{
	const struct inode_new fifo = {.mode = S_IFIFO | 0666};
	struct stat st;

	ram_mount(0);
	CHECK_EQ(file_create_at(NULL, "/p", &fifo), 0);
	CHECK_EQ(file_stat("/p", true, &st), 0);
	EXPECT(S_ISFIFO(st.st_mode));
	CHECK_EQ(file_open("/p", O_RDONLY), -ENXIO);
	CHECK_EQ(ram_unlink("/p"), 0);
	ram_unmount();
}

/* --- locks -------------------------------------------------------------------------------------------------------- */

/* An owner is any address: here that of a variable stands for an open file. */
static int try_lock(
	struct inode *i, const void *owner, int type, uint64_t first, uint64_t last)
{
	return file_lock_set(i, owner, type, (struct file_range){first, last}, false);
}

THREAD_TEST(locks_keep_others_out_of_the_bytes_they_cover)
{
	const char a = 'a', b = 'b';
	struct inode *i;
	int fd;

	ram_mount(0);
	fd = file_open("/f", O_RDWR | O_CREAT);
	CHECK_EQ(path_lookup("/f", 0, &i), 0);
	CHECK_EQ(try_lock(i, &a, F_RDLCK, 0, 99), 0);
	CHECK_EQ(try_lock(i, &b, F_RDLCK, 50, 60), 0);
	CHECK_EQ(try_lock(i, &b, F_WRLCK, 50, 60), -EAGAIN);
	CHECK_EQ(try_lock(i, &a, F_UNLCK, 40, 70), 0); /* the middle of its own */
	CHECK_EQ(try_lock(i, &b, F_WRLCK, 40, 70), 0);
	CHECK_EQ(try_lock(i, &b, F_WRLCK, 39, 39), -EAGAIN);
	CHECK_EQ(try_lock(i, &b, F_WRLCK, 71, 71), -EAGAIN);
	CHECK_EQ(try_lock(i, &b, F_WRLCK, 100, UINT64_MAX), 0);
	file_locks_drop(&a, i);
	CHECK_EQ(try_lock(i, &b, F_WRLCK, 0, 99), 0);
	file_locks_drop(&b, i);
	inode_put(i);
	fd_close(fd);
	ram_unmount();
}

THREAD_TEST(closing_ends_locks)
{
	struct flock l = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 5, .l_len = -2};
	int one, two;

	ram_mount(0);
	one = file_open("/f", O_RDWR | O_CREAT);
	two = file_open("/f", O_RDWR);
	CHECK_EQ(file_lock_whole(one, LOCK_EX), 0);
	CHECK_EQ(file_lock_whole(two, LOCK_SH | LOCK_NB), -EAGAIN);
	CHECK_EQ(fd_fcntl(two, F_SETLK, (long)&l), 0); /* the other kind */
	fd_close(one);
	CHECK_EQ(file_lock_whole(two, LOCK_SH | LOCK_NB), 0);
	CHECK_EQ(file_lock_section(two, F_LOCK, 10), 0);
	l.l_whence = 9;
	CHECK_EQ(fd_fcntl(two, F_SETLK, (long)&l), -EINVAL);
	fd_close(two);
	two = file_open("/f", O_RDONLY);
	l.l_whence = SEEK_SET;
	CHECK_EQ(fd_fcntl(two, F_SETLK, (long)&l), -EBADF);
	CHECK_EQ(fd_fcntl(two, F_GETLK, (long)&l), 0);
	CHECK_EQ(l.l_type, F_UNLCK);
	fd_close(two);
	ram_unmount(); /* checks that no lock is left */
}

static void *lock_and_say(void *f)
{
	struct inode *i = f;
	const char owner = 'o';
	int err = file_lock_set(i, &owner, F_WRLCK, (struct file_range){0, 9}, true);

	file_locks_drop(&owner, i);
	return err ? NULL : f;
}

THREAD_TEST(a_lock_is_waited_for)
{
	const char owner = 'm';
	struct thread *waiter;
	struct inode *i;
	void *got = NULL;

	ram_mount(0);
	CHECK_EQ(ram_put_text("/f", ""), 0);
	CHECK_EQ(path_lookup("/f", 0, &i), 0);
	CHECK_EQ(try_lock(i, &owner, F_RDLCK, 5, 5), 0);
	waiter = thread_create(NULL, lock_and_say, i);
	thread_yield();
	CHECK_EQ(try_lock(i, &owner, F_UNLCK, 5, 5), 0);
	thread_join(waiter, &got);
	EXPECT(got == i);
	inode_put(i);
	ram_unmount();
}
