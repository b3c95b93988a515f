#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "host/console.h"
#include "host/domain.h"
#include "host/say.h"
#include "host/stats.h"
#include "host/trace.h"
#include "host/xenstore.h"
static void sink(void *arg, const char *text, size_t n) { (void)arg; for (size_t i = 0; i < n; i++) if (text[i] != '\r') putchar(text[i]); fflush(stdout); }
int main(int argc, char **argv)
{
	struct domain_config c = {.memory_mb = 16, .cmdline = ""};
	char bad[64]; int o, st = 0; uint32_t xp, cp;
	stats.start_ns = stats_clock_ns();
	while ((o = getopt(argc, argv, "m:c:r:t:sw:")) > 0) switch (o) {
		case 'm': c.memory_mb = atoi(optarg); break; case 'c': c.cmdline = optarg; break; case 'r': c.ramdisk = optarg; break;
		case 't': trace_enable(optarg, bad, sizeof bad); break; case 's': st = 1; break; case 'w': c.watchdog_s = atoi(optarg); break; }
	c.kernel = argv[optind];
	int r = domain_build(&c);
	if (r) return r;
	xenstored_start(domain_store_page(), &xp);
	consoled_start(domain_console_page(), &cp, sink, NULL);
	domain_set_ports(xp, cp);
	enum domain_end e = domain_run();
	if (st) stats_print(stderr);
	trace_flush();
	fprintf(stderr, "end %d\n", e);
	return e;
}
