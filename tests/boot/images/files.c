/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names that change files, on the real thing: a RAM disk as the root, a RAM file system at /tmp. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <libgen.h>
#include <mntent.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utime.h>

#include "kernel/page.h"
#include "tests/test.h"

static size_t free_pages(void)
{
	struct page_stats s;

	page_get_stats(&s);
	return s.free;
}

/* --- streams --------------------------------------------------------------------------------------------------- */

TEST(streams_write_append_and_update)
{
	char line[32];
	FILE *f = fopen("/tmp/s", "w");

	CHECK(f && fprintf(f, "one %d\n", 1) == 6 && fclose(f) == 0);
	f = fopen("/tmp/s", "a");
	CHECK(f && fputs("two\n", f) >= 0 && fclose(f) == 0);
	f = fopen("/tmp/s", "r+");
	CHECK(f && fgets(line, sizeof(line), f));
	CHECK_STR(line, "one 1\n");
	CHECK(fseek(f, 0, SEEK_SET) == 0 && fwrite("ONE", 1, 3, f) == 3);
	CHECK(fseek(f, 0, SEEK_END) == 0 && ftell(f) == 10);
	CHECK_EQ(fclose(f), 0);
	f = fopen("/tmp/s", "r");
	CHECK(f && fgets(line, sizeof(line), f));
	CHECK_STR(line, "ONE 1\n");
	CHECK(fgets(line, sizeof(line), f));
	CHECK_STR(line, "two\n");
	fclose(f);
	f = fopen("/tmp/s", "w+");
	CHECK(f && fgetc(f) == EOF);
	fclose(f);
	CHECK_EQ(remove("/tmp/s"), 0);
	CHECK(!fopen("/hello.txt", "w") && errno == EROFS);
}

TEST(temporary_files_have_no_name_or_one_of_their_own)
{
	char name[] = "/tmp/aXXXXXX", dir[] = "/tmp/dXXXXXX";
	FILE *f = tmpfile();
	char text[8];
	int fd;

	CHECK(f && fputs("temp", f) >= 0);
	rewind(f);
	CHECK(fgets(text, sizeof(text), f));
	CHECK_STR(text, "temp");
	fclose(f);
	fd = mkstemp(name);
	CHECK(fd >= 0 && strstr(name, "XXXXXX") == NULL);
	close(fd);
	CHECK(mkdtemp(dir) && rmdir(dir) == 0);
	CHECK_EQ(unlink(name), 0);
	CHECK(tmpnam(NULL) && strncmp(tmpnam(NULL), "/tmp/", 5) == 0);
	CHECK(mkstemp(strcpy(name, "/tmp/wrong")) < 0 && errno == EINVAL);
}

/* --- descriptors ------------------------------------------------------------------------------------------------ */

TEST(open_obeys_its_flags_and_the_umask)
{
	struct iovec iov[2] = {{"ab", 2}, {"cd", 2}};
	struct stat st;
	char buf[8];
	int fd;

	CHECK_EQ(umask(027), 022);
	fd = open("/tmp/f", O_RDWR | O_CREAT | O_EXCL, 0666);
	CHECK(fd >= 0);
	CHECK(fstat(fd, &st) == 0 && st.st_mode == (S_IFREG | 0640));
	CHECK_EQ(umask(022), 027);
	CHECK(open("/tmp/f", O_RDWR | O_CREAT | O_EXCL, 0666) < 0 && errno == EEXIST);
	CHECK_EQ(writev(fd, iov, 2), 4);
	CHECK_EQ(pwrite(fd, "X", 1, 1), 1);
	CHECK(pread(fd, buf, 8, 0) == 4 && memcmp(buf, "aXcd", 4) == 0);
	CHECK_EQ(ftruncate(fd, 2), 0);
	CHECK_EQ(lseek(fd, 0, SEEK_END), 2);
	CHECK(fsync(fd) == 0 && fdatasync(fd) == 0);
	CHECK_EQ(fcntl(fd, F_SETFL, O_APPEND), 0);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_EQ(write(fd, "!", 1), 1);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 3);
	close(fd);
	CHECK(open("/tmp/f", O_RDONLY | O_DIRECTORY) < 0 && errno == ENOTDIR);
	CHECK_EQ(symlink("f", "/tmp/l"), 0);
	CHECK(open("/tmp/l", O_RDONLY | O_NOFOLLOW) < 0 && errno == ELOOP);
	fd = creat("/tmp/l", 0600);
	CHECK(fd >= 0 && fstat(fd, &st) == 0 && st.st_size == 0);
	close(fd);
	CHECK(unlink("/tmp/l") == 0 && unlink("/tmp/f") == 0);
}

