/* SPDX-License-Identifier: BSD-2-Clause */
/* xl configuration files, as they are shipped, as people write them, and damaged. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/config.h"
#include "host/status.h"
#include "tests/test.h"

static char told[4096];

static void tell(const char *line)
{
	size_t n = strlen(told);

	snprintf(told + n, sizeof(told) - n, "%s\n", line);
}

static int parse(struct config *c, const char *text)
{
	told[0] = '\0';
	config_init(c);
	c->tell = tell;
	return config_parse(c, text, strlen(text), "a.cfg");
}

TEST(the_file_that_is_shipped_is_read)
{
	struct config c;

	CHECK_EQ(parse(&c, "name=\"httpd\"\ntype=\"pv\"\nkernel=\"httpd.elf\"\n"
			   "memory=16\ncmdline=\"\"\nvif=[\"bridge=xenbr0\"]\n"),
		0);
	CHECK_STR(told, "");
	CHECK_STR(c.name, "httpd");
	CHECK_STR(c.kernel, "httpd.elf");
	CHECK_EQ(c.memory_mb, 16);
	CHECK_STR(c.cmdline, "");
	CHECK_EQ(c.n_vifs, 1);
	CHECK(!c.vif[0].has_mac && !c.vif[0].ip[0]);
	config_free(&c);
}

TEST(what_people_write_is_read)
{
	struct config c;

	CHECK_EQ(parse(&c, "\xef\xbb\xbf# a site\r\n"
			   "name = 'site' # 'quoted' \"twice\"\r\n"
			   "\tmemory\t=\t0x20 ; kernel = \"/a b/k.elf\";;\n\n"
			   "vif = [ 'mac=00:16:3E:01:02:03, ip = 10.0.0.2 10.0.0.3',\n"
			   "        # the second\n"
			   "        \"\",\n"
			   "      ]\n"
			   "ramdisk=\"x.tar\"\n"
			   "cmdline = \"say \\\"hi\\\" \\x41\\\\ it's\"\n"
			   "on_crash = \"restart\"\non_reboot='destroy'"),
		0);
	CHECK_STR(told, "");
	CHECK_STR(c.name, "site");
	CHECK_STR(c.kernel, "/a b/k.elf");
	CHECK_STR(c.ramdisk, "x.tar");
	CHECK_STR(c.cmdline, "say \"hi\" A\\ it's");
	CHECK_EQ(c.memory_mb, 32);
	CHECK_EQ(c.n_vifs, 2);
	CHECK(c.vif[0].has_mac && c.vif[0].mac[2] == 0x3e && c.vif[0].mac[5] == 3);
	CHECK_STR(c.vif[0].ip, "10.0.0.2 10.0.0.3");
	CHECK(c.on_crash == ACTION_RESTART && c.on_reboot == ACTION_DESTROY);
	CHECK(c.on_poweroff == ACTION_DESTROY);
	config_free(&c);
}

TEST(an_empty_file_says_nothing)
{
	struct config c;

	CHECK_EQ(parse(&c, ""), 0);
	CHECK(!c.name && !c.kernel && !c.memory_mb && !c.n_vifs);
	CHECK_EQ(parse(&c, "\n# no end of line"), 0);
	CHECK_STR(told, "");
}

TEST(root_and_extra_make_a_command_line_unless_there_is_one)
{
	static const struct {
		const char *text, *cmdline;
	} rows[] = {
		{"root='/dev/xvda'\nextra='ro'\n", "root=/dev/xvda ro"},
		{"root='/dev/xvda'", "root=/dev/xvda"},
		{"extra='ro'", "ro"},
		{"extra='ro'\ncmdline='x'", "x"},
		{"cmdline='a'\ncmdline+=' b'", "a b"},
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config c;

		test_row("%s", rows[i].text);
		CHECK_EQ(parse(&c, rows[i].text), 0);
		CHECK_STR(c.cmdline, rows[i].cmdline);
		config_free(&c);
	}
}

TEST(what_means_nothing_here_is_noted_and_ignored)
{
	static const struct {
		const char *text, *note;
	} rows[] = {
		{"disk = [ 'phy:/dev/x,xvda,w' ]", "a.cfg:1: note: disk means nothing"},
		{"\nvcpus = 4", "a.cfg:2: note: vcpus means nothing"},
		{"uuid = \"x\"\n", "a.cfg:1: note: uuid means nothing"},
		{"vif = ['colour=red']", "a.cfg:1: note: vif: colour means nothing"},
		{"name='a'\nname='b'", "a.cfg:2: note: name replaces the one of line 1"},
		{"on_crash='preserve'", "a.cfg:1: note: on_crash = \"preserve\" is like"},
		{"nested = [[1, 2], ['a']]", "a.cfg:1: note: nested means nothing"},
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config c;

		test_row("%s", rows[i].text);
		CHECK_EQ(parse(&c, rows[i].text), 0);
		EXPECT(strncmp(told, rows[i].note, strlen(rows[i].note)) == 0);
		config_free(&c);
	}
}

TEST(each_error_names_its_line_and_the_remedy)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		/* the grammar */
		{"name", "a.cfg:1: after name there must be ="},
		{"\n\nname \"x\"", "a.cfg:3: after name there must be ="},
		{"name =", "a.cfg:1: there is no value after ="},
		{"name = # none\n", "a.cfg:1: there is no value after ="},
		{"name = x", "a.cfg:1: a text needs quotes: \"x\""},
		{"kernel = /boot/k.elf", "a.cfg:1: a text needs quotes: \"/boot/k.elf\""},
		{"name = \"x", "a.cfg:1: the text that begins with \" is not closed"},
		{"name = 'x\"\ntype='pv'", "a.cfg:1: the text that begins with ' is not"},
		{"name = \"a\" \"b\"", "a.cfg:1: more follows the value"},
		{"name = 'it's'", "a.cfg:1: more follows the value"},
		{"memory = 16 MB", "a.cfg:1: more follows the value"},
		{"memory = 16M", "a.cfg:1: 16M is no number"},
		{"memory = 99999999999999999999", "a.cfg:1: 99999999999999999999 is too"},
		{"vif = [", "a.cfg:1: the list that begins here has no end"},
		{"a='b'\nvif = [ 'x',\n 'y'\n", "a.cfg:2: the list that begins here has"},
		{"vif = [ 'mac=' 'x' ]", "a.cfg:1: between the values of a list"},
		{"vif = [ , ]", "a.cfg:1: a value begins with a quote, a digit or ["},
		{"vif = [ 'a' ) ]", "a.cfg:1: between the values of a list"},
		{"x = [[[[[[[[[1]]]]]]]]]", "a.cfg:1: lists in more than 8 lists"},
		{"= 'x'",
			"a.cfg:1: a line begins with the name of a setting, not with ="},
		{"2name = 'x'", "a.cfg:1: a line begins with the name of a setting"},
		{"\x7f"
		 "ELF",
			"a.cfg:1: a line begins with the name of a setting, not with "
			"byte"},
		{"name = \xff", "a.cfg:1: a value begins with a quote, a digit or ["},
		{"cmdline = \"a\\qb\"", "a.cfg:1: in a text a backslash is followed by"},
		{"cmdline = \"\\x4\"", "a.cfg:1: \\x needs two hexadecimal digits"},
		{"cmdline = \"\\x00\"", "a.cfg:1: \\x needs two hexadecimal digits"},
		{"cmdline = \"\\", "a.cfg:1: in a text a backslash is followed by"},
		/* the meaning */
		{"type = 'hvm'", "a.cfg:1: type = \"hvm\": only PV domains run here"},
		{"type = 'pvh'\n", "a.cfg:1: type = \"pvh\": only PV domains run here"},
		{"builder = 'hvm'\n", "a.cfg:1: builder = \"hvm\": only PV"},
		{"name = ''", "a.cfg:1: a name has 1 to 63 characters"},
		{"name = 'a/b'", "a.cfg:1: a name has 1 to 63 characters"},
		{"name = ['a']", "a.cfg:1: name is one text in quotes, not a list"},
		{"kernel = ''", "a.cfg:1: kernel names no file"},
		{"ramdisk = ''", "a.cfg:1: ramdisk names no file"},
		{"memory = 0", "a.cfg:1: memory = 0: give 1 to 65536, in MB"},
		{"memory = -5", "a.cfg:1: memory = -5: give 1 to 65536, in MB"},
		{"memory = 70000", "a.cfg:1: memory = 70000: give 1"},
		{"memory = '16 MB'", "a.cfg:1: memory: 16 MB is no number"},
		{"memory = ''", "a.cfg:1: memory is a number"},
		{"max_grant_frames = 65", "a.cfg:1: max_grant_frames = 65: give 1 to 64"},
		{"memory = [16]", "a.cfg:1: memory is a number"},
		{"vif = 'bridge=xenbr0'", "a.cfg:1: vif is a list, also for one"},
		{"vif = [1]", "a.cfg:1: vif is a list of texts"},
		{"vif = ['bridge']", "a.cfg:1: vif: bridge: expected KEY=VALUE"},
		{"vif = ['mac=00:16:3e:01:02']",
			"a.cfg:1: vif: mac=00:16:3e:01:02: give"},
		{"vif = ['mac=01:16:3e:01:02:03']", "a.cfg:1: vif: mac="},
		{"vif = ['mac=00:16:3e:01:02:03:04']", "a.cfg:1: vif: mac="},
		{"vif = ['mac=0g:16:3e:01:02:03']", "a.cfg:1: vif: mac="},
		{"vif = ['mac=+0:16:3e:01:02:03']", "a.cfg:1: vif: mac="},
		{"vif = ['ip=ten']", "a.cfg:1: vif: ip=ten is no list of addresses"},
		{"vif=['','','','','','','','','']", "a.cfg:1: more than 8 vifs"},
		{"on_crash = 'explode'", "a.cfg:1: on_crash = \"explode\": give destroy"},
		{"on_reboot = ['x']", "a.cfg:1: on_reboot is one text"},
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config c;

		test_row("%s", rows[i].text);
		CHECK_EQ(parse(&c, rows[i].text), STATUS_CONFIG);
		if (strncmp(told, rows[i].says, strlen(rows[i].says)) != 0)
			test_fail(__FILE__, __LINE__, "it says %s", told);
		EXPECT(strchr(told, '\n') == told + strlen(told) - 1);
		config_free(&c);
	}
}

