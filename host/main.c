/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * domik-host: a Linux process that plays Xen, the toolstack and the back ends for one
 * 64-bit PV image.
 *
 *     options, configuration -> build -> XenStore, console, vifs -> run -> why it ended
 *
 * A reboot starts the program anew: nothing of the old domain is left.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "host/config.h"
#include "host/console.h"
#include "host/control.h"
#include "host/describe.h"
#include "host/domain.h"
#include "host/hv.h"
#include "host/interrupt.h"
#include "host/options.h"
#include "host/say.h"
#include "host/stats.h"
#include "host/status.h"
#include "host/symbols.h"
#include "host/terminal.h"
#include "host/toolstack.h"
#include "host/trace.h"
#include "host/vif.h"
#include "host/xenstore.h"

#define DESCRIPTORS 65536u

/* --- before ------------------------------------------------------------------------- */

static int start_trace(const struct options *o, const char *image)
{
	char bad[40];
	FILE *json;

	stats.timed = o->stats;
	if (!o->trace && !o->trace_json)
		return 0;
	if (trace_enable(o->trace ? o->trace : "all", bad, sizeof(bad)) < 0) {
		host_say("--trace %s: give some of hypercalls, events, grants, xenstore, "
			 "rings, pagetables, net; or all",
			bad);
		return STATUS_USAGE;
	}
	if (o->trace_json) {
		json = fopen(o->trace_json, "we");
		if (!json) {
			host_say("%s: %s", o->trace_json, strerror(errno));
			return STATUS_NO_FILE;
		}
		trace_to_json(json, o->trace != NULL);
	}
	describe_start();
	if (symbols_load(image))
		trace_asker.name = symbols_name;
	return 0;
}

static int plan(const struct options *o, struct config *c)
{
	int status = o->config ? config_read(c, o->config) : 0;

	if (!status)
		status = options_apply(o, c);
	return status ? status : start_trace(o, c->kernel);
}

/* A connection through libslirp is a descriptor: as many as we may have. */
static void allow_descriptors(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max < DESCRIPTORS ? r.rlim_max : DESCRIPTORS;
		setrlimit(RLIMIT_NOFILE, &r); /* if not, there are fewer */
	}
}

/* --- the domain --------------------------------------------------------------------- */

static void ask_to_power_off(void)
{
	host_say("the domain is asked to power off; Ctrl-C again ends it at once");
	toolstack_shutdown("poweroff");
}

static int build(const struct options *o, const struct config *c)
{
	struct domain_config d = {.kernel = c->kernel,
		.ramdisk = c->ramdisk,
		.cmdline = c->cmdline ? c->cmdline : "",
		.memory_mb = c->memory_mb,
		.watchdog_s = o->watchdog_s,
		.stale_tlb = o->stale_tlb};
	uint32_t store_port, console_port;
	int status;

	if (c->max_grant_frames)
		hv_grant_frames_max = c->max_grant_frames;
	status = domain_build(&d);

	if (status)
		return status;
	xenstored_start(domain_store_page(), &store_port);
	consoled_start(domain_console_page(), &console_port, terminal_print, NULL);
	domain_set_ports(store_port, console_port);
	xenstored_faults.conflict_every = o->conflict_every;
	toolstack_introduce(c);
	status = o->store ? toolstack_store(o->store) : 0;
	if (!status)
		status = toolstack_plug_all(c, o);
	if (!status)
		status = interrupt_start(ask_to_power_off);
	if (!status && o->control)
		status = control_start(o->control);
	return status;
}

static const struct ending {
	const char *text;
	int status;
} endings[] = {
	[END_POWEROFF] = {"has powered itself off", STATUS_POWEROFF},
	[END_REBOOT] = {"reboots", STATUS_POWEROFF},
	[END_SUSPEND] = {"wants to be saved, which is not possible here", STATUS_SUSPEND},
	[END_CRASH] = {"says that it has crashed", STATUS_CRASH},
	[END_DIED] = {"has died", STATUS_DIED},
	[END_WATCHDOG] = {"has had its events off for too long (--watchdog)",
		STATUS_WATCHDOG},
};

static bool restarts(enum domain_end end, const struct config *c)
{
	switch (end) {
	case END_POWEROFF:
		return c->on_poweroff == ACTION_RESTART;
	case END_REBOOT:
		return c->on_reboot == ACTION_RESTART;
	default:
		return c->on_crash == ACTION_RESTART;
	}
}

static int run(const struct options *o, const struct config *c, char **argv)
{
	enum domain_end end;

	host_say("%s: %u MB; no security boundary, run only images that you trust",
		c->name, c->memory_mb);
	terminal_start(consoled_type, consoled_pause);
	end = domain_run();
	terminal_stop();
	control_stop();
	trace_flush();
	host_say("%s %s", c->name, endings[end].text);
	if (o->stats) {
		stats_print(stderr);
		vif_print_counts(stderr);
	}
	if (!restarts(end, c))
		return endings[end].status;
	execv("/proc/self/exe", argv);
	host_say("cannot start anew: %s", strerror(errno));
	return STATUS_HOST;
}

int main(int argc, char **argv)
{
	struct options o;
	struct config c;
	int status;

	stats.start_ns = stats_clock_ns();
	config_init(&c);
	status = options_parse(&o, argc, argv);
	if (status)
		return status;
	if (o.help || o.gdb) {
		(o.help ? options_help : options_gdb)(stdout);
		return 0;
	}
	allow_descriptors();
	status = plan(&o, &c);
	if (!status)
		status = build(&o, &c);
	return status ? status : run(&o, &c, argv);
}
