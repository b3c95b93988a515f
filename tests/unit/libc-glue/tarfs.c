/* SPDX-License-Identifier: BSD-2-Clause */
/* The RAM disk: archives of every kind, right and wrong, and walking through them. */
#include "libc-glue/tarfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libc-glue/mount.h"
#include "libc-glue/process.h"
#include "libc-glue/tar.h"
#include "tests/fake/fake.h"
#include "tests/fake/thread_test.h"
#include "tests/unit/libc-glue/archive.h"

static bool console_has(const char *text)
{
	return strstr(fake_console(), text) != NULL;
}

/* Contents of a file as text, or the error's name. */
static const char *text_of(const char *path)
{
	static char text[4096];
	int fd = file_open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0) {
		snprintf(text, sizeof(text), "%s", strerror(-fd));
		return text;
	}
	n = fd_read(fd, text, sizeof(text) - 1);
	text[n < 0 ? 0 : n] = '\0';
	fd_close(fd);
	return text;
}

static int stat_of(const char *path, struct stat *st)
{
	return file_stat(path, true, st);
}

/* Names in a directory, in order, joined by blanks. */
static const char *names_in(const char *path)
{
	static char names[4096];
	int fd = file_open(path, O_RDONLY | O_DIRECTORY);
	struct file *f = fd_get(fd);
	uint64_t position = 0;
	struct dir_entry e;

	names[0] = '\0';
	while (f && dir_read(f, &position, &e) > 0)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%.*s",
			names[0] ? " " : "", (int)e.name_len, e.name);
	if (f)
		file_put(f);
	fd_close(fd);
	return names;
}

/* A small site, as "tar cf site.tar -C www ." makes it. */
static struct archive *small_site(void)
{
	struct archive *a = archive_new();

	archive_dir(a, "./");
	archive_file(a, "./index.html", "<h1>hello</h1>");
	archive_dir(a, "./docs/");
	archive_file(a, "./docs/a.txt", "about a");
	archive_file(a, "./docs/b.txt", "");
	archive_end(a);
	return a;
}

/* --- right archives ----------------------------------------------------------------------------------------------------- */

THREAD_TEST(a_site_is_served_as_it_was_packed)
{
	struct stat st;

	CHECK_EQ(archive_mount(small_site()), 0);
	EXPECT(fake_console()[0] == '\0');
	CHECK_STR(text_of("/index.html"), "<h1>hello</h1>");
	CHECK_STR(text_of("docs/a.txt"), "about a");
	CHECK_STR(text_of("/docs/b.txt"), "");
	CHECK_STR(names_in("/"), "index.html docs");
	CHECK_STR(names_in("/docs"), "a.txt b.txt");
	CHECK_EQ(stat_of("/index.html", &st), 0);
	CHECK_EQ(st.st_size, 14);
	EXPECT(S_ISREG(st.st_mode) && (st.st_mode & 0777) == 0644);
	CHECK_EQ(st.st_mtime, 014000000000);
	CHECK_EQ(stat_of("/docs/", &st), 0);
	EXPECT(S_ISDIR(st.st_mode) && (st.st_mode & 0777) == 0755);
	archive_unmount();
}

THREAD_TEST(directories_that_the_archive_leaves_out_are_there)
{
	struct archive *a = archive_new();

	archive_file(a, "a/b/c/deep.txt", "deep");
	archive_end(a);
	archive_mount(a);
	EXPECT(fake_console()[0] == '\0');
	CHECK_STR(text_of("/a/b/c/deep.txt"), "deep");
	CHECK_STR(names_in("/a"), "b");
	archive_unmount();
}

THREAD_TEST(a_ustar_prefix_is_part_of_the_name)
{
	struct archive *a = archive_new();
	uint8_t *h = archive_file(a, "file.txt", "prefixed");

	strcpy((char *)h + FIELD_PREFIX, "some/where");
	archive_sum(h);
	archive_end(a);
	archive_mount(a);
	CHECK_STR(text_of("/some/where/file.txt"), "prefixed");
	archive_unmount();
}

THREAD_TEST(a_name_of_full_100_bytes_has_no_end_of_its_own)
{
	struct archive *a = archive_new();
	char name[102], path[104];

	memset(name, 'n', 100);
	name[100] = '\0';
	archive_file(a, name, "full");
	archive_end(a);
	archive_mount(a);
	snprintf(path, sizeof(path), "/%s", name);
	CHECK_STR(text_of(path), "full");
	archive_unmount();
}