TEST(a_zero_byte_is_no_text)
{
	static const char text[] = "name = \"a\0b\"";
	struct config c;

	told[0] = '\0';
	config_init(&c);
	c.tell = tell;
	CHECK_EQ(config_parse(&c, text, sizeof(text) - 1, "a.cfg"), STATUS_CONFIG);
	CHECK_STR(told, "a.cfg:1: a byte of value 0: not a text file\n");
	config_free(&c);
}

TEST(a_command_line_that_xen_cannot_pass_on_is_refused)
{
	struct config c;
	char text[1200] = "cmdline = \"";

	memset(text + strlen(text), 'x', 1024);
	strcat(text, "\"");
	CHECK_EQ(parse(&c, text), STATUS_CONFIG);
	CHECK(strstr(told, "1024 characters"));
	config_free(&c);
}

/* Whatever the bytes are, it ends, and what it took can be freed. */
TEST(no_bytes_break_it)
{
	static const char good[] = "vif=['mac=00:16:3e:01:02:03',\"a=b\"]\n"
				   "memory=0x10;cmdline=\"\\x41\"+='b'#c\n";
	char text[sizeof(good)];
	unsigned seed = 1;

	for (unsigned i = 0; i < 20000; i++) {
		struct config c;

		memcpy(text, good, sizeof(good));
		for (unsigned k = 0; k < 1 + i % 4; k++) {
			seed = seed * 1103515245 + 12345;
			text[(seed >> 8) % (sizeof(good) - 1)] =
				i & 1 ? good[(seed >> 16) % (sizeof(good) - 1)]
				      : (char)(seed >> 20);
		}
		told[0] = '\0';
		config_init(&c);
		c.tell = tell;
		config_parse(&c, text, (seed >> 4) % sizeof(good), "a.cfg");
		config_free(&c);
	}
}

