/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line: options.h says what it becomes. */
#define _GNU_SOURCE
#include "host/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "host/say.h"
#include "host/status.h"

#define MEMORY_DEFAULT 32u /* MB */

enum option_id {
	OPTION_CONFIG = 'c',
	OPTION_HELP = 'h',
	OPTION_NAME = 256,
	OPTION_MEMORY,
	OPTION_RAMDISK,
	OPTION_CMDLINE,
	OPTION_NET,
	OPTION_WITHOUT,
	OPTION_QUEUES,
	OPTION_CONFLICT,
	OPTION_STORE,
	OPTION_TRACE,
	OPTION_TRACE_JSON,
	OPTION_STATS,
	OPTION_WATCHDOG,
	OPTION_STALE_TLB,
	OPTION_CONTROL,
	OPTION_GDB,
};

/* A line of the text is a line here. */
/* clang-format off */
void options_help(FILE *f)
{
	fputs("usage: domik-host [-c XL.cfg] [IMAGE] [OPTION…]\n"
	      "Runs a 64-bit Xen PV image as this process. This is no security boundary:\n"
	      "the image can do all that you can. Run only images that you trust.\n"
	      "\n"
	      "  -c, --config FILE    an xl configuration; options below come before it\n"
	      "  --name NAME          of the domain (default: the image's)\n"
	      "  --memory MB          (default: 32)\n"
	      "  --ramdisk FILE       the RAM disk\n"
	      "  --cmdline \"…\"        the domain's command line\n"
	      "  --net user[,tcp:127.0.0.1:8080-:80…]\n"
	      "                       this user's network; ports of this machine (tcp: or\n"
	      "                       udp:, [IPv6]:PORT) that lead to the domain's\n"
	      "  --net tap=NAME[,netns=NAMESPACE]\n"
	      "                       a tap device of Linux\n"
	      "  --net none           a vif that leads nowhere; --net again: a further vif\n"
	      "  --without LIST       back ends do not offer: split, sg, gso, csum\n"
	      "  --queues N           of a vif, at most (default: 4)\n"
	      "  --conflict N         every N-th transaction of XenStore conflicts\n"
	      "  --store FILE         lines PATH VALUE for XenStore; the domain's own keys if\n"
	      "                       PATH does not begin with /\n"
	      "  --trace LIST         hypercalls, events, grants, xenstore, rings,\n"
	      "                       pagetables, net; or all\n"
	      "  --trace-json FILE    the same, an object a line, into a file\n"
	      "  --stats              counts and times at the end\n"
	      "  --watchdog SECONDS   ends a domain that has its events off for so long\n"
	      "  --stale-tlb          a changed page is seen as it was until the guest flushes\n"
	      "  --control SOCKET     commands while it runs (host/README.md)\n"
	      "  --gdb                how to debug an image\n"
	      "\n"
	      "Ctrl-C asks the domain to power off, a second one ends it at once.\n"
	      "\n"
	      "Exit status: 0 powered off. The command: 64 option, 65 configuration, 66 no\n"
	      "such file. The image: 70 not PV, 71 32-bit, 72 damaged, 73 linked too low for\n"
	      "this user, 74 too big for the memory. The network: 75 no right to the tap, 76\n"
	      "port or tap in use, 78 other. 79 this machine. The domain: 80 crashed, 81 did\n"
	      "what Xen ends a domain for, 82 watchdog, 83 wanted to be saved. 130 a second\n"
	      "Ctrl-C.\n",
		f);
}

void options_gdb(FILE *f)
{
	fputs("./domik debug [IMAGE] does this:\n"
	      "\n"
	      "  gdb -x tools/gdb/domik.py --args domik-host IMAGE.elf …\n"
	      "  (gdb) domik-start             run until the image prints its first line\n"
	      "  (gdb) break tcp_input         by IMAGE.debug.elf's symbols\n"
	      "  (gdb) continue\n"
	      "\n"
	      "To look at a domain that runs: gdb -p PID -x tools/gdb/domik.py, then\n"
	      "domik-symbols IMAGE.debug.elf. host/README.md has a transcript.\n",
		f);
}
/* clang-format on */

static int number(const char *name, const char *text, unsigned max, unsigned *to)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || n < 1 || n > max) {
		host_say("--%s %s: give a number from 1 to %u", name, text, max);
		return STATUS_USAGE;
	}
	*to = (unsigned)n;
	return 0;
}

static int add_net(struct options *o, const char *text)
{
	if (o->n_nets == OPTIONS_NETS_MAX) {
		host_say("--net: more than %u vifs", OPTIONS_NETS_MAX);
		return STATUS_USAGE;
	}
	o->net[o->n_nets++] = text;
	return 0;
}

