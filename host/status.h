/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How domik-host ends: its exit status says whose fault it was.
 *
 * Whoever finds an error prints one line (say.h) and returns the status; main() exits
 * with it.
 */
#ifndef HOST_STATUS_H
#define HOST_STATUS_H

enum host_status {
	STATUS_POWEROFF = 0,     /* the domain powered itself off */
	STATUS_USAGE = 64,       /* the command line */
	STATUS_CONFIG = 65,      /* the xl configuration file */
	STATUS_NO_FILE = 66,     /* a file is not there or cannot be read */
	STATUS_NOT_PV = 70,      /* the image does not say that it is a PV guest */
	STATUS_32_BIT = 71,      /* the image is for a 32-bit processor */
	STATUS_DAMAGED = 72,     /* the image contradicts itself */
	STATUS_TOO_LOW = 73,     /* the image lies where this user may not map */
	STATUS_TOO_BIG = 74,     /* image, RAM disk and tables exceed the memory */
	STATUS_NET_RIGHTS = 75,  /* no right to the tap or the namespace */
	STATUS_PORT_IN_USE = 76, /* a port to forward is taken */
	STATUS_NET = 78,         /* anything else about the network */
	STATUS_HOST = 79,        /* this machine: no memory, a kernel too old */
	STATUS_CRASH = 80,       /* the domain says that it crashed */
	STATUS_DIED = 81,        /* the domain did what Xen ends a domain for */
	STATUS_WATCHDOG = 82,    /* the domain had its events off for too long */
	STATUS_SUSPEND = 83,     /* the domain wants to be saved, which is not possible */
	STATUS_INTERRUPTED = 130, /* a second Ctrl-C */
};

#endif