THREAD_TEST(a_pax_header_gives_long_name_and_time)
{
	static const char pax[] = "30 mtime=1700000000.123456789\n"
				  "36 path=very/long/path/to/a/file.tx\n";
	struct archive *a = archive_new();
	struct stat st;

	archive_add(a, 'x', "PaxHeader", NULL, pax, strlen(pax));
	archive_file(a, "short", "pax");
	archive_file(a, "after", "not pax");
	archive_end(a);
	archive_mount(a);
	EXPECT(fake_console()[0] == '\0');
	CHECK_STR(text_of("/very/long/path/to/a/file.tx"), "pax");
	CHECK_STR(text_of("/after"), "not pax");
	CHECK_EQ(stat_of("/very/long/path/to/a/file.tx", &st), 0);
	CHECK_EQ(st.st_mtime, 1700000000);
	CHECK_EQ(file_open("/short", O_RDONLY), -ENOENT);
	archive_unmount();
}

THREAD_TEST(a_pax_size_counts_instead_of_the_field)
{
	struct archive *a = archive_new();
	uint8_t *h;

	archive_add(a, 'x', "PaxHeader", NULL, "9 size=5\n", 9);
	h = archive_file(a, "f", "12345");
	memcpy(h + FIELD_SIZE, "00000000000", 12);
	archive_sum(h);
	archive_file(a, "g", "next");
	archive_end(a);
	archive_mount(a);
	CHECK_STR(text_of("/f"), "12345");
	CHECK_STR(text_of("/g"), "next");
	archive_unmount();
}

THREAD_TEST(a_global_pax_header_is_passed_over)
{
	struct archive *a = archive_new();

	archive_add(a, 'g', "pax_global_header", NULL, "13 comment=x\n", 13);
	archive_file(a, "f", "here");
	archive_end(a);
	archive_mount(a);
	EXPECT(fake_console()[0] == '\0');
	CHECK_STR(text_of("/f"), "here");
	archive_unmount();
}

THREAD_TEST(a_gnu_long_name_is_taken)
{
	struct archive *a = archive_new();
	char name[201], path[203];
	uint8_t *h;

	memset(name, 'g', 200);
	name[200] = '\0';
	h = archive_add(a, 'L', "././@LongLink", NULL, name, sizeof(name));
	memcpy(h + FIELD_MAGIC, "ustar  ", 8);
	archive_sum(h);
	archive_file(a, "gggg", "long");
	archive_end(a);
	archive_mount(a);
	snprintf(path, sizeof(path), "/%s", name);
	CHECK_STR(text_of(path), "long");
	archive_unmount();
}

THREAD_TEST(sizes_may_be_stored_in_base_256)
{
	struct archive *a = archive_new();
	uint8_t *h = archive_file(a, "f", "twelve bytes");

	memset(h + FIELD_SIZE, 0, 12);
	h[FIELD_SIZE] = 0x80;
	h[FIELD_SIZE + 11] = 12;
	archive_sum(h);
	archive_end(a);
	archive_mount(a);
	CHECK_STR(text_of("/f"), "twelve bytes");
	archive_unmount();
}

THREAD_TEST(an_old_archive_marks_directories_by_a_slash)
{
	struct archive *a = archive_new();
	uint8_t *h = archive_add(a, '\0', "old/", NULL, NULL, 0);
	struct stat st;

	memset(h + FIELD_MAGIC, 0, 8);
	archive_sum(h);
	archive_end(a);
	archive_mount(a);
	CHECK_EQ(stat_of("/old", &st), 0);
	EXPECT(S_ISDIR(st.st_mode));
	archive_unmount();
}

THREAD_TEST(a_checksum_of_signed_bytes_is_accepted)
{
	struct archive *a = archive_new();
	uint8_t *h = archive_file(a, "caf\xc3\xa9", "latte");
	int sum = 0;

	memset(h + FIELD_CHECKSUM, ' ', 8);
	for (int i = 0; i < 512; i++)
		sum += (int8_t)h[i];
	snprintf((char *)h + FIELD_CHECKSUM, 8, "%06o", (unsigned)sum);
	archive_end(a);
	archive_mount(a);
	CHECK_STR(text_of("/caf\xc3\xa9"), "latte");
	archive_unmount();
}

THREAD_TEST(of_two_members_of_one_name_the_last_counts)
{
	struct archive *a = archive_new();

	archive_file(a, "f", "first");
	archive_file(a, "f", "second one");
	archive_end(a);
	archive_mount(a);
	CHECK_STR(text_of("/f"), "second one");
	CHECK_STR(names_in("/"), "f");
	archive_unmount();
}

THREAD_TEST(an_absolute_name_lies_under_the_root)
{
	struct archive *a = archive_new();

	archive_file(a, "/etc//motd", "absolute");
	archive_end(a);
	archive_mount(a);
	CHECK_STR(text_of("/etc/motd"), "absolute");
	archive_unmount();
}