TEST(an_unlinked_file_lives_until_its_last_close_and_gives_its_pages_back)
{
	static char block[65536];
	size_t before = free_pages();
	int fd = open("/tmp/big", O_RDWR | O_CREAT, 0600);
	struct stat st;

	CHECK(fd >= 0);
	for (int i = 0; i < 32; i++)
		CHECK_EQ(write(fd, block, sizeof(block)), sizeof(block));
	CHECK(free_pages() <= before - 512);
	CHECK_EQ(unlink("/tmp/big"), 0);
	CHECK(open("/tmp/big", O_RDONLY) < 0 && errno == ENOENT);
	CHECK(fstat(fd, &st) == 0 && st.st_nlink == 0 && st.st_size == 2097152);
	CHECK_EQ(pread(fd, block, 1, 2097151), 1);
	close(fd);
	CHECK(free_pages() + 32 >= before); /* the heap may keep a run of 16 */
}

TEST(a_full_file_system_gives_enospc)
{
	static char block[65536];
	struct statvfs v;
	ssize_t n;
	int fd;

	CHECK_EQ(mount("none", "/mnt", "tmpfs", 0, "size=1m"), 0);
	CHECK_EQ(statvfs("/mnt", &v), 0);
	CHECK_EQ(v.f_blocks, 256);
	fd = open("/mnt/f", O_WRONLY | O_CREAT, 0600);
	while ((n = write(fd, block, sizeof(block))) > 0)
		;
	CHECK(n < 0 && errno == ENOSPC);
	CHECK(fstatvfs(fd, &v) == 0 && v.f_bfree == 0);
	CHECK(umount("/mnt") < 0 && errno == EBUSY);
	close(fd);
	CHECK_EQ(unlink("/mnt/f"), 0);
	CHECK(statvfs("/mnt", &v) == 0 && v.f_bfree > 250);
	CHECK_EQ(umount("/mnt"), 0);
	CHECK(umount("/mnt") < 0 && errno == EINVAL);
}

TEST(locks_are_kept_and_end_with_the_descriptor)
{
	int one = open("/tmp/lock", O_RDWR | O_CREAT, 0600),
	    two = open("/tmp/lock", O_RDWR);
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	CHECK_EQ(flock(one, LOCK_EX), 0);
	CHECK(flock(two, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK);
	CHECK(fcntl(two, F_SETLK, &l) == 0 && lockf(one, F_TEST, 0) == 0);
	close(one);
	CHECK_EQ(flock(two, LOCK_SH | LOCK_NB), 0);
	close(two);
	CHECK_EQ(unlink("/tmp/lock"), 0);
}

/* A file with a hole in the middle, through a socket to ourselves. */
static void *send_it(void *fd)
{
	int out = *(int *)fd, in = open("/tmp/sent", O_RDONLY);
	off_t at = 0;

	while (at < 300000 && sendfile(out, in, &at, (size_t)(300000 - at)) > 0)
		;
	close(in);
	shutdown(out, SHUT_WR);
	return NULL;
}

static void receive_sent(int fd)
{
	static char buf[4096];
	size_t total = 0, n_zero = 0;
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		total += (size_t)n;
		for (ssize_t i = 0; i < n; i++)
			n_zero += buf[i] == 0;
	}
	CHECK_EQ(total, 300000);
	CHECK_EQ(n_zero, 300000 - 2 * 10000);
}

