/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The domain part as main() sees it: build a domain from an image, run it to its end.
 *
 * There is one domain in a process and one in its life: a reboot starts the program anew.
 */
#ifndef HOST_DOMAIN_H
#define HOST_DOMAIN_H

#include <stdbool.h>
#include <stdint.h>

struct domain_config {
	const char *kernel, *ramdisk; /* paths; ramdisk NULL = none */
	const char *cmdline;
	unsigned memory_mb;
	unsigned watchdog_s; /* events off for so long ends the domain; 0 = never */
	bool stale_tlb;      /* changed pages stay mapped until the guest flushes */
};

/* Why domain_run() returned. */
enum domain_end {
	END_POWEROFF,
	END_REBOOT,
	END_SUSPEND,
	END_CRASH, /* it said so */
	END_DIED,  /* it did what Xen ends a domain for; the reason has been said */
	END_WATCHDOG,
};

/**
 * Load the image and lay the domain out as Xen's domain builder does: memory, page tables,
 * start_info, the pages of console and XenStore with their event channels.
 *
 * Returns 0, or a host_status after one line that says what is wrong and what to do.
 */
int domain_build(const struct domain_config *c);

/** The domain's shared pages and ports, for xenstored_start() and console_start(). */
void *domain_store_page(void);
void *domain_console_page(void);

/** Their ports in the domain, as xenstored_start() and console_start() have told them. */
void domain_set_ports(uint32_t store, uint32_t console);

/** Run the guest until it ends. */
enum domain_end domain_run(void);

#endif