THREAD_TEST(devices_are_left_out_without_a_word)
{
	struct archive *a = archive_new();

	archive_add(a, '3', "tty", NULL, NULL, 0);
	archive_add(a, '6', "fifo", NULL, NULL, 0);
	archive_file(a, "f", "file");
	archive_end(a);
	archive_mount(a);
	EXPECT(fake_console()[0] == '\0');
	CHECK_STR(names_in("/"), "f");
	archive_unmount();
}

THREAD_TEST(two_thousand_files_are_all_found)
{
	struct archive *a = archive_new();
	char name[32];
	int missing = 0;

	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "dir%d/file%d", i % 37, i);
		archive_add(a, '0', name, NULL, NULL, 0);
	}
	archive_end(a);
	CHECK_EQ(archive_mount(a), 0);
	for (int i = 0; i < 2000; i++) {
		struct stat st;

		snprintf(name, sizeof(name), "/dir%d/file%d", i % 37, i);
		missing += stat_of(name, &st) != 0;
	}
	EXPECT(missing == 0);
	archive_unmount();
}

/* --- links ------------------------------------------------------------------------------------------------------------------ */

THREAD_TEST(links_lead_to_their_files)
{
	struct archive *a = small_site();
	struct stat st;
	char to[64];

	a->len -= 1024;
	archive_add(a, '2', "home", "index.html", NULL, 0);
	archive_add(a, '2', "docs/up", "../index.html", NULL, 0);
	archive_add(a, '2', "absolute", "/docs/a.txt", NULL, 0);
	archive_add(a, '2', "books", "docs", NULL, 0);
	archive_add(a, '1', "same", "./docs/a.txt", NULL, 0);
	archive_end(a);
	archive_mount(a);
	EXPECT(fake_console()[0] == '\0');
	CHECK_STR(text_of("/home"), "<h1>hello</h1>");
	CHECK_STR(text_of("/docs/up"), "<h1>hello</h1>");
	CHECK_STR(text_of("/absolute"), "about a");
	CHECK_STR(text_of("/books/a.txt"), "about a");
	CHECK_STR(text_of("/books/../same"), "about a");
	CHECK_EQ(file_stat("/home", false, &st), 0);
	EXPECT(S_ISLNK(st.st_mode) && st.st_size == 10);
	CHECK_EQ(file_readlink_at(NULL, "/home", to, sizeof(to)), 10);
	EXPECT(memcmp(to, "index.html", 10) == 0);
	CHECK_EQ(file_readlink_at(NULL, "/home", to, 3), 3);
	CHECK_EQ(file_readlink_at(NULL, "/same", to, 3), -EINVAL);
	CHECK_EQ(file_open("/home", O_RDONLY | O_NOFOLLOW), -ELOOP);
	archive_unmount();
}

THREAD_TEST(links_that_lead_nowhere_or_in_circles_end)
{
	struct archive *a = archive_new();

	archive_add(a, '2', "dangling", "nothing", NULL, 0);
	archive_add(a, '2', "self", "self", NULL, 0);
	archive_add(a, '2', "ping", "pong", NULL, 0);
	archive_add(a, '2', "pong", "ping", NULL, 0);
	archive_add(a, '2', "dir", "dir/x", NULL, 0);
	archive_add(a, '2', "above", "../../../..", NULL, 0);
	archive_add(a, '2', "empty", "", NULL, 0);
	archive_end(a);
	archive_mount(a);
	CHECK_EQ(file_open("/dangling", O_RDONLY), -ENOENT);
	CHECK_EQ(file_open("/self", O_RDONLY), -ELOOP);
	CHECK_EQ(file_open("/ping", O_RDONLY), -ELOOP);
	CHECK_EQ(file_open("/dir", O_RDONLY), -ELOOP);
	CHECK_EQ(file_open("/empty", O_RDONLY), -ENOENT);
	CHECK_STR(names_in("/above"), "dangling self ping pong dir above empty");
	archive_unmount();
}

THREAD_TEST(a_hard_link_to_a_file_that_is_not_before_it_is_left_out)
{
	struct archive *a = archive_new();

	archive_add(a, '1', "early", "late", NULL, 0);
	archive_add(a, '1', "self", "self", NULL, 0);
	archive_file(a, "late", "late");
	archive_end(a);
	archive_mount(a);
	EXPECT(console_has("'early' is left out") && console_has("'self' is left out"));
	CHECK_STR(names_in("/"), "late");
	CHECK_EQ(file_open("/early", O_RDONLY), -ENOENT);
	archive_unmount();
}

/* --- wrong archives: what is there is served, and one line says what is wrong --------------------------------------------------- */

static void break_nothing(struct archive *a)
{
	(void)a;
}