static int take(struct options *o, int option, const char *value)
{
	switch (option) {
	case OPTION_CONFIG:
		o->config = value;
		return 0;
	case OPTION_NAME:
		o->name = value;
		return 0;
	case OPTION_MEMORY:
		return number("memory", value, CONFIG_MEMORY_MAX, &o->memory_mb);
	case OPTION_RAMDISK:
		o->ramdisk = value;
		return 0;
	case OPTION_CMDLINE:
		o->cmdline = value;
		return 0;
	case OPTION_NET:
		return add_net(o, value);
	case OPTION_WITHOUT:
		o->without = value;
		return 0;
	case OPTION_QUEUES:
		return number("queues", value, 8, &o->queues);
	case OPTION_CONFLICT:
		return number("conflict", value, 1000000, &o->conflict_every);
	case OPTION_STORE:
		o->store = value;
		return 0;
	case OPTION_TRACE:
		o->trace = value;
		return 0;
	case OPTION_TRACE_JSON:
		o->trace_json = value;
		return 0;
	case OPTION_STATS:
		o->stats = true;
		return 0;
	case OPTION_WATCHDOG:
		return number("watchdog", value, 86400, &o->watchdog_s);
	case OPTION_STALE_TLB:
		o->stale_tlb = true;
		return 0;
	case OPTION_CONTROL:
		o->control = value;
		return 0;
	case OPTION_GDB:
		o->gdb = true;
		return 0;
	case OPTION_HELP:
		o->help = true;
		return 0;
	default:
		return STATUS_USAGE;
	}
}

static int refuse_option(int option, char *word)
{
	if (option == ':')
		host_say("%s wants a value: domik-host --help", word);
	else
		host_say("there is no option %s: domik-host --help", word);
	return STATUS_USAGE;
}

int options_parse(struct options *o, int argc, char **argv)
{
	static const struct option_name {
		const char *name;
		int has_value, option;
	} names[] = {
		{"config", 1, OPTION_CONFIG},
		{"name", 1, OPTION_NAME},
		{"memory", 1, OPTION_MEMORY},
		{"ramdisk", 1, OPTION_RAMDISK},
		{"cmdline", 1, OPTION_CMDLINE},
		{"net", 1, OPTION_NET},
		{"without", 1, OPTION_WITHOUT},
		{"queues", 1, OPTION_QUEUES},
		{"conflict", 1, OPTION_CONFLICT},
		{"store", 1, OPTION_STORE},
		{"trace", 1, OPTION_TRACE},
		{"trace-json", 1, OPTION_TRACE_JSON},
		{"stats", 0, OPTION_STATS},
		{"watchdog", 1, OPTION_WATCHDOG},
		{"stale-tlb", 0, OPTION_STALE_TLB},
		{"control", 1, OPTION_CONTROL},
		{"gdb", 0, OPTION_GDB},
		{"help", 0, OPTION_HELP},
	};
	struct option table[sizeof(names) / sizeof(names[0]) + 1];

	memset(table, 0, sizeof(table));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		table[i].name = names[i].name;
		table[i].has_arg = names[i].has_value;
		table[i].val = names[i].option;
	}
	*o = (struct options){0};
	optind = 0; /* begin anew, as tests do */
	for (int option, status;
		(option = getopt_long(argc, argv, ":c:h", table, NULL)) != -1;) {
		if (option == '?' || option == ':')
			return refuse_option(option, argv[optind - 1]);
		status = take(o, option, optarg);
		if (status)
			return status;
	}
	if (argc - optind > 1) {
		host_say("one image, not %s and %s: domik-host --help", argv[optind],
			argv[optind + 1]);
		return STATUS_USAGE;
	}
	o->image = argc > optind ? argv[optind] : NULL;
	if (!o->image && !o->config && !o->help && !o->gdb) {
		host_say(
			"no image: domik-host IMAGE.elf, or -c XL.cfg; --help says more");
		return STATUS_USAGE;
	}
	return 0;
}

/* --- with the configuration --------------------------------------------------------- */

static int replace(char **old, const char *with)
{
	if (!with)
		return 0;
	free(*old);
	*old = strdup(with);
	return *old ? 0 : STATUS_HOST;
}

/* "httpd" of "build/pv64/httpd.elf". */
static int default_name(struct config *c)
{
	const char *slash = strrchr(c->kernel, '/');
	const char *base = slash ? slash + 1 : c->kernel;

	c->name = strndup(base, strcspn(base, "."));
	if (c->name && !*c->name)
		return replace(&c->name, "domain");
	return c->name ? 0 : STATUS_HOST;
}

int options_apply(const struct options *o, struct config *c)
{
	if (replace(&c->kernel, o->image) || replace(&c->name, o->name) ||
		replace(&c->ramdisk, o->ramdisk) || replace(&c->cmdline, o->cmdline))
		return STATUS_HOST;
	if (!c->kernel) {
		host_say("%s names no kernel: kernel = \"IMAGE.elf\", or give the image "
			 "on "
			 "the command line",
			o->config);
		return STATUS_CONFIG;
	}
	if (c->cmdline && strlen(c->cmdline) > CONFIG_CMDLINE_MAX) {
		host_say("the command line has %zu characters; Xen passes on %u",
			strlen(c->cmdline), CONFIG_CMDLINE_MAX);
		return STATUS_USAGE;
	}
	if (o->memory_mb)
		c->memory_mb = o->memory_mb;
	if (!c->memory_mb)
		c->memory_mb = MEMORY_DEFAULT;
	while (c->n_vifs < o->n_nets)
		c->vif[c->n_vifs++] = (struct config_vif){0};
	return c->name ? 0 : default_name(c);
}
