/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line, alone and over a configuration. */
#include <stdlib.h>
#include <string.h>

#include "host/options.h"
#include "host/status.h"
#include "tests/test.h"

#define WORDS 12

static int parse(struct options *o, const char *const *words)
{
	char *argv[WORDS + 2] = {(char *)"domik-host"};
	int n = 1;

	while (n <= WORDS && words[n - 1]) {
		argv[n] = (char *)words[n - 1];
		n++;
	}
	return options_parse(o, n, argv);
}

TEST(the_whole_command_is_read)
{
	struct options o;

	CHECK_EQ(parse(&o, (const char *const[]){"-c", "a.cfg", "i.elf", "--memory=64",
				   "--net", "user,tcp:127.0.0.1:8080-:80", "--net=none",
				   "--stats", "--watchdog", "5", "--cmdline", NULL}),
		STATUS_USAGE); /* without its value */
	CHECK_EQ(parse(&o, (const char *const[]){"i.elf", "-c", "a.cfg", "--memory=64",
				   "--net", "user,tcp:127.0.0.1:8080-:80", "--net=none",
				   "--stats", "--watchdog", "5", "--cmdline=", NULL}),
		0);
	CHECK_STR(o.config, "a.cfg");
	CHECK_STR(o.image, "i.elf");
	CHECK_STR(o.cmdline, "");
	CHECK_EQ(o.memory_mb, 64);
	CHECK_EQ(o.n_nets, 2);
	CHECK_STR(o.net[1], "none");
	CHECK(o.stats && o.watchdog_s == 5);
	CHECK(!o.ramdisk && !o.trace && !o.help);
	CHECK_EQ(parse(&o, (const char *const[]){"--trace=net", "--trace-json", "t",
				   "--ramdisk", "r", "--name=n", "i.elf",
				   "--without=sg,gso", "--queues=2", "--conflict=3",
				   "--control=s", NULL}),
		0);
	CHECK_STR(o.without, "sg,gso");
	CHECK(o.queues == 2 && o.conflict_every == 3);
}

TEST(help_needs_no_image)
{
	struct options o;

	CHECK_EQ(parse(&o, (const char *const[]){"--help", NULL}), 0);
	CHECK(o.help);
	CHECK_EQ(parse(&o, (const char *const[]){"-h", NULL}), 0);
	CHECK_EQ(parse(&o, (const char *const[]){"--gdb", NULL}), 0);
	CHECK(o.gdb);
}

TEST(what_makes_no_sense_is_refused)
{
	static const char *const rows[][4] = {{NULL}, {"--memory", "0", "i.elf"},
		{"--memory", "x", "i.elf"}, {"--memory", "12MB", "i.elf"},
		{"--memory", "-1", "i.elf"}, {"--memory", "99999999", "i.elf"},
		{"--memory"}, {"-c"}, {"--colour", "i.elf"}, {"-x", "i.elf"},
		{"a.elf", "b.elf"}, {"--watchdog", "0", "i.elf"},
		{"--queues", "9", "i.elf"}, {"--conflict", "", "i.elf"},
		{"--stats=yes", "i.elf"}};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct options o;

		test_row("row %u", i);
		CHECK_EQ(parse(&o, rows[i]), STATUS_USAGE);
	}
}

TEST(more_vifs_than_there_can_be_are_refused)
{
	struct options o;

	CHECK_EQ(parse(&o, (const char *const[]){"--net=none", "--net=none", "--net=none",
				   "--net=none", "--net=none", "--net=none", "--net=none",
				   "--net=none", "--net=none", "i.elf", NULL}),
		STATUS_USAGE);
}

/* --- over a configuration -------------------------------------------------------------- */

static int apply(struct config *c, const char *cfg, const char *const *words)
{
	struct options o;

	config_init(c);
	if (cfg && config_parse(c, cfg, strlen(cfg), "a.cfg"))
		return -1;
	return parse(&o, words) || options_apply(&o, c);
}

TEST(the_command_line_comes_before_the_configuration)
{
	struct config c;

	CHECK_EQ(apply(&c,
			 "name='a'\nkernel='k.elf'\nmemory=8\nvif=['mac=00:16:3e:0:0:1']",
			 (const char *const[]){"x", NULL}),
		-1);
	config_free(&c);
	CHECK_EQ(apply(&c,
			 "name='a'\nkernel='k.elf'\nmemory=8\ncmdline='1'\n"
			 "vif=['mac=00:16:3e:00:00:01']",
			 (const char *const[]){"-c", "a.cfg", "--memory=64", "--net=none",
				 "--net=none", NULL}),
		0);
	CHECK_STR(c.name, "a");
	CHECK_STR(c.kernel, "k.elf");
	CHECK_STR(c.cmdline, "1");
	CHECK_EQ(c.memory_mb, 64);
	CHECK_EQ(c.n_vifs, 2);
	CHECK(c.vif[0].has_mac && !c.vif[1].has_mac);
	config_free(&c);
	CHECK_EQ(apply(&c, "name='a'\nkernel='k.elf'",
			 (const char *const[]){"dir/j.debug.elf", "--name=b", NULL}),
		0);
	CHECK_STR(c.name, "b");
	CHECK_STR(c.kernel, "dir/j.debug.elf");
	config_free(&c);
}

TEST(what_nobody_says_has_a_default)
{
	struct config c;

	CHECK_EQ(apply(&c, NULL, (const char *const[]){"dir/httpd.elf", NULL}), 0);
	CHECK_STR(c.name, "httpd");
	CHECK_EQ(c.memory_mb, 32);
	CHECK_EQ(c.n_vifs, 0);
	config_free(&c);
	CHECK_EQ(apply(&c, NULL, (const char *const[]){".elf", NULL}), 0);
	CHECK_STR(c.name, "domain");
	config_free(&c);
}

TEST(a_plan_without_an_image_is_refused)
{
	struct config c;

	CHECK(apply(&c, "name='a'", (const char *const[]){"-c", "a.cfg", NULL}) != 0);
	config_free(&c);
}

TEST(a_command_line_that_is_too_long_is_refused)
{
	char text[1100];
	struct config c;

	memset(text, 'x', sizeof(text));
	memcpy(text, "--cmdline=", 10);
	text[10 + 1023] = '\0';
	CHECK_EQ(apply(&c, NULL, (const char *const[]){"i.elf", text, NULL}), 0);
	config_free(&c);
	text[10 + 1023] = 'x';
	text[10 + 1024] = '\0';
	CHECK(apply(&c, NULL, (const char *const[]){"i.elf", text, NULL}) != 0);
	config_free(&c);
}