static void cut_in_file(struct archive *a)
{
	archive_file(a, "second", "this file is cut off in its first and only block");
	a->len -= 512 + 100 - 40;
	a->len = 512 * 3 + 20;
}

static void cut_in_header(struct archive *a)
{
	archive_file(a, "second", "x");
	a->len = 512 * 2 + 200;
}

static void cut_after_member(struct archive *a)
{
	archive_file(a, "second", "x");
}

static void zero_block_early(struct archive *a)
{
	archive_end(a);
	archive_file(a, "hidden", "behind the end");
}

static void damage_header(struct archive *a)
{
	uint8_t *h = archive_file(a, "second", "x");

	h[FIELD_NAME] = 'S';
	archive_end(a);
}

static void size_of_letters(struct archive *a)
{
	uint8_t *h = archive_file(a, "second", "x");

	memcpy(h + FIELD_SIZE, "00000000zzz", 12);
	archive_sum(h);
	archive_end(a);
}

static void size_with_nine(struct archive *a)
{
	uint8_t *h = archive_file(a, "second", "x");

	memcpy(h + FIELD_SIZE, "00000000009", 12);
	archive_sum(h);
	archive_end(a);
}

static void size_huge_octal(struct archive *a)
{
	uint8_t *h = archive_file(a, "second", "x");

	memcpy(h + FIELD_SIZE, "77777777777", 12);
	archive_sum(h);
	archive_end(a);
}

static void size_huge_binary(struct archive *a)
{
	uint8_t *h = archive_file(a, "second", "x");

	memset(h + FIELD_SIZE, 0xff, 12);
	h[FIELD_SIZE] = 0x80;
	archive_sum(h);
	archive_end(a);
}

static void size_63_bits(struct archive *a)
{
	uint8_t *h = archive_file(a, "second", "x");

	memset(h + FIELD_SIZE, 0, 12);
	h[FIELD_SIZE] = 0x80;
	memset(h + FIELD_SIZE + 5, 0xff, 7);
	h[FIELD_SIZE + 4] = 0x7f;
	archive_sum(h);
	archive_end(a);
}

static void size_negative(struct archive *a)
{
	uint8_t *h = archive_file(a, "second", "x");

	memset(h + FIELD_SIZE, 0xff, 12);
	archive_sum(h);
	archive_end(a);
}

static void pax_length_zero(struct archive *a)
{
	archive_add(a, 'x', "p", NULL, "0 path=x\n", 9);
	archive_file(a, "second", "x");
	archive_end(a);
}

static void pax_length_long(struct archive *a)
{
	archive_add(a, 'x', "p", NULL, "99 path=x\n", 10);
	archive_file(a, "second", "x");
	archive_end(a);
}

static void pax_length_overflows(struct archive *a)
{
	archive_add(a, 'x', "p", NULL, "99999999999999999999999 path=x\n", 31);
	archive_file(a, "second", "x");
	archive_end(a);
}

static void pax_without_equals(struct archive *a)
{
	archive_add(a, 'x', "p", NULL, "9 path x\n", 9);
	archive_file(a, "second", "x");
	archive_end(a);
}

static void pax_size_of_letters(struct archive *a)
{
	archive_add(a, 'x', "p", NULL, "9 size=x\n", 9);
	archive_file(a, "second", "x");
	archive_end(a);
}

static void pax_size_huge(struct archive *a)
{
	archive_add(a, 'x', "p", NULL, "29 size=18446744073709551615\n", 29);
	archive_file(a, "second", "x");
	archive_end(a);
}

static void name_empty(struct archive *a)
{
	archive_file(a, "", "x");
	archive_end(a);
}

static void last_padding_missing(struct archive *a)
{
	archive_file(a, "second", "x");
	a->len = 512 * 3 + 1;
}

static const struct {
	const char *what;
	void (*damage)(struct archive *a);
	const char *says;
	bool second_is_there;
} damages[] = {
	{"no end mark at all", break_nothing, "has no end mark", false},
	{"cut in a file's data", cut_in_file, "is cut off in a file", false},
	{"cut in a header", cut_in_header, "is cut off in a header", false},
	{"cut between members", cut_after_member, "has no end mark", true},
	{"cut in the last padding", last_padding_missing, "has no end mark", true},
	{"zero blocks in the middle", zero_block_early, NULL, false},
	{"a name changed under its checksum", damage_header, "has a damaged header",
		false},
	{"letters for a size", size_of_letters, "size that is no number", false},
	{"a 9 in an octal size", size_with_nine, "size that is no number", false},
	{"an octal size past the end", size_huge_octal, "is cut off in a file", false},
	{"a binary size of 88 bits", size_huge_binary, "size that is no number", false},
	{"a binary size of 63 bits", size_63_bits, "is cut off in a file", false},
	{"a negative size", size_negative, "size that is no number", false},
	{"a pax record of no length", pax_length_zero, "damaged pax header", false},
	{"a pax record past its end", pax_length_long, "damaged pax header", false},
	{"a pax length of 23 digits", pax_length_overflows, "damaged pax header", false},
	{"a pax record without =", pax_without_equals, "damaged pax header", false},
	{"a pax size of letters", pax_size_of_letters, "damaged pax header", false},
	{"a pax size of 64 bits", pax_size_huge, "damaged pax header", false},
	{"a file without a name", name_empty, "a file without a name", false},
};