TEST(sendfile_sends_a_file_that_was_written)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	static char part[10000];
	int listener = socket(AF_INET, SOCK_STREAM, 0), from, to;
	int fd = open("/tmp/sent", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	pthread_t sender;

	memset(part, 'p', sizeof(part));
	CHECK_EQ(write(fd, part, sizeof(part)), sizeof(part));
	CHECK_EQ(pwrite(fd, part, sizeof(part), 290000), sizeof(part));
	close(fd);
	CHECK(bind(listener, (struct sockaddr *)&a, len) == 0 &&
		listen(listener, 1) == 0);
	CHECK_EQ(getsockname(listener, (struct sockaddr *)&a, &len), 0);
	to = socket(AF_INET, SOCK_STREAM, 0);
	CHECK_EQ(connect(to, (struct sockaddr *)&a, len), 0);
	from = accept(listener, NULL, NULL);
	CHECK_EQ(pthread_create(&sender, NULL, send_it, &to), 0);
	receive_sent(from);
	pthread_join(sender, NULL);
	close(from);
	close(to);
	close(listener);
	CHECK_EQ(unlink("/tmp/sent"), 0);
}

/* --- names ------------------------------------------------------------------------------------------------------- */

TEST(renames_follow_posix)
{
	struct stat st;

	CHECK(mkdir("/tmp/a", 0777) == 0 && mkdir("/tmp/a/b", 0777) == 0);
	CHECK(rename("/tmp/a", "/tmp/a/b/c") < 0 && errno == EINVAL);
	CHECK(rename("/tmp/a", "/dir/x") < 0 && errno == EXDEV);
	CHECK(rename("/dir/a", "/dir/x") < 0 && errno == EROFS);
	CHECK(mkdir("/tmp/e", 0777) == 0 && rename("/tmp/a", "/tmp/e") == 0);
	CHECK(stat("/tmp/e/b", &st) == 0 && S_ISDIR(st.st_mode));
	CHECK(rmdir("/tmp/e") < 0 && errno == ENOTEMPTY);
	close(creat("/tmp/e/f", 0600));
	CHECK_EQ(link("/tmp/e/f", "/tmp/g"), 0);
	CHECK(stat("/tmp/g", &st) == 0 && st.st_nlink == 2);
	CHECK(rename("/tmp/g", "/tmp/e") < 0 && errno == EISDIR);
	CHECK(rename("/tmp/e/b", "/tmp/g") < 0 && errno == ENOTDIR);
	CHECK(remove("/tmp/e/f") == 0 && remove("/tmp/e/b") == 0 &&
		remove("/tmp/e") == 0);
	CHECK(unlink("/tmp") < 0 && errno == EROFS);
	CHECK(rmdir("/tmp") < 0);
	CHECK_EQ(remove("/tmp/g"), 0);
}

TEST(calls_relative_to_a_directory_find_it)
{
	int dir = open("/tmp", O_RDONLY | O_DIRECTORY);
	struct stat st;
	char to[8];
	int fd;

	CHECK(dir >= 0 && mkdirat(dir, "at", 0777) == 0);
	fd = openat(dir, "at/f", O_WRONLY | O_CREAT, 0644);
	CHECK(fd >= 0 && write(fd, "x", 1) == 1);
	close(fd);
	CHECK(fstatat(dir, "at/f", &st, 0) == 0 && st.st_size == 1);
	CHECK_EQ(symlinkat("f", dir, "at/l"), 0);
	CHECK(readlinkat(dir, "at/l", to, sizeof(to)) == 1 && to[0] == 'f');
	CHECK(fstatat(dir, "at/l", &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode));
	CHECK_EQ(renameat(dir, "at/f", dir, "at/g"), 0);
	CHECK(faccessat(dir, "at/f", F_OK, 0) < 0 && errno == ENOENT);
	CHECK(unlinkat(dir, "at", AT_REMOVEDIR) < 0 && errno == ENOTEMPTY);
	CHECK(unlinkat(dir, "at/g", 0) == 0 && unlinkat(dir, "at/l", 0) == 0);
	CHECK_EQ(unlinkat(dir, "at", AT_REMOVEDIR), 0);
	close(dir);
	CHECK(mkdirat(dir, "x", 0777) < 0 && errno == EBADF);
	CHECK(mkdirat(99, "/tmp/abs", 0777) == 0 && rmdir("/tmp/abs") == 0);
}

