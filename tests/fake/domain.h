/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The model of Xen under one domain: what hypercall.c answers from. Tests use the upper
 * part; the rest is shared by the files of the model.
 */
#ifndef TESTS_FAKE_DOMAIN_H
#define TESTS_FAKE_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/addr.h"

#define DOMAIN_ID         7u /* ours */
#define DOMAIN_MAX_FRAMES 4u /* of grant entries, as `max_grant_frames` */

/**
 * Put the model under the fake machine: shared page, console, XenStore. Once, before any
 * module starts.
 */
void domain_start(void);

/* --- event channels, as the hypervisor keeps them ----------------------- */

/** Ports in use. */
unsigned domain_ports_open(void);

/** The next port that is handed out is @port, if free. */
void domain_ports_from(uint32_t port);

/**
 * The next @n event channel operations fail with this (positive, Xen's) errno; 0 = none.
 */
void domain_ports_fail(unsigned n, int xen_errno);

/** Raise a virtual interrupt; false when nobody is bound to it. */
bool domain_raise_virq(unsigned virq);

/** Set a port pending by hand, as a signal would. */
void domain_raise_port(uint32_t port);

/* --- grants ------------------------------------------------------------- */

/** Mappings that peers hold now. */
unsigned domain_frames_mapped(void);

/** Make GNTTABOP_setup_table fail, or work again. */
void domain_grants_fail(bool fail);

/* --- the end ------------------------------------------------------------ */

/** Called instead of ending the process, with SHUTDOWN_*; it does not return. */
void domain_on_shutdown(void (*fn)(unsigned reason));

/* --- between the files of the model ------------------------------------- */

long model_event_channel_op(unsigned cmd, void *arg);
long model_grant_table_op(unsigned cmd, void *ops, unsigned n_ops);
bool model_event_pending(void);
bool model_port_pending(uint32_t port);
void model_after_hypercall(void);

#endif