THREAD_TEST(what_lies_before_the_damage_is_served)
{
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct archive *a = archive_new();
		struct stat st;

		test_row("%s", damages[i].what);
		archive_file(a, "first", "intact");
		damages[i].damage(a);
		CHECK_EQ(archive_mount(a), 0);
		if (damages[i].says)
			CHECK(console_has(damages[i].says) &&
				console_has("make it with: tar"));
		else
			CHECK(fake_console()[0] == '\0');
		CHECK_STR(text_of("/first"), "intact");
		CHECK_EQ(stat_of("/second", &st),
			damages[i].second_is_there ? 0 : -ENOENT);
		archive_unmount();
	}
}

THREAD_TEST(only_zero_blocks_are_an_error_that_says_so)
{
	struct archive *a = archive_new();

	archive_end(a);
	CHECK_EQ(archive_mount(a), 0);
	EXPECT(console_has("holds only zero blocks"));
	CHECK_STR(names_in("/"), "");
	archive_unmount();
}

THREAD_TEST(what_is_no_archive_is_named)
{
	struct archive *a = archive_new();

	memcpy(a->bytes, "PK\003\004 this is something else", 28);
	a->len = 2048;
	archive_mount(a);
	EXPECT(console_has("is not a tar archive"));
	archive_unmount();

	a = archive_new();
	memcpy(a->bytes, "\x1f\x8b\x08", 3);
	a->len = 2048;
	archive_mount(a);
	EXPECT(console_has("is compressed"));
	archive_unmount();

	a = archive_new();
	memcpy(a->bytes, "tiny", 4);
	a->len = 4;
	archive_mount(a);
	EXPECT(console_has("is cut off in a header"));
	archive_unmount();
}

static const struct {
	const char *name, *why;
} bad_names[] = {
	{"../secret", "contains '..'"},
	{"a/../../secret", "contains '..'"},
	{"..", "contains '..'"},
	{"dir/..", "contains '..'"},
	{"first/below-a-file", "a file has the name of its directory"},
};

THREAD_TEST(names_that_cannot_be_are_left_out_and_the_rest_is_served)
{
	for (size_t i = 0; i < sizeof(bad_names) / sizeof(bad_names[0]); i++) {
		struct archive *a = archive_new();

		test_row("%s", bad_names[i].name);
		archive_file(a, "first", "1");
		archive_file(a, bad_names[i].name, "bad");
		archive_file(a, "last", "2");
		archive_end(a);
		archive_mount(a);
		CHECK(console_has("is left out") && console_has(bad_names[i].why));
		CHECK_STR(text_of("/first"), "1");
		CHECK_STR(text_of("/last"), "2");
		archive_unmount();
	}
}

THREAD_TEST(names_that_are_too_long_are_left_out)
{
	static char pax[1400];
	struct archive *a = archive_new();
	int n;

	n = snprintf(pax, sizeof(pax), "312 path=%0300d/f\n",
		0); /* 312 = 4 + 5 + 300 + 2 + 1 */
	CHECK_EQ(n, 312);
	archive_add(a, 'x', "p", NULL, pax, (size_t)n);
	archive_file(a, "x", "component");
	n = snprintf(pax, sizeof(pax), "1231 path=%0110d", 0);
	for (int i = 0; i < 10; i++)
		n += snprintf(pax + n, sizeof(pax) - (size_t)n, "/%0110d", 0);
	pax[n++] = '\n';
	CHECK_EQ(n, 1231);
	archive_add(a, 'x', "p", NULL, pax, (size_t)n);
	archive_file(a, "y", "path");
	archive_end(a);
	archive_mount(a);
	EXPECT(console_has("a name in its path is too long"));
	EXPECT(console_has("its path is too long"));
	CHECK_STR(names_in("/"), "");
	archive_unmount();
}

THREAD_TEST(a_file_in_place_of_a_directory_is_left_out)
{
	struct archive *a = archive_new();

	archive_file(a, "d/f", "file");
	archive_file(a, "d", "I am a file");
	archive_end(a);
	archive_mount(a);
	EXPECT(console_has("a directory has its name"));
	CHECK_STR(text_of("/d/f"), "file");
	archive_unmount();
}