TEST(modes_owners_and_times_are_kept)
{
	struct timespec ts[2] = {{.tv_sec = 5, .tv_nsec = 6}, {.tv_nsec = UTIME_OMIT}};
	struct timeval tv[2] = {{7, 8}, {9, 10}};
	struct stat st;
	time_t before;
	int fd = open("/tmp/f", O_RDWR | O_CREAT, 0600);

	CHECK(fchmod(fd, 0751) == 0 && fchown(fd, 3, 4) == 0 && fstat(fd, &st) == 0);
	CHECK(st.st_mode == (S_IFREG | 0751) && st.st_uid == 3 && st.st_gid == 4);
	CHECK(chmod("/tmp/f", S_IRALL) == 0 && chown("/tmp/f", (uid_t)-1, 5) == 0);
	CHECK(fstat(fd, &st) == 0 && st.st_uid == 3 && st.st_gid == 5);
	CHECK(access("/tmp/f", R_OK | W_OK) == 0);
	CHECK(access("/tmp/f", X_OK) < 0 && errno == EACCES);
	CHECK(access("/hello.txt", W_OK) < 0 && errno == EROFS);
	before = st.st_mtime;
	CHECK(before > 1600000000);
	CHECK(futimens(fd, ts) == 0 && fstat(fd, &st) == 0);
	CHECK(st.st_atime == 5 && st.st_atim.tv_nsec == 6 && st.st_mtime == before);
	CHECK(utimes("/tmp/f", tv) == 0 && fstat(fd, &st) == 0);
	CHECK(st.st_atime == 7 && st.st_mtime == 9 && st.st_mtim.tv_nsec == 10000);
	CHECK(utime("/tmp/f", &(struct utimbuf){1, 2}) == 0 && stat("/tmp/f", &st) == 0);
	CHECK(st.st_atime == 1 && st.st_mtime == 2 && st.st_ctime >= before);
	CHECK_EQ(write(fd, "x", 1), 1);
	CHECK(fstat(fd, &st) == 0 && st.st_mtime >= before);
	close(fd);
	CHECK_EQ(unlink("/tmp/f"), 0);
	CHECK(mkdir("/tmp/v", 0777 | VFS_DIR_VIRTUAL) == 0 && rmdir("/tmp/v") == 0);
}

/* --- directories ------------------------------------------------------------------------------------------------- */

static int n_visited;

static int count(const char *path, const struct stat *st, int kind, struct FTW *f)
{
	(void)st;
	if (kind == FTW_F && strcmp(path + f->base, "two.c") == 0 && f->level == 2)
		n_visited += 100;
	n_visited++;
	return 0;
}