TEST(files_are_looked_for_beside_the_configuration)
{
	char dir[] = "/tmp/domik-config-XXXXXX", path[64], kernel[64];
	struct config c;
	FILE *f;

	CHECK(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/a.cfg", dir);
	snprintf(kernel, sizeof(kernel), "%s/k.elf", dir);
	f = fopen(path, "w");
	CHECK(f);
	fputs("kernel='k.elf'\nramdisk='none.tar'\n", f);
	fclose(f);
	f = fopen(kernel, "w");
	CHECK(f);
	fclose(f);
	config_init(&c);
	c.tell = tell;
	EXPECT(config_read(&c, path) == 0);
	EXPECT(c.kernel && strcmp(c.kernel, kernel) == 0);
	EXPECT(c.ramdisk && strcmp(c.ramdisk, "none.tar") == 0);
	config_free(&c);
	unlink(path);
	unlink(kernel);
	rmdir(dir);
}

TEST(a_file_that_is_not_there_is_named)
{
	struct config c;

	told[0] = '\0';
	config_init(&c);
	c.tell = tell;
	CHECK_EQ(config_read(&c, "/no/such.cfg"), STATUS_NO_FILE);
	CHECK_STR(told, "/no/such.cfg: No such file or directory\n");
	CHECK_EQ(config_read(&c, "/"), STATUS_NO_FILE);
}