THREAD_TEST(a_sparse_file_is_refused_not_garbled)
{
	struct archive *a = archive_new();

	archive_add(a, 'S', "holes", NULL, "data", 4);
	archive_add(a, 'x', "p", NULL, "22 GNU.sparse.major=1\n", 22);
	archive_file(a, "more", "map and data");
	archive_end(a);
	archive_mount(a);
	EXPECT(console_has("'holes' is left out: it is sparse") &&
		console_has("'more' is left out"));
	CHECK_STR(names_in("/"), "");
	archive_unmount();
}

THREAD_TEST(a_flood_of_bad_members_is_counted_not_listed)
{
	struct archive *a = archive_new();
	int lines = 0;

	for (int i = 0; i < 50; i++)
		archive_file(a, "../x", "");
	archive_end(a);
	archive_mount(a);
	for (const char *p = fake_console(); (p = strstr(p, "'../x'")); p++)
		lines++;
	CHECK_EQ(lines, 8);
	EXPECT(console_has("50 members of the RAM disk are left out"));
	archive_unmount();
}

/* Every prefix of a good archive, and every single byte of it changed: nothing is read outside (ASan watches). */
THREAD_TEST(no_archive_makes_us_read_outside_of_it)
{
	struct archive *a = small_site();
	size_t len = a->len;

	for (a->len = 0; a->len < len; a->len += 7) {
		archive_mount(a);
		names_in("/docs");
		text_of("/docs/a.txt");
		archive_unmount();
	}
	a->len = len;
	for (size_t i = 0; i < len; i += 3) {
		uint8_t was = a->bytes[i];

		a->bytes[i] ^= 0xa5;
		if (i % 512 < 500)
			archive_sum(a->bytes + i / 512 * 512);
		archive_mount(a);
		text_of("/docs/a.txt");
		archive_unmount();
		small_site();
		a->bytes[i] = was;
		a->len = len;
	}
}

/* --- paths and calls ----------------------------------------------------------------------------------------------------------- */

static const struct {
	const char *path;
	int flags, result; /* 0 = it opens */
} opens[] = {
	{"/index.html", O_RDONLY, 0},
	{"index.html", O_RDONLY, 0},
	{"./index.html", O_RDONLY, 0},
	{"//index.html", O_RDONLY, 0},
	{"/./docs/.././index.html", O_RDONLY, 0},
	{"/../../index.html", O_RDONLY, 0},
	{"/docs/../../../../docs/a.txt", O_RDONLY, 0},
	{"/docs/", O_RDONLY, 0},
	{"/docs", O_RDONLY | O_DIRECTORY, 0},
	{"/", O_RDONLY, 0},
	{"..", O_RDONLY, 0},
	{"", O_RDONLY, -ENOENT},
	{"/nothing", O_RDONLY, -ENOENT},
	{"/nothing/..", O_RDONLY, -ENOENT},
	{"/INDEX.HTML", O_RDONLY, -ENOENT},
	{"/index.htm", O_RDONLY, -ENOENT},
	{"/index.html.", O_RDONLY, -ENOENT},
	{"/index.html/", O_RDONLY, -ENOTDIR},
	{"/index.html/.", O_RDONLY, -ENOTDIR},
	{"/index.html/..", O_RDONLY, -ENOTDIR},
	{"/index.html/x", O_RDONLY, -ENOTDIR},
	{"/index.html", O_RDONLY | O_DIRECTORY, -ENOTDIR},
	{"/index.html", O_WRONLY, -EROFS},
	{"/index.html", O_RDWR, -EROFS},
	{"/index.html", O_RDONLY | O_TRUNC, -EROFS},
	{"/index.html", O_RDONLY | O_CREAT, 0},
	{"/index.html", O_RDONLY | O_CREAT | O_EXCL, -EEXIST},
	{"/new", O_WRONLY | O_CREAT, -EROFS},
	{"/no/new", O_WRONLY | O_CREAT, -ENOENT},
	{"/index.html/new", O_WRONLY | O_CREAT, -ENOTDIR},
	{"/docs", O_WRONLY, -EISDIR},
	{"/docs", O_RDWR, -EISDIR},
	{"/index.html", O_ACCMODE, -EINVAL},
};

THREAD_TEST(paths_are_walked_as_posix_has_it)
{
	archive_mount(small_site());
	for (size_t i = 0; i < sizeof(opens) / sizeof(opens[0]); i++) {
		int fd = file_open(opens[i].path, opens[i].flags);

		test_row("%s, flags %#x", opens[i].path, (unsigned)opens[i].flags);
		CHECK_EQ(fd >= 0 ? 0 : fd, opens[i].result);
		if (fd >= 0)
			fd_close(fd);
	}
	archive_unmount();
}