TEST(trees_are_listed_sorted_walked_and_matched)
{
	char here[64], *real;
	struct dirent **names;
	glob_t g;

	CHECK(mkdir("/tmp/t", 0777) == 0 && mkdir("/tmp/t/sub", 0777) == 0);
	close(creat("/tmp/t/one.c", 0644));
	close(creat("/tmp/t/sub/two.c", 0644));
	close(creat("/tmp/t/.hidden", 0644));
	CHECK_EQ(scandir("/tmp/t", &names, NULL, alphasort), 3);
	CHECK_STR(names[0]->d_name, ".hidden");
	CHECK_STR(names[2]->d_name, "sub");
	CHECK_EQ(names[2]->d_type, DT_DIR);
	for (int i = 0; i < 3; i++)
		free(names[i]);
	free(names);
	CHECK_EQ(nftw("/tmp/t", count, 8, FTW_PHYS), 0);
	CHECK_EQ(n_visited, 105);
	CHECK_EQ(glob("/tmp/t/*/*.c", 0, NULL, &g), 0);
	CHECK(g.gl_pathc == 1);
	CHECK_STR(g.gl_pathv[0], "/tmp/t/sub/two.c");
	globfree(&g);
	CHECK_EQ(chdir("/tmp/t"), 0);
	CHECK_EQ(glob("*", GLOB_MARK, NULL, &g), 0);
	CHECK(g.gl_pathc == 2);
	CHECK_STR(g.gl_pathv[1], "sub/");
	globfree(&g);
	CHECK_EQ(glob("*.none", 0, NULL, &g), GLOB_NOMATCH);
	CHECK_EQ(symlink("../../t/sub/two.c", "sub/link"), 0);
	real = realpath("sub/../sub/link", NULL);
	CHECK(real);
	CHECK_STR(real, "/tmp/t/sub/two.c");
	free(real);
	CHECK(!realpath("none", here) && errno == ENOENT);
	CHECK(unlink("sub/link") == 0 && unlink("sub/two.c") == 0 && rmdir("sub") == 0);
	CHECK(unlink("one.c") == 0 && unlink(".hidden") == 0 && rmdir("../t") == 0);
	CHECK(!getcwd(here, sizeof(here)) && errno == ENOENT);
	CHECK_EQ(chdir("/"), 0);
	CHECK_STR(basename(strcpy(here, "/usr/lib/")), "lib");
	CHECK_STR(dirname(strcpy(here, "/usr/lib/")), "/usr");
}

/* --- mounts and devices --------------------------------------------------------------------------------------------- */

TEST(the_table_of_mounts_tells_what_is_where)
{
	FILE *table = setmntent(MOUNTED, "r");
	char all[512] = "";
	struct mntent *m;
	struct statvfs v;

	CHECK(table);
	while ((m = getmntent(table)))
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s:%s:%s ",
			m->mnt_dir, m->mnt_type, m->mnt_opts);
	endmntent(table);
	CHECK_STR(all, "/:tarfs:ro /dev:devfs:ro /tmp:ramfs:rw ");
	CHECK(statvfs("/hello.txt", &v) == 0 && v.f_flag & ST_RDONLY);
	CHECK_STR(fsid2fsname(v.f_fsid), "tarfs");
	CHECK(statvfs("/tmp", &v) == 0 && v.f_bfree > 0 && v.f_bfree <= v.f_blocks);
	CHECK_STR(fsid2fsname(v.f_fsid), "ramfs");
	CHECK(mount("none", "/mnt", "ext9", 0, NULL) < 0 && errno == ENODEV);
	CHECK(mount("none", "/none", "ramfs", 0, NULL) < 0 && errno == ENOENT);
	CHECK(mount("none", "/tmp", "ramfs", 0, NULL) < 0 && errno == EBUSY);
	CHECK(umount("/") < 0 && errno == EBUSY);
	CHECK_EQ(mount("none", "/mnt", "ramfs", MS_RDONLY, NULL), 0);
	CHECK(mkdir("/mnt/x", 0777) < 0 && errno == EROFS);
	CHECK_EQ(umount("/mnt"), 0);
}

TEST(devices_are_files)
{
	char bytes[64], zero[64] = {0};
	int fd = open("/dev/urandom", O_RDONLY);
	FILE *f;

	CHECK(fd >= 0 && read(fd, bytes, sizeof(bytes)) == sizeof(bytes));
	CHECK(memcmp(bytes, zero, sizeof(bytes)) != 0);
	close(fd);
	f = fopen("/dev/null", "w");
	CHECK(f && fputs("gone", f) >= 0 && fclose(f) == 0);
	f = fopen("/dev/full", "w");
	CHECK(f && (fputs("x", f) < 0 || fflush(f) != 0) && errno == ENOSPC);
	fclose(f);
	f = fopen("/dev/stdout", "w");
	CHECK(f && fputs("through /dev/stdout\n", f) >= 0 && fclose(f) == 0);
	CHECK(open("/dev/none", O_RDONLY) < 0 && errno == ENOENT);
}
