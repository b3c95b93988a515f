/* SPDX-License-Identifier: BSD-2-Clause */
/* A root in memory: the job chooses a case for each way to get one. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "tests/test.h"

static bool root_is_ramfs(void)
{
	struct statvfs v;

	return statvfs("/", &v) == 0 && strcmp(fsid2fsname(v.f_fsid), "ramfs") == 0;
}

TEST(the_ram_disk_is_copied_and_can_be_changed)
{
	struct statvfs before, after;
	char text[32] = "";
	struct stat st;
	FILE *f;
	int fd;

	CHECK(root_is_ramfs());
	CHECK_EQ(statvfs("/", &before), 0);
	f = fopen("/link", "r");
	CHECK(f && fgets(text, sizeof(text), f));
	fclose(f);
	CHECK_STR(text, "a\n");
	f = fopen("/hello.txt", "a");
	CHECK(f && fputs("and more\n", f) >= 0 && fclose(f) == 0);
	CHECK_EQ(stat("/hello.txt", &st), 0);
	CHECK_EQ(st.st_size, 27);
	fd = open("/big", O_RDWR);
	CHECK_EQ(pwrite(fd, "A", 1, 100000), 1);
	CHECK(pread(fd, text, 3, 99999) == 3 && memcmp(text, "zAz", 3) == 0);
	close(fd);
	CHECK_EQ(statvfs("/", &after), 0);
	CHECK(before.f_bfree - after.f_bfree <= 3); /* only what was written to */
	CHECK_EQ(unlink("/big"), 0);
	CHECK(stat("/tmp", &st) == 0 && (st.st_mode & 07777) == 01777);
	CHECK_EQ(rename("/dir", "/tmp/moved"), 0); /* one file system */
	CHECK_EQ(access("/dev/null", W_OK), 0);
}

TEST(without_a_ram_disk_the_root_is_in_memory)
{
	FILE *f;

	CHECK(root_is_ramfs());
	CHECK_EQ(mkdir("/etc", 0755), 0);
	f = fopen("/etc/hosts", "w");
	CHECK(f && fprintf(f, "192.0.2.1 one\n") > 0 && fclose(f) == 0);
	CHECK_EQ(access("/etc/hosts", R_OK | W_OK), 0);
}