THREAD_TEST(a_path_or_name_too_long_says_so)
{
	char path[1200];

	archive_mount(small_site());
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[257] = '\0';
	CHECK_EQ(file_open(path, O_RDONLY), -ENAMETOOLONG);
	path[256] = '\0';
	CHECK_EQ(file_open(path, O_RDONLY), -ENOENT);
	memset(path, '/', sizeof(path));
	path[1023] = '\0';
	CHECK_STR(names_in(path), "index.html docs");
	path[1023] = '/';
	path[1024] = '\0';
	CHECK_EQ(file_open(path, O_RDONLY), -ENAMETOOLONG);
	archive_unmount();
}

THREAD_TEST(reading_and_seeking_keep_to_the_file)
{
	char buf[64];
	int fd;

	archive_mount(small_site());
	fd = file_open("/docs/a.txt", O_RDONLY);
	CHECK(fd >= 0);
	CHECK_EQ(fd_read(fd, buf, 3), 3);
	CHECK_EQ(fd_seek(fd, 0, SEEK_CUR), 3);
	CHECK_EQ(fd_read(fd, buf, 64), 4);
	CHECK_EQ(fd_read(fd, buf, 64), 0);
	CHECK_EQ(fd_seek(fd, -1, SEEK_END), 6);
	CHECK_EQ(fd_read(fd, buf, 64), 1);
	CHECK_EQ(fd_seek(fd, 100, SEEK_SET), 100);
	CHECK_EQ(fd_read(fd, buf, 64), 0);
	CHECK_EQ(fd_seek(fd, -101, SEEK_CUR), -EINVAL);
	CHECK_EQ(fd_seek(fd, 0, 7), -EINVAL);
	CHECK_EQ(fd_seek(fd, INT64_MAX, SEEK_CUR), -EOVERFLOW);
	CHECK_EQ(fd_pread(fd, buf, 5, 2), 5);
	EXPECT(memcmp(buf, "out a", 5) == 0);
	CHECK_EQ(fd_pread(fd, buf, 5, -1), -EINVAL);
	CHECK_EQ(fd_seek(fd, 0, SEEK_CUR), 100);
	CHECK_EQ(fd_write(fd, buf, 1), -EBADF);
	fd_close(fd);
	fd = file_open("/docs", O_RDONLY);
	CHECK_EQ(fd_read(fd, buf, 1), -EISDIR);
	fd_close(fd);
	archive_unmount();
}

THREAD_TEST(a_file_is_given_as_the_memory_it_lies_in)
{
	struct file *f;
	const char *data;
	size_t len;
	int fd;

	archive_mount(small_site());
	fd = file_open("/docs/a.txt", O_RDONLY);
	f = fd_get(fd);
	data = file_data(f, 2, &len);
	CHECK(data && len == 5);
	EXPECT(memcmp(data, "out a", 5) == 0);
	CHECK(file_data(f, 7, &len) && len == 0);
	CHECK(file_data(f, 1000, &len) && len == 0);
	file_put(f);
	fd_close(fd);
	fd = file_open("/docs", O_RDONLY);
	f = fd_get(fd);
	CHECK(!file_data(f, 0, &len));
	file_put(f);
	fd_close(fd);
	archive_unmount();
}

THREAD_TEST(the_working_directory_is_followed_and_named)
{
	char buf[64];

	archive_mount(small_site());
	CHECK_EQ(dir_current(buf, sizeof(buf)), 0);
	CHECK_STR(buf, "/");
	CHECK_EQ(dir_change("/index.html"), -ENOTDIR);
	CHECK_EQ(dir_change("nowhere"), -ENOENT);
	CHECK_EQ(dir_change("docs/../docs/."), 0);
	CHECK_EQ(dir_current(buf, sizeof(buf)), 0);
	CHECK_STR(buf, "/docs");
	CHECK_STR(text_of("a.txt"), "about a");
	CHECK_STR(text_of("../index.html"), "<h1>hello</h1>");
	CHECK_EQ(dir_current(buf, 5), -ERANGE);
	CHECK_EQ(dir_current(buf, 6), 0);
	CHECK_EQ(dir_current(buf, 0), -EINVAL);
	CHECK_EQ(dir_change(".."), 0);
	CHECK_EQ(dir_current(buf, 1), -ERANGE);
	CHECK_EQ(dir_current(buf, 2), 0);
	inode_put(process_self()->cwd);
	process_self()->cwd = NULL;
	archive_unmount();
}

THREAD_TEST(changes_are_refused_with_the_right_reason)
{
	const struct inode_new dir = {.mode = S_IFDIR | 0755};

	archive_mount(small_site());
	CHECK_EQ(file_create_at(NULL, "/index.html", &dir), -EEXIST);
	CHECK_EQ(file_create_at(NULL, "/", &dir), -EEXIST);
	CHECK_EQ(file_create_at(NULL, "/docs/.", &dir), -EEXIST);
	CHECK_EQ(file_create_at(NULL, "/new/", &dir), -EROFS);
	CHECK_EQ(file_create_at(NULL, "new", &dir), -EROFS);
	CHECK_EQ(file_create_at(NULL, "/docs/new", &dir), -EROFS);
	CHECK_EQ(file_create_at(NULL, "/no/new", &dir), -ENOENT);
	CHECK_EQ(file_create_at(NULL, "/index.html/new", &dir), -ENOTDIR);
	CHECK_EQ(file_create_at(NULL, "", &dir), -ENOENT);
	CHECK_EQ(file_unlink_at(NULL, "/index.html", false), -EROFS);
	CHECK_EQ(file_unlink_at(NULL, "/docs", true), -EROFS);
	CHECK_EQ(file_unlink_at(NULL, "/index.html/x", false), -ENOTDIR);
	CHECK_EQ(file_rename_at(NULL, "/index.html", NULL, "/x"), -EROFS);
	CHECK_EQ(file_link_at(NULL, "/index.html", NULL, "/x", false), -EROFS);
	CHECK_EQ(file_truncate("/index.html", 0), -EROFS);
	CHECK_EQ(file_truncate("/docs", 0), -EISDIR);
	CHECK_EQ(file_access_at(NULL, "/index.html", R_OK), 0);
	CHECK_EQ(file_access_at(NULL, "/index.html", W_OK), -EROFS);
	CHECK_EQ(file_access_at(NULL, "/index.html", X_OK), -EACCES);
	CHECK_EQ(file_access_at(NULL, "/docs", X_OK | R_OK), 0);
	CHECK_EQ(file_access_at(NULL, "/none", F_OK), -ENOENT);
	CHECK_EQ(file_access_at(NULL, "/docs", 64), -EINVAL);
	archive_unmount();
}

THREAD_TEST(a_swapped_root_stays_for_those_who_have_it_open)
{
	struct archive *a;
	struct mount *next;
	char buf[16];
	int fd;

	archive_mount(small_site());
	a = archive_new();
	fd = file_open("/docs/a.txt", O_RDONLY);
	CHECK(fd >= 0);
	archive_file(a, "index.html", "new");
	archive_end(a);
	CHECK_EQ(tarfs_create(a->bytes, a->len, NULL, &next), 0);
	mount_set_root(next);
	CHECK_STR(text_of("/index.html"), "new");
	CHECK_EQ(file_open("/docs/a.txt", O_RDONLY), -ENOENT);
	CHECK_EQ(fd_read(fd, buf, 16), 7);
	fd_close(fd);
	archive_unmount();
}

THREAD_TEST(a_mount_covers_its_directory_and_dotdot_leads_out)
{
	static struct archive second;
	struct mount *m;
	char buf[32];

	archive_mount(small_site());
	memset(&second, 0, sizeof(second));
	archive_file(&second, "inside", "mounted");
	archive_end(&second);
	CHECK_EQ(tarfs_create(second.bytes, second.len, NULL, &m), 0);
	CHECK_EQ(mount_at(m, "none", "/index.html"), -ENOTDIR);
	CHECK_EQ(mount_at(m, "none", "/none"), -ENOENT);
	CHECK_EQ(mount_at(m, "none", "/"), -EBUSY);
	CHECK_EQ(mount_at(m, "none", "/docs"), 0);
	CHECK_STR(text_of("/docs/inside"), "mounted");
	CHECK_STR(text_of("/docs/../index.html"), "<h1>hello</h1>");
	CHECK_EQ(file_open("/docs/a.txt", O_RDONLY), -ENOENT);
	CHECK_EQ(dir_change("/docs"), 0);
	CHECK_EQ(dir_current(buf, sizeof(buf)), 0);
	CHECK_STR(buf, "/docs");
	CHECK_EQ(mount_at(m, "none", "/docs"), -EBUSY);
	inode_put(process_self()->cwd);
	process_self()->cwd = NULL;
	CHECK_EQ(mount_off("/docs"), 0);
	archive_unmount();
}

THREAD_TEST(without_a_root_nothing_is_found)
{
	struct stat st;

	mount_set_root(NULL);
	CHECK_EQ(file_open("/index.html", O_RDONLY), -ENOENT);
	CHECK_EQ(stat_of("/", &st), -ENOENT);
	archive_mount(NULL);
	CHECK_EQ(stat_of("/", &st), 0);
	CHECK_STR(names_in("/"), "");
	archive_unmount();
}
